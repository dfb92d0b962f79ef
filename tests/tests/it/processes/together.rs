//! Two processes that start together: on a submission that waits, exactly one of them writes it; on an empty database
//! and in an empty folder, both come up.

use entity::id::SubmissionId;
use entity::kind::SubmissionState;
use sea_orm::DatabaseTransaction;
use tempfile::TempDir;
use tests::database::Engine;

use super::{Place, Server};
use crate::app::TestApp;
use crate::operator::{company, on_both};

/// How often two processes meet at a submission that waits.
const ROUNDS: usize = 50;
/// How often they are started where there is nothing yet.
const FIRST_STARTS: usize = 5;

/// A submission that waits and that nobody can claim yet; where a process was faster, the next one.
async fn waiting(app: &TestApp) -> (SubmissionId, DatabaseTransaction) {
    loop {
        let id = app.prepared().await;
        let held = app.hold(id).await;
        if app.submission_row(id).await.lease_by.is_none() {
            return (id, held);
        }
        held.rollback().await.expect("the hold ends");
        app.until_submission(id, |row| row.state == SubmissionState::Ready)
            .await;
    }
}

/// Both processes are about to claim when the hold ends, so they meet in every round and not only where chance has it.
async fn meet(app: &TestApp, both: &mut [Server; 2], round: usize) {
    let (id, held) = waiting(app).await;
    for server in both.iter_mut() {
        server.logs(id, &["claiming"]).await;
    }
    held.rollback().await.expect("the hold ends");
    let mut ends = Vec::new();
    for server in both {
        ends.push(
            server
                .logs(id, &["written", "another process has it"])
                .await,
        );
    }
    ends.sort_unstable();
    assert_eq!(
        ends,
        [0, 1],
        "round {round}: one writes, the other leaves it"
    );
    let row = app.submission_row(id).await;
    let expected = (SubmissionState::Ready, 1);
    assert_eq!((row.state, row.attempts), expected, "round {round}");
    let files = app.files_of(id).await.len();
    assert_eq!(files, 2, "round {round}: one workbook and one manifest");
    assert_eq!(app.times_written(id).await, 1, "round {round}");
}

on_both! {
    async fn a_submission_is_never_written_twice(app: TestApp) {
        app.actor("xihu-live").await.register((1..=5).map(company).collect()).await;
        let place = Place::of(&app);
        let mut both = [Server::start(place), Server::start(place)];
        for server in &mut both {
            server.base().await;
        }
        for round in 0..ROUNDS {
            meet(&app, &mut both, round).await;
        }
        both.into_iter().for_each(Server::kill);
    }
}

/// The very first start, twice at once: keys, database and tables are made by one and used by both.
async fn first_starts(engine: Engine) {
    for _ in 0..FIRST_STARTS {
        let database = tokio::task::spawn_blocking(move || engine.fresh());
        let database = database.await.expect("a database");
        let folder = TempDir::new().expect("a folder");
        let place = Place {
            url: database.serving_url(),
            migration_url: database.migration_url(),
            folder: folder.path(),
        };
        let mut both = [Server::start(place), Server::start(place)];
        for server in &mut both {
            let base = server.base().await;
            let ready = reqwest::get(format!("{base}/readyz")).await;
            assert_eq!(ready.expect("an answer").status(), 200, "{server}");
        }
        both.into_iter().for_each(Server::kill);
    }
}

#[tokio::test]
async fn an_empty_database_is_made_once_on_sqlite() {
    first_starts(Engine::Sqlite).await;
}

#[tokio::test]
async fn an_empty_database_is_made_once_on_postgres() {
    first_starts(Engine::Postgres).await;
}
