//! Writing a survey. Good rows go chunk by chunk, each in one transaction that also says how far the import is, so that a
//! process that is killed has written a chunk whole or not at all and the next one goes on after it. All or nothing is one
//! transaction, which is why it is bounded.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use entity::id::RegistrationId;
use entity::import_job::{Column, Entity, stage};
use entity::kind::{ImportMode, ImportState};
use entity::problem::{Finding, ProblemCode};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _};
use serde_json::json;
use tokio::task::spawn_blocking;

use super::layout::Layout;
use super::prepare::{Prepared, seen_at};
use super::read::counts;
use super::staged::{Row, Verdict, judge_anew, rows, verdicts};
use super::wanting::Columns;
use super::{End, Survey, difference, undo};
use crate::audit::{self, Entry, Outcome as Ended};
use crate::db::{self, Reach};
use crate::error::Error;
use crate::registry::audit::change::{self, Change};
use crate::registry::batch::Outcome;
use crate::registry::import::lease;

/// Writes a survey as far as COMMITTED.
pub(super) async fn commit(survey: &Arc<Survey>) -> Result<End, Error> {
    match survey.job.mode {
        Some(ImportMode::AllOrNothing) => whole(survey).await,
        _ => good_rows(survey).await,
    }
}

async fn good_rows(survey: &Arc<Survey>) -> Result<End, Error> {
    for number in survey.job.chunks..survey.job.staged {
        if survey.is_barred().await? {
            return Ok(End::Barred);
        }
        if !written_alone(survey, number).await? {
            return Ok(End::Lost);
        }
    }
    let tx = db::begin_write(&survey.app.db, Reach::All).await?;
    written(survey, tx).await
}

/// One chunk in a transaction of its own; again where two deeds met, and again without the rows that are refused by what
/// changed since the review.
async fn written_alone(survey: &Arc<Survey>, number: i32) -> Result<bool, Error> {
    let mut chunk = Chunk::load(survey, number).await?;
    let mut attempt = 0;
    loop {
        attempt += 1;
        let tx = db::begin_write(&survey.app.db, survey.caller.reach()).await?;
        match chunk.write(survey, &tx).await {
            Ok(Written::Whole) => {}
            Ok(Written::Refused) => {
                tx.rollback().await?;
                attempt = 0;
                continue;
            }
            Err(error) if attempt < db::ATTEMPTS && error.may_retry() => {
                tx.rollback().await?;
                continue;
            }
            Err(error) => return Err(error),
        }
        if !chunk.record(survey, &tx).await? {
            tx.rollback().await?;
            return Ok(false);
        }
        match tx.commit().await.map_err(Error::from) {
            Ok(()) => return Ok(true),
            Err(error) if attempt < db::ATTEMPTS && error.may_retry() => {}
            Err(error) => return Err(error),
        }
    }
}

/// Every chunk in one transaction. Where a row is refused by what changed since the review, or by another row of the file,
/// none is written; the others are tried all the same, so that all that are refused are told together.
async fn whole(survey: &Arc<Survey>) -> Result<End, Error> {
    if survey.is_barred().await? {
        return Ok(End::Barred);
    }
    let tx = db::begin_write(&survey.app.db, survey.caller.reach()).await?;
    let mut refused = Refused::default();
    for number in 0..survey.job.staged {
        let mut chunk = Chunk::load(survey, number).await?;
        let is_refused = matches!(chunk.write(survey, &tx).await?, Written::Refused);
        if !is_refused && refused.chunks.is_empty() && !chunk.record(survey, &tx).await? {
            tx.rollback().await?;
            return Ok(End::Lost);
        }
        refused.add(chunk, is_refused);
    }
    if refused.chunks.is_empty() {
        return written(survey, tx).await;
    }
    tx.rollback().await?;
    back_to_review(survey, refused).await
}

/// Every chunk is written.
async fn written(survey: &Survey, tx: DatabaseTransaction) -> Result<End, Error> {
    let all = survey.job.staged;
    survey.ended(tx, ImportState::Committed, all).await
}

/// How the writing of a chunk went.
enum Written {
    /// It is written.
    Whole,
    /// More rows are refused than the review knew; nothing of it must be committed.
    Refused,
}

/// A chunk on its way.
struct Chunk {
    number: i32,
    rows: Arc<Vec<Row>>,
    /// As reviewed; those of rows that were refused since are told here.
    reviewed: Vec<Verdict>,
    /// What the review counted.
    counted: Vec<(Column, i64)>,
    left_out: BTreeSet<usize>,
    columns: Columns,
    verdicts: Vec<Verdict>,
    changes: Vec<Change>,
}

impl Chunk {
    async fn load(survey: &Survey, number: i32) -> Result<Self, Error> {
        let found = stage::numbered(survey.job.id, number)
            .one(&survey.app.db)
            .await?;
        let lost = || Error::internal("import")("a staged chunk is missing".into());
        let found = found.ok_or_else(lost)?;
        let reviewed = verdicts(&survey.app, &found)?;
        Ok(Self {
            number,
            rows: Arc::new(rows(&survey.app, &found)?),
            left_out: refused(&reviewed),
            columns: Columns::of(&Layout::of(&survey.app, &survey.job)?),
            counted: counts(&reviewed),
            reviewed,
            verdicts: Vec::new(),
            changes: Vec::new(),
        })
    }

    async fn write(
        &mut self,
        survey: &Arc<Survey>,
        tx: &DatabaseTransaction,
    ) -> Result<Written, Error> {
        let mut books = survey.books_held(tx).await?;
        let mark: RegistrationId = survey.app.id();
        let (by, rows) = (Arc::clone(survey), Arc::clone(&self.rows));
        let left_out = self.left_out.clone();
        let preparing = spawn_blocking(move || {
            let prepared = Prepared::of(&by, &mut books, &rows, &left_out);
            (prepared, books)
        });
        let (prepared, mut books) = preparing
            .await
            .map_err(|fault| Error::internal("import")(fault.into()))?;
        let mut judged = survey.settle(&mut books, prepared, &self.rows, tx).await?;
        self.columns.place(&self.rows, &mut judged.verdicts);
        let since: BTreeSet<usize> = refused(&judged.verdicts);
        let new: Vec<usize> = since.difference(&self.left_out).copied().collect();
        for place in &new {
            if let (Some(old), Some(now)) =
                (self.reviewed.get_mut(*place), judged.verdicts.get(*place))
            {
                *old = unwritten(now);
            }
        }
        if !new.is_empty() {
            self.left_out.extend(new);
            return Ok(Written::Refused);
        }
        self.verdicts = judged.verdicts;
        for place in &self.left_out {
            if let (Some(now), Some(old)) =
                (self.verdicts.get_mut(*place), self.reviewed.get(*place))
            {
                *now = old.clone();
            }
        }
        // Whom a row looks like was asked while it was reviewed, when it was new.
        for (now, old) in self.verdicts.iter_mut().zip(&self.reviewed) {
            let like = |found: &&Finding| found.code == ProblemCode::SurveyLikeness;
            if !now.findings.iter().any(|found| like(&found)) {
                let told: Vec<Finding> = old.findings.iter().filter(like).cloned().collect();
                now.findings.extend(told);
            }
        }
        self.changes = judged.changes;
        undo::remember(&mut self.verdicts, mark.0, survey.app.today(), tx).await?;
        let touched = registrations(&self.verdicts);
        difference::look(&survey.app, touched, tx).await?;
        Ok(Written::Whole)
    }

    /// Puts on record what was written and how far the import is; false where the claim was lost.
    async fn record(&self, survey: &Survey, tx: &DatabaseTransaction) -> Result<bool, Error> {
        let app = &survey.app;
        let until = db::now(tx).await? + lease::length(app);
        let mut advancing = Entity::update_many()
            .col_expr(Column::LeaseUntil, Expr::val(until))
            .col_expr(Column::Faults, Expr::val(0))
            .col_expr(Column::Chunks, Expr::val(self.number + 1))
            .filter(survey.lease.held())
            .filter(Column::Chunks.eq(self.number));
        // Accepted, rejected and skipped were counted when the rows were read: only what became another is told anew.
        let before = self.counted.iter();
        for ((column, now), (_, then)) in counts(&self.verdicts).into_iter().zip(before) {
            let change = match column {
                Column::RowsRead => 0,
                Column::Accepted | Column::Rejected | Column::Skipped => now - then,
                _ => now,
            };
            advancing = advancing.col_expr(column, Expr::col(column).add(change));
        }
        if advancing.exec(tx).await?.rows_affected != 1 {
            return Ok(false);
        }
        let of = (survey.job.id, self.number);
        judge_anew(app, of, &self.verdicts, tx).await?;
        audit::record(app, tx, &survey.caller, self.entry(survey)).await?;
        Ok(true)
    }

    fn entry(&self, survey: &Survey) -> Entry {
        let effects = || self.verdicts.iter().flat_map(|verdict| &verdict.effects);
        let count = |wanted| effects().filter(|e| e.outcome == wanted).count();
        let written = effects().filter(|effect| effect.revision.is_some());
        let subjects: Vec<_> = written
            .filter_map(|effect| {
                let entry = effect.entry.map(|id| id.to_string());
                effect.registration.map(|id| id.to_string()).or(entry)
            })
            .collect();
        let rows = self.rows.first().zip(self.rows.last());
        let detail = json!({
            "import": survey.job.id,
            "chunk": self.number,
            "firstRow": rows.map(|(first, _)| first.place),
            "lastRow": rows.map(|(_, last)| last.place),
            "rejected": self.left_out.len(),
            "created": count(Outcome::Created),
            "updated": count(Outcome::Updated),
            "unchanged": count(Outcome::Unchanged),
        });
        Entry {
            operation: "commitImport",
            outcome: if subjects.is_empty() {
                Ended::Unchanged
            } else {
                Ended::Done
            },
            subjects,
            detail: change::with(detail, &self.changes),
            party: None,
            purpose: None,
        }
    }
}

/// What is known of a row that is refused: nothing of it was written after all.
fn unwritten(verdict: &Verdict) -> Verdict {
    let mut verdict = verdict.clone();
    for effect in &mut verdict.effects {
        effect.revision = None;
        if effect.outcome == Outcome::Created {
            effect.registration = None;
            effect.entry = None;
        }
    }
    verdict
}

/// The rows that do not go in, by their place in the chunk.
fn refused(verdicts: &[Verdict]) -> BTreeSet<usize> {
    let refused = verdicts.iter().enumerate().filter(|(_, v)| v.is_refused());
    refused.map(|(place, _)| place).collect()
}

/// The registrations that rows speak of.
fn registrations(verdicts: &[Verdict]) -> BTreeSet<RegistrationId> {
    let effects = verdicts.iter().filter(|v| !v.is_refused());
    let effects = effects.flat_map(|verdict| &verdict.effects);
    effects.filter_map(|effect| effect.registration).collect()
}

/// What keeps a survey from being written as a whole.
#[derive(Default)]
struct Refused {
    /// The rows whose registrations were written and taken back.
    rows: HashMap<String, (Arc<str>, u32)>,
    /// The chunks of which more rows are refused than the review knew, each with what is known of its rows now.
    chunks: Vec<(i32, Vec<Verdict>)>,
    /// What all chunks come to.
    counts: Vec<(Column, i64)>,
}

impl Refused {
    fn add(&mut self, mut chunk: Chunk, is_refused: bool) {
        for (row, verdict) in chunk.rows.iter().zip(&chunk.verdicts) {
            let new = verdict.effects.iter();
            let new = new.filter(|effect| effect.outcome == Outcome::Created);
            for id in new.filter_map(|effect| effect.registration) {
                let at = (Arc::clone(&row.sheet), row.row);
                self.rows.insert(id.to_string(), at);
            }
        }
        let now = counts(&chunk.reviewed);
        if is_refused {
            for (row, verdict) in chunk.rows.iter().zip(&mut chunk.reviewed) {
                let findings = std::mem::take(&mut verdict.findings).into_iter();
                verdict.findings = findings.map(|found| self.by_row(found, row)).collect();
            }
            self.chunks.push((chunk.number, chunk.reviewed));
        }
        if self.counts.is_empty() {
            self.counts = now;
        } else {
            for ((_, all), (_, own)) in self.counts.iter_mut().zip(now) {
                *all += own;
            }
        }
    }
}

impl Refused {
    /// Names a registration that was taken back by its row.
    fn by_row(&self, mut finding: Finding, own: &Row) -> Finding {
        let is_gone =
            |(name, id): &mut (_, String)| name == "registration" && self.rows.contains_key(id);
        let gone = finding.facts.extract_if(.., |fact| is_gone(fact)).next();
        match gone.and_then(|(_, id)| self.rows.get(&id)) {
            Some((sheet, row)) => seen_at(finding, (sheet, *row), own),
            None => finding,
        }
    }
}

/// Nothing was written: the import's user is asked again, and sees which rows are refused now.
async fn back_to_review(survey: &Survey, refused: Refused) -> Result<End, Error> {
    let app = &survey.app;
    let tx = db::begin_write(&app.db, survey.caller.reach()).await?;
    let state = ImportState::Review;
    let mut back = Entity::update_many()
        .col_expr(Column::State, Expr::val(state))
        .col_expr(Column::UpdatedAt, Expr::val(app.now()))
        .filter(survey.lease.held());
    for (column, count) in refused.counts {
        back = back.col_expr(column, Expr::val(count));
    }
    let back = lease::let_go(back).exec(&tx).await?;
    if back.rows_affected != 1 {
        tx.rollback().await?;
        return Ok(End::Lost);
    }
    for (number, verdicts) in &refused.chunks {
        judge_anew(app, (survey.job.id, *number), verdicts, &tx).await?;
    }
    let entry = Entry {
        operation: "commitImport",
        outcome: Ended::Refused,
        subjects: vec![survey.job.id.to_string()],
        detail: json!({ "state": state }),
        party: None,
        purpose: None,
    };
    audit::record(app, &tx, &survey.caller, entry).await?;
    tx.commit().await?;
    Ok(End::Done)
}
