//! Reading a survey as its owner sees it: its columns, its rows with what becomes of each, and its first problems.

use entity::id::ImportId;
use entity::import_job::Model;
use entity::import_job::stage::{self, Holding, Judged};
use entity::kind::RowOutcome;
use entity::problem::{Finding, ProblemCode, Severity};
use sea_orm::QuerySelect as _;

use super::layout::Layout;
use super::staged::{Verdict, judged};
use crate::app::App;
use crate::error::Error;

/// Chunks opened at a time.
const CHUNKS: u64 = 2;
/// How many problems an import itself tells.
const FIRST: usize = 100;

/// What was recognised of a survey.
pub fn layout(app: &App, job: &Model) -> Result<Layout, Error> {
    Layout::of(app, job)
}

/// The rows of a survey after a place, in order, and whether there are more.
pub async fn rows(
    app: &App,
    job: ImportId,
    outcome: Option<RowOutcome>,
    (after, limit): (i64, u64),
) -> Result<(Vec<Verdict>, bool), Error> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    let mut reached = after;
    while found.len() <= limit {
        let some = stage::judged(job, outcome.map_or(Holding::Any, Holding::of), reached);
        let some = some
            .limit(CHUNKS)
            .into_model::<Judged>()
            .all(&app.db)
            .await?;
        let Some(last) = some.last() else { break };
        reached = last.last_row;
        for chunk in &some {
            let verdicts = judged(app, (job, chunk.number), &chunk.verdicts)?.into_iter();
            found.extend(verdicts.filter(|verdict| {
                let wanted = outcome.is_none_or(|wanted| wanted == verdict.outcome);
                wanted && verdict.place > after
            }));
        }
    }
    let more = found.len() > limit;
    found.truncate(limit);
    Ok((found, more))
}

/// What was told of the file, then of its rows: what refuses one first, what is only to be known last.
pub async fn first_problems(app: &App, job: &Model) -> Result<Vec<Finding>, Error> {
    let mut told = layout(app, job)?.findings;
    if job.is_without_workbook() {
        let none = Finding::warning(ProblemCode::SurveyNoWorkbook).inside("problemsFile");
        told.insert(0, none.with("count", job.faults.to_string()));
    }
    for holding in [Holding::Rejected, Holding::Told] {
        let errors = holding == Holding::Rejected;
        let wanted = FIRST.saturating_sub(told.len());
        told.extend(some_of(app, job, (holding, wanted, errors)).await?);
    }
    told.truncate(FIRST);
    Ok(told)
}

/// The first errors of refused rows, or what else is told, warnings first; once there is enough, no further chunk is opened.
async fn some_of(
    app: &App,
    job: &Model,
    (holding, wanted, errors): (Holding, usize, bool),
) -> Result<Vec<Finding>, Error> {
    let (mut found, mut hints) = (Vec::new(), Vec::new());
    let mut reached = 0;
    while found.len() < wanted {
        let some = stage::judged(job.id, holding, reached).limit(CHUNKS);
        let some = some.into_model::<Judged>().all(&app.db).await?;
        let Some(last) = some.last() else { break };
        reached = last.last_row;
        for chunk in &some {
            let rows = judged(app, (job.id, chunk.number), &chunk.verdicts)?;
            let each = rows.iter().flat_map(Verdict::placed);
            for finding in each.filter(|finding| finding.refuses() == errors) {
                match finding.severity {
                    Severity::Hint if hints.len() < wanted => hints.push(finding),
                    Severity::Hint => {}
                    _ => found.push(finding),
                }
            }
        }
    }
    found.append(&mut hints);
    Ok(found)
}
