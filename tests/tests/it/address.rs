//! Addresses without a division: read from their text, told when they may be several, doubted when text and code differ.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::TestApp;
use crate::look::{assert_tells, outcomes};
use crate::operator::{company, on_both};

/// A company at an address, with a division where one is given.
fn at(n: u32, text: &str, division: Option<&str>) -> Value {
    let mut item = company(n);
    item["businessAddress"] = json!({ "text": text, "division": division });
    item
}

const READ: &str = "query ($id: ID!) { operator(id: $id) {
  businessAddress { text confidence division { code fullName validUntil successor { code } } } } }";

on_both! {
    async fn an_address_is_resolved_and_says_how_sure_that_is(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![
            at(1, "浙江省宁波市海曙区中山西路10号", None),
            at(2, "宁波海曙中山西路10号", None),
            at(3, "浙江省杭州市下城区体育场路1号", None),
            at(4, "中山西路10号", Some("330203")),
        ]).await;
        assert_eq!(outcomes(&made), "CREATED CREATED CREATED CREATED", "{made:#}");
        for (index, code, confidence) in [(0, "330203", 0.98), (1, "330203", 0.9), (2, "330105", 0.95), (3, "330203", 1.0)] {
            let id = &made["results"][index]["registration"]["id"];
            let read = platform.data(READ, json!({ "id": id })).await;
            let address = &read["operator"]["businessAddress"];
            assert_eq!(address["division"]["code"], code, "{address:#}");
            assert_eq!(address["confidence"], confidence, "{address:#}");
        }
        // Whoever is competent for Ningbo sees what was resolved to Ningbo.
        let list = json!({});
        let seen = app.actor("ningbo").await.data("{ operators(first: 10) { totalCount } }", list).await;
        assert_eq!(seen["operators"]["totalCount"], 3);
        let again = platform.register(vec![at(1, "浙江省宁波市海曙区中山西路10号", None)]).await;
        assert_eq!(outcomes(&again), "UNCHANGED", "{again:#}");
    }

    async fn what_may_be_several_is_refused_with_all_of_them(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let asked = platform.register(vec![
            at(1, "鼓楼区中山路1号", None),
            at(2, "浙江省南京市鼓楼区中山路1号", None),
            at(3, "杭州西湖边", None),
            at(4, "人民路1号", None),
        ]).await;
        assert_eq!(outcomes(&asked), "REJECTED REJECTED REJECTED REJECTED", "{asked:#}");
        for index in 0..3 {
            let path = format!("items.{index}.businessAddress.division");
            assert_tells!(asked["results"][index], [("DIVISION_AMBIGUOUS", path.as_str())]);
        }
        assert_tells!(asked["results"][3], [("DIVISION_REQUIRED", "items.3.businessAddress.division")]);
        let told = |index: usize| asked["results"][index]["problems"][0].clone();
        let message = told(0)["message"].as_str().expect("words").to_owned();
        for name in ["江苏省南京市鼓楼区（320106）", "江苏省徐州市鼓楼区（320302）", "福建省福州市鼓楼区（350102）"] {
            assert!(message.contains(name), "{message}");
        }
        assert_eq!(told(0)["suggestion"], Value::Null);
        assert_eq!(told(2)["suggestion"], "330106", "the only county is offered");
        assert_eq!(app.number("SELECT count(*) FROM registration").await, 0);
    }

    async fn a_code_that_the_text_contradicts_is_written_with_a_warning(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![
            at(1, "浙江省杭州市西湖区文三路1号", Some("330203")),
            at(2, "浙江省宁波市海曙区中山西路1号", Some("330203")),
            at(3, "西湖区文三路1号", Some("330203")),
        ]).await;
        assert_eq!(outcomes(&made), "CREATED CREATED CREATED", "{made:#}");
        assert_tells!(made["results"][0], [("DIVISION_MISMATCH", "items.0.businessAddress.division")]);
        assert_eq!(made["results"][0]["problems"][0]["severity"], "WARNING");
        assert_eq!(made["results"][0]["problems"][0]["suggestion"], "330106");
        assert_tells!(made["results"][1], []);
        assert_tells!(made["results"][2], []);
    }

    async fn an_abolished_code_is_refused_with_its_successor_and_still_has_a_name(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let asked = platform.register(vec![at(1, "体育场路1号", Some("330103")), at(2, "凯旋路1号", Some("330104"))]).await;
        for (index, successor) in [(0, json!("330105")), (1, Value::Null)] {
            let path = format!("items.{index}.businessAddress.division");
            assert_tells!(asked["results"][index], [("DIVISION_UNKNOWN", path.as_str())]);
            assert_eq!(asked["results"][index]["problems"][0]["suggestion"], successor);
        }
        // A territory that was applied while the code stood.
        app.run("UPDATE territory SET division = '330103' WHERE office_id = (SELECT office_id FROM client WHERE name = 'xihu')").await;
        let me = app.actor("xihu").await.data(
            "{ me { office { divisions { code name fullName level validUntil parent { code } successor { code fullName successor { code } } } } } }",
            json!({}),
        ).await;
        assert_eq!(me["me"]["office"]["divisions"][0], json!({
            "code": "330103", "name": "下城区", "fullName": "浙江省杭州市下城区", "level": "COUNTY",
            "validUntil": "2020-12-31", "parent": { "code": "330100" },
            "successor": { "code": "330105", "fullName": "浙江省杭州市拱墅区", "successor": null },
        }));
    }
}

/// The setting decides from which confidence a text is taken at its word.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_confidence_that_is_asked_is_a_setting() {
    let app = TestApp::start_with(Engine::Sqlite, &[("address.confidence", "97")]).await;
    let platform = app.actor("xihu-live").await;
    let made = platform
        .register(vec![
            at(1, "浙江省宁波市海曙区中山西路10号", None),
            at(2, "浙江省海曙区中山西路10号", None),
        ])
        .await;
    assert_eq!(outcomes(&made), "CREATED REJECTED", "{made:#}");
    assert_tells!(
        made["results"][1],
        [("DIVISION_AMBIGUOUS", "items.1.businessAddress.division")]
    );
    assert_eq!(
        made["results"][1]["problems"][0]["suggestion"],
        json!("330203")
    );
}
