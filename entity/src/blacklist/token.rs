//! Blind tokens of listed names: keyed hashes of a name's parts, by which candidates are found without opening any name.

use sea_orm::entity::prelude::*;

use crate::id::EntryId;

/// One part of one name, under one index key.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "blacklist_token")]
pub struct Model {
    /// The first eight bytes of the keyed hash.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token: i64,
    /// Whose name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: EntryId,
    /// The index key that hashed it.
    pub key_id: i32,
}

impl ActiveModelBehavior for ActiveModel {}
