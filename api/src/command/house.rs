//! What every command shares: where its settings come from, and the house opened without a server. Nothing here makes a
//! database or keys for somebody who only stands in the wrong folder.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use clap::{Args, ValueHint};
use percent_encoding::percent_decode_str;
use rules::label::Lang;
use sea_orm::DatabaseConnection;

use super::failure::Failure;
use crate::app::App;
use crate::config::{ConfigError, DatabaseUrl, HIDDEN, Settings, is_secret, parse_set};
use crate::db;
use crate::production;
use crate::registry::rotation::holder;
use crate::start::{self, Parts};
use crate::words::Words;

/// The flags that every command takes.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Globals {
    /// Settings file [default: ./minglu.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) config: Option<PathBuf>,
    /// Override a setting; may be repeated
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = parse_set)]
    pub(super) set: Vec<(String, String)>,
    /// The language of whoever types; the locale says it, not a flag.
    #[arg(skip)]
    pub(super) lang: Lang,
    #[arg(skip)]
    opened: Opened,
}

/// The house that a command opened, to be left when the command ends.
#[derive(Clone, Default)]
struct Opened(Arc<OnceLock<Arc<App>>>);

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Opened")
            .field(&self.0.get().is_some())
            .finish()
    }
}

impl Globals {
    /// The settings in force.
    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        Ok(Settings::from_process(
            self.config.clone(),
            self.set.clone(),
        )?)
    }

    /// The same for a server, which in production is told at once of every file and every setting that is not fit for it.
    pub(super) fn settings_of_a_server(&self) -> Result<Settings, Failure> {
        let (settings, mut faults) =
            Settings::judged_from_process(self.config.clone(), self.set.clone())?;
        if settings.server.production {
            faults.extend(production::faults(&settings));
        }
        ConfigError::unless_empty(faults)?;
        Ok(settings)
    }

    /// The house over a database that is there and up to date.
    pub(super) async fn open(&self) -> Result<Arc<App>, Failure> {
        let settings = self.settings()?;
        refuse_absent(&settings.database.url)?;
        let app = start::open(settings, Parts::default(), false).await?;
        Ok(Arc::clone(self.opened.0.get_or_init(|| app)))
    }

    /// Leaves the house that was opened: a rotation waits for whoever is at work, and a command that has ended is not.
    pub(super) async fn leave(&self) {
        if let Some(app) = self.opened.0.get()
            && let Err(fault) = holder::leave(app).await
        {
            // Whoever says nothing more counts as gone within half a minute.
            tracing::warn!(cause = %fault, "a command that ended counts as being at work for a while");
        }
    }

    /// The same for a command that makes nothing with the keys.
    pub(super) async fn look(&self) -> Result<Arc<App>, Failure> {
        let settings = self.settings()?;
        refuse_absent(&settings.database.url)?;
        Ok(start::look(settings).await?)
    }

    /// The database alone, as its owner; it must be there.
    pub(super) async fn owned_database(&self) -> Result<DatabaseConnection, Failure> {
        let settings = self.settings()?;
        refuse_absent(&settings.database.url)?;
        Ok(db::connect_owner(&settings.database).await?)
    }

    /// These flags as they would be typed again; a secret must be filled in by hand.
    pub(super) fn typed(&self) -> String {
        let config = self.config.iter().map(|file| file.display().to_string());
        let config = config.map(|file| format!(" --config {}", quoted(&file)));
        let set = self.set.iter().map(|(key, value)| {
            let value = if is_secret(key) { HIDDEN } else { value };
            format!(" --set {}", quoted(&format!("{key}={value}")))
        });
        config.chain(set).collect()
    }
}

/// What is said of a folder that cannot be made.
pub(super) fn cannot_make(folder: &Path) -> Words {
    let folder = folder.display();
    Words::new(
        format!("文件夹 {folder} 建不了"),
        format!("the folder {folder} cannot be made"),
    )
}

/// Opening an SQLite address makes its file; a command that reads must not.
pub(super) fn refuse_absent(url: &DatabaseUrl) -> Result<(), Failure> {
    match sqlite_file(url) {
        Some(file) if !file.exists() => {
            let file = file.display();
            Err(Failure::said(
                format!(
                    "数据库 {file} 不存在，请先运行 minglu migrate up 或者 minglu serve --demo"
                ),
                format!(
                    "there is no database at {file}: run `minglu migrate up` or `minglu serve --demo` first"
                ),
            ))
        }
        _ => Ok(()),
    }
}

/// The file behind an SQLite address; none for a database in memory or on a server.
pub(super) fn sqlite_file(url: &DatabaseUrl) -> Option<PathBuf> {
    let rest = url.expose().strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let path = path.split('?').next().unwrap_or(path);
    let in_memory = path.is_empty() || path == ":memory:" || rest.contains("mode=memory");
    (!in_memory).then(|| PathBuf::from(percent_decode_str(path).decode_utf8_lossy().as_ref()))
}

/// A word as a shell reads it back.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_an_sqlite_address_is_found() {
        let table = [
            (
                "sqlite://./data/minglu.db?mode=rwc",
                Some("./data/minglu.db"),
            ),
            ("sqlite:registry.db", Some("registry.db")),
            ("sqlite:///var/lib/a%20b.db", Some("/var/lib/a b.db")),
            ("sqlite::memory:", None),
            ("postgres://h/d", None),
        ];
        for (url, file) in table {
            assert_eq!(
                sqlite_file(&url.parse().unwrap()),
                file.map(PathBuf::from),
                "{url}"
            );
        }
    }

    #[test]
    fn flags_are_typed_again_so_that_a_shell_reads_the_same() {
        let globals = Globals {
            config: Some("a b.toml".into()),
            set: vec![
                ("law.edition".to_owned(), "draft-2025".to_owned()),
                ("a.b".to_owned(), "it's".to_owned()),
            ],
            ..Globals::default()
        };
        assert_eq!(
            globals.typed(),
            r" --config 'a b.toml' --set law.edition=draft-2025 --set 'a.b=it'\''s'"
        );
        assert_eq!(Globals::default().typed(), "");
    }

    #[test]
    fn secrets_are_not_typed_again() {
        let url = "postgres://u:hunter2@h/d".to_owned();
        let globals = Globals {
            set: vec![("database.url".to_owned(), url)],
            ..Globals::default()
        };
        let typed = globals.typed();
        assert!(!typed.contains("hunter2"), "{typed}");
        assert!(typed.contains("--set 'database.url=***'"), "{typed}");
    }
}
