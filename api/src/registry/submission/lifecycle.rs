//! What happens to a submission after it was prepared: filed and withdrawn by its platform, received and returned by
//! the province. What the caller does not see is not found; what moved meanwhile is in the wrong state.

use entity::id::SubmissionId;
use entity::kind::{FilingKind, SubmissionState};
use entity::problem::{Finding, ProblemCode};
use entity::submission::{self, Column, Model};
use entity::value::window::SubmissionWindow;
use rules::submission::{Actor, SubmissionDeed, advance, check_base, is_late, may_file};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, DatabaseTransaction, QueryFilter as _};
use serde::Serialize;

use super::course::moving;
use super::layout::{Layout, check_reasons};
use super::reading::seal_reasons;
use super::{Act, Reason, Return, Verdict};
use crate::app::App;
use crate::auth::{Caller, Receiver};
use crate::error::Error;
use crate::registry::deed::{self, Deed};
use crate::scope::Scope;

/// One step in a submission's life, as it was asked for.
struct Step<'a> {
    operation: &'static str,
    deed: SubmissionDeed,
    submission: Option<SubmissionId>,
    key: Option<&'a str>,
    reasons: &'a [Reason],
}

/// 报送: it goes to the province and never changes again.
pub async fn file(app: &App, caller: &Caller, command: Act) -> Result<Verdict, Error> {
    caller.needs(Scope::SubmissionFile)?;
    let step = Step::of("fileSubmission", SubmissionDeed::File, &command);
    take(app, caller, &step, &command).await
}

/// 撤回, before it is received.
pub async fn withdraw(app: &App, caller: &Caller, command: Act) -> Result<Verdict, Error> {
    caller.needs(Scope::SubmissionFile)?;
    let step = Step::of("withdrawSubmission", SubmissionDeed::Withdraw, &command);
    take(app, caller, &step, &command).await
}

/// 接收.
pub async fn accept(app: &App, receiver: Receiver<'_>, command: Act) -> Result<Verdict, Error> {
    let step = Step::of("acceptSubmission", SubmissionDeed::Accept, &command);
    take(app, receiver.caller, &step, &command).await
}

/// 退回, with reasons that point into the workbooks.
pub async fn return_back(
    app: &App,
    receiver: Receiver<'_>,
    command: Return,
) -> Result<Verdict, Error> {
    let limit = app.settings.limits.items;
    if command.reasons.len() > limit {
        let limit = limit as u64;
        let what = "reasons";
        return Err(Error::LimitExceeded { what, limit });
    }
    let step = Step {
        operation: "returnSubmission",
        deed: SubmissionDeed::Return,
        submission: command.submission,
        key: None,
        reasons: &command.reasons,
    };
    take(app, receiver.caller, &step, &command).await
}

impl<'a> Step<'a> {
    fn of(operation: &'static str, deed: SubmissionDeed, command: &'a Act) -> Self {
        Self {
            operation,
            deed,
            submission: command.submission,
            key: command.idempotency_key.as_deref(),
            reasons: &[],
        }
    }
}

async fn take<B: Serialize + Sync>(
    app: &App,
    caller: &Caller,
    step: &Step<'_>,
    body: &B,
) -> Result<Verdict, Error> {
    let deed = Deed {
        operation: step.operation,
        dry_run: false,
        key: step.key,
    };
    let work = |tx: DatabaseTransaction| async move {
        let verdict = judge_and_move(app, caller, step, &tx).await?;
        Ok((verdict, tx))
    };
    deed::run(app, caller, &deed, body, work).await
}

async fn judge_and_move(
    app: &App,
    caller: &Caller,
    step: &Step<'_>,
    tx: &DatabaseTransaction,
) -> Result<Verdict, Error> {
    let Some(id) = step.submission else {
        return Ok(Verdict::not_found());
    };
    let Some(row) = submission::one_seen_by(&caller.sight, id).one(tx).await? else {
        return Ok(Verdict::not_found());
    };
    let refused = |findings| Ok(Verdict::refused(Some(id), findings));
    let to = match may(app, caller, step, (&row, tx)).await? {
        Ok(to) => to,
        Err(finding) => return refused(vec![finding.inside("submission")]),
    };
    let mut reasons = Vec::new();
    if step.deed == SubmissionDeed::Return {
        reasons = match check_reasons(step.reasons, &Layout::of(&row)?) {
            Ok(reasons) => reasons,
            Err(findings) => return refused(findings),
        };
    }
    if !step_taken(app, step, (&row, to, &reasons), tx).await? {
        // Another deed was first; what it made of the submission is what this one now finds.
        let now = submission::for_job(id).one(tx).await?;
        let state = now.map_or(row.state, |row| row.state);
        let wrong = advance(state, step.deed).err();
        return refused(wrong.into_iter().map(|f| f.inside("submission")).collect());
    }
    Ok(Verdict::came_to(id, to))
}

/// Where the step leads, if the state, the calendar and the caller's own place allow it.
async fn may(
    app: &App,
    caller: &Caller,
    step: &Step<'_>,
    (row, tx): (&Model, &DatabaseTransaction),
) -> Result<Result<SubmissionState, Finding>, Error> {
    let transition = match advance(row.state, step.deed) {
        Ok(transition) => transition,
        Err(finding) => return Ok(Err(finding)),
    };
    let own = match transition.actor {
        Actor::Platform => caller.platform() == Some(row.platform_id),
        Actor::Recipient => caller.province.as_deref() == Some(row.recipient.as_str()),
        Actor::House => false,
    };
    if !own {
        return Ok(Err(Finding::error(ProblemCode::NotYours)));
    }
    if step.deed == SubmissionDeed::File {
        let window = window_of(row)?;
        let standing = match row.base_id {
            Some(base) => submission::for_job(base).one(tx).await?,
            None => None,
        };
        let judged = may_file(window.first_day(), app.today())
            .and_then(|()| check_base(row.kind, standing.map(|base| base.state)));
        if let Err(finding) = judged {
            return Ok(Err(finding));
        }
    }
    Ok(Ok(transition.to))
}

/// Moves the submission, and with it what a first filing replaces; false when it no longer stood where it did.
async fn step_taken(
    app: &App,
    step: &Step<'_>,
    (row, to, reasons): (&Model, SubmissionState, &[Reason]),
    tx: &DatabaseTransaction,
) -> Result<bool, Error> {
    let now = app.now();
    let mut update = moving(step.deed, to, now).filter(Column::Id.eq(row.id));
    if step.deed == SubmissionDeed::File {
        let late = is_late(window_of(row)?.first_day(), app.today());
        update = update
            .col_expr(Column::FiledAt, Expr::val(now))
            .col_expr(Column::Late, Expr::val(late));
    }
    if step.deed == SubmissionDeed::Return {
        let sealed = seal_reasons(app, row.id, reasons)?;
        update = update.col_expr(Column::Returned, Expr::value(sealed));
    }
    if update.exec(tx).await?.rows_affected != 1 {
        return Ok(false);
    }
    if step.deed == SubmissionDeed::File && row.kind == FilingKind::Initial {
        let superseded = SubmissionState::Superseded;
        moving(SubmissionDeed::Supersede, superseded, now)
            .filter(Column::PlatformId.eq(row.platform_id))
            .filter(Column::Report.eq(row.report))
            .filter(Column::Window.eq(row.window.as_str()))
            .filter(Column::Kind.eq(FilingKind::Initial))
            .filter(Column::Id.ne(row.id))
            .exec(tx)
            .await?;
    }
    Ok(true)
}

fn window_of(row: &Model) -> Result<SubmissionWindow, Error> {
    let parsed = row.window.parse();
    parsed.map_err(|e: entity::value::window::UnknownWindow| {
        Error::internal("the window of a submission")(e.into())
    })
}
