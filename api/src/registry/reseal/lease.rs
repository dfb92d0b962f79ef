//! Claims on one kind of thing, by the database's clock: one process is at it, and one that falls silent is replaced by
//! another, which goes on after the last batch that is committed.

use chrono::TimeDelta;
use entity::reseal::{self, Column, Entity, Model};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait as _, Condition, DatabaseTransaction, EntityTrait as _, QueryFilter as _,
};
use serde_json::json;
use uuid::Uuid;

use super::Done;
use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::db;
use crate::error::Error;
use crate::vault::Rotated;

/// So long a process may be silent before another one takes over.
const LEASE: TimeDelta = TimeDelta::seconds(15);

/// A claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The ring.
    pub ring: Rotated,
    /// The key that everything is to be under.
    pub key: u32,
    /// What is claimed.
    pub shelf: String,
    by: Uuid,
    attempt: i32,
}

impl Lease {
    fn row(&self) -> Condition {
        one(self.ring, self.key, &self.shelf)
    }

    /// What is true in the database as long as the claim holds.
    fn held(&self) -> Condition {
        self.row()
            .add(Column::DoneAt.is_null())
            .add(Column::LeaseBy.eq(self.by))
            .add(Column::Attempts.eq(self.attempt))
    }
}

fn one(ring: Rotated, key: u32, shelf: &str) -> Condition {
    Condition::all()
        .add(Column::Ring.eq(ring.name()))
        .add(Column::KeyId.eq(i64::from(key)))
        .add(Column::Shelf.eq(shelf))
}

/// Claims a kind, unless somebody else has it or it is done.
pub async fn claim(
    app: &App,
    (ring, key): (Rotated, u32),
    shelf: &str,
) -> Result<Option<(Lease, Model)>, Error> {
    let now = db::now(&app.db).await?;
    let claimed = Entity::update_many()
        .col_expr(Column::LeaseBy, Expr::val(app.process))
        .col_expr(Column::LeaseUntil, Expr::val(now + LEASE))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(one(ring, key, shelf))
        .filter(reseal::unclaimed(now))
        .exec(&app.db)
        .await?;
    if claimed.rows_affected != 1 {
        return Ok(None);
    }
    let rows = reseal::of_key(ring.name(), i64::from(key));
    let row = rows.filter(Column::Shelf.eq(shelf)).one(&app.db).await?;
    let ours = row.filter(|row| row.lease_by == Some(app.process));
    Ok(ours.map(|row| {
        let lease = Lease {
            ring,
            key,
            shelf: shelf.to_owned(),
            by: app.process,
            attempt: row.attempts,
        };
        (lease, row)
    }))
}

/// Keeps a claim for another term; false when it is lost.
pub async fn renew(app: &App, lease: &Lease) -> Result<bool, Error> {
    let until = db::now(&app.db).await? + LEASE;
    let renewed = Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::val(until))
        .filter(lease.held())
        .exec(&app.db)
        .await?;
    Ok(renewed.rows_affected == 1)
}

/// Gives a claim back, so that the next process goes on at once.
pub async fn release(app: &App, lease: &Lease) -> Result<(), Error> {
    Entity::update_many()
        .col_expr(Column::LeaseBy, Expr::val(None::<Uuid>))
        .col_expr(
            Column::LeaseUntil,
            Expr::val(None::<chrono::DateTime<chrono::Utc>>),
        )
        .filter(lease.held())
        .exec(&app.db)
        .await?;
    Ok(())
}

/// Puts a batch on record and keeps the claim; false when the claim is lost and the batch must not be written.
pub(super) async fn advance(
    app: &App,
    tx: &DatabaseTransaction,
    lease: &Lease,
    done: &Done,
) -> Result<bool, Error> {
    let until = db::now(tx).await? + LEASE;
    let mut advanced = Entity::update_many()
        .col_expr(Column::Seen, Expr::col(Column::Seen).add(done.seen))
        .col_expr(Column::Sealed, Expr::col(Column::Sealed).add(done.sealed))
        .col_expr(
            Column::Damaged,
            Expr::col(Column::Damaged).add(done.damaged),
        )
        .col_expr(Column::LeaseUntil, Expr::val(until));
    if let Some(after) = &done.after {
        advanced = advanced.col_expr(Column::After, Expr::val(after.as_str()));
    }
    let advanced = advanced.filter(lease.held()).exec(tx).await?;
    if advanced.rows_affected != 1 {
        tracing::info!(shelf = lease.shelf, process = %app.process, "the claim was lost");
    }
    Ok(advanced.rows_affected == 1)
}

/// Says that nothing is left; false when the claim is lost.
pub async fn finish(app: &App, lease: &Lease) -> Result<bool, Error> {
    let tx = db::begin_write(&app.db, db::Reach::All).await?;
    let finished = Entity::update_many()
        .col_expr(Column::DoneAt, Expr::val(db::now(&tx).await?))
        .filter(lease.held())
        .exec(&tx)
        .await?;
    if finished.rows_affected == 1 {
        let entry = Entry {
            operation: "sealAnew",
            outcome: Outcome::Done,
            subjects: vec![format!("{}:{}", lease.ring.name(), lease.key)],
            detail: json!({ "ring": lease.ring.name(), "key": lease.key, "shelf": lease.shelf }),
            party: None,
            purpose: None,
        };
        audit::record_house(app, &tx, entry).await?;
    }
    tx.commit().await?;
    Ok(finished.rows_affected == 1)
}
