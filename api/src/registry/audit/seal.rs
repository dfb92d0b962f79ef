//! The sealer: takes what is committed and in no segment yet, gives it places, and signs a head over it and the head
//! before. One process at a time does so; the others find the turn taken and go on.

use chrono::{DateTime, Utc};
use entity::audit::{self, segment};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait as _, EntityTrait as _, IntoActiveModel as _,
    PaginatorTrait as _,
};

use super::chain::{self, Leaf};
use crate::app::App;
use crate::db::{self, Reach};
use crate::error::Error;

/// Entries of one segment: so many are read, hashed and given their places in one short transaction.
pub const SEGMENT: u64 = 5_000;
/// The turn of the sealer; any number that nothing else in the database locks.
const SEALING: i64 = 0x6d69_6e67_6c76;

/// Seals one segment. Gives how many entries it has; none where there was nothing to seal or another process is at it.
pub async fn seal_once(app: &App) -> Result<Option<u64>, Error> {
    // Looking first keeps an idle registry from taking SQLite's one write lock.
    if audit::unsealed(1).one(&app.db).await?.is_none() {
        return Ok(None);
    }
    let tx = db::begin_write(&app.db, Reach::All).await?;
    if !db::alone(&tx, SEALING).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    let last = segment::last().one(&tx).await?;
    let entries = audit::unsealed(SEGMENT).all(&tx).await?;
    let (Some(first), Some(newest)) = (entries.first(), entries.last()) else {
        tx.rollback().await?;
        return Ok(None);
    };
    let leaves: Vec<Leaf> = entries.iter().map(Leaf::of).collect();
    let mut row = segment::Model {
        number: last.as_ref().map_or(1, |last| last.number + 1),
        sealed_at: app.now(),
        first_at: first.at,
        last_at: newest.at,
        entries: i32::try_from(entries.len()).unwrap_or(i32::MAX),
        previous: last.map_or_else(|| vec![0; 32], |last| last.head),
        head: Vec::new(),
        key_id: 0,
        signature: Vec::new(),
        filed_at: None,
        dropped_at: None,
    };
    let head = chain::head(&row, &leaves);
    let (key, signature) = app.vault.sign_head(&head)?;
    row.head = head.to_vec();
    row.key_id = i32::try_from(key).unwrap_or(i32::MAX);
    row.signature = signature;
    let ids: Vec<_> = entries.iter().map(|entry| entry.id).collect();
    let placed = segment::seal(row.number, &ids, tx.get_database_backend());
    let placed = tx.execute_raw(placed).await?.rows_affected();
    if placed != entries.len() as u64 {
        tx.rollback().await?;
        return Err(Error::internal("sealing the audit")(
            "entries moved while they were sealed".into(),
        ));
    }
    segment::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(&tx)
        .await?;
    tx.commit().await?;
    Ok(Some(placed))
}

/// How many entries are in no segment yet, and since when the oldest waits.
pub async fn unsealed(app: &App) -> Result<(u64, Option<DateTime<Utc>>), Error> {
    let waiting = audit::waiting().count(&app.db).await?;
    let oldest = audit::unsealed(1).one(&app.db).await?;
    Ok((waiting, oldest.map(|entry| entry.at)))
}
