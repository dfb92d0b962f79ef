//! What was reported before livestreams: kept for as long as the law asks of whoever checked who appears (Order 117 Art. 28),
//! and what goes with a registration: its trainings, and the reports that name it.

use std::collections::BTreeSet;

use entity::id::{LiveSessionId, RegistrationId};
use entity::live_session::{self, streamer};
use entity::{retention, training};
use sea_orm::{
    ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};
use serde_json::json;
use uuid::Uuid;

use super::{AT_A_TIME, Terms, recorded};
use crate::app::App;
use crate::db::{self, Reach};
use crate::error::Error;

/// Removes some reports whose time is over, and tells how many.
pub async fn sessions(app: &App, terms: &Terms) -> Result<u64, Error> {
    let tx = db::begin_write(&app.db, Reach::All).await?;
    db::wait_shortly(&tx).await?;
    let rows = retention::live_sessions(terms.sessions)
        .limit(AT_A_TIME)
        .all(&tx)
        .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let ids: Vec<LiveSessionId> = rows.iter().map(|row| row.id).collect();
    let removed = remove(&tx, &ids).await?;
    let detail = json!({ "kind": "sessions", "sessions": removed });
    recorded(app, &tx, ids.into_iter().map(|id| id.0), detail).await?;
    tx.commit().await?;
    Ok(removed)
}

async fn remove(tx: &DatabaseTransaction, ids: &[LiveSessionId]) -> Result<u64, Error> {
    streamer::Entity::delete_many()
        .filter(streamer::Column::SessionId.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    let gone = live_session::Entity::delete_many()
        .filter(live_session::Column::Id.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    Ok(gone.rows_affected)
}

/// The trainings of registrations that go, for the files that prove them.
pub(super) async fn trainings(
    tx: &DatabaseTransaction,
    ids: &[RegistrationId],
) -> Result<Vec<Uuid>, Error> {
    let all = training::all_of(ids.iter().copied()).all(tx).await?;
    Ok(all.into_iter().map(|row| row.id.0).collect())
}

/// Removes what belongs to registrations that go: trainings, reports, and their names in those of others. Tells how many
/// trainings and reports.
pub(super) async fn belongings(
    tx: &DatabaseTransaction,
    ids: &[RegistrationId],
) -> Result<(u64, u64), Error> {
    let own = live_session::all_of(ids.iter().copied()).all(tx).await?;
    let own: BTreeSet<LiveSessionId> = own.into_iter().map(|row| row.id).collect();
    let sessions = remove(tx, &own.into_iter().collect::<Vec<_>>()).await?;
    streamer::Entity::delete_many()
        .filter(streamer::Column::RegistrationId.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    let trainings = training::Entity::delete_many()
        .filter(training::Column::RegistrationId.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    Ok((trainings.rows_affected, sessions))
}
