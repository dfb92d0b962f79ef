//! The gate as the service answers it: each reason by what stands in the database, in both editions and on both databases.

use serde_json::{Value, json};
use tests::database::Engine;

use super::{Room, evening, person, said, tonight};
use crate::app::{TestApp, instant};
use crate::look::assert_tells;
use crate::operator::{company, on_both};
use crate::streamer::{in_rooms, streamer};
use crate::training::{made, trained};

on_both! {
    async fn a_room_in_which_nothing_is_wrong_may_begin(app: TestApp) {
        let room = Room::reported(&app).await;
        let platform = app.actor("xihu-live").await;
        let told = platform.clear(tonight(json!({}))).await;
        assert_eq!(said(&told), "ALLOW:", "{told:#}");
        assert_eq!(told["validUntil"], "2026-12-01T21:00:00+08:00");
        assert_eq!(told["presenters"], json!([{ "name": "小禾数字人", "responsibleOperator": { "id": room.operator } }]));
        for streamer in [json!({ "registration": room.streamer }), json!({ "registration": room.operator }),
            json!({ "party": party_of(&app, &room.streamer).await })] {
            let verdict = said(&platform.clear(tonight(json!({ "streamers": [streamer] }))).await);
            let expected = if streamer["registration"] == room.operator {
                "DENY: NOT_REGISTERED streamers.0 ERROR"
            } else {
                "ALLOW:"
            };
            assert_eq!(verdict, expected, "{streamer}");
        }
        let entry = app.audit().await.into_iter().find(|entry| entry.operation == "clearForLive").expect("an entry");
        assert_eq!(entry.outcome, "READ");
        let id = |id: &Value| id.as_str().expect("an id").to_owned();
        assert_eq!(entry.subjects, format!("{} {}", id(&room.operator), id(&room.streamer)));
        let detail: Value = serde_json::from_str(&entry.detail).expect("JSON");
        assert_eq!((&detail["verdict"], &detail["reasons"]), (&json!("ALLOW"), &json!([])));
    }

    async fn the_verdict_follows_what_stands(app: TestApp) {
        let room = Room::reported(&app).await;
        let platform = app.actor("xihu-live").await;
        let ask = || platform.clear(tonight(json!({})));
        let deny = |reason: &str| format!("DENY: {reason}");

        platform.register_streamers(vec![json!({ "identity": streamer(1)["identity"], "operators": [] })]).await;
        assert_eq!(said(&ask().await), deny("NOT_OF_ROOM streamers.0 ERROR"));
        platform.register_streamers(vec![in_rooms(1, &[1])]).await;
        assert_eq!(said(&ask().await), "ALLOW:");

        platform.train(vec![trained(&room.streamer, "2026-12-01", "CHEATED")]).await;
        assert_eq!(said(&ask().await), "ALLOW: TRAINING_FAILED streamers.0 WARNING");
        app.clock.set(instant("2026-12-02T10:00:00+08:00"));
        let platform = app.actor("xihu-live").await;
        platform.train(vec![trained(&room.streamer, "2026-12-02", "PASSED")]).await;
        let later = json!({ "startsAt": "2026-12-02T20:00:00+08:00" });
        platform.report(evening(later)).await;
        let at = json!({ "at": "2026-12-02T20:00:00+08:00" });
        assert_eq!(said(&platform.clear(tonight(at.clone())).await), "ALLOW:");

        let mut patch = json!({ "identity": company(1)["identity"] });
        patch["presenters"] = json!([]);
        platform.register(vec![patch]).await;
        assert_eq!(said(&platform.clear(tonight(at.clone())).await), deny("PRESENTER_UNDECLARED account ERROR"));

        platform.close(vec![json!({ "registration": room.streamer, "on": "2026-12-02", "reason": "MISTAKE" })]).await;
        let closed = said(&platform.clear(tonight(at.clone())).await);
        assert!(closed.contains("REGISTRATION_CLOSED streamers.0 ERROR"), "{closed}");
        platform.close(vec![json!({ "registration": room.operator, "on": "2026-12-02", "reason": "MISTAKE" })]).await;
        let closed = said(&platform.clear(tonight(at)).await);
        assert!(closed.contains("REGISTRATION_CLOSED account ERROR"), "{closed}");
    }

    async fn verifications_and_years_run_out(app: TestApp) {
        Room::open(&app).await;
        for (now, expected) in [
            ("2026-12-31T10:00:00+08:00", "ALLOW:"),
            ("2027-01-01T10:00:00+08:00", "ALLOW: TRAINING_YEARLY account HINT, TRAINING_YEARLY streamers.0 WARNING"),
            ("2027-03-05T10:00:00+08:00", "ALLOW: VERIFICATION_DUE account WARNING, TRAINING_YEARLY account HINT, \
                TRAINING_YEARLY streamers.0 WARNING"),
            ("2027-04-02T10:00:00+08:00", "DENY: VERIFICATION_OVERDUE account ERROR, TRAINING_YEARLY account HINT, \
                TRAINING_YEARLY streamers.0 WARNING"),
        ] {
            app.clock.set(instant(now));
            let platform = app.actor("xihu-live").await;
            platform.report(evening(json!({ "startsAt": now }))).await;
            let told = platform.clear(tonight(json!({ "at": now }))).await;
            assert_eq!(said(&told), expected, "{now}: {told:#}");
        }
        app.clock.set(instant("2027-04-01T23:30:00+08:00"));
        let platform = app.actor("xihu-live").await;
        let now = json!({ "startsAt": "2027-04-01T23:30:00+08:00" });
        platform.report(evening(now)).await;
        let told = platform.clear(json!({ "account": "acct-1", "streamers": [person(1)] })).await;
        assert_eq!(told["verdict"], "ALLOW", "now is asked where no moment is named");
        assert_eq!(told["validUntil"], "2027-04-02T00:00:00+08:00", "no longer than the operator's verification");
    }

    async fn the_operators_report_is_looked_for(app: TestApp) {
        let room = Room::open(&app).await;
        let platform = app.actor("xihu-live").await;
        let mut second = in_rooms(2, &[1]);
        second["externalId"] = json!("s-2");
        let second = made(&platform.register_streamers(vec![second]).await, 0);
        platform.train(vec![trained(&second, "2026-11-01", "PASSED")]).await;
        assert_eq!(said(&platform.clear(tonight(json!({}))).await), "DENY: SESSION_NOT_REPORTED account ERROR");
        platform.report(evening(json!({}))).await;
        let both = json!({ "streamers": [person(1), person(2)] });
        assert_eq!(said(&platform.clear(tonight(both.clone())).await), "DENY: SESSION_LACKS_STREAMER streamers.1 ERROR");
        platform.report(evening(both.clone())).await;
        assert_eq!(said(&platform.clear(tonight(both)).await), "ALLOW:");
        platform.report(evening(json!({ "streamers": [person(2)] }))).await;
        assert_eq!(said(&platform.clear(tonight(json!({}))).await), "ALLOW:", "the one that names most of them counts");
        let minutes = |at: &str| tonight(json!({ "at": at }));
        assert_eq!(said(&platform.clear(minutes("2026-12-01T22:00:00+08:00")).await), "ALLOW:");
        let late = said(&platform.clear(minutes("2026-12-01T22:01:00+08:00")).await);
        assert_eq!(late, "DENY: SESSION_NOT_REPORTED account ERROR");
        assert_ne!(room.streamer, second);
    }

    async fn questions_that_cannot_be_answered_are_problems(app: TestApp) {
        Room::reported(&app).await;
        let platform = app.actor("xihu-live").await;
        let bad = json!({ "identity": { "kind": "RESIDENT_ID", "number": "330782199502020000" } });
        for (fields, code, path) in [
            (json!({ "account": "acct-2" }), "ACCOUNT_UNKNOWN", "account"),
            (json!({ "account": "" }), "EMPTY", "account"),
            (json!({ "streamers": [] }), "EMPTY", "streamers"),
            (json!({ "streamers": vec![person(1); 101] }), "TOO_MANY", "streamers"),
            (json!({ "streamers": [person(1), bad] }), "RESIDENT_ID_CHECK", "streamers.1.identity.number"),
            (json!({ "at": "2026-12-02T10:01:00+08:00" }), "MOMENT_OUT_OF_RANGE", "at"),
            (json!({ "at": "2026-12-01T07:59:00+08:00" }), "MOMENT_OUT_OF_RANGE", "at"),
            (json!({ "platform": app.platform_id("xihu-other").await }), "NOT_FOUND", "platform"),
            (json!({ "platform": "nobody" }), "NOT_FOUND", "platform"),
        ] {
            let told = platform.clear(tonight(fields)).await;
            assert_eq!(told["verdict"], Value::Null, "{told:#}");
            assert_eq!((&told["record"], &told["validUntil"]), (&Value::Null, &Value::Null));
            assert_tells!(told, [(code, path)]);
        }
        let foreign = app.actor("xihu-other").await.clear(tonight(json!({}))).await;
        assert_tells!(foreign, [("ACCOUNT_UNKNOWN", "account")]);
        let office = app.actor("zhejiang").await;
        let own = json!({ "platform": app.platform_id("xihu-live").await });
        assert_tells!(office.clear(tonight(own)).await, [("NOT_YOURS", "platform")]);
        assert_tells!(office.clear(tonight(json!({}))).await, [("PLATFORM_REQUIRED", "platform")]);
        let refused = app.audit().await.into_iter().filter(|e| e.operation == "clearForLive" && e.outcome == "REFUSED");
        assert_eq!(refused.count(), 12);
    }

    async fn whoever_is_not_in_this_book_is_not_registered_whoever_knows_them(app: TestApp) {
        Room::reported(&app).await;
        let other = app.actor("xihu-other").await;
        let elsewhere = made(&other.register_streamers(vec![streamer(7)]).await, 0);
        let platform = app.actor("xihu-live").await;
        let ask = async |who: Value| platform.clear(tonight(json!({ "streamers": [who] }))).await;
        let party = party_of(&app, &elsewhere).await;
        let mut records = Vec::new();
        for who in [person(7), person(8), json!({ "registration": elsewhere }), json!({ "party": party }),
            json!({ "party": "018f0000-0000-7000-8000-000000000000" }), json!({ "registration": "nobody" })] {
            let told = ask(who.clone()).await;
            assert_eq!(said(&told), "DENY: NOT_REGISTERED streamers.0 ERROR", "{who}");
            assert_eq!(told["validUntil"], Value::Null);
            records.push(crate::live::record::claims(told["record"].as_str().expect("a record"))["streamers"].clone());
        }
        let unknown = json!([{ "registration": null, "party": null }]);
        assert!(records.iter().all(|who| *who == unknown), "{records:?}");
    }

    async fn everybody_who_runs_a_room_is_judged(app: TestApp) {
        Room::reported(&app).await;
        let platform = app.actor("xihu-live").await;
        let mut manager = company(2);
        manager["accounts"] = json!([{ "accountNumber": "acct-1", "role": "ACTUAL_OPERATOR" }]);
        manager["verification"] = json!({ "at": "2026-05-01T08:00:00+08:00", "method": "OCR" });
        platform.register(vec![manager]).await;
        let told = said(&platform.clear(tonight(json!({}))).await);
        assert_eq!(told, "DENY: VERIFICATION_OVERDUE account ERROR, TRAINING_YEARLY account HINT");
        // Whose streamers may appear in it as well.
        let third = made(&platform.register_streamers(vec![in_rooms(3, &[2])]).await, 0);
        platform.train(vec![trained(&third, "2026-11-01", "PASSED")]).await;
        platform.report(evening(json!({ "streamers": [person(3)] }))).await;
        let told = said(&platform.clear(tonight(json!({ "streamers": [person(3)] }))).await);
        assert!(!told.contains("streamers.0"), "{told}");
    }
}

async fn party_of(app: &TestApp, registration: &Value) -> Value {
    use entity::registration;
    let id = registration
        .as_str()
        .expect("an id")
        .parse()
        .expect("an id");
    let rows = registration::named([id])
        .all(&app.app.db)
        .await
        .expect("it is read");
    json!(rows[0].party_id.to_string())
}

mod draft {
    use super::*;

    async fn nobody_reports_and_streamers_are_verified(engine: Engine) {
        let app = TestApp::start_with(engine, &[("law.edition", "draft-2025")]).await;
        let room = Room::open(&app).await;
        let platform = app.actor("xihu-live").await;
        let told = platform.clear(tonight(json!({}))).await;
        assert_eq!(said(&told), "ALLOW:", "{told:#}");
        assert_eq!(
            told["presenters"][0]["name"], "小禾数字人",
            "as it is declared for the room"
        );
        platform
            .train(vec![trained(&room.streamer, "2026-12-01", "REFUSED")])
            .await;
        let told = platform.clear(tonight(json!({}))).await;
        assert!(said(&told).starts_with("DENY: "), "{told:#}");
        let failed = told["reasons"].as_array().expect("reasons").iter();
        let failed = failed.filter(|reason| reason["code"] == "TRAINING_FAILED");
        let articles: Vec<_> = failed.map(|reason| &reason["article"]).collect();
        let article = json!({ "number": "第十条第一款", "edition": "draft-2025" });
        assert_eq!(articles, [&article]);
        app.clock.set(instant("2027-01-02T10:00:00+08:00"));
        let platform = app.actor("xihu-live").await;
        let told = said(&platform.clear(tonight(json!({ "at": null }))).await);
        assert!(
            told.contains("VERIFICATION_OVERDUE streamers.0 ERROR"),
            "{told}"
        );
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        nobody_reports_and_streamers_are_verified(Engine::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        nobody_reports_and_streamers_are_verified(Engine::Postgres).await;
    }
}
