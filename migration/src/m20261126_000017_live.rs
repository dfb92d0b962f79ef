//! Before a livestream: trainings, what operators report beforehand, and what a platform makes of failed trainings. An
//! account is looked up by its number in every role from now on, because whoever runs another's room counts as well.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    blob, date, string, string_len, timestamp_with_time_zone, uuid, uuid_null,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::reach::{ALL, OWN, protect};
use crate::{drop_tables, run, table};

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX uq_training ON training (registration_id, outcome, held_on)",
    "CREATE INDEX ix_live_session_account ON live_session (platform_id, account, starts_at)",
    "CREATE INDEX ix_live_session_platform ON live_session (platform_id, id)",
    "CREATE INDEX ix_live_session_operator ON live_session (operator_id)",
    "CREATE INDEX ix_live_session_starts ON live_session (starts_at)",
    "CREATE INDEX ix_live_session_streamer ON live_session_streamer (registration_id)",
    "CREATE INDEX ix_account_number ON account (platform_key, number)",
];

/// Each table with when a row of it is the reach's own, where `$own` is the platform in reach.
const TENANTS: [(&str, &str); 4] = [
    (
        "training",
        "EXISTS (SELECT 1 FROM registration WHERE registration.id = training.registration_id)",
    ),
    ("live_session", "platform_id = $own"),
    (
        "live_session_streamer",
        "EXISTS (SELECT 1 FROM live_session WHERE live_session.id = live_session_streamer.session_id)",
    ),
    ("live_policy", "platform_id = $own"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            training(),
            live_session(),
            live_session_streamer(),
            live_policy(),
        ] {
            manager.create_table(statement).await?;
        }
        run(manager, INDEXES).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            for (table, own) in TENANTS {
                policies(manager, table, own).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX ix_account_number"]).await?;
        drop_tables(
            manager,
            &[
                "live_policy",
                "live_session_streamer",
                "live_session",
                "training",
            ],
        )
        .await
    }
}

async fn policies(manager: &SchemaManager<'_>, table: &str, own: &str) -> Result<(), DbErr> {
    protect(manager, table).await?;
    let own = own.replace("$own", OWN);
    run(
        manager,
        &[
            &format!(
                "CREATE POLICY reach ON {table} USING ({ALL} OR {own}) WITH CHECK ({ALL} OR {own})"
            ),
            &format!("CREATE POLICY kept ON {table} AS RESTRICTIVE FOR DELETE USING ({ALL})"),
        ],
    )
    .await
}

fn training() -> TableCreateStatement {
    table(
        "training",
        vec![
            uuid("id"),
            uuid("registration_id"),
            date("held_on"),
            string_len("outcome", 32),
            uuid_null("evidence"),
            timestamp_with_time_zone("recorded_at"),
            uuid("recorded_by"),
        ],
        ["id"],
        [("registration_id", "registration")],
    )
}

fn live_session() -> TableCreateStatement {
    table(
        "live_session",
        vec![
            uuid("id"),
            uuid("platform_id"),
            string("account"),
            uuid("operator_id"),
            timestamp_with_time_zone("starts_at"),
            timestamp_with_time_zone("reported_at"),
            uuid("reported_by"),
            blob("presenters"),
        ],
        ["id"],
        [("platform_id", "platform"), ("operator_id", "registration")],
    )
}

fn live_session_streamer() -> TableCreateStatement {
    table(
        "live_session_streamer",
        vec![uuid("session_id"), uuid("registration_id")],
        ["session_id", "registration_id"],
        [
            ("session_id", "live_session"),
            ("registration_id", "registration"),
        ],
    )
}

fn live_policy() -> TableCreateStatement {
    table(
        "live_policy",
        vec![
            uuid("platform_id"),
            string_len("failed_training", 32),
            timestamp_with_time_zone("changed_at"),
            uuid("changed_by"),
        ],
        ["platform_id"],
        [("platform_id", "platform")],
    )
}
