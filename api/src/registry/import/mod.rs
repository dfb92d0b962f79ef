//! 首次登记: a platform's upload of the API's own inputs, a line each, judged by the very deed that judges a batch. Each
//! chunk is one transaction that also says how far the file is, so that nothing is done twice and nothing is left out.

mod begin;
mod chunk;
mod lane;
pub mod lease;
mod lines;
pub mod load;
mod reading;
pub mod report;

use std::sync::Arc;

use entity::id::{FileId, ImportId, PlatformId, RegistrationId};
use entity::import_job::Model;
use entity::kind::{RowOutcome, SubjectKind};
use entity::problem::Finding;
use rules::label::Lang;
use sea_orm::DatabaseTransaction;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::batch::Outcome;
use super::deed::Recorded;
use super::division::Gazetteer;
use super::input::Item;
use super::ledger::Ledger;
use crate::app::App;
use crate::auth::Caller;
use lease::Lease;

pub(super) use begin::fresh;
pub use begin::{begin, cancel};
pub(super) use chunk::place as verdicts_place;
pub use reading::{count, file, find, first_problems, list, progress, rows};

/// Tells the reconciler of this process that there is a file to read. A hint only: the job stands in the database.
pub static UPLOADED: Notify = Notify::const_new();

/// Reads one line as an item of a kind, exactly as the API reads its input; the words lend it to this shelf.
pub type ReadLine = fn(SubjectKind, &str) -> Result<Item, Unread>;

/// A line that is no item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The platform's own key, as far as it can be read.
    pub external_id: Option<String>,
    /// Why.
    pub finding: Finding,
}

/// Loads a file.
#[derive(Clone, Debug, Serialize)]
pub struct Begin {
    /// The upload; none when the id cannot be one.
    pub file: Option<FileId>,
    /// The platform; absent = the caller's own.
    pub platform: Option<PlatformId>,
    /// What each line is.
    pub kind: SubjectKind,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// What a deed on an import ended in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The import, where it may be shown.
    pub job: Option<ImportId>,
    /// Whether something was done.
    pub done: bool,
    /// What was found, with paths inside the input.
    pub findings: Vec<Finding>,
}

impl Verdict {
    pub(super) const fn came_to(job: ImportId) -> Self {
        Self {
            job: Some(job),
            done: true,
            findings: Vec::new(),
        }
    }

    pub(super) fn refused(job: Option<ImportId>, finding: Finding) -> Self {
        Self {
            job,
            done: false,
            findings: vec![finding],
        }
    }
}

impl Recorded for Verdict {
    fn wrote(&self) -> bool {
        self.done
    }

    fn subjects(&self) -> Vec<String> {
        self.job.iter().map(ToString::to_string).collect()
    }

    fn detail(&self) -> Value {
        let codes = self.findings.iter().map(|finding| finding.code.as_str());
        json!({ "problems": codes.collect::<Vec<_>>() })
    }
}

/// What was found on one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineVerdict {
    /// The line, from 1.
    pub line: i64,
    /// The platform's own key, as sent.
    pub external_id: Option<String>,
    /// What became of it, as the API says it of an item.
    pub outcome: Outcome,
    /// The registration, where one stands.
    pub registration: Option<RegistrationId>,
    /// What was found, with paths inside the line's object.
    pub findings: Vec<Finding>,
}

impl LineVerdict {
    /// What became of it as a row of a file.
    #[must_use]
    pub const fn row_outcome(&self) -> RowOutcome {
        match self.outcome {
            Outcome::Rejected => RowOutcome::Rejected,
            Outcome::Stale => RowOutcome::Skipped,
            _ => RowOutcome::Accepted,
        }
    }
}

/// Whoever writes a file into a book, under a claim.
pub struct Hand {
    app: Arc<App>,
    caller: Caller,
    ledger: Ledger,
    kind: SubjectKind,
    gazetteer: Gazetteer,
    lease: Lease,
    read: ReadLine,
}

impl Hand {
    /// The hand of a job, unless the client that asked for it may not write any more.
    pub async fn of(
        app: &Arc<App>,
        lease: Lease,
        job: &Model,
        read: ReadLine,
    ) -> Result<Option<Self>, crate::error::Error> {
        let Some(kind) = job.subject else {
            return Ok(None);
        };
        let Some(caller) = begin::asker(app, &app.db, job).await? else {
            return Ok(None);
        };
        let Ok(Ok(ledger)) = Ledger::choose(&caller, kind, job.platform_id) else {
            return Ok(None);
        };
        Ok(Some(Self {
            gazetteer: super::registration::gazetteer(app, &app.db).await?,
            app: Arc::clone(app),
            caller,
            ledger,
            kind,
            lease,
            read,
        }))
    }

    /// Judges and writes what was parsed.
    async fn settle(
        &self,
        parsed: super::registration::bulk::Parsed,
        tx: &DatabaseTransaction,
    ) -> Result<super::batch::Batch, crate::error::Error> {
        let book = (&self.ledger, self.kind, &self.gazetteer);
        parsed.settle(&self.app, &self.caller, book, tx).await
    }
}

/// The language of a job's problems file, as it is kept.
pub(super) const fn kept(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "zh",
        Lang::En => "en",
    }
}

pub(super) fn language(job: &Model) -> Lang {
    if job.language == kept(Lang::En) {
        Lang::En
    } else {
        Lang::Zh
    }
}
