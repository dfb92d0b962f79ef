//! Admission of clients, and the purposes of reading.

use serde_json::{Value, json};

use super::scene::Scene;
use super::{Deed, Row};

pub(super) fn rows(scene: &Scene) -> Vec<Row> {
    let grant = |fields: Value| {
        let mut input = json!({ "name": "new", "role": "AUDITOR", "scopes": ["audit:read"], "contact": "测试",
            "validUntil": "2030-01-01" });
        for (name, value) in fields.as_object().expect("fields") {
            input[name] = value.clone();
        }
        input
    };
    let granted =
        |code, fields, path| Row::new(code, Deed::Grant, grant(fields), path).by("security");
    let absent = "01900000-0000-7000-8000-000000000000";
    vec![
        granted("CLIENT_NAME_TAKEN", json!({ "name": "xihu-live" }), "name"),
        granted(
            "SCOPE_UNKNOWN",
            json!({ "scopes": ["registry:delete"] }),
            "scopes.0",
        ),
        granted(
            "SCOPE_UNKNOWN",
            json!({ "scopes": ["audit:read", "registry:write"] }),
            "scopes.1",
        )
        .says("registry:write"),
        granted(
            "OFFICE_UNKNOWN",
            json!({ "role": "CITY", "office": absent }),
            "office",
        ),
        granted("OFFICE_UNKNOWN", json!({ "office": absent }), "office"),
        granted(
            "DATE_ORDER",
            json!({ "validUntil": "2027-01-04" }),
            "validUntil",
        )
        .says("2027-01-05"),
        granted(
            "TOO_MANY",
            json!({ "scopes": vec!["audit:read"; 50] }),
            "scopes",
        ),
        Row::new(
            "LAST_SECURITY_CLIENT",
            Deed::Revoke,
            json!({ "client": scene.security, "reason": "OTHER" }),
            "client",
        )
        .by("security"),
        Row::new(
            "NOT_FOUND",
            Deed::Revoke,
            json!({ "client": absent, "reason": "OTHER" }),
            "client",
        )
        .by("security"),
        Row::new(
            "PURPOSE_REQUIRED",
            Deed::Link,
            json!({ "file": scene.workbook, "purpose": " " }),
            "purpose",
        ),
        Row::new(
            "NOT_FOUND",
            Deed::Link,
            json!({ "file": absent, "purpose": "核查" }),
            "file",
        ),
    ]
}
