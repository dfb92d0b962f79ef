//! What a user said of a survey's columns, remembered by the words of its header for the next file that has the same.

use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use crate::id::{MappingId, PlatformId};

/// A mapping's row; an owner has one for each header.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_mapping")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MappingId,
    /// Whose it is: an office's id or a platform's.
    pub owner: Uuid,
    /// The platform, where it is a platform's.
    pub platform_id: Option<PlatformId>,
    /// What the header's words come to.
    pub signature: String,
    /// Which column is which field, as JSON: header words and names of fields, never a cell.
    pub columns: String,
    /// When it was said last.
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

/// What an owner taught, in the order of the headers.
#[must_use]
pub fn of_owner(owner: Uuid) -> Select<Entity> {
    Entity::find()
        .filter(Column::Owner.eq(owner))
        .order_by_asc(Column::Signature)
}

/// What an owner taught of one header.
#[must_use]
pub fn of_header(owner: Uuid, signature: &str) -> Select<Entity> {
    Entity::find()
        .filter(Column::Owner.eq(owner))
        .filter(Column::Signature.eq(signature))
}
