//! What did not open, remembered until it is on record: opening is done in the middle of everything, and recording needs the
//! database. Places only; nothing of what was met there.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use entity::sealed::SealedAt;

use super::VaultFault;

/// So many places are remembered at once; a table full of damage need not fill the memory as well.
const MOST: usize = 1_000;

/// A sealed value that did not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Where it stands.
    pub at: SealedAt,
    /// In which way.
    pub fault: VaultFault,
}

/// Places that are not on record yet.
#[derive(Default)]
pub(super) struct Damages {
    some: AtomicBool,
    found: Mutex<Vec<Damage>>,
}

impl Damages {
    pub(super) fn add(&self, damage: Damage) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.len() < MOST && !found.contains(&damage) {
            found.push(damage);
            self.some.store(true, Ordering::Release);
        }
    }

    /// Gives them out; where there are none, which is nearly always, nobody waits for anybody.
    pub(super) fn take(&self) -> Vec<Damage> {
        if !self.some.swap(false, Ordering::AcqRel) {
            return Vec::new();
        }
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *found)
    }
}
