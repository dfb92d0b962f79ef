//! What a fresh workbook needs to know of its sheets before their first row is written: how far rows reach, how wide columns
//! should be, and whether our two columns are there already.

use std::io;

use super::{MOST_COLUMNS, REASONS, RESULT, ReturnError, Sheet};
use crate::survey::raw::{Part, Row, Value};
use crate::text::display_width;

/// Rows that a column's width is taken from.
const MEASURED: u32 = 200;
/// How narrow and wide a column is made, in spreadsheet characters.
const NARROW: usize = 6;
const WIDE: usize = 48;

/// What is known of a sheet.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The columns that are ours, or become ours; none where there is no room.
    pub(super) columns: Option<(u32, u32)>,
    /// Whether they were there before.
    pub(super) again: bool,
    /// How wide each column is.
    pub(super) widths: Vec<usize>,
    widest: u32,
    results: Vec<u32>,
    reasons: Vec<u32>,
}

/// Looks through a file.
pub(super) fn look(
    parts: impl Iterator<Item = io::Result<Part>>,
    sheets: &[Sheet],
) -> Result<Vec<Layout>, ReturnError> {
    let mut layouts: Vec<(Layout, Option<&Sheet>)> = Vec::new();
    for part in parts {
        match part? {
            Part::Sheet(sheet) => {
                let of = sheets.iter().find(|known| known.name == sheet.name);
                layouts.push((Layout::default(), of));
            }
            Part::Row(row) => {
                if let Some((layout, of)) = layouts.last_mut() {
                    layout.row(&row, *of);
                }
            }
            Part::Refused(refusal) => return Err(io::Error::other(refusal).into()),
            Part::Format(_) | Part::End => {}
        }
    }
    let told = layouts.into_iter().map(|(layout, of)| {
        if of.is_some() {
            layout.told(of.is_some_and(|sheet| sheet.headers.is_empty()))
        } else {
            layout
        }
    });
    Ok(told.collect())
}

impl Layout {
    fn row(&mut self, row: &Row, of: Option<&Sheet>) {
        for cell in &row.cells {
            self.widest = self.widest.max(cell.column + 1);
            let Value::Text(said) = &cell.value else {
                if row.index < MEASURED {
                    self.measure(cell.column, NARROW * 2);
                }
                continue;
            };
            if row.index < MEASURED {
                self.measure(cell.column, display_width(said));
            }
            let looked_at = of.is_some_and(|sheet| {
                sheet.headers.is_empty() || sheet.headers.contains(&(row.index + 1))
            });
            match said.trim() {
                RESULT if looked_at => self.results.push(cell.column),
                REASONS if looked_at => self.reasons.push(cell.column),
                _ => {}
            }
        }
    }

    fn measure(&mut self, column: u32, width: usize) {
        let place = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= MOST_COLUMNS {
            return;
        }
        if self.widths.len() <= place {
            self.widths.resize(place + 1, 0);
        }
        // A title over the whole table says nothing of its own column.
        if let Some(known) = self.widths.get_mut(place)
            && width <= WIDE
        {
            *known = width.clamp(NARROW, WIDE).max(*known);
        }
    }

    fn told(mut self, form: bool) -> Self {
        let known = self.results.iter().copied().find(|column| {
            let last = form && column + 2 >= self.widest;
            last || self.reasons.contains(&(column + 1))
        });
        self.again = known.is_some();
        let first = known.unwrap_or(self.widest);
        self.columns = (first + 2 <= MOST_COLUMNS).then_some((first, first + 1));
        self
    }
}
