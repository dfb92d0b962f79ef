//! The data files that admit offices and clients (`minglu office apply`, `minglu client apply`): text in,
//! typed entries or every fault at once out. Knows no database: what is already known is asked of the caller.

mod clients;
mod offices;
mod row;

#[cfg(test)]
mod tests;

use std::fmt;

use entity::kind::{Authority, OfficeLevel};
use rules::label::Lang;

use crate::words::{Told, Words};

pub(crate) use clients::{Binding, binding};
pub use clients::{ClientEntry, ClientsFile, Holder, PlatformRef, clients};
pub use offices::{LocalDivision, OfficeEntry, OfficesFile, TerritoryEntry, offices};

/// What the registry knows of an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfficeFacts {
    pub level: OfficeLevel,
    pub authority: Authority,
}

/// What the caller is asked about while a clients file is read.
pub struct Known<'a> {
    /// The office with a key, if there is one.
    pub office: &'a dyn Fn(&str) -> Option<OfficeFacts>,
    /// Whether a platform is registered.
    pub platform: &'a dyn Fn(&PlatformRef) -> bool,
}

/// One fault of a data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFault {
    /// The line, from 1; 0 where the parser names none.
    pub line: usize,
    /// The entry and field, as `office[2].level`; entries count from 1.
    pub at: String,
    /// What is wrong.
    pub what: Words,
}

impl FileFault {
    fn say(&self, lang: Lang) -> String {
        let Self { line, at, what } = self;
        let what = what.say(lang);
        match lang {
            Lang::Zh => format!("第 {line} 行 {at}：{what}"),
            Lang::En => format!("line {line} {at}: {what}"),
        }
    }
}

/// Everything that is wrong with a data file, in the order of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFaults(pub Vec<FileFault>);

impl FileFaults {
    /// Gives the value out only when nothing is wrong.
    fn unless_any<T>(mut faults: Vec<FileFault>, value: T) -> Result<T, Self> {
        faults.sort_by_key(|fault| fault.line);
        if faults.is_empty() {
            Ok(value)
        } else {
            Err(Self(faults))
        }
    }
}

impl FileFaults {
    fn say(&self, lang: Lang) -> String {
        let head = lang.pick(
            "文件有误，未载入：",
            "the file has faults and was not loaded:",
        );
        let faults = self
            .0
            .iter()
            .map(|fault| format!("\n- {}", fault.say(lang)));
        format!("{head}{}", faults.collect::<String>())
    }
}

impl fmt::Display for FileFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl Told for FileFaults {
    fn zh(&self) -> String {
        self.say(Lang::Zh)
    }
}

impl std::error::Error for FileFaults {}
