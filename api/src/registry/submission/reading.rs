//! Reading submissions in sight: a platform its own, a province what was filed to it. Nothing here is personal data,
//! so nothing of it is recorded; the files are, when they are fetched.

use entity::id::{PlatformId, SubmissionId};
use entity::kind::{ReportKind, RowState, SubmissionState};
use entity::problem::Finding;
use entity::sealed::Sealed;
use entity::submission::{self, Filter, Model, returned_place};
use sea_orm::PaginatorTrait as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Reason;
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::reading::COUNT_LIMIT;

/// What a caller asks of a list.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// One window, as "2027-01".
    pub window: Option<String>,
    /// One platform.
    pub platform: Option<PlatformId>,
    /// One report.
    pub report: Option<ReportKind>,
    /// One state.
    pub state: Option<SubmissionState>,
}

impl From<&Wanted> for Filter {
    fn from(wanted: &Wanted) -> Self {
        Self {
            window: wanted.window.clone(),
            platform: wanted.platform,
            report: wanted.report,
            state: wanted.state,
        }
    }
}

/// How many registrations one sheet lists, and in which states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetCount {
    /// The name on the sheet's tab.
    pub sheet: String,
    /// Registrations.
    pub rows: u64,
    /// How many of them in each 信息状态, without those that none has.
    pub states: Vec<(RowState, u64)>,
}

/// One submission in sight.
pub async fn find(app: &App, caller: &Caller, id: SubmissionId) -> Result<Option<Model>, Error> {
    let seen = submission::one_seen_by(&caller.sight, id);
    Ok(seen.one(&app.db).await?)
}

/// Those of these submissions that are in sight.
pub async fn some(app: &App, caller: &Caller, ids: &[SubmissionId]) -> Result<Vec<Model>, Error> {
    let seen = submission::some_seen_by(&caller.sight, ids.iter().copied());
    Ok(seen.all(&app.db).await?)
}

/// A page in sight, and whether there is more after it.
pub async fn list(
    app: &App,
    caller: &Caller,
    wanted: &Wanted,
    (after, limit): (Option<SubmissionId>, u64),
) -> Result<(Vec<Model>, bool), Error> {
    let page = submission::page(&caller.sight, &wanted.into(), after, limit + 1);
    let mut rows = page.all(&app.db).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    Ok((rows, more))
}

/// How many a list holds, exactly up to [`COUNT_LIMIT`]; none beyond it.
pub async fn count(app: &App, caller: &Caller, wanted: &Wanted) -> Result<Option<u64>, Error> {
    let all = submission::filtered(&caller.sight, &wanted.into());
    let rows = all.count(&app.db).await?;
    Ok((rows <= COUNT_LIMIT).then_some(rows))
}

/// How far the writing is, 0 to 1.
#[must_use]
pub fn progress(row: &Model) -> f64 {
    match row.state {
        SubmissionState::Preparing | SubmissionState::Cancelled | SubmissionState::Failed => {
            let part = |count: i64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
            if row.rows_total > 0 {
                (part(row.rows_done) / part(row.rows_total)).min(1.0)
            } else {
                0.0
            }
        }
        _ => 1.0,
    }
}

/// The sheets with their rows; none before they are written.
pub fn sheet_counts(row: &Model) -> Result<Vec<(String, u64)>, Error> {
    let counts: Vec<SheetCount> = serde_json::from_str(&row.counts)?;
    let pair = |count: SheetCount| (count.sheet, count.rows);
    Ok(counts.into_iter().map(pair).collect())
}

/// Why it was returned.
pub fn return_reasons(app: &App, row: &Model) -> Result<Vec<Reason>, Error> {
    let reasons = match &row.returned {
        Some(sealed) => app.vault.open_json(returned_place(row.id), sealed)?,
        None => serde_json::from_str(&row.return_reasons)?,
    };
    Ok(serde_json::from_value(reasons)?)
}

/// Seals the reasons for a return, which may name a person.
pub(crate) fn seal_reasons(
    app: &App,
    id: SubmissionId,
    reasons: &[Reason],
) -> Result<Sealed<Value>, Error> {
    let reasons = serde_json::to_value(reasons)?;
    Ok(app.vault.seal_json(returned_place(id), &reasons)?)
}

/// The first of its problems.
pub fn first_problems(row: &Model) -> Result<Vec<Finding>, Error> {
    Ok(serde_json::from_str(&row.problems)?)
}
