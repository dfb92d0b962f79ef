//! Stored files: who may have which, and the record of who had it. A stored file never changes; the bytes themselves
//! are the file store's business and flow only after the entry that says to whom.

mod link;
mod upload;

use std::collections::HashMap;

use entity::document::{self, Model, Purpose, Viewer};
use entity::id::{FileId, SubmissionId};
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::auth::Caller;
use crate::db;
use crate::error::Error;
use crate::files::Stored;
use crate::registry::disposition::reading::viewer as demands_of;
use crate::registry::submission::hex;
use crate::registry::text::words;
use crate::scope::Scope;

pub use link::{CreateLink, Made, create_link, for_link};
pub use upload::{Upload, upload};

/// The longest purpose, in characters.
const PURPOSE: usize = 200;
/// The purpose of fetching what is the caller's own.
const OWN_FILE: &str = "OWN_FILE";
/// The purpose of fetching a filing that the caller receives.
const RECEIVED_FILING: &str = "RECEIVED_FILING";
/// The purpose of fetching what the other side of a demand for measures gave as proof.
const DEMAND_EVIDENCE: &str = "DEMAND_EVIDENCE";

/// A file that may flow: it is in sight, and its fetching is on record.
#[derive(Clone, Debug)]
pub struct Download {
    /// The file.
    pub file: Model,
}

/// A file in sight: the caller's own upload, the problems of its own import, a file of a submission in sight, or the proof of a
/// demand in sight. One statement
/// finds it and judges, so that a foreign file takes what an absent one takes; row policies hold back other platforms' files,
/// because a workbook tells everything plainly.
pub async fn find(app: &App, caller: &Caller, id: FileId) -> Result<Option<Model>, Error> {
    let viewer = Viewer {
        client: caller.client.id,
        platform: caller.platform(),
        sight: &caller.sight,
        demands: demands_of(caller),
    };
    let tx = db::begin_read(&app.db, caller.reach()).await?;
    let found = document::one_seen_by(&viewer, id).one(&tx).await?;
    tx.rollback().await?;
    Ok(found)
}

/// A file that the caller fetches with its own token; the entry is written before the first byte flows. Where no purpose is
/// told, the relation to the file is the purpose: `OWN_FILE`, `RECEIVED_FILING` or `DEMAND_EVIDENCE`.
pub async fn for_download(
    app: &App,
    caller: &Caller,
    (id, purpose): (FileId, Option<&str>),
) -> Result<Option<Download>, Error> {
    caller.needs(Scope::FileDownload)?;
    let Some(file) = find(app, caller, id).await? else {
        return Ok(None);
    };
    let own = file.client_id == Some(caller.client.id)
        || (caller.platform().is_some() && file.platform_id == caller.platform());
    let relation = match file.submission_id {
        _ if own => OWN_FILE,
        Some(_) => RECEIVED_FILING,
        None => DEMAND_EVIDENCE,
    };
    let purpose = match purpose {
        Some(told) => purpose_of(app, told)?,
        None => relation.to_owned(),
    };
    fetched(app, caller, &file, (json!({ "by": "token" }), purpose)).await?;
    Ok(Some(Download { file }))
}

/// A purpose as it was told: it stays in the audit, where nobody's number belongs.
fn purpose_of(app: &App, told: &str) -> Result<String, Error> {
    words(told, PURPOSE, app.today()).map_err(|_| {
        Error::bad_input(
            format!("purpose 须为 1 至 {PURPOSE} 字的用途，不得写入证件号码或手机号码"),
            format!("purpose says what for in 1 to {PURPOSE} characters, without anybody's number"),
        )
    })
}

/// Records that a file is fetched: by whom, what, when and what for.
async fn fetched(
    app: &App,
    caller: &Caller,
    file: &Model,
    (how, purpose): (serde_json::Value, String),
) -> Result<(), Error> {
    let about = file.submission_id.map(|id| id.to_string());
    let entry = Entry {
        operation: "downloadFile",
        outcome: Outcome::Read,
        subjects: std::iter::once(file.id.to_string()).chain(about).collect(),
        detail: json!({ "how": how, "sha256": file.sha256, "bytes": file.bytes }),
        party: None,
        purpose: Some(purpose),
    };
    audit::observe(app, caller, entry).await
}

/// The row of a file that the house made and stored; whoever makes it says what it is called, what for and whose.
pub(in crate::registry) fn made(app: &App, id: FileId, stored: &Stored) -> Model {
    let now = app.now();
    Model {
        id,
        name: String::new(),
        media_type: String::new(),
        bytes: i64::try_from(stored.bytes).unwrap_or(i64::MAX),
        sha256: hex(&stored.sha256),
        purpose: Purpose::Workbook,
        client_id: None,
        platform_id: None,
        submission_id: None,
        part: 0,
        created_at: now,
        used_at: Some(now),
        object_id: None,
        key_id: i64::from(stored.key),
    }
}

/// The files of submissions that the caller already sees, in the order of their parts.
pub async fn of_submissions(
    app: &App,
    ids: &[SubmissionId],
) -> Result<HashMap<SubmissionId, Vec<Model>>, Error> {
    let mut files: HashMap<SubmissionId, Vec<Model>> = HashMap::new();
    for file in document::of_submissions(ids.iter().copied())
        .all(&app.db)
        .await?
    {
        if let Some(filing) = file.submission_id {
            files.entry(filing).or_default().push(file);
        }
    }
    Ok(files)
}
