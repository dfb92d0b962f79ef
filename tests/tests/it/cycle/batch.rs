//! Batches: each item judged by itself, a dry run that writes nothing, the limits of a request.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::TestApp;
use crate::look::{assert_tells, error_code, outcomes};
use crate::operator::{REGISTER, codes, company, on_both, person, resident_id};

/// A batch with a verdict of every kind that registering has, given what [`prepared`] registered.
fn mixed() -> Vec<Value> {
    let mut stale = json!({ "identity": company(2)["identity"], "phone": "13700000002" });
    stale["observedAt"] = json!("2020-01-01T00:00:00+08:00");
    let mut child = person(9);
    child["identity"]["number"] = json!(resident_id("20150101", 9));
    let mut full_width = company(4);
    let wide = |c: char| char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c);
    let number = full_width["identity"]["number"].as_str().expect("a number");
    full_width["identity"]["number"] = json!(number.chars().map(wide).collect::<String>());
    vec![
        company(1),
        json!({ "identity": company(3)["identity"], "accounts": [] }),
        stale,
        json!({ "identity": company(5)["identity"] }),
        company(4),
        full_width,
        child,
        person(1),
    ]
}

const VERDICTS: &str = "UNCHANGED UPDATED STALE REOPENED CREATED REJECTED REJECTED CREATED";

async fn prepared(app: &TestApp) -> crate::app::Actor {
    let platform = app.actor("xihu-live").await;
    let made = platform.register([1, 2, 3, 5].map(company).to_vec()).await;
    let closing = &made["results"][3]["registration"]["id"];
    let closed = platform
        .close(vec![
            json!({ "registration": closing, "on": "2026-12-01", "reason": "MISTAKE" }),
        ])
        .await;
    assert_eq!(closed["closed"], 1, "{closed:#}");
    platform
}

/// A payload without what differs between a run and its rehearsal: the ids of what is new.
fn verdicts(mut payload: Value) -> Value {
    for result in payload["results"].as_array_mut().expect("results") {
        result["registration"] = Value::Null;
    }
    payload
}

on_both! {
    async fn each_item_is_judged_by_itself(app: TestApp) {
        let platform = prepared(&app).await;
        let rehearsed = platform.register_with(json!({ "items": mixed(), "dryRun": true })).await;
        let done = platform.register(mixed()).await;
        assert_eq!(outcomes(&done), VERDICTS, "{done:#}");
        assert_eq!(codes(&done, 5), ["DUPLICATE_IN_BATCH"]);
        assert_eq!(codes(&done, 6), ["UNDER_AGE"]);
        let message = done["results"][5]["problems"][0]["message"].as_str().expect("a message");
        assert!(message.contains("items第4条"), "{message}");
        let count = |name: &str| done[name].as_u64().expect("a count");
        let seven = ["created", "updated", "closed", "reopened", "unchanged", "rejected", "stale"];
        assert_eq!(seven.map(count), [2, 1, 0, 1, 1, 2, 1]);
        assert_eq!(count("processed"), seven.map(count).iter().sum::<u64>());
        assert_eq!(done["results"][7]["externalId"], "p-1");
        assert_eq!(verdicts(rehearsed), verdicts(done), "a dry run says what the run will say");
    }

    async fn a_dry_run_writes_nothing(app: TestApp) {
        let platform = prepared(&app).await;
        let id = platform.register(vec![company(1)]).await["results"][0]["registration"]["id"].clone();
        let before = app.dump().await;
        let registering = json!({ "items": mixed(), "dryRun": true, "idempotencyKey": "rehearsal" });
        let dry = platform.register_with(registering.clone()).await;
        assert_eq!(outcomes(&dry), VERDICTS);
        platform.register_with(registering).await;
        let closing = json!({ "dryRun": true, "idempotencyKey": "rehearsal",
            "items": [{ "registration": id, "on": "2026-12-01", "reason": "MISTAKE" }] });
        assert_eq!(outcomes(&platform.close_with(closing).await), "CLOSED");
        let foreign = json!({ "dryRun": true, "items": [company(7)], "platform": app.platform_id("xihu-other").await });
        assert_tells!(platform.register_with(foreign).await, [("NOT_FOUND", "platform")]);
        assert!(app.dump().await == before, "a row was added or changed");
        let real = platform.register_with(json!({ "items": [company(8)], "idempotencyKey": "rehearsal" })).await;
        assert_eq!(real["created"], 1, "a dry run uses no key");
    }

    async fn a_thousand_items_are_taken_and_one_more_is_not(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let items: Vec<_> = (1..=1_001).map(company).collect();
        let before = app.counts().await;
        let many = platform.ask(REGISTER, json!({ "input": { "items": items } })).await;
        assert_eq!(error_code(&many), "LIMIT_EXCEEDED", "{many:#}");
        let none = platform.ask(REGISTER, json!({ "input": { "items": [] } })).await;
        assert_eq!(error_code(&none), "BAD_USER_INPUT", "{none:#}");
        assert_eq!(app.counts().await, before);
        let made = platform.register(items[..1_000].to_vec()).await;
        assert_eq!((&made["created"], &made["processed"]), (&json!(1_000), &json!(1_000)));
        let ids = made["results"].as_array().expect("results").iter();
        let closing = ids.map(|r| json!({ "registration": r["registration"]["id"], "on": "2026-12-01", "reason": "MISTAKE" }));
        let mut closing: Vec<_> = closing.collect();
        let closed = platform.close(closing.clone()).await;
        assert_eq!(closed["closed"], 1_000);
        closing.push(closing[0].clone());
        let query = "mutation ($input: CloseRegistrationsInput!) { closeRegistrations(input: $input) { processed } }";
        let many = platform.ask(query, json!({ "input": { "items": closing } })).await;
        assert_eq!(error_code(&many), "LIMIT_EXCEEDED");
        let again = platform.register(items[..1_000].to_vec()).await;
        assert_eq!(again["reopened"], 1_000);
    }

    async fn external_ids_name_one_registration_each(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let named = |n: u32, external: &str| {
            let mut item = company(n);
            item["externalId"] = json!(external);
            item
        };
        let made = platform.register(vec![named(1, "x"), named(2, "y"), named(3, " x ")]).await;
        assert_eq!(outcomes(&made), "CREATED CREATED REJECTED", "{made:#}");
        assert_tells!(made["results"][2], [("EXTERNAL_ID_TAKEN", "items.2.externalId")]);
        let first = made["results"][0]["registration"]["id"].as_str().expect("an id");
        let message = made["results"][2]["problems"][0]["message"].as_str().expect("a message");
        assert!(message.contains(first), "{message}");
        let later = platform.register(vec![named(4, "y")]).await;
        assert_eq!(codes(&later, 0), ["EXTERNAL_ID_TAKEN"], "a batch of new parties is asked too");
        let other = app.actor("xihu-other").await.register(vec![named(1, "x")]).await;
        assert_eq!(outcomes(&other), "CREATED", "{other:#}");
        let freed = platform.register(vec![named(1, "z")]).await;
        assert_eq!(outcomes(&freed), "UPDATED");
        assert_eq!(outcomes(&platform.register(vec![named(4, "x")]).await), "CREATED");
    }
}
