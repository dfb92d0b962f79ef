//! 调查摸底: hand-made workbooks on their way into the registry. A job reads a file into staged rows and judges them without
//! writing; the user looks, corrects the columns, and commits; what was written can be taken back. Rows go in by the very
//! deed that registers a batch, as if the API had been sent them.

mod assemble;
mod blacklist;
pub mod book;
mod chunk;
mod commit;
mod deeds;
pub mod difference;
pub mod join;
pub mod layout;
mod mapping;
mod prepare;
mod read;
pub mod reading;
pub mod returned;
mod scan;
mod seen;
mod source;
pub mod staged;
mod undo;
mod wanting;

use std::sync::Arc;

use entity::import_job::{Column, Entity, Model};
use entity::kind::{Authority, ImportState};
use entity::{office, survey_book};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _};
use serde_json::json;

use super::division::Gazetteer;
use super::import::lease::{self, Lease};
use super::registration;
use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::auth::{self, Caller};
use crate::error::Error;
use crate::scope::Scope;
use book::Books;

pub(super) use deeds::cancel;
pub use deeds::{CommitImport, ImportSurvey, commit as begin_commit, import, undo as begin_undo};
pub use mapping::{MapImport, Said, map};

/// The most rows of one chunk, which one transaction writes: a row may register several subjects, and three chunks are in
/// memory at a time.
const ROWS: usize = 500;

/// Whoever reads, writes or takes back a survey, under a claim.
pub struct Survey {
    pub(super) app: Arc<App>,
    pub(super) caller: Caller,
    pub(super) job: Model,
    pub(super) lease: Lease,
    pub(super) gazetteer: Gazetteer,
    /// The office, for an office's survey.
    pub(super) office: Option<office::Model>,
}

/// How an attempt at a survey ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// What was to be done is done.
    Done,
    /// The claim was lost, or the import was cancelled.
    Lost,
    /// The client that asked for it may not write any more.
    Barred,
}

/// Refuses whoever may not import surveys: it takes the right to register, and a cyberspace office, which registers nobody,
/// the right to list.
pub fn permitted(caller: &Caller) -> Result<(), Error> {
    let office = caller.office.as_ref();
    let scope = match office.map(|office| office.authority) {
        Some(Authority::Cyberspace) => Scope::BlacklistWrite,
        _ => Scope::RegistryWrite,
    };
    caller.needs(scope).map(|_| ())
}

/// The client that asked for a survey, as it stands now; none once it may not write any more.
async fn asker(app: &App, job: &Model) -> Result<Option<Caller>, Error> {
    for scope in [Scope::RegistryWrite, Scope::BlacklistWrite] {
        let language = super::import::language(job);
        let asked = (job.client_id, job.request_id.clone(), language);
        let caller = auth::asker(app, &app.db, asked, scope).await?;
        if let Some(caller) = caller.filter(|caller| permitted(caller).is_ok()) {
            return Ok(Some(caller));
        }
    }
    Ok(None)
}

/// Does what is next of a survey.
pub async fn work(app: &Arc<App>, lease: Lease, job: &Model) -> Result<End, Error> {
    let Some(caller) = asker(app, job).await? else {
        return Ok(End::Barred);
    };
    let survey = Arc::new(Survey {
        gazetteer: registration::gazetteer(app, &app.db).await?,
        app: Arc::clone(app),
        office: caller.office.clone(),
        caller,
        job: job.clone(),
        lease,
    });
    match job.state {
        ImportState::Reading => read::read(&survey).await,
        ImportState::Committing => commit::commit(&survey).await,
        ImportState::Undoing => undo::undo(&survey).await,
        _ => Ok(End::Lost),
    }
}

impl Survey {
    /// The office's books as they stand; a platform has none, and names itself only.
    async fn books<C: sea_orm::ConnectionTrait>(&self, db: &C) -> Result<Books, Error> {
        match &self.office {
            Some(office) => Books::load(db, office.id, self.job.book_id).await,
            None => Box::pin(Books::of_platform(db, self.caller.client.platform_id)).await,
        }
    }

    /// The same, held until the transaction ends, so that nobody drops one that is about to be written into.
    async fn books_held(&self, tx: &DatabaseTransaction) -> Result<Books, Error> {
        if let Some(office) = &self.office {
            survey_book::held(office.id).all(tx).await?;
        }
        self.books(tx).await
    }

    /// The last word on what was to be done: so many chunks are written, and the import stands where it was to come.
    async fn ended(
        &self,
        tx: DatabaseTransaction,
        state: ImportState,
        chunks: i32,
    ) -> Result<End, Error> {
        let ended = Entity::update_many()
            .col_expr(Column::State, Expr::val(state))
            .col_expr(Column::UpdatedAt, Expr::val(self.app.now()))
            .col_expr(Column::Faults, Expr::val(0))
            .filter(self.lease.held())
            .filter(Column::Chunks.eq(chunks));
        let ended = lease::let_go(ended).exec(&tx).await?;
        if ended.rows_affected != 1 {
            tx.rollback().await?;
            return Ok(End::Lost);
        }
        let entry = Entry {
            operation: self.lease.operation(),
            outcome: Outcome::Done,
            subjects: vec![self.job.id.to_string()],
            detail: json!({ "state": state }),
            party: None,
            purpose: None,
        };
        audit::record(&self.app, &tx, &self.caller, entry).await?;
        tx.commit().await?;
        Ok(End::Done)
    }

    /// Whether whoever asked may still do so.
    async fn is_barred(&self) -> Result<bool, Error> {
        let caller = asker(&self.app, &self.job).await?;
        Ok(caller.is_none())
    }
}
