//! Doctor in a folder of its own: an empty one, a house in order, and each trouble told with what mends it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::audit::{Entry, Outcome, record_house};
use crate::clock::FrozenClock;
use crate::start::{self, Parts};

fn settings(folder: &Path, more: &[(&str, &str)]) -> Settings {
    let at = |name: &str| folder.join(name).display().to_string();
    let own = [
        (
            "database.url",
            format!("sqlite://{}?mode=rwc", at("minglu.db")),
        ),
        ("files.store", at("files")),
        ("files.temp_dir", folder.display().to_string()),
        ("crypto.keys_file", at("vault-keys.json")),
        ("auth.signing_key", at("token-signing-key.json")),
        ("auth.key_set", at("token-keys.json")),
    ];
    let own = own.into_iter().map(|(key, value)| (key.to_owned(), value));
    let more = more
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    Settings::load(None, std::iter::empty(), own.chain(more)).unwrap()
}

/// A house in development, opened once.
async fn house() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    start::open(settings(folder.path(), &[]), Parts::default(), true)
        .await
        .unwrap();
    folder
}

async fn seen(settings: &Settings) -> Report {
    examine(settings, &Arc::new(Entropy::system()), &SystemClock).await
}

fn health<'a>(report: &'a Report, part: &str) -> &'a Health {
    let found = report.0.iter().find(|(name, _)| name.say(Lang::En) == part);
    &found
        .unwrap_or_else(|| panic!("no part {part} in\n{report:?}"))
        .1
}

fn broken(report: &Report, part: &str, words: &str) {
    let Health::Broken(told) = health(report, part) else {
        panic!("{part} is not broken in\n{report:?}");
    };
    assert!(told.say(Lang::En).contains(words), "{told:?}");
    assert!(report.is_broken());
}

#[tokio::test]
async fn an_empty_folder_is_told_what_to_run_and_stays_empty() {
    let folder = tempfile::tempdir().unwrap();
    let report = seen(&settings(folder.path(), &[])).await;
    broken(&report, "database", "minglu migrate up");
    assert!(
        matches!(health(&report, "sealing keys"), Health::Advised(_)),
        "{report:?}"
    );
    assert_eq!(health(&report, "migrations"), &Health::Unknown);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "doctor makes nothing"
    );
}

#[tokio::test]
async fn a_house_in_order_has_no_trouble_and_one_line_a_part() {
    let folder = house().await;
    let report = seen(&settings(folder.path(), &[])).await;
    assert!(!report.is_broken(), "{report:?}");
    for (lang, line) in [
        (Lang::Zh, "✓ 迁移：已是最新\n"),
        (Lang::En, "✓ migrations: up to date\n"),
    ] {
        let text = report.say(lang);
        assert_eq!(text.lines().count(), report.0.len(), "{text}");
        assert!(text.contains(line), "{text}");
        assert!(
            text.lines().all(|line| line.starts_with(['✓', '!'])),
            "{text}"
        );
    }
    assert_eq!(
        fs::read_dir(folder.path().join("files/files")).map_or(0, Iterator::count),
        0,
        "the probe is gone"
    );
}

#[tokio::test]
async fn other_keys_than_the_datas_are_found() {
    let folder = house().await;
    let keys = folder.path().join("vault-keys.json");
    fs::remove_file(&keys).unwrap();
    let random = |buffer: &mut [u8]| Entropy::system().fill(buffer);
    crate::vault::Keys::generate(crate::vault::Suite::Aes, &random, SystemClock.now(), true)
        .write_new(&keys)
        .unwrap();
    broken(
        &seen(&settings(folder.path(), &[])).await,
        "keys and data",
        "crypto.keys_file",
    );
}

#[tokio::test]
async fn keys_that_are_gone_are_not_taken_for_a_first_start() {
    let folder = house().await;
    fs::remove_file(folder.path().join("vault-keys.json")).unwrap();
    broken(
        &seen(&settings(folder.path(), &[])).await,
        "keys and data",
        "put them back",
    );
}

#[tokio::test]
async fn keys_that_others_can_read_are_found() {
    let folder = house().await;
    let keys = folder.path().join("vault-keys.json");
    fs::set_permissions(keys, fs::Permissions::from_mode(0o644)).unwrap();
    broken(
        &seen(&settings(folder.path(), &[])).await,
        "sealing keys",
        "chmod 600",
    );
}

#[tokio::test]
async fn production_finds_development_keys() {
    let folder = house().await;
    let production = [
        ("server.production", "true"),
        ("server.public_url", "https://minglu.example"),
    ];
    let report = seen(&settings(folder.path(), &production)).await;
    broken(&report, "sealing keys", "minglu keys new");
    broken(&report, "token keys", "minglu keys new");
}

#[tokio::test]
async fn a_signing_key_that_nobody_believes_is_found() {
    let folder = house().await;
    let only_es256 = settings(folder.path(), &[("auth.algorithms", "ES256")]);
    broken(&seen(&only_es256).await, "token keys", "EdDSA");
    let signing = folder.path().join("token-signing-key.json");
    fs::remove_file(&signing).unwrap();
    let random = |buffer: &mut [u8]| Entropy::system().fill(buffer);
    crate::token::SigningKey::generate(&random, true)
        .unwrap()
        .write_new(&signing)
        .unwrap();
    broken(
        &seen(&settings(folder.path(), &[])).await,
        "token keys",
        "auth.key_set",
    );
}

#[tokio::test]
async fn places_that_cannot_be_written_are_found() {
    let folder = house().await;
    let file = folder.path().join("a-file");
    fs::write(&file, "").unwrap();
    let file = file.display().to_string();
    let report = seen(&settings(
        folder.path(),
        &[("files.store", &file), ("files.temp_dir", &file)],
    ))
    .await;
    assert!(
        matches!(health(&report, "file store"), Health::Broken(_)),
        "{report:?}"
    );
    broken(&report, "temporary folder", "files.temp_dir");
}

#[tokio::test]
async fn a_database_behind_the_program_is_found() {
    let folder = house().await;
    let settings = settings(folder.path(), &[]);
    let database = crate::db::connect(&settings.database).await.unwrap();
    <migration::Migrator as migration::MigratorTrait>::down(&database, Some(1))
        .await
        .unwrap();
    broken(&seen(&settings).await, "migrations", "minglu migrate up");
}

#[tokio::test]
async fn an_audit_that_nobody_seals_is_found() {
    let folder = house().await;
    let settings = settings(folder.path(), &[]);
    let parts = Parts {
        clock: Some(Arc::new(FrozenClock::at(
            "2026-01-01T00:00:00Z".parse().unwrap(),
        ))),
        entropy: None,
    };
    let app = start::open(settings.clone(), parts, false).await.unwrap();
    let entry = Entry {
        operation: "party",
        outcome: Outcome::Read,
        subjects: Vec::new(),
        detail: serde_json::json!({}),
        party: None,
        purpose: None,
    };
    record_house(&app, &app.db, entry).await.unwrap();
    assert!(matches!(
        health(&seen(&settings).await, "audit"),
        Health::Advised(_)
    ));
    crate::jobs::seal_all(&app).await.unwrap();
    assert!(matches!(
        health(&seen(&settings).await, "audit"),
        Health::Fine(_)
    ));
}
