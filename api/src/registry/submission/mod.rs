//! 报送: prepared by a platform, frozen in one statement, written by a reconciler, filed, received or returned. Each
//! deed is one transaction; states move only as `rules::submission` says.

mod course;
pub mod freeze;
pub mod house;
mod layout;
pub mod lease;
mod lifecycle;
pub mod newest;
mod pen;
mod prepare;
mod reading;
mod row;
mod store;
pub mod write;

use entity::id::{PlatformId, SubmissionId};
use entity::kind::{FilingKind, ReportKind, SubmissionState};
use entity::problem::{Finding, ProblemCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::deed::Recorded;

pub use lifecycle::{accept, file, return_back, withdraw};
pub use prepare::prepare;
pub(crate) use reading::seal_reasons;
pub use reading::{
    SheetCount, Wanted, count, find, first_problems, list, progress, return_reasons, sheet_counts,
    some,
};
pub(crate) use store::hex;

/// Tells the reconciler of this process that there is work, so that it need not wait for its next look. A hint only:
/// the work itself stands in the database, for every process.
pub static PREPARED: Notify = Notify::const_new();

/// Prepares a submission.
#[derive(Clone, Debug, Serialize)]
pub struct Prepare {
    /// The platform; absent = the caller's own.
    pub platform: Option<PlatformId>,
    /// Which report.
    pub report: ReportKind,
    /// 报送期, as "2027-01".
    pub window: String,
    /// First, supplementary or correcting.
    pub kind: FilingKind,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Does something to one submission.
#[derive(Clone, Debug, Serialize)]
pub struct Act {
    /// Which; none when the id cannot be one.
    pub submission: Option<SubmissionId>,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Returns a submission with reasons.
#[derive(Clone, Debug, Serialize)]
pub struct Return {
    /// Which; none when the id cannot be one.
    pub submission: Option<SubmissionId>,
    /// Why: at least one.
    pub reasons: Vec<Reason>,
}

/// 退回理由: a place in the workbooks, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The sheet, by the name on its tab.
    pub sheet: String,
    /// 序号; none for the whole sheet.
    pub row: Option<i64>,
    /// The column, by its header.
    pub column: Option<String>,
    /// What is wrong.
    pub message: String,
}

/// What a deed on a submission ended in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The submission, where it may be shown.
    pub submission: Option<SubmissionId>,
    /// The state it came to; none when nothing was done.
    pub state: Option<SubmissionState>,
    /// What was found, with paths inside the input.
    pub findings: Vec<Finding>,
}

impl Verdict {
    fn came_to(submission: SubmissionId, state: SubmissionState) -> Self {
        Self {
            submission: Some(submission),
            state: Some(state),
            findings: Vec::new(),
        }
    }

    fn refused(submission: Option<SubmissionId>, findings: Vec<Finding>) -> Self {
        Self {
            submission,
            state: None,
            findings,
        }
    }

    /// Absent and out of sight look alike.
    fn not_found() -> Self {
        let finding = Finding::error(ProblemCode::NotFound).inside("submission");
        Self::refused(None, vec![finding])
    }
}

impl Recorded for Verdict {
    fn wrote(&self) -> bool {
        self.state.is_some()
    }

    fn subjects(&self) -> Vec<String> {
        self.submission.iter().map(ToString::to_string).collect()
    }

    fn detail(&self) -> Value {
        let codes = self.findings.iter().map(|finding| finding.code.as_str());
        json!({ "state": self.state, "problems": codes.collect::<Vec<_>>() })
    }
}
