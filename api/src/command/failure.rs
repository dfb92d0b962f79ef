//! How a command ends when it is not done: one or two sentences for whoever typed it, in his language. Never a dump, never
//! a secret.

use std::borrow::Cow;
use std::io;

use rules::label::Lang;

use crate::config::ConfigError;
use crate::error::Error;
use crate::start::StartFault;
use crate::words::{Told, Words, told_of};

/// The database as a part of the house.
pub(super) const DATABASE: Words = Words::fixed("数据库", "database");

/// Why a command was not done.
#[derive(Debug)]
pub(super) enum Failure {
    /// Refused or failed, for this reason.
    Said(Words),
    /// What was printed says it already.
    Shown,
    /// The output could not be written, most often because its reader has read enough.
    Output(io::Error),
}

impl Failure {
    /// A sentence.
    pub(super) fn said(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self::Said(Words::new(zh, en))
    }

    /// A fault of ours with its causes.
    pub(super) fn told(fault: &impl Told) -> Self {
        Self::Said(fault.told())
    }

    /// What is left to be said.
    pub(super) fn words(self) -> Option<Words> {
        match self {
            Self::Said(words) => Some(words),
            Self::Shown => None,
            Self::Output(fault) => Some(told_of(
                &Words::fixed("输出写不出去", "the output cannot be written"),
                &fault,
            )),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(fault: ConfigError) -> Self {
        Self::told(&fault)
    }
}

impl From<StartFault> for Failure {
    fn from(fault: StartFault) -> Self {
        Self::told(&fault)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Said(match &error {
            Error::Internal { context, source } => {
                let what = Words::new(
                    format!("内部故障（{context}）"),
                    format!("a fault of ours ({context})"),
                );
                told_of(&what, source.as_ref())
            }
            Error::Damaged(source) => {
                told_of(&Words::fixed("数据损坏", "damaged"), source.as_ref())
            }
            Error::Unavailable(source) => {
                told_of(&Words::fixed("暂不可用", "unavailable"), source.as_ref())
            }
            refused => Words::new(refused.message(Lang::Zh), refused.message(Lang::En)),
        })
    }
}

impl From<sea_orm::DbErr> for Failure {
    fn from(fault: sea_orm::DbErr) -> Self {
        Self::Said(told_of(&DATABASE, &fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(failure: Failure) -> [String; 2] {
        let words = failure.words().unwrap();
        [Lang::Zh, Lang::En].map(|lang| words.say(lang).to_owned())
    }

    #[test]
    fn a_fault_is_told_with_its_causes_each_once() {
        let inner = io::Error::new(io::ErrorKind::PermissionDenied, "permission denied");
        let fault = crate::files::SettingsFault::Folder {
            path: "store".into(),
            source: inner,
        };
        let [zh, en] = both(StartFault::Files(fault.told()).into());
        assert_eq!(
            zh,
            "文件库：文件库目录 store 建不了或进不去：permission denied"
        );
        assert_eq!(
            en,
            "file store: the file store's folder store cannot be made or entered: permission denied"
        );
    }

    #[test]
    fn a_refusal_is_told_in_one_language() {
        let refusal = Error::forbidden("仅限授权管理员", "only SECURITY may do this");
        assert_eq!(
            both(refusal.into()),
            ["仅限授权管理员", "only SECURITY may do this"]
        );
    }
}
