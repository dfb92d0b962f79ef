//! Claims on the writing of a submission, by the database's clock: one process writes, and one that falls silent is
//! replaced. A claim is told from every other by process and attempt, so that whoever lost it changes nothing any more.

use chrono::{DateTime, TimeDelta, Utc};
use entity::id::SubmissionId;
use entity::kind::SubmissionState;
use entity::submission::{self, Column, Entity, Model};
use rules::submission::SubmissionDeed;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _};
use serde_json::json;
use uuid::Uuid;

use super::course::moving;
use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::db::{self, Reach};
use crate::error::Error;

/// So often writing is begun before a fault makes the submission FAILED.
const ATTEMPTS: i32 = 5;

/// A claim on one submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The submission.
    pub submission: SubmissionId,
    by: Uuid,
    attempt: i32,
}

impl Lease {
    /// What is true in the database as long as the claim holds.
    pub(super) fn held(&self) -> Condition {
        Condition::all()
            .add(Column::Id.eq(self.submission))
            .add(Column::State.eq(SubmissionState::Preparing))
            .add(Column::LeaseBy.eq(self.by))
            .add(Column::Attempts.eq(self.attempt))
    }
}

/// The submissions that nobody writes, oldest first.
pub async fn waiting(app: &App) -> Result<Vec<SubmissionId>, Error> {
    let now = db::now(&app.db).await?;
    let rows = submission::claimable(now).all(&app.db).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Claims a submission, unless somebody else has it or it needs no writing.
pub async fn claim(app: &App, id: SubmissionId) -> Result<Option<(Lease, Model)>, Error> {
    let now = db::now(&app.db).await?;
    let claimed = Entity::update_many()
        .col_expr(Column::LeaseBy, Expr::val(app.process))
        .col_expr(Column::LeaseUntil, Expr::val(now + length(app)))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::RowsDone, Expr::val(0_i64))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(SubmissionState::Preparing))
        .filter(submission::unclaimed(now))
        .exec(&app.db)
        .await?;
    if claimed.rows_affected != 1 {
        return Ok(None);
    }
    let row = submission::for_job(id).one(&app.db).await?;
    let ours = row.filter(|row| row.lease_by == Some(app.process));
    Ok(ours.map(|row| {
        let lease = Lease {
            submission: id,
            by: app.process,
            attempt: row.attempts,
        };
        (lease, row)
    }))
}

/// Keeps a claim for another term and tells how far the writing is; false when it is lost.
pub async fn renew(app: &App, lease: &Lease, rows_done: i64) -> Result<bool, Error> {
    let until = db::now(&app.db).await? + length(app);
    let renewed = Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::val(until))
        .col_expr(Column::RowsDone, Expr::val(rows_done))
        .filter(lease.held())
        .exec(&app.db)
        .await?;
    Ok(renewed.rows_affected == 1)
}

/// Gives a claim back without a fault, so that the next process goes on at once.
pub async fn release(app: &App, lease: &Lease) -> Result<(), Error> {
    pause(app, lease, TimeDelta::zero()).await
}

/// Gives a claim back after a fault: writing is tried again, later each time, and at last given up.
/// Tells whether it was given up.
pub async fn fail(app: &App, lease: &Lease) -> Result<bool, Error> {
    if lease.attempt < ATTEMPTS {
        let doublings = u32::try_from(lease.attempt).unwrap_or(0);
        pause(app, lease, TimeDelta::seconds(1 << doublings)).await?;
        return Ok(false);
    }
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let failed = moving(SubmissionDeed::Fail, SubmissionState::Failed, app.now())
        .filter(lease.held())
        .exec(&tx)
        .await?;
    if failed.rows_affected == 1 {
        let entry = Entry {
            operation: "writeSubmission",
            outcome: Outcome::Refused,
            subjects: vec![lease.submission.to_string()],
            detail: json!({ "state": SubmissionState::Failed, "attempts": lease.attempt }),
            party: None,
            purpose: None,
        };
        audit::record_house(app, &tx, entry).await?;
    }
    tx.commit().await?;
    Ok(failed.rows_affected == 1)
}

async fn pause(app: &App, lease: &Lease, span: TimeDelta) -> Result<(), Error> {
    let until: DateTime<Utc> = db::now(&app.db).await? + span;
    Entity::update_many()
        .col_expr(Column::LeaseBy, Expr::val(None::<Uuid>))
        .col_expr(Column::LeaseUntil, Expr::val(until))
        .filter(lease.held())
        .exec(&app.db)
        .await?;
    Ok(())
}

fn length(app: &App) -> TimeDelta {
    TimeDelta::seconds(i64::from(app.settings.submission.lease_seconds))
}
