//! What a platform makes of failed trainings: its own word, for its own rooms, over the house's default.

use serde_json::{Value, json};
use tests::database::Engine;

use super::{Room, said, tonight};
use crate::app::{Actor, TestApp};
use crate::look::assert_tells;
use crate::operator::on_both;
use crate::training::trained;

impl Actor {
    /// Says what the platform makes of failed trainings.
    pub(crate) async fn set_policy(&self, input: Value) -> Value {
        const SET: &str = "mutation ($input: SetLivePolicyInput!) { setLivePolicy(input: $input) {
          policy { failedTraining own platform { id } } problems { code path } } }";
        let mut data = self.data(SET, json!({ "input": input })).await;
        data["setLivePolicy"].take()
    }

    async fn policy(&self, platform: Option<&str>) -> Value {
        const READ: &str =
            "query ($platform: ID) { livePolicy(platform: $platform) { failedTraining own } }";
        let mut data = self.data(READ, json!({ "platform": platform })).await;
        data["livePolicy"].take()
    }
}

on_both! {
    async fn a_platform_says_it_for_itself(app: TestApp) {
        let room = Room::reported(&app).await;
        let platform = app.actor("xihu-live").await;
        platform.train(vec![trained(&room.streamer, "2026-12-01", "REFUSED")]).await;
        assert_eq!(platform.policy(None).await, json!({ "failedTraining": "WARN", "own": false }));
        assert_eq!(said(&platform.clear(tonight(json!({}))).await), "ALLOW: TRAINING_FAILED streamers.0 WARNING");
        let set = platform.set_policy(json!({ "failedTraining": "DENY" })).await;
        let id = app.platform_id("xihu-live").await;
        assert_eq!(set["policy"], json!({ "failedTraining": "DENY", "own": true, "platform": { "id": id } }));
        assert_eq!(said(&platform.clear(tonight(json!({}))).await), "DENY: TRAINING_FAILED streamers.0 ERROR");
        platform.set_policy(json!({ "failedTraining": "DENY" })).await;
        platform.set_policy(json!({ "failedTraining": "WARN" })).await;
        assert_eq!(said(&platform.clear(tonight(json!({}))).await), "ALLOW: TRAINING_FAILED streamers.0 WARNING");
        let said: Vec<_> = app.audit().await.into_iter().filter(|entry| entry.operation == "setLivePolicy").map(|entry| entry.outcome).collect();
        assert_eq!(said, ["DONE", "UNCHANGED", "DONE"]);
        assert_eq!(app.number("SELECT count(*) FROM live_policy").await, 1);
    }

    async fn nobody_says_it_for_another(app: TestApp) {
        let id = app.platform_id("xihu-live").await;
        let input = json!({ "platform": id, "failedTraining": "DENY" });
        assert_tells!(app.actor("xihu-other").await.set_policy(input.clone()).await, [("NOT_FOUND", "platform")]);
        assert_tells!(app.actor("zhejiang").await.set_policy(input.clone()).await, [("NOT_YOURS", "platform")]);
        assert_tells!(app.actor("guangdong").await.set_policy(input).await, [("NOT_FOUND", "platform")]);
        assert_eq!(app.actor("zhejiang").await.policy(Some(&id)).await, json!({ "failedTraining": "WARN", "own": false }));
        for out in ["xihu-other", "guangdong"] {
            assert_eq!(app.actor(out).await.policy(Some(&id)).await, Value::Null, "{out}");
        }
        let strict = app.beside(&[("live.failed_training", "deny")]).await;
        let own = app.actor("xihu-live").await.at(strict.base.clone());
        assert_eq!(own.policy(None).await, json!({ "failedTraining": "DENY", "own": false }));
    }
}
