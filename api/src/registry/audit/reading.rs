//! Reading the audit: the auditor all of it, an office what its own people did; reading it is recorded like any look at
//! what people did.

use std::collections::HashMap;

use entity::audit::{self, Filter, Key, Model, Reach};
use entity::client;
use entity::id::ClientId;
use entity::kind::Role;
use sea_orm::QuerySelect as _;
use serde_json::{Value, json};

use crate::app::App;
use crate::audit::{Entry, Outcome, observe};
use crate::auth::Caller;
use crate::error::Error;
use crate::scope::Scope;

/// A page of entries.
#[derive(Debug)]
pub struct Records {
    /// The entries, newest first.
    pub entries: Vec<Model>,
    /// The names of the clients among them.
    pub clients: HashMap<ClientId, String>,
    /// Whether there is more.
    pub more: bool,
}

/// How far a caller reads.
pub(super) fn reach(caller: &Caller) -> Result<Reach, Error> {
    caller.needs(Scope::AuditRead)?;
    match (caller.client.role, caller.client.office_id) {
        (Role::Auditor, _) => Ok(Reach::All),
        (_, Some(office)) => Ok(Reach::Office(office)),
        (_, None) => Err(Error::forbidden(
            "仅限审计员和机关",
            "only auditors and offices may read the audit",
        )),
    }
}

/// A page of the entries within the caller's reach, newest first.
pub async fn list(
    app: &App,
    caller: &Caller,
    filter: &Filter,
    (after, limit): (Option<Key>, u64),
) -> Result<Records, Error> {
    let reach = reach(caller)?;
    let entry = Entry {
        operation: "auditEvents",
        outcome: Outcome::Read,
        subjects: Vec::new(),
        detail: json!({ "filter": told(filter), "first": limit }),
        party: filter.party,
        purpose: None,
    };
    observe(app, caller, entry).await?;
    let page = audit::within(reach, filter, after).limit(limit + 1);
    let mut entries = page.all(&app.db).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = entries.len() > size;
    entries.truncate(size);
    Ok(Records {
        clients: names(app, &entries).await?,
        entries,
        more,
    })
}

/// The filter as the audit tells it: ids, names of deeds and times.
pub(super) fn told(filter: &Filter) -> Value {
    json!({
        "client": filter.client.map(|id| id.to_string()),
        "office": filter.office.map(|id| id.to_string()),
        "operation": filter.operation,
        "outcome": filter.outcome,
        "requestId": filter.request_id,
        "since": filter.since,
        "until": filter.until,
    })
}

async fn names(app: &App, entries: &[Model]) -> Result<HashMap<ClientId, String>, Error> {
    let mut ids: Vec<ClientId> = entries.iter().filter_map(|entry| entry.client_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let clients = client::by_ids(ids).all(&app.db).await?;
    Ok(clients.into_iter().map(|row| (row.id, row.name)).collect())
}
