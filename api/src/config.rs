//! What the house is told at its start: defaults, then a TOML file, then the environment, then flags.
//! The only module that reads the process environment; it opens nothing but the settings file and
//! the files that secrets are kept in, and never prints a secret.

mod cron;
mod error;
mod layers;
mod secret;
mod show;
mod table;
mod types;
mod validate;

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub use cron::Cron;
pub use error::{ConfigError, Fault, Source};
pub use secret::{DatabaseUrl, HIDDEN, Secret};
pub use show::render_docs;
pub use types::{
    Auth, Crypto, Database, Elsewhere, Files, Graphql, Import, Jobs, KeySet, Law, Limits, Log,
    LogFormat, Schedule, Server, Settings, StoreLocation, Submission,
};

use layers::Layers;
use rules::label::Lang;

use crate::words::{Told, Words};

/// The environment variable that names the settings file.
pub const CONFIG_VARIABLE: &str = "MINGLU_CONFIG";
/// The settings file that is read when none is named and it is there.
pub const DEFAULT_FILE: &str = "minglu.toml";

impl Settings {
    /// Puts the layers one upon the other and judges the result; a `file` that is named must be there.
    ///
    /// # Errors
    /// Every unknown key and unusable value at once, each with where it came from.
    pub fn load(
        file: Option<&Path>,
        env: impl Iterator<Item = (String, String)>,
        flags: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let (settings, faults) = layered(file, env.collect(), flags).finish()?;
        ConfigError::unless_empty(faults).map(|()| settings)
    }

    /// The same from this process, with the contradictions beside the settings, for whoever has more to say of them.
    ///
    /// # Errors
    /// Unknown keys and unusable values, which leave no settings to speak of.
    pub fn judged_from_process(
        file: Option<PathBuf>,
        flags: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(Self, Vec<Fault>), ConfigError> {
        let env = readable(std::env::vars_os())?;
        let file = file.or_else(|| {
            let default = PathBuf::from(DEFAULT_FILE);
            (named_file(&env).is_none() && default.exists()).then_some(default)
        });
        layered(file.as_deref(), env, flags.into_iter()).finish()
    }

    /// Loads from this process: its environment, and `./minglu.toml` when no file is named.
    ///
    /// # Errors
    /// As [`Settings::load`], and a `MINGLU_*` variable that is not UTF-8.
    pub fn from_process(
        file: Option<PathBuf>,
        flags: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let (settings, faults) = Self::judged_from_process(file, flags)?;
        ConfigError::unless_empty(faults).map(|()| settings)
    }
}

/// The layers one upon the other.
fn layered(
    file: Option<&Path>,
    env: Vec<(String, String)>,
    flags: impl Iterator<Item = (String, String)>,
) -> Layers {
    let mut layers = Layers::defaults();
    if let Some(path) = file.map(Path::to_path_buf).or_else(|| named_file(&env)) {
        layers.file(&path);
    }
    layers.environment(env);
    layers.flags(flags);
    layers
}

/// The language of whoever runs this process, as the locale has it: `LC_ALL`, else `LC_MESSAGES`, else `LANG`.
#[must_use]
pub fn language() -> Lang {
    language_of(|name| std::env::var_os(name))
}

/// Chinese for a locale of Chinese, English for every other and for none.
pub(crate) fn language_of(variable: impl Fn(&str) -> Option<OsString>) -> Lang {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
    let tag = locale.as_ref().and_then(|locale| locale.to_str());
    let language = tag.and_then(|tag| tag.split(['_', '-', '.', '@']).next());
    if language.is_some_and(|language| language.eq_ignore_ascii_case("zh")) {
        Lang::Zh
    } else {
        Lang::En
    }
}

/// Why a `--set` cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be written key=value, e.g. limits.page_size=100")]
pub struct NotASetting;

impl Told for NotASetting {
    fn zh(&self) -> String {
        "须写作 键=值，如 limits.page_size=100".to_owned()
    }
}

/// Takes one `--set key=value` apart; made for clap's `value_parser`.
///
/// # Errors
/// When there is no `=` or nothing before it.
pub fn parse_set(text: &str) -> Result<(String, String), NotASetting> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.to_owned()))
        }
        _ => Err(NotASetting),
    }
}

/// Whether a key's value must not be printed.
#[must_use]
pub fn is_secret(key: &str) -> bool {
    table::find(key).is_some_and(table::Setting::secret)
}

fn named_file(env: &[(String, String)]) -> Option<PathBuf> {
    env.iter()
        .find(|(name, value)| name == CONFIG_VARIABLE && !value.is_empty())
        .map(|(_, value)| PathBuf::from(value))
}

/// Keeps our own variables; another program's may hold any bytes.
fn readable(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Vec<(String, String)>, ConfigError> {
    let mut ours = Vec::new();
    let mut faults = Vec::new();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| name.starts_with(table::PREFIX)) else {
            continue;
        };
        match value.into_string() {
            Ok(value) => ours.push((name.to_owned(), value)),
            Err(_) => faults.push(Fault::new(
                name,
                Source::Environment(name.to_owned()),
                Words::fixed("不是 UTF-8 文本", "is not UTF-8 text"),
                Words::fixed("UTF-8", "UTF-8"),
            )),
        }
    }
    ConfigError::unless_empty(faults).map(|()| ours)
}
