//! What is wrong with the settings, said so that the reader can mend it: key, origin, what would be usable.
//! Never holds the value of a secret.

use std::fmt;
use std::path::PathBuf;

use rules::label::Lang;

use crate::words::{Told, Words};

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

impl Source {
    /// Where a value came from, as people read it.
    pub(super) fn say(&self, lang: Lang) -> String {
        let said = |zh, en| lang.pick(zh, en).to_owned();
        match self {
            Self::Default => said("默认", "default"),
            Self::ProductionDefault => said("生产环境默认", "default in production"),
            Self::File(path, 0) => format!("{} {}", said("文件", "file"), path.display()),
            Self::File(path, line) => {
                format!("{} {}:{line}", said("文件", "file"), path.display())
            }
            Self::Environment(name) => format!("{} {name}", said("环境变量", "environment")),
            Self::Flag(flag) => format!("{} {flag}", said("命令行", "flag")),
            Self::SecretFile(path, by) => {
                let file = said("机密文件", "secret file");
                format!("{file} {} ← {}", path.display(), by.say(lang))
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
    /// What is wrong.
    pub what: Words,
    /// What would be usable.
    pub usable: Words,
}

impl Fault {
    pub(super) fn new(key: &str, source: Source, what: Words, usable: Words) -> Self {
        Self {
            key: key.to_owned(),
            source,
            what,
            usable,
        }
    }

    /// The fault as one sentence.
    pub(crate) fn say(&self, lang: Lang) -> String {
        let key = &self.key;
        let [source, what, usable] = [
            &self.source.say(lang),
            self.what.say(lang),
            self.usable.say(lang),
        ];
        match lang {
            Lang::Zh => format!("{key}（{source}）：{what}；可用：{usable}"),
            Lang::En => format!("{key} ({source}): {what}; usable: {usable}"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

/// Everything that is wrong with the settings, so that one look is enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// At least one.
    pub faults: Vec<Fault>,
}

impl ConfigError {
    /// Nothing, or all of them.
    pub(crate) fn unless_empty(faults: Vec<Fault>) -> Result<(), Self> {
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Self { faults })
        }
    }
}

impl ConfigError {
    fn say(&self, lang: Lang) -> String {
        let head = lang.pick("设置有误，不能启动：", "the settings cannot be used:");
        let faults = self.faults.iter();
        let faults = faults.map(|fault| format!("\n- {}", fault.say(lang)));
        format!("{head}{}", faults.collect::<String>())
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for ConfigError {}

impl Told for ConfigError {
    fn zh(&self) -> String {
        self.say(Lang::Zh)
    }
}
