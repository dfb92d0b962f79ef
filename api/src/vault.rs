//! The vault: the one place that seals, opens, indexes and fingerprints, so that no other code holds a key.
//! It decides nothing about who may see what, stores nothing, and its faults never quote what they met.

mod cell;
pub(crate) mod cipher;
mod head;
pub mod keys;
mod link;
pub(crate) mod private_file;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use entity::sealed::{BlindIndex, Fingerprint};

pub(crate) use cell::SealKey;
pub use cipher::Suite;
pub use keys::{Keys, KeysFault, Readers};
pub use link::{Link, LinkRefusal};

use cipher::{HashingKey, SealingKey};
use head::HeadKey;
use keys::{Key, KeyUse, Ring};

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

type Random = Box<dyn Fn(&mut [u8]) + Send + Sync>;

/// All keys, ready for use.
pub struct Vault {
    seal: BTreeMap<u32, Arc<SealKey>>,
    seal_active: Arc<SealKey>,
    index: HashingKey,
    fingerprint: (u32, HashingKey),
    head: HeadKey,
    cursor: SealingKey,
    link: HashingKey,
    checks: Vec<KeyCheck>,
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
            index: HashingKey::of(active(KeyUse::Index, &keys.index)?)?,
            fingerprint: (fingerprint.id, HashingKey::of(fingerprint)?),
            head: HeadKey::of(fingerprint)?,
            cursor: SealingKey::of(active(KeyUse::Cursor, &keys.cursor)?)?,
            link: HashingKey::of(active(KeyUse::Link, &keys.link)?)?,
            checks: checks(keys)?,
            random: Box::new(random),
        })
    }

    /// The keyed hash that finds a value again by exact match.
    /// The domain (such as `party.number`) keeps equal bytes of different columns apart.
    #[must_use]
    pub fn index(&self, domain: &'static str, bytes: &[u8]) -> BlindIndex {
        let length = (domain.len() as u64).to_be_bytes();
        let hash = self.index.hash(&[&length, domain.as_bytes(), bytes]);
        BlindIndex::from_bytes(hash.to_vec())
    }

    /// The keyed hash over identity facts: version, key id, then 32 bytes of HMAC.
    /// `version` is that of the canonical form, so that a new form is compared by computing both.
    #[must_use]
    pub fn fingerprint(&self, version: u8, canonical: &[u8]) -> Fingerprint {
        let (id, key) = &self.fingerprint;
        let hash = key.hash(&[&[version], canonical]);
        Fingerprint::from_bytes([&[version], id.to_be_bytes().as_slice(), &hash].concat())
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

/// Cursors and links die with their keys and harm nobody, so only the other rings are remembered.
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
