//! How fast a first load is on both databases, beside a plain multi-row insert of the very same rows over two connections
//! in the same run, and whether a row costs the same in a small file and in a large one. Arguments: how many operators
//! (default 1,000,000; a hundredth and a tenth of it are loaded too) and the database (sqlite or postgres; default both).
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement reports or stops"
)]

use std::io::{self, Cursor};
use std::time::{Duration, Instant};

use api::registry::document::{Upload, upload};
use api::registry::import::{self, Begin};
use benches::{House, empty, line, peak_mib, plain};
use bytes::Bytes;
use entity::kind::{ImportState, SubjectKind};
use futures_util::stream;
use tests::database::Engine;
use tokio_util::io::StreamReader;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let operators: u32 = arguments
        .next()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1_000_000);
    let only = arguments.next();
    println!(
        "importRegistrations of new operators, and the same rows inserted plainly over two connections"
    );
    println!(
        "| database | operators | registrations/s | table rows/s | plain registrations/s | plain table rows/s | ratio | \
         µs a registration | peak MiB after the load |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for engine in Engine::ALL {
        let name = format!("{engine:?}").to_lowercase();
        if only.as_ref().is_some_and(|wanted| *wanted != name) {
            continue;
        }
        for size in [operators / 100, operators / 10, operators] {
            measure(engine, size.max(1)).await;
        }
    }
}

async fn measure(engine: Engine, operators: u32) {
    let house = House::open(engine).await;
    let loaded = load(&house, operators).await;
    let peak = peak_mib();
    let (connection, _database) = empty(engine).await;
    let copied = plain::copy(&house.app.db, &connection).await;
    let each_second = |rows: f64, time: Duration| rows / time.as_secs_f64();
    let rows = f64::from(u32::try_from(copied.rows).unwrap_or(u32::MAX));
    let operators = f64::from(operators);
    println!(
        "| {engine:?} | {operators} | {:.0} | {:.0} | {:.0} | {:.0} | {:.2} | {:.1} | {peak} |",
        each_second(operators, loaded),
        each_second(rows, loaded),
        each_second(operators, copied.time),
        each_second(rows, copied.time),
        copied.time.as_secs_f64() / loaded.as_secs_f64(),
        loaded.as_secs_f64() * 1e6 / operators,
    );
}

/// Uploads a file and has it imported; the upload is not part of the measure.
async fn load(house: &House, operators: u32) -> Duration {
    let lines = (0..operators).map(|n| Ok::<_, io::Error>(Cursor::new(Bytes::from(line(n)))));
    let file = Upload {
        name: "operators.ndjson".to_owned(),
        media_type: "application/x-ndjson".to_owned(),
        digest: None,
    };
    let bytes = StreamReader::new(stream::iter(lines));
    let file = upload(&house.app, &house.platform, file, bytes)
        .await
        .expect("an upload");
    let command = Begin {
        file: Some(file.id),
        platform: None,
        kind: SubjectKind::Operator,
        idempotency_key: None,
    };
    let begun = Instant::now();
    let verdict = import::begin(&house.app, &house.platform, command)
        .await
        .expect("it begins");
    api::jobs::import_once(&house.app)
        .await
        .expect("it is written");
    let took = begun.elapsed();
    let id = verdict.job.expect("an import");
    let job = import::find(&house.app, &house.platform, id)
        .await
        .expect("a look")
        .expect("it stands");
    assert_eq!(job.state, ImportState::Committed, "{job:?}");
    assert_eq!(job.created, i64::from(operators), "every operator is new");
    took
}
