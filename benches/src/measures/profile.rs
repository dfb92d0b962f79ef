//! Where the time of bulk registration and of a first load goes: how long the service waits for each statement of its
//! database, and what the processors do meanwhile in this process and in PostgreSQL, sampled by `perf` where it is installed.
//! Arguments: how many (default 20,000), databases and kinds (default both, operators and streamers).
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement reports or stops"
)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use entity::kind::SubjectKind;
use tests::database::Engine;

use crate::door::A_REQUEST;
use crate::items::Named;
use crate::perf::{Perf, Spent};
use crate::{Arguments, Door, House, machine};

/// How often each sort of statement was sent, and how long its answers took.
type Statements = Arc<Mutex<BTreeMap<String, (u32, Duration)>>>;

pub(super) async fn run(arguments: &Arguments) {
    let rows = arguments.rows(20_000);
    println!("Where the time goes; {}", machine());
    for kind in arguments.kinds(&[SubjectKind::Operator, SubjectKind::Streamer]) {
        for engine in arguments.engines() {
            measure((kind, engine), rows).await;
        }
    }
}

async fn measure((kind, engine): (SubjectKind, Engine), rows: u32) {
    let mut house = House::open(engine).await;
    let statements = Statements::default();
    let counting = Arc::clone(&statements);
    house.watch(move |sql, took| {
        let mut statements = counting.lock().expect("nobody panicked");
        let (times, sum) = statements.entry(sort(sql)).or_default();
        *times += 1;
        *sum += took;
    });
    let door = Door::open(&house).await;
    door.prepare(kind).await;
    let named = (kind, Named::FEW);
    door.register(named, 0..A_REQUEST, 1).await;
    let (first, last) = (A_REQUEST, A_REQUEST + rows);

    statements.lock().expect("nobody panicked").clear();
    let perf = Perf::start();
    let took = door.register(named, first..last, 1).await;
    let spent = perf.map(Perf::stop);
    println!(
        "\n## {kind} on {engine:?}: {rows} registered at {A_REQUEST} a request by one client in {took:.1?}\n"
    );
    tell_statements(&statements, took, rows);
    tell_spent(spent.as_ref(), rows);

    statements.lock().expect("nobody panicked").clear();
    let perf = Perf::start();
    let took = door.load(&house, named, last..last + rows).await;
    let spent = perf.map(Perf::stop);
    println!("\n## {kind} on {engine:?}: {rows} imported in {took:.1?}\n");
    tell_spent(spent.as_ref(), rows);
}

/// What a statement does to which table.
fn sort(sql: &str) -> String {
    let verb = sql.split_whitespace().next().unwrap_or_default();
    let table = sql.split('"').nth(1).unwrap_or("(no table)");
    format!("{verb} {table}")
}

fn tell_statements(statements: &Statements, took: Duration, rows: u32) {
    let statements = statements.lock().expect("nobody panicked");
    let requests = f64::from(rows) / f64::from(A_REQUEST);
    let line = |told: &str, times: f64, time: Duration| {
        let millis = time.as_secs_f64() * 1e3 / requests;
        let share = 100.0 * time.as_secs_f64() / took.as_secs_f64();
        println!("| {told} | {times:.0} | {millis:.2} | {share:.0} |");
    };
    println!("| waiting for | times a request | ms a request | % of the time |");
    println!("|---|---|---|---|");
    let mut all: Vec<_> = statements.iter().collect();
    all.sort_by_key(|(_, (_, time))| std::cmp::Reverse(*time));
    for (told, (times, time)) in &all {
        line(told, f64::from(*times) / requests, *time);
    }
    let waited = all.iter().map(|(_, (_, time))| *time).sum();
    let rest = took.saturating_sub(waited);
    line(
        "beginning, committing and all work beside statements",
        0.0,
        rest,
    );
}

fn tell_spent(spent: Option<&Spent>, rows: u32) {
    let Some(spent) = spent else {
        println!("\nperf is not installed (apt-get install linux-perf): no processor time is told");
        return;
    };
    let thousands = f64::from(rows) / 1e3;
    println!("\n| processor time of | doing | ms a thousand |");
    println!("|---|---|---|");
    let mut all: Vec<_> = spent.iter().collect();
    all.sort_by(|((one, _), time), ((other, _), than)| one.cmp(other).then(than.total_cmp(time)));
    for ((process, doing), millis) in all {
        println!("| {process} | {doing} | {:.2} |", millis / thousands);
    }
}
