//! A table to fill in: a title, the line of who and when, the header, and the example.

use entity::kind::ImportKind;
use rules::label::Lang;
use rules::survey::{Field, Shape};
use rust_xlsxwriter::{DataValidation, IgnoreError, Worksheet, XlsxError};

use super::{Looks, Written, columns};
use crate::text::{as_f64, display_width};

/// The header's row, counted from 0.
pub(super) const HEADER: u32 = 2;
const EXAMPLE: u32 = HEADER + 1;
const LAST_ROW: u32 = 1_048_575;

pub(super) fn write(
    sheet: &mut Worksheet,
    (kind, title): (ImportKind, &str),
    looks: &Looks,
) -> Written {
    let fields = columns::of(kind);
    let last = u16::try_from(fields.len().saturating_sub(1)).unwrap_or(u16::MAX);
    sheet.merge_range(0, 0, 0, last, title, &looks.house.title)?;
    sheet.set_row_height(0, 30)?;
    sheet.write_string_with_format(1, 0, "填报单位：", &looks.free)?;
    sheet.write_string_with_format(1, 5, "填报日期：", &looks.free)?;
    sheet.set_row_height(HEADER, 32)?;
    for (column, field) in (0_u16..).zip(&fields) {
        let header = field.label(Lang::Zh);
        let example = columns::example(*field);
        let must = columns::must(kind, *field);
        let look = if must {
            &looks.must
        } else {
            &looks.house.header
        };
        let width = display_width(header).max(display_width(example)) + 3;
        sheet.set_column_width(column, as_f64(width.clamp(10, 40)))?;
        sheet.set_column_format(column, &looks.free)?;
        sheet.write_string_with_format(HEADER, column, header, look)?;
        sheet.write_string_with_format(EXAMPLE, column, example, &looks.example)?;
        help(sheet, column, *field)?;
    }
    sheet.ignore_error_range(0, 0, LAST_ROW, last, IgnoreError::NumberStoredAsText)?;
    sheet.set_freeze_panes(HEADER + 1, 0)?;
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(HEADER, HEADER)?;
    Ok(())
}

/// A list to choose from, or a word where a number goes wrong most often.
fn help(sheet: &mut Worksheet, column: u16, field: Field) -> Result<(), XlsxError> {
    let choices = columns::choices(field);
    let rule = if !choices.is_empty() {
        DataValidation::new()
            .allow_list_strings(&choices)?
            .set_error_title("请从列表中选择")?
            .set_error_message("列表以外的写法可能无法识别")?
    } else if matches!(field.shape(), Shape::Number | Shape::Code) {
        DataValidation::new()
            .allow_any_value()
            .set_input_title(field.label(Lang::Zh))?
            .set_input_message(columns::hint(field))?
    } else {
        return Ok(());
    };
    sheet.add_data_validation(EXAMPLE, column, LAST_ROW, column, &rule)?;
    Ok(())
}
