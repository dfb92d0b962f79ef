//! The setting `crypto.suite` as a platform meets it: nothing is different but the bytes that lie in the database and in the
//! files, and keys of one suite do not start a registry of the other.

use api::start::{self, Parts};
use entity::party;
use sea_orm::EntityTrait as _;
use serde_json::json;
use tests::database::Engine;

use crate::app::TestApp;
use crate::journey::cells;
use crate::operator::{person, resident_id};

async fn works_by_the_national_algorithms(engine: Engine) {
    let aes = TestApp::start(engine).await;
    let gm = TestApp::start_with(engine, &[("crypto.suite", "gm")]).await;
    let platform = gm.actor("xihu-live").await;
    let made = platform.register((1..=3).map(person).collect()).await;
    assert_eq!(made["created"], 3, "{made:#}");
    let again = platform.register(vec![person(2)]).await;
    assert_eq!(again["unchanged"], 1, "the same number is found again");
    for (app, format) in [(&gm, 2), (&aes, 1)] {
        let sealed = stored(app).await;
        let formats = sealed.iter().map(|bytes| bytes[0]);
        assert!(formats.into_iter().all(|first| first == format), "{format}");
    }
    let list = "query ($after: Cursor) { operators(first: 2, after: $after) {
      edges { node { name phone } } pageInfo { endCursor } } }";
    let first = platform.data(list, json!({})).await;
    let node = &first["operators"]["edges"][0]["node"];
    assert_eq!(*node, json!({ "name": "欧阳*明", "phone": "139****0001" }));
    let after = json!({ "after": first["operators"]["pageInfo"]["endCursor"] });
    let rest = platform.data(list, after).await;
    let rest = rest["operators"]["edges"].as_array().map(Vec::len);
    assert_eq!(rest, Some(1));

    let ready = platform.ready(&gm, json!({ "window": "2027-01" })).await;
    let path = ready["files"][0]["path"].as_str().expect("a path");
    let rows = cells(&platform.download(path).await, "未登记运营者");
    let mut said = rows.iter().flatten();
    assert!(said.any(|(text, _)| *text == resident_id("19900101", 3)));
}

async fn is_not_started_by_keys_of_the_other(engine: Engine) {
    let app = TestApp::start(engine).await;
    let start = async |suite: &str| {
        let settings = app.settings(&[("crypto.suite", suite)]);
        start::open(settings, Parts::default(), false).await
    };
    let refused = start("gm").await.err().expect("a refusal").to_string();
    assert!(
        refused.contains("crypto.suite") && refused.contains("seal"),
        "{refused}"
    );
    assert!(start("aes").await.is_ok());
}

mod a_registry {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn works_by_the_national_algorithms_on_sqlite() {
        works_by_the_national_algorithms(Engine::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn works_by_the_national_algorithms_on_postgres() {
        works_by_the_national_algorithms(Engine::Postgres).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn is_not_started_by_keys_of_the_other_suite_on_sqlite() {
        is_not_started_by_keys_of_the_other(Engine::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn is_not_started_by_keys_of_the_other_suite_on_postgres() {
        is_not_started_by_keys_of_the_other(Engine::Postgres).await;
    }
}

/// What lies in the database of every party's number.
#[expect(
    clippy::disallowed_methods,
    reason = "it looks at the rows themselves, in nobody's sight"
)]
async fn stored(app: &TestApp) -> Vec<Vec<u8>> {
    let rows = party::Entity::find()
        .all(&app.app.db)
        .await
        .expect("parties");
    let numbers = rows.into_iter().map(|row| row.number.as_bytes().to_vec());
    let numbers: Vec<_> = numbers.collect();
    assert!(!numbers.is_empty());
    numbers
}
