//! Sealed segments of the audit: entries get their place once they are committed, so that no writer waits for another.
//! Beside that, whom an entry is about and what for, which the auditor and offices ask for.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, blob, integer, integer_null, string_null,
    timestamp_with_time_zone, timestamp_with_time_zone_null, uuid_null,
};

use crate::{drop_tables, run, table};

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What an entry says from now on.
fn columns() -> [ColumnDef; 4] {
    [
        uuid_null("party_id"),
        string_null("purpose"),
        big_integer_null("segment"),
        integer_null("position"),
    ]
}

const INDEXES: &[&str] = &[
    "CREATE INDEX ix_audit_unsealed ON audit (at, id) WHERE segment IS NULL",
    "CREATE UNIQUE INDEX uq_audit_sealed ON audit (segment, position) WHERE segment IS NOT NULL",
    "CREATE INDEX ix_audit_party ON audit (party_id, at, id) WHERE party_id IS NOT NULL",
    "CREATE INDEX ix_audit_office ON audit (office_id, at, id) WHERE office_id IS NOT NULL",
    "CREATE INDEX ix_audit_client ON audit (client_id, at, id) WHERE client_id IS NOT NULL",
    "CREATE INDEX ix_audit_segment_unfiled ON audit_segment (number) WHERE filed_at IS NULL",
    "CREATE INDEX ix_audit_segment_kept ON audit_segment (number) WHERE dropped_at IS NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(audit_segment()).await?;
        for column in columns() {
            let mut change = Table::alter();
            manager
                .alter_table(change.table("audit").add_column(column).to_owned())
                .await?;
        }
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &[
                "DROP INDEX ix_audit_unsealed",
                "DROP INDEX uq_audit_sealed",
                "DROP INDEX ix_audit_party",
                "DROP INDEX ix_audit_office",
                "DROP INDEX ix_audit_client",
            ],
        )
        .await?;
        for column in columns() {
            let mut change = Table::alter();
            let name = column.get_column_name().clone();
            manager
                .alter_table(change.table("audit").drop_column(name).to_owned())
                .await?;
        }
        drop_tables(manager, &["audit_segment"]).await
    }
}

fn audit_segment() -> TableCreateStatement {
    table(
        "audit_segment",
        vec![
            big_integer("number"),
            timestamp_with_time_zone("sealed_at"),
            timestamp_with_time_zone("first_at"),
            timestamp_with_time_zone("last_at"),
            integer("entries"),
            blob("previous"),
            blob("head"),
            integer("key_id"),
            blob("signature"),
            timestamp_with_time_zone_null("filed_at"),
            timestamp_with_time_zone_null("dropped_at"),
        ],
        ["number"],
        [],
    )
}
