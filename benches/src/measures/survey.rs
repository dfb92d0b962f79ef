//! How fast a survey is from importSurvey to REVIEW and from commitImport to COMMITTED on both databases, in a server process
//! of its own; how much memory it and the process that reads take; and how long other requests wait meanwhile. Beside it in
//! the same run: bare calamine over the same cells with a plain multi-row insert of the same staged rows, and openpyxl's
//! streaming reader. Then the peaks of memory for each form of file. Arguments: rows (default 200,000), rows of the measure
//! of memory (default 1,000,000; 0 leaves it out), and databases.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement reports or stops, beside the requests that it measures"
)]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use api::db::{self, Reach};
use calamine::{DataRef, Reader as _, Xlsx, open_workbook};
use entity::import_job::stage;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};
use serde_json::{Value, json};
use tests::database::Engine;

use crate::drive::Target;
use crate::servers;
use crate::surveys::{COLUMNS, Form, write};
use crate::{Arguments, Door, House, machine};

/// How often the import and the processes are looked at.
const LOOK: Duration = Duration::from_millis(20);
/// How long a step may take.
const PATIENCE: Duration = Duration::from_mins(20);
/// What reads a workbook with openpyxl and counts its cells.
const OPENPYXL: &str = "import sys, openpyxl
n = 0
for sheet in openpyxl.load_workbook(sys.argv[1], read_only=True):
    for row in sheet.iter_rows(values_only=True):
        n += len(row)
print(n)";
/// The version that is compared with.
const VERSION: &str = "openpyxl==3.1.5";

pub(super) async fn run(arguments: &Arguments) {
    let rows = arguments.rows(200_000);
    let large = arguments.numbers.get(1).copied().unwrap_or(1_000_000);
    println!(
        "A survey of {rows} rows and {COLUMNS} columns; {}",
        machine()
    );
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("survey.xlsx");
    write(Form::Xlsx, rows, &file);
    let calamine = bare(&file, rows);
    println!("bare calamine reads its cells in {calamine:.2} s");
    openpyxl(&file, folder.path());
    println!(
        "| database | to REVIEW s | rows/s | plain insert s | calamine + insert s | ratio | to COMMITTED s | rows/s | p50 ms | p99 ms | server MiB | reader MiB |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    for engine in arguments.engines() {
        let told = measure(engine, (&file, "xlsx"), rows, true).await;
        let beside = calamine + told.insert;
        println!(
            "| {engine:?} | {:.2} | {:.0} | {:.2} | {beside:.2} | {:.2} | {:.2} | {:.0} | {:.1} | {:.1} | {} | {} |",
            told.review,
            f64::from(rows) / told.review,
            told.insert,
            told.review / beside,
            told.commit,
            f64::from(rows) / told.commit,
            told.p50,
            told.p99,
            told.server,
            told.reader,
        );
    }
    if large > 0 {
        memory(large, folder.path()).await;
    }
}

/// The peaks of memory until REVIEW, a form of file each.
async fn memory(rows: u32, folder: &Path) {
    println!("\nto REVIEW with {rows} rows on SQLite, peaks of memory:\n");
    println!("| file | MiB | s | server MiB | reader MiB | together |");
    println!("|---|---|---|---|---|---|");
    for form in [Form::Xlsx, Form::Xlsb, Form::Csv] {
        let extension = form.extension();
        let file = folder.join(format!("large.{extension}"));
        write(form, rows, &file);
        let size = std::fs::metadata(&file).expect("the file").len() >> 20;
        let told = measure(Engine::Sqlite, (&file, extension), rows, false).await;
        println!(
            "| .{extension} | {size} | {:.1} | {} | {} | {} |",
            told.review,
            told.server,
            told.reader,
            told.server + told.reader
        );
        std::fs::remove_file(file).expect("the file goes");
    }
}

/// Reads every cell with nothing around it.
fn bare(file: &Path, rows: u32) -> f64 {
    let begun = Instant::now();
    let mut book: Xlsx<_> = open_workbook(file).expect("a workbook");
    let name = book.sheet_names().first().expect("a sheet").clone();
    let mut cells = book.worksheet_cells_reader(&name).expect("cells");
    let mut count = 0_usize;
    while let Some(cell) = cells.next_cell().expect("a cell") {
        count += usize::from(!matches!(cell.get_value(), DataRef::Empty));
    }
    let expected = (rows as usize + 1) * COLUMNS;
    assert_eq!(count, expected, "every cell is read");
    begun.elapsed().as_secs_f64()
}

/// Tells what openpyxl takes merely to read; where it is not there and cannot be had, that is said.
fn openpyxl(file: &Path, folder: &Path) {
    let modules = folder.join("python");
    let python = |arguments: &[&str]| {
        Command::new("python3")
            .args(arguments)
            .env("PYTHONPATH", &modules)
            .output()
    };
    let there = python(&["-c", "import openpyxl"]).is_ok_and(|out| out.status.success());
    if !there {
        let target = modules.display().to_string();
        let install = [
            "-m", "pip", "install", "--quiet", "--target", &target, VERSION,
        ];
        let had = python(&install).is_ok_and(|out| out.status.success());
        if !had {
            println!("OPENPYXL IS NOT HERE AND CANNOT BE INSTALLED: it is not compared with");
            return;
        }
    }
    let begun = Instant::now();
    let read = python(&["-c", OPENPYXL, &file.display().to_string()]).expect("python3");
    let took = begun.elapsed().as_secs_f64();
    assert!(
        read.status.success(),
        "{}",
        String::from_utf8_lossy(&read.stderr)
    );
    println!("openpyxl read_only reads its cells in {took:.2} s");
}

/// What a survey took.
struct Told {
    review: f64,
    commit: f64,
    insert: f64,
    p50: f64,
    p99: f64,
    server: u64,
    reader: u64,
}

async fn measure(engine: Engine, (file, extension): (&Path, &str), rows: u32, whole: bool) -> Told {
    let house = House::open(engine).await;
    let (server, base) = servers::minglu(&house).await;
    let door = Door::to(&house, base);
    let bytes = tokio::fs::read(file).await.expect("the file");
    let upload = door.put(&format!("survey.{extension}"), bytes).await;
    server.forget_peak();
    let ending = Arc::new(AtomicBool::new(false));
    let watch = tokio::spawn(watch(server.id(), Arc::clone(&ending)));
    let asking = tokio::spawn(ask(&door, Arc::clone(&ending)));
    let begun = Instant::now();
    let id = begin(&door, upload).await;
    reach(&door, &id, ("REVIEW", rows)).await;
    let review = begun.elapsed().as_secs_f64();
    let (mut commit, mut insert) = (0.0, 0.0);
    if whole {
        let begun = Instant::now();
        self::commit(&door, &id, ("GOOD_ROWS", rows)).await;
        commit = begun.elapsed().as_secs_f64();
    }
    ending.store(true, Ordering::Relaxed);
    let reader = watch.await.expect("the processes were watched");
    let mut waits = asking.await.expect("requests were answered");
    waits.sort_unstable();
    let at = |share: usize| {
        let wait = waits.get(waits.len() * share / 100).copied();
        wait.unwrap_or_default().as_secs_f64() * 1e3
    };
    let peak = server.peak_mib();
    if whole {
        insert = plain(&house).await;
    }
    Told {
        review,
        commit,
        insert,
        p50: at(50),
        p99: at(99),
        server: peak,
        reader,
    }
}

/// Has an upload read, and gives its import's id.
async fn begin(door: &Door, upload: Value) -> Value {
    let deed = "mutation($input: ImportSurveyInput!) { importSurvey(input: $input) { job { id } problems { code message } } }";
    let input = json!({ "file": upload, "kind": "OPERATORS" });
    let answer = door.tell(deed, json!({ "input": input })).await;
    let id = answer.pointer("/data/importSurvey/job/id").cloned();
    id.unwrap_or_else(|| panic!("{answer:#}"))
}

/// Brings a file as far as REVIEW, and gives its import's id.
pub(super) async fn review(door: &Door, (name, bytes): (&str, Vec<u8>), rows: u32) -> Value {
    let upload = door.put(name, bytes).await;
    let id = begin(door, upload).await;
    reach(door, &id, ("REVIEW", rows)).await;
    id
}

/// Has a reviewed import written.
pub(super) async fn commit(door: &Door, id: &Value, (mode, rows): (&str, u32)) {
    let deed = "mutation($input: CommitImportInput!) { commitImport(input: $input) { problems { code message } } }";
    door.tell(deed, json!({ "input": { "job": id, "mode": mode } }))
        .await;
    reach(door, id, ("COMMITTED", rows)).await;
}

/// Waits for a state in which every row is accepted.
async fn reach(door: &Door, id: &Value, (state, rows): (&str, u32)) {
    let query = "query($id: ID!) { importJob(id: $id) { state accepted rejected skipped problems { code path message } } }";
    let begun = Instant::now();
    loop {
        let answer = door.tell(query, json!({ "id": id })).await;
        let job = answer
            .pointer("/data/importJob")
            .cloned()
            .unwrap_or_default();
        let now = job.get("state").and_then(Value::as_str).unwrap_or_default();
        if now == state {
            let accepted = job.get("accepted").and_then(Value::as_u64);
            assert_eq!(
                accepted,
                Some(u64::from(rows)),
                "every row is accepted: {job:#}"
            );
            return;
        }
        let on = ["READING", "COMMITTING", "REVIEW"].contains(&now);
        assert!(on && begun.elapsed() < PATIENCE, "{job:#}");
        tokio::time::sleep(LOOK).await;
    }
}

/// Asks for a page again and again, as somebody at work does; tells how long each answer took.
fn ask(door: &Door, ending: Arc<AtomicBool>) -> impl Future<Output = Vec<Duration>> + use<> {
    let target = Target::new(format!("{}/graphql", door.base), Some(door.token.clone()));
    let query = "{ operators(first: 20) { edges { node { id name phone } } } }";
    let body = json!({ "query": query });
    async move {
        let mut took = Vec::new();
        while !ending.load(Ordering::Relaxed) {
            let begun = Instant::now();
            target.ask(&body).await;
            took.push(begun.elapsed());
            tokio::time::sleep(LOOK).await;
        }
        took
    }
}

/// Watches the processes that a server starts; tells the most memory that one of them held, in MiB.
async fn watch(server: u32, ending: Arc<AtomicBool>) -> u64 {
    let mut most = 0;
    while !ending.load(Ordering::Relaxed) {
        for child in servers::children(server) {
            most = most.max(servers::peak_mib(child));
        }
        tokio::time::sleep(LOOK).await;
    }
    most
}

/// Inserts the very rows that were staged into the very table they stand in, plainly; they are taken out first.
async fn plain(house: &House) -> f64 {
    const STATEMENT: usize = 50;
    let db = &house.app.db;
    let rows = stage::Entity::find().all(db).await.expect("staged rows");
    stage::Entity::delete_many()
        .exec(db)
        .await
        .expect("they go");
    let statements: Vec<Vec<_>> = rows
        .chunks(STATEMENT)
        .map(|rows| {
            rows.iter()
                .map(|row| row.clone().into_active_model().reset_all())
                .collect()
        })
        .collect();
    let begun = Instant::now();
    let tx = db::begin_write(db, Reach::All)
        .await
        .expect("a transaction");
    for rows in statements {
        let insert = stage::Entity::insert_many(rows);
        insert
            .exec_without_returning(&tx)
            .await
            .expect("they stand again");
    }
    tx.commit().await.expect("they are committed");
    begun.elapsed().as_secs_f64()
}
