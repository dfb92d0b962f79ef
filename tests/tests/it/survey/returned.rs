//! What became of each row comes back as a workbook, made behind the review and again behind the commit.

use std::io::Cursor;

use api::jobs;
use calamine::{Reader as _, Xlsx};
use entity::import_job::WORKBOOK_TRIES;
use serde_json::{Value, json};
use tests::database::Engine;

use super::{OPERATORS, lines, operator_row};
use crate::app::{Actor, TestApp};
use crate::look::assert_tells;
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

    async fn what_is_missing_is_named_at_its_cell_or_at_its_row(app: TestApp) {
        let office = app.actor("zhejiang").await;
        let header = "所在平台,直播账号,运营者名称,运营者证件号码,运营者联系电话".to_owned();
        let row = format!("星光直播,acct-1,宁波海曙第1号直播有限公司,{},", credit_code(1));
        let job = office.reviewed(&app, &lines([header, row, "合计,,,,1".to_owned()]), json!({})).await;
        let problems = job["rows"]["edges"][0]["node"]["problems"].as_array().expect("problems").clone();
        let at = |path: Value| problems.iter().filter(|problem| problem["path"] == path).count();
        assert_eq!(at(json!(["", "E2"])), 1, "{problems:#?}");
        assert_eq!(at(json!(["", "2", "businessAddress"])), 1, "{problems:#?}");
        let told = "query ($id: ID!) { importJob(id: $id) { problems { path message } } }";
        let told = office.data(told, json!({ "id": job["id"] })).await;
        assert!(told.to_string().contains("：实际经营地址。"), "{told:#}");
        let (_, rows) = returned(&app, &office, &job).await;
        let reasons: Vec<&str> = rows[1][6].lines().collect();
        let says = |begin: &str, end: &str| reasons.iter().filter(|line| line.starts_with(begin) && line.ends_with(end)).count();
        assert_eq!(says("E2：此项应当填写", "：联系电话。"), 1, "{reasons:?}");
        assert_eq!(says("· 此项应当填写", "：实际经营地址。"), 1, "{reasons:?}");
        assert_eq!(rows[2][5..], ["未采用", "· 此行不是数据，未采用（合计）。"]);
    }

    async fn a_workbook_that_cannot_be_made_is_tried_again_and_at_last_told(app: TestApp) {
        let office = app.actor("zhejiang").await;
        let text = lines([OPERATORS.to_owned(), operator_row("星光直播", 1)]);
        let job = office.reviewed(&app, &text, json!({})).await;
        let broken = app.beside(&[("files.temp_dir", "/no/such/folder")]).await;
        for tries in 1..=i64::from(WORKBOOK_TRIES) {
            assert_eq!(office.survey_job(&job["id"]).await["problems"], json!([]), "it is still tried");
            assert_eq!(jobs::return_once(&broken.app).await.expect("the reconciler goes on"), 0);
            assert_eq!(app.number("SELECT CAST(faults AS BIGINT) FROM import_job").await, tries);
            assert_eq!(jobs::return_once(&app.app).await.expect("it waits"), 0);
            app.run("UPDATE import_job SET lease_until = NULL").await;
        }
        assert_eq!(jobs::return_once(&app.app).await.expect("it is given up"), 0);
        assert_tells!(office.survey_job(&job["id"]).await, [("SURVEY_NO_WORKBOOK", "problemsFile")]);
        let job = office.commits(&app, &job, "GOOD_ROWS").await;
        assert_eq!((&job["state"], &job["problems"]), (&json!("COMMITTED"), &json!([])));
        let (_, rows) = returned(&app, &office, &job).await;
        assert_eq!(rows[1][7], "已采用", "the next one is made");
    }

    async fn two_processes_make_one_workbook(app: TestApp) {
        let office = app.actor("zhejiang").await;
        let text = lines([OPERATORS.to_owned(), operator_row("星光直播", 1)]);
        office.reviewed(&app, &text, json!({})).await;
        let other = app.beside(&[]).await;
        let attempts = "SELECT CAST(attempts AS BIGINT) FROM import_job";
        let before = app.number(attempts).await;
        let (one, two) = tokio::join!(jobs::return_once(&app.app), jobs::return_once(&other.app));
        assert_eq!(one.expect("made or left") + two.expect("made or left"), 1);
        assert_eq!(app.number(attempts).await, before + 1, "one of them claimed it");
        assert_eq!(app.number("SELECT CAST(faults AS BIGINT) FROM import_job").await, 0);
    }
}
