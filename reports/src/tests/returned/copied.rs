//! The user's own workbook: what changes, and that nothing else does.

use entity::kind::RowOutcome::{Accepted, Rejected, Skipped};
use entity::problem::Severity::{Error, Hint, Warning};

use super::book::full;
use super::{cells, own, part, parts, returned, text, verdict};
use crate::survey::returned::{MARK, Told, Verdict};

const SHEET: &str = "xl/worksheets/sheet1.xml";

fn verdicts() -> Vec<Verdict> {
    vec![
        verdict(4, Accepted, &[("B4", Warning, "名称含特殊符号")]),
        verdict(
            5,
            Rejected,
            &[("C5", Error, "校验位不符"), ("", Error, "整行重复")],
        ),
        verdict(6, Accepted, &[("B6", Hint, "此行原先隐藏")]),
        verdict(7, Rejected, &[("C7", Error, "缺少证件号码")]),
        verdict(8, Accepted, &[]),
        verdict(9, Skipped, &[("", Hint, "合计行")]),
    ]
}

#[test]
fn only_what_must_change_changes() {
    let before = full();
    let (after, told) = returned(&before, &[3], verdicts()).expect("a workbook");
    assert_eq!(told, Told::default());
    let (old, new) = (parts(&before), parts(&after));
    let changed = [
        SHEET,
        "xl/styles.xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    ];
    for (name, bytes) in &old {
        if changed.contains(&name.as_str()) {
            assert_ne!(new.get(name), Some(bytes), "{name} is written anew");
        } else {
            assert_eq!(new.get(name), Some(bytes), "{name} is as it was");
        }
    }
    assert_eq!(old.len(), new.len(), "comments were there already");
    let order = |file: &[u8]| {
        let archive =
            zip::ZipArchive::new(std::io::Cursor::new(file.to_vec())).expect("an archive");
        let names = archive
            .file_names()
            .map(|name| name.expect("a name").into_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(order(&before), order(&after), "entries keep their order");
}

#[test]
fn every_row_says_what_became_of_it() {
    let before = full();
    let (after, _) = returned(&before, &[3], verdicts()).expect("a workbook");
    assert_eq!(own(&after, "名单", 4), cells(&before, "名单"));
    assert_eq!(cells(&after, "附表"), cells(&before, "附表"));
    let told = |row: u32| (text(&after, row - 1, 4), text(&after, row - 1, 5));
    let told = [3, 4, 5, 6, 7, 8, 9].map(told);
    let expected = [
        ("处理结果", "问题说明"),
        ("已采用", "B4：名称含特殊符号"),
        ("未通过", "C5：校验位不符\n· 整行重复"),
        ("已采用", "B6：此行原先隐藏"),
        ("未通过", "C7：缺少证件号码"),
        ("已采用", ""),
        ("未采用", "· 合计行"),
    ];
    assert_eq!(
        told,
        expected.map(|(result, why)| (result.to_owned(), why.to_owned()))
    );
}

#[test]
fn comments_of_the_user_stay_beside_ours() {
    let (after, _) = returned(&full(), &[3], verdicts()).expect("a workbook");
    let comments = part(&after, "xl/comments1.xml");
    let on = |cell: &str| {
        let begin = comments.find(&format!("ref=\"{cell}\"")).expect(cell);
        let rest = &comments[begin..];
        rest[..rest.find("</comment>").expect("its end")].to_owned()
    };
    assert!(on("C5").contains("核对过"));
    assert!(on("C5").contains(&format!("{MARK}校验位不符")));
    assert!(on("C7").contains(&format!("{MARK}缺少证件号码")));
    assert!(on("B4").contains("请看这里") && on("B4").contains("名称含特殊符号"));
    assert!(!comments.contains("ref=\"B6\""), "a hint is no comment");
    let drawing = part(&after, "xl/drawings/vmlDrawing1.vml");
    assert_eq!(drawing.matches("<x:ClientData").count(), 3);
    assert_eq!(
        drawing
            .matches("<x:Row>6</x:Row><x:Column>2</x:Column>")
            .count(),
        1
    );
    assert_eq!(
        part(&after, "xl/comments2.xml"),
        part(&full(), "xl/comments2.xml")
    );
}

#[test]
fn a_marked_cell_keeps_its_own_look() {
    let (after, _) = returned(&full(), &[3], verdicts()).expect("a workbook");
    let sheet = part(&after, SHEET);
    let style = |cell: &str| -> usize {
        let rest = sheet.split(&format!("<c r=\"{cell}\"")).nth(1).expect(cell);
        let rest = rest.split(" s=\"").nth(1).expect("a style");
        rest.split('"')
            .next()
            .expect("a number")
            .parse()
            .expect("a number")
    };
    let styles = part(&after, "xl/styles.xml");
    let formats = styles.split("<cellXfs").nth(1).expect("formats");
    let formats = formats.split("</cellXfs>").next().expect("their end");
    let formats: Vec<&str> = formats.split("<xf ").skip(1).collect();
    let value = |format: &str, key: &str| {
        let rest = format.split(&format!("{key}=\"")).nth(1).expect(key);
        rest.split('"').next().expect("a value").to_owned()
    };
    let (plain, wrong, look) = (style("C4"), style("C5"), style("B4"));
    for key in ["numFmtId", "fontId", "borderId"] {
        assert_eq!(
            value(formats[plain], key),
            value(formats[wrong], key),
            "{key}"
        );
    }
    assert_ne!(
        value(formats[plain], "fillId"),
        value(formats[wrong], "fillId")
    );
    assert_ne!(
        value(formats[look], "fillId"),
        value(formats[wrong], "fillId")
    );
    let count = |tag: &str| {
        let rest = styles.split(&format!("<{tag} count=\"")).nth(1).expect(tag);
        rest.split('"')
            .next()
            .expect("a number")
            .parse::<usize>()
            .expect("a number")
    };
    assert_eq!(count("cellXfs"), formats.len());
    assert_eq!(count("fills"), styles.matches("<fill>").count());
}

#[test]
fn what_stands_around_the_rows_stays() {
    let before = part(&full(), SHEET);
    let (after, _) = returned(&full(), &[3], verdicts()).expect("a workbook");
    let after = part(&after, SHEET);
    let tail = |sheet: &str| sheet[sheet.find("</sheetData>").expect("an end")..].to_owned();
    assert_eq!(tail(&before), tail(&after));
    for kept in [
        "<autoFilter",
        "<mergeCells",
        "<conditionalFormatting",
        "<dataValidations",
        "<pageSetup",
        "<headerFooter",
        "<drawing",
        "<legacyDrawing",
    ] {
        assert!(tail(&after).contains(kept), "{kept}");
    }
    assert!(after.contains("hidden=\"1\""));
    assert!(after.contains(r#"<col min="5" max="5" width="10" customWidth="1"/>"#));
    assert!(
        after.contains(r#"<dimension ref="A1:F11"/>"#)
            || after.contains(r#"<dimension ref="A1:F10"/>"#)
    );
}

#[test]
fn several_verdicts_of_a_row_are_told_together() {
    let together = vec![
        verdict(4, Accepted, &[]),
        verdict(4, Rejected, &[("C4", Error, "甲")]),
        verdict(4, Accepted, &[("C4", Warning, "乙")]),
    ];
    let (after, _) = returned(&full(), &[3], together).expect("a workbook");
    assert_eq!(text(&after, 3, 4), "未通过");
    assert_eq!(text(&after, 3, 5), "C4：甲\nC4：乙");
    let comments = part(&after, "xl/comments1.xml");
    assert!(comments.contains(&format!("{MARK}甲\n乙")));
}

#[test]
fn texts_are_never_more_than_texts() {
    let nasty = format!("=cmd|'/C calc'!A0 \u{1}_x0041_ <b>{}", "长".repeat(40_000));
    let rows = vec![verdict(
        4,
        Rejected,
        &[("", Error, &nasty), ("C4", Error, &nasty)],
    )];
    let (after, _) = returned(&full(), &[3], rows).expect("a workbook");
    let sheet = part(&after, SHEET);
    let told = text(&after, 3, 5);
    assert!(told.starts_with("· =cmd"), "{}", &told[..40]);
    assert!(told.contains("\u{fffd}_x0041_ <b>长"));
    assert_eq!(told.encode_utf16().count(), 32_767);
    assert_eq!(
        sheet.matches("<f").count(),
        part(&full(), SHEET).matches("<f").count()
    );
}
