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
use super::operator::{facts_place, upsert};
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
    let mut standing = standing(app, caller, items, &tx).await?;
    let mut seen = HashSet::new();
    let mut results = Vec::with_capacity(items.len());
    let mut closed = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let known = item.registration.filter(|id| standing.contains_key(id));
        let findings = judge(app, item, known.and_then(|id| standing.get(&id)), &mut seen);
        let result = |outcome, registration, findings| ItemResult {
            index,
            external_id: None,
            outcome,
            registration,
            findings,
        };
        if findings.iter().any(Finding::refuses) {
            results.push(result(Outcome::Rejected, known, findings));
            continue;
        }
        if let Some(found) = known.and_then(|id| standing.remove(&id)) {
            closed.push((found, item));
            results.push(result(Outcome::Closed, known, findings));
        }
    }
    write(app, caller, &tx, closed).await?;
    Ok((
        Batch {
            results,
            findings: Vec::new(),
        },
        tx,
    ))
}

/// Loads and locks the caller's own registrations among the items.
async fn standing(
    app: &App,
    caller: &Caller,
    items: &[CloseItem],
    tx: &DatabaseTransaction,
) -> Result<HashMap<RegistrationId, Standing>, Error> {
    let ids = items.iter().filter_map(|item| item.registration);
    let rows = registration::some_seen_by(&caller.sight, ids)
        .order_by_asc(registration::Column::Id)
        .lock_exclusive()
        .all(tx)
        .await?;
    let rows: Vec<_> = rows
        .into_iter()
        .filter(|row| super::ledger::may_write(caller, row))
        .collect();
    let mut facts = HashMap::new();
    for row in revision::current_of(rows.iter().map(|row| row.id))
        .all(tx)
        .await?
    {
        let at = facts_place(row.registration_id, row.number);
        facts.insert(
            row.registration_id,
            app.vault.open_json::<OperatorFacts>(at, &row.facts)?,
        );
    }
    let parties: HashMap<_, _> = party::by_ids(rows.iter().map(|row| row.party_id))
        .all(tx)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let whole = |row: registration::Model| {
        let standing = Standing {
            facts: facts.remove(&row.id)?,
            party: parties.get(&row.party_id)?.clone(),
            row,
        };
        Some((standing.row.id, standing))
    };
    Ok(rows.into_iter().filter_map(whole).collect())
}

fn judge(
    app: &App,
    item: &CloseItem,
    standing: Option<&Standing>,
    seen: &mut HashSet<RegistrationId>,
) -> Vec<Finding> {
    let mut found = Vec::new();
    if item.registration.is_some_and(|id| !seen.insert(id)) {
        found.push(Finding::error(ProblemCode::DuplicateInBatch).inside("registration"));
        return found;
    }
    match standing {
        None => found.push(Finding::error(ProblemCode::NotFound).inside("registration")),
        Some(standing) if standing.row.status == RegistrationStatus::Closed => {
            found.push(Finding::error(ProblemCode::AlreadyClosed).inside("registration"));
        }
        Some(_) => {}
    }
    if item.on > app.today() {
        found.push(Finding::error(ProblemCode::DateInFuture).inside("on"));
    }
    match &item.note {
        None if item.reason == CloseReason::Other => {
            found.push(Finding::error(ProblemCode::Required).inside("note"));
        }
        None => {}
        Some(note) => found.extend(text(note, NOTE).err().map(|finding| finding.inside("note"))),
    }
    found
}

async fn write(
    app: &App,
    caller: &Caller,
    tx: &DatabaseTransaction,
    closed: Vec<(Standing, &CloseItem)>,
) -> Result<(), Error> {
    if closed.is_empty() {
        return Ok(());
    }
    let now = app.now();
    let mut rows = Vec::with_capacity(closed.len());
    let mut revisions = Vec::with_capacity(closed.len());
    let mut ending: HashMap<NaiveDate, Vec<RegistrationId>> = HashMap::new();
    for (
        Standing {
            mut row,
            mut facts,
            party,
        },
        item,
    ) in closed
    {
        facts.accounts = Vec::new();
        facts.closing = Some(Closing {
            on: item.on,
            reason: item.reason,
            note: item.note.clone(),
        });
        let identity = super::party::open(app, &party)?;
        row.status = RegistrationStatus::Closed;
        row.closed_on = Some(item.on);
        row.revision += 1;
        row.observed_at = row.observed_at.max(now);
        row.updated_at = now;
        let canonical = rules::fingerprint::operator(&identity, &facts);
        row.fingerprint = app
            .vault
            .fingerprint(rules::fingerprint::VERSION, &canonical);
        revisions.push(super::operator::revision_of(
            app,
            caller,
            &row,
            &facts,
            &["status", "accounts"],
        )?);
        ending.entry(item.on).or_default().push(row.id);
        rows.push(row);
    }
    upsert(tx, rows).await?;
    let revisions = revisions
        .into_iter()
        .map(|row| row.into_active_model().reset_all());
    revision::Entity::insert_many(revisions)
        .exec_without_returning(tx)
        .await?;
    for (on, registrations) in ending {
        account::end_all_of(registrations, on).exec(tx).await?;
    }
    Ok(())
}
