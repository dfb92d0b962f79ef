//! A survey's workbook that goes back, in an office program: what the user put into it is still there beside what we say.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use entity::kind::RowOutcome;
use entity::problem::Severity;
use reports::survey::returned::{MARK, Problem, Sheet, Verdict, copied};
use rules::label::Lang;
use rust_xlsxwriter::{DataValidation, Format, FormatBorder, Note, Workbook};

use super::office::{Cell, csv, pages, resaved, xml};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("returned")
}

/// A ledger as an office keeps it: a title over all columns, borders, a list to choose from, a comment.
fn ledger() -> Vec<u8> {
    let mut book = Workbook::new();
    let boxed = Format::new()
        .set_border(FormatBorder::Thin)
        .set_num_format("@");
    let sheet = book.add_worksheet().set_name("台账").expect("a name");
    sheet
        .merge_range(0, 0, 0, 2, "直播间运营者台账", &boxed)
        .expect("a title");
    let rows = [
        ["名称", "证件号码", "是否检查"],
        ["甲店", "91330902MA2A0000XJ", "是"],
        ["乙店", "91330902MA2A0000X1", "否"],
    ];
    for (row, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet
                .write_string_with_format(row, column, cell, &boxed)
                .expect("a cell");
        }
    }
    sheet
        .insert_note(3, 1, &Note::new("电话里报的"))
        .expect("a note");
    let list = DataValidation::new()
        .allow_list_strings(&["是", "否"])
        .expect("a list");
    sheet
        .add_data_validation(2, 2, 9, 2, &list)
        .expect("a rule");
    sheet.autofilter(1, 0, 3, 2).expect("a filter");
    book.save_to_buffer().expect("a workbook")
}

fn returned(path: &Path) {
    let verdict = |row, outcome, problems| Verdict {
        sheet: "台账".to_owned(),
        row,
        outcome,
        problems,
    };
    let wrong = Problem {
        at: Some("B4".to_owned()),
        severity: Severity::Error,
        text: "校验位不符".to_owned(),
    };
    let verdicts = [
        verdict(3, RowOutcome::Accepted, Vec::new()),
        verdict(4, RowOutcome::Rejected, vec![wrong]),
    ];
    let sheets = [Sheet {
        name: "台账".to_owned(),
        headers: vec![2],
    }];
    let mut out = fs::File::create(path).expect("a file");
    let scratch = Cursor::new(Vec::new());
    let file = Cursor::new(ledger());
    copied(
        file,
        scratch,
        &mut out,
        (&sheets, Lang::Zh),
        verdicts.into_iter().map(Ok),
    )
    .expect("a workbook");
}

#[test]
#[ignore = "needs LibreOffice and poppler: make workbook"]
fn a_returned_survey_opens_with_everything_in_it() {
    let _ = fs::remove_dir_all(folder());
    fs::create_dir_all(folder()).expect("a folder");
    let path = folder().join("ledger.xlsx");
    returned(&path);
    let shown = csv(&path, "台账");
    let texts = |row: usize| {
        let cells = shown[row].iter().map(|cell| match cell {
            Cell::Text(text) => text.as_str(),
            _ => "",
        });
        cells.collect::<Vec<_>>()
    };
    assert_eq!(
        texts(1),
        ["名称", "证件号码", "是否检查", "处理结果", "问题说明"]
    );
    assert_eq!(texts(2), ["甲店", "91330902MA2A0000XJ", "是", "已采用"]);
    assert_eq!(
        texts(3),
        [
            "乙店",
            "91330902MA2A0000X1",
            "否",
            "未通过",
            "B4：校验位不符"
        ]
    );
    let again = resaved(&path);
    let comments = xml(&again, "xl/comments1.xml");
    assert!(
        comments.contains("电话里报的") && comments.contains(MARK),
        "{comments}"
    );
    let sheet = xml(&again, "xl/worksheets/sheet1.xml");
    for kept in ["<mergeCell ", "<dataValidation ", "<autoFilter "] {
        assert!(sheet.contains(kept), "{kept} is lost: {sheet}");
    }
    let styles = xml(&again, "xl/styles.xml");
    assert!(styles.to_uppercase().contains("FFC7CD"), "the mark is seen");
    assert!(!pages(&path).is_empty(), "there is a page to look at");
}
