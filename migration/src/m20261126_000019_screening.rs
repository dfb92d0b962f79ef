//! Files that are screened against the blacklist, row by row: who asked, how far it is, and the file that came of it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    integer, string, string_len, string_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::reach::{ALL, OWN, protect};
use crate::{drop_tables, run, table};

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const STATEMENTS: &[&str] = &[
    "CREATE INDEX ix_screening_client ON screening (client_id, id)",
    "CREATE INDEX ix_screening_waiting ON screening (id) WHERE state = 'READING'",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(screening()).await?;
        run(manager, STATEMENTS).await?;
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        protect(manager, "screening").await?;
        let whose = format!("{ALL} OR platform_id = {OWN}");
        let policy =
            format!("CREATE POLICY reach ON screening USING ({whose}) WITH CHECK ({whose})");
        let kept =
            format!("CREATE POLICY kept ON screening AS RESTRICTIVE FOR DELETE USING ({ALL})");
        run(manager, &[&policy, &kept]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["screening"]).await
    }
}

fn screening() -> TableCreateStatement {
    table(
        "screening",
        vec![
            uuid("id"),
            uuid("client_id"),
            uuid_null("platform_id"),
            string("request_id"),
            string("language"),
            string_len("state", 32),
            uuid("file_id"),
            string("file_name"),
            integer("rows"),
            integer("rows_done"),
            integer("listed"),
            integer("candidates"),
            integer("clear"),
            integer("not_valid"),
            string_null("problem"),
            uuid_null("result_file"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone("updated_at"),
            uuid_null("lease_by"),
            timestamp_with_time_zone_null("lease_until"),
            integer("attempts"),
        ],
        ["id"],
        [("client_id", "client"), ("file_id", "stored_file")],
    )
}
