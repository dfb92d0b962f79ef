//! The way through a file: sheets and rows go in, events come out. It keeps the first rows of a sheet until a table is
//! found in them, and nothing of a row that it has told.

use std::sync::Arc;

use entity::kind::ImportKind;
use rules::survey::{Mappings, Meaning, Words, of_kind};

use super::{CellAddress, Column, Event, Filled, HeadRow, Record, Skipped, Table, Why};
use crate::survey::raw::{Row, Sheet, Value};

/// Looks for tables and forms in the sheets of one file.
pub struct Scan<'a> {
    words: &'a Words,
    kind: Option<ImportKind>,
    learned: &'a Mappings,
    sheet: Arc<str>,
    columns: Option<Vec<Column>>,
}

impl<'a> Scan<'a> {
    /// Begins a file; the kind is what the caller says its rows are.
    #[must_use]
    pub fn new(words: &'a Words, kind: Option<ImportKind>, learned: &'a Mappings) -> Self {
        Self {
            words,
            kind,
            learned,
            sheet: Arc::from(""),
            columns: None,
        }
    }

    /// A sheet begins; what was kept of the one before comes out.
    pub fn sheet(&mut self, sheet: &Sheet) -> Vec<Event> {
        let events = self.end_sheet();
        self.sheet = Arc::from(sheet.name.as_str());
        events
    }

    /// The next row of the sheet.
    pub fn row(&mut self, row: &Row) -> Vec<Event> {
        let Some(columns) = &self.columns else {
            return self.head(row);
        };
        let filled = row.cells.iter().filter_map(|cell| {
            let column = columns.iter().find(|known| known.column == cell.column)?;
            let raw = text(&cell.value);
            Some(Filled {
                field: column.field?,
                part: column.part,
                text: raw.trim().to_owned(),
                raw,
                at: CellAddress {
                    row: row.index,
                    column: cell.column,
                },
                findings: Vec::new(),
            })
        });
        let cells: Vec<Filled> = filled.collect();
        let sheet = Arc::clone(&self.sheet);
        let (row, rows) = (row.index.saturating_add(1), 1);
        let why = Why::Blank;
        vec![if cells.is_empty() {
            Event::Skipped(Skipped {
                sheet,
                row,
                rows,
                why,
            })
        } else {
            Event::Record(Record {
                sheet,
                row,
                rows,
                cells,
            })
        }]
    }

    /// The sheet ends; what was kept of it comes out.
    pub fn end_sheet(&mut self) -> Vec<Event> {
        self.columns = None;
        Vec::new()
    }

    fn head(&mut self, row: &Row) -> Vec<Event> {
        let kind = self.kind.unwrap_or(ImportKind::Operators);
        let columns: Vec<Column> = row
            .cells
            .iter()
            .map(|cell| {
                let header = text(&cell.value);
                let heard = self.words.header(&header, None);
                let said = self.learned.said(&self.sheet, cell.column);
                let field = said.unwrap_or_else(|| match heard.as_ref()?.meaning {
                    Meaning::Field(field) => Some(field),
                    Meaning::Leaf(leaf) => leaf.of(of_kind(kind)),
                });
                Column {
                    column: cell.column,
                    header,
                    field,
                    part: heard.as_ref().map_or(0, |heard| heard.part),
                    confidence: heard.as_ref().map_or(0, |heard| heard.confidence),
                    samples: Vec::new(),
                }
            })
            .collect();
        self.columns = Some(columns.clone());
        vec![Event::Table(Table {
            sheet: Arc::clone(&self.sheet),
            kind,
            head: vec![(row.index, HeadRow::Header)],
            columns,
            signature: String::new(),
            facts: Vec::new(),
        })]
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Moment(text) | Value::Fault(text) => text.clone(),
        Value::Number(number) => format!("{number}"),
        Value::Flag(flag) => format!("{flag}"),
    }
}
