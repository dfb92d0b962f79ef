//! Identity numbers and other codes. A number with more than fifteen digits that a spreadsheet kept as a number has lost
//! digits for good; neither they nor a check character can bring them back, so it is refused and nothing is guessed.

use entity::problem::{Finding, ProblemCode};
use entity::value::credit_code::CreditCode;
use entity::value::resident_id;
use rules::survey::{Field, Group};

use super::tidy::{and_others, narrow, parts};
use super::{Cleaned, several_values, unfit};

/// From here on a double has fewer digits than the number that was typed.
const SAFE: f64 = 1e15;
/// The fewest characters of what may be one of several numbers in a cell.
const SHORTEST: usize = 7;

fn lost() -> Cleaned {
    Cleaned::refused(Finding::error(ProblemCode::PrecisionLost))
}

fn scientific() -> Cleaned {
    Cleaned::refused(Finding::error(ProblemCode::ScientificNotation))
}

/// The digits of a whole number that is safe.
fn whole(number: f64) -> Option<String> {
    (number >= 0.0 && number.fract() == 0.0).then(|| format!("{number:.0}"))
}

pub(super) fn of_number(number: f64) -> Cleaned {
    if number.abs() >= SAFE {
        return lost();
    }
    whole(number).map_or_else(unfit, Cleaned::of)
}

pub(super) fn code_of_number(number: f64) -> Cleaned {
    if number.abs() >= SAFE {
        return lost();
    }
    Cleaned::of(whole(number).unwrap_or_else(|| format!("{number}")))
}

pub(super) fn of_text(field: Field, text: &str) -> Cleaned {
    if is_clean(text) {
        return judged(text.to_ascii_uppercase());
    }
    let text = narrow(text);
    if is_scientific(&text) {
        return scientific();
    }
    let several = parts(&text);
    if several.len() > 1 && several.iter().all(|part| normal(part).len() >= SHORTEST) {
        if field.group() != Group::Streamer {
            return several_values();
        }
        let judged: Vec<_> = several.iter().map(|part| judged(normal(part))).collect();
        if let Some(refused) = judged.iter().find(|part| !part.findings.is_empty()) {
            return refused.clone();
        }
        return Cleaned::several(judged.into_iter().map(|part| part.text).collect());
    }
    if and_others(&text) {
        return several_values();
    }
    let number = text.strip_suffix(".0").unwrap_or(&text);
    judged(normal(number))
}

/// Whether it is 18 characters as a number is written.
fn is_clean(text: &str) -> bool {
    let body = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    text.len() == 18 && text.bytes().take(17).all(|byte| body(&byte)) && {
        let last = text.as_bytes().last();
        last.is_some_and(u8::is_ascii_alphanumeric)
    }
}

/// Upper case, without blanks and dashes.
fn normal(text: &str) -> String {
    let dash = |c: char| matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    let kept = text.chars().filter(|c| !c.is_whitespace() && !dash(*c));
    kept.map(|c| c.to_ascii_uppercase()).collect()
}

fn judged(number: String) -> Cleaned {
    if is_rounded(&number) {
        return lost();
    }
    Cleaned::of(number)
}

/// Whether 18 digits are what a double made of a number: they check neither as a person's nor as an organisation's, and
/// either end in 000, as a spreadsheet writes them, or are exactly a double, as a program does.
fn is_rounded(number: &str) -> bool {
    if number.len() != 18 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let (Some(body), Some(last)) = (number.get(..17), number.chars().last()) else {
        return false;
    };
    let checks =
        resident_id::check_character(body) == Some(last) || CreditCode::parse(number).is_ok();
    !checks && (number.ends_with("000") || is_a_double(number))
}

/// Whether a number of 18 digits is one that a double can hold: its last bits are nothing.
fn is_a_double(number: &str) -> bool {
    let Ok(value) = number.parse::<u64>() else {
        return false;
    };
    // A double keeps 53 bits, so the rest of a longer number is zero.
    let bits = u64::BITS - value.leading_zeros();
    value.trailing_zeros() >= bits.saturating_sub(53)
}

/// `3.30902E+17`, and the same as a text.
pub(super) fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return false;
    };
    let digits = exponent.trim_start_matches('+');
    let whole = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa = mantissa.split_once('.').map_or_else(
        || whole(mantissa) && exponent.starts_with('+'),
        |(head, tail)| head.len() == 1 && whole(head) && whole(tail),
    );
    mantissa && whole(digits) && digits.len() <= 3
}

/// An account: without the words that say whose it is or on which platform. Two of them are nobody's guess, and a web
/// address is none.
pub(super) fn account(text: &str) -> Cleaned {
    let text = narrow(text);
    let text = bare_account(text.trim());
    if text.starts_with("http://") || text.starts_with("https://") {
        return unfit();
    }
    let several = parts(text);
    if several.len() > 1 && several.iter().all(|part| is_account(part)) {
        return several_values();
    }
    code_of_text(text)
}

/// `抖音号：dy001` and `dy001（抖音）` are dy001.
fn bare_account(text: &str) -> &str {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(is_han);
    if let Some((word, rest)) = text.split_once(':')
        && is_word(word.trim_end_matches("ID").trim_end_matches("id"))
        && is_account(rest.trim())
    {
        return rest.trim();
    }
    let inner = text
        .strip_suffix(')')
        .and_then(|front| front.rsplit_once('('));
    match inner {
        Some((front, word)) if is_word(word) && is_account(front.trim()) => front.trim(),
        _ => text,
    }
}

fn is_account(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '@');
    text.len() >= 2 && text.chars().all(fits)
}

const fn is_han(character: char) -> bool {
    matches!(character, '\u{4E00}'..='\u{9FFF}')
}

/// A certificate or a document number: as it is written, on one line.
pub(super) fn code_of_text(text: &str) -> Cleaned {
    let text = narrow(text);
    if is_scientific(&text) {
        return scientific();
    }
    if text.contains(['\n', '、', ';']) && parts(&text).len() > 1 {
        return several_values();
    }
    let code = text.strip_suffix(".0").filter(|head| {
        let is_digits = head.bytes().all(|byte| byte.is_ascii_digit());
        is_digits && head.len() > 4
    });
    Cleaned::of(super::tidy::line(code.unwrap_or(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> ProblemCode {
        of_text(Field::StreamerNumber, text).findings[0].code
    }

    #[test]
    fn digits_that_a_spreadsheet_lost_are_never_invented() {
        for text in [
            "330902199001012000",
            "330902199001011264",
            "913309026784321000",
        ] {
            let cleaned = of_text(Field::StreamerNumber, text);
            assert_eq!(
                cleaned.findings[0].code,
                ProblemCode::PrecisionLost,
                "{text}"
            );
            assert_eq!(cleaned.findings[0].suggestion, None);
            assert_eq!(cleaned.text, "");
        }
        assert_eq!(
            of_number(330_902_199_001_011_264.0).findings[0].code,
            ProblemCode::PrecisionLost
        );
        assert_eq!(refusal("3.30902E+17"), ProblemCode::ScientificNotation);
        assert_eq!(
            refusal("3.30902199001011e17"),
            ProblemCode::ScientificNotation
        );
    }

    #[test]
    fn a_number_that_checks_is_taken_even_where_a_double_could_hold_it() {
        // Every number that a double holds and that checks is a true number as likely as a rounded one.
        let good = (0_u64..100).find_map(|n| {
            let text = (330_902_199_001_010_048 + n * 64).to_string();
            let check = resident_id::check_character(&text[..17]);
            (check == text.chars().last()).then_some(text)
        });
        let good = good.unwrap();
        assert_eq!(
            of_text(Field::StreamerNumber, &good),
            Cleaned::of(good.clone())
        );
    }

    #[test]
    fn writing_is_mended() {
        for text in [
            "11010519491231002x",
            "110105 19491231 002X",
            "１１０１０５１９４９１２３１００２Ｘ",
            "110105-19491231-002x",
        ] {
            assert_eq!(
                of_text(Field::StreamerNumber, text).text,
                "11010519491231002X"
            );
        }
        assert_eq!(of_number(110_105_491_231_002.0).text, "110105491231002");
        assert_eq!(code_of_number(12_345_678_901.0).text, "12345678901");
        assert_eq!(code_of_text("12345678.0").text, "12345678");
        assert_eq!(code_of_text("v1.0").text, "v1.0");
    }

    #[test]
    fn an_account_stands_without_the_words_around_it() {
        for text in [
            "dy001",
            "抖音号：dy001",
            "dy001（抖音）",
            "抖音: dy001",
            "快手ID：dy001",
        ] {
            assert_eq!(account(text), Cleaned::of("dy001"), "{text}");
        }
        assert_eq!(account("某某 直播"), Cleaned::of("某某 直播"));
        for several in ["dy001,dy002", "dy001/dy002", "dy001、dy002", "dy001\ndy002"] {
            let cleaned = account(several);
            assert_eq!(
                cleaned.findings[0].code,
                ProblemCode::SeveralValues,
                "{several}"
            );
            assert_eq!(cleaned.text, "");
        }
        let url = account("https://v.example.com/abc/");
        assert_eq!(url.findings[0].code, ProblemCode::CellUnfit);
    }

    #[test]
    fn several_numbers_are_split_for_streamers_only() {
        let two = "11010519491231002X、330902199001010018";
        let cleaned = of_text(Field::StreamerNumber, two);
        assert_eq!(
            (cleaned.text.as_str(), cleaned.more.len()),
            ("11010519491231002X", 1)
        );
        let cleaned = of_text(Field::OperatorNumber, two);
        assert_eq!(cleaned.findings[0].code, ProblemCode::SeveralValues);
    }
}
