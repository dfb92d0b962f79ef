//! What the Makefile and the scripts promise to someone who lacks a program or the network.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::tidy::root;

/// What a program said, on both of its streams.
fn words(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8_lossy(&both).into_owned()
}

/// A program that stands in for a real one.
fn stand_in(folder: &Path, name: &str, script: &str) {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a program");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it may run");
}

/// A copy of the Makefile with what the page is bundled from, and programs that stand in for npm, node and cargo.
fn workshop(npm: &str) -> (TempDir, String) {
    let folder = TempDir::new().expect("a folder");
    fs::copy(root().join("Makefile"), folder.path().join("Makefile")).expect("the Makefile");
    let sources = folder.path().join("api/graphiql");
    fs::create_dir_all(&sources).expect("a folder");
    for name in ["index.html", ".npmrc"] {
        fs::copy(root().join("api/graphiql").join(name), sources.join(name)).expect("a source");
    }
    let programs = folder.path().join("bin");
    fs::create_dir(&programs).expect("a folder");
    let npm = format!("[ \"$1\" != --version ] || exit 0\n{npm}");
    stand_in(&programs, "npm", &npm);
    stand_in(&programs, "node", "exit 0");
    stand_in(&programs, "cargo", "echo \"cargo $*\"");
    (folder, format!("{}:/usr/bin:/bin", programs.display()))
}

fn make(folder: &TempDir, path: &str, target: &str) -> Output {
    let mut make = Command::new("make");
    make.arg("-C").arg(folder.path()).arg(target);
    make.env("PATH", path)
        .env_remove("MAKEFLAGS")
        .output()
        .expect("make runs")
}

#[test]
fn a_demonstration_runs_where_npm_cannot_reach_its_registry() {
    let (folder, path) = workshop("echo \"$* retries=$NPM_CONFIG_FETCH_RETRIES\"; exit 1");
    let run = make(&folder, &path, "run");
    let words = words(&run);
    assert!(run.status.success(), "{words}");
    assert!(
        words.contains("retries=0"),
        "nobody waits for a network that is not there: {words}"
    );
    assert!(words.contains("make graphiql"), "{words}");
    assert!(
        words.contains("cargo run --locked --quiet --bin minglu -- serve --demo"),
        "{words}"
    );
    let alone = make(&folder, &path, "graphiql");
    assert!(
        !alone.status.success(),
        "asked for by itself, the page is made or it fails"
    );
}

#[test]
fn a_demonstration_has_the_page_where_npm_works() {
    let bundle = "[ \"$1\" = ci ] || { mkdir -p api/assets/graphiql; : >api/assets/graphiql/index.html; }; echo \"npm $1\"";
    let (folder, path) = workshop(bundle);
    let run = make(&folder, &path, "run");
    let words = words(&run);
    assert!(
        run.status.success() && words.contains("npm ci") && words.contains("npm run"),
        "{words}"
    );
    assert!(!words.contains("make graphiql"), "{words}");
    assert!(
        folder
            .path()
            .join("api/assets/graphiql/index.html")
            .is_file()
    );
}

#[test]
fn the_check_bundles_the_page_and_opens_workbooks() {
    let planned = Command::new("make")
        .args(["-n", "check"])
        .current_dir(root())
        .env_remove("MAKEFLAGS")
        .output();
    let words = words(&planned.expect("make runs"));
    for step in [
        "scripts/workbook",
        "graphiql",
        "scripts/generated check",
        "tests/audits/run.mjs",
    ] {
        assert!(words.contains(step), "make check does not {step}: {words}");
    }
}

#[test]
fn workbooks_are_never_left_unchecked_without_a_word() {
    let nothing = TempDir::new().expect("a folder");
    let script = root().join("scripts/workbook");
    let run = Command::new("/bin/bash")
        .arg(script)
        .env_clear()
        .env("PATH", nothing.path())
        .output();
    let run = run.expect("bash runs");
    assert_eq!(run.status.code(), Some(1));
    let words = words(&run);
    for package in [
        "apt-get install",
        "libreoffice-calc",
        "poppler-utils",
        "fonts-wqy-microhei",
    ] {
        assert!(words.contains(package), "{package}: {words}");
    }
}
