//! Signatures of records that leave the house: compact JWS (RFC 7515) by Ed25519 (RFC 8037), which anyone verifies with the
//! published keys. They have a ring of their own, so that no other signature of the house passes for one of these. A key
//! that was retired signs nothing any more and stays published, because what it signed is kept for years. Nothing here
//! knows what a record says.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::fault::KeysFault;
use super::head::Seed;
use super::keys::{Key, KeyAlgorithm, Keys, Ring, SECRET_BYTES, Secret};
use super::{Vault, VaultFault};

/// What the first key of this ring is derived for where a keys file is older than the ring.
const PURPOSE: &[u8] = b"minglu record key v1";

/// The public half of a key, as others know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordKey {
    /// Its thumbprint (RFC 7638), which every record names.
    pub kid: String,
    /// The public key, in base64url.
    pub x: String,
}

/// What a keys file remembers of a key of this ring that was taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Published {
    /// Its id in the ring.
    pub id: u32,
    /// The public key, in base64url.
    pub x: String,
}

/// The pair that signs, and all public keys, the signing one first.
pub(super) struct RecordKeys {
    pair: Ed25519KeyPair,
    public: Vec<RecordKey>,
}

impl RecordKey {
    fn of(x: String) -> Self {
        let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        Self {
            kid: URL_SAFE_NO_PAD.encode(digest(&SHA256, members.as_bytes())),
            x,
        }
    }

    /// The key as a JWK (RFC 8037).
    #[must_use]
    pub fn jwk(&self) -> Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": self.kid, "x": self.x })
    }
}

impl RecordKeys {
    pub(super) fn of(keys: &Keys) -> Result<Self, KeysFault> {
        let ring = &keys.record;
        let active = super::active(super::KeyUse::Record, ring)?;
        let mut public = Vec::with_capacity(ring.keys.len() + keys.published.len());
        for key in super::active_first(ring) {
            public.push(RecordKey::of(public_half(key)?));
        }
        let gone = keys.published.iter().rev();
        public.extend(gone.map(|key| RecordKey::of(key.x.clone())));
        Ok(Self {
            pair: pair(key_bytes(active))?,
            public,
        })
    }
}

fn key_bytes(key: &Key) -> &[u8] {
    key.secret.as_bytes()
}

fn pair(seed: &[u8]) -> Result<Ed25519KeyPair, KeysFault> {
    Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeysFault::Refused)
}

/// The public half of a key of this ring, in base64url.
pub(super) fn public_half(key: &Key) -> Result<String, KeysFault> {
    Ok(URL_SAFE_NO_PAD.encode(pair(key_bytes(key))?.public_key()))
}

/// The ring of a keys file that was made before there was one: its first key comes from the fingerprint's, which is the same
/// for every process that has the file.
pub(super) fn derived_ring(fingerprint: &Key) -> Result<Ring, KeysFault> {
    let mut seed = Zeroizing::new([0; SECRET_BYTES]);
    Salt::new(HKDF_SHA256, PURPOSE)
        .extract(key_bytes(fingerprint))
        .expand(&[b"ed25519"], Seed)
        .and_then(|derived| derived.fill(seed.as_mut_slice()))
        .map_err(|_| KeysFault::Refused)?;
    let key = Key {
        id: 1,
        algorithm: KeyAlgorithm::Ed25519,
        secret: Secret::of(seed),
        made_at: fingerprint.made_at,
    };
    Ok(Ring {
        active: key.id,
        keys: vec![key],
    })
}

impl Vault {
    /// Signs a record of a type into a compact JWS.
    pub fn sign_record<T: Serialize>(&self, typ: &str, record: &T) -> Result<String, VaultFault> {
        let kid = self.record.public.first().map(|key| key.kid.as_str());
        let header = json!({ "alg": "EdDSA", "kid": kid, "typ": typ }).to_string();
        let record = serde_json::to_vec(record).map_err(|_| VaultFault::Unwritable)?;
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(record)
        );
        let signature = self.record.pair.try_sign(signed.as_bytes());
        let signature = signature.map_err(|_| VaultFault::Unwritable)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// What a record of a type says, if a key of this house signed it.
    pub fn verify_record(&self, typ: &str, record: &str) -> Result<Value, VaultFault> {
        let opened = |part: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(part);
            bytes.map_err(|_| VaultFault::Unreadable)
        };
        let mut parts = record.trim().splitn(3, '.');
        let (Some(head), Some(body), Some(signature)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(VaultFault::Unreadable);
        };
        let read = |bytes: Vec<u8>| -> Result<Value, VaultFault> {
            serde_json::from_slice(&bytes).map_err(|_| VaultFault::Unreadable)
        };
        let header = read(opened(head)?)?;
        let said = |name: &str| header.get(name).and_then(Value::as_str);
        let mut keys = self.record.public.iter();
        let key = keys.find(|key| said("kid") == Some(&key.kid));
        let (Some(key), true) = (
            key,
            said("alg") == Some("EdDSA") && said("typ") == Some(typ),
        ) else {
            return Err(VaultFault::DoesNotOpen);
        };
        let signed = format!("{head}.{body}");
        UnparsedPublicKey::new(&ED25519, opened(&key.x)?)
            .verify(signed.as_bytes(), &opened(signature)?)
            .map_err(|_| VaultFault::DoesNotOpen)?;
        read(opened(body)?)
    }

    /// The keys with which records of this house are verified, retired ones included; the one that signs is the first.
    #[must_use]
    pub fn record_keys(&self) -> &[RecordKey] {
        &self.record.public
    }
}
