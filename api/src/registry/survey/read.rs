//! Reading a survey: its rows are staged and judged chunk by chunk, and the import then waits for its user. Reading begins
//! anew when it was interrupted: nothing but the stage was written, and that is cleared first.

use std::sync::Arc;

use entity::import_job::{Column, Entity, stage};
use entity::import_mapping;
use entity::kind::{ImportState, RowOutcome};
use entity::problem::{Finding, ProblemCode};
use rules::survey::{Field, Mappings};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _,
};
use serde_json::json;
use tokio::sync::mpsc::{self, Receiver};
use tokio::task::spawn_blocking;

use super::layout::Layout;
use super::prepare::{Prepared, Subject};
use super::scan::{Batch, Scanned, scan};
use super::seen::{Seen, likenesses};
use super::staged::{Row, Verdict, seal};
use super::{End, Survey, source};
use crate::audit::{self, Entry, Outcome as Ended};
use crate::db::{self, Reach};
use crate::error::Error;
use crate::registry::batch::Outcome;
use crate::registry::import::lease;

/// Chunks that wait for the one that is judged.
const AHEAD: usize = 1;
/// Parts of the file that wait to be understood.
const PARTS: usize = 1_000;

/// Reads a survey as far as REVIEW.
pub(super) async fn read(survey: &Arc<Survey>) -> Result<End, Error> {
    if !clear(survey).await? {
        return Ok(End::Lost);
    }
    let layout = Layout::of(&survey.app, &survey.job)?;
    let learned = learned(survey, &layout).await?;
    let books = survey.books(&survey.app.db).await?;
    let (parts_in, parts) = mpsc::channel(PARTS);
    let (send, batches) = mpsc::channel(AHEAD);
    let scanning = {
        let survey = Arc::clone(survey);
        spawn_blocking(move || scan(&survey, (&learned, layout), books, parts, &send))
    };
    let feeding = source::feed(&survey.app, &survey.job, parts_in);
    let (fed, staged) = tokio::join!(feeding, stage_all(survey, batches));
    let scanned = scanning
        .await
        .map_err(|fault| Error::internal("import")(fault.into()))?;
    fed?;
    let Some(number) = staged? else {
        return Ok(End::Lost);
    };
    let again = again(survey).await?;
    finish(survey, scanned, again, number).await
}

/// Stages chunks as they come, and tells how many; none where the claim was lost.
async fn stage_all(
    survey: &Arc<Survey>,
    mut batches: Receiver<Batch>,
) -> Result<Option<i32>, Error> {
    let mut seen = Seen::default();
    let mut number = 0;
    while let Some(batch) = batches.recv().await {
        if !stage_one(survey, number, batch, &mut seen).await? {
            return Ok(None);
        }
        number += 1;
    }
    Ok(Some(number))
}

/// Forgets what an earlier reading staged.
async fn clear(survey: &Survey) -> Result<bool, Error> {
    let tx = db::begin_write(&survey.app.db, Reach::All).await?;
    let counts = [
        Column::RowsRead,
        Column::Accepted,
        Column::Rejected,
        Column::Skipped,
        Column::Created,
        Column::Updated,
        Column::Unchanged,
    ];
    let mut anew = Entity::update_many()
        .col_expr(Column::Chunks, Expr::val(0))
        .col_expr(Column::Staged, Expr::val(0))
        .filter(survey.lease.held());
    for column in counts {
        anew = anew.col_expr(column, Expr::val(0_i64));
    }
    if anew.exec(&tx).await?.rows_affected != 1 {
        tx.rollback().await?;
        return Ok(false);
    }
    stage::Entity::delete_many()
        .filter(stage::Column::ImportId.eq(survey.job.id))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    Ok(true)
}

/// What the user said of this file's columns, and what was learnt of headers before.
async fn learned(survey: &Survey, layout: &Layout) -> Result<Mappings, Error> {
    let mut mappings = Mappings::default();
    let owner = survey.owner();
    for row in import_mapping::of_owner(owner).all(&survey.app.db).await? {
        let columns: Vec<(u32, Option<Field>)> = serde_json::from_str(&row.columns)?;
        mappings.remember(row.signature, columns);
    }
    for said in &layout.said {
        mappings.say(said.sheet.clone(), said.column, said.field);
    }
    Ok(mappings)
}

/// Judges a chunk, stages it and counts its rows; false where the claim was lost.
async fn stage_one(
    survey: &Arc<Survey>,
    number: i32,
    batch: Batch,
    seen: &mut Seen,
) -> Result<bool, Error> {
    let app = &survey.app;
    let Batch {
        rows,
        mut prepared,
        columns,
    } = batch;
    let subjects = prepared.subjects();
    let look = db::begin_read(&app.db, survey.caller.reach()).await?;
    let judged = foreseen(survey, prepared, (&subjects, &rows), &look).await;
    look.rollback().await?;
    let mut verdicts = judged?;
    seen.judge(&subjects, &rows, &mut verdicts);
    columns.place(&rows, &mut verdicts);
    let staged = seal(app, (survey.job.id, number), &rows, &verdicts)?;
    let tx = db::begin_write(&app.db, survey.caller.reach()).await?;
    let until = db::now(&tx).await? + lease::length(app);
    let mut advancing = Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::val(until))
        .col_expr(Column::Staged, Expr::val(number + 1))
        .filter(survey.lease.held());
    for (column, count) in counts(&verdicts) {
        advancing = advancing.col_expr(column, Expr::col(column).add(count));
    }
    if advancing.exec(&tx).await?.rows_affected != 1 {
        tx.rollback().await?;
        return Ok(false);
    }
    stage::Entity::insert(staged.into_active_model().reset_all())
        .exec_without_returning(&tx)
        .await?;
    tx.commit().await?;
    Ok(true)
}

/// What would become of a chunk, as far as the registry can tell.
async fn foreseen(
    survey: &Survey,
    prepared: Prepared,
    (subjects, rows): (&[Subject], &[Row]),
    look: &DatabaseTransaction,
) -> Result<Vec<Verdict>, Error> {
    let mut judged = survey.foresee(prepared, rows, look).await?;
    let telling = (rows, judged.verdicts.as_mut_slice());
    likenesses(&survey.app, subjects, telling, look).await?;
    Ok(judged.verdicts)
}

/// What a chunk adds to the counts of its import.
pub(super) fn counts(verdicts: &[Verdict]) -> Vec<(Column, i64)> {
    let rows = |outcome| {
        verdicts
            .iter()
            .filter(move |v| v.outcome == outcome)
            .count()
    };
    let effects = verdicts
        .iter()
        .filter(|verdict| !verdict.is_refused())
        .flat_map(|verdict| &verdict.effects);
    let of = |wanted: &[Outcome]| {
        let own = effects
            .clone()
            .filter(|effect| wanted.contains(&effect.outcome) && !is_merged(effect));
        own.count()
    };
    let all = [
        (Column::RowsRead, verdicts.len()),
        (Column::Accepted, rows(RowOutcome::Accepted)),
        (Column::Rejected, rows(RowOutcome::Rejected)),
        (Column::Skipped, rows(RowOutcome::Skipped)),
        (Column::Created, of(&[Outcome::Created])),
        (Column::Updated, of(&[Outcome::Updated, Outcome::Reopened])),
        (Column::Unchanged, of(&[Outcome::Unchanged])),
    ];
    all.map(|(column, count)| (column, i64::try_from(count).unwrap_or(i64::MAX)))
        .into()
}

/// Whether an effect belongs to a row before it, in which it is counted.
fn is_merged(effect: &super::staged::Effect) -> bool {
    effect.merged_with.is_some() && effect.outcome == Outcome::Unchanged
}

/// A hint where a file with the same bytes was committed before.
async fn again(survey: &Survey) -> Result<Option<Finding>, Error> {
    let job = &survey.job;
    let Some(sha256) = &job.sha256 else {
        return Ok(None);
    };
    let owner = (job.platform_id, job.office_id);
    let before = entity::import_job::committed_from(owner, sha256)
        .one(&survey.app.db)
        .await?;
    Ok(before.map(|before| {
        let known = Finding::hint(ProblemCode::SurveySameFile).inside("file");
        known.with("import", before.id.to_string())
    }))
}

/// Ends the reading: the import waits for its user, or has failed with its reason.
async fn finish(
    survey: &Survey,
    scanned: Scanned,
    again: Option<Finding>,
    chunks: i32,
) -> Result<End, Error> {
    let app = &survey.app;
    let Scanned {
        mut layout,
        kind,
        whole,
    } = scanned;
    layout.findings.extend(again);
    if !whole && !layout.refuses() {
        return Ok(End::Lost);
    }
    if whole && chunks == 0 {
        let nothing = Finding::error(ProblemCode::SurveyNothing).inside("file");
        layout.findings.push(nothing);
    }
    let state = if layout.refuses() && (chunks == 0 || !whole) {
        ImportState::Failed
    } else {
        ImportState::Review
    };
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let ending = Entity::update_many()
        .col_expr(Column::State, Expr::val(state))
        .col_expr(Column::Kind, Expr::val(kind.or(survey.job.kind)))
        .col_expr(Column::Layout, Expr::val(layout.seal(app, &survey.job)?))
        .col_expr(Column::UpdatedAt, Expr::val(app.now()))
        .col_expr(Column::Faults, Expr::val(0))
        .filter(survey.lease.held());
    let ending = lease::let_go(ending).exec(&tx).await?;
    if ending.rows_affected != 1 {
        tx.rollback().await?;
        return Ok(End::Lost);
    }
    let codes: Vec<_> = layout.findings.iter().map(|f| f.code.as_str()).collect();
    let entry = Entry {
        operation: "importSurvey",
        outcome: if state == ImportState::Review {
            Ended::Done
        } else {
            Ended::Refused
        },
        subjects: vec![survey.job.id.to_string()],
        detail: json!({ "state": state, "kind": kind, "chunks": chunks, "problems": codes }),
        party: None,
        purpose: None,
    };
    audit::record_house(app, &tx, entry).await?;
    tx.commit().await?;
    Ok(End::Done)
}
