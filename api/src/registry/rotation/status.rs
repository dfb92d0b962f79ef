//! How the keys stand: what the database remembers of them, what is under each, who is at work with which, and how far
//! sealing anew has come. It reads whole tables, which takes as long as they are large.

use std::collections::BTreeMap;

use entity::{key_check, reseal};

use super::activation::{target, waits_for};
use super::holder::{self, Holder};
use super::remembered;
use crate::app::App;
use crate::error::Error;
use crate::registry::reseal::count;
use crate::vault::{KeysFault, Rotated};

/// What is known of the keys.
pub struct Status {
    /// What the database remembers of each.
    pub checks: Vec<key_check::Model>,
    /// The processes at work.
    pub holders: Vec<Holder>,
    /// How far sealing and indexing anew has come.
    pub progress: Vec<reseal::Model>,
    /// How many things of each kind are sealed under each key.
    pub sealed: Vec<(&'static str, BTreeMap<u32, u64>)>,
    /// What the work still waits for, for each ring.
    pub waits: Vec<(Rotated, KeysFault)>,
}

/// Looks at everything.
pub async fn status(app: &App) -> Result<Status, Error> {
    let holders = holder::at_work(app).await?;
    let wanted = Rotated::ALL.into_iter().filter_map(|ring| {
        let target = target(ring, app.vault.held().ring(ring))?;
        Some((ring, waits_for(ring, target, &holders)?))
    });
    Ok(Status {
        waits: wanted.collect(),
        checks: remembered(app).await?,
        progress: reseal::all().all(&app.db).await?,
        sealed: count::by_key(app).await?,
        holders,
    })
}
