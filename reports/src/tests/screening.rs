//! Tables that are looked up: read out of what offices have, given back with their answers, and refused where they are no
//! table or too large.

use std::io::{Cursor, Write as _};

use calamine::{Data, Reader as _, Xlsx};
use rust_xlsxwriter::Workbook;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::screening::{Answered, Field, Format, Limits, TableError, Value, read, write};

const LIMITS: Limits = Limits {
    rows: 100,
    columns: 256,
    unpacked: 1 << 20,
};

fn answers(rows: usize) -> (Answered, Vec<Answered>) {
    let headers = std::array::from_fn(|n| format!("列{n}"));
    let answers = (0..rows).map(|row| std::array::from_fn(|n| format!("答{row}-{n}")));
    (headers, answers.collect())
}

fn book(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("摸底").unwrap();
    fill(sheet);
    book.save_to_buffer().unwrap()
}

/// A survey with a title, a header in its third row, an empty row and a number that was rounded.
fn survey() -> Vec<u8> {
    book(|sheet| {
        sheet.write(0, 0, "西湖区直播从业人员摸底表").unwrap();
        sheet.write(2, 0, "序号").unwrap();
        sheet.write(2, 1, "姓 名").unwrap();
        sheet.write(2, 2, "身份证号码（18位）").unwrap();
        sheet.write(3, 0, 1).unwrap();
        sheet.write(3, 1, "张三").unwrap();
        sheet.write(3, 2, "330106199001011234").unwrap();
        sheet.write(5, 1, "李四").unwrap();
        sheet.write(5, 2, 330_106_199_001_011_250_i64).unwrap();
    })
}

#[test]
fn a_workbook_comes_back_with_its_rows_in_their_places() {
    let table = read(&survey(), LIMITS).unwrap();
    assert_eq!((table.format, table.sheet.as_str()), (Format::Xlsx, "摸底"));
    assert_eq!(
        (table.above.len(), table.rows.len()),
        (2, 3),
        "the empty row keeps its place"
    );
    let number = |row: usize| {
        table
            .columns
            .of(Field::Number, &table.rows[row])
            .map(|(_, v)| v.clone())
    };
    assert_eq!(
        number(0),
        Some(Value::Text("330106199001011234".to_owned()))
    );
    assert_eq!(number(1), None);
    assert!(
        number(2).unwrap().is_rounded(),
        "a number of eighteen digits has lost its last ones"
    );
    assert_eq!(
        table
            .columns
            .of(Field::Name, &table.rows[2])
            .unwrap()
            .1
            .text(),
        "李四"
    );

    let (headers, answers) = answers(3);
    let written = write(&table, &headers, &answers).unwrap();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(written)).unwrap();
    let range = book.worksheet_range("摸底").unwrap();
    let cell = |row, column| {
        range
            .get_value((row, column))
            .cloned()
            .unwrap_or(Data::Empty)
    };
    assert_eq!(
        cell(0, 0),
        Data::String("西湖区直播从业人员摸底表".to_owned())
    );
    assert_eq!(
        (cell(2, 3), cell(2, 9)),
        (
            Data::String("列0".to_owned()),
            Data::String("列6".to_owned())
        )
    );
    assert_eq!(
        (cell(3, 0), cell(3, 3)),
        (Data::Float(1.0), Data::String("答0-0".to_owned()))
    );
    assert_eq!(
        (cell(5, 1), cell(5, 9)),
        (
            Data::String("李四".to_owned()),
            Data::String("答2-6".to_owned())
        )
    );
}

#[test]
fn a_text_is_read_in_the_encodings_of_offices() {
    let text =
        "姓名,统一社会信用代码\r\n\"星河,传媒\",91330106MA00000016\r\n张三,'330106199001011234\r\n";
    let gb = encoding_rs::GB18030.encode(text).0.into_owned();
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(
            text.replace(',', "\t")
                .encode_utf16()
                .flat_map(u16::to_le_bytes),
        )
        .collect();
    let marked = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
    for (name, bytes) in [
        ("UTF-8", text.as_bytes().to_vec()),
        ("GB18030", gb),
        ("with its mark", marked),
    ] {
        let table = read(&bytes, LIMITS).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(
            table.rows[0][0],
            Value::Text("星河,传媒".to_owned()),
            "{name}"
        );
        let (_, number) = table.columns.of(Field::Number, &table.rows[1]).unwrap();
        assert_eq!(number.text(), "330106199001011234", "{name}");
        let (headers, answers) = answers(2);
        let back = String::from_utf8(write(&table, &headers, &answers).unwrap()).unwrap();
        assert!(
            back.contains("\"星河,传媒\",91330106MA00000016,答0-0"),
            "{name}: {back}"
        );
        assert!(
            back.contains("张三,'330106199001011234,答1-0"),
            "its own cells are as they were: {back}"
        );
    }
    assert_eq!(read(&utf16, LIMITS).unwrap().format, Format::Text(b'\t'));
}

#[test]
fn what_is_no_table_is_refused_with_what_it_is() {
    let refused = |bytes: &[u8]| read(bytes, LIMITS).unwrap_err();
    assert_eq!(refused(b""), TableError::Empty);
    assert_eq!(refused(b" \r\n \r\n"), TableError::Empty);
    assert!(matches!(
        refused(b"\xD0\xCF\x11\xE0 old"),
        TableError::Foreign(_)
    ));
    let mut protected = b"\xD0\xCF\x11\xE0".to_vec();
    protected.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(refused(&protected), TableError::Protected);
    assert!(matches!(
        refused(b"<html><table></table></html>"),
        TableError::Foreign(_)
    ));
    assert!(matches!(refused(b"%PDF-1.7"), TableError::Foreign(_)));
    assert!(matches!(refused(b"a\0\0b"), TableError::Foreign(_)));
    assert_eq!(
        refused("序号,备注\n1,好\n".as_bytes()),
        TableError::NoHeader
    );
    assert_eq!(refused(b"\xFF\xFF\xFF,\xFF"), TableError::Encoding);
    let whole = book(|sheet| {
        sheet.write(0, 0, "姓名").unwrap();
    });
    assert_eq!(
        refused(&whole[..whole.len() / 2]),
        TableError::Damaged,
        "cut off"
    );
}

#[test]
fn what_is_too_large_is_refused_before_room_is_made_for_it() {
    let far = book(|sheet| {
        sheet.write(0, 0, "姓名").unwrap();
        sheet.write(1_048_575, 0, "远").unwrap();
    });
    assert_eq!(
        read(&far, LIMITS).unwrap_err(),
        TableError::TooManyRows(100)
    );
    let wide = book(|sheet| {
        sheet.write(0, 0, "姓名").unwrap();
        sheet.write(1, 16_383, "远").unwrap();
    });
    assert_eq!(
        read(&wide, LIMITS).unwrap_err(),
        TableError::TooManyColumns(256)
    );
    let many: String = std::iter::once("姓名\n".to_owned())
        .chain((0..200).map(|n| format!("张{n}\n")))
        .collect();
    assert_eq!(
        read(many.as_bytes(), LIMITS).unwrap_err(),
        TableError::TooManyRows(100)
    );
    let just = |rows: usize| {
        let text = format!("名单\n姓名\n{}", "张三\n".repeat(rows));
        read(text.as_bytes(), LIMITS).map(|table| table.rows.len())
    };
    assert_eq!(
        (just(100), just(101)),
        (Ok(100), Err(TableError::TooManyRows(100)))
    );
    assert_eq!(
        read(&bomb(), LIMITS).unwrap_err(),
        TableError::TooLarge(1 << 20)
    );
}

/// A workbook with one part more, of nothing but zeros.
fn bomb() -> Vec<u8> {
    let small = book(|sheet| {
        sheet.write(0, 0, "姓名").unwrap();
    });
    let mut archive = ZipArchive::new(Cursor::new(small)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        writer
            .raw_copy_file(archive.by_index(index).unwrap())
            .unwrap();
    }
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    writer.start_file("xl/media/zeros.bin", options).unwrap();
    writer.write_all(&vec![0; 4 << 20]).unwrap();
    writer.finish().unwrap().into_inner()
}
