//! 联系方式 in a cell: numbers that a spreadsheet took for quantities, area codes that lost their zero, and two numbers
//! where one is asked for.

use entity::problem::{Finding, ProblemCode};
use entity::value::phone::Phone;
use rules::survey::{Field, Group};

use super::number::is_scientific;
use super::tidy::{narrow, parts};
use super::{Cleaned, unfit};

pub(super) fn of_number(number: f64) -> Cleaned {
    if number.abs() >= 1e15 {
        return Cleaned::refused(Finding::error(ProblemCode::PrecisionLost));
    }
    if number < 0.0 || number.fract() != 0.0 {
        return unfit();
    }
    judged(&format!("{number:.0}"))
}

pub(super) fn of_text(field: Field, text: &str) -> Cleaned {
    if is_mobile(text) {
        return Cleaned::of(text);
    }
    let text = narrow(text);
    if is_scientific(&text) {
        return Cleaned::refused(Finding::error(ProblemCode::ScientificNotation));
    }
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if let Ok(phone) = Phone::parse(text) {
        return Cleaned::of(phone.as_str());
    }
    let mut several = parts(text);
    if several.len() < 2 {
        let words = text.split_whitespace().map(str::to_owned);
        several = words.collect();
    }
    let numbers: Option<Vec<String>> = several.iter().map(|part| number(part)).collect();
    match numbers {
        Some(numbers) if numbers.len() > 1 => split(field, numbers),
        _ => match within(text) {
            Some(number) => Cleaned::of(number).warned(Finding::warning(ProblemCode::ValueUnused)),
            None => judged(text),
        },
    }
}

/// The only number in a cell that also says whose it is: 张三13800138000, 13800138000（张三）.
fn within(text: &str) -> Option<String> {
    let of_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+');
    let of_name =
        |c: char| matches!(c, '\u{4E00}'..='\u{9FFF}' | '(' | ')' | ':' | '·') || c.is_whitespace();
    if !text.chars().all(|c| of_number(c) || of_name(c)) {
        return None;
    }
    let mut runs = text.split(|c| !of_number(c)).filter(|run| !run.is_empty());
    let (Some(only), None) = (runs.next(), runs.next()) else {
        return None;
    };
    number(only)
}

/// Several numbers: of streamers one each, of anybody else the first, and that is told.
fn split(field: Field, numbers: Vec<String>) -> Cleaned {
    if field.group() == Group::Streamer {
        return Cleaned::several(numbers);
    }
    let first = numbers.into_iter().next().unwrap_or_default();
    Cleaned::of(first).warned(Finding::warning(ProblemCode::ValueUnused))
}

/// One number, with the zero of its area code where that is what it lacks.
fn judged(text: &str) -> Cleaned {
    if is_mobile(text) {
        return Cleaned::of(text);
    }
    match Phone::parse(text) {
        Ok(phone) => Cleaned::of(phone.as_str()),
        Err(_) => match Phone::parse(&format!("0{text}")) {
            Ok(phone) if !text.starts_with('0') => {
                Cleaned::of(phone.as_str()).warned(Finding::warning(ProblemCode::LeadingZeroLost))
            }
            // What is no number is judged where it is registered.
            _ => Cleaned::of(text.trim()),
        },
    }
}

fn number(text: &str) -> Option<String> {
    Some(Phone::parse(text).ok()?.as_str().to_owned())
}

fn is_mobile(text: &str) -> bool {
    text.len() == 11 && text.starts_with('1') && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_out_in_one_writing() {
        for text in [
            "13800138000",
            "138 0013 8000",
            "13800138000.0",
            "１３８００１３８０００",
        ] {
            assert_eq!(
                of_text(Field::OperatorPhone, text),
                Cleaned::of("13800138000")
            );
        }
        assert_eq!(of_number(13_800_138_000.0), Cleaned::of("13800138000"));
        assert_eq!(
            of_text(Field::OperatorPhone, "(0580) 2020202").text,
            "0580-2020202"
        );
    }

    #[test]
    fn the_zero_of_an_area_code_comes_back_with_a_warning() {
        let cleaned = of_number(5_802_020_202.0);
        assert_eq!(cleaned.text, "0580-2020202");
        assert_eq!(cleaned.findings[0].code, ProblemCode::LeadingZeroLost);
        assert!(!cleaned.findings[0].refuses());
    }

    #[test]
    fn of_two_numbers_the_first_is_taken_and_it_is_told() {
        for text in [
            "13800138000、0580-2020202",
            "13800138000\n13900139000",
            "13800138000 13900139000",
        ] {
            let cleaned = of_text(Field::OperatorPhone, text);
            assert_eq!(cleaned.text, "13800138000");
            assert_eq!(cleaned.findings[0].code, ProblemCode::ValueUnused);
        }
        let cleaned = of_text(Field::StreamerPhone, "13800138000/13900139000");
        assert_eq!(cleaned.more, ["13900139000"]);
    }

    #[test]
    fn a_number_is_found_beside_the_name_of_whoever_answers_it() {
        for (text, number) in [
            ("张三13800138000", "13800138000"),
            ("13800138000（张三）", "13800138000"),
            ("张三：0580-2020202", "0580-2020202"),
        ] {
            let cleaned = of_text(Field::OperatorPhone, text);
            assert_eq!(cleaned.text, number, "{text}");
            assert_eq!(cleaned.findings[0].code, ProblemCode::ValueUnused);
        }
        for text in ["张三138001380001", "张三1380013800 李四", "转801"] {
            assert_eq!(
                of_text(Field::OperatorPhone, text),
                Cleaned::of(text),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_number_is_left_to_the_registry() {
        assert_eq!(
            of_text(Field::OperatorPhone, "见备注"),
            Cleaned::of("见备注")
        );
        let wrong = of_text(Field::OperatorPhone, "1.38E+10");
        assert_eq!(wrong.findings[0].code, ProblemCode::ScientificNotation);
    }
}
