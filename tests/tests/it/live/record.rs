//! The signed record: anyone verifies it with the published keys and an implementation of their own, whatever was changed in
//! it fails, nobody is named in it, and a key that was retired still proves what it signed.

use api::vault::{KeyUse, Keys, Readers};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};
use tests::database::Engine;

use super::{Room, person, tonight};
use crate::app::TestApp;
use crate::operator::{credit_code, on_both};
use crate::streamer::streamer_id;

/// What a record says, whoever signed it.
pub(super) fn claims(record: &str) -> Value {
    let body = record.split('.').nth(1).expect("three parts");
    let body = URL_SAFE_NO_PAD.decode(body).expect("base64url");
    serde_json::from_slice(&body).expect("JSON")
}

/// The published keys, as anybody gets them.
async fn published(app: &TestApp) -> Vec<Value> {
    let answer = reqwest::get(format!("{}/.well-known/jwks.json", app.base))
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/jwk-set+json");
    let set: Value = answer.json().await.expect("JSON");
    set["keys"].as_array().expect("keys").clone()
}

/// Verifies a record by the published keys alone, with the library of whoever received it.
fn verified(record: &str, keys: &[Value]) -> Result<Value, String> {
    let header = decode_header(record).map_err(|fault| fault.to_string())?;
    if header.typ.as_deref() != Some("live-clearance+jwt") {
        return Err("another type".to_owned());
    }
    let kid = header.kid.ok_or("no key is named")?;
    let key = keys
        .iter()
        .find(|key| key["kid"] == kid.as_str())
        .ok_or("no such key")?;
    assert_eq!(
        (&key["kty"], &key["crv"], &key["alg"]),
        (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA"))
    );
    assert!(key.get("d").is_none());
    let key = DecodingKey::from_ed_components(key["x"].as_str().expect("x")).expect("a key");
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    decode::<Value>(record, &key, &validation)
        .map(|data| data.claims)
        .map_err(|fault| fault.to_string())
}

on_both! {
    async fn anyone_verifies_it_and_nobody_changes_it(app: TestApp) {
        let room = Room::reported(&app).await;
        let told = app.actor("xihu-live").await.clear(tonight(json!({}))).await;
        let record = told["record"].as_str().expect("a record");
        let keys = published(&app).await;
        let said = verified(record, &keys).expect("a record of this house");
        assert_eq!(said["verdict"], "ALLOW");
        assert_eq!(said["reasons"], json!([]));
        assert_eq!(said["platform"], app.platform_id("xihu-live").await);
        assert_eq!(said["edition"], "order-117");
        assert_eq!(said["asOf"], "2026-12-01T02:00:00.000Z");
        assert_eq!(said["at"], "2026-12-01T12:00:00.000Z");
        assert_eq!(said["validUntil"], "2026-12-01T13:00:00.000Z");
        assert_eq!((said["exp"].as_i64().expect("exp") - said["iat"].as_i64().expect("iat")), 11 * 3_600);
        assert_eq!(said["operators"][0]["registration"], room.operator);
        assert_eq!(said["streamers"][0]["registration"], room.streamer);
        assert_eq!(said["presenters"][0]["responsibleOperator"], room.operator);
        for private in ["acct-1", "诸葛小红", "小禾数字人", &streamer_id(1), &credit_code(1)] {
            assert!(!said.to_string().contains(private), "{private}");
        }
        let (read, of_account) = api::registry::live::read_record(&app.app.vault, record, Some("acct-1")).expect("it is ours");
        assert_eq!((&read, of_account), (&said, Some(true)));
        let (_, of_another) = api::registry::live::read_record(&app.app.vault, record, Some("acct-2")).expect("it is ours");
        assert_eq!(of_another, Some(false));

        let parts: Vec<_> = record.split('.').collect();
        let mut forged = said.clone();
        forged["streamers"] = json!([]);
        let forged = URL_SAFE_NO_PAD.encode(forged.to_string());
        let unsigned = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"live-clearance+jwt"}"#);
        let mut signature = URL_SAFE_NO_PAD.decode(parts[2]).expect("base64url");
        signature[5] ^= 1;
        let signature = URL_SAFE_NO_PAD.encode(signature);
        for tampered in [format!("{}.{forged}.{}", parts[0], parts[2]), format!("{unsigned}.{}.", parts[1]),
            format!("{}.{}.{signature}", parts[0], parts[1]), format!("{}.{}", parts[0], parts[1]), String::new()] {
            assert!(verified(&tampered, &keys).is_err(), "{tampered}");
            assert!(api::registry::live::read_record(&app.app.vault, &tampered, None).is_err(), "{tampered}");
        }
    }

    async fn a_deny_is_proved_too(app: TestApp) {
        Room::open(&app).await;
        let told = app.actor("xihu-live").await.clear(tonight(json!({ "streamers": [person(1), person(9)] }))).await;
        let said = verified(told["record"].as_str().expect("a record"), &published(&app).await).expect("a record");
        assert_eq!(said["verdict"], "DENY");
        assert_eq!((&said["validUntil"], said.get("exp")), (&Value::Null, None));
        assert_eq!(said["reasons"], json!([
            { "code": "SESSION_NOT_REPORTED", "severity": "ERROR", "path": ["account"] },
            { "code": "NOT_REGISTERED", "severity": "ERROR", "path": ["streamers", "1"] },
        ]));
    }

    async fn a_retired_key_still_proves_what_it_signed(app: TestApp) {
        Room::reported(&app).await;
        let ask = async |app: &TestApp| {
            let told = app.actor("xihu-live").await.clear(tonight(json!({}))).await;
            told["record"].as_str().expect("a record").to_owned()
        };
        let old = ask(&app).await;
        let kid = |record: &str| decode_header(record).expect("a header").kid.expect("a key");
        let path = app.app.settings.crypto.keys_file.clone();
        let random = |bytes: &mut [u8]| app.app.entropy.fill(bytes);
        let change = |what: &dyn Fn(&mut Keys) -> Result<(), api::vault::KeysFault>| {
            Keys::change(&path, Readers::Any, |keys| what(keys)).expect("the file is changed");
        };
        change(&|keys| keys.add(KeyUse::Record, None, &random, app.app.now()).map(drop));
        let added = app.beside(&[]).await;
        assert_eq!(published(&added).await.len(), 2, "published before it signs");
        assert_eq!(kid(&ask(&added).await), kid(&old));
        change(&|keys| keys.activate(KeyUse::Record).map(drop));
        let active = app.beside(&[]).await;
        let new = ask(&active).await;
        assert_ne!(kid(&new), kid(&old));
        assert!(verified(&new, &published(&added).await).is_ok(), "also by a process that has not gone on");
        change(&|keys| keys.retire(KeyUse::Record, 1));
        let retired = app.beside(&[]).await;
        let keys = published(&retired).await;
        assert_eq!(keys.len(), 2);
        for record in [&old, &new] {
            assert!(verified(record, &keys).is_ok());
            assert!(api::registry::live::read_record(&retired.app.vault, record, None).is_ok());
        }
    }
}

/// A keys file from before records were signed has a key for them all the same, and the same one in every process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_keys_file_signs_as_well() {
    let app = TestApp::start(Engine::Sqlite).await;
    let path = app.app.settings.crypto.keys_file.clone();
    let text = std::fs::read_to_string(&path).expect("the keys file");
    let mut keys: Value = serde_json::from_str(&text).expect("JSON");
    keys.as_object_mut().expect("rings").remove("record");
    std::fs::write(&path, keys.to_string()).expect("written");
    let (one, two) = (app.beside(&[]).await, app.beside(&[]).await);
    let keys = published(&one).await;
    assert_eq!(keys, published(&two).await);
    assert_ne!(keys, published(&app).await);
    Room::reported(&one).await;
    let told = two.actor("xihu-live").await.clear(tonight(json!({}))).await;
    assert!(verified(told["record"].as_str().expect("a record"), &keys).is_ok());
}
