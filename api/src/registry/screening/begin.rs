//! Asking for a file to be screened, and not wanting it any more.

use entity::document;
use entity::id::{FileId, ScreeningId};
use entity::kind::ScreeningState;
use entity::problem::{Finding, ProblemCode};
use entity::screening::{self, Entity, Model};
use rules::label::Lang;
use sea_orm::{ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _};
use serde::Serialize;

use super::Done;
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::deed::{self, Deed};
use crate::registry::evidence;
use crate::scope::Scope;

/// Screens a file.
#[derive(Clone, Debug, Serialize)]
pub struct ScreenFile {
    /// The caller's own upload; none when the id cannot be one.
    pub file: Option<FileId>,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Puts an upload of the caller's own on its way.
pub async fn begin(app: &App, caller: &Caller, command: ScreenFile) -> Result<Done, Error> {
    caller.needs(Scope::BlacklistRead)?;
    let deed = Deed {
        operation: "screenFile",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let done = begin_in(app, caller, command, &tx).await?;
            Ok((done, tx))
        }
    };
    deed::run(app, caller, &deed, &command, work).await
}

async fn begin_in(
    app: &App,
    caller: &Caller,
    command: &ScreenFile,
    tx: &DatabaseTransaction,
) -> Result<Done, Error> {
    let file = match command.file {
        Some(id) => document::uploads(caller.client.id, [id]).one(tx).await?,
        None => None,
    };
    let most = app.settings.screening.bytes;
    let found = match &file {
        None => Some(Finding::error(ProblemCode::NotFound)),
        Some(file) if u64::try_from(file.bytes).unwrap_or(u64::MAX) > most => {
            Some(Finding::error(ProblemCode::TooLong).with("max", most.to_string()))
        }
        Some(_) => None,
    };
    let (Some(file), None) = (file, &found) else {
        return Ok(Done {
            findings: found.into_iter().map(|f| f.inside("file")).collect(),
            ..Done::default()
        });
    };
    let row = row(app, caller, &file);
    let id = row.id;
    Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    evidence::mark_used(app, tx, [(file.id, id.0)].into()).await?;
    Ok(Done {
        screening: Some(id),
        wrote: true,
        findings: Vec::new(),
    })
}

fn row(app: &App, caller: &Caller, file: &document::Model) -> Model {
    let now = app.now();
    Model {
        id: app.id::<ScreeningId>(),
        client_id: caller.client.id,
        platform_id: caller.platform(),
        request_id: caller.request_id.clone(),
        language: match caller.lang {
            Lang::Zh => "zh",
            Lang::En => "en",
        }
        .to_owned(),
        state: ScreeningState::Reading,
        file_id: file.id,
        file_name: file.name.clone(),
        rows: 0,
        rows_done: 0,
        listed: 0,
        candidates: 0,
        clear: 0,
        not_valid: 0,
        problem: None,
        result_file: None,
        created_at: now,
        updated_at: now,
        lease_by: None,
        lease_until: None,
        attempts: 0,
    }
}

/// Ends a screening of the caller's own that is not done.
pub async fn cancel(app: &App, caller: &Caller, id: Option<ScreeningId>) -> Result<Done, Error> {
    caller.needs(Scope::BlacklistRead)?;
    let deed = Deed {
        operation: "cancelScreening",
        dry_run: false,
        key: None,
    };
    let work = |tx: DatabaseTransaction| async move {
        let wanted = id.unwrap_or(ScreeningId(uuid::Uuid::nil()));
        let own = screening::one_of_client(caller.client.id, wanted)
            .one(&tx)
            .await?;
        let Some(own) = own else {
            let absent = Finding::error(ProblemCode::NotFound).inside("screening");
            let done = Done {
                findings: vec![absent],
                ..Done::default()
            };
            return Ok((done, tx));
        };
        let ended = screening::cancel(own.id).exec(&tx).await?;
        let done = Done {
            screening: Some(own.id),
            wrote: ended.rows_affected == 1,
            findings: Vec::new(),
        };
        Ok((done, tx))
    };
    deed::run(app, caller, &deed, &id, work).await
}
