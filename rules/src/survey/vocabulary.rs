//! The table of words in `rules/data/survey.toml`, as it is written there.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use entity::kind::{ExemptionKind, IdentityKind, ImportKind, LegalForm, SubjectKind};
use serde::{Deserialize, Serialize};

use super::field::{Field, Group, Leaf};
use crate::data::compiled_in;
use crate::label::Lang;

/// What a line around a table says of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FactKind {
    /// 填报单位.
    Reporter,
    /// 填报日期.
    Date,
    /// 填报人.
    Person,
    /// 填报人的联系电话.
    Phone,
    /// 统计截止.
    Period,
    /// 单位：万元.
    Unit,
}

type Lists<K> = BTreeMap<K, Vec<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Vocabulary {
    pub(super) fields: BTreeMap<Field, FieldWords>,
    pub(super) leaves: Lists<Leaf>,
    pub(super) groups: Lists<Group>,
    pub(super) about: Vec<About>,
    pub(super) rows: RowWords,
    pub(super) facts: Lists<FactKind>,
    pub(super) values: ValueWords,
    pub(super) identity_kinds: Lists<IdentityKind>,
    pub(super) forms: Lists<LegalForm>,
    pub(super) roles: Lists<SubjectKind>,
    pub(super) exemptions: Lists<ExemptionKind>,
    pub(super) units: Lists<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldWords {
    zh: String,
    en: String,
    pub(super) words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct About {
    pub(super) kind: ImportKind,
    pub(super) words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowWords {
    pub(super) totals: Vec<String>,
    pub(super) footers: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) examples: Vec<String>,
    pub(super) continued: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ValueWords {
    pub(super) nothing: Vec<String>,
    pub(super) repeated: Vec<String>,
    pub(super) open: Vec<String>,
    pub(super) yes: Vec<String>,
    pub(super) no: Vec<String>,
}

/// How people read a field; its name where the table lacks it, which a test rules out.
pub(super) fn label(field: Field, lang: Lang) -> &'static str {
    VOCABULARY
        .fields
        .get(&field)
        .map_or_else(|| field.as_str(), |known| lang.pick(&known.zh, &known.en))
}

/// The headers that name a field.
pub(super) fn words(field: Field) -> impl Iterator<Item = &'static str> {
    let known = VOCABULARY.fields.get(&field);
    known
        .into_iter()
        .flat_map(|known| &known.words)
        .map(String::as_str)
}

pub(super) static VOCABULARY: LazyLock<Vocabulary> =
    LazyLock::new(|| compiled_in("survey.toml", include_str!("../../data/survey.toml")));
