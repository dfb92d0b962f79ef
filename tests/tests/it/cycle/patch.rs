//! What is absent is kept, null clears, a list replaces; older news are STALE and no news are UNCHANGED.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::TestApp;
use crate::look::{assert_tells, outcomes};
use crate::operator::{codes, company, on_both};

/// A company that says everything a patch could leave alone.
fn whole() -> Value {
    let mut item = company(1);
    item["domicile"] = json!({ "text": "江东北路1号", "division": "330212" });
    item["registeredOn"] = json!("2020-05-01");
    item["accounts"] = json!([
        { "accountNumber": "a", "name": "甲", "followers": 10 }, { "accountNumber": "b" },
    ]);
    item["permits"] =
        json!([{ "kind": "FOOD_SALES", "number": "JY1", "validUntil": "2030-01-01" }]);
    item["legalRepresentative"] = json!({ "name": "王小红" });
    item
}

/// A patch of the company.
fn patch(fields: Value) -> Value {
    let mut item = json!({ "identity": company(1)["identity"] });
    for (name, value) in fields.as_object().expect("fields") {
        item[name] = value.clone();
    }
    item
}

on_both! {
    async fn what_is_absent_is_kept_and_null_clears(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![whole()]).await;
        let id = made["results"][0]["registration"]["id"].clone();
        let before = platform.operator(&id).await;

        let renamed = platform.register(vec![patch(json!({ "name": "宁波新名直播有限公司" }))]).await;
        assert_eq!(outcomes(&renamed), "UPDATED", "{renamed:#}");
        let mut after = platform.operator(&id).await;
        assert_eq!(after["history"]["edges"][0]["node"]["changed"], json!(["name"]));
        for changed in ["name", "revision", "history"] {
            after[changed] = before[changed].clone();
        }
        assert_eq!(after, before);

        let cleared = patch(json!({
            "domicile": null, "registeredOn": null, "legalRepresentative": null, "permits": null,
            "verification": null, "externalId": null,
        }));
        let cleared = platform.register(vec![cleared]).await;
        assert_eq!(outcomes(&cleared), "UPDATED", "{cleared:#}");
        let after = platform.operator(&id).await;
        assert_eq!(after["domicile"], Value::Null);
        assert_eq!(after["permits"], json!([]));
        assert_eq!(after["externalId"], Value::Null);
        assert_eq!(after["verification"]["state"], "NEVER");
        assert_eq!(after["businessAddress"], before["businessAddress"]);
        assert_eq!(
            after["history"]["edges"][0]["node"]["changed"],
            json!(["registeredOn", "legalRepresentative", "domicile", "permits", "verification", "externalId"])
        );
    }

    async fn what_a_record_must_have_cannot_be_cleared(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![whole()]).await;
        let before = app.counts().await;
        for field in ["name", "form", "phone", "businessAddress"] {
            let refused = platform.register(vec![patch(json!({ field: null }))]).await;
            assert_eq!(outcomes(&refused), "REJECTED");
            assert_tells!(refused["results"][0], [("REQUIRED", format!("items.0.{field}").as_str())]);
        }
        let again = platform.register(vec![whole()]).await;
        assert_eq!(outcomes(&again), "UNCHANGED", "{again:#}");
        let mut after = app.counts().await;
        after.insert("audit".to_owned(), before["audit"]);
        assert_eq!(after, before);
    }

    async fn a_list_replaces_and_ends_what_it_lacks(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![whole()]).await;
        let id = made["results"][0]["registration"]["id"].clone();
        app.clock.advance(TimeDelta::days(2));
        let platform = app.actor("xihu-live").await;
        let list = json!({
            "accounts": [{ "accountNumber": "c" }, { "accountNumber": "b", "followers": 5 }],
            "permits": [{ "kind": "PUBLICATION", "number": "P9" }],
        });
        let replaced = platform.register(vec![patch(list)]).await;
        assert_eq!(outcomes(&replaced), "UPDATED", "{replaced:#}");
        let after = platform.operator(&id).await;
        let tie = |number: &str| {
            let all = after["accounts"].as_array().expect("accounts");
            let found = all.iter().find(|a| a["accountNumber"] == number).expect("the account");
            (found["since"].clone(), found["until"].clone(), found["followers"].clone())
        };
        assert_eq!(tie("a"), (json!("2026-12-01"), json!("2026-12-03"), Value::Null));
        assert_eq!(tie("b"), (json!("2026-12-01"), Value::Null, json!(5)));
        assert_eq!(tie("c"), (json!("2026-12-03"), Value::Null, Value::Null));
        assert_eq!(after["permits"], json!([{ "kind": "PUBLICATION", "number": "P9", "validUntil": null }]));

        let emptied = platform.register(vec![patch(json!({ "accounts": null }))]).await;
        assert_eq!(outcomes(&emptied), "UPDATED");
        assert_tells!(emptied["results"][0], [("REQUIRED", "items.0.accounts")]);
        assert_eq!(emptied["results"][0]["problems"][0]["severity"], "WARNING");
        assert_eq!(app.number("SELECT count(*) FROM account WHERE until IS NULL").await, 0);
    }

    async fn the_same_again_is_unchanged_however_it_is_written(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![whole()]).await;
        let before = app.counts().await;
        let mut again = whole();
        let number = again["identity"]["number"].as_str().expect("a number").to_lowercase();
        again["identity"]["number"] = json!(format!(" {}-{} ", &number[..8], &number[8..]));
        again["phone"] = json!("+86 138-0000-0001");
        again["name"] = json!(format!("  {}　", again["name"].as_str().expect("a name")));
        again["accounts"].as_array_mut().expect("accounts").reverse();
        let answer = platform.register(vec![again]).await;
        assert_eq!(outcomes(&answer), "UNCHANGED", "{answer:#}");
        assert_eq!(answer["results"][0]["registration"]["revision"], 1);
        let mut after = app.counts().await;
        after.insert("audit".to_owned(), before["audit"]);
        assert_eq!(after, before);
    }

    async fn older_news_are_stale(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let news = |at: &str, phone: &str| patch(json!({ "observedAt": at, "phone": phone }));
        let mut first = whole();
        first["observedAt"] = json!("2026-11-20T08:00:00+08:00");
        platform.register(vec![first]).await;
        let second = platform.register(vec![news("2026-11-25T08:00:00+08:00", "13900000002")]).await;
        assert_eq!(outcomes(&second), "UPDATED", "{second:#}");
        let before = app.counts().await;

        let stale = platform.register(vec![news("2026-11-25T07:59:59+08:00", "13900000003")]).await;
        assert_eq!((&stale["stale"], &stale["processed"]), (&json!(1), &json!(1)), "{stale:#}");
        let result = &stale["results"][0];
        assert_tells!(result, [("STALE", "items.0.observedAt")]);
        assert_eq!(result["problems"][0]["severity"], "ERROR");
        let message = result["problems"][0]["message"].as_str().expect("a message");
        assert!(message.contains("第2次修订"), "{message}");
        assert_eq!(result["registration"]["revision"], 2);
        let mut after = app.counts().await;
        after.insert("audit".to_owned(), before["audit"]);
        assert_eq!(after, before);

        let same_moment = platform.register(vec![news("2026-11-25T00:00:00Z", "13900000004")]).await;
        assert_eq!(outcomes(&same_moment), "UPDATED", "{same_moment:#}");
        let ahead = platform.register(vec![news("2026-12-01T10:00:01+08:00", "13900000005")]).await;
        assert_eq!(codes(&ahead, 0), ["DATE_IN_FUTURE"]);
    }

    async fn history_tells_every_revision(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![whole()]).await;
        let id = made["results"][0]["registration"]["id"].clone();
        for day in 1..=3 {
            app.clock.advance(TimeDelta::hours(1));
            let platform = app.actor("xihu-live").await;
            platform.register(vec![patch(json!({ "phone": format!("1390000000{day}") }))]).await;
        }
        let query = "query ($id: ID!, $first: Int, $after: Cursor) { operator(id: $id) {
          history(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
            edges { node { number changed by source observedAt recordedAt } } } } }";
        let platform = app.actor("xihu-live").await;
        let page = platform.data(query, json!({ "id": id, "first": 3 })).await;
        let history = &page["operator"]["history"];
        assert_eq!(history["totalCount"], 4, "{history:#}");
        let numbers = |history: &Value| -> Vec<i64> {
            let edges = history["edges"].as_array().expect("edges");
            edges.iter().map(|e| e["node"]["number"].as_i64().expect("a number")).collect()
        };
        assert_eq!(numbers(history), [4, 3, 2]);
        assert_eq!(history["edges"][0]["node"], json!({
            "number": 4, "changed": ["phone"], "by": "xihu-live xihu-live", "source": "PLATFORM",
            "observedAt": "2026-12-01T13:00:00+08:00", "recordedAt": "2026-12-01T13:00:00+08:00",
        }));
        let after = &history["pageInfo"]["endCursor"];
        let rest = platform.data(query, json!({ "id": id, "first": 3, "after": after })).await;
        assert_eq!(numbers(&rest["operator"]["history"]), [1]);
        assert_eq!(rest["operator"]["history"]["pageInfo"]["hasNextPage"], false);
    }
}
