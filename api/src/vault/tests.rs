//! Proofs of the vault: what it seals opens in its place and nowhere else, and its formats never drift.
//! Keys and nonces here are fixed or counted, never secret.

mod keys_file;
mod rotation;
mod suites;

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, TimeDelta, Utc};
use entity::sealed::{Sealed, SealedAt};
use proptest::prelude::*;
use uuid::Uuid;

use super::{KeyCheck, Keys, KeysFault, Link, LinkRefusal, Suite, Vault, VaultFault};

/// Bytes that look random and are the same in every run.
pub(crate) fn dice(seed: u64) -> impl Fn(&mut [u8]) + Send + Sync + 'static {
    let throws = AtomicU64::new(seed << 32);
    move |bytes| {
        for part in bytes.chunks_mut(32) {
            let throw = throws.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            part.copy_from_slice(&digest(&SHA256, &throw).as_ref()[..part.len()]);
        }
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap()
}

pub(crate) fn vault(seed: u64) -> Vault {
    Vault::new(
        &Keys::generate(Suite::Aes, &dice(seed), now(), false),
        dice(seed + 1000),
    )
    .unwrap()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    entity::sealed::Fingerprint::from_bytes(bytes.to_vec()).to_hex()
}

const ROW: Uuid = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0042);
const HERE: SealedAt = SealedAt {
    table: "party",
    column: "number",
    row: ROW,
    revision: 3,
};

/// Keys whose secrets are 32 equal bytes: seal 1 and 6, index 2, fingerprint 3, cursor 4, link 5.
pub(crate) fn plain_keys(active: u32) -> Keys {
    let key = |id: u32, byte: u8, algorithm: &str| {
        use base64::Engine as _;
        let secret = base64::engine::general_purpose::STANDARD.encode([byte; 32]);
        format!(
            r#"{{"id":{id},"algorithm":"{algorithm}","key":"{secret}","made_at":"2026-01-01T00:00:00Z"}}"#
        )
    };
    let (aes, mac) = ("AES-256-GCM", "HMAC-SHA-256");
    Keys::parse(&format!(
        r#"{{"version":1,
            "seal":{{"active":{active},"keys":[{},{}]}},
            "index":{{"active":1,"keys":[{}]}},
            "fingerprint":{{"active":7,"keys":[{}]}},
            "cursor":{{"active":1,"keys":[{}]}},
            "link":{{"active":1,"keys":[{}]}}}}"#,
        key(1, 1, aes),
        key(9, 6, aes),
        key(1, 2, mac),
        key(7, 3, mac),
        key(1, 4, aes),
        key(1, 5, mac),
    ))
    .unwrap()
}

#[test]
fn a_sealed_value_opens_where_it_was_sealed() {
    let vault = vault(1);
    let value = vec!["张三".to_owned(), "110101199003071234".to_owned()];
    let sealed = vault.seal_json(HERE, &value).unwrap();
    assert_eq!(vault.open_json(HERE, &sealed).unwrap(), value);

    let bytes: Sealed<Vec<u8>> = vault.seal(HERE, b"\x00\xffraw").unwrap();
    assert_eq!(vault.open(HERE, &bytes).unwrap().as_slice(), b"\x00\xffraw");
    let empty: Sealed<Vec<u8>> = vault.seal(HERE, b"").unwrap();
    assert_eq!(vault.open(HERE, &empty).unwrap().as_slice(), b"");
}

#[test]
fn equal_values_look_different_and_nothing_shows_through() {
    let vault = vault(1);
    let value = "13812345678".to_owned();
    let (first, second) = (
        vault.seal_json(HERE, &value).unwrap(),
        vault.seal_json(HERE, &value).unwrap(),
    );
    assert_ne!(first, second);
    assert!(!first.as_bytes().windows(4).any(|four| four == b"1381"));
}

/// The expected bytes were computed by another library (Python's cryptography) from the description in cell.rs.
#[test]
fn the_formats_are_pinned() {
    let vault = Vault::new(&plain_keys(1), |bytes: &mut [u8]| bytes.fill(0xaa)).unwrap();
    let sealed = vault.seal_json(HERE, &"张三".to_owned()).unwrap();
    assert_eq!(
        hex(sealed.as_bytes()),
        "0100000001aaaaaaaaaaaaaaaaaaaaaaaa745835fe4520416bde80b8096a7bb7dd6924cf451d8a055b"
    );
    assert_eq!(
        hex(vault
            .index("party.number", b"110101199003071234")
            .as_bytes()),
        "6c155d5c890d6c2e535e0132027bee2aa51d39b5ab110c0ab34e5395745230b7"
    );
    assert_eq!(
        vault.fingerprint(1, b"facts").to_hex(),
        "0100000007d4cd7b39228fe4c694457fddedb01e71b3d658d55a2d0291be33f05100508713"
    );
    assert_eq!(
        hex(&vault.key_checks()[0].check),
        "a86a264828bcf7c22bb99e1b5cdd6172850e9ea5b262b61d881c83121ac24c9f"
    );
}

#[test]
fn no_changed_or_cut_ciphertext_opens() {
    let vault = vault(1);
    let sealed = vault.seal_json(HERE, &"王小明".to_owned()).unwrap();
    let whole = sealed.as_bytes();
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut bytes = whole.to_vec();
            bytes[at] ^= 1 << bit;
            let opened = vault.open_json::<String>(HERE, &Sealed::from_bytes(bytes));
            let fault = opened.unwrap_err();
            match at {
                0 => assert!(matches!(fault, VaultFault::UnknownFormat(_))),
                1..5 => assert!(matches!(fault, VaultFault::UnknownKey(_))),
                _ => assert_eq!(fault, VaultFault::DoesNotOpen),
            }
        }
        let cut = Sealed::<String>::from_bytes(whole[..at].to_vec());
        assert_eq!(vault.open_json(HERE, &cut), Err(VaultFault::DoesNotOpen));
    }
    let longer = Sealed::<String>::from_bytes([whole, b"\0"].concat());
    assert_eq!(vault.open_json(HERE, &longer), Err(VaultFault::DoesNotOpen));
}

#[test]
fn a_ciphertext_moved_to_another_place_does_not_open() {
    let vault = vault(1);
    let sealed = vault.seal_json(HERE, &1_u8).unwrap();
    let same_lane = Uuid::from_u128(ROW.as_u128() ^ (1 << 64));
    let other_lane = Uuid::from_u128(ROW.as_u128() ^ 1);
    let elsewhere = [
        SealedAt {
            table: "registration",
            ..HERE
        },
        SealedAt {
            column: "phone",
            ..HERE
        },
        SealedAt {
            table: "partyn",
            column: "umber",
            ..HERE
        },
        SealedAt {
            table: "part",
            column: "ynumber",
            ..HERE
        },
        SealedAt {
            row: same_lane,
            ..HERE
        },
        SealedAt {
            row: other_lane,
            ..HERE
        },
        SealedAt {
            revision: 2,
            ..HERE
        },
        SealedAt {
            revision: -3,
            ..HERE
        },
    ];
    for place in elsewhere {
        assert_eq!(
            vault.open_json(place, &sealed),
            Err(VaultFault::DoesNotOpen),
            "{place:?}"
        );
    }
}

#[test]
fn another_key_does_not_open_and_says_which_is_needed() {
    let sealed = vault(1).seal_json(HERE, &1_u8).unwrap();
    assert_eq!(
        vault(2).open_json(HERE, &sealed),
        Err(VaultFault::DoesNotOpen)
    );

    let by_nine = Vault::new(&plain_keys(9), dice(1)).unwrap();
    let sealed = by_nine.seal_json(HERE, &1_u8).unwrap();
    assert_eq!(
        vault(1).open_json(HERE, &sealed),
        Err(VaultFault::UnknownKey(9))
    );
}

#[test]
fn an_older_key_of_the_ring_still_opens() {
    let before = Vault::new(&plain_keys(1), dice(1)).unwrap();
    let after = Vault::new(&plain_keys(9), dice(2)).unwrap();
    let old = before.seal_json(HERE, &"旧".to_owned()).unwrap();
    let new = after.seal_json(HERE, &"新".to_owned()).unwrap();
    assert_eq!(after.open_json(HERE, &old).unwrap(), "旧");
    assert_eq!(before.open_json(HERE, &new).unwrap(), "新");
    assert_eq!((old.as_bytes()[4], new.as_bytes()[4]), (1, 9));
}

#[test]
fn a_value_of_another_type_is_told_from_a_tampered_one() {
    let vault = vault(1);
    let sealed = vault.seal_json(HERE, &"text".to_owned()).unwrap();
    let number = Sealed::<u64>::from_bytes(sealed.as_bytes().to_vec());
    assert_eq!(vault.open_json(HERE, &number), Err(VaultFault::Unreadable));
}

#[test]
fn indexes_and_fingerprints_keep_domains_and_versions_apart() {
    let (one, two) = (vault(1), vault(2));
    assert_eq!(
        one.index("party.number", b"1"),
        one.index("party.number", b"1")
    );
    assert_ne!(
        one.index("party.number", b"1"),
        one.index("registration.phone", b"1")
    );
    assert_ne!(one.index("ab", b"c"), one.index("a", b"bc"));
    assert_ne!(
        one.index("party.number", b"1"),
        two.index("party.number", b"1")
    );
    assert_eq!(one.index("party.number", b"1").as_bytes().len(), 32);

    let print = one.fingerprint(2, b"facts");
    assert_eq!(print.as_bytes().len(), 1 + 4 + 32);
    assert_eq!(&print.as_bytes()[..5], [2, 0, 0, 0, 1]);
    assert_ne!(
        print.as_bytes()[5..],
        one.fingerprint(1, b"facts").as_bytes()[5..]
    );
    assert_ne!(print, two.fingerprint(2, b"facts"));
}

#[test]
fn a_cursor_comes_back_only_unchanged_and_to_its_own_list() {
    let vault = vault(1);
    let cursor = vault.seal_cursor("operators", b"2026-01-01/42").unwrap();
    assert_eq!(
        vault.open_cursor("operators", &cursor).unwrap(),
        b"2026-01-01/42"
    );
    assert_eq!(
        vault.open_cursor("agencies", &cursor),
        Err(VaultFault::DoesNotOpen)
    );
    assert!(
        cursor
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    );
    for at in 0..cursor.len() {
        let mut changed = cursor.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(vault.open_cursor("operators", &changed).is_err(), "{at}");
        assert!(
            vault.open_cursor("operators", &cursor[..at]).is_err(),
            "{at}"
        );
    }
    for garbage in ["", "=", "中", "\0", &"A".repeat(1_000_000)] {
        assert_eq!(
            vault.open_cursor("operators", garbage),
            Err(VaultFault::DoesNotOpen)
        );
    }
}

#[test]
fn a_link_works_for_its_file_until_it_expires() {
    let vault = vault(1);
    let link = Link {
        file: Uuid::from_u128(1),
        link: Uuid::from_u128(2),
        expires: now() + TimeDelta::minutes(5),
    };
    let signature = vault.sign_link(&link);
    let last = link.expires - TimeDelta::milliseconds(1);
    assert_eq!(vault.verify_link(&link, &signature, last), Ok(()));
    assert_eq!(
        vault.verify_link(&link, &signature, link.expires),
        Err(LinkRefusal::Expired)
    );

    let forged = Err(LinkRefusal::Forged);
    let longer = Link {
        expires: link.expires + TimeDelta::seconds(1),
        ..link
    };
    assert_eq!(vault.verify_link(&longer, &signature, now()), forged);
    let other_file = Link {
        file: link.link,
        link: link.file,
        ..link
    };
    assert_eq!(vault.verify_link(&other_file, &signature, now()), forged);
    let other_link = Link {
        link: Uuid::from_u128(3),
        ..link
    };
    assert_eq!(vault.verify_link(&other_link, &signature, now()), forged);
    for wrong in ["", "AAAA", "!", &signature[1..], &vault.sign_link(&longer)] {
        assert_eq!(vault.verify_link(&link, wrong, now()), forged);
    }
}

#[test]
fn a_lost_or_wrong_key_is_told_at_the_start() {
    let vault = Vault::new(&plain_keys(1), dice(1)).unwrap();
    let remembered = vault.prove(&[]).unwrap();
    let names = remembered
        .iter()
        .map(|check| (check.ring.as_str(), check.id));
    let expected = [("seal", 1), ("seal", 9), ("index", 1), ("fingerprint", 7)];
    assert_eq!(names.collect::<Vec<_>>(), expected);
    assert_eq!(vault.prove(&remembered).unwrap(), []);
    assert_eq!(vault.prove(&remembered[1..]).unwrap(), remembered[..1]);

    let lost = KeyCheck {
        id: 2,
        ..remembered[0].clone()
    };
    let fault = vault.prove(&[lost]).unwrap_err();
    assert!(matches!(fault, KeysFault::Lost { ref ring, id: 2 } if ring == "seal"));
    let wrong = KeyCheck {
        check: vec![0; 32],
        ..remembered[2].clone()
    };
    let fault = vault.prove(&[wrong]).unwrap_err();
    assert!(matches!(fault, KeysFault::Wrong { ref ring, id: 1 } if ring == "index"));
}

#[test]
fn debug_output_holds_no_secret() {
    let keys = plain_keys(1);
    let vault = Vault::new(&keys, dice(1)).unwrap();
    assert_eq!(
        format!("{keys:?} {vault:?}"),
        "Keys { development: false, .. } Vault(2 seal keys)"
    );
}

proptest! {
    #[test]
    fn any_value_comes_back(value: String, row: u128, revision: i32) {
        let vault = vault(1);
        let at = SealedAt { row: Uuid::from_u128(row), revision, ..HERE };
        let sealed = vault.seal_json(at, &value).unwrap();
        prop_assert_eq!(vault.open_json(at, &sealed).unwrap(), value);
    }

    #[test]
    fn no_garbage_opens(bytes: Vec<u8>) {
        prop_assert!(vault(1).open_json::<String>(HERE, &Sealed::from_bytes(bytes)).is_err());
    }
}
