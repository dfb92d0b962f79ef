//! Preparing: what stood ready of the same filing is cancelled, the registrations are frozen, and the writing is left
//! to the reconciler. All in one transaction, so that a submission is either there with all its rows or not at all.
//! A platform asks for it; what nobody asked for by the time of the schedule, the house prepares (`house.rs`).

use entity::id::{ClientId, PlatformId, SubmissionId};
use entity::kind::{FilingKind, SubmissionState};
use entity::platform;
use entity::problem::{Finding, ProblemCode};
use entity::submission::{self, Column, Entity, Model};
use entity::value::window::SubmissionWindow;
use rules::edition::Report;
use rules::submission::{SubmissionDeed, check_base, due_on, may_prepare};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _,
};

use super::course::moving;
use super::freeze::{Freeze, freeze};
use super::newest::{base, can_hold_newest, of_window};
use super::{PREPARED, Prepare, Verdict};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::deed::{self, Deed};
use crate::scope::Scope;

/// Freezes a platform's registrations for a window and has the workbooks written.
pub async fn prepare(app: &App, caller: &Caller, command: Prepare) -> Result<Verdict, Error> {
    caller.needs(Scope::SubmissionPrepare)?;
    let deed = Deed {
        operation: "prepareSubmission",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let verdict = match ground(app, caller, command, &tx).await? {
                Ok(ground) => {
                    cancel_open(app, &ground, &tx).await?;
                    let id = write(app, caller.client.id, &ground, &tx).await?;
                    Verdict::came_to(id, SubmissionState::Preparing)
                }
                Err(finding) => Verdict::refused(None, vec![finding]),
            };
            Ok((verdict, tx))
        }
    };
    let verdict = deed::run(app, caller, &deed, &command, work).await?;
    if verdict.state.is_some() {
        PREPARED.notify_waiters();
    }
    Ok(verdict)
}

/// What a preparation stands on, once nothing speaks against it.
pub(super) struct Ground {
    pub(super) platform: PlatformId,
    pub(super) recipient: String,
    pub(super) window: SubmissionWindow,
    pub(super) report: &'static Report,
    pub(super) kind: FilingKind,
    /// Every submission of the report, of all windows and in every state.
    pub(super) all: Vec<Model>,
}

async fn ground(
    app: &App,
    caller: &Caller,
    command: &Prepare,
    tx: &DatabaseTransaction,
) -> Result<Result<Ground, Finding>, Error> {
    let own = caller
        .platform()
        .ok_or_else(|| Error::forbidden("仅限平台", "only a platform may do this"))?;
    let not_found = || Finding::error(ProblemCode::NotFound).inside("platform");
    if command.platform.is_some_and(|wanted| wanted != own) {
        return Ok(Err(not_found()));
    }
    let seen = platform::seen_by_id(&caller.sight, own).one(tx).await?;
    let Some(platform) = seen else {
        return Ok(Err(not_found()));
    };
    let Some(recipient) = platform.division_province else {
        let homeless = Finding::error(ProblemCode::DivisionRequired);
        return Ok(Err(homeless.inside("platform")));
    };
    let judged = window(app, command).and_then(|window| Ok((window, report(app, command)?)));
    let (window, report) = match judged {
        Ok(judged) => judged,
        Err(finding) => return Ok(Err(finding)),
    };
    let all = submission::of_report(own, command.report).all(tx).await?;
    let standing = base(&all, &command.window).map(|row| row.state);
    if let Err(finding) = check_base(command.kind, standing) {
        return Ok(Err(finding.inside("kind")));
    }
    Ok(Ok(Ground {
        platform: own,
        recipient,
        window,
        report,
        kind: command.kind,
        all,
    }))
}

fn window(app: &App, command: &Prepare) -> Result<SubmissionWindow, Finding> {
    let inside = |finding: Finding| finding.inside("window");
    let window: SubmissionWindow = command
        .window
        .parse()
        .map_err(|_| inside(Finding::error(ProblemCode::WindowUnknown)))?;
    may_prepare(window.first_day(), app.today()).map_err(inside)?;
    Ok(window)
}

fn report(app: &App, command: &Prepare) -> Result<&'static Report, Finding> {
    app.edition().report(command.report).ok_or_else(|| {
        let absent = Finding::error(ProblemCode::NotInEdition).inside("report");
        absent.with("report", command.report.as_str())
    })
}

/// Gives up what of the same filing was not filed yet.
async fn cancel_open(app: &App, ground: &Ground, tx: &DatabaseTransaction) -> Result<(), Error> {
    let cancelled = SubmissionState::Cancelled;
    moving(SubmissionDeed::Cancel, cancelled, app.now())
        .filter(Column::PlatformId.eq(ground.platform))
        .filter(Column::Report.eq(ground.report.kind))
        .filter(Column::Window.eq(ground.window.to_string()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Writes the submission as PREPARING and freezes its rows.
pub(super) async fn write(
    app: &App,
    by: ClientId,
    ground: &Ground,
    tx: &DatabaseTransaction,
) -> Result<SubmissionId, Error> {
    let row = row(app, by, ground);
    let id = row.id;
    Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    let frozen = Freeze {
        submission: id,
        platform: ground.platform,
        report: ground.report,
        kind: ground.kind,
        newest: can_hold_newest(&ground.all),
        window: of_window(&ground.all, &ground.window.to_string()),
    };
    let rows = i64::try_from(freeze(tx, &frozen).await?).unwrap_or(i64::MAX);
    Entity::update_many()
        .col_expr(Column::RowsTotal, Expr::val(rows))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(id)
}

fn row(app: &App, by: ClientId, ground: &Ground) -> Model {
    let now = app.now();
    let window = ground.window.to_string();
    let same = |row: &&Model| row.window == window;
    let versions = ground.all.iter().filter(same).map(|row| row.version);
    let version = versions.max().unwrap_or(0) + 1;
    let base = base(&ground.all, &window).map(|row| row.id);
    Model {
        id: app.id(),
        platform_id: ground.platform,
        report: ground.report.kind,
        window,
        kind: ground.kind,
        version,
        state: SubmissionState::Preparing,
        recipient: ground.recipient.clone(),
        edition: app.edition_id().to_string(),
        base_id: base.filter(|_| ground.kind != FilingKind::Initial),
        as_of: Some(now),
        due_on: due_on(ground.window.first_day()),
        late: None,
        rows_total: 0,
        rows_done: 0,
        counts: "[]".to_owned(),
        problem_count: 0,
        problems: "[]".to_owned(),
        return_reasons: "[]".to_owned(),
        returned: None,
        prepared_by: by,
        created_at: now,
        filed_at: None,
        updated_at: now,
        lease_by: None,
        lease_until: None,
        attempts: 0,
    }
}
