//! The clock of the house: reconcilers that take no input and may run twice. They look at what stands in the database
//! and do what is due; no SQL stands here, and a process that dies costs no more than its lease.

mod audit;
mod beat;
mod blacklist;
mod disposition;
mod import;
mod reseal;
mod retention;
mod returned;
mod schedule;
mod screening;
mod submission;
mod sweep;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::registry::import::UPLOADED;
use crate::registry::submission::PREPARED;

pub use audit::{keep_once, seal_all};
pub use beat::beat;
pub use blacklist::turn_all;
pub use disposition::expire;
pub use import::import_once;
pub use reseal::reseal_once;
pub use retention::retain;
pub use returned::return_once;
pub use schedule::prepare_due;
pub use screening::screen_once;
pub use submission::run_once;
pub use sweep::sweep;

/// How often the house is swept.
const SWEEP_EVERY: Duration = Duration::from_hours(1);

/// How often the audit's old segments are looked at.
const KEEP_EVERY: Duration = Duration::from_hours(1);

/// How often it is looked whether something is to be sealed anew; without a rotation that asks nobody anything.
const RESEAL_EVERY: Duration = Duration::from_secs(5);

/// How often it is looked whether a measure's last day has passed; on which days it binds, its days say.
const EXPIRE_EVERY: Duration = Duration::from_mins(5);

/// Runs every reconciler until the process is to end; what is being written then is left to the next process.
pub async fn run(app: Arc<App>, ending: CancellationToken) {
    if app.settings.jobs.enabled {
        tokio::join!(
            Box::pin(submissions(&app, &ending)),
            Box::pin(scheduled(&app, &ending)),
            Box::pin(imports(&app, &ending)),
            Box::pin(returned::run(&app, &ending)),
            Box::pin(sweeps(&app, &ending)),
            Box::pin(sealing(&app, &ending)),
            Box::pin(keeping(&app, &ending)),
            Box::pin(reseals(&app, &ending)),
            Box::pin(retained(&app, &ending)),
            Box::pin(listed(&app, &ending)),
            Box::pin(screened(&app, &ending)),
            Box::pin(expiring(&app, &ending)),
        );
    }
}

async fn submissions(app: &Arc<App>, ending: &CancellationToken) {
    let pause = Duration::from_secs(app.settings.submission.poll_seconds);
    while !ending.is_cancelled() {
        let prepared = PREPARED.notified();
        tokio::pin!(prepared);
        // Listening begins before looking, so that what is prepared in between is not overheard.
        prepared.as_mut().enable();
        if let Err(fault) = submission::run(app, ending).await {
            tracing::error!(cause = %fault, source = ?std::error::Error::source(&fault), "looking for submissions to write");
        }
        tokio::select! {
            () = ending.cancelled() => {}
            () = prepared => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn scheduled(app: &Arc<App>, ending: &CancellationToken) {
    while !ending.is_cancelled() {
        // The first look is at the start: what was missed while nobody ran is made up for.
        let all_done = match schedule::run(app, ending).await {
            Ok(looked) => looked.left == 0,
            Err(fault) => {
                tracing::error!(cause = %fault, source = ?std::error::Error::source(&fault), "looking at the schedule");
                false
            }
        };
        tokio::select! {
            () = ending.cancelled() => {}
            () = tokio::time::sleep(schedule::pause(app, all_done)) => {}
        }
    }
}

async fn imports(app: &Arc<App>, ending: &CancellationToken) {
    let pause = Duration::from_secs(app.settings.import.poll_seconds);
    while !ending.is_cancelled() {
        let uploaded = UPLOADED.notified();
        tokio::pin!(uploaded);
        uploaded.as_mut().enable();
        if let Err(fault) = import::run(app, ending).await {
            tracing::error!(cause = %fault, source = ?std::error::Error::source(&fault), "looking for files to import");
        }
        tokio::select! {
            () = ending.cancelled() => {}
            () = uploaded => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn sealing(app: &Arc<App>, ending: &CancellationToken) {
    let pause = Duration::from_secs(app.settings.audit.seal_seconds);
    loop {
        // What was written before the process was asked to end is sealed before it ends.
        let is_last = ending.is_cancelled();
        if let Err(fault) = seal_all(app).await {
            tracing::error!(cause = %fault, source = ?std::error::Error::source(&fault), "sealing the audit");
        }
        if is_last {
            return;
        }
        tokio::select! {
            () = ending.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn keeping(app: &Arc<App>, ending: &CancellationToken) {
    while !ending.is_cancelled() {
        match keep_once(app).await {
            Ok((0, 0)) => {}
            Ok((dropped, gathered)) => {
                tracing::info!(dropped, gathered, "the audit's old segments");
            }
            Err(fault) => {
                tracing::error!(cause = %fault, source = ?std::error::Error::source(&fault), "keeping the audit");
            }
        }
        tokio::select! {
            () = ending.cancelled() => {}
            () = tokio::time::sleep(KEEP_EVERY) => {}
        }
    }
}

async fn reseals(app: &Arc<App>, ending: &CancellationToken) {
    while !ending.is_cancelled() {
        if let Err(fault) = reseal::run(app, ending).await {
            tracing::error!(cause = %fault, source = ?std::error::Error::source(&fault), "sealing anew");
        }
        tokio::select! {
            () = ending.cancelled() => {}
            () = tokio::time::sleep(RESEAL_EVERY) => {}
        }
    }
}

/// The first look is at the start: what ended while nobody ran is made up for.
async fn expiring(app: &Arc<App>, ending: &CancellationToken) {
    while !ending.is_cancelled() {
        match disposition::run(app, ending).await {
            Ok(0) => {}
            Ok(ended) => tracing::info!(ended, "measures whose term is over"),
            Err(fault) => {
                tracing::error!(cause = %fault, source = ?std::error::Error::source(&fault), "looking for measures whose term is over");
            }
        }
        tokio::select! {
            () = ending.cancelled() => {}
            () = tokio::time::sleep(EXPIRE_EVERY) => {}
        }
    }
}

async fn sweeps(app: &Arc<App>, ending: &CancellationToken) {
    while !ending.is_cancelled() {
        match sweep(app).await {
            Ok(swept) if swept.is_nothing() => {}
            Ok(swept) => tracing::info!(?swept, "swept"),
            Err(fault) => {
                tracing::error!(cause = %fault, source = ?std::error::Error::source(&fault), "sweeping");
            }
        }
        tokio::select! {
            () = ending.cancelled() => {}
            () = tokio::time::sleep(SWEEP_EVERY) => {}
        }
    }
}

/// The first look is at the start: what was missed while nobody ran is made up for.
async fn retained(app: &Arc<App>, ending: &CancellationToken) {
    if app.settings.schedule.retention.is_none() {
        return;
    }
    while !ending.is_cancelled() {
        let all_done = match retention::run(app, ending).await {
            Ok(count) => {
                if !count.is_nothing() {
                    tracing::info!(?count, "kept no longer");
                }
                true
            }
            Err(fault) => {
                let source = std::error::Error::source(&fault);
                tracing::error!(cause = %fault, ?source, "looking for what is kept no longer");
                false
            }
        };
        tokio::select! {
            () = ending.cancelled() => {}
            () = tokio::time::sleep(retention::pause(app, all_done)) => {}
        }
    }
}

/// The first look is at the start: a term that ended while nobody ran is ended then.
async fn listed(app: &Arc<App>, ending: &CancellationToken) {
    let pause = Duration::from_secs(app.settings.blacklist.poll_seconds);
    while !ending.is_cancelled() {
        match turn_all(app, ending).await {
            Ok(0) => {}
            Ok(entries) => tracing::info!(entries, "blacklist entries began or ended"),
            Err(fault) => {
                tracing::error!(cause = %fault, source = ?std::error::Error::source(&fault), "looking at the terms of the blacklist");
            }
        }
        tokio::select! {
            () = ending.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn screened(app: &Arc<App>, ending: &CancellationToken) {
    let pause = Duration::from_secs(app.settings.screening.poll_seconds);
    while !ending.is_cancelled() {
        if let Err(fault) = screen_once(app, ending).await {
            tracing::error!(cause = %fault, source = ?std::error::Error::source(&fault), "screening a file");
        }
        tokio::select! {
            () = ending.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}
