//! Trainings: who may be recorded as trained, what a record is one of, and what each edition trains.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::agency::agency;
use crate::app::{Actor, TestApp};
use crate::look::{assert_tells, outcomes};
use crate::merchant::merchant;
use crate::operator::{company, on_both};
use crate::streamer::streamer;

impl Actor {
    /// Records trainings.
    pub(crate) async fn train(&self, items: Vec<Value>) -> Value {
        self.train_with(json!({ "items": items })).await
    }

    async fn train_with(&self, input: Value) -> Value {
        const RECORD: &str = "mutation ($input: RecordTrainingInput!) { recordTraining(input: $input) {
          processed updated unchanged rejected
          results { index outcome registration { id revision } problems { code path severity article { number } } }
          problems { code path } } }";
        let mut data = self.data(RECORD, json!({ "input": input })).await;
        data["recordTraining"].take()
    }
}

/// A training of a registration.
pub(crate) fn trained(id: &Value, on: &str, outcome: &str) -> Value {
    json!({ "registration": id, "on": on, "outcome": outcome })
}

/// The id of a registration that a batch made.
pub(crate) fn made(batch: &Value, index: usize) -> Value {
    batch["results"][index]["registration"]["id"].clone()
}

/// One of each kind on the platform: an operator, a streamer, an agency and a merchant.
async fn one_of_each(platform: &Actor) -> [Value; 4] {
    [
        made(&platform.register(vec![company(1)]).await, 0),
        made(&platform.register_streamers(vec![streamer(1)]).await, 0),
        made(
            &platform.register_kind("Agencies", vec![agency(1)]).await,
            0,
        ),
        made(
            &platform.register_kind("Merchants", vec![merchant(1)]).await,
            0,
        ),
    ]
}

on_both! {
    async fn streamers_operators_and_agencies_are_recorded_and_nothing_else_of_them_changes(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let [operator, streamer, agency, merchant] = one_of_each(&platform).await;
        let proof = platform.upload("结业证书").await;
        let mut proved = trained(&streamer, "2026-11-30", "PASSED");
        proved["evidence"] = json!(proof);
        let items = vec![trained(&operator, "2026-12-01", "PASSED"), proved, trained(&agency, "2026-03-01", "REFUSED"),
            trained(&merchant, "2026-03-01", "PASSED"), trained(&streamer, "2026-11-01", "CHEATED")];
        let told = platform.train(items.clone()).await;
        assert_eq!(outcomes(&told), "UPDATED UPDATED UPDATED REJECTED UPDATED", "{told:#}");
        assert_tells!(told["results"][3], [("TRAINING_UNFIT", "items.3.registration")]);
        assert_eq!(told["results"][3]["problems"][0]["article"]["number"], "第十条");
        assert_eq!(told["results"][1]["registration"]["revision"], 1, "a record is no revision");
        assert_eq!(app.number("SELECT count(*) FROM training").await, 4);
        assert_eq!(app.number("SELECT count(*) FROM training WHERE evidence IS NOT NULL").await, 1);
        assert_eq!(app.number("SELECT count(*) FROM file_use").await, 1);
        let again = platform.train(items).await;
        assert_eq!(outcomes(&again), "UNCHANGED UNCHANGED UNCHANGED REJECTED UNCHANGED");
        assert_eq!(app.number("SELECT count(*) FROM training").await, 4);
        let entry = app.audit().await.into_iter().rfind(|entry| entry.operation == "recordTraining").expect("an entry");
        assert_eq!(entry.outcome, "REFUSED", "one of them was refused, the others stood");
    }

    async fn each_item_is_judged_by_itself(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let [operator, streamer, ..] = one_of_each(&platform).await;
        let other = made(&platform.register(vec![company(2)]).await, 0);
        platform.close(vec![json!({ "registration": other, "on": "2026-12-01", "reason": "MISTAKE" })]).await;
        let foreign = app.actor("xihu-other").await.upload("别人的").await;
        let mut stolen = trained(&operator, "2026-11-01", "PASSED");
        stolen["evidence"] = json!(foreign);
        let told = platform.train(vec![
            trained(&streamer, "2026-12-01", "PASSED"), trained(&streamer, "2026-12-01", "PASSED"),
            trained(&streamer, "2026-12-01", "CHEATED"), trained(&operator, "2026-12-02", "PASSED"), stolen,
            trained(&other, "2026-11-01", "PASSED"), trained(&json!("nobody"), "2026-11-01", "PASSED"),
        ]).await;
        assert_eq!(outcomes(&told), "UPDATED REJECTED UPDATED REJECTED REJECTED REJECTED REJECTED", "{told:#}");
        assert_tells!(told["results"][1], [("DUPLICATE_IN_BATCH", "items.1.registration")]);
        assert_tells!(told["results"][3], [("DATE_IN_FUTURE", "items.3.on")]);
        assert_tells!(told["results"][4], [("EVIDENCE_NOT_FOUND", "items.4.evidence")]);
        assert_tells!(told["results"][5], [("ALREADY_CLOSED", "items.5.registration")]);
        assert_tells!(told["results"][6], [("NOT_FOUND", "items.6.registration")]);
        let away = app.actor("guangzhou-live").await.train(vec![trained(&operator, "2026-11-01", "PASSED")]).await;
        assert_tells!(away["results"][0], [("NOT_FOUND", "items.0.registration")]);
        let office = app.actor("zhejiang").await.train(vec![trained(&operator, "2026-11-01", "PASSED")]).await;
        assert_tells!(office["results"][0], [("NOT_YOURS", "items.0.registration")]);
    }

    async fn a_dry_run_writes_nothing_and_a_key_answers_once(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let [_, streamer, ..] = one_of_each(&platform).await;
        let item = trained(&streamer, "2026-12-01", "PASSED");
        let before = app.counts().await;
        let dry = platform.train_with(json!({ "items": [item], "dryRun": true })).await;
        assert_eq!(outcomes(&dry), "UPDATED");
        assert_eq!(app.counts().await, before);
        let keyed = json!({ "items": [item], "idempotencyKey": "t-1" });
        let first = platform.train_with(keyed.clone()).await;
        assert_eq!(outcomes(&first), "UPDATED");
        assert_eq!(platform.train_with(keyed).await, first, "the stored outcome");
        let too_many = vec![item; 1_001];
        let answer = platform.ask("mutation ($input: RecordTrainingInput!) { recordTraining(input: $input) { processed } }",
            json!({ "input": { "items": too_many } })).await;
        assert_eq!(crate::look::error_code(&answer), "LIMIT_EXCEEDED");
    }

    async fn two_who_record_the_same_at_once_record_it_once(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let [_, streamer, ..] = one_of_each(&platform).await;
        let record = || platform.train(vec![trained(&streamer, "2026-12-01", "PASSED")]);
        let (one, two, three) = tokio::join!(record(), record(), record());
        let mut all = [outcomes(&one), outcomes(&two), outcomes(&three)];
        all.sort();
        assert_eq!(all, ["UNCHANGED", "UNCHANGED", "UPDATED"]);
        assert_eq!(app.number("SELECT count(*) FROM training").await, 1);
    }
}

mod draft {
    use super::*;

    async fn operators_are_not_trained(engine: Engine) {
        let app = TestApp::start_with(engine, &[("law.edition", "draft-2025")]).await;
        let platform = app.actor("xihu-live").await;
        let [operator, streamer, agency, _] = one_of_each(&platform).await;
        let all = [&operator, &streamer, &agency].map(|id| trained(id, "2026-12-01", "PASSED"));
        let told = platform.train(all.to_vec()).await;
        assert_eq!(outcomes(&told), "REJECTED UPDATED UPDATED", "{told:#}");
        assert_tells!(
            told["results"][0],
            [("TRAINING_UNFIT", "items.0.registration")]
        );
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        operators_are_not_trained(Engine::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        operators_are_not_trained(Engine::Postgres).await;
    }
}
