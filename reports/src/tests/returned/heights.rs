//! How a returned sheet is read by people: rows as high as what is told of them, in their language, in whatever order the
//! verdicts come.

use entity::kind::RowOutcome::{Accepted, Rejected, Skipped};
use entity::problem::Severity::{Error, Hint, Warning};
use rules::label::Lang;

use super::book::full;
use super::hand::book;
use super::{part, parts, returned, returned_in, text, verdict};
use crate::survey::returned::{Told, Verdict};

const SHEET: &str = "xl/worksheets/Sheet1.xml";

/// Rows with heights of every kind, under what a sheet says of rows.
fn rows(format: &str) -> Vec<u8> {
    let cell = |row: u32| format!(r#"<c r="A{row}" t="str"><v>甲</v></c>"#);
    let heights = [
        r#"ht="15""#,
        r#"ht="15" x14ac:dyDescent="0.15""#,
        r#"ht="15" customHeight="1""#,
        r#"ht="90" customHeight="1""#,
        "",
        r#"ht="15""#,
    ];
    let mut sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:x14ac="a">{format}<sheetData>"#
    );
    for (row, height) in (1..).zip(heights) {
        let line = format!(r#"<row r="{row}" {height}>{}</row>"#, cell(row));
        sheet.push_str(&line);
    }
    sheet.push_str("</sheetData></worksheet>");
    book(&sheet, &[])
}

fn told() -> Vec<Verdict> {
    let long = "长".repeat(60);
    let mut told: Vec<_> = (2..6)
        .map(|row| verdict(row, Rejected, &[("", Error, "错"), ("", Error, &long)]))
        .collect();
    told.push(verdict(6, Accepted, &[("", Warning, "一行")]));
    told
}

/// What a row says of itself.
fn tag(file: &[u8], row: u32) -> String {
    let sheet = part(file, SHEET);
    let begin = sheet.find(&format!("<row r=\"{row}\"")).expect("the row");
    let tag = &sheet[begin..];
    tag[..tag.find('>').expect("its end")].to_owned()
}

#[test]
fn rows_are_as_high_as_their_lines_need_and_never_lower_than_they_were() {
    let (once, _) = returned(&rows(""), &[1], told()).expect("a workbook");
    assert!(
        tag(&once, 2).ends_with(r#"ht="62""#),
        "four lines: {}",
        tag(&once, 2)
    );
    assert_eq!(tag(&once, 3), r#"<row r="3" customHeight="1" ht="62""#);
    assert_eq!(tag(&once, 4), r#"<row r="4" ht="90" customHeight="1""#);
    assert_eq!(tag(&once, 5), r#"<row r="5" ht="62""#, "not all fit it");
    assert_eq!(tag(&once, 6), r#"<row r="6" ht="15""#, "a line is enough");
    let (fixed, _) = returned(
        &rows(r#"<sheetFormatPr defaultRowHeight="20" customHeight="1"/>"#),
        &[1],
        told(),
    )
    .expect("a workbook");
    assert_eq!(tag(&fixed, 5), r#"<row r="5" ht="62" customHeight="1""#);
    // Once it is mended, a row that nobody gave a height is fitted to what is left in it.
    let mended = (2..7).map(|row| verdict(row, Accepted, &[])).collect();
    let (twice, _) = returned(&once, &[1], mended).expect("a workbook");
    assert!(!tag(&twice, 2).contains(" ht="), "{}", tag(&twice, 2));
    assert!(tag(&twice, 3).contains(r#"ht="62""#), "{}", tag(&twice, 3));
}

#[test]
fn verdicts_may_come_in_any_order_and_say_the_same_twice() {
    let all = || {
        vec![
            verdict(4, Accepted, &[("B4", Warning, "名称含特殊符号")]),
            verdict(
                5,
                Rejected,
                &[("C5", Error, "校验位不符"), ("", Error, "整行重复")],
            ),
            verdict(7, Skipped, &[("", Hint, "合计行")]),
        ]
    };
    let mut turned = all();
    turned.reverse();
    turned.push(verdict(5, Accepted, &[("C5", Warning, "校验位不符")]));
    let (in_order, _) = returned(&full(), &[3], all()).expect("a workbook");
    let (out_of_order, told) = returned(&full(), &[3], turned).expect("a workbook");
    assert_eq!(told, Told::default());
    assert_eq!(parts(&in_order), parts(&out_of_order));
    let mut lost = verdict(4, Accepted, &[]);
    lost.sheet = "没有的表".to_owned();
    let (_, told) = returned(&full(), &[3], vec![lost]).expect("a workbook all the same");
    assert_eq!(told.unplaced, 1);
}

#[test]
fn results_are_told_in_the_language_of_whoever_asked() {
    let rows = vec![
        verdict(4, Accepted, &[]),
        verdict(5, Rejected, &[("C5", Error, "The check digit is wrong.")]),
        verdict(7, Skipped, &[]),
    ];
    let (file, _) = returned_in(Lang::En, &full(), &[3], rows).expect("a workbook");
    assert_eq!(
        [4, 5, 7].map(|row| text(&file, row - 1, 4)),
        ["accepted", "rejected", "skipped"]
    );
    assert_eq!(text(&file, 4, 5), "C5: The check digit is wrong.");
}

#[test]
fn a_row_without_a_height_is_never_made_lower_than_what_the_user_wrote_in_it() {
    let long = "址".repeat(40);
    let cell = |format: u32| {
        format!(
            r#"<row r="2"><c r="A2" s="{format}" t="inlineStr"><is><t>{long}</t></is></c></row>"#
        )
    };
    let sheet = |format: u32| {
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let head = r#"<row r="1"><c r="A1" t="str"><v>地址</v></c></row>"#;
        format!(
            r#"<worksheet xmlns="{main}"><cols><col min="1" max="1" width="13"/></cols><sheetData>{head}{}</sheetData></worksheet>"#,
            cell(format)
        )
    };
    let told = || {
        vec![verdict(
            2,
            Rejected,
            &[("", Error, "一"), ("", Error, "二")],
        )]
    };
    let (plain, _) = returned(&book(&sheet(0), &[]), &[1], told()).expect("a workbook");
    assert_eq!(tag(&plain, 2), r#"<row r="2" ht="31""#, "our two lines");
    let (wrapped, _) = returned(&book(&sheet(1), &[]), &[1], told()).expect("a workbook");
    assert_eq!(tag(&wrapped, 2), r#"<row r="2" ht="124""#, "their eight");
}

#[test]
fn what_refuses_a_row_is_told_first_and_the_same_of_one_cell_once() {
    let rows = vec![
        verdict(
            4,
            Rejected,
            &[("B4", Warning, "约数"), ("C4", Error, "校验位不符")],
        ),
        verdict(5, Accepted, &[("B4", Warning, "约数")]),
    ];
    let (file, _) = returned(&full(), &[3], rows).expect("a workbook");
    assert_eq!(text(&file, 3, 5), "C4：校验位不符\nB4：约数");
    let comments: Vec<_> = parts(&file).into_iter().collect();
    let comments = comments
        .iter()
        .filter(|(name, _)| name.contains("comments"))
        .map(|(_, (bytes, ..))| String::from_utf8_lossy(bytes).matches("约数").count());
    assert_eq!(comments.sum::<usize>(), 1);
}
