//! Whole files looked up at once: given back with the answers behind each row, for whoever asked and for nobody else.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use tokio_util::sync::CancellationToken;

use super::*;

const SCREENING: &str = "id state fileName progress rows rowsDone listed candidates clear notValid
    problems { code path } resultFile { name mediaType path }";

impl Actor {
    pub(crate) async fn screen(&self, file: &Value) -> Value {
        let query = format!(
            "mutation ($file: ID!) {{ screenFile(input: {{ file: $file }}) {{ screening {{ {SCREENING} }} problems {{ code path }} }} }}"
        );
        let mut answer = self.data(&query, json!({ "file": file })).await;
        answer["screenFile"].take()
    }

    async fn screening(&self, id: &Value) -> Value {
        let query = format!("query ($id: ID!) {{ screening(id: $id) {{ {SCREENING} }} }}");
        let mut answer = self.data(&query, json!({ "id": id })).await;
        answer["screening"].take()
    }

    pub(crate) async fn upload_bytes(&self, name: &str, bytes: Vec<u8>) -> Value {
        let path = format!("/files?name={name}");
        let answer = self
            .request(reqwest::Method::POST, &path)
            .header("content-type", "application/octet-stream")
            .body(bytes)
            .send();
        let answer: Value = answer.await.expect("an answer").json().await.expect("JSON");
        answer["id"].clone()
    }
}

pub(crate) async fn carry_out(app: &TestApp) -> u64 {
    api::jobs::screen_once(&app.app, &CancellationToken::new())
        .await
        .expect("files are screened")
}

/// A survey as a county keeps it: a title, then names and numbers, one of them stored as a number.
fn survey() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("摸底").expect("a name");
    sheet
        .write(0, 0, "西湖区直播从业人员摸底表")
        .expect("a cell");
    for (column, header) in ["序号", "姓名", "身份证号码"].into_iter().enumerate() {
        sheet
            .write(1, u16::try_from(column).expect("small"), header)
            .expect("a cell");
    }
    let number = |n: u32| somebody(n)["number"].as_str().expect("a number").to_owned();
    for (row, (name, number)) in [
        ("欧阳晓彤", number(1)),
        ("张三", number(2)),
        ("李四", "330106".to_owned()),
        ("欧阳小彤", String::new()),
    ]
    .into_iter()
    .enumerate()
    {
        let row = u32::try_from(row).expect("small") + 2;
        sheet.write(row, 0, row - 1).expect("a cell");
        sheet.write(row, 1, name).expect("a cell");
        if !number.is_empty() {
            sheet.write(row, 2, number).expect("a cell");
        }
    }
    sheet.write(7, 1, "王五").expect("a cell");
    sheet
        .write(7, 2, 330_106_199_001_011_250_i64)
        .expect("a cell");
    book.save_to_buffer().expect("a workbook")
}

on_both! {
    async fn a_survey_comes_back_with_its_answers(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.list(listing(&somebody(1))).await;
        let office = app.actor("zhejiang").await;
        let file = office.upload_bytes("survey.xlsx", survey()).await;
        let begun = office.screen(&file).await;
        assert_tells!(begun, []);
        assert_eq!((&begun["screening"]["state"], &begun["screening"]["progress"]), (&json!("READING"), &json!(0.0)));
        assert_eq!(carry_out(&app).await, 1);
        assert_eq!(carry_out(&app).await, 0, "once");
        let done = office.screening(&begun["screening"]["id"]).await;
        assert_eq!((&done["state"], &done["progress"], &done["rows"]), (&json!("DONE"), &json!(1.0), &json!(6)));
        let counts = ["listed", "candidates", "clear", "notValid"].map(|name| done[name].as_i64().expect("a count"));
        assert_eq!(counts, [1, 1, 1, 3], "{done:#}");
        assert_eq!(counts.iter().sum::<i64>(), done["rowsDone"].as_i64().expect("a count"), "counts add up");
        assert_eq!(done["resultFile"]["name"], "survey.screened.xlsx");
        let (status, bytes) = office.letter(&done["resultFile"]["path"]).await;
        assert_eq!(status, 200);
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
        let range = book.worksheet_range("摸底").expect("the sheet");
        let cell = |row, column| match range.get_value((row, column)) {
            Some(Data::String(text)) => text.clone(),
            _ => String::new(),
        };
        assert_eq!((cell(0, 0), cell(1, 3)), ("西湖区直播从业人员摸底表".to_owned(), "查询结论".to_owned()));
        assert_eq!((cell(2, 3), cell(2, 4), cell(2, 6)), ("在黑名单中".to_owned(), "身份号码".to_owned(), "2026-12-01..2027-05-31".to_owned()));
        assert_eq!(cell(3, 3), "不在黑名单中");
        assert_eq!(cell(4, 3), "条件无效");
        assert_eq!(cell(5, 3), "须核对");
        assert!(cell(7, 9).contains("末几位已经丢失"), "{}", cell(7, 9));
        let looks = app.audit().await.into_iter().filter(|one| one.operation == "blacklistStatus").count();
        assert_eq!(looks, 1, "one look for a batch of rows");
        assert_eq!(platform.screening(&begun["screening"]["id"]).await, Value::Null, "nobody else's affair");
        let (status, _) = platform.letter(&done["resultFile"]["path"]).await;
        assert_eq!(status, 404);
    }

    async fn a_row_that_asks_nothing_says_why(app: TestApp) {
        let office = app.actor("zhejiang").await;
        let rows = "序号,名称,证件号码,直播账号\n1,,91330106MA00000004,\n2,,,room-1\n3,,,\n,,,\n";
        let file = office.upload_bytes("rows.csv", rows.as_bytes().to_vec()).await;
        let begun = office.screen(&file).await;
        assert_eq!(carry_out(&app).await, 1);
        let done = office.screening(&begun["screening"]["id"]).await;
        let (_, bytes) = office.letter(&done["resultFile"]["path"]).await;
        let text = String::from_utf8(bytes).expect("a text");
        let told = ["统一社会信用代码的校验码", "机关按直播账号查询须指明平台", "没有可以查询的", ""];
        for (row, why) in text.lines().skip(1).zip(told) {
            assert!(row.contains(why) && row.contains("条件无效") != why.is_empty(), "{why}: {row}");
        }
        assert_eq!((&done["notValid"], &done["rowsDone"]), (&json!(4), &json!(4)));
    }

    async fn what_cannot_be_screened_says_why(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        for (bytes, code) in [
            (b"\xD0\xCF\x11\xE0 an old workbook".to_vec(), "SCREENING_FORMAT"),
            ("序号,备注\n1,好\n".as_bytes().to_vec(), "SCREENING_HEADER"),
            (survey()[..400].to_vec(), "SCREENING_DAMAGED"),
        ] {
            let file = platform.upload_bytes("people.csv", bytes).await;
            let begun = platform.screen(&file).await;
            assert_eq!(carry_out(&app).await, 1);
            let done = platform.screening(&begun["screening"]["id"]).await;
            assert_eq!((&done["state"], &done["problems"][0]["code"]), (&json!("FAILED"), &json!(code)), "{done:#}");
        }
        assert_tells!(platform.screen(&json!("no-id")).await, [("NOT_FOUND", "file")]);
        let other = app.actor("guangzhou-live").await;
        let foreign = other.upload_bytes("people.csv", survey()).await;
        assert_tells!(platform.screen(&foreign).await, [("NOT_FOUND", "file")]);
    }

    async fn a_screening_is_cancelled_or_taken_over(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let file = platform.upload_bytes("survey.xlsx", survey()).await;
        let first = platform.screen(&file).await;
        let cancel = "mutation ($id: ID!) { cancelScreening(input: { screening: $id }) { screening { state } problems { code path } } }";
        let cancelled = platform.data(cancel, json!({ "id": first["screening"]["id"] })).await;
        assert_eq!(cancelled["cancelScreening"]["screening"]["state"], "CANCELLED");
        assert_eq!(carry_out(&app).await, 0);
        let second = platform.screen(&file).await;
        let id = second["screening"]["id"].as_str().expect("an id").parse().expect("an id");
        let claimed = api::registry::screening::claim(&app.app, id).await.expect("asked").expect("claimed");
        assert!(api::registry::screening::claim(&app.app, id).await.expect("asked").is_none(), "somebody is at it");
        drop(claimed);
        app.run("UPDATE screening SET lease_until = '2026-01-01T00:00:00Z'").await;
        assert_eq!(carry_out(&app).await, 1, "a process that died leaves it to the next");
        assert_eq!(platform.screening(&second["screening"]["id"]).await["state"], "DONE");
    }
}
