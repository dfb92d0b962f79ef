//! Surveys: what an import of one remembers, the rows that wait for their commit, the books that offices keep of platforms,
//! mappings that were learnt, and where a survey and a platform say different things.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, blob, blob_null, integer, string, string_len, string_len_null, string_null,
    timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::reach::{ALL, OWN, protect};
use crate::{drop_tables, run, table};

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const STATEMENTS: &[&str] = &[
    "DROP INDEX ix_import_job_working",
    "CREATE INDEX ix_import_job_at_work ON import_job (id) WHERE state IN ('READING', 'COMMITTING', 'UNDOING')",
    "CREATE INDEX ix_import_job_digest ON import_job (sha256) WHERE sha256 IS NOT NULL",
    "CREATE INDEX ix_import_stage_row ON import_stage (import_id, last_row)",
    "CREATE UNIQUE INDEX uq_survey_book_name ON survey_book (office_id, name_key)",
    "CREATE INDEX ix_survey_book_platform ON survey_book (platform_id) WHERE platform_id IS NOT NULL",
    "CREATE UNIQUE INDEX uq_import_mapping ON import_mapping (owner, signature)",
    "CREATE UNIQUE INDEX uq_survey_difference ON survey_difference (survey_id)",
    "CREATE INDEX ix_survey_difference_platform ON survey_difference (platform_id, id)",
    "CREATE INDEX ix_survey_difference_office ON survey_difference (office_id, id)",
    "CREATE INDEX ix_survey_difference_filed ON survey_difference (registration_id)",
];

/// What is undone first on the way back.
const BACK: &[&str] = &[
    "DROP INDEX ix_import_job_digest",
    "DROP INDEX ix_import_job_at_work",
    "CREATE INDEX ix_import_job_working ON import_job (id) WHERE state IN ('READING', 'COMMITTING')",
];

/// Whose rows each table holds; an office reaches all, and its own sight decides.
const POLICIES: &[(&str, &str)] = &[
    (
        "import_stage",
        "EXISTS (SELECT 1 FROM import_job WHERE import_job.id = import_stage.import_id)",
    ),
    ("import_mapping", "platform_id = $own"),
    ("survey_book", "platform_id = $own"),
    ("survey_difference", "platform_id = $own"),
];

fn added() -> Vec<ColumnDef> {
    let mut columns = vec![
        uuid_null("book_id"),
        string_null("sha256"),
        string_len_null("mode", 32),
        blob_null("layout"),
    ];
    for name in ["staged", "undone", "kept"] {
        let mut column = integer(name);
        column.default(0);
        columns.push(column);
    }
    columns
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in added() {
            let add = Table::alter().table("import_job").add_column(column).take();
            manager.alter_table(add).await?;
        }
        for statement in [stage(), book(), mapping(), difference()] {
            manager.create_table(statement).await?;
        }
        run(manager, STATEMENTS).await?;
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        for (table, own) in POLICIES {
            protect(manager, table).await?;
            let whose = format!("{ALL} OR {}", own.replace("$own", OWN));
            let policy =
                format!("CREATE POLICY reach ON {table} USING ({whose}) WITH CHECK ({whose})");
            let kept =
                format!("CREATE POLICY kept ON {table} AS RESTRICTIVE FOR DELETE USING ({ALL})");
            run(manager, &[&policy, &kept]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            "survey_difference",
            "import_mapping",
            "survey_book",
            "import_stage",
        ];
        drop_tables(manager, &tables).await?;
        run(manager, BACK).await?;
        for name in [
            "book_id", "sha256", "mode", "layout", "staged", "undone", "kept",
        ] {
            let drop = Table::alter().table("import_job").drop_column(name).take();
            manager.alter_table(drop).await?;
        }
        Ok(())
    }
}

fn stage() -> TableCreateStatement {
    table(
        "import_stage",
        vec![
            uuid("import_id"),
            integer("number"),
            big_integer("last_row"),
            blob("records"),
            blob("verdicts"),
        ],
        ["import_id", "number"],
        [("import_id", "import_job")],
    )
}

fn book() -> TableCreateStatement {
    table(
        "survey_book",
        vec![
            uuid("id"),
            uuid("office_id"),
            uuid_null("platform_id"),
            string("name"),
            string("name_key"),
            uuid_null("import_id"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone_null("joined_at"),
        ],
        ["id"],
        [("office_id", "office"), ("platform_id", "platform")],
    )
}

fn mapping() -> TableCreateStatement {
    table(
        "import_mapping",
        vec![
            uuid("id"),
            uuid("owner"),
            uuid_null("platform_id"),
            string("signature"),
            string("columns"),
            timestamp_with_time_zone("updated_at"),
        ],
        ["id"],
        [("platform_id", "platform")],
    )
}

fn difference() -> TableCreateStatement {
    table(
        "survey_difference",
        vec![
            uuid("id"),
            uuid("platform_id"),
            uuid("office_id"),
            string_len("kind", 32),
            uuid("party_id"),
            uuid("survey_id"),
            uuid("registration_id"),
            string("fields"),
            timestamp_with_time_zone("found_at"),
            timestamp_with_time_zone_null("settled_at"),
        ],
        ["id"],
        [
            ("platform_id", "platform"),
            ("office_id", "office"),
            ("survey_id", "registration"),
            ("registration_id", "registration"),
        ],
    )
}
