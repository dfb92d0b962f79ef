//! Survey files as offices have them, and as whoever means harm would make them, each with the truth of what it holds beside
//! it. The files lie in tests/fixtures/survey; `scripts/survey-fixtures` makes them again. What is read of each is compared
//! with its truth, which was written down by whoever made the file and never by the reader.

mod hand;
mod harm;
mod ledger;
mod made;
mod texts;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::PathBuf;

use reports::survey::raw::Part;
use reports::survey::read::{Limits, read};
use serde_json::{Value, json};

use crate::tidy::root;

/// A file and what it holds.
pub(crate) struct Fixture {
    /// Its name, with the extension that people gave it.
    name: &'static str,
    /// What it is for.
    note: &'static str,
    /// Its bytes; none where a program has to make them out of another fixture.
    bytes: Option<Vec<u8>>,
    truth: Vec<Part>,
}

pub(crate) fn folder() -> PathBuf {
    root().join("tests/fixtures/survey")
}

fn all() -> Vec<Fixture> {
    let mut all = ledger::fixtures();
    all.extend(texts::fixtures());
    all.extend(made::fixtures());
    all.extend(harm::fixtures());
    all
}

fn told(bytes: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    read(bytes, &Limits::default(), &mut |part| {
        parts.push(part);
        ControlFlow::Continue(())
    });
    parts
}

fn truth_of(fixture: &Fixture) -> String {
    let parts: Vec<Value> = fixture
        .truth
        .iter()
        .map(|part| serde_json::to_value(part).expect("a part"))
        .collect();
    let truth = json!({ "note": fixture.note, "parts": parts });
    let mut text = serde_json::to_string_pretty(&truth).expect("JSON");
    text.push('\n');
    text
}

#[test]
fn every_file_holds_what_its_truth_says() {
    let mut wrong = Vec::new();
    for fixture in all() {
        let path = folder().join(fixture.name);
        let bytes =
            std::fs::read(&path).unwrap_or_else(|fault| panic!("{}: {fault}", fixture.name));
        let truth = std::fs::read_to_string(folder().join(format!("{}.json", fixture.name)));
        assert_eq!(truth.ok(), Some(truth_of(&fixture)), "{}", fixture.name);
        let told = told(&bytes);
        for (place, part) in told.iter().enumerate() {
            let truth = fixture.truth.get(place);
            if truth != Some(part) {
                wrong.push(format!("{} {place}: {part:?} is {truth:?}", fixture.name));
            }
        }
        assert!(
            told.len() >= fixture.truth.len(),
            "{}: {told:?}",
            fixture.name
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_file_is_named_and_has_its_truth() {
    let listed: BTreeSet<String> = all()
        .iter()
        .flat_map(|fixture| [fixture.name.to_owned(), format!("{}.json", fixture.name)])
        .collect();
    let lying: BTreeSet<String> = std::fs::read_dir(folder())
        .expect("the folder")
        .map(|entry| {
            entry
                .expect("a file")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name != "README.md")
        .collect();
    let missing: Vec<_> = listed.difference(&lying).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let manual = std::fs::read_to_string(folder().join("README.md")).expect("the list");
    for fixture in all() {
        let line = format!("| `{}` | {} |", fixture.name, fixture.note);
        assert!(manual.contains(&line), "{line}");
    }
    assert!(all().len() >= 40, "{} files", all().len());
}

/// Writes every file that needs no other program, every truth and the list.
#[test]
#[ignore = "it writes; scripts/survey-fixtures runs it"]
fn make() {
    std::fs::create_dir_all(folder()).expect("the folder");
    let mut list = String::from(
        "# Survey files for the tests\n\nMade by `scripts/survey-fixtures`, each with the truth of what is read of it beside it.\n\n| File | For |\n|---|---|\n",
    );
    for fixture in all() {
        if let Some(bytes) = &fixture.bytes {
            std::fs::write(folder().join(fixture.name), bytes).expect("a file");
        }
        let truth = folder().join(format!("{}.json", fixture.name));
        std::fs::write(truth, truth_of(&fixture)).expect("a truth");
        let _ = writeln!(list, "| `{}` | {} |", fixture.name, fixture.note);
    }
    std::fs::write(folder().join("README.md"), list).expect("the list");
}
