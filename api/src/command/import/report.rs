//! The report of an import for programs: what the terminal tells of it, and every row, as one JSON object. Rows are printed as
//! they are read, because a file may have a million of them.

use std::path::Path;

use entity::import_job::Model;
use entity::kind::ImportState;
use entity::problem::{Finding, Severity, Step};
use rules::label::Lang;
use rules::survey::{Field, letters_of};
use serde_json::{Value, json};

use crate::app::App;
use crate::command::failure::Failure;
use crate::command::output;
use crate::error::Error;
use crate::registry::survey;
use crate::registry::survey::staged::{Effect, Verdict};

/// Rows that are read and printed at a time.
const PAGE: u64 = 1_000;

/// Prints it; `refused` is why it was not written, where somebody asked for that.
pub(super) async fn print(
    app: &App,
    job: &Model,
    (refused, workbook): (&[Finding], Option<&Path>),
    lang: Lang,
) -> Result<(), Failure> {
    let mut head = text(&head(app, job, (refused, workbook), lang).await?)?;
    // The object goes on with its rows.
    head.pop();
    output::print(&format!("{head},\"rows\":["))?;
    let (mut after, mut separator) = (0, "\n");
    loop {
        let (rows, more) = survey::reading::rows(app, job.id, None, (after, PAGE)).await?;
        let mut page = String::new();
        for verdict in &rows {
            page.push_str(separator);
            page.push_str(&text(&row(verdict, lang))?);
            separator = ",\n";
            after = verdict.place;
        }
        output::print(&page)?;
        if !more {
            break;
        }
    }
    output::print("\n]}\n")
}

/// Prints why nothing was begun.
pub(super) fn refused(found: &[Finding], lang: Lang) -> Result<(), Failure> {
    output::line(&text(&json!({ "problems": problems(found, lang) }))?)
}

fn text(value: &Value) -> Result<String, Failure> {
    Ok(serde_json::to_string(value).map_err(Error::from)?)
}

async fn head(
    app: &App,
    job: &Model,
    (refused, workbook): (&[Finding], Option<&Path>),
    lang: Lang,
) -> Result<Value, Failure> {
    let layout = survey::reading::layout(app, job)?;
    let columns = layout.columns.iter().map(|column| {
        json!({
            "sheet": column.sheet,
            "column": letters_of(column.column),
            "header": column.header,
            "field": column.field.map(Field::as_str),
            "confidence": f64::from(column.confidence) / 100.0,
            "samples": column.samples,
        })
    });
    let found = survey::reading::first_problems(app, job).await?;
    Ok(json!({
        "id": job.id,
        "state": job.state,
        "kind": job.kind,
        "fileName": job.file_name,
        "rowsRead": job.rows_read,
        "accepted": job.accepted,
        "rejected": job.rejected,
        "skipped": job.skipped,
        "created": job.created,
        "updated": job.updated,
        "unchanged": job.unchanged,
        "written": job.state == ImportState::Committed,
        "workbook": workbook.map(|path| path.display().to_string()),
        "columns": columns.collect::<Vec<_>>(),
        "problems": problems(&found, lang),
        "refused": problems(refused, lang),
    }))
}

fn row(verdict: &Verdict, lang: Lang) -> Value {
    let effects = verdict.effects.iter().map(effect);
    json!({
        "sheet": verdict.sheet,
        "row": verdict.row,
        "outcome": verdict.outcome,
        "effects": effects.collect::<Vec<_>>(),
        "problems": problems(&verdict.findings, lang),
    })
}

fn effect(effect: &Effect) -> Value {
    let changes = effect.changes.iter().map(
        |change| json!({ "field": change.field, "before": change.before, "after": change.after }),
    );
    json!({
        "kind": effect.kind,
        "outcome": effect.outcome.as_str(),
        "registration": effect.registration,
        "entry": effect.entry,
        "mergedWith": effect.merged_with,
        "mergedWithSheet": effect.merged_with_sheet,
        "changes": changes.collect::<Vec<_>>(),
    })
}

/// How grave a problem is, by the name that the interface has for it.
const fn grave(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Hint => "HINT",
    }
}

fn problems(found: &[Finding], lang: Lang) -> Vec<Value> {
    let each = found.iter().map(|finding| {
        let path = finding.path.iter().map(|step| match step {
            Step::Field(name) => name.to_string(),
            Step::Index(index) => index.to_string(),
        });
        json!({
            "code": finding.code.as_str(),
            "severity": grave(finding.severity),
            "path": path.collect::<Vec<_>>(),
            "message": rules::problem::message(finding, lang),
            "suggestion": finding.suggestion,
        })
    });
    each.collect()
}
