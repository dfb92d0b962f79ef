//! Which words offices write, and what is heard in a header or at the begin of a row. A setting may add words of an
//! office's own; they win over those of the house.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use entity::kind::{ExemptionKind, IdentityKind, ImportKind, LegalForm, SubjectKind};

use super::field::{Field, Group, Leaf};
use super::plain::{half_width, plain, unbracketed};
use super::values::{RowWord, Unit, ValueWord, Values};
use super::vocabulary::{FactKind, VOCABULARY, Vocabulary};

/// Longer texts are no header and no row's first word, in bytes.
const LONGEST: usize = 150;
/// The fewest characters of a word that is heard inside a longer one.
const FEWEST: usize = 3;

/// What a header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A field, beyond doubt.
    Field(Field),
    /// A word that several subjects share.
    Leaf(Leaf),
}

/// What was heard in a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// What it means.
    pub meaning: Meaning,
    /// How sure that is, in hundredths.
    pub confidence: u8,
    /// Its unit, where it names one.
    pub unit: Option<Unit>,
    /// Which of several alike it is, from 0: 主播2姓名 is 1.
    pub part: u8,
}

/// The words that are known.
#[derive(Clone, Debug)]
pub struct Words {
    headers: HashMap<String, Meaning>,
    loose: Vec<(String, Meaning)>,
    groups: Vec<(String, Group)>,
    about: Vec<(ImportKind, Vec<String>)>,
    rows: Vec<(String, RowWord)>,
    row_starts: HashSet<char>,
    facts: Vec<(String, FactKind)>,
    values: Values,
}

impl Words {
    /// The words of the house.
    #[must_use]
    pub fn standard() -> &'static Self {
        &STANDARD
    }

    /// The same with headers of an office's own.
    #[must_use]
    pub fn with(&self, extra: impl IntoIterator<Item = (Field, String)>) -> Self {
        let mut words = self.clone();
        for (field, word) in extra {
            let key = key(&plain(&word));
            if !key.is_empty() {
                words.headers.insert(key, Meaning::Field(field));
            }
        }
        words
    }

    /// What a header means, under a group's word where one stands over it; also where its words stand inside longer ones.
    #[must_use]
    pub fn header(&self, text: &str, over: Option<Group>) -> Option<Heard> {
        let known = self.known_header(text, over);
        known.or_else(|| {
            if text.len() > LONGEST {
                return None;
            }
            let plain = plain(text);
            let (outside, inside) = unbracketed(unnumbered(&plain));
            let (outside, unit) = self.unit_of(&outside, &inside);
            let (meaning, confidence) = self.loosely(&key(&outside))?;
            Some(Heard {
                meaning,
                confidence,
                unit,
                part: 0,
            })
        })
    }

    /// What a header means whose words are known as a whole. It asks no more than a few look-ups.
    #[must_use]
    pub fn known_header(&self, text: &str, over: Option<Group>) -> Option<Heard> {
        if text.len() > LONGEST {
            return None;
        }
        let plain = plain(text);
        let plain = unnumbered(&plain);
        let (outside, inside) = unbracketed(plain);
        let (outside, unit) = self.unit_of(&outside, &inside);
        let whole = format!("{outside}{}", inside.concat());
        let heard = |(meaning, confidence), part| Heard {
            meaning,
            confidence,
            unit: unit.clone(),
            part,
        };
        let exact = [whole.as_str(), outside.as_str()];
        let mut exact = exact.iter().map(|text| key(text));
        if let Some(found) = exact.find_map(|key| self.exactly(&key, over)) {
            return Some(heard(found, part_in(&inside)));
        }
        let (rest, part) = without_number(&outside)?;
        let found = self.exactly(&key(&rest), over)?;
        Some(heard(found, part))
    }

    /// The subject that a word over a block of columns or beside a block of a form names.
    #[must_use]
    pub fn group(&self, text: &str) -> Option<Group> {
        if text.len() > LONGEST {
            return None;
        }
        let (outside, _) = unbracketed(unnumbered(&plain(text)));
        let found = |text: &str| {
            let mut known = self.groups.iter();
            known
                .find(|(word, _)| word == text)
                .map(|(_, group)| *group)
        };
        let whole = key(&outside);
        let bare = whole.trim_end_matches(|c: char| "基本情况信息资料概".contains(c));
        found(&whole)
            .or_else(|| found(&without_number(&whole)?.0))
            .or_else(|| found(bare).filter(|_| bare.len() < whole.len()))
    }

    /// What a sheet's name or a title says its rows are.
    #[must_use]
    pub fn about(&self, text: &str) -> Option<ImportKind> {
        let plain = plain(text);
        let says = |(_, words): &&(ImportKind, Vec<String>)| {
            words.iter().any(|word| plain.contains(word.as_str()))
        };
        self.about.iter().find(says).map(|(kind, _)| *kind)
    }

    /// What a row is by a text that stands at its begin.
    #[must_use]
    pub fn row(&self, text: &str) -> Option<RowWord> {
        let first = text.trim_start().chars().next().map(half_width)?;
        if !self.row_starts.contains(&first) {
            return None;
        }
        let plain = plain(&text.chars().take(40).collect::<String>());
        let plain = plain.trim_start_matches(['(', '*']);
        let said = |(word, kind): &(String, RowWord)| {
            let rest = plain.strip_prefix(word.as_str())?;
            ends(*kind, rest).then_some(*kind)
        };
        self.rows.iter().find_map(said)
    }

    /// What a line says of the whole: `填报单位：定海区市场监管局　填报日期：2024年7月1日`.
    #[must_use]
    pub fn facts(&self, text: &str) -> Vec<(FactKind, String)> {
        let mut facts: Vec<(FactKind, String)> = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(['：', ':']) {
            let word = self.fact_at_end(before);
            let value = word.as_ref().map_or(before, |(_, value)| value.as_str());
            if let Some(last) = facts.last_mut() {
                last.1.push_str(value);
            } else if word.is_none() {
                return facts;
            }
            match word {
                Some((kind, _)) => facts.push((kind, String::new())),
                None => {
                    if let Some(last) = facts.last_mut() {
                        last.1.push(':');
                    }
                }
            }
            rest = after;
        }
        if let Some(last) = facts.last_mut() {
            last.1.push_str(rest);
        }
        for fact in &mut facts {
            fact.1 = fact.1.trim().to_owned();
            if fact.0 == FactKind::Reporter && self.unit(&fact.1).is_some() {
                fact.0 = FactKind::Unit;
            }
        }
        facts
    }

    /// The fact whose word a cell is, where its value stands in the next one.
    #[must_use]
    pub fn fact(&self, text: &str) -> Option<FactKind> {
        let plain = plain(text);
        let word = plain.trim_end_matches([':', '(', ')']);
        let (word, _) = unbracketed(word);
        let known = self.facts.iter().find(|(known, _)| *known == word);
        known.map(|(_, kind)| *kind)
    }

    /// A trimmed text that stands for something else.
    #[must_use]
    pub fn value(&self, text: &str) -> Option<ValueWord> {
        self.values.word(text)
    }

    /// Yes or no.
    #[must_use]
    pub fn flag(&self, text: &str) -> Option<bool> {
        self.values.flag(text)
    }

    /// 证件类型.
    #[must_use]
    pub fn identity_kind(&self, text: &str) -> Option<IdentityKind> {
        self.values.identity_kind(text)
    }

    /// 法律形式.
    #[must_use]
    pub fn form(&self, text: &str) -> Option<LegalForm> {
        self.values.form(text)
    }

    /// What a listed subject is.
    #[must_use]
    pub fn role(&self, text: &str) -> Option<SubjectKind> {
        self.values.role(text)
    }

    /// 免登记情形.
    #[must_use]
    pub fn exemption(&self, text: &str) -> Option<ExemptionKind> {
        self.values.exemption(text)
    }

    /// What a unit multiplies by.
    #[must_use]
    pub fn unit(&self, text: &str) -> Option<Unit> {
        self.values.unit(text)
    }

    fn of(table: &Vocabulary) -> Self {
        let fields = table.fields.iter().flat_map(|(field, known)| {
            let words = known.words.iter();
            words.map(|word| (key(&plain(word)), Meaning::Field(*field)))
        });
        let leaves = table.leaves.iter().flat_map(|(leaf, words)| {
            let words = words.iter();
            words.map(|word| (key(&plain(word)), Meaning::Leaf(*leaf)))
        });
        let headers: HashMap<_, _> = leaves.chain(fields).collect();
        let is_long = |(word, _): &(&String, _)| word.chars().count() >= FEWEST;
        let loose = headers.iter().filter(is_long);
        let mut loose: Vec<_> = loose.map(|(word, means)| (word.clone(), *means)).collect();
        let rows = &table.rows;
        let rows = [
            (&rows.totals, RowWord::Total),
            (&rows.examples, RowWord::Example),
            (&rows.continued, RowWord::Continued),
            (&rows.notes, RowWord::Note),
            (&rows.footers, RowWord::Footer),
        ];
        let rows = rows.into_iter().flat_map(|(words, kind)| {
            let words = words.iter();
            words.map(move |word| (plain(word), kind))
        });
        let rows: Vec<_> = rows.collect();
        let row_starts = rows.iter().filter_map(|(word, _)| word.chars().next());
        let row_starts = row_starts.chain(['(', '*', '※', '★']).collect();
        let about = table.about.iter();
        let mut words = Self {
            groups: listed(&table.groups),
            about: about.map(|a| (a.kind, a.words.clone())).collect(),
            row_starts,
            rows,
            facts: listed(&table.facts),
            values: Values::of(table),
            loose: Vec::new(),
            headers,
        };
        loose.sort_unstable_by(|a, b| longer(&a.0, &b.0));
        words.loose = loose;
        words.rows.sort_by(|a, b| longer(&a.0, &b.0));
        words
    }

    /// A word that is known as it stands, or behind a group's word.
    fn exactly(&self, key: &str, over: Option<Group>) -> Option<(Meaning, u8)> {
        let known = self.headers.get(key).copied();
        if let Some(group) = over {
            let meant = match known {
                Some(Meaning::Leaf(leaf)) => leaf.of(group),
                Some(Meaning::Field(field)) if field.group() == group => Some(field),
                _ => None,
            };
            if let Some(field) = meant {
                return Some((Meaning::Field(field), 96));
            }
        }
        match known {
            Some(Meaning::Field(field)) => return Some((Meaning::Field(field), 98)),
            Some(leaf) => return Some((leaf, 90)),
            None => {}
        }
        self.groups.iter().find_map(|(word, group)| {
            let rest = key.strip_prefix(word.as_str())?;
            match self.headers.get(rest)? {
                Meaning::Leaf(leaf) => Some((Meaning::Field(leaf.of(*group)?), 95)),
                Meaning::Field(field) if field.group() == *group => {
                    Some((Meaning::Field(*field), 92))
                }
                Meaning::Field(_) => None,
            }
        })
    }

    /// The longest known word that stands inside a longer one.
    fn loosely(&self, key: &str) -> Option<(Meaning, u8)> {
        let found = self
            .loose
            .iter()
            .find(|(word, _)| key.contains(word.as_str()));
        found.map(|(_, meaning)| (*meaning, 60))
    }

    /// The unit in brackets or behind a sign, and the header without it.
    fn unit_of(&self, outside: &str, inside: &[String]) -> (String, Option<Unit>) {
        if let Some(unit) = inside.iter().find_map(|text| self.unit(text)) {
            return (outside.to_owned(), Some(unit));
        }
        if let Some((head, tail)) = outside.rsplit_once(['/', ':', ',', '-'])
            && let Some(unit) = self.unit(tail)
        {
            return (head.to_owned(), Some(unit));
        }
        (outside.to_owned(), None)
    }

    /// The fact whose word ends a text, and what stands before it.
    fn fact_at_end(&self, text: &str) -> Option<(FactKind, String)> {
        let (outer, _) = text
            .rsplit_once(['（', '('])
            .filter(|(_, inner)| inner.trim_end().ends_with(['）', ')']))
            .unwrap_or((text, ""));
        let spaced: Vec<(usize, char)> = outer
            .char_indices()
            .filter(|(_, character)| !character.is_whitespace())
            .collect();
        let closed: String = spaced.iter().map(|(_, character)| character).collect();
        let (word, kind) = self
            .facts
            .iter()
            .find(|(word, _)| closed.ends_with(word.as_str()))?;
        let begin = spaced.len().checked_sub(word.chars().count())?;
        let cut = spaced.get(begin).map_or(0, |(at, _)| *at);
        Some((*kind, outer.get(..cut)?.to_owned()))
    }
}

/// Whether a row's word may be followed by this.
fn ends(kind: RowWord, rest: &str) -> bool {
    let next = rest.chars().next();
    match kind {
        RowWord::Total => {
            next.is_none_or(|c| matches!(c, ':' | '(' | '共' | '户' | '数') || c.is_ascii_digit())
        }
        RowWord::Footer => next.is_none_or(|c| matches!(c, ':' | '(')),
        RowWord::Note => {
            next.is_some_and(|c| matches!(c, ':' | '.' | '(' | '1' | '一' | ',' | '、'))
        }
        RowWord::Example => next.is_none_or(|c| matches!(c, ':' | ')' | '(') || c.is_ascii_digit()),
        RowWord::Continued => true,
    }
}

/// Longer words first, then by themselves, so that the order is always the same.
fn longer(one: &str, other: &str) -> std::cmp::Ordering {
    other.len().cmp(&one.len()).then_with(|| one.cmp(other))
}

fn listed<K: Copy>(lists: &BTreeMap<K, Vec<String>>) -> Vec<(String, K)> {
    let words = lists
        .iter()
        .flat_map(|(value, words)| words.iter().map(|word| (plain(word), *value)));
    let mut words: Vec<_> = words.collect();
    words.sort_by(|a, b| longer(&a.0, &b.0));
    words
}

/// A header as it is looked up: without the signs and small words that join others.
fn key(plain: &str) -> String {
    plain
        .chars()
        .filter(|c| {
            !matches!(
                c,
                '/' | '、' | ',' | ':' | '.' | '-' | '—' | '或' | '(' | ')' | '|'
            )
        })
        .collect()
}

/// A word without the number of a list: `1.姓名`, `(2)姓名`, `3、姓名`.
fn unnumbered(plain: &str) -> &str {
    let bare = plain.trim_start_matches('(');
    let rest = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_number = rest.len() < bare.len();
    match rest.strip_prefix(['.', '、', ')', ':', ',']) {
        Some(rest) if is_number => rest.trim_start_matches([')', '.', '、']),
        _ => plain,
    }
}

/// Which of several a number in brackets says, from 0.
fn part_in(inside: &[String]) -> u8 {
    let number = inside.iter().find_map(|text| text.parse::<u8>().ok());
    number.map_or(0, |number| number.saturating_sub(1).min(49))
}

/// A header without its one number, and which of several it says, from 0: 主播2姓名, 姓名一.
fn without_number(text: &str) -> Option<(String, u8)> {
    const CHINESE: &str = "一二三四五六七八九";
    if let Some(at) = text.find(|c: char| c.is_ascii_digit()) {
        let (before, rest) = text.split_at_checked(at)?;
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let digits = rest.strip_suffix(after)?;
        let number: u8 = digits.parse().ok().filter(|_| digits.len() <= 2)?;
        let more = after.contains(|c: char| c.is_ascii_digit());
        let part = number.saturating_sub(1).min(49);
        return (!more).then(|| (format!("{before}{after}"), part));
    }
    let mut numbers = text.char_indices().rev();
    let (at, number) =
        numbers.find_map(|(at, c)| Some((at, CHINESE.chars().position(|n| n == c)?)))?;
    let (before, after) = (text.get(..at)?, text.get(at + '一'.len_utf8()..)?);
    Some((format!("{before}{after}"), u8::try_from(number).ok()?))
}

static STANDARD: LazyLock<Words> = LazyLock::new(|| Words::of(&VOCABULARY));
