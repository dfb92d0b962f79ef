//! Processes that are killed while they read, write or take back a survey. Reading begins anew and counts every row once; good
//! rows are there chunk by chunk, each once, and the next process goes on after the last one; all or nothing is all or
//! nothing; what is taken back goes chunk by chunk, from the last to the first.
#![expect(
    clippy::disallowed_methods,
    reason = "a test looks at the rows themselves, whoever may see them"
)]

use std::time::{Duration, Instant};

use entity::id::ImportId;
use entity::import_job::{self, Model, stage};
use entity::kind::ImportState;
use entity::{account, registration, revision};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _};
use serde_json::{Value, json};
use tests::database::Engine;

use super::{MOMENT, PATIENCE, Place, Server};
use crate::app::{TestApp, instant};
use crate::operator::on_both;
use crate::survey::{done, operators};

/// Rows of one chunk, as the processes have it, too.
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
        id_of(&job)
    }

    async fn written(&self) -> u64 {
        let all = registration::Entity::find();
        all.count(&self.app.db).await.expect("counted")
    }

    /// A survey of so many operators that is to be read, and that nobody has begun to read.
    async fn to_be_read(&self, rows: u32) -> ImportId {
        let office = self.actor("ningbo").await;
        let text = operators("星光直播", 1..=rows);
        let begun = office.survey(&text, json!({})).await;
        assert_eq!(begun["problems"], json!([]), "{begun:#}");
        id_of(&begun["job"])
    }

    /// A written survey that changed the first half of its operators and made the second, and that is to be taken back.
    async fn to_be_taken_back(&self, half: u32) -> ImportId {
        let size = CHUNK.to_string();
        let writer = self.beside(&[("import.chunk_lines", &size)]).await;
        let office = self.actor("ningbo").await;
        let before = operators("星光直播", 1..=half);
        let job = office.reviewed(&writer, &before, json!({})).await;
        office.commits(&writer, &job, "GOOD_ROWS").await;
        let after = operators("星光直播", 1..=2 * half).replace(",138", ",139");
        let job = office.reviewed(&writer, &after, json!({})).await;
        let job = office.commits(&writer, &job, "GOOD_ROWS").await;
        assert_eq!(done(&job), [i64::from(half), i64::from(half), 0], "{job:#}");
        let begun = office.undo(&job).await;
        assert_eq!(begun["problems"], json!([]), "{begun:#}");
        id_of(&job)
    }

    /// The last rows of the chunks that an import staged, in order.
    async fn staged(&self, id: ImportId) -> Vec<i64> {
        let all = stage::after(id, 0, 1_000).all(&self.app.db).await;
        let all = all.expect("staged chunks").into_iter();
        all.map(|chunk| chunk.last_row).collect()
    }

    /// Revisions and accounts.
    async fn belongings(&self) -> (u64, u64) {
        let revisions = revision::Entity::find().count(&self.app.db).await;
        let accounts = account::Entity::find().count(&self.app.db).await;
        (revisions.expect("counted"), accounts.expect("counted"))
    }

    /// Lets a claim pass, as time would.
    async fn import_lease_passes(&self, id: ImportId) {
        let mut row = self.import_of(id).await.into_active_model();
        row.lease_until = Set(Some(instant("2020-01-01T00:00:00Z")));
        row.update(&self.app.db).await.expect("written");
    }
}

/// The last rows of so many whole chunks.
fn ends(chunks: i32) -> Vec<i64> {
    (1..=i64::from(chunks))
        .map(|n| n * i64::from(CHUNK))
        .collect()
}

fn id_of(job: &Value) -> ImportId {
    let id = job["id"].as_str().expect("an id");
    id.parse().expect("an id")
}

on_both! {
    async fn a_file_is_read_as_if_once(app: TestApp) {
        let chunks = 30;
        let rows = chunks * CHUNK;
        let id = app.to_be_read(rows).await;
        let (mut in_time, mut halves) = (0, 0);
        for grace in GRACE {
            let before = app.import_of(id).await;
            if before.state != ImportState::Reading {
                break;
            }
            let server = Server::start(Place::of(&app));
            app.until_import(id, |row| {
                row.attempts > before.attempts && row.staged > 0 || row.state == ImportState::Review
            })
            .await;
            tokio::time::sleep(Duration::from_millis(grace)).await;
            server.kill();
            let left = app.import_of(id).await;
            assert_eq!(app.written().await, 0, "reading writes nothing: {left:#?}");
            assert_eq!(app.staged(id).await, ends(left.staged), "whole chunks: {left:#?}");
            assert_eq!(left.rows_read, i64::from(left.staged) * i64::from(CHUNK), "{left:#?}");
            if left.state == ImportState::Reading {
                in_time += 1;
                halves += u32::from((1..chunks.cast_signed()).contains(&left.staged));
                app.import_lease_passes(id).await;
            }
        }
        assert!(in_time > 1 && halves > 0, "killed in time {in_time} times, half way {halves} times");
        let last = Server::start(Place::of(&app));
        let row = app.until_import(id, |row| row.state == ImportState::Review).await;
        drop(last);
        let rows = i64::from(rows);
        assert_eq!((row.rows_read, row.accepted, row.rejected, row.skipped), (rows, rows, 0, 0), "{row:#?}");
        assert_eq!((row.created, row.updated, row.unchanged), (rows, 0, 0), "no row was seen before: {row:#?}");
        assert_eq!(app.staged(id).await, ends(chunks.cast_signed()));
        assert_eq!(app.written().await, 0);
    }

    async fn what_is_taken_back_goes_chunk_by_chunk(app: TestApp) {
        let chunks = 10;
        let half = chunks * CHUNK;
        let id = app.to_be_taken_back(half).await;
        let shown = app.actor("ningbo").await.operators_seen().await;
        let mut in_time = 0;
        for grace in GRACE {
            let before = app.import_of(id).await;
            if before.state != ImportState::Undoing {
                break;
            }
            let server = Server::start(Place::of(&app));
            app.until_import(id, |row| row.chunks < before.chunks || row.state == ImportState::Undone).await;
            tokio::time::sleep(Duration::from_millis(grace)).await;
            server.kill();
            let left = app.import_of(id).await;
            let still = u32::try_from(left.chunks).expect("a count");
            assert_eq!(left.undone, (2 * half - still * CHUNK).cast_signed(), "{left:#?}");
            // Behind the middle are those that were made, before it those that were changed.
            let made = still.saturating_sub(chunks) * CHUNK;
            let restored = (chunks - still.min(chunks)) * CHUNK;
            assert_eq!(app.written().await, u64::from(half + made), "whole chunks: {left:#?}");
            assert_eq!(app.belongings().await, (u64::from(2 * half + made + restored), u64::from(half + made)), "{left:#?}");
            if left.state == ImportState::Undoing {
                in_time += 1;
                app.import_lease_passes(id).await;
            }
        }
        assert!(in_time > 1, "killed in time {in_time} times only");
        let last = Server::start(Place::of(&app));
        let row = app.until_import(id, |row| row.state == ImportState::Undone).await;
        drop(last);
        assert_eq!((row.undone, row.kept, row.chunks), ((2 * half).cast_signed(), 0, 0), "{row:#?}");
        assert_eq!(app.written().await, u64::from(half));
        assert_eq!(app.belongings().await, (3 * u64::from(half), u64::from(half)), "nothing is restored twice");
        let back = app.actor("ningbo").await.operators_seen().await;
        assert_eq!((back.len(), shown.len()), (500, 500));
        for (one, changed) in back.iter().zip(&shown) {
            assert_eq!((&one["id"], &one["revision"]), (&changed["id"], &json!(3)), "{one:#}");
            assert_ne!(one["phone"], changed["phone"], "{one:#}");
        }
    }

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
        assert_eq!(app.belongings().await, (u64::from(rows), u64::from(rows)), "nothing is written twice");
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
