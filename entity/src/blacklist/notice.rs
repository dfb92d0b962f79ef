//! 告知书: which letter was made for the listed, of an entry or of an appeal against it.

use sea_orm::QueryOrder as _;
use sea_orm::entity::prelude::*;

use crate::id::{AppealId, EntryId, FileId, NoticeId};
use crate::kind::NoticeKind;

/// A letter's row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "blacklist_notice")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeId,
    /// Of which entry.
    pub entry_id: EntryId,
    /// Of which appeal, if it tells what came of one.
    pub appeal_id: Option<AppealId>,
    /// What it says.
    pub kind: NoticeKind,
    /// The letter as PDF.
    pub file_id: FileId,
    /// When it was made.
    pub made_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

/// The letters of entries, oldest first.
#[must_use]
pub fn of_entries(ids: impl IntoIterator<Item = EntryId>) -> Select<Entity> {
    Entity::find()
        .filter(Column::EntryId.is_in(ids))
        .order_by_asc(Column::Id)
}
