//! Clients of the API: who may call, as whom, with which scopes and until when. SECURITY grants and revokes them; a
//! data file admits many at once. A client holds no secret: tokens are the issuer's.

mod apply;
mod grant;
mod holders;
mod revoke;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use entity::client::{self, Model};
use entity::id::ClientId;
use entity::kind::Role;
use entity::{office, platform};
use sea_orm::{DatabaseTransaction, QuerySelect as _};

pub use apply::{apply, read};
pub use grant::{GrantClient, grant};
pub use holders::Holders;
pub use revoke::{ClientRef, RevocationReason, RevokeClient, revoke};

use crate::app::App;
use crate::error::Error;
use crate::scope::Scope;

/// What to call clients where a revision says who wrote it: the platform or office, then the client.
pub async fn labels(app: &App, ids: &[ClientId]) -> Result<HashMap<ClientId, String>, Error> {
    let clients = client::by_ids(ids.iter().copied()).all(&app.db).await?;
    let offices = office::by_ids(clients.iter().filter_map(|client| client.office_id));
    let platforms = platform::by_ids(clients.iter().filter_map(|client| client.platform_id));
    let offices: HashMap<_, _> = offices
        .all(&app.db)
        .await?
        .into_iter()
        .map(|row| (row.id, row.name))
        .collect();
    let platforms: HashMap<_, _> = platforms
        .all(&app.db)
        .await?
        .into_iter()
        .map(|row| (row.id, row.platform_name))
        .collect();
    let label = |client: Model| {
        let office = client.office_id.and_then(|id| offices.get(&id));
        let holder = office.or_else(|| client.platform_id.and_then(|id| platforms.get(&id)));
        let name = client.name;
        (
            client.id,
            holder.map_or_else(|| name.clone(), |holder| format!("{holder} {name}")),
        )
    };
    Ok(clients.into_iter().map(label).collect())
}

/// One client, for SECURITY.
pub async fn find(app: &App, id: ClientId) -> Result<Option<Model>, Error> {
    Ok(client::by_id(id).one(&app.db).await?)
}

/// From when tokens count, given what stands and what is asked for. It never moves back over a moment that has come:
/// tokens that a revocation or a later start made worthless would live again.
fn valid_from(
    old: Option<&Model>,
    asked: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    match old {
        None => asked.unwrap_or(now),
        Some(old) if old.revoked_at.is_some() => {
            asked.map_or_else(|| next_second(now), |asked| asked.max(next_second(now)))
        }
        Some(old) if old.valid_from <= now => {
            asked.map_or(old.valid_from, |asked| asked.max(old.valid_from))
        }
        Some(old) => asked.unwrap_or(old.valid_from),
    }
}

/// Tokens tell their time in whole seconds, so that one made earlier in this second looks as young as now.
fn next_second(now: DateTime<Utc>) -> DateTime<Utc> {
    now.duration_round_up(TimeDelta::seconds(1)).unwrap_or(now)
}

/// Whether a client could grant and revoke at this moment.
fn secures(client: &Model, now: DateTime<Utc>) -> bool {
    client.role == Role::Security
        && client.revoked_at.is_none()
        && client.valid_from <= now
        && client.valid_until.is_none_or(|until| now < until)
        && client
            .scopes
            .split_whitespace()
            .any(|scope| scope == Scope::ClientGrant.as_str())
}

/// Whether a client is the only one that can grant and revoke. The rows stay locked until the deed ends, so that two
/// SECURITY clients cannot revoke each other at once.
async fn is_last_security(
    app: &App,
    tx: &DatabaseTransaction,
    client: &Model,
) -> Result<bool, Error> {
    let now = app.now();
    if !secures(client, now) {
        return Ok(false);
    }
    let standing = client::standing(Role::Security)
        .lock_exclusive()
        .all(tx)
        .await?;
    Ok(!standing
        .iter()
        .any(|other| other.id != client.id && secures(other, now)))
}
