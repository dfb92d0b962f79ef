//! How far sealing anew has come: for each key that was made active, and each kind of thing that is sealed or indexed, the
//! place up to which it is done. A row is claimed like an import: by a lease that the database's clock ends.

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder as _};

/// One kind of thing on its way to one key.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reseal")]
pub struct Model {
    /// seal or index.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ring: String,
    /// The key that everything is to be under.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_id: i64,
    /// Table and column.
    #[sea_orm(primary_key, auto_increment = false)]
    pub shelf: String,
    /// The primary key of the last row that was looked at, as JSON.
    #[sea_orm(column_type = "Text")]
    pub after: Option<String>,
    /// Rows that were looked at.
    pub seen: i64,
    /// Rows that were sealed or indexed anew.
    pub sealed: i64,
    /// Rows that do not open and were left as they are.
    pub damaged: i64,
    /// When it was begun.
    pub begun_at: DateTimeUtc,
    /// When the last row was looked at.
    pub done_at: Option<DateTimeUtc>,
    /// The process that is at it.
    pub lease_by: Option<Uuid>,
    /// Until when that process may be silent, by the database's clock.
    pub lease_until: Option<DateTimeUtc>,
    /// How often it was claimed.
    pub attempts: i32,
}

impl ActiveModelBehavior for ActiveModel {}

/// Everything, in order.
#[must_use]
pub fn all() -> Select<Entity> {
    Entity::find()
        .order_by_asc(Column::Ring)
        .order_by_asc(Column::KeyId)
        .order_by_asc(Column::Shelf)
}

/// What belongs to one key of a ring.
#[must_use]
pub fn of_key(ring: &str, key: i64) -> Select<Entity> {
    all()
        .filter(Column::Ring.eq(ring))
        .filter(Column::KeyId.eq(key))
}

/// What belongs to one key of a ring and nobody is at.
#[must_use]
pub fn waiting(ring: &str, key: i64, now: DateTimeUtc) -> Select<Entity> {
    of_key(ring, key).filter(unclaimed(now))
}

/// What is not done and nobody has a standing claim on.
#[must_use]
pub fn unclaimed(now: DateTimeUtc) -> Condition {
    let free = Condition::any()
        .add(Column::LeaseUntil.is_null())
        .add(Column::LeaseUntil.lte(now));
    Condition::all().add(Column::DoneAt.is_null()).add(free)
}
