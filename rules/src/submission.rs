//! When a submission may be prepared and filed, which rows it writes and with which 信息状态 (Order 117 Art. 9).
//! The SQL that freezes a filing does the same for millions of rows at once; tests hold it against this.

use chrono::{Datelike, Months, NaiveDate};
use entity::kind::{AccountRole, FilingKind, IdentityKind, RowState, SubjectKind, SubmissionState};
use entity::problem::{Finding, ProblemCode};
use entity::sealed::Fingerprint;

use crate::edition::{Report, Sheet};

pub use self::state::{Actor, SubmissionDeed, Transition, advance};

mod state;

/// The most a spreadsheet cell holds, in UTF-16 code units as Excel counts.
pub const CELL_LIMIT: usize = 32_767;

/// The separator between the accounts of one 直播账号 cell.
const ACCOUNT_SEPARATOR: &str = "；";

/// Whether a window (named by its first day) may be prepared today: the running, the last or the next one.
///
/// # Errors
/// `WINDOW_OUT_OF_RANGE` with the facts `earliest` and `latest`, both as `2027-01`.
pub fn may_prepare(first_day: NaiveDate, today: NaiveDate) -> Result<(), Finding> {
    let half_begins = first_of_half(today);
    let running = half_begins.month() == today.month();
    let earliest = if running {
        months_before(half_begins, 6)
    } else {
        half_begins
    };
    let latest = months_after(half_begins, 6);
    if (earliest..=latest).contains(&first_day) {
        return Ok(());
    }
    Err(Finding::error(ProblemCode::WindowOutOfRange)
        .with("earliest", earliest.format("%Y-%m").to_string())
        .with("latest", latest.format("%Y-%m").to_string()))
}

/// Whether a window may be filed today: from its first day on, however late.
///
/// # Errors
/// `WINDOW_NOT_OPEN` with the fact `date`, the first day on which it may be filed.
pub fn may_file(first_day: NaiveDate, today: NaiveDate) -> Result<(), Finding> {
    if today >= first_day {
        return Ok(());
    }
    Err(Finding::error(ProblemCode::WindowNotOpen).with("date", first_day.to_string()))
}

/// The day by which a window's filing is due: the last day of its month, 31 January or 31 July.
#[must_use]
pub fn due_on(first_day: NaiveDate) -> NaiveDate {
    let next_month = months_after(first_day, 1);
    next_month.pred_opt().unwrap_or(next_month)
}

/// Whether a filing made on a day is late; a late filing is marked, never refused.
#[must_use]
pub fn is_late(first_day: NaiveDate, filed_on: NaiveDate) -> bool {
    filed_on > due_on(first_day)
}

/// Whether a filing of this kind has the base it needs: a supplement or correction stands on a filing of the same
/// window that is FILED or ACCEPTED.
///
/// # Errors
/// `BASE_REQUIRED` when it is missing or in another state.
pub fn check_base(kind: FilingKind, base: Option<SubmissionState>) -> Result<(), Finding> {
    if kind == FilingKind::Initial || base.is_some_and(counts) {
        return Ok(());
    }
    Err(Finding::error(ProblemCode::BaseRequired).with("filing", kind.as_str()))
}

/// Whether the rows of a submission in this state count as filed: FILED or ACCEPTED, nothing else.
#[must_use]
pub const fn counts(state: SubmissionState) -> bool {
    matches!(state, SubmissionState::Filed | SubmissionState::Accepted)
}

/// The sheet of a report that lists a subject with this kind of identity, if any does.
#[must_use]
pub fn sheet_for(report: &Report, subject: SubjectKind, identity: IdentityKind) -> Option<&Sheet> {
    report
        .sheets
        .iter()
        .find(|sheet| sheet.lists(subject, identity))
}

/// A row of a registration in a filing that [`counts`].
#[derive(Clone, Copy, Debug)]
pub struct FiledRow<'a> {
    /// What the row said.
    pub state: RowState,
    /// The fingerprint it was filed with, of the same version and key as today's.
    pub fingerprint: &'a Fingerprint,
}

/// A registration as it stands at the freeze.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// Whether it is open.
    pub open: bool,
    /// The fingerprint of its current revision.
    pub fingerprint: &'a Fingerprint,
}

/// 信息状态 of a registration against its newest row in any filing of the same report kind that [`counts`];
/// none when there is nothing to say of it.
#[must_use]
pub fn row_state(newest: Option<FiledRow<'_>>, now: Standing<'_>) -> Option<RowState> {
    let standing = newest.filter(|row| row.state != RowState::Ended);
    match (now.open, standing) {
        (true, None) => Some(RowState::New),
        (true, Some(row)) if row.fingerprint == now.fingerprint => Some(RowState::Unchanged),
        (true, Some(_)) => Some(RowState::Changed),
        (false, Some(_)) => Some(RowState::Ended),
        (false, None) => None,
    }
}

/// The row that a filing of this kind writes for a registration, if it writes one: `newest` is its newest row in any
/// filing that [`counts`], `in_window` its newest such row in the window that is filed.
#[must_use]
pub fn row_to_write(
    kind: FilingKind,
    newest: Option<FiledRow<'_>>,
    in_window: Option<FiledRow<'_>>,
    now: Standing<'_>,
) -> Option<RowState> {
    let wanted = match kind {
        FilingKind::Initial => true,
        FilingKind::Supplement => in_window.is_none(),
        FilingKind::Correction => {
            in_window.is_some_and(|row| !now.open || row.fingerprint != now.fingerprint)
        }
    };
    row_state(newest, now).filter(|_| wanted)
}

/// The 直播账号 cells of one registration: its open accounts, HOLDER first, then by account number, joined by `；`.
/// What does not fit into one cell goes on in the next, cut between accounts; there is always at least one cell.
#[must_use]
pub fn account_cells<'a>(
    accounts: impl IntoIterator<Item = (AccountRole, &'a str)>,
) -> Vec<String> {
    let mut ordered: Vec<_> = accounts.into_iter().collect();
    ordered.sort_unstable();
    pack(ordered.into_iter().map(|(_, number)| number), CELL_LIMIT)
}

/// The 网店名称 and 网址 cells of one merchant: its open shops in one order, joined by `；`. What does not fit into one pair
/// of cells goes on in the next pair, so that a name and its address always stand on one line.
#[must_use]
pub fn shop_cells<'a>(
    shops: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> (Vec<String>, Vec<String>) {
    let mut names = vec![String::new()];
    let mut urls = vec![String::new()];
    let mut used = (0, 0);
    let mut first = true;
    for (name, url) in shops {
        let wanted = (units(name) + 1, units(url) + 1);
        let full = used.0 + wanted.0 > CELL_LIMIT || used.1 + wanted.1 > CELL_LIMIT;
        if full && !first {
            names.push(String::new());
            urls.push(String::new());
            used = (0, 0);
            first = true;
        }
        for (cells, text) in [(&mut names, name), (&mut urls, url)] {
            if let Some(cell) = cells.last_mut() {
                if !first {
                    cell.push_str(ACCOUNT_SEPARATOR);
                }
                cell.push_str(text);
            }
        }
        used = (used.0 + wanted.0, used.1 + wanted.1);
        first = false;
    }
    let separators = |cell: &String| cell.replace(ACCOUNT_SEPARATOR, "").is_empty();
    for cell in urls.iter_mut().filter(|cell| separators(cell)) {
        cell.clear();
    }
    (names, urls)
}

/// Texts of one cell, joined by `；`; where a cell does not hold all, it ends by telling how many there are.
#[must_use]
pub fn joined(texts: impl IntoIterator<Item = String>) -> String {
    let texts: Vec<String> = texts.into_iter().collect();
    let whole = texts.join(ACCOUNT_SEPARATOR);
    if units(&whole) <= CELL_LIMIT {
        return whole;
    }
    let rest = format!("；等{}项", texts.len());
    let room = CELL_LIMIT - units(&rest);
    let mut cell = pack(texts.iter().map(String::as_str), room).swap_remove(0);
    cell.push_str(&rest);
    cell
}

/// Length in UTF-16 code units, as Excel counts.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Joins texts into cells of at most `limit` UTF-16 code units; a text that is longer alone has a cell of its own.
fn pack<'a>(texts: impl Iterator<Item = &'a str>, limit: usize) -> Vec<String> {
    let mut full = Vec::new();
    let mut cell = String::new();
    let mut used = 0;
    for text in texts {
        let units = units(text);
        if cell.is_empty() {
            used = units;
        } else if used + units < limit {
            cell.push_str(ACCOUNT_SEPARATOR);
            used += units + 1;
        } else {
            full.push(std::mem::take(&mut cell));
            used = units;
        }
        cell.push_str(text);
    }
    full.push(cell);
    full
}

/// 1 January or 1 July on or before a day: the first day of the window that began last.
fn first_of_half(day: NaiveDate) -> NaiveDate {
    let into_half = (day.month() - 1) % 6;
    let month = months_before(day, into_half);
    month.with_day(1).unwrap_or(month)
}

/// Months later, at the calendar's end the day itself: windows lie far from it.
fn months_after(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(day)
}

/// Months earlier, at the calendar's start the day itself: windows lie far from it.
fn months_before(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(months)).unwrap_or(day)
}

#[cfg(test)]
mod tests;
