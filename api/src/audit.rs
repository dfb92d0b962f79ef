//! The audit: one entry a deed, written in the deed's own transaction; it holds ids, counts and codes, never a name,
//! a number or a phone unless masked. Looks and refusals have no transaction to be written in: those that come together
//! are written together, each before its own answer is given, so that a crash loses no entry of what somebody was told.

mod gathering;

use entity::id::{AuditId, PartyId};
use entity::kind::Role;
use entity::{audit, client};
use sea_orm::{ActiveModelTrait as _, ConnectionTrait, EntityTrait, IntoActiveModel as _};
use serde_json::{Value, json};

use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;

pub use gathering::Gathering;

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
    /// All four.
    pub const ALL: [Self; 4] = [Self::Done, Self::Unchanged, Self::Refused, Self::Read];

    /// The name that entries hold.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
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
    /// Counts, codes and masked changes.
    pub detail: Value,
    /// The one person that was looked at.
    pub party: Option<PartyId>,
    /// What for, in the caller's words; parsed, so that it names nobody.
    pub purpose: Option<String>,
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
    let rows = entries.into_iter().map(|entry| row(app, caller, entry));
    insert(db, rows.collect()).await
}

/// Writes an entry of a look or of a refusal, which has no transaction of its own; returns when it stands.
pub async fn observe(app: &App, caller: &Caller, entry: Entry) -> Result<(), Error> {
    Ok(app
        .gathering
        .write(&app.db, row(app, caller, entry))
        .await?)
}

/// Writes an entry of a client that is known and no longer let in.
pub async fn turned_away(
    app: &App,
    client: &client::Model,
    request_id: String,
    why: &'static str,
) -> Result<(), Error> {
    let entry = Entry {
        operation: "authenticate",
        outcome: Outcome::Refused,
        subjects: Vec::new(),
        detail: json!({ "problems": [why] }),
        party: None,
        purpose: None,
    };
    let row = audit::Model {
        client_id: Some(client.id),
        role: client.role,
        office_id: client.office_id,
        platform_id: client.platform_id,
        request_id,
        ..of_house(app, entry)
    };
    Ok(app.gathering.write(&app.db, row).await?)
}

/// Writes an entry of what a caller may not do at all.
pub async fn forbidden(app: &App, caller: &Caller, operation: String) -> Result<(), Error> {
    let entry = Entry {
        operation: "",
        outcome: Outcome::Refused,
        subjects: Vec::new(),
        detail: json!({ "problems": ["FORBIDDEN"] }),
        party: None,
        purpose: None,
    };
    let row = audit::Model {
        operation,
        ..row(app, caller, entry)
    };
    Ok(app.gathering.write(&app.db, row).await?)
}

fn row(app: &App, caller: &Caller, entry: Entry) -> audit::Model {
    audit::Model {
        client_id: Some(caller.client.id),
        role: caller.client.role,
        office_id: caller.client.office_id,
        platform_id: caller.client.platform_id,
        request_id: caller.request_id.clone(),
        ..of_house(app, entry)
    }
}

/// Writes an entry for a deed of the house itself: a job, or a command on the machine.
pub async fn record_house<C: ConnectionTrait>(
    app: &App,
    db: &C,
    entry: Entry,
) -> Result<(), Error> {
    insert(db, vec![of_house(app, entry)]).await
}

fn of_house(app: &App, entry: Entry) -> audit::Model {
    audit::Model {
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
        party_id: entry.party,
        purpose: entry.purpose,
        segment: None,
        position: None,
    }
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
