//! Reading an address from its head: each name must follow the one before and lie in it, or the address contradicts
//! itself. What is named further behind, a road or a firm called after a city, is not read as a place.

use super::clean;
use super::names::{Form, Meaning, Name, Names};
use crate::kind::OfficeLevel;
use crate::value::division::DivisionCode;

/// Names older than this mean something only where no standing division bears them.
const FORGOTTEN: i32 = 1996;

/// How many names an address may have before it is no address.
const MOST_NAMES: usize = 8;

/// What follows a name that is part of a road's or an area's name.
const ROADS: &[&str] = &["路", "街", "道", "巷", "弄", "胡同", "大道", "大街"];

/// What a road puts between its name and its kind: 北京东路, 中山二路.
const TURNS: &str = "东西南北中一二三四五六七八九十";

/// What makes a short name the name of something in a town.
const THINGS: &[&str] = &[
    "社区",
    "小区",
    "新村",
    "花园",
    "公寓",
    "大厦",
    "大楼",
    "广场",
    "商城",
    "商厦",
    "医院",
    "大学",
    "学院",
    "中学",
    "小学",
    "酒店",
    "宾馆",
    "饭店",
    "银行",
    "火车站",
    "公园",
    "集团",
    "公司",
    "商会",
    "省",
    "市",
    "县",
    "区",
    "州",
    "盟",
    "旗",
    "地区",
];

/// What makes a county's short name the name of a street, a village or a piece of nature.
const NATURE: &[&str] = &[
    "镇", "乡", "村", "屯", "庄", "桥", "门", "寺", "塔", "湖", "河", "江", "山", "里", "站", "城",
    "岛", "湾", "口",
];

/// What an address names, as far as its names go on from its head.
pub(super) struct Reading<'t> {
    /// What the last name may mean.
    pub(super) meanings: Vec<&'static Meaning>,
    /// What names before it mean that it does not lie in.
    pub(super) against: Vec<&'static Meaning>,
    /// The names in the order in which they were read.
    pub(super) names: Vec<&'static Name>,
    /// The text behind the last name.
    pub(super) rest: &'t str,
}

impl<'t> Reading<'t> {
    /// Reads a clean text from its head.
    pub(super) fn of(text: &'t str) -> Self {
        let mut reading = Self {
            meanings: Vec::new(),
            against: Vec::new(),
            names: Vec::new(),
            rest: text,
        };
        while !reading.has_arrived() && reading.names.len() < MOST_NAMES && reading.step() {}
        reading
    }

    /// Whether everything that the last name may mean is where an address may end.
    fn has_arrived(&self) -> bool {
        !self.meanings.is_empty() && self.meanings.iter().all(|m| m.is_county_level())
    }

    /// Whether no name stands at the head.
    pub(super) const fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Reads one more name.
    fn step(&mut self) -> bool {
        let text = clean::next(self.rest);
        let mut foreign = None;
        let mut longer = false;
        for name in Names::all().at(text) {
            let behind = text.get(name.text.len()..).unwrap_or_default();
            let said = self.said(name, behind, longer);
            longer = true;
            if said.is_empty() {
                continue;
            }
            if self.is_empty() {
                self.meanings = settle(&said, false);
                return self.accept(name, behind);
            }
            let agreeing = agree(&self.meanings, &said);
            if !agreeing.is_empty() {
                self.meanings = agreeing;
                return self.accept(name, behind);
            }
            let back = agree(&self.against, &said);
            if !back.is_empty() {
                self.against = std::mem::replace(&mut self.meanings, back);
                return self.accept(name, behind);
            }
            if foreign.is_none() && !name.generic && is_meant(&said, behind) {
                foreign = Some((name, said, behind));
            }
        }
        let Some((name, said, behind)) = foreign else {
            return false;
        };
        let before = std::mem::replace(&mut self.meanings, settle(&said, false));
        self.against.extend(before);
        self.accept(name, behind)
    }

    fn accept(&mut self, name: &'static Name, behind: &'t str) -> bool {
        self.names.push(name);
        self.rest = behind;
        true
    }

    /// What a name can be meant as with what stands behind it. Below a longer name that was not meant, a short one is
    /// a piece of it: 龙泉 of 龙泉驿.
    fn said(&self, name: &'static Name, behind: &str, longer: bool) -> Vec<&'static Meaning> {
        let may = |m: &&'static Meaning| match m.form {
            Form::Whole => !runs_on(m, behind),
            Form::Short => !longer && may_be_short(m, behind),
        };
        let said: Vec<_> = name.meanings.iter().filter(may).collect();
        // Without a city before it, a district's short name says nothing; it casts doubt on another place of its name.
        let words = self.is_empty() && said.iter().all(|m| m.district && m.form == Form::Short);
        if words { Vec::new() } else { said }
    }
}

/// Whether a short name can be meant as this division.
fn may_be_short(meaning: &Meaning, behind: &str) -> bool {
    let county = meaning.code.level() == OfficeLevel::County;
    let nature = starts_with_any(behind, NATURE) && !behind.starts_with("城关");
    let thing = starts_with_any(behind, THINGS) || (county && nature);
    !thing && !is_road(meaning, behind) && !is_road_of_one(meaning, behind)
}

/// Whether a whole name goes on as another word: 西湖区块, 新城区路; a street office (街道, 路北街道) is the next level.
fn runs_on(meaning: &Meaning, behind: &str) -> bool {
    let office = behind
        .char_indices()
        .nth(5)
        .map_or(behind.len(), |(end, _)| end);
    let office = behind
        .get(..office)
        .is_some_and(|near| near.contains("街道"));
    let street = begins_road(behind) && !office;
    let area = behind.starts_with(['块', '域']);
    (street && !holds_the_next(meaning, behind)) || area
}

/// Whether a road is called by the short name: 南京路, 北京东路, 中山二路, 西湖大道.
fn is_road(meaning: &Meaning, behind: &str) -> bool {
    let turned = behind.trim_start_matches(|c| TURNS.contains(c));
    let turns = behind.chars().count() - turned.chars().count();
    let road = begins_road(behind) || (turns <= 2 && begins_road(turned));
    road && !holds_the_next(meaning, behind)
}

/// Whether a place has a place with the name that follows, which may begin like a road: 哈尔滨市道里区.
fn holds_the_next(meaning: &Meaning, behind: &str) -> bool {
    let mut next = Names::all().at(behind).flat_map(|name| &name.meanings);
    next.any(|m| m.code != meaning.code && m.lies_in(meaning))
}

/// Whether one character more makes it a road: 余杭塘路, 西安门大街.
fn is_road_of_one(meaning: &Meaning, behind: &str) -> bool {
    let mut one = behind.chars();
    let road = one.next().is_some() && begins_road(one.as_str());
    road && !holds_the_next(meaning, behind)
}

/// Whether a text begins with a kind of road that does not go on as a township: 厚街镇.
fn begins_road(text: &str) -> bool {
    let mut kinds = ROADS.iter().filter_map(|kind| text.strip_prefix(kind));
    kinds.any(|rest| !rest.starts_with(['镇', '乡']))
}

fn starts_with_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.starts_with(word))
}

/// Whether a name that does not lie in the one before is meant as a place all the same: said whole, or a short name
/// of a city with one of its counties behind it.
fn is_meant(said: &[&'static Meaning], behind: &str) -> bool {
    if said.iter().any(|m| m.form == Form::Whole) {
        return true;
    }
    Names::all().at(clean::next(behind)).any(|name| {
        let below = name.meanings.iter().filter(|m| m.form == Form::Whole);
        below.into_iter().any(|m| {
            said.iter()
                .any(|above| m.code != above.code && m.lies_in(above))
        })
    })
}

/// What is said of that which lies in what was named before: below it by the codes of the time, then the same place
/// again, then by what stands today.
fn agree(above: &[&'static Meaning], said: &[&'static Meaning]) -> Vec<&'static Meaning> {
    let keep = |fits: &dyn Fn(&Meaning, &Meaning) -> bool| -> Vec<&'static Meaning> {
        let said = said.iter().filter(|m| above.iter().any(|a| fits(m, a)));
        said.copied().collect()
    };
    let below = keep(&|m, a| m.code != a.code && m.lies_in(a));
    if !below.is_empty() {
        return settle(&below, above.iter().all(|a| is_city(a.code)));
    }
    let again = keep(&|m, a| m.code == a.code);
    if !again.is_empty() {
        return settle(&again, false);
    }
    settle(&keep(&|m, a| m.lies_today_in(a)), false)
}

/// Whether a place has districts directly below it: a city, or one of the four municipalities.
pub(super) fn is_city(code: DivisionCode) -> bool {
    let municipality = matches!(code.digits() / 10_000, 11 | 12 | 31 | 50);
    code.level() == OfficeLevel::City || municipality
}

/// Leaves former names out where a standing division of that name makes them idle: in the same city, long ago, or
/// because what was the place lies in it today.
fn settle(said: &[&'static Meaning], in_a_city: bool) -> Vec<&'static Meaning> {
    let standing: Vec<_> = said.iter().copied().filter(|m| m.until.is_none()).collect();
    let idle = |m: &Meaning| {
        let Some(until) = m.until else { return false };
        let covered = standing
            .iter()
            .any(|now| !m.today.is_empty() && m.today.iter().all(|code| code.lies_in(now.code)));
        !standing.is_empty() && (in_a_city || until < FORGOTTEN || covered)
    };
    said.iter().copied().filter(|m| !idle(m)).collect()
}
