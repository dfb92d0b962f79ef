//! Evidence is a file that the caller uploaded itself; naming it keeps it from being swept as unused.

use std::collections::BTreeSet;

use entity::document::{self, Column, Entity};
use entity::id::FileId;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};

use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;

/// Marks the caller's own uploads among these as used, and tells which of them exist.
pub async fn claim<C: ConnectionTrait>(
    app: &App,
    tx: &C,
    caller: &Caller,
    wanted: &BTreeSet<FileId>,
) -> Result<BTreeSet<FileId>, Error> {
    if wanted.is_empty() {
        return Ok(BTreeSet::new());
    }
    let rows = document::uploads(caller.client.id, wanted.iter().copied())
        .all(tx)
        .await?;
    let known: BTreeSet<FileId> = rows.into_iter().map(|row| row.id).collect();
    Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(app.now()))
        .filter(Column::Id.is_in(known.iter().copied()))
        .filter(Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    Ok(known)
}
