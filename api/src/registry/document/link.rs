//! Links that fetch one file without a token, for a short time: signed, recorded when they are made and whenever they
//! are followed, and dead as soon as their maker is revoked or no longer sees the file.

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use entity::client;
use entity::document::link;
use entity::id::{FileId, LinkId};
use entity::problem::{Finding, ProblemCode};
use rules::label::Lang;
use sea_orm::{ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Download, PURPOSE, fetched, find};
use crate::app::App;
use crate::auth::{Caller, caller as as_caller};
use crate::error::Error;
use crate::registry::deed::{self, Deed, Recorded};
use crate::registry::text::words;
use crate::scope::Scope;
use crate::vault::Link;

/// Asks for a link.
#[derive(Clone, Debug, Serialize)]
pub struct CreateLink {
    /// The file; none when the id cannot be one.
    pub file: Option<FileId>,
    /// What for.
    pub purpose: String,
}

/// A link, or why there is none.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Made {
    /// Where it leads.
    pub url: Option<String>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// What was found, with paths inside the input.
    pub findings: Vec<Finding>,
    subjects: Vec<String>,
    purpose: String,
}

impl Recorded for Made {
    fn wrote(&self) -> bool {
        self.url.is_some()
    }

    fn subjects(&self) -> Vec<String> {
        self.subjects.clone()
    }

    fn detail(&self) -> Value {
        let codes = self.findings.iter().map(|finding| finding.code.as_str());
        json!({ "problems": codes.collect::<Vec<_>>() })
    }

    fn purpose(&self) -> Option<String> {
        Some(self.purpose.clone()).filter(|purpose| !purpose.is_empty())
    }
}

/// Makes a link to a file in sight.
pub async fn create_link(app: &App, caller: &Caller, command: CreateLink) -> Result<Made, Error> {
    caller.needs(Scope::FileDownload)?;
    let purpose =
        words(&command.purpose, PURPOSE, app.today()).map_err(|finding| match finding.code {
            ProblemCode::Empty => Finding::error(ProblemCode::PurposeRequired),
            _ => finding,
        });
    let file = match command.file {
        Some(id) => find(app, caller, id).await?,
        None => None,
    };
    let judged = (&file, &purpose);
    let deed = Deed {
        operation: "createDownloadLink",
        dry_run: false,
        key: None,
    };
    let work = |tx: DatabaseTransaction| async move {
        let made = match judged {
            (Some(file), Ok(purpose)) => make(app, caller, (file.id, purpose), &tx).await?,
            (file, purpose) => refuse(file.is_some(), purpose.as_ref().err()),
        };
        Ok((made, tx))
    };
    deed::run(app, caller, &deed, &command, work).await
}

fn refuse(is_there: bool, purpose: Option<&Finding>) -> Made {
    let absent = Finding::error(ProblemCode::NotFound).inside("file");
    let absent = (!is_there).then_some(absent);
    let purpose = purpose.map(|finding| finding.clone().inside("purpose"));
    Made {
        findings: absent.into_iter().chain(purpose).collect(),
        ..Made::default()
    }
}

async fn make(
    app: &App,
    caller: &Caller,
    (file, purpose): (FileId, &str),
    tx: &DatabaseTransaction,
) -> Result<Made, Error> {
    let now = app.now();
    let life = TimeDelta::seconds(i64::from(app.settings.limits.link_seconds));
    let row = link::Model {
        id: app.id(),
        file_id: file,
        client_id: caller.client.id,
        purpose: purpose.to_owned(),
        created_at: now,
        expires_at: (now + life).trunc_subsecs(0),
    };
    let signature = app.vault.sign_link(&signed(&row));
    let server = &app.settings.server;
    let base = server.base_url(server.address);
    let made = Made {
        url: Some(format!("{base}/links/{}.{signature}", row.id)),
        expires_at: Some(row.expires_at),
        findings: Vec::new(),
        subjects: vec![file.to_string(), row.id.to_string()],
        purpose: row.purpose.clone(),
    };
    link::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(made)
}

fn signed(row: &link::Model) -> Link {
    Link {
        file: row.file_id.0,
        link: row.id.0,
        expires: row.expires_at,
    }
}

/// The file that a link leads to, if the link is ours and not over, and its maker still may have the file. A link that
/// is none, one that is over and one whose file is out of sight are answered alike.
pub async fn for_link(app: &App, token: &str, request_id: &str) -> Result<Option<Download>, Error> {
    let Some((id, signature)) = token.split_once('.') else {
        return Ok(None);
    };
    let Ok(id) = id.parse::<LinkId>() else {
        return Ok(None);
    };
    let Some(row) = link::by_id(id).one(&app.db).await? else {
        return Ok(None);
    };
    if app
        .vault
        .verify_link(&signed(&row), signature, app.now())
        .is_err()
    {
        return Ok(None);
    }
    let Some(maker) = maker(app, &row, request_id).await? else {
        return Ok(None);
    };
    let Some(file) = find(app, &maker, row.file_id).await? else {
        return Ok(None);
    };
    let how = json!({ "by": "link", "link": row.id.to_string() });
    fetched(app, &maker, &file, (how, row.purpose)).await?;
    Ok(Some(Download { file }))
}

/// The client that made a link, as it stands now; none when it may no longer fetch anything.
async fn maker(app: &App, row: &link::Model, request_id: &str) -> Result<Option<Caller>, Error> {
    let Some(client) = client::by_id(row.client_id).one(&app.db).await? else {
        return Ok(None);
    };
    let now = app.now();
    let over = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= now);
    if over(client.revoked_at) || over(client.valid_until) || client.valid_from > row.created_at {
        return Ok(None);
    }
    let caller = as_caller(app, client, request_id.to_owned(), Lang::Zh).await?;
    Ok(Some(caller).filter(|caller| caller.has(Scope::FileDownload)))
}
