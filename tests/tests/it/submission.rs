//! Filings as a platform and its province meet them: prepared, written, filed, received, returned and replaced.
#![expect(
    clippy::disallowed_methods,
    reason = "a test looks at the rows themselves, whoever may see them"
)]

use std::sync::Arc;

use api::jobs;
use api::registry::submission::{lease, write};
use api::start::{self, Parts};
use chrono::TimeDelta;
use entity::{document, submission};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp, instant, settings};
use crate::operator::{company, on_both, person};

const FIELDS: &str = "submission { id state version kind progress rowCount late dueOn asOf filedAt problemCount
    recipient { code } base { id } sheets { sheet rows } files { id name mediaType bytes sha256 path }
    returnReasons { sheet row column message } problems { code path severity message } }
  problems { code path message }";

impl Actor {
    /// Prepares a filing.
    pub(crate) async fn prepare(&self, input: Value) -> Value {
        self.act("prepareSubmission", "PrepareSubmissionInput", input)
            .await
    }

    /// Does something to a submission.
    pub(crate) async fn act(&self, mutation: &str, input_type: &str, input: Value) -> Value {
        let query = format!(
            "mutation ($input: {input_type}!) {{ {mutation}(input: $input) {{ {FIELDS} }} }}"
        );
        self.data(&query, json!({ "input": input })).await[mutation].take()
    }

    /// Does one of the deeds that need nothing but the id.
    pub(crate) async fn step(&self, mutation: &str, submission: &Value) -> Value {
        let id = submission["submission"]["id"].clone();
        self.act(mutation, "SubmissionInput", json!({ "submission": id }))
            .await
    }

    /// A submission as this actor sees it now.
    pub(crate) async fn filing(&self, given: &Value) -> Value {
        let fields = FIELDS
            .rsplit_once("problems { code path message }")
            .expect("fields")
            .0;
        let query = format!(
            "query ($id: ID!) {{ {} }}",
            fields.replacen("submission {", "submission(id: $id) {", 1)
        );
        let mut data = self
            .data(&query, json!({ "id": given["submission"]["id"] }))
            .await;
        json!({ "submission": data["submission"].take() })
    }

    /// The bytes of a file.
    pub(crate) async fn fetch(&self, file: &Value) -> reqwest::Response {
        let path = file["path"].as_str().expect("a path");
        let request = self.request(reqwest::Method::GET, path);
        request.send().await.expect("an answer")
    }
}

impl TestApp {
    /// Lets the reconciler work, and tells how many submissions became READY.
    pub(crate) async fn work(&self) -> usize {
        jobs::run_once(&self.app)
            .await
            .expect("the reconciler works")
    }

    /// Another process on the same database and files.
    async fn twin(&self) -> Arc<api::app::App> {
        let settings = settings(&self.url, self.folder.path(), &[]);
        let parts = Parts {
            clock: Some(self.clock.clone()),
            entropy: None,
        };
        start::open(settings, parts, false)
            .await
            .expect("a second process")
    }

    pub(crate) async fn row(&self, given: &Value) -> submission::Model {
        let id = given["submission"]["id"].as_str().expect("an id");
        let id = submission::Column::Id.eq(id.parse::<entity::id::SubmissionId>().expect("an id"));
        let found = submission::Entity::find().filter(id);
        found.one(&self.app.db).await.expect("read").expect("a row")
    }

    /// Forgets a lease, as time would.
    async fn lease_passes(&self, given: &Value) {
        use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, IntoActiveModel as _};
        let mut row = self.row(given).await.into_active_model();
        row.lease_until = Set(Some(instant("2020-01-01T00:00:00Z")));
        row.update(&self.app.db).await.expect("written");
    }

    fn stored_files(&self) -> usize {
        let folder = self.folder.path().join("files/files");
        std::fs::read_dir(folder).map_or(0, Iterator::count)
    }
}

fn codes(answer: &Value) -> Vec<(&str, Vec<&str>)> {
    let problems = answer["problems"].as_array().expect("problems").iter();
    let text =
        |value: &'_ Value| -> &'static str { value.as_str().unwrap_or_default().to_owned().leak() };
    problems
        .map(|p| {
            let path = p["path"].as_array().expect("a path").iter();
            (text(&p["code"]), path.map(text).collect())
        })
        .collect()
}

/// The cells of a sheet of a workbook, below its header.
pub(crate) fn cells(workbook: &[u8], sheet: &str) -> Vec<Vec<String>> {
    use calamine::Reader as _;
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(workbook.to_vec()))
            .expect("a workbook");
    let range = book.worksheet_range(sheet).expect("the sheet");
    range
        .rows()
        .skip(1)
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let hex = |mut text: String, byte: &u8| {
        let _ = write!(text, "{byte:02x}");
        text
    };
    digest.as_ref().iter().fold(String::new(), hex)
}

on_both! {
    async fn a_filing_stays_its_recipient_s_when_the_platform_moves(app: TestApp) {
        app.clock.set(instant("2027-01-05T09:00:00+08:00"));
        let platform = app.actor("xihu-live").await;
        platform.register(vec![company(1)]).await;
        let made = platform.prepare(json!({ "window": "2027-01" })).await;
        app.work().await;
        let filed = platform.step("fileSubmission", &made).await;
        assert_eq!(filed["submission"]["state"], "FILED", "{filed:#}");
        let moving = "mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) { problems { code } } }";
        let moved = app.actor("system").await.data(moving, json!({ "input": {
            "name": "xihu-live网络科技有限公司", "platformName": "xihu-live",
            "identity": { "kind": "USCC", "number": crate::app::PLATFORMS[0].1 },
            "domicile": { "text": "天河路1号", "division": "440106" },
            "phone": "0571-88880000", "url": "https://live.example.com" } })).await;
        assert_eq!(moved["registerPlatform"]["problems"], json!([]));
        let elsewhere = app.actor("guangdong").await;
        assert_eq!(elsewhere.filing(&made).await["submission"], Value::Null);
        let refused = elsewhere.step("acceptSubmission", &made).await;
        assert_eq!(codes(&refused), [("NOT_FOUND", vec!["submission"])]);
        let recipient = app.actor("zhejiang").await;
        assert_eq!(recipient.filing(&made).await["submission"]["state"], "FILED");
        let accepted = recipient.step("acceptSubmission", &made).await;
        assert_eq!(accepted["submission"]["state"], "ACCEPTED", "{accepted:#}");
    }

    async fn a_filing_goes_its_way_from_freeze_to_receipt(app: TestApp) {
        let (platform, province) = (app.actor("xihu-live").await, app.actor("zhejiang").await);
        platform.register(vec![company(1), company(2), person(1)]).await;
        let made = platform.prepare(json!({ "window": "2027-01" })).await;
        assert_eq!(made["submission"]["state"], "PREPARING", "{made:#}");
        assert_eq!(made["submission"]["rowCount"], 3);
        assert_eq!(made["submission"]["recipient"]["code"], "330000");
        // What is registered after the freeze is not in it.
        platform.register(vec![company(3)]).await;
        assert_eq!(app.work().await, 1);
        assert_eq!(app.work().await, 0, "nothing is written twice");

        let ready = platform.filing(&made).await;
        let filing = &ready["submission"];
        assert_eq!(filing["state"], "READY", "{ready:#}");
        assert_eq!(filing["progress"], 1.0);
        assert_eq!(filing["sheets"], json!([
            { "sheet": "已登记运营者", "rows": 2 }, { "sheet": "未登记运营者", "rows": 1 },
            { "sheet": "直播营销人员", "rows": 0 } ]));
        // The person was never verified.
        assert_eq!(filing["problemCount"], 1, "{ready:#}");
        assert_eq!(filing["problems"][0]["code"], "ROW_INCOMPLETE");
        assert_eq!(filing["problems"][0]["path"], json!(["未登记运营者", "1", "核验时间"]));
        let files = filing["files"].as_array().expect("files");
        assert_eq!(files.len(), 2, "{ready:#}");
        let bytes = platform.fetch(&files[0]).await.bytes().await.expect("bytes");
        assert_eq!(files[0]["sha256"], sha256(&bytes));
        let companies = cells(&bytes, "已登记运营者");
        assert_eq!(companies[0][1], "宁波海曙第1号直播有限公司");
        assert_eq!(companies[1][8], "新增", "{companies:?}");
        assert_eq!(cells(&bytes, "未登记运营者")[0][1], "欧阳小明");
        let manifest: Value = platform.fetch(&files[1]).await.json().await.expect("a manifest");
        assert_eq!(manifest["parts"][0]["sha256"], files[0]["sha256"]);

        let early = platform.step("fileSubmission", &made).await;
        assert_eq!(codes(&early), [("WINDOW_NOT_OPEN", vec!["submission"])]);
        assert_eq!(province.filing(&made).await["submission"], Value::Null, "not filed, not seen");
        assert_eq!(province.fetch(&files[0]).await.status(), 404);
        app.clock.set(instant("2027-01-31T23:59:59+08:00"));
        // A token lives fifteen minutes.
        let (platform, province) = (app.actor("xihu-live").await, app.actor("zhejiang").await);
        let sent = platform.step("fileSubmission", &made).await;
        assert_eq!(sent["submission"]["state"], "FILED", "{sent:#}");
        assert_eq!(sent["submission"]["late"], false);
        let twice = platform.step("fileSubmission", &made).await;
        assert_eq!(codes(&twice), [("WRONG_STATE", vec!["submission"])]);
        assert!(twice["problems"][0]["message"].as_str().is_some_and(|m| m.contains("已报送")), "{twice:#}");

        assert_eq!(province.fetch(&files[0]).await.status(), 200);
        assert_eq!(app.actor("guangdong").await.fetch(&files[0]).await.status(), 404);
        assert_eq!(app.actor("xihu-other").await.fetch(&files[0]).await.status(), 404);
        let accepted = province.step("acceptSubmission", &made).await;
        assert_eq!(accepted["submission"]["state"], "ACCEPTED", "{accepted:#}");
        assert_eq!(codes(&platform.step("withdrawSubmission", &made).await)[0].0, "WRONG_STATE");
    }

    async fn each_filing_says_what_changed_since_the_last(app: TestApp) {
        app.clock.set(instant("2027-01-05T09:00:00+08:00"));
        let platform = app.actor("xihu-live").await;
        platform.register(vec![company(1), company(2)]).await;
        let first = platform.prepare(json!({ "window": "2027-01" })).await;
        let supplement = json!({ "window": "2027-01", "kind": "SUPPLEMENT" });
        assert_eq!(codes(&platform.prepare(supplement.clone()).await), [("BASE_REQUIRED", vec!["kind"])]);
        app.work().await;
        platform.step("fileSubmission", &first).await;

        app.clock.advance(TimeDelta::days(1));
        let platform = app.actor("xihu-live").await;
        platform.register(vec![
            json!({ "identity": company(1)["identity"], "phone": "0574-87654321" }), company(3),
        ]).await;
        let added = platform.prepare(supplement).await;
        assert_eq!(added["submission"]["rowCount"], 1, "only what has no row in the window");
        assert_eq!(added["submission"]["base"]["id"], first["submission"]["id"]);
        app.work().await;
        platform.step("fileSubmission", &added).await;
        let corrected = platform.prepare(json!({ "window": "2027-01", "kind": "CORRECTION" })).await;
        assert_eq!(corrected["submission"]["rowCount"], 1, "only what differs from its row");
        app.work().await;
        let files = platform.filing(&corrected).await["submission"]["files"].take();
        let bytes = platform.fetch(&files[0]).await.bytes().await.expect("bytes");
        assert_eq!(cells(&bytes, "已登记运营者")[0][8], "变更");

        // Without filing the correction, everything is prepared anew and takes the first filing's place.
        let again = platform.prepare(json!({ "window": "2027-01" })).await;
        assert_eq!(again["submission"]["version"], 4);
        assert_eq!(platform.filing(&corrected).await["submission"]["state"], "CANCELLED");
        app.work().await;
        let files = platform.filing(&again).await["submission"]["files"].take();
        let bytes = platform.fetch(&files[0]).await.bytes().await.expect("bytes");
        let states: Vec<_> = cells(&bytes, "已登记运营者").into_iter().map(|mut row| row.remove(8)).collect();
        assert_eq!(states, ["变更", "未变", "未变"]);
        let sent = platform.step("fileSubmission", &again).await;
        assert_eq!(sent["submission"]["state"], "FILED");
        assert_eq!(platform.filing(&first).await["submission"]["state"], "SUPERSEDED");
        assert_eq!(platform.filing(&added).await["submission"]["state"], "FILED");
    }

    async fn what_cannot_be_prepared_says_why(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let other = app.platform_id("xihu-other").await;
        for (input, code, path) in [
            (json!({ "window": "2028-01" }), "WINDOW_OUT_OF_RANGE", "window"),
            (json!({ "window": "2026-01" }), "WINDOW_OUT_OF_RANGE", "window"),
            (json!({ "window": "2027-01", "platform": other }), "NOT_FOUND", "platform"),
            (json!({ "window": "2027-01", "platform": "nonsense" }), "NOT_FOUND", "platform"),
            (json!({ "window": "2027-01", "kind": "CORRECTION" }), "BASE_REQUIRED", "kind"),
        ] {
            let answer = platform.prepare(input.clone()).await;
            assert_eq!(codes(&answer), [(code, vec![path])], "{input}");
            assert_eq!(answer["submission"], Value::Null);
        }
        let merchants = platform.prepare(json!({ "window": "2027-01", "report": "MERCHANT" })).await;
        assert_eq!(merchants["submission"]["rowCount"], 0, "{merchants:#}");
        app.work().await;
        assert_eq!(platform.filing(&merchants).await["submission"]["state"], "READY");
        let query = "mutation { prepareSubmission(input: { window: \"2027-01\" }) { problems { code } } }";
        let office = app.actor("zhejiang").await.ask(query, json!({})).await;
        assert_eq!(office["errors"][0]["extensions"]["code"], "FORBIDDEN");
        assert_eq!(submission::Entity::find().count(&app.app.db).await.expect("counted"), 1);
    }

    async fn a_filing_is_returned_with_reasons_that_have_a_place(app: TestApp) {
        app.clock.set(instant("2027-02-01T00:00:00+08:00"));
        let (platform, province) = (app.actor("xihu-live").await, app.actor("zhejiang").await);
        platform.register(vec![company(1)]).await;
        let made = platform.prepare(json!({ "window": "2027-01" })).await;
        app.work().await;
        let sent = platform.step("fileSubmission", &made).await;
        assert_eq!(sent["submission"]["late"], true, "{sent:#}");

        let id = made["submission"]["id"].clone();
        let reason = |sheet: &str, row: Value, column: Value, message: &str| {
            json!({ "sheet": sheet, "row": row, "column": column, "message": message })
        };
        let give = async |actor: &Actor, reasons: Vec<Value>| {
            let input = json!({ "submission": id, "reasons": reasons });
            actor.act("returnSubmission", "ReturnSubmissionInput", input).await
        };
        assert_eq!(codes(&give(&province, vec![]).await), [("REASONS_REQUIRED", vec!["reasons"])]);
        let wrong = give(&province, vec![
            reason("没有的表", Value::Null, Value::Null, "缺"),
            reason("已登记运营者", json!(2), Value::Null, "缺"),
            reason("已登记运营者", json!(0), Value::Null, "缺"),
            reason("已登记运营者", json!(1), json!("没有的列"), "缺"),
            reason("已登记运营者", json!(1), json!("联系方式"), " "),
        ]).await;
        let unplaced = "REASON_UNPLACED";
        assert_eq!(codes(&wrong), [
            (unplaced, vec!["reasons", "0", "sheet"]), (unplaced, vec!["reasons", "1", "row"]),
            (unplaced, vec!["reasons", "2", "row"]), (unplaced, vec!["reasons", "3", "column"]),
            ("EMPTY", vec!["reasons", "4", "message"]),
        ]);
        let sound = vec![reason("已登记运营者", json!(1), json!("联系方式"), "电话无法接通")];
        let elsewhere = give(&app.actor("guangdong").await, sound.clone()).await;
        assert_eq!(codes(&elsewhere), [("NOT_FOUND", vec!["submission"])]);
        let back = give(&province, sound.clone()).await;
        assert_eq!(back["submission"]["state"], "RETURNED", "{back:#}");
        assert_eq!(platform.filing(&made).await["submission"]["returnReasons"], json!(sound));

        // What was returned does not count: the next filing says 新增 again.
        let again = platform.prepare(json!({ "window": "2027-01" })).await;
        app.work().await;
        let files = platform.filing(&again).await["submission"]["files"].take();
        let bytes = platform.fetch(&files[0]).await.bytes().await.expect("bytes");
        assert_eq!(cells(&bytes, "已登记运营者")[0][8], "新增");
        platform.step("fileSubmission", &again).await;
        let withdrawn = platform.step("withdrawSubmission", &again).await;
        assert_eq!(withdrawn["submission"]["state"], "WITHDRAWN");
    }

    async fn a_dead_process_costs_its_lease_and_nothing_else(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![company(1)]).await;
        let made = platform.prepare(json!({ "window": "2027-01" })).await;
        let id = app.row(&made).await.id;
        // One process claims it, stores its files, and dies before they are on record.
        let dead = app.twin().await;
        let (lost, row) = lease::claim(&dead, id).await.expect("asked").expect("a lease");
        let progress = write::Progress::default();
        let too_late = write::write(&dead, &row, &progress).await.expect("written");
        assert_eq!(app.work().await, 0, "it is claimed");
        app.lease_passes(&made).await;
        assert_eq!(app.work().await, 1, "another process takes over");
        assert_eq!(app.row(&made).await.attempts, 2);
        // The dead one was only slow: it finds that it lost the claim and changes nothing.
        assert!(!lease::renew(&dead, &lost, 1).await.expect("asked"));
        assert!(!write::finish(&dead, &lost, &too_late).await.expect("asked"));
        let on_record = document::Entity::find().count(&app.app.db).await.expect("counted");
        assert_eq!(on_record, 2);
        progress.discard(&dead).await;
        assert_eq!(app.stored_files(), 2);
    }

    async fn a_cancelled_filing_is_not_finished_by_whoever_writes_it(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![company(1)]).await;
        let made = platform.prepare(json!({ "window": "2027-01" })).await;
        let id = app.row(&made).await.id;
        let (lease, row) = lease::claim(&app.app, id).await.expect("asked").expect("a lease");
        let progress = write::Progress::default();
        let files = write::write(&app.app, &row, &progress).await.expect("written");
        let again = platform.prepare(json!({ "window": "2027-01" })).await;
        assert!(!write::finish(&app.app, &lease, &files).await.expect("asked"));
        assert_eq!(app.row(&made).await.state.as_str(), "CANCELLED");
        assert_eq!(app.work().await, 1);
        assert_eq!(platform.filing(&again).await["submission"]["state"], "READY");
        // A later one cancels what is ready too, and the sweep takes its files and rows.
        platform.prepare(json!({ "window": "2027-01" })).await;
        let swept = jobs::sweep(&app.app).await.expect("swept");
        assert_eq!((swept.given_up, swept.rows), (2, 2), "{swept:?}");
        progress.discard(&app.app).await;
        assert_eq!(app.stored_files(), 0);
    }

    async fn a_fault_is_tried_again_and_at_last_given_up(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![company(1)]).await;
        let made = platform.prepare(json!({ "window": "2027-01" })).await;
        // A file where the store's folder should be: nothing can be stored.
        let folder = app.folder.path().join("files/files");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::write(&folder, "").expect("in the way");
        for attempt in 1..=5 {
            assert_eq!(app.work().await, 0);
            let row = app.row(&made).await;
            assert_eq!((row.attempts, row.lease_by), (attempt, None));
            assert_eq!(app.work().await, 0, "not at once");
            assert_eq!(app.row(&made).await.attempts, attempt);
            if attempt < 5 {
                app.lease_passes(&made).await;
            }
        }
        assert_eq!(platform.filing(&made).await["submission"]["state"], "FAILED");
        std::fs::remove_file(&folder).expect("out of the way");
        platform.prepare(json!({ "window": "2027-01" })).await;
        assert_eq!(app.work().await, 1);
    }
}

/// Two processes look for work at the same moment, fifty times.
async fn never_twice(engine: Engine) {
    let app = TestApp::start(engine).await;
    let platform = app.actor("xihu-live").await;
    platform.register(vec![company(1)]).await;
    let twin = app.twin().await;
    for round in 1..=50 {
        let made = platform.prepare(json!({ "window": "2027-01" })).await;
        let (one, two) = tokio::join!(jobs::run_once(&app.app), jobs::run_once(&twin));
        assert_eq!(one.expect("one") + two.expect("two"), 1, "round {round}");
        let row = app.row(&made).await;
        assert_eq!((row.state.as_str(), row.attempts), ("READY", 1));
        let files = document::Entity::find().filter(document::Column::SubmissionId.eq(row.id));
        assert_eq!(files.count(&app.app.db).await.expect("counted"), 2);
    }
    assert_eq!(app.stored_files(), 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_never_write_one_filing_on_sqlite() {
    never_twice(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_never_write_one_filing_on_postgres() {
    never_twice(Engine::Postgres).await;
}
