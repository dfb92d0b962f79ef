//! What is read of a survey file, against what was written into it and against what another library reads: the cells of any
//! table are the same in every format, and what is no table is refused by its name.

use std::io::{Cursor, Write as _};
use std::ops::ControlFlow;

use calamine::{DataRef, Reader as _, Xlsx};
use encoding_rs::GB18030;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Formula, Workbook};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::survey::raw::{Cell, Format, Part, Refusal, Row, Sheet, Span, Value, Visibility};
use crate::survey::read::{Limits, read};

mod told;

fn parts_within(bytes: &[u8], limits: Limits) -> Vec<Part> {
    let mut parts = Vec::new();
    read(bytes, &limits, &mut |part| {
        parts.push(part);
        ControlFlow::Continue(())
    });
    parts
}

fn parts(bytes: &[u8]) -> Vec<Part> {
    parts_within(bytes, Limits::default())
}

fn refused(bytes: &[u8]) -> Refusal {
    refused_within(bytes, Limits::default())
}

fn refused_within(bytes: &[u8], limits: Limits) -> Refusal {
    match parts_within(bytes, limits).pop() {
        Some(Part::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

fn rows(bytes: &[u8]) -> Vec<Row> {
    let mut parts = parts(bytes);
    assert_eq!(parts.pop(), Some(Part::End));
    let rows = parts.into_iter().filter_map(|part| match part {
        Part::Row(row) => Some(row),
        _ => None,
    });
    rows.collect()
}

fn cell(column: u32, value: Value) -> Cell {
    Cell {
        column,
        value,
        formula: false,
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// An archive of parts.
fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in parts {
        archive.start_file(*name, options).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A workbook of one sheet, written by hand.
fn by_hand(sheet: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut parts = vec![
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Id="r" Type="http://x/relationships/officeDocument" Target="/xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<x:workbook xmlns:x="urn:x" xmlns:r="urn:r"><x:sheets><x:sheet name="摸底" sheetId="1" r:id="a"/></x:sheets></x:workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="a" Type="http://x/worksheet" Target="worksheets\Sheet1.xml"/><Relationship Id="b" Type="http://x/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    for part in more {
        parts.retain(|(name, _)| name != &part.0);
        parts.push(*part);
    }
    zipped(&parts)
}

/// Three sheets, two of them hidden, and in the first a title, days, a formula, a hidden row and a hidden column.
fn with_hidden() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("一").unwrap();
    let date = Style::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    sheet
        .merge_range(0, 0, 0, 3, "摸底表", &Style::new())
        .unwrap();
    sheet.write(2, 0, "张三").unwrap();
    sheet.write(2, 1, 330_902_199_001_011_234_f64).unwrap();
    let day = ExcelDateTime::from_ymd(2024, 7, 1).unwrap();
    sheet.write_with_format(2, 2, &day, &date).unwrap();
    sheet.write_with_format(3, 2, 60, &date).unwrap();
    sheet
        .write(3, 3, Formula::new("=1+1").set_result("2"))
        .unwrap();
    sheet.write(4, 0, true).unwrap();
    sheet.set_row_hidden(4).unwrap();
    sheet.set_column_hidden(1).unwrap();
    book.add_worksheet()
        .set_name("二")
        .unwrap()
        .set_hidden(true);
    book.add_worksheet()
        .set_name("三")
        .unwrap()
        .set_very_hidden(true);
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_is_told_in_its_order_with_what_is_hidden() {
    let parts = parts(&with_hidden());
    let row = |index, cells| Row {
        index,
        cells,
        hidden: false,
    };
    let hidden = |name: &str, visibility| {
        Part::Sheet(Sheet {
            name: name.to_owned(),
            visibility,
            ..Sheet::default()
        })
    };
    let span = Span {
        top: 0,
        left: 0,
        bottom: 0,
        right: 3,
    };
    let moment = Value::Moment("2024-07-01T00:00:00".to_owned());
    let two = Cell {
        formula: true,
        ..cell(3, Value::Number(2.0))
    };
    let number = Value::Number(330_902_199_001_011_234_f64);
    assert_eq!(
        parts,
        [
            Part::Format(Format::Xlsx),
            Part::Sheet(Sheet {
                name: "一".to_owned(),
                visibility: Visibility::Visible,
                merges: vec![span],
                hidden_columns: vec![(1, 1)],
            }),
            Part::Row(row(0, vec![cell(0, text("摸底表"))])),
            Part::Row(row(
                2,
                vec![cell(0, text("张三")), cell(1, number), cell(2, moment)]
            )),
            Part::Row(row(3, vec![cell(2, Value::Number(60.0)), two])),
            Part::Row(Row {
                hidden: true,
                ..row(4, vec![cell(0, Value::Flag(true))])
            }),
            hidden("二", Visibility::Hidden),
            hidden("三", Visibility::Buried),
            Part::End,
        ]
    );
}

#[test]
fn prefixes_a_wrong_size_and_cells_without_addresses_are_read() {
    let sheet = r#"<?xml version="1.0"?><x:worksheet xmlns:x="urn:x"><x:dimension ref="A1:A1"/><x:sheetData>
        <x:row><x:c t="s"><x:v>1</x:v></x:c><x:c/><x:c t="inlineStr"><x:is><x:t> 乙 </x:t></x:is></x:c></x:row>
        <x:row r="5"><x:c r="B5" t="e"><x:f>1/0</x:f><x:v>#REF!</x:v></x:c><x:c t="str"><x:f>A1</x:f><x:v></x:v></x:c><x:c><x:f>A1</x:f></x:c></x:row>
        <x:row/><x:row><x:c t="d"><x:v>2024-07-01</x:v></x:c><x:c t="b"><x:v>0</x:v></x:c><x:c><x:v>1e3</x:v></x:c></x:row>
        </x:sheetData></x:worksheet>"#;
    let strings = ("xl/sharedStrings.xml", "<sst><si/><si><t>甲</t></si></sst>");
    let rows = rows(&by_hand(sheet, &[strings]));
    let formula = |column, value| Cell {
        column,
        value,
        formula: true,
    };
    let row = |index, cells| Row {
        index,
        cells,
        hidden: false,
    };
    assert_eq!(
        rows,
        [
            row(0, vec![cell(0, text("甲")), cell(2, text(" 乙 "))]),
            row(
                4,
                vec![
                    formula(1, Value::Fault("#REF!".to_owned())),
                    formula(3, text(""))
                ]
            ),
            row(
                6,
                vec![
                    cell(0, Value::Moment("2024-07-01T00:00:00".to_owned())),
                    cell(1, Value::Flag(false)),
                    cell(2, Value::Number(1_000.0)),
                ]
            ),
        ]
    );
}

#[test]
fn what_a_workbook_must_not_hold_is_refused() {
    let sheet = "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>";
    let bad = |sheet: &str| refused(&by_hand(sheet, &[]));
    let entity = "<!DOCTYPE x [<!ENTITY a \"b\">]><worksheet/>";
    assert!(matches!(bad(entity), Refusal::Dangerous(_)));
    assert_eq!(bad("<worksheet><sheetData><row><c>"), Refusal::Damaged);
    assert_eq!(
        bad("<worksheet><sheetData><row r=\"2\"/><row r=\"1\"/></sheetData>"),
        Refusal::Damaged
    );
    assert_eq!(
        bad("<worksheet><sheetData><row r=\"4294967297\"/></sheetData>"),
        Refusal::Damaged
    );
    let far = "<worksheet><sheetData><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>";
    assert!(
        matches!(bad(far), Refusal::TooLarge { setting, most: 256 } if setting == "import.columns")
    );
    let out = (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships><Relationship Id="a" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="z" Type="http://x/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>"#,
    );
    assert!(matches!(
        refused(&by_hand(sheet, &[out])),
        Refusal::Dangerous(_)
    ));
    let linked = (
        "xl/worksheets/_rels/sheet1.xml.rels",
        r#"<Relationships><Relationship Id="a" Type="http://x/hyperlink" Target="https://live.example/1" TargetMode="External"/></Relationships>"#,
    );
    assert_eq!(rows(&by_hand(sheet, &[linked])).len(), 1);
    let whole = by_hand(sheet, &[]);
    for length in [whole.len() / 2, whole.len() - 1] {
        assert_eq!(refused(&whole[..length]), Refusal::Damaged);
    }
}

#[test]
fn every_limit_names_its_setting() {
    let mut book = Workbook::new();
    for _ in 0..3 {
        let sheet = book.add_worksheet();
        for row in 0..10 {
            sheet.write(row, 0, "名".repeat(100)).unwrap();
            sheet
                .merge_range(row, 1, row, 2, "", &Style::new())
                .unwrap();
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    let all = Limits::default();
    for (limits, setting) in [
        (Limits { bytes: 100, ..all }, "limits.upload_bytes"),
        (Limits { entries: 3, ..all }, "import.entries"),
        (
            Limits {
                unpacked: 500,
                ..all
            },
            "import.unpacked_bytes",
        ),
        (Limits { sheets: 2, ..all }, "import.sheets"),
        (Limits { rows: 25, ..all }, "import.rows"),
        (Limits { columns: 0, ..all }, "import.columns"),
        (Limits { cells: 25, ..all }, "import.cells"),
        (
            Limits {
                row_bytes: 299,
                ..all
            },
            "import.line_bytes",
        ),
        (Limits { merges: 9, ..all }, "import.merges"),
    ] {
        let refused = refused_within(&bytes, limits);
        assert!(
            matches!(&refused, Refusal::TooLarge { setting: named, .. } if named == setting),
            "{setting}: {refused:?}"
        );
    }
    let zeros = "0".repeat(20 << 20);
    let bomb = zipped(&[("xl/workbook.xml", zeros.as_str())]);
    assert!(
        matches!(refused(&bomb), Refusal::TooLarge { setting, .. } if setting == "import.ratio")
    );
}

#[test]
fn texts_of_every_encoding_and_separator_are_read() {
    let table = "序号,\"姓名\n全称\",备注\r\n\r\n1,\"张\"\"三\"\"\",\r2,'330902,=\"1\"";
    let expected = [
        (
            0,
            vec![
                cell(0, text("序号")),
                cell(1, text("姓名\n全称")),
                cell(2, text("备注")),
            ],
        ),
        (2, vec![cell(0, text("1")), cell(1, text("张\"三\""))]),
        (
            3,
            vec![
                cell(0, text("2")),
                cell(1, text("'330902")),
                cell(2, text("=\"1\"")),
            ],
        ),
    ]
    .map(|(index, cells)| Row {
        index,
        cells,
        hidden: false,
    });
    let wide: Vec<u8> = table.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [
        table.as_bytes().to_vec(),
        format!("\u{feff}{table}").into_bytes(),
        GB18030.encode(table).0.into_owned(),
        [b"\xFE\xFF", wide.as_slice()].concat(),
        table.replace(',', "\t").into_bytes(),
        table.replace(',', ";").into_bytes(),
    ] {
        assert_eq!(rows(&bytes), expected);
    }
    let named = rows("sep=|\n甲,乙|丙".as_bytes());
    assert_eq!(
        named[0].cells,
        [cell(0, text("甲,乙")), cell(1, text("丙"))]
    );
    assert_eq!(refused(b"a,\"b\nc,d\n"), Refusal::Damaged);
    assert_eq!(refused(b" \r\n"), Refusal::Empty);
}

/// What may stand in a cell, without control characters, which a file holds in other ways.
fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[a-z0-9 ,;\"'&<>\n\t\u{a0}名录甲乙𠮷]{0,12}".prop_map(Value::Text),
        any::<i32>().prop_map(|number| Value::Number(number.into())),
        any::<f64>()
            .prop_filter("finite", |number| number.is_finite())
            .prop_map(Value::Number),
        any::<bool>().prop_map(Value::Flag),
    ]
}

fn any_table() -> impl Strategy<Value = Vec<Vec<Value>>> {
    prop::collection::vec(prop::collection::vec(any_value(), 0..6), 0..12)
}

fn written(table: &[Vec<Value>], shared: bool) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = if shared {
        book.add_worksheet()
    } else {
        book.add_worksheet_with_constant_memory().unwrap()
    };
    for (row, cells) in (0..).zip(table) {
        for (column, value) in (0..).zip(cells) {
            match value {
                Value::Text(text) => sheet.write(row, column, text).unwrap(),
                Value::Number(number) => sheet.write(row, column, *number).unwrap(),
                Value::Flag(flag) => sheet.write(row, column, *flag).unwrap(),
                _ => continue,
            };
        }
    }
    book.save_to_buffer().unwrap()
}

fn expected(table: &[Vec<Value>]) -> Vec<Row> {
    let row = |(index, cells): (u32, &Vec<Value>)| {
        let cells = (0..).zip(cells).filter(|(_, value)| **value != text(""));
        Row {
            index,
            hidden: false,
            cells: cells
                .map(|(column, value)| cell(column, value.clone()))
                .collect(),
        }
    };
    let rows = (0..).zip(table).map(row);
    rows.filter(|row| !row.cells.is_empty()).collect()
}

proptest! {
    #[test]
    fn any_table_comes_back_as_it_was_written(table in any_table(), shared in any::<bool>()) {
        let bytes = written(&table, shared);
        prop_assert_eq!(rows(&bytes), expected(&table));
    }

    #[test]
    fn another_library_reads_the_same_cells(table in any_table()) {
        let bytes = written(&table, true);
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.clone())).unwrap();
        let mut cells = book.worksheet_cells_reader("Sheet1").unwrap();
        let ours: Vec<_> = rows(&bytes)
            .into_iter()
            .flat_map(|row| row.cells.into_iter().map(move |cell| ((row.index, cell.column), cell.value)))
            .collect();
        let mut theirs = Vec::new();
        while let Some(cell) = cells.next_cell().unwrap() {
            let value = match cell.get_value() {
                DataRef::Float(number) => Value::Number(*number),
                DataRef::SharedString(words) => text(words),
                DataRef::Bool(flag) => Value::Flag(*flag),
                DataRef::Empty => continue,
                other => panic!("{other:?}"),
            };
            theirs.push((cell.get_position(), value));
        }
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn any_table_of_texts_comes_back_from_a_text(
        table in prop::collection::vec(prop::collection::vec("[a-z ,;\"'\t名录𠮷]{0,8}", 2..5), 1..10),
        separator in prop::sample::select(vec![b',', b'\t']),
    ) {
        let mut writer = csv::WriterBuilder::new().flexible(true).delimiter(separator).quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
        for row in &table {
            writer.write_record(row).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let table: Vec<Vec<Value>> = table.iter().map(|row| row.iter().map(|cell| text(cell)).collect()).collect();
        if !bytes.iter().all(u8::is_ascii_whitespace) {
            prop_assert_eq!(rows(&bytes), expected(&table));
        }
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        parts(&bytes);
    }

    #[test]
    fn no_change_of_a_byte_breaks_the_reader(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = written(&[vec![text("甲"), Value::Number(1.5)]], true);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        parts(&bytes);
    }
}
