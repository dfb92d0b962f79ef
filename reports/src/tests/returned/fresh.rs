//! A fresh workbook reads as the file did that it stands for.

use std::collections::BTreeMap;
use std::io::{self, Cursor};

use calamine::{Data, Dimensions, Reader as _, SheetVisible, Xlsx};
use entity::kind::RowOutcome::{Accepted, Rejected};
use entity::problem::Severity::Error;
use rules::label::Lang;

use super::{cells, part, sheet, text, verdict};
use crate::survey::raw::{Cell, Format, Part, Row, Sheet as Raw, Span, Value, Visibility};
use crate::survey::returned::{MARK, Told, fresh};

fn row(index: u32, values: Vec<Value>) -> Part {
    let cells = (0..).zip(values).map(|(column, value)| Cell {
        column,
        value,
        formula: false,
    });
    Part::Row(Row {
        index,
        hidden: index == 4,
        cells: cells.collect(),
    })
}

fn said(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn parts() -> Vec<Part> {
    let people = Raw {
        name: "名单".to_owned(),
        visibility: Visibility::Visible,
        merges: vec![
            Span {
                top: 0,
                left: 0,
                bottom: 0,
                right: 2,
            },
            Span {
                top: 3,
                left: 0,
                bottom: 4,
                right: 0,
            },
        ],
        hidden_columns: vec![(2, 2)],
    };
    let hidden = Raw {
        name: "隐藏的".to_owned(),
        visibility: Visibility::Buried,
        ..Raw::default()
    };
    vec![
        Part::Format(Format::Xls),
        Part::Sheet(people),
        row(0, vec![said("调查摸底表")]),
        row(2, vec![said("名称"), said("证件号码"), said("日期")]),
        row(
            3,
            vec![
                said("=甲"),
                said("330902199001011234"),
                Value::Moment("2024-07-01T00:00:00".to_owned()),
            ],
        ),
        row(
            4,
            vec![
                Value::Number(3.30902e17),
                Value::Fault("#REF!".to_owned()),
                Value::Flag(true),
            ],
        ),
        Part::Sheet(hidden),
        row(0, vec![said("别动")]),
        Part::End,
    ]
}

fn written(parts: &[Part]) -> (Vec<u8>, Told) {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = vec![
        verdict(4, Accepted, &[]),
        verdict(
            5,
            Rejected,
            &[("A5", Error, "精度丢失"), ("D5", Error, "缺少电话")],
        ),
        verdict(8, Rejected, &[("A8", Error, "空行")]),
    ];
    let mut out = Vec::new();
    let told = fresh(
        || Ok(parts.iter().cloned().map(Ok::<_, io::Error>)),
        folder.path(),
        &mut out,
        (&[sheet(&[3])], Lang::Zh),
        rows.into_iter().map(Ok),
    );
    (out, told.expect("a workbook"))
}

#[test]
fn sheets_rows_and_cells_are_in_their_places() {
    let (file, told) = written(&parts());
    assert_eq!(told, Told::default());
    let mut cells = cells(&file, "名单");
    cells.retain(|(_, column), _| *column < 3);
    let expected: BTreeMap<(u32, u32), Data> = [
        ((0, 0), Data::String("调查摸底表".to_owned())),
        ((2, 0), Data::String("名称".to_owned())),
        ((2, 1), Data::String("证件号码".to_owned())),
        ((2, 2), Data::String("日期".to_owned())),
        ((3, 0), Data::String("=甲".to_owned())),
        ((3, 1), Data::String("330902199001011234".to_owned())),
        ((4, 0), Data::Float(3.30902e17)),
        ((4, 1), Data::Error(calamine::CellErrorType::Ref)),
        ((4, 2), Data::Bool(true)),
    ]
    .into();
    let day = cells.remove(&(3, 2)).expect("a day");
    assert_eq!(day.to_string(), "45474", "{day:?}");
    assert!(matches!(day, Data::DateTime(_)));
    assert_eq!(cells, expected);
    assert_eq!(text(&file, 2, 3), "处理结果");
    assert_eq!(text(&file, 4, 3), "未通过");
    assert_eq!(text(&file, 4, 4), "A5：精度丢失\nD5：缺少电话");
    assert_eq!(text(&file, 7, 3), "未通过");
}

#[test]
fn what_was_hidden_or_merged_stays_so() {
    let (file, _) = written(&parts());
    let mut book = Xlsx::new(Cursor::new(&file)).expect("a workbook");
    let seen: Vec<_> = book
        .sheets_metadata()
        .iter()
        .map(|sheet| sheet.visible)
        .collect();
    assert_eq!(seen, [SheetVisible::Visible, SheetVisible::VeryHidden]);
    let merges: Vec<Dimensions> = book.merge_cells_by_sheet_name("名单").expect("merges");
    assert_eq!(merges.len(), 2);
    let sheet = part(&file, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains(r#"<row r="5""#) && sheet.contains(r#"hidden="1""#));
    let comments = part(&file, "xl/comments1.xml");
    assert_eq!(comments.matches(MARK).count(), 3);
}

#[test]
fn a_row_is_as_high_as_what_is_told_of_it() {
    let (file, _) = written(&parts());
    let sheet = part(&file, "xl/worksheets/sheet1.xml");
    let row = |number: u32| {
        let begin = sheet
            .find(&format!("<row r=\"{number}\""))
            .expect("the row");
        let tag = &sheet[begin..];
        tag[..tag.find('>').expect("its end")].to_owned()
    };
    assert!(row(5).contains(r#"ht="30""#), "two lines: {}", row(5));
    assert!(!row(4).contains("ht="), "{}", row(4));
}

#[test]
fn returned_again_it_has_no_second_pair_of_columns() {
    let answered = |row: Part, result: &str, why: &str| match row {
        Part::Row(mut row) => {
            for (column, value) in [(3, said(result)), (4, said(why))] {
                row.cells.push(Cell {
                    column,
                    value,
                    formula: false,
                });
            }
            Part::Row(row)
        }
        other => other,
    };
    let again = parts().into_iter().enumerate().map(|(at, part)| match at {
        3 => answered(part, "处理结果", "问题说明"),
        4 => answered(part, "未通过", "旧的"),
        _ => part,
    });
    let (file, _) = written(&again.collect::<Vec<_>>());
    assert_eq!(text(&file, 2, 3), "处理结果");
    assert_eq!(text(&file, 2, 5), "");
    assert_eq!(text(&file, 3, 3), "已采用");
    assert_eq!(text(&file, 3, 4), "", "what was mended is told no more");
}

#[test]
fn a_text_becomes_a_sheet_with_a_name() {
    let mut csv = parts();
    csv.truncate(6);
    if let Part::Sheet(sheet) = &mut csv[1] {
        *sheet = Raw::default();
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut out = Vec::new();
    let only = crate::survey::returned::Sheet {
        name: String::new(),
        headers: vec![3],
    };
    let mut one = verdict(4, Accepted, &[]);
    one.sheet.clear();
    fresh(
        || Ok(csv.clone().into_iter().map(Ok::<_, io::Error>)),
        folder.path(),
        &mut out,
        (&[only], Lang::Zh),
        vec![Ok(one)].into_iter(),
    )
    .expect("a workbook");
    assert_eq!(
        cells(&out, "摸底表").get(&(3, 3)).map(ToString::to_string),
        Some("已采用".to_owned())
    );
}
