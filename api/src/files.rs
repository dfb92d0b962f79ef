//! The file store: uploads, workbooks and parcels, sealed at rest in an object store and named by id alone.
//! It knows no names, owners or rights, and keeps no list: what should be there, the database says.
//!
//! What a crash leaves behind. In a local folder an unfinished upload is a file `<id>#<number>`, which no
//! listing shows: [`FileStore::sweep_unfinished`] removes old ones. In S3 it is an unfinished multipart upload:
//! the bucket needs a lifecycle rule (`AbortIncompleteMultipartUpload`). A finished object whose record was
//! never committed is listed by [`FileStore::older_than`], for the caller to compare with the database.

mod chunk;
mod heads;
pub mod range;
mod store;
#[cfg(test)]
mod tests;

use std::error::Error as _;
use std::fmt;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use aws_lc_rs::digest;
use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Utc};
use entity::sealed::SealedAt;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt as _};
use object_store::buffered::BufWriter;
use object_store::path::Path;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt as _};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use uuid::Uuid;

pub use store::{SettingsFault, Swept};

use crate::vault::{Vault, VaultFault};
use chunk::{CHUNK, FileKey, HEAD, Place, Shape, TAG};

/// Bytes of one part of a multipart upload; S3 takes 10,000 parts, so a file may have 80 GiB.
const PART: usize = 8 * 1024 * 1024;
/// Parts on their way at once; a writer holds at most this many and one more in memory.
const PARTS_AT_ONCE: usize = 2;
/// Chunks fetched at once by a reader: 1 MiB in memory, and no connection waits for a slow client.
const CHUNKS_AT_ONCE: u64 = 16;
/// The folder inside the store.
const FOLDER: &str = "files";

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Length of the plain bytes.
    pub bytes: u64,
    /// SHA-256 of the plain bytes.
    pub sha256: [u8; 32],
    /// The id of the key that sealed them.
    pub key: u32,
}

/// An object in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file's id.
    pub id: Uuid,
    /// When it was finished, by the store's clock.
    pub finished_at: DateTime<Utc>,
}

/// Why a file cannot be read or written. Messages name no path; sources may, and are for the log alone.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    /// No object has this id.
    #[error("the file is not in the store")]
    Absent,
    /// An object has this id already; a stored file never changes.
    #[error("a file of this id is in the store already")]
    Exists,
    /// The object is not what was stored under this id and length.
    #[error("the stored file was changed, cut or moved")]
    Tampered,
    /// The keys file lacks the key that sealed it.
    #[error("the stored file needs key {0}, which the keys file lacks")]
    UnknownKey(u32),
    /// The writer was given more than it may take.
    #[error("the file is longer than {limit} bytes")]
    TooLong {
        /// The most that was allowed.
        limit: u64,
    },
    /// The range asked for does not lie in the file.
    #[error("the range does not lie in the file")]
    OutOfRange,
    /// The source of the bytes failed.
    #[error("the file could not be received")]
    Source(#[source] io::Error),
    /// The store failed.
    #[error("the file store failed")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl FileFault {
    /// Whether the store has no room: what was asked may be asked again once there is.
    #[must_use]
    pub fn is_full(&self) -> bool {
        std::iter::successors(self.source(), |&cause| cause.source()).any(|cause| {
            let fault = cause.downcast_ref::<io::Error>();
            fault.is_some_and(|fault| fault.kind() == io::ErrorKind::StorageFull)
        })
    }
}

impl From<object_store::Error> for FileFault {
    fn from(fault: object_store::Error) -> Self {
        match fault {
            object_store::Error::NotFound { .. } => Self::Absent,
            fault => Self::Store(fault.into()),
        }
    }
}

/// Files at rest.
#[derive(Clone)]
pub struct FileStore {
    store: Arc<dyn ObjectStore>,
    local: Option<Arc<std::path::Path>>,
    vault: Arc<Vault>,
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileStore({})", self.store)
    }
}

impl FileStore {
    /// Seals and stores what a reader gives, up to `limit` plain bytes, in bounded memory.
    /// The object appears whole or not at all; ids are made for one file each and never used again.
    pub async fn put<R>(&self, id: Uuid, mut from: R, limit: u64) -> Result<Stored, FileFault>
    where
        R: AsyncRead + Send + Unpin,
    {
        let path = path_of(id);
        match self.store.head(&path).await {
            Ok(_) => return Err(FileFault::Exists),
            Err(object_store::Error::NotFound { .. }) => {}
            Err(fault) => return Err(fault.into()),
        }
        let key = FileKey::new(&self.vault, id)?;
        let mut writer = BufWriter::with_capacity(Arc::clone(&self.store), path, PART)
            .with_max_concurrency(PARTS_AT_ONCE);
        match seal_all(&key, &mut from, &mut writer, limit).await {
            Ok(stored) => {
                let closed = writer.shutdown().await;
                closed.map_err(|fault| FileFault::Store(fault.into()))?;
                Ok(stored)
            }
            Err(fault) => {
                // The first fault is the one to report; what an abort leaves, the sweep finds.
                let _ = writer.abort().await;
                Err(fault)
            }
        }
    }

    /// Opens a whole file of `length` plain bytes, as the database recorded them.
    pub async fn open(
        &self,
        id: Uuid,
        length: u64,
    ) -> Result<impl Stream<Item = Result<Bytes, FileFault>> + Send + use<>, FileFault> {
        self.open_range(id, length, 0..length).await
    }

    /// Opens a part of a file, reading only the chunks that hold it.
    /// An object of another length than recorded is refused before the first byte.
    pub async fn open_range(
        &self,
        id: Uuid,
        length: u64,
        range: Range<u64>,
    ) -> Result<impl Stream<Item = Result<Bytes, FileFault>> + Send + use<>, FileFault> {
        let vault = Arc::clone(&self.vault);
        let reader = self.reader(id, length, range).await;
        let reader = reader.inspect_err(|fault| report(&vault, id, fault))?;
        Ok(stream::try_unfold(reader, move |mut reader| {
            let vault = Arc::clone(&vault);
            async move {
                let chunk = reader.next().await;
                let chunk = chunk.inspect_err(|fault| report(&vault, id, fault))?;
                Ok(chunk.map(|chunk| (chunk, reader)))
            }
        }))
    }

    async fn reader(&self, id: Uuid, length: u64, range: Range<u64>) -> Result<Reader, FileFault> {
        if range.start > range.end || range.end > length {
            return Err(FileFault::OutOfRange);
        }
        let shape = Shape { plain: length };
        let path = path_of(id);
        let head = GetOptions {
            range: Some((0..HEAD as u64).into()),
            ..GetOptions::default()
        };
        let head = self.store.get_opts(&path, head).await?;
        if Some(head.meta.size) != shape.sealed() {
            return Err(FileFault::Tampered);
        }
        Ok(Reader {
            key: FileKey::from_head(&self.vault, id, &head.bytes().await?)?,
            store: Arc::clone(&self.store),
            path,
            shape,
            chunks: shape.chunks_of(&range),
            range,
            fetched: BytesMut::new(),
            number: 0,
        })
    }

    /// Removes a file; one that is not there is no fault, so that a deletion may run twice.
    pub async fn delete(&self, id: Uuid) -> Result<(), FileFault> {
        match self.store.delete(&path_of(id)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(fault) => Err(fault.into()),
        }
    }

    /// The files finished before a moment, in no order. Those that the database does not know are orphans;
    /// the moment must lie before the oldest deed that may still commit.
    #[must_use]
    pub fn older_than(
        &self,
        moment: DateTime<Utc>,
    ) -> BoxStream<'static, Result<Found, FileFault>> {
        let old = move |meta: object_store::ObjectMeta| {
            let id = meta
                .location
                .filename()
                .and_then(|name| Uuid::parse_str(name).ok())?;
            let finished_at = meta.last_modified;
            (finished_at < moment).then_some(Ok(Found { id, finished_at }))
        };
        self.store
            .list(Some(&Path::from(FOLDER)))
            .filter_map(move |found| async move {
                match found {
                    Ok(meta) => old(meta),
                    Err(fault) => Some(Err(fault.into())),
                }
            })
            .boxed()
    }
}

/// Remembers a stored object that is not what was stored, until it is on record.
fn report(vault: &Vault, object: Uuid, fault: &FileFault) {
    let fault = match fault {
        FileFault::Tampered => VaultFault::DoesNotOpen,
        FileFault::UnknownKey(id) => VaultFault::UnknownKey(*id),
        _ => return,
    };
    let at = SealedAt {
        table: "stored_file",
        column: "object",
        row: object,
        revision: 0,
    };
    vault.report(at, fault);
}

fn path_of(id: Uuid) -> Path {
    Path::from(FOLDER).join(id.hyphenated().to_string())
}

/// Writes head and chunks, one chunk behind the reader: only when there is no more is a chunk known to be last.
async fn seal_all<R>(
    key: &FileKey,
    from: &mut R,
    writer: &mut BufWriter,
    limit: u64,
) -> Result<Stored, FileFault>
where
    R: AsyncRead + Send + Unpin,
{
    let mut digest = digest::Context::new(&digest::SHA256);
    let mut bytes = 0_u64;
    let mut number = 0;
    writer.put(key.head()).await?;
    let mut chunk = read_chunk(from).await?;
    loop {
        let ahead = if chunk.len() < CHUNK {
            BytesMut::new()
        } else {
            read_chunk(from).await?
        };
        bytes = bytes.saturating_add(chunk.len() as u64);
        if bytes > limit {
            return Err(FileFault::TooLong { limit });
        }
        digest.update(&chunk);
        let last = ahead.is_empty();
        writer.put(key.seal(chunk, Place { number, last })?).await?;
        if last {
            break;
        }
        chunk = ahead;
        number += 1;
    }
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(digest.finish().as_ref());
    Ok(Stored {
        bytes,
        sha256,
        key: key.id(),
    })
}

/// Reads until a chunk is full or the source ends.
async fn read_chunk<R>(from: &mut R) -> Result<BytesMut, FileFault>
where
    R: AsyncRead + Send + Unpin,
{
    let mut chunk = BytesMut::with_capacity(CHUNK + TAG);
    let mut rest = from.take(CHUNK as u64);
    while chunk.len() < CHUNK {
        if rest.read_buf(&mut chunk).await.map_err(FileFault::Source)? == 0 {
            break;
        }
    }
    Ok(chunk)
}

/// A range on its way out: chunks still to fetch, chunks fetched but not opened.
struct Reader {
    store: Arc<dyn ObjectStore>,
    path: Path,
    key: FileKey,
    shape: Shape,
    range: Range<u64>,
    chunks: Range<u64>,
    fetched: BytesMut,
    number: u64,
}

impl Reader {
    async fn next(&mut self) -> Result<Option<Bytes>, FileFault> {
        if self.fetched.is_empty() {
            if self.chunks.is_empty() {
                return Ok(None);
            }
            self.fetch().await?;
        }
        let sealed = self.fetched.split_to(self.fetched.len().min(CHUNK + TAG));
        let plain = self.key.open(sealed, self.shape.place(self.number))?;
        let part = Shape::part(self.number, &plain, &self.range);
        self.number += 1;
        Ok(Some(part))
    }

    async fn fetch(&mut self) -> Result<(), FileFault> {
        let end = self
            .chunks
            .start
            .saturating_add(CHUNKS_AT_ONCE)
            .min(self.chunks.end);
        let window = self.chunks.start..end;
        let bytes = self.shape.bytes_of(&window).ok_or(FileFault::OutOfRange)?;
        let fetched = self.store.get_range(&self.path, bytes.clone()).await?;
        if fetched.len() as u64 != bytes.end - bytes.start {
            return Err(FileFault::Tampered);
        }
        self.number = window.start;
        self.chunks.start = window.end;
        self.fetched = BytesMut::from(fetched);
        Ok(())
    }
}
