//! Proofs of the keys file: private, never overwritten, and refused with one sentence that tells no secret.
//! Folders here are temporary.

use std::fs;

use super::super::{Keys, KeysFault, Readers, Suite};
use super::{dice, now};

fn text(seed: u64) -> String {
    serde_json::to_string(&Keys::generate(Suite::Aes, &dice(seed), now(), false)).unwrap()
}

fn fault(text: &str) -> KeysFault {
    Keys::parse(text).unwrap_err()
}

#[test]
fn written_keys_are_read_back_and_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    Keys::generate(Suite::Aes, &dice(1), now(), true)
        .write_new(&path)
        .unwrap();
    let before = fs::read_to_string(&path).unwrap();

    let read = Keys::load(&path, Readers::NotOthers).unwrap();
    assert!(read.is_development());
    assert_eq!(serde_json::to_string_pretty(&read).unwrap(), before);

    let again = Keys::generate(Suite::Aes, &dice(2), now(), false).write_new(&path);
    assert!(matches!(again, Err(KeysFault::Exists { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing is left beside it"
    );
}

#[test]
fn keys_made_for_production_carry_no_mark() {
    assert!(!Keys::parse(&text(1)).unwrap().is_development());
    assert!(!text(1).contains("development"));
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_refused_when_asked() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    Keys::generate(Suite::Aes, &dice(1), now(), false)
        .write_new(&path)
        .unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );

    for (mode, refused) in [
        (0o604, true),
        (0o606, true),
        (0o601, true),
        (0o640, true),
        (0o600, false),
        (0o400, false),
    ] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let strict = Keys::load(&path, Readers::NotOthers);
        assert_eq!(
            matches!(strict, Err(KeysFault::OthersCanRead { .. })),
            refused,
            "{mode:o}"
        );
        assert!(Keys::load(&path, Readers::Any).is_ok());
    }
}

#[test]
fn an_absent_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no.json");
    let fault = Keys::load(&path, Readers::Any).unwrap_err();
    assert!(matches!(fault, KeysFault::Absent { .. }));
    assert!(fault.to_string().contains("no.json"));
    let nowhere =
        Keys::generate(Suite::Aes, &dice(1), now(), false).write_new(&path.join("deeper"));
    assert!(matches!(nowhere, Err(KeysFault::Unwritable { .. })));
}

#[test]
fn what_is_no_keys_file_is_refused() {
    let good = text(1);
    assert!(Keys::parse(&good).is_ok());
    let not_keys = [
        String::new(),
        "[]".to_owned(),
        good[..good.len() - 1].to_owned(),
        good.replacen("\"link\"", "\"chain\"", 1),
        good.replacen("\"version\"", "\"extra\":1,\"version\"", 1),
        good.replacen("\"key\":\"", "\"key\":\"AAAA", 1),
        good.replacen("=\"", "\"", 1),
        good.replacen("AES-256-GCM", "AES-128-GCM", 1),
        good.replacen("\"id\":1", "\"id\":-1", 1),
    ];
    for text in not_keys {
        assert!(matches!(fault(&text), KeysFault::NotKeys { .. }), "{text}");
    }
    assert!(matches!(
        fault(&good.replacen("\"version\":1", "\"version\":2", 1)),
        KeysFault::OtherForm(2)
    ));
    let inactive = good.replacen("\"active\":1", "\"active\":2", 1);
    assert!(matches!(
        fault(&inactive),
        KeysFault::NoActive {
            ring: "seal",
            id: 2
        }
    ));
    let crossed = good.replacen("AES-256-GCM", "HMAC-SHA-256", 1);
    assert!(matches!(
        fault(&crossed),
        KeysFault::OtherAlgorithm {
            ring: "seal",
            id: 1
        }
    ));
}

#[test]
fn repeated_ids_and_secrets_are_refused() {
    let mut keys =
        serde_json::to_value(Keys::generate(Suite::Aes, &dice(1), now(), false)).unwrap();
    let second = keys["seal"]["keys"][0].clone();
    keys["seal"]["keys"].as_array_mut().unwrap().push(second);
    assert!(matches!(
        fault(&keys.to_string()),
        KeysFault::SameId {
            ring: "seal",
            id: 1
        }
    ));

    keys["seal"]["keys"][1]["id"] = 2.into();
    assert!(matches!(
        fault(&keys.to_string()),
        KeysFault::SameSecret {
            ring: "seal",
            id: 2
        }
    ));

    let mut keys =
        serde_json::to_value(Keys::generate(Suite::Aes, &dice(1), now(), false)).unwrap();
    keys["link"]["keys"][0]["key"] = keys["index"]["keys"][0]["key"].clone();
    assert!(matches!(
        fault(&keys.to_string()),
        KeysFault::SameSecret {
            ring: "link",
            id: 1
        }
    ));
}

#[test]
fn no_fault_quotes_a_secret() {
    let mut keys =
        serde_json::to_value(Keys::generate(Suite::Aes, &dice(1), now(), false)).unwrap();
    let secret = keys["seal"]["keys"][0]["key"].as_str().unwrap().to_owned();
    keys["seal"]["keys"][0]["id"] = secret.clone().into();
    let fault = fault(&keys.to_string());
    assert!(!format!("{fault} {fault:?}").contains(&secret));
}
