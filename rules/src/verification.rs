//! The verification clock (核验更新, Order 117 Art. 8): when the next verification is due, and the inverse for filters.
//! Days are legal days in Asia/Shanghai; the caller turns instants into days.

use chrono::{Datelike, Days, Months, NaiveDate};
use entity::kind::{SubjectKind, VerificationState};

use crate::edition::Edition;

/// How many days before its due day a verification is announced as DUE, unless a setting says otherwise.
pub const NOTICE_DAYS: u32 = 30;

/// The clock of one subject kind under one edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Calendar months between verifications.
    pub months: u32,
    /// Days before the due day from which the state is DUE.
    pub notice_days: u32,
}

/// An inclusive range of verification days; an open end is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifiedRange {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub until: Option<NaiveDate>,
}

/// Where a registration stands today: `NOT_REQUIRED` without a clock, NEVER without a verification.
#[must_use]
pub fn state(
    clock: Option<Clock>,
    verified_on: Option<NaiveDate>,
    today: NaiveDate,
) -> VerificationState {
    let Some(clock) = clock else {
        return VerificationState::NotRequired;
    };
    verified_on.map_or(VerificationState::Never, |day| clock.state(day, today))
}

impl Clock {
    /// The clock of a subject kind; none where the edition asks for no regular verification.
    #[must_use]
    pub fn of(edition: &Edition, kind: SubjectKind, notice_days: u32) -> Option<Self> {
        let months = edition.interval(kind)?.months;
        Some(Self {
            months,
            notice_days,
        })
    }

    /// The last day on which a verification of this day still holds: the same day of a later month, or that month's
    /// last day where it is shorter.
    #[must_use]
    pub fn due_on(self, verified_on: NaiveDate) -> NaiveDate {
        verified_on
            .checked_add_months(Months::new(self.months))
            .unwrap_or(NaiveDate::MAX)
    }

    /// CURRENT, DUE from the notice days before the due day, OVERDUE from the day after it.
    #[must_use]
    pub fn state(self, verified_on: NaiveDate, today: NaiveDate) -> VerificationState {
        let due = self.due_on(verified_on);
        if due < today {
            VerificationState::Overdue
        } else if due <= self.notice_until(today) {
            VerificationState::Due
        } else {
            VerificationState::Current
        }
    }

    /// The verification days that give a state today; none where no day does, as for NEVER and `NOT_REQUIRED`.
    #[must_use]
    pub fn verified_range(
        self,
        state: VerificationState,
        today: NaiveDate,
    ) -> Option<VerifiedRange> {
        let overdue_until = self.latest_verified_due_before(today);
        let due_until = self.latest_verified_due_by(self.notice_until(today));
        let (from, until) = match state {
            VerificationState::NotRequired | VerificationState::Never => return None,
            VerificationState::Overdue => (None, Some(overdue_until)),
            VerificationState::Due => (Some(next(overdue_until)), Some(due_until)),
            VerificationState::Current => (Some(next(due_until)), None),
        };
        let empty = from.is_some() && until.is_some() && from > until;
        (!empty).then_some(VerifiedRange { from, until })
    }

    /// The latest verification day whose due day lies before a day: the filter `dueBefore`.
    #[must_use]
    pub fn latest_verified_due_before(self, day: NaiveDate) -> NaiveDate {
        day.pred_opt()
            .map_or(NaiveDate::MIN, |eve| self.latest_verified_due_by(eve))
    }

    /// The latest verification day whose due day is this day or earlier. A month's last day takes with it the days
    /// that the due month is too short for.
    fn latest_verified_due_by(self, day: NaiveDate) -> NaiveDate {
        let Some(back) = day.checked_sub_months(Months::new(self.months)) else {
            return NaiveDate::MIN;
        };
        if next(day).month() == day.month() {
            back
        } else {
            last_of_month(back)
        }
    }

    fn notice_until(self, today: NaiveDate) -> NaiveDate {
        today
            .checked_add_days(Days::new(self.notice_days.into()))
            .unwrap_or(NaiveDate::MAX)
    }
}

fn next(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}

fn last_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(day.num_days_in_month().into()).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edition::{EditionId, edition};

    const STATES: [VerificationState; 3] = [
        VerificationState::Current,
        VerificationState::Due,
        VerificationState::Overdue,
    ];

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn order() -> Clock {
        Clock::of(
            edition(EditionId::Order117),
            SubjectKind::Operator,
            NOTICE_DAYS,
        )
        .unwrap()
    }

    #[test]
    fn six_calendar_months_end_on_the_same_or_the_last_day() {
        let due = |text| order().due_on(day(text)).to_string();
        assert_eq!(due("2026-02-28"), "2026-08-28");
        assert_eq!(due("2026-08-31"), "2027-02-28");
        assert_eq!(due("2027-08-29"), "2028-02-29");
        assert_eq!(due("2026-12-31"), "2027-06-30");
        let draft = Clock::of(
            edition(EditionId::Draft2025),
            SubjectKind::Streamer,
            NOTICE_DAYS,
        );
        assert_eq!(
            draft.unwrap().due_on(day("2026-11-30")).to_string(),
            "2027-02-28"
        );
    }

    #[test]
    fn the_state_turns_on_the_named_days() {
        let verified = Some(day("2026-05-20"));
        let on = |today| state(Some(order()), verified, day(today)).as_str();
        assert_eq!(on("2026-10-20"), "CURRENT");
        assert_eq!(on("2026-10-21"), "DUE");
        assert_eq!(on("2026-11-20"), "DUE");
        assert_eq!(on("2026-11-21"), "OVERDUE");
        let today = day("2026-11-22");
        assert_eq!(state(Some(order()), None, today), VerificationState::Never);
        let streamers = Clock::of(
            edition(EditionId::Order117),
            SubjectKind::Streamer,
            NOTICE_DAYS,
        );
        assert_eq!(
            state(streamers, verified, today),
            VerificationState::NotRequired
        );
    }

    #[test]
    fn states_without_a_verification_day_have_no_range() {
        let today = day("2026-11-22");
        assert_eq!(
            order().verified_range(VerificationState::Never, today),
            None
        );
        assert_eq!(
            order().verified_range(VerificationState::NotRequired, today),
            None
        );
        let strict = Clock {
            months: 6,
            notice_days: 0,
        };
        let none_due = strict.verified_range(VerificationState::Due, day("2026-08-30"));
        assert_eq!(none_due, None, "no verification day falls due on 30 August");
    }

    fn holds(range: Option<VerifiedRange>, verified: NaiveDate) -> bool {
        range.is_some_and(|range| {
            range.from.is_none_or(|from| from <= verified)
                && range.until.is_none_or(|until| verified <= until)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_range_is_the_inverse_of_the_state(
            offset in 0_u64..4_000,
            months in 1_u32..25,
            notice_days in 0_u32..90,
        ) {
            let today = day("2020-01-01") + Days::new(offset);
            let clock = Clock { months, notice_days };
            let ranges = STATES.map(|state| (state, clock.verified_range(state, today)));
            for back in 0..900 {
                let verified = today + Days::new(10) - Days::new(back);
                for (state, range) in ranges {
                    let same = clock.state(verified, today) == state;
                    prop_assert_eq!(holds(range, verified), same, "{} {}", verified, state);
                }
            }
        }

        #[test]
        fn the_latest_day_due_before_is_the_last_one(offset in 0_u64..4_000, months in 1_u32..25) {
            let before = day("2020-01-01") + Days::new(offset);
            let clock = Clock { months, notice_days: NOTICE_DAYS };
            let latest = clock.latest_verified_due_before(before);
            prop_assert!(clock.due_on(latest) < before);
            prop_assert!(clock.due_on(latest + Days::new(1)) >= before);
        }
    }
}
