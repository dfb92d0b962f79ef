//! 曾用区划: the names that stood under a code once, until when, and what stands there today. An address keeps the
//! name that its writer knows; a code that was abolished has successors, and one of them, or none that is certain.

use std::sync::LazyLock;

use super::division::DivisionCode;

const TABLE: &str = include_str!("../../data/divisions-former.tsv");

static FORMER: LazyLock<Vec<Former>> =
    LazyLock::new(|| TABLE.lines().skip(1).filter_map(Former::read).collect());

/// A name that does not stand any more under a code.
#[derive(Debug, PartialEq, Eq)]
pub struct Former {
    code: DivisionCode,
    name: &'static str,
    last_year: i32,
    today: Vec<DivisionCode>,
}

impl Former {
    fn read(line: &'static str) -> Option<Self> {
        let mut cells = line.split('\t');
        Some(Self {
            code: cells.next()?.parse().ok()?,
            name: cells.next()?,
            last_year: cells.next()?.parse().ok()?,
            today: cells
                .next()
                .unwrap_or_default()
                .split_whitespace()
                .filter_map(|code| code.parse().ok())
                .collect(),
        })
    }

    /// The code under which it stood.
    #[must_use]
    pub const fn code(&self) -> DivisionCode {
        self.code
    }

    /// Its name then.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The last year at whose end the ministry's table had it.
    #[must_use]
    pub const fn last_year(&self) -> i32 {
        self.last_year
    }

    /// The standing divisions that took its territory over: several where it was divided, none where no source is
    /// certain. A renamed place is its own successor.
    #[must_use]
    pub fn today(&self) -> &[DivisionCode] {
        &self.today
    }

    /// The one division that took all of it over.
    #[must_use]
    pub fn successor(&self) -> Option<DivisionCode> {
        match self.today.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }
}

/// Every former name, in the order of codes.
#[must_use]
pub fn all() -> &'static [Former] {
    &FORMER
}

/// The last name that a code had before today's table; a standing code may have had another name, too.
#[must_use]
pub fn last_of(code: DivisionCode) -> Option<&'static Former> {
    let first = FORMER.partition_point(|former| former.code < code);
    let same = FORMER.iter().skip(first).take_while(|f| f.code == code);
    same.max_by_key(|former| former.last_year)
}

#[cfg(test)]
mod tests {
    use super::super::division::Divisions;
    use super::*;

    fn code(text: &str) -> DivisionCode {
        text.parse().unwrap()
    }

    #[test]
    fn every_line_is_read_and_ends_in_what_stands() {
        assert_eq!(all().len(), TABLE.lines().skip(1).count());
        assert!(all().is_sorted_by(|a, b| (a.code, a.name) < (b.code, b.name)));
        let national = Divisions::national();
        for former in all() {
            let stands = national.find(former.code);
            assert!(
                stands.is_none_or(|now| now.name() != former.name),
                "{former:?}"
            );
            assert!((1980..=2025).contains(&former.last_year), "{former:?}");
            for now in &former.today {
                assert!(national.find(*now).is_some(), "{former:?}");
            }
        }
    }

    #[test]
    fn a_whole_successor_is_one_and_a_divided_place_has_several() {
        for (old, year, now) in [
            ("330103", 2020, Some("330105")),
            ("330184", 2000, Some("330110")),
            ("341521", 2014, Some("340422")),
            ("371202", 2017, Some("370116")),
            ("310119", 2008, Some("310115")),
            ("512081", 2015, Some("510185")),
            ("500105", 2024, Some("500157")),
            ("330104", 2020, None),
            ("500112", 2024, None),
            ("130521", 2019, None),
        ] {
            let former = last_of(code(old)).unwrap();
            assert_eq!(former.last_year(), year, "{old}");
            assert_eq!(former.successor(), now.map(code), "{old}");
        }
        let jianggan = last_of(code("330104")).unwrap();
        assert_eq!(jianggan.today(), [code("330102"), code("330114")]);
        assert_eq!(last_of(code("999999")), None);
    }

    #[test]
    fn a_successor_lies_in_the_same_province_or_in_one_that_parted_from_it() {
        for former in all() {
            for now in former.today() {
                let (old, now) = (former.code().to_string(), now.to_string());
                let same = old[..2] == now[..2];
                let parted = [("51", "50"), ("44", "46")].contains(&(&old[..2], &now[..2]));
                assert!(same || parted, "{former:?}");
            }
        }
    }
}
