//! The reconciler that seals and indexes anew after a rotation: it looks which key everything is to be under, claims one kind
//! of thing after the other, and works as long as it rests in between, so that whoever is served does not wait for it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::error::Error;
use crate::registry::reseal::{self, Step, lease, lease::Lease};
use crate::registry::rotation::activation::{target, waits_for};
use crate::registry::rotation::holder;
use crate::vault::Rotated;

/// A claim is kept this often where a large file takes long.
const KEEP: Duration = Duration::from_secs(5);

/// Seals anew what waits, and tells how many rows and files were looked at.
pub async fn reseal_once(app: &Arc<App>) -> Result<i64, Error> {
    run(app, &CancellationToken::new()).await
}

/// The same, until the process is to end.
pub(super) async fn run(app: &Arc<App>, ending: &CancellationToken) -> Result<i64, Error> {
    let mut seen = 0;
    for ring in Rotated::ALL {
        let Some(key) = target(ring, app.vault.held().ring(ring)) else {
            continue;
        };
        let holders = holder::at_work(app).await?;
        if let Some(why) = waits_for(ring, key, &holders) {
            tracing::debug!(ring = ring.name(), key, why = %why, "sealing anew waits");
            continue;
        }
        reseal::begin(app, ring, key).await?;
        for shelf in reseal::waiting(app, ring, key).await? {
            if ending.is_cancelled() {
                return Ok(seen);
            }
            seen += one(app, (ring, key), &shelf, ending).await?;
        }
    }
    Ok(seen)
}

/// One kind of thing, from where it was left to its end.
async fn one(
    app: &App,
    (ring, key): (Rotated, u32),
    shelf: &str,
    ending: &CancellationToken,
) -> Result<i64, Error> {
    let Some((lease, row)) = lease::claim(app, (ring, key), shelf).await? else {
        return Ok(0);
    };
    tracing::info!(ring = ring.name(), key, shelf, "sealing anew");
    let (mut after, mut seen) = (row.after, 0);
    loop {
        let begun = Instant::now();
        let stepped = tokio::select! {
            stepped = reseal::step(app, &lease, after.as_deref()) => stepped,
            () = until_lost(app, &lease) => return Ok(seen),
            () = ending.cancelled() => {
                lease::release(app, &lease).await?;
                return Ok(seen);
            }
        };
        let (step, done) = match stepped {
            Ok(stepped) => stepped,
            Err(fault) => {
                lease::release(app, &lease).await?;
                return Err(fault);
            }
        };
        seen += done.seen;
        match step {
            Step::Lost => return Ok(seen),
            Step::Last => {
                if lease::finish(app, &lease).await? {
                    tracing::info!(ring = ring.name(), key, shelf, "sealed anew");
                }
                return Ok(seen);
            }
            Step::More => after = done.after.or(after),
        }
        sleep(begun.elapsed()).await;
    }
}

/// Keeps the claim where a step takes long; returns when it is lost.
async fn until_lost(app: &App, lease: &Lease) {
    loop {
        sleep(KEEP).await;
        match lease::renew(app, lease).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(fault) => {
                tracing::warn!(shelf = lease.shelf, cause = %fault, "a lease was not renewed");
            }
        }
    }
}
