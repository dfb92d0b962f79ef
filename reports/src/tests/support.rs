//! What the tests of the paperwork share: an invented platform, invented people, and a reader that is not ours.

use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::Path;

use calamine::{DataRef, Reader, Xlsx, open_workbook_from_rs};
use chrono::{DateTime, NaiveDate, Utc};
use entity::kind::{FilingKind, IdentityKind, ReportKind, RowState};
use rules::edition::{EditionId, edition};
use rules::survey::{Mappings, Words};

use crate::survey::raw;
use crate::survey::read::{Limits, read};
use crate::survey::table::{Event, Scan};
use crate::{Agency, Cover, FilingRow, Form, Options, Part, SubmissionWriter};

/// A cell as calamine sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Seen {
    #[default]
    Empty,
    Number(f64),
    Text(String),
}

impl From<&str> for Seen {
    fn from(text: &str) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text.to_owned())
        }
    }
}

/// A sheet as calamine sees it: its title, then its rows with the header.
pub(super) type SeenSheet = (String, Vec<Vec<Seen>>);

/// Every cell of every sheet; panics at anything that is neither text nor number, formulas above all.
pub(super) fn read_back(bytes: &[u8]) -> Vec<SeenSheet> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook");
    let titles = book.sheet_names();
    let read = titles.into_iter().map(|title| {
        let formulas = book.worksheet_formula(&title).expect("formulas");
        assert_eq!(formulas.used_cells().count(), 0, "{title} holds a formula");
        let mut cells = book.worksheet_cells_reader(&title).expect("cells");
        let mut rows: Vec<Vec<Seen>> = Vec::new();
        while let Some(cell) = cells.next_cell().expect("a cell") {
            let (row, column) = cell.get_position();
            let seen = match cell.get_value() {
                DataRef::Empty => continue,
                DataRef::Float(number) => Seen::Number(*number),
                DataRef::String(text) => Seen::Text(text.clone()),
                DataRef::SharedString(text) => Seen::Text((*text).to_owned()),
                other => panic!("{title} {row},{column}: {other:?}"),
            };
            *place(place(&mut rows, row), column) = seen;
        }
        (title, rows)
    });
    read.collect()
}

fn place<T: Default + Clone>(list: &mut Vec<T>, at: u32) -> &mut T {
    let at = usize::try_from(at).expect("small");
    if list.len() <= at {
        list.resize(at + 1, T::default());
    }
    &mut list[at]
}

/// The cells of one row under the header of a sheet, filled up to its width.
pub(super) fn row_of((_, rows): &SeenSheet, at: usize) -> Vec<Seen> {
    let mut row = rows[at].clone();
    row.resize(rows[0].len(), Seen::Empty);
    row
}

/// The texts of one column, found by its header, without the header.
pub(super) fn column((_, rows): &SeenSheet, header: &str) -> Vec<Seen> {
    let at = rows[0]
        .iter()
        .position(|cell| *cell == Seen::from(header))
        .expect("the header");
    rows[1..]
        .iter()
        .map(|row| row.get(at).cloned().unwrap_or_default())
        .collect()
}

/// The value that stands right of a label on the cover.
pub(super) fn cover_value(cover: &SeenSheet, label: &str) -> Seen {
    let row = cover
        .1
        .iter()
        .find(|row| row.contains(&Seen::from(label)))
        .expect("the label");
    let at = row
        .iter()
        .position(|cell| *cell == Seen::from(label))
        .expect("the label");
    row[at + 1..]
        .iter()
        .find(|cell| **cell != Seen::Empty)
        .cloned()
        .unwrap_or_default()
}

pub(super) fn form(id: EditionId, kind: ReportKind) -> Form<'static> {
    let edition = edition(id);
    Form {
        edition,
        report: edition.report(kind).expect("a report"),
        province: "330000",
    }
}

pub(super) fn livestream() -> Form<'static> {
    form(EditionId::Order117, ReportKind::Livestream)
}

pub(super) fn cover() -> Cover {
    Cover {
        platform: "云集直播".to_owned(),
        company: "杭州云集直播科技有限公司".to_owned(),
        credit_code: "91330106MA27XY8K3T".to_owned(),
        domicile: "浙江省杭州市余杭区文一西路998号".to_owned(),
        phone: "0571-88012345".to_owned(),
        url: "https://live.example.cn".to_owned(),
        window: "2027-01".to_owned(),
        due_on: NaiveDate::from_ymd_opt(2027, 1, 31).expect("a day"),
        kind: FilingKind::Initial,
        base_version: None,
        version: 2,
        province: "浙江省".to_owned(),
        as_of: DateTime::<Utc>::from_timestamp(1_799_545_800, 0).expect("a moment"),
        prepared_by: "合规部".to_owned(),
        registry_version: "0.1.0".to_owned(),
    }
}

pub(super) fn writer(
    form: Form<'static>,
    folder: &Path,
    max_rows: u32,
) -> SubmissionWriter<'static> {
    let options = Options {
        temp_dir: folder,
        max_rows,
    };
    SubmissionWriter::new(form, cover(), &options).expect("a writer")
}

pub(super) fn bytes(part: &mut Part) -> Vec<u8> {
    let mut bytes = Vec::new();
    part.save(&mut bytes).expect("saved");
    bytes
}

/// A registered operator with every field known.
pub(super) fn full_row(seq: u32) -> FilingRow {
    FilingRow {
        name: format!("杭州禾木食品{seq}号店"),
        domicile: "杭州市西湖区一路1号".to_owned(),
        business_address: "义乌市北苑街道拥军路88号".to_owned(),
        residence: "乐清市柳市镇车站路15号".to_owned(),
        division_code: "330782".to_owned(),
        phone: format!("0138{seq:07}"),
        accounts: vec!["yj_1；yj_2".to_owned()],
        verified_on: NaiveDate::from_ymd_opt(2026, 12, 9),
        agency: Some(Agency {
            name: "星途传媒".to_owned(),
            credit_code: "91330106MA2B1C2D3E".to_owned(),
        }),
        qualifications: "食品安全管理员".to_owned(),
        occupation: "互联网营销师".to_owned(),
        shop_names: vec!["禾木旗舰店".to_owned()],
        shop_urls: vec!["https://shop.example.cn/1".to_owned()],
        permits: "食品经营许可 JY1".to_owned(),
        exemption: "个人销售自产农副产品".to_owned(),
        over_threshold: Some(true),
        ..FilingRow::new(
            seq,
            RowState::Changed,
            IdentityKind::Uscc,
            "91330106MA28000019",
        )
    }
}

/// What the importer makes of a file.
pub(super) fn events(file: &[u8]) -> Vec<Event> {
    let mappings = Mappings::default();
    let mut scan = Scan::new(Words::standard(), None, &mappings);
    let (mut events, mut open) = (Vec::new(), false);
    read(Cursor::new(file), &Limits::default(), &mut |part| {
        match part {
            raw::Part::Sheet(sheet) => {
                if open {
                    events.extend(scan.end_sheet());
                }
                open = true;
                events.extend(scan.sheet(&sheet));
            }
            raw::Part::Row(row) => events.extend(scan.row(row)),
            raw::Part::End => events.extend(scan.end_sheet()),
            raw::Part::Refused(refusal) => panic!("{refusal}"),
            raw::Part::Format(_) => {}
        }
        ControlFlow::Continue(())
    });
    events
}
