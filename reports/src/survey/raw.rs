//! What a file holds before anybody asks what it means: sheets, and in them rows of cells in their order. It is what the
//! process that reads an untrusted file says to the one that judges it, so it has a form in JSON and no size of its own.

mod exact;
mod told;

use serde::{Deserialize, Serialize};

/// What a file is by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A workbook of Excel 2007 and later.
    Xlsx,
    /// The same in binary parts.
    Xlsb,
    /// BIFF8, as Excel 97 to 2003 and the `.et` of WPS write it.
    Xls,
    /// `OpenDocument`.
    Ods,
    /// Values with a separator, a line a row.
    Text,
}

/// Whether people see a sheet when they open the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// It is seen.
    #[default]
    Visible,
    /// It can be shown from the menu.
    Hidden,
    /// It can be shown by a macro only.
    Buried,
}

/// A rectangle of cells, both ends included, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first row.
    pub top: u32,
    /// The first column.
    pub left: u32,
    /// The last row.
    pub bottom: u32,
    /// The last column.
    pub right: u32,
}

/// A sheet, before its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Its name; of a text, the empty one.
    pub name: String,
    /// Whether it is seen.
    pub visibility: Visibility,
    /// Its merged cells.
    pub merges: Vec<Span>,
    /// First and last of each run of hidden columns, counted from 0.
    pub hidden_columns: Vec<(u32, u32)>,
}

/// What stands in a cell; a cell with nothing in it is not told of.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text, as it was typed.
    Text(String),
    /// A number, as a spreadsheet keeps it: fifteen digits are safe.
    Number(f64),
    /// A day with its time, by the calendar of the workbook (1900 or 1904), as `2024-07-01T00:00:00`; a serial that is no
    /// day, such as 29 February 1900, comes as its number.
    Moment(String),
    /// True or false.
    Flag(bool),
    /// An error such as `#REF!`.
    Fault(String),
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Its column, counted from 0.
    pub column: u32,
    /// What stands in it.
    pub value: Value,
    /// Whether a formula made it: the value is what was calculated last.
    pub formula: bool,
}

/// One row that has cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its place in the sheet, counted from 0.
    pub index: u32,
    /// Whether it is hidden, by hand or by a filter.
    pub hidden: bool,
    /// Its cells, by column.
    pub cells: Vec<Cell>,
}

/// What is said of a file, in this order: its format, then every sheet with its rows, then its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// What the file is.
    Format(Format),
    /// A sheet begins.
    Sheet(Sheet),
    /// A row of the sheet that began last.
    Row(Row),
    /// Everything was read. Without it the file was not.
    End,
    /// It cannot be read further, and why.
    Refused(Refusal),
}

/// Why a file is not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "lowercase")]
pub enum Refusal {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is something else; what, as far as its first bytes tell.
    #[error("the file is {0}")]
    Foreign(String),
    /// It needs a password.
    #[error("the workbook is protected by a password")]
    Protected,
    /// It is damaged or cut off.
    #[error("the file is damaged")]
    Damaged,
    /// A limit is passed; which setting, and what it allows.
    #[error("the limit {setting} of {most} is passed")]
    TooLarge {
        /// The name of the setting.
        setting: String,
        /// What it allows.
        most: u64,
    },
    /// It brings what no survey needs, such as a document type definition.
    #[error("the file holds {0}")]
    Dangerous(String),
    /// The text is in no known encoding.
    #[error("the text is neither UTF-8 nor GB18030 nor UTF-16")]
    Encoding,
}
