//! Ids, cursors and pages that nobody was given.

use serde_json::{Value, json};
use tests::database::Engine;

use super::Trial;
use crate::app::TestApp;
use crate::operator::{company, on_both};

const LIST: &str = "query ($first: Int, $after: Cursor, $last: Int, $before: Cursor, $filter: RegistrationFilter,
  $orderBy: RegistrationOrder! = ID) { operators(first: $first, after: $after, last: $last, before: $before,
  filter: $filter, orderBy: $orderBy) { edges { node { id } cursor } pageInfo { endCursor } } }";

/// Variables of [`LIST`], those that are not given as null.
fn asking(given: Value) -> Value {
    let mut all = json!({ "first": null, "after": null, "last": null, "before": null, "filter": null, "orderBy": "ID" });
    for (name, value) in given.as_object().expect("variables") {
        all[name] = value.clone();
    }
    all
}

on_both! {
    async fn ids_that_name_nothing_answer_nothing(app: TestApp) {
        let trial = Trial::of(app).await;
        let own = trial.app.actor("xihu-live").await.register(vec![company(1)]).await;
        let own = own["results"][0]["registration"]["id"].as_str().expect("an id").to_owned();
        let long = "9".repeat(200_000);
        let query = "query ($id: ID!) { node(id: $id) { id } operator(id: $id) { id } submission(id: $id) { id }
          byParty: party(ref: { party: $id }) { id } byRegistration: party(ref: { registration: $id }) { id } }";
        let nothing = json!({ "node": null, "operator": null, "submission": null, "byParty": null, "byRegistration": null });
        let spellings = [own.to_uppercase(), own.replace('-', ""), format!("{{{own}}}"), format!(" {own}"), format!("urn:uuid:{own}")];
        let wild = ["", "x", "0", "-1", "null", "../..", "' OR 1=1 --", "\u{202e}", "🦀", &long,
            "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"];
        let platform = trial.app.actor("xihu-live").await;
        for id in wild.into_iter().chain(spellings.iter().map(String::as_str)) {
            assert_eq!(platform.data(query, json!({ "id": id })).await, nothing, "{id:.60}");
            let filtered = platform.data(LIST, asking(json!({ "filter": { "platform": id } }))).await;
            assert_eq!(filtered["operators"]["edges"], json!([]), "{id:.60}");
        }
        let foreign = trial.app.actor("xihu-other").await.data(query, json!({ "id": own })).await;
        assert_eq!(foreign, nothing);
        assert_eq!(platform.data(query, json!({ "id": 17 })).await, nothing, "an Int may stand for an ID");
        for id in [json!(1.5), json!(true), json!(["x"]), json!({}), Value::Null] {
            trial.refuses_document(&["BAD_USER_INPUT", "VALIDATION_FAILED"], query, json!({ "id": id })).await;
        }
        trial.ends().await;
    }

    async fn pages_have_one_end_and_a_limit(app: TestApp) {
        let trial = Trial::of(app).await;
        let input = &["BAD_USER_INPUT"][..];
        let limit = &["LIMIT_EXCEEDED"][..];
        for (codes, variables) in [
            (input, json!({ "first": -1 })),
            (input, json!({ "last": -2_147_483_648_i64 })),
            (input, json!({ "first": 1, "last": 1 })),
            (limit, json!({ "first": 501 })),
            (limit, json!({ "last": 501 })),
            (limit, json!({ "first": 2_147_483_647 })),
            (input, json!({ "first": 2_147_483_648_i64 })),
            (input, json!({ "first": 9_223_372_036_854_775_807_i64 })),
            (input, json!({ "first": 18_446_744_073_709_551_615_u64 })),
            (input, json!({ "first": 1.5 })),
            (input, json!({ "first": "1" })),
            (input, json!({ "first": [1] })),
            (input, json!({ "orderBy": "NAME" })),
            (input, json!({ "orderBy": 1 })),
            (input, json!({ "filter": { "status": "GONE" } })),
            (input, json!({ "filter": { "colour": "RED" } })),
            (input, json!({ "filter": { "dueBefore": "2026-02-30" } })),
            (input, json!({ "filter": { "changedSince": "yesterday" } })),
            (limit, json!({ "filter": { "externalIds": (0..1_001).map(|n| n.to_string()).collect::<Vec<_>>() } })),
        ] {
            trial.refuses_document(codes, LIST, asking(variables)).await;
        }
        let platform = trial.app.actor("xihu-live").await;
        let none = platform.data(LIST, asking(json!({ "first": 0 }))).await;
        assert_eq!(none["operators"]["edges"], json!([]));
        for division in ["", "9", "999999", "330203' --", "三三", &"3".repeat(200_000)] {
            let found = platform.data(LIST, asking(json!({ "filter": { "division": division } }))).await;
            assert_eq!(found["operators"]["edges"], json!([]), "{division:.40}");
        }
        let ids: Vec<_> = (0..1_000).map(|n| format!("{n}\u{202e}")).collect();
        platform.data(LIST, asking(json!({ "filter": { "externalIds": ids } }))).await;
        trial.ends().await;
    }

    async fn cursors_fit_the_list_and_order_that_gave_them(app: TestApp) {
        let trial = Trial::of(app).await;
        let platform = trial.app.actor("xihu-live").await;
        let page = platform.data(LIST, asking(json!({ "first": 1 }))).await;
        let own = page["operators"]["pageInfo"]["endCursor"].as_str().expect("a cursor").to_owned();
        platform.data(LIST, asking(json!({ "first": 1, "after": own }))).await;
        let input = &["BAD_USER_INPUT"][..];
        trial.refuses_document(input, LIST, asking(json!({ "after": own, "orderBy": "UPDATED_AT" }))).await;
        trial.refuses_document(input, LIST, asking(json!({ "before": own, "orderBy": "VERIFICATION_DUE" }))).await;
        let history = "query ($id: ID!, $after: Cursor) { operator(id: $id) { history(after: $after) { totalCount } } }";
        let id = &page["operators"]["edges"][0]["node"]["id"];
        trial.refuses_document(input, history, json!({ "id": id, "after": own })).await;
        let submissions = "query ($after: Cursor) { submissions(after: $after) { totalCount } }";
        trial.refuses_document(input, submissions, json!({ "after": own })).await;
        let mut changed = own.clone().into_bytes();
        changed[own.len() / 2] ^= 1;
        let changed = String::from_utf8(changed).expect("text");
        let doubled = format!("{own}{own}");
        let half = &own[..own.len() / 2];
        for cursor in ["", "x", "MQ==", "🦀", half, &changed, &doubled, &"A".repeat(100_000)] {
            trial.refuses_document(input, LIST, asking(json!({ "after": cursor }))).await;
        }
        trial.refuses_document(input, LIST, asking(json!({ "after": 5 }))).await;
        trial.ends().await;
    }

    async fn a_party_is_asked_for_in_one_way(app: TestApp) {
        let trial = Trial::of(app).await;
        let query = "query ($ref: PartyRef!) { party(ref: $ref) { id } }";
        let input = &["BAD_USER_INPUT", "VALIDATION_FAILED"][..];
        for wrong in [
            json!({}),
            json!({ "party": "x", "registration": "x" }),
            json!({ "party": null }),
            json!({ "identity": { "kind": "USCC" } }),
            json!({ "identity": { "kind": "TAX_ID", "number": "1" } }),
            json!({ "identity": { "kind": "USCC", "number": 1 } }),
        ] {
            trial.refuses_document(input, query, json!({ "ref": wrong })).await;
        }
        trial.ends().await;
    }
}
