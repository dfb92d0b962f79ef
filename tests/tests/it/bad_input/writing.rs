//! Deeds with values that are of the wrong type, far too long, invisible or impossible.

use serde_json::{Value, json};
use tests::database::Engine;

use super::Trial;
use crate::app::TestApp;
use crate::look::{outcomes, told};
use crate::operator::{REGISTER, company, on_both, person};

/// A company with one value changed, at a path such as `identity.number`.
fn changed(path: &str, value: Value) -> Value {
    let mut item = company(3);
    item["guardianConsent"] = json!({ "guardianName": "王五", "givenOn": "2026-01-01" });
    item["permits"] = json!([{ "kind": "OTHER", "kindText": "许可", "number": "1" }]);
    item["proprietor"] = json!({ "name": "赵六" });
    item["domicile"] = item["businessAddress"].clone();
    item["presenters"] = json!([{ "name": "小禾数字人", "accountNumber": "acct-3", "producer": { "name": "孙七" } }]);
    item["accounts"][0]["profile"] = json!({ "certification": "企业认证", "operatingModel": "自营", "turnoverBand": "100万元以下" });
    let mut place = &mut item;
    for step in path.split('.') {
        place = match step.parse::<usize>() {
            Ok(index) => &mut place[index],
            Err(_) => &mut place[step],
        };
    }
    *place = value;
    item
}

/// Every text of an item that a person writes.
const TEXTS: [&str; 23] = [
    "externalId",
    "identity.number",
    "name",
    "phone",
    "businessAddress.text",
    "businessAddress.division",
    "domicile.text",
    "accounts.0.accountNumber",
    "accounts.0.name",
    "accounts.0.roomUrl",
    "accounts.0.profile.certification",
    "accounts.0.profile.operatingModel",
    "accounts.0.profile.turnoverBand",
    "presenters.0.name",
    "presenters.0.accountNumber",
    "presenters.0.producer.name",
    "proprietor.name",
    "guardianConsent.guardianName",
    "permits.0.kindText",
    "permits.0.number",
    "permits.0.issuer",
    "verification.method",
    "ownSite",
];

on_both! {
    async fn wrong_types_are_told_before_anything_is_done(app: TestApp) {
        let trial = Trial::of(app).await;
        let input = &["BAD_USER_INPUT"][..];
        for (path, value) in [
            ("identity", json!("91330203MA0000003C")),
            ("identity", Value::Null),
            ("identity.kind", json!("TAX_ID")),
            ("identity.kind", json!(1)),
            ("identity.number", json!(91_330_203)),
            ("identity.number", Value::Null),
            ("identity.extra", json!("x")),
            ("name", json!(17)),
            ("name", json!(["x"])),
            ("form", json!("COMPANY")),
            ("registeredOn", json!("2026-13-01")),
            ("registeredOn", json!("2026-2-1")),
            ("registeredOn", json!(20_260_101)),
            ("registeredOn", json!("+12026-01-01")),
            ("observedAt", json!("2026-12-01T10:00:00")),
            ("observedAt", json!("10000-01-01T00:00:00Z")),
            ("observedAt", json!(1_700_000_000)),
            ("accounts", json!("x")),
            ("accounts.0", Value::Null),
            ("accounts.0.role", json!("OWNER")),
            ("accounts.0.followers", json!(2_147_483_648_i64)),
            ("accounts.0.followers", json!(1e300)),
            ("accounts.0.followers", json!("many")),
            ("accounts.0.profile", json!("large")),
            ("accounts.0.profile.teamSize", json!(2.5)),
            ("accounts.0.profile.on", json!("2026-11")),
            ("presenters", json!("x")),
            ("presenters.0.name", Value::Null),
            ("presenters.0.identity", json!({ "kind": "RESIDENT_ID", "number": "1" })),
            ("verification", json!({})),
            ("verification.at", Value::Null),
            ("colour", json!("red")),
        ] {
            let variables = json!({ "input": { "items": [changed(path, value)] } });
            trial.refuses_document(input, REGISTER, variables).await;
        }
        for wrong in [
            json!({}), json!({ "items": null }), json!({ "items": [null] }), json!({ "items": [] }),
            json!({ "items": [company(3)], "dryRun": "yes" }), json!({ "items": [company(3)], "dryRun": null }),
            json!({ "items": [company(3)], "idempotencyKey": 7 }), json!({ "items": [company(3)], "surprise": 1 }),
        ] {
            trial.refuses_document(input, REGISTER, json!({ "input": wrong })).await;
        }
        let many: Vec<_> = (0..1_001).map(|_| json!({ "identity": { "kind": "USCC", "number": "1" } })).collect();
        trial.refuses_document(&["LIMIT_EXCEEDED"], REGISTER, json!({ "input": { "items": many } })).await;
        trial.ends().await;
    }

    async fn texts_that_nobody_can_mean_are_problems_at_their_place(app: TestApp) {
        let trial = Trial::of(app).await;
        let platform = trial.app.actor("xihu-live").await;
        for path in TEXTS {
            let long = platform.register(vec![changed(path, json!("长".repeat(70_000)))]).await;
            assert_eq!(outcomes(&long), "REJECTED", "{path}");
            let at = format!("items.0.{path}");
            let problems = told(&long["results"][0]["problems"]);
            assert!(problems.iter().any(|(_, place)| *place == at), "{path}: {problems:?}");
            let nul = json!({ "input": { "items": [changed(path, json!("a\0b"))] } });
            trial.refuses_document(&["BAD_USER_INPUT"], REGISTER, nul).await;
            for odd in ["", " \u{3000}", "a\u{7}b", "\u{202e}abc", "\u{feff}", "＊＊＊"] {
                let answer = platform.register(vec![changed(path, json!(odd))]).await;
                let problems = told(&answer["results"][0]["problems"]);
                assert_eq!(outcomes(&answer), "REJECTED", "{path} {odd:?}");
                assert!(problems.iter().any(|(_, place)| *place == at), "{path} {odd:?}: {problems:?}");
            }
        }
        trial.ends().await;
    }

    async fn impossible_days_and_numbers_are_problems(app: TestApp) {
        let trial = Trial::of(app).await;
        let platform = trial.app.actor("xihu-live").await;
        for (path, value, code) in [
            ("accounts.0.followers", json!(-1), "OUT_OF_RANGE"),
            ("accounts.0.profile.teamSize", json!(-1), "OUT_OF_RANGE"),
            ("accounts.0.profile.on", json!("9999-12-31"), "DATE_IN_FUTURE"),
            ("registeredOn", json!("9999-12-31"), "DATE_IN_FUTURE"),
            ("observedAt", json!("9999-12-31T23:59:59Z"), "DATE_IN_FUTURE"),
            ("verification.at", json!("9999-01-01T00:00:00Z"), "DATE_IN_FUTURE"),
            ("guardianConsent.givenOn", json!("9999-12-31"), "DATE_IN_FUTURE"),
            ("guardianConsent.evidence", json!("x"), "EVIDENCE_NOT_FOUND"),
            ("verification.evidence", json!("01900000-0000-7000-8000-000000000000"), "EVIDENCE_NOT_FOUND"),
            ("accounts.0.roomUrl", json!("javascript:alert(1)"), "URL_FORM"),
            ("accounts.0.roomUrl", json!("https://user:word@example.com/"), "URL_FORM"),
            ("accounts.0.roomUrl", json!("https://?x"), "URL_FORM"),
        ] {
            let answer = platform.register(vec![changed(path, value)]).await;
            assert_eq!(outcomes(&answer), "REJECTED", "{path}: {answer:#}");
            let problems = told(&answer["results"][0]["problems"]);
            assert_eq!(problems, [(code.to_owned(), format!("items.0.{path}"))], "{path}");
        }
        let mut unborn = person(2);
        unborn["birthDate"] = json!("9999-12-31");
        let answer = platform.register(vec![unborn]).await;
        assert_eq!(told(&answer["results"][0]["problems"])[0].0, "BIRTH_DATE_MISMATCH");
        trial.ends().await;
    }

    async fn ancient_days_are_no_fault(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut old = changed("registeredOn", json!("0001-01-01"));
        old["verification"]["at"] = json!("1900-01-01T00:00:00Z");
        old["observedAt"] = json!("1900-01-01T00:00:00Z");
        old["permits"] = json!([{ "kind": "OTHER", "kindText": "许可", "number": "1", "validFrom": "0001-01-01", "validUntil": "9999-12-31" }]);
        let made = platform.register(vec![old]).await;
        assert_eq!(outcomes(&made), "CREATED", "{made:#}");
        let id = &made["results"][0]["registration"]["id"];
        assert_eq!(platform.operator(id).await["permits"][0]["validUntil"], "9999-12-31");
        let close = json!({ "registration": id, "on": "0001-01-01", "reason": "MISTAKE" });
        assert_eq!(outcomes(&platform.close(vec![close]).await), "CLOSED");
        assert_eq!(platform.operator(id).await["closedOn"], "0001-01-01");
        let due = "{ operators(filter: { dueBefore: \"0001-01-01\" }, orderBy: VERIFICATION_DUE) { edges { node { id } } } }";
        platform.data(due, json!({})).await;
        let due = "{ operators(filter: { dueBefore: \"9999-12-31\" }) { edges { node { id } } } }";
        platform.data(due, json!({})).await;
    }

    async fn other_deeds_refuse_as_clearly(app: TestApp) {
        let trial = Trial::of(app).await;
        let input = &["BAD_USER_INPUT"][..];
        let close = "mutation ($input: CloseRegistrationsInput!) { closeRegistrations(input: $input) { processed } }";
        let correct = "mutation ($input: CorrectIdentityInput!) { correctIdentity(input: $input) { problems { code } } }";
        let identity = json!({ "kind": "USCC", "number": "1" });
        for (query, wrong) in [
            (close, json!({ "items": [] })),
            (close, json!({ "items": [{ "registration": "x", "on": "2026-12-01", "reason": "BORED" }] })),
            (close, json!({ "items": [{ "registration": "x", "on": "1.12.2026", "reason": "MISTAKE" }] })),
            (close, json!({ "items": [{ "registration": null, "on": "2026-12-01", "reason": "MISTAKE" }] })),
            (correct, json!({ "registration": "x", "to": identity, "reason": "x", "evidence": null })),
            (correct, json!({ "registration": "x", "to": identity, "reason": null, "evidence": [] })),
        ] {
            trial.refuses_document(input, query, json!({ "input": wrong })).await;
        }
        let prepare = "mutation ($window: SubmissionWindow!) { prepareSubmission(input: { window: $window }) { problems { code } } }";
        trial.refuses_document(input, prepare, json!({ "window": 202_701 })).await;
        let platform = trial.app.actor("xihu-live").await;
        for window in ["", "2027", "2027-02", "２０２７-01", "999999-01", "2027-01-01", &"1".repeat(200_000)] {
            let answer = platform.data(prepare, json!({ "window": window })).await;
            let code = &answer["prepareSubmission"]["problems"][0]["code"];
            assert!(code == "WINDOW_UNKNOWN" || code == "WINDOW_OUT_OF_RANGE", "{window:.40}: {answer}");
        }
        trial.ends().await;
    }
}
