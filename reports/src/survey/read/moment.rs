//! Numbers that are days: by the number format of their cell, and by the calendar of the workbook. Two calendars are in use,
//! and the older one has a 29 February 1900 that never was.

use std::fmt::Write as _;

use chrono::{Datelike as _, Days, NaiveDate};

use super::super::raw::Value;

/// Which day a workbook counts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Epoch {
    /// 1 January 1900 is 1.
    #[default]
    Y1900,
    /// 1 January 1904 is 0.
    Y1904,
}

/// Whether a number format that every workbook has shows a day. 27 to 36 and 50 to 58 are those of the East.
pub(super) const fn is_built_in(id: u32) -> bool {
    matches!(id, 14..=22 | 27..=36 | 45 | 47 | 50..=58)
}

/// Whether a number format shows a day or a time of the day; how long something lasts, as `[h]:mm`, is neither.
pub(super) fn is_moment(format: &str) -> bool {
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        match c {
            // The next character stands for itself.
            '\\' | '_' | '*' => {
                chars.next();
            }
            '"' => {
                chars.by_ref().find(|c| *c == '"');
            }
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let lasting = |c: char| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's');
                if !inside.is_empty() && inside.chars().all(lasting) {
                    return false;
                }
            }
            // What follows is for negative numbers.
            ';' => return false,
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => return true,
            // Scientific notation; a year of an era is written with a small letter.
            _ => {}
        }
    }
    false
}

/// A number in a cell whose format shows a day. What is no day of the calendar stays a number.
pub(super) fn value(serial: f64, epoch: Epoch) -> Value {
    match moment(serial, epoch) {
        Some(text) => Value::Moment(text),
        None => super::number(serial),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "both are bounded before"
)]
fn moment(serial: f64, epoch: Epoch) -> Option<String> {
    /// 31 December 9999.
    const LAST: f64 = 2_958_466.0;
    if !(0.0..LAST).contains(&serial) {
        return None;
    }
    let seconds = (serial * 86_400.0).round() as u64;
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (first, days) = match (epoch, days) {
        (Epoch::Y1904, days) => (NaiveDate::from_ymd_opt(1904, 1, 1)?, days),
        // Times of the day without a day, and the day that never was.
        (Epoch::Y1900, 0 | 60) => return None,
        (Epoch::Y1900, 1..60) => (NaiveDate::from_ymd_opt(1899, 12, 31)?, days),
        (Epoch::Y1900, _) => (NaiveDate::from_ymd_opt(1899, 12, 30)?, days),
    };
    let day = first.checked_add_days(Days::new(days))?;
    if day.year() > 9_999 {
        return None;
    }
    let mut text = String::with_capacity(19);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let (year, month, day) = (day.year(), day.month(), day.day());
    // Writing into memory does not fail.
    let _ = write!(
        text,
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    );
    Some(text)
}

/// A day that is written as ISO 8601 in the file, with its time if it has one.
pub(super) fn iso(text: &str) -> Value {
    use chrono::NaiveDateTime;
    let text = text.trim();
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .and_then(|day| day.and_hms_opt(0, 0, 0));
    let bare = text.trim_end_matches('Z');
    let moment = day.or_else(|| NaiveDateTime::parse_from_str(bare, "%Y-%m-%dT%H:%M:%S%.f").ok());
    match moment {
        Some(moment) => Value::Moment(moment.format("%Y-%m-%dT%H:%M:%S").to_string()),
        None => Value::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(serial: f64, epoch: Epoch) -> String {
        match value(serial, epoch) {
            Value::Moment(text) => text,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn days_are_counted_by_both_calendars() {
        assert_eq!(told(1.0, Epoch::Y1900), "1900-01-01T00:00:00");
        assert_eq!(told(59.0, Epoch::Y1900), "1900-02-28T00:00:00");
        assert_eq!(told(60.0, Epoch::Y1900), "Number(60.0)");
        assert_eq!(told(61.0, Epoch::Y1900), "1900-03-01T00:00:00");
        assert_eq!(told(45_474.0, Epoch::Y1900), "2024-07-01T00:00:00");
        assert_eq!(told(44_012.0, Epoch::Y1904), "2024-07-01T00:00:00");
        assert_eq!(told(0.0, Epoch::Y1904), "1904-01-01T00:00:00");
        assert_eq!(told(45_474.5, Epoch::Y1900), "2024-07-01T12:00:00");
        assert_eq!(told(45_473.999_999_99, Epoch::Y1900), "2024-07-01T00:00:00");
        assert_eq!(told(2_958_465.0, Epoch::Y1900), "9999-12-31T00:00:00");
    }

    #[test]
    fn what_is_no_day_stays_a_number() {
        for serial in [0.5, -1.0, 2_958_466.0, 3.309_021_990_010_112e17, f64::MAX] {
            assert_eq!(value(serial, Epoch::Y1900), Value::Number(serial));
        }
    }

    #[test]
    fn formats_are_told_apart() {
        for format in [
            "yyyy-mm-dd",
            "yyyy\"年\"m\"月\"d\"日\";@",
            "[$-804]yyyy\"年\"m\"月\";@",
            "[$-404]e\"年\"m\"月\"d\"日\"",
            "h:mm AM/PM",
            "[DBNum1][$-804]yyyy\"年\"m\"月\"d\"日\"",
            "_(* yyyy",
        ] {
            assert!(is_moment(format), "{format}");
        }
        for format in [
            "General",
            "@",
            "0",
            "#,##0.00_ ;[Red]\\-#,##0.00\\ ",
            "0.00E+00",
            "[h]:mm:ss",
            "0\"ymd\"",
            "\\d0",
            "#,##0*y",
            "[$¥-804]#,##0",
            "000000000000000000",
            "¥0;yyyy",
        ] {
            assert!(!is_moment(format), "{format}");
        }
    }

    #[test]
    fn days_in_iso_are_brought_into_one_form() {
        assert_eq!(
            iso("2024-07-01"),
            Value::Moment("2024-07-01T00:00:00".into())
        );
        assert_eq!(
            iso("2024-07-01T08:30:00.000Z"),
            Value::Moment("2024-07-01T08:30:00".into())
        );
        assert_eq!(iso("PT8H"), Value::Text("PT8H".into()));
    }
}
