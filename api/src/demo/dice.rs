//! Chance for the demo: the same throws on every machine, so that everybody sees the same registry.
//! Never for anything secret.

use chrono::{Days, NaiveDate};

use crate::clock::Entropy;

/// Throws that a seed decides.
pub(super) struct Dice(Entropy);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(Entropy::seeded(seed))
    }

    /// A number from 0 up to but without `sides`; the slight preference for small numbers does no harm here.
    pub(super) fn below(&self, sides: usize) -> usize {
        let mut bytes = [0_u8; 4];
        self.0.fill(&mut bytes);
        let wide = sides.max(1) as u64;
        usize::try_from(u64::from(u32::from_be_bytes(bytes)) % wide).unwrap_or(0)
    }

    /// Whether something of this chance happens.
    pub(super) fn percent(&self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of a list.
    #[expect(
        clippy::expect_used,
        reason = "the lists come from this folder's tables; a test finds an empty one"
    )]
    pub(super) fn pick<'a, T>(&self, list: &'a [T]) -> &'a T {
        list.get(self.below(list.len()))
            .expect("a list of the demo holds something")
    }

    /// One of a list, each as often as its weight says.
    pub(super) fn weighted<'a, T>(&self, list: &'a [T], weight: impl Fn(&T) -> usize) -> &'a T {
        let mut left = self.below(list.iter().map(&weight).sum());
        for item in list {
            match left.checked_sub(weight(item)) {
                None => return item,
                Some(rest) => left = rest,
            }
        }
        self.pick(list)
    }

    /// A day from the first to the last, both included.
    pub(super) fn day(&self, first: NaiveDate, last: NaiveDate) -> NaiveDate {
        let span = usize::try_from((last - first).num_days()).unwrap_or(0);
        first + Days::new(self.below(span + 1) as u64)
    }

    /// Fills a pattern: `#` becomes a digit, `@` a letter, all else stays.
    pub(super) fn pattern(&self, pattern: &str) -> String {
        let letters: Vec<char> = ('A'..='Z').collect();
        let fill = |character| match character {
            '#' => char::from(b'0' + u8::try_from(self.below(10)).unwrap_or(0)),
            '@' => *self.pick(&letters),
            other => other,
        };
        pattern.chars().map(fill).collect()
    }
}
