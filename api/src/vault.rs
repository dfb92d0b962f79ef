//! The vault: the one place that seals, opens, indexes and fingerprints, so that no other code holds a key.
//! It decides nothing about who may see what, stores nothing, and its faults never quote what they met.

mod cell;
pub(crate) mod cipher;
mod damage;
mod fault;
mod head;
mod index;
pub mod keys;
mod link;
pub(crate) mod private_file;
mod record;
mod rotation;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use entity::sealed::{BlindIndex, Fingerprint, SealedAt};
use serde::{Deserialize, Serialize};

pub(crate) use cell::{HEAD_BYTES, SealKey};
pub use cipher::{Suite, UnknownSuite};
pub use damage::Damage;
pub use fault::KeysFault;
pub use index::Indexes;
pub use keys::{KeyUse, Keys, Readers, UnknownRing};
pub use link::{Link, LinkRefusal};
pub use record::RecordKey;

use cipher::{HashingKey, SealingKey};
use damage::Damages;
use head::HeadKey;
use index::IndexKeys;
use keys::{Key, Ring};
use record::RecordKeys;

/// Why a sealed value cannot be used; deliberately without detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultFault {
    /// Changed, cut, moved to another place, or sealed by another key of the same id.
    #[error("a sealed value does not open where it stands")]
    DoesNotOpen,
    /// The keys file lacks the key that sealed it.
    #[error("a sealed value needs key {0}, which the keys file lacks")]
    UnknownKey(u32),
    /// Sealed by a way that this version does not know.
    #[error("a sealed value has the unknown format {0}")]
    UnknownFormat(u8),
    /// It opened, but is no value of its type.
    #[error("a sealed value opened but is not of its type")]
    Unreadable,
    /// The value cannot be written as JSON, or is too long for the cipher.
    #[error("a value cannot be sealed")]
    Unwritable,
}

/// A trace of a key that proves it without telling it, kept in the database from the first start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCheck {
    /// The ring's name.
    pub ring: String,
    /// The key's id in its ring.
    pub id: u32,
    /// Thirty-two bytes derived from the key.
    pub check: Vec<u8>,
}

/// The keys of one ring that a process holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldRing {
    /// The one that makes what is new.
    pub active: u32,
    /// All of them.
    pub held: Vec<u32>,
}

/// The keys that a process holds, of the rings whose keys leave traces in the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Those that seal.
    pub seal: HeldRing,
    /// Those that index.
    pub index: HeldRing,
}

impl Held {
    /// The keys of one of these rings.
    #[must_use]
    pub const fn ring(&self, rotated: Rotated) -> &HeldRing {
        match rotated {
            Rotated::Seal => &self.seal,
            Rotated::Index => &self.index,
        }
    }
}

/// A ring whose keys are replaced while what they made is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rotated {
    /// Sealed columns and files.
    Seal,
    /// Blind indexes.
    Index,
}

impl Rotated {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Seal, Self::Index];

    /// The ring's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seal => KeyUse::Seal.name(),
            Self::Index => KeyUse::Index.name(),
        }
    }
}

type Random = Box<dyn Fn(&mut [u8]) + Send + Sync>;

/// All keys, ready for use.
pub struct Vault {
    seal: BTreeMap<u32, Arc<SealKey>>,
    seal_active: Arc<SealKey>,
    index: IndexKeys,
    fingerprint: (u32, HashingKey),
    head: HeadKey,
    /// Derived from the fingerprint key, because what it hashes must be told apart across rotations too.
    request: HashingKey,
    /// The active one first; the others still open what left the house before a rotation.
    cursor: Vec<SealingKey>,
    link: Vec<HashingKey>,
    record: RecordKeys,
    checks: Vec<KeyCheck>,
    held: Held,
    damages: Damages,
    random: Random,
}

impl Vault {
    /// Prepares the keys; `random` gives the nonces and must be fit for cryptography.
    pub fn new(
        keys: &Keys,
        random: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Result<Self, KeysFault> {
        let seal = keys
            .seal
            .keys
            .iter()
            .map(|key| Ok((key.id, Arc::new(SealKey::new(key)?))))
            .collect::<Result<BTreeMap<_, _>, KeysFault>>()?;
        let seal_active = seal.get(&keys.seal.active).ok_or(KeysFault::NoActive {
            ring: KeyUse::Seal.name(),
            id: keys.seal.active,
        })?;
        let fingerprint = active(KeyUse::Fingerprint, &keys.fingerprint)?;
        Ok(Self {
            seal_active: Arc::clone(seal_active),
            seal,
            index: IndexKeys::new(keys)?,
            fingerprint: (fingerprint.id, HashingKey::of(fingerprint)?),
            head: HeadKey::of(fingerprint)?,
            request: HashingKey::derived(fingerprint, b"request body")?,
            cursor: active_first(&keys.cursor)
                .map(SealingKey::of)
                .collect::<Result<_, _>>()?,
            link: active_first(&keys.link)
                .map(HashingKey::of)
                .collect::<Result<_, _>>()?,
            record: RecordKeys::of(keys)?,
            checks: checks(keys)?,
            held: Held {
                seal: held(&keys.seal),
                index: held(&keys.index),
            },
            damages: Damages::default(),
            random: Box::new(random),
        })
    }

    /// The keyed hash over identity facts: version, key id, then 32 bytes of HMAC.
    /// `version` is that of the canonical form, so that a new form is compared by computing both.
    #[must_use]
    pub fn fingerprint(&self, version: u8, canonical: &[u8]) -> Fingerprint {
        let (id, key) = &self.fingerprint;
        let hash = key.hash(&[&[version], canonical]);
        Fingerprint::from_bytes([&[version], id.to_be_bytes().as_slice(), &hash].concat())
    }

    /// The keyed hash that tells one request from another; its key is not rotated.
    #[must_use]
    pub fn request(&self, body: &[u8]) -> BlindIndex {
        BlindIndex::from_bytes(self.request.hash(&[body]).to_vec())
    }

    /// The checks of all keys that stored data depend on.
    #[must_use]
    pub fn key_checks(&self) -> &[KeyCheck] {
        &self.checks
    }

    /// Compares with what the database remembers and gives the checks that it should now remember too.
    /// A key that is lost or wrong stops the start here, before anything reads garbage.
    pub fn prove(&self, remembered: &[KeyCheck]) -> Result<Vec<KeyCheck>, KeysFault> {
        for past in remembered {
            let (ring, id) = (past.ring.clone(), past.id);
            let same_key = |held: &&KeyCheck| held.ring == past.ring && held.id == past.id;
            match self.checks.iter().find(same_key) {
                None => return Err(KeysFault::Lost { ring, id }),
                Some(held) if held.check != past.check => {
                    return Err(KeysFault::Wrong { ring, id });
                }
                Some(_) => {}
            }
        }
        let is_new = |held: &&KeyCheck| !remembered.contains(held);
        Ok(self.checks.iter().filter(is_new).cloned().collect())
    }

    /// The ids of the keys at hand.
    #[must_use]
    pub const fn held(&self) -> &Held {
        &self.held
    }

    /// Remembers that something did not open where it stands.
    pub(crate) fn report(&self, at: SealedAt, fault: VaultFault) {
        self.damages.add(Damage { at, fault });
    }

    /// What did not open and is not on record yet.
    #[must_use]
    pub fn take_damages(&self) -> Vec<Damage> {
        self.damages.take()
    }

    pub(crate) fn active_seal_key(&self) -> &SealKey {
        &self.seal_active
    }

    pub(crate) fn seal_key(&self, id: u32) -> Result<&SealKey, VaultFault> {
        self.seal
            .get(&id)
            .map(AsRef::as_ref)
            .ok_or(VaultFault::UnknownKey(id))
    }

    pub(crate) fn fill_random(&self, bytes: &mut [u8]) {
        (self.random)(bytes);
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({} seal keys)", self.seal.len())
    }
}

fn active(purpose: KeyUse, ring: &Ring) -> Result<&Key, KeysFault> {
    let id = ring.active;
    ring.keys
        .iter()
        .find(|key| key.id == id)
        .ok_or(KeysFault::NoActive {
            ring: purpose.name(),
            id,
        })
}

fn active_first(ring: &Ring) -> impl Iterator<Item = &Key> {
    let active = ring.keys.iter().filter(|key| key.id == ring.active);
    active.chain(ring.keys.iter().filter(|key| key.id != ring.active))
}

fn held(ring: &Ring) -> HeldRing {
    HeldRing {
        active: ring.active,
        held: ring.keys.iter().map(|key| key.id).collect(),
    }
}

/// Cursors and links die with their keys and harm nobody, and records are verified by what is published: only the other
/// rings are remembered.
fn checks(keys: &Keys) -> Result<Vec<KeyCheck>, KeysFault> {
    let lasting = [KeyUse::Seal, KeyUse::Index, KeyUse::Fingerprint];
    let rings = keys.rings().into_iter();
    rings
        .filter(|(purpose, _)| lasting.contains(purpose))
        .flat_map(|(purpose, ring)| ring.keys.iter().map(move |key| check(purpose, key)))
        .collect()
}

fn check(purpose: KeyUse, key: &Key) -> Result<KeyCheck, KeysFault> {
    let ring = purpose.name();
    Ok(KeyCheck {
        ring: ring.to_owned(),
        id: key.id,
        check: cipher::check(key, ring.as_bytes())?,
    })
}
