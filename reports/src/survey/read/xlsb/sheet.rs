//! One sheet in records.

use super::super::super::raw::{Cell, Refusal, Row, Sheet, Span, Value};
use super::super::biff::{f64_at, fault, packed, u16_at, u32_at};
use super::super::book::Book;
use super::super::{Out, Stop, limits};
use super::record::{Records, wide};
use crate::untrusted::package::{Unpacked, too_large};

const ROW: u16 = 0x0000;
const COLUMN: u16 = 0x003C;
const ROWS_BEGIN: u16 = 0x0091;
const ROWS_END: u16 = 0x0092;
const MERGED: u16 = 0x00B0;
/// Rows and columns that a sheet of this format can have.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

/// The merged cells, which stand behind the rows.
pub(super) fn merges(part: Unpacked<'_, '_>, most: u64) -> Result<Vec<Span>, Refusal> {
    let mut records = Records::new(part);
    let mut merges = Vec::new();
    while let Some((kind, record)) = records.next()? {
        if kind != MERGED {
            continue;
        }
        merges.push(Span {
            top: u32_at(record, 0)?,
            bottom: u32_at(record, 4)?,
            left: u32_at(record, 8)?,
            right: u32_at(record, 12)?,
        });
        if merges.len() as u64 > most {
            return Err(too_large((limits::MERGES, most)));
        }
    }
    Ok(merges)
}

/// Reads a sheet of which all but the hidden columns is known.
pub(super) fn read(
    part: Unpacked<'_, '_>,
    book: &Book,
    mut sheet: Sheet,
    out: &mut Out<'_>,
) -> Result<(), Stop> {
    let mut records = Records::new(part);
    loop {
        let (kind, record) = records.next()?.ok_or(Refusal::Damaged)?;
        match kind {
            COLUMN => {
                if u16_at(record, 16)? & 1 == 1 {
                    let span = (u32_at(record, 0)?, u32_at(record, 4)?);
                    sheet.hidden_columns.push(span);
                }
                if sheet.hidden_columns.len() > COLUMNS as usize {
                    return Err(Refusal::Damaged.into());
                }
            }
            ROWS_BEGIN => break,
            _ => {}
        }
    }
    out.sheet(sheet)?;
    let mut row: Option<Row> = None;
    let mut next = 0;
    loop {
        let (kind, record) = records.next()?.ok_or(Refusal::Damaged)?;
        match kind {
            ROW => {
                let width = row.as_ref().map_or(0, |row| row.cells.len());
                let begun = begin(record, width, row.as_ref())?;
                if let Some(done) = row.replace(begun) {
                    out.row(done)?;
                }
                next = 0;
            }
            1..=18 | 62 => {
                let row = row.as_mut().ok_or(Refusal::Damaged)?;
                let (cell, column) = cell((kind, record), next, book)?;
                next = column + 1;
                if let Some(cell) = cell {
                    out.cell(row, cell)?;
                }
            }
            ROWS_END => break,
            _ => {}
        }
    }
    row.map_or(Ok(()), |row| out.row(row))
}

fn begin(record: &[u8], width: usize, last: Option<&Row>) -> Result<Row, Refusal> {
    /// Of the twelfth byte: no height.
    const HIDDEN: u8 = 0x10;
    let index = u32_at(record, 0)?;
    // Rows that are not in their order would be told in a wrong one.
    if index >= ROWS || last.is_some_and(|last| last.index >= index) {
        return Err(Refusal::Damaged);
    }
    Ok(Row {
        index,
        hidden: record.get(11).is_some_and(|flags| flags & HIDDEN != 0),
        cells: Vec::with_capacity(width),
    })
}

/// A cell of any kind, if something stands in it, and its column. A short one stands behind the last.
fn cell(
    (kind, record): (u16, &[u8]),
    next: u32,
    book: &Book,
) -> Result<(Option<Cell>, u32), Refusal> {
    let is_short = (12..=18).contains(&kind);
    let (column, style_at) = if is_short {
        (next, 0)
    } else {
        (u32_at(record, 0)?, 4)
    };
    if column >= COLUMNS {
        return Err(Refusal::Damaged);
    }
    // The upper byte holds flags.
    let style = (u32_at(record, style_at)? & 0x00FF_FFFF) as usize;
    let at = style_at + 4;
    let byte = || record.get(at).copied().ok_or(Refusal::Damaged);
    let value = match kind {
        1 | 12 => return Ok((None, column)),
        2 | 13 => book.number(style, packed(u32_at(record, at)?)),
        3 | 14 | 11 => fault(byte()?),
        4 | 15 | 10 => Value::Flag(byte()? != 0),
        5 | 16 | 9 => book.number(style, f64_at(record, at)?),
        6 | 17 | 8 => Value::Text(wide(record, at)?.0),
        // Behind one byte that says whether fonts and readings follow.
        62 => Value::Text(wide(record, at + 1)?.0),
        _ => {
            let number = u32_at(record, at)? as usize;
            let text = book.strings.get(number).ok_or(Refusal::Damaged)?;
            Value::Text(text.to_owned())
        }
    };
    let nothing = matches!(&value, Value::Text(text) if text.is_empty());
    let cell = Cell {
        column,
        value,
        formula: (8..=11).contains(&kind),
    };
    Ok(((!nothing).then_some(cell), column))
}
