//! The problems file: every line with something to say, as the API would have said it, in the language of whoever asked
//! for the import. It is written when all lines are done, from what the chunks kept, and only then the import has ended.

use std::io;

use bytes::Bytes;
use entity::document::{self, Purpose};
use entity::id::FileId;
use entity::import_job::{Column, Entity, Model, chunk};
use entity::kind::ImportState;
use entity::problem::{Finding, Severity, Step};
use futures_util::stream;
use rules::label::Lang;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _,
};
use serde_json::{Value, json};
use tokio_util::io::StreamReader;

use super::lease::Lease;
use super::{LineVerdict, chunk as chunks, language};
use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::db::{self, Reach};
use crate::error::Error;
use crate::registry::document::made;

const NDJSON: &str = "application/x-ndjson";

/// Stores the problems, if there are any, and makes the import COMMITTED; false where the claim was lost.
pub async fn finish(app: &App, lease: &Lease, job: &Model) -> Result<bool, Error> {
    let some = chunk::after(job.id, 0, 1).one(&app.db).await?;
    let file = match some {
        Some(_) => Some(store(app, job).await?),
        None => None,
    };
    let stored = file.as_ref().map(|file| file.id);
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let ended = record(app, lease, file, &tx).await;
    if !matches!(ended, Ok(true)) {
        tx.rollback().await?;
        if let Some(file) = stored {
            app.files.delete(file.0).await?;
        }
        return ended;
    }
    tx.commit().await?;
    Ok(true)
}

async fn record(
    app: &App,
    lease: &Lease,
    file: Option<document::Model>,
    tx: &DatabaseTransaction,
) -> Result<bool, Error> {
    let mut ending = Entity::update_many()
        .col_expr(Column::State, Expr::val(ImportState::Committed))
        .col_expr(Column::UpdatedAt, Expr::val(app.now()))
        .filter(lease.held());
    let about = file
        .as_ref()
        .map(|file| json!({ "id": file.id, "sha256": file.sha256 }));
    let detail = json!({ "state": ImportState::Committed, "problemsFile": about });
    if let Some(file) = file {
        ending = ending.col_expr(Column::ProblemsFile, Expr::val(file.id));
        document::Entity::insert(file.into_active_model().reset_all())
            .exec_without_returning(tx)
            .await?;
    }
    if ending.exec(tx).await?.rows_affected != 1 {
        return Ok(false);
    }
    let entry = Entry {
        operation: "importRegistrations",
        outcome: Outcome::Done,
        subjects: vec![lease.job.to_string()],
        detail,
        party: None,
        purpose: None,
    };
    audit::record_house(app, tx, entry).await?;
    Ok(true)
}

/// Seals the problems file and gives its row.
async fn store(app: &App, job: &Model) -> Result<document::Model, Error> {
    let id: FileId = app.id();
    let lines = stream::try_unfold(0_i64, |after| async move {
        let next = chunk::after(job.id, after, 1).one(&app.db).await;
        let Some(row) = next.map_err(io::Error::other)? else {
            return Ok::<_, io::Error>(None);
        };
        let verdicts = chunks::open(app, &row).map_err(io::Error::other)?;
        Ok(Some((told(app, job, &verdicts)?, row.last_row)))
    });
    let bytes = StreamReader::new(Box::pin(lines));
    let stored = app.files.put(id.0, bytes, u64::MAX).await?;
    Ok(document::Model {
        name: name(&job.file_name),
        media_type: NDJSON.to_owned(),
        purpose: Purpose::Problems,
        client_id: Some(job.client_id),
        platform_id: job.platform_id,
        ..made(app, id, &stored)
    })
}

/// The upload's name with what this file is before its extension.
fn name(upload: &str) -> String {
    let stem = upload.rsplit_once('.').map_or(upload, |(stem, _)| stem);
    format!("{stem}.problems.ndjson")
}

fn told(app: &App, job: &Model, verdicts: &[LineVerdict]) -> io::Result<Bytes> {
    let lang = language(job);
    let mut text = Vec::new();
    for verdict in verdicts {
        let problems = verdict.findings.iter();
        let line = json!({
            "line": verdict.line,
            "externalId": verdict.external_id,
            "outcome": verdict.outcome.as_str(),
            "problems": problems.map(|found| problem(app, found, lang)).collect::<Vec<_>>(),
        });
        serde_json::to_writer(&mut text, &line)?;
        text.push(b'\n');
    }
    Ok(text.into())
}

/// A problem with the fields that the API's Problem has.
fn problem(app: &App, finding: &Finding, lang: Lang) -> Value {
    let path = finding.path.iter().map(|step| match step {
        Step::Field(name) => name.to_string(),
        Step::Index(index) => index.to_string(),
    });
    let edition = app.edition_id();
    let article = rules::problem::article(finding.code, edition).map(|article| {
        json!({
            "instrument": article.instrument,
            "number": article.number,
            "edition": article.edition.as_str(),
        })
    });
    json!({
        "code": finding.code.as_str(),
        "path": path.collect::<Vec<_>>(),
        "message": rules::problem::message(finding, lang),
        "severity": severity(finding.severity),
        "article": article,
        "position": finding.position,
        "suggestion": finding.suggestion,
    })
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Hint => "HINT",
    }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn the_file_is_named_after_the_upload() {
        assert_eq!(name("运营者.ndjson"), "运营者.problems.ndjson");
        assert_eq!(name("a.b.json"), "a.b.problems.ndjson");
        assert_eq!(name("plain"), "plain.problems.ndjson");
    }
}
