//! A workbook that was returned, mended and returned again.

use entity::kind::RowOutcome::{Accepted, Rejected, Skipped};
use entity::problem::Severity::Error;

use rust_xlsxwriter::Workbook;

use super::book::full;
use super::{cells, own, part, parts, returned, text, verdict};
use crate::survey::returned::MARK;
use crate::survey::table::{Event, Record};
use crate::tests::support::events;

#[test]
fn the_second_time_nothing_is_repeated() {
    let first = vec![
        verdict(4, Accepted, &[]),
        verdict(5, Rejected, &[("C5", Error, "校验位不符")]),
        verdict(
            7,
            Rejected,
            &[("C7", Error, "缺少证件号码"), ("D7", Error, "日期在将来")],
        ),
    ];
    let (once, _) = returned(&full(), &[3], first).expect("a workbook");
    let second = vec![
        verdict(4, Accepted, &[]),
        verdict(5, Accepted, &[]),
        verdict(7, Rejected, &[("D7", Error, "日期仍在将来")]),
    ];
    let (twice, _) = returned(&once, &[3], second).expect("a workbook");
    assert_eq!(own(&twice, "名单", 4), cells(&full(), "名单"));
    assert_eq!(text(&twice, 2, 4), "处理结果");
    assert_eq!(text(&twice, 2, 6), "", "no second pair of columns");
    assert_eq!(text(&twice, 4, 4), "已采用");
    assert_eq!(text(&twice, 4, 5), "", "what was mended is no problem");
    assert_eq!(text(&twice, 6, 5), "D7：日期仍在将来");
    let comments = part(&twice, "xl/comments1.xml");
    assert_eq!(comments.matches(MARK).count(), 1);
    assert!(comments.contains("核对过"), "the user's comment stays");
    assert!(!comments.contains("ref=\"C7\""));
    let drawing = part(&twice, "xl/drawings/vmlDrawing1.vml");
    assert_eq!(drawing.matches("<x:ClientData").count(), 3);
    assert_eq!(parts(&once).len(), parts(&twice).len());
    let sheet = part(&twice, "xl/worksheets/sheet1.xml");
    let style = |cell: &str| {
        let rest = sheet.split(&format!("<c r=\"{cell}\"")).nth(1).expect(cell);
        rest.split(" s=\"")
            .nth(1)
            .expect("a style")
            .split('"')
            .next()
            .map(str::to_owned)
    };
    let fill = |style: Option<String>| {
        let styles = part(&twice, "xl/styles.xml");
        let formats = styles.split("<cellXfs").nth(1).expect("formats").to_owned();
        let at: usize = style.expect("a style").parse().expect("a number");
        let format = formats
            .split("<xf ")
            .nth(at + 1)
            .expect("the format")
            .to_owned();
        format
            .split("fillId=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next().map(str::to_owned))
    };
    assert_eq!(fill(style("C5")), Some("0".to_owned()), "no mark is left");
    assert_ne!(fill(style("D7")), Some("0".to_owned()));
}

/// The records of a file, without where they stand.
fn records(file: &[u8]) -> Vec<Record> {
    let events = events(file).into_iter();
    let records = events.filter_map(|event| match event {
        Event::Record(record) => Some(record),
        _ => None,
    });
    records.collect()
}

#[test]
fn the_importer_reads_the_same_rows_out_of_what_it_gave_back() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("名单").expect("a name");
    let rows = [
        ["序号", "运营者名称", "运营者证件号码", "联系电话"],
        ["1", "甲店", "91330902MA2A0000XJ", "13800000001"],
        ["2", "乙店", "91330902MA2A0000X1", "13800000002"],
        ["合计", "2", "", ""],
    ];
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, cell).expect("a cell");
        }
    }
    let file = book.save_to_buffer().expect("a workbook");
    let rows = vec![
        verdict(2, Accepted, &[]),
        verdict(3, Rejected, &[("C3", Error, "校验位不符")]),
        verdict(4, Skipped, &[]),
    ];
    let (back, _) = returned(&file, &[1], rows).expect("a workbook");
    assert_eq!(records(&file).len(), 2);
    assert_eq!(records(&back), records(&file));
    let skipped = |file: &[u8]| {
        let events = events(file).into_iter();
        let skipped = events.filter(|event| matches!(event, Event::Skipped(_)));
        skipped.collect::<Vec<_>>()
    };
    assert_eq!(skipped(&back), skipped(&file));
}
