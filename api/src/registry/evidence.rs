//! Evidence is a file that the caller uploaded itself; what is recorded with it keeps it from being swept as unused.

use std::collections::BTreeSet;

use entity::document::{self, Column, Entity};
use entity::id::FileId;
use entity::problem::{Finding, ProblemCode};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};

use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;

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

/// Marks evidence as used, once what names it is being written: a refused deed keeps no file.
pub async fn mark_used<C: ConnectionTrait>(
    app: &App,
    tx: &C,
    files: BTreeSet<FileId>,
) -> Result<(), Error> {
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
