//! Archives put together part by part, and short ways to write down what is read.

use std::io::{Cursor, Write as _};

use reports::survey::raw::{Cell, Format, Part, Refusal, Row, Sheet, Value};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="摸底" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
/// A sheet of one row: its name and a number.
pub(super) const SHEET: &str = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>名称</t></is></c><c r="B1"><v>1</v></c></row></sheetData></worksheet>"#;

/// An archive of parts, the same bytes each time.
pub(super) fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, content) in parts {
        archive.start_file(*name, options).expect("a part");
        archive.write_all(content).expect("its content");
    }
    archive.finish().expect("an archive").into_inner()
}

/// A workbook of one sheet; parts of the same name stand in for its own.
pub(super) fn book(more: &[(&str, &str)]) -> Vec<u8> {
    let mut parts = vec![
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/worksheets/sheet1.xml", SHEET),
    ];
    for part in more {
        parts.retain(|(name, _)| name != &part.0);
        parts.push(*part);
    }
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, content)| (*name, content.as_bytes()))
        .collect();
    zipped(&parts)
}

/// The relationships of the workbook with another one.
pub(super) fn related(relation: &str) -> String {
    RELATIONS.replace("</Relationships>", &format!("{relation}</Relationships>"))
}

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(super) fn moment(text: &str) -> Value {
    Value::Moment(text.to_owned())
}

pub(super) fn cell(column: u32, value: Value) -> Cell {
    Cell {
        column,
        value,
        formula: false,
    }
}

pub(super) fn formula(column: u32, value: Value) -> Cell {
    Cell {
        column,
        value,
        formula: true,
    }
}

pub(super) fn row(index: u32, cells: Vec<Cell>) -> Part {
    Part::Row(Row {
        index,
        hidden: false,
        cells,
    })
}

/// What is told of a file of one plain sheet.
pub(super) fn sheet(format: Format, name: &str, rows: Vec<Part>) -> Vec<Part> {
    let mut parts = vec![
        Part::Format(format),
        Part::Sheet(Sheet {
            name: name.to_owned(),
            ..Sheet::default()
        }),
    ];
    parts.extend(rows);
    parts.push(Part::End);
    parts
}

/// What is told of [`book`] as it is.
pub(super) fn plain() -> Vec<Part> {
    let cells = vec![cell(0, text("名称")), cell(1, Value::Number(1.0))];
    sheet(Format::Xlsx, "摸底", vec![row(0, cells)])
}

/// What is told of a file that is refused at once.
pub(super) fn refused(refusal: Refusal) -> Vec<Part> {
    vec![Part::Refused(refusal)]
}

/// The same behind the parts that came before.
pub(super) fn refused_after(parts: Vec<Part>, refusal: Refusal) -> Vec<Part> {
    let mut parts = parts;
    parts.push(Part::Refused(refusal));
    parts
}
