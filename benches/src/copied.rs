//! The fastest way that PostgreSQL has: COPY, in its binary form, of the very rows that the registry wrote, into the same
//! tables with the same indexes, half of each table over each of two connections, with nothing judged.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a measurement that cannot go on has nothing to report"
)]

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use sea_orm::DatabaseConnection;
use sea_orm::sqlx::{Executor as _, PgPool};
use tempfile::TempDir;
use tokio::task::JoinSet;

/// The tables that a registration writes, with what tells their halves; none names one that comes later.
const TABLES: [(&str, &str); 5] = [
    ("party", "id"),
    ("registration", "id"),
    ("revision", "registration_id"),
    ("account", "id"),
    ("tie", "id"),
];
/// Bytes that are sent at a time.
const PIECE: usize = 1 << 20;

/// Copies every row from one database into another; reading them first, into files, is not part of the measure.
pub async fn copy(from: &DatabaseConnection, to: &DatabaseConnection) -> Duration {
    let folder = TempDir::new().expect("a folder");
    let mut took = Duration::ZERO;
    for (table, key) in TABLES {
        let mut halves = Vec::new();
        for half in 0..2 {
            let file = folder.path().join(format!("{table}-{half}"));
            // The last bit of an id is chance, and rows come as they were written.
            let half = format!("get_byte(uuid_send({key}), 15) & 1 = {half}");
            let rows = format!("SELECT * FROM {table} WHERE {half}");
            let statement = format!("COPY ({rows}) TO STDOUT (FORMAT binary)");
            read(from.get_postgres_connection_pool(), &statement, &file).await;
            halves.push(file);
        }
        took += write(to, table, halves).await;
    }
    took
}

/// Writes the halves of a table at the same time.
async fn write(to: &DatabaseConnection, table: &'static str, halves: Vec<PathBuf>) -> Duration {
    let begun = Instant::now();
    let mut writing = JoinSet::new();
    for file in halves {
        let to = to.get_postgres_connection_pool().clone();
        writing.spawn(async move {
            let mut connection = to.acquire().await.expect("a connection");
            patient(&mut connection).await;
            let statement = format!("COPY {table} FROM STDIN (FORMAT binary)");
            let copying = connection.copy_in_raw(&statement).await;
            let mut copying = copying.expect("COPY begins");
            let mut source = File::open(&file).expect("the file of a half");
            let mut piece = vec![0; PIECE];
            loop {
                let length = source.read(&mut piece).expect("the file of a half");
                let Some(bytes) = piece.get(..length).filter(|bytes| !bytes.is_empty()) else {
                    break;
                };
                copying.send(bytes).await.expect("the rows are sent");
            }
            copying.finish().await.expect("COPY ends");
        });
    }
    while let Some(done) = writing.join_next().await {
        done.expect("a writer");
    }
    begun.elapsed()
}

async fn read(pool: &PgPool, statement: &str, file: &Path) {
    let mut file = File::create(file).expect("a file");
    let mut connection = pool.acquire().await.expect("a connection");
    patient(&mut connection).await;
    let rows = connection.copy_out_raw(statement).await;
    let mut rows = rows.expect("COPY begins");
    while let Some(bytes) = rows.try_next().await.expect("rows") {
        file.write_all(&bytes).expect("the rows are kept");
    }
}

/// One statement of these may take longer than any of the service's.
async fn patient(connection: &mut sea_orm::sqlx::PgConnection) {
    connection
        .execute("SET statement_timeout = 0")
        .await
        .expect("the timeout is set");
}
