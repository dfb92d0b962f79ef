//! What is due: how far each platform in sight is with the filings of a window, and how many of its registrations wait
//! for their verification. A few statements a page, whatever its size.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, Utc};
use entity::id::{PlatformId, SubmissionId};
use entity::kind::{ReportKind, SubjectKind, VerificationState};
use entity::registration::{LAST_DAY, NEVER_VERIFIED};
use entity::registration_count;
use entity::registration_page::VerifiedWithin;
use entity::value::window::SubmissionWindow;
use entity::{platform, submission};
use rules::due::{self, DueState, Filing};
use rules::edition::{Interval, Report};
use rules::verification::Asked;
use sea_orm::{ConnectionTrait, DbErr, PaginatorTrait as _};

use super::reading::{COUNT_LIMIT, clock};
use crate::app::App;
use crate::auth::Caller;
use crate::clock::{day_begins, legal_day};
use crate::error::Error;
use crate::scope::Scope;

/// The states of the verification clock that somebody must do something about.
const WAITING: [VerificationState; 3] = [
    VerificationState::Never,
    VerificationState::Due,
    VerificationState::Overdue,
];

/// An empty range.
const NO_DAY: RangeInclusive<NaiveDate> = RangeInclusive::new(LAST_DAY, NEVER_VERIFIED);

/// What a platform owes in a window.
#[derive(Clone, Debug)]
pub struct Due {
    /// Who owes it.
    pub platform: platform::Model,
    /// One a report of the edition in force.
    pub filings: Vec<DueFiling>,
}

/// How far a platform is with one report.
#[derive(Clone, Copy, Debug)]
pub struct DueFiling {
    /// Which report.
    pub report: &'static Report,
    /// How far it is.
    pub state: DueState,
    /// Filed after the last day of the window, or not filed and that day has passed.
    pub late: bool,
    /// Whether no working day of the window is left after today and it is not filed.
    pub remind: bool,
    /// The submission that says so; it may be out of sight.
    pub submission: Option<SubmissionId>,
}

/// How many open registrations of one kind wait for their verification; none where there are more than
/// [`COUNT_LIMIT`].
#[derive(Clone, Debug)]
pub struct DueVerification {
    /// Which kind.
    pub kind: SubjectKind,
    /// How often it is verified, and by which article.
    pub interval: &'static Interval,
    /// Never verified.
    pub never: Option<u64>,
    /// Due within the notice.
    pub due: Option<u64>,
    /// Past the due day.
    pub overdue: Option<u64>,
}

/// The window that is asked for; where none is, the one that began last.
pub fn window(app: &App, wanted: Option<&str>) -> Result<SubmissionWindow, Error> {
    let found = match wanted {
        Some(text) => text.parse().ok(),
        None => SubmissionWindow::last_opened(app.today()),
    };
    found.ok_or_else(|| {
        Error::bad_input(
            "报送期应如 2027-01 或 2027-07",
            "a submission window is written as 2027-01 or 2027-07",
        )
    })
}

/// Whoever was admitted later owes nothing in the window: the end of its last day.
#[must_use]
pub fn admitted_before(window: SubmissionWindow) -> DateTime<Utc> {
    let last = window.last_day();
    day_begins(last.succ_opt().unwrap_or(last))
}

/// A page of platforms in sight that owe filings, and whether there is more after it.
pub async fn page(
    app: &App,
    caller: &Caller,
    window: SubmissionWindow,
    (after, limit): (Option<PlatformId>, u64),
) -> Result<(Vec<Due>, bool), Error> {
    let admitted = admitted_before(window);
    let mut rows = platform::filers_page(&caller.sight, admitted, after, limit + 1)
        .all(&app.db)
        .await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let standing = standing(&app.db, window, &ids).await?;
    let due = |platform: platform::Model| {
        let reports = app.edition().reports.iter();
        let filings = reports.map(|report| standing.filing(app, platform.id, report));
        let filings = filings.collect();
        Due { platform, filings }
    };
    Ok((rows.into_iter().map(due).collect(), more))
}

/// How many there are, exactly up to [`COUNT_LIMIT`]; none beyond it.
pub async fn count(
    app: &App,
    caller: &Caller,
    window: SubmissionWindow,
) -> Result<Option<u64>, Error> {
    let all = platform::filers_seen_by(&caller.sight, admitted_before(window));
    let rows = all.count(&app.db).await?;
    Ok((rows <= COUNT_LIMIT).then_some(rows))
}

/// What was prepared and filed for a window, by platform and report.
pub(super) struct Standing {
    window: SubmissionWindow,
    rows: HashMap<(PlatformId, ReportKind), Vec<submission::Standing>>,
}

/// Reads what stands of a window for these platforms.
pub(super) async fn standing<C: ConnectionTrait>(
    db: &C,
    window: SubmissionWindow,
    platforms: &[PlatformId],
) -> Result<Standing, Error> {
    let mut rows: HashMap<_, Vec<_>> = HashMap::new();
    if !platforms.is_empty() {
        let found = submission::standing(&window.to_string(), platforms.iter().copied());
        for row in found.all(db).await? {
            rows.entry((row.platform_id, row.report))
                .or_default()
                .push(row);
        }
    }
    Ok(Standing { window, rows })
}

impl Standing {
    fn rows(&self, platform: PlatformId, report: ReportKind) -> &[submission::Standing] {
        self.rows
            .get(&(platform, report))
            .map_or(&[], Vec::as_slice)
    }

    /// The filings of one report as rules know them.
    pub(super) fn of(&self, platform: PlatformId, report: ReportKind) -> Vec<Filing> {
        let filing = |row: &submission::Standing| Filing {
            kind: row.kind,
            version: row.version,
            state: row.state,
            changed_on: legal_day(row.updated_at),
        };
        self.rows(platform, report).iter().map(filing).collect()
    }

    fn filing(&self, app: &App, platform: PlatformId, report: &'static Report) -> DueFiling {
        let (state, version) = due::standing(&self.of(platform, report.kind));
        let rows = self.rows(platform, report.kind).iter();
        let row = rows
            .filter(|row| Some(row.version) == version)
            .max_by_key(|row| row.id);
        let (first_day, today) = (self.window.first_day(), app.today());
        let filed_late = state.is_filed() && row.and_then(|row| row.late) == Some(true);
        DueFiling {
            report,
            state,
            late: filed_late || due::is_overdue(state, first_day, today),
            remind: due::reminds(state, first_day, today),
            submission: row.map(|row| row.id),
        }
    }
}

/// How many registrations of these platforms wait for their verification, by kind: one statement. Platforms whose
/// registrations are not all in sight are left out, and so is every kind that the edition gives no interval.
pub async fn verification(
    app: &App,
    caller: &Caller,
    platforms: &[PlatformId],
) -> Result<HashMap<PlatformId, Vec<DueVerification>>, Error> {
    caller.needs(Scope::RegistryRead)?;
    let clocked = |kind: &SubjectKind| Some((*kind, app.edition().interval(*kind)?));
    let kinds: Vec<_> = SubjectKind::ALL.iter().filter_map(clocked).collect();
    let ranges: Vec<_> = kinds
        .iter()
        .flat_map(|(kind, _)| WAITING.map(|state| within(app, *kind, state)))
        .collect();
    let (backend, limit) = (app.db.get_database_backend(), COUNT_LIMIT + 1);
    let statement = registration_count::count(&caller.sight, platforms, (&ranges, limit), backend);
    let mut found = HashMap::new();
    for row in app.db.query_all_raw(statement).await? {
        let platform: PlatformId = row.try_get("", registration_count::PLATFORM)?;
        let count = |place| {
            let rows: i64 = row.try_get("", &registration_count::column(place))?;
            let rows = u64::try_from(rows).unwrap_or(0);
            Ok((rows <= COUNT_LIMIT).then_some(rows))
        };
        let counts: Result<Vec<_>, DbErr> = (0..ranges.len()).map(count).collect();
        found.insert(platform, by_kind(&kinds, &counts?));
    }
    Ok(found)
}

/// The days of a last verification that give a state today; near the end of February, no day may.
fn within(app: &App, kind: SubjectKind, state: VerificationState) -> VerifiedWithin {
    let asked = Asked {
        state: Some(state),
        due_before: None,
    };
    let days = asked.days(clock(app, kind), app.today());
    VerifiedWithin {
        kind,
        days: days.unwrap_or(NO_DAY),
    }
}

fn by_kind(
    kinds: &[(SubjectKind, &'static Interval)],
    counts: &[Option<u64>],
) -> Vec<DueVerification> {
    let each = kinds.iter().zip(counts.chunks(WAITING.len()));
    let waiting = |((kind, interval), counts): (&(SubjectKind, &'static Interval), &[_])| {
        let count = |place: usize| counts.get(place).copied().flatten();
        DueVerification {
            kind: *kind,
            interval,
            never: count(0),
            due: count(1),
            overdue: count(2),
        }
    };
    each.map(waiting).collect()
}
