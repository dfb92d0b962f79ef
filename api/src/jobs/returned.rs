//! The reconciler that gives surveys back as workbooks, apart from the one that reads and writes them: nobody waits for it.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::error::Error;
use crate::registry::survey::returned;

/// Makes the workbooks that are wanting, and says how many.
pub async fn return_once(app: &Arc<App>) -> Result<usize, Error> {
    returned::catch_up(app).await
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
