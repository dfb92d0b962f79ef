//! Taking a survey back: what it created goes, what it changed gets its former facts again in a revision of its own, unless
//! it has changed since or something rests on it; then it stays, and its row says so. It goes from the last chunk to the
//! first, each in one transaction that says how far it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use entity::id::{AccountId, RegistrationId, TieId};
use entity::import_job::{Column, Entity, stage};
use entity::kind::{ImportState, RegistrationStatus};
use entity::problem::{Finding, ProblemCode};
use entity::{account, registration, survey_book, tie};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};
use serde_json::json;
use uuid::Uuid;

use super::blacklist::Entries;
use super::staged::{Effect, Row, Verdict, judge_anew, rows, verdicts};
use super::{End, Survey};
use crate::audit::{self, Entry, Outcome as Ended};
use crate::db::{self, Reach};
use crate::error::Error;
use crate::registry::batch::Outcome;
use crate::registry::import::lease;
use crate::registry::registration::restore::{self, Restored, Restoring};

/// Remembers which accounts and ties the rows of a chunk opened and ended, so that undoing finds them again: ids grow, so
/// what is younger than the mark was made by this chunk.
pub(super) async fn remember(
    verdicts: &mut [Verdict],
    mark: Uuid,
    today: NaiveDate,
    tx: &DatabaseTransaction,
) -> Result<(), Error> {
    let mut effects: BTreeMap<RegistrationId, &mut Effect> = verdicts
        .iter_mut()
        .flat_map(|verdict| &mut verdict.effects)
        .filter(|effect| effect.revision.is_some())
        .filter_map(|effect| Some((effect.registration?, effect)))
        .collect();
    let ids: Vec<RegistrationId> = effects.keys().copied().collect();
    for some in ids.chunks(500) {
        let opened = account::opened_after(some.iter().copied(), AccountId(mark));
        for row in opened.all(tx).await? {
            if let Some(effect) = effects.get_mut(&row.registration_id) {
                effect.accounts.push(row.id);
            }
        }
        let touched = tie::all_of(some.iter().copied());
        for row in touched.all(tx).await? {
            let Some(effect) = effects.get_mut(&row.registration_id) else {
                continue;
            };
            if row.id > TieId(mark) {
                effect.ties.push(row.id);
            } else if row.until == Some(today) && effect.outcome != Outcome::Created {
                effect.ended.push(row.id);
            }
        }
    }
    Ok(())
}

/// Takes a survey back as far as UNDONE.
pub(super) async fn undo(survey: &Arc<Survey>) -> Result<End, Error> {
    for number in (0..survey.job.chunks).rev() {
        if !one(survey, number).await? {
            return Ok(End::Lost);
        }
    }
    finish(survey).await
}

async fn one(survey: &Arc<Survey>, number: i32) -> Result<bool, Error> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        match once(survey, number).await {
            Err(error) if attempt < db::ATTEMPTS && error.may_retry() => {}
            settled => return settled,
        }
    }
}

/// What became of the subjects of a chunk.
#[derive(Default)]
struct Tally {
    undone: i32,
    kept: i32,
    subjects: Vec<String>,
}

async fn once(survey: &Arc<Survey>, number: i32) -> Result<bool, Error> {
    let app = &survey.app;
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let found = stage::numbered(survey.job.id, number).one(&tx).await?;
    let lost = || Error::internal("import")("a staged chunk is missing".into());
    let found = found.ok_or_else(lost)?;
    let (staged, mut verdicts) = (rows(app, &found)?, verdicts(app, &found)?);
    let tally = take_back(survey, &mut verdicts, &staged, &tx).await?;
    let until = db::now(&tx).await? + lease::length(app);
    let advanced = Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::val(until))
        .col_expr(Column::Faults, Expr::val(0))
        .col_expr(Column::Chunks, Expr::val(number))
        .col_expr(Column::Undone, Expr::col(Column::Undone).add(tally.undone))
        .col_expr(Column::Kept, Expr::col(Column::Kept).add(tally.kept))
        .filter(survey.lease.held())
        .filter(Column::Chunks.eq(number + 1))
        .exec(&tx)
        .await?;
    if advanced.rows_affected != 1 {
        tx.rollback().await?;
        return Ok(false);
    }
    judge_anew(app, (survey.job.id, number), &verdicts, &tx).await?;
    let entry = Entry {
        operation: "undoImport",
        outcome: if tally.undone > 0 {
            Ended::Done
        } else {
            Ended::Unchanged
        },
        subjects: tally.subjects,
        detail: json!({
            "import": survey.job.id, "chunk": number, "undone": tally.undone, "kept": tally.kept,
        }),
        party: None,
        purpose: None,
    };
    audit::record(app, &tx, &survey.caller, entry).await?;
    tx.commit().await?;
    Ok(true)
}

/// Takes back what the rows of a chunk wrote, last things first: judged one by one, read and written together.
async fn take_back(
    survey: &Survey,
    verdicts: &mut [Verdict],
    rows: &[Row],
    tx: &DatabaseTransaction,
) -> Result<Tally, Error> {
    let mut standing = Standing::load(verdicts, tx).await?;
    let mut entries = Entries::load(verdicts, tx).await?;
    let mut tally = Tally::default();
    for (verdict, row) in verdicts.iter_mut().zip(rows).rev() {
        let mut told = Vec::new();
        for effect in verdict.effects.iter_mut().rev() {
            let done = match effect.entry {
                Some(_) => entries.take_back(effect),
                None => standing.take_back(survey, effect)?,
            };
            match done {
                Taken::Nothing => continue,
                Taken::Back => tally.undone += 1,
                Taken::Left(why) => {
                    tally.kept += 1;
                    let left = Finding::warning(ProblemCode::SurveyLeft).with("why", why);
                    told.push(super::assemble::on_row(left, row));
                }
            }
            let id = effect.registration.map(|id| id.to_string());
            tally
                .subjects
                .extend(id.or_else(|| effect.entry.map(|id| id.to_string())));
        }
        for left in told {
            verdict.tell(left);
        }
    }
    standing.write(tx).await?;
    entries.write(tx).await?;
    Ok(tally)
}

/// What became of one thing that was written.
pub(super) enum Taken {
    /// It was not written, or is gone already.
    Nothing,
    /// It is as it was before.
    Back,
    /// It stays, for this reason.
    Left(&'static str),
}

/// The registrations of a chunk as they stand, with what they said and what rests on them.
struct Standing {
    rows: BTreeMap<RegistrationId, registration::Model>,
    resting: BTreeSet<RegistrationId>,
    gone: Vec<registration::Model>,
    restoring: Restoring,
}

/// The registration of an effect and the revision that it wrote.
fn written(effect: &Effect) -> Option<(RegistrationId, i32)> {
    effect.registration.zip(effect.revision)
}

impl Standing {
    async fn load(verdicts: &[Verdict], tx: &DatabaseTransaction) -> Result<Self, Error> {
        let effects = || verdicts.iter().flat_map(|verdict| &verdict.effects);
        let ids: BTreeSet<RegistrationId> = effects().filter_map(written).map(|w| w.0).collect();
        let ids: Vec<RegistrationId> = ids.into_iter().collect();
        let mut rows = BTreeMap::new();
        let mut resting = BTreeSet::new();
        for some in ids.chunks(500) {
            let found = registration::named(some.iter().copied())
                .lock_exclusive()
                .all(tx)
                .await?;
            rows.extend(found.into_iter().map(|row| (row.id, row)));
            let rested = registration::rested_on(some.iter().copied());
            resting.extend(rested.all(tx).await?);
        }
        let mut revisions = BTreeSet::new();
        let mut parties = BTreeSet::new();
        for effect in effects() {
            let Some((id, number)) = written(effect) else {
                continue;
            };
            let row: Option<&registration::Model> = rows.get(&id);
            let Some(row) = row.filter(|row| !has_ended(effect, row)) else {
                continue;
            };
            revisions.extend([(id, number), (id, row.revision)]);
            if effect.outcome != Outcome::Created {
                revisions.insert((id, number - 1));
                parties.insert(row.party_id);
            }
        }
        Ok(Self {
            rows,
            resting,
            gone: Vec::new(),
            restoring: Restoring::load(revisions, parties, tx).await?,
        })
    }

    fn take_back(&mut self, survey: &Survey, effect: &mut Effect) -> Result<Taken, Error> {
        let Some((id, number)) = written(effect) else {
            return Ok(Taken::Nothing);
        };
        let Some(row) = self.rows.get(&id).cloned() else {
            return Ok(Taken::Left("GONE"));
        };
        if has_ended(effect, &row) {
            return Ok(Taken::Left("CLOSED"));
        }
        if !self.restoring.says_still(&survey.app, &row, number)? {
            return Ok(Taken::Left("CHANGED"));
        }
        if effect.outcome == Outcome::Created {
            if self.resting.contains(&id) {
                return Ok(Taken::Left("IN_USE"));
            }
            self.rows.remove(&id);
            self.gone.push(row);
        } else {
            let restored = Restored {
                row,
                to: number - 1,
                opened_accounts: &effect.accounts,
                opened_ties: &effect.ties,
                ended_ties: &effect.ended,
            };
            let author = (&*survey.app, &survey.caller, &survey.gazetteer);
            match self.restoring.restore(author, restored)? {
                Some(row) => {
                    self.rows.insert(id, row);
                }
                None => return Ok(Taken::Left("CHANGED")),
            }
        }
        effect.revision = None;
        Ok(Taken::Back)
    }

    /// Writes what is as it was before, then removes what goes: a row of the same chunk may have done both.
    async fn write(self, tx: &DatabaseTransaction) -> Result<(), Error> {
        self.restoring.write(tx).await?;
        restore::remove(&self.gone, tx).await
    }
}

/// Whether a registration ended since, or stood closed before: an end is not taken back.
fn has_ended(effect: &Effect, row: &registration::Model) -> bool {
    effect.outcome == Outcome::Reopened || row.status == RegistrationStatus::Closed
}

/// Drops the books that the import began and nothing is in, and ends.
async fn finish(survey: &Survey) -> Result<End, Error> {
    let tx = db::begin_write(&survey.app.db, Reach::All).await?;
    // Whoever writes into one of them holds it; what that wrote is seen by the statement after this one.
    survey_book::begun_by(survey.job.id)
        .lock_exclusive()
        .all(&tx)
        .await?;
    survey_book::begun_in_vain(survey.job.id).exec(&tx).await?;
    survey.ended(tx, ImportState::Undone, 0).await
}
