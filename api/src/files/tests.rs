//! Proofs of the file store: what was put comes back, in any part, and nothing that was changed does.
//! Stores here are temporary folders; an S3 client is tried against a small server of this test's own.

mod s3;
mod tamper;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::TryStreamExt as _;
use object_store::PutPayload;
use proptest::prelude::*;
use tempfile::TempDir;
use tokio::io::{AsyncRead, ReadBuf};
use uuid::Uuid;

use super::chunk::{CHUNK, HEAD, Shape, TAG};
use super::{FileFault, FileStore, SettingsFault, Stored, Swept, path_of};
use crate::vault::tests::{dice, vault};

pub(super) const ID: Uuid = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0001);
pub(super) const ROOMY: u64 = 1 << 30;

pub(super) fn store_in(folder: &Path) -> FileStore {
    let address = folder.join("store");
    FileStore::from_settings(
        address.to_str().unwrap(),
        &BTreeMap::new(),
        Arc::new(vault(1)),
    )
    .unwrap()
}

fn store() -> (TempDir, FileStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = store_in(folder.path());
    (folder, store)
}

pub(super) fn object(folder: &TempDir, id: Uuid) -> PathBuf {
    folder.path().join("store/files").join(id.to_string())
}

pub(super) fn content(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    dice(7)(&mut bytes);
    bytes
}

pub(super) async fn read(
    store: &FileStore,
    length: usize,
    range: std::ops::Range<u64>,
) -> Result<Vec<u8>, FileFault> {
    let parts = store.open_range(ID, length as u64, range).await?;
    parts
        .try_fold(Vec::new(), |mut all, part| async move {
            all.extend_from_slice(&part);
            Ok(all)
        })
        .await
}

async fn read_all(store: &FileStore, length: usize) -> Result<Vec<u8>, FileFault> {
    read(store, length, 0..length as u64).await
}

fn moment(offset: TimeDelta) -> DateTime<Utc> {
    DateTime::<Utc>::from(std::time::SystemTime::now()) + offset
}

/// Gives its bytes in small pieces, then fails if it is told to.
struct Trickle {
    bytes: Vec<u8>,
    given: usize,
    fails: bool,
}

impl AsyncRead for Trickle {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let piece = (self.bytes.len() - self.given)
            .min(1021)
            .min(into.remaining());
        if piece == 0 && self.fails {
            return Poll::Ready(Err(std::io::ErrorKind::ConnectionReset.into()));
        }
        into.put_slice(&self.bytes[self.given..self.given + piece]);
        self.given += piece;
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn files_of_every_awkward_length_come_back() {
    let part = 8 * 1024 * 1024;
    for length in [
        0,
        1,
        CHUNK - 1,
        CHUNK,
        CHUNK + 1,
        2 * CHUNK,
        16 * CHUNK,
        17 * CHUNK + 5,
        part - 1,
        part + 1,
        2 * part + CHUNK,
    ] {
        let (folder, store) = store();
        let bytes = content(length);
        let stored = store.put(ID, bytes.as_slice(), ROOMY).await.unwrap();
        let sha256 = digest(&SHA256, &bytes).as_ref().try_into().unwrap();
        assert_eq!(
            stored,
            Stored {
                bytes: length as u64,
                sha256,
                key: 1
            }
        );
        let on_disk = fs::metadata(object(&folder, ID)).unwrap().len();
        assert_eq!(
            Some(on_disk),
            Shape {
                plain: length as u64
            }
            .sealed()
        );
        assert!(read_all(&store, length).await.unwrap() == bytes, "{length}");
    }
}

#[tokio::test]
async fn a_source_that_trickles_gives_the_same_chunks() {
    let (_folder, store) = store();
    let bytes = content(3 * CHUNK);
    let source = Trickle {
        bytes: bytes.clone(),
        given: 0,
        fails: false,
    };
    store.put(ID, source, ROOMY).await.unwrap();
    assert!(read_all(&store, bytes.len()).await.unwrap() == bytes);
}

#[tokio::test]
async fn nothing_lies_in_clear_and_two_copies_differ() {
    let (folder, store) = store();
    let bytes = b"110101199003071234".repeat(100);
    let twin = Uuid::from_u128(2);
    store.put(ID, bytes.as_slice(), ROOMY).await.unwrap();
    store.put(twin, bytes.as_slice(), ROOMY).await.unwrap();
    let (one, two) = (
        fs::read(object(&folder, ID)).unwrap(),
        fs::read(object(&folder, twin)).unwrap(),
    );
    assert!(!one.windows(6).any(|six| six == b"110101"));
    assert!(one[HEAD..] != two[HEAD..]);
}

#[tokio::test]
async fn a_stored_file_never_changes() {
    let (_folder, store) = store();
    store.put(ID, b"first".as_slice(), ROOMY).await.unwrap();
    let again = store.put(ID, b"second".as_slice(), ROOMY).await;
    assert!(matches!(again, Err(FileFault::Exists)));
    assert_eq!(read_all(&store, 5).await.unwrap(), b"first");
}

#[tokio::test]
async fn a_file_that_is_too_long_or_breaks_off_leaves_nothing() {
    for length in [101, 20 * 1024 * 1024] {
        let (folder, store) = store();
        let long = store
            .put(ID, content(length).as_slice(), length as u64 - 1)
            .await;
        assert!(matches!(long, Err(FileFault::TooLong { .. })));
        let broken = Trickle {
            bytes: content(length),
            given: 0,
            fails: true,
        };
        assert!(matches!(
            store.put(ID, broken, ROOMY).await,
            Err(FileFault::Source(_))
        ));
        assert!(matches!(
            store.open(ID, 1).await.err(),
            Some(FileFault::Absent)
        ));
        let left = fs::read_dir(folder.path().join("store/files")).map_or(0, Iterator::count);
        assert_eq!(left, 0);
        assert!(
            store
                .put(ID, content(length).as_slice(), length as u64)
                .await
                .is_ok()
        );
    }
}

#[tokio::test]
async fn a_deleted_file_is_absent_and_may_be_deleted_again() {
    let (_folder, store) = store();
    store.put(ID, b"x".as_slice(), ROOMY).await.unwrap();
    store.delete(ID).await.unwrap();
    store.delete(ID).await.unwrap();
    assert!(matches!(read_all(&store, 1).await, Err(FileFault::Absent)));
}

#[tokio::test]
async fn a_range_outside_the_file_is_refused() {
    let (_folder, store) = store();
    store.put(ID, b"12345".as_slice(), ROOMY).await.unwrap();
    #[expect(clippy::reversed_empty_ranges, reason = "a caller may get it wrong")]
    for range in [0..6, 6..6, 3..2] {
        assert!(matches!(
            read(&store, 5, range).await,
            Err(FileFault::OutOfRange)
        ));
    }
    assert_eq!(read(&store, 5, 2..2).await.unwrap(), b"");
    assert_eq!(read(&store, 5, 5..5).await.unwrap(), b"");
}

#[tokio::test]
async fn what_a_crash_leaves_is_found_and_swept_when_it_is_old() {
    let (folder, store) = store();
    store.put(ID, b"done".as_slice(), ROOMY).await.unwrap();
    let crashed = Uuid::from_u128(9);
    let mut upload = store
        .store
        .put_multipart_opts(&path_of(crashed), <_>::default())
        .await
        .unwrap();
    upload
        .put_part(PutPayload::from_static(b"half"))
        .await
        .unwrap();
    // As kill -9 would, this keeps the upload from tidying up after itself.
    std::mem::forget(upload);
    let left = || {
        fs::read_dir(folder.path().join("store/files"))
            .unwrap()
            .count()
    };
    assert_eq!(left(), 2);

    let (past, future) = (moment(TimeDelta::hours(-1)), moment(TimeDelta::hours(1)));
    assert_eq!(
        store.sweep_unfinished(past).await.unwrap(),
        Swept::default()
    );
    assert_eq!(
        store.sweep_unfinished(future).await.unwrap(),
        Swept { files: 1, bytes: 4 }
    );
    assert_eq!(left(), 1);

    let found = store
        .older_than(future)
        .try_collect::<Vec<_>>()
        .await
        .unwrap();
    assert_eq!(found.iter().map(|found| found.id).collect::<Vec<_>>(), [ID]);
    assert_eq!(
        store
            .older_than(past)
            .try_collect::<Vec<_>>()
            .await
            .unwrap(),
        []
    );
}

#[tokio::test]
async fn an_untouched_store_sweeps_and_lists_nothing() {
    let (_folder, store) = store();
    let future = moment(TimeDelta::hours(1));
    assert_eq!(
        store.sweep_unfinished(future).await.unwrap(),
        Swept::default()
    );
    assert_eq!(
        store
            .older_than(future)
            .try_collect::<Vec<_>>()
            .await
            .unwrap(),
        []
    );
}

#[test]
fn settings_that_name_no_store_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let open = |address: &str, option: Option<&str>| {
        let options = option.map(|name| (name.to_owned(), "x".to_owned()));
        FileStore::from_settings(address, &options.into_iter().collect(), Arc::new(vault(1)))
    };
    for address in [
        "",
        "s3://",
        "s3:///prefix",
        "http://example.com",
        "file://relative",
        "ftp://x",
    ] {
        assert!(
            matches!(open(address, None), Err(SettingsFault::Address)),
            "{address}"
        );
    }
    let local = folder.path().join("a/b");
    let local = local.to_str().unwrap();
    assert!(matches!(
        open(local, Some("region")),
        Err(SettingsFault::Option(_))
    ));
    assert!(
        matches!(open("s3://b", Some("colour")), Err(SettingsFault::Option(name)) if name == "colour")
    );
    assert!(open(&format!("file://{local}"), None).is_ok());
    fs::write(folder.path().join("file"), "").unwrap();
    let in_a_file = folder.path().join("file/store");
    assert!(matches!(
        open(in_a_file.to_str().unwrap(), None),
        Err(SettingsFault::Folder { .. })
    ));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            fs::metadata(local).unwrap().permissions().mode() & 0o777,
            0o700
        );
    }
}

#[test]
fn any_part_of_a_file_is_the_same_part_of_its_bytes() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let (_folder, store) = store();
    // More than one fetch of sixteen chunks, and a last chunk that is short.
    let bytes = content(18 * CHUNK + 777);
    runtime
        .block_on(store.put(ID, bytes.as_slice(), ROOMY))
        .unwrap();
    let edges = prop::sample::select(vec![
        0,
        CHUNK - 1,
        CHUNK,
        CHUNK + 1,
        16 * CHUNK,
        18 * CHUNK,
        18 * CHUNK + 777,
    ]);
    let at = prop_oneof![edges, 0..=bytes.len()];
    proptest!(|((a, b) in (at.clone(), at))| {
        let range = a.min(b)..a.max(b);
        let part = runtime.block_on(read(&store, bytes.len(), range.start as u64..range.end as u64)).unwrap();
        prop_assert!(part == bytes[range]);
    });
}

proptest! {
    #[test]
    fn shapes_add_up(plain in 0..u64::MAX / 2) {
        let shape = Shape { plain };
        let sealed = shape.sealed().unwrap();
        prop_assert_eq!(sealed, plain + HEAD as u64 + shape.chunks() * TAG as u64);
        let all = shape.chunks_of(&(0..plain));
        prop_assert_eq!(all.clone(), 0..shape.chunks());
        prop_assert_eq!(shape.bytes_of(&all).unwrap(), HEAD as u64..sealed);
    }

    #[test]
    fn no_length_panics(plain: u64, start: u64, end: u64) {
        let shape = Shape { plain };
        let chunks = shape.chunks_of(&(start..end));
        let _ = (shape.sealed(), shape.bytes_of(&chunks), shape.place(start));
    }
}

#[test]
fn a_full_store_is_told_from_a_broken_one() {
    let fault = |kind: std::io::ErrorKind| {
        FileFault::from(object_store::Error::Generic {
            store: "LocalFileSystem",
            source: std::io::Error::from(kind).into(),
        })
    };
    assert!(fault(std::io::ErrorKind::StorageFull).is_full());
    assert!(!fault(std::io::ErrorKind::PermissionDenied).is_full());
}
