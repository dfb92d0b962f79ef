//! PostgreSQL's two roles: one owns the tables and migrates, the other one serves and may do no more than this table says.
//! Row level security binds the second only: an owner, a superuser and whoever has BYPASSRLS read past every policy.

use std::fmt::Write as _;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

use crate::config::Database as Settings;
use crate::words::Words;

/// What is said of a role that policies do not bind.
const OWNS_TABLES: Words = Words::fixed(
    "database.url 的角色是表的属主，行级隔离对它不起作用：请让另一角色迁移（database.migration_url）",
    "the role of database.url owns the tables, so row level security does not bind it: let another role migrate \
     (database.migration_url)",
);

/// The same of one that is above all policies.
const ABOVE_POLICIES: Words = Words::fixed(
    "database.url 的角色是超级用户或者有 BYPASSRLS，行级隔离对它不起作用：请另建普通角色",
    "the role of database.url is a superuser or has BYPASSRLS, so row level security does not bind it: make an \
     ordinary role",
);

/// What the serving role may do with each table, in SQL's own words. What is not here it may not. Where it may delete rows of
/// tenants, policies leave that to the house, when a row's time is over.
#[rustfmt::skip] // A table.
pub const PRIVILEGES: &[(&str, &[&str])] = &[
    ("account", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    // An entry is never changed; it is only given its place in a sealed segment, and dropped with it when its time is over.
    ("audit", &["SELECT", "INSERT", "UPDATE (segment)", "UPDATE (position)", "DELETE"]),
    ("audit_segment", &["SELECT", "INSERT", "UPDATE (filed_at)", "UPDATE (dropped_at)"]),
    ("blacklist_appeal", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("blacklist_entry", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("blacklist_notice", &["SELECT", "INSERT", "DELETE"]),
    ("blacklist_token", &["SELECT", "INSERT", "DELETE"]),
    ("blacklist_version", &["SELECT", "UPDATE (number)"]),
    ("client", &["SELECT", "INSERT", "UPDATE"]),
    ("disposition", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("disposition_demand", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("disposition_report", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("download_link", &["SELECT", "INSERT", "DELETE"]),
    ("idempotency", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("evasion_lead", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("file_use", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("import_chunk", &["SELECT", "INSERT", "UPDATE (verdicts)", "DELETE"]),
    ("import_job", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("import_mapping", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("import_stage", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("key_check", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("key_holder", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("legal_hold", &["SELECT", "INSERT", "UPDATE"]),
    ("live_policy", &["SELECT", "INSERT", "UPDATE"]),
    // A report is never changed; rotating a key seals its presenters anew.
    ("live_session", &["SELECT", "INSERT", "UPDATE (presenters)", "DELETE"]),
    ("live_session_streamer", &["SELECT", "INSERT", "DELETE"]),
    ("local_division", &["SELECT", "INSERT", "UPDATE"]),
    ("match_judgement", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("objection", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("office", &["SELECT", "INSERT", "UPDATE"]),
    // A row is locked by whoever registers its party, which PostgreSQL allows those only who may change it.
    ("party", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("party_link", &["SELECT", "INSERT", "UPDATE"]),
    ("platform", &["SELECT", "INSERT", "UPDATE"]),
    // Revisions are immutable; rotating a key seals the same facts anew.
    ("platform_revision", &["SELECT", "INSERT", "UPDATE (facts)"]),
    ("registration", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("reseal", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("revision", &["SELECT", "INSERT", "UPDATE (facts)", "DELETE"]),
    ("screening", &["SELECT", "INSERT", "UPDATE"]),
    ("seaql_migrations", &["SELECT"]),
    ("stored_file", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("submission", &["SELECT", "INSERT", "UPDATE"]),
    ("submission_row", &["SELECT", "INSERT", "DELETE"]),
    ("survey_book", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("survey_difference", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("territory", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("tie", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("training", &["SELECT", "INSERT", "DELETE"]),
];

/// Who is connected, as far as row level security is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Policies bind it, or the database knows no policies.
    Bound,
    /// It is a superuser or has BYPASSRLS.
    Above,
    /// It owns tables.
    Owner,
}

impl Standing {
    /// What is wrong with a role that serves.
    #[must_use]
    pub const fn fault(self) -> Option<Words> {
        match self {
            Self::Bound => None,
            Self::Above => Some(ABOVE_POLICIES),
            Self::Owner => Some(OWNS_TABLES),
        }
    }
}

/// Looks who is connected.
pub async fn standing(db: &DatabaseConnection) -> Result<Standing, DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(Standing::Bound);
    }
    let sql = "SELECT rolsuper OR rolbypassrls AS above, EXISTS (SELECT 1 FROM pg_class \
               WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' \
               AND pg_has_role(relowner, 'USAGE')) AS owner FROM pg_roles WHERE rolname = current_user";
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the role that is connected".to_owned()))?;
    Ok(
        match (row.try_get("", "above")?, row.try_get("", "owner")?) {
            (true, _) => Standing::Above,
            (false, true) => Standing::Owner,
            (false, false) => Standing::Bound,
        },
    )
}

/// Gives the serving role what it may do, and takes whatever else it had. Nothing where one role does both.
pub async fn grant<C: ConnectionTrait>(owner: &C, settings: &Settings) -> Result<(), DbErr> {
    let Some(role) = serving(settings) else {
        return Ok(());
    };
    let here = "SELECT quote_ident(current_schema()) AS schema, current_user::text AS owner";
    let here = owner
        .query_one_raw(Statement::from_string(DbBackend::Postgres, here))
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the schema of the tables".to_owned()))?;
    if here.try_get::<String>("", "owner")? == role {
        return Ok(());
    }
    let schema: String = here.try_get("", "schema")?;
    let columns = "SELECT table_name || '.' || column_name AS name FROM information_schema.columns \
                   WHERE table_schema = current_schema()";
    let rows = owner
        .query_all_raw(Statement::from_string(DbBackend::Postgres, columns))
        .await?;
    let columns: Vec<String> = rows
        .iter()
        .map(|row| row.try_get("", "name"))
        .collect::<Result<_, _>>()?;
    let role = format!("\"{}\"", role.replace('"', "\"\""));
    let mut sql = format!(
        "GRANT USAGE ON SCHEMA {schema} TO {role};REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role};"
    );
    for (table, privileges) in PRIVILEGES {
        let standing: Vec<_> = privileges
            .iter()
            .copied()
            .filter(|privilege| is_there(&columns, table, privilege))
            .collect();
        if !standing.is_empty() {
            let privileges = standing.join(", ");
            let _ = write!(sql, "GRANT {privileges} ON {schema}.\"{table}\" TO {role};");
        }
    }
    owner.execute_unprepared(&sql).await?;
    Ok(())
}

/// Whether the history has come as far as a table, or the column that a privilege names.
fn is_there(columns: &[String], table: &str, privilege: &str) -> bool {
    if let Some((_, column)) = privilege.split_once(" (") {
        let name = format!("{table}.{}", column.trim_end_matches(')'));
        return columns.contains(&name);
    }
    let prefix = format!("{table}.");
    columns.iter().any(|name| name.starts_with(&prefix))
}

/// The role that serves, where another one migrates.
fn serving(settings: &Settings) -> Option<String> {
    settings.migration_url.as_ref()?;
    let options: sea_orm::sqlx::postgres::PgConnectOptions = settings.url.expose().parse().ok()?;
    Some(options.get_username().to_owned())
}
