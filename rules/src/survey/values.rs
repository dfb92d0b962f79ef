//! The words that are no value of their own: for nothing, for what stands above, for no end, for yes and no, and the names
//! of closed vocabularies as offices write them. A word that is not known is not guessed at.

use std::collections::HashMap;
use std::hash::Hash;

use entity::kind::{ExemptionKind, IdentityKind, LegalForm, SubjectKind};

use super::plain::plain;
use super::vocabulary::Vocabulary;

/// What a row is by its first word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowWord {
    /// 合计, 小计.
    Total,
    /// 填表人, 签章.
    Footer,
    /// 注.
    Note,
    /// 示例.
    Example,
    /// 续表.
    Continued,
}

/// A word that stands for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueWord {
    /// 无: said to be nothing.
    Nothing,
    /// 同上: what stands above.
    Repeated,
    /// 长期: no end.
    Open,
}

/// A unit, and by which power of ten it multiplies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The unit as it was written: 万, 万元.
    pub word: String,
    /// The power of ten.
    pub power: u32,
}

/// Longer texts are none of these words, in bytes.
const LONGEST: usize = 90;

#[derive(Clone, Debug)]
pub(super) struct Values {
    words: HashMap<String, ValueWord>,
    flags: HashMap<String, bool>,
    identity_kinds: HashMap<String, IdentityKind>,
    forms: HashMap<String, LegalForm>,
    roles: HashMap<String, SubjectKind>,
    exemptions: HashMap<String, ExemptionKind>,
    units: HashMap<String, u32>,
}

impl Values {
    pub(super) fn of(table: &Vocabulary) -> Self {
        let values = &table.values;
        let mut words = HashMap::new();
        for (list, word) in [
            (&values.open, ValueWord::Open),
            (&values.repeated, ValueWord::Repeated),
            (&values.nothing, ValueWord::Nothing),
        ] {
            words.extend(list.iter().map(|text| (text.clone(), word)));
        }
        let yes = values.yes.iter().map(|text| (plain(text), true));
        let no = values.no.iter().map(|text| (plain(text), false));
        let powers = table.units.iter().filter_map(|(power, words)| {
            let power: u32 = power.parse().ok()?;
            Some(words.iter().map(move |word| (plain(word), power)))
        });
        Self {
            words,
            flags: yes.chain(no).collect(),
            identity_kinds: named(&table.identity_kinds, IdentityKind::as_str),
            forms: named(&table.forms, LegalForm::as_str),
            roles: named(&table.roles, SubjectKind::as_str),
            exemptions: named(&table.exemptions, ExemptionKind::as_str),
            units: powers.flatten().collect(),
        }
    }

    /// A trimmed text that stands for something else.
    pub(super) fn word(&self, text: &str) -> Option<ValueWord> {
        if text.len() > 24 {
            return None;
        }
        self.words.get(text).copied().or_else(|| {
            let lower = text.is_ascii() && text.bytes().any(|b| b.is_ascii_uppercase());
            let found = lower.then(|| self.words.get(&text.to_ascii_lowercase()));
            found.flatten().copied()
        })
    }

    pub(super) fn flag(&self, text: &str) -> Option<bool> {
        find(&self.flags, text)
    }

    pub(super) fn identity_kind(&self, text: &str) -> Option<IdentityKind> {
        find(&self.identity_kinds, text)
    }

    pub(super) fn form(&self, text: &str) -> Option<LegalForm> {
        find(&self.forms, text)
    }

    pub(super) fn role(&self, text: &str) -> Option<SubjectKind> {
        find(&self.roles, text)
    }

    pub(super) fn exemption(&self, text: &str) -> Option<ExemptionKind> {
        find(&self.exemptions, text)
    }

    /// What a text such as `万`, `单位：万元` or `以万计` multiplies by.
    pub(super) fn unit(&self, text: &str) -> Option<Unit> {
        if text.len() > LONGEST {
            return None;
        }
        let plain = plain(text);
        let bare = plain.trim_start_matches("金额").trim_start_matches("单位");
        let bare = bare.trim_start_matches([':', '以']).trim_end_matches('计');
        let power = self.units.get(bare)?;
        Some(Unit {
            word: bare.to_owned(),
            power: *power,
        })
    }
}

/// The words of a vocabulary, with its stored names.
fn named<K: Copy + Eq + Hash + Ord>(
    lists: &std::collections::BTreeMap<K, Vec<String>>,
    stored: fn(K) -> &'static str,
) -> HashMap<String, K> {
    let written = lists
        .iter()
        .flat_map(|(value, words)| words.iter().map(|word| (plain(word), *value)));
    let names = lists.keys().map(|value| (plain(stored(*value)), *value));
    names.chain(written).collect()
}

/// A word as it is written, or what stands behind the bar of `201|居民身份证`.
fn find<K: Copy>(words: &HashMap<String, K>, text: &str) -> Option<K> {
    if text.len() > LONGEST {
        return None;
    }
    let label = text
        .rsplit_once(['|', '｜'])
        .map_or(text, |(_, label)| label);
    words.get(&plain(label)).copied()
}
