//! Any table that is written as offices write them is read back with the same rows, and whatever rows come, all of them
//! come out again.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use rules::survey::{Field, Mappings, Words};

use crate::survey::raw::{Cell, Row, Sheet, Span, Value};
use crate::survey::table::{Event, Scan};

/// The columns of a table of streamers; a name and a number are always among them.
const FIELDS: &[Field] = &[
    Field::StreamerStageName,
    Field::StreamerPhone,
    Field::StreamerResidence,
    Field::StreamerQualification,
    Field::AgencyName,
    Field::PlatformName,
    Field::Note,
];

/// A table before it is written.
#[derive(Clone, Debug)]
struct Written {
    /// The columns in their order, with the word over each; none is one that nobody knows.
    columns: Vec<(Option<Field>, String)>,
    rows: Vec<Vec<String>>,
    titles: usize,
    has_facts: bool,
    /// Before which rows stands nothing, a sum, or the header again.
    blank: Vec<Index>,
    sums: Vec<Index>,
    headers: Vec<Index>,
    left: u32,
}

fn value(field: Option<Field>) -> BoxedStrategy<String> {
    match field {
        Some(Field::StreamerName) => "[张王李赵周][一二三四海山]{1,2}".boxed(),
        Some(Field::StreamerNumber) => "3309021990[01][1-9][0-2][1-9][0-9]{3}X".boxed(),
        Some(Field::StreamerPhone) => "13[0-9]{9}".boxed(),
        Some(Field::StreamerResidence) => "定海区[东西]山路[1-9][0-9]{0,2}号".boxed(),
        Some(Field::AgencyName) => "[甲乙丙丁]{2}传媒（舟山）有限公司".boxed(),
        Some(Field::PlatformName) => select(vec!["抖音", "快手", "淘宝直播"])
            .prop_map(str::to_owned)
            .boxed(),
        _ => "[天地玄黄宇宙洪荒]{2,8}".boxed(),
    }
}

fn header(field: Option<Field>) -> BoxedStrategy<String> {
    match field {
        None => select(vec!["星座", "爱好", "血型"])
            .prop_map(str::to_owned)
            .boxed(),
        // 主播名单 and the like are titles as well; the words of two characters are shared with groups.
        Some(field) => {
            let words: Vec<_> = field
                .words()
                .filter(|word| word.chars().count() > 2)
                .collect();
            let words = if words.is_empty() {
                field.words().collect()
            } else {
                words
            };
            select(words).prop_map(str::to_owned).boxed()
        }
    }
}

fn written() -> impl Strategy<Value = Written> {
    let more = proptest::sample::subsequence(FIELDS.to_vec(), 1..=FIELDS.len());
    let fields = (more, any::<bool>()).prop_map(|(more, unknown)| {
        let known = more.into_iter().map(Some);
        let always = [
            Some(Field::StreamerName),
            Some(Field::StreamerNumber),
            Some(Field::Ordinal),
        ];
        let unknown = unknown.then_some(None);
        known
            .chain(always)
            .chain(unknown)
            .collect::<Vec<Option<Field>>>()
    });
    let fields = fields.prop_shuffle();
    let table = fields.prop_flat_map(|fields| {
        let headers: Vec<_> = fields.iter().map(|field| header(*field)).collect();
        let row: Vec<_> = fields.iter().map(|field| value(*field)).collect();
        (Just(fields), headers, vec(row, 1..30))
    });
    let around = (0_usize..3, any::<bool>(), 0_u32..3);
    let among = (
        vec(any::<Index>(), 0..3),
        vec(any::<Index>(), 0..3),
        vec(any::<Index>(), 0..3),
    );
    (table, around, among).prop_map(|((fields, headers, rows), around, among)| Written {
        columns: fields.into_iter().zip(headers).collect(),
        rows,
        titles: around.0,
        has_facts: around.1,
        left: around.2,
        blank: among.0,
        sums: among.1,
        headers: among.2,
    })
}

impl Written {
    fn rows(&self) -> Vec<Row> {
        let mut lines: Vec<Option<Vec<String>>> = Vec::new();
        for _ in 0..self.titles {
            lines.push(Some(vec!["某县摸底调查汇总表".to_owned()]));
        }
        if self.has_facts {
            lines.push(Some(vec![
                "填报单位：某局　填报日期：2024年7月1日".to_owned(),
            ]));
        }
        let header: Vec<String> = self.columns.iter().map(|(_, word)| word.clone()).collect();
        lines.push(Some(header.clone()));
        let at =
            |places: &[Index], row: usize| places.iter().any(|at| at.index(self.rows.len()) == row);
        for (place, row) in self.rows.iter().enumerate() {
            if at(&self.blank, place) {
                lines.push(None);
            }
            if at(&self.sums, place) {
                lines.push(Some(vec!["合计".to_owned(), "3".to_owned()]));
            }
            if at(&self.headers, place) {
                lines.push(Some(header.clone()));
            }
            lines.push(Some(self.line(place, row)));
        }
        let rows = lines.into_iter().zip(0..).filter_map(|(line, index)| {
            let cells = line?
                .into_iter()
                .zip(self.left..)
                .map(|(text, column)| Cell {
                    column,
                    value: Value::Text(text),
                    formula: false,
                });
            let cells = cells.collect();
            Some(Row {
                index,
                hidden: false,
                cells,
            })
        });
        rows.collect()
    }

    /// A row with its number in the sheet where that is asked for.
    fn line(&self, place: usize, row: &[String]) -> Vec<String> {
        let cells = self
            .columns
            .iter()
            .zip(row)
            .map(|((field, _), value)| match field {
                Some(Field::Ordinal) => (place + 1).to_string(),
                _ => value.clone(),
            });
        cells.collect()
    }

    /// What each row says, by field.
    fn said(&self) -> Vec<Vec<(Field, String)>> {
        let rows = self.rows.iter().map(|row| {
            let cells = self.columns.iter().zip(row);
            let known = cells.filter_map(|((field, _), value)| Some(((*field)?, value.clone())));
            let mut known: Vec<_> = known
                .filter(|(field, _)| *field != Field::Ordinal)
                .collect();
            known.sort();
            known
        });
        rows.collect()
    }
}

fn scanned(sheets: &[(Sheet, Vec<Row>)]) -> Vec<Event> {
    let learned = Mappings::default();
    let mut scan = Scan::new(Words::standard(), None, &learned);
    let mut events = Vec::new();
    for (sheet, rows) in sheets {
        events.extend(scan.sheet(sheet));
        for row in rows {
            events.extend(scan.row(row.clone()));
        }
    }
    events.extend(scan.end_sheet());
    events
}

fn accounted(events: &[Event]) -> usize {
    let rows = events.iter().map(|event| match event {
        Event::Table(table) => table.head.len(),
        Event::Record(record) => record.rows as usize,
        Event::Skipped(skipped) => skipped.rows as usize,
        Event::Told(told) => told.rows as usize,
        Event::Fact(_) => 0,
    });
    rows.sum()
}

/// Rows of anything: words that mean something to the scan, numbers, days and whatever else.
fn anything() -> impl Strategy<Value = Vec<Row>> {
    let words = [
        "序号",
        "主播姓名",
        "身份证号",
        "联系电话",
        "账号（ID）",
        "所在平台",
        "主播信息",
        "运营商信息",
        "合计",
        "填表人：",
        "同上",
        "长期",
        "无",
        "2024.7.1",
        "统一社会信用代码",
        "名称",
        "粉丝数(万)",
        "1.2万",
        "张三、李四",
        "申报表",
        "=\"1\"",
        "",
    ];
    let text = prop_oneof![
        4 => select(words.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => "[0-9]{1,20}",
    ];
    let value = prop_oneof![
        8 => text.prop_map(Value::Text),
        1 => any::<f64>().prop_map(Value::Number),
        1 => Just(Value::Moment("2024-07-01T00:00:00".to_owned())),
        1 => any::<bool>().prop_map(Value::Flag),
        1 => Just(Value::Fault("#REF!".to_owned())),
    ];
    let column = prop_oneof![20 => 0_u32..8, 1 => any::<u32>()];
    let cell = (column, value, any::<bool>()).prop_map(|(column, value, formula)| Cell {
        column,
        value,
        formula,
    });
    let row = (any::<bool>(), vec(cell, 0..8), 1_u32..3);
    vec(row, 0..80).prop_map(|rows| {
        let mut index = 0;
        let rows = rows.into_iter().map(|(hidden, cells, step)| {
            index += step;
            Row {
                index,
                hidden,
                cells,
            }
        });
        rows.collect()
    })
}

proptest! {
    #[test]
    fn a_table_reads_back_as_it_was_written(table in written()) {
        let rows = table.rows();
        let count = rows.len();
        let events = scanned(&[(Sheet::default(), rows)]);
        prop_assert_eq!(accounted(&events), count);
        let records = events.iter().filter_map(|event| match event {
            Event::Record(record) => {
                let cells = record.cells.iter().map(|cell| (cell.field, cell.text.clone()));
                let mut cells: Vec<_> = cells.collect();
                cells.sort();
                Some(cells)
            }
            _ => None,
        });
        let read: Vec<_> = records.collect();
        prop_assert_eq!(read, table.said());
    }

    #[test]
    fn whatever_comes_every_row_comes_out_once(
        first in anything(),
        second in anything(),
        spans in vec((0_u32..30, 0_u32..8, 0_u32..5, 0_u32..5), 0..6),
    ) {
        let merges = spans.into_iter().map(|(top, left, down, across)| Span {
            top,
            left,
            bottom: top + down,
            right: left + across,
        });
        let sheet = Sheet { merges: merges.collect(), ..Sheet::default() };
        let count = first.len() + second.len();
        let events = scanned(&[(sheet, first), (Sheet::default(), second)]);
        prop_assert_eq!(accounted(&events), count);
    }
}

/// The size of a county's survey many times over; what the runner says it took is the measure.
#[test]
#[ignore = "measures"]
fn two_hundred_thousand_rows_of_twelve_columns_are_read() {
    let header = [
        "序号",
        "所在平台",
        "直播间名称",
        "抖音号",
        "运营者名称",
        "统一社会信用代码",
        "联系电话",
        "粉丝数(万)",
        "主播姓名",
        "身份证号",
        "常住地",
        "备注",
    ];
    let data = [
        "1",
        "抖音",
        "海味小厨",
        "hw001",
        "舟山海味（普陀）有限公司",
        "91330902MA2A2A2A2C",
        "13800138000",
        "1.2",
        "张三",
        "330902199001010016",
        "舟山市定海区解放东路1号",
        "无",
    ];
    let row = |index, texts: &[&str]| Row {
        index,
        hidden: false,
        cells: texts
            .iter()
            .zip(0..)
            .map(|(text, column)| Cell {
                column,
                value: Value::Text((*text).to_owned()),
                formula: false,
            })
            .collect(),
    };
    let learned = Mappings::default();
    let mut scan = Scan::new(Words::standard(), None, &learned);
    scan.sheet(&Sheet::default());
    scan.row(row(0, &header));
    // Every other row has no number in it, so that it may be a header as far as its bytes tell.
    let bare = data.map(|text| {
        if text.bytes().any(|byte| byte.is_ascii_digit()) {
            "不详"
        } else {
            text
        }
    });
    let rows = (1..=200_000).map(|index| row(index, if index % 2 == 0 { &bare } else { &data }));
    let rows: Vec<Row> = rows.collect();
    let mut records = 0;
    for row in rows {
        records += scan
            .row(row)
            .iter()
            .filter(|event| matches!(event, Event::Record(_)))
            .count();
    }
    let events = scan.end_sheet();
    records += events
        .iter()
        .filter(|event| matches!(event, Event::Record(_)))
        .count();
    assert_eq!(records, 200_000);
}
