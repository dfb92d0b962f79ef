//! The two suites of algorithms, each behind the same few operations: AES-256-GCM with HMAC-SHA-256, and the national
//! SM4-GCM with HMAC-SM3 (GB/T 32907-2016, GB/T 32905-2016; SM4-GCM as in RFC 8998). A key says which one it is for, so
//! that what one suite sealed still opens when the other one is active.

use aes_gcm::AesGcm;
use aes_gcm::aead::AeadInOut as _;
use aes_gcm::aead::array::Array;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::inout::InOutBuf;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::hmac as aws_hmac;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sm3::Sm3;
use sm4::Sm4;
use zeroize::Zeroizing;

use super::fault::KeysFault;
use super::keys::{Key, KeyAlgorithm, Secret};

/// Bytes of an authentication tag, in both suites.
pub(crate) const TAG_BYTES: usize = 16;
/// Bytes of a keyed hash, in both suites.
pub(super) const MAC_BYTES: usize = 32;
/// Bytes of an SM4 key.
const SM4_BYTES: usize = 16;

/// Which algorithms make what is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Suite {
    /// AES-256-GCM and HMAC-SHA-256.
    Aes,
    /// SM4-GCM and HMAC-SM3 (国密).
    Gm,
}

impl Suite {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Aes, Self::Gm];

    /// The name in settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aes => "aes",
            Self::Gm => "gm",
        }
    }
}

impl std::str::FromStr for Suite {
    type Err = UnknownSuite;

    fn from_str(name: &str) -> Result<Self, UnknownSuite> {
        let mut all = Self::ALL.into_iter();
        all.find(|suite| suite.name() == name).ok_or(UnknownSuite)
    }
}

/// A name that no suite has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown suite; known: aes, gm")]
pub struct UnknownSuite;

/// A value does not open, or cannot be sealed; which, the caller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused;

/// A key that seals.
pub(crate) enum SealingKey {
    Aes(LessSafeKey),
    Sm4(Box<AesGcm<Sm4, U12>>),
}

impl SealingKey {
    /// The key itself, without derivation.
    pub(super) fn of(key: &Key) -> Result<Self, KeysFault> {
        match key.algorithm {
            KeyAlgorithm::Aes256Gcm => UnboundKey::new(&AES_256_GCM, key.secret.as_bytes())
                .map(|key| Self::Aes(LessSafeKey::new(key)))
                .map_err(|_| KeysFault::Refused),
            // The secret of a ring is 32 bytes long and SM4's key 16: it is derived, never cut.
            KeyAlgorithm::Sm4Gcm => Self::derived(key, b"minglu cursor v1", &[b"sm4"]),
            KeyAlgorithm::HmacSha256 | KeyAlgorithm::HmacSm3 | KeyAlgorithm::Ed25519 => {
                Err(KeysFault::Refused)
            }
        }
    }

    /// A key of its own for one purpose, by HKDF (RFC 5869) with the suite's hash.
    pub(super) fn derived(key: &Key, salt: &[u8], info: &[&[u8]]) -> Result<Self, KeysFault> {
        Self::derived_from(key.algorithm, &key.secret, salt, info)
    }

    pub(super) fn derived_from(
        algorithm: KeyAlgorithm,
        secret: &Secret,
        salt: &[u8],
        info: &[&[u8]],
    ) -> Result<Self, KeysFault> {
        match algorithm {
            KeyAlgorithm::Aes256Gcm => {
                let source = Salt::new(HKDF_SHA256, salt).extract(secret.as_bytes());
                let key = source
                    .expand(info, &AES_256_GCM)
                    .map_err(|_| KeysFault::Refused)?;
                Ok(Self::Aes(LessSafeKey::new(UnboundKey::from(key))))
            }
            KeyAlgorithm::Sm4Gcm => {
                let mut bytes = Zeroizing::new([0; SM4_BYTES]);
                Hkdf::<Sm3>::new(Some(salt), secret.as_bytes())
                    .expand_multi_info(info, bytes.as_mut_slice())
                    .map_err(|_| KeysFault::Refused)?;
                let key = AesGcm::new(&Array::from(*bytes));
                Ok(Self::Sm4(Box::new(key)))
            }
            KeyAlgorithm::HmacSha256 | KeyAlgorithm::HmacSm3 | KeyAlgorithm::Ed25519 => {
                Err(KeysFault::Refused)
            }
        }
    }

    /// Seals in place and gives the tag.
    pub(crate) fn seal(
        &self,
        nonce: [u8; NONCE_LEN],
        aad: &[u8],
        plain: &mut [u8],
    ) -> Result<[u8; TAG_BYTES], Refused> {
        match self {
            Self::Aes(key) => {
                let nonce = Nonce::assume_unique_for_key(nonce);
                let tag = key.seal_in_place_separate_tag(nonce, Aad::from(aad), plain);
                let tag = tag.map_err(|_| Refused)?;
                tag.as_ref().try_into().map_err(|_| Refused)
            }
            Self::Sm4(key) => key
                .encrypt_inout_detached(&Array::from(nonce), aad, InOutBuf::from(plain))
                .map(Into::into)
                .map_err(|_| Refused),
        }
    }

    /// Opens in place what is followed by its tag, and gives how many bytes were inside.
    pub(crate) fn open(
        &self,
        nonce: [u8; NONCE_LEN],
        aad: &[u8],
        sealed: &mut [u8],
    ) -> Result<usize, Refused> {
        match self {
            Self::Aes(key) => {
                let nonce = Nonce::assume_unique_for_key(nonce);
                let plain = key.open_in_place(nonce, Aad::from(aad), sealed);
                plain.map(|plain| plain.len()).map_err(|_| Refused)
            }
            Self::Sm4(key) => {
                let (body, tag) = sealed.split_last_chunk_mut::<TAG_BYTES>().ok_or(Refused)?;
                let (length, tag) = (body.len(), Array::from(*tag));
                key.decrypt_inout_detached(&Array::from(nonce), aad, InOutBuf::from(body), &tag)
                    .map(|()| length)
                    .map_err(|_| Refused)
            }
        }
    }
}

/// A key that hashes.
pub(super) enum HashingKey {
    Sha256(Box<aws_hmac::Key>),
    Sm3(Box<Hmac<Sm3>>),
}

impl HashingKey {
    pub(super) fn of(key: &Key) -> Result<Self, KeysFault> {
        Self::new(key.algorithm, key.secret.as_bytes())
    }

    /// A key of its own for one purpose.
    pub(super) fn derived(key: &Key, purpose: &[u8]) -> Result<Self, KeysFault> {
        let secret = derived(key, b"minglu hashing key v1", purpose)?;
        Self::new(key.algorithm, secret.as_slice())
    }

    fn new(algorithm: KeyAlgorithm, secret: &[u8]) -> Result<Self, KeysFault> {
        match algorithm {
            KeyAlgorithm::HmacSha256 => {
                let key = aws_hmac::Key::new(aws_hmac::HMAC_SHA256, secret);
                Ok(Self::Sha256(Box::new(key)))
            }
            KeyAlgorithm::HmacSm3 => Hmac::new_from_slice(secret)
                .map(|mac| Self::Sm3(Box::new(mac)))
                .map_err(|_| KeysFault::Refused),
            KeyAlgorithm::Aes256Gcm | KeyAlgorithm::Sm4Gcm | KeyAlgorithm::Ed25519 => {
                Err(KeysFault::Refused)
            }
        }
    }

    /// The keyed hash of the parts, one after the other.
    pub(super) fn hash(&self, parts: &[&[u8]]) -> [u8; MAC_BYTES] {
        let mut hash = [0; MAC_BYTES];
        match self {
            Self::Sha256(key) => {
                let mut context = aws_hmac::Context::with_key(key);
                for part in parts {
                    context.update(part);
                }
                hash.copy_from_slice(context.sign().as_ref());
            }
            Self::Sm3(mac) => {
                let mut mac = mac.as_ref().clone();
                for part in parts {
                    mac.update(part);
                }
                hash.copy_from_slice(&mac.finalize().into_bytes());
            }
        }
        hash
    }

    /// Whether this is the keyed hash of a message, compared in constant time.
    pub(super) fn is_hash(&self, message: &[u8], hash: &[u8]) -> bool {
        match self {
            Self::Sha256(key) => aws_hmac::verify(key, message, hash).is_ok(),
            Self::Sm3(mac) => {
                let mut mac = mac.as_ref().clone();
                mac.update(message);
                mac.verify_slice(hash).is_ok()
            }
        }
    }
}

/// Bytes derived from a key that prove it without telling it.
pub(super) fn check(key: &Key, purpose: &[u8]) -> Result<Vec<u8>, KeysFault> {
    derived(key, b"minglu key check v1", purpose).map(|check| check.to_vec())
}

/// Thirty-two bytes for one purpose, by HKDF (RFC 5869) with the suite's hash.
fn derived(
    key: &Key,
    salt: &[u8],
    purpose: &[u8],
) -> Result<Zeroizing<[u8; MAC_BYTES]>, KeysFault> {
    let mut bytes = Zeroizing::new([0; MAC_BYTES]);
    let secret = key.secret.as_bytes();
    let derived = match key.algorithm {
        KeyAlgorithm::Aes256Gcm | KeyAlgorithm::HmacSha256 | KeyAlgorithm::Ed25519 => {
            Salt::new(HKDF_SHA256, salt)
                .extract(secret)
                .expand(&[purpose], HKDF_SHA256)
                .and_then(|derived| derived.fill(bytes.as_mut_slice()))
                .is_ok()
        }
        KeyAlgorithm::Sm4Gcm | KeyAlgorithm::HmacSm3 => Hkdf::<Sm3>::new(Some(salt), secret)
            .expand(purpose, bytes.as_mut_slice())
            .is_ok(),
    };
    derived.then_some(bytes).ok_or(KeysFault::Refused)
}
