//! One sheet inside one part workbook. Rows go to an unnamed temporary file as they come and are never read again;
//! what depends on all rows (widths, filter range) is kept small and written when the part is closed.

use rules::edition::{Column, Field};
use rust_xlsxwriter::{IgnoreError, Workbook, Worksheet, XlsxError};

use crate::manifest::SheetRange;
use crate::sheet::Cell;
use crate::style::Style;
use crate::text::{display_width, units};

/// The room that a header's filter button takes beside its text, in spreadsheet characters.
const FILTER_BUTTON: usize = 4;
/// The room that a cell's margins take, in spreadsheet characters.
const MARGIN: usize = 2;
/// What the markup around one cell takes in the worksheet's file, in bytes.
const CELL_MARKUP: u64 = 64;
const A4: u8 = 9;

/// A sheet of a part while it is written.
pub(crate) struct Page {
    worksheet: Worksheet,
    widths: Vec<usize>,
    rows: u32,
    bytes: u64,
    first: Option<u32>,
    last: Option<u32>,
}

impl Page {
    /// An empty sheet with its header, ready to print.
    pub(crate) fn new(
        workbook: &Workbook,
        title: &str,
        columns: &[&Column],
        style: &Style,
    ) -> Result<Self, XlsxError> {
        let mut worksheet = workbook.new_worksheet_with_constant_memory()?;
        worksheet
            .set_name(title)?
            .set_freeze_panes(1, 0)?
            .set_repeat_rows(0, 0)?
            .set_landscape()
            .set_paper_size(A4)
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
        for (index, ((column, width), cell)) in
            (0..).zip(columns.iter().zip(&mut self.widths).zip(cells))
        {
            self.bytes += CELL_MARKUP;
            match cell {
                Cell::Empty => {
                    let sheet = &mut self.worksheet;
                    sheet.write_blank(self.rows, index, &style.text)?;
                }
                Cell::Number(number) => {
                    let sheet = &mut self.worksheet;
                    sheet.write_number_with_format(self.rows, index, number, &style.number)?;
                }
                Cell::Text(text) => {
                    let needed = display_width(&text) + MARGIN;
                    *width = needed.max(*width);
                    self.bytes += text.len() as u64;
                    let format = if as_f64(needed) > column.width || text.contains('\n') {
                        &style.long_text
                    } else if has_fixed_form(column.field) {
                        &style.code
                    } else {
                        &style.text
                    };
                    let sheet = &mut self.worksheet;
                    sheet.write_string_with_format(self.rows, index, text, format)?;
                }
            }
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
        for (index, (column, content)) in (0..).zip(columns.iter().zip(self.widths)) {
            let header = as_f64(display_width(&column.header) + FILTER_BUTTON);
            let width = as_f64(content).min(column.width).max(header);
            self.worksheet.set_column_width(index, width)?;
            last_column = index;
        }
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

/// Whether a text fits the longest cell.
pub(crate) fn fits(text: &str) -> Result<(), usize> {
    let length = units(text);
    if length <= crate::text::MAX_CELL_UNITS {
        Ok(())
    } else {
        Err(length)
    }
}

/// A width as the workbook library takes it.
fn as_f64(width: usize) -> f64 {
    u32::try_from(width).map_or(f64::MAX, f64::from)
}
