//! What is shown of people over HTTP: names, numbers and phones masked, addresses down to the county, to every viewer
//! alike; what companies and 个体工商户 publish anyway stays whole.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::operator::{company, credit_code, on_both, person, resident_id};

const SHOWN: &str = "query ($id: ID!) { operator(id: $id) { name phone form
  businessAddress { text division { code } } domicile { text }
  party { identity { kind masked issuingCountry } registrations(first: 5) { edges { node { name phone } } } } } }";

/// The person of every test here, with one thing different.
fn natural(n: u32, name: &str, identity: Value) -> Value {
    let mut item = person(n);
    item["name"] = json!(name);
    item["identity"] = identity;
    item["birthDate"] = json!("1990-01-01");
    item["domicile"] = json!({ "text": "听雨巷77号", "division": "330782" });
    item
}

/// People and businesses, with what is shown of their name, phone and number.
#[rustfmt::skip] // A table.
fn everybody() -> Vec<(Value, [&'static str; 3])> {
    let resident = |n: u32| json!({ "kind": "RESIDENT_ID", "number": resident_id("19900101", n) });
    let passport = json!({ "kind": "PASSPORT", "number": "E98765432", "issuingCountry": "KOR" });
    let permit = json!({ "kind": "TRAVEL_PERMIT_HM", "number": "H12345678" });
    let landline = |mut item: Value| { item["phone"] = json!("0574-87654321"); item };
    let mut shop = company(8);
    shop["form"] = json!("INDIVIDUAL_BUSINESS");
    shop["name"] = json!("海曙区小明食品店");
    shop["proprietor"] = json!({ "name": "令狐望舒", "identity": resident(9) });
    vec![
        // A resident number keeps its first three and last two digits: no birth date, no sequence.
        (natural(1, "欧阳小明", resident(1)), ["欧阳*明", "139****0001", ""]),
        (natural(2, "张三", resident(2)), ["张*", "139****0002", ""]),
        (natural(3, "张小三", resident(3)), ["张*三", "139****0003", ""]),
        (natural(4, "KIM MINSU", passport), ["K** M****", "139****0004", "E98****32"]),
        (natural(5, "陈大文", permit), ["陈*文", "139****0005", "H12****78"]),
        (landline(natural(6, "李四", resident(6))), ["李*", "0574-****4321", ""]),
        (company(7), ["宁波海曙第7号直播有限公司", "138****0007", "USCC"]),
        // An individual business publishes its name and code; its phone is a person's.
        (shop, ["海曙区小明食品店", "138****0008", "USCC"]),
    ]
}

/// Everything that is said in clear somewhere in [`everybody`] and must never be shown.
fn secrets(item: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut secrets = vec![text(&item["phone"]), text(&item["businessAddress"]["text"])];
    if item["form"] == "NATURAL_PERSON" {
        secrets.extend([
            text(&item["name"]),
            text(&item["identity"]["number"]),
            text(&item["domicile"]["text"]),
        ]);
    }
    if let Some(proprietor) = item.get("proprietor") {
        secrets.extend([
            text(&proprietor["name"]),
            text(&proprietor["identity"]["number"]),
        ]);
    }
    secrets
}

async fn shown(actor: &Actor, id: &Value) -> Value {
    actor.data(SHOWN, json!({ "id": id })).await["operator"].take()
}

on_both! {
    async fn people_are_masked_for_every_viewer_and_businesses_are_not(app: TestApp) {
        let everybody = everybody();
        let items: Vec<_> = everybody.iter().map(|(item, _)| item.clone()).collect();
        let made = app.actor("xihu-live").await.register(items).await;
        assert_eq!(made["created"], everybody.len(), "{made:#}");
        // Its own platform, the county and the province of its domicile, and the national office.
        for viewer in ["xihu-live", "xihu", "zhejiang", "national"] {
            let actor = app.actor(viewer).await;
            for (index, (item, [name, phone, number])) in everybody.iter().enumerate() {
                let read = shown(&actor, &made["results"][index]["registration"]["id"]).await;
                assert_eq!((&read["name"], &read["phone"]), (&json!(name), &json!(phone)), "{viewer}");
                let identity = &read["party"]["identity"];
                let whole = item["identity"]["number"].as_str().expect("a number");
                let masked = match *number {
                    "" => format!("{}*************{}", &whole[..3], &whole[16..]),
                    "USCC" => whole.to_owned(),
                    masked => masked.to_owned(),
                };
                assert_eq!(identity["masked"], masked, "{viewer}");
                assert_eq!(identity["issuingCountry"], item["identity"]["issuingCountry"]);
                let edges = &read["party"]["registrations"]["edges"];
                assert_eq!(edges, &json!([{ "node": { "name": name, "phone": phone } }]));
                let division = item["businessAddress"]["division"].as_str().expect("a code");
                let county = if division == "330203" { "浙江省宁波市海曙区***" } else { "浙江省金华市义乌市***" };
                assert_eq!(read["businessAddress"], json!({ "text": county, "division": { "code": division } }));
                let answer = read.to_string();
                for secret in secrets(item) {
                    assert!(!answer.contains(&secret), "{viewer} is shown {secret}: {answer}");
                }
            }
        }
    }

    async fn verdicts_and_lists_are_masked_too(app: TestApp) {
        let everybody = everybody();
        let items: Vec<_> = everybody.iter().map(|(item, _)| item.clone()).collect();
        let platform = app.actor("xihu-live").await;
        let query = "{ operators(first: 50) { edges { node { name phone domicile { text } party { identity { masked } } } } } }";
        let made = platform.register(items).await;
        let list = app.actor("zhejiang").await.data(query, json!({})).await;
        for ((item, [name, ..]), result) in everybody.iter().zip(made["results"].as_array().expect("results")) {
            assert_eq!(result["registration"]["name"], *name);
            for secret in secrets(item) {
                assert!(!made.to_string().contains(&secret) && !list.to_string().contains(&secret), "{secret}");
            }
        }
        let mut wrong = person(1);
        wrong["identity"]["number"] = json!("330782199001010010");
        wrong["phone"] = json!("1380013");
        let refused = platform.register(vec![wrong]).await;
        assert_eq!(refused["rejected"], 1);
        let told = refused["results"][0]["problems"].to_string();
        assert!(!told.contains("330782199001010010") && !told.contains("欧阳小明"), "{told}");
    }

    async fn a_platform_is_public_but_for_its_phone_and_street(app: TestApp) {
        let query = "query ($id: ID!) { node(id: $id) { ... on Platform { name platformName url phone
          domicile { text division { code } } party { identity { kind masked } } } } }";
        let id = app.platform_id("xihu-live").await;
        for viewer in ["xihu-live", "xihu", "ningbo", "guangdong", "national", "cyberspace"] {
            let read = app.actor(viewer).await.data(query, json!({ "id": id })).await;
            let platform = &read["node"];
            assert_eq!(platform["name"], "xihu-live网络科技有限公司", "{viewer}");
            assert_eq!(platform["phone"], "0571-****0000", "{viewer}");
            let domicile = json!({ "text": "浙江省杭州市西湖区***", "division": { "code": "330106" } });
            assert_eq!(platform["domicile"], domicile, "{viewer}");
            assert_eq!(platform["party"]["identity"]["masked"], crate::app::PLATFORMS[0].1, "{viewer}");
        }
        let own = app.actor("xihu-live").await.register(vec![company(1)]).await;
        let read = shown(&app.actor("zhejiang").await, &own["results"][0]["registration"]["id"]).await;
        assert_eq!(read["party"]["identity"]["masked"], credit_code(1));
    }
}
