//! Processes that are killed without warning: in the middle of writing a submission, and in the middle of registering.
//! What was begun is done by the next process, once, and what was not committed is not there.

use std::time::Duration;

use api::clock::{Clock as _, SystemClock};
use chrono::TimeDelta;
use entity::id::SubmissionId;
use entity::kind::SubmissionState;
use entity::submission;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait as _, IntoActiveModel as _};
use serde_json::{Value, json};
use tests::database::Engine;

use super::{MOMENT, PATIENCE, Place, Server, unverified};
use crate::app::{Actor, TestApp, instant};
use crate::journey::cells;
use crate::operator::{REGISTER, company, on_both};

/// How many registrations the submission holds: enough that writing them takes a while.
const ROWS: u32 = 3_000;
/// How long each process has after its claim before it is killed, in milliseconds.
const GRACE: [u64; 6] = [0, 20, 60, 150, 300, 600];
/// How many operators a killed request registers.
const BATCH: u32 = 200;
/// How long each process has after it claimed a request's key before it is killed, in milliseconds.
const HASTE: [u64; 6] = [0, 0, 10, 30, 60, 120];

/// Lets a claim pass, as time would.
async fn lease_passes(app: &TestApp, id: SubmissionId) {
    let mut row = app.submission_row(id).await.into_active_model();
    row.lease_until = Set(Some(instant("2020-01-01T00:00:00Z")));
    row.update(&app.app.db).await.expect("written");
}

/// When a process is killed.
#[derive(Clone, Copy)]
enum Moment {
    /// So long after it claimed the submission.
    AfterClaim(Duration),
    /// When workbook and manifest are in the store and nothing of them is on record.
    Stored,
}

/// Starts a process and kills it while it writes. Tells whether the kill came in time: nothing of the submission may be
/// on record then, but that it was begun.
async fn killed(app: &TestApp, before: &submission::Model, moment: Moment) -> bool {
    let stored = app.stored();
    let server = Server::start(Place::of(app));
    let begun = |row: &submission::Model| {
        row.attempts > before.attempts || row.state != SubmissionState::Preparing
    };
    app.until_submission(before.id, begun).await;
    match moment {
        Moment::AfterClaim(grace) => {
            tokio::time::sleep(grace).await;
            server.kill();
        }
        Moment::Stored => {
            // With the row held, it can put its files into the store and nothing on record.
            let held = app.hold(before.id).await;
            let all = |row: &submission::Model| {
                row.state != SubmissionState::Preparing
                    || app.stored().difference(&stored).count() == 2
            };
            app.until_submission(before.id, all).await;
            server.kill();
            held.rollback().await.expect("the hold ends");
        }
    }
    let row = app.submission_row(before.id).await;
    if row.state == SubmissionState::Ready {
        return false;
    }
    assert_eq!(row.state, SubmissionState::Preparing, "{row:#?}");
    assert_eq!(row.attempts, before.attempts + 1, "{row:#?}");
    let files = app.files_of(row.id).await;
    assert!(files.is_empty(), "no half of it is on record: {files:#?}");
    assert_eq!(app.times_written(row.id).await, 0);
    true
}

/// Kills the writing at several moments and gives back the submission that is left, with how often it was begun.
async fn killed_at_many_moments(app: &TestApp) -> submission::Model {
    let after_claim = GRACE.map(|grace| Moment::AfterClaim(Duration::from_millis(grace)));
    let mut row = app.submission_row(app.prepared().await).await;
    let (mut in_time, mut stored) = (0, false);
    for moment in after_claim.into_iter().chain([Moment::Stored; 5]) {
        if stored {
            break;
        }
        if killed(app, &row, moment).await {
            in_time += 1;
            stored = matches!(moment, Moment::Stored);
            // The first claim ends by itself, under the eyes of the next process.
            if in_time > 1 {
                lease_passes(app, row.id).await;
            }
        } else {
            row.id = app.prepared().await;
        }
        row = app.submission_row(row.id).await;
    }
    assert!(in_time > 2, "killed in time {in_time} times only");
    assert!(stored, "never killed between the store and the record");
    row
}

on_both! {
    async fn a_submission_is_written_whole(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        for from in (0..ROWS).step_by(1_000) {
            let made = platform.register((from..from + 1_000).map(company).collect()).await;
            assert_eq!(made["created"], 1_000, "{}", made["results"][0]);
        }
        let left = killed_at_many_moments(&app).await;
        let _last = Server::start(Place::of(&app));
        let row = app.until_submission(left.id, |row| row.state == SubmissionState::Ready).await;
        assert_eq!((row.attempts, row.rows_total), (left.attempts + 1, i64::from(ROWS)));
        assert_eq!(app.times_written(left.id).await, 1);

        let ready = platform.submission(&json!(left.id.to_string())).await;
        let path = ready["files"][0]["path"].as_str().expect("a path");
        let sheet = ready["sheets"][0]["sheet"].as_str().expect("a name");
        let mut names: Vec<_> = cells(&platform.download(path).await, sheet)
            .into_iter().skip(1).map(|mut row| row.remove(1).0).collect();
        names.sort_unstable();
        let mut expected: Vec<_> = (0..ROWS)
            .map(|n| company(n)["name"].as_str().expect("a name").to_owned()).collect();
        expected.sort_unstable();
        assert!(names == expected, "every company once: {} rows", names.len());

        // What the dead left behind goes with the sweep, and nothing that is on record goes with it.
        app.clock.set(SystemClock.now() + TimeDelta::days(2));
        api::jobs::sweep(&app.app).await.expect("swept");
        assert_eq!(app.stored().len(), 2, "the workbook and the manifest");
        app.clock.set(instant("2026-12-01T10:00:00+08:00"));
        platform.download(path).await;
    }
}

/// The n-th request, which always has the same key and body.
fn request(n: u32) -> Value {
    let items: Vec<_> = (n * BATCH..(n + 1) * BATCH).map(unverified).collect();
    json!({ "input": { "items": items, "idempotencyKey": format!("key-{n}") } })
}

/// Sends the n-th request to a process and kills it after its key was claimed. Tells whether the deed was still to be
/// committed then.
async fn killed_with_a_request(app: &TestApp, n: u32, haste: Duration) -> bool {
    let mut server = Server::start(Place::of(app));
    let actor = app.actor("xihu-live").await.at(server.base().await);
    let body = json!({ "query": REGISTER, "variables": request(n) });
    let asked = actor.request(reqwest::Method::POST, "/graphql").json(&body);
    let count = |condition: &str| {
        let sql = format!("SELECT count(*) FROM idempotency WHERE key = 'key-{n}'{condition}");
        async move { app.number(&sql).await }
    };
    let claimed = async {
        while count("").await == 0 {
            tokio::time::sleep(MOMENT).await;
        }
        tokio::time::sleep(haste).await;
        server.kill();
    };
    // The answer, if it comes, is of no interest: a caller who lost it asks again.
    let both = futures_util::future::join(asked.send(), claimed);
    let waited = tokio::time::timeout(PATIENCE, both).await;
    let (_, ()) = waited.expect("the key was claimed");
    count(" AND outcome IS NULL").await == 1
}

/// Asks again until the dead request's time is over.
async fn answer(actor: &Actor, n: u32) -> Value {
    let begun = std::time::Instant::now();
    loop {
        let mut answer = actor.ask(REGISTER, request(n)).await;
        let Some(error) = answer["errors"].get(0) else {
            return answer["data"]["registerOperators"].take();
        };
        let after = error["extensions"]["retryAfter"].as_u64();
        assert!(after.is_some() && begun.elapsed() < PATIENCE, "{error:#}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

on_both! {
    async fn a_request_is_done_once(app: TestApp) {
        app.clock.set(SystemClock.now());
        let before = app.counts().await;
        let mut in_the_middle = 0;
        for (n, haste) in (0..).zip(HASTE) {
            let haste = Duration::from_millis(haste);
            in_the_middle += u32::from(killed_with_a_request(&app, n, haste).await);
        }
        assert!(in_the_middle > 0, "every deed was committed before its process was killed");

        let mut server = Server::start(Place::of(&app));
        let actor = app.actor("xihu-live").await.at(server.base().await);
        for n in 0..6 {
            let answer = answer(&actor, n).await;
            assert_eq!(answer["created"], BATCH, "nothing of it was there before: {}", answer["results"][0]);
        }
        let after = app.counts().await;
        let new = |table: &str| after[table] - before[table];
        let all = i64::from(BATCH) * 6;
        for table in ["party", "registration", "revision", "account"] {
            assert_eq!(new(table), all, "{table}");
        }
        assert_eq!((new("idempotency"), new("audit")), (6, 6), "one entry a deed");
    }
}
