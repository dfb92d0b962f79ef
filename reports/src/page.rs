//! One sheet inside one part workbook. Rows go to an unnamed temporary file as they come and are never read again;
//! what depends on all rows (widths, filter range) is kept small and written when the part is closed.

use rules::edition::{Column, Field};
use rust_xlsxwriter::{IgnoreError, Workbook, Worksheet, XlsxError};

use crate::manifest::SheetRange;
use crate::sheet::Cell;
use crate::style::Style;
use crate::text::{MARGIN, as_f64, display_width, lines_needed};

/// The room that a header's filter button takes beside its text, in spreadsheet characters.
const FILTER_BUTTON: usize = 4;
/// The height of one line of a cell, and what a row adds to its lines, in points.
const LINE_HEIGHT: f64 = 14.0;
const ROW_PADDING: f64 = 6.0;
/// No spreadsheet row is higher; the cell holds the rest of its text all the same.
const MAX_HEIGHT: f64 = 409.0;
/// The height of a row whose texts take one line, in points.
const ONE_LINE: f64 = 20.0;
/// So many rows with a long text are made higher. The workbook library keeps each such height in memory; beyond that
/// a row shows its first line, and the cell holds the rest.
const FITTED_ROWS: u32 = 10_000;
/// How much wider than its table says a column may become before its texts are broken into lines.
const STRETCH: f64 = 1.25;
/// What the markup around one cell takes in the worksheet's file, in bytes.
const CELL_MARKUP: u64 = 64;
/// Columns together wider than this, in spreadsheet characters, cannot be read on A4.
const WIDEST_ON_A4: f64 = 230.0;
const A3: u8 = 8;
const A4: u8 = 9;

/// A sheet of a part while it is written.
pub(crate) struct Page {
    worksheet: Worksheet,
    widths: Vec<usize>,
    rows: u32,
    fitted: u32,
    bytes: u64,
    first: Option<u32>,
    last: Option<u32>,
}

impl Page {
    /// An empty sheet with its header, ready to print.
    pub(crate) fn new(
        workbook: &mut Workbook,
        title: &str,
        columns: &[&Column],
        style: &Style,
    ) -> Result<Self, XlsxError> {
        let mut worksheet = workbook.new_worksheet_with_constant_memory()?;
        worksheet
            .set_name(title)?
            .set_freeze_panes(1, 0)?
            .set_repeat_rows(0, 0)?
            .set_default_row_height(ONE_LINE)
            .set_landscape()
            .set_print_fit_to_pages(1, 0)
            .set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3)
            .set_footer("&L&A&R第 &P 页，共 &N 页")
            .set_row_height(0, 30)?;
        for (index, column) in (0..).zip(columns) {
            worksheet.write_string_with_format(0, index, &column.header, &style.header)?;
        }
        Ok(Self {
            worksheet,
            widths: vec![0; columns.len()],
            rows: 0,
            fitted: 0,
            bytes: 0,
            first: None,
            last: None,
        })
    }

    /// How many rows stand below the header.
    pub(crate) const fn rows(&self) -> u32 {
        self.rows
    }

    /// About how many bytes the rows take in the worksheet's file.
    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Writes one line of a registration under the last one.
    pub(crate) fn write(
        &mut self,
        seq: u32,
        columns: &[&Column],
        cells: Vec<Cell<'_>>,
        style: &Style,
    ) -> Result<(), XlsxError> {
        self.rows += 1;
        self.first.get_or_insert(seq);
        self.last = Some(seq);
        let mut lines = 1.0_f64;
        for (index, (column, cell)) in (0..).zip(columns.iter().zip(cells)) {
            self.bytes += CELL_MARKUP;
            let row = self.rows;
            match cell {
                Cell::Empty => self.worksheet.write_blank(row, index, &style.text)?,
                Cell::Number(number) => {
                    let format = &style.number;
                    self.worksheet
                        .write_number_with_format(row, index, number, format)?
                }
                Cell::Text(text) => {
                    let needed = lines_needed(&text, widest(column));
                    lines = lines.max(needed);
                    self.bytes += text.len() as u64;
                    if let Some(width) = self.widths.get_mut(usize::from(index)) {
                        *width = (*width).max(display_width(&text) + MARGIN);
                    }
                    let format = match column.field {
                        _ if needed > 1.0 && self.shows(needed) => &style.lines,
                        _ if needed > 1.0 => &style.cut,
                        field if has_fixed_form(field) => &style.code,
                        _ => &style.text,
                    };
                    self.worksheet
                        .write_string_with_format(row, index, text, format)?
                }
            };
        }
        self.fit_height(lines)
    }

    /// Whether the row that is being written will be high enough for so many lines.
    fn shows(&self, lines: f64) -> bool {
        self.fitted < FITTED_ROWS && height(lines) <= MAX_HEIGHT
    }

    /// Makes the row that was just written as high as its longest text.
    fn fit_height(&mut self, lines: f64) -> Result<(), XlsxError> {
        if lines > 1.0 && self.fitted < FITTED_ROWS {
            self.fitted += 1;
            let height = height(lines).min(MAX_HEIGHT);
            self.worksheet.set_row_height(self.rows, height)?;
        }
        Ok(())
    }

    /// Which rows the sheet holds.
    pub(crate) fn range(&self, title: &str) -> SheetRange {
        SheetRange {
            sheet: title.to_owned(),
            first: self.first,
            last: self.last,
            rows: self.rows,
        }
    }

    /// Sets what depends on all rows and gives the worksheet to its workbook.
    pub(crate) fn close(
        mut self,
        columns: &[&Column],
        workbook: &mut Workbook,
    ) -> Result<(), XlsxError> {
        let mut last_column = 0;
        let mut total = 0.0;
        for (index, (column, content)) in (0..).zip(columns.iter().zip(self.widths)) {
            let width = as_f64(content)
                .max(header_width(column))
                .min(widest(column));
            self.worksheet.set_column_width(index, width)?;
            last_column = index;
            total += width;
        }
        let paper = if total > WIDEST_ON_A4 { A3 } else { A4 };
        self.worksheet.set_paper_size(paper);
        self.worksheet.autofilter(0, 0, self.rows, last_column)?;
        if self.rows > 0 {
            self.worksheet.ignore_error_range(
                1,
                0,
                self.rows,
                last_column,
                IgnoreError::NumberStoredAsText,
            )?;
        }
        workbook.push_worksheet(self.worksheet);
        Ok(())
    }
}

/// The height of a row of so many lines, in points.
fn height(lines: f64) -> f64 {
    LINE_HEIGHT.mul_add(lines, ROW_PADDING)
}

/// How wide a column may become; never less than its header.
fn widest(column: &Column) -> f64 {
    (column.width * STRETCH).max(header_width(column))
}

fn header_width(column: &Column) -> f64 {
    as_f64(display_width(&column.header) + FILTER_BUTTON)
}

/// Whether all texts of a column have one length or few words, and look best in the middle.
const fn has_fixed_form(field: Field) -> bool {
    matches!(
        field,
        Field::CreditCode
            | Field::DocumentKind
            | Field::DocumentNumber
            | Field::IdentityNumber
            | Field::AgencyCreditCode
            | Field::DivisionCode
            | Field::Phone
            | Field::VerifiedOn
            | Field::RowState
            | Field::OverThreshold
            | Field::LegalForm
    )
}
