//! What the letters have in common: who sends them, what they rest on, days and numbers in Chinese.

use std::fmt::Write as _;

use chrono::{Datelike as _, NaiveDate};

use super::{Letter, Part};
use crate::citation::cited;

/// Who sends a letter to whom, and how it is cited.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// The platform's registered name, which signs.
    pub platform: &'a str,
    /// Whom the letter addresses, by name.
    pub addressee: &'a str,
    /// The number by which the letter is cited.
    pub number: &'a str,
    /// How the platform is reached about it.
    pub contact: &'a str,
    /// The day of the letter.
    pub date: NaiveDate,
}

/// A place in the law that somebody has broken, as the platform cites it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basis<'a> {
    /// The instrument's title, with or without 《》.
    pub instrument: &'a str,
    /// The number as the law writes it.
    pub number: &'a str,
}

impl Sender<'_> {
    /// A letter of this sender.
    pub(super) fn letter(&self, title: &str, body: Vec<Part>) -> Letter {
        Letter {
            title: title.to_owned(),
            number: Some(self.number.to_owned()),
            addressee: self.addressee.to_owned(),
            body,
            signatory: self.platform.to_owned(),
            date: self.date,
        }
    }

    /// The clause that says how the platform is reached.
    pub(super) fn reached(&self) -> Part {
        clause("联系方式", self.contact)
    }
}

/// A clause under its label.
pub(super) fn clause(label: &str, text: impl Into<String>) -> Part {
    Part::Clause {
        label: label.to_owned(),
        text: text.into(),
    }
}

/// The places that are rested on, one after the other.
pub(super) fn cite_all(bases: &[Basis<'_>]) -> String {
    let cited: Vec<_> = bases
        .iter()
        .map(|basis| cited(basis.instrument, basis.number))
        .collect();
    format!("{}。", cited.join("、"))
}

/// From when to when, both days counted; `open` where there is no end.
pub(super) fn term(from: NaiveDate, until: Option<NaiveDate>, open: &str) -> String {
    match until {
        Some(until) => format!("自{}起至{}止（含起止当日）", day(from), day(until)),
        None => format!("自{}起，{open}", day(from)),
    }
}

/// A day as letters write it.
pub(super) fn day(date: NaiveDate) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// A number of a clause, 一 to 九十九; beyond it in digits.
pub(super) fn ordinal(number: u32) -> String {
    let digit = |n: u32| {
        let at = usize::try_from(n).unwrap_or_default();
        "〇一二三四五六七八九".chars().nth(at)
    };
    let (tens, ones) = (number / 10, number % 10);
    let mut text = String::new();
    match tens {
        0 => {}
        1 => text.push('十'),
        2..=9 => text.extend(digit(tens).into_iter().chain(['十'])),
        _ => {
            let _ = write!(text, "{number}");
            return text;
        }
    }
    if ones > 0 || tens == 0 {
        text.extend(digit(ones));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_numbered_as_chinese_letters_are() {
        let numbers = [1, 9, 10, 11, 20, 21, 99, 100].map(ordinal);
        let wanted = ["一", "九", "十", "十一", "二十", "二十一", "九十九", "100"];
        assert_eq!(numbers, wanted);
    }

    #[test]
    fn a_term_names_both_days_or_says_that_it_is_open() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let closed = term(day("2026-11-26"), Some(day("2027-11-25")), "");
        assert_eq!(closed, "自2026年11月26日起至2027年11月25日止（含起止当日）");
        let open = term(day("2026-11-26"), None, "至解除之日止");
        assert_eq!(open, "自2026年11月26日起，至解除之日止");
    }

    #[test]
    fn the_law_is_cited_as_laws_are() {
        let bases = [
            Basis {
                instrument: "《中华人民共和国广告法》",
                number: "第九条第三项",
            },
            Basis {
                instrument: "网络直播营销管理办法（试行）",
                number: "第十八条",
            },
        ];
        let wanted =
            "《中华人民共和国广告法》第九条第三项、《网络直播营销管理办法（试行）》第十八条。";
        assert_eq!(cite_all(&bases), wanted);
    }
}
