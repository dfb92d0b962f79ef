//! Reading a survey as its owner sees it: its columns, its rows with what becomes of each, and its first problems.

use entity::id::ImportId;
use entity::import_job::Model;
use entity::import_job::stage::{self, Holding, Judged};
use entity::kind::RowOutcome;
use entity::problem::Finding;
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

/// What was told of the file, then of its first rows that have something to say.
pub async fn first_problems(app: &App, job: &Model) -> Result<Vec<Finding>, Error> {
    let mut told = layout(app, job)?.findings;
    let mut reached = 0;
    while told.len() < FIRST {
        let some = stage::judged(job.id, Holding::Told, reached).limit(CHUNKS);
        let some = some.into_model::<Judged>().all(&app.db).await?;
        let Some(last) = some.last() else { break };
        reached = last.last_row;
        for chunk in &some {
            let rows = judged(app, (job.id, chunk.number), &chunk.verdicts)?;
            told.extend(rows.iter().flat_map(Verdict::placed));
        }
    }
    told.truncate(FIRST);
    Ok(told)
}
