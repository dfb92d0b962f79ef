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
    let mut chunks = Chunks {
        app,
        job,
        holding: outcome.map_or(Holding::Any, Holding::of),
        reached: after,
    };
    while found.len() <= limit
        && let Some(rows) = chunks.next().await?
    {
        found.extend(rows.into_iter().filter(|verdict| {
            let wanted = outcome.is_none_or(|wanted| wanted == verdict.outcome);
            wanted && verdict.place > after
        }));
    }
    let more = found.len() > limit;
    found.truncate(limit);
    Ok((found, more))
}

/// What was told of the file, then of its rows: what refuses one first, what is only to be known last. Chunks are opened
/// until there is enough; one with nothing new to tell was opened for something graver before, and of that there are at
/// most as many as are told.
pub async fn first_problems(app: &App, job: &Model) -> Result<Vec<Finding>, Error> {
    let mut told = layout(app, job)?.findings;
    if job.is_without_workbook() {
        let none = Finding::warning(ProblemCode::SurveyNoWorkbook).inside("problemsFile");
        told.insert(0, none.with("count", job.faults.to_string()));
    }
    for (holding, severity) in [
        (Holding::Rejected, Severity::Error),
        (Holding::Warned, Severity::Warning),
        (Holding::Told, Severity::Hint),
    ] {
        let mut chunks = Chunks {
            app,
            job: job.id,
            holding,
            reached: 0,
        };
        while told.len() < FIRST
            && let Some(rows) = chunks.next().await?
        {
            let each = rows.into_iter().flat_map(|row| row.findings);
            told.extend(each.filter(|finding| finding.severity == severity));
        }
    }
    told.truncate(FIRST);
    Ok(told)
}

/// The chunks of a survey that hold certain rows, one after another.
struct Chunks<'a> {
    app: &'a App,
    job: ImportId,
    holding: Holding,
    /// The last row of those that were opened.
    reached: i64,
}

impl Chunks<'_> {
    /// The rows of the next few of them; none behind the last.
    async fn next(&mut self) -> Result<Option<Vec<Verdict>>, Error> {
        let some = stage::judged(self.job, self.holding, self.reached).limit(CHUNKS);
        let some = some.into_model::<Judged>().all(&self.app.db).await?;
        let Some(last) = some.last() else {
            return Ok(None);
        };
        self.reached = last.last_row;
        let mut rows = Vec::new();
        for chunk in &some {
            rows.extend(judged(self.app, (self.job, chunk.number), &chunk.verdicts)?);
        }
        Ok(Some(rows))
    }
}
