//! What is removed because nobody will ask for it again: files without a record, uploads that nothing refers to, what
//! was given up before it was filed, links and keys whose time is over. Nothing that was ever filed is among it.

use chrono::TimeDelta;
use entity::document::{self, Column, Entity, link};
use entity::id::SubmissionId;
use entity::submission::row;
use entity::{idempotency, submission};
use futures_util::TryStreamExt as _;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QuerySelect as _,
    QueryTrait as _,
};

use crate::app::App;
use crate::db::{self, Reach};
use crate::error::Error;
use crate::registry::submission::{Reason, seal_reasons};

/// So long a file may be in the store before its record is: longer than any submission takes to be written.
const WRITING_TAKES: TimeDelta = TimeDelta::hours(24);
/// So many things of a kind are removed at a time.
const AT_A_TIME: u64 = 500;
/// So many frozen rows are removed in one statement, lest SQLite's one writer wait for long.
const ROWS_AT_A_TIME: u64 = 10_000;
/// So many of these statements one sweep does for one submission.
const STATEMENTS: usize = 1_000;

/// What a sweep removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Files of submissions that were given up before they were filed.
    pub given_up: u64,
    /// Uploads that nothing refers to.
    pub uploads: u64,
    /// Objects and unfinished uploads of which there is no record.
    pub orphans: u64,
    /// Download links.
    pub links: u64,
    /// Idempotency keys.
    pub keys: u64,
    /// Frozen rows of submissions that were given up before they were filed.
    pub rows: u64,
    /// Submissions whose reasons for a return stood in clear and are sealed now.
    pub sealed: u64,
}

impl Swept {
    /// Whether there was nothing to remove.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Removes files of submissions that were given up before they were filed.
pub async fn given_up(app: &App) -> Result<u64, Error> {
    let given_up = submission::given_up()
        .select_only()
        .column(submission::Column::Id);
    let files = document::of_given_up(given_up.into_query())
        .limit(AT_A_TIME)
        .all(&app.db)
        .await?;
    remove(app, &files, Condition::all()).await
}

/// Removes uploads that nothing refers to.
pub async fn unused_uploads(app: &App) -> Result<u64, Error> {
    let kept = TimeDelta::hours(i64::from(app.settings.limits.unused_file_hours));
    let unused = document::unused_before(app.now() - kept)
        .limit(AT_A_TIME)
        .all(&app.db)
        .await?;
    // A deed may have named one of them since.
    remove(app, &unused, Condition::all().add(Column::UsedAt.is_null())).await
}

/// Removes the records first: an object without a record is an orphan, a record without an object is a loss.
async fn remove(app: &App, files: &[document::Model], still: Condition) -> Result<u64, Error> {
    if files.is_empty() {
        return Ok(0);
    }
    let ids = || files.iter().map(|file| file.id);
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let links = link::Entity::delete_many().filter(link::Column::FileId.is_in(ids()));
    links.exec(&tx).await?;
    let records = Entity::delete_many().filter(Column::Id.is_in(ids()));
    let removed = records.filter(still).exec(&tx).await?.rows_affected;
    let kept = document::known(ids()).all(&tx).await?;
    tx.commit().await?;
    for file in files {
        if kept.iter().all(|other| other.id != file.id) {
            app.files.delete(file.object()).await?;
        }
    }
    Ok(removed)
}

/// Removes objects that no record names.
pub async fn orphans(app: &App) -> Result<u64, Error> {
    let old = app.now() - WRITING_TAKES;
    let mut removed = app.files.sweep_unfinished(old).await?.files;
    let found = app.files.older_than(old).map_ok(|found| found.id);
    let mut found = std::pin::pin!(found.try_chunks(usize::try_from(AT_A_TIME).unwrap_or(1)));
    while let Some(ids) = found.try_next().await.map_err(|e| Error::from(e.1))? {
        let known = document::of_objects(&ids).all(&app.db).await?;
        for id in ids
            .into_iter()
            .filter(|id| known.iter().all(|file| file.object() != *id))
        {
            app.files.delete(id).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Removes links whose time is over; that they were made and followed, the audit keeps.
pub async fn expired_links(app: &App) -> Result<u64, Error> {
    let expired = link::Column::ExpiresAt.lt(app.now());
    let removed = link::Entity::delete_many()
        .filter(expired)
        .exec(&app.db)
        .await?;
    Ok(removed.rows_affected)
}

/// Removes idempotency keys whose time is over.
pub async fn expired_keys(app: &App) -> Result<u64, Error> {
    let expired = idempotency::Column::ExpiresAt.lt(app.now());
    let removed = idempotency::Entity::delete_many()
        .filter(expired)
        .exec(&app.db)
        .await?;
    Ok(removed.rows_affected)
}

/// Removes frozen rows that were never filed; the submission itself stays, with its counts.
pub async fn rows_of_given_up(app: &App) -> Result<u64, Error> {
    let mut removed = 0;
    for filing in submission::given_up_with_rows().all(&app.db).await? {
        removed += rows_of(app, filing.id).await?;
    }
    Ok(removed)
}

/// Removes the frozen rows of a submission.
pub(super) async fn rows_of(app: &App, filing: SubmissionId) -> Result<u64, Error> {
    let mut removed = 0;
    for _ in 0..STATEMENTS {
        let now = some_rows(app, filing).await?;
        removed += now;
        if now < ROWS_AT_A_TIME {
            break;
        }
    }
    Ok(removed)
}

/// Seals the reasons for returns that were written in clear before reasons were sealed.
pub async fn clear_reasons(app: &App) -> Result<u64, Error> {
    let clear = submission::with_clear_reasons().limit(AT_A_TIME);
    let mut sealed = 0;
    for row in clear.all(&app.db).await? {
        let reasons: Vec<Reason> = serde_json::from_str(&row.return_reasons)?;
        let done = submission::Entity::update_many()
            .col_expr(
                submission::Column::Returned,
                Expr::value(seal_reasons(app, row.id, &reasons)?),
            )
            .col_expr(submission::Column::ReturnReasons, Expr::val("[]"))
            .filter(submission::Column::Id.eq(row.id))
            .filter(submission::Column::ReturnReasons.eq(row.return_reasons))
            .exec(&app.db)
            .await?;
        sealed += done.rows_affected;
    }
    Ok(sealed)
}

async fn some_rows(app: &App, filing: SubmissionId) -> Result<u64, Error> {
    let some = row::some_of(filing, ROWS_AT_A_TIME).select_only();
    let some = some.column(row::Column::RegistrationId).into_query();
    let removed = row::Entity::delete_many()
        .filter(row::Column::SubmissionId.eq(filing))
        .filter(row::Column::RegistrationId.in_subquery(some))
        .exec(&app.db)
        .await?;
    Ok(removed.rows_affected)
}
