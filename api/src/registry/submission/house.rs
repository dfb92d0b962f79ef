//! What the house prepares by itself once a window has begun: the first filing of each report that a platform owes and
//! nobody has prepared. When the time has come is the schedule's to say, what is lacking is `rules::due`'s. Nothing is
//! remembered between two looks, and of two processes that look at once the database lets one write.

use chrono::TimeDelta;
use entity::id::{ClientId, PlatformId, SubmissionId};
use entity::kind::{FilingKind, ReportKind};
use entity::value::window::SubmissionWindow;
use entity::{platform, submission};
use rules::due::house_prepares;
use sea_orm::DatabaseTransaction;
use serde_json::{Value, json};

use super::PREPARED;
use super::prepare::{Ground, write};
use crate::app::App;
use crate::clock::day_begins;
use crate::error::Error;
use crate::registry::deed::{self, Recorded};
use crate::registry::due::{admitted_before, standing};

/// A filing that a platform owes and nobody has prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// Who owes it.
    pub platform: PlatformId,
    /// Which report.
    pub report: ReportKind,
    /// For which window.
    pub window: SubmissionWindow,
}

/// The window whose submissions the house prepares now: the one that began last, from the schedule's first time in it
/// until the next one begins. After its month a filing is late and still owed.
#[must_use]
pub fn at_hand(app: &App) -> Option<SubmissionWindow> {
    let cron = app.settings.schedule.prepare.as_ref()?;
    let window = SubmissionWindow::last_opened(app.today())?;
    let eve = day_begins(window.first_day()) - TimeDelta::microseconds(1);
    cron.next_after(eve)
        .filter(|first| *first <= app.now())
        .map(|_| window)
}

/// What is lacking now, in the order of platforms: two statements, whatever their number.
pub async fn lacking(app: &App) -> Result<Vec<Lacking>, Error> {
    let Some(window) = at_hand(app) else {
        return Ok(Vec::new());
    };
    let mut filers = platform::filers(admitted_before(window))
        .all(&app.db)
        .await?;
    filers.sort_by_key(|row| row.id);
    let (known, homeless): (Vec<_>, Vec<_>) = filers
        .into_iter()
        .partition(|row| row.division_province.is_some());
    for row in homeless {
        tracing::warn!(platform = %row.id, "its province is unknown, so nothing is prepared for it");
    }
    let ids: Vec<PlatformId> = known.into_iter().map(|row| row.id).collect();
    let standing = standing(&app.db, window, &ids).await?;
    let each = |platform| {
        let reports = app.edition().reports.iter().map(|report| report.kind);
        reports.map(move |report| Lacking {
            platform,
            report,
            window,
        })
    };
    let today = app.today();
    let open = |lacking: &Lacking| {
        let filings = standing.of(lacking.platform, lacking.report);
        house_prepares(&filings, today)
    };
    Ok(ids.into_iter().flat_map(each).filter(open).collect())
}

/// Prepares one of them; none when it is lacking no more.
pub async fn prepare(app: &App, lacking: Lacking) -> Result<Option<SubmissionId>, Error> {
    let work = |tx: DatabaseTransaction| async move {
        let submission = judge_and_write(app, lacking, &tx).await?;
        let prepared = Prepared {
            lacking,
            submission,
        };
        Ok((prepared, tx))
    };
    let prepared = deed::of_house(app, "prepareSubmission", work).await?;
    if prepared.wrote() {
        PREPARED.notify_waiters();
    }
    Ok(prepared.submission)
}

async fn judge_and_write(
    app: &App,
    lacking: Lacking,
    tx: &DatabaseTransaction,
) -> Result<Option<SubmissionId>, Error> {
    let row = platform::by_ids([lacking.platform]).one(tx).await?;
    let recipient = row.and_then(|row| row.division_province);
    let report = app.edition().report(lacking.report);
    let (Some(recipient), Some(report)) = (recipient, report) else {
        return Ok(None);
    };
    let standing = standing(tx, lacking.window, &[lacking.platform]).await?;
    if !house_prepares(&standing.of(lacking.platform, lacking.report), app.today()) {
        return Ok(None);
    }
    let all = submission::of_report(lacking.platform, lacking.report)
        .all(tx)
        .await?;
    let ground = Ground {
        platform: lacking.platform,
        recipient,
        window: lacking.window,
        report,
        kind: FilingKind::Initial,
        all,
    };
    write(app, ClientId::HOUSE, &ground, tx).await.map(Some)
}

/// What came of one preparation, for the audit.
struct Prepared {
    lacking: Lacking,
    submission: Option<SubmissionId>,
}

impl Recorded for Prepared {
    fn wrote(&self) -> bool {
        self.submission.is_some()
    }

    fn subjects(&self) -> Vec<String> {
        self.submission.iter().map(ToString::to_string).collect()
    }

    fn detail(&self) -> Value {
        json!({
            "platform": self.lacking.platform,
            "report": self.lacking.report,
            "window": self.lacking.window,
        })
    }
}
