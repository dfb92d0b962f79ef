//! The house's own books: stored files and links, the audit, idempotency keys and the checks of the vault's keys.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, blob, blob_null, integer, string, string_len, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::{drop_tables, run, table};

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: &[&str] = &[
    "CREATE INDEX ix_stored_file_submission ON stored_file (submission_id) WHERE submission_id IS NOT NULL",
    "CREATE INDEX ix_stored_file_unused ON stored_file (created_at) WHERE used_at IS NULL",
    "CREATE INDEX ix_audit_at ON audit (at, id)",
    "CREATE INDEX ix_idempotency_expiry ON idempotency (expires_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            stored_file(),
            download_link(),
            audit(),
            idempotency(),
            key_check(),
        ] {
            manager.create_table(statement).await?;
        }
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "key_check",
                "idempotency",
                "audit",
                "download_link",
                "stored_file",
            ],
        )
        .await
    }
}

fn stored_file() -> TableCreateStatement {
    table(
        "stored_file",
        vec![
            uuid("id"),
            string("name"),
            string("media_type"),
            big_integer("bytes"),
            string("sha256"),
            string_len("purpose", 32),
            uuid_null("client_id"),
            uuid_null("platform_id"),
            uuid_null("submission_id"),
            integer("part"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone_null("used_at"),
        ],
        ["id"],
        [("submission_id", "submission")],
    )
}

fn download_link() -> TableCreateStatement {
    table(
        "download_link",
        vec![
            uuid("id"),
            uuid("file_id"),
            uuid("client_id"),
            string("purpose"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone("expires_at"),
        ],
        ["id"],
        [("file_id", "stored_file")],
    )
}

fn audit() -> TableCreateStatement {
    table(
        "audit",
        vec![
            uuid("id"),
            timestamp_with_time_zone("at"),
            uuid_null("client_id"),
            string_len("role", 32),
            uuid_null("office_id"),
            uuid_null("platform_id"),
            string("request_id"),
            string("operation"),
            string("outcome"),
            string("subjects"),
            string("detail"),
        ],
        ["id"],
        [],
    )
}

fn idempotency() -> TableCreateStatement {
    table(
        "idempotency",
        vec![
            uuid("client_id"),
            string("operation"),
            string("key"),
            blob("body"),
            blob_null("outcome"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone("expires_at"),
        ],
        ["client_id", "operation", "key"],
        [],
    )
}

fn key_check() -> TableCreateStatement {
    table(
        "key_check",
        vec![string("purpose"), big_integer("key_id"), blob("value")],
        ["purpose", "key_id"],
        [],
    )
}
