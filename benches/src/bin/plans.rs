//! How both databases answer the statements of lists and look-ups at a million registrations: fills each, asks for every
//! plan, and writes docs/plans. Stops with 1 and the statements' names where a plan reads a whole table that grows.
//! Arguments: how many registrations (default 1,000,000), and where to write (default docs/plans).
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement reports or stops"
)]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use tests::database::Engine;
use tests::plans::{self, report};

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let rows = arguments.next().and_then(|n| n.parse().ok());
    let rows: u64 = rows.unwrap_or(1_000_000);
    let folder = arguments
        .next()
        .map_or_else(|| PathBuf::from("docs/plans"), PathBuf::from);
    std::fs::create_dir_all(&folder).expect("a folder for the plans");
    let mut scans = Vec::new();
    for engine in Engine::ALL {
        let file = folder.join(format!("{engine:?}.txt").to_lowercase());
        let (text, found) = plans_of(engine, rows).await;
        std::fs::write(&file, text).expect("the plans are written");
        println!("{}: {} scans", file.display(), found.len());
        scans.extend(found.into_iter().map(|scan| format!("{engine:?}: {scan}")));
    }
    for scan in &scans {
        println!("{scan}");
    }
    ExitCode::from(u8::from(!scans.is_empty()))
}

/// The report on one database, and the statements that scan.
async fn plans_of(engine: Engine, rows: u64) -> (String, Vec<String>) {
    let begun = Instant::now();
    let (db, _database) = benches::empty(engine).await;
    let filled = plans::fill(&db, rows)
        .await
        .expect("the registry is filled");
    println!("{engine:?}: filled in {:.0?}", begun.elapsed());
    // A new SQLite has no statistics, and nothing makes it gather any.
    let mut scans = match engine {
        Engine::Sqlite => plans::answers(&db, filled).await.expect("plans"),
        Engine::Postgres => Vec::new(),
    };
    plans::analyze(&db).await.expect("statistics");
    let answers = plans::answers(&db, filled).await.expect("plans");
    let text = report::report(&db, &answers).await.expect("a report");
    scans.extend(answers);
    (text, report::scans(&scans))
}
