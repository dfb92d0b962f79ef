//! The blacklist: entries, their appeals, the notices that were made of them, the blind tokens of their names, what people
//! judged of a likeness, and the leads to evasions. One number counts every change of the list.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, blob, blob_null, boolean, date, date_null, integer, small_integer, string,
    string_len, string_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    uuid_null,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::reach::{ALL, OWN, protect};
use crate::{drop_tables, run, table};

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const STATEMENTS: &[&str] = &[
    "INSERT INTO blacklist_version (id, number) VALUES (1, 0)",
    // One entry of a list stands for a party and a role at a time.
    "CREATE UNIQUE INDEX uq_blacklist_standing ON blacklist_entry (platform_id, party_id, role) \
       WHERE register = 'PLATFORM' AND state IN ('SCHEDULED', 'ACTIVE')",
    "CREATE INDEX ix_blacklist_party ON blacklist_entry (party_id)",
    "CREATE INDEX ix_blacklist_platform ON blacklist_entry (platform_id, id)",
    "CREATE INDEX ix_blacklist_open ON blacklist_entry (id) WHERE shared OR register <> 'PLATFORM'",
    "CREATE INDEX ix_blacklist_begins ON blacklist_entry (valid_from) WHERE state = 'SCHEDULED'",
    "CREATE INDEX ix_blacklist_ends ON blacklist_entry (valid_until) WHERE state = 'ACTIVE'",
    "CREATE INDEX ix_blacklist_appeal_entry ON blacklist_appeal (entry_id)",
    "CREATE UNIQUE INDEX uq_blacklist_appeal_open ON blacklist_appeal (entry_id) \
       WHERE state IN ('RECEIVED', 'UNDER_REVIEW')",
    "CREATE INDEX ix_blacklist_notice_entry ON blacklist_notice (entry_id)",
    "CREATE INDEX ix_blacklist_token_entry ON blacklist_token (entry_id)",
    "CREATE UNIQUE INDEX uq_match_judgement_standing ON match_judgement (name_index, entry_id, judge) \
       WHERE replaced_at IS NULL",
    "CREATE UNIQUE INDEX uq_evasion_lead ON evasion_lead (entry_id, registration_id, ground, account)",
    "CREATE INDEX ix_evasion_lead_platform ON evasion_lead (platform_id, id)",
];

/// Who reads and who writes which rows.
const POLICIES: &[(&str, &str, &str)] = &[
    (
        "blacklist_entry",
        "$all OR platform_id = $own OR ($own IS NOT NULL AND (shared OR register <> 'PLATFORM'))",
        "$all OR platform_id = $own",
    ),
    ("blacklist_appeal", IN_ENTRY, IN_ENTRY),
    ("blacklist_notice", IN_ENTRY, IN_ENTRY),
    (
        "match_judgement",
        "$all OR judge = $own",
        "$all OR judge = $own",
    ),
    (
        "evasion_lead",
        "$all OR platform_id = $own",
        "$all OR platform_id = $own",
    ),
];

/// A row of an entry that is the reach's own: what else a platform may know of another's entry is no appeal and no notice.
const IN_ENTRY: &str = "$all OR EXISTS (SELECT 1 FROM blacklist_entry \
    WHERE blacklist_entry.id = entry_id AND blacklist_entry.platform_id = $own)";

const TABLES: [&str; 7] = [
    "evasion_lead",
    "match_judgement",
    "blacklist_token",
    "blacklist_notice",
    "blacklist_appeal",
    "blacklist_entry",
    "blacklist_version",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            version(),
            entry(),
            appeal(),
            notice(),
            token(),
            judgement(),
            lead(),
        ] {
            manager.create_table(statement).await?;
        }
        run(manager, STATEMENTS).await?;
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        for (table, read, written) in POLICIES {
            protect(manager, table).await?;
            let [read, written] =
                [read, written].map(|rule| rule.replace("$all", ALL).replace("$own", OWN));
            let policy =
                format!("CREATE POLICY reach ON {table} USING ({read}) WITH CHECK ({written})");
            let kept =
                format!("CREATE POLICY kept ON {table} AS RESTRICTIVE FOR DELETE USING ({ALL})");
            run(manager, &[&policy, &kept]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &TABLES).await
    }
}

/// One row: how often the list has changed.
fn version() -> TableCreateStatement {
    table(
        "blacklist_version",
        vec![small_integer("id"), big_integer("number")],
        ["id"],
        [],
    )
}

fn entry() -> TableCreateStatement {
    table(
        "blacklist_entry",
        vec![
            uuid("id"),
            string_len("register", 32),
            uuid_null("platform_id"),
            uuid_null("office_id"),
            uuid("party_id"),
            string_len("role", 32),
            boolean("shared"),
            string_len("state", 32),
            date("valid_from"),
            date_null("valid_until"),
            string("instrument"),
            string_len("level", 32),
            string("article"),
            string_null("appeal_channel"),
            string_null("contact"),
            string_null("source"),
            blob("name"),
            blob("content"),
            timestamp_with_time_zone("listed_at"),
            uuid("listed_by"),
            date_null("ended_on"),
            timestamp_with_time_zone_null("ended_at"),
            uuid_null("ended_by"),
            blob_null("removal"),
        ],
        ["id"],
        [
            ("platform_id", "platform"),
            ("office_id", "office"),
            ("party_id", "party"),
        ],
    )
}

fn appeal() -> TableCreateStatement {
    table(
        "blacklist_appeal",
        vec![
            uuid("id"),
            uuid("entry_id"),
            string_len("state", 32),
            date("received_on"),
            timestamp_with_time_zone("entered_at"),
            uuid("entered_by"),
            blob("grounds"),
            timestamp_with_time_zone_null("reviewed_at"),
            uuid_null("reviewed_by"),
            blob_null("review"),
            timestamp_with_time_zone_null("decided_at"),
            uuid_null("decided_by"),
            blob_null("reasons"),
            // The term before and after, where the appeal shortened it.
            date_null("term_before"),
            date_null("term_after"),
        ],
        ["id"],
        [("entry_id", "blacklist_entry")],
    )
}

fn notice() -> TableCreateStatement {
    table(
        "blacklist_notice",
        vec![
            uuid("id"),
            uuid("entry_id"),
            uuid_null("appeal_id"),
            string_len("kind", 32),
            uuid("file_id"),
            timestamp_with_time_zone("made_at"),
        ],
        ["id"],
        [("entry_id", "blacklist_entry"), ("file_id", "stored_file")],
    )
}

/// A keyed hash of a part of a listed name, under the index key of an id.
fn token() -> TableCreateStatement {
    table(
        "blacklist_token",
        vec![big_integer("token"), uuid("entry_id"), integer("key_id")],
        ["token", "entry_id"],
        [("entry_id", "blacklist_entry")],
    )
}

fn judgement() -> TableCreateStatement {
    table(
        "match_judgement",
        vec![
            uuid("id"),
            blob("name_index"),
            integer("key_id"),
            uuid("entry_id"),
            // The platform or the office on whose side it was judged.
            uuid("judge"),
            string_len("verdict", 32),
            blob("name"),
            blob("reason"),
            timestamp_with_time_zone("judged_at"),
            uuid("judged_by"),
            timestamp_with_time_zone_null("replaced_at"),
        ],
        ["id"],
        [("entry_id", "blacklist_entry")],
    )
}

fn lead() -> TableCreateStatement {
    table(
        "evasion_lead",
        vec![
            uuid("id"),
            uuid("platform_id"),
            uuid("entry_id"),
            uuid("registration_id"),
            string_len("ground", 32),
            // Empty where no account is concerned: a unique index takes no NULL for equal.
            string("account"),
            date("on_day"),
            timestamp_with_time_zone("raised_at"),
            string_len("state", 32),
            timestamp_with_time_zone_null("decided_at"),
            uuid_null("decided_by"),
            blob_null("reason"),
        ],
        ["id"],
        [
            ("platform_id", "platform"),
            ("entry_id", "blacklist_entry"),
            ("registration_id", "registration"),
        ],
    )
}
