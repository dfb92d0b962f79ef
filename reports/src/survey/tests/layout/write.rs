//! Writes a fixture as a workbook or a text, with its cells of their own kinds.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet};

use super::super::support::merge;
use super::{Fixture, Part};
use crate::survey::raw::{Row, Value};

pub(super) fn file(fixture: &Fixture) -> Vec<u8> {
    if fixture
        .path("")
        .extension()
        .is_some_and(|ending| ending == "csv")
    {
        return text(&fixture.parts[0]).into_bytes();
    }
    let mut workbook = Workbook::new();
    let on = ExcelDateTime::from_ymd(2026, 11, 26).unwrap();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&on));
    for part in fixture.parts {
        let sheet = workbook.add_worksheet();
        sheet.set_name(part.name).unwrap();
        fill(sheet, part);
    }
    workbook.save_to_buffer().unwrap()
}

fn fill(sheet: &mut Worksheet, part: &Part) {
    sheet.set_hidden(part.is_hidden);
    for row in part.hidden_rows {
        sheet.set_row_hidden(row - 1).unwrap();
    }
    for column in part.hidden_columns {
        let column = u16::try_from(*column).unwrap();
        sheet.set_column_hidden(column).unwrap();
    }
    let plain = Format::new();
    for span in part.merges {
        let span = merge(span);
        let (left, right) = (
            u16::try_from(span.left).unwrap(),
            u16::try_from(span.right).unwrap(),
        );
        sheet
            .merge_range(span.top, left, span.bottom, right, "", &plain)
            .unwrap();
    }
    for row in part.rows() {
        cells(sheet, &row);
    }
}

fn cells(sheet: &mut Worksheet, row: &Row) {
    let day = Format::new().set_num_format("yyyy-mm-dd");
    for cell in &row.cells {
        let (at, column) = (row.index, u16::try_from(cell.column).unwrap());
        match &cell.value {
            Value::Text(text) if cell.formula => {
                let formula = Formula::new(format!("=\"{text}\"")).set_result(text);
                sheet.write_formula(at, column, formula)
            }
            Value::Text(text) => sheet.write_string(at, column, text),
            Value::Number(number) => sheet.write_number(at, column, *number),
            Value::Moment(moment) => {
                let moment = ExcelDateTime::parse_from_str(&moment[..10]).unwrap();
                sheet.write_datetime_with_format(at, column, &moment, &day)
            }
            Value::Fault(fault) => {
                let formula = Formula::new("=#REF!").set_result(fault);
                sheet.write_formula(at, column, formula)
            }
            Value::Flag(flag) => sheet.write_boolean(at, column, *flag),
        }
        .unwrap();
    }
}

/// A text with commas, as a spreadsheet saves it.
fn text(part: &Part) -> String {
    let rows = part.rows();
    let width = rows
        .iter()
        .flat_map(|row| &row.cells)
        .map(|cell| cell.column + 1)
        .max();
    let last = rows.last().map_or(0, |row| row.index + 1);
    let lines = (0..last).map(|index| {
        let row = rows.iter().find(|row| row.index == index);
        let cells = (0..width.unwrap_or(0)).map(|column| {
            let cell = row.and_then(|row| row.cells.iter().find(|cell| cell.column == column));
            match cell.map(|cell| &cell.value) {
                Some(Value::Text(text)) => format!("\"{}\"", text.replace('"', "\"\"")),
                None => String::new(),
                other => panic!("a text holds texts only: {other:?}"),
            }
        });
        cells.collect::<Vec<_>>().join(",") + "\r\n"
    });
    format!("\u{FEFF}{}", lines.collect::<String>())
}
