//! The blacklist: entries that ended long ago, with everything that was written about them.

use entity::blacklist::{self, appeal, lead, matching, notice, token, version};
use entity::disposition::{self, report};
use entity::document::Purpose;
use entity::id::{EntryId, FileId};
use entity::retention;
use sea_orm::{
    ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};
use serde_json::json;
use uuid::Uuid;

use super::{AT_A_TIME, Terms, file, recorded};
use crate::app::App;
use crate::db::{self, Reach};
use crate::error::Error;

/// Removes some ended entries whose time is over, and tells how many.
pub async fn entries(app: &App, terms: &Terms) -> Result<u64, Error> {
    let tx = db::begin_write(&app.db, Reach::All).await?;
    db::wait_shortly(&tx).await?;
    let rows = retention::entries(terms.entries)
        .limit(AT_A_TIME)
        .lock_exclusive()
        .all(&tx)
        .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let ids: Vec<EntryId> = rows.iter().map(|row| row.id).collect();
    let users: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let letters = notice::of_entries(ids.iter().copied()).all(&tx).await?;
    let letters: Vec<FileId> = letters.into_iter().map(|letter| letter.file_id).collect();
    let (appeals, judgements) = belongings(&tx, &ids).await?;
    let removed = blacklist::Entity::delete_many()
        .filter(blacklist::Column::Id.is_in(ids))
        .exec(&tx)
        .await?
        .rows_affected;
    let mut files = file::unused_by(&tx, &users).await?;
    files.extend(file::remove(&tx, letters, Purpose::Notice).await?);
    let parties = retention::forgotten(rows.iter().map(|row| row.party_id));
    let parties = parties.exec(&tx).await?.rows_affected;
    let detail = json!({
        "kind": "entries", "entries": removed, "appeals": appeals, "judgements": judgements, "parties": parties,
        "files": files.len(),
    });
    recorded(app, &tx, users, detail).await?;
    // A question about a day long past is answered otherwise from now on.
    version::count().exec(&tx).await?;
    tx.commit().await?;
    file::erase(app, files).await?;
    Ok(removed)
}

/// Removes what belongs to entries; tells how many appeals and judgements.
async fn belongings(tx: &DatabaseTransaction, ids: &[EntryId]) -> Result<(u64, u64), Error> {
    let ids = || ids.iter().copied();
    let letters = notice::Entity::delete_many().filter(notice::Column::EntryId.is_in(ids()));
    letters.exec(tx).await?;
    let tokens = token::Entity::delete_many().filter(token::Column::EntryId.is_in(ids()));
    tokens.exec(tx).await?;
    let leads = lead::Entity::delete_many().filter(lead::Column::EntryId.is_in(ids()));
    leads.exec(tx).await?;
    measures(tx, ids().collect()).await?;
    let appeals = appeal::Entity::delete_many().filter(appeal::Column::EntryId.is_in(ids()));
    let judged = matching::Entity::delete_many().filter(matching::Column::EntryId.is_in(ids()));
    Ok((
        appeals.exec(tx).await?.rows_affected,
        judged.exec(tx).await?.rows_affected,
    ))
}

/// Removes the measures that entries are, with their reports: they ended with them.
async fn measures(tx: &DatabaseTransaction, entries: Vec<EntryId>) -> Result<(), Error> {
    let rows = disposition::of_entries(entries.iter().copied());
    let ids: Vec<_> = rows.all(tx).await?.into_iter().map(|row| row.id).collect();
    report::Entity::delete_many()
        .filter(report::Column::DispositionId.is_in(ids))
        .exec(tx)
        .await?;
    disposition::Entity::delete_many()
        .filter(disposition::Column::EntryId.is_in(entries))
        .exec(tx)
        .await?;
    Ok(())
}
