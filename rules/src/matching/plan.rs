//! Which tokens of a name to look up, and what each is worth: the rarer a token, the more it tells. Frequent ones (a
//! surname alone is shared by up to 80,000 of a million) are left out, since rarer ones that hold the surname find the same
//! entries.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use super::normal::{NameKind, NormalName};
use super::sound::{Readings, Syllable};
use super::token::{Token, TokenKind, estimated};
use crate::data::compiled_in;

/// Entries that a query opens and scores at most, the heaviest first.
pub const MOST_CANDIDATES: usize = 200;

/// The share of all entries that the tokens of one plan together are expected to touch at most: 2%, so 20,000 rows of an
/// index for a list of a million names. A single token may touch a quarter of that.
pub const MOST_EXPECTED_SHARE: f64 = 0.02;

/// A token to look up and what an entry gains by having it.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// The token; it is keyed before it is looked up.
    pub token: Token,
    /// Tenths of bits: how much rarer than everything it is, less for evidence by sound or look only.
    pub weight: u32,
}

/// The look-ups of a query, the rarest first. Candidates are the entries that gain most:
///
/// ```sql
/// WITH asked (token, weight) AS (VALUES (?, ?), …)
/// SELECT entry_id FROM asked JOIN blacklist_token USING (token)
/// GROUP BY entry_id ORDER BY SUM(weight) DESC, entry_id LIMIT 200
/// ```
///
/// with an index on (token, entry id) and the limit [`MOST_CANDIDATES`]; what the caller may not see, or what is over, is
/// left out before the limit. Each look-up is one range of that index; the
/// expected sum of their lengths is bounded by [`MOST_EXPECTED_SHARE`], except that the rarest token is always asked.
#[must_use]
pub fn plan(query: &NormalName) -> Vec<Lookup> {
    let mut all = estimated(query);
    all.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    let mut sum = 0.0;
    let mut chosen = Vec::with_capacity(all.len());
    for (token, share) in all {
        sum += share;
        let fits = share <= MOST_EXPECTED_SHARE / 4.0 && sum <= MOST_EXPECTED_SHARE;
        if fits || chosen.is_empty() {
            let weight = weight(token.kind(), share);
            chosen.push(Lookup { token, weight });
        }
    }
    chosen
}

/// Evidence by characters counts whole, by half a look or by sound less.
fn weight(kind: TokenKind, share: f64) -> u32 {
    let percent = match kind {
        TokenKind::Whole
        | TokenKind::Named
        | TokenKind::Core
        | TokenKind::Pair
        | TokenKind::Without
        | TokenKind::Character => 100,
        TokenKind::Look => 90,
        TokenKind::Heard | TokenKind::HeardCore | TokenKind::HeardPair | TokenKind::Syllable => 80,
        TokenKind::Near => 60,
    };
    // Thirty bits are one in a thousand million; nothing is weighed as rarer.
    let bits = (1..=30)
        .take_while(|bit| share * f64::from(1_u32 << bit) <= 1.0)
        .count();
    u32::try_from(bits).unwrap_or(30) * percent / 10
}

/// Expected shares of names, from `rules/data/name_shares.toml`.
#[derive(Clone, Copy)]
pub(super) struct Shares(NameKind);

impl Shares {
    /// Of the names of a kind.
    pub(super) const fn of(kind: NameKind) -> Self {
        Self(kind)
    }

    /// Of the names that hold a character.
    pub(super) fn character(self, character: char) -> f64 {
        match self.0 {
            NameKind::Person => TABLE
                .characters
                .get(&character)
                .copied()
                .unwrap_or(RARE_CHARACTER),
            NameKind::Organisation => BRAND_CHARACTER,
        }
    }

    /// Of the names that hold a syllable.
    pub(super) fn syllable(self, syllable: Syllable) -> f64 {
        match self.0 {
            NameKind::Person => {
                TABLE.syllables.get(&syllable).copied().unwrap_or_default() + RARE_SYLLABLE
            }
            NameKind::Organisation => BRAND_SYLLABLE,
        }
    }

    /// Of organisations that name a certain place or industry; one where there is none.
    pub(super) const fn beside(said: bool) -> f64 {
        if said { PLACE_OR_INDUSTRY } else { 1.0 }
    }

    /// Of characters that have a certain half.
    pub(super) const fn half() -> f64 {
        HALF
    }
}

/// A character of personal names that the table does not list.
const RARE_CHARACTER: f64 = 0.001;
/// What such characters add to each syllable.
const RARE_SYLLABLE: f64 = 0.004;
/// One of a few thousand characters that make brands, the frequent ones among them.
const BRAND_CHARACTER: f64 = 0.01;
const BRAND_SYLLABLE: f64 = 0.02;
const PLACE_OR_INDUSTRY: f64 = 0.03;
/// One of about forty frequent halves.
const HALF: f64 = 0.025;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NameShares {
    surname: BTreeMap<char, f64>,
    given: BTreeMap<char, f64>,
}

struct Table {
    characters: HashMap<char, f64>,
    syllables: HashMap<Syllable, f64>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let read: NameShares = compiled_in(
        "name_shares.toml",
        include_str!("../../data/name_shares.toml"),
    );
    let mut table = Table {
        characters: HashMap::new(),
        syllables: HashMap::new(),
    };
    let surnames = read
        .surname
        .iter()
        .map(|(character, share)| (character, share, true));
    let given = read
        .given
        .iter()
        .map(|(character, share)| (character, share, false));
    for (character, per_mille, surname) in surnames.chain(given) {
        let share = per_mille / 1_000.0;
        *table.characters.entry(*character).or_default() += share;
        let syllable = Readings::of(*character, surname).first();
        *table.syllables.entry(syllable).or_default() += share;
    }
    table
});

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &str, kind: NameKind) -> Vec<(String, u32)> {
        plan(&NormalName::parse(name, kind).unwrap())
            .into_iter()
            .map(|lookup| (lookup.token.to_string(), lookup.weight))
            .collect()
    }

    #[test]
    fn frequent_tokens_are_not_asked() {
        let asked = asked("张伟明", NameKind::Person);
        let has = |token: &str| asked.iter().any(|(found, _)| found == token);
        assert!(has("w:伟张明") && has("x:ming wei zhang") && has("p:伟张"));
        assert!(!has("c:张") && !has("s:zhang") && !has("c:伟"));
        let weight = |token: &str| asked.iter().find(|(found, _)| found == token).unwrap().1;
        assert!(weight("w:伟张明") > weight("p:伟张"));
        assert!(weight("p:伟张") > weight("q:wei zhang"));
    }

    #[test]
    fn rare_characters_are_asked_and_something_always_is() {
        let rare = asked("张翀", NameKind::Person);
        assert!(rare.iter().any(|(token, _)| token == "c:翀"));
        for name in ["王伟", "Li Li", "ab", "阿依古丽·买买提"] {
            assert!(!asked(name, NameKind::Person).is_empty(), "{name}");
        }
    }

    #[test]
    fn shares_are_shares() {
        let surnames: f64 = TABLE.characters.values().sum();
        assert!((0.5..3.0).contains(&surnames), "{surnames}");
        assert!(
            TABLE
                .characters
                .values()
                .all(|share| (0.0..0.1).contains(share))
        );
    }
}
