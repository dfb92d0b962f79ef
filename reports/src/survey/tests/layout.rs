//! Fixture files of layouts and cells as offices make them, each with the truth beside it. They are made here and nowhere
//! by hand: `cargo test -p reports --lib -- --ignored write_layout_fixtures` writes them anew.

mod body;
mod cells;
mod forms;
mod head;
mod tried;
mod write;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::PathBuf;

use rules::survey::{Field, Mappings, Words};
use serde_json::json;

use super::support::{merge, rows};
use crate::survey::raw::{self, Row, Sheet, Visibility};
use crate::survey::read::{Limits, read};
use crate::survey::table::{Event, HeadRow, Record, Scan};

/// What makes surveys hard to read, as the notes on surveys and ledgers list it. A fixture that names a trap has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Trap {
    AccountInWords,
    AmountAbout,
    AndOthers,
    Apostrophe,
    BlankRow,
    CodedWord,
    DateChinese,
    DateFake,
    DateIsQuantity,
    DateSerial,
    DateText,
    Ditto,
    ExampleRow,
    FactLine,
    Fault,
    Footer,
    Form,
    FormsBelowEachOther,
    FormsInSheets,
    Formula,
    FullWidth,
    HeaderRepeated,
    HeaderRows,
    HeaderUnmerged,
    Hidden,
    IdEndsIn000,
    IdIsDouble,
    IdMixedWithText,
    LandlineLacksZero,
    LineFeed,
    LinkOfRoom,
    LowerCaseX,
    MergedAcross,
    MergedDown,
    MixedLedger,
    Nbsp,
    Note,
    Nothing,
    NumberedBeforehand,
    OpenEnd,
    PhoneIsFloat,
    RowLoss,
    Scientific,
    SeveralSheets,
    Stacked,
    Tab,
    TitleRows,
    Total,
    TwoAccounts,
    TwoPhones,
    TwoPhonesOfOne,
    TwoStreamers,
    Units,
    UsccIsNumber,
    ZeroWidth,
}

impl Trap {
    const ALL: &'static [Self] = &[
        Self::AccountInWords,
        Self::AmountAbout,
        Self::AndOthers,
        Self::Apostrophe,
        Self::BlankRow,
        Self::CodedWord,
        Self::DateChinese,
        Self::DateFake,
        Self::DateIsQuantity,
        Self::DateSerial,
        Self::DateText,
        Self::Ditto,
        Self::ExampleRow,
        Self::FactLine,
        Self::Fault,
        Self::Footer,
        Self::Form,
        Self::FormsBelowEachOther,
        Self::FormsInSheets,
        Self::Formula,
        Self::FullWidth,
        Self::HeaderRepeated,
        Self::HeaderRows,
        Self::HeaderUnmerged,
        Self::Hidden,
        Self::IdEndsIn000,
        Self::IdIsDouble,
        Self::IdMixedWithText,
        Self::LandlineLacksZero,
        Self::LineFeed,
        Self::LinkOfRoom,
        Self::LowerCaseX,
        Self::MergedAcross,
        Self::MergedDown,
        Self::MixedLedger,
        Self::Nbsp,
        Self::Note,
        Self::Nothing,
        Self::NumberedBeforehand,
        Self::OpenEnd,
        Self::PhoneIsFloat,
        Self::RowLoss,
        Self::Scientific,
        Self::SeveralSheets,
        Self::Stacked,
        Self::Tab,
        Self::TitleRows,
        Self::Total,
        Self::TwoAccounts,
        Self::TwoPhones,
        Self::TwoPhonesOfOne,
        Self::TwoStreamers,
        Self::Units,
        Self::UsccIsNumber,
        Self::ZeroWidth,
    ];
}

/// A sheet of a fixture, in the notation of [`rows`].
#[derive(Clone, Copy, Debug)]
struct Part {
    name: &'static str,
    text: &'static str,
    merges: &'static [&'static str],
    is_hidden: bool,
    hidden_rows: &'static [u32],
    hidden_columns: &'static [u32],
}

/// A file: its traps, its sheets, and what is in it, a line a table, a record or a row that is none.
#[derive(Clone, Copy, Debug)]
struct Fixture {
    name: &'static str,
    traps: &'static [Trap],
    parts: &'static [Part],
    truth: &'static str,
}

/// A sheet that is seen and has no merges.
const fn sheet(name: &'static str, text: &'static str) -> Part {
    merged(name, text, &[])
}

const fn merged(name: &'static str, text: &'static str, merges: &'static [&'static str]) -> Part {
    Part {
        name,
        text,
        merges,
        is_hidden: false,
        hidden_rows: &[],
        hidden_columns: &[],
    }
}

fn fixtures() -> impl Iterator<Item = &'static Fixture> {
    let all = [
        head::FIXTURES,
        body::FIXTURES,
        cells::FIXTURES,
        forms::FIXTURES,
        tried::FIXTURES,
    ];
    all.into_iter().flatten()
}

impl Part {
    fn sheet(&self) -> Sheet {
        Sheet {
            name: self.name.to_owned(),
            visibility: if self.is_hidden {
                Visibility::Hidden
            } else {
                Visibility::Visible
            },
            merges: self.merges.iter().map(|text| merge(text)).collect(),
            hidden_columns: self.hidden_columns.iter().map(|n| (*n, *n)).collect(),
        }
    }

    fn rows(&self) -> Vec<Row> {
        let mut rows = rows(self.text);
        for row in &mut rows {
            row.hidden = self.hidden_rows.contains(&(row.index + 1));
        }
        rows
    }
}

impl Fixture {
    fn truth(&self) -> Vec<String> {
        let lines = self.truth.trim().lines();
        lines.map(|line| line.trim().to_owned()).collect()
    }

    /// The truth as it stands beside the file.
    fn json(&self) -> String {
        let traps: Vec<_> = self.traps.iter().map(|trap| format!("{trap:?}")).collect();
        let truth = json!({ "traps": traps, "truth": self.truth() });
        serde_json::to_string_pretty(&truth).unwrap() + "\n"
    }

    /// Its file, or with an ending what stands beside it.
    fn path(&self, ending: &str) -> PathBuf {
        let folder =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/survey-layout");
        folder.join(format!("{}{ending}", self.name))
    }
}

/// What comes out of sheets, in the words of a truth.
fn told(sheets: impl IntoIterator<Item = (Sheet, Vec<Row>)>) -> Vec<String> {
    let learned = Mappings::default();
    let mut scan = Scan::new(Words::standard(), None, &learned);
    let mut events = Vec::new();
    let mut count = 0;
    for (sheet, rows) in sheets {
        events.extend(scan.sheet(&sheet));
        count += rows.len();
        for row in rows {
            events.extend(scan.row(row));
        }
    }
    events.extend(scan.end_sheet());
    let accounted: usize = events.iter().map(rows_of).sum();
    assert_eq!(
        accounted, count,
        "a row was lost or told twice: {events:#?}"
    );
    events.iter().flat_map(lines).collect()
}

fn rows_of(event: &Event) -> usize {
    match event {
        Event::Table(table) => table.head.len(),
        Event::Record(record) => record.rows as usize,
        Event::Skipped(skipped) => skipped.rows as usize,
        Event::Told(told) => told.rows as usize,
        Event::Fact(_) => 0,
    }
}

fn lines(event: &Event) -> Vec<String> {
    match event {
        Event::Table(table) => {
            let mut line = format!("table {}:", table.kind);
            for (row, is) in &table.head {
                let is = match is {
                    HeadRow::Title => "title",
                    HeadRow::Fact => "facts",
                    HeadRow::Header => "header",
                };
                let _ = write!(line, " {}={is}", row + 1);
            }
            let mut lines = vec![line];
            for fact in &table.facts {
                lines.push(format!("fact {:?} {}", fact.kind, fact.text));
            }
            let unknown = table.columns.iter().filter(|column| column.field.is_none());
            lines.extend(unknown.map(|column| format!("unknown {}", column.letters())));
            lines
        }
        Event::Record(record) => vec![format!("{} {}", record.row, values(record))],
        Event::Skipped(skipped) => vec![format!("{} skipped {:?}", skipped.row, skipped.why)],
        Event::Fact(fact) => vec![format!("fact {:?} {}", fact.kind, fact.text)],
        Event::Told(told) if told.rows > 0 => {
            vec![format!(
                "told {} of {}",
                told.finding.code.as_str(),
                told.rows
            )]
        }
        Event::Told(told) => vec![format!("told {}", told.finding.code.as_str())],
    }
}

fn values(record: &Record) -> String {
    let values = record.cells.iter().filter(|cell| cell.field != Field::Note);
    let values = values.map(|cell| {
        let mut value = format!("{}={}", cell.field.as_str(), cell.text);
        if cell.part > 0 {
            value = format!("{}#{}={}", cell.field.as_str(), cell.part, cell.text);
        }
        for finding in &cell.findings {
            let _ = write!(value, "[{}]", finding.code.as_str());
        }
        value
    });
    values.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_fixture_says_its_truth() {
    for fixture in fixtures() {
        let sheets = fixture.parts.iter().map(|part| (part.sheet(), part.rows()));
        let (told, truth) = (told(sheets), fixture.truth());
        assert_eq!(told, truth, "{}:\n{}", fixture.name, told.join("\n"));
    }
}

#[test]
fn every_trap_has_a_fixture() {
    let had: BTreeSet<_> = fixtures().flat_map(|fixture| fixture.traps).collect();
    let missing: Vec<_> = Trap::ALL
        .iter()
        .filter(|trap| !had.contains(trap))
        .collect();
    assert!(missing.is_empty(), "without a fixture: {missing:?}");
}

#[test]
fn every_fixture_stands_in_its_file_with_its_truth() {
    assert!(fixtures().count() >= 25);
    let names: BTreeSet<_> = fixtures().map(|fixture| fixture.name).collect();
    assert_eq!(names.len(), fixtures().count());
    for fixture in fixtures() {
        assert!(fixture.path("").is_file(), "{} is not there", fixture.name);
        let truth = std::fs::read_to_string(fixture.path(".json")).unwrap();
        assert_eq!(
            truth,
            fixture.json(),
            "{}: write the fixtures anew",
            fixture.name
        );
    }
}

#[test]
#[ignore = "writes the fixtures"]
fn write_layout_fixtures() {
    for fixture in fixtures() {
        std::fs::write(fixture.path(""), write::file(fixture)).unwrap();
        std::fs::write(fixture.path(".json"), fixture.json()).unwrap();
    }
}

/// The sheets of a file with their rows, by the reader of untrusted files.
fn parts(bytes: &[u8]) -> Vec<(Sheet, Vec<Row>)> {
    let mut sheets: Vec<(Sheet, Vec<Row>)> = Vec::new();
    let mut ended = false;
    read(bytes, &Limits::default(), &mut |part| {
        match part {
            raw::Part::Sheet(sheet) => sheets.push((sheet, Vec::new())),
            raw::Part::Row(row) => sheets.last_mut().unwrap().1.push(row),
            raw::Part::Format(_) => {}
            raw::Part::End => ended = true,
            raw::Part::Refused(refusal) => panic!("{refusal}"),
        }
        ControlFlow::Continue(())
    });
    assert!(ended);
    sheets
}

#[test]
fn every_file_reads_as_its_truth_says() {
    for fixture in fixtures() {
        let bytes = std::fs::read(fixture.path("")).unwrap();
        let told = told(parts(&bytes));
        assert_eq!(
            told,
            fixture.truth(),
            "{}:\n{}",
            fixture.name,
            told.join("\n")
        );
    }
}
