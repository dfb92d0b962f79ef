//! What can go wrong while paper is written. No message carries a cell's text: it may be personal data.

use krilla::error::KrillaError;
use rust_xlsxwriter::XlsxError;

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The caller named a sheet that the report does not have.
    #[error("the report has {known} sheets, none at index {index}")]
    UnknownSheet {
        /// The index that was given, from 0.
        index: usize,
        /// How many sheets there are.
        known: usize,
    },
    /// Rows of a sheet must come in the order of 序号, each registration once.
    #[error("sheet {sheet}: 序号 {seq} came after {last}; rows must ascend from 1")]
    OutOfOrder {
        /// The title of the sheet.
        sheet: String,
        /// The 序号 that was given.
        seq: u32,
        /// The last 序号 that was written, 0 before the first.
        last: u32,
    },
    /// A text is longer than a spreadsheet cell; whoever joins values must split them before.
    #[error(
        "sheet {sheet}, 序号 {seq}, column {column}: {units} UTF-16 units, a cell holds {max}",
        max = crate::text::MAX_CELL_UNITS
    )]
    CellTooLong {
        /// The title of the sheet.
        sheet: String,
        /// The 序号 of the row.
        seq: u32,
        /// The header of the column.
        column: String,
        /// The length of the text in UTF-16 units.
        units: usize,
    },
    /// The limit of rows must leave room for one row and fit a worksheet.
    #[error("max_rows must be 1 to 1048575, not {0}")]
    MaxRows(u32),
    /// The folder for temporary files cannot be used, or its disk is full.
    #[error("temporary files in {folder} cannot be written: {reason}")]
    TempFolder {
        /// The folder that was given.
        folder: String,
        /// What the system said.
        reason: String,
    },
    /// An earlier error left a sheet half written, so nothing of this writer may be used.
    #[error("an earlier error left this workbook incomplete; start again")]
    Incomplete,
    /// The workbook library refused a layout or the destination failed.
    #[error("the workbook cannot be written")]
    Workbook(#[from] XlsxError),
    /// The font that is compiled in cannot be read.
    #[error("the font of notices cannot be read: {0}")]
    Font(&'static str),
    /// The PDF library refused what was drawn.
    #[error("the notice cannot be written as PDF")]
    Notice(#[from] KrillaError),
    /// The manifest could not be put into JSON.
    #[error("the manifest cannot be written")]
    Manifest(#[from] serde_json::Error),
}
