//! Proofs of the token keys' files: what is read, what is left out, and what a first start makes.
//! Folders here are temporary.

use std::fs;

use serde_json::{Value, json};

use super::super::claims::Parts;
use super::super::development::{DevelopmentPaths, generate_development_keys};
use super::super::{KeySet, KeySetFault, SigningFault, SigningKey};
use super::{SIGNERS, claims, key_set};
use crate::vault::tests::{dice, now};
use crate::vault::{Keys, KeysFault, Readers, Suite};

fn set(keys: &[Value]) -> Result<KeySet, KeySetFault> {
    KeySet::parse(&json!({ "keys": keys }).to_string())
}

fn changed(mut key: Value, name: &str, value: Value) -> Value {
    key[name] = value;
    key
}

#[test]
fn a_set_keeps_the_keys_that_verify_and_leaves_out_the_others() {
    let (ed, ec, rsa) = (
        SIGNERS.ed.public(),
        SIGNERS.ec.public(),
        SIGNERS.rsa.public(),
    );
    let unusable = [
        json!({ "kty": "oct", "kid": "hs", "alg": "HS256", "k": "c2VjcmV0" }),
        json!({ "kty": "oct", "kid": "hs", "alg": "EdDSA", "k": "c2VjcmV0" }),
        json!({ "kty": "AKP", "kid": "pq", "alg": "ML-DSA-44", "pub": "AAAA" }),
        changed(ed.clone(), "kid", Value::Null),
        changed(ed.clone(), "alg", "RS256".into()),
        changed(ed.clone(), "alg", "HS256".into()),
        changed(ec.clone(), "alg", "ES384".into()),
        changed(rsa.clone(), "alg", "HS256".into()),
        changed(rsa.clone(), "alg", "RSA-OAEP".into()),
        changed(rsa.clone(), "use", "enc".into()),
        changed(ed.clone(), "x", "!".into()),
    ];
    for key in &unusable {
        assert!(
            matches!(set(std::slice::from_ref(key)), Err(KeySetFault::NoKey)),
            "{key}"
        );
    }
    let all = [&unusable[..], &[ed, ec, rsa]].concat();
    let set = set(&all).unwrap();
    assert!(["ed", "ec", "rsa"].iter().all(|kid| set.knows(kid)));
    assert!(!set.knows("hs") && !set.knows("pq"));
}

#[test]
fn a_key_that_names_no_algorithm_has_the_usual_one_of_its_type() {
    for signer in [&SIGNERS.ed, &SIGNERS.ec, &SIGNERS.rsa] {
        let mut key = signer.public();
        key.as_object_mut().unwrap().remove("alg");
        let token = signer.sign(&signer.header(), &serde_json::to_string(&claims()).unwrap());
        let token = Parts::of(&token).unwrap();
        let algorithm = format!("{:?}", signer.algorithm).parse().unwrap();
        assert_eq!(set(&[key]).unwrap().verify(&token, algorithm), Ok(()));
    }
}

#[test]
fn what_is_no_key_set_is_refused() {
    for text in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[1]}"#] {
        assert!(
            matches!(KeySet::parse(text), Err(KeySetFault::NotASet { .. })),
            "{text}"
        );
    }
    assert!(matches!(set(&[]), Err(KeySetFault::NoKey)));
    let twins = [
        SIGNERS.ed.public(),
        changed(SIGNERS.ec.public(), "kid", "ed".into()),
    ];
    assert!(matches!(set(&twins), Err(KeySetFault::SameKid)));
    assert!(KeySet::parse(&key_set()).is_ok());
}

#[test]
fn a_signing_key_is_read_back_from_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("signing.json");
    let key = SigningKey::generate(&dice(3), false).unwrap();
    key.write_new(&path).unwrap();
    let read = SigningKey::load(&path, Readers::NotOthers).unwrap();
    assert_eq!(read.kid(), key.kid());
    assert_eq!(read.sign(&claims()).unwrap(), key.sign(&claims()).unwrap());
    assert!(!read.is_development());
    assert_eq!(format!("{read:?}"), format!("SigningKey({})", key.kid()));
    let again = key.write_new(&path);
    assert!(matches!(
        again,
        Err(SigningFault::File(KeysFault::Exists { .. }))
    ));

    let text = fs::read_to_string(&path).unwrap();
    let public = key.jwks();
    let private = serde_json::from_str::<Value>(&text).unwrap();
    assert!(!public.contains(private["d"].as_str().unwrap()));
    for bad in [
        text.replacen("Ed25519", "X25519", 1),
        text.replacen("EdDSA", "HS256", 1),
        text.replacen("\"d\": \"", "\"d\": \"A", 1),
        text.replacen(
            private["x"].as_str().unwrap(),
            SIGNERS.ed.public()["x"].as_str().unwrap(),
            1,
        ),
        "{}".to_owned(),
    ] {
        assert!(matches!(
            SigningKey::parse(&bad),
            Err(SigningFault::NotAKey)
        ));
    }
}

#[test]
fn a_first_start_makes_marked_keys_and_later_starts_keep_them() {
    let folder = tempfile::tempdir().unwrap();
    let first = generate_development_keys(
        &DevelopmentPaths::in_folder(folder.path()),
        Suite::Aes,
        &dice(1),
        now(),
    )
    .unwrap();
    assert!(first.vault.is_development());
    assert!(first.signing.is_development());
    assert!(first.verifying.is_development());
    assert!(first.verifying.knows(first.signing.kid()));
    let again = generate_development_keys(
        &DevelopmentPaths::in_folder(folder.path()),
        Suite::Aes,
        &dice(2),
        now(),
    )
    .unwrap();
    assert_eq!(again.signing.kid(), first.signing.kid());

    let paths = DevelopmentPaths::in_folder(folder.path());
    fs::remove_file(&paths.verifying).unwrap();
    let mended = generate_development_keys(
        &DevelopmentPaths::in_folder(folder.path()),
        Suite::Aes,
        &dice(3),
        now(),
    )
    .unwrap();
    assert!(mended.verifying.knows(first.signing.kid()));
    assert!(
        Keys::load(&paths.vault, Readers::NotOthers)
            .unwrap()
            .is_development()
    );
}
