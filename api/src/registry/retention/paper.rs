//! The paper: filings' workbooks with their frozen rows, imports with their files and findings, answered objections.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use entity::document::{self, Purpose};
use entity::id::{FileId, ImportId, SubmissionId};
use entity::submission;
use entity::{import_job, objection, retention};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};
use serde_json::json;

use super::{AT_A_TIME, Terms, file, recorded};
use crate::app::App;
use crate::db::{self, Reach};
use crate::error::Error;
use crate::registry::submission::newest::can_hold_newest;
use crate::registry::sweep;

/// Filings whose time is over, but for those that the next filing is compared with.
pub(super) async fn due_submissions(
    app: &App,
    terms: &Terms,
) -> Result<Vec<submission::Model>, Error> {
    let mut due = Vec::new();
    let mut needed: HashMap<_, Vec<SubmissionId>> = HashMap::new();
    for filing in retention::submissions(terms.submissions)
        .all(&app.db)
        .await?
    {
        let report = (filing.platform_id, filing.report);
        if let Entry::Vacant(vacant) = needed.entry(report) {
            let all = submission::of_report(filing.platform_id, filing.report);
            vacant.insert(can_hold_newest(&all.all(&app.db).await?));
        }
        let is_needed = |ids: &Vec<SubmissionId>| ids.contains(&filing.id);
        if !needed.get(&report).is_some_and(is_needed) {
            due.push(filing);
        }
    }
    Ok(due)
}

/// Removes workbooks, rows and reasons of filings whose time is over, and tells of how many.
pub async fn submissions(app: &App, terms: &Terms) -> Result<u64, Error> {
    let mut removed = 0;
    for filing in due_submissions(app, terms).await? {
        let rows = sweep::rows_of(app, filing.id).await?;
        let tx = db::begin_write(&app.db, Reach::All).await?;
        let files = document::of_submissions([filing.id]).all(&tx).await?;
        let mut gone = Vec::new();
        for purpose in [Purpose::Workbook, Purpose::Manifest, Purpose::Problems] {
            let ids: Vec<FileId> = files.iter().map(|file| file.id).collect();
            gone.extend(file::remove(&tx, ids, purpose).await?);
        }
        let nothing: Option<Vec<u8>> = None;
        submission::Entity::update_many()
            .col_expr(submission::Column::Returned, Expr::value(nothing))
            .filter(submission::Column::Id.eq(filing.id))
            .exec(&tx)
            .await?;
        let detail = json!({ "kind": "submissions", "rows": rows, "files": gone.len() });
        recorded(app, &tx, [filing.id.0], detail).await?;
        tx.commit().await?;
        file::erase(app, gone).await?;
        removed += 1;
    }
    Ok(removed)
}

/// Removes some imports whose time is over, and tells how many.
pub async fn imports(app: &App, terms: &Terms) -> Result<u64, Error> {
    let due = retention::imports(terms.imports).limit(AT_A_TIME);
    let mut removed = 0;
    for job in due.all(&app.db).await? {
        let tx = db::begin_write(&app.db, Reach::All).await?;
        let files = import(&tx, &job).await?;
        let detail = json!({ "kind": "imports", "files": files.len(), "rows": job.rows_read });
        recorded(app, &tx, [job.id.0], detail).await?;
        tx.commit().await?;
        file::erase(app, files).await?;
        removed += 1;
    }
    Ok(removed)
}

async fn import(tx: &DatabaseTransaction, job: &import_job::Model) -> Result<Vec<FileId>, Error> {
    let id: ImportId = job.id;
    import_job::chunk::Entity::delete_many()
        .filter(import_job::chunk::Column::ImportId.eq(id))
        .exec(tx)
        .await?;
    import_job::stage::Entity::delete_many()
        .filter(import_job::stage::Column::ImportId.eq(id))
        .exec(tx)
        .await?;
    import_job::Entity::delete_many()
        .filter(import_job::Column::Id.eq(id))
        .exec(tx)
        .await?;
    let mut files = file::unused_by(tx, &[id.0]).await?;
    let problems: Vec<FileId> = job.problems_file.into_iter().collect();
    files.extend(file::remove(tx, problems, Purpose::Problems).await?);
    Ok(files)
}

/// Removes some answered objections whose time is over, and tells how many.
pub async fn objections(app: &App, terms: &Terms) -> Result<u64, Error> {
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let rows = retention::objections(terms.objections)
        .limit(AT_A_TIME)
        .lock_exclusive()
        .all(&tx)
        .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let gone = objection::Entity::delete_many()
        .filter(objection::Column::Id.is_in(ids.iter().copied()))
        .exec(&tx)
        .await?
        .rows_affected;
    let parties = retention::forgotten(rows.iter().map(|row| row.party_id));
    let parties = parties.exec(&tx).await?.rows_affected;
    let detail = json!({ "kind": "objections", "objections": gone, "parties": parties });
    recorded(app, &tx, ids.into_iter().map(|id| id.0), detail).await?;
    tx.commit().await?;
    Ok(gone)
}
