//! A person's number in a text that is not meant for one is refused where it stands: in every text of the schema but those
//! that are listed here, with the reason why.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tests::database::Engine;

use super::needles::percent;
use super::requests::{Api, Place};
use crate::app::TestApp;
use crate::look::{error_code, outcomes, told};
use crate::operation::first_who_may;
use crate::operator::{company, on_both, person, resident_id};
use crate::streamer::streamer;
use crate::tidy::rust_sources;

/// Texts that may hold a person's number, or that are refused for another reason before they are read as words.
const OTHERWISE: &[(&str, &str)] = &[
    (
        "IdentityInput.number",
        "it is the number's own field, sealed",
    ),
    (
        "IdentityInput.issuingCountry",
        "a code: nothing else is accepted",
    ),
    ("AddressInput.division", "a code: nothing else is accepted"),
    ("CloseItem.note", "a note, sealed with the facts"),
    (
        "CorrectIdentityInput.reason",
        "a reason, sealed with the facts",
    ),
    ("ConfirmPartyLinkInput.reason", "a reason, sealed"),
    ("UndoPartyLinkInput.reason", "a reason, sealed"),
    ("ListOnBlacklistInput.facts", "facts, sealed"),
    ("ListOnBlacklistInput.reason", "a reason, sealed"),
    (
        "AppealBlacklistingInput.grounds",
        "an appellant's words, sealed",
    ),
    ("DecideBlacklistAppealInput.reasons", "reasons, sealed"),
    ("RemoveFromBlacklistInput.reasons", "reasons, sealed"),
    ("JudgeMatchInput.reason", "a reason, sealed"),
    ("DecideEvasionLeadInput.reason", "a reason, sealed"),
    ("ReturnReasonInput.message", "a reason, sealed"),
    ("ImposeDispositionInput.facts", "facts, sealed"),
    ("ImposeDispositionInput.rule", "a ground, sealed"),
    ("ImposeDispositionInput.proportionality", "a ground, sealed"),
    ("ImposeDispositionInput.remedy", "a note, sealed"),
    ("ImposeDispositionInput.openOrders", "a note, sealed"),
    ("LiftDispositionInput.reason", "a reason, sealed"),
    ("DemandDispositionInput.facts", "facts, sealed"),
    ("AnswerDispositionDemandInput.answer", "an answer, sealed"),
    (
        "ReturnReasonInput.sheet",
        "it names a sheet that exists, or is refused",
    ),
    (
        "ReturnReasonInput.column",
        "it names a column that exists, or is refused",
    ),
    (
        "GrantClientInput.scopes",
        "it names a scope that exists, or is refused",
    ),
];

/// Whether a text is a place for a number, or no words at all.
fn is_otherwise(place: &Place) -> bool {
    let name = place.field.rsplit_once('.').map(|(_, name)| name);
    let (is_phone, is_key) = (name == Some("phone"), name == Some("idempotencyKey"));
    let listed = OTHERWISE.iter().any(|(field, _)| *field == place.field);
    is_phone || is_key || listed || place.scalar != "String" || place.kind != "mutation"
}

#[test]
fn what_is_listed_exists() {
    let places = Api::read().places();
    for (field, _) in OTHERWISE {
        assert!(places.iter().any(|place| place.field == *field), "{field}");
    }
    let words = places.iter().filter(|place| !is_otherwise(place)).count();
    assert!(words > 50, "{words}");
}

/// The door is one function; whoever went around it would have to be listed here.
#[test]
fn texts_come_in_by_one_door() {
    let door = "api/src/registry/text.rs";
    let around: Vec<_> = rust_sources()
        .filter(|source| source.path.starts_with("api/src/") && source.path != door)
        .filter(|source| source.code().any(|(_, line)| line.contains("value::text")))
        .map(|source| source.path)
        .collect();
    assert_eq!(around, Vec::<String>::new());
}

fn phone_in(field: &str) -> String {
    match field.rsplit('.').next() {
        Some("roomUrl" | "url" | "ownSite") => "https://a.example.com/?tel=13512345678".to_owned(),
        _ => "13512345678".to_owned(),
    }
}

fn number_in(field: &str) -> String {
    let number = resident_id("19850412", 77);
    match field.rsplit('.').next() {
        Some("roomUrl" | "url" | "ownSite") => format!("https://a.example.com/{number}"),
        Some("name" | "text" | "issuer" | "title" | "purpose" | "contact") => {
            format!(
                "持证 {} {} {} 者",
                &number[..6],
                &number[6..14],
                &number[14..]
            )
        }
        _ => number,
    }
}

on_both! {
    async fn a_person_s_number_is_refused_in_every_other_text(app: TestApp) {
        let api = Api::read();
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![company(1)]).await;
        let registration = made["results"][0]["registration"]["id"].clone();
        let own = json!(app.platform_id("xihu-live").await);
        let known = |field: &str| match field {
            "platform" => Some(own.clone()),
            "registration" => Some(registration.clone()),
            "number" => Some(json!("91330203MA0000003C")),
            _ => None,
        };
        let mut wrong = String::new();
        for place in api.places().iter().filter(|place| !is_otherwise(place)) {
            let actor = app.actor(first_who_may(&place.operation)).await;
            for text in [phone_in(&place.field), number_in(&place.field)] {
                let (query, variables) = api.request(place, &text, &known);
                let answer = actor.ask(&query, variables).await;
                let payload = &answer["data"][&place.operation];
                let of = |problems: &Value| if problems.is_array() { told(problems) } else { Vec::new() };
                let own = of(&payload["problems"]);
                let each = of(&payload["results"][0]["problems"]);
                let at = |codes: &[&str]| {
                    let mut all = own.iter().chain(&each);
                    all.any(|(code, path)| codes.contains(&&**code) && *path == place.told())
                };
                if !at(&["PERSONAL_DATA_IN_TEXT", "PRESENTER_IS_PERSON"]) {
                    let _ = writeln!(wrong, "{} at {}: {answer}", place.field, place.told());
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong}");
    }

    async fn what_only_looks_like_a_phone_is_accepted(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut item = company(1);
        item["externalId"] = json!("u13812345678");
        item["accounts"] = json!([
            { "accountNumber": "138123456789", "roomUrl": "https://live.example.com/13812345678" },
            { "accountNumber": "dy13812345678", "name": "第13812号店，共345678件" },
        ]);
        let made = platform.register(vec![item]).await;
        assert_eq!(outcomes(&made), "CREATED", "{made:#}");
        let mut skilled = streamer(2);
        let licence = format!("T{}", resident_id("19850412", 77));
        skilled["qualifications"] = json!([{ "title": "特种作业操作证", "certificateNumber": licence }]);
        let made = platform.register_streamers(vec![skilled]).await;
        assert_eq!(outcomes(&made), "CREATED", "{made:#}");
        let shown = platform.data("{ streamers { edges { node { qualifications { certificateNumber } } } } }", json!({})).await;
        let shown = shown["streamers"]["edges"][0]["node"]["qualifications"][0]["certificateNumber"].to_string();
        assert!(shown.contains("**") && !shown.contains("19850412"), "{shown}");
    }

    async fn names_of_requests_and_files_hold_no_number(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let number = resident_id("19850412", 77);
        for name in ["13512345678.txt", "合同 135-1234-5678.pdf", &format!("{number}.jpg")] {
            let upload = platform.request(reqwest::Method::POST, &format!("/files?name={}", percent(name.as_bytes(), |_| false))).body("x");
            let answer = upload.send().await.expect("an answer");
            assert_eq!(answer.status(), 400, "{name}");
            assert!(answer.text().await.expect("text").contains("PERSONAL_DATA_IN_TEXT"), "{name}");
        }
        let keyed = json!({ "input": { "items": [person(1)], "idempotencyKey": "13512345678" } });
        assert_eq!(error_code(&platform.ask(crate::operator::REGISTER, keyed).await), "BAD_USER_INPUT");
        for (given, kept) in [("13512345678", false), (&*number, false), ("r-13512345678", false), ("order-17", true)] {
            let request = platform.request(reqwest::Method::GET, "/livez").header("x-request-id", given);
            let answer = request.send().await.expect("an answer");
            let id = answer.headers()["x-request-id"].to_str().expect("an id");
            assert_eq!(id == given, kept, "{given}: {id}");
        }
    }

    async fn reasons_for_returns_are_sealed_old_ones_too(app: TestApp) {
        app.actor("xihu-live").await.register(vec![company(1)]).await;
        app.clock.advance(chrono::TimeDelta::days(45));
        let (platform, province) = (app.actor("xihu-live").await, app.actor("zhejiang").await);
        let prepared = platform.prepare(json!({ "window": "2027-01" })).await;
        app.work().await;
        platform.step("fileSubmission", &prepared).await;
        let reason = json!({ "sheet": "已登记运营者", "message": "法定代表人13512345678否认" });
        let input = json!({ "submission": prepared["submission"]["id"], "reasons": [reason] });
        let returned = province.act("returnSubmission", "ReturnSubmissionInput", input).await;
        let told = &returned["submission"]["returnReasons"][0]["message"];
        assert_eq!(told, &reason["message"], "{returned:#}");
        let clear = "SELECT count(*) FROM submission WHERE return_reasons <> '[]'";
        assert_eq!(app.number(clear).await, 0);
        assert!(!app.dump().await.contains("13512345678"));

        let old = json!([{ "sheet": "已登记运营者", "row": null, "column": null, "message": "旧事由" }]);
        app.run(&format!("UPDATE submission SET returned = NULL, return_reasons = '{old}'")).await;
        let seen = |filing: Value| filing["submission"]["returnReasons"][0]["message"].clone();
        assert_eq!(seen(platform.filing(&prepared).await), "旧事由", "before the sweep");
        let swept = api::jobs::sweep(&app.app).await.expect("a sweep");
        assert_eq!(swept.sealed, 1);
        assert_eq!(seen(platform.filing(&prepared).await), "旧事由", "and after it");
        assert_eq!(app.number(clear).await, 0);
    }
}
