//! 核验更新: confirming, and where a registration stands on the clock of its kind and edition.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp, instant};
use crate::look::{assert_tells, outcomes};
use crate::operator::{company, on_both};
use crate::streamer::streamer;

impl Actor {
    /// Confirms verifications.
    pub(crate) async fn confirm(&self, items: Vec<Value>) -> Value {
        const CONFIRM: &str =
            "mutation ($input: ConfirmVerificationInput!) { confirmVerification(input: $input) {
          processed updated unchanged rejected stale
          results { index outcome registration { id revision fingerprint
                    verification { state at dueOn by method article { number } } }
                    problems { code path severity } } problems { code path } } }";
        let mut data = self
            .data(CONFIRM, json!({ "input": { "items": items } }))
            .await;
        data["confirmVerification"].take()
    }
}

fn item(id: &Value, at: &str) -> Value {
    json!({ "registration": id, "verification": { "at": at, "method": "人脸识别" } })
}

on_both! {
    async fn a_verification_moves_the_clock_and_nothing_that_is_filed(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![company(1)]).await;
        let before = &made["results"][0]["registration"];
        let confirmed = platform.confirm(vec![item(&before["id"], "2026-08-31T23:30:00+08:00")]).await;
        assert_eq!(outcomes(&confirmed), "STALE", "company(1) was verified on 1 October");
        let confirmed = platform.confirm(vec![item(&before["id"], "2026-11-30T23:30:00+08:00")]).await;
        assert_eq!(outcomes(&confirmed), "UPDATED", "{confirmed:#}");
        let after = &confirmed["results"][0]["registration"];
        assert_eq!(after["fingerprint"], before["fingerprint"]);
        assert_eq!(after["revision"], 2);
        assert_eq!(after["verification"]["dueOn"], "2027-05-30");
        assert_eq!(after["verification"]["state"], "CURRENT");
        assert_eq!(after["verification"]["method"], "人脸识别");
        assert_eq!(after["verification"]["by"], "PLATFORM");
        let again = platform.confirm(vec![item(&before["id"], "2026-11-30T23:30:00+08:00")]).await;
        assert_eq!(outcomes(&again), "UNCHANGED");
        for (day, state) in [("2027-04-29", "CURRENT"), ("2027-04-30", "DUE"), ("2027-05-30", "DUE"), ("2027-05-31", "OVERDUE")] {
            app.clock.set(instant(&format!("{day}T10:00:00+08:00")));
            let platform = app.actor("xihu-live").await;
            let read = platform.operator(&before["id"]).await;
            assert_eq!(read["verification"]["state"], state, "{day}");
            let query = "query ($state: VerificationState!) { operators(filter: { verification: $state }) { totalCount } }";
            let found = platform.data(query, json!({ "state": state })).await;
            assert_eq!(found["operators"]["totalCount"], 1, "{day}");
        }
    }

    async fn each_item_is_judged_by_itself(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![company(1), company(2), company(3)]).await;
        let id = |n: usize| &made["results"][n]["registration"]["id"];
        platform.close(vec![json!({ "registration": id(2), "on": "2026-12-01", "reason": "MISTAKE" })]).await;
        let mut proof = item(id(1), "2026-11-20T10:00:00+08:00");
        proof["verification"]["evidence"] = json!("018f0000-0000-7000-8000-000000000000");
        let told = platform.confirm(vec![
            item(id(0), "2026-11-20T10:00:00+08:00"), item(id(0), "2026-11-21T10:00:00+08:00"), proof,
            item(id(2), "2026-11-20T10:00:00+08:00"), item(&json!("nobody"), "2026-11-20T10:00:00+08:00"),
            item(id(1), "2026-12-02T10:00:00+08:00"),
        ]).await;
        assert_eq!(outcomes(&told), "UPDATED REJECTED REJECTED REJECTED REJECTED REJECTED", "{told:#}");
        assert_tells!(told["results"][1], [("DUPLICATE_IN_BATCH", "items.1.registration")]);
        assert_tells!(told["results"][2], [("EVIDENCE_NOT_FOUND", "items.2.verification.evidence")]);
        assert_tells!(told["results"][3], [("ALREADY_CLOSED", "items.3.registration")]);
        assert_tells!(told["results"][4], [("NOT_FOUND", "items.4.registration")]);
        assert_tells!(told["results"][5], [("DATE_IN_FUTURE", "items.5.verification.at"), ("DUPLICATE_IN_BATCH", "items.5.registration")]);
        let foreign = app.actor("guangzhou-live").await.confirm(vec![item(id(0), "2026-11-25T10:00:00+08:00")]).await;
        assert_tells!(foreign["results"][0], [("NOT_FOUND", "items.0.registration")]);
        let office = app.actor("zhejiang").await.confirm(vec![item(id(0), "2026-11-25T10:00:00+08:00")]).await;
        assert_tells!(office["results"][0], [("NOT_YOURS", "items.0.registration")]);
    }

    async fn a_streamer_under_order_117_is_never_overdue(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register_streamers(vec![streamer(1)]).await;
        let id = &made["results"][0]["registration"]["id"];
        assert_eq!(outcomes(&platform.confirm(vec![item(id, "2026-11-20T10:00:00+08:00")]).await), "UPDATED");
        app.clock.set(instant("2030-01-01T10:00:00+08:00"));
        let platform = app.actor("xihu-live").await;
        let read = platform.streamer(id).await;
        assert_eq!(read["verification"], json!({ "state": "NOT_REQUIRED", "dueOn": null }));
        let query = "{ streamers(filter: { verification: OVERDUE }) { totalCount }
          due: registrations(filter: { dueBefore: \"2031-01-01\" }) { totalCount } }";
        let found = platform.data(query, json!({})).await;
        assert_eq!(found, json!({ "streamers": { "totalCount": 0 }, "due": { "totalCount": 0 } }));
    }
}
mod draft {
    use super::*;

    async fn streamers_have_three_months(engine: Engine) {
        let app = TestApp::start_with(engine, &[("law.edition", "draft-2025")]).await;
        let platform = app.actor("xihu-live").await;
        let made = platform.register_streamers(vec![streamer(1)]).await;
        let id = &made["results"][0]["registration"]["id"];
        assert_eq!(
            platform.streamer(id).await["verification"]["state"],
            "NEVER"
        );
        let confirmed = platform
            .confirm(vec![item(id, "2026-11-30T10:00:00+08:00")])
            .await;
        let verification = &confirmed["results"][0]["registration"]["verification"];
        assert_eq!(
            verification["dueOn"], "2027-02-28",
            "the last day of a shorter month"
        );
        app.clock.set(instant("2027-03-01T00:00:00+08:00"));
        let platform = app.actor("xihu-live").await;
        assert_eq!(
            platform.streamer(id).await["verification"]["state"],
            "OVERDUE"
        );
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        streamers_have_three_months(Engine::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        streamers_have_three_months(Engine::Postgres).await;
    }
}
