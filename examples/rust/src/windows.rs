//! The windows of filing: January and July of each year, by the calendar of China.

use chrono::{Datelike as _, NaiveDate};

/// The running window or, between windows, the coming one; and the one before it.
pub(crate) fn windows_at(day: NaiveDate) -> [String; 2] {
    let year = day.year();
    match day.month() {
        1 => [format!("{year}-01"), format!("{}-07", year - 1)],
        2..=7 => [format!("{year}-07"), format!("{year}-01")],
        _ => [format!("{}-01", year + 1), format!("{year}-07")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_runs_for_its_month_and_is_awaited_before() {
        for (day, windows) in [
            ("2026-12-31", ["2027-01", "2026-07"]),
            ("2027-01-31", ["2027-01", "2026-07"]),
            ("2027-02-01", ["2027-07", "2027-01"]),
            ("2027-07-31", ["2027-07", "2027-01"]),
            ("2027-08-01", ["2028-01", "2027-07"]),
        ] {
            assert_eq!(windows_at(day.parse().unwrap()), windows, "{day}");
        }
    }
}
