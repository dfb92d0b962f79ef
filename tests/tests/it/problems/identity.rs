//! Identity numbers, each refusal with its own code.

use serde_json::{Value, json};

use super::Row;
use crate::operator::{company, credit_code, person, resident_id};

/// An identity number as an item's.
fn numbered(code: &str, kind: &str, number: &str, country: Option<&str>) -> Row {
    let mut item = match kind {
        "USCC" => company(50),
        _ => person(50),
    };
    item["birthDate"] = match kind {
        "PASSPORT" | "OTHER" | "NETWORK_ID" | "TRAVEL_PERMIT_HM" => json!("1990-01-01"),
        _ => Value::Null,
    };
    item["identity"] = json!({ "kind": kind, "number": number, "issuingCountry": country });
    Row::item(code, item, "identity.number")
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = credit_codes();
    rows.extend(resident_ids());
    rows.extend(permits());
    rows.extend(others());
    rows
}

fn credit_codes() -> Vec<Row> {
    let code = |code, number: &str| numbered(code, "USCC", number, None);
    let sound = credit_code(1);
    let last = if sound.ends_with('0') { "1" } else { "0" };
    vec![
        code("CREDIT_CODE_LENGTH", "330203000012345"),
        code("CREDIT_CODE_CHARACTER", &sound.replacen('0', "O", 1))
            .at(5)
            .suggesting(&sound)
            .says("第5位"),
        code("CREDIT_CODE_CHARACTER", &sound.replacen("91", "9I", 1))
            .at(2)
            .suggesting(&sound),
        code("CREDIT_CODE_CHARACTER", "91330203ma00000S1X")
            .at(16)
            .says("第16位"),
        code("CREDIT_CODE_DEPARTMENT", "9A330203MA0000001X")
            .at(2)
            .says("第2位"),
        code("CREDIT_CODE_DEPARTMENT", "B1330203MA0000001X").at(1),
        code("CREDIT_CODE_REGION", "9133A203MA0000001X")
            .at(5)
            .says("第5位"),
        code("CREDIT_CODE_REGION", "91990203MA0000001X").at(3),
        code("CREDIT_CODE_CHECK", &format!("{}{last}", &sound[..17])),
    ]
}

fn resident_ids() -> Vec<Row> {
    let code = |code, number: &str| numbered(code, "RESIDENT_ID", number, None);
    let sound = resident_id("19900101", 1);
    let wrong = if sound.ends_with('1') { "2" } else { "1" };
    let region = entity::value::resident_id::check_character("99999919800101001").expect("a body");
    vec![
        code("RESIDENT_ID_LENGTH", "3307821990010100"),
        code("RESIDENT_ID_OLD", "330782900101001"),
        code("RESIDENT_ID_CHARACTER", "3307A219900101001X")
            .at(5)
            .says("第5位"),
        code("RESIDENT_ID_CHARACTER", &sound.replacen('0', "O", 1))
            .at(3)
            .suggesting(&sound),
        code("RESIDENT_ID_BIRTH_DATE", "330782199002300010").at(7),
        code("RESIDENT_ID_CHECK", &format!("{}{wrong}", &sound[..17])),
        code(
            "RESIDENT_ID_REGION_UNKNOWN",
            &format!("99999919800101001{region}"),
        )
        .at(1),
        code("RESIDENT_ID_NOT_MAINLAND", "810000199001010019")
            .at(1)
            .says("港澳台居民居住证"),
        code("RESIDENT_ID_NOT_MAINLAND", "943760199803056672")
            .at(1)
            .says("永久居留"),
    ]
}

fn permits() -> Vec<Row> {
    let card = |code, number| numbered(code, "PERMANENT_RESIDENCE_CARD", number, None);
    let permit = resident_id("19900101", 1);
    vec![
        numbered(
            "RESIDENCE_PERMIT_REGION",
            "RESIDENCE_PERMIT_HMT",
            &permit,
            None,
        )
        .at(1),
        numbered(
            "RESIDENT_ID_CHECK",
            "RESIDENCE_PERMIT_HMT",
            "810000199001010018",
            None,
        ),
        card("PERMANENT_CARD_FORM", "A43760199803056672")
            .at(1)
            .says("第1位"),
        card("PERMANENT_CARD_FORM", "CAN1100780115"),
        card("PERMANENT_CARD_BIRTH_DATE", "943760199813056672").at(7),
        card("PERMANENT_CARD_COUNTRY", "943000199803056672").at(4),
        card("PERMANENT_CARD_CHECK", "943760199803056673"),
        numbered("TRAVEL_PERMIT_FORM", "TRAVEL_PERMIT_HM", "X12345678", None)
            .at(1)
            .says("港澳居民来往内地通行证"),
        numbered("TRAVEL_PERMIT_FORM", "TRAVEL_PERMIT_TW", "1234567", None)
            .says("台湾居民来往大陆通行证"),
    ]
}

fn others() -> Vec<Row> {
    let at_country = |code, kind, number, country| {
        numbered(code, kind, number, country).told_at("items.0.identity.issuingCountry")
    };
    let resident = resident_id("19900101", 1);
    let better = numbered("BETTER_IDENTITY_KIND", "OTHER", &resident, Some("CHN"));
    vec![
        numbered("PASSPORT_FORM", "PASSPORT", "E1234567#", Some("KOR"))
            .at(9)
            .says("第9位"),
        numbered("PASSPORT_FORM", "PASSPORT", "E123", Some("KOR")),
        numbered("NETWORK_ID_FORM", "NETWORK_ID", "ab#cd123", None)
            .at(3)
            .says("第3位"),
        numbered("NO_DOCUMENT_NUMBER", "NETWORK_ID", "aB3dE5gH7k", None),
        numbered("OTHER_DOCUMENT_FORM", "OTHER", "军字#1", Some("CHN"))
            .at(3)
            .says("第3位"),
        better.told_at("items.0.identity.kind").says("居民身份证"),
        at_country("COUNTRY_REQUIRED", "PASSPORT", "E12345678", None).says("护照"),
        at_country("COUNTRY_UNKNOWN", "PASSPORT", "E12345678", Some("KO")),
        at_country("COUNTRY_NOT_ALLOWED", "USCC", &credit_code(1), Some("CHN")),
    ]
}
