//! The verification clock (核验更新, Order 117 Art. 8): when the next verification is due, and the inverse for filters.
//! Days are legal days in Asia/Shanghai; the caller turns instants into days.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, Months, NaiveDate};
use entity::kind::{SubjectKind, VerificationState};
use entity::registration::{LAST_DAY, NEVER_VERIFIED};

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

/// What a list asks of the verification clock; both must hold where both are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The state today.
    pub state: Option<VerificationState>,
    /// Due before this day, or never verified although it must be.
    pub due_before: Option<NaiveDate>,
}

impl Asked {
    /// Whether nothing is asked.
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        self.state.is_none() && self.due_before.is_none()
    }

    /// The days in the record that answer, for registrations with this clock; none where no day does.
    /// [`NEVER_VERIFIED`] is among them where "never" answers.
    #[must_use]
    pub fn days(self, clock: Option<Clock>, today: NaiveDate) -> Option<RangeInclusive<NaiveDate>> {
        let any_day = NEVER_VERIFIED..=LAST_DAY;
        let of_state = match self.state {
            None => any_day.clone(),
            Some(state) => days_of(state, clock, today)?,
        };
        let of_due = match self.due_before {
            None => any_day,
            // Whoever was never verified is due already, whatever the day.
            Some(day) => {
                NEVER_VERIFIED..=clock?.latest_verified_due_before(day).max(NEVER_VERIFIED)
            }
        };
        let from = *of_state.start().max(of_due.start());
        let until = *of_state.end().min(of_due.end());
        (from <= until).then_some(from..=until)
    }
}

/// The days in the record that give a state today.
fn days_of(
    state: VerificationState,
    clock: Option<Clock>,
    today: NaiveDate,
) -> Option<RangeInclusive<NaiveDate>> {
    match (clock, state) {
        (None, VerificationState::NotRequired) => Some(NEVER_VERIFIED..=LAST_DAY),
        (Some(_), VerificationState::Never) => Some(NEVER_VERIFIED..=NEVER_VERIFIED),
        (Some(clock), state) => {
            let range = clock.verified_range(state, today)?;
            let from = range.from.unwrap_or_else(|| next(NEVER_VERIFIED));
            Some(from..=range.until.unwrap_or(LAST_DAY))
        }
        (None, _) => None,
    }
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
mod tests;
