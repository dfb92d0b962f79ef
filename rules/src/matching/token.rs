//! The blind tokens of a name: what is keyed and stored, one row per entry and token, so that candidates are found by equal
//! tokens while nobody can read a name from them. A name has at most [`MOST_TOKENS`], the most telling first.

use std::collections::BTreeSet;
use std::fmt;

use super::han;
use super::normal::{NameKind, NormalName, Sequence};
use super::plan::Shares;
use super::sound::{MOST_WAYS, Readings, Syllable, spelled, ways};

/// The version of the tokens, to be stored beside them. It rises whenever a table or a rule gives some name other tokens:
/// those that were stored must then be made anew before they are searched.
pub const TOKEN_VERSION: u8 = 1;

/// Tokens of one name at most. Names of three characters have about 25; a long one loses its single characters first.
pub const MOST_TOKENS: usize = 40;

/// A person's name of at most so many characters has a token for each two of them, a longer one for neighbours only.
const SHORT: usize = 4;

/// What a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    /// All characters in an order of their own: of a person's name, or of place, brand and industry.
    Whole,
    /// The characters of brand and industry.
    Named,
    /// The characters of the brand.
    Core,
    /// The syllables of brand and industry.
    Heard,
    /// The syllables of the brand, or of a person's name.
    HeardCore,
    /// The same, without telling zh from z, n from l, or ing from in.
    Near,
    /// Two characters: neighbours, or any two of a short name.
    Pair,
    /// Two syllables.
    HeardPair,
    /// All but one character.
    Without,
    /// All but one character, with one half of that one by its corners or by its parts.
    Look,
    /// One character.
    Character,
    /// One syllable.
    Syllable,
}

impl TokenKind {
    /// The letter before a token of this kind; it is part of what is keyed and never changes its meaning.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Whole => 'w',
            Self::Named => 'k',
            Self::Core => 'b',
            Self::Heard => 'y',
            Self::HeardCore => 'x',
            Self::Near => 'n',
            Self::Pair => 'p',
            Self::HeardPair => 'q',
            Self::Without => 'd',
            Self::Look => 'v',
            Self::Character => 'c',
            Self::Syllable => 's',
        }
    }
}

/// One token. Its [`Display`](fmt::Display) form is what is keyed (HMAC); it holds a part of the name, so it is neither
/// stored nor logged as it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    kind: TokenKind,
    of: NameKind,
    text: String,
}

impl Token {
    /// What it is made of.
    #[must_use]
    pub const fn kind(&self) -> TokenKind {
        self.kind
    }
}

impl fmt::Display for Token {
    /// The kind's letter, in upper case for organisations, a colon and the text: `p:伟张`, `X:he xing`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = self.kind.letter();
        match self.of {
            NameKind::Person => write!(f, "{letter}:{}", self.text),
            NameKind::Organisation => write!(f, "{}:{}", letter.to_ascii_uppercase(), self.text),
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// The tokens of a name, at most [`MOST_TOKENS`]; equal names have equal tokens.
#[must_use]
pub fn tokens(name: &NormalName) -> BTreeSet<Token> {
    estimated(name)
        .into_iter()
        .map(|(token, _)| token)
        .collect()
}

/// The tokens of a name, the most telling first, with the share of all names of its kind that is expected to have each.
pub(super) fn estimated(name: &NormalName) -> Vec<(Token, f64)> {
    let mut found = Found::of(name);
    found.wholes();
    let ways = std::iter::once(&name.core.sounds).chain(&name.core.other);
    for sounds in ways.clone() {
        found.heard(sounds);
    }
    found.pairs();
    for sounds in ways.clone() {
        found.heard_pairs(sounds);
    }
    found.without_one();
    found.looks();
    found.characters();
    for sounds in ways {
        found.syllables(sounds);
    }
    found.all
}

/// The tokens found so far.
struct Found<'a> {
    name: &'a NormalName,
    shares: Shares,
    industry: String,
    seen: BTreeSet<Token>,
    all: Vec<(Token, f64)>,
}

impl<'a> Found<'a> {
    fn of(name: &'a NormalName) -> Self {
        Self {
            name,
            shares: Shares::of(name.kind),
            industry: spelled(&name.rest.industry_text),
            seen: BTreeSet::new(),
            all: Vec::with_capacity(MOST_TOKENS),
        }
    }

    fn add(&mut self, kind: TokenKind, text: String, share: f64) {
        if self.all.len() == MOST_TOKENS {
            return;
        }
        let token = Token {
            kind,
            of: self.name.kind,
            text,
        };
        if self.seen.insert(token.clone()) {
            self.all.push((token, share));
        }
    }

    fn characters_share(&self, characters: &[char]) -> f64 {
        characters
            .iter()
            .map(|c| self.shares.character(*c))
            .product()
    }

    /// The share of what stands beside the brand, as far as it is said.
    fn rest_share(&self, with_place: bool) -> f64 {
        let place = with_place && !self.name.rest.place_text.is_empty();
        let industry = !self.industry.is_empty();
        Shares::beside(place) * Shares::beside(industry)
    }

    fn wholes(&mut self) {
        let core = &self.name.core.characters;
        if core.is_empty() {
            return;
        }
        let share = self.characters_share(core);
        if self.name.kind == NameKind::Person {
            self.add(TokenKind::Whole, sorted(core.iter()), share);
            return;
        }
        let rest = &self.name.rest;
        if !rest.place_text.is_empty() {
            let text: Vec<char> = self.name.text.chars().collect();
            self.add(
                TokenKind::Whole,
                sorted(text.iter()),
                share * self.rest_share(true),
            );
        }
        let named: Vec<char> = core
            .iter()
            .copied()
            .chain(rest.industry_text.chars())
            .collect();
        self.add(
            TokenKind::Named,
            sorted(named.iter()),
            share * self.rest_share(false),
        );
        self.add(TokenKind::Core, sorted(core.iter()), share);
    }

    fn heard(&mut self, sounds: &[Readings]) {
        for way in ways(sounds) {
            let share: f64 = way.iter().map(|s| self.shares.syllable(*s)).product();
            let text = joined(way.iter().copied());
            if !self.industry.is_empty() {
                let with = format!("{text}|{}", self.industry);
                self.add(TokenKind::Heard, with, share * self.rest_share(false));
            }
            self.add(TokenKind::HeardCore, text, share);
        }
        for way in ways(sounds).into_iter().take(2) {
            let share: f64 = way.iter().map(|s| self.shares.syllable(*s) * 1.5).product();
            let text = joined(way.iter().map(|syllable| syllable.folded()));
            self.add(TokenKind::Near, text, share);
        }
    }

    fn pairs(&mut self) {
        let core = &self.name.core.characters;
        for (one, other) in pairs(core, self.name.kind) {
            let share = self.characters_share(&[one, other]);
            self.add(TokenKind::Pair, sorted([one, other].iter()), share);
        }
    }

    fn heard_pairs(&mut self, sounds: &[Readings]) {
        for (one, other) in pairs(sounds, self.name.kind) {
            for (first, second) in one
                .iter()
                .flat_map(|first| other.iter().map(move |second| (first, second)))
                .take(MOST_WAYS)
            {
                let share = self.shares.syllable(first) * self.shares.syllable(second);
                self.add(
                    TokenKind::HeardPair,
                    joined([first, second].into_iter()),
                    share,
                );
            }
        }
    }

    /// All but one character. The pairs of a short personal name are that already; of an organisation's short brand the
    /// rest counts, so place and industry go with it.
    fn without_one(&mut self) {
        let core = &self.name.core.characters;
        let person = self.name.kind == NameKind::Person;
        let long = core.len() > SHORT;
        if core.len() < 2 || (person && !long) {
            return;
        }
        for (rest, _) in without_each(core) {
            let share = self.characters_share(&rest);
            let mut text = sorted(rest.iter());
            let mut beside = 1.0;
            if !long {
                text = format!("{text}|{}|{}", self.name.rest.place_text, self.industry);
                beside = self.rest_share(true);
            }
            self.add(TokenKind::Without, text, share * beside);
        }
    }

    fn looks(&mut self) {
        let core = &self.name.core.characters;
        if core.len() < 2 || core.len() > SHORT {
            return;
        }
        for (rest, character) in without_each(core) {
            let share = self.characters_share(&rest) * Shares::half();
            // A name of four characters has no room for both kinds of halves.
            let most = if core.len() == SHORT { 2 } else { 4 };
            for half in han::halves(character).into_iter().take(most) {
                self.add(
                    TokenKind::Look,
                    format!("{}{half}", sorted(rest.iter())),
                    share,
                );
            }
        }
    }

    fn characters(&mut self) {
        for character in &self.name.core.characters {
            let share = self.shares.character(*character);
            self.add(TokenKind::Character, character.to_string(), share);
        }
    }

    fn syllables(&mut self, sounds: &[Readings]) {
        for syllable in sounds.iter().flat_map(Readings::iter) {
            let share = self.shares.syllable(syllable);
            self.add(TokenKind::Syllable, syllable.text(), share);
        }
    }
}

/// Neighbours, and of a person's short name any two.
fn pairs<T: Copy>(of: &[T], kind: NameKind) -> Vec<(T, T)> {
    if kind == NameKind::Person && of.len() <= SHORT {
        let mut rest = of;
        let mut found = Vec::new();
        while let [first, others @ ..] = rest {
            found.extend(others.iter().map(|other| (*first, *other)));
            rest = others;
        }
        return found;
    }
    of.windows(2)
        .filter_map(|two| Some((*two.first()?, *two.last()?)))
        .collect()
}

/// Each character with all others.
fn without_each(core: &[char]) -> impl Iterator<Item = (Vec<char>, char)> + '_ {
    core.iter().enumerate().map(|(place, character)| {
        let before = core.iter().take(place);
        let rest = before.chain(core.iter().skip(place + 1)).copied();
        (rest.collect(), *character)
    })
}

fn sorted<'a>(characters: impl Iterator<Item = &'a char>) -> String {
    let mut all: Vec<char> = characters.copied().collect();
    all.sort_unstable();
    all.into_iter().collect()
}

fn joined(syllables: impl Iterator<Item = Syllable>) -> String {
    let mut all: Vec<String> = syllables.map(Syllable::text).collect();
    all.sort_unstable();
    all.join(" ")
}

impl Sequence {
    /// Whether it was written in Latin letters that read as syllables.
    pub(super) const fn is_spoken(&self) -> bool {
        self.characters.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, kind: NameKind) -> BTreeSet<String> {
        let name = NormalName::parse(text, kind).unwrap();
        tokens(&name).iter().map(Token::to_string).collect()
    }

    #[test]
    fn a_name_has_the_tokens_of_its_parts() {
        let person = of("张伟明", NameKind::Person);
        for token in [
            "w:伟张明",
            "x:ming wei zhang",
            "n:min wei zan",
            "p:张明",
            "q:ming wei",
            "c:伟",
            "s:wei",
        ] {
            assert!(person.contains(token), "{token} of {person:?}");
        }
        assert!(person.len() < 30, "{}", person.len());
        let firm = of("杭州星禾网络科技有限公司", NameKind::Organisation);
        for token in [
            "W:州技星杭禾科络网",
            "K:技星禾科络网",
            "B:星禾",
            "X:he xing",
            "Y:he xing|wangluokeji",
            "P:星禾",
            "D:星|杭州|wangluokeji",
        ] {
            assert!(firm.contains(token), "{token} of {firm:?}");
        }
        assert!(
            !firm.iter().any(|token| token.contains("有限")),
            "a form is no token"
        );
    }

    #[test]
    fn differences_leave_tokens_in_common() {
        let common = |one: &str, other: &str, kind| {
            of(one, kind)
                .intersection(&of(other, kind))
                .cloned()
                .collect::<Vec<_>>()
        };
        for (one, other, token) in [
            ("张伟明", "张玮明", "x:ming wei zhang"),
            ("张伟明", "明伟张", "w:伟张明"),
            ("张伟明", "Zhang Weiming", "x:ming wei zhang"),
            ("张伟明", "Weiming ZHANG", "x:ming wei zhang"),
            ("单雄信", "shan xiongxin", "x:shan xin xiong"),
            ("王柏", "王拍", "v:王]HA"),
        ] {
            let common = common(one, other, NameKind::Person);
            assert!(
                common.iter().any(|found| found == token),
                "{one} {other}: {common:?}"
            );
        }
        let firms = common(
            "星禾（杭州）电子商务有限公司",
            "杭州星禾电商有限公司",
            NameKind::Organisation,
        );
        assert!(firms.contains(&"B:星禾".to_owned()));
        assert!(of("张伟", NameKind::Person).is_disjoint(&of("张伟", NameKind::Organisation)));
    }

    #[test]
    fn no_name_has_too_many_tokens() {
        for name in [
            "阿卜杜热西提·买买提伊明",
            "乐单重长行",
            "Zhang Wei",
            "John Smith",
            "欧阳文静",
        ] {
            let count = of(name, NameKind::Person).len();
            assert!((5..=MOST_TOKENS).contains(&count), "{name}: {count}");
        }
        let long = of(&"长乐行".repeat(33), NameKind::Organisation);
        assert!((5..=MOST_TOKENS).contains(&long.len()), "{}", long.len());
    }
}
