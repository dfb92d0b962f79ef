//! 注销: closing up to 1,000 registrations, each judged by itself; their accounts end with them.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entity::id::RegistrationId;
use entity::kind::{CloseReason, RegistrationStatus};
use entity::operator::{Closing, OperatorFacts};
use entity::problem::{Finding, ProblemCode};
use entity::value::text::text;
use entity::{account, party, registration, revision};
use sea_orm::{
    ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _,
    QueryOrder as _, QuerySelect as _,
};
use serde::Serialize;

use super::batch::{Batch, ItemResult, Outcome, check_size};
use super::deed::{self, Deed};
use super::operator::{facts_place, revision_of, upsert};
use super::parse::in_future;
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::scope::Scope;

/// The longest note, in characters.
const NOTE: usize = 1_000;

/// One registration to close.
#[derive(Clone, Debug, Serialize)]
pub struct CloseItem {
    /// Which; none when the id cannot be one, which answers as an unknown id does.
    pub registration: Option<RegistrationId>,
    /// Its last day.
    pub on: NaiveDate,
    /// Why.
    pub reason: CloseReason,
    /// In the caller's words.
    pub note: Option<String>,
}

/// Closes registrations.
#[derive(Clone, Debug, Serialize)]
pub struct CloseRegistrations {
    /// 1 to 1,000 items.
    pub items: Vec<CloseItem>,
    /// Judge, and write nothing.
    pub dry_run: bool,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// What stands of an item's registration.
struct Standing {
    row: registration::Model,
    facts: OperatorFacts,
    party: party::Model,
}

/// The registrations of a request that are in sight.
struct Book {
    /// Those the caller may close.
    own: HashMap<RegistrationId, Standing>,
    /// Those it only sees.
    others: HashSet<RegistrationId>,
}

/// Closes what can be closed.
pub async fn close(
    app: &App,
    caller: &Caller,
    command: CloseRegistrations,
) -> Result<Batch, Error> {
    caller.needs(Scope::RegistryWrite)?;
    check_size(command.items.len(), app.settings.limits.items)?;
    let deed = Deed {
        operation: "closeRegistrations",
        dry_run: command.dry_run,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let items = &command.items;
        async move { judge_and_write(app, caller, items, tx).await }
    };
    deed::run(app, caller, &deed, &command, work).await
}

async fn judge_and_write(
    app: &App,
    caller: &Caller,
    items: &[CloseItem],
    tx: DatabaseTransaction,
) -> Result<(Batch, DatabaseTransaction), Error> {
    let mut book = book(app, caller, items, &tx).await?;
    let mut seen = HashMap::new();
    let mut results = Vec::with_capacity(items.len());
    let mut closed = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let judged = once(index, item, &mut seen).and_then(|()| judge(app.today(), item, &book));
        let known = item.registration.filter(|id| book.own.contains_key(id));
        let (outcome, findings) = match judged {
            Ok(closing) => {
                let standing = known.and_then(|id| book.own.remove(&id));
                closed.extend(standing.map(|standing| (standing, closing)));
                (Outcome::Closed, Vec::new())
            }
            Err(findings) => (Outcome::Rejected, findings),
        };
        results.push(ItemResult {
            index,
            external_id: None,
            outcome,
            registration: known,
            findings,
        });
    }
    write(app, caller, &tx, closed).await?;
    let findings = Vec::new();
    Ok((Batch { results, findings }, tx))
}

/// Loads and locks the registrations in sight among the items.
async fn book(
    app: &App,
    caller: &Caller,
    items: &[CloseItem],
    tx: &DatabaseTransaction,
) -> Result<Book, Error> {
    let ids = items.iter().filter_map(|item| item.registration);
    let rows = registration::some_seen_by(&caller.sight, ids)
        .order_by_asc(registration::Column::Id)
        .lock_exclusive()
        .all(tx)
        .await?;
    let (rows, others): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|row| super::ledger::may_write(caller, row));
    let current = revision::current_of(rows.iter().map(|row| row.id));
    let mut facts = HashMap::new();
    for row in current.all(tx).await? {
        let at = facts_place(row.registration_id, row.number);
        facts.insert(row.registration_id, app.vault.open_json(at, &row.facts)?);
    }
    let named = party::by_ids(rows.iter().map(|row| row.party_id));
    let parties = named.all(tx).await?.into_iter().map(|row| (row.id, row));
    let parties: HashMap<_, _> = parties.collect();
    let whole = |row: registration::Model| {
        let standing = Standing {
            facts: facts.remove(&row.id)?,
            party: parties.get(&row.party_id)?.clone(),
            row,
        };
        Some((standing.row.id, standing))
    };
    Ok(Book {
        own: rows.into_iter().filter_map(whole).collect(),
        others: others.into_iter().map(|row| row.id).collect(),
    })
}

/// The same registration twice in one request is refused on the second.
fn once(
    index: usize,
    item: &CloseItem,
    seen: &mut HashMap<RegistrationId, usize>,
) -> Result<(), Vec<Finding>> {
    let Some(id) = item.registration else {
        return Ok(());
    };
    let first = *seen.entry(id).or_insert(index);
    if first == index {
        return Ok(());
    }
    let twin = Finding::error(ProblemCode::DuplicateInBatch).inside("registration");
    Err(vec![twin.with("item", first.to_string())])
}

/// Judges one item; what it says is what will be recorded.
fn judge(today: NaiveDate, item: &CloseItem, book: &Book) -> Result<Closing, Vec<Finding>> {
    let mut found = Vec::new();
    let standing = item.registration.and_then(|id| book.own.get(&id));
    if let Some(finding) = standing.map_or_else(|| Some(absent(item, book)), already_closed) {
        found.push(finding.inside("registration"));
    }
    let founded = standing.and_then(|standing| standing.facts.registered_on);
    if item.on > today {
        found.push(in_future(today).inside("on"));
    } else if let Some(founded) = founded.filter(|founded| item.on < *founded) {
        let early = Finding::error(ProblemCode::DateOrder).with("date", founded.to_string());
        found.push(early.inside("on"));
    }
    let note = match &item.note {
        None if item.reason == CloseReason::Other => {
            Err(Finding::error(ProblemCode::Required).inside("note"))
        }
        None => Ok(None),
        Some(note) => text(note, NOTE)
            .map(Some)
            .map_err(|finding| finding.inside("note")),
    };
    match note {
        Ok(note) if found.is_empty() => Ok(Closing {
            on: item.on,
            reason: item.reason,
            note,
        }),
        note => {
            found.extend(note.err());
            Err(found)
        }
    }
}

fn absent(item: &CloseItem, book: &Book) -> Finding {
    let seen = item
        .registration
        .is_some_and(|id| book.others.contains(&id));
    Finding::error(if seen {
        ProblemCode::NotYours
    } else {
        ProblemCode::NotFound
    })
}

fn already_closed(standing: &Standing) -> Option<Finding> {
    let closed = standing.row.status == RegistrationStatus::Closed;
    closed.then(|| {
        let already = Finding::error(ProblemCode::AlreadyClosed);
        match standing.row.closed_on {
            Some(on) => already.with("date", on.to_string()),
            None => already,
        }
    })
}

async fn write(
    app: &App,
    caller: &Caller,
    tx: &DatabaseTransaction,
    closed: Vec<(Standing, Closing)>,
) -> Result<(), Error> {
    if closed.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::with_capacity(closed.len());
    let mut revisions = Vec::with_capacity(closed.len());
    let mut ending: HashMap<NaiveDate, Vec<RegistrationId>> = HashMap::new();
    for (standing, closing) in closed {
        ending.entry(closing.on).or_default().push(standing.row.id);
        let (row, revision) = closed_row(app, caller, standing, closing)?;
        revisions.push(revision.into_active_model().reset_all());
        rows.push(row);
    }
    upsert(tx, rows).await?;
    revision::Entity::insert_many(revisions)
        .exec_without_returning(tx)
        .await?;
    for (on, registrations) in ending {
        account::end_all_of(registrations, on).exec(tx).await?;
    }
    Ok(())
}

/// The registration as it stands once it is closed, and the revision that says so.
fn closed_row(
    app: &App,
    caller: &Caller,
    standing: Standing,
    closing: Closing,
) -> Result<(registration::Model, revision::Model), Error> {
    let Standing {
        mut row,
        mut facts,
        party,
    } = standing;
    let now = app.now();
    let mut changed = vec!["status"];
    if !facts.accounts.is_empty() {
        changed.push("accounts");
        facts.accounts = Vec::new();
    }
    row.status = RegistrationStatus::Closed;
    row.closed_on = Some(closing.on);
    row.revision += 1;
    row.observed_at = row.observed_at.max(now);
    row.updated_at = now;
    facts.closing = Some(closing);
    let identity = super::party::open(app, &party)?;
    let canonical = rules::fingerprint::operator(&identity, &facts);
    row.fingerprint = app
        .vault
        .fingerprint(rules::fingerprint::VERSION, &canonical);
    let revision = revision_of(app, caller, &row, &facts, &changed)?;
    Ok((row, revision))
}
