//! A chunk of lines on its way: read into items, parsed, and, once they are judged, put on record together with how far
//! the file is. No line is in two chunks, and a chunk is committed whole or not at all.

use entity::import_job::{Column, Entity, chunk};
use entity::sealed::SealedAt;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _,
};

use entity::id::ImportId;
use entity::problem::{Finding, ProblemCode};
use serde_json::Value;

use super::lines::{Content, Line};
use super::{Hand, LineVerdict, Unread, lease};
use crate::audit::{self, Entry, Outcome as Ended};
use crate::db;
use crate::error::Error;
use crate::registry::batch::{Batch, Outcome};
use crate::registry::deed::Recorded as _;
use crate::registry::registration::bulk::Parsed;

/// A chunk's place in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Chunks before it.
    pub number: i32,
    /// Bytes before it.
    pub begin: i64,
}

/// Lines that go into one transaction.
pub(super) struct Chunk {
    /// Where it begins.
    pub at: Place,
    /// As they were read, should they have to be parsed again.
    pub lines: Vec<Line>,
    /// The items of those that can be read.
    pub parsed: Parsed,
    /// The line of each item.
    places: Vec<i64>,
    /// What was found on the others.
    unread: Vec<LineVerdict>,
    blank: i64,
}

impl Chunk {
    /// Reads lines up to the first that names a subject for the second time, and gives back those that are left.
    pub(super) fn of(hand: &Hand, at: Place, mut lines: Vec<Line>) -> (Self, Vec<Line>) {
        let mut items = Vec::with_capacity(lines.len());
        let mut places = Vec::with_capacity(lines.len());
        let mut unread = Vec::new();
        for line in &lines {
            let limit = hand.app.settings.import.line_bytes;
            match read(hand, line, limit) {
                None => {}
                Some(Ok(item)) => {
                    places.push(line.number);
                    items.push(item);
                }
                Some(Err(why)) => unread.push(refused(line.number, why)),
            }
        }
        let (parsed, taken) = Parsed::of(&hand.app, &hand.ledger, &hand.gazetteer, items);
        let mut rest = Vec::new();
        if let Some(cut) = places.get(taken).copied() {
            let kept = lines.iter().take_while(|line| line.number < cut).count();
            rest = lines.split_off(kept);
            unread.retain(|verdict| verdict.line < cut);
            places.truncate(taken);
        }
        let is_blank = |line: &&Line| line.content == Content::Blank;
        let blank = count(lines.iter().filter(is_blank).count());
        let chunk = Self {
            at,
            lines,
            parsed,
            places,
            unread,
            blank,
        };
        (chunk, rest)
    }

    /// Where the next chunk begins.
    pub(super) fn end(&self) -> i64 {
        self.lines.last().map_or(self.at.begin, |line| line.end)
    }

    /// Its items, what has to be known of it once they are on their way, and its lines.
    pub(super) fn parts(self) -> (Parsed, Told, Vec<Line>) {
        let (end, rows) = (self.end(), count(self.lines.len()));
        let told = Told {
            at: self.at,
            end,
            rows,
            blank: self.blank,
            last_line: self.lines.last().map_or(0, |line| line.number),
            places: self.places,
            unread: self.unread,
        };
        (self.parsed, told, self.lines)
    }
}

/// One line as an item; none where there is nothing.
fn read(
    hand: &Hand,
    line: &Line,
    limit: usize,
) -> Option<Result<crate::registry::input::Item, Unread>> {
    let unread = |finding| Unread {
        external_id: None,
        finding,
    };
    match &line.content {
        Content::Blank => None,
        Content::Text(text) => Some((hand.read)(hand.kind, text)),
        Content::Unreadable => Some(Err(unread(Finding::error(ProblemCode::LineUnreadable)))),
        Content::TooLong => {
            let long = Finding::error(ProblemCode::LineTooLong);
            Some(Err(unread(long.with("max", limit.to_string()))))
        }
    }
}

fn refused(line: i64, why: Unread) -> LineVerdict {
    LineVerdict {
        line,
        external_id: why.external_id,
        outcome: Outcome::Rejected,
        registration: None,
        findings: vec![why.finding],
    }
}

/// What a chunk says beside its items.
pub(super) struct Told {
    at: Place,
    end: i64,
    rows: i64,
    blank: i64,
    last_line: i64,
    places: Vec<i64>,
    unread: Vec<LineVerdict>,
}

impl Told {
    /// Puts on record how far the file is, what was found and who did it; false, and nothing is to be committed, where
    /// the claim was lost or another one came first.
    pub(super) async fn record(
        self,
        hand: &Hand,
        batch: Batch,
        tx: &DatabaseTransaction,
    ) -> Result<bool, Error> {
        let tally = |outcome| count(batch.count(outcome));
        let created = tally(Outcome::Created);
        let updated = tally(Outcome::Updated) + tally(Outcome::Reopened) + tally(Outcome::Closed);
        let unchanged = tally(Outcome::Unchanged);
        let added = [
            (Column::RowsRead, self.rows),
            (Column::Accepted, created + updated + unchanged),
            (
                Column::Rejected,
                tally(Outcome::Rejected) + count(self.unread.len()),
            ),
            (Column::Skipped, tally(Outcome::Stale) + self.blank),
            (Column::Created, created),
            (Column::Updated, updated),
            (Column::Unchanged, unchanged),
        ];
        let until = db::now(tx).await? + lease::length(&hand.app);
        let mut advance = Entity::update_many()
            .col_expr(Column::BytesDone, Expr::val(self.end))
            .col_expr(Column::Chunks, Expr::col(Column::Chunks).add(1))
            .col_expr(Column::Faults, Expr::val(0))
            .col_expr(Column::LeaseUntil, Expr::val(until));
        for (column, rows) in added {
            advance = advance.col_expr(column, Expr::col(column).add(rows));
        }
        let advanced = advance
            .filter(hand.lease.held())
            .filter(sea_orm::ColumnTrait::eq(&Column::BytesDone, self.at.begin))
            .exec(tx)
            .await?;
        if advanced.rows_affected != 1 {
            return Ok(false);
        }
        audit::record(&hand.app, tx, &hand.caller, self.entry(hand, &batch)).await?;
        self.keep(hand, batch, tx).await?;
        Ok(true)
    }

    fn entry(&self, hand: &Hand, batch: &Batch) -> Entry {
        let mut detail = batch.detail();
        if let Some(detail) = detail.as_object_mut() {
            detail.insert("import".to_owned(), hand.lease.job.to_string().into());
            detail.insert(
                "firstLine".to_owned(),
                (self.last_line - self.rows + 1).into(),
            );
            detail.insert("lastLine".to_owned(), self.last_line.into());
        }
        Entry {
            operation: "importRegistrations",
            outcome: match (batch.wrote(), batch.stood()) {
                (true, _) => Ended::Done,
                (false, true) => Ended::Unchanged,
                (false, false) => Ended::Refused,
            },
            subjects: batch.subjects(),
            detail,
            party: None,
            purpose: None,
        }
    }

    /// Keeps what was found, if anything was.
    async fn keep(self, hand: &Hand, batch: Batch, tx: &DatabaseTransaction) -> Result<(), Error> {
        let mut verdicts = self.unread;
        let found = batch.results.into_iter().zip(self.places);
        verdicts.extend(found.filter(|(result, _)| !result.findings.is_empty()).map(
            |(result, line)| LineVerdict {
                line,
                external_id: result.external_id,
                outcome: result.outcome,
                registration: result.registration,
                findings: result.findings,
            },
        ));
        verdicts.sort_by_key(|verdict| verdict.line);
        let Some(last) = verdicts.last() else {
            return Ok(());
        };
        let number = self.at.number;
        let row = chunk::Model {
            import_id: hand.lease.job,
            number,
            last_row: last.line,
            verdicts: hand.app.vault.seal_json(
                place(hand.lease.job, number),
                &serde_json::to_value(&verdicts)?,
            )?,
        };
        chunk::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(tx)
            .await?;
        Ok(())
    }
}

/// Opens what was found in a chunk.
pub(super) fn open(app: &crate::app::App, row: &chunk::Model) -> Result<Vec<LineVerdict>, Error> {
    let value: Value = app
        .vault
        .open_json(place(row.import_id, row.number), &row.verdicts)?;
    Ok(serde_json::from_value(value)?)
}

/// Where what was found in a chunk is sealed.
pub(in crate::registry) const fn place(job: ImportId, number: i32) -> SealedAt {
    SealedAt {
        table: "import_chunk",
        column: "verdicts",
        row: job.0,
        revision: number,
    }
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
