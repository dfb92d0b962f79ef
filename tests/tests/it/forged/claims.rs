//! Forgeries of what a token says, all signed by the house's own key: a signature alone is not enough.

use serde_json::{Value, json};

use super::Attempt;
use super::kit::Kit;

/// Every claim that a token must have.
const CLAIMS: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

pub(super) fn all(kit: &Kit) -> Vec<Attempt> {
    let all = [lacking(kit), other_values(kit), times(kit), texts(kit)];
    all.into_iter().flatten().collect()
}

/// Each claim left out, empty, repeated, in a list.
fn lacking(kit: &Kit) -> Vec<Attempt> {
    let good = kit.claims();
    let whole = good.to_string();
    let open = &whole[..whole.len() - 1];
    let of = |name: &str| {
        let mut fewer = good.clone();
        fewer.as_object_mut().expect("claims").remove(name);
        let twice = format!(r#"{open},"{name}":{}}}"#, good[name]);
        [
            Attempt::token(format!("no {name}"), kit.with_claims(&fewer.to_string())),
            Attempt::token(format!("{name} twice"), kit.with_claims(&twice)),
            Attempt::token(format!("{name} null"), kit.with_claim(name, Value::Null)),
            Attempt::token(
                format!("{name} in a list"),
                kit.with_claim(name, json!([good[name]])),
            ),
        ]
    };
    CLAIMS.into_iter().flat_map(of).collect()
}

fn other_values(kit: &Kit) -> Vec<Attempt> {
    let good = kit.claims();
    let text = |name: &str| good[name].as_str().expect("a text").to_owned();
    let (issuer, audience) = (text("iss"), text("aud"));
    let values = [
        ("iss", json!("https://evil.example")),
        ("iss", json!(issuer.to_uppercase())),
        ("iss", json!(format!("{issuer}/"))),
        ("iss", json!("")),
        ("aud", json!("another")),
        ("aud", json!(audience.to_uppercase())),
        ("aud", json!(format!("{audience} "))),
        ("aud", json!("*")),
        ("aud", json!(["another", audience])),
        ("sub", json!("system")),
        ("sub", json!("")),
        ("sub", json!("' OR '1'='1")),
        ("sub", json!("00000000-0000-0000-0000-000000000000")),
        ("sub", json!("01980000-0000-7000-8000-0000000000ff")),
        ("jti", json!("")),
        ("jti", json!("j".repeat(129))),
    ];
    values
        .map(|(name, value)| {
            let what: String = format!("{name} {value}").chars().take(60).collect();
            Attempt::token(what, kit.with_claim(name, value))
        })
        .into()
}

fn times(kit: &Kit) -> Vec<Attempt> {
    let issued = kit.claims()["iat"].as_i64().expect("a time");
    let day = 86_400;
    let mut values = vec![
        ("exp", json!(issued - day)),
        ("exp", json!(0)),
        ("exp", json!(-1)),
        ("exp", json!(i64::MAX)),
        ("exp", json!(issued + 365 * day)),
        ("nbf", json!(issued + day)),
        ("iat", json!(issued + day)),
        ("iat", json!(i64::MIN)),
    ];
    for name in ["exp", "nbf", "iat"] {
        values.push((name, json!((issued + 600).to_string())));
        values.push((name, json!(1_900_000_000.5)));
        values.push((name, json!(1e300)));
        values.push((name, json!(u64::MAX)));
        values.push((name, json!("2030-01-01T00:00:00Z")));
    }
    let attempt = |(name, value): (&str, Value)| {
        Attempt::token(format!("{name} {value}"), kit.with_claim(name, value))
    };
    values.into_iter().map(attempt).collect()
}

fn texts(kit: &Kit) -> Vec<Attempt> {
    let good = kit.claims().to_string();
    let twice = format!("{good}{good}");
    let texts = ["", "null", "[]", "\"\"", "{", "\u{0}", "{}", &twice];
    texts
        .map(|text| {
            let what: String = format!("claims {text:?}").chars().take(60).collect();
            Attempt::token(what, kit.with_claims(text))
        })
        .into()
}
