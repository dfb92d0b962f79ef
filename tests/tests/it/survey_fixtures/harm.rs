//! Files that are refused: no tables, protected, cut off, or made to harm whoever reads them.

use reports::survey::raw::{Format, Part, Refusal, Sheet};

use super::Fixture;
use super::hand::{SHEET, book, cell, plain, refused, refused_after, related, row, text, zipped};

const LINKS: &str = "links to other files or data sources";

fn of(name: &'static str, note: &'static str, bytes: Vec<u8>, refusal: Refusal) -> Fixture {
    Fixture {
        name,
        note,
        bytes: Some(bytes),
        truth: refused(refusal),
    }
}

fn foreign(name: &'static str, note: &'static str, bytes: &[u8], noun: &str) -> Fixture {
    of(
        name,
        note,
        bytes.to_vec(),
        Refusal::Foreign(noun.to_owned()),
    )
}

fn too_large(setting: &str, most: u64) -> Refusal {
    Refusal::TooLarge {
        setting: setting.to_owned(),
        most,
    }
}

pub(super) fn fixtures() -> Vec<Fixture> {
    let mut all = no_tables();
    all.extend(protected());
    all.extend(damaged());
    all.extend(dangerous());
    all
}

fn no_tables() -> Vec<Fixture> {
    vec![
        foreign(
            "web-page.xls",
            "a web page under the name of a workbook",
            "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><body><table><tr><td>姓名</td></tr></table></body></html>".as_bytes(),
            "a web page and no workbook: open it and save it as .xlsx",
        ),
        foreign(
            "table-only.xls",
            "a web page that begins with its table",
            "\u{feff}\r\n<table><tr><td>姓名</td></tr></table>".as_bytes(),
            "a web page and no workbook: open it and save it as .xlsx",
        ),
        foreign(
            "spreadsheet-2003.xls",
            "an XML spreadsheet of 2003",
            b"<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>",
            "an XML spreadsheet of 2003: open it and save it as .xlsx",
        ),
        foreign(
            "web-archive.xls",
            "a web archive",
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n",
            "a web archive and no workbook: open it and save it as .xlsx",
        ),
        foreign("paper.xlsx", "a PDF", b"%PDF-1.7\n", "a PDF: send the workbook it was made of"),
        foreign("picture.xlsx", "an image", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "an image: send the workbook itself"),
        foreign(
            "document.xlsx",
            "a text document",
            &zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<document/>")]),
            "a text document (.docx): copy its table into a workbook",
        ),
        foreign(
            "archive.xlsx",
            "an archive of workbooks",
            &zipped(&[("a.csv", b"1,2\n"), ("b.csv", b"3,4\n")]),
            "an archive of files: unpack it and send its workbooks one by one",
        ),
        foreign(
            "bytes.csv",
            "bytes that are no text",
            b"\x01\x02\x03\x7f\x80\x81ELF",
            "neither a workbook nor a text",
        ),
        Fixture {
            name: "letter.xls",
            note: "a compound file without a workbook, by npm cfb",
            bytes: None,
            truth: refused(Refusal::Foreign(
                "a compound file without a workbook, such as .doc, .wps or .ppt".to_owned(),
            )),
        },
        of("nothing.xlsx", "nothing", Vec::new(), Refusal::Empty),
        of("blank.csv", "blank lines", b"\r\n \r\n".to_vec(), Refusal::Empty),
    ]
}

fn protected() -> Vec<Fixture> {
    let by = |name, note| Fixture {
        name,
        note,
        bytes: None,
        truth: refused(Refusal::Protected),
    };
    let manifest = br#"<manifest:manifest xmlns:manifest="urn:m"><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"#;
    vec![
        by(
            "password.xlsx",
            "a workbook that needs a password, in a compound file by npm cfb",
        ),
        by(
            "password.xls",
            "the same in BIFF8, its record written by hand",
        ),
        of(
            "password.ods",
            "the same as OpenDocument",
            zipped(&[
                (
                    "mimetype",
                    b"application/vnd.oasis.opendocument.spreadsheet",
                ),
                ("META-INF/manifest.xml", manifest),
                ("content.xml", b"\x8b\x01\x02"),
            ]),
            Refusal::Protected,
        ),
    ]
}

fn damaged() -> Vec<Fixture> {
    let whole = book(&[]);
    let half = whole[..whole.len() / 2].to_vec();
    let begun = vec![Part::Format(Format::Xlsx)];
    let backwards = SHEET.replace("</row>", "</row><row r=\"1\"><c><v>2</v></c></row>");
    let mut first = plain();
    first.pop();
    vec![
        of(
            "cut-off.xlsx",
            "a workbook that was cut off",
            half,
            Refusal::Damaged,
        ),
        of(
            "cut-off.xls",
            "the first bytes of a compound file",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(),
            Refusal::Damaged,
        ),
        Fixture {
            name: "open-sheet.xlsx",
            note: "a sheet that ends in the middle",
            bytes: Some(book(&[(
                "xl/worksheets/sheet1.xml",
                "<worksheet><sheetData><row><c>",
            )])),
            truth: refused_after(
                vec![
                    Part::Format(Format::Xlsx),
                    Part::Sheet(Sheet {
                        name: "摸底".to_owned(),
                        ..Sheet::default()
                    }),
                ],
                Refusal::Damaged,
            ),
        },
        Fixture {
            name: "no-sheet.xlsx",
            note: "a sheet whose part is missing",
            bytes: Some(book(&[("xl/_rels/workbook.xml.rels", "<Relationships/>")])),
            truth: refused_after(begun, Refusal::Damaged),
        },
        Fixture {
            name: "rows-backwards.xlsx",
            note: "two rows in one place",
            bytes: Some(book(&[("xl/worksheets/sheet1.xml", &backwards)])),
            truth: refused_after(first, Refusal::Damaged),
        },
    ]
}

fn dangerous() -> Vec<Fixture> {
    let entities = r#"<!DOCTYPE workbook [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><workbook>&b;</workbook>"#;
    let outside =
        r#"<!DOCTYPE workbook [<!ENTITY a SYSTEM "file:///etc/passwd">]><workbook>&a;</workbook>"#;
    let far = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>名称</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData></worksheet>";
    let overflow = "<worksheet><sheetData><row r=\"99999999999\"><c r=\"ZZZZZZ99999999999\"><v>1</v></c></row></sheetData></worksheet>";
    let begun = || {
        vec![
            Part::Format(Format::Xlsx),
            Part::Sheet(Sheet {
                name: "摸底".to_owned(),
                ..Sheet::default()
            }),
        ]
    };
    let mut first = begun();
    first.push(row(0, vec![cell(0, text("名称"))]));
    let link = related(
        r#"<Relationship Id="rId8" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink" Target="externalLinks/externalLink1.xml"/>"#,
    );
    let types = || Refusal::Dangerous("a document type definition".to_owned());
    let zeros = vec![b'0'; 20 << 20];
    let bomb = zipped(&[
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/worksheets/sheet1.xml", &zeros),
    ]);
    vec![
        of(
            "entities.xlsx",
            "entities of entities",
            book(&[("xl/workbook.xml", entities)]),
            types(),
        ),
        of(
            "entity-outside.xlsx",
            "an entity that names a file of the machine",
            book(&[("xl/workbook.xml", outside)]),
            types(),
        ),
        of(
            "external-link.xlsx",
            "values of another workbook",
            book(&[("xl/_rels/workbook.xml.rels", &link)]),
            Refusal::Dangerous(LINKS.to_owned()),
        ),
        of(
            "bomb.xlsx",
            "twenty megabytes of zeros in twenty kilobytes",
            bomb,
            too_large("import.ratio", 300),
        ),
        Fixture {
            name: "far-cell.xlsx",
            note: "one cell in the last row and column, for which a dense table would need half a terabyte",
            bytes: Some(book(&[("xl/worksheets/sheet1.xml", far)])),
            truth: refused_after(first, too_large("import.columns", 256)),
        },
        Fixture {
            name: "overflow.xlsx",
            note: "an address that is larger than any number of a row",
            bytes: Some(book(&[("xl/worksheets/sheet1.xml", overflow)])),
            truth: refused_after(begun(), Refusal::Damaged),
        },
    ]
}
