//! The reconciler of imports: claim, do chunk after chunk while the claim is kept, end. First loads are written as they are
//! read; surveys are read, and written or taken back when their user has said so. A claim that is
//! lost stops the work at once; whoever has it next goes on after the last chunk that is committed.

use std::sync::Arc;
use std::time::Duration;

use entity::import_job::Model;
use entity::kind::ImportKind;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::error::Error;
use crate::graphql::line;
use crate::registry::import::lease::{self, Lease};
use crate::registry::import::load::{self, load};
use crate::registry::import::{Hand, report};
use crate::registry::survey;

/// How an attempt ended.
enum End {
    /// Every line is done.
    Done,
    /// Somebody else has it, or it was cancelled.
    Lost,
    /// This process ends.
    Stopped,
    /// The client that asked for it may not write any more.
    Barred,
    /// It went wrong; what is committed stays.
    Failed(Error),
}

/// Writes the files that wait, each once, and tells how many became COMMITTED.
pub async fn import_once(app: &Arc<App>) -> Result<usize, Error> {
    run(app, &CancellationToken::new()).await
}

/// The same, until the process is to end.
pub(super) async fn run(app: &Arc<App>, ending: &CancellationToken) -> Result<usize, Error> {
    let mut done = 0;
    for id in lease::waiting(app).await? {
        if ending.is_cancelled() {
            break;
        }
        if let Some((lease, job)) = lease::claim(app, id).await? {
            let end = attempt(app, lease, &job, ending).await;
            done += usize::from(matches!(end, End::Done));
            settle(app, &lease, end).await?;
        }
    }
    Ok(done)
}

async fn attempt(app: &Arc<App>, lease: Lease, job: &Model, ending: &CancellationToken) -> End {
    tokio::select! {
        end = work(app, lease, job) => end.unwrap_or_else(End::Failed),
        () = until_lost(app, &lease) => End::Lost,
        () = ending.cancelled() => End::Stopped,
    }
}

async fn work(app: &Arc<App>, lease: Lease, job: &Model) -> Result<End, Error> {
    if job.kind != Some(ImportKind::Registrations) {
        return Ok(match survey::work(app, lease, job).await? {
            survey::End::Done => End::Done,
            survey::End::Lost => End::Lost,
            survey::End::Barred => End::Barred,
        });
    }
    let Some(hand) = Hand::of(app, lease, job, line::read).await? else {
        return Ok(End::Barred);
    };
    let end = match load(&Arc::new(hand), job).await? {
        load::End::Lost => return Ok(End::Lost),
        load::End::Barred => return Ok(End::Barred),
        load::End::Done => report::finish(app, &lease, job).await?,
    };
    Ok(if end { End::Done } else { End::Lost })
}

/// Keeps the claim also where a chunk takes long; returns when the claim is lost.
pub(super) async fn until_lost(app: &App, lease: &Lease) {
    let third = Duration::from_secs(app.settings.import.lease_seconds.into()) / 3;
    let mut beat = interval(third);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat.tick().await;
    loop {
        beat.tick().await;
        match lease::renew(app, lease).await {
            Ok(true) => {}
            Ok(false) => return,
            // Every chunk keeps the claim as well; should it be lost, the next chunk finds out.
            Err(fault) => {
                tracing::warn!(import = %lease.job, cause = %fault, "a lease was not renewed");
            }
        }
    }
}

/// Leaves the import to whom it belongs now.
async fn settle(app: &App, lease: &Lease, end: End) -> Result<(), Error> {
    let id = lease.job;
    match end {
        End::Done => tracing::info!(import = %id, "every line is done"),
        End::Lost => {
            tracing::info!(import = %id, "the claim was lost, or the import was cancelled");
        }
        End::Stopped => lease::release(app, lease).await?,
        End::Barred => {
            lease::give_up(app, lease, "the client may not write").await?;
            tracing::warn!(import = %id, "given up: the client that asked for it may not write any more");
        }
        End::Failed(error) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::error!(import = %id, cause = %error, source = cause, "importing failed");
            if lease::fail(app, lease).await? {
                tracing::error!(import = %id, "given up");
            }
        }
    }
    Ok(())
}
