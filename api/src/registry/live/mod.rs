//! Before a livestream: what an operator reports beforehand, and whether the livestream may begin. Both are entered through
//! the platform and asked of its own book (Order 117 Art. 8, 28).

pub mod gate;
mod load;
mod named;
pub mod policy;
pub mod reading;
mod record;
pub mod session;

use chrono::{DateTime, TimeDelta, Utc};
use entity::id::PlatformId;
use entity::problem::{Finding, ProblemCode};

use super::parse::TEXT;
use super::text::identifier;
use crate::app::App;
use crate::auth::Caller;
use crate::clock::in_shanghai;

pub use record::{TYP, read as read_record};

/// The caller's own platform, which may be named; another's is as absent as an unknown one.
fn own_platform(caller: &Caller, named: Option<PlatformId>) -> Result<PlatformId, Finding> {
    let refused = |code| Err(Finding::error(code).inside("platform"));
    match (caller.platform(), named) {
        (Some(own), None) => Ok(own),
        (Some(own), Some(named)) if own == named => Ok(own),
        (None, None) => refused(ProblemCode::PlatformRequired),
        (None, Some(named)) if caller.sight.whole.contains(&named) => {
            refused(ProblemCode::NotYours)
        }
        _ => refused(ProblemCode::NotFound),
    }
}

/// The number of a room, as registrations keep it.
fn account(app: &App, raw: &str, found: &mut Vec<Finding>) -> Option<String> {
    identifier(raw, TEXT, app.today())
        .map_err(|finding| found.push(finding.inside("account")))
        .ok()
}

/// Refuses a list of streamers that is empty or too long.
fn sized(app: &App, streamers: usize) -> Option<Finding> {
    let most = app.settings.live.streamers;
    let finding = match streamers {
        0 => Finding::error(ProblemCode::Empty),
        many if many > most => Finding::error(ProblemCode::TooMany).with("max", most.to_string()),
        _ => return None,
    };
    Some(finding.inside("streamers"))
}

/// Refuses a moment that does not lie between two others.
fn within(
    (at, field): (DateTime<Utc>, &'static str),
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> Option<Finding> {
    (at < from || at > until).then(|| {
        Finding::error(ProblemCode::MomentOutOfRange)
            .with("from", told(from))
            .with("until", told(until))
            .inside(field)
    })
}

/// How an instant is told to people.
fn told(at: DateTime<Utc>) -> String {
    in_shanghai(at).format("%Y-%m-%d %H:%M").to_string()
}

/// How far a report may lie beside the moment of its livestream.
fn beside(app: &App) -> TimeDelta {
    TimeDelta::minutes(app.settings.live.report_minutes.into())
}
