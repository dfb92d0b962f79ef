//! Working days (工作日), by the State Council's yearly notices. The day of the start is not counted (民法典第二百零一条).
//! Which clock runs on working days is said by whoever asks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::Deserialize;

use crate::data::compiled_in;

/// A day that was found by counting or looking for working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The day; a period that is counted ends with its end.
    pub on: NaiveDate,
    /// Whether it rests on a year whose notice is not in the table, so that it may still move.
    pub provisional: bool,
}

/// The day on which a period of working days ends that starts on a day, which is not itself counted.
#[must_use]
pub fn working_days_after(start: NaiveDate, days: u32) -> Deadline {
    let mut provisional = false;
    let last = start
        .iter_days()
        .skip(1)
        .inspect(|day| provisional |= !is_published(day.year()))
        .filter(|day| is_working_day(*day))
        .take(days as usize)
        .last();
    Deadline {
        on: last.unwrap_or(start),
        provisional,
    }
}

/// The last working day on or before a day.
#[must_use]
pub fn last_working_day(day: NaiveDate) -> Deadline {
    let mut provisional = false;
    let found = std::iter::successors(Some(day), NaiveDate::pred_opt)
        .inspect(|day| provisional |= !is_published(day.year()))
        .find(|day| is_working_day(*day));
    Deadline {
        on: found.unwrap_or(day),
        provisional,
    }
}

/// Whether a day is a working day as far as the table knows.
#[must_use]
pub fn is_working_day(day: NaiveDate) -> bool {
    let is_weekday = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    match TABLE.years.get(&day.year()) {
        Some(year) => (is_weekday && !year.off.contains(&day)) || year.work.contains(&day),
        None => is_weekday && !TABLE.every_year.contains(&day.format("%m-%d").to_string()),
    }
}

fn is_published(year: i32) -> bool {
    TABLE.years.get(&year).is_some_and(|row| row.published)
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let file: File = compiled_in("workdays.toml", include_str!("../data/workdays.toml"));
    Table {
        every_year: file.every_year,
        years: file.years.into_iter().map(|row| (row.year, row)).collect(),
    }
});

struct Table {
    every_year: BTreeSet<String>,
    years: BTreeMap<i32, Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    every_year: BTreeSet<String>,
    years: Vec<Row>,
}

/// One year's weekdays off and weekend workdays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    year: i32,
    published: bool,
    off: BTreeSet<NaiveDate>,
    work: BTreeSet<NaiveDate>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn periods_end_as_the_notice_of_2026_has_it() {
        for (start, three, five, seven) in [
            ("2026-02-13", "2026-02-25", "2026-02-27", "2026-03-02"),
            ("2026-02-14", "2026-02-26", "2026-02-28", "2026-03-03"),
            ("2026-04-30", "2026-05-08", "2026-05-11", "2026-05-13"),
            ("2026-09-18", "2026-09-22", "2026-09-24", "2026-09-29"),
            ("2026-09-30", "2026-10-10", "2026-10-13", "2026-10-15"),
        ] {
            for (days, end) in [(3, three), (5, five), (7, seven)] {
                let deadline = working_days_after(day(start), days);
                assert_eq!(
                    deadline,
                    Deadline {
                        on: day(end),
                        provisional: false
                    },
                    "{start}+{days}"
                );
            }
        }
    }

    #[test]
    fn a_year_without_a_notice_keeps_its_statutory_days_and_says_so() {
        let deadline = working_days_after(day("2026-12-30"), 3);
        assert_eq!(
            deadline,
            Deadline {
                on: day("2027-01-05"),
                provisional: true
            }
        );
        assert!(
            !is_working_day(day("2030-10-01")),
            "a Tuesday of a year without a row"
        );
        assert!(is_working_day(day("2030-10-08")));
        let within = working_days_after(day("2026-12-28"), 3);
        assert_eq!(
            within,
            Deadline {
                on: day("2026-12-31"),
                provisional: false
            }
        );
    }

    #[test]
    fn the_last_working_day_is_the_day_itself_or_the_nearest_before() {
        for (by, on, provisional) in [
            ("2026-07-31", "2026-07-31", false),
            ("2026-01-31", "2026-01-30", false),
            ("2026-02-14", "2026-02-14", false),
            ("2026-02-22", "2026-02-14", false),
            ("2026-10-09", "2026-10-09", false),
            ("2026-10-08", "2026-10-08", false),
            ("2026-10-07", "2026-09-30", false),
            ("2027-01-31", "2027-01-29", true),
            ("2027-01-01", "2026-12-31", true),
            ("2028-07-31", "2028-07-31", true),
        ] {
            let expected = Deadline {
                on: day(on),
                provisional,
            };
            assert_eq!(last_working_day(day(by)), expected, "{by}");
        }
    }

    #[test]
    fn the_table_lists_weekdays_off_and_weekends_worked() {
        for year in TABLE.years.values() {
            let is_weekend = |day: &NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
            assert!(
                year.off
                    .iter()
                    .all(|day| !is_weekend(day) && day.year() == year.year)
            );
            assert!(
                year.work
                    .iter()
                    .all(|day| is_weekend(day) && day.year() == year.year)
            );
        }
        assert_eq!(
            working_days_after(day("2026-05-20"), 0).on,
            day("2026-05-20")
        );
    }
}
