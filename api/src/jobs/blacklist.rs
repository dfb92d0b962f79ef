//! The reconciler of the blacklist's terms: entries begin on their first day and end on the day after their last. It may run
//! in every process at once; whoever is later finds nothing to do.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::error::Error;
use crate::registry::blacklist;

/// Begins and ends what is due, until nothing is or the process is to end; says how many entries.
pub async fn turn_all(app: &Arc<App>, ending: &CancellationToken) -> Result<u64, Error> {
    let mut turned = 0;
    while !ending.is_cancelled() {
        let now = blacklist::end_due(app).await? + blacklist::begin_due(app).await?;
        if now == 0 {
            break;
        }
        turned += now;
    }
    Ok(turned)
}
