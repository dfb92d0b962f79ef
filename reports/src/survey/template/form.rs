//! A form to fill in, one room a sheet, as city offices hand it out: a word and beside it what belongs to it, and room for
//! three streamers. Several rooms are several copies of the sheet.

use rust_xlsxwriter::{DataValidation, Worksheet};

use super::{Looks, Written};

/// Two words of each line, with the block that they stand in.
const LINES: [(&str, [&str; 2]); 18] = [
    ("直播间信息", ["所在平台", "账号（ID）"]),
    ("直播间信息", ["直播间名称", "认证信息"]),
    ("直播间信息", ["粉丝数量", "关注数量"]),
    ("直播间信息", ["团队人数", "主播人数"]),
    ("运营商信息", ["主体字号", "统一社会信用代码"]),
    ("运营商信息", ["法定代表人", "联系电话"]),
    ("运营商信息", ["实际经营地址", "住所"]),
    ("运营商信息", ["行政许可", "运营模式"]),
    ("主播信息", ["姓名", "直播用名"]),
    ("主播信息", ["常住地", "联系电话"]),
    ("主播信息", ["身份证号", "执业资质"]),
    ("主播信息", ["姓名", "直播用名"]),
    ("主播信息", ["常住地", "联系电话"]),
    ("主播信息", ["身份证号", "执业资质"]),
    ("主播信息", ["姓名", "直播用名"]),
    ("主播信息", ["常住地", "联系电话"]),
    ("主播信息", ["身份证号", "执业资质"]),
    ("其他信息", ["备注", ""]),
];

/// The first lines of the blocks, and how many lines each has.
const BLOCKS: [(usize, u32); 6] = [(0, 4), (4, 4), (8, 3), (11, 3), (14, 3), (17, 1)];
/// The row of the first line, counted from 0.
const FIRST: u32 = 1;

pub(super) fn write(sheet: &mut Worksheet, title: &str, looks: &Looks) -> Written {
    sheet.merge_range(0, 0, 0, 4, title, &looks.house.title)?;
    sheet.set_row_height(0, 34)?;
    for (column, width) in (0_u16..).zip([14, 16, 30, 18, 30]) {
        sheet.set_column_width(column, width)?;
    }
    for (row, (_, words)) in (FIRST..).zip(LINES) {
        sheet.set_row_height(row, 26)?;
        for (place, word) in (0_u16..).zip(words) {
            let column = 1 + place * 2;
            if !word.is_empty() {
                sheet.write_string_with_format(row, column, word, &looks.house.label)?;
            }
            sheet.write_blank(row, column + 1, &looks.house.value)?;
            if word.contains("身份证号") || word.contains("信用代码") {
                let rule = DataValidation::new()
                    .allow_any_value()
                    .set_input_title(word)?
                    .set_input_message("18位，务必以文本填写")?;
                sheet.add_data_validation(row, column + 1, row, column + 1, &rule)?;
            }
        }
    }
    for (line, lines) in BLOCKS {
        let first = FIRST + u32::try_from(line).unwrap_or(0);
        let word = LINES.get(line).map_or("", |(block, _)| block);
        if lines > 1 {
            sheet.merge_range(first, 0, first + lines - 1, 0, word, &looks.house.section)?;
        } else {
            sheet.write_string_with_format(first, 0, word, &looks.house.section)?;
            sheet.merge_range(first, 2, first, 4, "", &looks.house.value)?;
        }
    }
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 1);
    Ok(())
}
