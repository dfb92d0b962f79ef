//! Whole workbooks of one part: every cell, the cover, and what is refused.

use entity::kind::{FilingKind, IdentityKind, ReportKind, RowState};
use proptest::prelude::*;
use rules::edition::EditionId;
use tempfile::tempdir;

use super::support::{
    Seen, bytes, column, cover, cover_value, form, full_row, livestream, read_back, row_of, writer,
};
use crate::{
    Cell, Cover, DEFAULT_MAX_ROWS, FilingRow, MAX_CELL_UNITS, Options, ReportError,
    SubmissionWriter, cell, cell_text,
};

/// Writes rows on every sheet of a report and compares all cells with what the rows say.
fn round_trip(id: EditionId, kind: ReportKind, rows: &[FilingRow]) {
    let folder = tempdir().expect("a folder");
    let form = form(id, kind);
    let mut writer = writer(form, folder.path(), DEFAULT_MAX_ROWS);
    for sheet in 0..form.report.sheets.len() {
        for row in rows {
            writer.row(sheet, row).expect("written");
        }
    }
    let mut parts = writer.finish().expect("finished");
    assert_eq!(parts.len(), 1);
    let seen = read_back(&bytes(&mut parts[0]));
    assert_eq!(seen.len(), form.report.sheets.len() + 1);
    assert_eq!(seen[0].0, "封面");
    for (sheet, read) in form.report.sheets.iter().zip(&seen[1..]) {
        let columns = form.edition.columns(sheet, form.province);
        assert_eq!(read.0, sheet.title);
        assert_eq!(read.1.len(), rows.len() + 1);
        let headers: Vec<Seen> = columns
            .iter()
            .map(|column| column.header.as_str().into())
            .collect();
        assert_eq!(read.1[0], headers);
        for (at, row) in rows.iter().enumerate() {
            let expected: Vec<Seen> = columns
                .iter()
                .map(|column| match cell(column.field, row, 0) {
                    Cell::Empty => Seen::Empty,
                    Cell::Number(number) => Seen::Number(number.into()),
                    Cell::Text(text) => Seen::Text(text.into_owned()),
                })
                .collect();
            assert_eq!(row_of(read, at + 1), expected);
        }
    }
}

#[test]
fn every_cell_of_every_report_reads_back_as_written() {
    let rows = [
        full_row(1),
        FilingRow::new(2, RowState::Ended, IdentityKind::Passport, "E1234567"),
        full_row(3),
    ];
    round_trip(EditionId::Order117, ReportKind::Livestream, &rows);
    round_trip(EditionId::Order117, ReportKind::Merchant, &rows);
    round_trip(EditionId::Draft2025, ReportKind::Livestream, &rows);
}

#[test]
fn numbers_and_dates_are_texts_and_keep_their_zeros() {
    let folder = tempdir().expect("a folder");
    let mut writer = writer(livestream(), folder.path(), DEFAULT_MAX_ROWS);
    let row = FilingRow {
        phone: "01380000001".to_owned(),
        verified_on: chrono::NaiveDate::from_ymd_opt(2026, 7, 1),
        ..FilingRow::new(
            1,
            RowState::New,
            IdentityKind::ResidentId,
            "330106199001010018",
        )
    };
    writer.row(1, &row).expect("written");
    let seen = read_back(&bytes(&mut writer.finish().expect("finished")[0]));
    assert_eq!(
        column(&seen[2], "身份证件号码"),
        ["330106199001010018".into()]
    );
    assert_eq!(column(&seen[2], "联系方式"), ["01380000001".into()]);
    assert_eq!(column(&seen[2], "核验时间"), ["2026-07-01".into()]);
    assert_eq!(column(&seen[2], "序号"), [Seen::Number(1.0)]);
}

#[test]
fn a_name_that_looks_like_a_formula_stays_a_name() {
    let names = [
        "=1+1",
        "+86",
        "-3",
        "@SUM(A1)",
        "=HYPERLINK(\"http://x\")",
        "{=A1}",
        "https://x.cn",
        "'quoted",
    ];
    let rows: Vec<FilingRow> = (1..)
        .zip(names)
        .map(|(seq, name)| FilingRow {
            name: name.to_owned(),
            ..full_row(seq)
        })
        .collect();
    round_trip(EditionId::Order117, ReportKind::Livestream, &rows);
}

#[test]
fn an_empty_report_has_its_headers() {
    round_trip(EditionId::Order117, ReportKind::Livestream, &[]);
    round_trip(EditionId::Order117, ReportKind::Merchant, &[]);
}

#[test]
fn the_cover_says_who_files_what_and_how_many() {
    let folder = tempdir().expect("a folder");
    let mut writer = writer(livestream(), folder.path(), DEFAULT_MAX_ROWS);
    for (seq, state) in (1..).zip([RowState::New, RowState::New, RowState::Ended]) {
        writer
            .row(
                0,
                &FilingRow {
                    state,
                    ..full_row(seq)
                },
            )
            .expect("written");
    }
    let mut parts = writer.finish().expect("finished");
    assert_eq!(
        parts[0].file_name(),
        "直播电商身份信息报送-云集直播-2027-01-v2.xlsx"
    );
    let front = &read_back(&bytes(&mut parts[0]))[0];
    assert_eq!(front.1[0][0], "直播电商身份信息报送表".into());
    assert_eq!(
        front.1[1][0],
        "2027 年 1 月　首次报送　第 2 版　全一册".into()
    );
    for (label, value) in [
        ("平台名称", "云集直播"),
        ("统一社会信用代码", "91330106MA27XY8K3T"),
        ("联系方式", "0571-88012345"),
        ("应报送日", "2027-01-31"),
        ("接收部门", "平台住所地省级市场监督管理部门（浙江省）"),
        (
            "适用法规版本",
            "2026年令第117号（order-117），自 2026-02-01 起施行",
        ),
        (
            "报送依据",
            "《直播电商监督管理办法》（国家市场监督管理总局、国家互联网信息办公室令第117号）第九条",
        ),
        ("数据截止时间", "2027-01-10 09:50:00（北京时间）"),
        ("经办人", ""),
    ] {
        let seen = cover_value(front, label);
        assert_eq!(
            if value.is_empty() {
                "经办人联系电话".into()
            } else {
                Seen::from(value)
            },
            seen
        );
    }
    let counts = front
        .1
        .iter()
        .find(|row| row[0] == "已登记运营者".into())
        .expect("counts");
    let numbers = [3.0, 2.0, 0.0, 0.0, 1.0].map(Seen::Number);
    assert_eq!(counts[2..7], numbers);
    assert_eq!(counts[7], "1—3".into());
}

#[test]
fn a_correction_names_the_version_it_corrects() {
    let folder = tempdir().expect("a folder");
    let corrected = Cover {
        kind: FilingKind::Correction,
        base_version: Some(1),
        ..cover()
    };
    let options = Options {
        temp_dir: folder.path(),
        max_rows: DEFAULT_MAX_ROWS,
    };
    let writer = SubmissionWriter::new(livestream(), corrected, &options).expect("a writer");
    let front = &read_back(&bytes(&mut writer.finish().expect("finished")[0]))[0];
    assert_eq!(
        cover_value(front, "报送类型"),
        "更正报送（对第 1 版）".into()
    );
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let folder = tempdir().expect("a folder");
    let write = || {
        let mut writer = writer(livestream(), folder.path(), DEFAULT_MAX_ROWS);
        writer.row(0, &full_row(1)).expect("written");
        let mut part = writer.finish().expect("finished").remove(0);
        (bytes(&mut part), bytes(&mut part))
    };
    let (first, saved_again) = write();
    assert!(first == saved_again, "a second save differs");
    assert!(first == write().0, "a second writer differs");
}

#[test]
fn temporary_files_have_no_name() {
    let folder = tempdir().expect("a folder");
    let mut writer = writer(livestream(), folder.path(), DEFAULT_MAX_ROWS);
    for seq in 1..=1_000 {
        writer.row(0, &full_row(seq)).expect("written");
    }
    assert_eq!(folder.path().read_dir().expect("readable").count(), 0);
}

#[test]
fn a_cell_holds_32767_units_and_no_more() {
    let folder = tempdir().expect("a folder");
    let mut writer = writer(livestream(), folder.path(), DEFAULT_MAX_ROWS);
    let with = |seq, name: String| FilingRow {
        name,
        ..full_row(seq)
    };
    let emoji = "😀".repeat(MAX_CELL_UNITS / 2);
    let refused = writer
        .row(0, &with(1, format!("{emoji}王五")))
        .expect_err("too long");
    assert!(
        matches!(&refused, ReportError::CellTooLong { seq: 1, column, units: 32_768, .. } if column == "名称（姓名）"),
        "{refused}"
    );
    writer
        .row(0, &with(1, format!("{emoji}王")))
        .expect("written");
    writer
        .row(0, &with(2, "王".repeat(MAX_CELL_UNITS)))
        .expect("written");
    let seen = read_back(&bytes(&mut writer.finish().expect("finished")[0]));
    let names = column(&seen[1], "名称（姓名）");
    assert_eq!(
        names,
        [
            format!("{emoji}王").as_str().into(),
            "王".repeat(MAX_CELL_UNITS).as_str().into()
        ]
    );
}

#[test]
fn what_cannot_be_written_is_refused_with_a_reason() {
    let folder = tempdir().expect("a folder");
    for max_rows in [0, 1_048_576] {
        let options = Options {
            temp_dir: folder.path(),
            max_rows,
        };
        let refused = SubmissionWriter::new(livestream(), cover(), &options).err();
        assert!(matches!(refused, Some(ReportError::MaxRows(_))));
    }
    let options = Options {
        temp_dir: &folder.path().join("absent"),
        max_rows: 3,
    };
    let refused = SubmissionWriter::new(livestream(), cover(), &options).err();
    assert!(matches!(refused, Some(ReportError::TempFolder { .. })));

    let mut writer = writer(livestream(), folder.path(), DEFAULT_MAX_ROWS);
    let refused = writer.row(3, &full_row(1)).expect_err("no such sheet");
    assert!(matches!(
        refused,
        ReportError::UnknownSheet { index: 3, known: 3 }
    ));
    writer.row(0, &full_row(2)).expect("written");
    let refused = writer.row(0, &full_row(2)).expect_err("twice");
    assert!(matches!(
        refused,
        ReportError::OutOfOrder {
            seq: 2,
            last: 2,
            ..
        }
    ));
    assert_eq!(writer.finish().expect("finished")[0].sheets()[0].rows, 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_reads_back(
        name in any::<String>(),
        phone in "[ \t\n\r_x0-9A-Fa-f&<>\"']{0,40}",
        accounts in proptest::collection::vec(any::<char>(), 0..200),
    ) {
        let folder = tempdir().expect("a folder");
        let mut writer = writer(livestream(), folder.path(), DEFAULT_MAX_ROWS);
        let accounts: String = accounts.into_iter().collect();
        let row = FilingRow { name, phone, accounts: vec![accounts], ..full_row(1) };
        writer.row(0, &row).expect("written");
        let seen = read_back(&bytes(&mut writer.finish().expect("finished")[0]));
        prop_assert_eq!(&column(&seen[1], "名称（姓名）"), &[Seen::from(&*cell_text(&row.name))]);
        prop_assert_eq!(&column(&seen[1], "联系方式"), &[Seen::from(&*cell_text(&row.phone))]);
        prop_assert_eq!(&column(&seen[1], "直播账号"), &[Seen::from(&*cell_text(&row.accounts[0]))]);
    }
}
