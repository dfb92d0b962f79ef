//! Dropping entries whose time is over: whole segments, from the oldest on, so that what is left is still one chain. The
//! heads stay, and the audit says what was dropped.

use entity::audit::{self, segment};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;

use super::verify::over;
use crate::app::App;
use crate::audit::{Entry, Outcome, record_house};
use crate::db::{self, Reach};
use crate::error::Error;

/// Segments dropped in one transaction.
const AT_A_TIME: u64 = 20;

/// Drops some segments whose entries are all older than `audit.keep_years`; says how many entries went.
pub async fn drop_once(app: &App) -> Result<u64, Error> {
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let now = app.now();
    // A head that is not in the file store proves nothing once its entries are gone.
    let due: Vec<_> = segment::kept(AT_A_TIME)
        .all(&tx)
        .await?
        .into_iter()
        .take_while(|row| row.filed_at.is_some() && over(app, row.last_at) <= now)
        .collect();
    let (Some(first), Some(last)) = (due.first(), due.last()) else {
        tx.rollback().await?;
        return Ok(0);
    };
    let (first, last) = (first.number, last.number);
    let dropped = audit::Entity::delete_many()
        .filter(audit::Column::Segment.between(first, last))
        .exec(&tx)
        .await?
        .rows_affected;
    let marked = segment::Entity::update_many()
        .col_expr(segment::Column::DroppedAt, Expr::val(now))
        .filter(segment::Column::Number.between(first, last))
        .filter(segment::Column::DroppedAt.is_null())
        .exec(&tx)
        .await?
        .rows_affected;
    if marked != due.len() as u64 {
        // Another process was faster.
        tx.rollback().await?;
        return Ok(0);
    }
    let entry = Entry {
        operation: "dropAuditSegments",
        outcome: Outcome::Done,
        subjects: Vec::new(),
        detail: json!({ "first": first, "last": last, "entries": dropped }),
        party: None,
        purpose: None,
    };
    record_house(app, &tx, entry).await?;
    tx.commit().await?;
    Ok(dropped)
}
