//! Proofs of tokens: good ones are read, all others refused for the reason that is theirs, none panics.
//! Keys here are made for the test; the clock stands still unless a test moves it.

mod forged;
mod key_files;
mod remote;

use std::sync::LazyLock;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm as Library, EncodingKey};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Algorithm, Claims, KeySet, KeySource, SigningKey, TokenReader, TokenRefusal, TokenRules, bearer,
};
use crate::vault::tests::{dice, now};

const CLIENT: Uuid = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0007);

/// A private key with the name and algorithm that its public half has in the set.
pub(super) struct Signer {
    pub(super) kid: String,
    pub(super) algorithm: Library,
    pub(super) key: EncodingKey,
}

impl Signer {
    fn new(kid: &str, algorithm: Library, key: EncodingKey) -> Self {
        Self {
            kid: kid.to_owned(),
            algorithm,
            key,
        }
    }

    /// Signs any two texts, sensible or not.
    pub(super) fn sign(&self, header: &str, claims: &str) -> String {
        let message = [header, claims]
            .map(|part| URL_SAFE_NO_PAD.encode(part))
            .join(".");
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.key, self.algorithm);
        format!("{message}.{}", signature.unwrap())
    }

    pub(super) fn header(&self) -> String {
        let algorithm = format!("{:?}", self.algorithm);
        json!({ "typ": "JWT", "alg": algorithm, "kid": self.kid }).to_string()
    }

    pub(super) fn public(&self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.key, self.algorithm).unwrap();
        jwk.common.key_id = Some(self.kid.clone());
        serde_json::to_value(jwk).unwrap()
    }
}

/// One key of each type, made once for all tests of a process.
pub(super) struct Signers {
    pub(super) ed: Signer,
    pub(super) ec: Signer,
    pub(super) rsa: Signer,
    pub(super) stranger: Signer,
}

pub(super) static SIGNERS: LazyLock<Signers> = LazyLock::new(|| {
    let ed = |seed| {
        SigningKey::generate(&dice(seed), false)
            .unwrap()
            .key
            .clone()
    };
    let ec = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let ec = EncodingKey::from_ec_der(ec.to_pkcs8v1().unwrap().as_ref());
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    // jsonwebtoken wants the inner PKCS #1 key of the PKCS #8 document, which starts after its 26 bytes of wrapping.
    let rsa = EncodingKey::from_rsa_der(&rsa.as_der().unwrap().as_ref()[26..]);
    Signers {
        ed: Signer::new("ed", Library::EdDSA, ed(11)),
        ec: Signer::new("ec", Library::ES256, ec),
        rsa: Signer::new("rsa", Library::RS256, rsa),
        stranger: Signer::new("ed", Library::EdDSA, ed(12)),
    }
});

pub(super) fn key_set() -> String {
    let signers = [&SIGNERS.ed, &SIGNERS.ec, &SIGNERS.rsa];
    json!({ "keys": signers.map(Signer::public) }).to_string()
}

pub(super) fn rules() -> TokenRules {
    TokenRules {
        issuer: "https://login.example/minglu".to_owned(),
        audience: "minglu".to_owned(),
        algorithms: vec![Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256],
        leeway: TimeDelta::seconds(30),
        longest_life: TimeDelta::hours(24),
    }
}

pub(super) fn reader() -> TokenReader {
    TokenReader::new(
        rules(),
        KeySource::Fixed(KeySet::parse(&key_set()).unwrap()),
    )
}

pub(super) fn claims() -> Claims {
    rules().claims(CLIENT, Uuid::from_u128(5), now(), TimeDelta::minutes(15))
}

pub(super) fn good() -> String {
    let claims = serde_json::to_string(&claims()).unwrap();
    SIGNERS.ed.sign(&SIGNERS.ed.header(), &claims)
}

#[tokio::test]
async fn a_good_token_of_every_allowed_algorithm_is_read() {
    let text = serde_json::to_string(&claims()).unwrap();
    for signer in [&SIGNERS.ed, &SIGNERS.ec, &SIGNERS.rsa] {
        let token = signer.sign(&signer.header(), &text);
        assert_eq!(
            reader().read(&token, now()).await,
            Ok(claims()),
            "{}",
            signer.kid
        );
    }
}

#[tokio::test]
async fn a_token_that_was_verified_before_is_still_judged() {
    let (reader, token) = (reader(), good());
    for _ in 0..2 {
        assert_eq!(reader.read(&token, now()).await, Ok(claims()));
    }
    let (message, signature) = token.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { 'B' } else { 'A' };
    let forged = format!("{message}.{other}{}", &signature[1..]);
    assert_eq!(
        reader.read(&forged, now()).await,
        Err(TokenRefusal::BadSignature)
    );
    let late = now() + TimeDelta::days(400);
    let refused = reader.read(&token, late).await;
    assert!(matches!(refused, Err(TokenRefusal::Expired { .. })));
}

#[tokio::test]
async fn claims_and_header_fields_that_we_do_not_use_are_ignored() {
    let mut more = serde_json::to_value(claims()).unwrap();
    more["scope"] = "everything".into();
    let header = json!({ "alg": "EdDSA", "kid": "ed", "x5t": "abc", "nonce": "n", "cty": "x" });
    let token = SIGNERS.ed.sign(&header.to_string(), &more.to_string());
    assert_eq!(reader().read(&token, now()).await, Ok(claims()));
}

#[tokio::test]
async fn our_own_key_signs_what_its_set_verifies() {
    let key = SigningKey::generate(&dice(3), false).unwrap();
    let keys = KeySet::parse(&key.jwks()).unwrap();
    let reader = TokenReader::new(rules(), KeySource::Fixed(keys));
    let token = key.sign(&claims()).unwrap();
    assert_eq!(reader.read(&token, now()).await, Ok(claims()));
    assert!(token.len() < 700);
}

#[tokio::test]
async fn a_token_lives_from_issue_to_expiry_by_the_given_clock() {
    let (reader, token) = (reader(), good());
    let after = |seconds| now() + TimeDelta::seconds(seconds);
    let expired = Err(TokenRefusal::Expired { at: after(900) });
    for (seconds, expected) in [
        (-31, Err(TokenRefusal::NotYetValid)),
        (-30, Ok(claims())),
        (0, Ok(claims())),
        (929, Ok(claims())),
        (930, expired.clone()),
        (1_000_000_000, expired),
    ] {
        assert_eq!(
            reader.read(&token, after(seconds)).await,
            expected,
            "{seconds}"
        );
    }
}

#[tokio::test]
async fn an_algorithm_off_the_list_is_refused_though_its_key_is_known() {
    let mut rules = rules();
    rules.algorithms = vec![Algorithm::Es256];
    let reader = TokenReader::new(rules, KeySource::Fixed(KeySet::parse(&key_set()).unwrap()));
    let refused = reader.read(&good(), now()).await;
    assert_eq!(refused, Err(TokenRefusal::AlgorithmNotAllowed));
}

#[test]
fn a_bearer_header_gives_its_token() {
    assert_eq!(bearer(Some("Bearer a.b.c")), Ok("a.b.c"));
    assert_eq!(bearer(Some("bearer  a.b.c ")), Ok("a.b.c"));
    for header in [
        None,
        Some(""),
        Some("Bearer"),
        Some("Bearer "),
        Some("Basic YTpi"),
        Some("a.b.c"),
    ] {
        assert_eq!(bearer(header), Err(TokenRefusal::Missing), "{header:?}");
    }
}

#[test]
fn symmetric_and_unknown_algorithms_cannot_be_named() {
    assert_eq!("EdDSA".parse::<Algorithm>().unwrap(), Algorithm::EdDsa);
    assert_eq!("PS512".parse::<Algorithm>().unwrap(), Algorithm::Ps512);
    for name in [
        "HS256", "HS384", "HS512", "none", "None", "NONE", "", "eddsa", "RS1",
    ] {
        assert!(name.parse::<Algorithm>().is_err(), "{name}");
    }
}
