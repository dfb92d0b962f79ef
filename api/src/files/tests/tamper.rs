//! Proofs that a stored file cannot be changed, cut, reordered, lengthened or exchanged unnoticed.
//! Files here are changed on disk as someone with the disk in hand would.

use std::fs;

use tempfile::TempDir;
use uuid::Uuid;

use super::super::chunk::{CHUNK, HEAD, TAG};
use super::super::{FileFault, FileStore};
use super::{ID, ROOMY, content, object, read, read_all, store};
use crate::vault::Vault;
use crate::vault::tests::{hex, plain_keys, vault};

const SEALED: usize = CHUNK + TAG;

struct Scene {
    folder: TempDir,
    store: FileStore,
    plain: Vec<u8>,
    sealed: Vec<u8>,
}

async fn scene(length: usize) -> Scene {
    let (folder, store) = store();
    let plain = content(length);
    store.put(ID, plain.as_slice(), ROOMY).await.unwrap();
    let sealed = fs::read(object(&folder, ID)).unwrap();
    Scene {
        folder,
        store,
        plain,
        sealed,
    }
}

impl Scene {
    async fn with(&self, sealed: &[u8]) -> Result<Vec<u8>, FileFault> {
        fs::write(object(&self.folder, ID), sealed).unwrap();
        read_all(&self.store, self.plain.len()).await
    }

    fn chunk(&self, number: usize) -> &[u8] {
        let start = HEAD + number * SEALED;
        &self.sealed[start..(start + SEALED).min(self.sealed.len())]
    }

    fn of(&self, chunks: &[usize]) -> Vec<u8> {
        let chunks = chunks.iter().flat_map(|&number| self.chunk(number));
        self.sealed[..HEAD].iter().chain(chunks).copied().collect()
    }
}

#[tokio::test]
async fn no_changed_byte_goes_unnoticed() {
    for length in [0, 1, 300] {
        let scene = scene(length).await;
        for at in 0..scene.sealed.len() {
            for mask in [0x01, 0x80, 0xff] {
                let mut changed = scene.sealed.clone();
                changed[at] ^= mask;
                let fault = scene.with(&changed).await.unwrap_err();
                let is_key_id = (4..8).contains(&at);
                match fault {
                    FileFault::UnknownKey(_) => assert!(is_key_id),
                    FileFault::Tampered => assert!(!is_key_id),
                    fault => panic!("{fault:?}"),
                }
            }
        }
        assert_eq!(scene.with(&scene.sealed).await.unwrap(), scene.plain);
    }
}

#[tokio::test]
async fn no_changed_chunk_goes_unnoticed() {
    let scene = scene(3 * CHUNK + 9).await;
    for number in 0..4 {
        let mut changed = scene.sealed.clone();
        changed[HEAD + number * SEALED + 5] ^= 1;
        assert!(matches!(
            scene.with(&changed).await,
            Err(FileFault::Tampered)
        ));
    }
}

#[tokio::test]
async fn no_length_but_its_own_is_accepted() {
    for length in [0, 40, 2 * CHUNK] {
        let scene = scene(length).await;
        let cuts = (0..scene.sealed.len()).step_by(if length > 100 { 997 } else { 1 });
        for cut in cuts
            .chain([HEAD, HEAD + TAG])
            .filter(|&cut| cut < scene.sealed.len())
        {
            assert!(
                scene.with(&scene.sealed[..cut]).await.is_err(),
                "{cut} of {length}"
            );
        }
        let longer = [&scene.sealed, scene.sealed.as_slice()].concat();
        assert!(matches!(
            scene.with(&longer).await,
            Err(FileFault::Tampered)
        ));
    }
}

#[tokio::test]
async fn chunks_cannot_be_left_out_swapped_or_repeated_even_at_the_right_length() {
    let scene = scene(4 * CHUNK).await;
    assert!(scene.with(&scene.of(&[0, 1, 2, 3])).await.is_ok());
    for order in [
        [1, 0, 2, 3],
        [0, 0, 2, 3],
        [0, 1, 3, 2],
        [0, 1, 2, 2],
        [3, 1, 2, 0],
    ] {
        assert!(matches!(
            scene.with(&scene.of(&order)).await,
            Err(FileFault::Tampered)
        ));
    }
}

#[tokio::test]
async fn a_file_cut_at_a_chunk_does_not_open_even_if_the_record_is_changed_too() {
    let scene = scene(3 * CHUNK).await;
    fs::write(object(&scene.folder, ID), scene.of(&[0, 1])).unwrap();
    let cut = read_all(&scene.store, 2 * CHUNK).await;
    assert!(matches!(cut, Err(FileFault::Tampered)));
}

#[tokio::test]
async fn a_file_does_not_open_under_another_id_or_vault() {
    let scene = scene(10).await;
    let other = Uuid::from_u128(5);
    fs::copy(object(&scene.folder, ID), object(&scene.folder, other)).unwrap();
    let opened = scene.store.open(other, 10).await.unwrap();
    let read_other = futures_util::TryStreamExt::try_collect::<Vec<_>>(opened).await;
    assert!(matches!(read_other, Err(FileFault::Tampered)));

    let stranger = FileStore {
        vault: vault(2).into(),
        ..scene.store.clone()
    };
    assert!(matches!(
        read_all(&stranger, 10).await,
        Err(FileFault::Tampered)
    ));
}

#[tokio::test]
async fn a_part_opens_only_the_chunks_that_hold_it() {
    let scene = scene(3 * CHUNK).await;
    let mut changed = scene.sealed.clone();
    changed[HEAD + SEALED] ^= 1;
    fs::write(object(&scene.folder, ID), &changed).unwrap();
    let length = scene.plain.len();
    let chunk = CHUNK as u64;
    assert_eq!(
        read(&scene.store, length, 0..chunk).await.unwrap(),
        scene.plain[..CHUNK]
    );
    assert_eq!(
        read(&scene.store, length, 2 * chunk..3 * chunk)
            .await
            .unwrap(),
        scene.plain[2 * CHUNK..]
    );
    let touched = read(&scene.store, length, chunk - 1..chunk + 1).await;
    assert!(matches!(touched, Err(FileFault::Tampered)));
}

/// The expected bytes were computed by another library (Python's cryptography) from the description in chunk.rs.
#[tokio::test]
async fn the_format_is_pinned() {
    let (folder, store) = store();
    let vault = Vault::new(&plain_keys(1), |bytes: &mut [u8]| bytes.fill(0xaa)).unwrap();
    let store = FileStore {
        vault: vault.into(),
        ..store
    };
    store.put(ID, b"hello".as_slice(), ROOMY).await.unwrap();
    let sealed = fs::read(object(&folder, ID)).unwrap();
    let (head, chunk) = sealed.split_at(HEAD);
    assert_eq!(
        head,
        [b"MLF\x01\0\0\0\x01".as_slice(), &[0xaa; 32]].concat()
    );
    assert_eq!(hex(chunk), "5401e20622ef50445b824d831259c50146827d284c");
}
