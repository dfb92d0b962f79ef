//! The beat of a process: it says that it is at work and with which keys, and puts on record what did not open. Where the
//! others have gone on without it, it stops itself, because it would no longer find what they write.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::registry::damage;
use crate::registry::rotation::holder::{self, BEAT};
use crate::vault::KeysFault;

/// Beats until the process is to end, and says goodbye; or ends it, and tells why.
pub async fn beat(app: Arc<App>, ending: CancellationToken) -> Option<KeysFault> {
    loop {
        tokio::select! {
            () = ending.cancelled() => break,
            () = tokio::time::sleep(BEAT) => {}
        }
        damage::record(&app).await;
        match holder::beat(&app).await {
            Ok(None) => {}
            Ok(Some(behind)) => {
                tracing::error!(cause = %behind, "this process stops: the others have gone on to another key");
                ending.cancel();
                return Some(behind);
            }
            Err(fault) => tracing::warn!(cause = %fault, "the beat was missed"),
        }
    }
    if let Err(fault) = holder::leave(&app).await {
        tracing::warn!(cause = %fault, "this process counts as being at work for half a minute more");
    }
    None
}
