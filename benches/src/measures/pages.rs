//! How many pages a second: 50 streamers with their agency, and 20 operators with their streamers, from a real `minglu
//! serve` and from PostGraphile on the same PostgreSQL tables in the same run, by the same client asking for the same pages.
//! Minglu answers whoever brings a token, looks up what that caller sees, and opens and masks sealed names and phones;
//! PostGraphile answers anybody, sets no role, and is asked for plain columns only. Arguments: registrations (default
//! 100,000) and seconds of each measure (default 10).
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement reports or stops"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use entity::kind::SubjectKind;
use entity::platform;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use tests::database::Engine;

use crate::drive::{Seen, Target};
use crate::items::Named;
use crate::{Arguments, Door, House, machine, servers};

/// Clients that ask at a time.
const CLIENTS: [usize; 2] = [1, 8];
/// Pages that are asked for in turn.
const PAGES: usize = 40;
/// Views of the tables, for PostGraphile.
const VIEWS: &str = include_str!("../../postgraphile/views.sql");

/// The plain columns that both tell of a registration; PostGraphile calls the key of a row `rowId`.
const PLAIN: &str = "externalId kind source status revision updatedAt";

/// A page as both are asked for it.
struct Page {
    name: &'static str,
    rows: u32,
    ours: String,
    theirs: String,
}

fn pages() -> [Page; 2] {
    let list = |list: &str, node: &str| {
        format!(
            "query($first: Int!, $after: Cursor) {{ page: {list}(first: $first, after: $after) {{ \
             edges {{ node {{ {node} }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        )
    };
    let nested = |node: &str| {
        format!(
            "nested: streamers(first: 10) {{ edges {{ node {{ {node} }} }} pageInfo {{ hasNextPage }} }}"
        )
    };
    let ours = format!("id {PLAIN} name phone");
    let theirs = format!("id: rowId {PLAIN}");
    [
        Page {
            name: "50 streamers with their agency",
            rows: 50,
            ours: list("streamers", &format!("{ours} nested: agency {{ {ours} }}")),
            theirs: list(
                "allStreamers",
                &format!("{theirs} nested: agency {{ {theirs} }}"),
            ),
        },
        Page {
            name: "20 operators with their streamers",
            rows: 20,
            ours: list("operators", &format!("{ours} {}", nested(&ours))),
            theirs: list("allOperators", &format!("{theirs} {}", nested(&theirs))),
        },
    ]
}

pub(super) async fn run(arguments: &Arguments) {
    let rows = arguments.rows(100_000);
    let seconds = arguments.numbers.get(1).copied().unwrap_or(10);
    println!(
        "Pages of a platform with {rows} registrations, {seconds} s each; {}",
        machine()
    );
    let house = House::open(Engine::Postgres).await;
    fill(&house, rows).await;
    view(&house).await;
    let (_minglu, base) = servers::minglu(&house).await;
    let token = Door::to(&house, base.clone()).token;
    let minglu = Target::new(format!("{base}/graphql"), Some(token));
    let (_postgraphile, postgraphile) = servers::postgraphile(&house).await;
    println!("| page | clients | server | pages/s | p50 ms | p99 ms | bytes | ratio of pages/s |");
    println!("|---|---|---|---|---|---|---|---|");
    for page in pages() {
        let ours = walk(&minglu, &page.ours, page.rows).await;
        let theirs = walk(&postgraphile, &page.theirs, page.rows).await;
        assert!(
            ours.0 == theirs.0,
            "both show the same:\n{:?}\n{:?}",
            ours.0.first(),
            theirs.0.first()
        );
        let (ours, theirs) = (Arc::new(ours.1), Arc::new(theirs.1));
        for clients in CLIENTS {
            let time = Duration::from_secs(seconds.into());
            let warm = time / 5;
            postgraphile.drive(&theirs, clients, warm).await;
            let peer = postgraphile.drive(&theirs, clients, time).await;
            minglu.drive(&ours, clients, warm).await;
            let seen = minglu.drive(&ours, clients, time).await;
            tell(page.name, clients, ("PostGraphile", peer), 1.0);
            tell(
                page.name,
                clients,
                ("Minglu", seen),
                seen.each_second / peer.each_second,
            );
        }
    }
}

fn tell(page: &str, clients: usize, (server, seen): (&str, Seen), ratio: f64) {
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "| {page} | {clients} | {server} | {:.0} | {:.2} | {:.2} | {} | {ratio:.2} |",
        seen.each_second,
        millis(seen.p50),
        millis(seen.p99),
        seen.bytes
    );
}

/// Loads agencies, operators, and streamers that name one of each: four streamers an operator, forty an agency.
async fn fill(house: &House, rows: u32) {
    let begun = Instant::now();
    let door = Door::open(house).await;
    let agencies = (rows / 50).max(1);
    let operators = (rows / 5).max(1);
    let streamers = rows.saturating_sub(agencies + operators).max(1);
    let named = Named {
        operators,
        agencies,
    };
    for (kind, rows) in [
        (SubjectKind::Agency, agencies),
        (SubjectKind::Operator, operators),
        (SubjectKind::Streamer, streamers),
    ] {
        door.load(house, (kind, named), 0..rows).await;
    }
    tests::plans::analyze(&house.app.db)
        .await
        .expect("statistics");
    println!("loaded in {:.0?}", begun.elapsed());
}

/// Makes the views of the house's one platform.
async fn view(house: &House) {
    let rows = platform::all().all(&house.app.db).await.expect("platforms");
    let one = rows.first().expect("a platform");
    let sql = VIEWS.replace(":platform", &format!("'{}'", one.id));
    house.app.db.execute_unprepared(&sql).await.expect("views");
}

/// Walks the first pages and gives what each shows, by ids, and a request for each.
async fn walk(target: &Target, query: &str, rows: u32) -> (Vec<Vec<String>>, Vec<Bytes>) {
    let (mut shown, mut requests) = (Vec::new(), Vec::new());
    let mut after = Value::Null;
    while requests.len() < PAGES {
        let body = json!({ "query": query, "variables": { "first": rows, "after": after } });
        let answer = target.ask(&body).await;
        shown.push(ids(&answer));
        requests.push(Bytes::from(body.to_string()));
        if answer.pointer("/page/pageInfo/hasNextPage") != Some(&Value::Bool(true)) {
            break;
        }
        after = answer
            .pointer("/page/pageInfo/endCursor")
            .cloned()
            .unwrap_or_default();
    }
    (shown, requests)
}

/// Every id that an answer shows, in its order.
fn ids(answer: &Value) -> Vec<String> {
    match answer {
        Value::Array(values) => values.iter().flat_map(ids).collect(),
        Value::Object(fields) => {
            let own = fields.get("id").and_then(Value::as_str);
            let own = own.map(ToOwned::to_owned).into_iter();
            own.chain(fields.values().flat_map(ids)).collect()
        }
        _ => Vec::new(),
    }
}
