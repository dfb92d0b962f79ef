//! The one error of the service and its one mapping: refusals of a request and faults of ours.
//! What a caller can mend inside an input is a problem of a payload, not an error.

use std::borrow::Cow;

use rules::label::Lang;

use crate::vault::VaultFault;
pub use crate::words::Words;

/// What ends a request.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request itself is malformed: an id, a cursor, a date that cannot be one.
    #[error("bad input: {0}")]
    BadUserInput(Words),
    /// A limit of the request was passed; nothing was done.
    #[error("limit {limit} of {what} exceeded")]
    LimitExceeded {
        /// The named limit.
        what: &'static str,
        /// Its value.
        limit: u64,
    },
    /// Too much within a time; nothing was done.
    #[error("rate of {what} exceeded")]
    RateLimited {
        /// What is limited, and to how many.
        words: Words,
        /// The limited thing, for the log.
        what: &'static str,
        /// When to ask again, in seconds.
        retry_after: u32,
    },
    /// No valid token.
    #[error("unauthenticated: {0}")]
    Unauthenticated(Words),
    /// The caller may never do this.
    #[error("forbidden: {0}")]
    Forbidden(Words),
    /// The same idempotency key with another body, or still running.
    #[error("conflict: {words}")]
    Conflict {
        /// Why.
        words: Words,
        /// When to ask again, in seconds.
        retry_after: Option<u32>,
    },
    /// The house cannot answer now.
    #[error("unavailable")]
    Unavailable(#[source] Cause),
    /// A sealed value does not open where it stands; where, is in the audit.
    #[error("damaged")]
    Damaged(#[source] Cause),
    /// A fault of ours; its cause goes to the log, never to the caller.
    #[error("internal fault: {context}")]
    Internal {
        /// What was being done.
        context: &'static str,
        /// What went wrong.
        #[source]
        source: Cause,
    },
}

/// A cause of any kind.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

impl Error {
    /// A fault while doing something.
    pub fn internal(context: &'static str) -> impl FnOnce(Cause) -> Self {
        move |source| Self::Internal { context, source }
    }

    /// A malformed part of the request.
    pub fn bad_input(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self::BadUserInput(Words::new(zh, en))
    }

    /// No caller can be made of the request.
    #[must_use]
    pub const fn unauthenticated(zh: &'static str, en: &'static str) -> Self {
        Self::Unauthenticated(Words::fixed(zh, en))
    }

    /// Something the caller may never do.
    pub fn forbidden(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self::Forbidden(Words::new(zh, en))
    }

    /// Whether the deed met another one and may simply be done again.
    #[must_use]
    pub fn may_retry(&self) -> bool {
        match self {
            Self::Internal { source, .. } => source
                .downcast_ref::<sea_orm::DbErr>()
                .is_some_and(crate::db::may_retry),
            _ => false,
        }
    }

    /// Tells the log the cause of a fault of ours, which the caller is not told.
    pub fn log(&self) {
        match self {
            Self::Internal { context, source } => {
                tracing::error!(context, cause = %source, "internal fault");
            }
            Self::Unavailable(source) => tracing::error!(cause = %source, "unavailable"),
            Self::Damaged(source) => tracing::error!(cause = %source, "damaged"),
            _ => {}
        }
    }

    /// The contract's code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadUserInput(_) => "BAD_USER_INPUT",
            Self::LimitExceeded { .. } => "LIMIT_EXCEEDED",
            Self::RateLimited { .. } => "RATE_LIMITED",
            Self::Unauthenticated(_) => "UNAUTHENTICATED",
            Self::Forbidden(_) => "FORBIDDEN",
            Self::Conflict { .. } => "CONFLICT",
            Self::Unavailable(_) => "UNAVAILABLE",
            Self::Damaged(_) => "DAMAGED",
            Self::Internal { .. } => "INTERNAL",
        }
    }

    /// When to ask again, in seconds.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Conflict { retry_after, .. } => *retry_after,
            Self::RateLimited { retry_after, .. } => Some(*retry_after),
            Self::Unavailable(_) => Some(5),
            _ => None,
        }
    }

    /// What the caller reads; a fault of ours says nothing of its cause.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let words = match self {
            Self::BadUserInput(words)
            | Self::Unauthenticated(words)
            | Self::Forbidden(words)
            | Self::RateLimited { words, .. }
            | Self::Conflict { words, .. } => words.clone(),
            Self::LimitExceeded { what, limit } => Words::new(
                format!("超出上限：{what} 最多 {limit}"),
                format!("limit exceeded: at most {limit} {what}"),
            ),
            Self::Unavailable(_) => Words::new(
                "服务暂不可用，请稍后重试",
                "the service is unavailable, try again soon",
            ),
            Self::Damaged(_) => Words::new(
                "所涉数据在存储中被改动或损坏，打不开；已记入审计，请将请求编号告知管理员",
                "what this needs was changed or damaged where it is stored and does not open; it is on record: tell the \
                 operator the request id",
            ),
            Self::Internal { .. } => Words::new(
                "系统内部故障，请将请求编号告知管理员",
                "a fault on our side, tell the operator the request id",
            ),
        };
        words.say(lang).to_owned()
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(source: sea_orm::DbErr) -> Self {
        match source {
            sea_orm::DbErr::ConnectionAcquire(_) | sea_orm::DbErr::Conn(_) => {
                Self::Unavailable(source.into())
            }
            full if crate::db::is_full(&full) => Self::Unavailable(full.into()),
            other => Self::Internal {
                context: "database",
                source: other.into(),
            },
        }
    }
}

impl From<VaultFault> for Error {
    fn from(source: VaultFault) -> Self {
        match source {
            VaultFault::Unwritable => Self::Internal {
                context: "vault",
                source: source.into(),
            },
            _ => Self::Damaged(source.into()),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(source: serde_json::Error) -> Self {
        Self::Internal {
            context: "json",
            source: source.into(),
        }
    }
}
