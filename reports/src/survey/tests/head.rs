//! Finding the table: titles, headers of several rows, what columns mean.

use entity::kind::ImportKind;
use rules::survey::{FactKind, Field, Mappings};

use super::support::{merge, read, read_as, read_with, rows};
use crate::survey::raw::Sheet;
use crate::survey::table::{HeadRow, Why};

#[test]
fn titles_and_fact_lines_stand_above_a_header_of_one_row() {
    let read = read(
        "
定海区直播间摸排表
填报单位：定海区市场监管局　填报日期：2024年7月1日||||单位：|万元
序号|所在平台|直播间名称|账号（ID）|运营者名称|统一社会信用代码|联系电话|粉丝数(万)|年交易额
#1|抖音|海味小厨|hw123|舟山海味有限公司|91330902MA2A2A2A2A|13800138000|#1.2|#500
",
    );
    let table = read.tables()[0];
    assert_eq!(table.kind, ImportKind::Operators);
    assert_eq!(
        table.head,
        [
            (0, HeadRow::Title),
            (1, HeadRow::Fact),
            (2, HeadRow::Header)
        ]
    );
    let facts: Vec<_> = table
        .facts
        .iter()
        .map(|fact| (fact.kind, fact.text.as_str()))
        .collect();
    assert_eq!(
        facts,
        [
            (FactKind::Reporter, "定海区市场监管局"),
            (FactKind::Date, "2024年7月1日"),
            (FactKind::Unit, "万元")
        ]
    );
    assert_eq!(
        read.columns(),
        [
            "A ordinal",
            "B platform.name",
            "C room.name",
            "D room.account",
            "E operator.name",
            "F operator.number",
            "G operator.phone",
            "H room.followers",
            "I room.turnoverBand"
        ]
    );
    assert_eq!(read.values(Field::RoomFollowers), ["12000"]);
    assert_eq!(read.values(Field::RoomTurnoverBand), ["500万元"]);
    assert_eq!(table.columns[3].samples, ["hw123"]);
    assert!(table.columns[1].confidence >= 95);
}

#[test]
fn a_header_of_two_rows_with_merges_joins_groups_and_leaves() {
    let text = "
序号|直播间信息|||运营商信息||主播信息|||备注
|平台|账号|粉丝数量|名称|统一社会信用代码|姓名|身份证号|联系电话|
1|抖音|hw123|12000|舟山海味有限公司|91330902MA2A2A2A2A|张三|11010519491231002X|13800138000|好
";
    let spans = ["A1:A2", "B1:D1", "E1:F1", "G1:I1", "J1:J2"];
    let expected = [
        "A ordinal",
        "B platform.name",
        "C room.account",
        "D room.followers",
        "E operator.name",
        "F operator.number",
        "G streamer.name",
        "H streamer.number",
        "I streamer.phone",
        "J note",
    ];
    let merged = read_as(text, &spans, None);
    assert_eq!(merged.columns(), expected);
    assert_eq!(merged.tables()[0].kind, ImportKind::Mixed);
    // WPS leaves the cells of an undone merge empty.
    let undone = read(text);
    assert_eq!(undone.columns(), expected);
    assert_eq!(undone.tables()[0].head.len(), 2);
    assert_eq!(undone.records().len(), 1);
}

#[test]
fn a_header_of_three_rows_is_read() {
    let read = read_as(
        "
主播基本情况||||备注
姓名|证件||所属机构|
|证件类型|证件号码|名称|
张三|身份证|11010519491231002X|某某公会|无
",
        &["A1:D1", "A2:A3", "B2:C2", "E1:E3"],
        None,
    );
    assert_eq!(
        read.columns(),
        [
            "A streamer.name",
            "B streamer.identityKind",
            "C streamer.number",
            "D agency.name",
            "E note"
        ]
    );
    assert_eq!(read.values(Field::StreamerIdentityKind), ["RESIDENT_ID"]);
}

#[test]
fn shared_words_belong_to_the_kind_of_the_sheet() {
    let text = "名称|统一社会信用代码|地址|联系电话\n某某公司|91330902MA2A2A2A2A|定海|13800138000";
    for (kind, columns) in [
        (
            ImportKind::Operators,
            [
                "operator.name",
                "operator.number",
                "operator.businessAddress",
                "operator.phone",
            ],
        ),
        (
            ImportKind::Agencies,
            [
                "agency.name",
                "agency.number",
                "agency.domicile",
                "agency.phone",
            ],
        ),
        (
            ImportKind::Merchants,
            [
                "merchant.name",
                "merchant.number",
                "merchant.businessAddress",
                "merchant.phone",
            ],
        ),
    ] {
        let read = read_as(text, &[], Some(kind));
        let fields: Vec<_> = read.columns().iter().map(|c| c[2..].to_owned()).collect();
        assert_eq!(fields, columns);
    }
    let named = Sheet {
        name: "MCN机构名录".to_owned(),
        ..Sheet::default()
    };
    let read = read_with(&named, rows(text), None, &Mappings::default());
    assert_eq!(read.tables()[0].kind, ImportKind::Agencies);
}

#[test]
fn kinds_are_told_by_their_columns() {
    for (header, kind) in [
        (
            "主播姓名|艺名|身份证号|手机|所属公会",
            ImportKind::Streamers,
        ),
        (
            "MCN机构|统一社会信用代码|法定代表人|联系电话|地址",
            ImportKind::Agencies,
        ),
        (
            "网店名称|网店链接|经营者|统一社会信用代码|是否超过10万",
            ImportKind::Merchants,
        ),
        (
            "当事人名称|证件号码|列入原因|列入日期|移出日期|列入机关",
            ImportKind::Blacklist,
        ),
        (
            "直播间名称|抖音号|运营主体|统一社会信用代码|粉丝数",
            ImportKind::Operators,
        ),
        (
            "抖音号|运营者名称|统一社会信用代码|主播姓名|身份证号",
            ImportKind::Mixed,
        ),
    ] {
        let read = read(header);
        assert_eq!(
            read.tables()[0].kind,
            kind,
            "{header}: {:?}",
            read.columns()
        );
        assert!(
            read.columns().iter().all(|column| !column.ends_with('-')),
            "{:?}",
            read.columns()
        );
    }
}

#[test]
fn a_shared_word_goes_to_the_subject_beside_it() {
    let read = read(
        "序号|直播间名称|账号|企业名称|统一社会信用代码|法定代表人|身份证号|联系电话|主播姓名|身份证号码|联系方式|所属机构|统一社会信用代码\n\
         1|a|b1|c|d|e|f|g|h|i|j|k|l",
    );
    assert_eq!(
        read.columns()[3..],
        [
            "D operator.name",
            "E operator.number",
            "F operator.legalRepresentative",
            "G operator.legalRepresentativeNumber",
            "H operator.phone",
            "I streamer.name",
            "J streamer.number",
            "K streamer.phone",
            "L agency.name",
            "M agency.number"
        ]
    );
}

#[test]
fn blocks_of_streamers_are_numbered_or_repeat() {
    let numbered =
        read("直播间名称|账号|主播1姓名|主播1身份证号|主播2姓名|主播2身份证号\na|b|c|d|e|f");
    assert_eq!(
        numbered.columns()[2..],
        [
            "C streamer.name",
            "D streamer.number",
            "E streamer.name 1",
            "F streamer.number 1"
        ]
    );
    let repeated = read("直播间名称|账号|主播姓名|身份证号|主播姓名|身份证号\na|b|c|d|e|f");
    assert_eq!(
        repeated.columns()[2..],
        [
            "C streamer.name",
            "D streamer.number",
            "E streamer.name 1",
            "F streamer.number 1"
        ]
    );
    assert_eq!(repeated.records()[0].parts(), 2);
}

#[test]
fn what_somebody_said_of_a_column_wins() {
    let text = "直播间名称|账号|甲|乙\na|b|13800138000|张三";
    let first = read(text);
    assert_eq!(first.columns()[2..], ["C -", "D -"]);
    let signature = first.tables()[0].signature.clone();
    let mut learned = Mappings::default();
    learned.remember(signature, [(2, Some(Field::OperatorPhone))]);
    learned.say("Sheet1", 3, Some(Field::StreamerName));
    learned.say("Sheet1", 0, None);
    let sheet = Sheet {
        name: "Sheet1".to_owned(),
        ..Sheet::default()
    };
    let second = read_with(&sheet, rows(text), None, &learned);
    assert_eq!(
        second.columns(),
        [
            "A -",
            "B room.account",
            "C operator.phone",
            "D streamer.name"
        ]
    );
    let confidence: Vec<_> = second.tables()[0]
        .columns
        .iter()
        .map(|c| c.confidence)
        .collect();
    assert_eq!(confidence, [100, 90, 99, 100]);
}

#[test]
fn a_header_of_unknown_words_can_be_mapped() {
    let text = "甲|乙|丙\n一|二|三\n四|五|六";
    let unknown = read(text);
    assert_eq!(unknown.told(), ["NO_TABLE"]);
    assert_eq!(unknown.skipped(), [(2, Why::Unmapped), (3, Why::Unmapped)]);
    let mut learned = Mappings::default();
    learned.say("Sheet1", 0, Some(Field::RoomAccount));
    let sheet = Sheet {
        name: "Sheet1".to_owned(),
        ..Sheet::default()
    };
    let mapped = read_with(&sheet, rows(text), None, &learned);
    assert_eq!(mapped.values(Field::RoomAccount), ["一", "四"]);
    assert_eq!(mapped.told(), [""; 0]);
}

#[test]
fn a_sheet_of_words_has_no_table() {
    let read = read("填表说明\n一、本表由各县区填写。\n二、每月5日前报送。");
    assert_eq!(read.told(), ["SHEET_OF_WORDS"]);
    assert!(read.skipped().is_empty(), "{:?}", read.skipped());
}

#[test]
fn a_sheet_of_words_that_holds_numbers_is_told_row_by_row() {
    for data in ["张三|330902199001010016", "甲|乙|丙", "13800138000"] {
        let read = read(&format!("名单\n{data}\n以上"));
        assert_eq!(read.told(), ["NO_TABLE"], "{data}");
        assert_eq!(read.skipped().len(), 3, "{data}");
    }
}

#[test]
fn words_over_a_table_far_below_are_told_row_by_row() {
    let words = "说明\n".repeat(90);
    let read = read(&format!(
        "{words}主播姓名|身份证号\n张三|11010519491231002X"
    ));
    assert_eq!((read.told(), read.records().len()), (Vec::new(), 1));
    let head = read.tables()[0].head.len() - 1;
    assert_eq!(read.skipped().len(), 90 - head);
}

#[test]
fn a_sheet_beside_the_survey_is_told_once_and_louder_where_it_may_hold_a_table() {
    let aside = |text: &str| {
        let sheet = Sheet {
            name: "填表说明".to_owned(),
            ..Sheet::default()
        };
        let read = read_with(&sheet, rows(text), None, &Mappings::default());
        assert!(
            read.records().is_empty() && read.skipped().is_empty(),
            "{text}"
        );
        let told = read.events.into_iter().filter_map(|event| match event {
            crate::survey::table::Event::Told(told) => Some(told.finding),
            _ => None,
        });
        let told: Vec<_> = told.collect();
        assert_eq!(told.len(), 1, "{told:?}");
        let facts = told[0]
            .facts
            .iter()
            .map(|(name, value)| format!("{name} {value}"));
        (told[0].severity, facts.collect::<Vec<_>>())
    };
    let (severity, facts) = aside("一、每月五日前报送。\n“主播姓名”一列|必填|与证件一致");
    assert_eq!(severity, entity::problem::Severity::Hint);
    assert_eq!(facts, ["count 2"]);
    let (severity, facts) = aside("名单\n主播姓名|身份证号|联系电话\n张三|11010519491231002X|1");
    assert_eq!(severity, entity::problem::Severity::Warning);
    assert_eq!(facts, ["count 3", "row 2"]);
}

#[test]
fn a_header_far_below_is_found() {
    let mut text = "说明\n".repeat(90);
    text.push_str("主播姓名|身份证号|联系电话\n张三|11010519491231002X|13800138000");
    let read = read(&text);
    assert_eq!(read.records().len(), 1);
    assert_eq!(read.records()[0].row, 92);
}

#[test]
fn hidden_things_are_read_and_told() {
    let mut hidden = rows("主播姓名|身份证号|联系电话\n张三|11010519491231002X|13800138000");
    hidden[1].hidden = true;
    let sheet = Sheet {
        name: "隐藏".to_owned(),
        visibility: crate::survey::raw::Visibility::Hidden,
        hidden_columns: vec![(1, 1), (27, 28)],
        merges: vec![merge("A9:B9")],
    };
    let read = read_with(&sheet, hidden, None, &Mappings::default());
    assert_eq!(read.told(), ["HIDDEN_READ"; 3]);
    assert_eq!(read.records().len(), 1);
    let message = read.events.iter().filter_map(|event| match event {
        crate::survey::table::Event::Told(told) => Some(rules::problem::message(
            &told.finding,
            rules::label::Lang::Zh,
        )),
        _ => None,
    });
    let messages: Vec<_> = message.collect();
    assert!(
        messages[1].contains("B AB:AC") && messages[2].contains("从第2行起"),
        "{messages:?}"
    );
}
