//! First loads as a platform meets them: a file of the API's own inputs, judged as a request would be, resumed where a
//! process died, stopped when asked, and told line by line.
#![expect(
    clippy::disallowed_methods,
    reason = "a test looks at the rows themselves, whoever may see them"
)]

use std::sync::Arc;

use api::graphql::line;
use api::jobs;
use api::registry::import::{Hand, lease, load, report};
use api::start::{self, Parts};
use entity::{audit, document, import_job, registration, revision};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp, instant, settings};
use crate::look::assert_tells;
use crate::operator::{company, on_both, person};

const JOB: &str = "id state kind fileName source progress rowsRead accepted rejected skipped created updated unchanged
  columns { header } problemsFile { id name mediaType bytes path } problems { code path message }
  rows(first: 500) { edges { node { sheet row outcome creates updates registrations { id }
    problems { code path severity position suggestion message } } } pageInfo { hasNextPage } }";

/// Lines of a file.
fn ndjson(items: &[Value]) -> String {
    let lines = items.iter().map(ToString::to_string);
    // The last line ends as the others do.
    lines.chain([String::new()]).collect::<Vec<_>>().join("\n")
}

impl Actor {
    /// Uploads a file and has it imported.
    async fn import(&self, text: &str) -> Value {
        let file = self.upload(text).await;
        self.import_file(json!({ "file": file, "kind": "OPERATOR" }))
            .await
    }

    async fn import_file(&self, input: Value) -> Value {
        let begin = format!(
            "mutation ($input: ImportRegistrationsInput!) {{ importRegistrations(input: $input) {{
               job {{ {JOB} }} problems {{ code path }} }} }}"
        );
        self.data(&begin, json!({ "input": input })).await["importRegistrations"].take()
    }

    /// An import as this actor sees it now.
    async fn job(&self, begun: &Value) -> Value {
        let query = format!("query ($id: ID!) {{ importJob(id: $id) {{ {JOB} }} }}");
        let mut data = self.data(&query, json!({ "id": begun["job"]["id"] })).await;
        data["importJob"].take()
    }

    /// Imports a file to its end and gives the import's id.
    pub(crate) async fn imported(&self, app: &TestApp, text: &str) -> String {
        let begun = self.import(text).await;
        assert_eq!(app.load().await, 1, "{begun:#}");
        let id = begun["job"]["id"].as_str();
        id.expect("an id").to_owned()
    }

    async fn cancel(&self, begun: &Value) -> Value {
        let cancel = "mutation ($input: ImportJobInput!) { cancelImport(input: $input) {
            job { state rowsRead progress } problems { code path } } }";
        let input = json!({ "input": { "job": begun["job"]["id"] } });
        self.data(cancel, input).await["cancelImport"].take()
    }
}

impl TestApp {
    /// Lets the reconciler work, and tells how many imports ended well.
    async fn load(&self) -> usize {
        jobs::import_once(&self.app)
            .await
            .expect("the reconciler works")
    }

    async fn import_row(&self, begun: &Value) -> import_job::Model {
        let id = begun["job"]["id"].as_str().expect("an id");
        let id: entity::id::ImportId = id.parse().expect("an id");
        let found = import_job::for_job(id).one(&self.app.db).await;
        found.expect("read").expect("a row")
    }

    /// Another process on the same database and files.
    async fn second(&self, more: &[(&str, &str)]) -> Arc<api::app::App> {
        let settings = settings(&self.url, self.folder.path(), more);
        let parts = Parts {
            clock: Some(self.clock.clone()),
            entropy: None,
        };
        start::open(settings, parts, false)
            .await
            .expect("a second process")
    }

    /// Forgets a claim, as time would.
    async fn claim_passes(&self, begun: &Value) {
        use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, IntoActiveModel as _};
        let mut row = self.import_row(begun).await.into_active_model();
        row.lease_until = Set(Some(instant("2020-01-01T00:00:00Z")));
        row.update(&self.app.db).await.expect("written");
    }

    async fn registrations(&self) -> u64 {
        let all = registration::Entity::find();
        all.count(&self.app.db).await.expect("counted")
    }
}

fn counts(job: &Value) -> [i64; 4] {
    ["rowsRead", "accepted", "rejected", "skipped"].map(|name| job[name].as_i64().expect("a count"))
}

/// Items of which some are sound, one is warned of and some are refused, each for its own reason.
fn mixed() -> Vec<Value> {
    let mut bad_check = company(2);
    bad_check["identity"]["number"] = json!("91330203MA00000029");
    let mut held = company(3);
    held["accounts"] = json!([{ "accountNumber": "acct-1" }]);
    let mut nameless = company(4);
    nameless["name"] = Value::Null;
    let mut pending = company(5);
    pending["sellers"] = json!([company(900)["identity"]]);
    let mut taken = company(6);
    taken["externalId"] = json!("c-1");
    vec![
        company(1),
        bad_check,
        held,
        nameless,
        pending,
        taken,
        person(1),
    ]
}

on_both! {
    async fn a_file_is_judged_as_a_request_is(app: TestApp) {
        let (asking, loading) = (app.actor("xihu-other").await, app.actor("xihu-live").await);
        let asked = asking.register(mixed()).await;
        let begun = loading.import(&ndjson(&mixed())).await;
        assert_eq!(begun["job"]["state"], "READING", "{begun:#}");
        assert_eq!(begun["job"]["columns"], json!([]));
        assert_eq!(app.load().await, 1);
        assert_eq!(app.load().await, 0, "nothing is loaded twice");
        let job = loading.job(&begun).await;
        assert_eq!(job["state"], "COMMITTED", "{job:#}");
        assert_eq!((&job["kind"], &job["source"]), (&json!("REGISTRATIONS"), &json!("PLATFORM")));
        assert_eq!(job["progress"], 1.0);
        assert_eq!(job["created"], asked["created"], "{job:#}");
        assert_eq!(job["rejected"], asked["rejected"]);
        assert_eq!(counts(&job), [7, 3, 4, 0]);
        for (index, result) in asked["results"].as_array().expect("results").iter().enumerate() {
            let rows = job["rows"]["edges"].as_array().expect("rows").iter().map(|edge| &edge["node"]);
            let row = rows.into_iter().find(|row| row["row"] == json!(index + 1));
            let wanted = result["problems"].as_array().expect("problems");
            let told = row.map_or_else(Vec::new, |row| row["problems"].as_array().expect("problems").clone());
            assert_eq!(told.len(), wanted.len(), "line {}: {told:?} {wanted:?}", index + 1);
            for (told, wanted) in told.iter().zip(wanted) {
                let path = |p: &Value| p["path"].as_array().expect("a path").clone();
                assert_eq!(path(told), path(wanted)[2..], "without items and index");
                for field in ["code", "severity", "position", "suggestion"] {
                    assert_eq!(told[field], wanted[field], "line {}", index + 1);
                }
            }
        }
        let entries = audit::Entity::find().filter(audit::Column::Operation.eq("importRegistrations"));
        let entries = entries.all(&app.app.db).await.expect("read");
        let chunk = entries.iter().find(|e| e.detail.contains("firstLine")).expect("an entry of the chunk");
        assert_eq!((chunk.outcome.as_str(), chunk.client_id.is_some()), ("DONE", true));
        assert!(!chunk.detail.contains("海曙"), "counts and ids only: {}", chunk.detail);
    }

    async fn lines_that_are_no_items_cost_only_themselves(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut unknown = company(2);
        unknown["adress"] = json!("x");
        let mut form = company(3);
        form["phone"] = json!(13_800_000_000_i64);
        let file = format!(
            "\u{feff}{}\r\n\r\nno json\n{unknown}\n   \n{form}\n{{\"long\":\"{}\"}}\n{}",
            company(1), "x".repeat(300_000), company(4),
        );
        let begun = platform.import(&file).await;
        assert_eq!(app.load().await, 1);
        let job = platform.job(&begun).await;
        assert_eq!(counts(&job), [8, 2, 4, 2], "{job:#}");
        assert_tells!(job, [
            ("LINE_UNREADABLE", "3"), ("FIELD_UNKNOWN", "4.adress"), ("VALUE_FORM", "6.phone"), ("LINE_TOO_LONG", "7"),
        ]);
        assert_eq!(app.registrations().await, 2);

        let file = &job["problemsFile"];
        assert_eq!(file["name"], "proof.problems.ndjson");
        let bytes = platform.fetch(file).await.bytes().await.expect("bytes");
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let told: Vec<_> = lines.iter().map(|line| {
            (line["line"].as_i64().expect("a line"), &line["externalId"], line["outcome"].as_str().expect("an outcome"))
        }).collect();
        let (none, two, three) = (Value::Null, json!("c-2"), json!("c-3"));
        assert_eq!(told, [(3, &none, "REJECTED"), (4, &two, "REJECTED"), (6, &three, "REJECTED"), (7, &none, "REJECTED")]);
        assert_eq!(lines[1]["problems"][0]["path"], json!(["adress"]));
        assert_eq!(lines[1]["problems"][0]["message"], job["problems"][1]["message"]);
        assert_eq!(app.actor("xihu-other").await.fetch(file).await.status(), 404, "another's problems");
        let stored = document::Entity::find().filter(document::Column::Purpose.eq(document::Purpose::Problems));
        assert_eq!(stored.count(&app.app.db).await.expect("counted"), 1);
    }

    async fn a_later_line_about_the_same_subject_is_an_update(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let phone = json!({ "identity": company(1)["identity"], "phone": "0574-87654321" });
        let freed = json!({ "identity": company(1)["identity"], "accounts": [] });
        let mut heir = company(2);
        heir["accounts"] = json!([{ "accountNumber": "acct-1" }]);
        let lines = [company(1), phone, freed, heir, company(1)];
        let begun = platform.import(&ndjson(&lines)).await;
        assert_eq!(app.load().await, 1);
        let job = platform.job(&begun).await;
        // The last line asks again for the account that the heir holds by then.
        assert_eq!(counts(&job), [5, 4, 1, 0], "{job:#}");
        assert_eq!((&job["created"], &job["updated"]), (&json!(2), &json!(2)));
        assert_tells!(job, [("REQUIRED", "3.accounts"), ("ACCOUNT_HELD", "5.accounts.0.accountNumber")]);
        let row = registration::Entity::find().filter(registration::Column::ExternalId.eq("c-1"));
        assert_eq!(row.one(&app.app.db).await.expect("read").expect("a row").revision, 3);
    }

    async fn a_file_goes_on_after_the_last_chunk_that_is_committed(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let items: Vec<_> = (1..=40).map(company).collect();
        let begun = platform.import(&ndjson(&items)).await;
        // A first process of small chunks dies in the middle: its claim is passed on while it still writes.
        let first = app.second(&[("import.chunk_lines", "7")]).await;
        let id = app.import_row(&begun).await.id;
        let (claim, job) = lease::claim(&first, id).await.expect("a claim").expect("claimed");
        assert!(lease::claim(&app.app, id).await.expect("a look").is_none(), "nobody else has it");
        let hand = Hand::of(&first, claim, &job, line::read).await.expect("a hand").expect("may write");
        let hand = Arc::new(hand);
        let writing = load::load(&hand, &job);
        let dying = async {
            while app.import_row(&begun).await.rows_read == 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! { biased; () = dying => {}, end = writing => { end.expect("an end"); } }
        app.claim_passes(&begun).await;
        // A commit that was on its way when the process died may still arrive.
        let (half, written) = loop {
            let (before, written) = (app.import_row(&begun).await, app.registrations().await);
            let after = app.import_row(&begun).await;
            if before.rows_read == after.rows_read {
                break (after, written);
            }
        };
        assert!(half.rows_read >= 7 && half.rows_read % 7 == 0 || half.rows_read == 40, "{half:?}");
        assert_eq!(i64::try_from(written).expect("few"), half.rows_read, "a chunk is there with its record or not at all");

        assert_eq!(app.load().await, 1);
        let job = platform.job(&begun).await;
        assert_eq!(counts(&job), [40, 40, 0, 0], "{job:#}");
        assert_eq!((&job["created"], &job["problemsFile"]), (&json!(40), &Value::Null));
        assert_eq!(app.registrations().await, 40);
        let revisions = revision::Entity::find().count(&app.app.db).await.expect("counted");
        assert_eq!(revisions, 40, "nothing was written twice");
        // Whoever lost the claim changes nothing any more.
        assert_eq!(load::load(&hand, &half).await.expect("an end"), if half.rows_read == 40 {
            load::End::Done
        } else {
            load::End::Lost
        });
        assert!(!report::finish(&first, &claim, &half).await.expect("an end"));
        assert_eq!(app.registrations().await, 40);
    }

    async fn a_cancelled_import_keeps_what_it_wrote(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let begun = platform.import(&ndjson(&[company(1)])).await;
        let stranger = app.actor("xihu-other").await;
        assert_tells!(stranger.cancel(&begun).await, [("NOT_FOUND", "job")]);
        assert_eq!(stranger.job(&begun).await, Value::Null);
        let cancelled = platform.cancel(&begun).await;
        assert_eq!(cancelled["job"]["state"], "CANCELLED", "{cancelled:#}");
        assert_eq!(app.load().await, 0);
        assert_eq!(app.registrations().await, 0);
        assert_tells!(platform.cancel(&begun).await, [("IMPORT_ENDED", "job")]);

        let begun = platform.import(&ndjson(&(1..=20).map(company).collect::<Vec<_>>())).await;
        let small = app.second(&[("import.chunk_lines", "5"), ("import.connections", "1")]).await;
        let id = app.import_row(&begun).await.id;
        let (claim, job) = lease::claim(&small, id).await.expect("a claim").expect("claimed");
        let hand = Hand::of(&small, claim, &job, line::read).await.expect("a hand").expect("may write");
        let hand = Arc::new(hand);
        let (end, ()) = tokio::join!(load::load(&hand, &job), async {
            while app.import_row(&begun).await.rows_read == 0 {
                tokio::task::yield_now().await;
            }
            platform.cancel(&begun).await;
        });
        let left = app.import_row(&begun).await;
        assert!(matches!(end.expect("an end"), load::End::Lost | load::End::Done));
        assert_eq!(left.state, entity::kind::ImportState::Cancelled);
        assert_eq!(i64::try_from(app.registrations().await).expect("few"), left.rows_read);
        let job = platform.job(&begun).await;
        let far = f64::from(i32::try_from(left.bytes_done).expect("few")) / f64::from(i32::try_from(left.bytes).expect("few"));
        assert!((job["progress"].as_f64().expect("a number") - far).abs() < 0.001, "{job:#}");
    }

    async fn only_one_s_own_file_goes_into_one_s_own_book(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let other = app.actor("xihu-other").await;
        let file = other.upload(&ndjson(&[company(1)])).await;
        let foreign = platform.import_file(json!({ "file": file, "kind": "OPERATOR" })).await;
        assert_tells!(foreign, [("NOT_FOUND", "file")]);
        let nonsense = platform.import_file(json!({ "file": "x", "kind": "OPERATOR" })).await;
        assert_tells!(nonsense, [("NOT_FOUND", "file")]);
        let book = app.platform_id("xihu-live").await;
        let strange = other.import_file(json!({ "file": file, "kind": "OPERATOR", "platform": book })).await;
        assert_tells!(strange, [("NOT_FOUND", "platform")]);
        let kind = other.import_file(json!({ "file": file, "kind": "PLATFORM" })).await;
        assert_tells!(kind, [("VALUE_FORM", "kind")]);
        assert_eq!(import_job::Entity::find().count(&app.app.db).await.expect("counted"), 0);

        let input = json!({ "file": file, "kind": "OPERATOR", "idempotencyKey": "once" });
        let (once, again) = (other.import_file(input.clone()).await, other.import_file(input).await);
        assert_eq!(once["job"]["id"], again["job"]["id"], "{again:#}");
        let used = document::by_id(file.parse().expect("an id")).one(&app.app.db).await;
        assert!(used.expect("read").expect("a file").used_at.is_some(), "the sweep leaves it");
        let listed = "{ importJobs(first: 5) { totalCount edges { node { id fileName } } } }";
        assert_eq!(other.data(listed, json!({})).await["importJobs"]["totalCount"], 1);
        assert_eq!(platform.data(listed, json!({})).await["importJobs"]["totalCount"], 0);
        assert_eq!(app.actor("zhejiang").await.data(listed, json!({})).await["importJobs"]["totalCount"], 0);
    }

    async fn rows_come_in_pages_and_by_outcome(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut stale = company(1);
        stale["observedAt"] = json!("2020-01-01T00:00:00+08:00");
        platform.register(vec![company(1)]).await;
        let mut lines: Vec<Value> = (0..30).map(|n| json!({ "nonsense": n })).collect();
        lines.push(stale);
        let begun = platform.import(&ndjson(&lines)).await;
        assert_eq!(app.load().await, 1);
        let job = platform.job(&begun).await;
        assert_eq!(counts(&job), [31, 0, 30, 1], "{job:#}");
        let query = "query ($id: ID!, $after: Cursor, $outcome: RowOutcome) { importJob(id: $id) {
            rows(first: 20, after: $after, outcome: $outcome) {
              edges { node { row outcome problems { code } } } pageInfo { hasNextPage endCursor } } } }";
        let id = &begun["job"]["id"];
        let first = platform.data(query, json!({ "id": id })).await;
        let first = &first["importJob"]["rows"];
        assert_eq!(first["pageInfo"]["hasNextPage"], true);
        let next = platform.data(query, json!({ "id": id, "after": first["pageInfo"]["endCursor"] })).await;
        let next = &next["importJob"]["rows"];
        assert_eq!(next["edges"].as_array().map(Vec::len), Some(11), "{next:#}");
        assert_eq!(next["edges"][0]["node"]["row"], 21);
        let skipped = platform.data(query, json!({ "id": id, "outcome": "SKIPPED" })).await;
        let skipped = &skipped["importJob"]["rows"]["edges"];
        assert_eq!(skipped.as_array().map(Vec::len), Some(1));
        assert_eq!((&skipped[0]["node"]["row"], &skipped[0]["node"]["problems"][0]["code"]), (&json!(31), &json!("STALE")));
    }

    async fn a_client_that_is_revoked_writes_no_more(app: TestApp) {
        use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, IntoActiveModel as _};
        let platform = app.actor("xihu-live").await;
        let begun = platform.import(&ndjson(&[company(1)])).await;
        let row = entity::client::by_name("xihu-live").one(&app.app.db).await;
        let mut row = row.expect("read").expect("a client").into_active_model();
        row.revoked_at = Set(Some(app.app.now()));
        row.update(&app.app.db).await.expect("revoked");
        assert_eq!(app.load().await, 0);
        assert_eq!(app.import_row(&begun).await.state, entity::kind::ImportState::Failed);
        assert_eq!(app.registrations().await, 0);
    }
}
