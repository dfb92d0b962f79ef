//! Workbooks as programs write them that do not keep to the book: WPS, converters, old calendars.

use reports::survey::raw::{Format, Part, Sheet, Span, Value};

use super::Fixture;
use super::hand::{self, SHEET, book, cell, formula, moment, plain, row, sheet, text, zipped};

const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="176"/><xf numFmtId="31"/><xf numFmtId="46"/></cellXfs></styleSheet>"#;

fn of(name: &'static str, note: &'static str, parts: &[(&str, &str)], truth: Vec<Part>) -> Fixture {
    Fixture {
        name,
        note,
        bytes: Some(book(parts)),
        truth,
    }
}

fn rows(rows: &str) -> String {
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")
}

fn of_rows(name: &'static str, note: &'static str, inside: &str, truth: Vec<Part>) -> Fixture {
    let sheet = rows(inside);
    of(
        name,
        note,
        &[
            ("xl/worksheets/sheet1.xml", &sheet),
            ("xl/styles.xml", STYLES),
        ],
        hand::sheet(Format::Xlsx, "摸底", truth),
    )
}

pub(super) fn fixtures() -> Vec<Fixture> {
    let mut all = vec![wrong_size(), prefixed(), backslashes(), rich(), merged()];
    all.extend(days());
    all.extend(cells());
    all.extend(harmless());
    all
}

fn wrong_size() -> Fixture {
    let sheet = SHEET.replace("<sheetData>", "<dimension ref=\"A1:A1\"/><sheetData>");
    of(
        "wps-dimension.xlsx",
        "WPS says A1:A1 of every sheet; what it says is not looked at",
        &[("xl/worksheets/sheet1.xml", &sheet)],
        plain(),
    )
}

fn prefixed() -> Fixture {
    of(
        "prefixed.xlsx",
        "elements with a prefix, `x:workbook`",
        &[
            (
                "xl/workbook.xml",
                r#"<x:workbook xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:q="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><x:sheets><x:sheet name="摸底" sheetId="1" q:id="rId1"/></x:sheets></x:workbook>"#,
            ),
            (
                "xl/worksheets/sheet1.xml",
                r#"<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="B1"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"#,
            ),
            (
                "xl/sharedStrings.xml",
                "<x:sst xmlns:x=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><x:si><x:t>名称</x:t></x:si></x:sst>",
            ),
        ],
        plain(),
    )
}

fn backslashes() -> Fixture {
    let relations =
        hand::related("").replace("worksheets/sheet1.xml", "\\xl\\worksheets\\Sheet1.xml");
    of(
        "backslashes.xlsx",
        "parts named with backslashes and other letters, against the rules of packages",
        &[("xl/_rels/workbook.xml.rels", &relations)],
        plain(),
    )
}

fn rich() -> Fixture {
    let sheet = rows(
        "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c><c t=\"inlineStr\"><is><r><t>甲</t></r><r><t>乙</t></r></is></c></row>",
    );
    let strings = "<sst><si><r><t>张</t></r><r><rPr><b/></rPr><t xml:space=\"preserve\"> 三</t></r><rPh sb=\"0\" eb=\"1\"><t>ZHANG</t></rPh></si><si><t>一_x000D_\n二</t></si></sst>";
    let cells = vec![
        cell(0, text("张 三")),
        cell(1, text("一\r\n二")),
        cell(2, text("甲乙")),
    ];
    of(
        "rich-texts.xlsx",
        "texts in several fonts, with readings beside them and with escaped characters",
        &[
            ("xl/worksheets/sheet1.xml", &sheet),
            ("xl/sharedStrings.xml", strings),
        ],
        hand::sheet(Format::Xlsx, "摸底", vec![row(0, cells)]),
    )
}

fn merged() -> Fixture {
    let xml = "<worksheet><cols><col min=\"2\" max=\"4\" hidden=\"1\"/></cols><sheetData><row r=\"2\"><c r=\"A2\" t=\"str\"><v>合</v></c></row></sheetData><mergeCells count=\"2\"><mergeCell ref=\"A2:A4\"/><mergeCell ref=\"C6:D7\"/></mergeCells></worksheet>";
    let span = |top, left, bottom, right| Span {
        top,
        left,
        bottom,
        right,
    };
    of(
        "merged-down.xlsx",
        "cells merged downwards, told before the rows although they stand behind",
        &[("xl/worksheets/sheet1.xml", xml)],
        vec![
            Part::Format(Format::Xlsx),
            Part::Sheet(Sheet {
                name: "摸底".to_owned(),
                merges: vec![span(1, 0, 3, 0), span(5, 2, 6, 3)],
                hidden_columns: vec![(1, 3)],
                ..Sheet::default()
            }),
            row(1, vec![cell(0, text("合"))]),
            Part::End,
        ],
    )
}

fn days() -> Vec<Fixture> {
    let serials = "<row><c s=\"1\"><v>45474</v></c><c s=\"2\"><v>45474.5</v></c><c s=\"1\"><v>60</v></c><c s=\"1\"><v>59</v></c><c s=\"3\"><v>1.5</v></c><c s=\"1\"><v>0.25</v></c><c s=\"1\"><v>330902199001011264</v></c><c><v>45474</v></c></row>";
    let number = |column, found| cell(column, Value::Number(found));
    let told = vec![
        cell(0, moment("2024-07-01T00:00:00")),
        cell(1, moment("2024-07-01T12:00:00")),
        number(2, 60.0),
        cell(3, moment("1900-02-28T00:00:00")),
        number(4, 1.5),
        number(5, 0.25),
        number(6, 330_902_199_001_011_264.0),
        number(7, 45_474.0),
    ];
    let since = r#"<workbook xmlns:r="urn:r"><workbookPr date1904="1"/><sheets><sheet name="摸底" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let sheet_1904 = rows(
        "<row><c s=\"1\"><v>44012</v></c><c s=\"1\"><v>0</v></c><c t=\"d\"><v>2024-07-01</v></c></row>",
    );
    let told_1904 = vec![
        cell(0, moment("2024-07-01T00:00:00")),
        cell(1, moment("1904-01-01T00:00:00")),
        cell(2, moment("2024-07-01T00:00:00")),
    ];
    vec![
        of_rows(
            "days.xlsx",
            "days by their number format; 29 February 1900, lengths of time and times without a day stay numbers",
            serials,
            vec![row(0, told)],
        ),
        of(
            "calendar-1904.xlsx",
            "days counted from 1904",
            &[
                ("xl/workbook.xml", since),
                ("xl/worksheets/sheet1.xml", &sheet_1904),
                ("xl/styles.xml", STYLES),
            ],
            sheet(Format::Xlsx, "摸底", vec![row(0, told_1904)]),
        ),
    ]
}

fn cells() -> Vec<Fixture> {
    let fault = |text: &str| Value::Fault(text.to_owned());
    vec![
        of_rows(
            "formulas.xlsx",
            "values that were calculated, never calculated, empty or an error",
            "<row><c><f>1+1</f><v>2</v></c><c><f>A2</f></c><c t=\"str\"><f>\"\"</f><v></v></c><c t=\"e\"><f>B9</f><v>#REF!</v></c><c><f t=\"shared\" si=\"0\"/><v>3</v></c></row>",
            vec![row(
                0,
                vec![
                    formula(0, Value::Number(2.0)),
                    formula(1, text("")),
                    formula(3, fault("#REF!")),
                    formula(4, Value::Number(3.0)),
                ],
            )],
        ),
        open_formulas(),
        of_rows(
            "no-addresses.xlsx",
            "rows and cells without an address stand behind the last",
            "<row><c><v>1</v></c><c/><c><v>2</v></c></row><row r=\"5\"><c r=\"C5\"><v>3</v></c><c><v>4</v></c></row><row><c t=\"b\"><v>1</v></c></row>",
            vec![
                row(
                    0,
                    vec![cell(0, Value::Number(1.0)), cell(2, Value::Number(2.0))],
                ),
                row(
                    4,
                    vec![cell(2, Value::Number(3.0)), cell(3, Value::Number(4.0))],
                ),
                row(5, vec![cell(0, Value::Flag(true))]),
            ],
        ),
        of_rows(
            "styled-to-the-end.xlsx",
            "cells without a value out to the last row and column cost nothing",
            "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"XFD1\" s=\"1\"/></row><row r=\"1048576\"><c r=\"XFD1048576\" s=\"1\"/></row>",
            vec![row(0, vec![cell(0, Value::Number(1.0))])],
        ),
        of_rows(
            "spaces.xlsx",
            "spaces of all kinds, full-width digits and line ends come as they stand",
            "<row><c t=\"inlineStr\"><is><t xml:space=\"preserve\">\u{a0}１２３\u{200b}\u{200e} </t></is></c><c t=\"inlineStr\"><is><t>&apos;330902\t&#10;</t></is></c></row>",
            vec![row(
                0,
                vec![
                    cell(0, text("\u{a0}１２３\u{200b}\u{200e} ")),
                    cell(1, text("'330902\t\n")),
                ],
            )],
        ),
    ]
}

fn harmless() -> Vec<Fixture> {
    let macros = hand::related(
        r#"<Relationship Id="rId9" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/>"#,
    );
    let linked = r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://live.example.com/1" TargetMode="External"/></Relationships>"#;
    let bare = zipped(&[
        ("xl/workbook.xml", br#"<workbook xmlns:r="urn:r"><sheets><sheet name="sheet" sheetId="1" r:id="a"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", br#"<Relationships><Relationship Id="a" Type="/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#),
        ("xl/worksheets/sheet1.xml", SHEET.as_bytes()),
    ]);
    let cells = vec![cell(0, text("名称")), cell(1, Value::Number(1.0))];
    vec![
        of(
            "macros.xlsm",
            "macros are never looked at",
            &[
                ("xl/_rels/workbook.xml.rels", &macros),
                ("xl/vbaProject.bin", "macros"),
            ],
            plain(),
        ),
        of(
            "links.xlsx",
            "a link in a cell is only a text that people may click",
            &[("xl/worksheets/_rels/sheet1.xml.rels", linked)],
            plain(),
        ),
        Fixture {
            name: "bare.xlsx",
            note: "no relationships of the package and no content types",
            bytes: Some(bare),
            truth: sheet(Format::Xlsx, "sheet", vec![row(0, cells)]),
        },
    ]
}

fn open_formulas() -> Fixture {
    let content = r#"<office:document-content xmlns:office="urn:o" xmlns:table="urn:t" xmlns:text="urn:x"><office:body><office:spreadsheet><table:table table:name="摸底"><table:table-row><table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"><text:p>2</text:p></table:table-cell><table:table-cell table:formula="of:=[.A2]"/><table:table-cell table:formula="of:=&quot;&quot;" office:value-type="string" office:string-value=""/><table:table-cell table:formula="of:=[.A9]" office:value-type="float"/></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#;
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    let cells = vec![
        formula(0, Value::Number(2.0)),
        formula(1, text("")),
        formula(3, text("")),
    ];
    Fixture {
        name: "formulas.ods",
        note: "the same as OpenDocument: calculated, never calculated, empty, without a value",
        bytes: Some(zipped(&[
            ("mimetype", kind.as_bytes()),
            ("content.xml", content.as_bytes()),
        ])),
        truth: sheet(Format::Ods, "摸底", vec![row(0, cells)]),
    }
}
