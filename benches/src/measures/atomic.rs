//! How long a survey that is written all or nothing keeps others from writing: its one transaction takes that long, and
//! SQLite has one writer. It is what `import.atomic_rows` bounds. Beside it in the same run: the same rows written chunk by
//! chunk. Arguments: databases.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement reports or stops, beside the requests that it measures"
)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use entity::kind::SubjectKind;
use tests::database::Engine;

use super::survey::{commit, review};
use crate::items::Named;
use crate::surveys::{COLUMNS, Form, write};
use crate::{Arguments, Door, House, machine, servers};

/// Rows of the surveys.
const ROWS: [u32; 3] = [1_000, 5_000, 20_000];
/// How long somebody waits between two registrations.
const PAUSE: Duration = Duration::from_millis(5);

pub(super) async fn run(arguments: &Arguments) {
    println!(
        "Surveys of {COLUMNS} columns from commitImport to COMMITTED, while somebody else registers one subject after another; {}",
        machine()
    );
    println!("| database | rows | mode | s | others' longest wait ms | their p50 ms |");
    println!("|---|---|---|---|---|---|");
    let folder = tempfile::TempDir::new().expect("a folder");
    for engine in arguments.engines() {
        for rows in ROWS {
            let file = folder.path().join(format!("{rows}.xlsx"));
            write(Form::Xlsx, rows, &file);
            for mode in ["GOOD_ROWS", "ALL_OR_NOTHING"] {
                measure(engine, (&file, rows), mode).await;
            }
        }
    }
}

async fn measure(engine: Engine, (file, rows): (&Path, u32), mode: &str) {
    let house = House::open(engine).await;
    let (_server, base) = servers::minglu(&house).await;
    let door = Door::to(&house, base);
    let bytes = tokio::fs::read(file).await.expect("the file");
    let id = review(&door, ("survey.xlsx", bytes), rows).await;
    let ending = Arc::new(AtomicBool::new(false));
    let others = tokio::spawn(others(door.clone(), Arc::clone(&ending)));
    // Whoever begins first has the statements prepared.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let begun = Instant::now();
    commit(&door, &id, (mode, rows)).await;
    let took = begun.elapsed();
    ending.store(true, Ordering::Relaxed);
    let mut waits = others.await.expect("they register");
    waits.retain(|(at, _)| *at >= begun);
    waits.sort_unstable_by_key(|(_, wait)| *wait);
    let at = |place: usize| {
        waits
            .get(place)
            .map_or(f64::NAN, |(_, wait)| wait.as_secs_f64() * 1e3)
    };
    println!(
        "| {engine:?} | {rows} | {mode} | {:.2} | {:.0} | {:.1} |",
        took.as_secs_f64(),
        at(waits.len().saturating_sub(1)),
        at(waits.len() / 2)
    );
}

/// Registers one agency after another; tells when each was answered and how long that took.
async fn others(door: Door, ending: Arc<AtomicBool>) -> Vec<(Instant, Duration)> {
    let mut waits = Vec::new();
    for n in 0.. {
        let one = (SubjectKind::Agency, Named::FEW);
        let wait = door.register_by(1, one, n..n + 1, 1).await;
        waits.push((Instant::now(), wait));
        if ending.load(Ordering::Relaxed) {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    waits
}
