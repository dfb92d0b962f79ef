//! Reading imports: an owner its own. Rows are read from what the chunks kept, so that a file of ten million lines is
//! stored once, as the upload that it is.

use entity::document;
use entity::id::{FileId, ImportId};
use entity::import_job::{self, Model, chunk};
use entity::kind::{ImportState, RowOutcome};
use entity::problem::{Finding, Step};
use sea_orm::{ColumnTrait as _, PaginatorTrait as _, QueryFilter as _};

use super::{LineVerdict, chunk as chunks};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::reading::COUNT_LIMIT;

/// Chunks opened at a time.
const CHUNKS: u64 = 8;
/// How many problems an import itself tells.
const FIRST: u64 = 100;

/// One import of the caller's.
pub async fn find(app: &App, caller: &Caller, id: ImportId) -> Result<Option<Model>, Error> {
    let owned = import_job::owned_by(caller.client.platform_id, caller.client.office_id);
    let found = owned.filter(import_job::Column::Id.eq(id));
    Ok(found.one(&app.db).await?)
}

/// A page of the caller's imports, newest first, and whether there is more after it.
pub async fn list(
    app: &App,
    caller: &Caller,
    (after, limit): (Option<ImportId>, u64),
) -> Result<(Vec<Model>, bool), Error> {
    let owner = (caller.client.platform_id, caller.client.office_id);
    let page = import_job::page(owner, after, limit + 1);
    let mut rows = page.all(&app.db).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    Ok((rows, more))
}

/// How many imports the caller has, exactly up to [`COUNT_LIMIT`]; none beyond it.
pub async fn count(app: &App, caller: &Caller) -> Result<Option<u64>, Error> {
    let all = import_job::owned_by(caller.client.platform_id, caller.client.office_id);
    let rows = all.count(&app.db).await?;
    Ok((rows <= COUNT_LIMIT).then_some(rows))
}

/// A stored file of an import that the caller already sees.
pub async fn file(app: &App, id: FileId) -> Result<Option<document::Model>, Error> {
    Ok(document::by_id(id).one(&app.db).await?)
}

/// How much of the file is done, 0 to 1.
#[must_use]
pub fn progress(job: &Model) -> f64 {
    if matches!(
        job.state,
        ImportState::Committed | ImportState::Review | ImportState::Undone
    ) {
        return 1.0;
    }
    if job.staged > 0 && matches!(job.state, ImportState::Committing | ImportState::Undoing) {
        let done = if job.state == ImportState::Undoing {
            job.staged - job.chunks
        } else {
            job.chunks
        };
        return f64::from(done) / f64::from(job.staged);
    }
    if job.bytes <= 0 {
        return 0.0;
    }
    // In ten-thousandths: a file has far fewer bytes than would run over.
    let done = job.bytes_done.saturating_mul(10_000) / job.bytes;
    f64::from(i32::try_from(done).unwrap_or(0)) / 10_000.0
}

/// The lines of an import that have something to say after a line, in order, and whether there are more.
pub async fn rows(
    app: &App,
    job: ImportId,
    outcome: Option<RowOutcome>,
    (after, limit): (i64, u64),
) -> Result<(Vec<LineVerdict>, bool), Error> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    let mut reached = after;
    while found.len() <= limit {
        let some = chunk::after(job, reached, CHUNKS).all(&app.db).await?;
        let Some(last) = some.last() else { break };
        reached = last.last_row;
        for row in &some {
            let verdicts = chunks::open(app, row)?.into_iter();
            found.extend(verdicts.filter(|verdict| {
                let wanted = outcome.is_none_or(|wanted| wanted == verdict.row_outcome());
                wanted && verdict.line > after
            }));
        }
    }
    let more = found.len() > limit;
    found.truncate(limit);
    Ok((found, more))
}

/// The first problems of an import, each under the number of its line.
pub async fn first_problems(app: &App, job: ImportId) -> Result<Vec<Finding>, Error> {
    let (lines, _) = rows(app, job, None, (0, FIRST)).await?;
    let problems = lines.into_iter().flat_map(|verdict| {
        let line = verdict.line;
        verdict.findings.into_iter().map(move |mut finding| {
            finding
                .path
                .insert(0, Step::Index(usize::try_from(line).unwrap_or(usize::MAX)));
            finding
        })
    });
    Ok(problems
        .take(usize::try_from(FIRST).unwrap_or(usize::MAX))
        .collect())
}
