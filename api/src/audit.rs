//! The audit: one entry a deed, written in the deed's own transaction; it holds ids, counts and codes, never a name,
//! a number or a phone.

use entity::audit;
use entity::id::AuditId;
use entity::kind::Role;
use sea_orm::{ActiveModelTrait as _, ConnectionTrait, EntityTrait, IntoActiveModel as _};
use serde_json::Value;

use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;

/// How a deed ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Something was written.
    Done,
    /// Nothing had to be written: it stood already.
    Unchanged,
    /// It was refused and nothing was written.
    Refused,
    /// A person was looked up or a file was fetched.
    Read,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "DONE",
            Self::Unchanged => "UNCHANGED",
            Self::Refused => "REFUSED",
            Self::Read => "READ",
        }
    }
}

/// What an entry says of a deed.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The deed, by its contract name.
    pub operation: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// The ids it touched.
    pub subjects: Vec<String>,
    /// Counts, codes and purpose.
    pub detail: Value,
}

/// Writes an entry for a caller's deed.
pub async fn record<C: ConnectionTrait>(
    app: &App,
    db: &C,
    caller: &Caller,
    entry: Entry,
) -> Result<(), Error> {
    record_all(app, db, caller, vec![entry]).await
}

/// Writes the entries of a caller's deed, where each person has one.
pub async fn record_all<C: ConnectionTrait>(
    app: &App,
    db: &C,
    caller: &Caller,
    entries: Vec<Entry>,
) -> Result<(), Error> {
    let rows = entries.into_iter().map(|entry| row(app, caller, &entry));
    insert(db, rows.collect()).await
}

fn row(app: &App, caller: &Caller, entry: &Entry) -> audit::Model {
    audit::Model {
        id: app.id(),
        at: app.now(),
        client_id: Some(caller.client.id),
        role: caller.client.role,
        office_id: caller.client.office_id,
        platform_id: caller.client.platform_id,
        request_id: caller.request_id.clone(),
        operation: entry.operation.to_owned(),
        outcome: entry.outcome.as_str().to_owned(),
        subjects: entry.subjects.join(" "),
        detail: entry.detail.to_string(),
    }
}

/// Writes an entry for a deed of the house itself: a job, or a command on the machine.
pub async fn record_house<C: ConnectionTrait>(
    app: &App,
    db: &C,
    entry: Entry,
) -> Result<(), Error> {
    let row = audit::Model {
        id: app.id::<AuditId>(),
        at: app.now(),
        client_id: None,
        role: Role::System,
        office_id: None,
        platform_id: None,
        request_id: format!("process:{}", app.process),
        operation: entry.operation.to_owned(),
        outcome: entry.outcome.as_str().to_owned(),
        subjects: entry.subjects.join(" "),
        detail: entry.detail.to_string(),
    };
    insert(db, vec![row]).await
}

async fn insert<C: ConnectionTrait>(db: &C, rows: Vec<audit::Model>) -> Result<(), Error> {
    let rows = rows
        .into_iter()
        .map(|row| row.into_active_model().reset_all());
    audit::Entity::insert_many(rows)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
