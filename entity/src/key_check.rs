//! A known value under every key, so that a lost or wrong key stops the start instead of reading garbage.

use sea_orm::entity::prelude::*;

/// What one key makes of a constant.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "key_check")]
pub struct Model {
    /// seal, index or fingerprint.
    #[sea_orm(primary_key, auto_increment = false)]
    pub purpose: String,
    /// The key's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_id: i64,
    /// The value.
    #[sea_orm(column_type = "Blob")]
    pub value: Vec<u8>,
    /// Since when it makes what is new.
    pub activated_at: Option<DateTimeUtc>,
    /// Since when nothing needs it any more.
    pub retired_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// All of them.
#[must_use]
pub fn all() -> Select<Entity> {
    Entity::find()
}
