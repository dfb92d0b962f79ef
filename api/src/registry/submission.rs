//! STUB
use crate::{
    app::App,
    auth::{Caller, Receiver},
    error::Error,
};
use entity::id::{PlatformId, SubmissionId};
use entity::kind::{FilingKind, ReportKind, SubmissionState};
use entity::problem::Finding;
use entity::submission::Model;
pub struct Prepare {
    pub platform: Option<PlatformId>,
    pub report: ReportKind,
    pub window: String,
    pub kind: FilingKind,
    pub idempotency_key: Option<String>,
}
pub struct Act {
    pub submission: Option<SubmissionId>,
    pub idempotency_key: Option<String>,
}
pub struct Return {
    pub submission: Option<SubmissionId>,
    pub reasons: Vec<Reason>,
}
pub struct Reason {
    pub sheet: String,
    pub row: Option<i64>,
    pub column: Option<String>,
    pub message: String,
}
pub struct Verdict {
    pub submission: Option<SubmissionId>,
    pub findings: Vec<Finding>,
}
pub struct Wanted {
    pub window: Option<String>,
    pub platform: Option<PlatformId>,
    pub report: Option<ReportKind>,
    pub state: Option<SubmissionState>,
}
#[must_use]
pub fn progress(_: &Model) -> f64 {
    0.0
}
pub fn sheet_counts(_: &Model) -> Result<Vec<(String, u64)>, Error> {
    Ok(vec![])
}
pub fn return_reasons(_: &Model) -> Result<Vec<Reason>, Error> {
    Ok(vec![])
}
pub fn first_problems(_: &Model) -> Result<Vec<Finding>, Error> {
    Ok(vec![])
}
pub async fn find(_: &App, _: &Caller, _: SubmissionId) -> Result<Option<Model>, Error> {
    Ok(None)
}
pub async fn list(
    _: &App,
    _: &Caller,
    _: &Wanted,
    _: (Option<SubmissionId>, u64),
) -> Result<(Vec<Model>, bool), Error> {
    Ok((vec![], false))
}
pub async fn count(_: &App, _: &Caller, _: &Wanted) -> Result<Option<u64>, Error> {
    Ok(None)
}
pub async fn prepare(_: &App, _: &Caller, _: Prepare) -> Result<Verdict, Error> {
    Ok(Verdict {
        submission: None,
        findings: vec![],
    })
}
pub async fn file(_: &App, _: &Caller, _: Act) -> Result<Verdict, Error> {
    Ok(Verdict {
        submission: None,
        findings: vec![],
    })
}
pub async fn withdraw(_: &App, _: &Caller, _: Act) -> Result<Verdict, Error> {
    Ok(Verdict {
        submission: None,
        findings: vec![],
    })
}
pub async fn accept(_: &App, _: Receiver<'_>, _: Act) -> Result<Verdict, Error> {
    Ok(Verdict {
        submission: None,
        findings: vec![],
    })
}
pub async fn return_back(_: &App, _: Receiver<'_>, _: Return) -> Result<Verdict, Error> {
    Ok(Verdict {
        submission: None,
        findings: vec![],
    })
}
