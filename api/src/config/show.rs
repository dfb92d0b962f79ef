//! The settings as people read them: docs/settings.md, and `minglu config check`, whose output is itself
//! a settings file. Secrets are hidden in both.

use std::fmt;
use std::fmt::Write as _;

use rules::label::Lang;
use toml::Value;

use super::error::Source;
use super::secret::{HIDDEN, redact};
use super::table::{SECTIONS, SETTINGS, Setting, Shown};
use super::types::Settings;
use crate::words::Words;

/// A value in force and where it came from.
#[derive(Clone)]
pub(super) struct InForce {
    pub(super) setting: &'static Setting,
    pub(super) value: Value,
    pub(super) source: Source,
}

impl InForce {
    /// Whether the value holds something that must not be shown.
    pub(super) fn is_secret(&self) -> bool {
        self.shown() != self.value.to_string()
    }

    fn shown(&self) -> String {
        match (self.setting.shown, self.value.as_str()) {
            (Shown::Plain, _) | (_, Some("")) => self.value.to_string(),
            (Shown::UrlPasswordHidden, Some(url)) => Value::from(redact(url)).to_string(),
            _ => Value::from(HIDDEN).to_string(),
        }
    }
}

impl fmt::Debug for InForce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} = {} ({})",
            self.setting.key,
            self.shown(),
            self.source.say(Lang::En)
        )
    }
}

impl Settings {
    /// What is in force, each value with its source, secrets hidden: the output of `minglu config check`.
    #[must_use]
    pub fn render_in_force(&self, lang: Lang) -> String {
        let mut text = String::new();
        for (section, [zh, en]) in SECTIONS {
            let _ = writeln!(text, "[{section}] # {}", lang.pick(zh, en));
            for value in self
                .in_force
                .iter()
                .filter(|value| value.setting.parts().0 == *section)
            {
                let name = value.setting.parts().1;
                let source = value.source.say(lang);
                let _ = writeln!(text, "{name} = {} # {source}", value.shown());
            }
            text.push('\n');
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }
}

const INTRODUCTION: &str = "\
# 设置 Settings

<!-- 由设置表生成，请勿手改。Generated from the table of settings; do not edit. -->

设置依次取自：默认值、TOML 文件（`--config` 或 `MINGLU_CONFIG`，未指明时为当前目录的 `minglu.toml`，若有）、环境变量
`MINGLU_<SECTION>_<KEY>`、命令行 `--set 键=值`；后者覆盖前者。不认识的键或不可用的值会阻止启动，并指出键、来源和可用的值。
列表在环境变量和命令行中以逗号分隔；空文本表示未设置。相对路径从当前目录算起。`minglu config check` 列出生效的值及来源。
Kubernetes 会为名为 minglu 的 Service 注入 `MINGLU_*` 变量，请设 `enableServiceLinks: false`。

Settings come from the defaults, then a TOML file (`--config` or `MINGLU_CONFIG`, else `minglu.toml` in the current folder
if it is there), then the environment, then `--set key=value`; the later wins. An unknown key or an unusable value stops the
start and is named with its origin and what would be usable. In the environment and in flags, lists are separated by commas;
an empty text means not set. Relative paths start at the current folder. `minglu config check` prints what is in force.
Kubernetes injects `MINGLU_*` variables for a Service that is named minglu: set `enableServiceLinks: false`.

标 🔒 的是机密：也可放进单独的文件，用 `<键>_file`（环境变量 `…_FILE`）指明；同一层中两者只能给一个。机密不会被打印，
不宜写在命令行上。 Settings marked 🔒 are secrets: they may be kept in a file of their own, named by `<key>_file` (environment
`…_FILE`); one layer may give only one of the two. They are never printed, and do not belong on a command line.
";

/// The text of docs/settings.md.
#[must_use]
pub fn render_docs() -> String {
    let mut text = INTRODUCTION.to_owned();
    for (section, [zh, en]) in SECTIONS {
        let title = if zh == en {
            (*zh).to_owned()
        } else {
            format!("{zh} {en}")
        };
        let _ = write!(text, "\n## {title} `[{section}]`\n\n");
        text.push_str("| 键 key | 默认 default | 可用 usable | 说明 about | 环境变量 variable |\n|---|---|---|---|---|\n");
        for setting in SETTINGS
            .iter()
            .filter(|setting| setting.parts().0 == *section)
        {
            text.push_str(&row(setting));
        }
    }
    text
}

/// A manual for readers of both languages says both, once where they are the same.
fn both(words: &Words) -> String {
    match [Lang::Zh, Lang::En].map(|lang| words.say(lang)) {
        [zh, en] if zh == en => zh.to_owned(),
        [zh, en] => format!("{zh} {en}"),
    }
}

fn row(setting: &Setting) -> String {
    let lock = if setting.secret() { " 🔒" } else { "" };
    let production = setting.in_production.map_or_else(String::new, |default| {
        format!("；生产 production `{}`", default.value())
    });
    let [zh, en] = setting.about;
    format!(
        "| `{}`{lock} | `{}`{production} | {} | {zh}。{en} | `{}` |\n",
        setting.key,
        setting.default.value(),
        both(&setting.usable()).replace('|', "\\|"),
        setting.variable(),
    )
}
