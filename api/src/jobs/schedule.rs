//! The schedule: once a window has begun, the house prepares what the platforms owe and nobody prepared. The clock only
//! wakes; what is due is asked of the registry at each look, so a night that was missed, a process that died and a platform
//! that came late are made up for by the next look, and looking twice does no harm.

use std::sync::Arc;
use std::time::Duration;

use entity::id::PlatformId;
use entity::kind::ReportKind;
use entity::value::window::SubmissionWindow;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::error::Error;
use crate::registry::submission::house::{self, Lacking};

/// Between two times of the schedule the house looks at least this often: a clock may be set, a machine may sleep.
const LOOK_AGAIN: Duration = Duration::from_hours(1);
/// So soon it looks again after something went wrong.
const AFTER_A_FAULT: Duration = Duration::from_mins(5);

/// What came of a look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Submissions that this process prepared.
    pub prepared: usize,
    /// Those that could not be prepared now.
    pub left: usize,
}

/// Looks once at what the schedule asks for and prepares it.
pub async fn prepare_due(app: &Arc<App>) -> Result<Looked, Error> {
    run(app, &CancellationToken::new()).await
}

/// The same, until the process is to end; a preparation that is broken off leaves nothing behind.
pub(super) async fn run(app: &Arc<App>, ending: &CancellationToken) -> Result<Looked, Error> {
    let mut looked = Looked::default();
    for lacking in house::lacking(app).await? {
        let made = tokio::select! {
            made = Box::pin(house::prepare(app, lacking)) => made,
            () = ending.cancelled() => break,
        };
        match made {
            Ok(Some(submission)) => {
                looked.prepared += 1;
                let (platform, report, window) = named(lacking);
                tracing::info!(%submission, %platform, %report, %window, "prepared by the schedule");
            }
            // Somebody was faster.
            Ok(None) => {}
            Err(fault) => {
                looked.left += 1;
                told(lacking, &fault);
            }
        }
    }
    Ok(looked)
}

fn named(lacking: Lacking) -> (PlatformId, ReportKind, SubmissionWindow) {
    (lacking.platform, lacking.report, lacking.window)
}

fn told(lacking: Lacking, fault: &Error) {
    let (platform, report, window) = named(lacking);
    if fault.may_retry() {
        tracing::info!(%platform, %report, %window, "another process is preparing it");
        return;
    }
    let source = std::error::Error::source(fault).map(ToString::to_string);
    tracing::error!(%platform, %report, %window, cause = %fault, source, "not prepared by the schedule");
}

/// How long to wait for the next look: until the schedule's next time, unless that is far.
pub(super) fn pause(app: &App, all_done: bool) -> Duration {
    let most = if all_done { LOOK_AGAIN } else { AFTER_A_FAULT };
    let now = app.now();
    let next = app.settings.schedule.prepare.as_ref();
    let next = next.and_then(|cron| cron.next_after(now));
    let until = next.and_then(|next| (next - now).to_std().ok());
    until.map_or(most, |until| until.min(most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::test_house::TestHouse;

    #[tokio::test]
    async fn the_next_look_is_at_the_schedule_s_time_or_sooner() {
        let house = TestHouse::empty().await;
        for (now, all_done, seconds) in [
            ("2026-12-01T02:00:00Z", true, 3_600),
            ("2026-12-01T02:00:00Z", false, 300),
            ("2026-12-31T18:29:50Z", true, 10),
            ("2026-12-31T18:29:50Z", false, 10),
            ("2026-12-31T18:30:00Z", true, 3_600),
            ("2100-12-31T18:30:00Z", true, 3_600),
        ] {
            house.clock.set(now.parse().unwrap());
            let pause = pause(&house.app, all_done);
            assert_eq!(pause, Duration::from_secs(seconds), "{now} {all_done}");
        }
    }
}
