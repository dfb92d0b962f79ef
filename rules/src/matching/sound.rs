//! How names sound: the syllables of characters, and syllables read out of Latin letters. Tones are not kept, since most
//! who write a name in Latin letters leave them out.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::words::WORDS;

/// Readings that are kept of one character; dictionaries have more, most of them archaic.
pub(super) const MOST_READINGS: usize = 3;

/// Combinations of the readings of a name's characters that are kept.
pub(super) const MOST_WAYS: usize = 4;

/// A syllable without tone, or a character that has none and stands for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Syllable(u32);

/// Where characters begin that are no syllables.
const OTHER: u32 = 0x1_0000;

/// All syllables that characters have, in the order of the alphabet, and what each is heard as by those who do not tell
/// zh from z, n from l or ing from in.
struct Syllables {
    texts: Vec<String>,
    folded: Vec<u32>,
    /// Those that are spoken; the others are only heard.
    numbers: HashMap<&'static str, u32>,
}

static SYLLABLES: LazyLock<Syllables> = LazyLock::new(|| {
    let spoken: BTreeSet<&str> = rows().map(|[syllable, ..]| syllable).collect();
    let heard = spoken.iter().map(|text| folded(text));
    let texts: BTreeSet<String> = spoken
        .iter()
        .copied()
        .map(str::to_owned)
        .chain(heard)
        .collect();
    let texts: Vec<String> = texts.into_iter().collect();
    let number = |text: &str| {
        let place = texts.binary_search_by(|known| known.as_str().cmp(text));
        place.ok().and_then(|place| u32::try_from(place).ok())
    };
    Syllables {
        folded: texts
            .iter()
            .map(|text| number(&folded(text)).unwrap_or_default())
            .collect(),
        numbers: spoken
            .into_iter()
            .filter_map(|text| Some((text, number(text)?)))
            .collect(),
        texts,
    }
});

/// Syllable, characters that usually have it, characters that also have it.
fn rows() -> impl Iterator<Item = [&'static str; 3]> {
    include_str!("../../data/han/syllables.tsv")
        .lines()
        .filter_map(|line| {
            let (syllable, rest) = line.split_once('\t')?;
            let (usual, others) = rest.split_once('\t')?;
            Some([syllable, usual, others])
        })
}

/// What is heard for a syllable where speakers do not tell some initials and finals apart.
fn folded(text: &str) -> String {
    let initials = [
        ("zh", "z"),
        ("ch", "c"),
        ("sh", "s"),
        ("n", "l"),
        ("hu", "fu"),
    ];
    let text = initials
        .iter()
        .find_map(|(from, to)| text.strip_prefix(from).map(|rest| format!("{to}{rest}")))
        .unwrap_or_else(|| text.to_owned());
    match text.strip_suffix("ng") {
        Some(rest) if !rest.ends_with('o') => format!("{rest}n"),
        _ => text,
    }
}

impl Syllable {
    /// The syllable that is written so, when there is one.
    pub(super) fn find(text: &str) -> Option<Self> {
        SYLLABLES.numbers.get(text).copied().map(Self)
    }

    /// A character that stands for itself.
    pub(super) fn other(character: char) -> Self {
        Self(OTHER + u32::from(character))
    }

    /// The syllable as heard by those who do not tell zh from z, n from l or ing from in.
    pub(super) fn folded(self) -> Self {
        usize::try_from(self.0)
            .ok()
            .and_then(|number| SYLLABLES.folded.get(number))
            .copied()
            .map_or(self, Self)
    }

    /// How it is written; the same in every version of the tables.
    pub(super) fn text(self) -> String {
        if let Some(character) = self.0.checked_sub(OTHER).and_then(char::from_u32) {
            return character.to_string();
        }
        usize::try_from(self.0)
            .ok()
            .and_then(|number| SYLLABLES.texts.get(number))
            .cloned()
            .unwrap_or_default()
    }
}

/// The readings of one character, the most common first. Two are equal when they have a reading in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Readings {
    all: [Syllable; MOST_READINGS],
    count: usize,
}

impl PartialEq for Readings {
    fn eq(&self, other: &Self) -> bool {
        self.iter().any(|one| other.iter().any(|two| one == two))
    }
}

impl Readings {
    /// One reading only.
    pub(super) const fn one(syllable: Syllable) -> Self {
        Self {
            all: [syllable; MOST_READINGS],
            count: 1,
        }
    }

    /// Those of a character; at the head of a person's name the reading as a surname comes first.
    pub(super) fn of(character: char, surname: bool) -> Self {
        let mut found: Vec<Syllable> = Vec::with_capacity(MOST_READINGS);
        let special = surname.then(|| SURNAMES.get(&character).copied()).flatten();
        found.extend(special);
        if let Some(all) = READINGS.get(&character) {
            for syllable in all {
                if found.len() < MOST_READINGS && !found.contains(syllable) {
                    found.push(*syllable);
                }
            }
        }
        let Some(first) = found.first().copied() else {
            return Self::one(Syllable::other(character));
        };
        let mut all = [first; MOST_READINGS];
        for (place, syllable) in all.iter_mut().zip(&found) {
            *place = *syllable;
        }
        Self {
            all,
            count: found.len(),
        }
    }

    /// Each reading once.
    pub(super) fn iter(&self) -> impl Iterator<Item = Syllable> + '_ {
        self.all.iter().copied().take(self.count)
    }

    /// The most common one.
    pub(super) fn first(&self) -> Syllable {
        let [first, ..] = self.all;
        first
    }

    /// The readings as heard by those who do not tell some sounds apart.
    pub(super) fn folded(self) -> Self {
        Self {
            all: self.all.map(Syllable::folded),
            count: self.count,
        }
    }
}

/// The readings of characters, the usual one first.
static READINGS: LazyLock<HashMap<char, Vec<Syllable>>> = LazyLock::new(|| {
    let mut readings: HashMap<char, Vec<Syllable>> = HashMap::new();
    for [syllable, usual, others] in rows() {
        let Some(syllable) = Syllable::find(syllable) else {
            continue;
        };
        for character in usual.chars() {
            readings.entry(character).or_default().insert(0, syllable);
        }
        for character in others.chars() {
            readings.entry(character).or_default().push(syllable);
        }
    }
    readings
});

/// Characters that are read in surnames as nowhere else.
static SURNAMES: LazyLock<HashMap<char, Syllable>> = LazyLock::new(|| {
    WORDS
        .surname_reading
        .iter()
        .filter_map(|(character, reading)| Some((*character, Syllable::find(reading)?)))
        .collect()
});

/// The table of surnames' readings in `rules/data/matching.toml`.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct SurnameReadings(BTreeMap<char, String>);

impl SurnameReadings {
    fn iter(&self) -> impl Iterator<Item = (&char, &String)> {
        self.0.iter()
    }
}

/// Combinations of readings, the most common first.
pub(super) fn ways(sounds: &[Readings]) -> Vec<Vec<Syllable>> {
    let mut ways: Vec<Vec<Syllable>> = vec![Vec::new()];
    for readings in sounds {
        ways = readings
            .iter()
            .flat_map(|syllable| {
                ways.iter().map(move |way| {
                    let mut way = way.clone();
                    way.push(syllable);
                    way
                })
            })
            .take(MOST_WAYS)
            .collect();
    }
    ways
}

/// How a text sounds, as one word.
pub(super) fn spelled(text: &str) -> String {
    text.chars()
        .map(|character| Readings::of(character, false).first().text())
        .collect()
}

/// Reads Latin letters as syllables, when they can be read so: at most two ways, the likelier first. Tone marks and tone
/// numbers are left out; spaces, apostrophes, hyphens and capitals part syllables for certain.
pub(super) fn syllables(latin: &str) -> Vec<Vec<Syllable>> {
    let mut ways: Vec<Vec<Syllable>> = vec![Vec::new()];
    for word in words(latin) {
        let read = divide(&word);
        if read.is_empty() {
            return Vec::new();
        }
        ways = ways
            .iter()
            .flat_map(|before| {
                read.iter()
                    .map(|way| before.iter().chain(way).copied().collect())
            })
            .take(2)
            .collect();
    }
    ways.retain(|way| !way.is_empty());
    ways
}

/// The words of a text in Latin letters, in lower case and without tones.
fn words(latin: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for character in latin.nfd() {
        let camel = character.is_ascii_uppercase() && before.is_ascii_lowercase();
        if camel || !(character.is_alphanumeric() || is_mark(character)) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            match character {
                '\u{308}' if word.ends_with('u') => {
                    word.pop();
                    word.push('v');
                }
                letter if letter.is_ascii_alphabetic() => word.push(letter.to_ascii_lowercase()),
                _ => {}
            }
        }
        before = character;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a character is a mark above a letter, as tones are.
pub(super) const fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36F}')
}

/// Divides one word into syllables: the way with the fewest, and the next one where there is one.
fn divide(word: &str) -> Vec<Vec<Syllable>> {
    // 吕 is LYU in passports and LV on keyboards.
    let word = word.replace("lyu", "lv").replace("nyu", "nv");
    let mut ways: Vec<Vec<Vec<Syllable>>> = vec![vec![Vec::new()]];
    for end in 1..=word.len() {
        let mut here: Vec<Vec<Syllable>> = Vec::new();
        for start in end.saturating_sub(6)..end {
            let syllable = word.get(start..end).and_then(Syllable::find);
            if let (Some(syllable), Some(before)) = (syllable, ways.get(start)) {
                here.extend(before.iter().map(|way| {
                    let mut way = way.clone();
                    way.push(syllable);
                    way
                }));
            }
        }
        here.sort_by_key(Vec::len);
        here.truncate(2);
        ways.push(here);
    }
    ways.pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(latin: &str) -> Vec<String> {
        syllables(latin)
            .first()
            .map(|way| way.iter().map(|syllable| syllable.text()).collect())
            .unwrap_or_default()
    }

    #[test]
    fn latin_letters_are_read_as_syllables() {
        for latin in [
            "Zhang Wei",
            "zhangwei",
            "ZHANG WEI",
            "zhāng wěi",
            "zhang1 wei3",
            "ZhangWei",
        ] {
            assert_eq!(read(latin), ["zhang", "wei"], "{latin}");
        }
        assert_eq!(read("Lǚ Bù"), ["lv", "bu"]);
        assert_eq!(read("LYU BU"), ["lv", "bu"]);
        assert_eq!(read("xi'an"), ["xi", "an"]);
        assert_eq!(read("xian"), ["xian"]);
        assert_eq!(syllables("xian").len(), 2, "xi an is the other way");
        assert!(syllables("John Smith").is_empty());
    }

    #[test]
    fn surnames_have_their_own_readings() {
        assert_eq!(Readings::of('单', true).first().text(), "shan");
        assert_eq!(Readings::of('单', false).first().text(), "dan");
        assert_eq!(Readings::of('吕', true).first().text(), "lv");
        assert_eq!(Readings::of('a', true).first().text(), "a");
        assert_eq!(SURNAMES.len(), WORDS.surname_reading.iter().count());
    }

    #[test]
    fn near_sounds_are_heard_alike() {
        for (one, other) in [
            ("zhang", "zan"),
            ("ning", "lin"),
            ("sheng", "sen"),
            ("hui", "fui"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(folded("dong"), folded("don"));
    }
}
