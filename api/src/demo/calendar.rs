//! The demo's days, all counted from today: when the platforms registered, filed and were accepted, and when each
//! operator was verified, so that every state of the verification clock is there.

use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use entity::value::window::SubmissionWindow;

use super::dice::Dice;

/// Days from the first day of the window to the platforms' registering.
const OPENING: u64 = 5;
/// Days from the first day of the window to the filing.
const FILING: u64 = 9;
/// Days from the first day of the window to the acceptance.
const ACCEPTANCE: u64 = 12;

/// The days of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The day the demo is seen on.
    pub today: NaiveDate,
    /// The last window that is over: the one that is filed and accepted.
    pub window: SubmissionWindow,
}

/// When an operator was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verified {
    /// As registered.
    pub first: Option<NaiveDate>,
    /// Again, after the filing.
    pub again: Option<NaiveDate>,
}

impl Calendar {
    /// The demo's days as seen from today; none outside the years of windows.
    #[must_use]
    pub fn seen_from(today: NaiveDate) -> Option<Self> {
        let window = SubmissionWindow::at_or_after(today)?.previous()?;
        Some(Self { today, window })
    }

    /// The day on which the platforms come and register.
    #[must_use]
    pub fn opening(&self) -> NaiveDate {
        self.window.first_day() + Days::new(OPENING)
    }

    /// The day of the filing.
    #[must_use]
    pub fn filing(&self) -> NaiveDate {
        self.window.first_day() + Days::new(FILING)
    }

    /// The day on which it is accepted.
    #[must_use]
    pub fn acceptance(&self) -> NaiveDate {
        self.window.first_day() + Days::new(ACCEPTANCE)
    }

    /// A day after the window and before today.
    pub(super) fn since(&self, dice: &Dice) -> NaiveDate {
        let eve = self.before(1);
        dice.day((self.window.last_day() + Days::new(1)).min(eve), eve)
    }

    /// This many days before today.
    pub(super) fn before(&self, days: u64) -> NaiveDate {
        self.today - Days::new(days)
    }

    /// A day of somebody's birth this many months before today or, if later, before the registering.
    pub(super) fn born(&self, dice: &Dice, [youngest, oldest]: [u32; 2]) -> NaiveDate {
        let youngest = (self.opening() - Months::new(youngest))
            .pred_opt()
            .unwrap_or_default();
        let oldest = self.today - Months::new(oldest) + Days::new(1);
        dice.day(oldest.min(youngest), youngest)
    }

    /// The verifications of the operator with this index: of 20, one was never verified, two are overdue, two fall due
    /// soon and 15 are current under an interval of six months and a notice of 30 days.
    pub(super) fn verified(&self, dice: &Dice, index: usize) -> Verified {
        let back = match index * 7 % 20 {
            0 => {
                return Verified {
                    first: None,
                    again: None,
                };
            }
            1 | 2 => [400, 190],
            3 | 4 => [178, 156],
            _ => [145, 1],
        };
        let last = dice.day(self.before(back[0]), self.before(back[1]));
        let opening = self.opening();
        if last < opening {
            return Verified {
                first: Some(last),
                again: None,
            };
        }
        let first = dice.day(opening - Days::new(150), opening - Days::new(1));
        Verified {
            first: Some(first),
            again: Some(last),
        }
    }
}

/// A minute of a working day, which begins at nine in Asia/Shanghai.
#[must_use]
pub(super) fn moment(day: NaiveDate, minute: i64) -> DateTime<Utc> {
    (day.and_time(NaiveTime::MIN) + TimeDelta::minutes(60 + minute)).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::kind::VerificationState;
    use rules::verification::Clock;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_last_window_is_over_on_every_day_of_the_year() {
        for (today, window) in [
            ("2026-11-22", "2026-07"),
            ("2026-08-01", "2026-07"),
            ("2026-07-31", "2026-01"),
            ("2027-01-01", "2026-07"),
            ("2027-02-01", "2027-01"),
        ] {
            let calendar = Calendar::seen_from(day(today)).unwrap();
            assert_eq!(calendar.window.to_string(), window, "{today}");
            assert!(calendar.window.last_day() < calendar.today);
            let days = [
                calendar.opening(),
                calendar.filing(),
                calendar.acceptance(),
                calendar.window.last_day(),
            ];
            assert!(days.is_sorted());
        }
    }

    #[test]
    fn every_state_of_the_clock_is_there_whatever_the_day() {
        let clock = Clock {
            months: 6,
            notice_days: 30,
        };
        for offset in 0..800 {
            let calendar = Calendar::seen_from(day("2026-08-01") + Days::new(offset)).unwrap();
            let dice = Dice::new(offset);
            let states = (0..20).map(|index| {
                let verified = calendar.verified(&dice, index);
                assert!(
                    verified
                        .first
                        .is_none_or(|first| first < calendar.opening())
                );
                assert!(
                    verified
                        .again
                        .is_none_or(|again| again >= calendar.opening())
                );
                let last = verified.again.or(verified.first);
                rules::verification::state(Some(clock), last, calendar.today)
            });
            let mut states: Vec<_> = states.collect();
            states.sort_unstable();
            let count = |wanted| states.iter().filter(|state| **state == wanted).count();
            assert_eq!(count(VerificationState::Never), 1);
            assert_eq!(count(VerificationState::Overdue), 2);
            assert_eq!(count(VerificationState::Due), 2);
            assert_eq!(count(VerificationState::Current), 15);
        }
    }
}
