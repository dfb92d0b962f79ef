//! How long things are kept: who uses a file, what is held back from removal, what persons objected to. Reasons for returns
//! are sealed from now on, because they may name a person; what stands in clear is sealed by the sweep, which has the keys.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    blob, blob_null, date, date_null, string_len, string_len_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid,
};

use crate::{drop_tables, run, table};

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const STATEMENTS: &[&str] = &[
    "CREATE UNIQUE INDEX uq_legal_hold_standing ON legal_hold (subject) WHERE lifted_at IS NULL",
    "CREATE INDEX ix_objection_party ON objection (party_id)",
    // A party is removed when nothing names it: without an index that would be read out of all ties.
    "CREATE INDEX ix_tie_other ON tie (other_party_id)",
    "CREATE INDEX ix_file_use_by ON file_use (used_by)",
    "INSERT INTO file_use (file_id, used_by) SELECT file_id, id FROM import_job",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let returned = Table::alter()
            .table("submission")
            .add_column(blob_null("returned"))
            .to_owned();
        manager.alter_table(returned).await?;
        for statement in [file_use(), legal_hold(), objection()] {
            manager.create_table(statement).await?;
        }
        run(manager, STATEMENTS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX ix_tie_other"]).await?;
        drop_tables(manager, &["objection", "legal_hold", "file_use"]).await?;
        let returned = Table::alter()
            .table("submission")
            .drop_column("returned")
            .to_owned();
        manager.alter_table(returned).await
    }
}

/// A registration, a link or an import that names a file.
fn file_use() -> TableCreateStatement {
    table(
        "file_use",
        vec![uuid("file_id"), uuid("used_by")],
        ["file_id", "used_by"],
        [("file_id", "stored_file")],
    )
}

fn legal_hold() -> TableCreateStatement {
    table(
        "legal_hold",
        vec![
            uuid("id"),
            string_len("kind", 32),
            uuid("subject"),
            timestamp_with_time_zone("placed_at"),
            blob("reason"),
            timestamp_with_time_zone_null("lifted_at"),
            blob_null("lifting"),
        ],
        ["id"],
        [],
    )
}

fn objection() -> TableCreateStatement {
    table(
        "objection",
        vec![
            uuid("id"),
            uuid("party_id"),
            string_len("kind", 32),
            date("received_on"),
            date("due_on"),
            blob("text"),
            timestamp_with_time_zone("entered_at"),
            date_null("answered_on"),
            string_len_null("outcome", 32),
            blob_null("answer"),
        ],
        ["id"],
        [("party_id", "party")],
    )
}
