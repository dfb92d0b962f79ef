//! Changes of a keys file: a key is added, made active, taken away. The file is replaced whole, with the owner and the mode
//! that it had; no secret is ever changed, and nothing here knows what the database still needs.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::cipher::Suite;
use super::fault::KeysFault;
use super::keys::{Key, KeyUse, Keys, Readers, Ring, Secret};
use super::private_file;
use super::record::{Published, public_half};

impl Ring {
    /// The newest key, which the next rotation counts on from.
    #[must_use]
    pub fn newest(&self) -> u32 {
        let ids = self.keys.iter().map(|key| key.id);
        ids.max().unwrap_or(self.active)
    }

    /// The key that makes what is new.
    #[must_use]
    pub fn active_key(&self) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == self.active)
    }
}

impl Keys {
    /// Adds a key that is not active yet, and tells its id. Without a suite it is of the active key's.
    pub fn add(
        &mut self,
        purpose: KeyUse,
        suite: Option<Suite>,
        random: &dyn Fn(&mut [u8]),
        now: DateTime<Utc>,
    ) -> Result<u32, KeysFault> {
        let (name, ring) = (purpose.name(), self.ring(purpose));
        let newest = ring.newest();
        if purpose == KeyUse::Fingerprint {
            return Err(KeysFault::FingerprintStays);
        }
        if newest > ring.active {
            return Err(KeysFault::NotYetActive {
                ring: name,
                id: newest,
            });
        }
        let older = ring.keys.iter().find(|key| key.id != ring.active);
        if let Some(older) = older.filter(|_| purpose == KeyUse::Index) {
            return Err(KeysFault::NotYetRetired {
                old: older.id,
                id: ring.active,
            });
        }
        let algorithm = match (suite, ring.active_key()) {
            (Some(suite), _) => purpose.algorithm(suite),
            (None, Some(active)) => active.algorithm,
            (None, None) => {
                return Err(KeysFault::NoActive {
                    ring: name,
                    id: ring.active,
                });
            }
        };
        let id = newest.checked_add(1).ok_or(KeysFault::Refused)?;
        self.ring_mut(purpose).keys.push(Key {
            id,
            algorithm,
            secret: Secret::draw(random),
            made_at: now,
        });
        self.check()?;
        Ok(id)
    }

    /// Makes the newest key of a ring the active one, and tells its id.
    pub fn activate(&mut self, purpose: KeyUse) -> Result<u32, KeysFault> {
        let ring = self.ring_mut(purpose);
        let newest = ring.newest();
        if newest == ring.active {
            return Err(KeysFault::NothingNewer {
                ring: purpose.name(),
            });
        }
        ring.active = newest;
        Ok(newest)
    }

    /// Takes a key away that is not active. What a key of records signed stays verifiable: its public half is kept.
    pub fn retire(&mut self, purpose: KeyUse, id: u32) -> Result<(), KeysFault> {
        let name = purpose.name();
        let ring = self.ring_mut(purpose);
        if ring.active == id {
            return Err(KeysFault::StillActive { ring: name, id });
        }
        let Some(at) = ring.keys.iter().position(|key| key.id == id) else {
            return Err(KeysFault::NoSuchKey { ring: name, id });
        };
        let gone = ring.keys.remove(at);
        if purpose == KeyUse::Record {
            let x = public_half(&gone)?;
            self.published.push(Published { id, x });
        }
        Ok(())
    }

    fn ring_mut(&mut self, purpose: KeyUse) -> &mut Ring {
        match purpose {
            KeyUse::Seal => &mut self.seal,
            KeyUse::Index => &mut self.index,
            KeyUse::Fingerprint => &mut self.fingerprint,
            KeyUse::Cursor => &mut self.cursor,
            KeyUse::Link => &mut self.link,
            KeyUse::Record => &mut self.record,
        }
    }

    /// Reads a keys file, changes it and puts it back whole; where the change is refused, the file stays as it was.
    pub fn change<T>(
        path: &Path,
        readers: Readers,
        change: impl FnOnce(&mut Self) -> Result<T, KeysFault>,
    ) -> Result<T, KeysFault> {
        let held = private_file::hold(path)?;
        let mut keys = Self::load(path, readers)?;
        let changed = change(&mut keys)?;
        keys.check()?;
        private_file::replace(path, &held, keys.text(path)?.as_bytes())?;
        Ok(changed)
    }
}
