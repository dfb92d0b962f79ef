//! Merchants as a platform and its regulators meet them, and the operators that sell for them.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::look::{assert_tells, outcomes};
use crate::operator::{company, on_both, resident_id};

/// A credit code of a merchant in Ningbo.
pub(crate) fn merchant_code(n: u32) -> String {
    let body = format!("91330203MC{n:07}");
    let check = entity::value::credit_code::check_character(&body).expect("a body");
    format!("{body}{check}")
}

/// A sound company with two shops.
pub(crate) fn merchant(n: u32) -> Value {
    json!({
        "externalId": format!("m-{n}"),
        "identity": { "kind": "USCC", "number": merchant_code(n) },
        "name": format!("宁波第{n}号商贸有限公司"),
        "form": "LEGAL_PERSON",
        "phone": format!("136{n:08}"),
        "businessAddress": { "text": "药行街1号", "division": "330203" },
        "shops": [{ "name": format!("第{n}号旗舰店"), "url": "https://shop.example.com/1" }, { "name": format!("第{n}号专营店") }],
        "permits": [{ "kind": "FOOD_SALES", "number": format!("JY133{n:010}") }],
        "overThreshold": true,
    })
}

/// A farmer who needs no registration.
pub(crate) fn farmer(n: u32) -> Value {
    json!({
        "externalId": format!("f-{n}"),
        "identity": { "kind": "RESIDENT_ID", "number": resident_id("19700303", n) },
        "name": "丁一",
        "form": "NATURAL_PERSON",
        "phone": format!("135{n:08}"),
        "businessAddress": { "text": "苏溪镇1号", "division": "330782" },
        "shops": [{ "name": format!("丁家果园{n}"), "url": "App 首页搜索“丁家果园”" }],
        "exemption": "OWN_FARM_PRODUCE",
        "overThreshold": false,
    })
}

impl Actor {
    /// Registers merchants.
    pub(crate) async fn register_merchants(&self, items: Vec<Value>) -> Value {
        self.register_kind("Merchants", items).await
    }

    /// A merchant.
    async fn merchant(&self, id: &Value) -> Value {
        const READ: &str = "query ($id: ID!) { merchant(id: $id) { id kind name form revision exemption overThreshold
          shops { name url since until } permits { kind number } businessAddress { text }
          verification { state dueOn article { instrument number } } history { edges { node { changed } } } } }";
        self.data(READ, json!({ "id": id })).await["merchant"].take()
    }
}

on_both! {
    async fn a_merchant_is_registered_and_its_shops_are_periods(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register_merchants(vec![merchant(1), farmer(1)]).await;
        assert_eq!(outcomes(&made), "CREATED CREATED", "{made:#}");
        assert_tells!(made["results"][0], []);
        let id = made["results"][0]["registration"]["id"].clone();
        let read = platform.merchant(&id).await;
        assert_eq!(read["name"], "宁波第1号商贸有限公司");
        assert_eq!(read["verification"]["state"], "NEVER", "merchants have an interval of their own");
        assert_eq!(read["verification"]["article"]["number"], "第二十四条");
        let farmer = platform.merchant(&made["results"][1]["registration"]["id"]).await;
        assert_eq!((&farmer["name"], &farmer["exemption"]), (&json!("丁*"), &json!("OWN_FARM_PRODUCE")));
        app.clock.advance(TimeDelta::days(2));
        let platform = app.actor("xihu-live").await;
        let mut moved = merchant(1);
        moved["shops"] = json!([{ "name": "第1号旗舰店", "url": "https://shop.example.com/1" }, { "name": "第1号折扣店" }]);
        assert_eq!(outcomes(&platform.register_merchants(vec![moved.clone()]).await), "UPDATED");
        let read = platform.merchant(&id).await;
        assert_eq!(read["shops"], json!([
            { "name": "第1号折扣店", "url": null, "since": "2026-12-03", "until": null },
            { "name": "第1号旗舰店", "url": "https://shop.example.com/1", "since": "2026-12-01", "until": null },
            { "name": "第1号专营店", "url": null, "since": "2026-12-01", "until": "2026-12-03" }]));
        assert_eq!(outcomes(&platform.register_merchants(vec![moved]).await), "UNCHANGED");
        let closed = platform.close(vec![json!({ "registration": id, "on": "2026-12-03", "reason": "MISTAKE" })]).await;
        assert_eq!(outcomes(&closed), "CLOSED", "{closed:#}");
        assert!(platform.merchant(&id).await["shops"].as_array().expect("shops").iter().all(|shop| shop["until"] == "2026-12-03"));
    }

    async fn what_a_merchant_lacks_or_contradicts_is_told(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let with = |mut item: Value, field: &str, value: Value| {
            item[field] = value;
            item
        };
        let told = platform.register_merchants(vec![
            with(farmer(1), "exemption", Value::Null),
            with(merchant(2), "exemption", json!("HOME_CRAFT")),
            with(with(farmer(3), "exemption", json!("SMALL_OCCASIONAL")), "overThreshold", json!(true)),
            with(merchant(4), "shops", json!([])),
            with(merchant(5), "shops", json!([{ "name": "甲" }, { "name": "甲" }])),
            with(merchant(6), "form", json!("NATURAL_PERSON")),
            with(merchant(7), "phone", Value::Null),
        ]).await;
        assert_eq!(outcomes(&told), "CREATED CREATED CREATED CREATED REJECTED REJECTED REJECTED");
        for (index, code, path) in [
            (0, "REQUIRED", "exemption"), (1, "EXEMPTION_UNFIT", "exemption"), (2, "EXEMPTION_UNFIT", "exemption"),
            (3, "REQUIRED", "shops"), (4, "SHOP_TWICE", "shops.1.name"), (5, "FORM_IDENTITY_MISMATCH", "form"),
            (6, "REQUIRED", "phone"),
        ] {
            let path = format!("items.{index}.{path}");
            assert_tells!(told["results"][index], [(code, path.as_str())]);
        }
    }

    async fn an_operator_names_the_actual_sellers(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register_merchants(vec![merchant(1)]).await;
        let seller = |n: u32| json!({ "kind": "USCC", "number": merchant_code(n) });
        let mut item = company(1);
        item["sellers"] = json!([seller(1), seller(2)]);
        let made = platform.register(vec![item.clone()]).await;
        assert_tells!(made["results"][0], [("TIE_PENDING", "items.0.sellers.1")]);
        platform.register_merchants(vec![merchant(2)]).await;
        let again = platform.register(vec![item.clone()]).await;
        assert_eq!(outcomes(&again), "UNCHANGED");
        assert_tells!(again["results"][0], []);
        item["sellers"] = json!([seller(2)]);
        let less = platform.register(vec![item]).await;
        assert_eq!(outcomes(&less), "UPDATED");
        assert_eq!(app.number("SELECT count(*) FROM tie WHERE until IS NULL").await, 1);
        assert_eq!(less["results"][0]["registration"]["fingerprint"], made["results"][0]["registration"]["fingerprint"], "no sheet lists sellers");
    }

    async fn an_office_registers_nobody_but_operators_on_their_own_sites(app: TestApp) {
        let office = app.actor("ningbo").await;
        for (plural, item) in [("Merchants", merchant(1)), ("Streamers", crate::streamer::streamer(1)), ("Agencies", crate::agency::agency(1))] {
            let refused = office.register_kind(plural, vec![item]).await;
            assert_tells!(refused, [("PLATFORM_REQUIRED", "platform")]);
        }
    }
}
