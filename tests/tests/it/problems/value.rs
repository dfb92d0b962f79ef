//! Plain values: presence, length, form and range.

use serde_json::{Value, json};

use super::scene::Scene;
use super::{Deed, Row};
use crate::operator::company;

/// A company with one field changed.
fn with(field: &str, value: Value) -> Value {
    let mut item = company(50);
    item[field] = value;
    item
}

fn address(text: &str, division: Value) -> Value {
    json!({ "text": text, "division": division })
}

fn permit(fields: Value) -> Value {
    let mut permit = json!({ "kind": "FOOD_SALES", "number": "JY1" });
    for (name, value) in fields.as_object().expect("fields") {
        permit[name] = value.clone();
    }
    with("permits", json!([permit]))
}

pub(super) fn rows(scene: &Scene) -> Vec<Row> {
    let mut rows = texts();
    rows.extend(numbers_and_days(scene));
    rows.extend(divisions());
    rows
}

fn texts() -> Vec<Row> {
    let many: Vec<_> = (0..1_001)
        .map(|n| json!({ "accountNumber": n.to_string() }))
        .collect();
    let room = |url: &str| {
        with(
            "accounts",
            json!([{ "accountNumber": "a", "roomUrl": url }]),
        )
    };
    vec![
        Row::item("REQUIRED", with("phone", Value::Null), "phone"),
        Row::item("REQUIRED", with("accounts", json!([])), "accounts").warning(),
        Row::item("EMPTY", with("name", json!(" \u{3000}")), "name"),
        Row::item("TOO_LONG", with("name", json!("长".repeat(201))), "name").says("200"),
        Row::item("TOO_MANY", with("accounts", json!(many)), "accounts").says("1000"),
        Row::item(
            "CONTROL_CHARACTER",
            with("name", json!("宁波\n直播")),
            "name",
        )
        .at(3)
        .says("第3位"),
        Row::item("MASKED_VALUE", with("name", json!("欧阳*明")), "name"),
        Row::item("MASKED_VALUE", with("phone", json!("138****0001")), "phone"),
        Row::item("PHONE_FORM", with("phone", json!("1380000000")), "phone"),
        Row::item("PHONE_FORM", with("phone", json!("1380000x001")), "phone")
            .at(8)
            .says("第8位"),
        Row::item("URL_FORM", room("live.example.com/1"), "accounts.0.roomUrl"),
        Row::item(
            "URL_FORM",
            room("https://user:word@live.example.com/1"),
            "accounts.0.roomUrl",
        ),
    ]
}

fn numbers_and_days(scene: &Scene) -> Vec<Row> {
    let followers = with(
        "accounts",
        json!([{ "accountNumber": "a", "followers": -1 }]),
    );
    let verified = json!({ "at": "2027-01-05T10:00:01+08:00", "method": "OCR" });
    let early = json!({ "items": [{ "registration": scene.company, "on": "2019-12-31", "reason": "MISTAKE" }] });
    let late = json!({ "items": [{ "registration": scene.company, "on": "2027-01-06", "reason": "MISTAKE" }] });
    let dated = json!({ "validFrom": "2026-06-01", "validUntil": "2026-05-31" });
    vec![
        Row::item("OUT_OF_RANGE", followers, "accounts.0.followers").says("不得小于0"),
        Row::item(
            "KIND_TEXT_REQUIRED",
            permit(json!({ "kind": "OTHER" })),
            "permits.0.kindText",
        ),
        Row::item("DATE_ORDER", permit(dated), "permits.0.validUntil").says("2026-06-01"),
        Row::new("DATE_ORDER", Deed::Close, early, "items.0.on").says("2020-01-01"),
        Row::item(
            "DATE_IN_FUTURE",
            with("verification", verified),
            "verification.at",
        )
        .says("2027-01-05"),
        Row::item(
            "DATE_IN_FUTURE",
            with("registeredOn", json!("2027-01-06")),
            "registeredOn",
        )
        .says("2027-01-05"),
        Row::item(
            "DATE_IN_FUTURE",
            with("observedAt", json!("2027-01-06T00:00:00Z")),
            "observedAt",
        )
        .says("2027-01-05"),
        Row::new("DATE_IN_FUTURE", Deed::Close, late, "items.0.on").says("2027-01-05"),
    ]
}

fn divisions() -> Vec<Row> {
    let at = |code, division| {
        let item = with("businessAddress", address("中山西路10号", division));
        Row::item(code, item, "businessAddress.division")
    };
    let written = |code, text, division| {
        let item = with("businessAddress", address(text, division));
        Row::item(code, item, "businessAddress.division")
    };
    let shared = written("DIVISION_AMBIGUOUS", "鼓楼区中山路1号", Value::Null)
        .says("江苏省南京市鼓楼区（320106）");
    let text = "浙江省杭州市西湖区文三路1号";
    let mismatch = written("DIVISION_MISMATCH", text, json!("330203"))
        .suggesting("330106")
        .says("浙江省杭州市西湖区（330106）");
    vec![
        at("DIVISION_REQUIRED", Value::Null),
        shared,
        mismatch,
        at("DIVISION_UNKNOWN", json!("330299")),
        at("DIVISION_UNKNOWN", json!("海曙区")),
        at("DIVISION_TOO_COARSE", json!("330200")),
        at("DIVISION_TOO_COARSE", json!("330000")),
    ]
}
