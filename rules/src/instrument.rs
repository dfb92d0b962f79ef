//! The instruments (规范) that the tables cite and that a blacklist entry may rest on: level, field, and which articles they
//! have. Nothing here knows an edition.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use entity::kind::{Authority, LegalLevel};
use serde::Deserialize;

use crate::data::compiled_in;

/// A law, a regulation, a rule or a document.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// The full Chinese title.
    pub title: String,
    /// What it is called as well.
    short: Option<String>,
    /// Its 效力位阶.
    pub level: LegalLevel,
    /// Whose matters it regulates: 市场监督管理, 网信, or both.
    pub fields: Vec<Authority>,
    articles: Option<u32>,
    #[serde(default)]
    paragraphs: BTreeMap<String, u32>,
    #[serde(default)]
    items: BTreeMap<String, u32>,
}

/// A place in an instrument, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// 条.
    pub article: u32,
    /// 款, where the number names one.
    pub paragraph: Option<u32>,
    /// 项, where the number names one.
    pub item: Option<u32>,
}

/// The instruments that are known, by their keys in `rules/data/instruments.toml`.
pub fn known() -> impl Iterator<Item = (&'static str, &'static Instrument)> {
    INSTRUMENTS.iter().map(|(key, known)| (key.as_str(), known))
}

/// The known instrument of a title, with or without 《》 and 中华人民共和国; none is unknown, not worthless.
#[must_use]
pub fn find(title: &str) -> Option<&'static Instrument> {
    let wanted = bare(title);
    let called = |name: &String| bare(name) == wanted;
    INSTRUMENTS
        .values()
        .find(|known| called(&known.title) || known.short.as_ref().is_some_and(called))
}

/// The instrument of a key.
pub(crate) fn by_key(key: &str) -> Option<&'static Instrument> {
    INSTRUMENTS.get(key)
}

impl Instrument {
    /// Whether it regulates matters of this branch.
    #[must_use]
    pub fn regulates(&self, field: Authority) -> bool {
        self.fields.contains(&field)
    }

    /// Whether its articles were counted, so that one beyond the last is known not to be there.
    #[must_use]
    pub const fn is_counted(&self) -> bool {
        self.articles.is_some()
    }

    /// Whether it has the place that a number such as `第八条第二款` names, as far as its text was counted.
    #[must_use]
    pub fn has(&self, number: &str) -> bool {
        let Some(place) = Place::of(number) else {
            return false;
        };
        let article: String = number.split_inclusive('条').take(1).collect();
        let within = |part: Option<u32>, counted: &BTreeMap<String, u32>| {
            part.is_none_or(|n| counted.get(&article).is_some_and(|most| n <= *most))
        };
        self.articles.is_some_and(|most| place.article <= most)
            && within(place.paragraph, &self.paragraphs)
            && within(place.item, &self.items)
    }
}

impl Place {
    /// Reads `第…条`, `第…条第…款`, `第…条第…项` or `第…条第…款第…项`; none when it is no such number.
    #[must_use]
    pub fn of(number: &str) -> Option<Self> {
        let (article, rest) = part(number, '条')?;
        let (paragraph, rest) = part(rest, '款').map_or((None, rest), |(n, rest)| (Some(n), rest));
        let (item, rest) = part(rest, '项').map_or((None, rest), |(n, rest)| (Some(n), rest));
        rest.is_empty().then_some(Self {
            article,
            paragraph,
            item,
        })
    }
}

/// Reads one `第…` part that ends in its unit.
fn part(text: &str, unit: char) -> Option<(u32, &str)> {
    let (digits, rest) = text.strip_prefix('第')?.split_once(unit)?;
    Some((ordinal(digits)?, rest))
}

/// Reads a Chinese number from 1 to 999 as laws write it: 九, 十, 十二, 二十, 一百零三, 一百一十.
fn ordinal(digits: &str) -> Option<u32> {
    let mut total = 0;
    let mut digit = None;
    for c in digits.chars() {
        match c {
            '百' => total += digit.take()? * 100,
            '十' => total += digit.take().unwrap_or(1) * 10,
            '零' => {}
            _ => {
                let found = "一二三四五六七八九".chars().zip(1..).find(|(d, _)| *d == c);
                if digit.replace(found?.1).is_some() {
                    return None;
                }
            }
        }
    }
    total += digit.unwrap_or(0);
    (total > 0).then_some(total)
}

/// A title without its brackets, spaces and the name of the country.
fn bare(title: &str) -> String {
    let plain: String = title
        .chars()
        .filter(|c| !c.is_whitespace() && !"《》".contains(*c))
        .map(|c| match c {
            '(' => '（',
            ')' => '）',
            other => other,
        })
        .collect();
    plain
        .strip_prefix("中华人民共和国")
        .map_or_else(|| plain.clone(), str::to_owned)
}

static INSTRUMENTS: LazyLock<BTreeMap<String, Instrument>> =
    LazyLock::new(|| compiled_in("instruments.toml", include_str!("../data/instruments.toml")));

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn numbers_are_read_as_laws_write_them() {
        let place = |article, paragraph, item| {
            Some(Place {
                article,
                paragraph,
                item,
            })
        };
        assert_eq!(Place::of("第九条"), place(9, None, None));
        assert_eq!(Place::of("第十条"), place(10, None, None));
        assert_eq!(Place::of("第二十条第二款"), place(20, Some(2), None));
        assert_eq!(Place::of("第六十九条第三项"), place(69, None, Some(3)));
        assert_eq!(
            Place::of("第一百零三条第一款第十二项"),
            place(103, Some(1), Some(12))
        );
        assert_eq!(Place::of("第一百三十二条"), place(132, None, None));
        for wrong in [
            "",
            "第条",
            "第9条",
            "九条",
            "第九条之一",
            "第九条第",
            "第九条第一",
            "第二三条",
            "第百条",
        ] {
            assert_eq!(Place::of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_instrument_has_the_places_that_were_counted_and_no_others() {
        let order = by_key("order-117").unwrap();
        for there in [
            "第一条",
            "第六十九条",
            "第八条第三款",
            "第九条第三项",
            "第五十二条第五项",
        ] {
            assert!(order.has(there), "{there}");
        }
        for missing in [
            "第七十条",
            "第八条第四款",
            "第九条第四项",
            "第五十条第二款",
            "序号",
        ] {
            assert!(!order.has(missing), "{missing}");
        }
        let draft = by_key("draft-2025").unwrap();
        assert!(draft.has("第五十七条") && !draft.has("第五十八条"));
        assert!(draft.has("第九条第四项") && !draft.has("第八条第三款"));
        let uncounted = by_key("advertising-law").unwrap();
        assert!(!uncounted.has("第一条"), "cited by no table");
    }

    #[test]
    fn a_title_is_recognised_as_people_write_it() {
        let level = |title: &str| find(title).map(|found| found.level);
        for title in ["《中华人民共和国广告法》", "广告法", " 《广告法》 "] {
            assert_eq!(level(title), Some(LegalLevel::Law), "{title}");
        }
        assert_eq!(level("直播电商监督管理办法"), Some(LegalLevel::Rule));
        assert_eq!(
            level("直播电商监督管理办法(征求意见稿)"),
            Some(LegalLevel::Other)
        );
        assert_eq!(
            level("《网络直播营销管理办法（试行）》"),
            Some(LegalLevel::Other)
        );
        assert_eq!(
            level("互联网信息服务管理办法"),
            Some(LegalLevel::AdministrativeRegulation)
        );
        assert_eq!(level("平台用户协议"), None);
        assert_eq!(level(""), None);
    }

    #[test]
    fn levels_and_fields_are_those_of_their_makers() {
        let laws = |level| {
            let titles = known().filter(|(_, found)| found.level == level);
            titles
                .map(|(_, found)| bare(&found.title))
                .collect::<BTreeSet<_>>()
        };
        let law = laws(LegalLevel::Law);
        assert!(law.iter().all(|title| title.ends_with('法')), "{law:?}");
        for law in ["电子商务法", "广告法", "网络安全法", "个人信息保护法"] {
            assert_eq!(find(law).unwrap().level, LegalLevel::Law, "{law}");
        }
        let market = |title| find(title).unwrap().regulates(Authority::Market);
        let cyberspace = |title| find(title).unwrap().regulates(Authority::Cyberspace);
        assert!(market("广告法") && !cyberspace("广告法"));
        assert!(!market("网络安全法") && cyberspace("网络安全法"));
        assert!(market("直播电商监督管理办法") && cyberspace("直播电商监督管理办法"));
        assert!(known().all(|(_, found)| !found.fields.is_empty()));
    }

    #[test]
    fn no_two_instruments_go_by_one_name() {
        let names: Vec<_> = known()
            .flat_map(|(_, found)| [Some(&found.title), found.short.as_ref()])
            .flatten()
            .map(|name| bare(name))
            .collect();
        let distinct: BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
    }
}
