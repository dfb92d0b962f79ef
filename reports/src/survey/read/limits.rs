//! How large a file may be, and the settings that say so: a refusal names the setting, so that whoever runs the service knows
//! what to change.

use serde::{Deserialize, Serialize};

use crate::untrusted::package::Bounds;

pub(super) const BYTES: &str = "limits.upload_bytes";
pub(super) const ENTRIES: &str = "import.entries";
pub(super) const UNPACKED: &str = "import.unpacked_bytes";
pub(super) const RATIO: &str = "import.ratio";
pub(super) const SHEETS: &str = "import.sheets";
pub(super) const ROWS: &str = "import.rows";
pub(super) const COLUMNS: &str = "import.columns";
pub(super) const CELLS: &str = "import.cells";
pub(super) const ROW_BYTES: &str = "import.line_bytes";
pub(super) const MERGES: &str = "import.merges";

/// How large a file may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Parts of an archive.
    pub entries: u64,
    /// Bytes of its parts once they are unpacked.
    pub unpacked: u64,
    /// How many times larger than packed they may be.
    pub ratio: u64,
    /// Sheets.
    pub sheets: u64,
    /// Rows with cells, of all sheets.
    pub rows: u64,
    /// Columns.
    pub columns: u32,
    /// Cells, of all sheets.
    pub cells: u64,
    /// Bytes of the texts of one row.
    pub row_bytes: u64,
    /// Merged ranges of one sheet.
    pub merges: u64,
}

impl Limits {
    pub(super) const fn bounds(&self) -> Bounds {
        Bounds {
            entries: (ENTRIES, self.entries),
            unpacked: (UNPACKED, self.unpacked),
            ratio: (RATIO, self.ratio),
        }
    }
}

impl Default for Limits {
    /// What the settings say when nobody set them.
    fn default() -> Self {
        Self {
            bytes: 256 << 20,
            entries: 10_000,
            unpacked: 2 << 30,
            ratio: 300,
            sheets: 200,
            rows: 1_048_576,
            columns: 256,
            cells: 20_000_000,
            row_bytes: 256 << 10,
            merges: 100_000,
        }
    }
}
