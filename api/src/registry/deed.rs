//! One deed, one transaction: idempotency, retries when two deeds meet, the audit inside, dry runs that roll back.

use std::future::Future;

use sea_orm::DatabaseTransaction;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::audit::change;
use super::batch::{Batch, ItemResult, Outcome as Verdict};
use super::idempotency::{Begun, begin};
use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::auth::Caller;
use crate::db::{self, Reach};
use crate::error::Error;

/// What a deed is called and how it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Deed<'a> {
    /// The mutation's name.
    pub operation: &'static str,
    /// Judge everything, write nothing.
    pub dry_run: bool,
    /// Do it once under this key; a dry run uses none.
    pub key: Option<&'a str>,
}

/// What a deed tells the audit of its outcome.
pub trait Recorded {
    /// Whether something was written.
    fn wrote(&self) -> bool;
    /// Whether nothing had to be written because it stood already.
    fn stood(&self) -> bool {
        false
    }
    /// The ids it touched.
    fn subjects(&self) -> Vec<String>;
    /// Counts, codes and masked changes, never a value.
    fn detail(&self) -> Value;
    /// What for, where the caller says so.
    fn purpose(&self) -> Option<String> {
        None
    }
}

impl Recorded for Batch {
    fn wrote(&self) -> bool {
        !self.written().is_empty()
    }

    fn stood(&self) -> bool {
        let unchanged = |result: &ItemResult| result.outcome == Verdict::Unchanged;
        !self.results.is_empty() && self.results.iter().all(unchanged)
    }

    fn subjects(&self) -> Vec<String> {
        self.written()
    }

    fn detail(&self) -> Value {
        change::with(self.counts(), &self.changes)
    }
}

/// Does a deed once: `work` gets a write transaction and gives it back with the outcome.
pub async fn run<T, B, W, F>(
    app: &App,
    caller: &Caller,
    deed: &Deed<'_>,
    body: &B,
    work: W,
) -> Result<T, Error>
where
    T: Recorded + Serialize + DeserializeOwned + Send,
    B: Serialize + Sync,
    W: Fn(DatabaseTransaction) -> F + Send + Sync,
    F: Future<Output = Result<(T, DatabaseTransaction), Error>> + Send,
{
    let key = deed.key.filter(|_| !deed.dry_run);
    let ticket = match begin(app, caller, deed.operation, key, body).await? {
        Begun::Before(outcome) => return Ok(serde_json::from_value(outcome)?),
        Begun::First(ticket) => Some(ticket),
        Begun::Free => None,
    };
    let done = attempts(app, caller, deed, ticket.as_deref(), &work).await;
    if let (Err(_), Some(ticket)) = (&done, &ticket) {
        ticket.abandon(app).await?;
    }
    done
}

/// Records a deed that was refused before it began; a dry run leaves no trace of that either.
pub async fn refuse<T: Recorded>(
    app: &App,
    caller: &Caller,
    deed: &Deed<'_>,
    outcome: T,
) -> Result<T, Error> {
    if deed.dry_run {
        return Ok(outcome);
    }
    let entry = Entry {
        operation: deed.operation,
        outcome: Outcome::Refused,
        subjects: outcome.subjects(),
        detail: outcome.detail(),
        party: None,
        purpose: outcome.purpose(),
    };
    audit::observe(app, caller, entry).await?;
    Ok(outcome)
}

/// Does a deed of the house itself, in a job: nobody asked for it, so there is no key, and what there was nothing to do
/// about is not recorded.
pub async fn of_house<T, W, F>(app: &App, operation: &'static str, work: W) -> Result<T, Error>
where
    T: Recorded + Send,
    W: Fn(DatabaseTransaction) -> F + Send + Sync,
    F: Future<Output = Result<(T, DatabaseTransaction), Error>> + Send,
{
    let mut attempt = 0;
    loop {
        attempt += 1;
        match once_of_house(app, operation, &work).await {
            Err(error) if attempt < db::ATTEMPTS && error.may_retry() => {}
            settled => return settled,
        }
    }
}

async fn once_of_house<T, W, F>(app: &App, operation: &'static str, work: &W) -> Result<T, Error>
where
    T: Recorded + Send,
    W: Fn(DatabaseTransaction) -> F + Send + Sync,
    F: Future<Output = Result<(T, DatabaseTransaction), Error>> + Send,
{
    let tx = db::begin_write(&app.db, Reach::All).await?;
    db::wait_shortly(&tx).await?;
    let (outcome, tx) = work(tx).await?;
    if !outcome.wrote() {
        tx.rollback().await?;
        return Ok(outcome);
    }
    let entry = Entry {
        operation,
        outcome: Outcome::Done,
        subjects: outcome.subjects(),
        detail: outcome.detail(),
        party: None,
        purpose: outcome.purpose(),
    };
    audit::record_house(app, &tx, entry).await?;
    tx.commit().await?;
    Ok(outcome)
}

async fn attempts<T, W, F>(
    app: &App,
    caller: &Caller,
    deed: &Deed<'_>,
    ticket: Option<&super::idempotency::Ticket>,
    work: &W,
) -> Result<T, Error>
where
    T: Recorded + Serialize + Send,
    W: Fn(DatabaseTransaction) -> F + Send + Sync,
    F: Future<Output = Result<(T, DatabaseTransaction), Error>> + Send,
{
    let mut attempt = 0;
    loop {
        attempt += 1;
        match once(app, caller, deed, ticket, work).await {
            Err(error) if attempt < db::ATTEMPTS && error.may_retry() => {}
            settled => return settled,
        }
    }
}

/// How a deed ended, as the audit tells it.
fn ended<T: Recorded>(outcome: &T) -> Outcome {
    match (outcome.wrote(), outcome.stood()) {
        (true, _) => Outcome::Done,
        (false, true) => Outcome::Unchanged,
        (false, false) => Outcome::Refused,
    }
}

async fn once<T, W, F>(
    app: &App,
    caller: &Caller,
    deed: &Deed<'_>,
    ticket: Option<&super::idempotency::Ticket>,
    work: &W,
) -> Result<T, Error>
where
    T: Recorded + Serialize + Send,
    W: Fn(DatabaseTransaction) -> F + Send + Sync,
    F: Future<Output = Result<(T, DatabaseTransaction), Error>> + Send,
{
    let tx = db::begin_write(&app.db, caller.reach()).await?;
    let (outcome, tx) = work(tx).await?;
    if deed.dry_run {
        tx.rollback().await?;
        return Ok(outcome);
    }
    let entry = Entry {
        operation: deed.operation,
        outcome: ended(&outcome),
        subjects: outcome.subjects(),
        detail: outcome.detail(),
        party: None,
        purpose: outcome.purpose(),
    };
    audit::record(app, &tx, caller, entry).await?;
    if let Some(ticket) = ticket {
        ticket
            .complete(app, &tx, &serde_json::to_value(&outcome)?)
            .await?;
    }
    tx.commit().await?;
    Ok(outcome)
}
