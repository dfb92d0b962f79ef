//! One ledger in every format: a merged title, names, numbers as texts and as numbers, a day, a formula, an error, what is
//! hidden. The first is made here, the others of it by LibreOffice and by npm xlsx.

use reports::survey::raw::{Format, Part, Row, Sheet, Span, Value, Visibility};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format as Style, Formula, Workbook, Worksheet,
};

use super::Fixture;
use super::hand::{cell, formula, moment, row, text};

pub(super) fn fixtures() -> Vec<Fixture> {
    let by = |name, note, format| Fixture {
        name,
        note,
        bytes: None,
        truth: truth(format),
    };
    vec![
        Fixture {
            name: "ledger.xlsx",
            note: "a ledger by rust_xlsxwriter: merged title, hidden row, column and sheets, a formula, an error",
            bytes: Some(workbook()),
            truth: truth(Format::Xlsx),
        },
        by(
            "ledger.xlsb",
            "the same in binary parts, by npm xlsx",
            Format::Xlsb,
        ),
        by(
            "ledger.xls",
            "the same in BIFF8, by LibreOffice",
            Format::Xls,
        ),
        by(
            "ledger.et",
            "BIFF8 under the name that WPS gives; it was never opened by WPS",
            Format::Xls,
        ),
        by(
            "ledger.ods",
            "the same as OpenDocument, by LibreOffice",
            Format::Ods,
        ),
        Fixture {
            name: "ledger-as.xls",
            note: "a workbook of 2007 under the name of an older one",
            bytes: Some(workbook()),
            truth: truth(Format::Xlsx),
        },
    ]
}

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_ymd(2026, 11, 26).expect("a day");
    let created = DocProperties::new().set_creation_datetime(&created);
    book.set_properties(&created);
    fill(book.add_worksheet()).expect("a sheet");
    let hidden = book.add_worksheet().set_name("往年").expect("a name");
    hidden.set_hidden(true).write(0, 0, "旧").expect("a cell");
    let buried = book.add_worksheet().set_name("代码").expect("a name");
    buried
        .set_very_hidden(true)
        .write(0, 0, "码")
        .expect("a cell");
    book.save_to_buffer().expect("a workbook")
}

fn fill(sheet: &mut Worksheet) -> Result<(), rust_xlsxwriter::XlsxError> {
    let day = Style::new().set_num_format("yyyy-mm-dd");
    sheet.set_name("摸底")?;
    sheet.merge_range(0, 0, 0, 4, "直播间摸底台账", &Style::new())?;
    for (column, header) in (0..).zip(["序号", "名称", "证件号码", "成立日期", "粉丝（万）"])
    {
        sheet.write(1, column, header)?;
    }
    sheet.write(2, 0, 1)?;
    sheet.write(2, 1, "杭州某某商行")?;
    sheet.write(2, 2, "91330100MA27XW1A0X")?;
    sheet.write_with_format(2, 3, ExcelDateTime::from_ymd(2024, 7, 1)?, &day)?;
    sheet.write(2, 4, 12.5)?;
    sheet.write(3, 0, Formula::new("=A3+1").set_result("2"))?;
    sheet.write(3, 1, "张三 & <李四>")?;
    sheet.write(3, 2, 330_902_199_001_011_264_f64)?;
    sheet.write(3, 4, Formula::new("=1/0").set_result("#DIV/0!"))?;
    sheet.write(4, 0, 3)?;
    sheet.write(4, 1, "藏")?;
    sheet.set_row_hidden(4)?;
    sheet.set_column_hidden(2)?;
    Ok(())
}

fn truth(format: Format) -> Vec<Part> {
    let span = Span {
        top: 0,
        left: 0,
        bottom: 0,
        right: 4,
    };
    let headers = ["序号", "名称", "证件号码", "成立日期", "粉丝（万）"];
    let headers = (0..)
        .zip(headers)
        .map(|(column, header)| cell(column, text(header)));
    let two = Value::Number(2.0);
    let fault = Value::Fault("#DIV/0!".to_owned());
    // The program that makes .xlsb writes values in place of formulas.
    let made = if format == Format::Xlsb {
        cell
    } else {
        formula
    };
    // LibreOffice knows one way to hide a sheet, and writes fifteen digits of a number as OpenDocument.
    let buried = match format {
        Format::Xlsx | Format::Xlsb => Visibility::Buried,
        _ => Visibility::Hidden,
    };
    let rounded = match format {
        Format::Ods => 330_902_199_001_011_000.0,
        _ => 330_902_199_001_011_264.0,
    };
    vec![
        Part::Format(format),
        Part::Sheet(Sheet {
            name: "摸底".to_owned(),
            visibility: Visibility::Visible,
            merges: vec![span],
            hidden_columns: vec![(2, 2)],
        }),
        row(0, vec![cell(0, text("直播间摸底台账"))]),
        row(1, headers.collect()),
        row(
            2,
            vec![
                cell(0, Value::Number(1.0)),
                cell(1, text("杭州某某商行")),
                cell(2, text("91330100MA27XW1A0X")),
                cell(3, moment("2024-07-01T00:00:00")),
                cell(4, Value::Number(12.5)),
            ],
        ),
        row(
            3,
            vec![
                made(0, two),
                cell(1, text("张三 & <李四>")),
                cell(2, Value::Number(rounded)),
                made(4, fault),
            ],
        ),
        Part::Row(Row {
            index: 4,
            hidden: true,
            cells: vec![cell(0, Value::Number(3.0)), cell(1, text("藏"))],
        }),
        other("往年", Visibility::Hidden),
        row(0, vec![cell(0, text("旧"))]),
        other("代码", buried),
        row(0, vec![cell(0, text("码"))]),
        Part::End,
    ]
}

/// A sheet that is not shown.
fn other(name: &str, visibility: Visibility) -> Part {
    Part::Sheet(Sheet {
        name: name.to_owned(),
        visibility,
        ..Sheet::default()
    })
}
