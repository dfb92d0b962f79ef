//! What a platform owes in a window and how far it is (Order 117 Art. 9): one duty a report of the edition. It is the
//! first filing that the law asks for; supplements and corrections mend it and are no duty of their own.

use chrono::NaiveDate;
use entity::kind::{FilingKind, SubmissionState};

use crate::calendar::{Deadline, last_working_day};
use crate::submission::{counts, due_on, is_late};

/// So often the house begins a filing that cannot be written, before it leaves it to people.
const TRIES: usize = 5;

/// How far a duty is: what is not yet prepared, filed, accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DueState {
    /// Nothing that could be filed: never prepared, or what was prepared failed or was withdrawn.
    NotPrepared,
    /// 退回: the province returned it, and no new one was prepared.
    Returned,
    /// It waits to be filed, or is being written for that.
    Prepared,
    /// 报送: the province has it.
    Filed,
    /// 接收.
    Accepted,
}

/// One submission of a platform, report and window, as far as the duty is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filing {
    /// First, supplementary or correcting.
    pub kind: FilingKind,
    /// From 1 per platform, report and window.
    pub version: i32,
    /// Where it stands.
    pub state: SubmissionState,
    /// The legal day on which its state last changed.
    pub changed_on: NaiveDate,
}

/// How far the duty is, and the version of the filing that says so: the one that counts, else the one that is open,
/// else the newest; none where there was none.
#[must_use]
pub fn standing(filings: &[Filing]) -> (DueState, Option<i32>) {
    let newest = |fits: fn(SubmissionState) -> bool| {
        let first = filings.iter().filter(|f| f.kind == FilingKind::Initial);
        first.filter(|f| fits(f.state)).max_by_key(|f| f.version)
    };
    let found = newest(counts)
        .or_else(|| newest(is_open))
        .or_else(|| newest(|_| true));
    let state = match found.map(|filing| filing.state) {
        Some(SubmissionState::Accepted) => DueState::Accepted,
        Some(SubmissionState::Filed) => DueState::Filed,
        Some(SubmissionState::Preparing | SubmissionState::Ready) => DueState::Prepared,
        Some(SubmissionState::Returned) => DueState::Returned,
        Some(
            SubmissionState::Withdrawn
            | SubmissionState::Superseded
            | SubmissionState::Cancelled
            | SubmissionState::Failed,
        )
        | None => DueState::NotPrepared,
    };
    (state, found.map(|filing| filing.version))
}

const fn is_open(state: SubmissionState) -> bool {
    matches!(state, SubmissionState::Preparing | SubmissionState::Ready)
}

impl DueState {
    /// Whether the province has it.
    #[must_use]
    pub const fn is_filed(self) -> bool {
        matches!(self, Self::Filed | Self::Accepted)
    }
}

/// Whether the house prepares the first filing of a window by itself: nothing was prepared for it yet, or only what
/// could not be written, which is tried again on another day and at last left to people. What a platform has prepared,
/// filed, withdrawn or been returned is its own to go on with; what was cancelled had a successor, which is judged.
#[must_use]
pub fn house_prepares(filings: &[Filing], today: NaiveDate) -> bool {
    let begun = || {
        let kept = |filing: &&Filing| filing.state != SubmissionState::Cancelled;
        filings.iter().filter(kept)
    };
    let failed_before =
        |filing: &Filing| filing.state == SubmissionState::Failed && filing.changed_on < today;
    begun().count() < TRIES && begun().all(failed_before)
}

/// Whether a duty is late: not filed, and the last day of the window has passed. What was filed says so itself.
#[must_use]
pub fn is_overdue(state: DueState, first_day: NaiveDate, today: NaiveDate) -> bool {
    !state.is_filed() && is_late(first_day, today)
}

/// The day of the last warning: the window's last working day. It lies before the due day where the month ends with
/// days off; whether the due day itself moves then, no text says, so it does not.
#[must_use]
pub fn remind_on(first_day: NaiveDate) -> Deadline {
    last_working_day(due_on(first_day))
}

/// Whether whoever owes a filing is to be warned today: it is not filed, and no working day is left after this one.
#[must_use]
pub fn reminds(state: DueState, first_day: NaiveDate, today: NaiveDate) -> bool {
    !state.is_filed() && remind_on(first_day).on <= today
}

#[cfg(test)]
mod tests {
    use super::*;

    use FilingKind::{Correction, Initial, Supplement};
    use SubmissionState::{
        Accepted, Cancelled, Failed, Filed, Preparing, Ready, Returned, Superseded, Withdrawn,
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn filings(given: &[(FilingKind, SubmissionState)]) -> Vec<Filing> {
        let filing = |(version, (kind, state)): (i32, &(FilingKind, SubmissionState))| Filing {
            kind: *kind,
            version,
            state: *state,
            changed_on: day("2027-01-05"),
        };
        (1..).zip(given).map(filing).collect()
    }

    #[test]
    fn a_single_first_filing_says_how_far_the_duty_is() {
        assert_eq!(standing(&[]), (DueState::NotPrepared, None));
        for &state in SubmissionState::ALL {
            let expected = match state {
                Preparing | Ready => DueState::Prepared,
                Filed => DueState::Filed,
                Accepted => DueState::Accepted,
                Returned => DueState::Returned,
                Withdrawn | Superseded | Cancelled | Failed => DueState::NotPrepared,
            };
            let found = standing(&filings(&[(Initial, state)]));
            assert_eq!(found, (expected, Some(1)), "{state}");
        }
    }

    #[test]
    fn of_several_the_one_that_counts_is_told_then_the_open_one_then_the_newest() {
        for (given, state, version) in [
            (vec![(Initial, Filed), (Initial, Ready)], DueState::Filed, 1),
            (
                vec![(Initial, Accepted), (Correction, Returned)],
                DueState::Accepted,
                1,
            ),
            (
                vec![(Initial, Superseded), (Initial, Filed)],
                DueState::Filed,
                2,
            ),
            (
                vec![(Initial, Superseded), (Initial, Withdrawn)],
                DueState::NotPrepared,
                2,
            ),
            (
                vec![(Initial, Returned), (Initial, Preparing)],
                DueState::Prepared,
                2,
            ),
            (
                vec![(Initial, Returned), (Initial, Failed)],
                DueState::NotPrepared,
                2,
            ),
            (
                vec![(Initial, Ready), (Supplement, Filed)],
                DueState::Prepared,
                1,
            ),
            (
                vec![(Initial, Cancelled), (Initial, Returned)],
                DueState::Returned,
                2,
            ),
        ] {
            let mut found = filings(&given);
            assert_eq!(standing(&found), (state, Some(version)), "{given:?}");
            found.reverse();
            assert_eq!(
                standing(&found),
                (state, Some(version)),
                "{given:?} in another order"
            );
        }
    }

    #[test]
    fn the_house_prepares_what_nobody_prepared_and_tries_again_what_failed() {
        let (same, next) = (day("2027-01-05"), day("2027-01-06"));
        assert!(house_prepares(&[], same));
        for &state in SubmissionState::ALL {
            let one = filings(&[(Initial, state)]);
            let nothing_stands = state == Cancelled;
            let expected = nothing_stands || state == Failed;
            assert_eq!(house_prepares(&one, next), expected, "{state}");
            assert_eq!(house_prepares(&one, same), nothing_stands, "{state}");
            for earlier in [Failed, Cancelled] {
                let two = filings(&[(Initial, earlier), (Initial, state)]);
                assert_eq!(house_prepares(&two, next), expected, "{earlier} {state}");
            }
        }
        assert!(house_prepares(
            &filings(&[(Initial, Failed); TRIES - 1]),
            next
        ));
        assert!(!house_prepares(&filings(&[(Initial, Failed); TRIES]), next));
    }

    #[test]
    fn lateness_and_the_warning_turn_on_the_named_days() {
        let window = day("2027-01-01");
        assert_eq!(
            remind_on(window).on,
            day("2027-01-29"),
            "the 31st is a Sunday"
        );
        assert!(
            remind_on(window).provisional,
            "the notice of 2027 is not in the table"
        );
        assert_eq!(remind_on(day("2026-07-01")).on, day("2026-07-31"));
        assert!(!remind_on(day("2026-07-01")).provisional);
        for state in [
            DueState::NotPrepared,
            DueState::Returned,
            DueState::Prepared,
            DueState::Filed,
            DueState::Accepted,
        ] {
            let open = !state.is_filed();
            let on = |today| {
                let today = day(today);
                (
                    reminds(state, window, today),
                    is_overdue(state, window, today),
                )
            };
            assert_eq!(on("2027-01-28"), (false, false), "{state:?}");
            assert_eq!(on("2027-01-29"), (open, false), "{state:?}");
            assert_eq!(on("2027-01-31"), (open, false), "{state:?}");
            assert_eq!(on("2027-02-01"), (open, open), "{state:?}");
        }
    }
}
