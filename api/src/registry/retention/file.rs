//! Files that nobody uses any more: their records go with what used them, their bytes once that is committed. Bytes without a
//! record are found by the sweep, should the process die in between.

use std::collections::BTreeSet;

use entity::document::{self, Column, Purpose, link};
use entity::id::FileId;
use entity::{file_use, import_job};
use sea_orm::{ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::app::App;
use crate::error::Error;

/// Forgets that these use files, and removes the records of uploads that then nobody uses.
pub(super) async fn unused_by(
    tx: &DatabaseTransaction,
    gone: &[Uuid],
) -> Result<Vec<FileId>, Error> {
    let uses = file_use::of(gone.iter().copied()).all(tx).await?;
    forgotten(tx, uses).await
}

/// Forgets these uses, and removes the records of uploads that then nobody uses.
pub(super) async fn forgotten(
    tx: &DatabaseTransaction,
    uses: Vec<file_use::Model>,
) -> Result<Vec<FileId>, Error> {
    let files: BTreeSet<FileId> = uses.iter().map(|one| one.file_id).collect();
    for one in uses {
        file_use::Entity::delete_by_id((one.file_id, one.used_by))
            .exec(tx)
            .await?;
    }
    let still = file_use::of_files(files.iter().copied()).all(tx).await?;
    let still: BTreeSet<FileId> = still.into_iter().map(|one| one.file_id).collect();
    let imported = import_job::reading(files.iter().copied()).all(tx).await?;
    let imported: BTreeSet<FileId> = imported.into_iter().map(|job| job.file_id).collect();
    let gone = files
        .into_iter()
        .filter(|id| !still.contains(id) && !imported.contains(id));
    remove(tx, gone.collect(), Purpose::Upload).await
}

/// Removes the records of files of a purpose, with the links to them.
pub(in crate::registry) async fn remove(
    tx: &DatabaseTransaction,
    files: Vec<FileId>,
    purpose: Purpose,
) -> Result<Vec<FileId>, Error> {
    let known = document::known(files)
        .filter(Column::Purpose.eq(purpose))
        .all(tx)
        .await?;
    let ids: Vec<FileId> = known.into_iter().map(|file| file.id).collect();
    link::Entity::delete_many()
        .filter(link::Column::FileId.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    document::Entity::delete_many()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    Ok(ids)
}

/// Removes the bytes of files whose records are gone.
pub(super) async fn erase(app: &App, files: Vec<FileId>) -> Result<(), Error> {
    for id in files {
        app.files.delete(id.0).await?;
    }
    Ok(())
}
