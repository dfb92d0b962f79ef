//! Who may come in: parties, platforms, offices with their territories, and clients.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    blob, boolean, date, date_null, integer, string, string_len, string_null,
    timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::{drop_tables, run, table};

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            party(),
            platform(),
            platform_revision(),
            office(),
            territory(),
            local_division(),
            client(),
        ] {
            manager.create_table(statement).await?;
        }
        run(
            manager,
            &[
                "CREATE UNIQUE INDEX uq_party_number ON party (number_index, kind, issuing_country)",
                "CREATE UNIQUE INDEX uq_platform_party ON platform (party_id)",
                "CREATE INDEX ix_platform_province ON platform (division_province)",
                "CREATE UNIQUE INDEX uq_office_key ON office (key)",
                "CREATE UNIQUE INDEX uq_client_name ON client (name)",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let names = [
            "client",
            "local_division",
            "territory",
            "office",
            "platform_revision",
            "platform",
            "party",
        ];
        drop_tables(manager, &names).await
    }
}

fn party() -> TableCreateStatement {
    table(
        "party",
        vec![
            uuid("id"),
            string_len("kind", 32),
            string("issuing_country"),
            blob("number_index"),
            blob("number"),
        ],
        ["id"],
        [],
    )
}

fn platform() -> TableCreateStatement {
    table(
        "platform",
        vec![
            uuid("id"),
            uuid_null("party_id"),
            boolean("tenant"),
            string("name"),
            string("platform_name"),
            string_null("url"),
            string_null("division"),
            string_null("division_city"),
            string_null("division_province"),
            string_len("status", 32),
            integer("revision"),
            timestamp_with_time_zone("updated_at"),
        ],
        ["id"],
        [("party_id", "party")],
    )
}

fn platform_revision() -> TableCreateStatement {
    table(
        "platform_revision",
        vec![
            uuid("platform_id"),
            integer("number"),
            timestamp_with_time_zone("recorded_at"),
            uuid("author"),
            blob("facts"),
        ],
        ["platform_id", "number"],
        [("platform_id", "platform")],
    )
}

fn office() -> TableCreateStatement {
    table(
        "office",
        vec![
            uuid("id"),
            string("key"),
            string("name"),
            string_len("authority", 32),
            string_len("level", 32),
            string("division"),
            string_null("phone"),
            timestamp_with_time_zone("updated_at"),
        ],
        ["id"],
        [],
    )
}

fn territory() -> TableCreateStatement {
    table(
        "territory",
        vec![
            uuid("office_id"),
            string("division"),
            date("from_on"),
            date_null("until_on"),
        ],
        ["office_id", "division", "from_on"],
        [("office_id", "office")],
    )
}

fn local_division() -> TableCreateStatement {
    table(
        "local_division",
        vec![
            string("code"),
            string("name"),
            string("parent"),
            date("from_on"),
            date_null("until_on"),
        ],
        ["code"],
        [],
    )
}

fn client() -> TableCreateStatement {
    table(
        "client",
        vec![
            uuid("id"),
            string("name"),
            string_len("role", 32),
            uuid_null("office_id"),
            uuid_null("platform_id"),
            string("scopes"),
            string("contact"),
            timestamp_with_time_zone("valid_from"),
            timestamp_with_time_zone_null("valid_until"),
            timestamp_with_time_zone_null("revoked_at"),
            timestamp_with_time_zone("updated_at"),
        ],
        ["id"],
        [("office_id", "office"), ("platform_id", "platform")],
    )
}
