//! Carrying a screening out, by whichever process has the claim: the file is read, its rows are asked in batches, and the
//! result appears with the state in one transaction.

use chrono::TimeDelta;
use entity::document::{self, Purpose};
use entity::id::{FileId, ScreeningId};
use entity::kind::ScreeningState;
use entity::problem::ProblemCode;
use entity::screening::{self, Column, Model};
use futures_util::TryStreamExt as _;
use reports::screening::{Answered, Format, Table, read, write};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};
use serde_json::json;

use super::rows::{self, Counts};
use super::{language, limits, refused};
use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::auth::{self, Caller};
use crate::db::{self, Reach};
use crate::error::Error;
use crate::registry::document::made;
use crate::scope::Scope;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const CSV: &str = "text/csv; charset=utf-8";
/// So often a screening is claimed before it is given up.
const ATTEMPTS: i32 = 5;

/// The screenings that nobody is at, oldest first.
pub async fn waiting(app: &App) -> Result<Vec<ScreeningId>, Error> {
    let now = db::now(&app.db).await?;
    let rows = screening::waiting(now).all(&app.db).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Claims a screening, unless somebody else has it or it has ended.
pub async fn claim(app: &App, id: ScreeningId) -> Result<Option<Model>, Error> {
    let now = db::now(&app.db).await?;
    let claimed = screening::claim(id, app.process, (now, now + length(app)))
        .exec(&app.db)
        .await?;
    if claimed.rows_affected != 1 {
        return Ok(None);
    }
    Ok(screening::for_job(id).one(&app.db).await?)
}

fn length(app: &App) -> TimeDelta {
    TimeDelta::seconds(i64::from(app.settings.screening.lease_seconds))
}

/// Carries a claimed screening out; false where the claim is lost or its client is gone.
pub async fn carry_out(app: &App, row: &Model) -> Result<bool, Error> {
    if row.attempts > ATTEMPTS {
        return fail(app, row, ProblemCode::ScreeningDamaged).await;
    }
    let Some(caller) = asker(app, row).await? else {
        return fail(app, row, ProblemCode::NotFound).await;
    };
    let bytes = fetch(app, row).await?;
    let limits = limits(app);
    let table = tokio::task::spawn_blocking(move || read(&bytes, limits)).await;
    let table = match table.map_err(|e| Error::internal("screening")(e.into()))? {
        Ok(table) => table,
        Err(error) => return fail(app, row, refused(&error).code).await,
    };
    let Some((answers, counts)) = ask_all(app, &caller, (row, &table)).await? else {
        return Ok(false);
    };
    let lang = caller.lang;
    let (format, headers) = (table.format, rows::headers(lang));
    let written = tokio::task::spawn_blocking(move || write(&table, &headers, &answers)).await;
    let written = written
        .map_err(|e| Error::internal("screening")(e.into()))?
        .map_err(|e| Error::internal("screening")(e.into()))?;
    finish(app, (row, counts), (format, &written)).await
}

/// The client as it stands now, if it still may ask.
async fn asker(app: &App, row: &Model) -> Result<Option<Caller>, Error> {
    let asked = (row.client_id, row.request_id.clone(), language(row));
    auth::asker(app, &app.db, asked, Scope::BlacklistRead).await
}

async fn fetch(app: &App, row: &Model) -> Result<Vec<u8>, Error> {
    let file = document::by_id(row.file_id).one(&app.db).await?;
    let file = file.ok_or_else(|| Error::internal("screening")("its upload is gone".into()))?;
    let length = u64::try_from(file.bytes).unwrap_or(0);
    let mut stream = Box::pin(app.files.open(file.object(), length).await?);
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.try_next().await? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Asks every row, and tells as it goes how far it is; nothing where the claim was lost in between.
async fn ask_all(
    app: &App,
    caller: &Caller,
    (row, table): (&Model, &Table),
) -> Result<Option<(Vec<Answered>, Counts)>, Error> {
    let mut counts = Counts::default();
    let mut answers = Vec::with_capacity(table.rows.len());
    for run in rows::runs(table) {
        answers.extend(rows::answer(app, caller, (table, run), &mut counts).await?);
        let rows = i32::try_from(table.rows.len()).unwrap_or(i32::MAX);
        let until = db::now(&app.db).await? + length(app);
        let kept = screening::held(row.id, app.process)
            .col_expr(Column::Rows, Expr::value(rows))
            .col_expr(Column::LeaseUntil, Expr::value(until))
            .col_expr(Column::UpdatedAt, Expr::value(app.now()));
        let kept = counted(kept, counts).exec(&app.db).await?;
        if kept.rows_affected != 1 {
            return Ok(None);
        }
    }
    Ok(Some((answers, counts)))
}

fn counted(
    update: sea_orm::UpdateMany<screening::Entity>,
    counts: Counts,
) -> sea_orm::UpdateMany<screening::Entity> {
    update
        .col_expr(Column::RowsDone, Expr::value(counts.done))
        .col_expr(Column::Listed, Expr::value(counts.listed))
        .col_expr(Column::Candidates, Expr::value(counts.candidates))
        .col_expr(Column::Clear, Expr::value(counts.clear))
        .col_expr(Column::NotValid, Expr::value(counts.not_valid))
}

async fn finish(
    app: &App,
    (row, counts): (&Model, Counts),
    (format, written): (Format, &[u8]),
) -> Result<bool, Error> {
    let id: FileId = app.id();
    let stored = app.files.put(id.0, written, u64::MAX).await?;
    let now = app.now();
    let (extension, media_type) = match format {
        Format::Xlsx => ("xlsx", XLSX),
        Format::Text(_) => ("csv", CSV),
    };
    let stem = row.file_name.rsplit_once('.');
    let stem = stem.map_or(row.file_name.as_str(), |(stem, _)| stem);
    let file = document::Model {
        name: format!("{stem}.screened.{extension}"),
        media_type: media_type.to_owned(),
        purpose: Purpose::Screening,
        client_id: Some(row.client_id),
        platform_id: row.platform_id,
        ..made(app, id, &stored)
    };
    let tx = db::begin_write(&app.db, Reach::All).await?;
    document::Entity::insert(file.into_active_model().reset_all())
        .exec_without_returning(&tx)
        .await?;
    let done = screening::held(row.id, app.process)
        .col_expr(Column::State, Expr::value(ScreeningState::Done))
        .col_expr(Column::ResultFile, Expr::value(id))
        .col_expr(Column::UpdatedAt, Expr::value(now));
    let done = counted(done, counts).exec(&tx).await?.rows_affected == 1;
    if !done {
        tx.rollback().await?;
        return Ok(false);
    }
    let detail = json!({ "state": "DONE", "rows": counts.done, "listed": counts.listed });
    entry(app, &tx, (row.id, Outcome::Done, detail)).await?;
    tx.commit().await?;
    Ok(true)
}

/// Ends a screening that cannot be carried out.
async fn fail(app: &App, row: &Model, code: ProblemCode) -> Result<bool, Error> {
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let failed = screening::held(row.id, app.process)
        .col_expr(Column::State, Expr::value(ScreeningState::Failed))
        .col_expr(Column::Problem, Expr::value(code.as_str()))
        .col_expr(Column::UpdatedAt, Expr::value(app.now()))
        .exec(&tx)
        .await?;
    if failed.rows_affected == 1 {
        let detail = json!({ "state": "FAILED", "problems": [code.as_str()] });
        entry(app, &tx, (row.id, Outcome::Refused, detail)).await?;
    }
    tx.commit().await?;
    Ok(failed.rows_affected == 1)
}

async fn entry(
    app: &App,
    tx: &sea_orm::DatabaseTransaction,
    (id, outcome, detail): (ScreeningId, Outcome, serde_json::Value),
) -> Result<(), Error> {
    let entry = Entry {
        operation: "screenFile",
        outcome,
        subjects: vec![id.to_string()],
        detail,
        party: None,
        purpose: None,
    };
    audit::record_house(app, tx, entry).await
}
