//! The reconciler that writes what was prepared: claim, write while the claim is kept, make READY. A claim that is lost
//! stops the work at once, because somebody else does it or nobody wants it any more.

use std::sync::Arc;
use std::time::Duration;

use entity::id::SubmissionId;
use entity::submission::Model;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::error::Error;
use crate::registry::submission::lease::{self, Lease};
use crate::registry::submission::write::{self, Progress};

/// Progress is shown at least this often, however long the lease.
const SHOW_EVERY: Duration = Duration::from_secs(2);

/// How an attempt ended.
enum End {
    /// It is READY.
    Written,
    /// Somebody else has it, or it was cancelled.
    Lost,
    /// This process ends.
    Stopped,
    /// It went wrong before anything was put on record.
    Failed(Error),
    /// It went wrong while it was put on record, and perhaps is.
    Unknown(Error),
}

/// Writes what waits, each submission once, and tells how many became READY.
pub async fn run_once(app: &Arc<App>) -> Result<usize, Error> {
    run(app, &CancellationToken::new()).await
}

/// The same, until the process is to end.
pub(super) async fn run(app: &Arc<App>, ending: &CancellationToken) -> Result<usize, Error> {
    let mut written = 0;
    for id in lease::waiting(app).await? {
        if ending.is_cancelled() {
            break;
        }
        tracing::debug!(submission = %id, "claiming");
        let Some((lease, row)) = lease::claim(app, id).await? else {
            tracing::debug!(submission = %id, "another process has it");
            continue;
        };
        let progress = Progress::default();
        let end = attempt(app, &lease, (&row, &progress), ending).await;
        written += usize::from(matches!(end, End::Written));
        settle(app, &lease, &progress, end).await?;
    }
    Ok(written)
}

async fn attempt(
    app: &Arc<App>,
    lease: &Lease,
    (row, progress): (&Model, &Progress),
    ending: &CancellationToken,
) -> End {
    let made = tokio::select! {
        made = write::write(app, row, progress) => made,
        () = until_lost(app, lease, progress) => return End::Lost,
        () = ending.cancelled() => return End::Stopped,
    };
    let made = match made {
        Ok(made) => made,
        Err(error) => return End::Failed(error),
    };
    match write::finish(app, lease, &made).await {
        Ok(true) => End::Written,
        Ok(false) => End::Lost,
        Err(error) => End::Unknown(error),
    }
}

/// Keeps the claim and shows the progress; returns when the claim is lost.
async fn until_lost(app: &App, lease: &Lease, progress: &Progress) {
    let third = Duration::from_secs(app.settings.submission.lease_seconds.into()) / 3;
    let mut beat = interval(third.min(SHOW_EVERY));
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat.tick().await;
    loop {
        beat.tick().await;
        match lease::renew(app, lease, progress.rows()).await {
            Ok(true) => {}
            Ok(false) => return,
            // The claim may outlast a short fault; should it not, putting the work on record finds out.
            Err(fault) => {
                tracing::warn!(submission = %lease.submission, cause = %fault, "a lease was not renewed");
            }
        }
    }
}

/// Leaves the submission to whom it belongs now.
async fn settle(app: &App, lease: &Lease, progress: &Progress, end: End) -> Result<(), Error> {
    let id = lease.submission;
    match end {
        End::Written => tracing::info!(submission = %id, "written"),
        End::Lost => {
            tracing::info!(submission = %id, "the claim was lost");
            progress.discard(app).await;
        }
        End::Stopped => {
            progress.discard(app).await;
            lease::release(app, lease).await?;
        }
        End::Failed(error) => {
            told(id, &error);
            progress.discard(app).await;
            if lease::fail(app, lease).await? {
                tracing::error!(submission = %id, "given up");
            }
        }
        // Its files stay: if they are not on record, the sweep finds them.
        End::Unknown(error) => {
            told(id, &error);
            lease::fail(app, lease).await?;
        }
    }
    Ok(())
}

fn told(id: SubmissionId, error: &Error) {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::error!(submission = %id, cause = %error, source = cause, "writing failed");
}
