//! How many: with the unit of the header or of the cell multiplied out, in decimal digits and never through a fraction in
//! binary, so that 1.2 万 is 12000 and nothing beside it.

use std::borrow::Cow;

use entity::problem::{Finding, ProblemCode};
use rules::survey::Unit;

use super::tidy::narrow;
use super::{Cleaned, unfit};

/// More digits than this count nothing.
const LONGEST: usize = 18;

/// Reads a count; a unit in the cell wins over the header's.
pub(super) fn read(text: &str, unit: Option<&Unit>) -> Cleaned {
    let text = narrow(text);
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != ',')
        .collect();
    let begin = plain.trim_start_matches(['约', '近', '≈', '逾', '超', '过']);
    let (digits, tail) = split(begin);
    let mut about = begin.len() < plain.len();
    let (power, rest) = power_of(tail);
    let bare = rest.trim_start_matches(['余', '多', '+', '左', '右', '以', '上', '几']);
    about |= bare.len() < rest.len();
    // 10余万 has its unit behind the sign.
    let (power, bare) = match power {
        None => power_of(bare),
        some => (some, bare),
    };
    if !matches!(
        bare,
        "" | "人" | "个" | "名" | "位" | "粉" | "粉丝" | "家" | "元" | "+"
    ) {
        return unfit();
    }
    let power = power.unwrap_or_else(|| unit.map_or(0, |unit| unit.power));
    let Some(whole) = scaled(digits, power) else {
        return unfit();
    };
    let cleaned = Cleaned::of(whole);
    if about {
        return cleaned.warned(Finding::warning(ProblemCode::Approximate));
    }
    cleaned
}

/// An amount that stays words, with the unit of its header behind its last digit where it names none of its own: 约80 under
/// 万元 is 约80万元.
pub(super) fn with_unit(text: String, unit: Option<&Unit>) -> String {
    let named = text.contains(['元', '万', '亿', '千', '百', '%', '％', 'w', 'W', 'k', 'K']);
    let last = text.rfind(|c: char| c.is_ascii_digit());
    match (unit, last) {
        (Some(unit), Some(last)) if !named => {
            let (number, rest) = text.split_at(last + 1);
            format!("{number}{}{rest}", unit.word)
        }
        _ => text,
    }
}

/// The digits at the begin, with their point, and what follows.
fn split(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn power_of(text: &str) -> (Option<u32>, &str) {
    let powers = [
        ("百万", 6),
        ("千万", 7),
        ("万", 4),
        ("亿", 8),
        ("千", 3),
        ("w", 4),
        ("W", 4),
        ("k", 3),
        ("K", 3),
    ];
    let found = powers
        .iter()
        .find_map(|(word, power)| Some((*power, text.strip_prefix(word)?)));
    found.map_or((None, text), |(power, rest)| (Some(power), rest))
}

/// A decimal times a power of ten, if that is whole.
fn scaled(decimal: &str, power: u32) -> Option<Cow<'_, str>> {
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let missing = usize::try_from(power).ok()?.checked_sub(fraction.len())?;
    let digits = format!("{whole}{fraction}{}", "0".repeat(missing));
    let digits = digits.trim_start_matches('0');
    if digits.len() > LONGEST {
        return None;
    }
    Some(if digits.is_empty() {
        Cow::Borrowed("0")
    } else {
        Cow::Owned(digits.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(word: &str, power: u32) -> Unit {
        Unit {
            word: word.to_owned(),
            power,
        }
    }

    #[test]
    fn units_are_multiplied_out_exactly() {
        let ten_thousand = unit("万", 4);
        for (text, of_header, whole) in [
            ("1.2", Some(&ten_thousand), "12000"),
            ("0.0001", Some(&ten_thousand), "1"),
            ("8.07", Some(&ten_thousand), "80700"),
            ("12,345", None, "12345"),
            ("3.5w", None, "35000"),
            ("1.1亿", Some(&ten_thousand), "110000000"),
            ("５万人", None, "50000"),
            ("0", Some(&ten_thousand), "0"),
            ("12345.0", None, "12345"),
            ("2千", None, "2000"),
        ] {
            assert_eq!(read(text, of_header), Cleaned::of(whole), "{text}");
        }
    }

    #[test]
    fn about_is_told() {
        for (text, whole) in [
            ("约2万", "20000"),
            ("10万+", "100000"),
            ("100余人", "100"),
            ("10余万", "100000"),
        ] {
            let cleaned = read(text, None);
            assert_eq!(cleaned.text, whole, "{text}");
            assert_eq!(cleaned.findings[0].code, ProblemCode::Approximate);
        }
    }

    #[test]
    fn what_is_no_count_is_refused() {
        for text in [
            "1.5",
            "很多",
            "1-3万",
            "-2",
            "1e5",
            "1.23456万",
            "",
            "99999999999999999999",
            "1..2",
        ] {
            assert_eq!(
                read(text, None).findings[0].code,
                ProblemCode::CellUnfit,
                "{text}"
            );
        }
    }

    #[test]
    fn amounts_stay_words_and_keep_their_unit() {
        let money = unit("万元", 4);
        assert_eq!(with_unit("500".to_owned(), Some(&money)), "500万元");
        assert_eq!(with_unit("100-500".to_owned(), Some(&money)), "100-500万元");
        assert_eq!(with_unit("500万以上".to_owned(), Some(&money)), "500万以上");
    }
}
