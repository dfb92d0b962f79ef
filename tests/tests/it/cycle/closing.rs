//! 注销, and opening again by registering again.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::look::{assert_tells, outcomes};
use crate::operator::{codes, company, on_both, person};

/// Registers companies and gives back their ids.
async fn registered(platform: &Actor, numbers: std::ops::RangeInclusive<u32>) -> Vec<Value> {
    let made = platform.register(numbers.map(company).collect()).await;
    let results = made["results"].as_array().expect("results");
    assert!(
        results.iter().all(|r| r["outcome"] == "CREATED"),
        "{made:#}"
    );
    results
        .iter()
        .map(|r| r["registration"]["id"].clone())
        .collect()
}

fn item(id: &Value, reason: &str) -> Value {
    json!({ "registration": id, "on": "2026-12-01", "reason": reason })
}

on_both! {
    async fn every_reason_closes_and_accounts_end_with_it(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let ids = registered(&platform, 1..=5).await;
        app.clock.advance(TimeDelta::days(1));
        let platform = app.actor("xihu-live").await;
        let reasons = ["CANCELLED_BY_SUBJECT", "CLOSED_BY_PLATFORM", "DECEASED_OR_DISSOLVED", "MISTAKE", "OTHER"];
        let mut items: Vec<_> = ids.iter().zip(reasons).map(|(id, reason)| item(id, reason)).collect();
        items[4]["note"] = json!("  转由他处经营  ");
        let closed = platform.close(items).await;
        assert_eq!((&closed["closed"], &closed["processed"]), (&json!(5), &json!(5)), "{closed:#}");
        let first = &closed["results"][0]["registration"];
        assert_eq!((&first["status"], &first["closedOn"], &first["revision"]), (&json!("CLOSED"), &json!("2026-12-01"), &json!(2)));
        assert_eq!(app.number("SELECT count(*) FROM account WHERE until IS NULL").await, 0);
        let read = platform.operator(&ids[0]).await;
        assert_eq!(read["accounts"][0]["until"], "2026-12-01");
        assert_eq!(read["history"]["edges"][0]["node"]["changed"], json!(["status", "accounts"]));
    }

    async fn a_tie_never_ends_before_it_began(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let ids = registered(&platform, 1..=1).await;
        let mut early = item(&ids[0], "DECEASED_OR_DISSOLVED");
        early["on"] = json!("2026-11-01");
        let closed = platform.close(vec![early]).await;
        assert_eq!(outcomes(&closed), "CLOSED", "{closed:#}");
        assert_eq!(closed["results"][0]["registration"]["closedOn"], "2026-11-01");
        let tie = &platform.operator(&ids[0]).await["accounts"][0];
        assert_eq!((&tie["since"], &tie["until"]), (&json!("2026-12-01"), &json!("2026-12-01")));
    }

    async fn what_cannot_be_closed_is_told_item_by_item(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut founded = company(9);
        founded["registeredOn"] = json!("2026-06-01");
        let founded = platform.register(vec![founded]).await["results"][0]["registration"]["id"].clone();
        let ids = registered(&platform, 1..=3).await;
        platform.close(vec![item(&ids[0], "MISTAKE")]).await;
        let before = app.counts().await;
        let with = |id: &Value, name: &str, value: Value| {
            let mut item = item(id, "OTHER");
            item["note"] = json!("说明");
            item[name] = value;
            item
        };
        let refused = platform.close(vec![
            item(&ids[0], "MISTAKE"),
            with(&ids[1], "note", Value::Null),
            with(&ids[1], "on", json!("2026-12-02")),
            with(&ids[2], "on", json!("2026-12-02")),
            with(&founded, "on", json!("2026-05-31")),
        ]).await;
        assert_eq!((&refused["rejected"], &refused["closed"]), (&json!(5), &json!(0)), "{refused:#}");
        assert_tells!(refused["results"][0], [("ALREADY_CLOSED", "items.0.registration")]);
        assert_tells!(refused["results"][1], [("REQUIRED", "items.1.note")]);
        assert_tells!(refused["results"][2], [("DUPLICATE_IN_BATCH", "items.2.registration")]);
        assert_tells!(refused["results"][3], [("DATE_IN_FUTURE", "items.3.on")]);
        assert_tells!(refused["results"][4], [("DATE_ORDER", "items.4.on")]);
        for (index, words) in [(0, "2026-12-01"), (2, "items第1条"), (3, "2026-12-01"), (4, "2026-06-01")] {
            let message = refused["results"][index]["problems"][0]["message"].as_str().expect("a message");
            assert!(message.contains(words), "{message} should name {words}");
        }
        for (note, code) in [("", "EMPTY"), ("电话138****0001", "MASKED_VALUE"), ("x\ny", "CONTROL_CHARACTER")] {
            let refused = platform.close(vec![with(&ids[1], "note", json!(note))]).await;
            assert_tells!(refused["results"][0], [(code, "items.0.note")]);
        }
        let long = platform.close(vec![with(&ids[1], "note", json!("长".repeat(1_001)))]).await;
        assert_tells!(long["results"][0], [("TOO_LONG", "items.0.note")]);
        let mut after = app.counts().await;
        after.insert("audit".to_owned(), before["audit"]);
        assert_eq!(after, before);
    }

    async fn what_is_absent_or_another_s_is_answered_alike(app: TestApp) {
        let ids = registered(&app.actor("xihu-live").await, 1..=1).await;
        let other = app.actor("xihu-other").await;
        let before = app.counts().await;
        let absent = json!("01900000-0000-7000-8000-000000000000");
        let wild = [json!("no-id"), json!(""), json!("00000000-0000-0000-0000-000000000000")];
        let upper = json!(ids[0].as_str().expect("an id").to_uppercase());
        for id in [&ids[0], &absent, &upper].into_iter().chain(&wild) {
            let answer = other.close(vec![item(id, "MISTAKE")]).await;
            assert_eq!(answer["results"][0]["registration"], Value::Null);
            assert_tells!(answer["results"][0], [("NOT_FOUND", "items.0.registration")]);
        }
        let province = app.actor("zhejiang").await.close(vec![item(&ids[0], "MISTAKE")]).await;
        assert_tells!(province["results"][0], [("NOT_YOURS", "items.0.registration")]);
        let elsewhere = app.actor("guangdong").await.close(vec![item(&ids[0], "MISTAKE")]).await;
        assert_tells!(elsewhere["results"][0], [("NOT_FOUND", "items.0.registration")]);
        let mut after = app.counts().await;
        after.insert("audit".to_owned(), before["audit"]);
        assert_eq!(after, before);
    }

    async fn registering_again_opens_again(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let ids = registered(&platform, 1..=1).await;
        platform.close(vec![item(&ids[0], "CLOSED_BY_PLATFORM")]).await;
        app.clock.advance(TimeDelta::days(10));
        let platform = app.actor("xihu-live").await;
        let late = json!({ "identity": company(1)["identity"], "observedAt": "2026-12-01T09:00:00+08:00" });
        let stale = platform.register(vec![late]).await;
        assert_eq!(outcomes(&stale), "STALE", "what was seen before the closing does not undo it");
        let patch = json!({ "identity": company(1)["identity"], "accounts": [{ "accountNumber": "acct-1" }] });
        let again = platform.register(vec![patch]).await;
        assert_eq!((&again["reopened"], &again["processed"]), (&json!(1), &json!(1)), "{again:#}");
        assert_eq!(again["results"][0]["registration"]["id"], ids[0]);
        let read = platform.operator(&ids[0]).await;
        assert_eq!((&read["status"], &read["closedOn"]), (&json!("ACTIVE"), &Value::Null));
        assert_eq!(read["name"], company(1)["name"]);
        assert_eq!(read["history"]["edges"][0]["node"]["changed"], json!(["accounts", "status"]));
        let ties = read["accounts"].as_array().expect("accounts");
        let spans: Vec<_> = ties.iter().map(|tie| (tie["since"].clone(), tie["until"].clone())).collect();
        assert!(spans.contains(&(json!("2026-12-01"), json!("2026-12-01"))), "{spans:?}");
        assert!(spans.contains(&(json!("2026-12-11"), Value::Null)), "{spans:?}");
        let twice = platform.close(vec![item(&ids[0], "MISTAKE")]).await;
        assert_eq!(outcomes(&twice), "CLOSED", "it can be closed again");
    }

    async fn a_closed_one_s_account_is_free(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let ids = registered(&platform, 1..=1).await;
        let mut heir = person(1);
        heir["accounts"] = company(1)["accounts"].clone();
        let held = platform.register(vec![heir.clone()]).await;
        assert_eq!(codes(&held, 0), ["ACCOUNT_HELD"]);
        platform.close(vec![item(&ids[0], "CANCELLED_BY_SUBJECT")]).await;
        let free = platform.register(vec![heir]).await;
        assert_eq!(outcomes(&free), "CREATED", "{free:#}");
        let back = platform.register(vec![company(1)]).await;
        assert_eq!((outcomes(&back).as_str(), codes(&back, 0)), ("REJECTED", vec!["ACCOUNT_HELD".to_owned()]));
    }
}
