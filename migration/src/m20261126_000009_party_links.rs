//! Links between parties: what people confirmed; who was named once, by the party that is named; and natural persons by
//! their phones. Corrections of a number that were made before this step are found again in the revisions, which name the
//! party that each of them named then.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    blob, blob_null, string_len, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    uuid_null,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::{drop_tables, run, table};

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX uq_party_link_platform ON party_link (party_id, other_party_id, kind, platform_id) \
     WHERE undone_at IS NULL AND platform_id IS NOT NULL",
    "CREATE UNIQUE INDEX uq_party_link_office ON party_link (party_id, other_party_id, kind, office_id) \
     WHERE undone_at IS NULL AND office_id IS NOT NULL",
    "CREATE INDEX ix_party_link_party ON party_link (party_id, id)",
    "CREATE INDEX ix_party_link_other ON party_link (other_party_id, id)",
    "CREATE INDEX ix_tie_once ON tie (other_party_id, kind, registration_id) WHERE until IS NOT NULL",
    "CREATE INDEX ix_registration_phone ON registration (phone_index, id) \
     WHERE phone_index IS NOT NULL AND identity_kind <> 'USCC'",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(party_link()).await?;
        run(manager, INDEXES).await?;
        let former = former_identities(manager.get_database_backend());
        run(manager, &[&former]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &[
                "DROP INDEX ix_registration_phone",
                "DROP INDEX ix_tie_once",
                "DELETE FROM tie WHERE kind IN ('PROPRIETOR', 'LEGAL_REPRESENTATIVE', 'FORMER_IDENTITY')",
            ],
        )
        .await?;
        drop_tables(manager, &["party_link"]).await
    }
}

/// Under whose number a registration stood before each correction, from the first revision that named it to the day of the
/// correction.
fn former_identities(backend: DbBackend) -> String {
    let postgres = backend == DbBackend::Postgres;
    let id = if postgres {
        "gen_random_uuid()"
    } else {
        "randomblob(16)"
    };
    let day = |at: &str| {
        if postgres {
            format!("({at} AT TIME ZONE 'Asia/Shanghai')::date")
        } else {
            format!("date(substr({at}, 1, 19), '+8 hours')")
        }
    };
    let first = "(SELECT min(named.recorded_at) FROM revision named WHERE named.registration_id = later.registration_id \
         AND named.party_id = earlier.party_id)";
    format!(
        "INSERT INTO tie (id, kind, platform_key, source, registration_id, other_party_id, since, until) \
         SELECT {id}, 'FORMER_IDENTITY', registration.platform_key, registration.source, registration.id, \
                earlier.party_id, {}, {} \
           FROM revision later \
           JOIN revision earlier ON earlier.registration_id = later.registration_id AND earlier.number = later.number - 1 \
           JOIN registration ON registration.id = later.registration_id \
          WHERE later.changed = 'identity' AND earlier.party_id <> later.party_id",
        day(first),
        day("later.recorded_at"),
    )
}

fn party_link() -> TableCreateStatement {
    table(
        "party_link",
        vec![
            uuid("id"),
            string_len("kind", 32),
            uuid("party_id"),
            uuid("other_party_id"),
            uuid_null("platform_id"),
            uuid_null("office_id"),
            timestamp_with_time_zone("confirmed_at"),
            uuid("confirmed_by"),
            blob("judgement"),
            timestamp_with_time_zone_null("undone_at"),
            uuid_null("undone_by"),
            blob_null("undoing"),
        ],
        ["id"],
        [("party_id", "party"), ("other_party_id", "party")],
    )
}
