//! The schedule on a clock that is moved: what the house prepares at the New Year and in July, once for however many
//! processes, what it makes up for at its start, and what it leaves to the platforms.
#![expect(
    clippy::disallowed_methods,
    reason = "a test looks at the rows themselves, whoever may see them"
)]

use std::sync::Arc;
use std::time::Duration;

use api::jobs;
use entity::id::ClientId;
use entity::kind::{FilingKind, ReportKind, Role, SubmissionState};
use entity::submission;
use sea_orm::{
    ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _, QueryOrder as _,
    TransactionTrait as _,
};
use serde_json::{Value, json};
use tests::database::Engine;
use tokio_util::sync::CancellationToken;

use crate::app::{PLATFORMS, TestApp, instant};
use crate::operator::{company, on_both, person};

/// When the default schedule strikes in the first window after the world's beginning.
const NEW_YEAR: &str = "2027-01-01T02:30:00+08:00";

impl TestApp {
    /// Looks at the schedule once, and tells how many submissions this process prepared.
    async fn look(&self) -> usize {
        let looked = jobs::prepare_due(&self.app)
            .await
            .expect("the schedule is looked at");
        assert_eq!(
            looked.left, 0,
            "everything that was lacking could be prepared"
        );
        looked.prepared
    }

    /// Every submission, in the order in which they were prepared.
    async fn submissions(&self) -> Vec<submission::Model> {
        let all = submission::Entity::find().order_by_asc(submission::Column::Id);
        all.all(&self.app.db).await.expect("submissions are read")
    }

    fn at(&self, text: &str) {
        self.clock.set(instant(text));
    }
}

/// A window and its state, in the order of preparing.
fn states(rows: &[submission::Model]) -> Vec<(&str, &str, i32)> {
    let state =
        |row: &'_ submission::Model| -> (&'static str, i32) { (row.state.as_str(), row.version) };
    rows.iter()
        .map(|row| (row.window.as_str(), state(row).0, state(row).1))
        .collect()
}

/// The 编制人 on the cover of a workbook.
fn author(workbook: &[u8]) -> String {
    use calamine::Reader as _;
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(workbook.to_vec()))
            .expect("a workbook");
    let cover = book.worksheet_range("封面").expect("the cover");
    let cells = cover.cells().map(|(_, _, cell)| cell.to_string());
    let mut cells = cells.filter(|text| !text.is_empty());
    cells.find(|text| text == "编制人").expect("the label");
    cells.next().expect("the author")
}

on_both! {
    async fn the_new_year_prepares_every_report_of_every_platform_once(app: TestApp) {
        app.actor("xihu-live").await.register(vec![company(1), company(2), person(1)]).await;
        app.actor("guangzhou-live").await.register(vec![company(3)]).await;
        assert_eq!(app.look().await, 0, "whoever was admitted in December owes nothing for July");
        app.at("2026-12-31T23:59:59+08:00");
        assert_eq!(app.look().await, 0);
        app.at("2027-01-01T02:29:59+08:00");
        assert_eq!(app.look().await, 0, "the time of the schedule has not come");
        app.at(NEW_YEAR);
        assert_eq!(app.look().await, 6, "three platforms, two reports");
        assert_eq!(app.look().await, 0, "a second look finds nothing lacking");
        assert_eq!(app.work().await, 6);

        let rows = app.submissions().await;
        let mut prepared: Vec<_> = rows.iter().map(|row| (row.platform_id, row.report)).collect();
        prepared.dedup();
        assert_eq!(prepared.len(), 6);
        for row in &rows {
            assert_eq!((row.window.as_str(), row.version, row.kind), ("2027-01", 1, FilingKind::Initial));
            assert_eq!((row.state, row.prepared_by), (SubmissionState::Ready, ClientId::HOUSE));
            assert_eq!(row.as_of, Some(instant(NEW_YEAR)));
            assert_eq!(row.due_on.to_string(), "2027-01-31");
        }
        let entries = app.audit().await;
        let entries: Vec<_> = entries.iter().filter(|e| e.operation == "prepareSubmission").collect();
        assert_eq!(entries.len(), 6, "a look that finds nothing leaves no entry");
        for (entry, row) in entries.iter().zip(&rows) {
            assert_eq!((entry.client_id, entry.role, entry.outcome.as_str()), (None, Role::System, "DONE"));
            assert_eq!(entry.subjects, row.id.to_string());
            let detail: Value = serde_json::from_str(&entry.detail).expect("JSON");
            assert_eq!(detail, json!({ "platform": row.platform_id, "report": row.report, "window": "2027-01" }));
        }

        let platform = app.actor("xihu-live").await;
        let list = "query { submissions(filter: { report: LIVESTREAM }) { edges { node {
            id state version kind rowCount files { path } } } } }";
        let seen = platform.data(list, json!({})).await;
        let seen = seen["submissions"]["edges"].as_array().expect("edges");
        assert_eq!(seen.len(), 1, "its own and no other's: {seen:#?}");
        assert_eq!(seen[0]["node"]["rowCount"], 3);
        let book = platform.download(seen[0]["node"]["files"][0]["path"].as_str().expect("a path")).await;
        assert_eq!(author(&book), "名录系统定期生成");
        let own = json!({ "submission": { "id": seen[0]["node"]["id"] } });
        let filed = platform.step("fileSubmission", &own).await;
        assert_eq!(filed["submission"]["state"], "FILED", "{filed:#}");
        assert_eq!(filed["submission"]["late"], false);
        app.at("2027-01-02T02:30:00+08:00");
        assert_eq!(app.look().await, 0, "what was filed is not prepared again");

        app.at("2027-07-01T02:30:00+08:00");
        assert_eq!(app.look().await, 6, "July has submissions of its own");
        assert!(app.submissions().await[6..].iter().all(|row| row.window == "2027-07" && row.version == 1));
    }

    async fn processes_that_look_at_once_prepare_once(app: TestApp) {
        app.actor("xihu-live").await.register((1..=20).map(company).collect()).await;
        let (two, three) = (app.beside(&[]).await, app.beside(&[]).await);
        for window in ["2027-01", "2027-07", "2028-01", "2028-07"] {
            app.at(&format!("{window}-01T02:30:00+08:00"));
            let looks = tokio::join!(
                jobs::prepare_due(&app.app),
                jobs::prepare_due(&two.app),
                jobs::prepare_due(&three.app),
            );
            let looks = [looks.0, looks.1, looks.2].map(|looked| looked.expect("a look"));
            assert_eq!(looks.iter().map(|looked| looked.prepared).sum::<usize>(), 6, "{looks:?}");
            assert_eq!(looks.iter().map(|looked| looked.left).sum::<usize>(), 0, "{looks:?}");
            let rows = app.submissions().await;
            let inside: Vec<_> = rows.iter().filter(|row| row.window == window).collect();
            assert_eq!(inside.len(), 6);
            assert!(inside.iter().all(|row| row.version == 1 && row.state == SubmissionState::Preparing));
        }
    }

    async fn a_missed_night_is_made_up_for_at_the_start(app: TestApp) {
        app.actor("xihu-live").await.register(vec![company(1)]).await;
        // Nobody ran from December to the middle of March.
        app.at("2027-03-15T09:00:00+08:00");
        let ending = CancellationToken::new();
        let watch = async {
            let ready = async || {
                let rows = app.submissions().await;
                rows.len() == 6 && rows.iter().all(|row| row.state == SubmissionState::Ready)
            };
            for _ in 0..600 {
                if ready().await {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            ending.cancel();
        };
        tokio::join!(watch, jobs::run(Arc::clone(&app.app), ending.clone()));
        assert_eq!(states(&app.submissions().await), [("2027-01", "READY", 1); 6]);
        let platform = app.actor("xihu-live").await;
        let list = "{ submissions(filter: { report: LIVESTREAM }) { edges { node { id } } } }";
        let own = platform.data(list, json!({})).await;
        let own = json!({ "submission": { "id": own["submissions"]["edges"][0]["node"]["id"] } });
        let filed = platform.step("fileSubmission", &own).await;
        assert_eq!(filed["submission"]["state"], "FILED", "late is marked and never refused: {filed:#}");
        assert_eq!(filed["submission"]["late"], true);
    }

    async fn what_a_platform_did_itself_is_its_own_to_go_on_with(app: TestApp) {
        // One platform prepares ahead of time; its freeze stays as it asked for it.
        let early = app.actor("xihu-other").await.prepare(json!({ "window": "2027-01" })).await;
        app.at(NEW_YEAR);
        assert_eq!(app.look().await, 5);
        app.work().await;
        let own = app.actor("xihu-other").await.filing(&early).await;
        assert_eq!(own["submission"]["state"], "READY", "{own:#}");

        // Another's is returned, a third's is withdrawn: neither is prepared again behind their backs.
        let livestream = "{ submissions(filter: { report: LIVESTREAM }) { edges { node { id } } } }";
        let file = async |name: &str| {
            let platform = app.actor(name).await;
            let own = platform.data(livestream, json!({})).await;
            let own = json!({ "submission": { "id": own["submissions"]["edges"][0]["node"]["id"] } });
            let filed = platform.step("fileSubmission", &own).await;
            assert_eq!(filed["submission"]["state"], "FILED", "{filed:#}");
            own
        };
        let returned = file("xihu-live").await;
        let input = json!({ "submission": returned["submission"]["id"],
            "reasons": [{ "sheet": "已登记运营者", "message": "请补充" }] });
        let back = app.actor("zhejiang").await.act("returnSubmission", "ReturnSubmissionInput", input).await;
        assert_eq!(back["submission"]["state"], "RETURNED", "{back:#}");
        let withdrawn = file("guangzhou-live").await;
        let back = app.actor("guangzhou-live").await.step("withdrawSubmission", &withdrawn).await;
        assert_eq!(back["submission"]["state"], "WITHDRAWN", "{back:#}");
        for day in ["2027-01-02", "2027-01-31", "2027-05-20"] {
            app.at(&format!("{day}T09:00:00+08:00"));
            assert_eq!(app.look().await, 0, "{day}");
        }
    }

    async fn what_could_not_be_written_is_tried_again_on_other_days_and_then_left(app: TestApp) {
        app.at(NEW_YEAR);
        assert_eq!(app.look().await, 6);
        let fail = async || {
            let now = if app.url.starts_with("sqlite") {
                app.app.now().format("'%Y-%m-%d %H:%M:%S+00:00'")
            } else {
                app.app.now().format("timestamptz '%Y-%m-%d %H:%M:%S+00:00'")
            };
            app.run(&format!("UPDATE submission SET state = 'FAILED', updated_at = {now} WHERE state = 'PREPARING'")).await;
        };
        fail().await;
        app.at("2027-01-01T23:59:00+08:00");
        assert_eq!(app.look().await, 0, "not on the same day");
        for version in 2..=5 {
            app.at(&format!("2027-01-{version:02}T00:00:01+08:00"));
            assert_eq!(app.look().await, 6, "on the next day");
            fail().await;
        }
        app.at("2027-01-20T02:30:00+08:00");
        assert_eq!(app.look().await, 0, "five times are enough, people must look");
        let rows = app.submissions().await;
        assert_eq!(rows.len(), 30);
        assert_eq!(rows.iter().map(|row| row.version).max(), Some(5));
        // The platform itself may still prepare it.
        let made = app.actor("xihu-live").await.prepare(json!({ "window": "2027-01" })).await;
        assert_eq!(made["submission"]["version"], 6, "{made:#}");
    }

    async fn only_who_owes_a_filing_has_it_prepared(app: TestApp) {
        app.at("2027-02-01T00:00:00+08:00");
        let answer = app.actor("system").await.data(
            "mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) { problems { code } } }",
            json!({ "input": {
                "name": "杭州后来网络科技有限公司", "platformName": "后来直播",
                "identity": { "kind": "USCC", "number": "91330106673959654P" },
                "domicile": { "text": "文三路2号", "division": "330106" },
                "phone": "0571-88880001", "url": "https://late.example.com" } }),
        ).await;
        assert_eq!(answer["registerPlatform"]["problems"], json!([]));
        let [live, guangzhou, _] = PLATFORMS.map(|(name, ..)| format!("platform_name = '{name}'"));
        app.run(&format!("UPDATE platform SET status = 'CLOSED' WHERE {live}")).await;
        app.run(&format!("UPDATE platform SET division_province = NULL WHERE {guangzhou}")).await;
        assert_eq!(app.look().await, 2, "the third platform of the world, with two reports");
        let other = app.platform_id("xihu-other").await;
        assert!(app.submissions().await.iter().all(|row| row.platform_id.to_string() == other));
        app.run(&format!("UPDATE platform SET tenant = {} WHERE {live}", "FALSE")).await;
        app.run(&format!("UPDATE platform SET status = 'ACTIVE' WHERE {live}")).await;
        assert_eq!(app.look().await, 0, "what is known from surveys only files nothing");
        app.run(&format!("UPDATE platform SET division_province = '440000' WHERE {guangzhou}")).await;
        assert_eq!(app.look().await, 2, "now it is known to whom it files");
        app.at("2027-07-01T02:30:00+08:00");
        assert_eq!(app.look().await, 6, "whoever came in February owes July's");
    }

    async fn the_setting_says_when_and_the_edition_what(app: TestApp) {
        let never = app.beside(&[("schedule.prepare", "")]).await;
        let idle = app.beside(&[("jobs.enabled", "false")]).await;
        let noon = app.beside(&[("schedule.prepare", "0 0 12 5 * *")]).await;
        let draft = [("law.edition", "draft-2025"), ("schedule.prepare", "0 0 12 5 * *")];
        let draft = app.beside(&draft).await;
        app.at("2027-01-05T11:59:59+08:00");
        assert_eq!(never.look().await + noon.look().await + draft.look().await, 0);
        app.at("2027-01-05T12:00:00+08:00");
        assert_eq!(never.look().await, 0);
        // A process without background work ends its jobs at once.
        jobs::run(Arc::clone(&idle.app), CancellationToken::new()).await;
        assert_eq!(app.submissions().await.len(), 0);
        assert_eq!(draft.look().await, 3, "the draft has one report");
        assert!(app.submissions().await.iter().all(|row| row.report == ReportKind::Livestream));
        assert_eq!(noon.look().await, 3, "only the other report is lacking");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_process_is_preparing_is_left_to_it_on_postgres() {
    let app = TestApp::start(Engine::Postgres).await;
    app.at(NEW_YEAR);
    assert_eq!(app.look().await, 6);
    let rows = app.submissions().await;
    let merchants = rows.iter().find(|row| row.report == ReportKind::Merchant);
    let slow = merchants.expect("a report of merchants").clone();
    app.run(&format!("DELETE FROM submission WHERE id = '{}'", slow.id))
        .await;

    // Another process has begun the same one and is still freezing.
    let other = app.app.db.begin().await.expect("a transaction");
    let row = slow.into_active_model().reset_all();
    submission::Entity::insert(row)
        .exec_without_returning(&other)
        .await
        .expect("inserted");
    // Well before the limit of one statement would end the wait.
    let look = tokio::time::timeout(Duration::from_secs(20), jobs::prepare_due(&app.app));
    let looked = look.await.expect("a short wait").expect("a look");
    assert_eq!(
        (looked.prepared, looked.left),
        (0, 1),
        "it does not wait for long"
    );
    other.commit().await.expect("committed");
    assert_eq!(app.look().await, 0);
    assert_eq!(app.submissions().await.len(), 6);
}
