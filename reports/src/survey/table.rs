//! What a sheet means: tables with their columns, forms, and the records in them. Every row that goes in comes out again,
//! as a record, as skipped with its reason, as a line of a table's head, or as one of so many lines of a sheet that is none
//! but words; no row is lost in silence.

mod body;
mod column;
mod fill;
mod form;
mod header;
mod merge;
mod scan;
mod words;

use std::fmt;
use std::sync::Arc;

use entity::kind::ImportKind;
use entity::problem::{Finding, Step};
use rules::survey::{FactKind, Field, letters_of};
use serde::{Deserialize, Serialize};

use super::cell::tidy;
use super::raw::{Cell, Value};

pub use scan::Scan;

/// The cleaned text of a term without an end, as 长期 says.
pub const OPEN: &str = "OPEN";

/// The place of a cell, counted from 0; shown as people see it, such as `C5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CellAddress {
    /// The row.
    pub row: u32,
    /// The column.
    pub column: u32,
}

impl fmt::Display for CellAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", letters_of(self.column), u64::from(self.row) + 1)
    }
}

/// What comes out of a file's parts, in the order of its rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A table begins, or the first form of a sheet.
    Table(Table),
    /// A row of a table, or a whole form.
    Record(Record),
    /// Rows that are no data, and why.
    Skipped(Skipped),
    /// What a line below a table says of the whole.
    Fact(Fact),
    /// What is to be known of a sheet.
    Told(Told),
}

/// A table, or the forms of a sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The sheet.
    pub sheet: Arc<str>,
    /// What its rows are; of forms, [`ImportKind::Form`].
    pub kind: ImportKind,
    /// The rows of its head, counted from 0, with what each is. They are no records and are not skipped.
    pub head: Vec<(u32, HeadRow)>,
    /// Its columns; a form has none.
    pub columns: Vec<Column>,
    /// What its header is known by again.
    pub signature: String,
    /// What the lines above it say of the whole.
    pub facts: Vec<Fact>,
}

/// What a row of a table's head is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HeadRow {
    /// A title, or any other line above the header.
    Title,
    /// A line that says something of the whole.
    Fact,
    /// The header.
    Header,
}

/// A line around a table: 填报单位, 填报日期.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it says.
    pub kind: FactKind,
    /// In its own words.
    pub text: String,
    /// Where.
    pub at: CellAddress,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its place, counted from 0.
    pub column: u32,
    /// Its header, with its group's word before it.
    pub header: String,
    /// What it means; none is not understood, and its cells are not imported.
    pub field: Option<Field>,
    /// Which of several blocks alike it is of, from 0.
    pub part: u8,
    /// How sure that is, in hundredths.
    pub confidence: u8,
    /// Up to three values as they stand in the file, not masked.
    pub samples: Vec<String>,
}

impl Column {
    /// Its letters, such as `AB`.
    #[must_use]
    pub fn letters(&self) -> String {
        letters_of(self.column)
    }
}

/// One row of a table, or one form.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The sheet.
    pub sheet: Arc<str>,
    /// Its first row, counted from 1 as people see it.
    pub row: u32,
    /// How many rows of the file it is made of: 1 in a table.
    pub rows: u32,
    /// Its values.
    pub cells: Vec<Filled>,
}

impl Record {
    /// The first value of a field in the first block.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&Filled> {
        self.cells
            .iter()
            .find(|cell| cell.field == field && cell.part == 0)
    }

    /// The values of a block: 0 holds what a row says once, and its first streamer.
    pub fn part(&self, part: u8) -> impl Iterator<Item = &Filled> {
        self.cells.iter().filter(move |cell| cell.part == part)
    }

    /// The values, block by block.
    #[must_use]
    pub fn into_parts(self) -> Vec<Vec<Filled>> {
        if self.parts() == 1 {
            return vec![self.cells];
        }
        let mut parts = vec![Vec::new(); usize::from(self.parts())];
        for cell in self.cells {
            if let Some(part) = parts.get_mut(usize::from(cell.part)) {
                part.push(cell);
            }
        }
        parts
    }

    /// How many blocks there are; at least one.
    #[must_use]
    pub fn parts(&self) -> u8 {
        let last = self.cells.iter().map(|cell| cell.part).max();
        last.unwrap_or(0).saturating_add(1)
    }
}

/// A value of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filled {
    /// What it is. A field that [repeats](Field::repeats) may stand several times.
    pub field: Field,
    /// Of which block: several streamers in a row or a form are 0, 1, 2 and so on; everything else is 0.
    pub part: u8,
    /// The cleaned value: numbers as their digits, days as `2024-07-01`, no end as [`OPEN`], vocabularies by their stored
    /// names, yes and no as `true` and `false`. Empty where the cell says that there is nothing (无), and where findings
    /// refuse it.
    pub text: String,
    /// As it stands in the file, where that is not the value itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// Where.
    pub at: CellAddress,
    /// What is to be said of it; the path of each is the sheet and the cell.
    pub findings: Vec<Finding>,
}

impl Filled {
    /// Whether a finding refuses it.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.findings.iter().any(Finding::refuses)
    }
}

/// Rows that are no data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The sheet.
    pub sheet: Arc<str>,
    /// The first of them, counted from 1 as people see it.
    pub row: u32,
    /// How many: 1 but for an empty form.
    pub rows: u32,
    /// Why.
    pub why: Why,
}

/// Why rows are no data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Why {
    /// Nothing but blanks or a number in the 序号 column.
    Blank,
    /// The header again, as at a page break.
    Header,
    /// 合计, 小计.
    Total,
    /// 填表人, 签章, 谨声明.
    Footer,
    /// 注, or a line across the table.
    Note,
    /// 示例: how to fill it in.
    Example,
    /// It stands where no table is.
    NoTable,
    /// A form that nobody filled in.
    EmptyForm,
    /// No column of its table is understood.
    Unmapped,
}

/// What is to be known of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The sheet.
    pub sheet: Arc<str>,
    /// What; its path is the sheet, and the cell where there is one.
    pub finding: Finding,
    /// How many rows are told by it alone, because their sheet holds no table.
    pub rows: u32,
}

/// A finding at a sheet, or at a cell of it.
fn placed(mut finding: Finding, sheet: &str, at: Option<CellAddress>) -> Finding {
    if let Some(at) = at {
        finding.path.insert(0, Step::Field(at.to_string().into()));
    }
    finding.path.insert(0, Step::Field(sheet.to_owned().into()));
    finding
}

/// Whether anything stands in a cell that a person would see.
fn says(cell: &Cell) -> bool {
    match &cell.value {
        Value::Text(text) => {
            text.bytes().any(|byte| byte.is_ascii_graphic()) || !tidy(text).is_empty()
        }
        _ => true,
    }
}

/// The words of a cell, as they stand; of anything but words, nothing.
fn plain_text(cell: &Cell) -> &str {
    match &cell.value {
        Value::Text(text) => text.trim(),
        _ => "",
    }
}
