//! The harness itself: a private PostgreSQL that is there for all tests, copies of a template that are independent
//! of each other, and nothing left behind, even by kill -9.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbErr};
use tests::database::{Engine, TestDatabase, wait_for};

async fn connect(url: &str) -> DatabaseConnection {
    Database::connect(url).await.expect("the database answers")
}

async fn number(connection: &DatabaseConnection, sql: &str) -> Result<i32, DbErr> {
    let statement = sea_orm::Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await?.expect("one row");
    row.try_get_by_index(0)
}

fn notes(engine: Engine) -> TestDatabase {
    let build = |url: &str| {
        wait_for(async {
            let connection = connect(url).await;
            connection
                .execute_unprepared(
                    "CREATE TABLE note (words INTEGER NOT NULL); INSERT INTO note VALUES (1)",
                )
                .await
                .expect("the template is filled");
            connection.close().await.expect("the template is closed");
        });
    };
    engine.template("notes", build).copy()
}

#[tokio::test]
async fn server_is_new_enough() {
    let database = Engine::Postgres.fresh();
    let connection = connect(database.url()).await;
    let version = number(
        &connection,
        "SELECT current_setting('server_version_num')::int",
    )
    .await
    .unwrap();
    assert!(version >= 150_000, "{version}");
}

#[tokio::test]
async fn copies_of_a_template_are_independent() {
    for engine in Engine::ALL {
        let (one, other) = (notes(engine), notes(engine));
        let (one, other) = (connect(one.url()).await, connect(other.url()).await);
        one.execute_unprepared("INSERT INTO note VALUES (2)")
            .await
            .unwrap();
        assert_eq!(
            number(&one, "SELECT CAST(count(*) AS INTEGER) FROM note")
                .await
                .unwrap(),
            2,
            "{engine:?}"
        );
        assert_eq!(
            number(&other, "SELECT CAST(count(*) AS INTEGER) FROM note")
                .await
                .unwrap(),
            1,
            "{engine:?}"
        );
    }
}

#[tokio::test]
async fn a_dropped_database_is_gone_though_somebody_is_connected() {
    let database = Engine::Postgres.fresh();
    let url = database.url().to_owned();
    let connection = connect(&url).await;
    drop(database);
    assert!(number(&connection, "SELECT 1").await.is_err());
    assert!(Database::connect(&url).await.is_err());
}

#[test]
fn once_is_once_among_threads() {
    let count = std::sync::atomic::AtomicU32::new(0);
    let make = || {
        count
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed)
            .to_string()
    };
    let texts: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| tests::run::current().once("once-among-threads", make)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .collect()
    });
    assert_eq!(texts, vec!["0"; 8]);
}

/// A run of its own beside ours: not ours by nextest's name, not on a server that the user named.
fn start_another_run() -> (Child, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_test-database"))
        .env_remove("NEXTEST_RUN_ID")
        .env_remove("TEST_POSTGRES_URL")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("test-database starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut line = || lines.next().expect("a line").expect("text");
    let (folder, url) = (line(), line());
    (child, folder, url)
}

#[test]
fn nothing_stays_when_the_tests_are_killed() {
    let (mut child, folder, url) = start_another_run();
    let address = url
        .split(['@', '/'])
        .find(|part| part.starts_with("127.0.0.1:"))
        .unwrap();
    TcpStream::connect(address).expect("the server listens");
    assert!(Path::new(&folder).is_dir());

    child.kill().unwrap();
    child.wait().unwrap();

    let patience = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(address).is_ok() || Path::new(&folder).exists() {
        assert!(
            Instant::now() < patience,
            "{folder} or the server at {address} is still there"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}
