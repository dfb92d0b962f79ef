//! The reconciler of retention: what is kept no longer is removed, kind by kind, until nothing is due or the process is to
//! end. It may run in every process at once and be broken off anywhere.

use std::sync::Arc;
use std::time::Duration;

use entity::id::RegistrationId;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::app::App;
use crate::error::Error;
use crate::registry::retention::{self, Count, Terms};

/// So soon it looks again after something went wrong.
const AFTER_A_FAULT: Duration = Duration::from_mins(5);
/// A clock may be set and a machine may sleep, so it wakes this often to see whether its time has come.
const LOOK_AGAIN: Duration = Duration::from_hours(24);

/// Removes everything that is due now.
pub async fn retain(app: &Arc<App>) -> Result<Count, Error> {
    run(app, &CancellationToken::new()).await
}

/// The same, until the process is to end.
pub(super) async fn run(app: &Arc<App>, ending: &CancellationToken) -> Result<Count, Error> {
    let terms = Terms::now(app).await?;
    let mut count = Count {
        submissions: retention::submissions(app, &terms).await?,
        ..Count::default()
    };
    // Filings first: what they froze is then free to go.
    let mut next = Some(RegistrationId(Uuid::nil()));
    while let Some(after) = next.filter(|_| !ending.is_cancelled()) {
        let (removed, following) = retention::checks(app, &terms, after).await?;
        count.checks += removed;
        next = following;
    }
    while !ending.is_cancelled() {
        let registrations = retention::registrations(app, &terms).await?;
        let imports = retention::imports(app, &terms).await?;
        let objections = retention::objections(app, &terms).await?;
        count.registrations += registrations;
        count.imports += imports;
        let entries = retention::entries(app, &terms).await?;
        count.objections += objections;
        let sessions = retention::sessions(app, &terms).await?;
        count.sessions += sessions;
        count.entries += entries;
        if registrations + imports + objections + sessions + entries == 0 {
            break;
        }
    }
    Ok(count)
}

/// How long to wait: until the next time of the setting.
pub(super) fn pause(app: &App, all_done: bool) -> Duration {
    if !all_done {
        return AFTER_A_FAULT;
    }
    let now = app.now();
    let next = app.settings.schedule.retention.as_ref();
    let next = next.and_then(|cron| cron.next_after(now));
    let until = next.and_then(|next| (next - now).to_std().ok());
    until.map_or(LOOK_AGAIN, |until| until.min(LOOK_AGAIN))
}
