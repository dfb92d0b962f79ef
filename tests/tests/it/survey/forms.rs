//! Rows and forms that speak of several subjects: the operator with its room, and the streamers in it.

use serde_json::json;
use tests::database::Engine;

use super::{codes, counts, done, lines, rows};
use crate::app::TestApp;
use crate::operator::{credit_code, on_both, resident_id};

/// The header of a ledger whose rows name an operator and a streamer.
pub(super) const LEDGER: &str = "所在平台,直播账号,运营者名称,运营者统一社会信用代码,运营者联系电话,直播场所,主播姓名,主播身份证号,主播电话";

/// The operator's part of a row of it.
pub(super) fn ledger_operator(n: u32) -> String {
    format!(
        "星光直播,acct-{n},宁波海曙第{n}号直播有限公司,{},138{n:08},浙江省宁波市海曙区中山西路{n}号",
        credit_code(n)
    )
}

const STREAMERS: &str =
    "{ streamers(first: 10) { edges { node { name source stageName qualifications { title }
  operators(first: 5) { edges { node { id } } } } } } }";

on_both! {
    async fn a_ledger_registers_operators_with_their_streamers(app: TestApp) {
        let office = app.actor("ningbo").await;
        let row = |operator: u32, streamer: u32| format!(
            "{},欧阳小明,{},139{streamer:08}",
            ledger_operator(operator), resident_id("19900101", streamer),
        );
        let text = lines([LEDGER.to_owned(), row(1, 1), row(1, 2), row(2, 3).replace(&resident_id("19900101", 3), "330782199001010000")]);
        let job = office.reviewed(&app, &text, json!({})).await;
        assert_eq!(job["kind"], "MIXED", "{job:#}");
        assert_eq!((counts(&job), done(&job)), ([3, 2, 1, 0], [3, 0, 0]), "{job:#}");
        assert!(!codes(rows(&job)[0]).contains(&"TIE_PENDING"), "{job:#}");
        let job = office.commits(&app, &job, "GOOD_ROWS").await;
        assert_eq!(done(&job), [3, 0, 0], "{job:#}");
        let operators = office.operators_seen().await;
        assert_eq!(operators.len(), 1, "a row that is refused writes none of its subjects: {operators:#?}");
        let seen = office.data(STREAMERS, json!({})).await["streamers"]["edges"].take();
        assert_eq!(seen.as_array().map(Vec::len), Some(2), "{seen:#}");
        for edge in seen.as_array().expect("edges") {
            assert_eq!(edge["node"]["operators"]["edges"][0]["node"]["id"], operators[0]["id"], "{seen:#}");
        }
        let undone = office.undoes(&app, &job).await;
        assert_eq!((&undone["undone"], &undone["kept"]), (&json!(3), &json!(0)), "{undone:#}");
        assert!(office.operators_seen().await.is_empty());
    }

    async fn a_form_registers_its_room_and_everybody_in_it(app: TestApp) {
        let office = app.actor("ningbo").await;
        let form = format!(
            "绿色直播间建设培育申报表\n直播间信息,所在平台,星光直播,账号（ID）,,hw123\n,认证信息,企业,团队人数,,12\n,粉丝数量,1.2万,关注数量,,35\n\
             运营商信息,主体字号,宁波海味有限公司,统一社会信用代码,,{}\n,实际经营地址,宁波市海曙区中山西路1号,主播人数,,2\n\
             ,行政许可,食品经营许可证 JY13302030001234,运营模式,,自营\n主播信息,姓名,欧阳小明,直播用名,小明,常住地,海曙区\n\
             ,身份证号,{},执业资质,,互联网营销师\n主播信息,姓名,欧阳小红,直播用名,小红,常住地,鄞州区\n,身份证号,{},执业资质,,无\n",
            credit_code(7), resident_id("19900101", 7), resident_id("19900101", 8),
        );
        let job = office.reviewed(&app, &form, json!({})).await;
        assert_eq!(job["kind"], "FORM", "{job:#}");
        assert_eq!(done(&job), [3, 0, 0], "{job:#}");
        office.commits(&app, &job, "ALL_OR_NOTHING").await;
        let operators = office.operators_seen().await;
        assert_eq!(operators[0]["accounts"][0]["accountNumber"], "hw123", "{operators:#?}");
        assert_eq!(operators[0]["accounts"][0]["followers"], 12_000);
        let seen = office.data(STREAMERS, json!({})).await["streamers"]["edges"].take();
        let names: Vec<_> = seen.as_array().expect("edges").iter().map(|e| e["node"]["stageName"].clone()).collect();
        assert_eq!(names.len(), 2, "{seen:#}");
        assert!(seen.to_string().contains("互联网营销师"), "{seen:#}");
        for edge in seen.as_array().expect("edges") {
            assert_eq!(edge["node"]["operators"]["edges"][0]["node"]["id"], operators[0]["id"]);
        }
    }
}
