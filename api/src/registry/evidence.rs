//! Evidence is a file that the caller uploaded itself; what is recorded with it keeps it from being swept as unused.

use std::collections::BTreeSet;

use entity::document::{self, Column, Entity};
use entity::file_use;
use entity::id::FileId;
use entity::problem::{Finding, ProblemCode};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _,
};
use uuid::Uuid;

use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;

/// Uses written by one statement.
const USES: usize = 1_000;

/// Which of these the caller uploaded itself.
pub async fn known<C: ConnectionTrait>(
    tx: &C,
    caller: &Caller,
    wanted: &BTreeSet<FileId>,
) -> Result<BTreeSet<FileId>, Error> {
    if wanted.is_empty() {
        return Ok(BTreeSet::new());
    }
    let uploads = document::uploads(caller.client.id, wanted.iter().copied());
    let rows = uploads.all(tx).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Refuses a list of evidence that is too long, and in it what the caller did not upload itself.
pub async fn judge<C: ConnectionTrait>(
    app: &App,
    caller: &Caller,
    tx: &C,
    files: &[Option<FileId>],
) -> Result<Vec<Finding>, Error> {
    let most = app.settings.limits.items;
    if files.len() > most {
        let many = Finding::error(ProblemCode::TooMany).with("max", most.to_string());
        return Ok(vec![many.inside("evidence")]);
    }
    let wanted: BTreeSet<FileId> = files.iter().flatten().copied().collect();
    let known = known(tx, caller, &wanted).await?;
    let missing = files
        .iter()
        .enumerate()
        .filter(|(_, id)| !id.is_some_and(|id| known.contains(&id)));
    let told = missing.map(|(index, _)| {
        let absent = Finding::error(ProblemCode::EvidenceNotFound);
        absent.item(index).inside("evidence")
    });
    Ok(told.collect())
}

/// Marks evidence as used, each file with the id of what names it, once that is being written: a refused deed keeps no file.
pub async fn mark_used<C: ConnectionTrait>(
    app: &App,
    tx: &C,
    uses: BTreeSet<(FileId, Uuid)>,
) -> Result<(), Error> {
    let files: BTreeSet<FileId> = uses.iter().map(|(file, _)| *file).collect();
    let uses: Vec<_> = uses.into_iter().collect();
    for chunk in uses.chunks(USES) {
        let rows = chunk.iter().map(|(file_id, used_by)| {
            let row = file_use::Model {
                file_id: *file_id,
                used_by: *used_by,
            };
            row.into_active_model().reset_all()
        });
        let known = OnConflict::columns([file_use::Column::FileId, file_use::Column::UsedBy])
            .do_nothing()
            .to_owned();
        file_use::Entity::insert_many(rows)
            .on_conflict(known)
            .exec_without_returning(tx)
            .await?;
    }
    if files.is_empty() {
        return Ok(());
    }
    Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(app.now()))
        .filter(Column::Id.is_in(files))
        .filter(Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}
