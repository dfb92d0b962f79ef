//! A chunk of staged rows on its way into the registry: judged by the very deed that judges a batch, and told row by row.
//! Foreseeing it writes nothing.

use entity::id::PlatformId;
use entity::kind::{RowOutcome, SubjectKind};
use entity::problem::{Finding, ProblemCode};
use sea_orm::DatabaseTransaction;

use super::book::{Books, Target};
use super::prepare::{Bundle, Prepared, seen_at};
use super::staged::{Effect, FieldChange, Row, Verdict};
use super::{Survey, blacklist};
use crate::error::Error;
use crate::registry::audit::change::Change;
use crate::registry::batch::{ItemResult, Outcome};
use crate::registry::ledger::Ledger;
use crate::registry::registration::bulk::{ITEM, Settled};

/// What became of a chunk.
pub(super) struct Judged {
    pub verdicts: Vec<Verdict>,
    /// What changed of registrations that stood, for the audit.
    pub changes: Vec<Change>,
}

impl Survey {
    pub(super) fn ledger(
        &self,
        target: &Target,
        book: PlatformId,
    ) -> Result<Option<Ledger>, Error> {
        Ok(match target {
            Target::Own | Target::OwnSites => {
                let chosen = Ledger::choose(&self.caller, SubjectKind::Operator, None)?;
                chosen.ok().map(Ledger::gathering)
            }
            Target::Book(_) | Target::New { .. } => Some(Ledger::surveyed(book)),
        })
    }

    /// Judges a chunk against what stands and writes nothing.
    pub(super) async fn foresee(
        &self,
        prepared: Prepared,
        rows: &[Row],
        tx: &DatabaseTransaction,
    ) -> Result<Judged, Error> {
        let mut judged = Judged {
            verdicts: prepared.verdicts,
            changes: Vec::new(),
        };
        for group in prepared.groups {
            let Some(ledger) = self.ledger(&group.target, stand_in(&group.target))? else {
                continue;
            };
            let of = (&ledger, group.kind, &self.gazetteer);
            let batch = group
                .parsed
                .foresee(&self.app, &self.caller, of, tx)
                .await?;
            let revisions = vec![None; batch.results.len()];
            let settled = Settled { batch, revisions };
            tell(&mut judged, (group.kind, &group.bundles), settled, rows);
        }
        let telling = (&mut judged, rows);
        blacklist::settle(self, prepared.entries, telling, false, tx).await?;
        Ok(judged)
    }

    /// Judges a chunk and writes what passes.
    pub(super) async fn settle(
        &self,
        books: &mut Books,
        prepared: Prepared,
        rows: &[Row],
        tx: &DatabaseTransaction,
    ) -> Result<Judged, Error> {
        let mut judged = Judged {
            verdicts: prepared.verdicts,
            changes: Vec::new(),
        };
        for group in prepared.groups {
            let book = match (&group.target, &self.office) {
                (Target::New { key, .. }, Some(office)) => {
                    let whose = (office.id, self.job.id);
                    books.make(&self.app, whose, key, tx).await?
                }
                (Target::Book(id), _) => Some(*id),
                _ => Some(PlatformId::OWN_SITE),
            };
            let Some(book) = book else { continue };
            let Some(ledger) = self.ledger(&group.target, book)? else {
                continue;
            };
            let of = (&ledger, group.kind, &self.gazetteer);
            let settled = group
                .parsed
                .settle_by_revision(&self.app, &self.caller, of, tx)
                .await?;
            tell(&mut judged, (group.kind, &group.bundles), settled, rows);
        }
        let telling = (&mut judged, rows);
        blacklist::settle(self, prepared.entries, telling, true, tx).await?;
        Ok(judged)
    }
}

/// The key of a book, or what stands for it as long as it is not made.
pub(super) const fn stand_in(target: &Target) -> PlatformId {
    match target {
        Target::New { stand_in, .. } => *stand_in,
        Target::Book(id) => *id,
        Target::Own | Target::OwnSites => PlatformId::OWN_SITE,
    }
}

/// Tells the rows what became of their subjects.
fn tell(
    judged: &mut Judged,
    (kind, bundles): (SubjectKind, &[Bundle]),
    settled: Settled,
    rows: &[Row],
) {
    let changes = settled.batch.changes;
    let results = settled.batch.results.into_iter().zip(settled.revisions);
    for (bundle, (result, revision)) in bundles.iter().zip(results) {
        let mut effect = Effect {
            registration: result.registration,
            revision,
            changes: of_registration(&changes, &result),
            ..Effect::of(kind, result.outcome)
        };
        let rejected = result.outcome == Outcome::Rejected;
        for finding in result.findings {
            if bundle.tied_within && finding.code == ProblemCode::TiePending {
                continue;
            }
            if let Some((at, found)) = bundle.place(finding, rows)
                && let (Some(verdict), Some(row)) = (judged.verdicts.get_mut(at), rows.get(at))
            {
                verdict.tell(by_row(found, bundles, (rows, row)));
            }
        }
        let first = bundle.rows.first().and_then(|first| rows.get(*first));
        for (index, place) in bundle.rows.iter().enumerate() {
            let Some(verdict) = judged.verdicts.get_mut(*place) else {
                continue;
            };
            if rejected {
                verdict.outcome = RowOutcome::Rejected;
            }
            if let (Some(first), true) = (first, index > 0) {
                effect = Effect {
                    outcome: Outcome::Unchanged,
                    revision: None,
                    changes: Vec::new(),
                    ..effect
                };
                effect.merge_with((&first.sheet, first.row), &verdict.sheet);
            }
            verdict.effects.push(effect.clone());
        }
    }
    for verdict in &mut judged.verdicts {
        let stale = |effect: &Effect| effect.outcome == Outcome::Stale;
        if !verdict.effects.is_empty()
            && verdict.outcome == RowOutcome::Accepted
            && verdict.effects.iter().all(stale)
        {
            verdict.outcome = RowOutcome::Skipped;
        }
    }
    judged.changes.extend(changes);
}

/// Names another subject of the chunk by its first row.
fn by_row(mut finding: Finding, bundles: &[Bundle], (rows, own): (&[Row], &Row)) -> Finding {
    let item = finding
        .facts
        .extract_if(.., |(name, _)| name == ITEM)
        .next();
    let bundle = item.and_then(|(_, item)| bundles.get(item.parse::<usize>().ok()?));
    match bundle.and_then(|bundle| rows.get(*bundle.rows.first()?)) {
        Some(other) => seen_at(finding, (&other.sheet, other.row), own),
        None => finding,
    }
}

fn of_registration(changes: &[Change], result: &ItemResult) -> Vec<FieldChange> {
    let Some(id) = result.registration.map(|id| id.to_string()) else {
        return Vec::new();
    };
    let own = changes.iter().filter(|change| change.registration == id);
    let own = own.map(|change| FieldChange {
        field: change.field.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
    });
    own.collect()
}
