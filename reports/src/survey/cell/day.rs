//! Days as people write them: with points, slashes and strokes, in Chinese numerals, as a spreadsheet's serial number. A
//! month without its day is no day, and nobody's day is guessed.

use chrono::{Days, NaiveDate};
use entity::problem::{Finding, ProblemCode};

use super::tidy::narrow;
use super::{Cleaned, several_values};

/// A serial number of the 1900 calendar from this day on, 2100-01-01, is no day that a survey speaks of.
const LATEST_SERIAL: f64 = 73_051.0;
/// Before this day, 1949-10-01, neither: such a number is what a spreadsheet made of `2024.7` or `7.1`.
const EARLIEST_SERIAL: f64 = 18_172.0;

fn unreadable() -> Cleaned {
    Cleaned::refused(Finding::error(ProblemCode::DateUnreadable))
}

fn iso(day: NaiveDate) -> Cleaned {
    Cleaned::of(day.format("%Y-%m-%d").to_string())
}

/// A day that the file itself knows as one.
pub(super) fn of_moment(moment: &str) -> Cleaned {
    let day = moment.get(..10).and_then(|day| day.parse().ok());
    day.map_or_else(unreadable, iso)
}

/// A plain number in a column of days: `20240701`, or a serial of the 1900 calendar, which is told.
pub(super) fn of_number(number: f64) -> Cleaned {
    if number.fract() == 0.0 && (18_000_101.0..=99_991_231.0).contains(&number) {
        return packed(&format!("{number:.0}")).map_or_else(unreadable, iso);
    }
    let spoken_of = (EARLIEST_SERIAL..LATEST_SERIAL).contains(&number);
    let day = spoken_of.then(|| serial(number)).flatten();
    day.map_or_else(unreadable, |day| {
        iso(day).warned(Finding::warning(ProblemCode::DateSerial))
    })
}

/// The day of a serial number of the 1900 calendar, behind the 29 February that never was.
fn serial(number: f64) -> Option<NaiveDate> {
    let days: u64 = format!("{:.0}", number.floor()).parse().ok()?;
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))
}

/// A day in words; of a term, a period stands for its end.
pub(super) fn of_text(text: &str, term: bool) -> Cleaned {
    let text = narrow(text);
    if let Some(day) = day(&text) {
        return iso(day);
    }
    if let Some((from, until)) = period(&text) {
        return match until {
            _ if !term => several_values(),
            Some(until) => Cleaned {
                more: vec![from.format("%Y-%m-%d").to_string()],
                ..iso(until)
            },
            None => Cleaned {
                more: vec![from.format("%Y-%m-%d").to_string()],
                ..Cleaned::of(crate::survey::table::OPEN)
            },
        };
    }
    // A text of five digits is a serial that lost its type on the way through a text file.
    let is_serial = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_serial.then(|| text.parse().ok()).flatten();
    number.map_or_else(unreadable, of_number)
}

/// From one day to another, or to no end.
fn period(text: &str) -> Option<(NaiveDate, Option<NaiveDate>)> {
    ["至", "到", "~", "～", "—", "–", "－", " - "]
        .iter()
        .find_map(|sign| {
            let (from, until) = text.split_once(sign)?;
            let from = day(from)?;
            let until = until.trim_matches(['—', ' ']);
            if matches!(until, "长期" | "永久" | "今" | "无固定期限") {
                return Some((from, None));
            }
            Some((from, Some(day(until)?)))
        })
}

/// One day in any of the writings.
fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim().trim_end_matches(['起', '止', '前', '。', '.']);
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return packed(text);
    }
    let mut parts = [0_u32; 3];
    let mut rest = text;
    for (place, part) in parts.iter_mut().enumerate() {
        let (value, after) = component(rest, place)?;
        *part = value;
        rest = after;
    }
    let [year, month, day] = parts;
    ends_well(rest).then_some(())?;
    let year = i32::try_from(year).ok()?;
    (1800..=9999).contains(&year).then_some(())?;
    NaiveDate::from_ymd_opt(year, month, day)
}

/// A year, a month or a day with the sign that ends it.
fn component(text: &str, place: usize) -> Option<(u32, &str)> {
    let text = text.trim_start();
    let end = text
        .find(|c: char| !c.is_ascii_digit() && chinese(c).is_none() && c != '十' && c != '廿')
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    let value = numeral(digits, place)?;
    let rest = rest.trim_start();
    let signs: &[char] = match place {
        0 => &['年', '-', '/', '.', '．', '·', '、'],
        1 => &['月', '-', '/', '.', '．', '·', '、'],
        _ => &['日', '号'],
    };
    let after = rest.strip_prefix(signs);
    match after {
        Some(after) => Some((value, after)),
        None if place == 2 => Some((value, rest)),
        None => None,
    }
}

/// What may follow a day: nothing, a time, or the day of the week.
fn ends_well(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['T', ' ']);
    let rest = rest.trim_start_matches(|c: char| {
        c.is_ascii_digit() || matches!(c, ':' | '.' | 'Z' | '时' | '分' | '秒')
    });
    let rest = rest.trim_start_matches(['(', ' ']).trim_end_matches(')');
    rest.is_empty() || rest.starts_with("星期") || rest.starts_with('周')
}

/// Digits, or Chinese numerals: a year digit by digit, a month or a day as a number.
fn numeral(digits: &str, place: usize) -> Option<u32> {
    if digits.is_empty() || digits.chars().count() > 4 {
        return None;
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let fits = if place == 0 {
            digits.len() == 4
        } else {
            digits.len() <= 2
        };
        return fits.then(|| digits.parse().ok()).flatten();
    }
    if place == 0 {
        (digits.chars().count() == 4).then_some(())?;
        return digits
            .chars()
            .try_fold(0, |year, c| Some(year * 10 + chinese(c)?));
    }
    let mut value = 0;
    for c in digits.chars() {
        value = match c {
            '十' => value.max(1) * 10,
            '廿' => 20,
            _ => value + chinese(c)?,
        };
    }
    Some(value)
}

fn chinese(c: char) -> Option<u32> {
    match c {
        '〇' | '零' | '○' | '◯' | 'Ｏ' | 'O' | 'o' => Some(0),
        _ => (1..)
            .zip("一二三四五六七八九".chars())
            .find(|(_, d)| *d == c)
            .map(|(n, _)| n),
    }
}

/// `20240701`.
fn packed(text: &str) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(
        text.get(..4)?.parse().ok()?,
        text.get(4..6)?.parse().ok()?,
        text.get(6..8)?.parse().ok()?,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        of_text(text, false).text
    }

    #[test]
    fn days_are_read_in_every_writing() {
        for text in [
            "2024-07-01",
            "2024.7.1",
            "2024/7/1",
            "20240701",
            "2024年7月1日",
            "2024年07月01日",
            "二〇二四年七月一日",
            "二零二四年七月一日",
            "2024．7．1",
            "２０２４年７月１日",
            "2024-07-01 00:00:00",
            "2024-07-01T08:30:00",
            "2024年7月1日起",
            "2024 年 7 月 1 日",
            "2024年7月1日 星期一",
            "二○二四年七月一日",
            "2024.07.01.",
            "2024年7月1号",
        ] {
            assert_eq!(read(text), "2024-07-01", "{text}");
        }
        assert_eq!(read("二〇二四年十二月三十一日"), "2024-12-31");
        assert_eq!(read("二〇二四年十月二十日"), "2024-10-20");
        assert_eq!(read("二〇二四年十一月十二日"), "2024-11-12");
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "2024年7月",
            "2024-02-30",
            "7月1日",
            "24.7.1",
            "去年",
            "2024",
            "三年",
            "2024.13.1",
            "7/1/2024",
        ] {
            let cleaned = of_text(text, true);
            assert_eq!(
                cleaned.findings[0].code,
                ProblemCode::DateUnreadable,
                "{text}"
            );
            assert_eq!(cleaned.text, "");
        }
    }

    #[test]
    fn serial_numbers_follow_the_calendar_of_1900() {
        for (number, text) in [
            (18_172.0, "1949-10-01"),
            (36_526.0, "2000-01-01"),
            (45_474.75, "2024-07-01"),
        ] {
            let cleaned = of_number(number);
            assert_eq!(cleaned.text, text);
            assert_eq!(cleaned.findings[0].code, ProblemCode::DateSerial);
        }
        assert_eq!(of_number(20_240_701.0), Cleaned::of("2024-07-01"));
        assert_eq!(read("45474"), "2024-07-01");
        // 2024.7 and 7.1 are a month and a day that a spreadsheet took for quantities.
        let none = [
            60.0,
            0.0,
            -3.0,
            2024.0,
            2024.7,
            2024.12,
            7.1,
            202_407.0,
            1e300,
            f64::NAN,
        ];
        for number in none {
            assert_eq!(
                of_number(number).findings[0].code,
                ProblemCode::DateUnreadable,
                "{number}"
            );
        }
    }

    #[test]
    fn a_period_is_a_term_and_no_day() {
        let cleaned = of_text("2024年7月1日至2027年6月30日", true);
        assert_eq!(
            (cleaned.text.as_str(), &*cleaned.more),
            ("2027-06-30", &["2024-07-01".to_owned()][..])
        );
        let open = of_text("2024.7.1-长期".replace('-', "至").as_str(), true);
        assert_eq!(open.text, crate::survey::table::OPEN);
        let refused = of_text("2024年7月1日至2027年6月30日", false);
        assert_eq!(refused.findings[0].code, ProblemCode::SeveralValues);
    }
}
