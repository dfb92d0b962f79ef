//! Workbooks that other programs write: with prefixed names, without addresses, with a wrong size, with threads of comments.

use std::io::{Cursor, Write as _};

use entity::kind::RowOutcome::{Accepted, Rejected};
use entity::problem::Severity::Error;
use rules::label::Lang;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{part, parts, returned, sheet as named, text, verdict};
use crate::survey::returned::{MARK, ReturnError, Told, copied};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// The smallest workbook around a sheet, with more parts.
pub(super) fn book(sheet: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let types = format!(
        r#"<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/Sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#
    );
    let root = format!(
        r#"<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let workbook = format!(
        r#"<x:workbook xmlns:x="{MAIN}" xmlns:q="{OFFICE}"><x:sheets><x:sheet name="名单" sheetId="1" q:id="a"/></x:sheets></x:workbook>"#
    );
    let relations = format!(
        r#"<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" Type="{OFFICE}/worksheet" Target="/xl/worksheets/sheet1.xml"/><Relationship Id="b" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>"#
    );
    let styles = format!(
        r#"<x:styleSheet xmlns:x="{MAIN}"><x:fonts count="1"><x:font><x:sz val="11"/></x:font></x:fonts><x:fills count="2"><x:fill><x:patternFill patternType="none"/></x:fill><x:fill><x:patternFill patternType="gray125"/></x:fill></x:fills><x:borders count="1"><x:border/></x:borders><x:cellStyleXfs count="1"><x:xf/></x:cellStyleXfs><x:cellXfs count="2"><x:xf numFmtId="0" fontId="0" fillId="0" borderId="0"/><x:xf numFmtId="0" fontId="0" fillId="0" borderId="0"><x:alignment wrapText="1"/></x:xf></x:cellXfs></x:styleSheet>"#
    );
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let own: [(&str, &str); 6] = [
        ("[Content_Types].xml", &types),
        ("_rels/.rels", &root),
        ("xl/workbook.xml", &workbook),
        ("xl/_rels/workbook.xml.rels", &relations),
        ("xl/styles.xml", &styles),
        ("xl/worksheets/Sheet1.xml", sheet),
    ];
    for (name, text) in own.iter().chain(more) {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .expect("an entry");
        archive.write_all(text.as_bytes()).expect("bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

const PREFIXED: &str = r#"<?xml version="1.0"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:dimension ref="A1:A1"/><x:cols><x:col min="1" max="16384" width="12"/></x:cols><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>名称</x:t></x:is></x:c><x:c t="inlineStr"><x:is><x:t>电话</x:t></x:is></x:c></x:row><x:row><x:c t="inlineStr"><x:is><x:t>甲 &amp; 乙</x:t></x:is></x:c><x:c><x:v>13800138000</x:v></x:c></x:row><x:row/><x:row r="5"><x:c r="B5"><x:v>2</x:v></x:c></x:row></x:sheetData><x:pageMargins left="1"/><x:tableParts count="0"/></x:worksheet>"#;

#[test]
fn names_with_a_prefix_and_cells_without_addresses_are_written_in_place() {
    let file = book(PREFIXED, &[]);
    let rows = vec![
        verdict(2, Accepted, &[]),
        verdict(4, Rejected, &[("A4", Error, "空行")]),
        verdict(5, Rejected, &[("A5", Error, "缺少名称")]),
        verdict(6, Rejected, &[]),
    ];
    let (after, told) = returned(&file, &[1], rows).expect("a workbook");
    assert_eq!(told, Told::default());
    let sheet = part(&after, "xl/worksheets/Sheet1.xml");
    assert!(sheet.contains(r#"<x:dimension ref="A1:D5"/>"#), "{sheet}");
    assert!(sheet.contains(r#"<x:c t="inlineStr"><x:is><x:t>甲 &amp; 乙</x:t></x:is></x:c>"#));
    assert!(sheet.contains(r#"<x:col width="12" min="1" max="2"/><x:col min="3" max="3""#));
    assert!(sheet.contains(r#"<x:col width="12" min="5" max="16384"/>"#));
    assert!(
        sheet.contains(r#"<x:row r="4"><x:c r="A4" s="3"/><x:c r="C4""#),
        "{sheet}"
    );
    assert!(sheet.contains(r#"<x:c r="A5" s="3"/><x:c r="B5"><x:v>2</x:v></x:c><x:c r="C5""#));
    assert!(sheet.contains(r#"<x:row r="6"><x:c r="C6""#));
    let drawing = sheet.find("<x:legacyDrawing").expect("a drawing");
    assert!(drawing < sheet.find("<x:tableParts").expect("tables"));
    assert!(drawing > sheet.find("<x:pageMargins").expect("margins"));
    let types = part(&after, "[Content_Types].xml");
    assert!(
        types.contains(r#"PartName="/xl/comments1.xml""#) && types.contains(r#"Extension="vml""#)
    );
    let relations = part(&after, "xl/worksheets/_rels/sheet1.xml.rels");
    assert!(relations.contains("/comments\"") && relations.contains("/vmlDrawing\""));
    assert!(part(&after, "xl/styles.xml").contains(r#"<x:cellXfs count="5">"#));
}

#[test]
fn a_sheet_without_rows_or_columns_takes_them() {
    let empty = format!(r#"<worksheet xmlns="{MAIN}"><sheetData/></worksheet>"#);
    let rows = vec![verdict(2, Accepted, &[("", Error, "无表头")])];
    let (after, _) = returned(&book(&empty, &[]), &[], rows).expect("a workbook");
    let sheet = part(&after, "xl/worksheets/Sheet1.xml");
    assert!(sheet.contains(r#"<cols><col min="1" max="1""#));
    assert_eq!(text(&after, 1, 0), "处理结果");
    assert_eq!(text(&after, 1, 1), "已采用\n· 无表头");
    assert!(!parts(&after).contains_key("xl/comments1.xml"));
}

#[test]
fn a_form_says_it_in_a_word_and_what_belongs_to_it_also_twice() {
    let form = format!(
        r#"<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="str"><v>姓名</v></c><c r="B1" t="str"><v>张三</v></c></row><row r="3"><c r="A3" t="str"><v>电话</v></c><c r="B3" t="str"><v>1</v></c></row></sheetData></worksheet>"#
    );
    let rows = || vec![verdict(1, Rejected, &[("B3", Error, "电话太短")])];
    let (once, _) = returned(&book(&form, &[]), &[], rows()).expect("a workbook");
    let (twice, _) = returned(&once, &[], rows()).expect("a workbook");
    for file in [once, twice] {
        assert_eq!(text(&file, 0, 1), "张三");
        assert_eq!(text(&file, 0, 2), "处理结果");
        assert_eq!(text(&file, 0, 3), "未通过\nB3：电话太短");
        assert_eq!(text(&file, 0, 4), "");
        let sheet = part(&file, "xl/worksheets/Sheet1.xml");
        assert!(
            sheet.contains(r#"<c r="B3" t="str" s="#),
            "marked where it stands: {sheet}"
        );
        assert!(part(&file, "xl/comments1.xml").contains(r#"ref="B3""#));
    }
}

#[test]
fn a_thread_of_comments_keeps_its_own_words() {
    let sheet = format!(
        r#"<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheetData><row r="1"><c r="A1" t="str"><v>名称</v></c></row><row r="2"><c r="A2" t="str"><v>甲</v></c></row></sheetData><legacyDrawing r:id="d"/></worksheet>"#
    );
    let comments = format!(
        r#"<comments xmlns="{MAIN}"><authors><author>tc={{1}}</author></authors><commentList><comment ref="A2" authorId="0"><text><t>[Threaded comment] 请核对</t></text></comment></commentList></comments>"#
    );
    let relations = format!(
        r#"<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="c" Type="{OFFICE}/comments" Target="../comments1.xml"/><Relationship Id="d" Type="{OFFICE}/vmlDrawing" Target="../drawings/vmlDrawing1.vml"/><Relationship Id="t" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="../threadedComments/threadedComment1.xml"/></Relationships>"#
    );
    let more: [(&str, &str); 4] = [
        ("xl/worksheets/_rels/Sheet1.xml.rels", &relations),
        ("xl/comments1.xml", &comments),
        // A button of Excel's own, which is no well-formed XML.
        (
            "xl/drawings/vmlDrawing1.vml",
            r#"<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape id="_x0000_s2049"><div>按钮<br></div></v:shape></xml>"#,
        ),
        (
            "xl/threadedComments/threadedComment1.xml",
            "<ThreadedComments/>",
        ),
    ];
    let file = book(&sheet, &more);
    let rows = vec![verdict(
        2,
        Rejected,
        &[("A2", Error, "名称太短"), ("B2", Error, "缺少电话")],
    )];
    let (after, _) = returned(&file, &[1], rows).expect("a workbook");
    let comments = part(&after, "xl/comments1.xml");
    assert!(comments.contains("[Threaded comment] 请核对"));
    assert_eq!(comments.matches(MARK).count(), 1, "{comments}");
    let drawing = part(&after, "xl/drawings/vmlDrawing1.vml");
    assert!(drawing.contains("<div>按钮<br></div>"));
    assert!(drawing.contains("_x0000_s2050"));
    let name = "xl/threadedComments/threadedComment1.xml";
    assert_eq!(parts(&after).get(name), parts(&file).get(name));
    assert_eq!(
        part(&after, "xl/worksheets/_rels/Sheet1.xml.rels"),
        relations
    );
}

#[test]
fn what_cannot_be_written_in_place_is_said() {
    let unfit = |file: &[u8]| match returned(file, &[1], Vec::new()) {
        Err(ReturnError::Unfit(why)) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(unfit(b"PK"), "an archive that is no workbook");
    let cut = &PREFIXED[..PREFIXED.len() - 200];
    assert_eq!(unfit(&book(cut, &[])), "a sheet that is cut off");
    let turned = format!(
        r#"<worksheet xmlns="{MAIN}"><sheetData><row r="2"/><row r="1"/></sheetData></worksheet>"#
    );
    assert_eq!(unfit(&book(&turned, &[])), "rows that are not in order");
}

#[test]
fn without_room_for_columns_cells_are_marked() {
    let wide = format!(
        r#"<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="str"><v>名称</v></c><c r="XFC1"><v>1</v></c></row></sheetData></worksheet>"#
    );
    let rows = vec![verdict(1, Rejected, &[("A1", Error, "甲")])];
    let (after, told) = returned(&book(&wide, &[]), &[], rows).expect("a workbook");
    assert_eq!(told.without_columns, ["名单"]);
    assert!(part(&after, "xl/comments1.xml").contains("甲"));
}

#[test]
fn comments_have_a_limit_and_what_is_left_out_is_counted() {
    let mut rows = format!(r#"<worksheet xmlns="{MAIN}"><sheetData>"#);
    for row in 1..=6_000 {
        let line = format!(r#"<row r="{row}"><c r="A{row}"><v>1</v></c></row>"#);
        rows.push_str(&line);
    }
    rows.push_str("</sheetData></worksheet>");
    let verdicts =
        (2..=6_000).map(|row| verdict(row, Rejected, &[(&format!("A{row}"), Error, "错")]));
    let verdicts = verdicts.map(Ok::<_, std::io::Error>);
    let mut out = Cursor::new(Vec::new());
    let (file, scratch) = (Cursor::new(book(&rows, &[])), Cursor::new(Vec::new()));
    let told = copied(
        file,
        scratch,
        &mut out,
        (&[named(&[1])], Lang::Zh),
        verdicts,
    )
    .expect("a workbook");
    assert_eq!(told.without_comment, 999);
    let comments = part(&out.into_inner(), "xl/comments1.xml");
    assert_eq!(comments.matches("<comment ").count(), 5_000);
}
