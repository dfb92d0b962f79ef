//! The same table with what was found: every row in its place, its own cells as they were, and the answers in columns behind.

use rust_xlsxwriter::{Format as Style, Workbook, Worksheet};

use super::{Format, Table, Value};
use crate::error::ReportError;
use crate::text::cell_text;

/// How many columns are added.
pub const ANSWERS: usize = 7;

/// The cells that are added to a row.
pub type Answered = [String; ANSWERS];

/// Writes a table with its answers, one for each row below the header; a workbook for a workbook, a text for a text.
///
/// # Errors
/// Where the workbook library refuses.
pub fn write(
    table: &Table,
    headers: &Answered,
    answers: &[Answered],
) -> Result<Vec<u8>, ReportError> {
    match table.format {
        Format::Xlsx => workbook(table, headers, answers),
        Format::Text(separator) => Ok(text(table, (headers, separator), answers)),
    }
}

/// The first column behind every row's own cells.
fn behind(table: &Table) -> usize {
    let rows = table.above.iter().chain(&table.rows);
    let widest = rows.map(Vec::len).max().unwrap_or(0);
    widest.max(table.header.len())
}

fn workbook(
    table: &Table,
    headers: &Answered,
    answers: &[Answered],
) -> Result<Vec<u8>, ReportError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory()?;
    if sheet.set_name(&table.sheet).is_err() {
        sheet.set_name("Sheet1")?;
    }
    let bold = Style::new().set_bold();
    let first = behind(table);
    for (offset, width) in [10.0, 12.0, 22.0, 24.0, 22.0, 16.0, 48.0]
        .into_iter()
        .enumerate()
    {
        sheet.set_column_width(column(first + offset), width)?;
    }
    let mut place = 0;
    for cells in &table.above {
        row(sheet, (place, cells), None)?;
        place += 1;
    }
    row(sheet, (place, &table.header), Some(&bold))?;
    for (offset, header) in headers.iter().enumerate() {
        sheet.write_string_with_format(place, column(first + offset), header, &bold)?;
    }
    sheet.set_freeze_panes(place + 1, 0)?;
    for (cells, answer) in table.rows.iter().zip(answers) {
        place += 1;
        row(sheet, (place, cells), None)?;
        for (offset, text) in answer.iter().enumerate() {
            if !text.is_empty() {
                sheet.write_string(place, column(first + offset), cell_text(text).as_ref())?;
            }
        }
    }
    Ok(book.save_to_buffer()?)
}

fn row(
    sheet: &mut Worksheet,
    (place, cells): (u32, &[Value]),
    style: Option<&Style>,
) -> Result<(), ReportError> {
    for (index, cell) in cells.iter().enumerate() {
        match (cell, style) {
            (Value::Empty, _) => {}
            (Value::Number(number), _) => {
                sheet.write_number(place, column(index), *number)?;
            }
            (Value::Text(text), Some(style)) => {
                sheet.write_string_with_format(
                    place,
                    column(index),
                    cell_text(text).as_ref(),
                    style,
                )?;
            }
            (Value::Text(text), None) => {
                sheet.write_string(place, column(index), cell_text(text).as_ref())?;
            }
        }
    }
    Ok(())
}

fn column(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

fn text(table: &Table, (headers, separator): (&Answered, u8), answers: &[Answered]) -> Vec<u8> {
    let first = behind(table);
    // With its mark, so that spreadsheets read it as UTF-8.
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .delimiter(separator)
        .from_writer("\u{feff}".as_bytes().to_vec());
    let mut put = |cells: &[Value], added: Option<&Answered>| {
        let mut record: Vec<String> = cells.iter().map(Value::raw).collect();
        if let Some(added) = added {
            record.resize(first, String::new());
            record.extend(added.iter().cloned());
        }
        // Writing into memory does not fail.
        let _ = writer.write_record(&record);
    };
    for cells in &table.above {
        put(cells, None);
    }
    put(&table.header, Some(headers));
    for (cells, answer) in table.rows.iter().zip(answers) {
        put(cells, Some(answer));
    }
    writer.into_inner().unwrap_or_default()
}
