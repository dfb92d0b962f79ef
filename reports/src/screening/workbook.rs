//! A workbook's first sheet, cell after cell: what stands far out is refused when it is met, before any room is made for it.

use std::io::Cursor;

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};

use super::{Limits, TableError, Value};
use crate::survey::raw::Refusal;
use crate::untrusted::package::{Bounds, Package};

pub(super) fn read(bytes: &[u8], limits: Limits) -> Result<(String, Vec<Vec<Value>>), TableError> {
    Package::open(bytes, bounds(limits)).map_err(|refusal| match refusal {
        Refusal::TooLarge { setting, .. } if setting == ENTRIES.0 => TableError::Damaged,
        refusal => refusal.into(),
    })?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|fault| broken(&fault))?;
    let sheet = book
        .sheet_names()
        .first()
        .cloned()
        .ok_or(TableError::Empty)?;
    let mut cells = book
        .worksheet_cells_reader(&sheet)
        .map_err(|fault| broken(&fault))?;
    let mut rows: Vec<Vec<Value>> = Vec::new();
    // Rows above and the header itself stand beside those that are counted.
    let most = limits.rows + super::heading::LOOKED_AT;
    while let Some(cell) = cells.next_cell().map_err(|fault| broken(&fault))? {
        let value = value(cell.get_value());
        if value == Value::Empty {
            continue;
        }
        let (row, column) = cell.get_position();
        let (row, column) = (row as usize, column as usize);
        if row >= most {
            return Err(TableError::TooManyRows(limits.rows));
        }
        if column >= limits.columns {
            return Err(TableError::TooManyColumns(limits.columns));
        }
        if rows.len() <= row {
            rows.resize_with(row + 1, Vec::new);
        }
        if let Some(cells) = rows.get_mut(row) {
            if cells.len() <= column {
                cells.resize(column + 1, Value::Empty);
            }
            if let Some(place) = cells.get_mut(column) {
                *place = value;
            }
        }
    }
    Ok((sheet, rows))
}

/// Parts of a workbook; one with pictures has hundreds.
const ENTRIES: (&str, u64) = ("screening.entries", 10_000);

/// What an archive may say of itself; whoever lies there is caught by the reader, which stops where a part says it ends.
const fn bounds(limits: Limits) -> Bounds {
    Bounds {
        entries: ENTRIES,
        unpacked: ("screening.unpacked_bytes", limits.unpacked),
        ratio: ("screening.ratio", u64::MAX),
    }
}

const fn broken(fault: &XlsxError) -> TableError {
    match fault {
        XlsxError::Password => TableError::Protected,
        _ => TableError::Damaged,
    }
}

fn value(data: &DataRef<'_>) -> Value {
    match data {
        DataRef::Empty => Value::Empty,
        DataRef::Int(number) => whole(*number),
        DataRef::Float(number) => Value::Number(*number),
        DataRef::SharedString(text) => Value::Text((*text).to_owned()),
        DataRef::Bool(flag) => Value::Text(if *flag { "TRUE" } else { "FALSE" }.to_owned()),
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let day = format!("{year:04}-{month:02}-{day:02}");
            Value::Text(match (hour, minute, second) {
                (0, 0, 0) => day,
                _ => format!("{day} {hour:02}:{minute:02}:{second:02}"),
            })
        }
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Value::Text(text.clone())
        }
        DataRef::Error(error) => Value::Text(error.to_string()),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "what is rounded is told to be so"
)]
const fn whole(number: i64) -> Value {
    Value::Number(number as f64)
}
