//! Who is listed, asked by number: single look-ups a second, their p50 and p99 and the server's own CPU for each, and batches
//! of 1,000, from a real `minglu serve`, beside three peers in the same run: an axum handler that does the same without
//! GraphQL, PostGraphile with a token over the same tables (it writes no audit), and the bare statement by pgbench. One
//! subject in ten is listed. On SQLite the peer is the statement through sqlx in one process. Arguments: registrations at the
//! end (default 1,000,000; the first mark is a hundredth of it), seconds of each measure (default 10), databases.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement reports or stops"
)]

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use entity::blacklist::status::{Asked, Links, Row, listed};
use entity::kind::SubjectKind;
use sea_orm::{ConnectionTrait as _, FromQueryResult as _};
use serde_json::{Value, json};
use tests::database::Engine;

use crate::drive::{Seen, Target};
use crate::items::{self, Named};
use crate::listed::list;
use crate::servers::{self, Server};
use crate::{Arguments, Door, House, machine};

/// Clients that ask at a time.
const CLIENTS: [usize; 2] = [1, 8];
/// Different requests that are asked in turn.
const REQUESTS: u32 = 10_000;
/// Subjects of a batch.
const BATCH: u32 = 1_000;
/// Subjects to an entry.
const ONE_OF: usize = 10;

const QUERY: &str = "query($items: [BlacklistStatusItem!]!) { blacklistStatus(items: $items) { asOf listVersion results { ref verdict } } }";

pub(super) async fn run(arguments: &Arguments) {
    let last = arguments.rows(1_000_000);
    let seconds = arguments.numbers.get(1).copied().unwrap_or(10);
    println!(
        "Who is listed, of {} and of {last} subjects, one in {ONE_OF} listed, {seconds} s each; {}",
        last / 100,
        machine()
    );
    println!(
        "| database | subjects | entries | asked | clients | server | requests/s | p50 ms | p99 ms | server CPU µs | ratio |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for engine in arguments.engines() {
        let house = House::open(engine).await;
        let door = Door::open(&house).await;
        let mut done = 0;
        for mark in [last / 100, last] {
            let rows = (SubjectKind::Operator, Named::FEW);
            door.load(&house, rows, done..mark).await;
            let entries = list(&house, ONE_OF).await;
            done = mark;
            measure(&house, (mark, entries), Duration::from_secs(seconds.into())).await;
        }
    }
}

async fn measure(house: &House, (subjects, entries): (u32, usize), time: Duration) {
    let told = |asked: &str, clients: usize, server: &str, seen: Seen, (cpu, ratio): (f64, f64)| {
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        println!(
            "| {:?} | {subjects} | {entries} | {asked} | {clients} | {server} | {:.0} | {:.2} | {:.2} | {cpu:.0} | {ratio:.2} |",
            house.engine,
            seen.each_second,
            millis(seen.p50),
            millis(seen.p99),
        );
    };
    let numbers = numbers(subjects);
    let (ours, base) = servers::minglu(house).await;
    let (peers, peer) = servers::peer(house).await;
    let token = Door::to(house, base.clone()).token;
    let minglu = Target::new(format!("{base}/graphql"), Some(token.clone()));
    let peer = Target::new(format!("{peer}/graphql"), Some(token));
    let single = Requests::of(&numbers, 1);
    let batch = Requests::of(&numbers, BATCH);
    for clients in CLIENTS {
        for (asked, requests) in [("1", &single), ("1,000", &batch)] {
            let plain = cpu_of(&peers, &peer, (&requests.plain, clients), time).await;
            told(asked, clients, "axum, no GraphQL", plain.0, (plain.1, 1.0));
            let seen = cpu_of(&ours, &minglu, (&requests.graphql, clients), time).await;
            let ratio = seen.0.each_second / plain.0.each_second;
            told(asked, clients, "Minglu", seen.0, (seen.1, ratio));
        }
    }
    drop(peers);
    match house.engine {
        Engine::Postgres => {
            let (theirs, postgraphile) = servers::postgraphile_with_token(house).await;
            let requests = Arc::new(theirs_of(house, &numbers));
            for clients in CLIENTS {
                let warm = time / 5;
                postgraphile.drive(&requests, clients, warm).await;
                let theirs = postgraphile.drive(&requests, clients, time).await;
                told("1", clients, "PostGraphile, no audit", theirs, (0.0, 1.0));
                let seen = cpu_of(&ours, &minglu, (&single.graphql, clients), time).await;
                let ratio = seen.0.each_second / theirs.each_second;
                told("1", clients, "Minglu", seen.0, (seen.1, ratio));
                let (each_second, millis) = pgbench(house, clients, time).await;
                println!(
                    "| {:?} | {subjects} | {entries} | 1 | {clients} | pgbench, the statement alone | {each_second:.0} | {millis:.2} | | | {:.2} |",
                    house.engine,
                    seen.0.each_second / each_second
                );
            }
            drop(theirs);
        }
        Engine::Sqlite => bare(house, (subjects, entries), &numbers, time).await,
    }
}

/// Numbers of subjects, in no order that a database keeps.
fn numbers(subjects: u32) -> Vec<Value> {
    let step = (subjects / REQUESTS).max(1);
    let asked =
        (0..REQUESTS.min(subjects)).map(|n| n.wrapping_mul(7_919) % REQUESTS.min(subjects) * step);
    asked
        .map(|n| {
            let line = items::line(SubjectKind::Operator, n, Named::FEW);
            let line: Value = serde_json::from_str(&line).expect("an item");
            line.get("identity").expect("an identity").clone()
        })
        .collect()
}

/// The same questions for both servers.
struct Requests {
    graphql: Arc<Vec<Bytes>>,
    plain: Arc<Vec<Bytes>>,
}

impl Requests {
    fn of(numbers: &[Value], each: u32) -> Self {
        let chunks = || numbers.chunks(each as usize);
        let graphql = chunks().map(|some| {
            let items: Vec<_> = some
                .iter()
                .enumerate()
                .map(|(n, number)| json!({ "ref": n.to_string(), "subject": { "identity": number } }))
                .collect();
            Bytes::from(json!({ "query": QUERY, "variables": { "items": items } }).to_string())
        });
        let plain = chunks().map(|some| Bytes::from(json!(some).to_string()));
        Self {
            graphql: Arc::new(graphql.collect()),
            plain: Arc::new(plain.collect()),
        }
    }
}

/// Drives a server, and tells what it saw and how much of its own CPU an answer took, in µs.
async fn cpu_of(
    server: &Server,
    target: &Target,
    (requests, clients): (&Arc<Vec<Bytes>>, usize),
    time: Duration,
) -> (Seen, f64) {
    target.drive(requests, clients, time / 5).await;
    let (before, begun) = (server.cpu(), Instant::now());
    let seen = target.drive(requests, clients, time).await;
    let answers = seen.each_second * begun.elapsed().as_secs_f64();
    let spent = server.cpu().saturating_sub(before).as_secs_f64();
    (seen, spent * 1e6 / answers.max(1.0))
}

/// What PostGraphile is asked: the entries in force of whoever has a number, found by the same index.
fn theirs_of(house: &House, numbers: &[Value]) -> Vec<Bytes> {
    let query = "query($index: String!) { entriesOf(index: $index) { nodes { rowId register state validFrom validUntil } } version: listVersion }";
    let asked = numbers.iter().map(|number| {
        let number = number
            .get("number")
            .and_then(Value::as_str)
            .expect("a number");
        let index = house
            .app
            .vault
            .index(api::registry::party::NUMBER, number.as_bytes());
        let body = json!({ "query": query, "variables": { "index": index.to_hex() } });
        Bytes::from(body.to_string())
    });
    asked.collect()
}

/// The statement alone, prepared, with chance numbers: executions a second and the mean of one in ms.
async fn pgbench(house: &House, clients: usize, time: Duration) -> (f64, f64) {
    let rows: u64 = 10_000;
    let sample = format!(
        "DROP TABLE IF EXISTS asked; CREATE TABLE asked AS SELECT row_number() OVER () AS n, kind, \
         json_build_array(json_build_array('0', encode(number_index, 'hex'), kind, issuing_country))::text AS items \
         FROM (SELECT * FROM party ORDER BY md5(id::text) LIMIT {rows}) sampled; ALTER TABLE asked ADD PRIMARY KEY (n); ANALYZE asked"
    );
    let owner = sea_orm::Database::connect(house.url())
        .await
        .expect("the owner");
    owner.execute_unprepared(&sample).await.expect("a sample");
    let asked = [Asked::Identity {
        index: house.app.vault.index("bench", b"0"),
        kind: entity::kind::IdentityKind::Uscc,
        country: String::new(),
    }];
    let statement = listed(
        &asked,
        (house.app.today(), Links::All),
        house.app.vault.index_column(),
        owner.get_database_backend(),
    );
    let sql = statement
        .sql
        .replace("$1", &format!("'{}'::date", house.app.today()))
        .replace(
            "$2::json",
            "(SELECT items FROM asked WHERE asked.n = :n)::json",
        );
    let script = house.folder().join("status.sql");
    std::fs::write(&script, format!("\\set n random(1, {rows})\n{sql};\n")).expect("a script");
    let out = Command::new("pgbench")
        .args(["-n", "-M", "prepared", "-f"])
        .arg(&script)
        .args([
            "-c",
            &clients.to_string(),
            "-j",
            "2",
            "-T",
            &time.as_secs().max(1).to_string(),
        ])
        .arg(house.url())
        .output()
        .expect("pgbench runs");
    let out = format!(
        "{}{}",
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr)
    );
    let after = |mark: &str| -> f64 {
        let rest = out.split(mark).nth(1).unwrap_or_default();
        let number: String = rest
            .trim_start()
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        number
            .parse()
            .unwrap_or_else(|_| panic!("pgbench tells nothing after {mark}: {out}"))
    };
    (after("tps ="), after("latency average ="))
}

/// The same statement through sqlx, in this process.
async fn bare(house: &House, (subjects, entries): (u32, usize), numbers: &[Value], time: Duration) {
    let app = &house.app;
    let begun = Instant::now();
    let mut done = 0_u32;
    let backend = app.db.get_database_backend();
    for number in numbers.iter().cycle() {
        if begun.elapsed() >= time {
            break;
        }
        let number = number
            .get("number")
            .and_then(Value::as_str)
            .expect("a number");
        let asked = [Asked::Identity {
            index: app
                .vault
                .index(api::registry::party::NUMBER, number.as_bytes()),
            kind: entity::kind::IdentityKind::Uscc,
            country: String::new(),
        }];
        let statement = listed(
            &asked,
            (app.today(), Links::All),
            app.vault.index_column(),
            backend,
        );
        let rows = Row::find_by_statement(statement)
            .all(&app.db)
            .await
            .expect("rows");
        assert!(!rows.is_empty(), "the version is always told");
        done += 1;
    }
    let each_second = f64::from(done) / begun.elapsed().as_secs_f64();
    println!(
        "| {:?} | {subjects} | {entries} | 1 | 1 | the statement through sqlx | {each_second:.0} | {:.2} | | | |",
        house.engine,
        1e3 / each_second
    );
}
