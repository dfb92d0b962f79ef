//! 地址: the county that an address names, with a confidence; where it may be several, all of them. Pure lookups in
//! the tables inside the binary: no law decides where an address lies, so this is the door from text to a code.

pub(crate) mod clean;
mod names;
mod read;
#[cfg(test)]
mod tests;

use crate::kind::OfficeLevel;
use crate::value::division::{Division, DivisionCode, Divisions};
use names::{Form, Meaning, Name, Names};
use read::{Reading, is_city};

pub use clean::clean;

/// The most candidates that are told.
const MOST_CANDIDATES: usize = 8;

/// How many characters behind the head a first name may stand.
const SEARCHED: usize = 60;

/// A division that an address may lie in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// A county, or the city or province that is all that the address names.
    pub code: DivisionCode,
    /// How sure that is, in hundredths.
    pub confidence: u8,
}

/// What an address says of where it lies: the best candidate first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    candidates: Vec<Candidate>,
}

impl Resolved {
    /// Every candidate, the best first; none where the text names no division.
    #[must_use]
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// The county of which one may be sure with at least this confidence, in hundredths.
    #[must_use]
    pub fn certain(&self, at_least: u8) -> Option<Candidate> {
        let best = self.candidates.first().copied()?;
        let county = Divisions::national().is_county_level(best.code);
        (county && best.confidence >= at_least).then_some(best)
    }

    /// Two addresses in one text: where they differ, neither is sure.
    fn beside(mut self, second: &Self) -> Self {
        let (Some(own), Some(other)) = (self.certain(1), second.certain(1)) else {
            return self;
        };
        if own.code != other.code {
            for candidate in &mut self.candidates {
                candidate.confidence = candidate.confidence.min(50);
            }
            self.and([other.code], 50);
        }
        self
    }

    fn from(codes: impl IntoIterator<Item = DivisionCode>, confidence: u8) -> Self {
        let mut resolved = Self::default();
        resolved.and(codes, confidence);
        resolved
    }

    /// Adds candidates that are not there yet.
    fn and(&mut self, codes: impl IntoIterator<Item = DivisionCode>, confidence: u8) {
        for code in codes {
            let known = self.candidates.iter().any(|c| c.code == code);
            if !known && self.candidates.len() < MOST_CANDIDATES {
                self.candidates.push(Candidate { code, confidence });
            }
        }
    }
}

/// Reads an address: whole and short names of provinces, cities and counties, with levels left out, and names that
/// stood once. Names that several places share, names that contradict each other, and cities without a county are
/// candidates; nothing is guessed from roads and firms.
#[must_use]
pub fn resolve(text: &str) -> Resolved {
    resolve_clean(&clean(text))
}

/// Reads an address that [`clean()`] made ready.
#[must_use]
pub fn resolve_clean(text: &str) -> Resolved {
    let head = clean::head(text);
    let reading = Reading::of(head);
    if reading.is_empty() {
        // An address behind other words, such as a firm's name.
        return later(head).map_or_else(Resolved::default, |(reading, whole)| {
            weigh(&reading, if whole >= 2 { 3 } else { 12 })
        });
    }
    let resolved = weigh(&reading, 0);
    match later(reading.rest).filter(|(_, whole)| *whole >= 2) {
        Some((second, _)) => resolved.beside(&weigh(&second, 0)),
        None => resolved,
    }
}

/// The first reading behind the head of a text that begins with a whole name, and how many of its names are whole.
fn later(text: &str) -> Option<(Reading<'_>, usize)> {
    let whole = |m: &Meaning| m.form == Form::Whole;
    let named = |name: &Name| {
        let long = name.text.chars().count() >= 3;
        long && !name.generic && name.meanings.iter().any(whole)
    };
    for (start, _) in text.char_indices().skip(1).take(SEARCHED) {
        let text = text.get(start..).unwrap_or_default();
        if Names::all().at(text).any(named) {
            let reading = Reading::of(text);
            let whole = reading.names.iter().filter(|name| named(name)).count();
            if whole > 0 {
                return Some((reading, whole));
            }
        }
    }
    None
}

/// How sure a reading is; `doubt` is taken off.
fn weigh(reading: &Reading<'_>, doubt: u8) -> Resolved {
    let meant = without_vanished_cities(&reading.meanings);
    let (places, certain) = today(&meant);
    if !reading.against.is_empty() {
        return contradiction(places, today(&reading.against).0);
    }
    let (counties, coarse): (Vec<_>, Vec<_>) = places
        .into_iter()
        .partition(|code| Divisions::national().is_county_level(*code));
    match (counties.as_slice(), coarse.as_slice()) {
        ([], []) => Resolved::default(),
        ([only], []) if certain => {
            let sure = sureness(reading, &meant).saturating_sub(doubt);
            Resolved::from([*only], sure)
        }
        (_, []) => Resolved::from(counties.iter().copied(), shared(counties.len())),
        (_, coarse) => {
            let mut resolved = behind(reading, coarse);
            resolved.and(coarse.iter().copied(), shared(coarse.len()));
            resolved.and(counties.iter().copied(), 30);
            resolved
        }
    }
}

/// A city that was dissolved is not meant where a county bears its name today and no county of its time was named.
fn without_vanished_cities(meanings: &[&'static Meaning]) -> Vec<&'static Meaning> {
    let standing = meanings
        .iter()
        .any(|m| m.until.is_none() && m.is_county_level());
    let vanished = |m: &Meaning| m.until.is_some() && m.code.level() != OfficeLevel::County;
    let kept = meanings.iter().filter(|m| !(standing && vanished(m)));
    kept.copied().collect()
}

/// The standing divisions of all that is meant, and whether nothing of it is unknown.
fn today(meanings: &[&'static Meaning]) -> (Vec<DivisionCode>, bool) {
    let mut codes: Vec<_> = meanings
        .iter()
        .flat_map(|m| m.today.iter().copied())
        .collect();
    let mut seen = std::collections::HashSet::new();
    codes.retain(|code| seen.insert(*code));
    (codes, meanings.iter().all(|m| !m.today.is_empty()))
}

/// Both sides of an address that contradicts itself, counties first.
fn contradiction(named: Vec<DivisionCode>, against: Vec<DivisionCode>) -> Resolved {
    let mut all = named;
    all.extend(against);
    all.sort_by_key(|code| !Divisions::national().is_county_level(*code));
    Resolved::from(all, 40)
}

/// The confidence in each of several.
fn shared(several: usize) -> u8 {
    u8::try_from(90 / several.max(1)).map_or(50, |each| each.min(50))
}

/// How sure a reading is that ends in one county.
fn sureness(reading: &Reading<'_>, meant: &[&'static Meaning]) -> u8 {
    let Some((last, above)) = reading.names.split_last() else {
        return 0;
    };
    let named = |fits: fn(DivisionCode) -> bool| {
        above
            .iter()
            .any(|name| name.meanings.iter().any(|m| fits(m.code)))
    };
    let in_city = named(is_city);
    let short = meant.iter().all(|m| m.form == Form::Short);
    let district = meant.iter().any(|m| m.district);
    let city = meant.iter().all(|m| m.code.level() != OfficeLevel::County);
    let sure = if short {
        match (district, in_city, above.is_empty()) {
            (true, true, _) if leads_to_a_street(reading.rest) => 90,
            (true, ..) => 78,
            (false, true, _) => 95,
            (false, false, false) => 93,
            (false, false, true) if city || is_a_city(meant) => 90,
            (false, false, true) => 85,
        }
    } else if in_city {
        98
    } else if !above.is_empty() {
        96
    } else if last.text.chars().count() >= 3 {
        94
    } else {
        85
    };
    let former = meant.iter().all(|m| m.until.is_some());
    // 城区 is a name in three cities and a word in all others.
    let a_word = last.generic && (above.is_empty() || former);
    match (a_word, former) {
        (true, _) => sure.min(40),
        (false, true) => sure.saturating_sub(3),
        (false, false) => sure,
    }
}

/// Whether what is meant is called 市.
fn is_a_city(meant: &[&'static Meaning]) -> bool {
    let name = |code| Divisions::national().find(code).map(Division::name);
    meant
        .iter()
        .flat_map(|m| &m.today)
        .all(|code| name(*code).is_some_and(|name| name.ends_with('市')))
}

/// Whether a road, a street office or a township follows within a few characters, as it does behind a district.
fn leads_to_a_street(rest: &str) -> bool {
    let near: Vec<char> = rest.chars().take(7).collect();
    near.iter()
        .skip(1)
        .any(|c| matches!(c, '路' | '街' | '道' | '镇' | '乡' | '巷'))
}

/// A county that is named further behind, below the city that stands at the head: 杭州市文三路1号西湖区.
fn behind(reading: &Reading<'_>, coarse: &[DivisionCode]) -> Resolved {
    let mut found: Vec<DivisionCode> = Vec::new();
    for (start, _) in reading.rest.char_indices() {
        let text = reading.rest.get(start..).unwrap_or_default();
        let whole = Names::all()
            .at(text)
            .filter(|name| !name.generic)
            .find(|name| {
                let behind = text.get(name.text.len()..).unwrap_or_default();
                !behind.starts_with(['路', '块', '域'])
            });
        for meaning in whole.into_iter().flat_map(|name| &name.meanings) {
            let here = |code: &DivisionCode| {
                coarse
                    .iter()
                    .any(|above| code != above && code.lies_in(*above))
            };
            if meaning.form == Form::Whole
                && meaning.is_county_level()
                && meaning.today.iter().all(here)
            {
                found.extend(meaning.today.iter().filter(|code| here(code)));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    match found.as_slice() {
        [only] if coarse.iter().all(|code| is_city(*code)) => Resolved::from([*only], 88),
        [only] => Resolved::from([*only], 78),
        several => Resolved::from(several.iter().copied(), shared(several.len())),
    }
}
