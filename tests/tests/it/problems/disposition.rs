//! Measures and demands.

use rules::edition::EditionId;
use serde_json::{Value, json};

use super::scene::Scene;
use super::{Deed, Row};
use crate::disposition::warning;

/// A demand that would pass, but for what is changed of it.
fn demand(subject: &str, field: &str, value: Value) -> Value {
    let mut input = json!({ "subject": { "registration": subject }, "kinds": ["WARNING"],
        "dueOn": "2027-02-01", "facts": "群众举报" });
    if !field.is_empty() {
        input[field] = value;
    }
    input
}

pub(super) fn rows(scene: &Scene) -> Vec<Row> {
    let impose = |field: &str, value: Value| {
        let mut input = warning(&scene.company, "虚构原价");
        input[field] = value;
        input
    };
    let row = |code, deed, input, path| Row::new(code, deed, input, path);
    vec![
        row(
            "DISPOSITION_NOT_OFFERED",
            Deed::Impose,
            impose("kind", json!("SERVICE_SUSPENSION")),
            "kind",
        )
        .says("暂停服务"),
        row(
            "DISPOSITION_BY_LISTING",
            Deed::Impose,
            impose("kind", json!("BLACKLISTING")),
            "kind",
        ),
        row(
            "DISPOSITION_STATEMENT_REQUIRED",
            Deed::Impose,
            impose("remedy", Value::Null),
            "remedy",
        )
        .only(EditionId::Order117),
        row(
            "DISPOSITION_OVER",
            Deed::Lift,
            json!({ "disposition": scene.lifted, "reason": "已经改正" }),
            "disposition",
        )
        .says("2027-01-05"),
        row(
            "DEMAND_NOT_ALLOWED",
            Deed::Demand,
            demand(&scene.merchant, "", Value::Null),
            "subject",
        )
        .by("xihu"),
        row(
            "DEMAND_ANSWERED",
            Deed::Answer,
            json!({ "demand": scene.answered, "answer": "再答复一次" }),
            "demand",
        )
        .says("2027-01-05"),
        row(
            "EMPTY",
            Deed::Demand,
            demand(&scene.company, "kinds", json!([])),
            "kinds",
        )
        .by("xihu"),
        row(
            "DATE_ORDER",
            Deed::Demand,
            demand(&scene.company, "dueOn", json!("2027-01-04")),
            "dueOn",
        )
        .by("xihu")
        .says("2027-01-05"),
    ]
}
