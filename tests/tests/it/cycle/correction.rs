//! A wrong number is corrected with proof: the registration keeps its id and its history.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::look::{assert_tells, outcomes};
use crate::operator::{codes, company, credit_code, on_both, person, resident_id};

async fn registered(platform: &Actor, item: Value) -> Value {
    let made = platform.register(vec![item]).await;
    made["results"][0]["registration"].clone()
}

fn uscc(n: u32) -> Value {
    json!({ "kind": "USCC", "number": credit_code(n) })
}

on_both! {
    async fn a_corrected_registration_keeps_its_id_and_history(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let before = registered(&platform, company(1)).await;
        let old_party = platform.operator(&before["id"]).await["party"]["id"].clone();
        let proof = platform.upload("营业执照").await;
        let done = platform.correct(json!({
            "registration": before["id"], "to": uscc(2), "reason": "录入时看错了一位", "evidence": [proof],
        })).await;
        assert_eq!(done["problems"], json!([]), "{done:#}");
        let after = &done["registration"];
        assert_eq!((&after["id"], &after["revision"]), (&before["id"], &json!(2)));
        assert_eq!(after["party"]["identity"]["masked"], credit_code(2));
        assert_ne!(after["party"]["id"], old_party);
        assert_ne!(after["fingerprint"], before["fingerprint"]);
        let history = &platform.operator(&before["id"]).await["history"]["edges"];
        assert_eq!(history[0]["node"]["changed"], json!(["identity"]));
        assert_eq!(history[1]["node"]["number"], 1);
        let parties = app.column("SELECT CAST(count(DISTINCT party_id) AS text) FROM revision").await;
        assert_eq!(parties, ["2"], "each revision names the party it named then");
        assert_eq!(app.number("SELECT count(*) FROM stored_file WHERE used_at IS NOT NULL").await, 1);

        let by_new = json!({ "identity": uscc(2), "phone": "13700000007" });
        assert_eq!(outcomes(&platform.register(vec![by_new]).await), "UPDATED");
        let mut by_old = company(1);
        by_old["externalId"] = json!("another");
        by_old["accounts"] = json!([{ "accountNumber": "another" }]);
        assert_eq!(outcomes(&platform.register(vec![by_old]).await), "CREATED");
    }

    async fn a_refused_correction_leaves_nothing_behind(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let one = registered(&platform, company(1)).await;
        let two = registered(&platform, company(2)).await;
        let proof = platform.upload("营业执照").await;
        let foreign = app.actor("xihu-other").await.upload("别人的").await;
        let before = app.counts().await;
        let ask = |to: Value, evidence: Value| {
            json!({ "registration": one["id"], "to": to, "reason": "填错", "evidence": evidence })
        };
        let unproven = platform.correct(ask(uscc(3), json!([]))).await;
        assert_tells!(unproven, [("EVIDENCE_REQUIRED", "evidence")]);
        let not_own = platform.correct(ask(uscc(3), json!([proof, foreign, "no-id"]))).await;
        assert_tells!(not_own, [("EVIDENCE_NOT_FOUND", "evidence.1"), ("EVIDENCE_NOT_FOUND", "evidence.2")]);
        let many = |count: usize| json!(vec![foreign.as_str(); count]);
        let listed = platform.correct(ask(uscc(3), many(1_000))).await;
        assert_eq!(listed["problems"].as_array().map(Vec::len), Some(1_000));
        for count in [1_001, 100_000] {
            assert_tells!(platform.correct(ask(uscc(3), many(count))).await, [("TOO_MANY", "evidence")]);
        }
        let taken = platform.correct(ask(uscc(2), json!([proof]))).await;
        assert_tells!(taken, [("IDENTITY_TAKEN", "to")]);
        let message = taken["problems"][0]["message"].as_str().expect("a message");
        assert!(message.contains(two["id"].as_str().expect("an id")), "{message}");
        let same = platform.correct(ask(uscc(1), json!([proof]))).await;
        assert_tells!(same, [("IDENTITY_UNCHANGED", "to")]);
        let mut wrong = uscc(3);
        wrong["number"] = json!("91330203MA000000X3");
        let malformed = platform.correct(ask(wrong, json!([proof]))).await;
        assert_tells!(malformed, [("CREDIT_CODE_CHECK", "to.number")]);
        let person = json!({ "kind": "RESIDENT_ID", "number": resident_id("19900101", 77) });
        let mismatch = platform.correct(ask(person, json!([proof]))).await;
        assert_tells!(mismatch, [("FORM_IDENTITY_MISMATCH", "to")]);
        let mut reasonless = ask(uscc(3), json!([proof]));
        reasonless["reason"] = json!(" ");
        assert_tells!(platform.correct(reasonless).await, [("EMPTY", "reason")]);

        let mut after = app.counts().await;
        assert_eq!(after["audit"], before["audit"] + 10, "each refusal is in the audit");
        after.insert("audit".to_owned(), before["audit"]);
        assert_eq!(after, before, "no party, no revision");
        assert_eq!(app.number("SELECT count(*) FROM stored_file WHERE used_at IS NOT NULL").await, 0);
    }

    async fn only_its_keeper_corrects_it(app: TestApp) {
        let one = registered(&app.actor("xihu-live").await, company(1)).await;
        for (name, code) in [("xihu-other", "NOT_FOUND"), ("guangdong", "NOT_FOUND"), ("zhejiang", "NOT_YOURS")] {
            let actor = app.actor(name).await;
            let proof = actor.upload("材料").await;
            let refused = actor.correct(json!({
                "registration": one["id"], "to": uscc(2), "reason": "填错", "evidence": [proof],
            })).await;
            assert_tells!(refused, [(code, "registration")]);
            assert_eq!(refused["registration"], Value::Null);
        }
    }

    async fn a_child_s_number_cannot_slip_in_by_correction(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let one = registered(&platform, person(1)).await;
        let proof = platform.upload("身份证").await;
        let ask = |born: &str| json!({
            "registration": one["id"], "reason": "填错", "evidence": [proof],
            "to": { "kind": "RESIDENT_ID", "number": resident_id(born, 5) },
        });
        assert_tells!(platform.correct(ask("20110101")).await, [("UNDER_AGE", "to")]);
        assert_tells!(platform.correct(ask("20100101")).await, [("CONSENT_REQUIRED", "to")]);
        assert_tells!(platform.correct(ask("20081201")).await, []);
    }

    async fn a_closed_registration_is_corrected_and_stays_closed(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let one = registered(&platform, company(1)).await;
        platform.close(vec![json!({ "registration": one["id"], "on": "2026-12-01", "reason": "MISTAKE" })]).await;
        let proof = platform.upload("营业执照").await;
        let done = platform.correct(json!({
            "registration": one["id"], "to": uscc(2), "reason": "填错", "evidence": [proof],
        })).await;
        assert_eq!(done["problems"], json!([]), "{done:#}");
        assert_eq!(platform.operator(&one["id"]).await["status"], "CLOSED");
        let back = platform.register(vec![json!({ "identity": uscc(2) })]).await;
        assert_eq!(outcomes(&back), "REOPENED", "{back:#}");
    }

    async fn evidence_of_a_registration_is_used_once_it_stands(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let (kept, foreign) = (platform.upload("核验").await, app.actor("xihu-other").await.upload("别人的").await);
        let mut refused = person(1);
        refused["verification"] = json!({ "at": "2026-11-01T08:00:00+08:00", "method": "人脸", "evidence": kept });
        refused["identity"]["number"] = json!(resident_id("20120101", 1));
        let answer = platform.register(vec![refused.clone()]).await;
        assert_eq!(codes(&answer, 0), ["UNDER_AGE"]);
        assert_eq!(app.number("SELECT count(*) FROM stored_file WHERE used_at IS NOT NULL").await, 0);
        let mut other = person(2);
        other["verification"] = json!({ "at": "2026-11-01T08:00:00+08:00", "method": "人脸", "evidence": foreign });
        let answer = platform.register(vec![other]).await;
        assert_tells!(answer["results"][0], [("EVIDENCE_NOT_FOUND", "items.0.verification.evidence")]);
        refused["identity"] = person(1)["identity"].clone();
        assert_eq!(outcomes(&platform.register(vec![refused]).await), "CREATED");
        assert_eq!(app.number("SELECT count(*) FROM stored_file WHERE used_at IS NOT NULL").await, 1);
    }
}
