//! Guards the house: lengths, head-notes, banned words, and who may name whom (docs/architecture.md). What clippy
//! and rustc can check is left to them. The banned words are put together from pieces, so that this file obeys too.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MOST_LINES: usize = 500;

/// Files that a reader is promised.
const DOCUMENTS: &[&str] = &[
    "README.md",
    "README.zh-CN.md",
    "docs/architecture.md",
    "docs/coverage.md",
    "docs/glossary.md",
    "docs/problems.md",
    "docs/settings.md",
];

/// No Rust file may hold these, not even in a comment.
const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("db", "g!("),
    concat!("todo", "!("),
    concat!("#[al", "low("),
    concat!("#![al", "low("),
];

/// No committed file may hold these: they are true on one machine only.
const MACHINES: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/tmp", "/wt"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("npm", "js.org"),
    concat!("npm", "js.com"),
    concat!("static.crates", ".io"),
    concat!("index.crates", ".io"),
    concat!("deb.deb", "ian.org"),
    concat!("py", "pi.org"),
    concat!("python", "hosted.org"),
    concat!("proxy.gol", "ang.org"),
];

/// Which of our crates a crate may depend on; tests and benches look from outside and may name all.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    ("entity", &[]),
    ("migration", &[]),
    ("rules", &["entity"]),
    ("reports", &["entity", "rules"]),
    ("api", &["entity", "migration", "reports", "rules"]),
];

const CLOCKS: &[&str] = &["Utc::now", "Local::now", "SystemTime::now", "Instant::now"];
const SQL: &[&str] = &[
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "DELETE FROM",
    "raw_sql!",
    "Statement::",
    "sea_query",
    "Entity::",
];

/// What the code under a folder may not name, and why.
const MAY_NOT_NAME: &[(&str, &[&str], &str)] = &[
    (
        "api/src/graphql/",
        &["sea_orm"],
        "graphql holds words; registry reads and writes",
    ),
    (
        "api/src/registry/",
        &["async_graphql"],
        "registry holds deeds; graphql words them",
    ),
    ("api/src/jobs/", SQL, "jobs call registry and hold no SQL"),
    (
        "rules/src/",
        &[
            "async ", ".await", "std::fs", "std::net", "std::env", "tokio", "sea_orm",
        ],
        "rules are pure functions",
    ),
    (
        "reports/src/",
        &["sea_orm", "tokio", "std::net", "std::env"],
        "reports know bytes and rows only",
    ),
    ("entity/src/", CLOCKS, "time is an argument"),
    ("rules/src/", CLOCKS, "time is an argument"),
    ("reports/src/", CLOCKS, "time is an argument"),
    (
        "migration/src/",
        &["entity::", "rules::", "reports::", "api::"],
        "the history imports nothing of ours",
    ),
];

/// Where article numbers belong to notes and descriptions only: what the law says is decided in rules.
const WITHOUT_ARTICLES: &[&str] = &["api/src/", "entity/src/", "reports/src/", "migration/src/"];

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_owned()
}

/// A file of the repository, with its path from the root.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    /// The code of each line, without comments, that is part of the product: tests inside a file are left out.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let product = self.text.find("#[cfg(test)]").unwrap_or(self.text.len());
        self.text
            .get(..product)
            .unwrap_or_default()
            .lines()
            .map(without_comment)
            .zip(1..)
            .map(|(code, n)| (n, code))
    }
}

/// Cuts a comment off, sparing the `//` of an address.
fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with("//") {
        return "";
    }
    line.split_once(" // ").map_or(line, |(code, _)| code)
}

/// What is committed or about to be; binary files are left out.
pub(crate) fn sources() -> Vec<Source> {
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root())
        .output()
        .expect("git lists the files");
    assert!(
        listed.status.success(),
        "git: {}",
        String::from_utf8_lossy(&listed.stderr)
    );
    let paths = String::from_utf8(listed.stdout).expect("paths in UTF-8");
    let sources: Vec<_> = paths
        .split_terminator('\0')
        .filter_map(|path| {
            Some(Source {
                path: path.to_owned(),
                text: fs::read_to_string(root().join(path)).ok()?,
            })
        })
        .collect();
    assert!(
        sources.iter().any(|source| source.path == "Cargo.toml"),
        "the files of the repository are not there"
    );
    sources
}

pub(crate) fn rust_sources() -> impl Iterator<Item = Source> {
    sources().into_iter().filter(|source| {
        Path::new(&source.path)
            .extension()
            .is_some_and(|extension| extension == "rs")
    })
}

/// Gathers all offences, so that one run shows everything that is to be mended.
#[derive(Default)]
pub(crate) struct Offences(String);

impl Offences {
    pub(crate) fn add(&mut self, path: &str, line: usize, what: &str) {
        let _ = writeln!(self.0, "{path}:{line}: {what}");
    }

    pub(crate) fn assert_none(self) {
        assert!(self.0.is_empty(), "\n{}", self.0);
    }
}

/// Looks for words in numbered lines.
fn forbid<'a>(
    offences: &mut Offences,
    path: &str,
    lines: impl Iterator<Item = (usize, &'a str)>,
    words: &[&str],
    why: &str,
) {
    for (number, line) in lines {
        for word in words.iter().filter(|word| line.contains(**word)) {
            offences.add(path, number, &format!("`{word}`: {why}"));
        }
    }
}

#[test]
fn files_are_short_and_begin_with_a_head_note() {
    let mut offences = Offences::default();
    for Source { path, text } in rust_sources() {
        let lines = text.lines().count();
        if lines > MOST_LINES {
            offences.add(&path, lines, &format!("more than {MOST_LINES} lines"));
        }
        let note = text
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("//! "))
            .unwrap_or_default();
        if note.len() < 20 {
            offences.add(
                &path,
                1,
                "begins without a `//!` head-note that says why the file exists",
            );
        }
    }
    offences.assert_none();
}

#[test]
fn nothing_is_left_unfinished_or_allowed() {
    let mut offences = Offences::default();
    for Source { path, text } in rust_sources() {
        forbid(
            &mut offences,
            &path,
            (1..).zip(text.lines()),
            UNFINISHED,
            "finish it, or expect it with a reason",
        );
    }
    offences.assert_none();
}

#[test]
fn no_file_names_a_machine_or_a_registry() {
    let mut offences = Offences::default();
    for Source { path, text } in sources() {
        forbid(
            &mut offences,
            &path,
            (1..).zip(text.lines()),
            MACHINES,
            "true on one machine only",
        );
    }
    offences.assert_none();
}

#[test]
fn promised_documents_exist() {
    let missing: Vec<_> = DOCUMENTS
        .iter()
        .filter(|path| !root().join(path).is_file())
        .collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
}

#[test]
fn crates_depend_downwards_only() {
    let ours: BTreeSet<&str> = MAY_DEPEND_ON.iter().map(|(name, _)| *name).collect();
    for (name, allowed) in MAY_DEPEND_ON {
        let path = root().join(name).join("Cargo.toml");
        let manifest: toml::Table = fs::read_to_string(&path)
            .expect("a manifest")
            .parse()
            .expect("TOML");
        let used: BTreeSet<&str> = ["dependencies", "build-dependencies", "dev-dependencies"]
            .into_iter()
            .filter_map(|table| manifest.get(table)?.as_table())
            .flat_map(|table| table.keys())
            .filter_map(|dependency| ours.get(dependency.as_str()).copied())
            .collect();
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        assert!(
            used.is_subset(&allowed),
            "{name} may depend on {allowed:?} of ours but names {used:?}"
        );
    }
}

#[test]
fn every_crate_keeps_the_workspace_lints() {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml"))
        .expect("a manifest")
        .parse()
        .expect("TOML");
    let members = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("members")?.as_array());
    for member in members
        .expect("members")
        .iter()
        .filter_map(toml::Value::as_str)
    {
        let manifest: toml::Table = fs::read_to_string(root().join(member).join("Cargo.toml"))
            .expect("a manifest")
            .parse()
            .expect("TOML");
        let inherits = manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace")?.as_bool());
        assert_eq!(
            inherits,
            Some(true),
            "{member} needs lints.workspace = true"
        );
    }
}

#[test]
fn folders_name_only_what_they_may() {
    let mut offences = Offences::default();
    for source in rust_sources() {
        for (folder, words, why) in MAY_NOT_NAME {
            if source.path.starts_with(folder) {
                forbid(&mut offences, &source.path, source.code(), words, why);
            }
        }
    }
    offences.assert_none();
}

#[test]
fn law_is_decided_in_rules_only() {
    let mut offences = Offences::default();
    for source in rust_sources() {
        let judged = WITHOUT_ARTICLES
            .iter()
            .any(|folder| source.path.starts_with(folder));
        // A test may expect what rules say.
        if !judged || source.path.contains("/tests/") {
            continue;
        }
        for (number, line) in source.code() {
            let described = line.contains("desc = ") || line.contains("doc = ");
            if !described && names_an_article(line) {
                offences.add(
                    &source.path,
                    number,
                    "an article's number in code: take it from rules/data",
                );
            }
        }
    }
    offences.assert_none();
}

/// Whether a text holds 第…条 with a number between.
fn names_an_article(text: &str) -> bool {
    text.split('第').skip(1).any(|rest| {
        rest.split_once('条').is_some_and(|(number, _)| {
            !number.is_empty()
                && number
                    .chars()
                    .all(|c| c.is_ascii_digit() || "〇零一二三四五六七八九十百".contains(c))
        })
    })
}

#[test]
fn articles_and_comments_are_told_from_code() {
    assert!(names_an_article(r#"if article == "第九条" {"#));
    assert!(names_an_article("第 第25条"));
    assert!(!names_an_article("第一页，共十条"));
    assert_eq!(without_comment("    // 第九条"), "");
    assert_eq!(without_comment("let a = 1; // 第九条"), "let a = 1;");
    assert_eq!(without_comment(r#"get("http://a")"#), r#"get("http://a")"#);
}
