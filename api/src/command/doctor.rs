//! `minglu doctor`: whatever could keep the house from working, each on one line with how to mend it. It changes nothing
//! but a probe in the file store, which it takes away again, and prints no secret.

mod database;
mod keys;
mod places;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::failure::Failure;
use super::house::Globals;
use super::output;
use crate::clock::{Clock, Entropy, SystemClock};
use crate::config::Settings;
use crate::vault::Vault;
use crate::words::Words;
use rules::edition::{EditionId, edition};
use rules::label::Lang;

/// How one part of the house is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Health {
    /// As it should be.
    Fine(Words),
    /// It works; this would be better.
    Advised(Words),
    /// It does not work, and this mends it.
    Broken(Words),
    /// Something before it must be mended first.
    Unknown,
}

impl From<Result<Words, Words>> for Health {
    fn from(found: Result<Words, Words>) -> Self {
        found.map_or_else(Self::Broken, Self::Fine)
    }
}

/// What was looked at, in the order of looking.
#[derive(Debug, Default)]
struct Report(Vec<(Words, Health)>);

impl Report {
    fn add(&mut self, part: Words, health: impl Into<Health>) {
        self.0.push((part, health.into()));
    }

    fn is_broken(&self) -> bool {
        self.0
            .iter()
            .any(|(_, health)| matches!(health, Health::Broken(_)))
    }
}

impl Report {
    /// One line a part.
    fn say(&self, lang: Lang) -> String {
        let line = |(part, health): &(Words, Health)| {
            let (mark, words) = match health {
                Health::Fine(words) => ('✓', words),
                Health::Advised(words) => ('!', words),
                Health::Broken(words) => ('✗', words),
                Health::Unknown => ('·', &NOT_CHECKED),
            };
            let one_line: Vec<_> = words.say(lang).lines().map(str::trim).collect();
            let colon = lang.pick("：", ": ");
            format!("{mark} {}{colon}{}\n", part.say(lang), one_line.join(" "))
        };
        self.0.iter().map(line).collect()
    }
}

/// What is said of a part that could not be looked at.
static NOT_CHECKED: Words = Words::fixed(
    "未检查，请先解决上面的问题",
    "not checked: mend what is above first",
);

pub(super) async fn run(globals: &Globals) -> Result<(), Failure> {
    let report = match globals.settings() {
        Ok(settings) => examine(&settings, &Arc::new(Entropy::system()), &SystemClock).await,
        Err(Failure::Said(words)) => Report(vec![(SETTINGS, Health::Broken(words))]),
        Err(other) => return Err(other),
    };
    output::print(&report.say(globals.lang))?;
    if report.is_broken() {
        Err(Failure::Shown)
    } else {
        Ok(())
    }
}

const SETTINGS: Words = Words::fixed("设置", "settings");

async fn examine(settings: &Settings, entropy: &Arc<Entropy>, clock: &dyn Clock) -> Report {
    let mut report = Report::default();
    let usable = if settings.server.production {
        Words::fixed("可用，生产环境", "usable, production")
    } else {
        Words::fixed("可用，开发环境", "usable, development")
    };
    report.add(SETTINGS, Ok(usable));
    let (health, keys) = keys::sealing(settings);
    report.add(Words::fixed("封存密钥", "sealing keys"), health);
    let random = Arc::clone(entropy);
    let vault = keys
        .and_then(|keys| Vault::new(&keys, move |buffer| random.fill(buffer)).ok())
        .map(Arc::new);
    report.add(
        Words::fixed("令牌密钥", "token keys"),
        keys::tokens(settings),
    );
    database::examine(settings, vault.as_deref(), clock, &mut report).await;
    report.add(
        Words::fixed("文件库", "file store"),
        places::store(settings, vault.as_ref(), entropy.uuid_v7(clock.now())).await,
    );
    report.add(
        Words::fixed("临时文件夹", "temporary folder"),
        places::temporary(settings),
    );
    report.add(Words::fixed("法规", "law"), law(settings));
    report.add(
        Words::fixed("GraphiQL", "GraphiQL"),
        places::graphiql(settings).await,
    );
    report
}

fn law(settings: &Settings) -> Health {
    let id: EditionId = settings.law.edition.parse().unwrap_or_default();
    let in_force = edition(id);
    let since = in_force.in_force.map_or_else(
        || Words::fixed("未施行", "not in force"),
        |day| Words::new(format!("自 {day} 起施行"), format!("in force since {day}")),
    );
    let (id, instrument) = (id.as_str(), &in_force.instrument);
    Health::Fine(Words::new(
        format!("{id}《{instrument}》，{}", since.say(Lang::Zh)),
        format!("{id} 《{instrument}》, {}", since.say(Lang::En)),
    ))
}
