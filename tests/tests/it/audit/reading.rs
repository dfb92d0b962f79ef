//! The audit as it is read: the auditor all of it, an office what its own people did, whoever runs the house by command;
//! and that what was refused stands in it too.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::look::error_code;
use crate::operator::{company, credit_code, on_both, person};
use crate::program::{Machine, on_machines};

const EVENTS: &str = "query ($filter: AuditEventFilter, $first: Int, $after: Cursor) {
  auditEvents(filter: $filter, first: $first, after: $after) {
    edges { node { id at clientName role operation outcome subjects party purpose detail segment position
      changes { registration field before after } } }
    pageInfo { hasNextPage endCursor } } }";

impl Actor {
    async fn events(&self, filter: Value) -> Vec<Value> {
        let answer = self.data(EVENTS, json!({ "filter": filter })).await;
        let edges = answer["auditEvents"]["edges"].as_array().cloned();
        let edges = edges.expect("edges").into_iter();
        edges.map(|mut edge| edge["node"].take()).collect()
    }

    async fn look_up(&self, n: u32) -> Value {
        let reference = json!({ "identity": { "kind": "USCC", "number": credit_code(n) } });
        self.data(
            "query ($ref: PartyRef!) { party(ref: $ref) { id } }",
            json!({ "ref": reference }),
        )
        .await["party"]["id"]
            .take()
    }
}

impl Actor {
    async fn export(&self, query: &str) -> (u16, String, String) {
        let answer = self
            .request(reqwest::Method::GET, &format!("/audit-events{query}"))
            .send()
            .await
            .expect("an answer");
        let media = answer.headers()["content-type"]
            .to_str()
            .expect("text")
            .to_owned();
        (
            answer.status().as_u16(),
            media,
            answer.text().await.expect("a body"),
        )
    }
}

on_both! {
    async fn the_auditor_reads_all_and_an_office_what_its_own_people_did(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![person(1)]).await;
        let id = made["results"][0]["registration"]["id"].clone();
        let mut renamed = person(1);
        renamed["name"] = json!("李小明");
        renamed["phone"] = json!("13987654321");
        platform.register(vec![renamed]).await;
        platform.register(vec![company(2)]).await;
        for actor in ["zhejiang", "ningbo", "zhejiang"] {
            app.clock.advance(TimeDelta::seconds(1));
            app.actor(actor).await.look_up(2).await;
        }
        let auditor = app.actor("auditor").await;
        let changed = auditor.events(json!({ "operation": "registerOperators" })).await;
        let changed: Vec<_> = changed.iter().flat_map(|event| event["changes"].as_array().expect("changes")).collect();
        let shown = |field: &str| changed.iter().find(|change| change["field"] == field).expect("it changed");
        assert_eq!(shown("name")["after"], "李*明");
        assert_eq!(shown("phone")["after"], "139****4321");
        assert_eq!(shown("name")["registration"], id);
        let everything = serde_json::to_string(&auditor.events(json!({})).await).expect("JSON");
        assert!(!everything.contains("李小明") && !everything.contains("13987654321"));

        let office = app.actor("zhejiang").await;
        let own = office.events(json!({})).await;
        assert!(own.iter().all(|event| event["clientName"] == "zhejiang"), "{own:#?}");
        let looks = |events: &[Value]| events.iter().filter(|event| event["operation"] == "party").count();
        assert_eq!(looks(&own), 2);
        assert_eq!(own.iter().filter(|event| event["operation"] == "auditEvents").count(), 1, "this very look is recorded");
        let all = auditor.events(json!({ "operation": "party" })).await;
        assert_eq!(all.len(), 3);
        let party = all[0]["party"].clone();
        assert_eq!(auditor.events(json!({ "party": party })).await.iter().filter(|e| e["operation"] == "party").count(), 3);
        for (filter, count) in [
            (json!({ "operation": "party", "since": "2026-12-01T10:00:02+08:00" }), 2),
            (json!({ "operation": "party", "until": "2026-12-01T10:00:02+08:00" }), 1),
            (json!({ "operation": "party", "outcome": "READ" }), 3),
            (json!({ "operation": "party", "outcome": "DONE" }), 0),
            (json!({ "operation": "party", "client": "nonsense" }), 0),
            (json!({ "operation": "party", "office": "01a00000-0000-7000-8000-000000000000" }), 0),
            (json!({ "requestId": "no-such-request" }), 0),
        ] {
            assert_eq!(auditor.events(filter.clone()).await.len(), count, "{filter}");
        }
        for actor in ["xihu-live", "guangdong", "security", "system"] {
            let refused = app.actor(actor).await.ask(EVENTS, json!({})).await;
            assert_eq!(error_code(&refused), "FORBIDDEN", "{actor}");
        }
        let attempts = auditor.events(json!({ "operation": "auditEvents", "outcome": "REFUSED" })).await;
        assert_eq!(attempts.len(), 4, "what was forbidden is recorded");
    }

    async fn pages_of_events_go_on_where_the_last_ended(app: TestApp) {
        for n in 0..7 {
            // Two at each moment, so that the id decides between them.
            app.clock.advance(TimeDelta::seconds(n % 2));
            app.actor("ningbo").await.look_up(1).await;
        }
        let office = app.actor("ningbo").await;
        let mut seen = Vec::new();
        let mut after = Value::Null;
        loop {
            let filter = json!({ "operation": "party" });
            let page = office.data(EVENTS, json!({ "filter": filter, "first": 2, "after": after })).await;
            let edges = page["auditEvents"]["edges"].as_array().cloned().expect("edges");
            seen.extend(edges.iter().map(|edge| (edge["node"]["at"].clone(), edge["node"]["id"].clone())));
            if page["auditEvents"]["pageInfo"]["hasNextPage"] == json!(false) {
                break;
            }
            after = page["auditEvents"]["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(seen.len(), 7);
        assert!(seen.windows(2).all(|pair| (pair[0].0.as_str(), pair[0].1.as_str()) > (pair[1].0.as_str(), pair[1].1.as_str())));
    }

    async fn many_who_look_at_once_each_leave_an_entry_before_they_are_answered(app: TestApp) {
        app.actor("xihu-live").await.register(vec![company(1)]).await;
        let office = app.actor("zhejiang").await;
        let looks = (0..200).map(|_| office.look_up(1));
        let answers = join_all(looks).await;
        assert!(answers.iter().all(Value::is_string));
        assert_eq!(app.number("SELECT count(*) FROM audit WHERE operation = 'party'").await, 200);
    }

    async fn a_file_of_events_holds_what_the_pages_show(app: TestApp) {
        for actor in ["zhejiang", "ningbo", "zhejiang"] {
            app.clock.advance(TimeDelta::seconds(1));
            app.actor(actor).await.look_up(1).await;
        }
        let (status, media, lines) = app.actor("zhejiang").await.export("").await;
        assert_eq!((status, media.as_str()), (200, "application/x-ndjson"));
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let operations: Vec<_> = lines.iter().map(|line| line["operation"].as_str().expect("a deed")).collect();
        assert_eq!(operations, ["exportAudit", "party", "party"], "newest first, its own people's alone, this export too");
        let (_, media, csv) = app.actor("auditor").await.export("?format=csv&since=2026-12-01T10:00:02%2B08:00&until=2026-12-01T10:00:03%2B08:00").await;
        assert_eq!(media, "text/csv; charset=utf-8");
        let rows: Vec<_> = csv.lines().collect();
        assert_eq!(rows.len(), 2, "{csv}");
        assert!(rows[0].starts_with("id,at,client,") && rows[1].contains("\"party\""), "{csv}");
        let (_, _, nothing) = app.actor("auditor").await.export("?format=csv&until=2000-01-01T00:00:00Z").await;
        assert_eq!(nothing.lines().count(), 1, "the header alone");
        assert_eq!(app.actor("auditor").await.export("?since=gestern").await.0, 400);
        assert_eq!(app.actor("auditor").await.export("?format=pdf").await.0, 400);
        assert_eq!(app.actor("xihu-live").await.export("").await.0, 403);
        let refused = app.number("SELECT count(*) FROM audit WHERE operation = 'exportAudit' AND outcome = 'REFUSED'").await;
        assert_eq!(refused, 1);
    }

    async fn whoever_is_turned_away_leaves_an_entry(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let upload = app.actor("auditor").await.request(reqwest::Method::POST, "/files?name=x").body("x").send().await;
        assert_eq!(upload.expect("an answer").status(), 403);
        let write = "mutation { one: registerOperators(input: { items: [] }) { processed } }";
        assert_eq!(error_code(&app.actor("auditor").await.ask(write, json!({})).await), "FORBIDDEN");
        app.run("UPDATE client SET revoked_at = valid_from WHERE name = 'xihu-live'").await;
        assert_eq!(error_code(&platform.ask("{ me { role } }", json!({})).await), "UNAUTHENTICATED");
        let refused = app.column(
            "SELECT operation || ' ' || role || ' ' || detail FROM audit WHERE outcome = 'REFUSED' ORDER BY at, id",
        ).await;
        assert_eq!(refused, [
            "uploadFile AUDITOR {\"problems\":[\"FORBIDDEN\"]}",
            "registerOperators AUDITOR {\"problems\":[\"FORBIDDEN\"]}",
            "authenticate PLATFORM {\"problems\":[\"CLIENT_REVOKED\"]}",
        ], "an alias does not hide the name");
        let ids = app.number("SELECT count(DISTINCT request_id) FROM audit WHERE outcome = 'REFUSED'").await;
        assert_eq!(ids, 3, "each under its request");
    }
}

on_machines! {
    async fn the_audit_is_checked_given_out_and_its_key_printed(machine: Machine) {
        machine.types("demo").done();
        let server = machine.serves("serve --set server.address=127.0.0.1:0", "listening on");
        assert_eq!(server.stops(), 0);
        let said = machine.types("audit verify").done();
        assert!(said.contains("are as they were sealed") && said.contains("0 entries are not sealed yet"), "{said}");
        let report: Value = serde_json::from_str(&machine.types("audit verify --json").done()).expect("JSON");
        assert_eq!((&report["flaw"], &report["unsealed"]), (&Value::Null, &json!(0)));
        let key = machine.types("audit key").done();
        assert!(key.starts_with("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA"), "{key}");
        machine.types("audit export --out audit.jsonl").done();
        let lines = std::fs::read_to_string(machine.path("audit.jsonl")).expect("a file");
        assert_eq!(Some(lines.lines().count() as u64), report["entries"].as_u64().map(|entries| entries + 1), "and the export");
        let again = machine.types("audit export --out audit.jsonl");
        assert_eq!(again.code, 1, "nothing is overwritten");
        let head = std::fs::read_dir(machine.path("data/files/audit")).expect("heads").next().expect("a day").expect("a day");
        let first = head.path().join("000000000001");
        std::fs::remove_file(first).expect("removed");
        let flaw = machine.types("audit verify");
        assert_eq!(flaw.code, 1);
        assert!(flaw.err.contains("segment 1 has no head in the file store"), "{}", flaw.err);
    }
}
