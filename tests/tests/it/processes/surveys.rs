//! Processes that are killed while they write a survey: good rows are there chunk by chunk, each once, and the next process
//! goes on after the last one; all or nothing is all or nothing.
#![expect(
    clippy::disallowed_methods,
    reason = "a test looks at the rows themselves, whoever may see them"
)]

use std::time::{Duration, Instant};

use entity::id::ImportId;
use entity::import_job::{self, Model};
use entity::kind::ImportState;
use entity::{account, registration, revision};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _};
use serde_json::json;
use tests::database::Engine;

use super::{MOMENT, PATIENCE, Place, Server};
use crate::app::{TestApp, instant};
use crate::operator::on_both;
use crate::survey::operators;

/// Rows of one chunk.
const CHUNK: u32 = 50;
/// How long each process has after its first sign of work before it is killed, in milliseconds.
const GRACE: [u64; 6] = [0, 20, 60, 150, 300, 600];

impl TestApp {
    async fn import_of(&self, id: ImportId) -> Model {
        let found = import_job::for_job(id).one(&self.app.db).await;
        found.expect("read").expect("an import")
    }

    /// Waits until an import looks so.
    async fn until_import(&self, id: ImportId, so: impl Fn(&Model) -> bool) -> Model {
        let begun = Instant::now();
        loop {
            let row = self.import_of(id).await;
            if so(&row) {
                return row;
            }
            assert!(begun.elapsed() < PATIENCE, "it never looks so: {row:#?}");
            tokio::time::sleep(MOMENT).await;
        }
    }

    /// A survey of so many operators that is to be written, and that nobody has begun to write.
    async fn to_be_written(&self, rows: u32, mode: &str) -> ImportId {
        let size = CHUNK.to_string();
        let reader = self.beside(&[("import.chunk_lines", &size)]).await;
        let office = self.actor("ningbo").await;
        let text = operators("星光直播", 1..=rows);
        let job = office.reviewed(&reader, &text, json!({})).await;
        assert_eq!(job["accepted"], rows, "{}", job["problems"]);
        let begun = office.commit(&job, mode).await;
        assert_eq!(begun["problems"], json!([]), "{begun:#}");
        let id = job["id"].as_str().expect("an id");
        id.parse().expect("an id")
    }

    async fn written(&self) -> u64 {
        let all = registration::Entity::find();
        all.count(&self.app.db).await.expect("counted")
    }

    /// Lets a claim pass, as time would.
    async fn import_lease_passes(&self, id: ImportId) {
        let mut row = self.import_of(id).await.into_active_model();
        row.lease_until = Set(Some(instant("2020-01-01T00:00:00Z")));
        row.update(&self.app.db).await.expect("written");
    }
}

on_both! {
    async fn good_rows_are_written_once_each(app: TestApp) {
        let rows = 20 * CHUNK;
        let id = app.to_be_written(rows, "GOOD_ROWS").await;
        let mut in_time = 0;
        for grace in GRACE {
            let before = app.import_of(id).await;
            if before.state != ImportState::Committing {
                break;
            }
            let server = Server::start(Place::of(&app));
            app.until_import(id, |row| row.chunks > before.chunks || row.state == ImportState::Committed).await;
            tokio::time::sleep(Duration::from_millis(grace)).await;
            server.kill();
            let left = app.import_of(id).await;
            let written = u64::try_from(left.chunks).expect("a count") * u64::from(CHUNK);
            assert_eq!(app.written().await, written, "whole chunks: {left:#?}");
            assert_eq!(u64::try_from(left.created).expect("a count"), written, "{left:#?}");
            if left.state == ImportState::Committing {
                in_time += 1;
                app.import_lease_passes(id).await;
            }
        }
        assert!(in_time > 1, "killed in time {in_time} times only");
        let _last = Server::start(Place::of(&app));
        let row = app.until_import(id, |row| row.state == ImportState::Committed).await;
        assert_eq!((row.created, row.unchanged, row.rejected), (i64::from(rows), 0, 0));
        assert_eq!(app.written().await, u64::from(rows));
        let revisions = revision::Entity::find().count(&app.app.db).await.expect("counted");
        let accounts = account::Entity::find().count(&app.app.db).await.expect("counted");
        assert_eq!((revisions, accounts), (u64::from(rows), u64::from(rows)), "nothing is written twice");
    }

    async fn all_or_nothing_is_never_half(app: TestApp) {
        let rows = 8 * CHUNK;
        let id = app.to_be_written(rows, "ALL_OR_NOTHING").await;
        let mut in_time = 0;
        for grace in GRACE {
            let before = app.import_of(id).await;
            if before.state != ImportState::Committing {
                break;
            }
            let server = Server::start(Place::of(&app));
            app.until_import(id, |row| row.attempts > before.attempts).await;
            tokio::time::sleep(Duration::from_millis(grace)).await;
            server.kill();
            let left = app.import_of(id).await;
            let expected = if left.state == ImportState::Committed { u64::from(rows) } else { 0 };
            assert_eq!(app.written().await, expected, "{left:#?}");
            if left.state == ImportState::Committing {
                in_time += 1;
                app.import_lease_passes(id).await;
            }
        }
        assert!(in_time > 1, "killed in time {in_time} times only");
        let _last = Server::start(Place::of(&app));
        app.until_import(id, |row| row.state == ImportState::Committed).await;
        assert_eq!(app.written().await, u64::from(rows));
    }
}
