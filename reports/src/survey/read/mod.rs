//! Bytes to [`Part`]s: what a file is by its content, then its sheets and rows in their order, each cell as it stands. The
//! file is untrusted. Memory does not grow with its rows but with the texts that they share, every count has a limit, and
//! whatever is not understood is a [`Refusal`] and never a guess. Bytes that break a library's promises may still end the
//! process, which is why this runs in one that may be lost.

mod biff;
mod book;
mod limits;
mod moment;
mod ods;
mod ole;
mod opc;
mod strings;
mod text;
mod xls;
mod xlsb;
mod xlsx;
mod xml;

use std::io::{Cursor, Read};
use std::ops::ControlFlow;

pub use limits::Limits;

use super::raw::{Cell, Format, Part, Refusal, Row, Sheet, Value};
use crate::untrusted::known::{self, HEAD, Kind};
use crate::untrusted::package::{Package, refusal, too_large};

/// Where parts go; it may say that it has enough.
pub type Sink<'a> = &'a mut dyn FnMut(Part) -> ControlFlow<()>;

/// Reads a file and says what it holds: [`Part::End`] comes last if all of it was read, [`Part::Refused`] if not.
pub fn read(input: impl Read, limits: &Limits, sink: Sink<'_>) {
    let mut out = Out {
        sink,
        limits,
        sheets: 0,
        rows: 0,
        cells: 0,
    };
    let done = tell(input, &mut out);
    let _ = match done {
        Ok(()) => out.say(Part::End),
        Err(Stop::Refused(refusal)) => out.say(Part::Refused(refusal)),
        Err(Stop::Enough) => Ok(()),
    };
}

/// Whether a file is of a kind that is in memory as a whole, cells and all, by its first bytes.
#[must_use]
pub fn is_dense(head: &[u8]) -> bool {
    matches!(known::kind(head), Ok(Kind::Ole))
}

/// Why reading ends before the file does.
enum Stop {
    Refused(Refusal),
    /// Nobody listens any more.
    Enough,
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

fn tell(mut input: impl Read, out: &mut Out<'_>) -> Result<(), Stop> {
    let mut head = Vec::with_capacity(HEAD);
    let mut first = (&mut input).take(HEAD as u64);
    first.read_to_end(&mut head).map_err(refusal)?;
    let kind = known::kind(&head)?;
    let head = Cursor::new(head);
    match kind {
        Kind::Text => text::read(head.chain(input), out),
        Kind::Zip => {
            let bytes = whole(head.chain(input), out.limits)?;
            archive(&bytes, out)
        }
        Kind::Ole => {
            let bytes = whole(head.chain(input), out.limits)?;
            xls::read(&bytes, out)
        }
    }
}

/// Bytes of a file for which room is asked for at once.
const MOST_AT_ONCE: usize = 256 << 20;

/// A file that has to be in memory, because what is at its end says what is before.
fn whole(input: impl Read, limits: &Limits) -> Result<Vec<u8>, Stop> {
    // Asked for at once: a room that grows by doubling is half empty.
    let room = usize::try_from(limits.bytes).unwrap_or(usize::MAX);
    let mut bytes = Vec::with_capacity(room.min(MOST_AT_ONCE));
    let read = input
        .take(limits.bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(refusal)?;
    if read as u64 > limits.bytes {
        return Err(too_large((limits::BYTES, limits.bytes)).into());
    }
    Ok(bytes)
}

fn archive(bytes: &[u8], out: &mut Out<'_>) -> Result<(), Stop> {
    let mut package = Package::open(bytes, out.limits.bounds())?;
    if ods::is_one(&mut package)? {
        return ods::read(&mut package, out);
    }
    let Some(main) = opc::main_part(&mut package)? else {
        return Err(known::archive(package.names()).into());
    };
    // The part's own name decides, because WPS and Excel write no other.
    let dialect = match main.rsplit_once('.') {
        Some((_, "bin")) => &xlsb::DIALECT,
        _ => &xlsx::DIALECT,
    };
    book::read(&mut package, &main, dialect, out)
}

/// A number of a cell; what is none to a spreadsheet is its fault.
const fn number(number: f64) -> Value {
    if number.is_finite() {
        Value::Number(number)
    } else {
        Value::Fault(String::new())
    }
}

/// What is said, and how much was.
struct Out<'a> {
    sink: Sink<'a>,
    limits: &'a Limits,
    sheets: u64,
    rows: u64,
    cells: u64,
}

impl Out<'_> {
    fn say(&mut self, part: Part) -> Result<(), Stop> {
        match (self.sink)(part) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Stop::Enough),
        }
    }

    fn format(&mut self, format: Format) -> Result<(), Stop> {
        self.say(Part::Format(format))
    }

    fn sheet(&mut self, sheet: Sheet) -> Result<(), Stop> {
        self.sheets += 1;
        if self.sheets > self.limits.sheets {
            return Err(too_large((limits::SHEETS, self.limits.sheets)).into());
        }
        self.say(Part::Sheet(sheet))
    }

    /// Adds a cell to a row, unless it stands too far to the right.
    #[inline]
    fn cell(&self, row: &mut Row, cell: Cell) -> Result<(), Stop> {
        if cell.column >= self.limits.columns {
            return Err(too_large((limits::COLUMNS, self.limits.columns.into())).into());
        }
        row.cells.push(cell);
        Ok(())
    }

    /// Says a row, if it has cells.
    fn row(&mut self, mut row: Row) -> Result<(), Stop> {
        if row.cells.is_empty() {
            return Ok(());
        }
        self.rows += 1;
        self.cells = self.cells.saturating_add(row.cells.len() as u64);
        if self.rows > self.limits.rows {
            return Err(too_large((limits::ROWS, self.limits.rows)).into());
        }
        if self.cells > self.limits.cells {
            return Err(too_large((limits::CELLS, self.limits.cells)).into());
        }
        let mut bytes = 0_u64;
        for cell in &row.cells {
            if let Value::Text(text) | Value::Fault(text) = &cell.value {
                bytes = bytes.saturating_add(text.len() as u64);
            }
        }
        if bytes > self.limits.row_bytes {
            return Err(too_large((limits::ROW_BYTES, self.limits.row_bytes)).into());
        }
        if !row.cells.is_sorted_by(|a, b| a.column < b.column) {
            row.cells.sort_by_key(|cell| cell.column);
            // Two values in one place: which is the right one, nobody can tell.
            if !row.cells.is_sorted_by(|a, b| a.column < b.column) {
                return Err(Refusal::Damaged.into());
            }
        }
        self.say(Part::Row(row))
    }
}
