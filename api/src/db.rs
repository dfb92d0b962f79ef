//! The database, SQLite or PostgreSQL: connecting, write transactions and how far they reach, and the few places where
//! their SQL differs.

pub mod roles;
#[cfg(test)]
mod tests;

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::id::PlatformId;
use migration::{Migrator, MigratorTrait as _};
use sea_orm::sqlx::Connection as _;
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    QueryResult, RuntimeErr, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
};

use crate::config::{Database as Settings, DatabaseUrl};

/// How often a deed is tried again when the database says that two met.
pub const ATTEMPTS: u32 = 5;

/// How long after a busy database is tried again at the start.
const AGAIN_AFTER: Duration = Duration::from_millis(50);

/// The advisory lock of whoever migrates; any number that nothing else in the database locks.
const MIGRATING: i64 = 0x6d69_6e67_6c75;

/// How far a write transaction reaches on PostgreSQL, where row level security holds the rows of everybody else back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every row: jobs of the house, and offices, whose reach is decided by sight.
    All,
    /// The rows of one platform.
    Platform(PlatformId),
}

/// Connects with the settings' limits, as the role that serves; statements never reach a log. Reads are not held back by row
/// level security: what they find is decided by sight (decision 0023).
pub async fn connect(settings: &Settings) -> Result<DatabaseConnection, DbErr> {
    connect_to(&settings.url, settings).await
}

/// Connects as the role that owns the tables, which is the same where the settings name no other.
pub async fn connect_owner(settings: &Settings) -> Result<DatabaseConnection, DbErr> {
    let url = settings.migration_url.as_ref().unwrap_or(&settings.url);
    connect_to(url, settings).await
}

async fn connect_to(url: &DatabaseUrl, settings: &Settings) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url.expose());
    options
        .max_connections(settings.max_connections)
        .acquire_timeout(Duration::from_secs(settings.busy_timeout_seconds))
        .test_before_acquire(false)
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    if url.is_sqlite() {
        let busy = Duration::from_secs(settings.busy_timeout_seconds);
        options
            .map_sqlx_sqlite_opts(move |sqlite| {
                sqlite
                    .busy_timeout(busy)
                    .foreign_keys(true)
                    .pragma("journal_mode", "WAL")
                    .pragma("synchronous", "NORMAL")
                    .pragma("temp_store", "MEMORY")
            })
            // On a full disk SQLite ends a transaction by itself. The driver then goes on counting it, and whatever came next
            // on this connection would stand in a transaction that nobody ends: unwritten, and with the one write lock held.
            .map_sqlx_sqlite_pool_opts(|pool| {
                pool.before_acquire(|connection, _| {
                    let at_rest = !connection.is_in_transaction();
                    Box::pin(async move { Ok(at_rest) })
                })
            });
    } else {
        options
            .statement_timeout(Duration::from_secs(settings.statement_timeout_seconds))
            // Compiling a statement takes longer than any of ours takes to run.
            .map_sqlx_postgres_opts(|postgres| {
                postgres.options([("minglu.reach", "all"), ("jit", "off")])
            });
    }
    let mut patience = Duration::from_secs(settings.busy_timeout_seconds);
    loop {
        match sea_orm::Database::connect(options.clone()).await {
            // SQLite turns a new database to WAL without waiting for whoever is doing the same.
            Err(busy) if !patience.is_zero() && may_retry(&busy) => {
                patience = patience.saturating_sub(AGAIN_AFTER);
                tokio::time::sleep(AGAIN_AFTER).await;
            }
            connected => return connected,
        }
    }
}

/// Begins a transaction that will write: SQLite takes its one write lock at once instead of failing half way. On PostgreSQL
/// it reads and writes nothing beyond its reach, whatever is asked of it.
pub async fn begin_write(
    db: &DatabaseConnection,
    reach: Reach,
) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let tx = db.begin_with_options(options).await?;
    narrow(&tx, reach).await?;
    Ok(tx)
}

/// Begins a transaction that only reads, for what must not be read beyond a reach though it is no deed.
pub async fn begin_read(
    db: &DatabaseConnection,
    reach: Reach,
) -> Result<DatabaseTransaction, DbErr> {
    let tx = db.begin().await?;
    narrow(&tx, reach).await?;
    Ok(tx)
}

/// Begins a transaction that reads one moment of the database, so that what is read by several statements fits together.
pub async fn begin_snapshot(
    db: &DatabaseConnection,
    reach: Reach,
) -> Result<DatabaseTransaction, DbErr> {
    let tx = db.begin().await?;
    if tx.get_database_backend() == DbBackend::Postgres {
        // In one round trip; an id needs no quoting. SQLite reads one moment anyway.
        let narrow = match reach {
            Reach::All => String::new(),
            Reach::Platform(own) => format!(";SELECT set_config('minglu.reach', '{own}', true)"),
        };
        let begin = format!("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY{narrow}");
        tx.execute_unprepared(&begin).await?;
    }
    Ok(tx)
}

/// Holds a transaction within a reach; a reach of everything leaves it as it is.
pub async fn narrow(tx: &DatabaseTransaction, reach: Reach) -> Result<(), DbErr> {
    if let (Reach::Platform(platform), DbBackend::Postgres) = (reach, tx.get_database_backend()) {
        let sql = "SELECT set_config('minglu.reach', $1, true)";
        let values = [platform.to_string().into()];
        let narrow = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        tx.execute_raw(narrow).await?;
    }
    Ok(())
}

/// Lets a platform's transaction reach everything, until [`narrow`] has it as it was: only where the house itself compares
/// what several have, and tells nobody what it read.
pub async fn widen(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let all = "SELECT set_config('minglu.reach', 'all', true)";
        tx.execute_unprepared(all).await?;
    }
    Ok(())
}

/// Lets a transaction give up soon where another one holds what it wants, so that a job goes on to what nobody does.
/// SQLite knows one wait for all, which is a setting.
pub async fn wait_shortly(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared("SET LOCAL lock_timeout = '2s'")
            .await?;
    }
    Ok(())
}

/// Brings the history up to date, at most this many steps, in one transaction: processes that start together wait for
/// each other, and one that dies half way leaves nothing half made. The serving role is given what it may do.
pub async fn migrate(
    db: &DatabaseConnection,
    steps: Option<u32>,
    settings: &Settings,
) -> Result<(), DbErr> {
    let tx = begin_write(db, Reach::All).await?;
    if db.get_database_backend() == DbBackend::Postgres {
        // An index over ten million rows takes minutes; the limit of one statement is meant for everything else.
        tx.execute_unprepared("SET LOCAL statement_timeout = 0")
            .await?;
        tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATING})"))
            .await?;
    }
    Migrator::up(&tx, steps).await?;
    roles::grant(&tx, settings).await?;
    tx.commit().await
}

/// Takes a turn that only one transaction has at a time, until it ends; false where another one has it. In SQLite the one
/// write lock is the turn.
pub async fn alone(tx: &DatabaseTransaction, turn: i64) -> Result<bool, DbErr> {
    if tx.get_database_backend() != DbBackend::Postgres {
        return Ok(true);
    }
    let sql = "SELECT pg_try_advisory_xact_lock($1) AS taken";
    let taken = Statement::from_sql_and_values(DbBackend::Postgres, sql, [turn.into()]);
    match tx.query_one_raw(taken).await? {
        Some(row) => row.try_get("", "taken"),
        None => Ok(false),
    }
}

/// Whether a deed met another one and may simply be done again: deadlock, serialisation, a lock, a lost race.
#[must_use]
pub fn may_retry(error: &DbErr) -> bool {
    if error
        .sql_err()
        .is_some_and(|e| matches!(e, sea_orm::SqlErr::UniqueConstraintViolation(_)))
    {
        return true;
    }
    // PostgreSQL: deadlock, serialisation failure, lock not available, a row that was removed meanwhile. SQLite: busy, busy
    // snapshot.
    matches!(
        code(error).as_deref(),
        Some("40P01" | "40001" | "55P03" | "23503" | "5" | "517")
    )
}

/// Whether the database has no room to write: what was asked may be asked again once there is.
#[must_use]
pub fn is_full(error: &DbErr) -> bool {
    matches!(code(error).as_deref(), Some("53100" | "13"))
}

/// The database's own code of an error.
fn code(error: &DbErr) -> Option<String> {
    let (DbErr::Conn(RuntimeErr::SqlxError(source))
    | DbErr::Exec(RuntimeErr::SqlxError(source))
    | DbErr::Query(RuntimeErr::SqlxError(source))) = error
    else {
        return None;
    };
    let code = source.as_database_error()?.code()?;
    Some(code.into_owned())
}

/// The database's own clock, which every process shares, for leases.
pub async fn now<C: ConnectionTrait>(db: &C) -> Result<DateTime<Utc>, DbErr> {
    let backend = db.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => "SELECT clock_timestamp() AS now",
        _ => "SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now') AS now",
    };
    let row = db
        .query_one_raw(Statement::from_string(backend, sql))
        .await?;
    row.ok_or_else(|| DbErr::RecordNotFound("the database's clock".to_owned()))?
        .try_get("", "now")
}

/// Reads a count from the first row of a statement.
pub fn counted(row: Option<&QueryResult>) -> Result<u64, DbErr> {
    let rows: i64 = row.map_or(Ok(0), |row| row.try_get("", "rows"))?;
    Ok(u64::try_from(rows).unwrap_or(0))
}
