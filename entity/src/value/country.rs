//! Countries and areas by ISO 3166-1: who issued a passport, what the digits in a permanent residence card mean.
//! A code outside the standard's assigned ones is no country here.

use std::sync::LazyLock;

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    include_str!("../../data/countries.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(Country::from_line)
        .collect()
});

/// A country or area as ISO 3166-1 lists it.
#[derive(Debug, PartialEq, Eq)]
pub struct Country {
    alpha3: &'static str,
    numeric: &'static str,
    name: &'static str,
}

impl Country {
    fn from_line(line: &'static str) -> Option<Self> {
        let mut cells = line.split('\t');
        Some(Self {
            alpha3: cells.next()?,
            numeric: cells.next()?,
            name: cells.next()?,
        })
    }

    /// All of them, in the order of their alpha-3 codes.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        COUNTRIES.iter()
    }

    /// The country with these three digits.
    #[must_use]
    pub fn find_by_numeric(numeric: &str) -> Option<&'static Self> {
        COUNTRIES.iter().find(|country| country.numeric == numeric)
    }

    /// The alpha-3 code.
    #[must_use]
    pub const fn code(&self) -> CountryCode {
        CountryCode(self.alpha3)
    }

    /// The three digits.
    #[must_use]
    pub const fn numeric(&self) -> &'static str {
        self.numeric
    }

    /// The Chinese name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// An assigned alpha-3 code, such as `CHN`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, DeriveValueType)]
#[serde(into = "String")]
#[sea_orm(
    value_type = "String",
    column_type = "String(sea_orm::sea_query::StringLen::N(3))"
)]
pub struct CountryCode(&'static str);

impl CountryCode {
    /// The three letters.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// A text that is no assigned alpha-3 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an ISO 3166-1 alpha-3 code")]
pub struct UnknownCountry;

impl std::str::FromStr for CountryCode {
    type Err = UnknownCountry;

    fn from_str(text: &str) -> Result<Self, UnknownCountry> {
        COUNTRIES
            .binary_search_by(|country| country.alpha3.cmp(text))
            .ok()
            .and_then(|index| COUNTRIES.get(index))
            .map(Country::code)
            .ok_or(UnknownCountry)
    }
}

impl<'de> Deserialize<'de> for CountryCode {
    /// By hand, because the derived form would borrow the static text from its input.
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl std::fmt::Display for CountryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl TryFrom<String> for CountryCode {
    type Error = UnknownCountry;

    fn try_from(text: String) -> Result<Self, UnknownCountry> {
        text.parse()
    }
}

impl From<CountryCode> for String {
    fn from(code: CountryCode) -> Self {
        code.0.to_owned()
    }
}

impl TryFromU64 for CountryCode {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("CountryCode"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_country() {
        let rows = include_str!("../../data/countries.tsv").lines().count() - 1;
        assert_eq!(Country::all().count(), rows);
        assert_eq!(rows, 249);
        assert!(COUNTRIES.is_sorted_by(|a, b| a.alpha3 < b.alpha3));
        for country in Country::all() {
            assert_eq!(country.alpha3.len(), 3);
            assert!(country.numeric.bytes().all(|digit| digit.is_ascii_digit()));
            assert!(!country.name.is_empty());
        }
    }

    #[test]
    fn codes_are_found_both_ways() {
        let code: CountryCode = "SYR".parse().unwrap();
        assert_eq!(Country::find_by_numeric("760").unwrap().code(), code);
        assert_eq!("ABW".parse::<CountryCode>().unwrap().as_str(), "ABW");
        for unknown in ["", "US", "usa", "XKK", "ZZZ", "CHN\0"] {
            assert_eq!(unknown.parse::<CountryCode>(), Err(UnknownCountry));
        }
    }

    #[test]
    fn serde_speaks_plain_text() {
        let code: CountryCode = serde_json::from_str("\"CHN\"").unwrap();
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"CHN\"");
        assert!(serde_json::from_str::<CountryCode>("\"QQQ\"").is_err());
    }
}
