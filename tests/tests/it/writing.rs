//! How a submission's workbooks are written: in parts where a sheet is full, and at once where the jobs run.

use std::sync::Arc;

use api::jobs;
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::TestApp;
use crate::operator::company;

/// Five rows in sheets of two, read three at a time.
async fn in_parts(engine: Engine) {
    let more = [
        ("submission.sheet_rows", "2"),
        ("submission.batch_rows", "3"),
    ];
    let app = TestApp::start_with(engine, &more).await;
    let platform = app.actor("xihu-live").await;
    platform.register((1..=5).map(company).collect()).await;
    let made = platform.prepare(json!({ "window": "2027-01" })).await;
    assert_eq!(app.work().await, 1);
    let files = platform.filing(&made).await["submission"]["files"].take();
    let names: Vec<_> = files
        .as_array()
        .expect("files")
        .iter()
        .map(|f| f["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(
        names[0].ends_with("第1部分.xlsx") && names[3].ends_with("manifest.json"),
        "{names:?}"
    );
    let manifest: Value = platform
        .fetch(&files[3])
        .await
        .json()
        .await
        .expect("a manifest");
    let ranges: Vec<_> = manifest["parts"]
        .as_array()
        .expect("parts")
        .iter()
        .map(|part| {
            let sheet = &part["sheets"][0];
            (
                sheet["first"].as_u64().expect("first"),
                sheet["last"].as_u64().expect("last"),
            )
        })
        .collect();
    assert_eq!(ranges, [(1, 2), (3, 4), (5, 5)]);
}

/// Prepared while the jobs run, and read until it is written.
async fn at_once(engine: Engine) {
    // The next look is half a minute away: only the hint of this process can be so quick.
    let app = TestApp::start_with(engine, &[("submission.poll_seconds", "30")]).await;
    let platform = app.actor("xihu-live").await;
    platform.register(vec![company(1)]).await;
    let ending = tokio_util::sync::CancellationToken::new();
    let clock = async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let made = platform.prepare(json!({ "window": "2027-01" })).await;
        for _ in 0..100 {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            if app.row(&made).await.state.as_str() == "READY" {
                break;
            }
        }
        ending.cancel();
        made
    };
    let (made, ()) = tokio::join!(clock, jobs::run(Arc::clone(&app.app), ending.clone()));
    assert_eq!(app.row(&made).await.state.as_str(), "READY");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_sheet_goes_on_in_parts_that_the_manifest_lists_on_sqlite() {
    in_parts(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_sheet_goes_on_in_parts_that_the_manifest_lists_on_postgres() {
    in_parts(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_prepared_is_written_at_once_until_the_process_ends_on_sqlite() {
    at_once(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_prepared_is_written_at_once_until_the_process_ends_on_postgres() {
    at_once(Engine::Postgres).await;
}
