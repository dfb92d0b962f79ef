//! Questions and deeds about the blacklist that are none: ids and cursors that nobody was given, words that the schema does
//! not know, numbers where none belongs.

use serde_json::{Value, json};
use tests::database::Engine;

use super::Trial;
use crate::app::TestApp;
use crate::blacklist::{listing, somebody, verdicts};
use crate::look::told;
use crate::operator::on_both;

const LIST: &str = "query ($first: Int, $after: Cursor, $filter: BlacklistEntryFilter) {
  blacklistEntries(first: $first, after: $after, filter: $filter) { edges { node { id } cursor } } }";
const ASK: &str = "query ($items: [BlacklistStatusItem!]!, $at: Date, $threshold: Float) {
  blacklistStatus(items: $items, at: $at, threshold: $threshold) { results { ref verdict problems { code path } } } }";
const DEED: &str = "mutation ($input: ListOnBlacklistInput!) { listOnBlacklist(input: $input) { problems { code } } }";

/// A sound listing with one thing changed.
fn changed(field: &str, value: &Value) -> Value {
    let mut input = listing(&somebody(1));
    input[field] = value.clone();
    json!({ "input": input })
}

on_both! {
    async fn the_list_is_asked_in_its_own_words(app: TestApp) {
        let trial = Trial::of(app).await;
        let platform = trial.app.actor("xihu-live").await;
        let operators = platform.data("{ operators { edges { cursor } } }", json!({})).await;
        let foreign = &operators["operators"]["edges"][0]["cursor"];
        for (codes, variables) in [
            (&["BAD_USER_INPUT"][..], json!({ "after": foreign })),
            (&["BAD_USER_INPUT"], json!({ "after": "x" })),
            (&["BAD_USER_INPUT"], json!({ "first": -1 })),
            (&["LIMIT_EXCEEDED"], json!({ "first": 501 })),
            (&["BAD_USER_INPUT", "VALIDATION_FAILED"], json!({ "filter": { "register": "NO_SUCH" } })),
            (&["BAD_USER_INPUT", "VALIDATION_FAILED"], json!({ "filter": { "inForceOn": "2026-02-30" } })),
        ] {
            trial.refuses_document(codes, LIST, variables).await;
        }
        for id in ["", "x", "' OR 1=1 --", "00000000-0000-0000-0000-000000000000"] {
            for field in ["platform", "party"] {
                let answer = platform.data(LIST, json!({ "filter": { field: id } })).await;
                assert_eq!(answer["blacklistEntries"]["edges"], json!([]), "{field} {id}");
            }
        }
        let item = |subject: Value| json!({ "items": [{ "subject": subject }] });
        for variables in [
            item(json!({})),
            item(json!({ "name": null })),
            item(json!({ "identity": { "kind": "NO_SUCH", "number": "1" } })),
            item(json!({ "account": { "accountNumber": "1" } })),
            json!({ "items": [{ "subject": { "name": "张伟" } }], "at": "yesterday" }),
            json!({ "items": [{ "subject": { "name": "张伟" } }], "threshold": "high" }),
            json!({ "items": null }),
        ] {
            trial.refuses_document(&["BAD_USER_INPUT", "VALIDATION_FAILED"], ASK, variables).await;
        }
        for threshold in [json!(1.1), json!(0.79), json!(-1)] {
            let variables = json!({ "items": [{ "subject": { "name": "张伟" } }], "threshold": threshold });
            trial.refuses_document(&["BAD_USER_INPUT"], ASK, variables).await;
        }
        for variables in [
            changed("role", &json!("NO_SUCH")),
            changed("validUntil", &json!("2027-02-29")),
            changed("legalBasis", &json!({ "instrument": "广告法", "level": "NO_SUCH", "article": "第十七条" })),
            changed("subject", &json!({ "party": "x", "registration": "x" })),
            changed("facts", &Value::Null),
        ] {
            trial.refuses_document(&["BAD_USER_INPUT", "VALIDATION_FAILED"], DEED, variables).await;
        }
        trial.ends().await;
    }

    async fn an_own_number_that_is_somebody_s_phone_is_not_told_back(app: TestApp) {
        let trial = Trial::of(app).await;
        let platform = trial.app.actor("xihu-live").await;
        let items = json!([
            { "ref": "13812345678", "subject": { "identity": somebody(1) } },
            { "ref": "", "subject": { "identity": somebody(1) } },
            { "ref": "第 1 行", "subject": { "identity": somebody(1) } },
            { "ref": "138123456789", "subject": { "identity": somebody(1) } },
        ]);
        let mut answer = platform.data(ASK, json!({ "items": items })).await;
        let answer = answer["blacklistStatus"].take();
        assert_eq!(verdicts(&answer), "NOT_VALID CLEAR CLEAR CLEAR");
        let refs: Vec<_> = (0..4).map(|n| answer["results"][n]["ref"].clone()).collect();
        assert_eq!(json!(refs), json!([null, "", "第 1 行", "138123456789"]), "the others as they came");
        let problems = told(&answer["results"][0]["problems"]);
        assert_eq!(problems, [("PERSONAL_DATA_IN_TEXT".to_owned(), "items.0.ref".to_owned())]);
        let long = json!({ "items": [{ "ref": "x".repeat(201), "subject": { "name": "张伟" } }] });
        trial.refuses_document(&["LIMIT_EXCEEDED"], ASK, long).await;
        trial.ends().await;
    }
}
