//! The paperwork: rows to workbooks in the forms that bureaus exchange, and letters to PDF. No database, no clock, no
//! waiting; rows, time and folders are arguments.
#![warn(missing_docs)]

mod citation;
mod cover;
mod error;
mod label;
mod manifest;
pub mod notice;
mod page;
pub mod screening;
mod sheet;
mod style;
mod submission;
pub mod survey;
mod text;
mod untrusted;

pub use cover::Cover;
pub use error::ReportError;
pub use label::{filing_kind_label, identity_kind_label, legal_form_label, row_state_label};
pub use manifest::{Manifest, PartEntry, SheetRange, manifest_name, part_name};
pub use sheet::{Agency, Cell, FilingRow, cell};
pub use submission::{DEFAULT_MAX_ROWS, Form, Options, Part, SubmissionWriter};
pub use text::{MAX_CELL_UNITS, cell_text};

#[cfg(test)]
mod tests;
