//! The process that reads survey files: it says what a reader in the same process would, has no rights, and whatever it does
//! or becomes is an answer about the file, after which the service is as it was before.

use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use api::config::Import;
use api::survey_child::{Parts, parts_of};
use bytes::Bytes;
use futures_util::stream;
use reports::survey::raw::{Part, Refusal};
use reports::survey::read::{Limits, read};
use tempfile::TempDir;

use crate::app::settings;

fn import(more: &[(&str, &str)]) -> Import {
    settings("sqlite::memory:", Path::new("."), more).import
}

fn begun(import: &Import, bytes: &[u8]) -> Parts {
    let chunks: Vec<_> = bytes
        .chunks(64 << 10)
        .map(|chunk| Ok(Bytes::copy_from_slice(chunk)))
        .collect();
    parts_of(import, bytes.len() as u64, stream::iter(chunks)).expect("it starts")
}

async fn told(import: &Import, bytes: &[u8]) -> Vec<Part> {
    let mut parts = begun(import, bytes);
    let mut told = Vec::new();
    while let Some(part) = parts.next().await.expect("no fault of ours") {
        told.push(part);
    }
    told
}

async fn refused(import: &Import, bytes: &[u8]) -> Refusal {
    match told(import, bytes).await.pop() {
        Some(Part::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

fn here(bytes: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    read(bytes, &Limits::default(), &mut |part| {
        parts.push(part);
        ControlFlow::Continue(())
    });
    parts
}

fn too_large(setting: &str, most: u64) -> Refusal {
    Refusal::TooLarge {
        setting: setting.to_owned(),
        most,
    }
}

/// A workbook whose cells share texts of this many bytes in all, each another.
fn many_texts(bytes: usize) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let mut part = |name: &str, content: &str| {
        archive.start_file(name, options).expect("a part");
        archive.write_all(content.as_bytes()).expect("its content");
    };
    part(
        "xl/workbook.xml",
        r#"<workbook><sheets><sheet name="a" sheetId="1" r:id="a"/></sheets></workbook>"#,
    );
    part(
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships><Relationship Id="a" Type="/worksheet" Target="sheet.xml"/><Relationship Id="b" Type="/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#,
    );
    part("xl/sheet.xml", "<worksheet><sheetData/></worksheet>");
    let mut texts = String::from("<sst>");
    for number in 0..bytes / 1_000 {
        let _ = write!(texts, "<si><t>{number:0>1000}</t></si>");
    }
    texts.push_str("</sst>");
    part("xl/sharedStrings.xml", &texts);
    archive.finish().expect("an archive").into_inner()
}

/// A program that does this in place of the child.
fn in_place(folder: &TempDir, script: &str) -> String {
    let path = folder.path().join("child");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script");
    let all = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(&path, all).expect("a program");
    path.display().to_string()
}

async fn of_script(script: &str, more: &[(&str, &str)]) -> Vec<Part> {
    let folder = TempDir::new().expect("a folder");
    let program = in_place(&folder, script);
    let mut settings = vec![("import.program", program.as_str())];
    settings.extend(more);
    told(&import(&settings), b"a,b\n").await
}

/// Bytes of this process in memory, without those of the program itself.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("our status");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let digits = line.and_then(|line| line.split_whitespace().next());
    digits.expect("a number").parse::<u64>().expect("KiB") * 1_024
}

#[tokio::test]
async fn it_says_what_a_reader_here_would() {
    let mut text = String::from("序号,姓名,备注\n");
    for row in 0..20_000 {
        let _ = writeln!(text, "{row},张三{row},\"第 {row} 行\n其二\"");
    }
    let import = import(&[]);
    for bytes in [
        text.as_bytes(),
        b"<html>",
        b"",
        b"PK\x03\x04",
        &many_texts(5_000),
    ] {
        assert_eq!(told(&import, bytes).await, here(bytes));
    }
}

#[tokio::test]
async fn it_has_no_rights_and_ends_with_whoever_asked() {
    let import = import(&[]);
    let never = stream::pending();
    let mut parts = parts_of(&import, 100, never).expect("it starts");
    let waited = tokio::time::timeout(Duration::from_secs(2), parts.next()).await;
    assert!(waited.is_err(), "it waits for the file");
    let process = format!("/proc/{}", parts.process().expect("it runs"));
    let limits = std::fs::read_to_string(format!("{process}/limits")).expect("its limits");
    for (name, value) in [
        ("Max open files", "0"),
        ("Max file size", "0"),
        ("Max core file size", "0"),
        ("Max processes", "0"),
        ("Max cpu time", "120"),
        ("Max data size", "268435456"),
    ] {
        let line = limits.lines().find(|line| line.starts_with(name));
        let found = line.and_then(|line| line.strip_prefix(name));
        let found = found.and_then(|line| line.split_whitespace().next());
        assert_eq!(found, Some(value), "{name}");
    }
    let environment = std::fs::read(format!("{process}/environ")).expect("its environment");
    assert_eq!(environment, b"MIMALLOC_ARENA_RESERVE=0\0");
    let folder = std::fs::read_link(format!("{process}/cwd")).expect("its folder");
    assert_eq!(folder, Path::new("/"));
    drop(parts);
    for _ in 0..100 {
        let state = std::fs::read_to_string(format!("{process}/stat")).unwrap_or_default();
        if state.is_empty() || state.contains(") Z ") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it still runs");
}

#[tokio::test]
async fn what_takes_too_much_memory_is_refused_and_ours_comes_back() {
    let hoard = many_texts(100 << 20);
    let least = (64 << 20).to_string();
    let settings = import(&[
        ("import.child_memory_bytes", &least),
        ("import.ratio", "2000"),
    ]);
    let mut resident_after = Vec::new();
    for _ in 0..4 {
        let refused = refused(&settings, &hoard).await;
        assert_eq!(refused, too_large("import.child_memory_bytes", 64 << 20));
        resident_after.push(resident());
    }
    // The first one wakes what every later one uses again.
    let grown = resident_after[3].saturating_sub(resident_after[0]);
    assert!(grown < 4 << 20, "{resident_after:?}");
    let enough = import(&[("import.ratio", "2000")]);
    assert_eq!(told(&enough, &hoard).await.last(), Some(&Part::End));
}

#[tokio::test]
async fn what_takes_too_long_is_refused() {
    let long = "1,2,3,4,5,6,7,8,9,10\n".repeat(3_000_000);
    let settings = import(&[("import.child_seconds", "1"), ("import.rows", "10000000")]);
    assert_eq!(
        refused(&settings, long.as_bytes()).await,
        too_large("import.child_seconds", 1)
    );
    let silent = of_script("sleep 60", &[("import.child_seconds", "1")]).await;
    assert_eq!(
        silent,
        [Part::Refused(too_large("import.child_seconds", 1))]
    );
}

#[tokio::test]
async fn a_child_that_says_too_much_or_what_is_no_part_is_not_believed() {
    let least = (1 << 20).to_string();
    let much = of_script("cat /dev/zero", &[("import.output_bytes", &least)]).await;
    assert_eq!(
        much,
        [Part::Refused(too_large("import.output_bytes", 1 << 20))]
    );
    let damaged = [Part::Refused(Refusal::Damaged)];
    for script in [
        "exit 0",
        "exit 1",
        "echo nonsense",
        "echo '\"end\"'",
        "echo '{\"row\":{\"index\":0,\"cells\":[]}}'",
        "echo '{\"sheet\":{\"name\":\"\",\"visibility\":\"visible\",\"merges\":[],\"hidden_columns\":[]}}'",
        "kill -SEGV $$",
    ] {
        assert_eq!(of_script(script, &[]).await, damaged, "{script}");
    }
    let begin = "echo '{\"format\":\"text\"}'; echo '{\"sheet\":{\"name\":\"\",\"visibility\":\"visible\",\"merges\":[],\"hidden_columns\":[]}}'";
    for rows in [
        r#"{"row":{"index":1,"cells":[]}} {"row":{"index":1,"cells":[]}}"#,
        r#"{"row":{"index":0,"cells":[{"column":256,"value":{"flag":true}}]}}"#,
    ] {
        let script = format!(
            "{begin}; for row in '{}'; do echo \"$row\"; done; echo '\"end\"'",
            rows.replace("} {", "}' '{")
        );
        let told = of_script(&script, &[]).await;
        assert_eq!(told.last(), Some(&damaged[0]), "{rows}");
    }
    let cut = of_script(&format!("{begin}; kill -9 $$"), &[]).await;
    assert_eq!(
        cut.last(),
        Some(&Part::Refused(too_large(
            "import.child_memory_bytes",
            256 << 20
        )))
    );
    let fine = of_script(&format!("{begin}; echo '\"end\"'; sleep 60"), &[]).await;
    assert_eq!(fine.last(), Some(&Part::End));
}

#[tokio::test]
async fn a_program_that_is_not_there_is_a_fault_of_ours() {
    let settings = import(&[("import.program", "/nowhere/minglu")]);
    let started = parts_of(&settings, 0, stream::empty());
    assert!(started.is_err());
}
