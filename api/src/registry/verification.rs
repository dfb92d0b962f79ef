//! 核验更新: confirming up to 1,000 registrations as verified, each judged by itself (Order 117 Art. 8(1)). A verification
//! is a revision like any other change; what may be filed stays the same.

use std::collections::HashMap;

use entity::facts::Verification;
use entity::id::RegistrationId;
use entity::kind::RegistrationStatus;
use entity::problem::{Finding, ProblemCode};
use sea_orm::DatabaseTransaction;
use serde::Serialize;

use super::batch::{Batch, ItemResult, Outcome, check_size, once};
use super::closing::already_closed;
use super::deed::{self, Deed};
use super::division::Gazetteer;
use super::evidence;
use super::input::VerificationInput;
use super::parse::Parser;
use super::registration::book::{Book, Standing};
use super::registration::{insert_revisions, upsert, verified_on};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::scope::Scope;

/// One registration that was verified.
#[derive(Clone, Debug, Serialize)]
pub struct Confirmed {
    /// Which; none when the id cannot be one, which answers as an unknown id does.
    pub registration: Option<RegistrationId>,
    /// When, how, and the proof.
    pub verification: VerificationInput,
}

/// Confirms verifications.
#[derive(Clone, Debug, Serialize)]
pub struct ConfirmVerification {
    /// 1 to 1,000 items.
    pub items: Vec<Confirmed>,
    /// Judge, and write nothing.
    pub dry_run: bool,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Confirms what can be confirmed.
pub async fn confirm(
    app: &App,
    caller: &Caller,
    command: ConfirmVerification,
) -> Result<Batch, Error> {
    caller.needs(Scope::RegistryWrite)?;
    check_size(command.items.len(), app.settings.limits.items)?;
    let deed = Deed {
        operation: "confirmVerification",
        dry_run: command.dry_run,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let items = &command.items;
        async move { judge_and_write(app, caller, items, tx).await }
    };
    deed::run(app, caller, &deed, &command, work).await
}

/// An item on its way.
struct Item<'a> {
    sent: &'a Confirmed,
    verification: Option<Verification>,
    found: Vec<Finding>,
}

async fn judge_and_write(
    app: &App,
    caller: &Caller,
    items: &[Confirmed],
    tx: DatabaseTransaction,
) -> Result<(Batch, DatabaseTransaction), Error> {
    let ids = items.iter().filter_map(|item| item.registration);
    let mut book = Book::load(app, caller, ids, &tx).await?;
    let mut judged = judge_all(app, &tx, items, &book).await?;
    proofs(caller, &tx, &mut judged).await?;
    let mut results = Vec::with_capacity(items.len());
    let mut confirmed = Vec::new();
    for (index, item) in judged.into_iter().enumerate() {
        let known = item
            .sent
            .registration
            .filter(|id| book.own.contains_key(id));
        let stale = item.found.iter().any(|f| f.code == ProblemCode::Stale);
        let outcome = match (known, item.verification) {
            _ if stale => Outcome::Stale,
            (Some(id), Some(verification)) if !item.found.iter().any(Finding::refuses) => {
                match book.own.remove(&id) {
                    Some(standing) if standing.facts.verification() == Some(&verification) => {
                        Outcome::Unchanged
                    }
                    Some(standing) => {
                        confirmed.push((standing, verification));
                        Outcome::Updated
                    }
                    None => Outcome::Rejected,
                }
            }
            _ => Outcome::Rejected,
        };
        results.push(ItemResult {
            index,
            external_id: None,
            outcome,
            registration: known,
            findings: item.found,
        });
    }
    write(app, caller, &tx, confirmed).await?;
    let findings = Vec::new();
    let batch = Batch {
        results,
        findings,
        ..Batch::default()
    };
    Ok((batch, tx))
}

async fn judge_all<'a>(
    app: &App,
    tx: &DatabaseTransaction,
    items: &'a [Confirmed],
    book: &Book,
) -> Result<Vec<Item<'a>>, Error> {
    let gazetteer = Gazetteer::load(tx, app.today()).await?;
    let mut seen = HashMap::new();
    let judge = |(index, sent): (usize, &'a Confirmed)| {
        let mut parser = Parser {
            gazetteer: &gazetteer,
            now: app.now(),
            today: app.today(),
            found: Vec::new(),
        };
        let verification = parser.within("verification", |p| p.verification(&sent.verification));
        let mut found = parser.found;
        if let Err(twin) = once(index, sent.registration, &mut seen) {
            found.push(twin);
        } else {
            let standing = sent.registration.and_then(|id| book.own.get(&id));
            found.extend(match standing {
                None => Some(book.absent(sent.registration).inside("registration")),
                Some(standing) => against(standing, verification.as_ref()),
            });
        }
        Item {
            sent,
            verification,
            found,
        }
    };
    Ok(items.iter().enumerate().map(judge).collect())
}

/// What stands against a verification: the registration is closed, or was verified later.
fn against(standing: &Standing, verification: Option<&Verification>) -> Option<Finding> {
    if standing.row.status == RegistrationStatus::Closed {
        return already_closed(standing).map(|closed| closed.inside("registration"));
    }
    let last = standing.facts.verification()?;
    let older = verification.is_some_and(|new| new.at < last.at);
    older.then(|| {
        let stale =
            Finding::error(ProblemCode::Stale).with("revision", standing.row.revision.to_string());
        stale.inside("at").inside("verification")
    })
}

/// Evidence must be the caller's own upload.
async fn proofs(
    caller: &Caller,
    tx: &DatabaseTransaction,
    items: &mut [Item<'_>],
) -> Result<(), Error> {
    let proof = |item: &Item<'_>| item.verification.as_ref().and_then(|v| v.evidence);
    let wanted = items.iter().filter_map(proof).collect();
    let known = evidence::known(tx, caller, &wanted).await?;
    for item in items.iter_mut() {
        if proof(item).is_some_and(|id| !known.contains(&id)) {
            let missing = Finding::error(ProblemCode::EvidenceNotFound).inside("evidence");
            item.found.push(missing.inside("verification"));
        }
    }
    Ok(())
}

async fn write(
    app: &App,
    caller: &Caller,
    tx: &DatabaseTransaction,
    confirmed: Vec<(Standing, Verification)>,
) -> Result<(), Error> {
    if confirmed.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::with_capacity(confirmed.len());
    let mut revisions = Vec::with_capacity(confirmed.len());
    let proofs = confirmed.iter().filter_map(|(standing, verification)| {
        let file = verification.evidence?;
        Some((file, standing.row.id.0))
    });
    let proofs = proofs.collect();
    for (mut standing, verification) in confirmed {
        standing.facts.verify(verification);
        standing.row.verified_on = verified_on(&standing.facts);
        let (row, revision) = standing.revise(app, caller, &["verification"])?;
        rows.push(row);
        revisions.push(revision);
    }
    upsert(tx, rows).await?;
    insert_revisions(tx, revisions).await?;
    evidence::mark_used(app, tx, proofs).await
}
