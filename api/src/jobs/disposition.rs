//! The reconciler of measures: those whose last day has passed are ended in the book, also after days on which no process ran.
//! It may run in every process at once and be broken off anywhere.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::error::Error;
use crate::registry::disposition::expire_some;

/// Ends everything that is over by today, and tells how much that was.
pub async fn expire(app: &Arc<App>) -> Result<usize, Error> {
    run(app, &CancellationToken::new()).await
}

/// The same, until the process is to end.
pub(super) async fn run(app: &Arc<App>, ending: &CancellationToken) -> Result<usize, Error> {
    let mut ended = 0;
    while !ending.is_cancelled() {
        let some = expire_some(app).await?.ids.len();
        if some == 0 {
            break;
        }
        ended += some;
    }
    Ok(ended)
}
