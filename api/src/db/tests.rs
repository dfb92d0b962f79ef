//! What is left of a connection when SQLite itself ends a transaction, as it does on a full disk.

use sea_orm::ConnectionTrait as _;

use super::*;

#[tokio::test]
async fn a_full_disk_leaves_no_transaction_behind() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("registry.db");
    let settings = Settings {
        url: format!("sqlite://{}?mode=rwc", file.display())
            .parse()
            .unwrap(),
        migration_url: None,
        max_connections: 1,
        statement_timeout_seconds: 1,
        busy_timeout_seconds: 1,
    };
    let db = connect(&settings).await.unwrap();
    db.execute_unprepared("CREATE TABLE shelf (book BLOB)")
        .await
        .unwrap();
    // The limit is the connection's own, so that it ends with it, as a full disk ends when room is made.
    db.execute_unprepared("PRAGMA max_page_count = 8")
        .await
        .unwrap();
    let full = begin_write(&db, Reach::All).await.unwrap();
    let too_much = full
        .execute_unprepared("INSERT INTO shelf VALUES (zeroblob(1000000))")
        .await;
    let too_much = too_much.unwrap_err();
    assert!(is_full(&too_much) && !may_retry(&too_much), "{too_much}");
    assert_eq!(crate::error::Error::from(too_much).code(), "UNAVAILABLE");
    drop(full);

    let refused = begin_write(&db, Reach::All).await.unwrap();
    refused
        .execute_unprepared("INSERT INTO shelf VALUES (x'00')")
        .await
        .unwrap();
    refused.rollback().await.unwrap();
    db.execute_unprepared("INSERT INTO shelf VALUES (x'01')")
        .await
        .unwrap();

    let other = connect(&settings).await.unwrap();
    let rows = begin_write(&other, Reach::All)
        .await
        .expect("nobody holds the write lock");
    let count = Statement::from_string(DbBackend::Sqlite, "SELECT count(*) AS rows FROM shelf");
    let count = rows.query_one_raw(count).await.unwrap();
    assert_eq!(
        counted(count.as_ref()).unwrap(),
        1,
        "what was written is there"
    );
    rows.rollback().await.unwrap();
}
