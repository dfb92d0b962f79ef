//! Claims on an import, by the database's clock: one process writes, and one that falls silent is replaced by another,
//! which goes on after the last chunk that is committed.

use chrono::{DateTime, TimeDelta, Utc};
use entity::id::ImportId;
use entity::import_job::{self, Column, Entity, Model};
use entity::kind::{ImportKind, ImportState};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, UpdateMany};
use serde_json::json;
use uuid::Uuid;

use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::db::{self, Reach};
use crate::error::Error;

/// So many faults without a chunk in between make an import FAILED.
const FAULTS: i32 = 5;

/// So long a workbook waits after its first try, halved, in seconds: a full disk is seldom cleared within a minute.
const PATIENCE: i64 = 15;

/// A claim on one import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The import.
    pub job: ImportId,
    by: Uuid,
    attempt: i32,
    /// What is being done: a first load is written, a survey read, written or taken back.
    state: ImportState,
    operation: &'static str,
}

impl Lease {
    /// Which deed asked for what is being done.
    pub(in crate::registry) const fn operation(&self) -> &'static str {
        self.operation
    }

    /// What is true in the database as long as the claim holds; a cancelled import is nobody's.
    pub(in crate::registry) fn held(&self) -> Condition {
        Condition::all()
            .add(Column::Id.eq(self.job))
            .add(Column::State.eq(self.state))
            .add(Column::LeaseBy.eq(self.by))
            .add(Column::Attempts.eq(self.attempt))
    }
}

/// The imports that nobody is at, oldest first.
pub async fn waiting(app: &App) -> Result<Vec<ImportId>, Error> {
    let now = db::now(&app.db).await?;
    let rows = import_job::claimable(now).all(&app.db).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Claims an import, unless somebody else has it or it has ended.
pub async fn claim(app: &App, id: ImportId) -> Result<Option<(Lease, Model)>, Error> {
    let Some(waiting) = import_job::for_job(id).one(&app.db).await? else {
        return Ok(None);
    };
    let (state, operation) = next(&waiting);
    let now = db::now(&app.db).await?;
    let claimed = claiming(app, &waiting, now)
        .col_expr(Column::State, Expr::val(state))
        .filter(import_job::under_way())
        .filter(import_job::unclaimed(now))
        .exec(&app.db)
        .await?;
    if claimed.rows_affected != 1 {
        return Ok(None);
    }
    let row = import_job::for_job(id).one(&app.db).await?;
    let ours = row.filter(|row| row.lease_by == Some(app.process));
    Ok(ours.map(|row| {
        let lease = Lease {
            job: id,
            by: app.process,
            attempt: row.attempts,
            state,
            operation,
        };
        (lease, row)
    }))
}

/// Claims the workbook that goes back to whoever sent a survey: as long as the claim is kept, nobody else makes it.
pub async fn claim_workbook(app: &App, job: &Model) -> Result<Option<Lease>, Error> {
    let now = db::now(&app.db).await?;
    let claimed = claiming(app, job, now)
        .col_expr(Column::Faults, Expr::col(Column::Faults).add(1))
        .filter(Column::Attempts.eq(job.attempts))
        .filter(import_job::lacks_workbook(now))
        .exec(&app.db)
        .await?;
    Ok((claimed.rows_affected == 1).then_some(Lease {
        job: job.id,
        by: app.process,
        attempt: job.attempts + 1,
        state: job.state,
        operation: "importSurvey",
    }))
}

/// What a claim writes into an import that is still in the state it was found in, at an instant of the database's clock.
fn claiming(app: &App, found: &Model, now: DateTime<Utc>) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::LeaseBy, Expr::val(app.process))
        .col_expr(Column::LeaseUntil, Expr::val(now + length(app)))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::Id.eq(found.id))
        .filter(Column::State.eq(found.state))
}

/// Lets a workbook wait that could not be made, longer after each try.
pub async fn put_off(app: &App, lease: &Lease, tries: i32) -> Result<(), Error> {
    let doublings = tries.clamp(0, import_job::WORKBOOK_TRIES);
    pause(app, lease, TimeDelta::seconds(PATIENCE << doublings), tries).await
}

/// In which state an import is worked at, and which deed asked for that.
fn next(job: &Model) -> (ImportState, &'static str) {
    if job.kind == Some(ImportKind::Registrations) {
        return (ImportState::Committing, "importRegistrations");
    }
    let operation = match job.state {
        ImportState::Committing => "commitImport",
        ImportState::Undoing => "undoImport",
        _ => "importSurvey",
    };
    (job.state, operation)
}

/// Lets go of a claim together with what an update says, so that whoever comes next need not wait.
pub(in crate::registry) fn let_go(update: UpdateMany<Entity>) -> UpdateMany<Entity> {
    update
        .col_expr(Column::LeaseBy, Expr::val(None::<Uuid>))
        .col_expr(Column::LeaseUntil, Expr::val(None::<DateTime<Utc>>))
}

/// Keeps a claim for another term; false when it is lost.
pub async fn renew(app: &App, lease: &Lease) -> Result<bool, Error> {
    let until = db::now(&app.db).await? + length(app);
    let renewed = Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::val(until))
        .filter(lease.held())
        .exec(&app.db)
        .await?;
    Ok(renewed.rows_affected == 1)
}

/// Gives a claim back without a fault, so that the next process goes on at once.
pub async fn release(app: &App, lease: &Lease) -> Result<(), Error> {
    pause(app, lease, TimeDelta::zero(), 0).await
}

/// Gives a claim back after a fault: it is tried again, later each time, and at last given up. Tells whether it was.
pub async fn fail(app: &App, lease: &Lease) -> Result<bool, Error> {
    let row = import_job::for_job(lease.job).one(&app.db).await?;
    let faults = row.map_or(FAULTS, |row| row.faults + 1);
    if faults < FAULTS {
        let doublings = u32::try_from(faults).unwrap_or(0);
        pause(app, lease, TimeDelta::seconds(1 << doublings), faults).await?;
        return Ok(false);
    }
    give_up(app, lease, "faults").await
}

/// Ends an import that cannot go on; what is committed stays.
pub async fn give_up(app: &App, lease: &Lease, why: &'static str) -> Result<bool, Error> {
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let failed = Entity::update_many()
        .col_expr(Column::State, Expr::val(ImportState::Failed))
        .col_expr(Column::UpdatedAt, Expr::val(app.now()))
        .filter(lease.held())
        .exec(&tx)
        .await?;
    if failed.rows_affected == 1 {
        let entry = Entry {
            operation: lease.operation,
            outcome: Outcome::Refused,
            subjects: vec![lease.job.to_string()],
            detail: json!({ "state": ImportState::Failed, "why": why }),
            party: None,
            purpose: None,
        };
        audit::record_house(app, &tx, entry).await?;
    }
    tx.commit().await?;
    Ok(failed.rows_affected == 1)
}

async fn pause(app: &App, lease: &Lease, span: TimeDelta, faults: i32) -> Result<(), Error> {
    let until: DateTime<Utc> = db::now(&app.db).await? + span;
    Entity::update_many()
        .col_expr(Column::LeaseBy, Expr::val(None::<Uuid>))
        .col_expr(Column::LeaseUntil, Expr::val(until))
        .col_expr(Column::Faults, Expr::val(faults))
        .filter(lease.held())
        .exec(&app.db)
        .await?;
    Ok(())
}

pub(in crate::registry) fn length(app: &App) -> TimeDelta {
    TimeDelta::seconds(i64::from(app.settings.import.lease_seconds))
}
