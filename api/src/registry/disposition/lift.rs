//! Lifting a measure: by the platform that took it, with its reason, or with the listing that it belongs to.

use chrono::NaiveDate;
use entity::disposition::{self, lifting_place};
use entity::id::{DispositionId, EntryId};
use entity::kind::{DispositionKind, DispositionState};
use entity::problem::{Finding, ProblemCode};
use sea_orm::{DatabaseTransaction, QuerySelect as _};
use serde::Serialize;

use super::{Done, SAID, text};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::deed::{self, Deed};
use crate::scope::Scope;

/// Lifts a measure.
#[derive(Clone, Debug, Serialize)]
pub struct Lift {
    /// Which; none when the id cannot be one.
    pub disposition: Option<DispositionId>,
    /// Why.
    pub reason: String,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Lifts a measure of the caller's own, from today.
pub async fn lift(app: &App, caller: &Caller, command: Lift) -> Result<Done, Error> {
    caller.needs(Scope::DispositionImpose)?;
    let deed = Deed {
        operation: "liftDisposition",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let done = lift_in(app, caller, command, &tx).await?;
            Ok((done, tx))
        }
    };
    deed::run(app, caller, &deed, &command, work).await
}

async fn lift_in(
    app: &App,
    caller: &Caller,
    command: &Lift,
    tx: &DatabaseTransaction,
) -> Result<Done, Error> {
    let row = match command.disposition {
        Some(id) => {
            let seen = disposition::one_seen_by(&caller.sight, id);
            seen.lock_exclusive().one(tx).await?
        }
        None => None,
    };
    let Some(row) = row else {
        return Ok(Done::not_found("disposition"));
    };
    let mut found = Vec::new();
    let reason = text(&command.reason, SAID, "reason", &mut found);
    if row.kind == DispositionKind::Blacklisting {
        let listed = Finding::error(ProblemCode::DispositionByListing);
        found.push(listed.inside("disposition"));
    } else if row.state != DispositionState::Open {
        let over = Finding::error(ProblemCode::DispositionOver);
        let over = match row.ended_on {
            Some(on) => over.with("date", on.to_string()),
            None => over,
        };
        found.push(over.inside("disposition"));
    }
    if !found.is_empty() {
        return Ok(Done {
            disposition: Some(row.id),
            ..Done::refused(found)
        });
    }
    let why = app.vault.seal_json(lifting_place(row.id), &reason)?;
    let when = (app.now(), app.today());
    let lifted = disposition::lift(row.id, when, why).exec(tx).await?;
    let registration = row.registration_id.map(|id| id.0);
    Ok(Done {
        changed: lifted.rows_affected > 0,
        disposition: Some(row.id),
        touched: registration.into_iter().chain([row.party_id.0]).collect(),
        kinds: vec![row.kind],
        ..Done::default()
    })
}

/// Lifts every measure that belongs to a listing, in the transaction of the deed that ends it, and tells which they were. `on`
/// is the last day on which they bound.
pub async fn lift_all_of_entry(
    app: &App,
    tx: &DatabaseTransaction,
    entry: EntryId,
    on: NaiveDate,
    reason: &str,
) -> Result<Vec<(DispositionId, DispositionKind)>, Error> {
    let rows = disposition::of_entry(entry)
        .lock_exclusive()
        .all(tx)
        .await?;
    let mut lifted = Vec::with_capacity(rows.len());
    for row in rows {
        let why = app
            .vault
            .seal_json(lifting_place(row.id), &reason.to_owned())?;
        disposition::lift(row.id, (app.now(), on), why)
            .exec(tx)
            .await?;
        lifted.push((row.id, row.kind));
    }
    Ok(lifted)
}
