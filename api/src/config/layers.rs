//! Puts defaults, file, environment and flags upon one another, and collects every fault on the way.
//! Reads the settings file and the files of secrets; touches nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IntoDeserializer;
use toml::{Table, Value};

use super::error::{ConfigError, Fault, Source};
use super::show::InForce;
use super::table::{self, Default, Setting};
use super::types::Settings;
use super::{CONFIG_VARIABLE, validate};
use crate::toml_lines;
use crate::words::Words;

/// A secret file may hold no more: it is a key or a URL, not a dump.
const SECRET_FILE_BYTES: u64 = 64 * 1024;

/// What a file of settings must be.
const TOML: Words = Words::fixed("TOML", "TOML");
/// What is said of a value that is a secret.
const NOT_USABLE: Words = Words::fixed("不可用", "is not usable");

/// A value as it was written: typed in a file, text elsewhere.
enum Raw {
    Typed(Value),
    Text(String),
}

/// The values in force so far, and what was wrong on the way.
pub(super) struct Layers {
    values: BTreeMap<&'static str, (Value, Source)>,
    faults: Vec<Fault>,
}

impl Layers {
    pub(super) fn defaults() -> Self {
        let default = |setting: &Setting| (setting.key, (setting.default.value(), Source::Default));
        Self {
            values: table::SETTINGS.iter().map(default).collect(),
            faults: Vec::new(),
        }
    }

    pub(super) fn file(&mut self, path: &Path) {
        let source = |line| Source::File(path.to_owned(), line);
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                return self.fault(
                    "--config",
                    source(0),
                    unreadable(&error),
                    Words::fixed("可读的 TOML 文件", "a readable TOML file"),
                );
            }
        };
        let document = match toml_lines::parse(&text) {
            Ok(document) => document.into_inner(),
            Err((line, words)) => {
                return self.fault(
                    "--config",
                    source(line),
                    Words::new(
                        format!("不是 TOML：{words}"),
                        format!("is not TOML: {words}"),
                    ),
                    TOML,
                );
            }
        };
        let mut given = Vec::new();
        for (section, inner) in document {
            let line = toml_lines::line_of(&text, section.span().start);
            let section = section.into_inner();
            let Some(keys) = inner.get_ref().as_table() else {
                self.unknown(&section, source(line));
                continue;
            };
            for (name, value) in keys {
                let line = toml_lines::line_of(&text, name.span().start);
                match Value::deserialize(value.clone().into_deserializer()) {
                    Ok(value) => given.push((
                        format!("{section}.{}", name.get_ref()),
                        Raw::Typed(value),
                        source(line),
                    )),
                    Err(error) => {
                        let what = Words::same(error.message().to_owned());
                        self.fault(name.get_ref(), source(line), what, TOML);
                    }
                }
            }
        }
        self.apply(given);
    }

    pub(super) fn environment(&mut self, env: Vec<(String, String)>) {
        let ours = |(name, _): &(String, String)| {
            name.starts_with(table::PREFIX) && name != CONFIG_VARIABLE
        };
        let given = env
            .into_iter()
            .filter(ours)
            .map(|(name, value)| (key_of(&name), Raw::Text(value), Source::Environment(name)))
            .collect();
        self.apply(given);
    }

    pub(super) fn flags(&mut self, flags: impl Iterator<Item = (String, String)>) {
        let given = flags
            .map(|(key, value)| {
                let source = Source::Flag(format!("--set {key}"));
                (key, Raw::Text(value), source)
            })
            .collect();
        self.apply(given);
    }

    /// Types the values, judges them together and keeps where each came from.
    /// Contradictions are told beside the settings.
    pub(super) fn finish(mut self) -> Result<(Settings, Vec<Fault>), ConfigError> {
        self.production_defaults();
        ConfigError::unless_empty(std::mem::take(&mut self.faults))?;
        let mut settings = self.typed()?;
        let in_force = |setting: &'static Setting| {
            let (value, source) = self.values.get(setting.key)?;
            Some(InForce {
                setting,
                value: value.clone(),
                source: source.clone(),
            })
        };
        settings.in_force = table::SETTINGS.iter().filter_map(in_force).collect();
        let faults = validate::faults(&settings);
        Ok((settings, faults))
    }

    fn production_defaults(&mut self) {
        if !matches!(
            self.values.get("server.production"),
            Some((Value::Boolean(true), _))
        ) {
            return;
        }
        for setting in table::SETTINGS {
            let (Some(default), Some(entry)) =
                (setting.in_production, self.values.get_mut(setting.key))
            else {
                continue;
            };
            if entry.1 == Source::Default {
                *entry = (default.value(), Source::ProductionDefault);
            }
        }
    }

    fn typed(&self) -> Result<Settings, ConfigError> {
        let mut sections = Table::new();
        for setting in table::SETTINGS {
            let (section, name) = setting.parts();
            let section = sections
                .entry(section)
                .or_insert_with(|| Table::new().into());
            if let (Some(section), Some((value, _))) =
                (section.as_table_mut(), self.values.get(setting.key))
            {
                section.insert(name.to_owned(), value.clone());
            }
        }
        serde_path_to_error::deserialize(Value::Table(sections)).map_err(|error| {
            let key = error.path().to_string();
            let source = self
                .values
                .get(key.as_str())
                .map_or(Source::Default, |(_, source)| source.clone());
            let setting = table::find(&key);
            let usable = setting.map_or_else(|| Words::same(""), Setting::usable);
            let what = if setting.is_some_and(Setting::secret) {
                NOT_USABLE
            } else {
                Words::same(error.inner().message().to_owned())
            };
            ConfigError {
                faults: vec![Fault::new(&key, source, what, usable)],
            }
        })
    }

    /// Lays one layer on; within it a secret and its file exclude each other.
    fn apply(&mut self, given: Vec<(String, Raw, Source)>) {
        let plain: Vec<String> = given.iter().map(|(key, ..)| key.clone()).collect();
        for (key, raw, source) in given {
            if let Some(setting) = table::find(&key) {
                self.set(setting, raw, source);
                continue;
            }
            match key
                .strip_suffix("_file")
                .and_then(table::find)
                .filter(|setting| setting.secret())
            {
                Some(setting) if plain.iter().any(|other| other == setting.key) => {
                    let secret = setting.key;
                    let what = Words::new(
                        format!("{secret} 与 {key} 不能同时给出"),
                        format!("{secret} and {key} are both given"),
                    );
                    self.fault(
                        &key,
                        source,
                        what,
                        Words::fixed("其中之一", "one of the two"),
                    );
                }
                Some(setting) => self.secret_file(setting, &key, raw, source),
                None => self.unknown(&key, source),
            }
        }
    }

    fn set(&mut self, setting: &'static Setting, raw: Raw, source: Source) {
        let written = match &raw {
            _ if setting.secret() => String::new(),
            Raw::Typed(value) => format!("{value} "),
            Raw::Text(text) => format!("{text:?} "),
        };
        let value = coerce(setting.default, raw).filter(|value| setting.fits(value));
        if let Some(value) = value {
            self.values.insert(setting.key, (value, source));
            return;
        }
        let what = Words::new(
            format!("{written}不可用"),
            format!("{written}is not usable"),
        );
        self.fault(setting.key, source, what, setting.usable());
    }

    fn secret_file(&mut self, setting: &'static Setting, key: &str, raw: Raw, source: Source) {
        let usable = Words::fixed("一个可读且非空的文件", "a readable file that is not empty");
        let path = match raw {
            Raw::Text(path) | Raw::Typed(Value::String(path)) => PathBuf::from(path),
            Raw::Typed(_) => {
                let what = Words::fixed("不是路径", "is not a path");
                return self.fault(key, source, what, usable);
            }
        };
        match read_secret(&path) {
            Ok(text) => {
                let source = Source::SecretFile(path, Box::new(source));
                self.set(setting, Raw::Text(text), source);
            }
            Err(what) => self.fault(key, source, what.of_named(path.display()), usable),
        }
    }

    fn unknown(&mut self, key: &str, source: Source) {
        let section = key.split('.').next().unwrap_or(key);
        let mut usable: Vec<&str> = table::SETTINGS
            .iter()
            .filter(|setting| setting.parts().0 == section)
            .map(|setting| setting.key)
            .collect();
        if usable.is_empty() {
            usable = table::SECTIONS.iter().map(|(name, _)| *name).collect();
        }
        self.fault(
            key,
            source,
            Words::fixed("没有这项设置", "there is no such setting"),
            Words::same(usable.join(" ")),
        );
    }

    fn fault(&mut self, key: &str, source: Source, what: Words, usable: Words) {
        self.faults.push(Fault::new(key, source, what, usable));
    }
}

/// The key that a variable stands for: the table's, a secret's file, or else a likely spelling to report.
fn key_of(variable: &str) -> String {
    let named = |variable: &str| {
        table::SETTINGS
            .iter()
            .find(|setting| setting.variable() == variable)
    };
    if let Some(setting) = named(variable) {
        return setting.key.to_owned();
    }
    if let Some(setting) = variable.strip_suffix("_FILE").and_then(named) {
        return format!("{}_file", setting.key);
    }
    variable
        .trim_start_matches(table::PREFIX)
        .to_lowercase()
        .replacen('_', ".", 1)
}

/// Reads a value as the type of its default; text is read as the command line would write it.
fn coerce(default: Default, raw: Raw) -> Option<Value> {
    match (default, raw) {
        (_, Raw::Typed(value)) => value.same_type(&default.value()).then_some(value),
        (Default::Text(_), Raw::Text(text)) => Some(text.into()),
        (Default::Whole(_), Raw::Text(text)) => text
            .trim()
            .replace('_', "")
            .parse::<i64>()
            .ok()
            .map(Value::from),
        (Default::Switch(_), Raw::Text(text)) => text.trim().parse::<bool>().ok().map(Value::from),
        (Default::List(_), Raw::Text(text)) => {
            let items = text
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty());
            Some(items.map(str::to_owned).collect::<Vec<_>>().into())
        }
    }
}

fn unreadable(error: &std::io::Error) -> Words {
    Words::new(
        format!("读不了：{error}"),
        format!("cannot be read: {error}"),
    )
}

fn read_secret(path: &Path) -> Result<String, Words> {
    let cannot = |error: std::io::Error| unreadable(&error);
    if fs::metadata(path).map_err(cannot)?.len() > SECRET_FILE_BYTES {
        return Err(Words::fixed("太大", "is too large"));
    }
    let text = fs::read_to_string(path).map_err(cannot)?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        Err(Words::fixed("是空的", "is empty"))
    } else {
        Ok(secret.to_owned())
    }
}
