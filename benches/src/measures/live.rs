//! Whether a livestream may begin: clearForLive a second with p50 and p99, from a real `minglu serve`, each answer judged,
//! written and signed, beside a single look-up in the blacklist at the same server, which reads and records only. Arguments:
//! streamers (default 100,000), seconds of each measure (default 10), databases.
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

use crate::drive::{Seen, Target};
use crate::items::{self, Named};
use crate::{Arguments, Door, House, machine, servers};

/// Clients that ask at a time.
const CLIENTS: [usize; 2] = [1, 8];
/// Different livestreams that are asked about in turn.
const REQUESTS: u32 = 10_000;

const LIVE: &str = "mutation($input: ClearForLiveInput!) { clearForLive(input: $input) { verdict record reasons { code } problems { code } } }";
const STATUS: &str = "query($items: [BlacklistStatusItem!]!) { blacklistStatus(items: $items) { listVersion results { verdict } } }";

pub(super) async fn run(arguments: &Arguments) {
    let streamers = arguments.rows(100_000);
    let seconds = arguments.numbers.get(1).copied().unwrap_or(10);
    println!(
        "May a livestream begin, of {streamers} streamers in {} rooms, {seconds} s each; {}",
        Named::FEW.operators,
        machine()
    );
    println!(
        "| database | streamers | asked | clients | answers/s | p50 ms | p99 ms | to a look-up |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for engine in arguments.engines() {
        let house = House::open(engine).await;
        let door = Door::open(&house).await;
        door.prepare(SubjectKind::Streamer).await;
        let named = (SubjectKind::Streamer, Named::FEW);
        door.load(&house, named, 0..streamers).await;
        tests::plans::analyze(&house.app.db)
            .await
            .expect("statistics");
        measure(
            &house,
            (engine, streamers),
            Duration::from_secs(seconds.into()),
        )
        .await;
    }
}

async fn measure(house: &House, (engine, streamers): (Engine, u32), time: Duration) {
    let (_server, base) = servers::minglu(house).await;
    let token = Door::to(house, base.clone()).token;
    let minglu = Target::new(format!("{base}/graphql"), Some(token));
    let (lives, looks) = (Arc::new(lives(streamers)), Arc::new(looks(streamers)));
    let first: Value =
        serde_json::from_slice(lives.first().expect("a request")).expect("a request");
    let answer = minglu.ask(&first).await;
    let signed = answer.pointer("/clearForLive/record");
    assert!(
        signed.is_some_and(Value::is_string),
        "the gate gives a signed record: {answer:#}"
    );
    for clients in CLIENTS {
        let mut told = Vec::new();
        for (asked, requests) in [("a look-up", &looks), ("clearForLive", &lives)] {
            minglu.drive(requests, clients, time / 5).await;
            told.push((asked, minglu.drive(requests, clients, time).await));
        }
        let base = told.first().map_or(1.0, |(_, seen)| seen.each_second);
        for (asked, seen) in told {
            tell((engine, streamers), (asked, clients), seen, base);
        }
    }
}

fn tell(
    (engine, streamers): (Engine, u32),
    (asked, clients): (&str, usize),
    seen: Seen,
    base: f64,
) {
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "| {engine:?} | {streamers} | {asked} | {clients} | {:.0} | {:.2} | {:.2} | {:.2} |",
        seen.each_second,
        millis(seen.p50),
        millis(seen.p99),
        seen.each_second / base
    );
}

/// Streamers in no order that a database keeps.
fn spread(streamers: u32) -> impl Iterator<Item = u32> {
    let requests = REQUESTS.min(streamers);
    let step = (streamers / requests).max(1);
    (0..requests).map(move |n| n.wrapping_mul(7_919) % requests * step)
}

fn identity(n: u32) -> Value {
    let line = items::line(SubjectKind::Streamer, n, Named::FEW);
    let line: Value = serde_json::from_str(&line).expect("an item");
    line.get("identity").expect("an identity").clone()
}

/// A streamer in the room that it is tied to.
fn lives(streamers: u32) -> Vec<Bytes> {
    let asked = spread(streamers).map(|n| {
        let account = format!("acct-{}", n % Named::FEW.operators);
        let input = json!({ "account": account, "streamers": [{ "identity": identity(n) }] });
        Bytes::from(json!({ "query": LIVE, "variables": { "input": input } }).to_string())
    });
    asked.collect()
}

fn looks(streamers: u32) -> Vec<Bytes> {
    let asked = spread(streamers).map(|n| {
        let items = json!([{ "subject": { "identity": identity(n) } }]);
        Bytes::from(json!({ "query": STATUS, "variables": { "items": items } }).to_string())
    });
    asked.collect()
}
