//! Taking a key away: only when nothing in the database or in the file store is under it, and nobody at work makes anything
//! with it. The database remembers that it is gone, so that a process that still holds it may start and one that does not
//! may, too.

use entity::key_check::{Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;

use super::holder;
use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::db;
use crate::error::Error;
use crate::registry::reseal;
use crate::vault::{KeysFault, Rotated};

/// Remembers that a key is gone, if it may go.
pub async fn retire(app: &App, ring: Rotated, id: u32) -> Result<Result<(), KeysFault>, Error> {
    let active = app.vault.held().ring(ring).active;
    if active == id {
        let ring = ring.name();
        return Ok(Err(KeysFault::StillActive { ring, id }));
    }
    let holders = holder::at_work(app).await?;
    let waits = holder::lacking(&holders, ring, active)
        .or_else(|| holder::still_making(&holders, ring, active));
    if let Some(fault) = waits {
        return Ok(Err(fault));
    }
    if ring == Rotated::Seal {
        for (shelf, used) in reseal::count::by_key(app).await? {
            let things = used.get(&id).copied().unwrap_or(0);
            if things > 0 {
                reseal::again(app, ring, active, shelf).await?;
                return Ok(Err(KeysFault::StillUsed { id, things, shelf }));
            }
        }
    }
    remember(app, ring, id).await?;
    Ok(Ok(()))
}

async fn remember(app: &App, ring: Rotated, id: u32) -> Result<(), Error> {
    let tx = db::begin_write(&app.db, db::Reach::All).await?;
    let retired = Entity::update_many()
        .col_expr(Column::RetiredAt, Expr::value(db::now(&tx).await?))
        .filter(Column::Purpose.eq(ring.name()))
        .filter(Column::KeyId.eq(i64::from(id)))
        .filter(Column::RetiredAt.is_null())
        .exec(&tx)
        .await?;
    if retired.rows_affected == 1 {
        let entry = Entry {
            operation: "retireKey",
            outcome: Outcome::Done,
            subjects: vec![format!("{}:{id}", ring.name())],
            detail: json!({ "ring": ring.name(), "key": id }),
            party: None,
            purpose: None,
        };
        audit::record_house(app, &tx, entry).await?;
    }
    tx.commit().await?;
    Ok(())
}
