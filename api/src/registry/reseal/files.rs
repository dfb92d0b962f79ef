//! Stored files: each is opened and sealed by the active key as a new object, and its record points at that object in one
//! statement. Whoever reads the old object meanwhile goes on; the sweep removes it, because no record names it any more.

use entity::document::{self, Column, Entity, Model};
use entity::id::FileId;
use futures_util::TryStreamExt as _;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;
use tokio_util::io::StreamReader;
use uuid::Uuid;

use super::lease::Lease;
use super::{Done, Step, record};
use crate::app::App;
use crate::db;
use crate::error::Error;
use crate::files::{FileFault, Stored};
use crate::registry::submission::hex;

/// Seals the next file anew.
pub(super) async fn step(
    app: &App,
    lease: &Lease,
    after: Option<&str>,
) -> Result<(Step, Done), Error> {
    let after: Option<Uuid> = after.map(serde_json::from_str).transpose()?;
    let key = i64::from(lease.key);
    let row = document::sealed_otherwise(key, after.map(FileId), 1)
        .one(&app.db)
        .await?;
    let Some(row) = row else {
        return Ok((Step::Last, Done::default()));
    };
    let object: Uuid = app.id();
    let anew = copy(app, &row, object).await;
    let damaged = match &anew {
        Ok(stored) => !is_same(&row, stored),
        Err(FileFault::Absent | FileFault::Tampered | FileFault::UnknownKey(_)) => true,
        // The store's own fault, and no damage of the file.
        Err(_) => false,
    };
    let done = Done {
        after: Some(json!(row.id).to_string()),
        seen: 1,
        sealed: i64::from(!damaged),
        damaged: i64::from(damaged),
    };
    if damaged {
        tracing::error!(file = %row.id, "a stored file cannot be sealed anew");
    } else if let Err(fault) = anew {
        return Err(fault.into());
    }
    let put = put(app, lease, (&row, object), &done).await;
    if !matches!(put, Ok(true)) || damaged {
        app.files.delete(object).await?;
    }
    Ok((if put? { Step::More } else { Step::Lost }, done))
}

async fn copy(app: &App, row: &Model, object: Uuid) -> Result<Stored, FileFault> {
    let length = u64::try_from(row.bytes).unwrap_or(0);
    let plain = app.files.open(row.object(), length).await?;
    // Its own fault is told apart from one of the new object's store by looking once more.
    let bytes = StreamReader::new(Box::pin(plain.map_err(std::io::Error::other)));
    match app.files.put(object, bytes, length).await {
        Err(FileFault::Source(source)) => Err(inner(source)),
        stored => stored,
    }
}

/// The fault of the file that was read, which came as a fault of reading.
fn inner(fault: std::io::Error) -> FileFault {
    match fault.downcast::<FileFault>() {
        Ok(fault) => fault,
        Err(fault) => FileFault::Source(fault),
    }
}

fn is_same(row: &Model, stored: &Stored) -> bool {
    u64::try_from(row.bytes) == Ok(stored.bytes) && row.sha256 == hex(&stored.sha256)
}

/// Points the record at the new object, unless the file is damaged or gone.
async fn put(
    app: &App,
    lease: &Lease,
    (row, object): (&Model, Uuid),
    done: &Done,
) -> Result<bool, Error> {
    let tx = db::begin_write(&app.db, db::Reach::All).await?;
    if !record(app, &tx, lease, done).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    if done.damaged == 0 {
        let old = match row.object_id {
            Some(old) => Column::ObjectId.eq(old),
            None => Column::ObjectId.is_null(),
        };
        Entity::update_many()
            .col_expr(Column::ObjectId, Expr::value(object))
            .col_expr(Column::KeyId, Expr::value(i64::from(lease.key)))
            .filter(Column::Id.eq(row.id))
            .filter(old)
            .exec(&tx)
            .await?;
    }
    tx.commit().await?;
    Ok(true)
}
