//! The reports of a measure: sent by its platform, received by an office that they address. Both are told as they were done
//! first; doing them again changes nothing.

use entity::disposition::{self, report};
use entity::id::{DispositionId, DispositionReportId};
use sea_orm::{DatabaseTransaction, QuerySelect as _};
use serde::Serialize;

use super::Done;
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::deed::{self, Deed};
use crate::scope::Scope;

/// Sends what was not sent yet of a measure's reports.
#[derive(Clone, Debug, Serialize)]
pub struct SendReports {
    /// Of which measure; none when the id cannot be one.
    pub disposition: Option<DispositionId>,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Receives a report.
#[derive(Clone, Debug, Serialize)]
pub struct ReceiveReport {
    /// Which; none when the id cannot be one.
    pub report: Option<DispositionReportId>,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Sends the reports of a measure of the caller's own.
pub async fn send(app: &App, caller: &Caller, command: SendReports) -> Result<Done, Error> {
    caller.needs(Scope::DispositionImpose)?;
    let deed = Deed {
        operation: "sendDispositionReports",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let wanted = command.disposition;
    let work = |tx: DatabaseTransaction| async move {
        let done = send_in(app, caller, wanted, &tx).await?;
        Ok((done, tx))
    };
    deed::run(app, caller, &deed, &command, work).await
}

async fn send_in(
    app: &App,
    caller: &Caller,
    wanted: Option<DispositionId>,
    tx: &DatabaseTransaction,
) -> Result<Done, Error> {
    let row = match wanted {
        Some(id) => {
            let seen = disposition::one_seen_by(&caller.sight, id);
            seen.lock_exclusive().one(tx).await?
        }
        None => None,
    };
    let Some(row) = row else {
        return Ok(Done::not_found("disposition"));
    };
    let sent = report::send(row.id, app.now()).exec(tx).await?;
    let changed = sent.rows_affected > 0;
    Ok(Done {
        changed,
        stood: !changed,
        disposition: Some(row.id),
        kinds: vec![row.kind],
        ..Done::default()
    })
}

/// Receives a report that addresses the caller's office.
pub async fn receive(app: &App, caller: &Caller, command: ReceiveReport) -> Result<Done, Error> {
    let office = caller.measuring_office()?.office.id;
    let deed = Deed {
        operation: "receiveDispositionReport",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let wanted = command.report;
    let work = |tx: DatabaseTransaction| async move {
        let row = match wanted {
            Some(id) => {
                let seen = report::one_seen_by(&caller.sight, id);
                seen.lock_exclusive().one(&tx).await?
            }
            None => None,
        };
        let Some(row) = row else {
            return Ok((Done::not_found("report"), tx));
        };
        let received = report::receive(row.id, (app.now(), office))
            .exec(&tx)
            .await?;
        let changed = received.rows_affected > 0;
        let done = Done {
            changed,
            stood: !changed,
            disposition: Some(row.disposition_id),
            touched: vec![row.id.0],
            ..Done::default()
        };
        Ok((done, tx))
    };
    deed::run(app, caller, &deed, &command, work).await
}
