//! What is told instead of a value or a file: formulas that were never calculated, and what else was sent.

use entity::problem::{Finding, ProblemCode};

use super::{Cell, Refusal, by_hand, refused, rows, text, zipped};

#[test]
fn a_formula_without_a_saved_value_is_no_empty_cell() {
    let sheet = r#"<worksheet><sheetData><row r="1"><c r="A1"><f>B1</f></c><c r="B1"><f>C1</f><v></v></c><c r="C1"><f>D1</f><v/></c><c r="D1" t="str"><f>E1</f><v></v></c></row></sheetData></worksheet>"#;
    let rows = rows(&by_hand(sheet, &[]));
    let none = |cell: &Cell| cell.formula && cell.value == text("");
    let told: Vec<bool> = rows[0].cells.iter().map(none).collect();
    assert_eq!(told, [true; 3], "an empty text was calculated");
}

#[test]
fn what_is_no_table_is_told_what_it_is() {
    let foreign = |bytes: &[u8], word: &str| {
        let Refusal::Foreign(noun) = refused(bytes) else {
            panic!("{word}");
        };
        assert!(noun.contains(word), "{noun}");
        let told = Finding::error(ProblemCode::SurveyForeign).with("what", &noun);
        let told = rules::problem::message(&told, rules::label::Lang::Zh);
        assert!(!told.contains(&noun), "{told}");
    };
    foreign(
        b"\r\n<HTML xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><table>",
        "web page",
    );
    foreign(b"<table><tr><td>1</td></tr></table>", "web page");
    foreign(
        b"<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook>",
        "2003",
    );
    foreign(b"%PDF-1.7", "PDF");
    foreign(b"\x89PNG\r\n", "image");
    foreign(b"MIME-Version: 1.0", "web archive");
    foreign(b"\x01\x02binary", "neither");
    foreign(&zipped(&[("a.txt", "a")]), "archive of files");
    foreign(&zipped(&[("word/document.xml", "<w/>")]), ".docx");
    assert_eq!(refused(b""), Refusal::Empty);
}
