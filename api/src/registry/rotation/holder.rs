//! Which processes are at work, and with which keys: each says so when it starts and again at every beat. One that falls
//! silent counts as gone, by the database's clock, and stops by itself should it wake with keys that will not do any more.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::key_holder::{self, Column, Entity, Model};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _,
};

use super::{newest_active, of_ring, remembered};
use crate::app::App;
use crate::db;
use crate::error::Error;
use crate::vault::{Held, KeysFault, Rotated};

/// How often a process says that it is at work.
pub const BEAT: Duration = Duration::from_secs(10);
/// So long after its last word it counts as gone.
const SILENCE: TimeDelta = TimeDelta::seconds(30);
/// So long its row is kept for whoever looks into what happened.
const KEPT: TimeDelta = TimeDelta::days(1);

/// A process at work.
#[derive(Clone, Debug)]
pub struct Holder {
    /// Since when.
    pub since: DateTime<Utc>,
    /// With which keys.
    pub held: Held,
}

/// Says that this process is at work, and for how long that may be believed.
pub async fn join(app: &App) -> Result<(), Error> {
    let now = db::now(&app.db).await?;
    let row = Model {
        process: app.process,
        since: now,
        until: now + SILENCE,
        keys: serde_json::to_string(app.vault.held())?,
    };
    let again = OnConflict::column(Column::Process)
        .update_column(Column::Until)
        .to_owned();
    Entity::insert(row.into_active_model().reset_all())
        .on_conflict(again)
        .exec_without_returning(&app.db)
        .await?;
    Entity::delete_many()
        .filter(Column::Until.lt(now - KEPT))
        .exec(&app.db)
        .await?;
    Ok(())
}

/// Says that this process is not at work any more.
pub async fn leave(app: &App) -> Result<(), Error> {
    Entity::delete_many()
        .filter(Column::Process.eq(app.process))
        .exec(&app.db)
        .await?;
    Ok(())
}

/// Says again that this process is at work. It must stop where the others have gone on to a key that it does not hold: it
/// was silent for so long that they did not wait for it.
pub async fn beat(app: &App) -> Result<Option<KeysFault>, Error> {
    let until = db::now(&app.db).await? + SILENCE;
    let renewed = Entity::update_many()
        .col_expr(Column::Until, Expr::value(until))
        .filter(Column::Process.eq(app.process))
        .exec(&app.db)
        .await?;
    if renewed.rows_affected == 0 {
        join(app).await?;
    }
    left_behind(app).await
}

async fn left_behind(app: &App) -> Result<Option<KeysFault>, Error> {
    let rows = remembered(app).await?;
    let begun = entity::reseal::all().all(&app.db).await?;
    for ring in Rotated::ALL {
        let held = &app.vault.held().ring(ring).held;
        let begun = begun.iter().filter(|row| row.ring == ring.name());
        let begun = begun.filter_map(|row| u32::try_from(row.key_id).ok());
        let needed = begun.chain(newest_active(&rows, ring));
        let retired = |id: u32| {
            of_ring(&rows, ring).any(|(held, row)| held == id && row.retired_at.is_some())
        };
        if let Some(id) = needed
            .into_iter()
            .find(|id| !held.contains(id) && !retired(*id))
        {
            let ring = ring.name().to_owned();
            return Ok(Some(KeysFault::Lost { ring, id }));
        }
    }
    Ok(None)
}

/// The processes that are at work now.
pub async fn at_work(app: &App) -> Result<Vec<Holder>, Error> {
    let now = db::now(&app.db).await?;
    let rows = key_holder::at_work(now).all(&app.db).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Holder {
                since: row.since,
                held: serde_json::from_str(&row.keys)?,
            })
        })
        .collect()
}

/// A process at work that does not hold a key.
pub(super) fn lacking(holders: &[Holder], ring: Rotated, id: u32) -> Option<KeysFault> {
    let lacks = |holder: &&Holder| !holder.held.ring(ring).held.contains(&id);
    holders.iter().find(lacks).map(|holder| KeysFault::Lagging {
        ring: ring.name(),
        id,
        since: since(holder),
    })
}

/// A process at work whose active key is one that another has replaced.
pub(super) fn still_making(holders: &[Holder], ring: Rotated, newest: u32) -> Option<KeysFault> {
    let behind = |holder: &&Holder| holder.held.ring(ring).active < newest;
    holders
        .iter()
        .find(behind)
        .map(|holder| KeysFault::StillMaking {
            ring: ring.name(),
            id: holder.held.ring(ring).active,
            since: since(holder),
        })
}

fn since(holder: &Holder) -> String {
    let wall = crate::clock::in_shanghai(holder.since);
    wall.format("%Y-%m-%d %H:%M:%S").to_string()
}
