//! Imports: files on their way into the registry, and what was found in their chunks.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, blob, integer, string, string_len, string_len_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::{drop_tables, run, table};

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: &[&str] = &[
    "CREATE INDEX ix_import_job_platform ON import_job (platform_id, id)",
    "CREATE INDEX ix_import_job_office ON import_job (office_id, id)",
    "CREATE INDEX ix_import_job_working ON import_job (id) WHERE state IN ('READING', 'COMMITTING')",
    "CREATE INDEX ix_import_chunk_row ON import_chunk (import_id, last_row)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(import_job()).await?;
        manager.create_table(import_chunk()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["import_chunk", "import_job"]).await
    }
}

fn import_job() -> TableCreateStatement {
    let mut columns = vec![
        uuid("id"),
        uuid_null("platform_id"),
        uuid_null("office_id"),
        uuid("client_id"),
        string("request_id"),
        string("language"),
        string_len("state", 32),
        string_len_null("kind", 32),
        string_len_null("subject", 32),
        string_len("source", 32),
        uuid("file_id"),
        string("file_name"),
    ];
    columns.extend(
        [
            "bytes",
            "bytes_done",
            "rows_read",
            "accepted",
            "rejected",
            "skipped",
            "created",
            "updated",
            "unchanged",
        ]
        .map(big_integer),
    );
    columns.extend([
        integer("chunks"),
        uuid_null("problems_file"),
        timestamp_with_time_zone("created_at"),
        timestamp_with_time_zone("updated_at"),
        uuid_null("lease_by"),
        timestamp_with_time_zone_null("lease_until"),
        integer("attempts"),
        integer("faults"),
    ]);
    table(
        "import_job",
        columns,
        ["id"],
        [
            ("platform_id", "platform"),
            ("office_id", "office"),
            ("file_id", "stored_file"),
        ],
    )
}

fn import_chunk() -> TableCreateStatement {
    table(
        "import_chunk",
        vec![
            uuid("import_id"),
            integer("number"),
            big_integer("last_row"),
            blob("verdicts"),
        ],
        ["import_id", "number"],
        [("import_id", "import_job")],
    )
}
