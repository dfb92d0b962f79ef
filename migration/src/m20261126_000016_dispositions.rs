//! Measures of platforms, the reports that follow and the demands of offices. Each row is a platform's; an office reads what was
//! reported to it and its own demands, which sight decides.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    blob, blob_null, date, date_null, string, string_len, string_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::reach::{ALL, OWN, protect};
use crate::{drop_tables, run, table};

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 3] = ["disposition_report", "disposition", "disposition_demand"];

const STATEMENTS: &[&str] = &[
    "CREATE INDEX ix_disposition_platform ON disposition (platform_id, id)",
    "CREATE INDEX ix_disposition_party ON disposition (party_id)",
    "CREATE INDEX ix_disposition_registration ON disposition (registration_id)",
    "CREATE INDEX ix_disposition_entry ON disposition (entry_id) WHERE entry_id IS NOT NULL",
    "CREATE INDEX ix_disposition_demand ON disposition (demand_id) WHERE demand_id IS NOT NULL",
    // What stands is little beside what stood once: the day's work and the gate look here.
    "CREATE INDEX ix_disposition_ending ON disposition (valid_until) WHERE state = 'OPEN'",
    "CREATE INDEX ix_disposition_standing ON disposition (party_id) WHERE state = 'OPEN'",
    "CREATE INDEX ix_disposition_standing_on ON disposition (registration_id) WHERE state = 'OPEN'",
    "CREATE UNIQUE INDEX uq_disposition_report ON disposition_report (disposition_id, authority, level)",
    "CREATE INDEX ix_disposition_report_unsent ON disposition_report (platform_id) WHERE sent_at IS NULL",
    "CREATE INDEX ix_demand_platform ON disposition_demand (platform_id, id)",
    "CREATE INDEX ix_demand_office ON disposition_demand (office_id, id)",
    "CREATE INDEX ix_demand_party ON disposition_demand (party_id)",
    "CREATE INDEX ix_demand_registration ON disposition_demand (registration_id)",
    "CREATE INDEX ix_demand_open ON disposition_demand (platform_id) WHERE answered_at IS NULL",
];

/// A platform reads what an office gave as proof of a demand on it: the demand's own policy says which these are.
const DEMANDED: &str = "CREATE POLICY demanded ON stored_file FOR SELECT USING (EXISTS (SELECT 1 FROM file_use u \
     JOIN disposition_demand d ON d.id = u.used_by WHERE u.file_id = stored_file.id))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [demand(), disposition(), report()] {
            manager.create_table(statement).await?;
        }
        run(manager, STATEMENTS).await?;
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        run(manager, &[DEMANDED]).await?;
        for table in TABLES {
            let rule = format!("{ALL} OR platform_id = {OWN}");
            protect(manager, table).await?;
            let policies = [
                format!("CREATE POLICY reach ON {table} USING ({rule}) WITH CHECK ({rule})"),
                format!("CREATE POLICY kept ON {table} AS RESTRICTIVE FOR DELETE USING ({ALL})"),
            ];
            let policies: Vec<_> = policies.iter().map(String::as_str).collect();
            run(manager, &policies).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            run(manager, &["DROP POLICY demanded ON stored_file"]).await?;
        }
        drop_tables(manager, &TABLES).await
    }
}

fn disposition() -> TableCreateStatement {
    table(
        "disposition",
        vec![
            uuid("id"),
            uuid("platform_id"),
            uuid("party_id"),
            uuid_null("registration_id"),
            string_len("role", 32),
            string_len("kind", 32),
            string("edition"),
            blob("said"),
            date("valid_from"),
            date_null("valid_until"),
            string_len("state", 32),
            timestamp_with_time_zone("imposed_at"),
            uuid("imposed_by"),
            date_null("ended_on"),
            timestamp_with_time_zone_null("lifted_at"),
            blob_null("lifting"),
            uuid_null("entry_id"),
            uuid_null("demand_id"),
        ],
        ["id"],
        [
            ("platform_id", "platform"),
            ("party_id", "party"),
            ("registration_id", "registration"),
            ("entry_id", "blacklist_entry"),
            ("demand_id", "disposition_demand"),
        ],
    )
}

fn report() -> TableCreateStatement {
    table(
        "disposition_report",
        vec![
            uuid("id"),
            uuid("disposition_id"),
            uuid("platform_id"),
            string_len("level", 32),
            string_len("authority", 32),
            string_null("division"),
            string("instrument"),
            string("article"),
            date_null("due_on"),
            date_null("practice_on"),
            timestamp_with_time_zone_null("sent_at"),
            timestamp_with_time_zone_null("received_at"),
            uuid_null("received_by"),
        ],
        ["id"],
        [
            ("disposition_id", "disposition"),
            ("platform_id", "platform"),
            ("received_by", "office"),
        ],
    )
}

fn demand() -> TableCreateStatement {
    table(
        "disposition_demand",
        vec![
            uuid("id"),
            uuid("office_id"),
            uuid("platform_id"),
            uuid("party_id"),
            uuid("registration_id"),
            string_len("role", 32),
            string("kinds"),
            blob("asked"),
            date("due_on"),
            timestamp_with_time_zone("demanded_at"),
            uuid("demanded_by"),
            timestamp_with_time_zone_null("answered_at"),
            uuid_null("answered_by"),
            blob_null("answer"),
        ],
        ["id"],
        [
            ("office_id", "office"),
            ("platform_id", "platform"),
            ("party_id", "party"),
            ("registration_id", "registration"),
        ],
    )
}
