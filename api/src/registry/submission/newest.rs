//! Which filings can hold the newest row of a registration: 信息状态 is judged against that row, and a platform of ten
//! years has filed its millions of rows dozens of times.
//!
//! The newest INITIAL and what was frozen after it are enough, as long as the filings that count below it are those
//! that counted when it was frozen. For then a registration without a row in these has no row below that matters: if
//! it was open at that freeze, the INITIAL wrote it; if it was closed and its newest row said anything but 注销, the
//! INITIAL wrote its 注销; and if its newest row did say 注销, that counts as no row. Where a filing below was filed,
//! returned, withdrawn or superseded since, this does not hold, and the search goes on to an INITIAL where it does.

use std::cmp::Reverse;

use chrono::TimeDelta;
use entity::id::SubmissionId;
use entity::kind::FilingKind;
use entity::submission::Model;
use rules::submission::counts;

/// How far the clocks of two processes may differ: what happened this close to a freeze may lie on either side of it.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::hours(1);

/// The filings to look into, newest freeze first, out of all submissions of one platform and report.
#[must_use]
pub fn can_hold_newest(all: &[Model]) -> Vec<SubmissionId> {
    let mut filings = Vec::new();
    for filing in counted(all) {
        filings.push(filing.id);
        if filing.kind == FilingKind::Initial && settled_below(filing, all) {
            break;
        }
    }
    filings
}

/// The filings of one window that count, newest freeze first.
#[must_use]
pub fn of_window(all: &[Model], window: &str) -> Vec<SubmissionId> {
    let inside = counted(all).into_iter().filter(|row| row.window == window);
    inside.map(|row| row.id).collect()
}

/// The newest filing of a window that counts: what a supplement or a correction stands on.
#[must_use]
pub fn base<'a>(all: &'a [Model], window: &str) -> Option<&'a Model> {
    counted(all).into_iter().find(|row| row.window == window)
}

fn counted(all: &[Model]) -> Vec<&Model> {
    let mut rows: Vec<&Model> = all.iter().filter(|row| counts(row.state)).collect();
    rows.sort_by_key(|row| Reverse((row.as_of, row.id)));
    rows
}

/// Whether the filings frozen before an INITIAL count now exactly as they counted at its freeze.
fn settled_below(initial: &Model, all: &[Model]) -> bool {
    let Some(freeze) = initial.as_of.map(|at| at - CLOCKS_DIFFER) else {
        return false;
    };
    let below = |row: &&Model| (row.as_of, row.id) < (initial.as_of, initial.id);
    all.iter().filter(below).all(|row| {
        let began = row.filed_at;
        match (began, counts(row.state)) {
            (None, _) => true,
            (Some(began), true) => began < freeze,
            (Some(_), false) => row.updated_at < freeze,
        }
    })
}
