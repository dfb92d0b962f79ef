//! 注销: closing up to 1,000 registrations, each judged by itself; their accounts end with them.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::facts::{Closing, Facts};
use entity::id::RegistrationId;
use entity::kind::{CloseReason, RegistrationStatus};
use entity::problem::{Finding, ProblemCode};
use entity::{account, registration, revision};
use sea_orm::DatabaseTransaction;
use serde::Serialize;

use super::batch::{Batch, ItemResult, Outcome, check_size, once};
use super::deed::{self, Deed};
use super::operator;
use super::parse::in_future;
use super::registration::book::{Book, Standing};
use super::registration::{insert_revisions, members, ties, upsert};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::text::sealed_words;
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
    let ids = items.iter().filter_map(|item| item.registration);
    let mut book = Book::load(app, caller, ids, &tx).await?;
    let mut seen = HashMap::new();
    let mut results = Vec::with_capacity(items.len());
    let mut closed = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let judged = once(index, item.registration, &mut seen)
            .map_err(|twin| vec![twin])
            .and_then(|()| judge(app.today(), item, &book));
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
    let batch = Batch {
        results,
        findings,
        ..Batch::default()
    };
    Ok((batch, tx))
}

/// Judges one item; what it says is what will be recorded.
fn judge(today: NaiveDate, item: &CloseItem, book: &Book) -> Result<Closing, Vec<Finding>> {
    let mut found = Vec::new();
    let standing = item.registration.and_then(|id| book.own.get(&id));
    if let Some(finding) =
        standing.map_or_else(|| Some(book.absent(item.registration)), already_closed)
    {
        found.push(finding.inside("registration"));
    }
    let founded = standing.and_then(|standing| standing.facts.founded());
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
        Some(note) => sealed_words(note, NOTE)
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

/// Why a registration that was closed before takes no further deed.
pub(super) fn already_closed(standing: &Standing) -> Option<Finding> {
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
    let mut ends = Vec::with_capacity(closed.len());
    for (standing, closing) in closed {
        let on = closing.on;
        ending.entry(on).or_default().push(standing.row.id);
        ends.push((standing.row.clone(), on));
        let (row, revision) = closed_row(app, caller, standing, closing)?;
        revisions.push(revision);
        rows.push(row);
    }
    upsert(tx, rows).await?;
    insert_revisions(tx, revisions).await?;
    for (on, registrations) in ending {
        account::end_all_of(registrations, on).exec(tx).await?;
    }
    let bereft = ties::close(tx, &ends).await?;
    members::revise(app, caller, tx, (bereft, None)).await
}

/// The registration as it stands once it is closed, and the revision that says so: what it held ends with it.
fn closed_row(
    app: &App,
    caller: &Caller,
    mut standing: Standing,
    closing: Closing,
) -> Result<(registration::Model, revision::Model), Error> {
    let mut changed = vec!["status"];
    match &mut standing.facts {
        Facts::Operator(facts) => changed.extend(operator::end(facts, closing.on)),
        Facts::Streamer(facts) if facts.agency.is_some() => {
            changed.push("agency");
            facts.agency = None;
        }
        Facts::Merchant(facts) if facts.open_shops().next().is_some() => {
            changed.push("shops");
            for shop in facts.shops.iter_mut().filter(|shop| shop.until.is_none()) {
                shop.until = Some(closing.on.max(shop.since));
            }
        }
        Facts::Streamer(_) | Facts::Agency(_) | Facts::Merchant(_) => {}
    }
    standing.row.status = RegistrationStatus::Closed;
    standing.row.closed_on = Some(closing.on);
    standing.facts.close(closing);
    standing.revise(app, caller, &changed)
}
