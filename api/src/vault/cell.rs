//! Sealed columns: one value, one row, one column, one revision; moved anywhere else it does not open.
//! Nothing here knows what a value means, and no fault tells more than that it did not open.
//!
//! A ciphertext is `format (1) ‖ key id (4) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`, numbers big-endian.
//! Additional data are format and key id, then table and column (each after its length), row and revision.
//!
//! Nonces are random. For one GCM key NIST SP 800-38D (8.3) allows 2^32 of them, about four thousand
//! million, which a province could reach; so every seal key is spread by HKDF over 256 lanes, each a key of
//! its own, chosen by the last byte of the row's id, which is random in a UUID v7. That leaves room for
//! 2^40 values under one key id. With 10^10 values the chance of one repeated nonce is below 2^-38.

use aws_lc_rs::aead::NONCE_LEN;
use entity::sealed::{Sealed, SealedAt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::cipher::SealingKey;
use super::fault::KeysFault;
use super::keys::{Key, KeyAlgorithm, Secret};
use super::{Vault, VaultFault};

/// AES-256-GCM under the lanes of a seal key.
const AES: u8 = 1;
/// SM4-GCM under the lanes of a seal key.
const SM4: u8 = 2;
const LANES: u8 = u8::MAX;
/// Bytes before the nonce: format and key id.
pub(crate) const HEAD_BYTES: usize = 1 + 4;

/// A seal key, ready for use.
pub(crate) struct SealKey {
    pub(crate) id: u32,
    algorithm: KeyAlgorithm,
    secret: Secret,
    lanes: Vec<SealingKey>,
}

impl SealKey {
    pub(super) fn new(key: &Key) -> Result<Self, KeysFault> {
        let lane = |lane: u8| SealingKey::derived(key, b"minglu cell v1", &[&[lane]]);
        Ok(Self {
            id: key.id,
            algorithm: key.algorithm,
            secret: key.secret.copy(),
            lanes: (0..=LANES).map(lane).collect::<Result<_, _>>()?,
        })
    }

    /// The key of one file: no two files share one, whatever their nonces.
    pub(crate) fn of_file(&self, salt: &[u8], file: uuid::Uuid) -> Result<SealingKey, KeysFault> {
        let info: [&[u8]; 2] = [b"minglu file v1", file.as_bytes()];
        SealingKey::derived_from(self.algorithm, &self.secret, salt, &info)
    }

    /// The byte that stands before everything this key sealed.
    pub(crate) const fn format(&self) -> u8 {
        match self.algorithm {
            KeyAlgorithm::Sm4Gcm => SM4,
            _ => AES,
        }
    }

    fn lane(&self, at: SealedAt) -> Result<&SealingKey, VaultFault> {
        let [.., lane] = *at.row.as_bytes();
        self.lanes
            .get(usize::from(lane))
            .ok_or(VaultFault::DoesNotOpen)
    }
}

impl Vault {
    /// Seals bytes for their place.
    pub fn seal<T>(&self, at: SealedAt, plain: &[u8]) -> Result<Sealed<T>, VaultFault> {
        self.seal_written(at, |buffer| {
            buffer.extend_from_slice(plain);
            Ok(())
        })
    }

    /// Seals a value as JSON for its place.
    pub fn seal_json<T: Serialize>(
        &self,
        at: SealedAt,
        value: &T,
    ) -> Result<Sealed<T>, VaultFault> {
        self.seal_written(at, |buffer| {
            serde_json::to_writer(buffer, value).map_err(|_| VaultFault::Unwritable)
        })
    }

    /// Opens bytes at their place. What does not open is remembered until it is on record.
    pub fn open<T>(
        &self,
        at: SealedAt,
        sealed: &Sealed<T>,
    ) -> Result<Zeroizing<Vec<u8>>, VaultFault> {
        self.opened(at, sealed.as_bytes())
            .inspect_err(|fault| self.report(at, *fault))
    }

    /// The id of the key that sealed a value, as its head says.
    #[must_use]
    pub fn key_of(sealed: &[u8]) -> Option<u32> {
        let (head, _) = sealed.split_first_chunk::<HEAD_BYTES>()?;
        let [_, id @ ..] = *head;
        Some(u32::from_be_bytes(id))
    }

    fn opened(&self, at: SealedAt, bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultFault> {
        let (head, rest) = bytes
            .split_first_chunk::<HEAD_BYTES>()
            .ok_or(VaultFault::DoesNotOpen)?;
        let (nonce, body) = rest
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(VaultFault::DoesNotOpen)?;
        let [format, id @ ..] = *head;
        if ![AES, SM4].contains(&format) {
            return Err(VaultFault::UnknownFormat(format));
        }
        let key = self.seal_key(u32::from_be_bytes(id))?;
        if format != key.format() {
            return Err(VaultFault::DoesNotOpen);
        }
        let mut plain = Zeroizing::new(body.to_vec());
        let length = key
            .lane(at)?
            .open(*nonce, &place(*head, at), &mut plain)
            .map_err(|_| VaultFault::DoesNotOpen)?;
        plain.truncate(length);
        Ok(plain)
    }

    /// Opens a JSON value at its place.
    pub fn open_json<T: DeserializeOwned>(
        &self,
        at: SealedAt,
        sealed: &Sealed<T>,
    ) -> Result<T, VaultFault> {
        let plain = self.open(at, sealed)?;
        let value = serde_json::from_slice(&plain).map_err(|_| VaultFault::Unreadable);
        value.inspect_err(|fault| self.report(at, *fault))
    }

    /// Writes the plaintext into the ciphertext's own buffer, so that sealing overwrites it.
    fn seal_written<T>(
        &self,
        at: SealedAt,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), VaultFault>,
    ) -> Result<Sealed<T>, VaultFault> {
        let key = self.active_seal_key();
        let mut head = [0; HEAD_BYTES];
        let [format, id @ ..] = &mut head;
        *format = key.format();
        *id = key.id.to_be_bytes();
        let mut nonce = [0; NONCE_LEN];
        (self.random)(&mut nonce);

        let mut bytes = Vec::with_capacity(256);
        bytes.extend_from_slice(&head);
        bytes.extend_from_slice(&nonce);
        write(&mut bytes)?;
        let (_, plain) = bytes.split_at_mut(HEAD_BYTES + NONCE_LEN);
        let tag = key
            .lane(at)?
            .seal(nonce, &place(head, at), plain)
            .map_err(|_| VaultFault::Unwritable)?;
        bytes.extend_from_slice(&tag);
        Ok(Sealed::from_bytes(bytes))
    }
}

/// The additional data: two different places never give the same bytes, because each name follows its length.
fn place(head: [u8; HEAD_BYTES], at: SealedAt) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(96);
    bytes.extend_from_slice(&head);
    for name in [at.table, at.column] {
        bytes.extend_from_slice(&(name.len() as u64).to_be_bytes());
        bytes.extend_from_slice(name.as_bytes());
    }
    bytes.extend_from_slice(at.row.as_bytes());
    bytes.extend_from_slice(&at.revision.to_be_bytes());
    bytes
}
