//! 行政区划 to county (GB/T 2260), compiled into the binary: which code is which place and what it belongs to.
//! Local divisions such as development zones have no national code; the database holds those, not this table.

use std::sync::LazyLock;

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};

use crate::kind::OfficeLevel;

const CURRENT: &str = include_str!("../../data/divisions-2026.tsv");
const RETIRED: &str = include_str!("../../data/divisions-retired.tsv");

static NATIONAL: LazyLock<Divisions> = LazyLock::new(|| Divisions {
    version: CURRENT.lines().next().unwrap_or_default(),
    current: rows(CURRENT).map(Division::new).collect(),
    retired: rows(RETIRED).collect(),
});

/// The code and the name of each line below the head line.
fn rows(table: &'static str) -> impl Iterator<Item = (DivisionCode, &'static str)> {
    table.lines().skip(1).filter_map(|line| {
        let (code, name) = line.split_once('\t')?;
        Some((code.parse().ok()?, name))
    })
}

/// Six digits in the form of GB/T 2260: province, city, county, two each. The place may be unknown or retired.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    DeriveValueType,
)]
#[serde(try_from = "String", into = "String")]
#[sea_orm(
    value_type = "String",
    column_type = "String(sea_orm::sea_query::StringLen::N(6))"
)]
pub struct DivisionCode(u32);

impl DivisionCode {
    /// The six digits as a number.
    #[must_use]
    pub const fn digits(self) -> u32 {
        self.0
    }

    /// Whether these digits lie in those of another code, or are the same.
    #[must_use]
    pub const fn lies_in(self, above: Self) -> bool {
        above.0 <= self.0 && self.0 <= above.last_within().0
    }

    /// The level by the digits alone, whether or not a place stands there.
    #[must_use]
    pub const fn level(self) -> OfficeLevel {
        if self.0.is_multiple_of(10_000) {
            OfficeLevel::Province
        } else if self.0.is_multiple_of(100) {
            OfficeLevel::City
        } else {
            OfficeLevel::County
        }
    }

    /// The code of the province that these digits lie in.
    #[must_use]
    pub const fn province(self) -> Self {
        Self(self.0 / 10_000 * 10_000)
    }

    /// The code of the city that these digits lie in; a municipality's districts have none that exists.
    const fn city(self) -> Self {
        Self(self.0 / 100 * 100)
    }

    /// The last code that begins with the same digits up to this code's own level.
    const fn last_within(self) -> Self {
        if self.0.is_multiple_of(10_000) {
            Self(self.0 + 9_999)
        } else if self.0.is_multiple_of(100) {
            Self(self.0 + 99)
        } else {
            self
        }
    }
}

/// A text that is not six digits beginning with 1 to 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a division code is six digits")]
pub struct MalformedDivisionCode;

impl std::str::FromStr for DivisionCode {
    type Err = MalformedDivisionCode;

    fn from_str(text: &str) -> Result<Self, MalformedDivisionCode> {
        let digits = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(number @ 100_000..) if digits => Ok(Self(number)),
            _ => Err(MalformedDivisionCode),
        }
    }
}

impl std::fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl TryFrom<String> for DivisionCode {
    type Error = MalformedDivisionCode;

    fn try_from(text: String) -> Result<Self, MalformedDivisionCode> {
        text.parse()
    }
}

impl From<DivisionCode> for String {
    fn from(code: DivisionCode) -> Self {
        code.to_string()
    }
}

impl TryFromU64 for DivisionCode {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("DivisionCode"))
    }
}

/// A province, city or county that stands.
#[derive(Debug, PartialEq, Eq)]
pub struct Division {
    code: DivisionCode,
    name: &'static str,
}

impl Division {
    const fn new((code, name): (DivisionCode, &'static str)) -> Self {
        Self { code, name }
    }

    /// Its code.
    #[must_use]
    pub const fn code(&self) -> DivisionCode {
        self.code
    }

    /// Its own name, without those it belongs to: 西湖区.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its level by its digits: 东莞市 is a city although no county is below it.
    #[must_use]
    pub const fn level(&self) -> OfficeLevel {
        self.code.level()
    }
}

/// One edition of the national table.
#[derive(Debug)]
pub struct Divisions {
    version: &'static str,
    current: Vec<Division>,
    retired: Vec<(DivisionCode, &'static str)>,
}

impl Divisions {
    /// The edition in the binary, read on first use.
    #[must_use]
    pub fn national() -> &'static Self {
        &NATIONAL
    }

    /// Which standard, as its source stood in which month.
    #[must_use]
    pub fn version(&self) -> &'static str {
        self.version.trim_start_matches(['#', ' '])
    }

    /// All that stand, in the order of their codes.
    pub fn iter(&self) -> std::slice::Iter<'_, Division> {
        self.current.iter()
    }

    /// The provinces, autonomous regions, municipalities and special administrative regions.
    pub fn provinces(&self) -> impl Iterator<Item = &Division> {
        self.iter()
            .filter(|division| division.level() == OfficeLevel::Province)
    }

    /// The division that stands under this code.
    #[must_use]
    pub fn find(&self, code: DivisionCode) -> Option<&Division> {
        self.current
            .binary_search_by_key(&code, Division::code)
            .ok()
            .and_then(|index| self.current.get(index))
    }

    /// The last name of a code that stood once and does not any more.
    #[must_use]
    pub fn find_retired(&self, code: DivisionCode) -> Option<&'static str> {
        self.retired
            .binary_search_by_key(&code, |&(code, _)| code)
            .ok()
            .and_then(|index| self.retired.get(index))
            .map(|&(_, name)| name)
    }

    /// Whether a place stands or ever stood under this code.
    #[must_use]
    pub fn has_ever_known(&self, code: DivisionCode) -> bool {
        self.find(code).is_some() || self.find_retired(code).is_some()
    }

    /// What a division belongs to directly: a county to its city, or to its province where no city stands between.
    #[must_use]
    pub fn parent(&self, code: DivisionCode) -> Option<&Division> {
        self.find(code)?;
        self.above(code).next()
    }

    /// The standing divisions above a code, nearest first; the code itself need not stand.
    pub fn above(&self, code: DivisionCode) -> impl Iterator<Item = &Division> {
        let (city, province) = (code.city(), code.province());
        let city = (city != code && city != province).then_some(city);
        let province = (province != code).then_some(province);
        [city, province]
            .into_iter()
            .flatten()
            .filter_map(|above| self.find(above))
    }

    /// What belongs to a division directly, in the order of codes.
    pub fn children(&self, code: DivisionCode) -> impl Iterator<Item = &Division> {
        self.within(code)
            .iter()
            .filter(move |division| self.parent(division.code).map(Division::code) == Some(code))
    }

    /// A standing division with all that lies in it, in the order of codes, itself first.
    #[must_use]
    pub fn within(&self, code: DivisionCode) -> &[Division] {
        let first = self
            .current
            .partition_point(|division| division.code < code);
        let end = self
            .current
            .partition_point(|division| division.code <= code.last_within());
        self.current.get(first..end).unwrap_or_default()
    }

    /// The province that a standing division is or lies in.
    #[must_use]
    pub fn province_of(&self, code: DivisionCode) -> Option<&Division> {
        self.find(code)?;
        self.find(code.province())
    }

    /// The prefecture-level city that a standing division is or lies in; none for provinces, for a municipality's
    /// districts and for counties directly under a province.
    #[must_use]
    pub fn city_of(&self, code: DivisionCode) -> Option<&Division> {
        self.find(code)?;
        self.find(code.city())
            .filter(|division| division.level() == OfficeLevel::City)
    }

    /// The full name: 浙江省杭州市西湖区.
    #[must_use]
    pub fn full_name(&self, code: DivisionCode) -> Option<String> {
        let own = self.find(code)?;
        let mut names: Vec<_> = self.above(code).map(Division::name).collect();
        names.reverse();
        Some(names.concat() + own.name)
    }

    /// Whether an address may name this division: a county, or what has no counties below it in the table
    /// (东莞市, 嘉峪关市, 香港特别行政区).
    #[must_use]
    pub fn is_county_level(&self, code: DivisionCode) -> bool {
        self.find(code).is_some() && self.within(code).len() == 1
    }
}

impl<'a> IntoIterator for &'a Divisions {
    type Item = &'a Division;
    type IntoIter = std::slice::Iter<'a, Division>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(text: &str) -> DivisionCode {
        text.parse().unwrap()
    }

    fn name_of(found: Option<&Division>) -> Option<&str> {
        found.map(Division::name)
    }

    #[test]
    fn every_line_of_both_tables_was_read_in_order() {
        let national = Divisions::national();
        assert_eq!(
            national.version(),
            "GB/T 2260 to county, as its source stood in 2026-06"
        );
        assert_eq!(national.iter().count(), CURRENT.lines().count() - 1);
        assert_eq!(national.retired.len(), RETIRED.lines().count() - 1);
        assert!(national.current.is_sorted_by(|a, b| a.code < b.code));
        assert!(national.retired.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(national.provinces().count(), 34);
        assert!(national.iter().all(|division| !division.name().is_empty()));
        let both = national
            .iter()
            .find(|d| national.find_retired(d.code()).is_some());
        assert_eq!(both, None);
    }

    #[test]
    fn every_division_but_a_province_has_a_parent_that_lists_it() {
        let national = Divisions::national();
        for division in national {
            let parent = national.parent(division.code());
            assert_eq!(parent.is_none(), division.level() == OfficeLevel::Province);
            if let Some(parent) = parent {
                assert!(
                    national
                        .children(parent.code())
                        .any(|child| child == division)
                );
            }
        }
    }

    #[test]
    fn a_county_has_a_city_and_a_province() {
        let national = Divisions::national();
        let west_lake = code("330106");
        assert_eq!(national.full_name(west_lake).unwrap(), "浙江省杭州市西湖区");
        assert_eq!(name_of(national.city_of(west_lake)), Some("杭州市"));
        assert_eq!(name_of(national.province_of(west_lake)), Some("浙江省"));
        assert_eq!(
            national.find(west_lake).unwrap().level(),
            OfficeLevel::County
        );
        assert!(national.is_county_level(west_lake));
        assert!(!national.is_county_level(code("330100")));
        assert!(!national.is_county_level(code("330000")));
    }

    #[test]
    fn cities_without_counties_stand_for_a_county() {
        let national = Divisions::national();
        for (city, name) in [
            ("441900", "广东省东莞市"),
            ("442000", "广东省中山市"),
            ("460400", "海南省儋州市"),
            ("620200", "甘肃省嘉峪关市"),
        ] {
            assert_eq!(national.full_name(code(city)).unwrap(), name);
            assert!(national.is_county_level(code(city)));
            assert_eq!(
                national.find(code(city)).unwrap().level(),
                OfficeLevel::City
            );
            assert_eq!(national.city_of(code(city)).unwrap().code(), code(city));
        }
        for region in ["810000", "820000", "710000"] {
            assert!(national.is_county_level(code(region)));
        }
    }

    #[test]
    fn municipalities_and_counties_under_a_province_have_no_city_between() {
        let national = Divisions::national();
        assert_eq!(
            national.full_name(code("310115")).unwrap(),
            "上海市浦东新区"
        );
        assert_eq!(national.city_of(code("310115")), None);
        assert_eq!(name_of(national.parent(code("419001"))), Some("河南省"));
        assert_eq!(national.full_name(code("419001")).unwrap(), "河南省济源市");
        assert!(national.is_county_level(code("659012")));
        let henan: Vec<_> = national.children(code("410000")).collect();
        assert_eq!(henan.len(), 18);
    }

    #[test]
    fn retired_codes_are_known_but_do_not_stand() {
        let national = Divisions::national();
        assert_eq!(national.find_retired(code("330103")), Some("下城区"));
        assert_eq!(national.find(code("330103")), None);
        assert!(national.has_ever_known(code("310119")));
        assert!(!national.has_ever_known(code("999999")));
        assert_eq!(national.parent(code("330103")), None);
        assert_eq!(national.full_name(code("330103")), None);
        assert!(!national.is_county_level(code("330103")));
    }

    #[test]
    fn a_code_is_six_digits_in_text_and_in_the_database() {
        for bad in [
            "",
            "33010",
            "3301061",
            "033010",
            "33010x",
            "+33010",
            "３３０１０６",
        ] {
            assert_eq!(bad.parse::<DivisionCode>(), Err(MalformedDivisionCode));
        }
        let value = sea_orm::Value::from(code("330106"));
        assert_eq!(value, sea_orm::Value::from("330106"));
        let read = <DivisionCode as sea_orm::sea_query::ValueType>::try_from(value);
        assert_eq!(read.unwrap(), code("330106"));
        assert_eq!(
            serde_json::to_string(&code("330106")).unwrap(),
            "\"330106\""
        );
        assert!(serde_json::from_str::<DivisionCode>("\"3301\"").is_err());
    }

    proptest! {
        #[test]
        fn no_text_and_no_code_panics(text in any::<String>(), number in 100_000_u32..=99_9999) {
            let _ = text.parse::<DivisionCode>();
            let national = Divisions::national();
            let code = DivisionCode(number);
            let _ = (national.full_name(code), national.city_of(code), national.within(code).len());
        }
    }
}
