//! The processes that are at work and the keys that each of them holds, so that no key is made active, and none retired,
//! behind the back of one of them.

use sea_orm::entity::prelude::*;

/// One process, by the database's clock.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "key_holder")]
pub struct Model {
    /// The process among those that share the database.
    #[sea_orm(primary_key, auto_increment = false)]
    pub process: Uuid,
    /// Since when it is at work.
    pub since: DateTimeUtc,
    /// When it counts as gone, unless it says before that it is not.
    pub until: DateTimeUtc,
    /// For each ring the ids that it holds and the one that makes what is new, as JSON.
    #[sea_orm(column_type = "Text")]
    pub keys: String,
}

impl ActiveModelBehavior for ActiveModel {}

/// Those that are at work at an instant.
#[must_use]
pub fn at_work(now: DateTimeUtc) -> Select<Entity> {
    Entity::find().filter(Column::Until.gt(now))
}
