//! What is wrong with the settings, said so that the reader can mend it: key, origin, what would be usable.
//! Never holds the value of a secret.

use std::fmt;
use std::path::PathBuf;

/// Where a value in force came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The table of settings.
    Default,
    /// The table of settings, because `server.production` is on.
    ProductionDefault,
    /// A line of the settings file.
    File(PathBuf, usize),
    /// An environment variable.
    Environment(String),
    /// A flag of the command line.
    Flag(String),
    /// A file that holds a secret, named by another source.
    SecretFile(PathBuf, Box<Source>),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("默认 default"),
            Self::ProductionDefault => f.write_str("生产环境默认 default in production"),
            Self::File(path, 0) => write!(f, "文件 file {}", path.display()),
            Self::File(path, line) => write!(f, "文件 file {}:{line}", path.display()),
            Self::Environment(name) => write!(f, "环境变量 environment {name}"),
            Self::Flag(flag) => write!(f, "命令行 flag {flag}"),
            Self::SecretFile(path, by) => {
                write!(f, "密钥文件 secret file {} ← {by}", path.display())
            }
        }
    }
}

/// One unknown key or unusable value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The key as it was written.
    pub key: String,
    /// Where it was written.
    pub source: Source,
    /// What is wrong, in Chinese and English.
    pub what: String,
    /// What would be usable.
    pub usable: String,
}

impl Fault {
    pub(super) fn new(
        key: &str,
        source: Source,
        what: impl Into<String>,
        usable: impl Into<String>,
    ) -> Self {
        Self {
            key: key.to_owned(),
            source,
            what: what.into(),
            usable: usable.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key,
            source,
            what,
            usable,
        } = self;
        write!(f, "{key}（{source}）: {what}；可用 usable: {usable}")
    }
}

/// Everything that is wrong with the settings, so that one look is enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// At least one.
    pub faults: Vec<Fault>,
}

impl ConfigError {
    pub(super) fn unless_empty(faults: Vec<Fault>) -> Result<(), Self> {
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Self { faults })
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("设置有误，不能启动 / the settings cannot be used:")?;
        self.faults
            .iter()
            .try_for_each(|fault| write!(f, "\n- {fault}"))
    }
}

impl std::error::Error for ConfigError {}
