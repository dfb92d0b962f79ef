//! Names, lists, addresses of the web and the words of closed vocabularies.

use entity::problem::{Finding, ProblemCode};
use rules::survey::{Field, Group, ValueWord, Words};

use super::tidy::{and_others, line, narrow, parts};
use super::{Cleaned, several_values};

/// The most characters of a person's name in Chinese.
const LONGEST_PERSON: usize = 5;

/// A name: a person's without the blanks that make it as wide as others; several of streamers are told apart.
pub(super) fn name(field: Field, text: &str) -> Cleaned {
    let one = person(text);
    let several = parts(text);
    let persons = several.len() > 1 && several.iter().all(|part| is_person(part));
    match field.group() {
        Group::Streamer if and_others(text) => several_values(),
        Group::Streamer if several.len() > 1 => {
            Cleaned::several(several.iter().map(|part| person(part)).collect())
        }
        Group::Platform if several.len() > 1 => several_values(),
        Group::Entry | Group::Merchant if persons || (and_others(text) && several.len() > 1) => {
            several_values()
        }
        _ => Cleaned::of(one),
    }
}

/// A name on one line; 张　三 is 张三.
fn person(text: &str) -> String {
    let closed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if is_person(&closed) {
        return closed;
    }
    line(text).into_owned()
}

fn is_person(text: &str) -> bool {
    let han = |c: char| matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{323AF}');
    let length = text.chars().count();
    (2..=LONGEST_PERSON).contains(&length) && text.chars().all(han)
}

/// Several things in one cell, each by itself. A stroke is no sign between them: certificates have it in their numbers.
pub(super) fn list(words: &Words, text: &str) -> Cleaned {
    let separates = |c: char| matches!(c, '、' | '；' | ';' | '\n' | '，');
    let items = text.split(separates).map(str::trim);
    let items =
        items.filter(|item| !item.is_empty() && words.value(item) != Some(ValueWord::Nothing));
    Cleaned::several(items.map(|item| line(item).into_owned()).collect())
}

/// A web address: without the blanks and the words that were copied with it.
pub(super) fn url(text: &str) -> Cleaned {
    let text = narrow(text);
    let begin = text.find("http").unwrap_or(0);
    let rest = text.get(begin..).unwrap_or(&text);
    let mut urls = rest.split_whitespace();
    let first = urls.next().unwrap_or_default();
    if urls.any(|other| other.starts_with("http")) {
        return several_values();
    }
    Cleaned::of(if first.starts_with("http") {
        first
    } else {
        rest
    })
}

/// A word of a closed vocabulary.
pub(super) fn known(value: Option<impl Into<String>>) -> Cleaned {
    value.map_or_else(
        || Cleaned::refused(Finding::error(ProblemCode::WordUnknown)),
        Cleaned::of,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_the_blanks_that_only_widen_them() {
        assert_eq!(name(Field::StreamerName, "张　三").text, "张三");
        assert_eq!(name(Field::StreamerName, "张 三").text, "张三");
        assert_eq!(name(Field::StreamerName, "John Smith").text, "John Smith");
        assert_eq!(
            name(Field::OperatorName, "舟山某某\n有限公司").text,
            "舟山某某有限公司"
        );
    }

    #[test]
    fn several_streamers_are_told_apart_and_others_are_refused() {
        let two = name(Field::StreamerName, "张三、李四");
        assert_eq!(
            (two.text.as_str(), &*two.more),
            ("张三", &["李四".to_owned()][..])
        );
        for text in ["张三等3人", "张三、李四等", "张三等多人"] {
            assert_eq!(
                name(Field::StreamerName, text).findings[0].code,
                ProblemCode::SeveralValues,
                "{text}"
            );
        }
        assert_eq!(
            name(Field::EntryName, "张三、李四").findings[0].code,
            ProblemCode::SeveralValues
        );
        assert_eq!(name(Field::EntryName, "某某（甲/乙）有限公司").findings, []);
        assert_eq!(
            name(Field::PlatformName, "抖音、快手").findings[0].code,
            ProblemCode::SeveralValues
        );
    }

    #[test]
    fn lists_are_split_and_addresses_cut_out() {
        let words = Words::standard();
        let cleaned = list(
            words,
            "食品经营许可证 JY13309020001234；出版物经营许可证 新出发浙字第1号",
        );
        assert_eq!(cleaned.more.len(), 1);
        assert_eq!(list(words, "无"), Cleaned::default());
        assert_eq!(
            url("3.28 复制打开 https://v.douyin.com/abc/ 看看").text,
            "https://v.douyin.com/abc/"
        );
        assert_eq!(url("www.example.com").text, "www.example.com");
    }
}
