//! The key that signs tokens: Ed25519, kept as a private JWK in a file that only its owner can read.
//! It signs what it is given; who may have a token is decided where it is asked for.

use std::path::Path;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use zeroize::{Zeroize as _, Zeroizing};

use super::Claims;
use crate::vault::{KeysFault, Readers, private_file};
use crate::words::Told;

const KTY: &str = "OKP";
const CRV: &str = "Ed25519";
const ALG: &str = "EdDSA";
/// Bytes of an Ed25519 private key (RFC 8032).
const SEED_BYTES: usize = 32;

/// Why a signing key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SigningFault {
    /// Its file.
    #[error(transparent)]
    File(#[from] KeysFault),
    /// The file holds something else, or its halves do not belong together.
    #[error("the signing key file holds no private Ed25519 JWK")]
    NotAKey,
    /// The library could not sign.
    #[error("the token could not be signed")]
    Unsigned(#[source] jsonwebtoken::errors::Error),
}

impl Told for SigningFault {
    fn zh(&self) -> String {
        match self {
            Self::File(fault) => fault.zh(),
            Self::NotAKey => "签名密钥文件里不是 Ed25519 私钥 JWK".to_owned(),
            Self::Unsigned(_) => "令牌签不出来".to_owned(),
        }
    }
}

/// A private JWK (RFC 8037) as it lies in its file.
#[derive(Serialize, Deserialize)]
struct PrivateJwk {
    kty: String,
    crv: String,
    alg: String,
    kid: String,
    x: String,
    d: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    development: bool,
}

impl Drop for PrivateJwk {
    fn drop(&mut self) {
        self.d.zeroize();
    }
}

/// A key that signs tokens.
pub struct SigningKey {
    pub(super) key: EncodingKey,
    file: PrivateJwk,
}

impl SigningKey {
    /// Draws a new key; its id is its thumbprint (RFC 7638).
    pub fn generate(random: &dyn Fn(&mut [u8]), development: bool) -> Result<Self, SigningFault> {
        let mut seed = Zeroizing::new([0; SEED_BYTES]);
        random(seed.as_mut_slice());
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice())
            .map_err(|_| SigningFault::NotAKey)?;
        let key = encoding_key(&pair)?;
        let kid = Jwk::from_encoding_key(&key, Algorithm::EdDSA)
            .and_then(|jwk| jwk.thumbprint(ThumbprintHash::SHA256))
            .map_err(|_| SigningFault::NotAKey)?;
        let file = PrivateJwk {
            kty: KTY.to_owned(),
            crv: CRV.to_owned(),
            alg: ALG.to_owned(),
            kid,
            x: URL_SAFE_NO_PAD.encode(pair.public_key()),
            d: URL_SAFE_NO_PAD.encode(seed.as_slice()),
            development,
        };
        Ok(Self { key, file })
    }

    /// Reads a key file and checks that its private and public halves belong together.
    pub fn load(path: &Path, readers: Readers) -> Result<Self, SigningFault> {
        Self::parse(&private_file::read(path, readers)?)
    }

    /// Reads a private JWK from text, for a setting that carries the secret itself.
    pub fn parse(text: &str) -> Result<Self, SigningFault> {
        let file: PrivateJwk = serde_json::from_str(text).map_err(|_| SigningFault::NotAKey)?;
        if (file.kty.as_str(), file.crv.as_str(), file.alg.as_str()) != (KTY, CRV, ALG) {
            return Err(SigningFault::NotAKey);
        }
        let seed = URL_SAFE_NO_PAD.decode(&file.d).map(Zeroizing::new);
        let public = URL_SAFE_NO_PAD.decode(&file.x);
        let (Ok(seed), Ok(public)) = (seed, public) else {
            return Err(SigningFault::NotAKey);
        };
        let pair = Ed25519KeyPair::from_seed_and_public_key(&seed, &public)
            .map_err(|_| SigningFault::NotAKey)?;
        Ok(Self {
            key: encoding_key(&pair)?,
            file,
        })
    }

    /// Writes the key to a new file that only its owner can read; an existing file is left as it is.
    pub fn write_new(&self, path: &Path) -> Result<(), SigningFault> {
        let text = serde_json::to_string_pretty(&self.file).map(Zeroizing::new);
        let text = text.map_err(|fault| SigningFault::Unsigned(fault.into()))?;
        Ok(private_file::write_new(path, text.as_bytes())?)
    }

    /// The JWK set that verifies what this key signs.
    #[must_use]
    pub fn jwks(&self) -> String {
        let PrivateJwk {
            kty,
            crv,
            alg,
            kid,
            x,
            development,
            ..
        } = &self.file;
        let mut key =
            json!({ "kty": kty, "crv": crv, "alg": alg, "use": "sig", "kid": kid, "x": x });
        if let (true, Some(key)) = (*development, key.as_object_mut()) {
            key.insert("development".to_owned(), true.into());
        }
        format!("{:#}\n", json!({ "keys": [key] }))
    }

    /// The key's id.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.file.kid
    }

    /// Whether the key was made for trying things out; a production server refuses it.
    #[must_use]
    pub const fn is_development(&self) -> bool {
        self.file.development
    }

    /// Signs claims into a token.
    pub fn sign(&self, claims: &Claims) -> Result<String, SigningFault> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.file.kid.clone());
        encode(&header, claims, &self.key).map_err(SigningFault::Unsigned)
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.kid())
    }
}

fn encoding_key(pair: &Ed25519KeyPair) -> Result<EncodingKey, SigningFault> {
    let document = pair.to_pkcs8v1().map_err(|_| SigningFault::NotAKey)?;
    Ok(EncodingKey::from_ed_der(document.as_ref()))
}
