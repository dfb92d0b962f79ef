//! Tokens that somebody made up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::database::Engine;

use super::Trial;
use crate::app::TestApp;
use crate::look::{error_code, send};
use crate::operator::{REGISTER, company, on_both};

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn read(part: &str) -> Value {
    let bytes = URL_SAFE_NO_PAD.decode(part).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// A token signed with the public key's bytes as a shared secret, as an old trick has it.
fn hmac(claims: &Value, kid: &Value, secret: &[u8]) -> String {
    let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
    header.kid = kid.as_str().map(str::to_owned);
    let key = jsonwebtoken::EncodingKey::from_secret(secret);
    jsonwebtoken::encode(&header, claims, &key).expect("a token")
}

/// Tokens that differ from a good one in what must not be believed.
fn forgeries(token: &str, public: &[u8]) -> Vec<(&'static str, String)> {
    let parts: Vec<_> = token.split('.').collect();
    let (head, body, signature) = (parts[0], parts[1], parts[2]);
    let (header, claims) = (read(head), read(body));
    let with = |name: &str, value: Value| {
        let mut changed = header.clone();
        changed[name] = value;
        format!("{}.{body}.{signature}", part(&changed))
    };
    let claiming = |name: &str, value: Value| {
        let mut changed = claims.clone();
        changed[name] = value;
        format!("{head}.{}.{signature}", part(&changed))
    };
    let none = json!({ "alg": "none", "typ": "JWT", "kid": header["kid"] });
    vec![
        (
            "alg none without a signature",
            format!("{}.{body}.", part(&none)),
        ),
        (
            "alg none with a signature",
            format!("{}.{body}.{signature}", part(&none)),
        ),
        ("alg nOnE", with("alg", json!("nOnE"))),
        ("alg of another family", with("alg", json!("RS256"))),
        ("a shared secret", hmac(&claims, &header["kid"], public)),
        ("an unknown key", with("kid", json!("another"))),
        (
            "a key of its own",
            with("jwk", json!({ "kty": "OKP", "crv": "Ed25519", "x": "AA" })),
        ),
        (
            "another client",
            claiming("sub", json!("01900000-0000-7000-8000-000000000000")),
        ),
        ("a longer life", claiming("exp", json!(4_102_444_800_i64))),
        (
            "another issuer",
            claiming("iss", json!("https://evil.example")),
        ),
        (
            "a changed signature",
            format!(
                "{head}.{body}.{}",
                signature.chars().rev().collect::<String>()
            ),
        ),
        ("no signature", format!("{head}.{body}")),
        ("four parts", format!("{token}.x")),
        ("no base64", "!!!.???.***".to_owned()),
        ("too long", format!("{head}.{body}.{}", "A".repeat(6_000))),
    ]
}

on_both! {
    async fn forged_tokens_open_nothing(app: TestApp) {
        let trial = Trial::of(app).await;
        let row = entity::client::by_name("xihu-live").one(&trial.app.app.db).await;
        let id = row.expect("clients are read").expect("a client").id.0;
        let token = trial.app.token(id, TimeDelta::minutes(15));
        let public = std::fs::read(trial.app.folder.path().join("token-keys.json")).expect("the public keys");
        let body = json!({ "query": REGISTER, "variables": { "input": { "items": [company(9)] } } }).to_string();
        for (what, forged) in forgeries(&token, &public) {
            let bearer = format!("Bearer {forged}");
            let (status, answer) = send(&trial.app, Some(&bearer), body.clone()).await;
            assert_eq!((status, error_code(&answer)), (401, "UNAUTHENTICATED"), "{what}: {answer:#}");
            assert!(answer["errors"][0]["extensions"]["requestId"].is_string(), "{what}");
            let files = reqwest::Client::new().post(format!("{}/files?name=x", trial.app.base)).bearer_auth(&forged);
            assert_eq!(files.body("x").send().await.expect("an answer").status(), 401, "{what}");
        }
        trial.ends().await;
    }
}
