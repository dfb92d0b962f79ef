//! What became of each row comes back as a workbook, made behind the review and again behind the commit.

use std::io::Cursor;

use api::jobs;
use calamine::{Reader as _, Xlsx};
use serde_json::{Value, json};
use tests::database::Engine;

use super::{OPERATORS, lines, operator_row};
use crate::app::{Actor, TestApp};
use crate::operator::{credit_code, on_both};

/// The workbook that an import has now, by its path; null where there is none yet.
async fn path(office: &Actor, job: &Value) -> Value {
    let query = "query ($id: ID!) { importJob(id: $id) { problemsFile { path name } } }";
    let answer = office.data(query, json!({ "id": job["id"] })).await;
    answer["importJob"]["problemsFile"]["path"].clone()
}

async fn returned(app: &TestApp, office: &Actor, job: &Value) -> (Value, Vec<Vec<String>>) {
    assert_eq!(
        jobs::return_once(&app.app)
            .await
            .expect("workbooks are made"),
        1
    );
    assert_eq!(
        jobs::return_once(&app.app).await.expect("nothing is left"),
        0
    );
    let path = path(office, job).await;
    let address = path.as_str().expect("a path");
    let bytes = office.download(address).await;
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let range = book.worksheet_range("摸底表").expect("the sheet");
    let rows = range.rows();
    let rows = rows.map(|row| row.iter().map(ToString::to_string).collect());
    (path, rows.collect())
}

on_both! {
    async fn a_text_comes_back_as_a_workbook_twice(app: TestApp) {
        let office = app.actor("zhejiang").await;
        let wrong = operator_row("星光直播", 2).replace(&credit_code(2), "91330203MA00000029");
        let text = lines([OPERATORS.to_owned(), operator_row("星光直播", 1), wrong, "合计,,,,,,".to_owned()]);
        let job = office.reviewed(&app, &text, json!({})).await;
        assert_eq!(path(&office, &job).await, Value::Null, "nobody waits for it");
        let (first, rows) = returned(&app, &office, &job).await;
        assert_eq!(rows[0][7..], ["处理结果", "问题说明"]);
        assert_eq!(rows[1][7], "已采用");
        assert_eq!(rows[2][7], "未通过");
        assert!(rows[2][8].starts_with("E3："), "{rows:?}");
        assert_eq!(rows[3][7], "未采用");
        assert_eq!(rows[1][4], credit_code(1), "a number stays a text");

        let job = office.commits(&app, &job, "GOOD_ROWS").await;
        assert_eq!(job["state"], "COMMITTED");
        assert_eq!(path(&office, &job).await, Value::Null);
        let (second, rows) = returned(&app, &office, &job).await;
        assert_ne!(first, second);
        assert_eq!(rows[1][7], "已采用");
    }
}
