//! What applying a data file does, entry by entry: shown before it is done, counted for the audit.
//! It compares what stands with what the file says and neither reads nor writes a table.

use std::fmt;

use sea_orm::DatabaseTransaction;
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::auth::Caller;
use crate::error::Error;

/// An entry's fields as people read them, each under its Chinese name; an empty text stands for none.
pub type Fields = Vec<(&'static str, String)>;

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
    Left(&'static str),
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its Chinese name.
    pub field: &'static str,
    /// What stands.
    pub before: String,
    /// What the file says.
    pub after: String,
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
    pub what: &'static str,
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
    pub(super) fn leave(&mut self, what: &'static str, key: String, why: &'static str) {
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
        };
        match who {
            Some(caller) => audit::record(app, &tx, caller, entry).await?,
            None => audit::record_house(app, &tx, entry).await?,
        }
        tx.commit().await?;
        Ok(self)
    }
}

fn shown(value: &str) -> &str {
    if value.is_empty() { "（无）" } else { value }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, key) = (self.what, &self.key);
        match &self.change {
            Change::Created(fields) => {
                write!(f, "+ 新增{what} {key}")?;
                fields
                    .iter()
                    .try_for_each(|(field, value)| write!(f, "\n    {field}：{}", shown(value)))
            }
            Change::Changed(differences) => {
                write!(f, "~ 变更{what} {key}")?;
                differences.iter().try_for_each(
                    |Difference {
                         field,
                         before,
                         after,
                     }| {
                        write!(f, "\n    {field}：{} → {}", shown(before), shown(after))
                    },
                )
            }
            Change::Unchanged => write!(f, "= {what} {key} 不变"),
            Change::Left(why) => write!(f, "· {what} {key} {why}"),
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.steps
            .iter()
            .try_for_each(|step| writeln!(f, "{step}"))?;
        let [created, changed, unchanged, left] = self.counts();
        write!(
            f,
            "新增 {created}，变更 {changed}，不变 {unchanged}，保留 {left}\
             （{created} created, {changed} changed, {unchanged} unchanged, {left} left alone）。"
        )?;
        f.write_str(if self.dry_run {
            "试行，未写入（dry run, nothing was written）。"
        } else if created + changed == 0 {
            "无需写入（nothing to write）。"
        } else {
            "已写入（written）。"
        })
    }
}
