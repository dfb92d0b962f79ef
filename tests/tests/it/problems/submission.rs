//! Submissions of January and July.

use rules::edition::EditionId;
use serde_json::{Value, json};

use super::scene::Scene;
use super::{Deed, Row};

pub(super) fn rows(scene: &Scene) -> Vec<Row> {
    let window = |window: &str| json!({ "window": window });
    let act = |id: &str| json!({ "submission": id });
    let reasons = |reasons: Value| json!({ "submission": scene.filed, "reasons": reasons });
    let reason = |sheet: &str, row: Value, column: Value| {
        reasons(json!([{ "sheet": sheet, "row": row, "column": column, "message": "请更正" }]))
    };
    let returned = |code, input, path| Row::new(code, Deed::Return, input, path).by("zhejiang");
    vec![
        Row::new("WINDOW_UNKNOWN", Deed::Prepare, window("2027-02"), "window"),
        Row::new(
            "WINDOW_OUT_OF_RANGE",
            Deed::Prepare,
            window("2029-01"),
            "window",
        )
        .says("2026-07至2027-07"),
        Row::new(
            "WINDOW_NOT_OPEN",
            Deed::File,
            act(&scene.ready),
            "submission",
        )
        .says("2027-07-01"),
        Row::new(
            "WRONG_STATE",
            Deed::Withdraw,
            act(&scene.ready),
            "submission",
        )
        .says("撤回"),
        Row::new(
            "BASE_REQUIRED",
            Deed::Prepare,
            json!({ "window": "2027-07", "kind": "CORRECTION" }),
            "kind",
        )
        .says("更正"),
        Row::new(
            "NOT_IN_EDITION",
            Deed::Prepare,
            json!({ "window": "2027-01", "report": "MERCHANT" }),
            "report",
        )
        .only(EditionId::Draft2025),
        returned("REASONS_REQUIRED", reasons(json!([])), "reasons"),
        returned(
            "REASON_UNPLACED",
            reason("没有这张表", Value::Null, Value::Null),
            "reasons.0.sheet",
        ),
        returned(
            "REASON_UNPLACED",
            reason("未登记运营者", json!(2), Value::Null),
            "reasons.0.row",
        )
        .says("未登记运营者"),
        returned(
            "REASON_UNPLACED",
            reason("未登记运营者", json!(1), json!("没有这一列")),
            "reasons.0.column",
        ),
        Row::new(
            "ROW_INCOMPLETE",
            Deed::ReadSubmission,
            json!(scene.filed),
            "未登记运营者.1.身份证件号码",
        )
        .says("身份证件号码"),
    ]
}
