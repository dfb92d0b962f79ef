//! What every edition's table must hold, and that a province can only add.

use std::collections::BTreeSet;

use super::*;
use crate::edition::edition;

/// The columns that no law names.
const HOUSE_FIELDS: [Field; 3] = [Field::Sequence, Field::RowState, Field::DocumentKind];

fn headers(id: EditionId, kind: ReportKind, key: &str) -> String {
    let report = edition(id).report(kind).unwrap();
    let sheet = report.sheets.iter().find(|sheet| sheet.key == key).unwrap();
    let headers: Vec<_> = sheet
        .columns
        .iter()
        .map(|column| column.header.as_str())
        .collect();
    headers.join("|")
}

#[test]
fn every_edition_loads_under_its_own_name_and_cites_real_articles() {
    for &id in EditionId::ALL {
        let edition = edition(id);
        assert_eq!(edition.id, id);
        assert_eq!(id.as_str().parse(), Ok(id));
        assert!(edition.instrument.starts_with("直播电商监督管理办法（"));
        let mut keys = BTreeSet::new();
        for report in &edition.reports {
            assert_eq!(report.recipient, "平台住所地省级市场监督管理部门");
            for sheet in &report.sheets {
                assert!(keys.insert(sheet.key.clone()), "{} twice", sheet.key);
                assert!(sheet.key.is_ascii() && sheet.title.chars().count() <= 31);
                check_columns(sheet);
            }
        }
    }
}

fn check_columns(sheet: &Sheet) {
    let fields: BTreeSet<_> = sheet.columns.iter().map(|column| column.field).collect();
    assert_eq!(
        fields.len(),
        sheet.columns.len(),
        "{}: a field twice",
        sheet.key
    );
    assert_eq!(sheet.columns[0].field, Field::Sequence);
    for column in &sheet.columns {
        assert!((6.0..=60.0).contains(&column.width), "{}", column.header);
        let house = HOUSE_FIELDS.contains(&column.field);
        assert_eq!(
            column.article.is_none(),
            house,
            "{}: {}",
            sheet.key,
            column.header
        );
        if let Some(article) = &column.article {
            assert!(article.number.starts_with('第'), "{}", article.number);
            assert!(
                !article.number.contains(['（', '(', ' ']),
                "{}",
                article.number
            );
        }
    }
}

#[test]
fn the_order_has_two_reports_with_the_columns_of_the_design() {
    let order = EditionId::Order117;
    assert_eq!(
        headers(order, ReportKind::Livestream, "registered-operators"),
        "序号|名称（姓名）|统一社会信用代码|实际经营地址|行政区划代码|联系方式|直播账号|核验时间|信息状态"
    );
    assert_eq!(
        headers(order, ReportKind::Livestream, "unregistered-operators"),
        "序号|姓名|证件类型|身份证件号码|实际经营地址|行政区划代码|联系方式|直播账号|核验时间|信息状态"
    );
    assert_eq!(
        headers(order, ReportKind::Livestream, "streamers"),
        "序号|姓名|证件类型|身份证件号码|经常居住地址|行政区划代码|联系方式|所属服务机构|\
         服务机构统一社会信用代码|专业资质|职业职务|核验时间|信息状态"
    );
    assert_eq!(
        headers(order, ReportKind::Merchant, "merchants"),
        "序号|名称（姓名）|统一社会信用代码/身份证件号码|证件类型|实际经营地址|行政区划代码|联系方式|网店名称|\
         网址或访问路径|行政许可|免登记情形|超10万元标示|核验时间|信息状态"
    );
    assert_eq!(edition(order).reports.len(), 2);
    assert_eq!(edition(order).in_force, NaiveDate::from_ymd_opt(2026, 2, 1));
}

#[test]
fn the_draft_has_one_report_with_four_sheets_and_no_merchant_report() {
    let draft = EditionId::Draft2025;
    assert_eq!(edition(draft).reports.len(), 1);
    assert!(edition(draft).report(ReportKind::Merchant).is_none());
    assert_eq!(
        headers(draft, ReportKind::Livestream, "registered-operators"),
        "序号|名称（姓名）|统一社会信用代码|住所或者主要经营场所|行政区划代码|联系方式|直播间账号|核验时间|信息状态"
    );
    assert_eq!(
        headers(draft, ReportKind::Livestream, "unregistered-operators"),
        "序号|姓名|证件类型|身份证件号码|住所或者主要经营场所|行政区划代码|联系方式|直播间账号|核验时间|信息状态"
    );
    assert_eq!(
        headers(draft, ReportKind::Livestream, "streamers"),
        "序号|姓名|证件类型|身份证件号码|住所或者主要经营场所|行政区划代码|联系方式|所属服务机构|\
         服务机构统一社会信用代码|核验时间|信息状态"
    );
    assert_eq!(
        headers(draft, ReportKind::Livestream, "merchants"),
        "序号|名称（姓名）|统一社会信用代码/身份证件号码|证件类型|住所或者主要经营场所|行政区划代码|联系方式|\
         行政许可|核验时间|信息状态"
    );
}

#[test]
fn penalties_and_intervals_are_those_of_the_text() {
    let order = edition(EditionId::Order117);
    let livestream = order.report(ReportKind::Livestream).unwrap();
    let penalties: Vec<_> = livestream
        .sheets
        .iter()
        .map(|sheet| sheet.penalty.number.as_str())
        .collect();
    assert_eq!(penalties, ["第五十三条", "第五十三条", "第五十四条"]);
    let months = |id, kind| edition(id).interval(kind).map(|interval| interval.months);
    assert_eq!(months(EditionId::Order117, SubjectKind::Operator), Some(6));
    assert_eq!(months(EditionId::Order117, SubjectKind::Streamer), None);
    assert_eq!(months(EditionId::Draft2025, SubjectKind::Operator), Some(3));
    assert_eq!(months(EditionId::Draft2025, SubjectKind::Streamer), Some(3));
    let merchant = order.interval(SubjectKind::Merchant).unwrap();
    assert_eq!(merchant.article.instrument, "网络交易监督管理办法");
}

#[test]
fn a_province_adds_columns_after_the_base_and_only_for_itself() {
    let example = r#"
        [[additions]]
        edition = "order-117"
        province = "330000"
        sheet = "registered-operators"
        columns = [{ field = "PERMITS", header = "行政许可", width = 32, article = "第八条第一款" }]
    "#;
    let table = toml::from_str(include_str!("../../../data/order-117.toml")).unwrap();
    let edition = resolve(table, toml::from_str(example).unwrap());
    let sheets = &edition.report(ReportKind::Livestream).unwrap().sheets;
    let added = edition.columns(&sheets[0], "330000");
    assert_eq!(added.len(), sheets[0].columns.len() + 1);
    assert_eq!(added.last().unwrap().field, Field::Permits);
    assert_eq!(
        edition.columns(&sheets[0], "440000").len(),
        sheets[0].columns.len()
    );
    assert_eq!(
        edition.columns(&sheets[1], "330000").len(),
        sheets[1].columns.len()
    );
}

#[test]
fn an_unknown_cell_is_refused() {
    let text = include_str!("../../../data/order-117.toml").replace("width = 8 }", "widht = 8 }");
    assert!(toml::from_str::<EditionTable>(&text).is_err());
}
