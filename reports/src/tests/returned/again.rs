//! A workbook that was returned, mended and returned again.

use entity::kind::RowOutcome::{Accepted, Rejected};
use entity::problem::Severity::Error;

use super::book::full;
use super::{cells, own, part, parts, returned, text, verdict};
use crate::survey::returned::MARK;

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
