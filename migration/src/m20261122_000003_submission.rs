//! Filings: submissions and the rows they froze. Rows have no foreign key to registrations: a registration is never
//! deleted while a filing holds it, and the check would double the cost of the freeze.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, blob, boolean_null, date, integer, small_integer, string, string_len,
    timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::{drop_tables, run, table};

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX uq_submission_version ON submission (platform_id, report, \"window\", version)",
    "CREATE UNIQUE INDEX uq_submission_open ON submission (platform_id, report, \"window\") \
     WHERE state IN ('PREPARING', 'READY')",
    "CREATE INDEX ix_submission_platform ON submission (platform_id, id)",
    "CREATE INDEX ix_submission_preparing ON submission (created_at) WHERE state = 'PREPARING'",
    "CREATE INDEX ix_submission_row_sheet ON submission_row (submission_id, sheet, registration_id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(submission()).await?;
        manager.create_table(submission_row()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["submission_row", "submission"]).await
    }
}

fn submission() -> TableCreateStatement {
    table(
        "submission",
        vec![
            uuid("id"),
            uuid("platform_id"),
            string_len("report", 32),
            string("window"),
            string_len("kind", 32),
            integer("version"),
            string_len("state", 32),
            string("recipient"),
            string("edition"),
            uuid_null("base_id"),
            timestamp_with_time_zone_null("as_of"),
            date("due_on"),
            boolean_null("late"),
            big_integer("rows_total"),
            big_integer("rows_done"),
            string("counts"),
            big_integer("problem_count"),
            string("problems"),
            string("return_reasons"),
            uuid("prepared_by"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone_null("filed_at"),
            timestamp_with_time_zone("updated_at"),
            uuid_null("lease_by"),
            timestamp_with_time_zone_null("lease_until"),
            integer("attempts"),
        ],
        ["id"],
        [("platform_id", "platform"), ("base_id", "submission")],
    )
}

fn submission_row() -> TableCreateStatement {
    table(
        "submission_row",
        vec![
            uuid("submission_id"),
            uuid("registration_id"),
            integer("revision"),
            blob("fingerprint"),
            small_integer("sheet"),
            string_len("state", 32),
        ],
        ["submission_id", "registration_id"],
        [("submission_id", "submission")],
    )
}
