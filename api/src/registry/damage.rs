//! Puts on record what did not open: which table, column and row, never what was found there. The vault remembers it while
//! something else is being done; whoever answers, and the beat of the process, asks for it.

use sea_orm::DatabaseConnection;
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::error::Error;
use crate::vault::{Damage, VaultFault};

/// The entry's operation.
const OPERATION: &str = "openSealed";

/// Records what did not open since it was last asked. A fault is told to the log alone: whoever waits for an answer is not
/// to wait for another one.
pub async fn record(app: &App) {
    for damage in app.vault.take_damages() {
        if let Err(fault) = entry(app, &app.db, damage).await {
            // Remembered again, for the next one who asks.
            app.vault.report(damage.at, damage.fault);
            tracing::error!(cause = %fault, "damage is not on record yet");
            return;
        }
    }
}

async fn entry(app: &App, db: &DatabaseConnection, damage: Damage) -> Result<(), Error> {
    let at = damage.at;
    tracing::error!(table = at.table, column = at.column, row = %at.row, revision = at.revision, "a sealed value does not open");
    let entry = Entry {
        operation: OPERATION,
        outcome: Outcome::Refused,
        subjects: vec![at.row.to_string()],
        detail: json!({
            "table": at.table, "column": at.column, "revision": at.revision, "fault": code(damage.fault),
        }),
        party: None,
        purpose: None,
    };
    audit::record_house(app, db, entry).await
}

const fn code(fault: VaultFault) -> &'static str {
    match fault {
        VaultFault::DoesNotOpen => "DOES_NOT_OPEN",
        VaultFault::UnknownKey(_) => "UNKNOWN_KEY",
        VaultFault::UnknownFormat(_) => "UNKNOWN_FORMAT",
        VaultFault::Unreadable => "UNREADABLE",
        VaultFault::Unwritable => "UNWRITABLE",
    }
}
