//! `minglu doctor`: whatever could keep the house from working, each on one line with how to mend it. It changes nothing
//! but a probe in the file store, which it takes away again, and prints no secret.

mod database;
mod keys;
mod places;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use super::failure::Failure;
use super::house::Globals;
use super::output;
use crate::clock::{Clock, Entropy, SystemClock};
use crate::config::Settings;
use crate::vault::Vault;
use rules::edition::{EditionId, edition};

/// How one part of the house is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Health {
    /// As it should be.
    Fine(String),
    /// It works; this would be better.
    Advised(String),
    /// It does not work, and this mends it.
    Broken(String),
    /// Something before it must be mended first.
    Unknown,
}

impl From<Result<String, String>> for Health {
    fn from(found: Result<String, String>) -> Self {
        found.map_or_else(Self::Broken, Self::Fine)
    }
}

/// What was looked at, in the order of looking.
#[derive(Debug, Default)]
struct Report(Vec<(&'static str, Health)>);

impl Report {
    fn add(&mut self, part: &'static str, health: impl Into<Health>) {
        self.0.push((part, health.into()));
    }

    fn is_broken(&self) -> bool {
        self.0
            .iter()
            .any(|(_, health)| matches!(health, Health::Broken(_)))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (part, health) in &self.0 {
            let (mark, text) = match health {
                Health::Fine(text) => ('✓', text.as_str()),
                Health::Advised(text) => ('!', text.as_str()),
                Health::Broken(text) => ('✗', text.as_str()),
                Health::Unknown => (
                    '·',
                    "未检查，先解决上面的问题 / not checked: mend what is above first",
                ),
            };
            let one_line: Vec<_> = text.lines().map(str::trim).collect();
            writeln!(f, "{mark} {part}: {}", one_line.join(" "))?;
        }
        Ok(())
    }
}

pub(super) async fn run(globals: &Globals) -> Result<(), Failure> {
    let report = match globals.settings() {
        Ok(settings) => examine(&settings, &Arc::new(Entropy::system()), &SystemClock).await,
        Err(Failure::Said(text)) => Report(vec![(SETTINGS, Health::Broken(text))]),
        Err(other) => return Err(other),
    };
    output::print(&report.to_string())?;
    if report.is_broken() {
        Err(Failure::Shown)
    } else {
        Ok(())
    }
}

const SETTINGS: &str = "设置 settings";

async fn examine(settings: &Settings, entropy: &Arc<Entropy>, clock: &dyn Clock) -> Report {
    let mut report = Report::default();
    let mode = if settings.server.production {
        "生产 production"
    } else {
        "开发 development"
    };
    report.add(SETTINGS, Ok(format!("可用 usable, {mode}")));
    let (health, keys) = keys::sealing(settings);
    report.add("封存密钥 sealing keys", health);
    let random = Arc::clone(entropy);
    let vault = keys
        .and_then(|keys| Vault::new(&keys, move |buffer| random.fill(buffer)).ok())
        .map(Arc::new);
    report.add("令牌密钥 token keys", keys::tokens(settings));
    database::examine(settings, vault.as_deref(), clock, &mut report).await;
    report.add(
        "文件库 file store",
        places::store(settings, vault.as_ref(), entropy.uuid_v7(clock.now())).await,
    );
    report.add("临时文件夹 temporary folder", places::temporary(settings));
    report.add("法规 law", law(settings));
    report.add("GraphiQL", places::graphiql(settings).await);
    report
}

fn law(settings: &Settings) -> Health {
    let id: EditionId = settings.law.edition.parse().unwrap_or_default();
    let in_force = edition(id);
    let since = in_force.in_force.map_or_else(
        || "未施行 not in force".to_owned(),
        |day| format!("自 since {day}"),
    );
    Health::Fine(format!(
        "{id} 《{}》 {since}",
        in_force.instrument,
        id = id.as_str()
    ))
}
