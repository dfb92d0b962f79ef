//! The operator's report before a livestream: what it may say, who sees it, and how long it is kept.

use serde_json::{Value, json};
use tests::database::Engine;

use super::{Room, evening, person};
use crate::app::TestApp;
use crate::look::assert_tells;
use crate::operator::{company, on_both};
use crate::streamer::{in_rooms, streamer};
use crate::training::made;

const PAGE: &str = "query ($after: Cursor) { liveSessions(first: 2, after: $after) {
  pageInfo { hasNextPage endCursor } edges { node { id } } } }";

on_both! {
    async fn a_report_names_who_will_appear(app: TestApp) {
        let room = Room::open(&app).await;
        let platform = app.actor("xihu-live").await;
        let told = platform.report(evening(json!({ "streamers": [person(1), { "registration": room.streamer }] }))).await;
        let session = &told["session"];
        assert_eq!(session["account"], "acct-1", "{told:#}");
        assert_eq!(session["operator"]["id"], room.operator);
        assert_eq!(session["appearing"], json!([{ "id": room.streamer }]), "each once");
        assert_eq!(session["presenters"], json!([{ "name": "小禾数字人", "responsibleOperator": { "id": room.operator } }]));
        assert_eq!(session["startsAt"], "2026-12-01T20:00:00+08:00");
        assert_eq!(session["reportedAt"], "2026-12-01T10:00:00+08:00");
        let entry = app.audit().await.into_iter().rfind(|e| e.operation == "reportLiveSession").expect("an entry");
        assert_eq!(entry.outcome, "DONE");
        assert!(!app.dump().await.contains("小禾数字人"), "presenters are sealed");
        let keyed = evening(json!({ "idempotencyKey": "r-1" }));
        let first = platform.report(keyed.clone()).await;
        assert_eq!(platform.report(keyed).await, first);
        assert_eq!(app.number("SELECT count(*) FROM live_session").await, 2);
    }

    async fn what_a_report_may_not_say_is_a_problem(app: TestApp) {
        let room = Room::open(&app).await;
        let platform = app.actor("xihu-live").await;
        let closed = made(&platform.register_streamers(vec![in_rooms(5, &[1])]).await, 0);
        platform.close(vec![json!({ "registration": closed, "on": "2026-12-01", "reason": "MISTAKE" })]).await;
        platform.register(vec![company(2)]).await;
        let before = app.counts().await;
        for (fields, code, path) in [
            (json!({ "account": "acct-9" }), "ACCOUNT_UNKNOWN", "account"),
            (json!({ "streamers": [] }), "EMPTY", "streamers"),
            (json!({ "streamers": [person(1), person(9)] }), "NOT_REGISTERED", "streamers.1"),
            (json!({ "streamers": [{ "registration": closed }] }), "REGISTRATION_CLOSED", "streamers.0"),
            (json!({ "startsAt": "2026-12-08T10:01:00+08:00" }), "MOMENT_OUT_OF_RANGE", "startsAt"),
            (json!({ "startsAt": "2026-12-01T07:59:00+08:00" }), "MOMENT_OUT_OF_RANGE", "startsAt"),
            (json!({ "operator": { "identity": company(2)["identity"] } }), "NOT_OF_ROOM", "operator"),
            (json!({ "operator": { "registration": "nobody" } }), "NOT_OF_ROOM", "operator"),
            (json!({ "presenters": [{ "name": "谁也不认识" }] }), "PRESENTER_UNDECLARED", "presenters.0.name"),
            (json!({ "presenters": [{ "name": "小禾数字人", "responsibleOperator": { "identity": company(2)["identity"] } }] }),
                "NOT_OF_ROOM", "presenters.0.responsibleOperator"),
            (json!({ "platform": app.platform_id("xihu-other").await }), "NOT_FOUND", "platform"),
        ] {
            let told = platform.report(evening(fields)).await;
            assert_eq!(told["session"], Value::Null);
            assert_tells!(told, [(code, path)]);
        }
        let mut after = app.counts().await;
        after.insert("audit".to_owned(), before["audit"]);
        assert_eq!(after, before, "a refusal writes nothing but its entry");
        assert_tells!(app.actor("zhejiang").await.report(evening(json!({}))).await, [("PLATFORM_REQUIRED", "platform")]);
        assert_ne!(room.streamer, closed);
    }

    async fn reports_are_seen_by_whoever_sees_the_operator(app: TestApp) {
        let room = Room::reported(&app).await;
        let other = app.actor("xihu-other").await;
        let mut rival = company(3);
        rival["accounts"] = json!([{ "accountNumber": "acct-1" }]);
        other.register(vec![rival]).await;
        other.register_streamers(vec![{
            let mut item = streamer(3);
            item["operators"] = json!([company(3)["identity"]]);
            item
        }]).await;
        let theirs = json!({ "streamers": [person(3)], "presenters": [] });
        assert_eq!(other.report(evening(theirs)).await["problems"], json!([]));
        // The platform is in Xihu, its operator in Ningbo.
        for (who, sees) in [("xihu-live", 1), ("xihu-other", 1), ("guangzhou-live", 0), ("xihu", 2), ("ningbo", 2),
            ("zhejiang", 2), ("national", 2), ("guangdong", 0), ("cyberspace", 0)] {
            let told = app.actor(who).await.sessions(json!({})).await;
            assert_eq!(told["totalCount"], sees, "{who}: {told:#}");
            assert_eq!(told["edges"].as_array().expect("edges").len(), sees, "{who}");
        }
        let platform = app.actor("xihu-live").await;
        let told = platform.sessions(json!({})).await;
        assert_eq!(told["edges"][0]["node"]["appearing"], json!([{ "id": room.streamer, "name": "诸葛*红" }]));
        for (filter, rows) in [(json!({ "account": "acct-1" }), 1), (json!({ "account": "acct-2" }), 0),
            (json!({ "since": "2026-12-01T20:00:00+08:00" }), 1), (json!({ "until": "2026-12-01T20:00:00+08:00" }), 0),
            (json!({ "platform": app.platform_id("xihu-other").await }), 0), (json!({ "platform": "nobody" }), 0)] {
            assert_eq!(platform.sessions(filter.clone()).await["totalCount"], rows, "{filter}");
        }
    }

    async fn pages_go_from_the_newest_on(app: TestApp) {
        Room::open(&app).await;
        let platform = app.actor("xihu-live").await;
        let mut made = Vec::new();
        for hour in 11..16 {
            let at = format!("2026-12-01T{hour}:00:00+08:00");
            made.push(platform.report(evening(json!({ "startsAt": at }))).await["session"]["id"].clone());
        }
        made.reverse();
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let data = platform.data(PAGE, json!({ "after": after })).await;
            let page = &data["liveSessions"];
            seen.extend(page["edges"].as_array().expect("edges").iter().map(|edge| edge["node"]["id"].clone()));
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(seen, made);
    }

    async fn reports_go_when_their_time_is_over_and_with_whom_they_name(app: TestApp) {
        let room = Room::reported(&app).await;
        let id = |id: &Value| id.as_str().expect("an id").parse().expect("an id");
        let held = api::registry::retention::Held {
            kind: entity::kind::HeldKind::Registration,
            subject: id(&room.streamer),
        };
        let term = |at: &str| format!("UPDATE live_session SET starts_at = '{at}'");
        app.run(&term("2020-01-01T00:00:00+00:00")).await;
        let placed = api::registry::retention::add_hold(&app.app, held, "某案").await.expect("a deed").expect("a hold");
        assert_eq!(api::jobs::retain(&app.app).await.expect("it ran").sessions, 0, "held");
        api::registry::retention::lift_hold(&app.app, placed, "结案").await.expect("a deed").expect("lifted");
        let (due, _) = api::registry::retention::due(&app.app).await.expect("what is due");
        assert_eq!(due.sessions, 1);
        assert_eq!(api::jobs::retain(&app.app).await.expect("it ran").sessions, 1);
        assert_eq!(app.number("SELECT count(*) FROM live_session_streamer").await, 0);

        let platform = app.actor("xihu-live").await;
        platform.report(evening(json!({}))).await;
        for closing in [&room.streamer, &room.operator] {
            platform.close(vec![json!({ "registration": closing, "on": "2026-12-01", "reason": "MISTAKE" })]).await;
        }
        app.run("UPDATE registration SET closed_on = '2020-01-01' WHERE status = 'CLOSED'").await;
        let gone = api::jobs::retain(&app.app).await.expect("it ran");
        assert_eq!((gone.registrations, gone.sessions), (2, 0), "they went with the registrations");
        for table in ["registration", "training", "live_session", "live_session_streamer"] {
            assert_eq!(app.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
        }
    }
}
