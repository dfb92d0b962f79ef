//! Workbooks that the service made, in an office program: every cell of the cover and of all sheets is what was sent and
//! stays of its kind, and people get pictures to look at. `make workbook` runs this; it needs LibreOffice and poppler, so
//! it is ignored where the other tests run.

mod office;
mod returned;
mod sent;

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use office::{Cell, Sheet, csv, pages, read, resaved, xml};

/// Where workbooks, pages and pictures stay for people to look at.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("workbook")
}

/// Prepares a report and stores its workbook under a name.
async fn made(app: &TestApp, platform: &Actor, report: &str, name: &str) -> PathBuf {
    let ready = platform
        .ready(app, json!({ "window": "2027-01", "report": report }))
        .await;
    let files = ready["files"].as_array().expect("files");
    assert_eq!(files.len(), 2, "one part and its manifest: {ready:#}");
    let bytes = platform
        .download(files[0]["path"].as_str().expect("a path"))
        .await;
    let path = folder().join(format!("{name}.xlsx"));
    fs::write(&path, bytes).expect("the workbook is stored");
    path
}

/// Insists that a batch was taken over whole.
fn all_created(batch: &Value, count: usize) {
    assert_eq!(batch["created"], count, "{batch:#}");
}

/// What was sent, as the sheets must say it, beside the cover.
fn expected(report: &str) -> Vec<(&'static str, Vec<Vec<Cell>>)> {
    match report {
        "LIVESTREAM" => vec![
            ("已登记运营者", sent::registered()),
            ("未登记运营者", sent::unregistered()),
            ("直播营销人员", sent::streamers()),
        ],
        _ => vec![("平台内经营者", sent::merchants())],
    }
}

/// Compares sheets cell by cell, and says which one differs.
fn assert_same(what: &str, seen: &[Vec<Cell>], wanted: &[Vec<Cell>]) {
    assert_eq!(seen.len(), wanted.len(), "{what}: rows");
    for (row, (seen, wanted)) in (1..).zip(seen.iter().zip(wanted)) {
        let width = seen.len().max(wanted.len());
        for column in 0..width {
            let cell = |cells: &[Cell]| cells.get(column).cloned().unwrap_or_default();
            assert_eq!(
                cell(seen),
                cell(wanted),
                "{what}: row {row}, column {}",
                column + 1
            );
        }
    }
}

/// The cells of a cover that hold something, row by row.
fn filled(sheet: &Sheet) -> Vec<Vec<Cell>> {
    let rows = sheet.rows.iter().map(|row| {
        let cells = row.iter().filter(|cell| **cell != Cell::Empty);
        cells.cloned().collect::<Vec<_>>()
    });
    rows.filter(|row| !row.is_empty()).collect()
}

/// What LibreOffice kept of how a sheet looks: it writes only what it understood. Without a window it forgets what stays in
/// view; that is held in the tests of `reports`.
fn assert_looks(workbook: &std::path::Path, sheets: usize) {
    for index in 2..=sheets {
        let sheet = xml(workbook, &format!("xl/worksheets/sheet{index}.xml"));
        for kept in [
            "<autoFilter",
            "orientation=\"landscape\"",
            "fitToHeight=\"0\"",
        ] {
            assert!(sheet.contains(kept), "sheet {index} lost {kept}");
        }
        assert!(
            !sheet.contains("<f>") && !sheet.contains("<f "),
            "sheet {index} has a formula"
        );
    }
    let titles = xml(workbook, "xl/workbook.xml");
    assert_eq!(
        titles.matches("_xlnm.Print_Titles").count(),
        sheets - 1,
        "each header is repeated in print"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs LibreOffice and poppler: make workbook"]
async fn an_office_program_shows_what_was_sent() {
    let _ = fs::remove_dir_all(folder());
    fs::create_dir_all(folder()).expect("a folder");
    let app = TestApp::start(Engine::Sqlite).await;
    let platform = app.actor("xihu-live").await;
    let operators = sent::operators();
    all_created(&platform.register(operators.clone()).await, operators.len());
    let agencies = sent::agencies();
    all_created(
        &platform.register_agencies(agencies.clone()).await,
        agencies.len(),
    );
    let streamers = sent::streamer_items();
    all_created(
        &platform.register_streamers(streamers.clone()).await,
        streamers.len(),
    );
    let merchants = sent::merchant_items();
    all_created(
        &platform.register_merchants(merchants.clone()).await,
        merchants.len(),
    );

    for (report, name) in [("LIVESTREAM", "livestream"), ("MERCHANT", "merchant")] {
        let original = made(&app, &platform, report, name).await;
        let ours = read(&original);
        let wanted = expected(report);
        let titles: Vec<_> = ours.iter().map(|sheet| sheet.title.as_str()).collect();
        assert_eq!(
            titles[1..],
            wanted.iter().map(|(title, _)| *title).collect::<Vec<_>>()
        );
        assert_same("封面", &filled(&ours[0]), &sent::cover(report));
        for (sheet, (title, rows)) in ours[1..].iter().zip(&wanted) {
            assert_same(title, &sheet.rows, rows);
        }

        let kept = resaved(&original);
        let theirs = read(&kept);
        assert_eq!(theirs.len(), ours.len());
        for (kept, ours) in theirs.iter().zip(&ours) {
            assert_eq!(kept.title, ours.title);
            assert_same(
                &format!("{} after LibreOffice", ours.title),
                &kept.rows,
                &ours.rows,
            );
        }
        assert_looks(&kept, ours.len());
        for sheet in &ours {
            let shown = csv(&original, &sheet.title);
            assert_same(
                &format!("{} as LibreOffice shows it", sheet.title),
                &shown,
                &sheet.rows,
            );
        }
        let printed = pages(&original);
        assert!(
            printed.len() >= ours.len(),
            "a page for each sheet: {printed:?}"
        );
    }
}
