//! The words of every problem: what is wrong, why, how to mend it and which article asks for it.
//! The codes themselves stand in `entity::problem`; nothing here decides whether there is a problem.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use entity::problem::{Finding, ProblemCode, Severity};
use serde::Deserialize;

use crate::data::compiled_in;
use crate::edition::{Article, Cite, EditionId};
use crate::label::{Lang, Words, label};

pub use self::manual::manual;

mod manual;

/// The message of a finding, whole also where the finding carries no facts.
#[must_use]
pub fn message(finding: &Finding, lang: Lang) -> String {
    let Some(entry) = entry(finding.code) else {
        return finding.code.as_str().to_owned();
    };
    fill(entry.template(lang), |name| fact(finding, name, lang))
}

/// The article that a problem rests on, where the law gives one.
#[must_use]
pub fn article(code: ProblemCode, edition: EditionId) -> Option<Article> {
    let entry = entry(code)?;
    let cite = match edition {
        EditionId::Order117 => &entry.order_117,
        EditionId::Draft2025 => &entry.draft_2025,
    };
    cite.as_ref()?.resolve(edition)
}

/// Why the problem arises, in Chinese.
#[must_use]
pub fn cause(code: ProblemCode) -> &'static str {
    entry(code).map_or("", |entry| &entry.cause)
}

/// How to mend it, in Chinese.
#[must_use]
pub fn mend(code: ProblemCode) -> &'static str {
    entry(code).map_or("", |entry| &entry.mend)
}

/// How grave it usually is; a finding may be graver or lighter where its maker says so.
#[must_use]
pub fn severity(code: ProblemCode) -> Severity {
    entry(code).map_or(Severity::Error, |entry| entry.severity)
}

/// A fact of a finding as the message shows it: a stored name under its label, everything else as it is.
fn fact(finding: &Finding, name: &str, lang: Lang) -> Option<String> {
    if name == "position" {
        return finding.position.map(|position| position.to_string());
    }
    let (_, value) = finding.facts.iter().find(|(known, _)| *known == name)?;
    let labelled = FACTS
        .get(name)
        .and_then(|fact| fact.labels.as_deref())
        .and_then(|vocabulary| label(vocabulary, value, lang));
    let named = FACTS
        .get(name)
        .and_then(|fact| Some(fact.names.get(value)?.of(lang)));
    let labelled = labelled.or(named);
    Some(labelled.map_or_else(|| value.clone(), str::to_owned))
}

/// Fills a template: a part in brackets stands only if every `{fact}` in it is known.
fn fill(template: &str, fact: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('[') {
        let (part, tail) = after.split_once(']').unwrap_or((after, ""));
        filled.push_str(before);
        filled.push_str(&fill_part(part, &fact).unwrap_or_default());
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

fn fill_part(part: &str, fact: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut filled = String::with_capacity(part.len());
    let mut rest = part;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}')?;
        filled.push_str(before);
        filled.push_str(&fact(name)?);
        rest = tail;
    }
    filled.push_str(rest);
    Some(filled)
}

fn entry(code: ProblemCode) -> Option<&'static Entry> {
    GROUPS
        .iter()
        .find_map(|group| group.codes.get(code.as_str()))
}

/// The groups in the order of the manual.
static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| {
    [
        (
            "identity.toml",
            include_str!("../data/problems/identity.toml"),
        ),
        ("value.toml", include_str!("../data/problems/value.toml")),
        (
            "registration.toml",
            include_str!("../data/problems/registration.toml"),
        ),
        ("live.toml", include_str!("../data/problems/live.toml")),
        (
            "blacklist.toml",
            include_str!("../data/problems/blacklist.toml"),
        ),
        (
            "disposition.toml",
            include_str!("../data/problems/disposition.toml"),
        ),
        (
            "submission.toml",
            include_str!("../data/problems/submission.toml"),
        ),
        ("import.toml", include_str!("../data/problems/import.toml")),
        ("survey.toml", include_str!("../data/problems/survey.toml")),
        (
            "admission.toml",
            include_str!("../data/problems/admission.toml"),
        ),
    ]
    .map(|(name, text)| compiled_in(name, text))
    .into()
});

static FACTS: LazyLock<BTreeMap<String, Fact>> =
    LazyLock::new(|| compiled_in("facts.toml", include_str!("../data/problems/facts.toml")));

/// The problems of one part of the work.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    title: String,
    codes: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Entry {
    #[serde(with = "SeverityName")]
    severity: Severity,
    zh: String,
    en: String,
    cause: String,
    mend: String,
    order_117: Option<Cite>,
    draft_2025: Option<Cite>,
}

impl Entry {
    fn template(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// What a fact means, and the vocabulary whose stored names it holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fact {
    meaning: String,
    labels: Option<String>,
    /// How people read what the fact may hold, where it is of no vocabulary.
    #[serde(default)]
    names: BTreeMap<String, Words>,
}

/// A severity as the tables write it.
#[derive(Deserialize)]
#[serde(remote = "Severity", rename_all = "SCREAMING_SNAKE_CASE")]
enum SeverityName {
    Error,
    Warning,
    Hint,
}

#[cfg(test)]
mod tests;
