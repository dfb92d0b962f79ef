//! Workbooks that go back: the user's own with only what must change changed, and a fresh one for other files.

mod again;
mod book;
mod copied;
mod fresh;
mod hand;
mod heights;

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read as _};

use calamine::{Data, Reader as _, Xlsx};
use entity::kind::RowOutcome;
use entity::problem::Severity;
use rules::label::Lang;
use zip::ZipArchive;

use crate::survey::returned::{Problem, ReturnError, Sheet, Told, Verdict, copied as write};

/// A verdict of a row of the sheet `名单`.
fn verdict(row: u32, outcome: RowOutcome, problems: &[(&str, Severity, &str)]) -> Verdict {
    let problems = problems.iter().map(|(at, severity, text)| Problem {
        at: (!at.is_empty()).then(|| (*at).to_owned()),
        severity: *severity,
        text: (*text).to_owned(),
    });
    Verdict {
        sheet: "名单".to_owned(),
        row,
        outcome,
        problems: problems.collect(),
    }
}

fn sheet(headers: &[u32]) -> Sheet {
    Sheet {
        name: "名单".to_owned(),
        headers: headers.to_vec(),
    }
}

fn returned(
    file: &[u8],
    headers: &[u32],
    verdicts: Vec<Verdict>,
) -> Result<(Vec<u8>, Told), ReturnError> {
    returned_in(Lang::Zh, file, headers, verdicts)
}

fn returned_in(
    lang: Lang,
    file: &[u8],
    headers: &[u32],
    verdicts: Vec<Verdict>,
) -> Result<(Vec<u8>, Told), ReturnError> {
    let mut out = Cursor::new(Vec::new());
    let verdicts = verdicts.into_iter().map(Ok::<_, io::Error>);
    let scratch = Cursor::new(Vec::new());
    let told = write(
        Cursor::new(file),
        scratch,
        &mut out,
        (&[sheet(headers)], lang),
        verdicts,
    )?;
    Ok((out.into_inner(), told))
}

/// Every part, unpacked, with its packed bytes' length and check sum.
fn parts(file: &[u8]) -> BTreeMap<String, (Vec<u8>, u64, u32)> {
    let mut archive = ZipArchive::new(Cursor::new(file)).expect("an archive");
    let mut parts = BTreeMap::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).expect("an entry");
        let name = entry.name().expect("a name").into_owned();
        let (packed, sum) = (entry.compressed_size(), entry.crc32());
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("bytes");
        parts.insert(name, (bytes, packed, sum));
    }
    parts
}

fn part(file: &[u8], name: &str) -> String {
    let parts = parts(file);
    let (bytes, ..) = parts
        .get(name)
        .unwrap_or_else(|| panic!("{name} in {:?}", parts.keys()));
    String::from_utf8(bytes.clone()).expect("text")
}

/// Every cell of a sheet, by its place from 0.
fn cells(file: &[u8], sheet: &str) -> BTreeMap<(u32, u32), Data> {
    let mut book = Xlsx::new(Cursor::new(file)).expect("a workbook");
    let range = book.worksheet_range(sheet).expect("the sheet");
    let (top, left) = range.start().unwrap_or_default();
    let used = range.used_cells();
    used.map(|(row, column, data)| {
        let place = |at: usize, from: u32| u32::try_from(at).expect("small") + from;
        ((place(row, top), place(column, left)), data.clone())
    })
    .collect()
}

fn text(file: &[u8], row: u32, column: u32) -> String {
    let cells = cells(file, "名单");
    cells
        .get(&(row, column))
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// Cells without those of our two columns.
fn own(file: &[u8], sheet: &str, first: u32) -> BTreeMap<(u32, u32), Data> {
    let mut cells = cells(file, sheet);
    cells.retain(|(_, column), _| ![first, first + 1].contains(column));
    cells
}
