//! Beginning and cancelling an import, and who it is that an import writes as.

use std::collections::BTreeSet;

use entity::document;
use entity::id::{FileId, ImportId};
use entity::import_job::{self, Column, Entity, Model};
use entity::kind::{ImportKind, ImportState, RecordSource, SubjectKind};
use entity::problem::{Finding, ProblemCode};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, DatabaseTransaction,
    EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
};
use serde::Serialize;

use super::{Begin, UPLOADED, Verdict, kept, language};
use crate::app::App;
use crate::auth::{self, Caller};
use crate::error::Error;
use crate::registry::deed::{self, Deed};
use crate::registry::evidence;
use crate::registry::ledger::Ledger;
use crate::registry::survey;
use crate::scope::Scope;

/// Puts a platform's own upload on its way into its own book.
pub async fn begin(app: &App, caller: &Caller, command: Begin) -> Result<Verdict, Error> {
    caller.needs(Scope::RegistryWrite)?;
    if caller.platform().is_none() {
        return Err(Error::forbidden("仅限平台", "only a platform may do this"));
    }
    let deed = Deed {
        operation: "importRegistrations",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let verdict = match ground(caller, command, &tx).await? {
                Ok((ledger, file)) => {
                    let job = job(app, caller, (command.kind, &ledger), &file);
                    write(app, &tx, job).await?
                }
                Err(finding) => Verdict::refused(None, finding),
            };
            Ok((verdict, tx))
        }
    };
    let verdict = deed::run(app, caller, &deed, &command, work).await?;
    if verdict.done {
        UPLOADED.notify_waiters();
    }
    Ok(verdict)
}

/// The book and the upload, once nothing speaks against them.
async fn ground(
    caller: &Caller,
    command: &Begin,
    tx: &DatabaseTransaction,
) -> Result<Result<(Ledger, document::Model), Finding>, Error> {
    if command.kind == SubjectKind::Platform {
        let kind = Finding::error(ProblemCode::ValueForm).inside("kind");
        return Ok(Err(
            kind.with("type", "OPERATOR | STREAMER | AGENCY | MERCHANT")
        ));
    }
    let ledger = match Ledger::choose(caller, command.kind, command.platform)? {
        Ok(ledger) => ledger,
        Err(finding) => return Ok(Err(finding)),
    };
    let file = match command.file {
        Some(id) => document::uploads(caller.client.id, [id]).one(tx).await?,
        None => None,
    };
    let absent = || Finding::error(ProblemCode::NotFound).inside("file");
    Ok(file.map(|file| (ledger, file)).ok_or_else(absent))
}

fn job(
    app: &App,
    caller: &Caller,
    (kind, ledger): (SubjectKind, &Ledger),
    file: &document::Model,
) -> Model {
    Model {
        platform_id: Some(ledger.platform),
        kind: Some(ImportKind::Registrations),
        subject: Some(kind),
        // Its lines tell by themselves what was sent before.
        sha256: None,
        ..fresh(app, caller, file, RecordSource::Platform)
    }
}

/// An import of the caller's that was asked for and that nobody is at; what its file holds is for the deed to say.
pub(in crate::registry) fn fresh(
    app: &App,
    caller: &Caller,
    file: &document::Model,
    source: RecordSource,
) -> Model {
    let now = app.now();
    Model {
        id: app.id(),
        platform_id: caller.client.platform_id,
        office_id: caller.client.office_id,
        client_id: caller.client.id,
        request_id: caller.request_id.clone(),
        language: kept(caller.lang).to_owned(),
        state: ImportState::Reading,
        kind: None,
        subject: None,
        source,
        file_id: file.id,
        file_name: file.name.clone(),
        bytes: file.bytes,
        bytes_done: 0,
        rows_read: 0,
        accepted: 0,
        rejected: 0,
        skipped: 0,
        created: 0,
        updated: 0,
        unchanged: 0,
        chunks: 0,
        problems_file: None,
        created_at: now,
        updated_at: now,
        lease_by: None,
        lease_until: None,
        attempts: 0,
        faults: 0,
        book_id: None,
        sha256: Some(file.sha256.clone()),
        mode: None,
        layout: None,
        staged: 0,
        undone: 0,
        kept: 0,
    }
}

async fn write(app: &App, tx: &DatabaseTransaction, job: Model) -> Result<Verdict, Error> {
    let (id, file): (ImportId, FileId) = (job.id, job.file_id);
    Entity::insert(job.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    evidence::mark_used(app, tx, BTreeSet::from([(file, id.0)])).await?;
    Ok(Verdict::came_to(id))
}

/// Cancels an import.
#[derive(Clone, Copy, Debug, Serialize)]
struct Cancel {
    job: Option<ImportId>,
}

/// Stops an import after what is committed; that stays, and the job tells how far it came.
pub async fn cancel(app: &App, caller: &Caller, job: Option<ImportId>) -> Result<Verdict, Error> {
    survey::permitted(caller)?;
    let deed = Deed {
        operation: "cancelImport",
        dry_run: false,
        key: None,
    };
    let work = |tx: DatabaseTransaction| async move {
        let owned = import_job::owned_by(caller.client.platform_id, caller.client.office_id);
        let row = match job {
            Some(id) => owned.filter(Column::Id.eq(id)).one(&tx).await?,
            None => None,
        };
        let Some(row) = row else {
            let absent = Finding::error(ProblemCode::NotFound).inside("job");
            return Ok((Verdict::refused(None, absent), tx));
        };
        if row.kind != Some(ImportKind::Registrations) {
            return Ok((survey::cancel(app, &row, &tx).await?, tx));
        }
        let stopped = Entity::update_many()
            .col_expr(Column::State, Expr::val(ImportState::Cancelled))
            .col_expr(Column::UpdatedAt, Expr::val(app.now()))
            .filter(Column::Id.eq(row.id))
            .filter(import_job::under_way())
            .exec(&tx)
            .await?;
        let verdict = if stopped.rows_affected == 1 {
            Verdict::came_to(row.id)
        } else {
            let ended = Finding::error(ProblemCode::ImportEnded).inside("job");
            Verdict::refused(Some(row.id), ended.with("stage", row.state.as_str()))
        };
        Ok((verdict, tx))
    };
    deed::run(app, caller, &deed, &Cancel { job }, work).await
}

/// The client that asked for an import, as it stands now; none once it may not call any more.
pub(super) async fn asker<C: ConnectionTrait>(
    app: &App,
    db: &C,
    job: &Model,
) -> Result<Option<Caller>, Error> {
    let asked = (job.client_id, job.request_id.clone(), language(job));
    auth::asker(app, db, asked, Scope::RegistryWrite).await
}
