//! What a forger may have: the public keys, a key of his own, and a good token; and, to prove that claims are judged
//! too, the house's own keys.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use crate::program::Machine;

/// Keys and a good token.
pub(super) struct Kit {
    /// The house's own key.
    pub(super) house: Signer,
    /// Further keys of the set.
    pub(super) ec: Signer,
    pub(super) rsa: Signer,
    /// A key that the set does not know.
    pub(super) stranger: Signer,
    /// The set as it is published.
    pub(super) set: String,
    /// A token that is good.
    pub(super) good: String,
    /// The client that it names.
    pub(super) client: uuid::Uuid,
}

/// A private key, with the name under which it signs.
pub(super) struct Signer {
    pub(super) kid: String,
    pub(super) algorithm: Algorithm,
    key: EncodingKey,
}

/// Base64url of any text.
pub(super) fn encoded(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// The three parts of a token.
pub(super) fn field(token: &str) -> [&str; 3] {
    let parts = token.split('.').collect::<Vec<_>>();
    parts.try_into().expect("three parts")
}

impl Signer {
    /// Signs any two texts, sensible or not.
    pub(super) fn sign(&self, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", encoded(header), encoded(claims));
        format!("{message}.{}", self.signature(&message))
    }

    pub(super) fn signature(&self, message: &str) -> String {
        let signed = jsonwebtoken::crypto::sign(message.as_bytes(), &self.key, self.algorithm);
        signed.expect("a signature")
    }

    pub(super) fn header(&self) -> Value {
        json!({ "typ": "JWT", "alg": format!("{:?}", self.algorithm), "kid": self.kid })
    }

    pub(super) fn public(&self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.key, self.algorithm).expect("a public key");
        jwk.common.key_id = Some(self.kid.clone());
        serde_json::to_value(jwk).expect("JSON")
    }

    fn ed(kid: &str, seed: &[u8]) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).expect("a seed");
        let document = pair.to_pkcs8v1().expect("a document");
        Self {
            kid: kid.to_owned(),
            algorithm: Algorithm::EdDSA,
            key: EncodingKey::from_ed_der(document.as_ref()),
        }
    }

    fn ec(kid: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let document = pair.to_pkcs8v1().expect("a document");
        Self {
            kid: kid.to_owned(),
            algorithm: Algorithm::ES256,
            key: EncodingKey::from_ec_der(document.as_ref()),
        }
    }

    fn rsa(kid: &str) -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        // The library wants the inner PKCS #1 key, which starts after 26 bytes of the PKCS #8 document's wrapping.
        let document = pair.as_der().expect("a document").as_ref()[26..].to_vec();
        Self {
            kid: kid.to_owned(),
            algorithm: Algorithm::RS256,
            key: EncodingKey::from_rsa_der(&document),
        }
    }
}

impl Kit {
    /// Adds keys of other kinds to the set of a house that is there, and has a token signed.
    pub(super) fn furnish(machine: &Machine) -> Self {
        let read = |name: &str| -> Value {
            let text = std::fs::read_to_string(machine.path(name)).expect("a key file");
            serde_json::from_str(&text).expect("JSON")
        };
        let private = read("data/token-signing-key.json");
        let part = |name: &str| private[name].as_str().expect("a text");
        let seed = URL_SAFE_NO_PAD.decode(part("d")).expect("a seed");
        let house = Signer::ed(part("kid"), &seed);
        let (ec, rsa) = (Signer::ec("ec"), Signer::rsa("rsa"));
        let mut set = read("data/token-keys.json");
        let keys = set["keys"].as_array_mut().expect("keys");
        keys.extend([ec.public(), rsa.public()]);
        let set = set.to_string();
        machine.write("data/token-keys.json", &set);
        let printed = machine.types("token --client demo-platform").done();
        let good = printed.trim().to_owned();
        let [_, claims, _] = field(&good);
        let claims: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).expect("base64url"))
                .expect("JSON");
        let client = claims["sub"]
            .as_str()
            .expect("a client")
            .parse()
            .expect("a UUID");
        Self {
            stranger: Signer::ed(&house.kid, &[7; 32]),
            house,
            ec,
            rsa,
            set,
            good,
            client,
        }
    }

    /// The claims of the good token.
    pub(super) fn claims(&self) -> Value {
        let [_, claims, _] = field(&self.good);
        let bytes = URL_SAFE_NO_PAD.decode(claims).expect("base64url");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    /// Good claims under any header, signed by the house.
    pub(super) fn with_header(&self, header: &str) -> String {
        self.house.sign(header, &self.claims().to_string())
    }

    /// A good header with one more member, signed by the house.
    pub(super) fn with_member(&self, name: &str, value: Value) -> String {
        let mut header = self.house.header();
        header[name] = value;
        self.with_header(&header.to_string())
    }

    /// Any claims, signed by the house.
    pub(super) fn with_claims(&self, claims: &str) -> String {
        self.house.sign(&self.house.header().to_string(), claims)
    }

    /// Good claims but for one, signed by the house.
    pub(super) fn with_claim(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims();
        claims[name] = value;
        self.with_claims(&claims.to_string())
    }

    /// What must be taken: a good token of each key, and one with members that nobody asks for.
    pub(super) fn controls(&self) -> Vec<String> {
        let claims = self.claims().to_string();
        let of = |signer: &Signer| signer.sign(&signer.header().to_string(), &claims);
        vec![
            self.good.clone(),
            of(&self.house),
            of(&self.ec),
            of(&self.rsa),
            self.with_member("nonce", "x".into()),
            self.with_claim("scope", "client:grant".into()),
        ]
    }
}
