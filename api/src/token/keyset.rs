//! The public keys that may have signed a token, each with the one algorithm that it is for.
//! No symmetric key can enter, so a public key is never taken for a shared secret.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{Context, SHA256};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{DecodingKey, crypto};
use serde::Deserialize;

use super::TokenRefusal;
use super::claims::Parts;
use crate::vault::{KeysFault, Readers, private_file};
use crate::words::Told;

/// The algorithms that may sign a token: asymmetric ones only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Ed25519 (RFC 8037).
    EdDsa,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// RSA PKCS #1 v1.5 with SHA-256.
    Rs256,
    /// RSA PKCS #1 v1.5 with SHA-384.
    Rs384,
    /// RSA PKCS #1 v1.5 with SHA-512.
    Rs512,
    /// RSA PSS with SHA-256.
    Ps256,
    /// RSA PSS with SHA-384.
    Ps384,
    /// RSA PSS with SHA-512.
    Ps512,
}

impl Algorithm {
    const ALL: [Self; 9] = [
        Self::EdDsa,
        Self::Es256,
        Self::Es384,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
    ];

    /// Its name in a token's header (RFC 7518).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
        }
    }

    const fn in_library(self) -> jsonwebtoken::Algorithm {
        use jsonwebtoken::Algorithm as Library;
        match self {
            Self::EdDsa => Library::EdDSA,
            Self::Es256 => Library::ES256,
            Self::Es384 => Library::ES384,
            Self::Rs256 => Library::RS256,
            Self::Rs384 => Library::RS384,
            Self::Rs512 => Library::RS512,
            Self::Ps256 => Library::PS256,
            Self::Ps384 => Library::PS384,
            Self::Ps512 => Library::PS512,
        }
    }

    /// The algorithm of a key: the one it names, else the usual one of its type. A name that does not fit the
    /// type, and a type that cannot sign, give nothing.
    fn of(jwk: &Jwk) -> Option<Self> {
        let of_type: &[Self] = match &jwk.algorithm {
            AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
                &[Self::EdDsa]
            }
            AlgorithmParameters::EllipticCurve(key) => match key.curve {
                EllipticCurve::P256 => &[Self::Es256],
                EllipticCurve::P384 => &[Self::Es384],
                _ => &[],
            },
            AlgorithmParameters::RSA(_) => &[
                Self::Rs256,
                Self::Rs384,
                Self::Rs512,
                Self::Ps256,
                Self::Ps384,
                Self::Ps512,
            ],
            _ => &[],
        };
        let named = |algorithm: &Self| match jwk.common.key_algorithm {
            None => true,
            Some(name) => name == KeyAlgorithm::from(algorithm.in_library()),
        };
        of_type.iter().copied().find(named)
    }
}

impl FromStr for Algorithm {
    type Err = KeySetFault;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
            .ok_or(KeySetFault::NoSuchAlgorithm)
    }
}

/// Why keys cannot verify tokens.
#[derive(Debug, thiserror::Error)]
pub enum KeySetFault {
    /// Symmetric, absent or unknown.
    #[error("tokens are signed with EdDSA, ES256, ES384, RS256 to RS512 or PS256 to PS512")]
    NoSuchAlgorithm,
    /// Not JSON of the right shape.
    #[error("this is not a JWK set (RFC 7517) from line {line}, column {column} on")]
    NotASet {
        /// Where the reader stopped.
        line: usize,
        /// Where the reader stopped.
        column: usize,
    },
    /// Two keys answer to one name.
    #[error("two keys of the set share one kid")]
    SameKid,
    /// Nothing in it can verify a signature.
    #[error("no key of the set has a kid and can verify")]
    NoKey,
    /// The address of a remote set.
    #[error("the key set's address must be https")]
    Address,
    /// The issuer did not answer as it should.
    #[error("the key set cannot be fetched")]
    Fetch(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The file of the set.
    #[error(transparent)]
    File(#[from] KeysFault),
}

impl Told for KeySetFault {
    fn zh(&self) -> String {
        let words = match self {
            Self::NoSuchAlgorithm => {
                "令牌算法只能是 EdDSA、ES256、ES384、RS256 至 RS512、PS256 至 PS512"
            }
            Self::NotASet { line, column } => {
                return format!("公钥集在第 {line} 行第 {column} 列不符合 RFC 7517");
            }
            Self::SameKid => "公钥集里两把密钥同用一个 kid",
            Self::NoKey => "公钥集里没有带 kid 且能验签的密钥",
            Self::Address => "公钥集地址必须是 https",
            Self::Fetch(_) => "公钥集取不到",
            Self::File(fault) => return fault.zh(),
        };
        words.to_owned()
    }
}

/// A key that verifies, with its one algorithm.
struct VerifyingKey {
    algorithm: Algorithm,
    key: DecodingKey,
}

/// Verifying keys by id.
pub struct KeySet {
    keys: HashMap<String, VerifyingKey>,
    development: bool,
    verified: Mutex<HashSet<[u8; 32]>>,
}

/// Verified tokens that a set remembers, by their digests; when there are more, it begins anew.
const REMEMBERED: usize = 4_096;

#[derive(Deserialize)]
struct AnySet {
    keys: Vec<AnyKey>,
}

#[derive(Deserialize)]
struct AnyKey {
    #[serde(flatten)]
    jwk: Jwk,
    /// Our own mark on keys made by the first start.
    #[serde(default)]
    development: bool,
}

impl KeySet {
    /// Reads a JWK set file (RFC 7517).
    pub fn load(path: &Path) -> Result<Self, KeySetFault> {
        Self::parse(&private_file::read(path, Readers::Any)?)
    }

    /// Reads a JWK set. Keys for encryption, without an id or of unknown types are left out, as issuers publish them too.
    pub fn parse(text: &str) -> Result<Self, KeySetFault> {
        let set: AnySet = serde_json::from_str(text).map_err(|fault| KeySetFault::NotASet {
            line: fault.line(),
            column: fault.column(),
        })?;
        let mut keys = HashMap::new();
        let mut development = false;
        for AnyKey {
            jwk,
            development: mark,
        } in set.keys
        {
            let signs = !matches!(
                jwk.common.public_key_use,
                Some(PublicKeyUse::Encryption | PublicKeyUse::Other(_))
            );
            let (Some(kid), Some(algorithm), true) =
                (&jwk.common.key_id, Algorithm::of(&jwk), signs)
            else {
                continue;
            };
            let Ok(key) = DecodingKey::from_jwk(&jwk) else {
                continue;
            };
            if keys
                .insert(kid.clone(), VerifyingKey { algorithm, key })
                .is_some()
            {
                return Err(KeySetFault::SameKid);
            }
            development |= mark;
        }
        if keys.is_empty() {
            return Err(KeySetFault::NoKey);
        }
        Ok(Self {
            keys,
            development,
            verified: Mutex::default(),
        })
    }

    /// Whether a key of the set was made for trying things out; a production server refuses it.
    #[must_use]
    pub const fn is_development(&self) -> bool {
        self.development
    }

    /// Whether the set has a key of this id.
    #[must_use]
    pub fn knows(&self, kid: &str) -> bool {
        self.keys.contains_key(kid)
    }

    /// Verifies a token's signature by the key that it names, if that key is for this algorithm.
    pub(super) fn verify(
        &self,
        token: &Parts<'_>,
        algorithm: Algorithm,
    ) -> Result<(), TokenRefusal> {
        let key = self.keys.get(&token.kid).ok_or(TokenRefusal::UnknownKey)?;
        if key.algorithm != algorithm {
            return Err(TokenRefusal::AlgorithmNotAllowed);
        }
        // The library's own `decode` judges times by the system's clock and takes lists of audiences and issuers,
        // so only its signatures are used; claims.rs does the rest.
        let (signature, message) = (token.signature, token.message.as_bytes());
        let digest = digest_of(token);
        if self.verified().contains(&digest) {
            return Ok(());
        }
        match crypto::verify(signature, message, &key.key, algorithm.in_library()) {
            Ok(true) => {
                let mut verified = self.verified();
                if verified.len() >= REMEMBERED {
                    verified.clear();
                }
                verified.insert(digest);
                Ok(())
            }
            Err(fault) if matches!(fault.kind(), ErrorKind::Base64(_)) => {
                Err(TokenRefusal::Malformed)
            }
            Ok(false) | Err(_) => Err(TokenRefusal::BadSignature),
        }
    }

    fn verified(&self) -> MutexGuard<'_, HashSet<[u8; 32]>> {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is remembered of a token whose signature this very set of keys has verified: the same signed bytes need no second
/// verification. Its times, issuer and audience are judged at every request.
fn digest_of(token: &Parts<'_>) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(token.message.as_bytes());
    context.update(b".");
    context.update(token.signature.as_bytes());
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    digest
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys.keys()).finish()
    }
}
