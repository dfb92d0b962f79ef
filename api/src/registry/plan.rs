//! What applying a data file does, entry by entry: shown before it is done, counted for the audit.
//! It compares what stands with what the file says and neither reads nor writes a table.

use std::fmt;

use rules::label::Lang;
use sea_orm::DatabaseTransaction;
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::auth::Caller;
use crate::error::Error;
use crate::words::Words;

/// An entry's fields as people read them, each under its name; an empty text stands for none.
pub type Fields = Vec<(Words, Words)>;

/// What a file does to one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Created(Fields),
    /// Fields differ.
    Changed(Vec<Difference>),
    /// The file says what stands.
    Unchanged,
    /// It stands and stays as it is, for this reason.
    Left(Words),
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its name.
    pub field: Words,
    /// What stands.
    pub before: Words,
    /// What the file says.
    pub after: Words,
}

impl Change {
    /// Compares what stands with what is wanted, field by field.
    #[must_use]
    pub fn between(before: Option<Fields>, after: Fields) -> Self {
        let Some(before) = before else {
            return Self::Created(after);
        };
        let differences: Vec<_> = before
            .into_iter()
            .zip(after)
            .filter(|((_, before), (_, after))| before != after)
            .map(|((field, before), (_, after))| Difference {
                field,
                before,
                after,
            })
            .collect();
        if differences.is_empty() {
            Self::Unchanged
        } else {
            Self::Changed(differences)
        }
    }

    /// Whether something is to be written.
    #[must_use]
    pub const fn writes(&self) -> bool {
        matches!(self, Self::Created(_) | Self::Changed(_))
    }
}

/// One entry with what happens to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// 区划, 机关, 地域 or 客户端.
    pub what: Words,
    /// The entry's key.
    pub key: String,
    /// What happens.
    pub change: Change,
}

/// What applying a file does, or did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The steps, in the order of the file, then what it does not name.
    pub steps: Vec<Step>,
    /// Whether nothing was written because it was only to be shown.
    pub dry_run: bool,
    subjects: Vec<String>,
}

impl Plan {
    /// An empty plan.
    #[must_use]
    pub const fn new(dry_run: bool) -> Self {
        Self {
            steps: Vec::new(),
            dry_run,
            subjects: Vec::new(),
        }
    }

    /// Adds a step and tells whether something is to be written; `subject` is the id that the audit names.
    pub(super) fn add(&mut self, step: Step, subject: impl fmt::Display) -> bool {
        let writes = step.change.writes();
        if writes {
            self.subjects.push(subject.to_string());
        }
        self.steps.push(step);
        writes
    }

    /// Adds an entry that stays as it is.
    pub(super) fn leave(&mut self, what: Words, key: String, why: Words) {
        self.steps.push(Step {
            what,
            key,
            change: Change::Left(why),
        });
    }

    /// How many entries are created, changed, unchanged and left as they are.
    #[must_use]
    pub fn counts(&self) -> [usize; 4] {
        let count = |wanted: fn(&Change) -> bool| {
            self.steps
                .iter()
                .filter(|step| wanted(&step.change))
                .count()
        };
        [
            count(|change| matches!(change, Change::Created(_))),
            count(|change| matches!(change, Change::Changed(_))),
            count(|change| matches!(change, Change::Unchanged)),
            count(|change| matches!(change, Change::Left(_))),
        ]
    }

    /// Ends the application: a dry run rolls back, anything else is told to the audit and committed.
    pub(super) async fn finish(
        self,
        app: &App,
        who: Option<&Caller>,
        operation: &'static str,
        tx: DatabaseTransaction,
    ) -> Result<Self, Error> {
        if self.dry_run {
            tx.rollback().await?;
            return Ok(self);
        }
        let [created, changed, unchanged, left] = self.counts();
        let entry = Entry {
            operation,
            outcome: Outcome::Done,
            subjects: self.subjects.clone(),
            detail: json!({ "created": created, "changed": changed, "unchanged": unchanged, "left": left }),
            party: None,
            purpose: None,
        };
        match who {
            Some(caller) => audit::record(app, &tx, caller, entry).await?,
            None => audit::record_house(app, &tx, entry).await?,
        }
        tx.commit().await?;
        Ok(self)
    }
}

impl Step {
    /// The step as people read it.
    fn say(&self, lang: Lang) -> String {
        let [what, key] = [self.what.say(lang), &self.key];
        let shown = |value: &Words| match value.say(lang) {
            "" => lang.pick("（无）", "(none)").to_owned(),
            text => text.to_owned(),
        };
        let colon = lang.pick("：", ": ");
        match &self.change {
            Change::Created(fields) => {
                let head = lang.pick("+ 新增", "+ new ");
                let fields = fields.iter().map(|(field, value)| {
                    format!("\n    {}{colon}{}", field.say(lang), shown(value))
                });
                format!("{head}{what} {key}{}", fields.collect::<String>())
            }
            Change::Changed(differences) => {
                let head = lang.pick("~ 变更", "~ changed ");
                let differences = differences.iter().map(|difference| {
                    let field = difference.field.say(lang);
                    let [before, after] = [&difference.before, &difference.after].map(shown);
                    format!("\n    {field}{colon}{before} → {after}")
                });
                format!("{head}{what} {key}{}", differences.collect::<String>())
            }
            Change::Unchanged => format!("= {what} {key} {}", lang.pick("不变", "unchanged")),
            Change::Left(why) => format!("· {what} {key} {}", why.say(lang)),
        }
    }
}

impl Plan {
    /// The steps and their sums as people read them.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let mut text: String = self
            .steps
            .iter()
            .map(|step| step.say(lang) + "\n")
            .collect();
        let [created, changed, unchanged, left] = self.counts();
        let counts = Words::new(
            format!("新增 {created}，变更 {changed}，不变 {unchanged}，保留 {left}。"),
            format!("{created} new, {changed} changed, {unchanged} unchanged, {left} left alone. "),
        );
        text.push_str(counts.say(lang));
        text.push_str(if self.dry_run {
            lang.pick("试行，未写入。", "A dry run: nothing was written.")
        } else if created + changed == 0 {
            lang.pick("无需写入。", "Nothing to write.")
        } else {
            lang.pick("已写入。", "Written.")
        });
        text
    }
}
