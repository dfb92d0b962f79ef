//! The audit: one entry a deed, in the deed's own transaction, with ids and counts and nothing of a person.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::TestApp;
use crate::look::error_code;
use crate::operator::{REGISTER, company, credit_code, on_both, person};

on_both! {
    async fn every_deed_has_one_entry(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let before = app.audit().await.len();
        let mut bad = company(3);
        bad["phone"] = json!("1");
        let made = platform.register(vec![company(1), person(1), bad.clone()]).await;
        let id = |index: usize| made["results"][index]["registration"]["id"].as_str().expect("an id").to_owned();
        platform.register(vec![bad]).await;
        platform.register_with(json!({ "items": [company(4)], "platform": app.platform_id("xihu-other").await })).await;
        platform.close(vec![json!({ "registration": id(0), "on": "2026-12-01", "reason": "MISTAKE" })]).await;
        let proof = platform.upload("材料").await;
        platform.correct(json!({ "registration": id(0), "reason": "填错", "evidence": [proof],
            "to": { "kind": "USCC", "number": credit_code(8) } })).await;
        platform.correct(json!({ "registration": id(0), "reason": "填错", "evidence": [],
            "to": { "kind": "USCC", "number": credit_code(9) } })).await;

        let entries = &app.audit().await[before..];
        let said: Vec<_> = entries.iter().map(|e| (e.operation.as_str(), e.outcome.as_str())).collect();
        assert_eq!(said, [
            ("registerOperators", "DONE"),
            ("registerOperators", "REFUSED"),
            ("registerOperators", "REFUSED"),
            ("closeRegistrations", "DONE"),
            ("upload", "DONE"),
            ("correctIdentity", "DONE"),
            ("correctIdentity", "REFUSED"),
        ]);
        assert_eq!(entries[0].subjects, format!("{} {}", id(0), id(1)));
        let detail: Value = serde_json::from_str(&entries[0].detail).expect("JSON");
        assert_eq!(detail, json!({ "processed": 3, "created": 2, "updated": 0, "closed": 0,
            "reopened": 0, "unchanged": 0, "rejected": 1, "stale": 0 }));
        assert_eq!(entries[6].detail, r#"{"problems":["EVIDENCE_REQUIRED"]}"#);
        for entry in entries {
            assert!(entry.client_id.is_some() && entry.platform_id.is_some() && !entry.request_id.is_empty(), "{entry:?}");
            assert_eq!(entry.at, app.app.now());
        }
    }

    async fn a_deed_without_its_entry_does_not_happen(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![company(1)]).await;
        let id = made["results"][0]["registration"]["id"].clone();
        app.run("ALTER TABLE audit RENAME TO audit_away").await;
        let before = app.counts().await;
        let register = platform.ask(REGISTER, json!({ "input": { "items": [company(2)] } })).await;
        assert_eq!(error_code(&register), "INTERNAL");
        let told = register.to_string();
        assert!(!told.contains("audit") && !told.contains(&credit_code(2)), "a fault tells nothing: {told}");
        let close = "mutation ($input: CloseRegistrationsInput!) { closeRegistrations(input: $input) { closed } }";
        let input = json!({ "items": [{ "registration": id, "on": "2026-12-01", "reason": "MISTAKE" }] });
        assert_eq!(error_code(&platform.ask(close, json!({ "input": input })).await), "INTERNAL");
        assert_eq!(app.counts().await, before);
        app.run("ALTER TABLE audit_away RENAME TO audit").await;
        assert_eq!(platform.register(vec![company(2)]).await["created"], 1);
    }
}
