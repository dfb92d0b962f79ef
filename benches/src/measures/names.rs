//! Who is listed, asked by name: p50, p95 and p99 of single look-ups of names that are listed and of names with one other
//! character, from a real `minglu serve`, beside look-ups by number at the same server. Everybody is listed. Arguments: entries
//! (default 1,000,000), seconds of each measure (default 10), databases.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement reports or stops"
)]

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use entity::kind::SubjectKind;
use serde_json::{Value, json};
use tests::database::Engine;

use crate::drive::Target;
use crate::items::{self, Named};
use crate::listed::{list, name};
use crate::{Arguments, Door, House, machine, servers};

/// Clients that ask at a time.
const CLIENTS: [usize; 2] = [1, 8];
/// Different names that are asked about in turn.
const REQUESTS: u32 = 5_000;

const QUERY: &str = "query($items: [BlacklistStatusItem!]!) { blacklistStatus(items: $items) { listVersion results { verdict matches { score } } } }";

pub(super) async fn run(arguments: &Arguments) {
    let entries = arguments.rows(1_000_000);
    let seconds = arguments.numbers.get(1).copied().unwrap_or(10);
    println!(
        "Who is listed, by name, of {entries} entries, {seconds} s each; {}",
        machine()
    );
    println!("| database | entries | asked | clients | requests/s | p50 ms | p95 ms | p99 ms |");
    println!("|---|---|---|---|---|---|---|---|");
    for engine in arguments.engines() {
        let house = House::open(engine).await;
        let door = Door::open(&house).await;
        door.prepare(SubjectKind::Streamer).await;
        let named = (SubjectKind::Streamer, Named::FEW);
        door.load(&house, named, 0..entries).await;
        let listed = list(&house, 1).await;
        measure(
            &house,
            (engine, listed),
            Duration::from_secs(seconds.into()),
        )
        .await;
    }
}

async fn measure(house: &House, (engine, entries): (Engine, usize), time: Duration) {
    let (_server, base) = servers::minglu(house).await;
    let token = Door::to(house, base.clone()).token;
    let minglu = Target::new(format!("{base}/graphql"), Some(token));
    let step = entries / REQUESTS as usize;
    let names = (0..REQUESTS as usize).map(|n| name(n * step));
    let other = |name: String| {
        let first: String = name.chars().take(2).collect();
        format!("{first}璟")
    };
    let numbers = (0..REQUESTS).map(|n| {
        let line = items::line(SubjectKind::Streamer, n, Named::FEW);
        let line: Value = serde_json::from_str(&line).expect("an item");
        json!({ "identity": line.get("identity") })
    });
    let asked = [
        ("a number", requests(numbers)),
        (
            "a listed name",
            requests(names.clone().map(|name| json!({ "name": name }))),
        ),
        (
            "one character off",
            requests(names.map(|name| json!({ "name": other(name) }))),
        ),
    ];
    for clients in CLIENTS {
        for (asked, requests) in &asked {
            minglu.drive(requests, clients, time / 5).await;
            let seen = minglu.drive(requests, clients, time).await;
            let millis = |time: Duration| time.as_secs_f64() * 1e3;
            println!(
                "| {engine:?} | {entries} | {asked} | {clients} | {:.0} | {:.2} | {:.2} | {:.2} |",
                seen.each_second,
                millis(seen.p50),
                millis(seen.p95),
                millis(seen.p99)
            );
        }
    }
}

fn requests(subjects: impl Iterator<Item = Value>) -> Arc<Vec<Bytes>> {
    let bodies = subjects.map(|subject| {
        let items = json!([{ "subject": subject }]);
        Bytes::from(json!({ "query": QUERY, "variables": { "items": items } }).to_string())
    });
    Arc::new(bodies.collect())
}
