//! A key makes a deed happen once: the same request again reads the stored outcome, another one is a conflict.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::TestApp;
use crate::look::error_code;
use crate::operator::{REGISTER, company, credit_code, on_both};

fn keyed(items: Vec<Value>, key: &str) -> Value {
    json!({ "items": items, "idempotencyKey": key })
}

on_both! {
    async fn the_same_request_again_reads_the_stored_outcome(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut bad = company(2);
        bad["phone"] = json!("1");
        let input = keyed(vec![company(1), bad], "key-1");
        let first = platform.register_with(input.clone()).await;
        assert_eq!((&first["created"], &first["rejected"]), (&json!(1), &json!(1)), "{first:#}");
        let before = app.counts().await;
        let again = platform.register_with(input.clone()).await;
        assert_eq!(again, first);
        assert_eq!(app.counts().await, before, "not even an audit entry");

        let other = platform.ask(REGISTER, json!({ "input": keyed(vec![company(3)], "key-1") })).await;
        assert_eq!(error_code(&other), "CONFLICT", "{other:#}");
        assert_eq!(other["errors"][0]["extensions"]["retryAfter"], Value::Null);
        assert_eq!(app.counts().await, before);

        let patch = keyed(vec![company(1)], "key-2");
        assert_eq!(platform.register_with(patch).await["unchanged"], 1, "another key is another deed");
        let neighbour = app.actor("xihu-other").await.register_with(keyed(vec![company(9)], "key-1")).await;
        assert_eq!(neighbour["created"], 1, "another caller's keys are its own");
        let id = &first["results"][0]["registration"]["id"];
        let close = json!({ "idempotencyKey": "key-1", "items": [
            { "registration": id, "on": "2026-12-01", "reason": "MISTAKE" }] });
        assert_eq!(platform.close_with(close.clone()).await["closed"], 1, "another operation's keys are its own");
        assert_eq!(platform.close_with(close).await["closed"], 1, "closed once, told twice");
        let today = platform.register_with(input).await;
        assert_eq!(today["results"][0]["registration"]["status"], "CLOSED", "the outcome is read again as it stands");
    }

    async fn a_key_lives_for_a_day(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register_with(keyed(vec![company(1)], "key")).await;
        app.clock.advance(TimeDelta::hours(23));
        let platform = app.actor("xihu-live").await;
        let other = platform.ask(REGISTER, json!({ "input": keyed(vec![company(2)], "key") })).await;
        assert_eq!(error_code(&other), "CONFLICT");
        app.clock.advance(TimeDelta::hours(1));
        let platform = app.actor("xihu-live").await;
        assert_eq!(platform.register_with(keyed(vec![company(2)], "key")).await["created"], 1);
    }

    async fn a_request_that_did_nothing_gives_its_key_back(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let many: Vec<_> = (1..=1_001).map(company).collect();
        let refused = platform.ask(REGISTER, json!({ "input": keyed(many, "key") })).await;
        assert_eq!(error_code(&refused), "LIMIT_EXCEEDED");
        app.run("ALTER TABLE audit RENAME TO audit_away").await;
        let fault = platform.ask(REGISTER, json!({ "input": keyed(vec![company(1)], "key") })).await;
        assert_eq!(error_code(&fault), "INTERNAL", "{fault:#}");
        app.run("ALTER TABLE audit_away RENAME TO audit").await;
        assert_eq!(platform.register_with(keyed(vec![company(2)], "key")).await["created"], 1);
        for wrong in ["", "a\nb", &"k".repeat(201)] {
            let answer = platform.ask(REGISTER, json!({ "input": keyed(vec![company(3)], wrong) })).await;
            assert_eq!(error_code(&answer), "BAD_USER_INPUT", "{answer:#}");
        }
    }

    async fn a_dead_request_s_key_is_taken_over_by_the_same_request(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let input = keyed(vec![company(1)], "key");
        platform.register_with(input.clone()).await;
        app.run("UPDATE idempotency SET outcome = NULL").await;
        let running = platform.ask(REGISTER, json!({ "input": input })).await;
        assert_eq!(error_code(&running), "CONFLICT", "{running:#}");
        assert_eq!(running["errors"][0]["extensions"]["retryAfter"], 2);
        app.clock.advance(TimeDelta::minutes(5));
        let platform = app.actor("xihu-live").await;
        assert_eq!(platform.register_with(input.clone()).await["unchanged"], 1);
        assert_eq!(platform.register_with(input).await["unchanged"], 1);
    }

    async fn the_same_key_at_the_same_time_does_it_once(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let items: Vec<_> = (1..=50).map(company).collect();
        let variables = json!({ "input": keyed(items, "key") });
        let answers = join_all((0..8).map(|_| platform.ask(REGISTER, variables.clone()))).await;
        let (done, met): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.get("errors").is_none());
        assert!(!done.is_empty());
        for answer in &met {
            assert_eq!(error_code(answer), "CONFLICT", "{answer:#}");
            assert_eq!(answer["errors"][0]["extensions"]["retryAfter"], 2);
        }
        assert!(done.iter().all(|answer| answer == &done[0]));
        assert_eq!(done[0]["data"]["registerOperators"]["created"], 50);
        assert_eq!(app.number("SELECT count(*) FROM registration").await, 50);
        let audited = app.audit().await.into_iter().filter(|entry| entry.operation == "registerOperators");
        assert_eq!(audited.count(), 1);
    }

    async fn a_correction_under_a_key_happens_once(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![company(1)]).await;
        let proof = platform.upload("营业执照").await;
        let input = json!({
            "registration": made["results"][0]["registration"]["id"], "reason": "填错", "evidence": [proof],
            "to": { "kind": "USCC", "number": credit_code(2) }, "idempotencyKey": "key",
        });
        let first = platform.correct(input.clone()).await;
        assert_eq!(first["registration"]["revision"], 2, "{first:#}");
        assert_eq!(platform.correct(input).await, first);
        let inputs = app.dump().await;
        assert!(!inputs.contains("填错"), "inputs are never stored under a key");
    }
}
