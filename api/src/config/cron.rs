//! When something wakes, as cron writes it: six fields, read as the clocks on the wall in Asia/Shanghai. The library also
//! takes a seventh field and names such as `@yearly`; here only one way of writing is usable.

use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::clock::{from_shanghai, in_shanghai};

/// Second, minute, hour, day of the month, month, day of the week.
const FIELDS: usize = 6;

/// A cron expression that comes true some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron(cron::Schedule);

impl Cron {
    /// The first time strictly after an instant; none after the year 2100, where the library's calendar ends.
    #[must_use]
    pub fn next_after(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // The wall's clock passes for UTC here, because the library reads fields in the zone of what it is given.
        let wall = self.0.after(&in_shanghai(at).and_utc()).next()?;
        Some(from_shanghai(wall.naive_utc()))
    }
}

impl FromStr for Cron {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.split_whitespace().count() != FIELDS {
            return Err("must have six fields");
        }
        let schedule = text.parse().map_err(|_| "is no cron expression")?;
        let found = Self(schedule);
        match found.next_after(DateTime::UNIX_EPOCH) {
            Some(_) => Ok(found),
            None => Err("never comes true"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    fn after(expression: &str, instant: &str) -> Option<DateTime<Utc>> {
        expression.parse::<Cron>().unwrap().next_after(at(instant))
    }

    #[test]
    fn fields_are_read_on_the_wall_of_shanghai() {
        let windows = "0 30 2 1 1,7 *";
        for (instant, next) in [
            ("2026-12-01T10:00:00+08:00", "2027-01-01T02:30:00+08:00"),
            // In UTC it is still 31 December.
            ("2027-01-01T02:29:59.999+08:00", "2027-01-01T02:30:00+08:00"),
            ("2027-01-01T02:30:00+08:00", "2027-07-01T02:30:00+08:00"),
            ("2027-06-30T23:59:59+08:00", "2027-07-01T02:30:00+08:00"),
        ] {
            assert_eq!(after(windows, instant), Some(at(next)), "{instant}");
        }
        let friday = after("0 0 9 * * Fri", "2026-12-01T10:00:00+08:00");
        assert_eq!(friday, Some(at("2026-12-04T09:00:00+08:00")));
        assert_eq!(after(windows, "2100-07-01T02:30:00+08:00"), None);
    }

    #[test]
    fn only_six_fields_that_come_true_are_usable() {
        for good in [
            "0 0 0 * * *",
            "*/5 * * * * ?",
            "0 0 0 29 2 *",
            "0 0 3 1 Jan,Jul *",
        ] {
            assert!(good.parse::<Cron>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "* * * * *",
            "0 30 2 1 1,7 * 2027",
            "@yearly",
            "60 * * * * *",
            "0 0 24 * * *",
            "0 0 0 0 * *",
            "0 0 0 * 13 *",
            "*/0 * * * * *",
            "0 0 0 5-1 * *",
            "0 0 0 30 2 *",
            "0 0 0 31 4,6 *",
            "a b c d e f",
            "99999999999 * * * * *",
        ] {
            assert!(bad.parse::<Cron>().is_err(), "{bad}");
        }
    }
}
