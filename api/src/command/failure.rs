//! How a command ends when it is not done: one or two sentences for whoever typed it. Never a dump, never a secret.

use std::error::Error as StdError;
use std::io;

use rules::label::Lang;

use crate::config::ConfigError;
use crate::error::Error;
use crate::start::StartFault;

/// Why a command was not done.
#[derive(Debug)]
pub(super) enum Failure {
    /// Refused or failed, for this reason.
    Said(String),
    /// What was printed says it already.
    Shown,
    /// The output could not be written, most often because its reader has read enough.
    Output(io::Error),
}

impl Failure {
    /// A sentence in both languages.
    pub(super) fn said(zh: impl AsRef<str>, en: impl AsRef<str>) -> Self {
        Self::Said(format!("{} / {}", zh.as_ref(), en.as_ref()))
    }

    /// What was being done, and why it failed.
    pub(super) fn while_doing(what: &str, fault: &(dyn StdError + 'static)) -> Self {
        Self::Said(format!("{what}: {}", with_causes(fault)))
    }
}

/// A fault with its causes, each said once: whoever types commands on the machine may read them.
pub(super) fn with_causes(fault: &(dyn StdError + 'static)) -> String {
    let mut text = fault.to_string();
    let mut cause = fault.source();
    while let Some(deeper) = cause {
        let said = deeper.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = deeper.source();
    }
    text
}

impl From<ConfigError> for Failure {
    fn from(fault: ConfigError) -> Self {
        Self::Said(fault.to_string())
    }
}

impl From<StartFault> for Failure {
    fn from(fault: StartFault) -> Self {
        Self::Said(with_causes(&fault))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match &error {
            Error::Internal { context, source } => {
                let what = format!("内部故障 / a fault of ours ({context})");
                Self::while_doing(&what, source.as_ref())
            }
            Error::Unavailable(source) => {
                Self::while_doing("暂不可用 / unavailable", source.as_ref())
            }
            refused => Self::said(refused.message(Lang::Zh), refused.message(Lang::En)),
        }
    }
}

impl From<sea_orm::DbErr> for Failure {
    fn from(fault: sea_orm::DbErr) -> Self {
        Self::while_doing("数据库 / database", &fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(failure: Failure) -> String {
        match failure {
            Failure::Said(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_fault_is_told_with_its_causes_each_once() {
        let inner = io::Error::new(io::ErrorKind::PermissionDenied, "permission denied");
        let fault = StartFault::Files(Box::new(crate::files::SettingsFault::Folder {
            path: "store".into(),
            source: inner,
        }));
        let text = text(fault.into());
        assert_eq!(text.matches("permission denied").count(), 1, "{text}");
        assert!(text.starts_with("文件库 / file store: "), "{text}");
    }

    #[test]
    fn a_refusal_is_told_in_both_languages() {
        let text = text(Error::forbidden("仅限授权管理员", "only SECURITY may do this").into());
        assert_eq!(text, "仅限授权管理员 / only SECURITY may do this");
    }
}
