//! Sheets that are too long for one workbook: where they go on, how parts are named and listed.

use tempfile::tempdir;

use super::support::{
    Seen, SeenSheet, bytes, column, cover_value, full_row, livestream, read_back, writer,
};
use crate::{FilingRow, Manifest, Part, PartEntry, SheetRange, SubmissionWriter, manifest_name};

fn numbers(sheet: &SeenSheet) -> Vec<f64> {
    let read = column(sheet, "序号").into_iter().map(|cell| match cell {
        Seen::Number(number) => number,
        other => panic!("序号 is {other:?}"),
    });
    read.collect()
}

fn finish(writer: SubmissionWriter<'_>) -> (Vec<Part>, Vec<Vec<SeenSheet>>) {
    let mut parts = writer.finish().expect("finished");
    let seen = parts
        .iter_mut()
        .map(|part| read_back(&bytes(part)))
        .collect();
    (parts, seen)
}

fn titles(seen: &[SeenSheet]) -> Vec<&str> {
    seen.iter().map(|(title, _)| title.as_str()).collect()
}

fn range(sheet: &str, first: u32, last: u32, rows: u32) -> SheetRange {
    SheetRange {
        sheet: sheet.to_owned(),
        first: Some(first),
        last: Some(last),
        rows,
    }
}

#[test]
fn a_full_sheet_goes_on_in_the_next_part() {
    let folder = tempdir().expect("a folder");
    let mut writer = writer(livestream(), folder.path(), 3);
    for seq in 1..=7 {
        writer.row(0, &full_row(seq)).expect("written");
    }
    for seq in 1..=4 {
        writer.row(2, &full_row(seq)).expect("written");
    }
    let (parts, seen) = finish(writer);
    assert_eq!(
        titles(&seen[0]),
        ["封面", "已登记运营者", "未登记运营者", "直播营销人员"]
    );
    assert_eq!(titles(&seen[1]), ["封面", "已登记运营者", "直播营销人员"]);
    assert_eq!(titles(&seen[2]), ["封面", "已登记运营者"]);
    assert_eq!(numbers(&seen[0][1]), [1.0, 2.0, 3.0]);
    assert_eq!(numbers(&seen[1][1]), [4.0, 5.0, 6.0]);
    assert_eq!(numbers(&seen[2][1]), [7.0]);
    assert_eq!(numbers(&seen[0][3]), [1.0, 2.0, 3.0]);
    assert_eq!(numbers(&seen[1][2]), [4.0]);
    assert_eq!(
        seen[0][1].1[0], seen[2][1].1[0],
        "a further part has the same header"
    );
    assert_eq!(
        parts[1].sheets(),
        [
            range("已登记运营者", 4, 6, 3),
            range("直播营销人员", 4, 4, 1)
        ]
    );
}

#[test]
fn sheets_may_take_turns() {
    let folder = tempdir().expect("a folder");
    let mut writer = writer(livestream(), folder.path(), 1);
    for seq in 1..=2 {
        for sheet in [2, 0, 1] {
            writer.row(sheet, &full_row(seq)).expect("written");
        }
    }
    let (_, seen) = finish(writer);
    assert_eq!(seen.len(), 2);
    for (part, number) in seen.iter().zip([1.0, 2.0]) {
        assert_eq!(
            titles(part),
            ["封面", "已登记运营者", "未登记运营者", "直播营销人员"]
        );
        for sheet in &part[1..] {
            assert_eq!(numbers(sheet), [number]);
        }
    }
}

#[test]
fn each_cover_counts_all_parts_and_names_its_own() {
    let folder = tempdir().expect("a folder");
    let mut writer = writer(livestream(), folder.path(), 3);
    for seq in 1..=4 {
        writer.row(0, &full_row(seq)).expect("written");
    }
    let (_, seen) = finish(writer);
    for (part, label, own) in [
        (0, "第 1 部分（共 2 部分）", "1—3"),
        (1, "第 2 部分（共 2 部分）", "4—4"),
    ] {
        let front = &seen[part][0];
        assert_eq!(cover_value(front, "本文件"), label.into());
        assert_eq!(cover_value(front, "已登记运营者"), Seen::Number(4.0));
        let counts = front
            .1
            .iter()
            .find(|row| row[0] == "已登记运营者".into())
            .expect("counts");
        assert_eq!(counts[7], own.into());
    }
}

#[test]
fn accounts_go_on_in_rows_with_the_same_sequence() {
    let folder = tempdir().expect("a folder");
    let mut writer = writer(livestream(), folder.path(), 4);
    let many = |seq, cells: &[&str]| FilingRow {
        accounts: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        ..full_row(seq)
    };
    writer.row(0, &full_row(1)).expect("written");
    writer.row(0, &full_row(2)).expect("written");
    writer
        .row(0, &many(3, &["甲", "乙", "丙"]))
        .expect("written");
    writer
        .row(0, &many(4, &["一", "二", "三", "四", "五"]))
        .expect("written");
    let (parts, seen) = finish(writer);
    assert_eq!(
        numbers(&seen[0][1]),
        [1.0, 2.0],
        "three rows that belong together did not fit"
    );
    assert_eq!(numbers(&seen[1][1]), [3.0, 3.0, 3.0]);
    assert_eq!(
        column(&seen[1][1], "直播账号"),
        ["甲", "乙", "丙"].map(Seen::from)
    );
    assert_eq!(
        column(&seen[1][1], "统一社会信用代码"),
        ["91330106MA28000019"; 3].map(Seen::from)
    );
    assert_eq!(
        numbers(&seen[2][1]),
        [4.0; 4],
        "more than a part holds must be parted"
    );
    assert_eq!(numbers(&seen[3][1]), [4.0]);
    assert_eq!(cover_value(&seen[0][0], "已登记运营者"), Seen::Number(4.0));
    assert_eq!(parts[1].sheets(), [range("已登记运营者", 3, 3, 3)]);
}

#[test]
fn parts_are_named_and_listed() {
    let folder = tempdir().expect("a folder");
    let mut writer = writer(livestream(), folder.path(), 1);
    writer.row(0, &full_row(1)).expect("written");
    writer.row(0, &full_row(2)).expect("written");
    let stem = writer.stem();
    let (parts, _) = finish(writer);
    assert_eq!(
        parts[1].file_name(),
        "直播电商身份信息报送-云集直播-2027-01-v2-第2部分.xlsx"
    );
    assert_eq!(
        manifest_name(&stem),
        "直播电商身份信息报送-云集直播-2027-01-v2-manifest.json"
    );
    let entries: Vec<PartEntry> = parts
        .iter()
        .map(|part| part.entry(10, "ab".repeat(32)))
        .collect();
    let manifest = Manifest {
        title: "直播电商身份信息报送".to_owned(),
        platform: "云集直播".to_owned(),
        credit_code: "91330106MA27XY8K3T".to_owned(),
        window: "2027-01".to_owned(),
        version: 2,
        parts: entries,
    };
    let json = manifest.to_json().expect("JSON");
    let read: Manifest = serde_json::from_slice(&json).expect("JSON");
    assert_eq!(read, manifest);
    assert_eq!(
        read.parts[0].sheets[1],
        SheetRange {
            first: None,
            last: None,
            ..range("未登记运营者", 0, 0, 0)
        }
    );
    let text = String::from_utf8(json).expect("UTF-8");
    assert!(text.contains("\"sha256\": \"abab"), "{text}");
}

#[test]
fn a_file_name_is_safe_on_every_system() {
    let stem = crate::manifest::stem("报送", " ../etc/p*s:w?\"<>|\n 直播 ", "2027-01", 1);
    assert_eq!(stem, "报送-___etc_p_s_w_______直播-2027-01-v1");
    let long = crate::manifest::stem("报送", &"名".repeat(300), "2027-01", 1);
    assert!(crate::part_name(&long, 12, 12).len() <= 255);
    assert_eq!(
        crate::manifest::stem("报送", "", "2027-01", 1),
        "报送-_-2027-01-v1"
    );
}

#[test]
fn a_writer_and_its_parts_may_change_threads() {
    fn sends<T: Send>() {}
    sends::<SubmissionWriter<'static>>();
    sends::<Part>();
}
