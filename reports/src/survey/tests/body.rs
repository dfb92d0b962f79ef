//! The rows of a table: which are data, and what their cells say.

use entity::kind::ImportKind;
use rules::survey::Field;

use super::support::{read, read_as};
use crate::survey::table::{Event, OPEN, Why};

const HEADER: &str = "序号|主播姓名|身份证号|联系电话|常住地";

fn streamers(rows: &str) -> super::support::Read {
    read(&format!("{HEADER}\n{rows}"))
}

#[test]
fn rows_that_are_no_data_are_skipped_with_their_reason() {
    let read = streamers(
        "示例|张某|330902199001011234|13800138000|定海
1|张三|11010519491231002X|13800138000|定海
小计|1人|||

2|李四|330902199001010018|13800138001|普陀
序号|主播姓名|身份证号|联系电话|常住地
续表
3|王五|330902199001010026|13800138002|岱山
4||||
#5||||
合　计||3人||
注：1. 本表一式两份。
填表人：赵六|||填报日期：2024年7月1日|
谨声明：以上内容属实。
负责人签字：||审核人：||",
    );
    assert_eq!(read.values(Field::StreamerName), ["张三", "李四", "王五"]);
    let why: Vec<_> = read.skipped();
    assert_eq!(
        why,
        [
            (2, Why::Example),
            (4, Why::Total),
            (7, Why::Header),
            (8, Why::Note),
            (10, Why::Blank),
            (11, Why::Blank),
            (12, Why::Total),
            (13, Why::Note),
            (14, Why::Footer),
            (15, Why::Footer),
            (16, Why::Footer)
        ]
    );
    let facts = read
        .events
        .iter()
        .filter(|event| matches!(event, Event::Fact(_)));
    assert_eq!(facts.count(), 2);
}

#[test]
fn a_row_with_only_a_name_is_data_and_is_not_lost() {
    let read = streamers("1|张三|||\n|李四|||");
    assert_eq!(read.values(Field::StreamerName), ["张三", "李四"]);
}

#[test]
fn tables_stacked_in_one_sheet_are_told_apart() {
    let read = read(
        "
一、直播间运营者
直播间名称|抖音号|运营者名称|统一社会信用代码
海味|hw1|甲公司|91330902MA2A2A2A2A
二、主播情况
姓名|身份证号|联系电话|常住地
张三|11010519491231002X|13800138000|定海
合计|1人
",
    );
    let kinds: Vec<_> = read.tables().iter().map(|table| table.kind).collect();
    assert_eq!(kinds, [ImportKind::Operators, ImportKind::Streamers]);
    assert_eq!(read.records().len(), 2);
    assert_eq!(read.values(Field::StreamerName), ["", "张三"]);
    assert_eq!(read.skipped(), [(4, Why::Note), (7, Why::Total)]);
}

#[test]
fn merged_cells_are_filled_down_inside_the_merge_only() {
    let read = read_as(
        "
抖音号|运营者名称|统一社会信用代码|主播姓名|身份证号
hw1|甲公司|91330902MA2A2A2A2A|张三|11010519491231002X
|||李四|330902199001010018
|||王五|330902199001010026
",
        &["A2:A3", "B2:B3", "C2:C3"],
        None,
    );
    assert_eq!(read.values(Field::OperatorName), ["甲公司", "甲公司", ""]);
    assert_eq!(read.values(Field::RoomAccount), ["hw1", "hw1", ""]);
    let second = read.records()[1].get(Field::OperatorName).unwrap();
    assert_eq!(
        second.at.to_string(),
        "B2",
        "the value stands in the first cell of the merge"
    );
}

#[test]
fn a_merge_across_belongs_to_its_first_column() {
    let read = read_as(
        "主播姓名|艺名|身份证号|联系电话\n张三||11010519491231002X|13800138000\n以下空白",
        &["A2:B2", "A3:D3"],
        None,
    );
    assert_eq!(read.values(Field::StreamerName), ["张三"]);
    assert_eq!(read.values(Field::StreamerStageName), [""]);
    assert_eq!(read.skipped(), [(3, Why::Note)]);
}

#[test]
fn numbers_that_lost_digits_are_refused_and_a_whole_one_is_offered() {
    let read = streamers(
        "1|张三|330902199001010018|13800138000|定海
2|张三|#330902199001010000|#13800138000|定海
3|李四|3.30902E+17|13800138000.0|定海
4|王五|330902199001011264|#5802020202|定海",
    );
    assert_eq!(
        read.values(Field::StreamerNumber),
        [
            "330902199001010018",
            " [PRECISION_LOST]",
            " [SCIENTIFIC_NOTATION]",
            " [PRECISION_LOST]"
        ]
    );
    let lost = read.records()[1].get(Field::StreamerNumber).unwrap();
    assert_eq!(lost.raw.as_deref(), Some("3.30902199001010E+17"));
    assert_eq!(
        lost.findings[0].suggestion.as_deref(),
        Some("330902199001010018")
    );
    let other = read.records()[3].get(Field::StreamerNumber).unwrap();
    assert_eq!(other.findings[0].suggestion, None);
    assert_eq!(
        read.values(Field::StreamerPhone),
        [
            "13800138000",
            "13800138000",
            "13800138000",
            "0580-2020202 [LEADING_ZERO_LOST]"
        ]
    );
}

#[test]
fn ditto_takes_the_cell_above_and_never_another_persons_number() {
    let read = streamers(
        "1|张三|330902199001010018|13800138000|定海区解放路1号
2|李四|330902199001010026|同上|〃
3|王五|同上|同上|如上
4|同上|同上|〃|\"",
    );
    assert_eq!(
        read.values(Field::StreamerResidence)[1..],
        ["定海区解放路1号 [REPEATED_FROM_ABOVE]"; 3]
    );
    assert_eq!(read.values(Field::StreamerNumber)[2], " [NUMBER_REPEATED]");
    assert_eq!(
        read.values(Field::StreamerName)[3],
        "王五 [REPEATED_FROM_ABOVE]"
    );
    let first = streamers("1|张三|330902199001010018|同上|定海");
    assert_eq!(first.values(Field::StreamerPhone), [" [NOTHING_ABOVE]"]);
}

#[test]
fn several_streamers_in_one_row_are_told_apart_by_rule() {
    let read = streamers(
        "1|张三、李四|330902199001010018、330902199001010026|13800138000|定海
2|张三\\n李四|330902199001010018|13800138000|定海
3|张三等3人|330902199001010018|13800138000|定海",
    );
    let first = read.records()[0];
    assert_eq!(first.parts(), 2);
    let second: Vec<_> = first.part(1).map(|cell| cell.text.as_str()).collect();
    assert_eq!(second, ["李四", "330902199001010026"]);
    assert_eq!(read.values(Field::StreamerName)[1], " [SEVERAL_VALUES]");
    assert_eq!(read.values(Field::StreamerNumber)[1], " [SEVERAL_VALUES]");
    assert_eq!(read.values(Field::StreamerName)[2], " [SEVERAL_VALUES]");
}

#[test]
fn formulas_warn_and_their_errors_are_refused() {
    let read = streamers("1|=张三|!#REF!|13800138000|!#N/A");
    assert_eq!(read.values(Field::StreamerName), ["张三 [FORMULA_VALUE]"]);
    assert_eq!(read.values(Field::StreamerNumber), [" [CELL_FAULT]"]);
    let cell = read.records()[0].get(Field::StreamerNumber).unwrap();
    let path = format!("{:?}", cell.findings[0].path);
    assert!(path.contains("Sheet1") && path.contains("C2"), "{path}");
}

#[test]
fn entries_have_days_terms_and_roles() {
    let read = read(
        "
当事人名称|角色|证件号码|列入原因|列入日期|移出日期
甲公司|主播|91330902MA2A2A2A2A|虚假宣传|@2024-07-01|长期
乙公司|服务机构|91330902MA2A2A2A2A|虚假宣传|二〇二四年七月一日|2027.6.30
丙公司|厨师|91330902MA2A2A2A2A|虚假宣传|#45474|2024年7月1日至2027年6月30日
丁公司|运营者|91330902MA2A2A2A2A|虚假宣传|#60|三年
戊公司|运营者|91330902MA2A2A2A2A|虚假宣传||2024年7月1日至2027年6月30日
",
    );
    assert_eq!(
        read.values(Field::EntryFrom),
        [
            "2024-07-01",
            "2024-07-01",
            "2024-07-01 [DATE_SERIAL]",
            " [DATE_UNREADABLE]",
            "2024-07-01"
        ]
    );
    assert_eq!(
        read.values(Field::EntryUntil),
        [
            OPEN,
            "2027-06-30",
            "2027-06-30",
            " [DATE_UNREADABLE]",
            "2027-06-30"
        ]
    );
    assert_eq!(
        read.values(Field::EntryRole)[..4],
        ["STREAMER", "AGENCY", " [WORD_UNKNOWN]", "OPERATOR"]
    );
}

#[test]
fn nothing_is_said_and_is_no_gap() {
    let read = streamers("1|张三|330902199001010018|无|不详\n2|李四|330902199001010026||/");
    let none = read.records()[0].get(Field::StreamerPhone).unwrap();
    assert_eq!(
        (none.text.as_str(), none.raw.as_deref(), none.findings.len()),
        ("", Some("无"), 0)
    );
    assert_eq!(read.records()[1].get(Field::StreamerPhone), None);
}

#[test]
fn two_columns_of_one_field_say_it_once() {
    let read = read(
        "主播姓名|身份证号|手机|座机
张三|330902199001010018||0580-2020202
李四|330902199001010026|13800138000|13800138000
王五|330902199001010034|13800138000|0580-2020202",
    );
    assert_eq!(
        read.values(Field::StreamerPhone),
        ["0580-2020202", "13800138000", "13800138000 [VALUE_UNUSED]"]
    );
}

#[test]
fn sums_without_a_word_are_no_data() {
    let mut rows = super::support::rows("直播间名称|抖音号|粉丝数\n海味|hw1|#100\n||#100");
    rows[2].cells[0].formula = true;
    let sheet = crate::survey::raw::Sheet::default();
    let read = super::support::read_sheet(&sheet, rows, None);
    assert_eq!(read.skipped(), [(3, Why::Total)]);
}

#[test]
fn a_formula_that_was_never_calculated_is_told_and_not_taken_for_nothing() {
    let read = streamers("1|=|330902199001010016|=|定海");
    assert_eq!(read.values(Field::StreamerName), [" [CELL_FAULT]"]);
    assert_eq!(read.values(Field::StreamerPhone), [" [CELL_FAULT]"]);
}

#[test]
fn a_name_that_begins_like_a_line_between_pages_is_data() {
    let read = read(
        "企业名称|统一社会信用代码|联系电话
转下页贸易有限公司|91330902MA2A2A2A2C|13800138000
续表||",
    );
    assert_eq!(read.values(Field::OperatorName), ["转下页贸易有限公司"]);
    assert_eq!(read.skipped(), [(3, Why::Note)]);
}
