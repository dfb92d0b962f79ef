//! Operators as a platform and its regulators meet them.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};

/// Registers operators and tells everything of the verdicts.
pub(crate) const REGISTER: &str =
    "mutation ($input: RegisterOperatorsInput!) { registerOperators(input: $input) {
  processed created updated closed reopened unchanged rejected stale
  results { index externalId outcome registration { id name revision status fingerprint }
            problems { code path severity position suggestion message article { number } } }
  problems { code path } } }";

/// A sound company on the platform, seated in Ningbo's Haishu district.
pub(crate) fn company(n: u32) -> Value {
    json!({
        "externalId": format!("c-{n}"),
        "identity": { "kind": "USCC", "number": credit_code(n) },
        "name": format!("宁波海曙第{n}号直播有限公司"),
        "form": "LEGAL_PERSON",
        "phone": format!("138{n:08}"),
        "businessAddress": { "text": "中山西路10号", "division": "330203" },
        "accounts": [{ "accountNumber": format!("acct-{n}") }],
        "verification": { "at": "2026-10-01T08:00:00+08:00", "method": "OCR" },
    })
}

/// A credit code of a company in Ningbo.
pub(crate) fn credit_code(n: u32) -> String {
    let body = format!("91330203MA{n:07}");
    let check = entity::value::credit_code::check_character(&body).expect("a body");
    format!("{body}{check}")
}

/// A natural person born on 1 January 1990, seated in Yiwu.
pub(crate) fn person(n: u32) -> Value {
    json!({
        "externalId": format!("p-{n}"),
        "identity": { "kind": "RESIDENT_ID", "number": resident_id("19900101", n) },
        "name": "欧阳小明",
        "form": "NATURAL_PERSON",
        "phone": format!("139{n:08}"),
        "businessAddress": { "text": "福田街道", "division": "330782" },
        "accounts": [{ "accountNumber": format!("person-{n}") }],
    })
}

/// A resident number of Yiwu.
pub(crate) fn resident_id(born: &str, n: u32) -> String {
    let body = format!("330782{born}{n:03}");
    let check = entity::value::resident_id::check_character(&body).expect("a body");
    format!("{body}{check}")
}

impl Actor {
    /// Registers operators.
    pub(crate) async fn register(&self, items: Vec<Value>) -> Value {
        self.register_with(json!({ "items": items })).await
    }

    /// Registers operators with other arguments.
    pub(crate) async fn register_with(&self, input: Value) -> Value {
        self.data(REGISTER, json!({ "input": input })).await["registerOperators"].take()
    }
}

/// The problem codes of one result.
pub(crate) fn codes(answer: &Value, index: usize) -> Vec<String> {
    let problems = answer["results"][index]["problems"]
        .as_array()
        .expect("problems");
    problems
        .iter()
        .map(|p| p["code"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// Runs a test on both databases.
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: $ty:ty) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn run($app: $ty) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run(TestApp::start(Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run(TestApp::start(Engine::Postgres).await).await;
            }
        }
    )+};
}
pub(crate) use on_both;

on_both! {
    async fn a_platform_registers_updates_and_reads(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![company(1), person(1)]).await;
        assert_eq!(made["created"], 2, "{made:#}");
        assert_eq!(made["results"][1]["registration"]["name"], "欧阳*明");

        let again = platform.register(vec![company(1)]).await;
        assert_eq!(again["unchanged"], 1, "{again:#}");

        let patch = json!({ "identity": company(1)["identity"], "phone": "0574-87654321" });
        let updated = platform.register(vec![patch]).await;
        assert_eq!(updated["updated"], 1, "{updated:#}");
        assert_eq!(updated["results"][0]["registration"]["revision"], 2);

        let id = updated["results"][0]["registration"]["id"].clone();
        let read = platform.data(
            "query ($id: ID!) { operator(id: $id) { name phone businessAddress { text division { code fullName } }
               party { identity { masked } } platform { platformName } accounts { accountNumber role since until }
               verification { state dueOn } history { edges { node { number changed by } } } } }",
            json!({ "id": id }),
        ).await;
        let operator = &read["operator"];
        assert_eq!(operator["businessAddress"]["text"], "浙江省宁波市海曙区***", "{read:#}");
        assert_eq!(operator["party"]["identity"]["masked"], credit_code(1));
        assert_eq!(operator["verification"]["state"], "CURRENT");
        assert_eq!(operator["verification"]["dueOn"], "2027-04-01");
        assert_eq!(operator["history"]["edges"][0]["node"]["changed"], json!(["phone"]));
    }

    async fn another_platform_sees_nothing_of_it(app: TestApp) {
        let made = app.actor("xihu-live").await.register(vec![company(1)]).await;
        let id = made["results"][0]["registration"]["id"].clone();
        let read = app.actor("xihu-other").await
            .data("query ($id: ID!) { operator(id: $id) { name } node(id: $id) { id } }", json!({ "id": id })).await;
        assert_eq!(read, json!({ "operator": null, "node": null }));
    }

    async fn a_city_sees_operators_seated_in_it_of_its_own_province_only(app: TestApp) {
        app.actor("xihu-live").await.register(vec![company(1), person(1)]).await;
        app.actor("guangzhou-live").await.register(vec![company(2)]).await;
        let list = "{ operators(first: 10) { edges { node { name } } totalCount pageInfo { hasNextPage } } }";
        let ningbo = app.actor("ningbo").await.data(list, json!({})).await;
        assert_eq!(ningbo["operators"]["totalCount"], 1, "{ningbo:#}");
        let zhejiang = app.actor("zhejiang").await.data(list, json!({})).await;
        assert_eq!(zhejiang["operators"]["totalCount"], 2);
        let national = app.actor("national").await.data(list, json!({})).await;
        assert_eq!(national["operators"]["totalCount"], 3);
        let cyberspace = app.actor("cyberspace").await.data(list, json!({})).await;
        assert_eq!(cyberspace["operators"]["totalCount"], 0);
    }
}
