//! How people read the closed vocabularies, in Chinese and English. Nothing here is stored or compared.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use entity::kind::{
    AccountRole, AppealState, Authority, BlacklistRegister, BlacklistState, CloseReason,
    DispositionKind, DispositionState, EvasionGround, ExemptionKind, FailedTraining, FilingKind,
    HeldKind, IdentityKind, ImportState, LegalForm, LegalLevel, LinkGround, NoticeKind,
    ObjectionKind, ObjectionOutcome, OfficeLevel, PartyLinkKind, PermitKind, RecordSource,
    RegistrationStatus, ReportKind, Role, RowOutcome, RowState, SubjectKind, SubmissionState,
    TieKind, TrainingOutcome, VerificationState,
};
use serde::Deserialize;

use crate::data::compiled_in;
use crate::submission::SubmissionDeed;

/// The language of a text for people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Chinese, the default.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// One of two wordings.
    #[must_use]
    pub const fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// A value of a vocabulary that people read under a label.
pub trait Label: Copy {
    /// The name of the vocabulary in `rules/data/labels.toml`.
    const VOCABULARY: &'static str;

    /// The stored name of the value.
    fn name(self) -> &'static str;

    /// The label in a language; the stored name where there is none.
    #[must_use]
    fn label(self, lang: Lang) -> &'static str {
        label(Self::VOCABULARY, self.name(), lang).unwrap_or_else(|| self.name())
    }

    /// The Chinese label.
    #[must_use]
    fn label_zh(self) -> &'static str {
        self.label(Lang::Zh)
    }

    /// The English label.
    #[must_use]
    fn label_en(self) -> &'static str {
        self.label(Lang::En)
    }
}

/// The label of a stored name, when the vocabulary and the name are known.
#[must_use]
pub fn label(vocabulary: &str, name: &str, lang: Lang) -> Option<&'static str> {
    LABELS
        .get(vocabulary)?
        .get(name)
        .map(|words| words.of(lang))
}

/// Whether there is a vocabulary of this name.
#[cfg(test)]
pub(crate) fn is_known(vocabulary: &str) -> bool {
    LABELS.contains_key(vocabulary)
}

/// A text in both languages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    zh: String,
    en: String,
}

impl Words {
    /// The text in a language.
    pub(crate) fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

static LABELS: LazyLock<BTreeMap<String, BTreeMap<String, Words>>> =
    LazyLock::new(|| compiled_in("labels.toml", include_str!("../data/labels.toml")));

macro_rules! labelled {
    ($($vocabulary:ident),+ $(,)?) => {
        $(
            impl Label for $vocabulary {
                const VOCABULARY: &'static str = stringify!($vocabulary);

                fn name(self) -> &'static str {
                    self.as_str()
                }
            }
        )+

        /// Every labelled vocabulary with the names of its values.
        #[cfg(test)]
        fn vocabularies() -> BTreeMap<&'static str, Vec<&'static str>> {
            [$((
                stringify!($vocabulary),
                $vocabulary::ALL.iter().map(|value| value.as_str()).collect::<Vec<_>>(),
            )),+]
            .into()
        }
    };
}

labelled!(
    AccountRole,
    AppealState,
    Authority,
    CloseReason,
    BlacklistRegister,
    BlacklistState,
    DispositionKind,
    DispositionState,
    EvasionGround,
    ExemptionKind,
    FailedTraining,
    FilingKind,
    HeldKind,
    IdentityKind,
    ImportState,
    LegalForm,
    LegalLevel,
    LinkGround,
    NoticeKind,
    ObjectionKind,
    ObjectionOutcome,
    OfficeLevel,
    PartyLinkKind,
    PermitKind,
    RecordSource,
    RegistrationStatus,
    ReportKind,
    Role,
    RowOutcome,
    RowState,
    SubjectKind,
    SubmissionDeed,
    SubmissionState,
    TieKind,
    TrainingOutcome,
    VerificationState,
);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_value_has_labels_and_no_label_is_without_a_value() {
        let known = vocabularies();
        assert!(known.keys().copied().eq(LABELS.keys().map(String::as_str)));
        for (vocabulary, names) in known {
            let labels = &LABELS[vocabulary];
            let named: BTreeSet<_> = names.into_iter().collect();
            assert!(labels.keys().map(String::as_str).eq(named), "{vocabulary}");
            let chinese: BTreeSet<_> = labels.values().map(|words| words.of(Lang::Zh)).collect();
            assert_eq!(
                chinese.len(),
                labels.len(),
                "{vocabulary}: one label for two values"
            );
            assert!(
                labels
                    .values()
                    .all(|words| !words.zh.is_ascii() && words.en.is_ascii())
            );
        }
    }

    #[test]
    fn labels_read_as_the_law_writes_them() {
        assert_eq!(IdentityKind::ResidentId.label_zh(), "居民身份证");
        assert_eq!(RowState::Ended.label_zh(), "注销");
        assert_eq!(RowState::Ended.label_en(), "ended");
        assert_eq!(label("RowState", "NO_SUCH", Lang::Zh), None);
    }
}
