//! Sheets written as lines: cells stand between bars, and what comes out is told in a few words.

use entity::kind::ImportKind;
use rules::survey::{Field, Mappings, Words};

use crate::survey::raw::{Cell, Row, Sheet, Span, Value};
use crate::survey::table::{Event, Record, Scan, Table, Why};

/// A sheet of texts: a line a row, `|` between cells, an empty cell is none, an empty line has no cells. A cell that
/// begins with `#` is a number, with `@` a day, with `!` an error, with `=` a formula's text.
pub(super) fn rows(text: &str) -> Vec<Row> {
    let lines = text.trim_matches('\n').lines().zip(0..);
    let rows = lines.map(|(line, index)| Row {
        index,
        hidden: false,
        cells: line
            .split('|')
            .zip(0..)
            .filter_map(|(text, column)| cell(text.trim_matches(' '), column))
            .collect(),
    });
    rows.filter(|row| !row.cells.is_empty()).collect()
}

fn cell(text: &str, column: u32) -> Option<Cell> {
    let mut formula = false;
    let first = text.chars().next()?;
    let value = match text.split_at(first.len_utf8()) {
        ("#", number) => Value::Number(number.parse().unwrap()),
        ("@", day) => Value::Moment(format!("{day}T00:00:00")),
        ("!", fault) => Value::Fault(fault.to_owned()),
        ("=", text) if !text.starts_with('"') => {
            formula = true;
            Value::Text(text.to_owned())
        }
        _ => Value::Text(text.replace("\\n", "\n").replace("\\t", "\t")),
    };
    Some(Cell {
        column,
        value,
        formula,
    })
}

/// `A1:C2` as a merge.
pub(super) fn merge(text: &str) -> Span {
    let place = |text: &str| {
        let end = text.find(|c: char| c.is_ascii_digit()).unwrap();
        let column = rules::survey::column_of(&text[..end]).unwrap();
        (text[end..].parse::<u32>().unwrap() - 1, column)
    };
    let (first, last) = text.split_once(':').unwrap();
    let ((top, left), (bottom, right)) = (place(first), place(last));
    Span {
        top,
        left,
        bottom,
        right,
    }
}

/// What a file of one sheet says.
pub(super) struct Read {
    pub(super) events: Vec<Event>,
    rows: usize,
}

pub(super) fn read(text: &str) -> Read {
    read_as(text, &[], None)
}

pub(super) fn read_as(text: &str, merges: &[&str], kind: Option<ImportKind>) -> Read {
    let sheet = Sheet {
        name: "Sheet1".to_owned(),
        merges: merges.iter().map(|text| merge(text)).collect(),
        ..Sheet::default()
    };
    read_sheet(&sheet, rows(text), kind)
}

pub(super) fn read_sheet(sheet: &Sheet, rows: Vec<Row>, kind: Option<ImportKind>) -> Read {
    read_with(sheet, rows, kind, &Mappings::default())
}

pub(super) fn read_with(
    sheet: &Sheet,
    rows: Vec<Row>,
    kind: Option<ImportKind>,
    learned: &Mappings,
) -> Read {
    let mut scan = Scan::new(Words::standard(), kind, learned);
    let mut events = scan.sheet(sheet);
    let count = rows.len();
    for row in rows {
        events.extend(scan.row(row));
    }
    events.extend(scan.end_sheet());
    let read = Read {
        events,
        rows: count,
    };
    assert_eq!(
        read.accounted(),
        read.rows,
        "a row was lost or told twice: {:#?}",
        read.events
    );
    read
}

impl Read {
    /// Every row, as records, as skipped, or in the head of a table.
    fn accounted(&self) -> usize {
        let rows = self.events.iter().map(|event| match event {
            Event::Table(table) => table.head.len(),
            Event::Record(record) => record.rows as usize,
            Event::Skipped(skipped) => skipped.rows as usize,
            Event::Told(told) => told.rows as usize,
            Event::Fact(_) => 0,
        });
        rows.sum()
    }

    pub(super) fn tables(&self) -> Vec<&Table> {
        let tables = self.events.iter().filter_map(|event| match event {
            Event::Table(table) => Some(table),
            _ => None,
        });
        tables.collect()
    }

    pub(super) fn records(&self) -> Vec<&Record> {
        let records = self.events.iter().filter_map(|event| match event {
            Event::Record(record) => Some(record),
            _ => None,
        });
        records.collect()
    }

    pub(super) fn skipped(&self) -> Vec<(u32, Why)> {
        let skipped = self.events.iter().filter_map(|event| match event {
            Event::Skipped(skipped) => Some((skipped.row, skipped.why)),
            _ => None,
        });
        skipped.collect()
    }

    /// The codes of what was told of the sheet.
    pub(super) fn told(&self) -> Vec<&'static str> {
        let told = self.events.iter().filter_map(|event| match event {
            Event::Told(told) => Some(told.finding.code.as_str()),
            _ => None,
        });
        told.collect()
    }

    /// The columns of the first table: letters, field and block.
    pub(super) fn columns(&self) -> Vec<String> {
        let columns = &self.tables()[0].columns;
        let shown = columns.iter().map(|column| {
            let field = column.field.map_or("-", Field::as_str);
            match column.part {
                0 => format!("{} {field}", column.letters()),
                part => format!("{} {field} {part}", column.letters()),
            }
        });
        shown.collect()
    }

    /// The cleaned values of a field, a record a line; with the codes of its findings.
    pub(super) fn values(&self, field: Field) -> Vec<String> {
        let shown = self.records().into_iter().map(|record| {
            let cells = record.cells.iter().filter(|cell| cell.field == field);
            let shown = cells.map(|cell| {
                let codes = cell.findings.iter().map(|finding| finding.code.as_str());
                let codes: Vec<_> = codes.collect();
                match codes.len() {
                    0 => cell.text.clone(),
                    _ => format!("{} [{}]", cell.text, codes.join(" ")),
                }
            });
            shown.collect::<Vec<_>>().join(" / ")
        });
        shown.collect()
    }
}
