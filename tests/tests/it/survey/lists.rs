//! The authorities' lists, mirrored from a workbook: entries with their source that bar nobody, taken back whole.

use serde_json::json;
use tests::database::Engine;

use super::{codes, done, lines, rows};
use crate::app::TestApp;
use crate::operator::{company, credit_code, on_both};

/// The header of an authority's list.
pub(super) const HEADER: &str =
    "当事人名称,当事人证件号码,角色,列入原因,列入日期,移出日期,列入机关,文书编号";

/// A row of it.
pub(super) fn row(n: u32) -> String {
    format!(
        "宁波海曙第{n}号直播有限公司,{},OPERATOR,销售假冒商品,2026-05-01,2029-05-01,宁波市市场监督管理局,甬市监罚〔2026〕{n}号",
        credit_code(n),
    )
}

on_both! {
    async fn an_office_mirrors_the_list_of_serious_violations(app: TestApp) {
        let office = app.actor("ningbo").await;
        let text = lines([HEADER.to_owned(), row(1), row(2), row(2).replace(&credit_code(2), "")]);
        let job = office.reviewed(&app, &text, json!({ "kind": "BLACKLIST" })).await;
        assert_eq!((&job["kind"], done(&job)), (&json!("BLACKLIST"), [2, 0, 0]), "{job:#}");
        assert!(codes(rows(&job)[2]).contains(&"SURVEY_UNIDENTIFIED"), "{job:#}");
        let job = office.commits(&app, &job, "GOOD_ROWS").await;
        let entry = &rows(&job)[0]["entries"][0];
        assert_eq!((&entry["register"], &entry["state"]), (&json!("SERIOUS_VIOLATION"), &json!("ACTIVE")), "{job:#}");
        assert_eq!(entry["source"], "宁波市市场监督管理局 甬市监罚〔2026〕1号");
        // It bars nobody: whoever is on it is registered, with a warning.
        let made = app.actor("xihu-live").await.register(vec![company(1)]).await;
        assert_eq!(made["created"], 1, "{made:#}");
        let again = office.reviewed(&app, &text, json!({ "kind": "BLACKLIST" })).await;
        assert_eq!(done(&again), [0, 0, 2], "{again:#}");
        let undone = office.undoes(&app, &job).await;
        assert_eq!((&undone["undone"], &undone["kept"]), (&json!(2), &json!(0)), "{undone:#}");
        let left = office.reviewed(&app, &text, json!({ "kind": "BLACKLIST" })).await;
        assert_eq!(done(&left), [2, 0, 0], "{left:#}");
    }

    async fn a_platform_mirrors_no_list(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let refused = platform.survey(HEADER, json!({ "kind": "BLACKLIST" })).await;
        assert_eq!(refused["problems"][0]["code"], "SURVEY_REGISTER", "{refused:#}");
    }
}
