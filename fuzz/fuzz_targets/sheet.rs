//! Sheets of surveys: no rows may bring the search for tables down, and every row that goes in comes out once. The input
//! is either the parts of a file in JSON, as the reading process says them, or lines with cells between bars, where `%`
//! begins a sheet or names a merge in four numbers, `#` a number, `@` a day, `!` an error and `=` a formula.

#![no_main]

use libfuzzer_sys::fuzz_target;
use reports::survey::raw::{Cell, Part, Row, Sheet, Span, Value};
use reports::survey::table::{Event, Scan};
use rules::survey::{Mappings, Words};

fuzz_target!(|text: &str| {
    let parts = serde_json::from_str(text).unwrap_or_else(|_| lines(text));
    let learned = Mappings::default();
    let mut scan = Scan::new(Words::standard(), None, &learned);
    let (mut rows, mut told) = (0, 0);
    for part in parts {
        let events = match part {
            Part::Sheet(sheet) => scan.sheet(&sheet),
            Part::Row(row) => {
                rows += 1;
                scan.row(row)
            }
            Part::Format(_) | Part::End | Part::Refused(_) => continue,
        };
        told += accounted(&events);
    }
    told += accounted(&scan.end_sheet());
    assert_eq!(told, rows, "a row was lost or told twice");
});

/// How many rows some events speak of.
fn accounted(events: &[Event]) -> u64 {
    let rows = events.iter().map(|event| match event {
        Event::Table(table) => table.head.len() as u64,
        Event::Record(record) => {
            assert!(!record.cells.is_empty());
            u64::from(record.rows)
        }
        Event::Skipped(skipped) => u64::from(skipped.rows),
        Event::Fact(_) | Event::Told(_) => 0,
    });
    rows.sum()
}

fn lines(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut sheet = Sheet::default();
    let mut index = 0;
    for line in text.lines() {
        if let Some(said) = line.strip_prefix('%') {
            let numbers: Vec<u32> = said.split(' ').filter_map(|n| n.parse().ok()).collect();
            match numbers[..] {
                [top, left, bottom, right] => sheet.merges.push(Span {
                    top,
                    left,
                    bottom,
                    right,
                }),
                _ => said.clone_into(&mut sheet.name),
            }
            parts.push(Part::Sheet(sheet.clone()));
            index = 0;
            continue;
        }
        let cells = line.split('|').zip(0..).filter_map(|(text, column)| cell(text, column));
        let cells: Vec<Cell> = cells.collect();
        if !cells.is_empty() {
            parts.push(Part::Row(Row {
                index,
                hidden: line.len() % 7 == 0,
                cells,
            }));
        }
        index += 1;
    }
    parts
}

fn cell(text: &str, column: u32) -> Option<Cell> {
    let first = text.chars().next()?;
    let rest = &text[first.len_utf8()..];
    let value = match first {
        '#' => Value::Number(rest.parse().unwrap_or(f64::NAN)),
        '@' => Value::Moment(rest.to_owned()),
        '!' => Value::Fault(rest.to_owned()),
        '=' => Value::Text(rest.to_owned()),
        _ => Value::Text(text.to_owned()),
    };
    Some(Cell {
        column,
        value,
        formula: first == '=',
    })
}
