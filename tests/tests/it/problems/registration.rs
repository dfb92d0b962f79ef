//! Who may be registered, by whom, with what.

use serde_json::{Value, json};

use super::scene::Scene;
use super::{Deed, Row};
use crate::operator::{company, credit_code, person, resident_id};

fn with(mut item: Value, fields: Value) -> Value {
    for (name, value) in fields.as_object().expect("fields") {
        item[name] = value.clone();
    }
    item
}

/// A person born on a day.
fn born(day: &str) -> Value {
    with(
        person(50),
        json!({ "identity": { "kind": "RESIDENT_ID", "number": resident_id(day, 50) } }),
    )
}

pub(super) fn rows(scene: &Scene) -> Vec<Row> {
    let mut rows = people();
    rows.extend(books(scene));
    rows.extend(accounts());
    rows.extend(closings_and_corrections(scene));
    rows.extend(revealing(scene));
    rows.extend(links(scene));
    rows
}

fn links(scene: &Scene) -> Vec<Row> {
    let between = |kind: &str, other: u32| {
        json!({
            "kind": kind, "reason": "同一人", "party": { "registration": scene.company },
            "other": { "identity": company(other)["identity"] },
        })
    };
    let undo = json!({ "confirmation": scene.judged, "reason": "有误" });
    vec![
        Row::new(
            "LINK_TO_ITSELF",
            Deed::ConfirmLink,
            between("SAME_PERSON", 1),
            "other",
        ),
        Row::new(
            "LINK_UNFIT",
            Deed::ConfirmLink,
            between("PROPRIETOR", 2),
            "kind",
        )
        .says("“经营者”"),
        Row::new("LINK_NOT_YOURS", Deed::UndoLink, undo, "confirmation"),
    ]
}

fn people() -> Vec<Row> {
    let passport = json!({ "identity": { "kind": "PASSPORT", "number": "E12345678", "issuingCountry": "KOR" } });
    let shop = json!({ "form": "INDIVIDUAL_BUSINESS", "proprietor": { "name": "令狐望舒" } });
    let natural = with(company(50), json!({ "form": "NATURAL_PERSON" }));
    vec![
        Row::item("FORM_IDENTITY_MISMATCH", natural, "form").says("自然人"),
        Row::item(
            "FORM_IDENTITY_MISMATCH",
            with(
                company(50),
                json!({ "form": "INDIVIDUAL_BUSINESS",
            "proprietor": { "name": "令狐望舒" }, "birthDate": "1980-01-01" }),
            ),
            "form",
        )
        .warning()
        .says("个体工商户"),
        Row::item("UNDER_AGE", born("20110106"), "birthDate").says("16周岁"),
        Row::item("CONSENT_REQUIRED", born("20110105"), "guardianConsent"),
        Row::item("CONSENT_REQUIRED", born("20090106"), "guardianConsent"),
        Row::item("AGE_UNKNOWN", with(person(50), passport), "birthDate"),
        Row::item("AGE_UNKNOWN", with(company(50), shop), "birthDate"),
        Row::item(
            "BIRTH_DATE_MISMATCH",
            with(person(50), json!({ "birthDate": "1990-01-02" })),
            "birthDate",
        ),
    ]
}

fn books(scene: &Scene) -> Vec<Row> {
    let admit = |kind: &str, number: &str| {
        json!({
            "name": "之江直播有限公司", "platformName": "之江", "phone": "0571-88881111", "url": "https://x.example.cn",
            "identity": { "kind": kind, "number": number }, "domicile": { "text": "滨盛路1号", "division": "330108" },
        })
    };
    let foreign = json!({ "items": [{ "registration": scene.foreign, "on": "2027-01-01", "reason": "MISTAKE" }] });
    let kept = json!({ "items": [{ "registration": scene.company, "on": "2027-01-01", "reason": "MISTAKE" }] });
    let site = with(
        company(50),
        json!({ "ownSite": "https://shop.example.com" }),
    );
    let abroad = with(
        site.clone(),
        json!({ "businessAddress": { "text": "天河路1号", "division": "440106" } }),
    );
    let individual = format!("92330108MA0000001{}", check("92330108MA0000001"));
    vec![
        Row::new(
            "IDENTITY_NOT_ORGANISATION",
            Deed::Platform,
            admit("RESIDENT_ID", "1"),
            "identity.kind",
        )
        .by("zhejiang")
        .says("居民身份证"),
        Row::new(
            "IDENTITY_NOT_ORGANISATION",
            Deed::Platform,
            admit("USCC", &individual),
            "identity.number",
        )
        .by("zhejiang"),
        Row::new(
            "NOT_YOURS",
            Deed::Platform,
            admit("USCC", &credit_code(9)),
            "domicile.division",
        )
        .by("guangdong"),
        Row::item("PLATFORM_REQUIRED", company(50), "ownSite").by("ningbo"),
        Row::item("NOT_YOURS", site, "ownSite"),
        Row::item("NOT_YOURS", abroad, "businessAddress.division").by("ningbo"),
        Row::new("NOT_YOURS", Deed::Close, kept, "items.0.registration").by("zhejiang"),
        Row::new("NOT_FOUND", Deed::Close, foreign, "items.0.registration"),
        Row::new(
            "NOT_FOUND",
            Deed::File,
            json!({ "submission": scene.foreign }),
            "submission",
        ),
    ]
}

fn check(body: &str) -> char {
    entity::value::credit_code::check_character(body).expect("a body")
}

/// A company with presenters of these names.
fn figures(names: &[&str]) -> Value {
    let figure = |name: &&str| json!({ "name": name, "producer": { "name": "槿鹿" } });
    let presenters: Vec<_> = names.iter().map(figure).collect();
    with(company(50), json!({ "presenters": presenters }))
}

fn accounts() -> Vec<Row> {
    let older =
        json!({ "identity": company(1)["identity"], "observedAt": "2026-10-01T00:00:00+08:00" });
    let expired = json!({ "permits": [{ "kind": "FOOD_SALES", "number": "JY1", "validUntil": "2027-01-04" }] });
    let twins = json!({ "items": [company(51), company(51)], "dryRun": true });
    let mut roomless = figures(&["甲"]);
    roomless["presenters"][0]["accountNumber"] = json!("acct-1");
    let anonymous = with(company(50), json!({ "presenters": [{ "name": "甲" }] }));
    let twin = Row::new(
        "DUPLICATE_IN_BATCH",
        Deed::RegisterSecond,
        twins,
        "items.1.identity",
    )
    .says("items第0条");
    vec![
        twin,
        Row::item(
            "ACCOUNT_HELD",
            with(
                company(50),
                json!({ "accounts": [
            { "accountNumber": "x", "role": "ACTUAL_OPERATOR" }, { "accountNumber": "acct-1" }] }),
            ),
            "accounts.1.accountNumber",
        )
        .says("登记编号"),
        Row::item(
            "ACCOUNT_TWICE",
            with(
                company(50),
                json!({ "accounts": [
            { "accountNumber": "x" }, { "accountNumber": "x", "role": "ACTUAL_OPERATOR" }] }),
            ),
            "accounts.1.accountNumber",
        ),
        Row::item(
            "PRESENTER_TWICE",
            figures(&["甲", "甲"]),
            "presenters.1.name",
        ),
        Row::item(
            "PRESENTER_ROOM_UNKNOWN",
            roomless,
            "presenters.0.accountNumber",
        ),
        Row::item(
            "PRESENTER_IS_PERSON",
            figures(&[&resident_id("19900101", 50)]),
            "presenters.0.name",
        )
        .at(1),
        Row::item("PRODUCER_UNKNOWN", anonymous, "presenters.0.producer"),
        Row::item("STALE", older, "observedAt").says("第1次修订"),
        Row::item(
            "PERMIT_EXPIRED",
            with(company(50), expired),
            "permits.0.validUntil",
        )
        .says("2027-01-04"),
        Row::item(
            "EXTERNAL_ID_TAKEN",
            with(company(50), json!({ "externalId": "c-1" })),
            "externalId",
        )
        .says("登记编号"),
    ]
}

fn revealing(scene: &Scene) -> Vec<Row> {
    let ask = |purpose: &str, case: Value| json!({ "registrations": [scene.company], "purpose": purpose, "case": case });
    let case = json!("01a00000-0000-7000-8000-000000000000");
    let telling = ask("核对13912345678", Value::Null);
    vec![
        Row::new("CASE_UNKNOWN", Deed::Reveal, ask("核对", case), "case"),
        Row::new("PERSONAL_DATA_IN_TEXT", Deed::Reveal, telling, "purpose").at(3),
    ]
}

fn closings_and_corrections(scene: &Scene) -> Vec<Row> {
    let again = json!({ "items": [{ "registration": scene.closed, "on": "2026-12-01", "reason": "MISTAKE" }] });
    let wordless = json!({ "items": [{ "registration": scene.company, "on": "2026-12-01", "reason": "OTHER" }] });
    let correct = |number: &str, evidence: Value| {
        json!({
            "registration": scene.company, "to": { "kind": "USCC", "number": number }, "reason": "填错", "evidence": evidence,
        })
    };
    let proof = json!([scene.proof]);
    let verification = json!({ "verification": { "at": "2026-10-01T08:00:00+08:00", "method": "OCR", "evidence": "x" } });
    vec![
        Row::new("ALREADY_CLOSED", Deed::Close, again, "items.0.registration").says("2026-12-01"),
        Row::new("REQUIRED", Deed::Close, wordless, "items.0.note"),
        Row::new(
            "IDENTITY_TAKEN",
            Deed::Correct,
            correct(&credit_code(2), proof.clone()),
            "to",
        )
        .says("登记编号"),
        Row::new(
            "IDENTITY_UNCHANGED",
            Deed::Correct,
            correct(&credit_code(1), proof),
            "to",
        ),
        Row::new(
            "EVIDENCE_REQUIRED",
            Deed::Correct,
            correct(&credit_code(9), json!([])),
            "evidence",
        ),
        Row::new(
            "EVIDENCE_NOT_FOUND",
            Deed::Correct,
            correct(&credit_code(9), json!(["x"])),
            "evidence.0",
        ),
        Row::item(
            "EVIDENCE_NOT_FOUND",
            with(company(50), verification),
            "verification.evidence",
        ),
    ]
}
