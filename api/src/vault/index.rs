//! Blind indexes: the keyed hashes that find a sealed value again. While the key is rotated there are two of them for each
//! value, each in the column of its key; searched is the one of the active key.

use entity::sealed::{BlindIndex, IndexColumn};

use super::Vault;
use super::cipher::HashingKey;
use super::fault::KeysFault;
use super::keys::{KeyUse, Keys};

/// The index keys at hand.
pub(super) struct IndexKeys {
    active: IndexKey,
    other: Option<IndexKey>,
}

struct IndexKey {
    id: u32,
    key: HashingKey,
}

impl IndexKey {
    fn hash(&self, domain: &str, bytes: &[u8]) -> BlindIndex {
        let length = (domain.len() as u64).to_be_bytes();
        let hash = self.key.hash(&[&length, domain.as_bytes(), bytes]);
        BlindIndex::from_bytes(hash.to_vec())
    }
}

impl IndexKeys {
    pub(super) fn new(keys: &Keys) -> Result<Self, KeysFault> {
        let ring = keys.ring(KeyUse::Index);
        let (mut active, mut other) = (None, None);
        for key in &ring.keys {
            let made = Some(IndexKey {
                id: key.id,
                key: HashingKey::of(key)?,
            });
            if key.id == ring.active {
                active = made;
            } else {
                other = made;
            }
        }
        let active = active.ok_or(KeysFault::NoActive {
            ring: KeyUse::Index.name(),
            id: ring.active,
        })?;
        Ok(Self { active, other })
    }
}

/// The blind indexes of one value, for the two columns that it is written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indexes {
    /// Under the key with the odd id.
    pub odd: Option<BlindIndex>,
    /// Under the key with the even id.
    pub even: Option<BlindIndex>,
}

impl Vault {
    /// The keyed hash that finds a value again by exact match, under the active key.
    /// The domain (such as `party.number`) keeps equal bytes of different columns apart.
    #[must_use]
    pub fn index(&self, domain: &'static str, bytes: &[u8]) -> BlindIndex {
        self.index.active.hash(domain, bytes)
    }

    /// The column that is searched: that of the active key.
    #[must_use]
    pub const fn index_column(&self) -> IndexColumn {
        IndexColumn::of_key(self.index.active.id)
    }

    /// The index of a value under each key at hand, with the key's id; the active key first.
    #[must_use]
    pub fn keyed_indexes(&self, domain: &'static str, bytes: &[u8]) -> Vec<(u32, BlindIndex)> {
        let keys = std::iter::once(&self.index.active).chain(&self.index.other);
        keys.map(|key| (key.id, key.hash(domain, bytes))).collect()
    }

    /// The indexes of a value under every key at hand.
    #[must_use]
    pub fn indexes(&self, domain: &'static str, bytes: &[u8]) -> Indexes {
        self.beside(self.index(domain, bytes), domain, bytes)
    }

    /// The same where the one of the active key is known already; without a rotation nothing is hashed again.
    #[must_use]
    pub fn beside(&self, active: BlindIndex, domain: &'static str, bytes: &[u8]) -> Indexes {
        let other = self.index.other.as_ref();
        let other = other.map(|key| key.hash(domain, bytes));
        match self.index_column() {
            IndexColumn::Odd => Indexes {
                odd: Some(active),
                even: other,
            },
            IndexColumn::Even => Indexes {
                odd: other,
                even: Some(active),
            },
        }
    }

    /// The index under one key at hand, for whoever writes indexes anew.
    #[must_use]
    pub fn index_under(&self, key: u32, domain: &'static str, bytes: &[u8]) -> Option<BlindIndex> {
        let mut keys = std::iter::once(&self.index.active).chain(&self.index.other);
        let key = keys.find(|held| held.id == key)?;
        Some(key.hash(domain, bytes))
    }
}
