//! What the child may take, out of the settings, in the one argument that it is given.

use reports::survey::read::Limits;
use serde::{Deserialize, Serialize};

use crate::config::Import;

/// Bytes of memory that a workbook before 2007 may take.
pub(super) const DENSE_MEMORY: &str = "import.dense_memory_bytes";
/// Bytes of memory that any other file may take.
pub(super) const MEMORY: &str = "import.child_memory_bytes";
/// Seconds of work, and of silence.
pub(super) const SECONDS: &str = "import.child_seconds";
/// Bytes that may be said.
pub(super) const OUTPUT: &str = "import.output_bytes";

/// What the child is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Allowed {
    pub(super) file: Limits,
    pub(super) memory: u64,
    pub(super) dense_memory: u64,
    pub(super) seconds: u64,
}

impl Allowed {
    /// For a file of a known length.
    pub(super) fn of(import: &Import, length: u64) -> Self {
        Self {
            file: Limits {
                bytes: length,
                entries: import.entries,
                unpacked: import.unpacked_bytes,
                ratio: import.ratio,
                sheets: import.sheets,
                rows: import.rows,
                columns: import.columns,
                cells: import.cells,
                row_bytes: import.line_bytes as u64,
                merges: import.merges,
            },
            memory: import.child_memory_bytes,
            dense_memory: import.dense_memory_bytes,
            seconds: import.child_seconds,
        }
    }
}
