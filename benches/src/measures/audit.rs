//! What the audit costs those who write, and how long checking it takes. Eight clients register one operator a request,
//! where an entry weighs most, once with the audit as it is and its sealer at work, once where the database throws entries
//! away and nothing is sealed; both houses in turn, so that the machine's mood is the same. Then so many entries are
//! sealed and checked. Arguments: entries to check (default 1,000,000) and databases.
#![expect(clippy::print_stdout, reason = "a measurement reports")]
#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a measurement that cannot go on has nothing to report; the sealer works beside the clients"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::app::App;
use api::jobs;
use api::registry::audit::verify::verify;
use entity::kind::SubjectKind;
use sea_orm::ConnectionTrait as _;
use tests::database::Engine;
use tokio_util::sync::CancellationToken;

use crate::items::Named;
use crate::{Arguments, Door, House, machine};

const CLIENTS: usize = 8;
/// Requests of one turn, each with one operator.
const TURN: u32 = 4_000;
/// Turns of each house; the first warms both up and is not counted.
const TURNS: u32 = 6;

pub(super) async fn run(arguments: &Arguments) {
    let entries = arguments.rows(1_000_000);
    println!(
        "The audit beside {CLIENTS} clients that register one operator a request, {} requests each way; {}",
        TURN * (TURNS - 1),
        machine()
    );
    println!("| database | requests/s with the audit | without | cost |");
    println!("|---|---|---|---|");
    for engine in arguments.engines() {
        cost(engine).await;
    }
    println!("\nSealing and checking {entries} entries");
    println!("| database | sealed in s | entries/s | checked in s | entries/s |");
    println!("|---|---|---|---|---|");
    for engine in arguments.engines() {
        check(engine, entries).await;
    }
}

async fn cost(engine: Engine) {
    let with = House::open(engine).await;
    let without = House::open(engine).await;
    let refused = match engine {
        Engine::Sqlite => {
            "CREATE TRIGGER audit_none BEFORE INSERT ON audit BEGIN SELECT RAISE(IGNORE); END"
        }
        Engine::Postgres => "CREATE RULE audit_none AS ON INSERT TO audit DO INSTEAD NOTHING",
    };
    let owner = sea_orm::Database::connect(without.url()).await;
    let owner = owner.expect("the owner's connection");
    let ran = owner.execute_unprepared(refused).await;
    ran.expect("entries are thrown away");
    let (ours, theirs) = (Door::open(&with).await, Door::open(&without).await);
    let (mut took, mut took_without) = (Duration::ZERO, Duration::ZERO);
    for turn in 0..TURNS {
        let range = turn * TURN..(turn + 1) * TURN;
        let named = (SubjectKind::Operator, Named::FEW);
        let (sealer, ending) = sealer(&with.app);
        let one = ours.register_by(1, named, range.clone(), CLIENTS).await;
        ending.cancel();
        sealer.await.expect("the sealer ends");
        let other = theirs.register_by(1, named, range, CLIENTS).await;
        if turn > 0 {
            took += one;
            took_without += other;
        }
    }
    let rate = |took: Duration| f64::from(TURN * (TURNS - 1)) / took.as_secs_f64();
    let (with, without) = (rate(took), rate(took_without));
    println!(
        "| {engine:?} | {with:.0} | {without:.0} | {:.1}% |",
        (1.0 - with / without) * 100.0
    );
}

/// The sealer as a running process has it.
fn sealer(app: &Arc<App>) -> (tokio::task::JoinHandle<()>, CancellationToken) {
    let (app, ending) = (Arc::clone(app), CancellationToken::new());
    let until = ending.clone();
    let pause = Duration::from_secs(app.settings.audit.seal_seconds);
    let sealing = tokio::spawn(async move {
        while !until.is_cancelled() {
            jobs::seal_all(&app).await.expect("it is sealed");
            tokio::select! {
                () = until.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    });
    (sealing, ending)
}

async fn check(engine: Engine, entries: u32) {
    let house = House::open(engine).await;
    let door = Door::open(&house).await;
    door.register((SubjectKind::Operator, Named::FEW), 0..1, 1)
        .await;
    // Copies of a real entry, each with an id of its own.
    let (id, numbers) = match engine {
        Engine::Sqlite => (
            "randomblob(16)",
            format!(
                "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {entries}) SELECT i FROM n)"
            ),
        ),
        Engine::Postgres => (
            "gen_random_uuid()",
            format!("generate_series(1, {entries})"),
        ),
    };
    let columns = "at, client_id, role, office_id, platform_id, request_id, operation, outcome, subjects, detail";
    let copied = house
        .app
        .db
        .execute_unprepared(&format!(
            "INSERT INTO audit (id, {columns}) SELECT {id}, {columns} FROM
               (SELECT {columns} FROM audit WHERE operation = 'registerOperators' LIMIT 1) one, {numbers} many"
        ))
        .await;
    copied.expect("entries are copied");
    let begun = Instant::now();
    let sealed = jobs::seal_all(&house.app).await.expect("it is sealed");
    let sealing = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let report = verify(&house.app, |_| {}).await.expect("it is checked");
    let checking = begun.elapsed().as_secs_f64();
    assert_eq!((report.flaw, report.entries), (None, sealed));
    let rate = |seconds: f64| f64::from(entries) / seconds;
    println!(
        "| {engine:?} | {sealing:.1} | {:.0} | {checking:.1} | {:.0} |",
        rate(sealing),
        rate(checking)
    );
}
