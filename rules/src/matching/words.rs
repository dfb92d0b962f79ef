//! The words of organisations' names, compiled in: organisation forms, trades, contrasts and surnames' readings
//! (`rules/data/matching.toml`), and the places of the national table of divisions.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use entity::kind::OfficeLevel;
use entity::value::division::{DivisionCode, Divisions};
use serde::Deserialize;

use super::sound::{self, Readings, SurnameReadings, Syllable};
use crate::data::compiled_in;

/// `rules/data/matching.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    form: Vec<FormWords>,
    trade: TradeWords,
    industry: IndustryWords,
    contrast: Contrasts,
    pub(super) surname_reading: SurnameReadings,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormWords {
    family: String,
    words: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TradeWords {
    words: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct IndustryWords {
    words: Vec<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contrasts {
    groups: Vec<Vec<String>>,
}

pub(super) static WORDS: LazyLock<Words> =
    LazyLock::new(|| compiled_in("matching.toml", include_str!("../../data/matching.toml")));

/// What a word at the end of a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// An organisation form of this family.
    Form(&'static str),
    /// A trader's own word, such as 商行.
    Trade(&'static str),
    /// An industry; words of one meaning have one number.
    Industry(usize),
}

/// Words by their characters, and by their syllables for names in Latin letters.
pub(super) struct Endings {
    pub(super) written: HashMap<Vec<char>, Ending>,
    pub(super) spoken: HashMap<Vec<Syllable>, Ending>,
    /// Characters of the longest word.
    pub(super) longest: usize,
}

pub(super) static ENDINGS: LazyLock<Endings> = LazyLock::new(|| {
    let forms = WORDS.form.iter().flat_map(|form| {
        let ending = Ending::Form(form.family.as_str());
        form.words.iter().map(move |word| (word, ending))
    });
    let trades = WORDS
        .trade
        .words
        .iter()
        .map(|word| (word, Ending::Trade(word.as_str())));
    let industries = WORDS
        .industry
        .words
        .iter()
        .enumerate()
        .flat_map(|(number, same)| {
            same.iter()
                .map(move |word| (word, Ending::Industry(number)))
        });
    let all: Vec<_> = forms.chain(trades).chain(industries).collect();
    Endings {
        written: all
            .iter()
            .map(|(word, ending)| (word.chars().collect(), *ending))
            .collect(),
        spoken: all
            .iter()
            .filter(|(word, _)| word.chars().all(char::is_alphabetic))
            .flat_map(|(word, ending)| spoken(word).into_iter().map(move |way| (way, *ending)))
            .collect(),
        longest: all
            .iter()
            .map(|(word, _)| word.chars().count())
            .max()
            .unwrap_or_default(),
    }
});

/// The ways to read a word aloud: 成都 has two, of which people mean one.
fn spoken(word: &str) -> Vec<Vec<Syllable>> {
    let readings: Vec<Readings> = word
        .chars()
        .map(|character| Readings::of(character, false))
        .collect();
    sound::ways(&readings)
}

/// A place at the head of a name or in brackets, by the codes that it may mean.
pub(super) type Places = HashMap<Vec<char>, Vec<DivisionCode>>;

/// Provinces, cities and county-level cities with and without their 省 or 市; counties and districts by their whole names.
pub(super) static PLACES: LazyLock<Places> = LazyLock::new(|| {
    let mut places = Places::new();
    let mut add = |name: &str, code| places.entry(name.chars().collect()).or_default().push(code);
    for division in Divisions::national() {
        let (name, code) = (division.name(), division.code());
        add(name, code);
        let short = short_name(name);
        let known = division.level() != OfficeLevel::County || name.ends_with('市');
        // 东方 and 和平 are brands far more often than places.
        if known && short.chars().count() >= 2 && !["东方", "和平"].contains(&short) {
            add(short, code);
        }
    }
    places
});

/// Places by the syllables of their short names, for names in Latin letters: provinces and cities only.
pub(super) static SPOKEN_PLACES: LazyLock<HashMap<Vec<Syllable>, Vec<DivisionCode>>> =
    LazyLock::new(|| {
        let mut places: HashMap<Vec<Syllable>, Vec<DivisionCode>> = HashMap::new();
        for (name, codes) in PLACES.iter() {
            let name: String = name.iter().collect();
            let large = codes
                .iter()
                .filter(|code| code.level() != OfficeLevel::County);
            for way in spoken(&name) {
                places.entry(way).or_default().extend(large.clone());
            }
        }
        places.retain(|_, codes| !codes.is_empty());
        places
    });

/// A place without the word for its level.
fn short_name(name: &str) -> &str {
    [
        "特别行政区",
        "维吾尔自治区",
        "壮族自治区",
        "回族自治区",
        "自治区",
        "省",
        "市",
        "地区",
        "盟",
    ]
    .iter()
    .find_map(|level| name.strip_suffix(level))
    .unwrap_or(name)
}

/// Which meanings of each group of contrasting characters some characters hold, in the order of the groups and without
/// doubles: 一店 and 二店 differ in theirs.
pub(super) fn contrasts<'a>(
    characters: impl Iterator<Item = &'a char>,
) -> BTreeMap<usize, Vec<usize>> {
    let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for character in characters {
        if let Some((group, meaning)) = CONTRASTS.get(character) {
            found.entry(*group).or_default().push(*meaning);
        }
    }
    for meanings in found.values_mut() {
        meanings.sort_unstable();
    }
    found
}

static CONTRASTS: LazyLock<HashMap<char, (usize, usize)>> = LazyLock::new(|| {
    let groups = WORDS.contrast.groups.iter().enumerate();
    groups
        .flat_map(|(group, meanings)| {
            let meanings = meanings.iter().enumerate();
            meanings.flat_map(move |(meaning, characters)| {
                characters
                    .chars()
                    .map(move |character| (character, (group, meaning)))
            })
        })
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_can_be_read() {
        assert!(ENDINGS.written.len() > 150 && ENDINGS.spoken.len() > 120);
        assert!(ENDINGS.longest >= 11);
        let place = |name: &str| PLACES.get(&name.chars().collect::<Vec<_>>());
        for name in ["杭州", "杭州市", "浙江", "广西", "义乌", "西湖区", "内蒙古"]
        {
            assert!(place(name).is_some(), "{name}");
        }
        assert!(place("西湖").is_none() && place("东方").is_none());
        assert!(SPOKEN_PLACES.len() > 300);
    }

    #[test]
    fn numerals_are_read_by_their_meaning() {
        let of = |text: &str| contrasts(text.chars().collect::<Vec<_>>().iter());
        assert_eq!(of("1店"), of("壹店"));
        assert_ne!(of("一店"), of("二店"));
    }
}
