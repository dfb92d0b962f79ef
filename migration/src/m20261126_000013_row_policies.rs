//! Row level security on PostgreSQL: whoever is not the tables' owner reads and writes only what its reach holds, the whole
//! registry or one platform's rows. The reach is `minglu.reach`, a setting of the session or of the transaction: `all`, or a
//! platform's id; where it is not set, there is no row. SQLite has no roles and no policies.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::reach::{ALL, OWN, protect};

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Whose a row is: by a column of its own, or by the row that it belongs to, which has a policy itself.
enum Whose {
    Column(&'static str),
    /// The same; a row without a platform is an office's, which platforms read and never write.
    OrAnOffices(&'static str),
    /// By few rows, which are looked up once for a statement: a freeze writes millions of rows of one filing.
    AmongFew(&'static str, &'static str),
    /// By any of many rows, each looked up by its key.
    EachBy(&'static str, &'static str),
    /// By the client who asked.
    Client,
}

#[rustfmt::skip] // A table.
const TENANTS: &[(&str, Whose)] = &[
    ("client", Whose::Column("platform_id")),
    ("platform_revision", Whose::Column("platform_id")),
    ("registration", Whose::Column("platform_key")),
    ("revision", Whose::EachBy("registration", "registration_id")),
    ("account", Whose::Column("platform_key")),
    ("tie", Whose::Column("platform_key")),
    ("party_link", Whose::OrAnOffices("platform_id")),
    ("submission", Whose::Column("platform_id")),
    ("submission_row", Whose::AmongFew("submission", "submission_id")),
    ("stored_file", Whose::Column("platform_id")),
    ("download_link", Whose::EachBy("stored_file", "file_id")),
    ("import_job", Whose::Column("platform_id")),
    ("import_chunk", Whose::EachBy("import_job", "import_id")),
    ("idempotency", Whose::Client),
];

/// Policies of the audit for each command, where `$own` is the reach's own rows. Only whoever reaches the whole registry gives an
/// entry its place in a segment, once, and drops what is sealed.
const AUDIT: [(&str, &str, &str); 4] = [
    ("read", "SELECT", "USING ($all OR $own)"),
    ("add", "INSERT", "WITH CHECK ($all OR $own)"),
    (
        "place",
        "UPDATE",
        "USING ($all AND segment IS NULL) WITH CHECK ($all)",
    ),
    ("drop", "DELETE", "USING ($all AND segment IS NOT NULL)"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        for (table, whose) in TENANTS {
            let written = format!("{ALL} OR {}", whose.rule(table));
            let read = match whose {
                Whose::OrAnOffices(column) => {
                    format!("{written} OR {column} IS NULL AND {OWN} IS NOT NULL")
                }
                _ => written.clone(),
            };
            protect(manager, table).await?;
            let policy =
                format!("CREATE POLICY reach ON {table} USING ({read}) WITH CHECK ({written})");
            manager.get_connection().execute_unprepared(&policy).await?;
            // Whatever is dropped when its time is over is dropped by the house, never by whose it is.
            let kept =
                format!("CREATE POLICY kept ON {table} AS RESTRICTIVE FOR DELETE USING ({ALL})");
            manager.get_connection().execute_unprepared(&kept).await?;
        }
        protect(manager, "audit").await?;
        let own = Whose::Column("platform_id").rule("audit");
        for (name, command, rule) in AUDIT {
            let rule = rule.replace("$all", ALL).replace("$own", &own);
            let policy = format!("CREATE POLICY {name} ON audit FOR {command} {rule}");
            manager.get_connection().execute_unprepared(&policy).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let audit = AUDIT.iter().map(|(name, ..)| ("audit", *name));
        let tenants = TENANTS
            .iter()
            .flat_map(|(table, _)| [(*table, "reach"), (*table, "kept")]);
        for (table, policy) in audit.chain(tenants) {
            let drop = format!("DROP POLICY {policy} ON {table}");
            manager.get_connection().execute_unprepared(&drop).await?;
            let open = format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY");
            manager.get_connection().execute_unprepared(&open).await?;
        }
        Ok(())
    }
}

impl Whose {
    /// When a row of a table is the reach's own.
    fn rule(&self, table: &str) -> String {
        match self {
            Self::Column(column) | Self::OrAnOffices(column) => format!("{column} = {OWN}"),
            Self::AmongFew(other, column) => format!("{column} IN (SELECT id FROM {other})"),
            Self::EachBy(other, column) => {
                format!("EXISTS (SELECT 1 FROM {other} WHERE {other}.id = {table}.{column})")
            }
            Self::Client => format!(
                "EXISTS (SELECT 1 FROM client WHERE client.id = {table}.client_id AND client.platform_id = {OWN})"
            ),
        }
    }
}
