//! The reconciler that gives surveys back as workbooks, apart from the one that reads and writes them: nobody waits for it.
//! One that cannot be made is tried again, later each time, and told of when it was tried often enough.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::import::until_lost;
use crate::app::App;
use crate::error::Error;
use crate::registry::import::lease;
use crate::registry::survey::returned;

/// Makes the workbooks that are wanting and that nobody else is at, and says how many.
pub async fn return_once(app: &Arc<App>) -> Result<usize, Error> {
    let mut written = 0;
    for job in returned::wanting(app).await? {
        let Some(lease) = lease::claim_workbook(app, &job).await? else {
            continue;
        };
        let given = tokio::select! {
            given = returned::give_back(app, &lease, &job) => given,
            () = until_lost(app, &lease) => Ok(false),
        };
        match given {
            Ok(given) => written += usize::from(given),
            Err(fault) => {
                let tries = job.faults + 1;
                let cause = std::error::Error::source(&fault).map(ToString::to_string);
                tracing::error!(import = %job.id, tries, cause = %fault, source = cause, "no workbook goes back");
                lease::put_off(app, &lease, tries).await?;
            }
        }
    }
    Ok(written)
}

pub(super) async fn run(app: &Arc<App>, ending: &CancellationToken) {
    let pause = Duration::from_secs(app.settings.import.poll_seconds);
    while !ending.is_cancelled() {
        tokio::select! {
            () = ending.cancelled() => {}
            done = return_once(app) => {
                if let Err(fault) = done {
                    tracing::error!(cause = %fault, source = ?std::error::Error::source(&fault), "giving surveys back");
                }
            }
        }
        tokio::select! {
            () = ending.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}
