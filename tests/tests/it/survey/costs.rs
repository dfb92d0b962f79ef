//! What surveys cost in statements: so many a chunk, however many rows it has, whether they are read, written or taken back.

use serde_json::{Value, json};
use tests::database::Engine;

use super::forms::LEDGER;
use super::{done, lines, lists};
use crate::app::{Actor, TestApp};
use crate::operator::{company, credit_code, on_both, resident_id};

/// Chunks of each survey: what one chunk costs is paid for each.
const CHUNKS: u32 = 3;
/// Rows of a chunk in the small survey and in the large one.
const ROWS: [u32; 2] = [4, 12];

/// The numbers of a survey with so many rows a chunk; no two have one in common.
fn numbers(rows: u32) -> std::ops::Range<u32> {
    let first = 100 * rows / 4;
    first..first + CHUNKS * rows
}

/// Operators with a streamer each, who name them.
fn ledger(rows: u32, phone: &str, county: &str) -> String {
    let row = |n: u32| {
        format!(
            ",acct-{n},宁波海曙第{n}号直播有限公司,{},{phone}{n:08},浙江省宁波市{county}中山西路{n}号,欧阳小明,{},139{n:08}",
            credit_code(n),
            resident_id("19900101", n),
        )
    };
    lines(std::iter::once(LEDGER.to_owned()).chain(numbers(rows).map(row)))
}

/// A process that writes so many rows a chunk.
async fn process(app: &TestApp, rows: u32) -> TestApp {
    let size = rows.to_string();
    app.beside(&[("import.chunk_lines", &size)]).await
}

/// A survey that is read and written, and what either costs.
async fn costs(process: &TestApp, office: &Actor, text: &str, input: Value) -> (Value, Vec<usize>) {
    let before = process.statements();
    let job = office.reviewed(process, text, input).await;
    let read = process.statements();
    let job = office.commits(process, &job, "GOOD_ROWS").await;
    let written = process.statements();
    (job, vec![read - before, written - read])
}

/// Takes a survey back as a whole, and tells what that costs.
async fn back(process: &TestApp, office: &Actor, job: &Value, subjects: u32) -> usize {
    let before = process.statements();
    let undone = office.undoes(process, job).await;
    assert_eq!(
        (&undone["undone"], &undone["kept"]),
        (&json!(subjects), &json!(0)),
        "{undone:#}"
    );
    process.statements() - before
}

on_both! {
    async fn a_row_costs_no_statement(app: TestApp) {
        let (office, platform) = (app.actor("ningbo").await, app.actor("xihu-live").await);
        let id = app.platform_id("xihu-live").await;
        let mut counted = Vec::new();
        for rows in ROWS {
            // So that each contradicts what was filed, in another way the second time.
            platform.register(numbers(rows).map(company).collect()).await;
            let (process, subjects) = (process(&app, rows).await, 2 * CHUNKS * rows);
            let (first, mut all) = costs(&process, &office, &ledger(rows, "137", "海曙区"), json!({ "platform": id })).await;
            assert_eq!(done(&first), [i64::from(subjects), 0, 0], "{first:#}");
            // Operators move, and the ties that name them follow; streamers say what they said.
            let moved = ledger(rows, "136", "鄞州区");
            let (second, more) = costs(&process, &office, &moved, json!({ "platform": id })).await;
            assert_eq!(done(&second), [0, i64::from(subjects / 2), i64::from(subjects / 2)], "{second:#}");
            all.extend(more);
            all.push(back(&process, &office, &second, subjects / 2).await);
            all.push(back(&process, &office, &first, subjects).await);
            counted.push(all);
        }
        assert_eq!(counted[0], counted[1], "read, written, read, written, taken back, taken back");
        assert!(office.operators_seen().await.iter().all(|row| row["source"] != "SURVEY"));
    }

    async fn an_entry_costs_no_statement(app: TestApp) {
        let office = app.actor("ningbo").await;
        let mut counted = Vec::new();
        for rows in ROWS {
            let process = process(&app, rows).await;
            let text = lines(std::iter::once(lists::HEADER.to_owned()).chain(numbers(rows).map(lists::row)));
            let (job, mut all) = costs(&process, &office, &text, json!({ "kind": "BLACKLIST" })).await;
            assert_eq!(done(&job), [i64::from(CHUNKS * rows), 0, 0], "{job:#}");
            all.push(back(&process, &office, &job, CHUNKS * rows).await);
            counted.push(all);
        }
        assert_eq!(counted[0], counted[1], "read, written, taken back");
    }
}
