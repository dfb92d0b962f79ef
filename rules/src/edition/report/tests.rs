//! The reports of both editions: every sheet with its columns and the article of each, as the texts and the design have them.

use std::collections::BTreeSet;

use super::*;
use crate::coverage::{cited, cited_below};
use crate::edition::edition;

/// The columns that no law names.
const HOUSE_FIELDS: [Field; 3] = [Field::Sequence, Field::RowState, Field::DocumentKind];

const TRADING: &str = "《网络交易监督管理办法》第二十四条";
const DATA: &str = "《网络交易合规数据报送管理暂行办法》第七条";
const DATA_3: &str = "《网络交易合规数据报送管理暂行办法》第七条第三项";

fn sheet(id: EditionId, kind: ReportKind, key: &str) -> &'static Sheet {
    let report = edition(id).report(kind).unwrap();
    report.sheets.iter().find(|sheet| sheet.key == key).unwrap()
}

fn headers(id: EditionId, kind: ReportKind, key: &str) -> String {
    let columns = &sheet(id, kind, key).columns;
    let headers: Vec<_> = columns
        .iter()
        .map(|column| column.header.as_str())
        .collect();
    headers.join("|")
}

/// Owned, to be compared with what the tables say.
fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |(field, article): &(&str, &str)| ((*field).to_owned(), (*article).to_owned());
    expected.iter().map(own).collect()
}

/// Who is listed: the subject, and whether registered.
fn lists(id: EditionId, kind: ReportKind) -> Vec<(&'static str, SubjectKind, Option<bool>)> {
    let sheets = &edition(id).report(kind).unwrap().sheets;
    let who = |sheet: &'static Sheet| (sheet.title.as_str(), sheet.subject, sheet.registered);
    sheets.iter().map(who).collect()
}

#[test]
fn every_sheet_counts_first_and_names_a_field_once() {
    for &id in EditionId::ALL {
        let mut keys = BTreeSet::new();
        for report in &edition(id).reports {
            let title = match report.kind {
                ReportKind::Livestream => "直播电商身份信息报送",
                ReportKind::Merchant => "平台内经营者身份信息报送",
            };
            assert_eq!(report.title, title);
            assert_eq!(report.recipient, "平台住所地省级市场监督管理部门");
            assert_eq!(report.version, 1);
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
    }
}

#[test]
fn the_order_has_two_reports_each_on_its_own_basis_with_its_own_penalty() {
    use SubjectKind::{Merchant, Operator, Streamer};
    let order = EditionId::Order117;
    assert_eq!(edition(order).reports.len(), 2);
    assert_eq!(
        lists(order, ReportKind::Livestream),
        [
            ("已登记运营者", Operator, Some(true)),
            ("未登记运营者", Operator, Some(false)),
            ("直播营销人员", Streamer, None),
        ]
    );
    assert_eq!(
        lists(order, ReportKind::Merchant),
        [("平台内经营者", Merchant, None)]
    );
    assert_eq!(cited("order-117/reports.LIVESTREAM"), "第九条、第五十三条");
    assert_eq!(
        cited("order-117/reports.MERCHANT"),
        "《网络交易监督管理办法》第二十五条、《中华人民共和国电子商务法》第八十条"
    );
}

#[test]
fn the_orders_sheet_of_registered_operators() {
    let (order, livestream) = (EditionId::Order117, ReportKind::Livestream);
    assert_eq!(
        headers(order, livestream, "registered-operators"),
        "序号|名称（姓名）|统一社会信用代码|实际经营地址|行政区划代码|联系方式|直播账号|核验时间|信息状态"
    );
    assert_eq!(
        cited("order-117/reports.LIVESTREAM.sheets.registered-operators"),
        "第九条第一项、第五十三条"
    );
    let item = "第九条第一项";
    assert_eq!(
        cited_below("order-117/reports.LIVESTREAM.sheets.registered-operators.columns"),
        pairs(&[
            ("NAME", item),
            ("CREDIT_CODE", item),
            ("BUSINESS_ADDRESS", item),
            ("DIVISION_CODE", "第四十八条"),
            ("PHONE", item),
            ("ACCOUNTS", item),
            ("VERIFIED_ON", "第八条第一款"),
        ])
    );
}

#[test]
fn the_orders_sheet_of_unregistered_operators() {
    let (order, livestream) = (EditionId::Order117, ReportKind::Livestream);
    assert_eq!(
        headers(order, livestream, "unregistered-operators"),
        "序号|姓名|证件类型|身份证件号码|实际经营地址|行政区划代码|联系方式|直播账号|核验时间|信息状态"
    );
    assert_eq!(
        cited("order-117/reports.LIVESTREAM.sheets.unregistered-operators"),
        "第九条第二项、第五十三条"
    );
    let item = "第九条第二项";
    assert_eq!(
        cited_below("order-117/reports.LIVESTREAM.sheets.unregistered-operators.columns"),
        pairs(&[
            ("NAME", item),
            ("DOCUMENT_NUMBER", item),
            ("BUSINESS_ADDRESS", item),
            ("DIVISION_CODE", "第四十八条"),
            ("PHONE", item),
            ("ACCOUNTS", item),
            ("VERIFIED_ON", "第八条第一款"),
        ])
    );
}

#[test]
fn the_orders_sheet_of_streamers_carries_another_penalty() {
    let (order, livestream) = (EditionId::Order117, ReportKind::Livestream);
    assert_eq!(
        headers(order, livestream, "streamers"),
        "序号|姓名|证件类型|身份证件号码|经常居住地址|行政区划代码|联系方式|所属服务机构|\
         服务机构统一社会信用代码|专业资质|职业职务|核验时间|信息状态"
    );
    assert_eq!(
        cited("order-117/reports.LIVESTREAM.sheets.streamers"),
        "第九条第三项、第五十四条"
    );
    let item = "第九条第三项";
    assert_eq!(
        cited_below("order-117/reports.LIVESTREAM.sheets.streamers.columns"),
        pairs(&[
            ("NAME", item),
            ("DOCUMENT_NUMBER", item),
            ("RESIDENCE", item),
            ("DIVISION_CODE", item),
            ("PHONE", item),
            ("AGENCY_NAME", item),
            ("AGENCY_CREDIT_CODE", item),
            ("QUALIFICATIONS", item),
            ("OCCUPATION", item),
            ("VERIFIED_ON", "第八条第二款"),
        ])
    );
}

#[test]
fn the_orders_sheet_of_merchants_rests_on_the_sister_rules() {
    assert_eq!(
        headers(EditionId::Order117, ReportKind::Merchant, "merchants"),
        "序号|名称（姓名）|统一社会信用代码/身份证件号码|证件类型|实际经营地址|行政区划代码|联系方式|网店名称|\
         网址或访问路径|行政许可|免登记情形|超10万元标示|核验时间|信息状态"
    );
    assert_eq!(
        cited("order-117/reports.MERCHANT.sheets.merchants"),
        format!("{DATA}、《中华人民共和国电子商务法》第八十条")
    );
    assert_eq!(
        cited_below("order-117/reports.MERCHANT.sheets.merchants.columns"),
        pairs(&[
            ("NAME", DATA),
            ("IDENTITY_NUMBER", DATA),
            ("BUSINESS_ADDRESS", DATA),
            (
                "DIVISION_CODE",
                "《网络交易合规数据报送管理暂行办法》第十三条"
            ),
            ("PHONE", DATA),
            ("SHOP_NAMES", DATA),
            ("SHOP_URLS", DATA),
            ("PERMITS", "《中华人民共和国电子商务法》第二十七条第一款"),
            ("EXEMPTION", DATA_3),
            ("OVER_THRESHOLD", DATA_3),
            ("VERIFIED_ON", TRADING),
        ])
    );
}

#[test]
fn the_draft_has_one_report_with_four_sheets_and_no_merchant_report() {
    use SubjectKind::{Merchant, Operator, Streamer};
    let draft = EditionId::Draft2025;
    assert_eq!(edition(draft).reports.len(), 1);
    assert!(edition(draft).report(ReportKind::Merchant).is_none());
    assert_eq!(
        lists(draft, ReportKind::Livestream),
        [
            ("已登记运营者", Operator, Some(true)),
            ("未登记运营者", Operator, Some(false)),
            ("直播营销人员", Streamer, None),
            ("平台内经营者", Merchant, None),
        ]
    );
    assert_eq!(cited("draft-2025/reports.LIVESTREAM"), "第九条、第四十八条");
}

#[test]
fn the_drafts_sheet_of_registered_operators() {
    let (draft, livestream) = (EditionId::Draft2025, ReportKind::Livestream);
    assert_eq!(
        headers(draft, livestream, "registered-operators"),
        "序号|名称（姓名）|统一社会信用代码|住所或者主要经营场所|行政区划代码|联系方式|直播间账号|核验时间|信息状态"
    );
    assert_eq!(
        cited("draft-2025/reports.LIVESTREAM.sheets.registered-operators"),
        "第九条第一项、第四十八条"
    );
    let item = "第九条第一项";
    assert_eq!(
        cited_below("draft-2025/reports.LIVESTREAM.sheets.registered-operators.columns"),
        pairs(&[
            ("NAME", item),
            ("CREDIT_CODE", item),
            ("PRINCIPAL_PLACE", item),
            ("DIVISION_CODE", "第四十条第二款"),
            ("PHONE", item),
            ("ACCOUNTS", item),
            ("VERIFIED_ON", "第八条第一款"),
        ])
    );
}

#[test]
fn the_drafts_sheet_of_unregistered_operators() {
    let (draft, livestream) = (EditionId::Draft2025, ReportKind::Livestream);
    assert_eq!(
        headers(draft, livestream, "unregistered-operators"),
        "序号|姓名|证件类型|身份证件号码|住所或者主要经营场所|行政区划代码|联系方式|直播间账号|核验时间|信息状态"
    );
    assert_eq!(
        cited("draft-2025/reports.LIVESTREAM.sheets.unregistered-operators"),
        "第九条第二项、第四十八条"
    );
    let item = "第九条第二项";
    assert_eq!(
        cited_below("draft-2025/reports.LIVESTREAM.sheets.unregistered-operators.columns"),
        pairs(&[
            ("NAME", item),
            ("DOCUMENT_NUMBER", item),
            ("PRINCIPAL_PLACE", item),
            ("DIVISION_CODE", "第四十条第二款"),
            ("PHONE", item),
            ("ACCOUNTS", item),
            ("VERIFIED_ON", "第八条第一款"),
        ])
    );
}

#[test]
fn the_drafts_sheet_of_streamers_has_neither_qualifications_nor_occupation() {
    let (draft, livestream) = (EditionId::Draft2025, ReportKind::Livestream);
    assert_eq!(
        headers(draft, livestream, "streamers"),
        "序号|姓名|证件类型|身份证件号码|住所或者主要经营场所|行政区划代码|联系方式|所属服务机构|\
         服务机构统一社会信用代码|核验时间|信息状态"
    );
    assert_eq!(
        cited("draft-2025/reports.LIVESTREAM.sheets.streamers"),
        "第九条第三项、第四十八条"
    );
    let item = "第九条第三项";
    assert_eq!(
        cited_below("draft-2025/reports.LIVESTREAM.sheets.streamers.columns"),
        pairs(&[
            ("NAME", item),
            ("DOCUMENT_NUMBER", item),
            ("RESIDENCE", item),
            ("DIVISION_CODE", "第四十条第二款"),
            ("PHONE", item),
            ("AGENCY_NAME", item),
            ("AGENCY_CREDIT_CODE", item),
            ("VERIFIED_ON", "第八条第一款"),
        ])
    );
}

#[test]
fn the_drafts_sheet_of_merchants() {
    let (draft, livestream) = (EditionId::Draft2025, ReportKind::Livestream);
    assert_eq!(
        headers(draft, livestream, "merchants"),
        "序号|名称（姓名）|统一社会信用代码/身份证件号码|证件类型|住所或者主要经营场所|行政区划代码|联系方式|\
         行政许可|核验时间|信息状态"
    );
    assert_eq!(
        cited("draft-2025/reports.LIVESTREAM.sheets.merchants"),
        "第九条第四项、第四十八条"
    );
    let item = "第九条第四项";
    assert_eq!(
        cited_below("draft-2025/reports.LIVESTREAM.sheets.merchants.columns"),
        pairs(&[
            ("NAME", item),
            ("IDENTITY_NUMBER", DATA),
            ("PRINCIPAL_PLACE", item),
            ("DIVISION_CODE", "第四十条第二款"),
            ("PHONE", item),
            ("PERMITS", item),
            ("VERIFIED_ON", TRADING),
        ])
    );
}

#[test]
fn each_sheet_fills_its_columns_from_the_right_fields() {
    let field = |id, kind, key, header: &str| {
        let columns = &sheet(id, kind, key).columns;
        columns
            .iter()
            .find(|column| column.header == header)
            .map(|column| column.field)
    };
    let (order, livestream) = (EditionId::Order117, ReportKind::Livestream);
    let place = field(order, livestream, "registered-operators", "实际经营地址");
    assert_eq!(place, Some(Field::BusinessAddress));
    let home = field(order, livestream, "streamers", "经常居住地址");
    assert_eq!(home, Some(Field::Residence));
    let draft = EditionId::Draft2025;
    for key in [
        "registered-operators",
        "unregistered-operators",
        "merchants",
    ] {
        let place = field(draft, livestream, key, "住所或者主要经营场所");
        assert_eq!(place, Some(Field::PrincipalPlace), "{key}");
    }
    let home = field(draft, livestream, "streamers", "住所或者主要经营场所");
    assert_eq!(home, Some(Field::Residence));
}
