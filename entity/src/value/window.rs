//! 报送期: the two months of a year in which platforms file (Order 117 Art. 9: 一月、七月).
//! Whether a window is open, late or due is law and stands in `rules`.

use chrono::{Datelike, NaiveDate};
use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};

const YEARS: std::ops::RangeInclusive<i32> = 2000..=2099;

/// The month of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Month {
    January = 1,
    July = 7,
}

/// A submission window, written `2027-01` or `2027-07`, in the years 2000 to 2099.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    DeriveValueType,
)]
#[serde(try_from = "String", into = "String")]
#[sea_orm(
    value_type = "String",
    column_type = "String(sea_orm::sea_query::StringLen::N(7))"
)]
pub struct SubmissionWindow {
    year: i32,
    month: Month,
}

impl SubmissionWindow {
    fn new(year: i32, month: Month) -> Option<Self> {
        YEARS.contains(&year).then_some(Self { year, month })
    }

    /// The window that a day lies in; none outside January and July.
    #[must_use]
    pub fn containing(day: NaiveDate) -> Option<Self> {
        Self::at_or_after(day).filter(|window| window.first_day() <= day)
    }

    /// The running window of a day or, between windows, the coming one; none outside the years 2000 to 2099.
    #[must_use]
    pub fn at_or_after(day: NaiveDate) -> Option<Self> {
        match day.month() {
            1 => Self::new(day.year(), Month::January),
            2..=7 => Self::new(day.year(), Month::July),
            _ => Self::new(day.year() + 1, Month::January),
        }
    }

    /// The window that began last: the running window of a day or, between windows, the one before it; none outside the
    /// years 2000 to 2099.
    #[must_use]
    pub fn last_opened(day: NaiveDate) -> Option<Self> {
        match day.month() {
            1..=6 => Self::new(day.year(), Month::January),
            _ => Self::new(day.year(), Month::July),
        }
    }

    /// The window half a year later, within the years.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        match self.month {
            Month::January => Self::new(self.year, Month::July),
            Month::July => Self::new(self.year + 1, Month::January),
        }
    }

    /// The window half a year earlier, within the years.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        match self.month {
            Month::January => Self::new(self.year - 1, Month::July),
            Month::July => Self::new(self.year, Month::January),
        }
    }

    /// The first day of the month, in Asia/Shanghai.
    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        self.day(1)
    }

    /// The last day of the month, the 31st, in Asia/Shanghai.
    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        self.day(31)
    }

    #[expect(
        clippy::expect_used,
        reason = "both months have 31 days in each of the years"
    )]
    fn day(self, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month as u32, day).expect("a day of the window")
    }
}

/// A text that names no window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a submission window is written as 2027-01 or 2027-07")]
pub struct UnknownWindow;

impl std::str::FromStr for SubmissionWindow {
    type Err = UnknownWindow;

    fn from_str(text: &str) -> Result<Self, UnknownWindow> {
        let (year, month) = match text.split_once('-').ok_or(UnknownWindow)? {
            (year, "01") => (year, Month::January),
            (year, "07") => (year, Month::July),
            _ => return Err(UnknownWindow),
        };
        let year = year.parse().map_err(|_| UnknownWindow)?;
        Self::new(year, month)
            .filter(|window| window.to_string() == text)
            .ok_or(UnknownWindow)
    }
}

impl std::fmt::Display for SubmissionWindow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month as u32)
    }
}

impl TryFrom<String> for SubmissionWindow {
    type Error = UnknownWindow;

    fn try_from(text: String) -> Result<Self, UnknownWindow> {
        text.parse()
    }
}

impl From<SubmissionWindow> for String {
    fn from(window: SubmissionWindow) -> Self {
        window.to_string()
    }
}

impl TryFromU64 for SubmissionWindow {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("SubmissionWindow"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn window(text: &str) -> SubmissionWindow {
        text.parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn january_and_july_are_windows_and_nothing_else_is() {
        assert_eq!(window("2027-01").last_day(), day("2027-01-31"));
        assert_eq!(window("2027-07").first_day(), day("2027-07-01"));
        for bad in [
            "",
            "2027",
            "2027-1",
            "2027-02",
            "2027-001",
            "27-01",
            "+2027-01",
            "1999-07",
            "2100-01",
            " 2027-01",
            "2027-01 ",
            "02027-01",
            "２０２７-01",
            "2027-01\0",
            "-2027-01",
        ] {
            assert_eq!(
                bad.parse::<SubmissionWindow>(),
                Err(UnknownWindow),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn days_find_their_window() {
        assert_eq!(
            SubmissionWindow::containing(day("2027-01-31")),
            Some(window("2027-01"))
        );
        assert_eq!(SubmissionWindow::containing(day("2027-02-01")), None);
        assert_eq!(SubmissionWindow::containing(day("2027-06-30")), None);
        assert_eq!(
            SubmissionWindow::containing(day("2027-07-01")),
            Some(window("2027-07"))
        );
        assert_eq!(
            SubmissionWindow::at_or_after(day("2026-11-22")),
            Some(window("2027-01"))
        );
        assert_eq!(
            SubmissionWindow::at_or_after(day("2027-02-01")),
            Some(window("2027-07"))
        );
        assert_eq!(SubmissionWindow::at_or_after(day("2099-08-01")), None);
        for (today, opened) in [
            ("2026-12-31", "2026-07"),
            ("2027-01-01", "2027-01"),
            ("2027-06-30", "2027-01"),
            ("2027-07-01", "2027-07"),
            ("2099-12-31", "2099-07"),
        ] {
            let found = SubmissionWindow::last_opened(day(today));
            assert_eq!(found, Some(window(opened)), "{today}");
        }
        assert_eq!(SubmissionWindow::last_opened(day("2100-01-01")), None);
        assert_eq!(SubmissionWindow::containing(NaiveDate::MAX), None);
        assert_eq!(SubmissionWindow::containing(NaiveDate::MIN), None);
    }

    #[test]
    fn the_years_end_at_both_ends() {
        assert_eq!(window("2026-07").next(), Some(window("2027-01")));
        assert_eq!(window("2027-01").previous(), Some(window("2026-07")));
        assert_eq!(window("2099-07").next(), None);
        assert_eq!(window("2000-01").previous(), None);
    }

    proptest! {
        #[test]
        fn order_text_and_time_agree(a in 2000_i32..2100, b in 2000_i32..2100, july in any::<bool>()) {
            let first = window(&format!("{a}-{}", if july { "07" } else { "01" }));
            let second = window(&format!("{b}-07"));
            prop_assert_eq!(first.cmp(&second), first.first_day().cmp(&second.first_day()));
            prop_assert_eq!(first.cmp(&second), first.to_string().cmp(&second.to_string()));
            prop_assert_eq!(first.next().and_then(SubmissionWindow::previous), first.next().map(|_| first));
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = text.parse::<SubmissionWindow>();
        }
    }
}
