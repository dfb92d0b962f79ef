//! How a file lies sealed: a head, then 64 KiB chunks, each opened by itself and only in its own place.
//! Nothing here reads or writes a store.
//!
//! Head: `magic (3) ‖ format (1) ‖ key id (4) ‖ salt (32)`, numbers big-endian. The format says the algorithm, that of the
//! seal key. The file's own key is derived by HKDF from the seal key, the salt and the file's id, so a file copied over
//! another does not open. A chunk is AES-256-GCM or SM4-GCM over 64 KiB (the last one may be shorter; an empty file is one empty chunk), its
//! additional data the head, its nonce `chunk number (8) ‖ 0 (3) ‖ last (1)`: the STREAM construction (Hoang,
//! Reyhanitabar, Rogaway and Vizár, 2015). Chunks that were cut off, repeated, swapped or added do not open.

use std::ops::Range;

use aws_lc_rs::aead::NONCE_LEN;
use bytes::{Bytes, BytesMut};
use uuid::Uuid;

use super::FileFault;
use crate::vault::Vault;
use crate::vault::cipher::{SealingKey, TAG_BYTES};

/// Plain bytes of every chunk but the last.
pub(super) const CHUNK: usize = 64 * 1024;
pub(super) const TAG: usize = TAG_BYTES;
pub(super) const HEAD: usize = MAGIC.len() + 1 + 4 + SALT;
/// File of Minglu.
const MAGIC: &[u8; 3] = b"MLF";
const SALT: usize = 32;

const CHUNK_U64: u64 = CHUNK as u64;
const SEALED_CHUNK: u64 = CHUNK_U64 + TAG as u64;
const HEAD_U64: u64 = HEAD as u64;

/// The key of one file, with the head that its chunks are bound to.
pub(super) struct FileKey {
    id: u32,
    head: [u8; HEAD],
    key: SealingKey,
}

impl FileKey {
    /// Draws a salt and derives the key of a new file.
    pub(super) fn new(vault: &Vault, file: Uuid) -> Result<Self, FileFault> {
        let seal_key = vault.active_seal_key();
        let mut salt = [0; SALT];
        vault.fill_random(&mut salt);
        let mut head = [0; HEAD];
        let parts = MAGIC
            .iter()
            .chain(&[seal_key.format()])
            .chain(&seal_key.id.to_be_bytes())
            .chain(&salt)
            .copied()
            .collect::<Vec<u8>>();
        head.copy_from_slice(&parts);
        let key = seal_key
            .of_file(&salt, file)
            .map_err(|_| FileFault::Tampered)?;
        Ok(Self {
            id: seal_key.id,
            head,
            key,
        })
    }

    /// Derives the key of a stored file from its head.
    pub(super) fn from_head(vault: &Vault, file: Uuid, head: &[u8]) -> Result<Self, FileFault> {
        let head: [u8; HEAD] = head.try_into().map_err(|_| FileFault::Tampered)?;
        let (magic, rest) = head.split_first_chunk().ok_or(FileFault::Tampered)?;
        let (format, rest) = rest.split_first().ok_or(FileFault::Tampered)?;
        let (id, salt) = rest.split_first_chunk().ok_or(FileFault::Tampered)?;
        if magic != MAGIC {
            return Err(FileFault::Tampered);
        }
        let id = u32::from_be_bytes(*id);
        let seal_key = vault.seal_key(id).map_err(|_| FileFault::UnknownKey(id))?;
        if *format != seal_key.format() {
            return Err(FileFault::Tampered);
        }
        let key = seal_key
            .of_file(salt, file)
            .map_err(|_| FileFault::Tampered)?;
        Ok(Self { id, head, key })
    }

    /// The id of the seal key that it is derived from.
    pub(super) fn id(&self) -> u32 {
        self.id
    }

    pub(super) fn head(&self) -> Bytes {
        Bytes::copy_from_slice(&self.head)
    }

    /// Seals a chunk in place and appends its tag.
    pub(super) fn seal(&self, mut chunk: BytesMut, place: Place) -> Result<Bytes, FileFault> {
        let tag = self
            .key
            .seal(place.nonce(), &self.head, &mut chunk)
            .map_err(|_| FileFault::Tampered)?;
        chunk.extend_from_slice(&tag);
        Ok(chunk.freeze())
    }

    /// Opens a chunk in place.
    pub(super) fn open(&self, mut chunk: BytesMut, place: Place) -> Result<Bytes, FileFault> {
        let plain = self
            .key
            .open(place.nonce(), &self.head, &mut chunk)
            .map_err(|_| FileFault::Tampered)?;
        chunk.truncate(plain);
        Ok(chunk.freeze())
    }
}

/// Where a chunk stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) number: u64,
    pub(super) last: bool,
}

impl Place {
    fn nonce(self) -> [u8; NONCE_LEN] {
        let mut nonce = [0; NONCE_LEN];
        let [counter @ .., _, _, _, last] = &mut nonce;
        *counter = self.number.to_be_bytes();
        *last = u8::from(self.last);
        nonce
    }
}

/// The shape of a file of a known plain length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) plain: u64,
}

impl Shape {
    /// Chunks in the file; an empty file has one.
    pub(super) const fn chunks(self) -> u64 {
        if self.plain == 0 {
            1
        } else {
            self.plain.div_ceil(CHUNK_U64)
        }
    }

    /// Bytes of the whole object, or nothing if no object can be that long.
    pub(super) fn sealed(self) -> Option<u64> {
        let tags = self.chunks().checked_mul(TAG as u64)?;
        self.plain.checked_add(tags)?.checked_add(HEAD_U64)
    }

    /// The chunks that hold a range of plain bytes. An empty file's only chunk is opened too: it proves the file.
    pub(super) fn chunks_of(self, range: &Range<u64>) -> Range<u64> {
        match (self.plain, range.is_empty()) {
            (0, _) => 0..1,
            (_, true) => 0..0,
            _ => range.start / CHUNK_U64..range.end.div_ceil(CHUNK_U64),
        }
    }

    /// The bytes of the object that hold some chunks.
    pub(super) fn bytes_of(self, chunks: &Range<u64>) -> Option<Range<u64>> {
        let start = chunks
            .start
            .checked_mul(SEALED_CHUNK)?
            .checked_add(HEAD_U64)?;
        let end = chunks
            .end
            .checked_mul(SEALED_CHUNK)?
            .checked_add(HEAD_U64)?;
        Some(start..end.min(self.sealed()?))
    }

    pub(super) const fn place(self, number: u64) -> Place {
        Place {
            number,
            last: number.wrapping_add(1) == self.chunks(),
        }
    }

    /// The part of an opened chunk that belongs to a range of plain bytes.
    pub(super) fn part(number: u64, chunk: &Bytes, range: &Range<u64>) -> Bytes {
        let start = number.saturating_mul(CHUNK_U64);
        let within = |at: u64| {
            usize::try_from(at.saturating_sub(start))
                .unwrap_or(usize::MAX)
                .min(chunk.len())
        };
        chunk.slice(within(range.start)..within(range.end))
    }
}
