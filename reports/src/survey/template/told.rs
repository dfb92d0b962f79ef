//! The sheet that says how a workbook is filled in. No line of it can be taken for a row of a survey.

use entity::kind::ImportKind;
use rules::label::Lang;
use rust_xlsxwriter::Worksheet;

use super::{Looks, Written, columns};

const GENERAL: [&str; 8] = [
    "一、不要改动列标题；列的顺序可以变，不用的列可以留空或者删除，可以另加自己的列（不导入）。",
    "二、浅红底色的列必填；其他的列知道的就填，不知道的留空，不要填“无”“不详”“/”。",
    "三、证件号码、账号、电话各列已经设为文本。从别处粘贴时请用“选择性粘贴—数值”，否则软件会把18位号码当成数字，末几位变成0，无法恢复。",
    "四、一格只填一个值；确有多项的，用“；”分开。",
    "五、日期写成 2026-03-15 的样子；没有期限的写“长期”。",
    "六、“示例”一行不会导入，可以删除。",
    "七、数量可以写“12万”，金额写明单位。",
    "八、上传后可以先看核对结果再决定是否导入；有问题的行会在退回的工作簿中逐格标明，改好后再次上传，已经导入的行不会重复。",
];

const FORMS: [&str; 5] = [
    "一、一个工作表填一个直播间；有多个直播间的，复制工作表后再填。",
    "二、不要改动各格的文字；在文字右边的空格中填写。",
    "三、证件号码务必以文本填写，否则软件会把18位号码当成数字，末几位变成0，无法恢复。",
    "四、主播超过三名的，复制工作表再填其余主播，直播间信息、运营商信息照填。",
    "五、不知道的留空，不要填“无”“不详”“/”。",
];

pub(super) fn write(sheet: &mut Worksheet, kind: ImportKind, looks: &Looks) -> Written {
    sheet.set_column_width(0, 34)?;
    sheet.set_column_width(1, 8)?;
    sheet.set_column_width(2, 84)?;
    let lines: &[&str] = if kind == ImportKind::Form {
        &FORMS
    } else {
        &GENERAL
    };
    let mut row = 0;
    sheet.merge_range(row, 0, row, 2, "填表说明", &looks.house.section)?;
    for line in lines {
        row += 1;
        sheet.merge_range(row, 0, row, 2, line, &looks.house.value)?;
        sheet.set_row_height(row, 34)?;
    }
    row += 1;
    for field in columns::of(kind) {
        row += 1;
        let needed = if columns::must(kind, field) {
            "必填"
        } else {
            "选填"
        };
        let label = format!("“{}”一列", field.label(Lang::Zh));
        sheet.write_string_with_format(row, 0, label, &looks.house.label)?;
        sheet.write_string_with_format(row, 1, needed, &looks.house.code)?;
        sheet.write_string_with_format(row, 2, columns::hint(field), &looks.house.value)?;
    }
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0);
    Ok(())
}
