//! The whole journey over HTTP: a platform registers, prepares and files January's submission; its province returns it,
//! receives it again and accepts it; the workbook is downloaded and read back cell by cell.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp, instant};
use crate::operator::{codes, company, credit_code, on_both, person, resident_id};

/// Everything that the journey asks of a submission.
const SUBMISSION: &str = "id state version kind late dueOn asOf progress rowCount problemCount
  sheets { sheet rows } files { id name mediaType bytes sha256 path } recipient { fullName }
  returnReasons { sheet row column message } problems { code path message } filedAt";

impl Actor {
    /// Does a deed on a submission and gives back its payload.
    pub(crate) async fn submission_deed(&self, deed: &str, input: Value) -> Value {
        let kind = match deed {
            "prepareSubmission" => "PrepareSubmissionInput",
            "returnSubmission" => "ReturnSubmissionInput",
            _ => "SubmissionInput",
        };
        let query = format!(
            "mutation ($input: {kind}!) {{ {deed}(input: $input) {{
               submission {{ {SUBMISSION} }} problems {{ code path message }} }} }}"
        );
        self.data(&query, json!({ "input": input })).await[deed].take()
    }

    /// Reads a submission.
    pub(crate) async fn submission(&self, id: &Value) -> Value {
        let query = format!("query ($id: ID!) {{ submission(id: $id) {{ {SUBMISSION} }} }}");
        self.data(&query, json!({ "id": id })).await["submission"].take()
    }

    /// Downloads a path.
    pub(crate) async fn download(&self, path: &str) -> Vec<u8> {
        let answer = self
            .request(reqwest::Method::GET, path)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        answer.bytes().await.expect("bytes").to_vec()
    }

    /// Prepares, lets the reconciler write, and gives back the READY submission.
    pub(crate) async fn ready(&self, app: &TestApp, input: Value) -> Value {
        let made = self.submission_deed("prepareSubmission", input).await;
        assert_eq!(made["problems"], json!([]), "{made:#}");
        api::jobs::run_once(&app.app)
            .await
            .expect("the reconciler runs");
        let ready = self.submission(&made["submission"]["id"]).await;
        assert_eq!(ready["state"], "READY", "{ready:#}");
        ready
    }
}

/// The cells of a sheet as text, with whether each is a text cell.
pub(crate) fn cells(workbook: &[u8], sheet: &str) -> Vec<Vec<(String, bool)>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(workbook.to_vec())).expect("a workbook");
    let range = book.worksheet_range(sheet).expect("the sheet");
    let cell = |cell: &Data| (cell.to_string(), matches!(cell, Data::String(_)));
    range
        .rows()
        .map(|row| row.iter().map(cell).collect())
        .collect()
}

fn texts(row: &[(String, bool)]) -> Vec<&str> {
    row.iter().map(|(text, _)| text.as_str()).collect()
}

on_both! {
    async fn january_is_filed_returned_corrected_and_accepted(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let province = app.actor("zhejiang").await;
        let made = platform.register(vec![company(1), person(1), person(2)]).await;
        assert_eq!(made["created"], 3, "{made:#}");
        let first = platform.ready(&app, json!({ "window": "2027-01" })).await;
        assert_eq!(first["rowCount"], 3, "{first:#}");
        assert_eq!(first["recipient"]["fullName"], "浙江省");
        assert_eq!(first["dueOn"], "2027-01-31");

        let early = platform.submission_deed("fileSubmission", json!({ "submission": first["id"] })).await;
        assert_eq!(early["problems"][0]["code"], "WINDOW_NOT_OPEN", "{early:#}");
        assert_eq!(province.submission(&first["id"]).await, Value::Null, "not filed, so not in sight");

        app.clock.set(instant("2027-01-05T09:00:00+08:00"));
        let platform = app.actor("xihu-live").await;
        let province = app.actor("zhejiang").await;
        let filed = platform.submission_deed("fileSubmission", json!({ "submission": first["id"] })).await;
        assert_eq!(filed["submission"]["state"], "FILED", "{filed:#}");
        assert_eq!(filed["submission"]["late"], false);

        let sheets = first["sheets"].as_array().expect("sheets");
        let sheet = sheets[1]["sheet"].clone();
        let returned = province
            .submission_deed("returnSubmission", json!({ "submission": first["id"], "reasons": [
                { "sheet": sheet, "row": 1, "column": "联系方式", "message": "电话无人接听" } ] }))
            .await;
        assert_eq!(returned["submission"]["state"], "RETURNED", "{returned:#}");
        assert_eq!(returned["submission"]["returnReasons"][0]["row"], 1);

        let patch = json!({ "identity": person(1)["identity"], "phone": "13700000001" });
        platform.register(vec![patch]).await;
        let second = platform.ready(&app, json!({ "window": "2027-01" })).await;
        assert_eq!(second["version"], 2);
        platform.submission_deed("fileSubmission", json!({ "submission": second["id"] })).await;
        let accepted = province.submission_deed("acceptSubmission", json!({ "submission": second["id"] })).await;
        assert_eq!(accepted["submission"]["state"], "ACCEPTED", "{accepted:#}");

        let file = &second["files"][0];
        let bytes = province.download(file["path"].as_str().expect("a path")).await;
        assert_eq!(bytes.len(), usize::try_from(file["bytes"].as_u64().expect("bytes")).expect("a size"));
        let registered = cells(&bytes, sheets[0]["sheet"].as_str().expect("a name"));
        assert_eq!(
            texts(&registered[0]),
            ["序号", "名称（姓名）", "统一社会信用代码", "实际经营地址", "行政区划代码", "联系方式", "直播账号", "核验时间", "信息状态"]
        );
        assert_eq!(
            texts(&registered[1]),
            ["1", "宁波海曙第1号直播有限公司", &credit_code(1), "中山西路10号", "330203", "13800000001", "acct-1", "2026-10-01", "新增"]
        );
        let unregistered = cells(&bytes, sheets[1]["sheet"].as_str().expect("a name"));
        assert_eq!(
            texts(&unregistered[1]),
            ["1", "欧阳小明", "居民身份证", &resident_id("19900101", 1), "福田街道", "330782", "13700000001", "person-1", "", "新增"]
        );
        assert!(unregistered[1][3].1 && unregistered[1][6].1, "numbers and phones are text cells");
        assert_eq!(unregistered.len(), 3);
    }

    async fn the_next_window_tells_what_changed(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![company(1), company(2), company(3)]).await;
        app.clock.set(instant("2027-01-05T09:00:00+08:00"));
        let platform = app.actor("xihu-live").await;
        let january = platform.ready(&app, json!({ "window": "2027-01" })).await;
        platform.submission_deed("fileSubmission", json!({ "submission": january["id"] })).await;
        platform.register(vec![json!({ "identity": company(2)["identity"], "phone": "13700000002" }), company(4)]).await;
        let close = "mutation ($input: CloseRegistrationsInput!) { closeRegistrations(input: $input) { closed } }";
        let item = json!({ "registration": made["results"][2]["registration"]["id"], "on": "2027-01-05",
                           "reason": "CLOSED_BY_PLATFORM" });
        let closed = platform.data(close, json!({ "input": { "items": [item] } })).await;
        assert_eq!(closed["closeRegistrations"]["closed"], 1);

        app.clock.set(instant("2027-07-02T09:00:00+08:00"));
        let platform = app.actor("xihu-live").await;
        let july = platform.ready(&app, json!({ "window": "2027-07" })).await;
        let bytes = platform.download(july["files"][0]["path"].as_str().expect("a path")).await;
        let rows = cells(&bytes, july["sheets"][0]["sheet"].as_str().expect("a name"));
        let states: Vec<_> = rows.iter().skip(1).map(|row| (row[1].0.clone(), row[8].0.clone())).collect();
        let expected = [(1, "未变"), (2, "变更"), (3, "注销"), (4, "新增")];
        let expected: Vec<_> =
            expected.iter().map(|(n, state)| (format!("宁波海曙第{n}号直播有限公司"), (*state).to_owned())).collect();
        assert_eq!(states, expected);
    }

    async fn files_come_in_ranges_and_by_short_lived_links(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![company(1)]).await;
        let ready = platform.ready(&app, json!({ "window": "2027-01" })).await;
        let file = &ready["files"][0];
        let path = file["path"].as_str().expect("a path");
        let whole = platform.download(path).await;
        let part = platform.request(reqwest::Method::GET, path).header("range", "bytes=100-199").send().await.expect("an answer");
        assert_eq!(part.status(), 206);
        assert_eq!(part.headers()["content-range"].to_str().expect("text"), format!("bytes 100-199/{}", whole.len()));
        assert_eq!(part.bytes().await.expect("bytes").as_ref(), &whole[100..200]);

        let other = app.actor("xihu-other").await.request(reqwest::Method::GET, path).send().await.expect("an answer");
        assert_eq!(other.status(), 404);
        let province = app.actor("zhejiang").await.request(reqwest::Method::GET, path).send().await.expect("an answer");
        assert_eq!(province.status(), 404, "READY is the platform's own");

        let link = platform.data(
            "mutation ($input: DownloadLinkInput!) { createDownloadLink(input: $input) { url expiresAt problems { code } } }",
            json!({ "input": { "file": file["id"], "purpose": "核对" } }),
        ).await;
        let url = link["createDownloadLink"]["url"].as_str().expect("a link").to_owned();
        let path = url.split_once("/links/").expect("a link").1.to_owned();
        let fetch = async || reqwest::get(format!("{}/links/{path}", app.base)).await.expect("an answer");
        assert_eq!(fetch().await.bytes().await.expect("bytes").as_ref(), whole.as_slice());
        app.clock.advance(chrono::TimeDelta::hours(2));
        assert_eq!(fetch().await.status(), 404);
    }

    async fn a_row_that_lacks_two_things_is_one_incomplete_row(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut numberless = person(1);
        numberless["identity"] = json!({ "kind": "NETWORK_ID", "number": "aB3dE5gH7j" });
        numberless["birthDate"] = json!("1990-01-01");
        let made = platform.register(vec![company(1), numberless, person(2)]).await;
        assert_eq!(made["created"], 3, "{made:#}");
        let ready = platform.ready(&app, json!({ "window": "2027-01" })).await;
        let empty: Vec<_> = ready["problems"].as_array().expect("problems").iter().map(|p| p["path"].clone()).collect();
        let cell = |row: &str, column: &str| json!(["未登记运营者", row, column]);
        assert_eq!(empty, [cell("1", "身份证件号码"), cell("1", "核验时间"), cell("2", "核验时间")]);
        assert_eq!(ready["problemCount"], 2, "{ready:#}");
    }

    async fn uploads_become_evidence(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![person(1)]).await;
        let upload = platform.request(reqwest::Method::POST, "/files?name=%E8%AF%81%E6%98%8E.pdf")
            .header("content-type", "application/pdf").body("proof").send().await.expect("an answer");
        assert_eq!(upload.status(), 201);
        let file: Value = upload.json().await.expect("JSON");
        assert_eq!(file["name"], "证明.pdf");
        let correct = "mutation ($input: CorrectIdentityInput!) { correctIdentity(input: $input) {
            registration { revision party { identity { masked } } } problems { code path } } }";
        let input = json!({ "registration": made["results"][0]["registration"]["id"], "reason": "录入错误",
            "to": { "kind": "RESIDENT_ID", "number": resident_id("19900101", 7) }, "evidence": [file["id"]] });
        let answer = platform.data(correct, json!({ "input": input })).await;
        assert_eq!(answer["correctIdentity"]["registration"]["revision"], 2, "{answer:#}");
        let twice = platform.register(vec![person(7)]).await;
        assert_eq!(codes(&twice, 0), ["EXTERNAL_ID_TAKEN"; 0], "{twice:#}");
        assert_eq!(twice["updated"], 1);
    }
}
