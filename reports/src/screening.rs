//! A table of names and numbers that somebody wants looked up, out of a workbook or a text, and the same table with what was
//! found in columns added. The file is untrusted: it is known by its content, its size is bounded before and while it is
//! read, and a cell far out costs nothing.

mod answer;
mod heading;
mod text;
mod workbook;

pub use answer::{ANSWERS, Answered, write};
pub use heading::{Columns, Field};

use crate::survey::raw::Refusal;
use crate::untrusted::known::{self, HEAD, Kind};

/// How large a table may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Rows below the header.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Bytes of a workbook's parts once they are unpacked.
    pub unpacked: u64,
}

/// What the file is by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A workbook of Excel 2007 and later.
    Xlsx,
    /// Values with a separator, a line a row.
    Text(u8),
}

/// A cell as it stands in the file.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A number; beyond fifteen digits the last ones are not what was typed.
    Number(f64),
}

impl Value {
    /// The cell as it stands.
    #[must_use]
    pub fn raw(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => format!("{number}"),
        }
    }

    /// What is meant, without the space around it and without what keeps a number a text in a spreadsheet: `'330…` and
    /// `="330…"`.
    #[must_use]
    pub fn text(&self) -> String {
        let raw = self.raw();
        let text = raw.trim();
        let bare = text
            .strip_prefix("=\"")
            .and_then(|rest| rest.strip_suffix('"'));
        bare.unwrap_or(text)
            .trim_start_matches('\'')
            .trim()
            .to_owned()
    }

    /// Whether digits of a number were lost: a spreadsheet keeps fifteen.
    #[must_use]
    pub fn is_rounded(&self) -> bool {
        matches!(self, Self::Number(number) if number.abs() >= 1e15)
    }
}

/// A table that can be looked up.
#[derive(Clone, Debug)]
pub struct Table {
    /// What the file is.
    pub format: Format,
    /// The name of the sheet; of a text, nothing.
    pub sheet: String,
    /// The rows above the header.
    pub above: Vec<Vec<Value>>,
    /// The header.
    pub header: Vec<Value>,
    /// What each column holds, as far as its header tells.
    pub columns: Columns,
    /// The rows below the header, those that are empty too, so that rows keep their places.
    pub rows: Vec<Vec<Value>>,
}

/// Why a file is no table that can be looked up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is something else; what, as far as its first bytes tell.
    #[error("this is {0}, no .xlsx workbook and no .csv text")]
    Foreign(String),
    /// It needs a password.
    #[error("the workbook is protected by a password")]
    Protected,
    /// It is damaged or cut off.
    #[error("the file is damaged")]
    Damaged,
    /// Its parts are too large once unpacked.
    #[error("unpacked, the workbook has more than {0} bytes")]
    TooLarge(u64),
    /// It has too many rows.
    #[error("more than {0} rows")]
    TooManyRows(usize),
    /// It has too many columns.
    #[error("more than {0} columns")]
    TooManyColumns(usize),
    /// The text is in no known encoding.
    #[error("the text is neither UTF-8 nor GB18030 nor UTF-16")]
    Encoding,
    /// No row names a column that can be looked up.
    #[error("no header names a column that can be looked up")]
    NoHeader,
}

/// Reads the first sheet, or the text, of a file.
///
/// # Errors
/// [`TableError`] where it is no table that can be looked up.
pub fn read(bytes: &[u8], limits: Limits) -> Result<Table, TableError> {
    let (format, sheet, rows) = match known(bytes)? {
        Format::Xlsx => {
            let (sheet, rows) = workbook::read(bytes, limits)?;
            (Format::Xlsx, sheet, rows)
        }
        Format::Text(_) => {
            let (separator, rows) = text::read(bytes, limits)?;
            (Format::Text(separator), String::new(), rows)
        }
    };
    let table = heading::find(format, sheet, rows)?;
    // Until the header was known, the rows above it could not be told from those below.
    if table.rows.len() > limits.rows {
        return Err(TableError::TooManyRows(limits.rows));
    }
    Ok(table)
}

/// What a file is by its content; a text is whatever else.
fn known(bytes: &[u8]) -> Result<Format, TableError> {
    match known::kind(bytes.get(..HEAD).unwrap_or(bytes))? {
        Kind::Zip => Ok(Format::Xlsx),
        Kind::Text => Ok(Format::Text(b',')),
        // An old workbook and an encrypted new one are both kept in this container.
        Kind::Ole if known::is_encrypted(bytes) => Err(TableError::Protected),
        Kind::Ole => Err(TableError::Foreign(
            "an .xls or .et workbook: save it as .xlsx".to_owned(),
        )),
    }
}

impl From<Refusal> for TableError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Empty => Self::Empty,
            Refusal::Foreign(noun) => Self::Foreign(noun),
            Refusal::Protected => Self::Protected,
            Refusal::Damaged | Refusal::Dangerous(_) => Self::Damaged,
            Refusal::TooLarge { most, .. } => Self::TooLarge(most),
            Refusal::Encoding => Self::Encoding,
        }
    }
}
