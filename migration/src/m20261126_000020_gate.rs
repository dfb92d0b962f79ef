//! The gate before a registration: who held an account before is found by its number.

use sea_orm_migration::prelude::*;

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const STATEMENTS: &[&str] = &[
    // Of what ended only: most accounts never change hands, and a first load should not pay for it.
    "CREATE INDEX ix_account_once ON account (platform_key, number) WHERE until IS NOT NULL",
    // Leads go with their registration, when its time is over.
    "CREATE INDEX ix_evasion_lead_registration ON evasion_lead (registration_id)",
];

const BACK: &[&str] = &[
    "DROP INDEX ix_evasion_lead_registration",
    "DROP INDEX ix_account_once",
];

plain_step!(Migration, up: STATEMENTS, down: BACK);
