//! The keys file: six rings of secrets, made once, kept outside the database and never overwritten.
//! Nothing here seals, opens or hashes, and no message repeats a byte of a secret.

use std::collections::HashSet;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use super::cipher::Suite;
use super::fault::KeysFault;
use super::private_file;
use super::record::{self, Published};

/// The form of the keys file that this version reads and writes.
pub(super) const FORM: u32 = 1;

/// Bytes of every secret: AES-256 and both keyed hashes want 32, and SM4's key is derived from as many.
pub(super) const SECRET_BYTES: usize = 32;

/// What a ring of keys is for; no secret serves two uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyUse {
    /// Sealed columns and files at rest.
    Seal,
    /// Blind indexes.
    Index,
    /// Fingerprints of registrations; not rotated with the others, because filings are compared by them.
    Fingerprint,
    /// Cursors handed to clients.
    Cursor,
    /// Signatures of download links.
    Link,
    /// Signatures of records that anyone may verify.
    Record,
}

impl std::str::FromStr for KeyUse {
    type Err = UnknownRing;

    fn from_str(name: &str) -> Result<Self, UnknownRing> {
        let mut all = Self::ALL.into_iter();
        all.find(|ring| ring.name() == name).ok_or(UnknownRing)
    }
}

/// A name that no ring has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown ring; known: seal, index, fingerprint, cursor, link, record")]
pub struct UnknownRing;

impl KeyUse {
    /// The ring's name in the keys file and beside a stored key check.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Index => "index",
            Self::Fingerprint => "fingerprint",
            Self::Cursor => "cursor",
            Self::Link => "link",
            Self::Record => "record",
        }
    }

    /// Every use, in the order of the keys file.
    pub const ALL: [Self; 6] = [
        Self::Seal,
        Self::Index,
        Self::Fingerprint,
        Self::Cursor,
        Self::Link,
        Self::Record,
    ];

    pub(super) const fn algorithm(self, suite: Suite) -> KeyAlgorithm {
        match (self, suite) {
            (Self::Seal | Self::Cursor, Suite::Aes) => KeyAlgorithm::Aes256Gcm,
            (Self::Seal | Self::Cursor, Suite::Gm) => KeyAlgorithm::Sm4Gcm,
            (Self::Index | Self::Fingerprint | Self::Link, Suite::Aes) => KeyAlgorithm::HmacSha256,
            (Self::Index | Self::Fingerprint | Self::Link, Suite::Gm) => KeyAlgorithm::HmacSm3,
            // Whoever verifies a record has this everywhere.
            (Self::Record, Suite::Aes | Suite::Gm) => KeyAlgorithm::Ed25519,
        }
    }
}

impl KeyAlgorithm {
    /// The name in the keys file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aes256Gcm => "AES-256-GCM",
            Self::HmacSha256 => "HMAC-SHA-256",
            Self::Sm4Gcm => "SM4-GCM",
            Self::HmacSm3 => "HMAC-SM3",
            Self::Ed25519 => "Ed25519",
        }
    }
}

/// What a key is computed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyAlgorithm {
    /// NIST SP 800-38D with a 256-bit key.
    #[serde(rename = "AES-256-GCM")]
    Aes256Gcm,
    /// RFC 2104 over SHA-256.
    #[serde(rename = "HMAC-SHA-256")]
    HmacSha256,
    /// RFC 8998, with the block cipher of GB/T 32907-2016.
    #[serde(rename = "SM4-GCM")]
    Sm4Gcm,
    /// RFC 2104 over the hash of GB/T 32905-2016.
    #[serde(rename = "HMAC-SM3")]
    HmacSm3,
    /// RFC 8032.
    Ed25519,
}

/// Thirty-two secret bytes, wiped when dropped and never printed.
pub struct Secret(Zeroizing<[u8; SECRET_BYTES]>);

impl Secret {
    pub(super) fn draw(random: &dyn Fn(&mut [u8])) -> Self {
        let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
        random(bytes.as_mut_slice());
        Self(bytes)
    }

    pub(super) const fn of(bytes: Zeroizing<[u8; SECRET_BYTES]>) -> Self {
        Self(bytes)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    pub(super) fn copy(&self) -> Self {
        Self(self.0.clone())
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&Zeroizing::new(STANDARD.encode(self.as_bytes())))
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(from)?);
        let bytes = STANDARD.decode(text.as_bytes()).map(Zeroizing::new);
        bytes
            .ok()
            .and_then(|bytes| <[u8; SECRET_BYTES]>::try_from(bytes.as_slice()).ok())
            .map(|bytes| Self(Zeroizing::new(bytes)))
            .ok_or_else(|| serde::de::Error::custom("not 32 bytes of base64"))
    }
}

/// One key of a ring.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The number that travels with everything made by this key.
    pub id: u32,
    /// What it is computed with.
    pub algorithm: KeyAlgorithm,
    #[serde(rename = "key")]
    pub(super) secret: Secret,
    /// When it was made.
    pub made_at: DateTime<Utc>,
}

/// The keys of one use: one makes what is new, the others still open what is old.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ring {
    /// The id of the key that makes what is new.
    pub active: u32,
    /// All keys, in any order.
    pub keys: Vec<Key>,
}

impl Ring {
    const fn none() -> Self {
        Self {
            active: 0,
            keys: Vec::new(),
        }
    }

    fn draw(algorithm: KeyAlgorithm, random: &dyn Fn(&mut [u8]), now: DateTime<Utc>) -> Self {
        let key = Key {
            id: 1,
            algorithm,
            secret: Secret::draw(random),
            made_at: now,
        };
        Self {
            active: key.id,
            keys: vec![key],
        }
    }
}

/// Every secret of the registry but the token keys.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    version: u32,
    /// Made by the first start for trying things out; a production server refuses it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    development: bool,
    pub(super) seal: Ring,
    pub(super) index: Ring,
    pub(super) fingerprint: Ring,
    pub(super) cursor: Ring,
    pub(super) link: Ring,
    /// A file from before there was this ring has none; [`Keys::parse`] derives it.
    #[serde(default = "Ring::none")]
    pub(super) record: Ring,
    /// Public halves of keys of that ring that were taken away, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) published: Vec<Published>,
}

/// Who else on the machine may read a file of secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Whoever the file's mode lets in.
    Any,
    /// Owner and group at most: a file that others can read is refused.
    NotOthers,
}

impl Keys {
    /// Draws a new key for every use.
    pub fn generate(
        suite: Suite,
        random: &dyn Fn(&mut [u8]),
        now: DateTime<Utc>,
        development: bool,
    ) -> Self {
        let ring = |purpose: KeyUse| Ring::draw(purpose.algorithm(suite), random, now);
        Self {
            version: FORM,
            development,
            seal: ring(KeyUse::Seal),
            index: ring(KeyUse::Index),
            fingerprint: ring(KeyUse::Fingerprint),
            cursor: ring(KeyUse::Cursor),
            link: ring(KeyUse::Link),
            record: ring(KeyUse::Record),
            published: Vec::new(),
        }
    }

    /// Reads and checks a keys file.
    pub fn load(path: &Path, readers: Readers) -> Result<Self, KeysFault> {
        Self::parse(&private_file::read(path, readers)?)
    }

    /// Reads keys from text, for a setting that carries the secret itself.
    pub fn parse(text: &str) -> Result<Self, KeysFault> {
        // Serde's own message would repeat the value it stumbled over, which may be a secret.
        let mut keys: Self = serde_json::from_str(text).map_err(|fault| KeysFault::NotKeys {
            line: fault.line(),
            column: fault.column(),
        })?;
        if keys.record.keys.is_empty() {
            let fingerprint = super::active(KeyUse::Fingerprint, &keys.fingerprint)?;
            keys.record = record::derived_ring(fingerprint)?;
        }
        keys.check()?;
        Ok(keys)
    }

    /// Writes the keys to a new file that only its owner can read; an existing file is left as it is.
    pub fn write_new(&self, path: &Path) -> Result<(), KeysFault> {
        private_file::write_new(path, self.text(path)?.as_bytes())
    }

    pub(super) fn text(&self, path: &Path) -> Result<Zeroizing<String>, KeysFault> {
        let text = serde_json::to_string_pretty(self).map(Zeroizing::new);
        text.map_err(|fault| KeysFault::Unwritable {
            path: path.to_owned(),
            source: fault.into(),
        })
    }

    /// Whether these keys were made for trying things out.
    #[must_use]
    pub const fn is_development(&self) -> bool {
        self.development
    }

    /// Insists that what is new is made by the algorithms of a suite. Fingerprints keep theirs, because filings are
    /// compared by them.
    pub fn insist_on(&self, suite: Suite) -> Result<(), KeysFault> {
        let rings = self.rings().into_iter();
        for (purpose, ring) in rings.filter(|(purpose, _)| *purpose != KeyUse::Fingerprint) {
            let wanted = purpose.algorithm(suite);
            let active = ring.keys.iter().find(|key| key.id == ring.active);
            if active.is_some_and(|key| key.algorithm != wanted) {
                return Err(KeysFault::OtherSuite {
                    ring: purpose.name(),
                    id: ring.active,
                    suite: suite.name(),
                });
            }
        }
        Ok(())
    }

    /// The ring of a use.
    #[must_use]
    pub const fn ring(&self, purpose: KeyUse) -> &Ring {
        match purpose {
            KeyUse::Seal => &self.seal,
            KeyUse::Index => &self.index,
            KeyUse::Fingerprint => &self.fingerprint,
            KeyUse::Cursor => &self.cursor,
            KeyUse::Link => &self.link,
            KeyUse::Record => &self.record,
        }
    }

    /// Every ring with its use.
    #[must_use]
    pub fn rings(&self) -> [(KeyUse, &Ring); 6] {
        KeyUse::ALL.map(|purpose| (purpose, self.ring(purpose)))
    }

    pub(super) fn check(&self) -> Result<(), KeysFault> {
        if self.version != FORM {
            return Err(KeysFault::OtherForm(self.version));
        }
        let mut secrets = HashSet::new();
        for (purpose, ring) in self.rings() {
            let name = purpose.name();
            let mut ids = HashSet::new();
            for key in &ring.keys {
                let (ring, id) = (name, key.id);
                let suites = Suite::ALL.map(|suite| purpose.algorithm(suite));
                if !suites.contains(&key.algorithm) {
                    return Err(KeysFault::OtherAlgorithm { ring, id });
                }
                if !ids.insert(id) {
                    return Err(KeysFault::SameId { ring, id });
                }
                if !secrets.insert(key.secret.as_bytes()) {
                    return Err(KeysFault::SameSecret { ring, id });
                }
            }
            // Two index keys have a column each, by their ids; a third would write over one of them.
            let odd = ring.keys.iter().filter(|key| key.id % 2 == 1).count();
            if purpose == KeyUse::Index && (odd > 1 || ring.keys.len() - odd > 1) {
                return Err(KeysFault::SameColumn);
            }
            if !ids.contains(&ring.active) {
                return Err(KeysFault::NoActive {
                    ring: name,
                    id: ring.active,
                });
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("development", &self.development)
            .finish_non_exhaustive()
    }
}
