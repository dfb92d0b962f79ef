//! STUB
use crate::{app::App, auth::Caller, error::Error, http::Refusal};
use chrono::{DateTime, Utc};
use entity::document::Model;
use entity::id::{FileId, SubmissionId};
use entity::problem::Finding;
pub struct Upload {
    pub name: String,
    pub media_type: String,
    pub digest: Option<String>,
}
pub struct Download {
    pub file: Model,
}
pub struct CreateLink {
    pub file: Option<FileId>,
    pub purpose: String,
}
pub struct Made {
    pub url: Option<String>,
    pub expires_at: Option<DateTime<Utc>>,
    pub findings: Vec<Finding>,
}
pub async fn upload(
    _: &App,
    _: &Caller,
    _: Upload,
    _: impl tokio::io::AsyncRead + Send + Unpin,
) -> Result<Model, Refusal> {
    Err(Refusal::internal())
}
pub async fn find(_: &App, _: &Caller, _: FileId) -> Result<Option<Model>, Error> {
    Ok(None)
}
pub async fn for_download(_: &App, _: &Caller, _: FileId) -> Result<Option<Download>, Error> {
    Ok(None)
}
pub async fn for_link(_: &App, _: &str, _: &str) -> Result<Option<Download>, Error> {
    Ok(None)
}
pub async fn create_link(_: &App, _: &Caller, _: CreateLink) -> Result<Made, Error> {
    Ok(Made {
        url: None,
        expires_at: None,
        findings: vec![],
    })
}
pub async fn of_submissions(
    _: &App,
    _: &[SubmissionId],
) -> Result<std::collections::HashMap<SubmissionId, Vec<Model>>, Error> {
    Ok(Default::default())
}
