//! The steps of a rotation on keys and on the file that holds them: what was there stays there until it is taken away, and
//! nothing is changed where a step is refused.

use std::fs;

use entity::sealed::IndexColumn;
use tempfile::TempDir;

use super::super::keys::KeyUse;
use super::super::{Keys, KeysFault, Readers, Suite, Vault};
use super::{HERE, dice, now};

const ROTATED: [KeyUse; 4] = [KeyUse::Seal, KeyUse::Index, KeyUse::Cursor, KeyUse::Link];

fn keys(suite: Suite) -> Keys {
    Keys::generate(suite, &dice(1), now(), false)
}

fn vault(keys: &Keys) -> Vault {
    Vault::new(keys, dice(9)).unwrap()
}

#[test]
fn a_key_is_added_then_active_then_gone() {
    let mut keys = keys(Suite::Aes);
    let old = vault(&keys).seal_json(HERE, &"旧".to_owned()).unwrap();
    for (seed, ring) in (20..).zip(ROTATED) {
        let added = keys.add(ring, Some(Suite::Gm), &dice(seed), now());
        assert_eq!(added.unwrap(), 2);
        let again = keys.add(ring, None, &dice(3), now()).unwrap_err();
        assert!(
            matches!(again, KeysFault::NotYetActive { id: 2, .. }),
            "{again}"
        );
    }
    let held = vault(&keys);
    assert_eq!(
        (held.held().seal.active, held.held().seal.held.len()),
        (1, 2)
    );
    let cursor = held.seal_cursor("list", b"42").unwrap();
    assert!(keys.insist_on(Suite::Aes).is_ok() && keys.insist_on(Suite::Gm).is_err());

    for ring in ROTATED {
        let active = keys.retire(ring, 1).unwrap_err();
        assert!(
            matches!(active, KeysFault::StillActive { id: 1, .. }),
            "{active}"
        );
        assert_eq!(keys.activate(ring).unwrap(), 2);
        let nothing = keys.activate(ring).unwrap_err();
        assert!(
            matches!(nothing, KeysFault::NothingNewer { .. }),
            "{nothing}"
        );
    }
    keys.insist_on(Suite::Gm).unwrap();
    let active = vault(&keys);
    let new = active.seal_json(HERE, &"新".to_owned()).unwrap();
    assert_eq!(Vault::key_of(new.as_bytes()), Some(2));
    assert_eq!(active.open_json(HERE, &old).unwrap(), "旧");
    assert_eq!(held.open_json(HERE, &new).unwrap(), "新");
    assert_eq!(active.open_cursor("list", &cursor).unwrap(), b"42");

    for ring in ROTATED {
        keys.retire(ring, 1).unwrap();
        let absent = keys.retire(ring, 1).unwrap_err();
        assert!(
            matches!(absent, KeysFault::NoSuchKey { id: 1, .. }),
            "{absent}"
        );
    }
    let last = vault(&keys);
    assert!(last.open_json(HERE, &old).is_err());
    assert!(last.open_cursor("list", &cursor).is_err());
    assert_eq!(last.open_json(HERE, &new).unwrap(), "新");
}

#[test]
fn the_fingerprint_key_stays() {
    let fault = keys(Suite::Aes).add(KeyUse::Fingerprint, None, &dice(2), now());
    assert!(matches!(fault, Err(KeysFault::FingerprintStays)));
}

#[test]
fn two_index_keys_have_a_column_each_and_a_third_has_none() {
    let mut keys = keys(Suite::Aes);
    let alone = vault(&keys);
    let one = alone.indexes("party.number", b"1");
    assert_eq!(
        (one.odd, one.even),
        (Some(alone.index("party.number", b"1")), None)
    );

    keys.add(KeyUse::Index, None, &dice(2), now()).unwrap();
    let held = vault(&keys);
    assert_eq!(held.index_column(), IndexColumn::Odd);
    keys.activate(KeyUse::Index).unwrap();
    let active = vault(&keys);
    assert_eq!(active.index_column(), IndexColumn::Even);
    let both = active.indexes("party.number", b"1");
    assert_eq!(
        both,
        held.indexes("party.number", b"1"),
        "both processes write the same"
    );
    assert_eq!(both.odd, Some(alone.index("party.number", b"1")));
    assert_eq!(both.even, Some(active.index("party.number", b"1")));
    assert_eq!(both.even, held.index_under(2, "party.number", b"1"));
    assert_eq!(held.index_under(3, "party.number", b"1"), None);

    let third = keys.add(KeyUse::Index, None, &dice(3), now()).unwrap_err();
    assert!(
        matches!(third, KeysFault::NotYetRetired { old: 1, id: 2 }),
        "{third}"
    );
    keys.retire(KeyUse::Index, 1).unwrap();
    assert_eq!(keys.add(KeyUse::Index, None, &dice(3), now()).unwrap(), 3);
    let next = vault(&keys).indexes("party.number", b"1");
    assert_eq!(next.even, both.even);
    assert_ne!(next.odd, both.odd);
}

#[test]
fn the_file_is_replaced_whole_with_its_mode_or_stays_as_it_was() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys.json");
    keys(Suite::Aes).write_new(&path).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    }
    let before = fs::read_to_string(&path).unwrap();
    let add = |keys: &mut Keys| keys.add(KeyUse::Seal, None, &dice(2), now());
    assert_eq!(Keys::change(&path, Readers::NotOthers, add).unwrap(), 2);
    let after = fs::read_to_string(&path).unwrap();
    let old: serde_json::Value = serde_json::from_str(&before).unwrap();
    let new: serde_json::Value = serde_json::from_str(&after).unwrap();
    assert_eq!(new["seal"]["keys"][0], old["seal"]["keys"][0]);
    assert_eq!(new["seal"]["active"], 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o400);
    }
    let refused = Keys::change(&path, Readers::NotOthers, add).unwrap_err();
    assert!(
        matches!(refused, KeysFault::NotYetActive { .. }),
        "{refused}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), after);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing is left beside it"
    );
}

#[test]
fn two_commands_do_not_change_a_file_at_the_same_time() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys.json");
    keys(Suite::Aes).write_new(&path).unwrap();
    let inner = Keys::change(&path, Readers::Any, |_| {
        let add = |keys: &mut Keys| keys.add(KeyUse::Seal, None, &dice(2), now());
        Ok(Keys::change(&path, Readers::Any, add))
    });
    let refused = inner.unwrap().unwrap_err();
    assert!(
        matches!(refused, KeysFault::ChangedMeanwhile { .. }),
        "{refused}"
    );
}
