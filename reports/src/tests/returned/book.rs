//! A workbook with everything in it that an office puts into one.

use rust_xlsxwriter::{
    Color, ConditionalFormatCell, ConditionalFormatCellRule, DataValidation, DocProperties,
    ExcelDateTime, Format, FormatBorder, Formula, Image, Note, Workbook, Worksheet, XlsxError,
};

/// A picture of one dot.
const DOT: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1F, 0x15, 0xC4,
    0x89, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x60, 0xF8, 0xCF, 0xF0,
    0x1F, 0x00, 0x05, 0x00, 0x01, 0xFF, 0xA9, 0xF1, 0x9E, 0x7E, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45,
    0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
];

/// The header stands in row 3, people in rows 4 to 8; a comment of the user's is on C5.
pub(super) fn full() -> Vec<u8> {
    make().expect("a workbook")
}

fn make() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let when = ExcelDateTime::from_ymd(2026, 11, 26)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&when));
    people(book.add_worksheet().set_name("名单")?)?;
    other(book.add_worksheet().set_name("附表")?)?;
    book.define_name("范围", "=名单!$A$3:$D$8")?;
    book.save_to_buffer()
}

fn people(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let boxed = Format::new()
        .set_border(FormatBorder::Thin)
        .set_num_format("@")
        .set_font_name("仿宋");
    let head = boxed.clone().set_bold();
    sheet.merge_range(0, 0, 0, 3, "直播运营者调查摸底表", &head)?;
    sheet.write_string(1, 0, "填报单位：舟山市市场监督管理局")?;
    for (column, header) in (0_u16..).zip(["序号", "名称", "证件号码", "登记日期"]) {
        sheet.write_string_with_format(2, column, header, &head)?;
    }
    let day = Format::new()
        .set_num_format("yyyy/m/d")
        .set_border(FormatBorder::Thin);
    for row in 3..8_u32 {
        sheet.write_number_with_format(row, 0, f64::from(row - 2), &boxed)?;
        sheet.write_string_with_format(row, 1, format!("运营者<{row}> & 子"), &boxed)?;
        if row != 6 {
            sheet.write_string_with_format(row, 2, format!("33090219900101{row:04}"), &boxed)?;
        }
        let moment = ExcelDateTime::from_ymd(2024, 7, 1)?;
        sheet.write_datetime_with_format(row, 3, moment, &day)?;
    }
    sheet.write_formula(7, 1, Formula::new("=\"甲\"&\"乙\"").set_result("甲乙"))?;
    sheet.insert_note(4, 2, &Note::new("核对过").set_author("王"))?;
    sheet.insert_note(3, 1, &Note::new("请看这里").set_author("王"))?;
    sheet.set_column_width(1, 30)?;
    sheet.set_column_hidden(9)?;
    sheet.set_row_hidden(5)?;
    sheet.autofilter(2, 0, 7, 3)?;
    sheet.set_freeze_panes(3, 0)?;
    sheet.insert_image(10, 0, &Image::new_from_buffer(DOT)?)?;
    sheet.add_data_validation(
        3,
        1,
        7,
        1,
        &DataValidation::new().allow_list_strings(&["甲", "乙"])?,
    )?;
    let red = ConditionalFormatCell::new()
        .set_rule(ConditionalFormatCellRule::GreaterThan(3))
        .set_format(Format::new().set_font_color(Color::Red));
    sheet.add_conditional_format(3, 0, 7, 0, &red)?;
    sheet.merge_range(8, 0, 9, 0, "合计", &boxed)?;
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0);
    sheet.set_header("&C调查摸底").set_footer("&P / &N");
    sheet.set_repeat_rows(2, 2)?;
    Ok(())
}

fn other(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.write_string(0, 0, "不动的表")?;
    sheet.insert_note(0, 0, &Note::new("另一张表的批注"))?;
    sheet.set_hidden(true);
    Ok(())
}
