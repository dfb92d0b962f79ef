//! The deeds on a survey: putting a file on its way, committing it, taking it back, and cancelling it. Each says what is next; a job does it.

use entity::document::{self, Purpose};
use entity::id::{FileId, ImportId, PlatformId};
use entity::import_job::{self, Column, Entity, Model};
use entity::kind::{Authority, ImportKind, ImportMode, ImportState, RecordSource};
use entity::problem::{Finding, ProblemCode};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _,
};
use serde::Serialize;

use super::layout::Layout;
use super::{book, permitted};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::deed::{self, Deed};
use crate::registry::evidence;
use crate::registry::import::{UPLOADED, Verdict, fresh, lease};
use crate::registry::retention::file;

/// Imports a survey.
#[derive(Clone, Debug, Serialize)]
pub struct ImportSurvey {
    /// The upload; none when the id cannot be one.
    pub file: Option<FileId>,
    /// What it holds; absent = as it is recognised.
    pub kind: Option<ImportKind>,
    /// The platform of rows that name none; what cannot be an id is one that nobody has.
    pub platform: Option<Option<PlatformId>>,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Commits a survey.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct CommitImport {
    /// The import; none when the id cannot be one.
    pub job: Option<ImportId>,
    /// Which rows.
    pub mode: ImportMode,
}

/// Puts an upload of the caller's own on its way.
pub async fn import(app: &App, caller: &Caller, command: ImportSurvey) -> Result<Verdict, Error> {
    permitted(caller)?;
    if caller.platform().is_none() && command.kind != Some(ImportKind::Blacklist) {
        caller.market_regulator()?;
    }
    let deed = Deed {
        operation: "importSurvey",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let verdict = match begun(app, caller, command, &tx).await? {
                Ok(job) => {
                    let (id, file) = (job.id, job.file_id);
                    Entity::insert(job.into_active_model().reset_all())
                        .exec_without_returning(&tx)
                        .await?;
                    evidence::mark_used(app, &tx, [(file, id.0)].into()).await?;
                    Verdict::came_to(id)
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

/// The import, once nothing speaks against it.
async fn begun(
    app: &App,
    caller: &Caller,
    command: &ImportSurvey,
    tx: &DatabaseTransaction,
) -> Result<Result<Model, Finding>, Error> {
    if command.kind == Some(ImportKind::Registrations) {
        let kind = Finding::error(ProblemCode::ValueForm).inside("kind");
        let kinds = "OPERATORS, STREAMERS, AGENCIES, MERCHANTS, BLACKLIST, MIXED, FORM";
        return Ok(Err(kind.with("type", kinds)));
    }
    if command.kind == Some(ImportKind::Blacklist) && caller.office.is_none() {
        let own = Finding::error(ProblemCode::SurveyRegister).inside("kind");
        return Ok(Err(own));
    }
    let absent = |field| Finding::error(ProblemCode::NotFound).inside(field);
    let file = match command.file {
        Some(id) => document::uploads(caller.client.id, [id]).one(tx).await?,
        None => None,
    };
    let Some(file) = file else {
        return Ok(Err(absent("file")));
    };
    let book = match (command.platform, &caller.office) {
        (None, _) => None,
        (Some(given), None) if given == caller.platform() => None,
        (Some(Some(given)), Some(office)) if office.authority == Authority::Market => {
            let book = book::chosen(app, office.id, given, tx).await?;
            let Some(book) = book else {
                return Ok(Err(absent("platform")));
            };
            Some(book)
        }
        (Some(_), _) => return Ok(Err(absent("platform"))),
    };
    let layout = Layout {
        given: command.kind,
        ..Layout::default()
    };
    let source = match caller.platform() {
        Some(_) => RecordSource::Platform,
        None => RecordSource::Survey,
    };
    let mut job = fresh(app, caller, &file, source);
    job.kind = command.kind;
    job.book_id = book;
    job.layout = Some(layout.seal(app, &job)?);
    Ok(Ok(job))
}

/// One of the caller's surveys, in a state that a deed asks for.
pub(super) async fn found(
    caller: &Caller,
    job: Option<ImportId>,
    states: &[ImportState],
    tx: &DatabaseTransaction,
) -> Result<Result<Model, Verdict>, Error> {
    let owned = import_job::owned_by(caller.client.platform_id, caller.client.office_id);
    let row = match job {
        Some(id) => owned.filter(Column::Id.eq(id)).one(tx).await?,
        None => None,
    };
    let Some(row) = row.filter(|row| row.kind != Some(ImportKind::Registrations)) else {
        let absent = Finding::error(ProblemCode::NotFound).inside("job");
        return Ok(Err(Verdict::refused(None, absent)));
    };
    if states.contains(&row.state) {
        return Ok(Ok(row));
    }
    let state = Finding::error(ProblemCode::ImportState).inside("job");
    let state = state.with("stage", row.state.as_str());
    Ok(Err(Verdict::refused(Some(row.id), state)))
}

/// Moves a survey on to a state, from the one it was found in, and lets a job take it from the beginning.
pub(super) async fn moved(
    app: &App,
    row: &Model,
    state: ImportState,
    more: Vec<(Column, sea_orm::sea_query::SimpleExpr)>,
    tx: &DatabaseTransaction,
) -> Result<Verdict, Error> {
    let mut moving = Entity::update_many()
        .col_expr(Column::State, Expr::val(state))
        .col_expr(Column::UpdatedAt, Expr::val(app.now()))
        .col_expr(Column::Faults, Expr::val(0))
        .filter(Column::Id.eq(row.id))
        .filter(Column::State.eq(row.state));
    moving = lease::let_go(moving);
    // What goes back is of what was read or written last; the bytes of what went before are found by the sweep.
    let again = matches!(state, ImportState::Reading | ImportState::Committing);
    let workbook = row.problems_file.filter(|_| again);
    if again {
        moving = moving.col_expr(Column::ProblemsFile, Expr::val(None::<FileId>));
    }
    for (column, value) in more {
        moving = moving.col_expr(column, value);
    }
    if moving.exec(tx).await?.rows_affected == 1 {
        file::remove(tx, workbook.into_iter().collect(), Purpose::Problems).await?;
        return Ok(Verdict::came_to(row.id));
    }
    // Somebody else was quicker: what it is now is told when it is asked again.
    let state = Finding::error(ProblemCode::ImportState).inside("job");
    let state = state.with("stage", row.state.as_str());
    Ok(Verdict::refused(Some(row.id), state))
}

/// Lets a survey be written: all of it, or its good rows.
pub async fn commit(app: &App, caller: &Caller, command: CommitImport) -> Result<Verdict, Error> {
    permitted(caller)?;
    let deed = Deed {
        operation: "commitImport",
        dry_run: false,
        key: None,
    };
    let work = |tx: DatabaseTransaction| async move {
        let row = match found(caller, command.job, &[ImportState::Review], &tx).await? {
            Ok(row) => row,
            Err(verdict) => return Ok((verdict, tx)),
        };
        if let Some(finding) = against(app, command.mode, &row) {
            return Ok((Verdict::refused(Some(row.id), finding), tx));
        }
        let zero = || Expr::val(0_i64);
        let more = vec![
            (Column::Mode, Expr::val(command.mode)),
            (Column::Chunks, Expr::val(0)),
            (Column::Created, zero()),
            (Column::Updated, zero()),
            (Column::Unchanged, zero()),
        ];
        let verdict = moved(app, &row, ImportState::Committing, more, &tx).await?;
        Ok((verdict, tx))
    };
    let verdict = deed::run(app, caller, &deed, &command, work).await?;
    if verdict.done {
        UPLOADED.notify_waiters();
    }
    Ok(verdict)
}

/// What speaks against committing in a mode.
fn against(app: &App, mode: ImportMode, row: &Model) -> Option<Finding> {
    if row.accepted == 0 {
        return Some(Finding::error(ProblemCode::SurveyNothing).inside("job"));
    }
    if mode == ImportMode::GoodRows {
        return None;
    }
    let most = app.settings.import.atomic_rows;
    let found = if row.rejected > 0 {
        let rejected = Finding::error(ProblemCode::SurveyRowsRejected);
        rejected.with("rows", row.rejected.to_string())
    } else if u64::try_from(row.accepted).unwrap_or(0) > most {
        let many = Finding::error(ProblemCode::SurveyTooManyForAll);
        many.with("max", most.to_string())
    } else {
        return None;
    };
    Some(found.inside("mode"))
}

#[derive(Clone, Copy, Debug, Serialize)]
struct OfJob {
    job: Option<ImportId>,
}

/// Takes back what a survey wrote.
pub async fn undo(app: &App, caller: &Caller, job: Option<ImportId>) -> Result<Verdict, Error> {
    use ImportState::{Cancelled, Committed, Failed};
    permitted(caller)?;
    let deed = Deed {
        operation: "undoImport",
        dry_run: false,
        key: None,
    };
    let work = |tx: DatabaseTransaction| async move {
        let row = match found(caller, job, &[Committed, Cancelled, Failed], &tx).await? {
            Ok(row) => row,
            Err(verdict) => return Ok((verdict, tx)),
        };
        // What ended before it was committed wrote nothing.
        if row.mode.is_none() {
            let nothing = Finding::error(ProblemCode::ImportState).inside("job");
            let nothing = nothing.with("stage", row.state.as_str());
            return Ok((Verdict::refused(Some(row.id), nothing), tx));
        }
        let more = vec![(Column::Undone, Expr::val(0)), (Column::Kept, Expr::val(0))];
        let verdict = moved(app, &row, ImportState::Undoing, more, &tx).await?;
        Ok((verdict, tx))
    };
    let verdict = deed::run(app, caller, &deed, &OfJob { job }, work).await?;
    if verdict.done {
        UPLOADED.notify_waiters();
    }
    Ok(verdict)
}

/// Stops a survey that is read, waits for its user or is written; what is committed stays.
pub(in crate::registry) async fn cancel(
    app: &App,
    row: &Model,
    tx: &DatabaseTransaction,
) -> Result<Verdict, Error> {
    use ImportState::{Committing, Reading, Review};
    if ![Committing, Reading, Review].contains(&row.state) {
        let ended = Finding::error(ProblemCode::ImportEnded).inside("job");
        let ended = ended.with("stage", row.state.as_str());
        return Ok(Verdict::refused(Some(row.id), ended));
    }
    moved(app, row, ImportState::Cancelled, Vec::new(), tx).await
}
