//! Workbooks before 2007 (BIFF8, [MS-XLS]), as Excel 97 to 2003 and the `.et` of WPS are: their cells by calamine, which
//! holds all of them in memory, and what it does not tell, hidden rows and columns and which cells are formulas, by a look
//! at the records. The format itself ends at 65,536 rows and 256 columns.

use std::collections::HashSet;
use std::io::Cursor;

use calamine::{Data, Reader as _, SheetType, SheetVisible, Xls, XlsError};

use super::super::raw::{Cell, Format, Refusal, Row, Sheet, Span, Value, Visibility};
use super::biff::{u16_at, u32_at};
use super::moment::{self, Epoch};
use super::ole::Ole;
use super::{Out, Stop, limits, number};
use crate::untrusted::known;
use crate::untrusted::package::too_large;

/// What the records say of a sheet beside its cells.
#[derive(Default)]
struct Looks {
    hidden_rows: HashSet<u16>,
    hidden_columns: Vec<(u32, u32)>,
    formulas: HashSet<(u16, u16)>,
}

/// Reads a compound file.
pub(super) fn read(bytes: &[u8], out: &mut Out<'_>) -> Result<(), Stop> {
    let ole = Ole::open(bytes)?;
    if ole.has("EncryptedPackage") {
        return Err(Refusal::Protected.into());
    }
    let looks = match ole.stream("Workbook")? {
        Some(stream) => looks(&stream)?,
        None if ole.has("Book") => Vec::new(),
        None => return Err(known::compound().into()),
    };
    drop(ole);
    let mut book = Xls::new(Cursor::new(bytes)).map_err(|fault| match fault {
        XlsError::Password => Refusal::Protected,
        _ => Refusal::Damaged,
    })?;
    out.format(Format::Xls)?;
    let epoch = if book.has_1904_epoch() {
        Epoch::Y1904
    } else {
        Epoch::Y1900
    };
    let mut looks = looks.into_iter();
    for (place, meta) in book.sheets_metadata().to_vec().into_iter().enumerate() {
        let look = looks.next().unwrap_or_default();
        if meta.typ != SheetType::WorkSheet {
            continue;
        }
        let merges = book.merge_cells_by_sheet_id(place).unwrap_or_default();
        if merges.len() as u64 > out.limits.merges {
            return Err(too_large((limits::MERGES, out.limits.merges)).into());
        }
        let span = |range: calamine::Dimensions| Span {
            top: range.start.0,
            left: range.start.1,
            bottom: range.end.0,
            right: range.end.1,
        };
        out.sheet(Sheet {
            name: meta.name.clone(),
            visibility: match meta.visible {
                SheetVisible::Visible => Visibility::Visible,
                SheetVisible::Hidden => Visibility::Hidden,
                SheetVisible::VeryHidden => Visibility::Buried,
            },
            merges: merges.into_iter().map(span).collect(),
            hidden_columns: look.hidden_columns.clone(),
        })?;
        let range = book.worksheet_range_at(place).ok_or(Refusal::Damaged)?;
        let range = range.map_err(|_| Refusal::Damaged)?;
        rows(&range, &look, epoch, out)?;
    }
    Ok(())
}

fn rows(
    range: &calamine::Range<Data>,
    look: &Looks,
    epoch: Epoch,
    out: &mut Out<'_>,
) -> Result<(), Stop> {
    let Some((top, left)) = range.start() else {
        return Ok(());
    };
    for (index, cells) in (top..).zip(range.rows()) {
        let place = u16::try_from(index).map_err(|_| Refusal::Damaged)?;
        let mut row = Row {
            index,
            hidden: look.hidden_rows.contains(&place),
            cells: Vec::new(),
        };
        for (column, data) in (left..).zip(cells) {
            let at = u16::try_from(column).map_err(|_| Refusal::Damaged)?;
            if let Some(value) = value(data, epoch) {
                let formula = look.formulas.contains(&(place, at));
                let cell = Cell {
                    column,
                    value,
                    formula,
                };
                out.cell(&mut row, cell)?;
            }
        }
        out.row(row)?;
    }
    Ok(())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a spreadsheet keeps fifteen digits"
)]
fn value(data: &Data, epoch: Epoch) -> Option<Value> {
    Some(match data {
        Data::Empty => return None,
        Data::String(text) | Data::DurationIso(text) if text.is_empty() => return None,
        Data::String(text) | Data::DurationIso(text) => Value::Text(text.clone()),
        Data::Int(found) => number(*found as f64),
        Data::Float(found) => number(*found),
        Data::Bool(flag) => Value::Flag(*flag),
        Data::DateTime(found) if found.is_datetime() => moment::value(found.as_f64(), epoch),
        Data::DateTime(found) => number(found.as_f64()),
        Data::DateTimeIso(text) => moment::iso(text),
        Data::Error(fault) => Value::Fault(fault.to_string()),
    })
}

/// Walks over the records of a book: its sheets in their order, and what each says.
fn looks(stream: &[u8]) -> Result<Vec<Looks>, Refusal> {
    const SHEET: u16 = 0x0085;
    const PASSWORD: u16 = 0x002F;
    let mut starts = Vec::new();
    for (kind, record) in records(stream) {
        match kind {
            SHEET => starts.push(u32_at(record, 0)? as usize),
            PASSWORD if u16_at(record, 0)? != 0 => return Err(Refusal::Protected),
            _ => {}
        }
    }
    // Sheets that begin at the same place would be walked again and again.
    if starts.len() > 4_096 {
        return Err(Refusal::Damaged);
    }
    let look = |start: usize| look(stream.get(start..).ok_or(Refusal::Damaged)?);
    starts.into_iter().map(look).collect()
}

fn look(stream: &[u8]) -> Result<Looks, Refusal> {
    const FORMULA: u16 = 0x0006;
    const COLUMNS: u16 = 0x007D;
    const ROW: u16 = 0x0208;
    let mut look = Looks::default();
    for (kind, record) in records(stream) {
        match kind {
            FORMULA => {
                look.formulas
                    .insert((u16_at(record, 0)?, u16_at(record, 2)?));
            }
            // Files name the 257th column too, which no sheet has.
            COLUMNS if u16_at(record, 8)? & 1 == 1 => {
                let (first, last) = (u16_at(record, 0)?, u16_at(record, 2)?);
                let span = (first.into(), last.min(255).into());
                look.hidden_columns.push(span);
            }
            ROW if u16_at(record, 12)? & 0x20 != 0 => {
                look.hidden_rows.insert(u16_at(record, 0)?);
            }
            _ => {}
        }
    }
    Ok(look)
}

/// Records up to the end of the part that they begin: charts inside of a sheet have an end of their own.
fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    const BEGIN: u16 = 0x0809;
    const END: u16 = 0x000A;
    let (mut rest, mut depth) = (stream, 0_u32);
    std::iter::from_fn(move || {
        let kind = u16_at(rest, 0).ok()?;
        let length = usize::from(u16_at(rest, 2).ok()?);
        let record = rest.get(4..4 + length)?;
        rest = rest.get(4 + length..)?;
        match kind {
            BEGIN => depth += 1,
            END => depth = depth.saturating_sub(1),
            _ => {}
        }
        (kind != END || depth > 0).then_some((kind, record))
    })
}
