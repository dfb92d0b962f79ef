//! The reconciler that screens files: claim, carry out, end. What goes wrong leaves its claim to run out, and is tried again.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::error::Error;
use crate::registry::screening;

/// Screens the files that wait, each once; says how many ended.
pub async fn screen_once(app: &Arc<App>, ending: &CancellationToken) -> Result<u64, Error> {
    let mut ended = 0;
    for id in screening::waiting(app).await? {
        if ending.is_cancelled() {
            break;
        }
        let Some(row) = screening::claim(app, id).await? else {
            continue;
        };
        tokio::select! {
            done = screening::carry_out(app, &row) => ended += u64::from(done?),
            () = ending.cancelled() => break,
        }
    }
    Ok(ended)
}
