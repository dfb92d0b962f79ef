//! Ties between registrations. Each index answers one question: what a registration declares, who names a party, and
//! which streamers appear with the operators of a city or a county.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{date, date_null, string_len, string_null, uuid};

use crate::{drop_tables, run, table};

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX uq_tie_open ON tie (registration_id, kind, other_party_id) WHERE until IS NULL",
    "CREATE INDEX ix_tie_registration ON tie (registration_id, kind)",
    "CREATE INDEX ix_tie_party ON tie (other_party_id, platform_key, kind, registration_id) WHERE until IS NULL",
    "CREATE INDEX ix_tie_city ON tie (seat_city, registration_id) \
     WHERE until IS NULL AND seat_city IS NOT NULL",
    "CREATE INDEX ix_tie_seat ON tie (seat, registration_id) WHERE until IS NULL AND seat IS NOT NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(tie()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["tie"]).await
    }
}

fn tie() -> TableCreateStatement {
    table(
        "tie",
        vec![
            uuid("id"),
            string_len("kind", 32),
            uuid("platform_key"),
            string_len("source", 32),
            uuid("registration_id"),
            uuid("other_party_id"),
            string_null("seat"),
            string_null("seat_city"),
            date("since"),
            date_null("until"),
        ],
        ["id"],
        [
            ("registration_id", "registration"),
            ("other_party_id", "party"),
        ],
    )
}
