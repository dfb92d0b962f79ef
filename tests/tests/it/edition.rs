//! The setting `law.edition` as a platform meets it: the same deeds on two instances, each answering by its own text.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{TestApp, instant};
use crate::operator::company;

/// What an instance answers under one edition; written from the texts, not from the tables.
struct Law {
    setting: Option<&'static str>,
    edition: &'static str,
    instrument: &'static str,
    /// Three or six months after 1 October 2026.
    due_on: &'static str,
    state: &'static str,
    sheets: &'static [&'static str],
    merchant_report: Result<&'static [&'static str], &'static str>,
}

const ORDER: Law = Law {
    setting: None,
    edition: "order-117",
    instrument: "直播电商监督管理办法（国家市场监督管理总局、国家互联网信息办公室令第117号）",
    due_on: "2027-04-01",
    state: "CURRENT",
    sheets: &["已登记运营者", "未登记运营者", "直播营销人员"],
    merchant_report: Ok(&["平台内经营者"]),
};

const DRAFT: Law = Law {
    setting: Some("draft-2025"),
    edition: "draft-2025",
    instrument: "直播电商监督管理办法（征求意见稿）",
    due_on: "2027-01-01",
    state: "DUE",
    sheets: &[
        "已登记运营者",
        "未登记运营者",
        "直播营销人员",
        "平台内经营者",
    ],
    merchant_report: Err("NOT_IN_EDITION"),
};

async fn holds(engine: Engine, law: &Law) {
    let chosen: Vec<_> = law
        .setting
        .iter()
        .map(|edition| ("law.edition", *edition))
        .collect();
    let app = TestApp::start_with(engine, &chosen).await;
    // Thirty days before the draft's due day.
    app.clock.set(instant("2026-12-02T10:00:00+08:00"));
    let platform = app.actor("xihu-live").await;
    let made = platform.register(vec![company(1)]).await;
    let id = made["results"][0]["registration"]["id"].clone();
    let query = "query ($id: ID!) { operator(id: $id) {
      verification { state dueOn article { instrument number edition } } } }";
    let read = platform.data(query, json!({ "id": id })).await;
    let article = json!({
        "instrument": law.instrument, "number": "第八条第一款", "edition": law.edition,
    });
    assert_eq!(
        read["operator"]["verification"],
        json!({ "state": law.state, "dueOn": law.due_on, "article": article })
    );

    let livestream = platform.prepare(json!({ "window": "2027-01" })).await;
    let merchant = json!({ "window": "2027-01", "report": "MERCHANT" });
    let merchant = platform.prepare(merchant).await;
    app.work().await;
    let written = platform.filing(&livestream).await;
    assert_eq!(sheets(&written), law.sheets, "{written:#}");
    match law.merchant_report {
        Ok(expected) => assert_eq!(sheets(&platform.filing(&merchant).await), expected),
        Err(code) => {
            assert_eq!(merchant["submission"], Value::Null);
            assert_eq!(merchant["problems"][0]["code"], code, "{merchant:#}");
        }
    }
}

/// The names of a filing's sheets.
fn sheets(filing: &Value) -> Vec<&str> {
    let sheets = filing["submission"]["sheets"].as_array().expect("sheets");
    sheets
        .iter()
        .map(|sheet| sheet["sheet"].as_str().expect("a name"))
        .collect()
}

mod the_setting_chooses_the_law {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn order_by_default_on_sqlite() {
        holds(Engine::Sqlite, &ORDER).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn order_by_default_on_postgres() {
        holds(Engine::Postgres, &ORDER).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn draft_on_sqlite() {
        holds(Engine::Sqlite, &DRAFT).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn draft_on_postgres() {
        holds(Engine::Postgres, &DRAFT).await;
    }
}
