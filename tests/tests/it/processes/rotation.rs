//! Two real processes through a rotation of the sealing and the index key: they serve and write at every step, one of them is
//! killed in the middle of sealing anew, and the other one goes on where it was.

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tests::database::Engine;

use super::{MOMENT, PATIENCE, Place, Server, unverified};
use crate::app::{Actor, TestApp};
use crate::operator::{REGISTER, on_both};

/// How many companies are there before the rotation: enough that sealing them anew takes several batches.
const ROWS: u32 = 2_000;

/// Types a command of `minglu keys` where the processes are.
fn keys(app: &TestApp, words: &[&str]) -> Result<String, String> {
    let at = |name: &str| app.folder.path().join(name);
    let said = Command::new(env!("CARGO_BIN_EXE_test-minglu"))
        .arg("keys")
        .args(words)
        .current_dir(app.folder.path())
        .env("MINGLU_DATABASE_URL", &app.url)
        .env("MINGLU_CRYPTO_KEYS_FILE", at("vault-keys.json"))
        .env("MINGLU_AUTH_SIGNING_KEY", at("token-signing-key.json"))
        .env("MINGLU_AUTH_KEY_SET", at("token-keys.json"))
        .env("MINGLU_FILES_STORE", at("files"))
        .output()
        .expect("a command");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    if said.status.success() {
        Ok(text(said.stdout))
    } else {
        Err(text(said.stderr))
    }
}

/// Lets a process that was killed count as gone, as time would.
async fn silence_passes(app: &TestApp) {
    let past = "UPDATE key_holder SET until = '2020-01-01 00:00:00+00:00'";
    app.run(past).await;
}

/// Two processes with the keys file as it is, and an actor at each.
async fn both(app: &TestApp) -> ([Server; 2], [Actor; 2]) {
    let place = Place::of(app);
    let mut servers = [Server::start(place), Server::start(place)];
    let [first, second] = &mut servers;
    let bases = [first.base().await, second.base().await];
    let actor = app.actor("xihu-live").await;
    let actors = bases.map(|base| actor.clone_at(app).at(base));
    (servers, actors)
}

/// Waits until a count is as it should be.
async fn until(app: &TestApp, sql: &str, wanted: impl Fn(i64) -> bool) -> i64 {
    let begun = Instant::now();
    loop {
        let count = app.number(sql).await;
        if wanted(count) {
            return count;
        }
        assert!(begun.elapsed() < PATIENCE, "{sql}: {count}");
        tokio::time::sleep(MOMENT).await;
    }
}

const UNDONE: &str = "SELECT count(*) FROM reseal WHERE ring = 'index' AND done_at IS NULL";
const BEGUN: &str = "SELECT count(*) FROM reseal WHERE ring = 'index'";

/// Each process registers and finds what the other one registered; gives back the next number.
async fn write_and_find(actors: &[Actor; 2], from: u32) -> u32 {
    for (n, actor) in (from..).zip(actors) {
        let made = actor.register(vec![unverified(n)]).await;
        assert_eq!(made["created"], 1, "{made:#}");
    }
    for actor in actors {
        let again = actor
            .register(vec![unverified(from), unverified(from + 1)])
            .await;
        assert_eq!(again["unchanged"], 2, "{again:#}");
    }
    from + 2
}

/// Registers one company after the other at two processes, whoever of them answers, until it is told to stop.
async fn keep_writing(actors: &[Actor; 2], next: &AtomicU32, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        let n = next.load(Ordering::Relaxed);
        let body =
            json!({ "query": REGISTER, "variables": { "input": { "items": [unverified(n)] } } });
        for actor in actors {
            let sent = actor
                .request(reqwest::Method::POST, "/graphql")
                .json(&body)
                .send()
                .await;
            let Ok(answer) = sent else { continue };
            let Ok(answer) = answer.json::<serde_json::Value>().await else {
                continue;
            };
            let batch = &answer["data"]["registerOperators"];
            assert_eq!(batch["rejected"], 0, "{answer:#}");
            next.store(n + 1, Ordering::Relaxed);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Kills whichever process is sealing revisions anew, in the middle; tells how many rows it had done.
async fn killed_in_the_middle(app: &TestApp, servers: [Server; 2]) -> (Server, i64) {
    let seen = "SELECT CAST(coalesce(sum(seen), 0) AS BIGINT) FROM reseal WHERE ring = 'seal' AND shelf = 'revision.facts'";
    until(app, seen, |seen| seen > 0).await;
    let [first, second] = servers;
    let said = |server: &Server| {
        let log = std::fs::read_to_string(&server.log).expect("the log");
        log.lines()
            .any(|line| line.contains("sealing anew") && line.contains("revision.facts"))
    };
    let (killed, left) = if said(&first) {
        (first, second)
    } else {
        (second, first)
    };
    killed.kill();
    let seen = app.number(seen).await;
    (left, seen)
}

on_both! {
    async fn a_rotation_passes_with_a_process_killed_in_the_middle(app: TestApp) {
        app.clock.set(api::clock::Clock::now(&api::clock::SystemClock));
        let platform = app.actor("xihu-live").await;
        for from in (0..ROWS).step_by(1_000) {
            let made = platform.register((from..from + 1_000).map(unverified).collect()).await;
            assert_eq!(made["created"], 1_000, "{}", made["results"][0]);
        }
        silence_passes(&app).await;
        let mut n = ROWS;

        // Held by one process after the other, while both write.
        let (old, actors) = both(&app).await;
        n = write_and_find(&actors, n).await;
        let said = keys(&app, &["rotate"]).expect("rotated");
        assert!(said.contains("seal: key 2 was added"), "{said}");
        let [first, second] = old;
        first.kill();
        let refused = keys(&app, &["activate"]).expect_err("a process does not hold the key");
        assert!(refused.contains("key 2"), "{refused}");
        second.kill();
        silence_passes(&app).await;
        let (held, actors) = both(&app).await;
        n = write_and_find(&actors, n).await;
        until(&app, BEGUN, |begun| begun == 4).await;
        until(&app, UNDONE, |undone| undone == 0).await;
        n = write_and_find(&actors, n).await;

        // Active in one process while the other one still makes what is new with the old key.
        keys(&app, &["activate"]).expect("activated");
        let [first, second] = held;
        first.kill();
        let mut newer = Server::start(Place::of(&app));
        let base = newer.base().await;
        let [_, old] = actors;
        let mixed = [old.clone_at(&app).at(base.clone()), old];
        n = write_and_find(&mixed, n).await;
        let [newest, _] = mixed;
        let sealed = "SELECT count(*) FROM reseal WHERE ring = 'seal'";
        assert_eq!(app.number(sealed).await, 0, "nothing is sealed anew before all have restarted");

        // Sealed anew while both write; the one that is at it is killed and the other one goes on.
        second.kill();
        silence_passes(&app).await;
        let mut other = Server::start(Place::of(&app));
        let actors = [newest.clone_at(&app).at(other.base().await), newest];
        let (next, stop) = (AtomicU32::new(n), AtomicBool::new(false));
        let work = async {
            let (left, seen) = killed_in_the_middle(&app, [newer, other]).await;
            assert!(seen < i64::from(ROWS), "it was killed too late: {seen}");
            let undone = "SELECT count(*) FROM reseal WHERE ring = 'seal' AND done_at IS NULL";
            until(&app, undone, |undone| undone == 0).await;
            stop.store(true, Ordering::Relaxed);
            left
        };
        let (_left, ()) = tokio::join!(work, keep_writing(&actors, &next, &stop));
        let all = next.load(Ordering::Relaxed);
        assert!(all > n, "nobody was kept from writing");
        let claims = "SELECT CAST(attempts AS BIGINT) FROM reseal WHERE ring = 'seal' AND shelf = 'revision.facts'";
        assert_eq!(app.number(claims).await, 2, "the second process went on where the first one was");

        silence_passes(&app).await;
        for ring in ["seal", "index", "cursor", "link"] {
            keys(&app, &["retire", ring, "1"]).expect("retired");
        }
        let status = keys(&app, &["status"]).expect("a status");
        assert!(!status.contains("key 1:") && status.contains("seal to key 2: complete"), "{status}");
        let (_last, actors) = both(&app).await;
        for actor in &actors {
            for from in (0..all).step_by(1_000) {
                let items: Vec<_> = (from..all.min(from + 1_000)).map(unverified).collect();
                let many = items.len();
                let again = actor.register(items).await;
                assert_eq!(again["unchanged"], many, "{}", again["results"][0]);
            }
        }
    }
}
