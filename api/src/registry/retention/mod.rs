//! Retention: what nobody needs any more is removed when its time is over, a few rows at a time, each batch in a transaction
//! of its own with the entry that says so. Running twice, in two processes or half way does no harm: what is left is found
//! again. What a legal hold, a filing, an open tie or an open objection still needs stays, however old it is.

mod book;
pub(super) mod file;
mod hold;
mod list;
mod live;
mod paper;

use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};
use entity::id::RegistrationId;
use entity::{document, idempotency, retention};
use sea_orm::{DatabaseTransaction, PaginatorTrait as _};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::audit::{Entry, Outcome, record_house};
use crate::clock::legal_day;
use crate::db;
use crate::error::Error;

pub(super) use book::belongings;
pub use book::{checks, registrations};
pub use hold::{Held, Hold, Placed, add as add_hold, lift as lift_hold, list as holds};
pub use list::entries;
pub use live::sessions;
pub use paper::{imports, objections, submissions};

/// The deed, as the audit names it.
const OPERATION: &str = "retention";
/// So many things of a kind are removed by one transaction.
const AT_A_TIME: u64 = 200;

/// The moments before which each kind of thing is no longer kept, by the database's clock.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    registrations: NaiveDate,
    checks: DateTime<Utc>,
    submissions: DateTime<Utc>,
    imports: DateTime<Utc>,
    objections: NaiveDate,
    sessions: DateTime<Utc>,
    entries: DateTime<Utc>,
}

impl Terms {
    /// The terms as the settings have them, from now back.
    pub async fn now(app: &App) -> Result<Self, Error> {
        let now = db::now(&app.db).await?;
        let kept = &app.settings.retention;
        let before = |years: u32| {
            let months = Months::new(years.saturating_mul(12));
            now.checked_sub_months(months)
                .unwrap_or(DateTime::UNIX_EPOCH)
        };
        Ok(Self {
            registrations: legal_day(before(kept.registration_years)),
            checks: before(kept.check_years),
            submissions: before(kept.submission_years),
            imports: before(kept.import_years),
            objections: legal_day(before(kept.objection_years)),
            // The law counts from the end of a livestream, which nobody reports: none lasts a week.
            sessions: before(kept.live_years) - TimeDelta::weeks(1),
            entries: before(kept.blacklist_years),
        })
    }
}

/// How many things of each kind were removed, or would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Count {
    /// Closed registrations, each with its revisions, ties and accounts.
    pub registrations: u64,
    /// Revisions of registrations that stay: verifications and facts that were superseded.
    pub checks: u64,
    /// Filings whose workbooks and rows go; that they were filed stays known.
    pub submissions: u64,
    /// Imports with their files and findings.
    pub imports: u64,
    /// Answered objections.
    pub objections: u64,
    /// Reports of livestreams.
    pub sessions: u64,
    /// Ended entries of the blacklist, each with its appeals, letters and evidence.
    pub entries: u64,
}

impl Count {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// What the hourly sweep would remove beside that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Swept {
    /// Uploads that nothing refers to.
    pub uploads: u64,
    /// Outcomes under idempotency keys.
    pub outcomes: u64,
    /// Download links.
    pub links: u64,
}

/// What would be removed now; it writes nothing.
pub async fn due(app: &App) -> Result<(Count, Swept), Error> {
    let terms = Terms::now(app).await?;
    let everyone = (RegistrationId(Uuid::nil()), RegistrationId(Uuid::max()));
    let registrations = retention::registrations(terms.registrations);
    let checks = retention::superseded(everyone, terms.checks);
    let imports = retention::imports(terms.imports);
    let objections = retention::objections(terms.objections);
    let entries = retention::entries(terms.entries);
    let count = Count {
        registrations: registrations.count(&app.db).await?,
        checks: checks.count(&app.db).await?,
        submissions: paper::due_submissions(app, &terms).await?.len() as u64,
        imports: imports.count(&app.db).await?,
        objections: objections.count(&app.db).await?,
        sessions: retention::live_sessions(terms.sessions)
            .count(&app.db)
            .await?,
        entries: entries.count(&app.db).await?,
    };
    let now = app.now();
    let hours = TimeDelta::hours(app.settings.limits.unused_file_hours.into());
    let uploads = document::unused_before(now - hours);
    let outcomes = idempotency::expired(now);
    let links = document::link::expired(now);
    let swept = Swept {
        uploads: uploads.count(&app.db).await?,
        outcomes: outcomes.count(&app.db).await?,
        links: links.count(&app.db).await?,
    };
    Ok((count, swept))
}

/// Says in the audit what a transaction removes: which kind, which ids, how many of what, and nothing of what they held.
async fn recorded(
    app: &App,
    tx: &DatabaseTransaction,
    subjects: impl IntoIterator<Item = Uuid>,
    detail: Value,
) -> Result<(), Error> {
    let entry = Entry {
        operation: OPERATION,
        outcome: Outcome::Done,
        subjects: subjects.into_iter().map(|id| id.to_string()).collect(),
        detail: json!({ "removed": detail }),
        party: None,
        purpose: None,
    };
    record_house(app, tx, entry).await
}
