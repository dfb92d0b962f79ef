//! Where a survey's parts come from: a process that may be lost reads the untrusted file, and says nothing but parts.

use entity::document;
use entity::import_job::Model;
use reports::survey::raw::Part;
use tokio::sync::mpsc::Sender;

use crate::app::App;
use crate::error::Error;
use crate::survey_child;

/// Has an upload read and hands its parts on, until they end or nobody listens any more.
pub(super) async fn feed(app: &App, job: &Model, out: Sender<Part>) -> Result<(), Error> {
    let length = u64::try_from(job.bytes).unwrap_or(0);
    let file = document::by_id(job.file_id).one(&app.db).await?;
    let object = file.map_or(job.file_id.0, |file| file.object());
    let mut parts = survey_child::parts(app, object, length).await?;
    while let Some(part) = parts.next().await? {
        if out.send(part).await.is_err() {
            break;
        }
    }
    Ok(())
}
