//! What is particular to streamers and merchants, and to whom a registration is tied.

use serde_json::{Value, json};

use super::{Deed, Row};
use crate::merchant::merchant;
use crate::operator::credit_code;
use crate::streamer::{in_rooms, streamer};

fn row(code: &str, deed: Deed, item: Value, path: &str) -> Row {
    let input = json!({ "dryRun": true, "items": [item] });
    Row::new(code, deed, input, &format!("items.0.{path}"))
}

fn with(mut item: Value, field: &str, value: Value) -> Value {
    item[field] = value;
    item
}

pub(super) fn rows() -> Vec<Row> {
    let company = json!({ "kind": "USCC", "number": credit_code(77) });
    let expired = json!([{ "title": "互联网营销师", "validUntil": "2027-01-04" }]);
    let twice = json!([{ "name": "同名店" }, { "name": "同名店" }]);
    let exempt = with(merchant(50), "exemption", json!("HOME_CRAFT"));
    vec![
        row(
            "IDENTITY_NOT_PERSON",
            Deed::Streamers,
            with(streamer(50), "identity", company),
            "identity",
        ),
        row(
            "QUALIFICATION_EXPIRED",
            Deed::Streamers,
            with(streamer(50), "qualifications", expired),
            "qualifications.0.validUntil",
        )
        .says("2027-01-04"),
        row(
            "TIE_PENDING",
            Deed::Streamers,
            in_rooms(50, &[77]),
            "operators.0",
        ),
        row(
            "TIE_TWICE",
            Deed::Streamers,
            in_rooms(50, &[77, 77]),
            "operators.1.number",
        ),
        row(
            "SHOP_TWICE",
            Deed::Merchants,
            with(merchant(50), "shops", twice),
            "shops.1.name",
        ),
        row("EXEMPTION_UNFIT", Deed::Merchants, exempt, "exemption"),
    ]
}
