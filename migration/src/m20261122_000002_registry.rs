//! The registry: registrations, their immutable revisions and their live accounts.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    blob, blob_null, date, date_null, integer, string, string_len, string_null,
    timestamp_with_time_zone, uuid,
};

use crate::{drop_tables, run, table};

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Each index answers one arm of a sight in one order, or one look-up of a deed.
const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX uq_registration_ledger ON registration (party_id, platform_key, kind, source)",
    "CREATE INDEX ix_registration_platform ON registration (platform_key, kind, id)",
    "CREATE INDEX ix_registration_updated ON registration (platform_key, kind, updated_at, id)",
    "CREATE INDEX ix_registration_verified ON registration (platform_key, kind, verified_on, id)",
    "CREATE UNIQUE INDEX uq_registration_external ON registration (platform_key, external_id, kind, source) \
     WHERE external_id IS NOT NULL",
    "CREATE INDEX ix_registration_city ON registration (seat_city, kind, id)",
    "CREATE INDEX ix_registration_seat ON registration (seat, kind, id)",
    "CREATE UNIQUE INDEX uq_account_holder ON account (platform_key, number) WHERE role = 'HOLDER' AND until IS NULL",
    "CREATE INDEX ix_account_registration ON account (registration_id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [registration(), revision(), account()] {
            manager.create_table(statement).await?;
        }
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["account", "revision", "registration"]).await
    }
}

fn registration() -> TableCreateStatement {
    table(
        "registration",
        vec![
            uuid("id"),
            string_len("kind", 32),
            uuid("party_id"),
            uuid("platform_key"),
            string_len("source", 32),
            string_null("external_id"),
            string_len("identity_kind", 32),
            string_len("status", 32),
            date_null("closed_on"),
            integer("revision"),
            blob("fingerprint"),
            string_null("seat"),
            string_null("seat_city"),
            date("verified_on"),
            blob_null("phone_index"),
            timestamp_with_time_zone("observed_at"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone("updated_at"),
        ],
        ["id"],
        [("party_id", "party")],
    )
}

fn revision() -> TableCreateStatement {
    table(
        "revision",
        vec![
            uuid("registration_id"),
            integer("number"),
            uuid("party_id"),
            timestamp_with_time_zone("observed_at"),
            timestamp_with_time_zone("recorded_at"),
            uuid("author"),
            string_len("source", 32),
            string("changed"),
            blob("fingerprint"),
            blob("facts"),
        ],
        ["registration_id", "number"],
        [("registration_id", "registration")],
    )
}

fn account() -> TableCreateStatement {
    table(
        "account",
        vec![
            uuid("id"),
            uuid("platform_key"),
            string("number"),
            string_len("role", 32),
            uuid("registration_id"),
            date("since"),
            date_null("until"),
        ],
        ["id"],
        [("registration_id", "registration")],
    )
}
