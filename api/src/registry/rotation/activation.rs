//! A key becomes active with the first process that starts with it, and from then on no process starts with an older one.
//! Nobody starts with a key that somebody at work does not hold, or by which not everything can be found yet.

use entity::key_check::{self, Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;

use super::holder::{self, Holder};
use super::{newest_active, of_ring, remembered};
use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::db;
use crate::error::Error;
use crate::registry::reseal;
use crate::vault::{HeldRing, KeysFault, Rotated};

/// Judges the active keys of this process, and remembers those that are active for the first time.
pub async fn settle(app: &App) -> Result<Result<(), KeysFault>, Error> {
    let rows = remembered(app).await?;
    for ring in Rotated::ALL {
        let active = app.vault.held().ring(ring).active;
        if let Err(fault) = judge(&rows, ring, active) {
            return Ok(Err(fault));
        }
        match newest_active(&rows, ring) {
            Some(newest) if newest == active => {}
            None => remember(app, ring, active).await?,
            Some(_) => {
                if let Err(fault) = may_follow(app, ring, active).await? {
                    return Ok(Err(fault));
                }
                remember(app, ring, active).await?;
                let entry = Entry {
                    operation: "activateKey",
                    outcome: Outcome::Done,
                    subjects: vec![format!("{}:{active}", ring.name())],
                    detail: json!({ "ring": ring.name(), "key": active }),
                    party: None,
                    purpose: None,
                };
                audit::record_house(app, &app.db, entry).await?;
            }
        }
    }
    Ok(Ok(()))
}

/// A key that is retired makes nothing new, and neither does one that another has replaced.
fn judge(rows: &[key_check::Model], ring: Rotated, active: u32) -> Result<(), KeysFault> {
    let name = || ring.name().to_owned();
    if let Some(newer) = newest_active(rows, ring).filter(|newest| *newest > active) {
        return Err(KeysFault::Behind {
            ring: name(),
            id: active,
            newer,
        });
    }
    let retired = of_ring(rows, ring).any(|(id, row)| id == active && row.retired_at.is_some());
    if retired {
        return Err(KeysFault::Retired {
            ring: name(),
            id: active,
        });
    }
    Ok(())
}

/// Whether a key may be made active now: everybody at work holds it, and where it finds things, it finds all of them.
pub async fn may_follow(app: &App, ring: Rotated, id: u32) -> Result<Result<(), KeysFault>, Error> {
    let holders = holder::at_work(app).await?;
    if let Some(fault) = holder::lacking(&holders, ring, id) {
        return Ok(Err(fault));
    }
    if ring == Rotated::Seal {
        return Ok(Ok(()));
    }
    let shelves = reseal::progress(app, ring, id).await?;
    let all = shelves.len() == reseal::shelves(ring).count();
    if !all || shelves.iter().any(|row| row.done_at.is_none()) {
        return Ok(Err(KeysFault::NotIndexed { id }));
    }
    let damaged: i64 = shelves.iter().map(|row| row.damaged).sum();
    let rows = u64::try_from(damaged).unwrap_or(0);
    if rows > 0 {
        return Ok(Err(KeysFault::DamagedRows { id, rows }));
    }
    Ok(Ok(()))
}

async fn remember(app: &App, ring: Rotated, id: u32) -> Result<(), Error> {
    let now = db::now(&app.db).await?;
    Entity::update_many()
        .col_expr(Column::ActivatedAt, Expr::value(now))
        .filter(Column::Purpose.eq(ring.name()))
        .filter(Column::KeyId.eq(i64::from(id)))
        .filter(Column::ActivatedAt.is_null())
        .exec(&app.db)
        .await?;
    Ok(())
}

/// The key that things of a ring are to be brought under, and whether that may begin: none where there is nothing to do.
#[must_use]
pub fn target(ring: Rotated, held: &HeldRing) -> Option<u32> {
    let newest = held.held.iter().copied().max()?;
    match ring {
        // Sealing anew follows the activation, so that nothing is sealed by the old key behind its back.
        Rotated::Seal => (held.held.len() > 1 && newest == held.active).then_some(newest),
        // Indexing anew comes before it, so that nothing is looked for in vain.
        Rotated::Index => (newest > held.active).then_some(newest),
    }
}

/// What the work towards a key still waits for, if it waits.
#[must_use]
pub fn waits_for(ring: Rotated, id: u32, holders: &[Holder]) -> Option<KeysFault> {
    holder::lacking(holders, ring, id).or_else(|| match ring {
        Rotated::Seal => holder::still_making(holders, ring, id),
        Rotated::Index => None,
    })
}
