//! The workbook that goes back to whoever sent a survey: their own file with what became of each row in two columns behind,
//! and every cell that has a problem marked and explained. Of an `.xlsx` only the parts that must change are written anew
//! ([`copied()`]); whatever else cannot be written in place comes back as a new `.xlsx` of the same rows ([`fresh()`]). Mended
//! and uploaded again, either reads as the same rows: the two columns have headers that the importer leaves alone.

mod comments;
mod copied;
mod fresh;
mod height;
mod look;
mod own;
mod package;
mod relations;
mod row;
mod scan;
mod sheet;
mod styles;
mod tail;
mod verdicts;
mod vml;
mod xml;

use std::io;

use entity::kind::RowOutcome;
use entity::problem::Severity;
use serde::{Deserialize, Serialize};

pub use copied::copied;
pub use fresh::fresh;

/// The header of the column that tells what became of a row.
pub const RESULT: &str = "处理结果";
/// The header of the column that tells why.
pub const REASONS: &str = "问题说明";
/// What every comment of ours begins with, so that the next time it is taken away and not repeated.
pub const MARK: &str = "【名录】";
/// Comments of one sheet: more of them make a workbook that spreadsheets open no more. The cells are marked, and the
/// column tells why.
pub const MOST_COMMENTS: usize = 5_000;

/// How wide the two columns are, in spreadsheet characters.
const WIDTHS: [f64; 2] = [10.0, 60.0];
/// Columns that a sheet can have.
const MOST_COLUMNS: u32 = 16_384;

/// A sheet that rows were read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// The last row of each header, as people count, from 1; none where the sheet holds a form.
    pub headers: Vec<u32>,
}

/// Something that is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The cell, such as `C5`; none where no single cell is to blame.
    pub at: Option<String>,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong and how it is mended.
    pub text: String,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The name of its sheet; of a text, the empty one.
    pub sheet: String,
    /// The row, as people count, from 1.
    pub row: u32,
    /// What became of it.
    pub outcome: RowOutcome,
    /// Why.
    pub problems: Vec<Problem>,
}

/// What there is to tell of a returned workbook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Cells that are marked without a comment, because their sheet has [`MOST_COMMENTS`] already.
    pub without_comment: u64,
    /// Sheets that have no room for two more columns: their cells are marked only.
    pub without_columns: Vec<String>,
    /// Verdicts that have no place: their sheet is not in the workbook, or they came long after their turn.
    pub unplaced: u64,
}

/// Why a workbook cannot be returned.
#[derive(Debug, thiserror::Error)]
pub enum ReturnError {
    /// The user's own file cannot be written in place; a fresh workbook can be. What stands in the way.
    #[error("the workbook cannot be written in place: {0}")]
    Unfit(&'static str),
    /// The folder for temporary files cannot be used, or its disk is full.
    #[error("temporary files cannot be written")]
    TempFolder,
    /// Reading or writing failed.
    #[error("reading or writing failed")]
    Io(#[from] io::Error),
    /// The workbook library refused.
    #[error("the workbook cannot be written")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

impl From<quick_xml::Error> for ReturnError {
    fn from(error: quick_xml::Error) -> Self {
        match error {
            quick_xml::Error::Io(fault) => Self::Io(io::Error::new(fault.kind(), fault)),
            _ => Self::Unfit("a part that is no XML"),
        }
    }
}

impl From<quick_xml::events::attributes::AttrError> for ReturnError {
    fn from(_: quick_xml::events::attributes::AttrError) -> Self {
        Self::Unfit("a part that is no XML")
    }
}

impl From<zip::result::ZipError> for ReturnError {
    fn from(error: zip::result::ZipError) -> Self {
        match error {
            zip::result::ZipError::Io(fault) => Self::Io(fault),
            _ => Self::Unfit("an archive that is no workbook"),
        }
    }
}
