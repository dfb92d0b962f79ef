//! Survey files to measure with: a table of twelve columns with as many rows as are asked for, as `.xlsx`, as `.xlsb` and as
//! text. The `.xlsb` is written by its own few records, because no library at hand writes it.
#![expect(
    clippy::expect_used,
    reason = "a measurement that cannot be set up has nothing to report"
)]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use entity::value::credit_code;
use rust_xlsxwriter::Workbook;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Columns of a row.
pub const COLUMNS: usize = 12;

const HEADER: [&str; COLUMNS] = [
    "直播账号",
    "直播间名称",
    "粉丝数量",
    "运营者名称",
    "运营者证件号码",
    "运营者证件类型",
    "运营者法律形式",
    "运营者联系电话",
    "实际经营地址",
    "运营者住所",
    "法定代表人（负责人）",
    "备注",
];

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A workbook of XML.
    Xlsx,
    /// A workbook of binary parts.
    Xlsb,
    /// A text with commas.
    Csv,
}

impl Form {
    /// Its extension.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xlsb => "xlsb",
            Self::Csv => "csv",
        }
    }
}

fn row(n: u32) -> [String; COLUMNS] {
    let body = format!("91330203MA{n:07}");
    let check = credit_code::check_character(&body).expect("seventeen characters");
    [
        format!("acct-{n}"),
        format!("海曙第{n}直播间"),
        format!("{}", 1_000 + n),
        format!("宁波海曙第{n}号直播有限公司"),
        format!("{body}{check}"),
        "统一社会信用代码".to_owned(),
        "法人".to_owned(),
        format!("138{n:08}"),
        format!("浙江省宁波市海曙区中山西路{n}号"),
        format!("浙江省宁波市海曙区解放北路{n}号"),
        "王小明".to_owned(),
        format!("第{n}行"),
    ]
}

/// Writes a survey of so many rows.
pub fn write(form: Form, rows: u32, path: &Path) {
    match form {
        Form::Xlsx => xlsx(rows, path),
        Form::Xlsb => xlsb(rows, path),
        Form::Csv => csv(rows, path),
    }
}

fn xlsx(rows: u32, path: &Path) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory().expect("a sheet");
    let all = std::iter::once(HEADER.map(str::to_owned)).chain((0..rows).map(row));
    for (place, cells) in (0..).zip(all) {
        for (column, cell) in (0..).zip(&cells) {
            sheet.write_string(place, column, cell).expect("a cell");
        }
    }
    book.save(path).expect("a workbook");
}

fn csv(rows: u32, path: &Path) {
    let mut file = BufWriter::new(File::create(path).expect("a file"));
    let all = std::iter::once(HEADER.map(str::to_owned)).chain((0..rows).map(row));
    for cells in all {
        writeln!(file, "{}", cells.join(",")).expect("a line");
    }
    file.flush().expect("a file");
}

/// A record of a binary part: its number, its length, its bytes.
fn record(to: &mut impl Write, number: u16, bytes: &[u8]) {
    let mut head = Vec::new();
    if number < 128 {
        head.push(u8::try_from(number).unwrap_or(0));
    } else {
        head.extend([
            u8::try_from(number & 0x7F).unwrap_or(0) | 0x80,
            u8::try_from(number >> 7).unwrap_or(0),
        ]);
    }
    let mut left = bytes.len();
    loop {
        let low = u8::try_from(left & 0x7F).unwrap_or(0);
        left >>= 7;
        head.push(if left == 0 { low } else { low | 0x80 });
        if left == 0 {
            break;
        }
    }
    to.write_all(&head).expect("a record");
    to.write_all(bytes).expect("a record");
}

/// A text with its length in UTF-16 units.
fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = u32::try_from(units.len()).unwrap_or(0);
    let mut bytes = length.to_le_bytes().to_vec();
    bytes.extend(units.into_iter().flat_map(u16::to_le_bytes));
    bytes
}

fn xlsb(rows: u32, path: &Path) {
    const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Override PartName="/xl/worksheets/sheet1.bin" ContentType="application/vnd.ms-excel.worksheet"/></Types>"#;
    const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.bin"/></Relationships>"#;
    const BOOK: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.bin"/></Relationships>"#;
    let file = BufWriter::new(File::create(path).expect("a file"));
    let mut zip = ZipWriter::new(file);
    let options = SimpleFileOptions::default().compression_level(Some(1));
    for (name, text) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/_rels/workbook.bin.rels", BOOK),
    ] {
        zip.start_file(name, options).expect("a part");
        zip.write_all(text.as_bytes()).expect("a part");
    }
    zip.start_file("xl/workbook.bin", options).expect("a part");
    record(&mut zip, 131, &[]);
    record(&mut zip, 143, &[]);
    let mut sheet = vec![0; 4];
    sheet.extend(1_u32.to_le_bytes());
    sheet.extend(wide("rId1"));
    sheet.extend(wide("Sheet1"));
    record(&mut zip, 156, &sheet);
    record(&mut zip, 144, &[]);
    record(&mut zip, 132, &[]);
    zip.start_file("xl/worksheets/sheet1.bin", options)
        .expect("a part");
    let mut part = BufWriter::new(zip);
    record(&mut part, 129, &[]);
    record(&mut part, 145, &[]);
    let all = std::iter::once(HEADER.map(str::to_owned)).chain((0..rows).map(row));
    for (place, cells) in (0_u32..).zip(all) {
        // The row, its format, its height in twentieths of a point, flags, and no hints.
        let mut head = place.to_le_bytes().to_vec();
        head.extend([0; 4]);
        head.extend(300_u16.to_le_bytes());
        head.extend([0; 7]);
        record(&mut part, 0, &head);
        for (column, cell) in (0_u32..).zip(&cells) {
            let mut bytes = column.to_le_bytes().to_vec();
            bytes.extend([0; 4]);
            bytes.extend(wide(cell));
            record(&mut part, 6, &bytes);
        }
    }
    record(&mut part, 146, &[]);
    record(&mut part, 130, &[]);
    let zip = part
        .into_inner()
        .map_err(std::io::IntoInnerError::into_error);
    zip.expect("a part").finish().expect("an archive");
}
