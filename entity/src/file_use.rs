//! Who uses a file: the registration, the link or the import that names it. An upload goes when the last of them is gone.

use sea_orm::entity::prelude::*;

use crate::id::FileId;

/// One use.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "file_use")]
pub struct Model {
    /// The file.
    #[sea_orm(primary_key, auto_increment = false)]
    pub file_id: FileId,
    /// The id of whatever names it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub used_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}

/// What these use.
#[must_use]
pub fn of(users: impl IntoIterator<Item = Uuid>) -> Select<Entity> {
    Entity::find().filter(Column::UsedBy.is_in(users))
}

/// The uses of these files.
#[must_use]
pub fn of_files(files: impl IntoIterator<Item = FileId>) -> Select<Entity> {
    Entity::find().filter(Column::FileId.is_in(files))
}
