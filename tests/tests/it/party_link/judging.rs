//! A person confirms a link with a reason, takes it back, and may confirm it again: nothing else changes, and every step
//! stays on record.

use super::*;
use crate::look::assert_tells;

const REASON: &str = "现场核对了证件原件";
const WHY_NOT: &str = "证件是伪造的";

fn representative() -> (Value, Value) {
    (uscc(1), boss(1))
}

on_both! {
    async fn a_link_is_confirmed_taken_back_and_confirmed_again(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![represented(1, 1)]).await;
        let (firm, man) = representative();
        let before = app.counts().await;
        let done = platform.confirm_link("LEGAL_REPRESENTATIVE", &firm, &man).await;
        assert_tells!(done, []);
        assert_eq!((&done["outcome"], &done["link"]["state"]), (&json!("CONFIRMED"), &json!("CONFIRMED")), "{done:#}");
        assert_eq!(done["link"]["confirmations"][0]["reason"], REASON);
        assert_eq!(done["link"]["confirmations"][0]["by"], "xihu-live xihu-live");
        let first = done["link"]["confirmations"][0]["id"].clone();
        let stands = "LEGAL_REPRESENTATIVE CONFIRMED 2026-12-01..- CONFIRMED+REGISTERED";
        assert_eq!(told(&platform.links(&firm, false).await), [format!("{stands} {}", masked(&man))]);
        let links = platform.links(&man, false).await;
        assert_eq!(told(&links), [format!("{stands} {}", credit_code(1))]);
        assert_eq!(links[0]["source"], "人工确认；登记信息填报");
        let again = platform.confirm_link("LEGAL_REPRESENTATIVE", &man, &firm).await;
        assert_eq!((&again["outcome"], &again["link"]["confirmations"][0]["id"]), (&json!("UNCHANGED"), &first), "whichever end comes first");

        let undone = platform.undo_link(&first).await;
        assert_tells!(undone, []);
        assert_eq!((&undone["outcome"], &undone["link"]["state"]), (&json!("UNDONE"), &json!("UNDONE")), "{undone:#}");
        assert_eq!(undone["link"]["confirmations"][0]["undoneReason"], WHY_NOT);
        assert_eq!(platform.undo_link(&first).await["outcome"], "UNCHANGED");
        let left = told(&platform.links(&firm, false).await);
        assert_eq!(left, [format!("LEGAL_REPRESENTATIVE UNDONE 2026-12-01..- REGISTERED {}", masked(&man))]);
        let anew = platform.confirm_link("LEGAL_REPRESENTATIVE", &firm, &man).await;
        assert_eq!(anew["outcome"], "CONFIRMED");
        let history = anew["link"]["confirmations"].as_array().expect("confirmations");
        assert_eq!(history.len(), 2, "{anew:#}");
        assert_eq!((&history[0]["id"], &history[1]["undoneAt"]), (&first, &Value::Null));

        let mut after = app.counts().await;
        assert_eq!(after["party_link"], 2);
        after.extend([("party_link".to_owned(), 0), ("audit".to_owned(), before["audit"])]);
        assert_eq!(after, before, "and no registration, revision or tie");
        let entries = app.audit().await;
        let deeds = entries.iter().filter(|entry| entry.operation.ends_with("PartyLink"));
        let deeds: Vec<_> = deeds.map(|entry| (entry.operation.as_str(), entry.outcome.as_str())).collect();
        assert_eq!(deeds, [("confirmPartyLink", "DONE"), ("confirmPartyLink", "UNCHANGED"), ("undoPartyLink", "DONE"),
            ("undoPartyLink", "UNCHANGED"), ("confirmPartyLink", "DONE")]);
        let everything = app.dump().await + &String::from_utf8_lossy(&app.database_files());
        for words in [REASON, WHY_NOT] {
            assert!(!everything.contains(words), "a reason stands in clear");
        }
    }

    async fn what_nobody_proposed_may_be_confirmed_with_proof(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![person(1), person(2)]).await;
        let ask = |evidence: Value| json!({ "kind": "SAME_PERSON", "party": { "identity": person(2)["identity"] },
            "other": { "identity": person(1)["identity"] }, "reason": REASON, "evidence": evidence });
        let proof = platform.upload("两本证件的照片").await;
        let foreign = app.actor("xihu-other").await.upload("别人的").await;
        let refused = platform.confirm_link_with(ask(json!([proof, foreign, "no-id"]))).await;
        assert_tells!(refused, [("EVIDENCE_NOT_FOUND", "evidence.1"), ("EVIDENCE_NOT_FOUND", "evidence.2")]);
        assert_eq!(app.number("SELECT count(*) FROM stored_file WHERE used_at IS NOT NULL").await, 0);
        let done = platform.confirm_link_with(ask(json!([proof]))).await;
        assert_tells!(done, []);
        assert_eq!(app.number("SELECT count(*) FROM stored_file WHERE used_at IS NOT NULL").await, 1);
        let links = platform.links(&person(1)["identity"], false).await;
        assert_eq!(told(&links), [format!("SAME_PERSON CONFIRMED 2026-12-01..- CONFIRMED {}", masked(&person(2)["identity"]))]);
        platform.undo_link(&done["link"]["confirmations"][0]["id"]).await;
        assert_eq!(platform.links(&person(1)["identity"], false).await, json!([]), "nothing speaks for it any more");
        assert_eq!(told(&platform.links(&person(1)["identity"], true).await).len(), 1, "that it was confirmed once is kept");
    }

    async fn a_confirmed_link_outlives_what_stated_it(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![represented(1, 1)]).await;
        let (firm, man) = representative();
        platform.confirm_link("LEGAL_REPRESENTATIVE", &firm, &man).await;
        platform.register(vec![represented(1, 2)]).await;
        platform.close(vec![json!({ "registration": made["results"][0]["registration"]["id"], "on": "2026-12-01",
            "reason": "CLOSED_BY_PLATFORM" })]).await;
        let links = told(&platform.links(&man, false).await);
        let confirmed = "LEGAL_REPRESENTATIVE CONFIRMED 2026-12-01..2026-12-01 CONFIRMED+REGISTERED";
        assert_eq!(links, [format!("{confirmed} {}", credit_code(1))]);
        let later = platform.confirm_link("LEGAL_REPRESENTATIVE", &firm, &boss(2)).await;
        assert_eq!(later["outcome"], "CONFIRMED", "what is over may be confirmed: {later:#}");
    }

    async fn what_cannot_be_is_refused_and_leaves_nothing(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![represented(1, 1), person(1)]).await;
        app.actor("guangzhou-live").await.register(vec![company(7)]).await;
        let (firm, man) = representative();
        let id = &made["results"][0]["registration"]["id"];
        let before = app.counts().await;
        let ask = |kind: &str, party: Value, other: Value| json!({ "kind": kind, "party": party, "other": other, "reason": REASON });
        let by = |identity: &Value| json!({ "identity": identity });
        let itself = platform.confirm_link_with(ask("SAME_PERSON", by(&firm), json!({ "registration": id }))).await;
        assert_tells!(itself, [("LINK_TO_ITSELF", "other")]);
        for (kind, one, other) in [
            ("SAME_PERSON", &firm, &man), ("PROPRIETOR", &man, &person(1)["identity"]),
            ("LEGAL_REPRESENTATIVE", &man, &person(1)["identity"]),
        ] {
            let unfit = platform.confirm_link(kind, one, other).await;
            assert_tells!(unfit, [("LINK_UNFIT", "kind")]);
            assert_eq!(unfit["outcome"], "REJECTED");
        }
        let strangers = [json!({ "identity": uscc(7) }), json!({ "identity": uscc(8) })];
        for stranger in strangers {
            assert_tells!(platform.confirm_link_with(ask("PROPRIETOR", by(&man), stranger)).await, [("NOT_FOUND", "other.identity")]);
        }
        let nil = json!("00000000-0000-0000-0000-000000000000");
        let nobody = platform.confirm_link_with(ask("PROPRIETOR", json!({ "party": nil }), json!({ "registration": "no-id" }))).await;
        assert_tells!(nobody, [("NOT_FOUND", "party.party"), ("NOT_FOUND", "other.registration")]);
        let wrong = json!({ "identity": { "kind": "USCC", "number": "91330203MA000000X3" } });
        let malformed = platform.confirm_link_with(ask("PROPRIETOR", wrong, by(&man))).await;
        assert_tells!(malformed, [("CREDIT_CODE_CHECK", "party.identity.number")]);
        let mut silent = ask("LEGAL_REPRESENTATIVE", by(&firm), by(&man));
        silent["reason"] = json!(" ");
        assert_tells!(platform.confirm_link_with(silent).await, [("EMPTY", "reason")]);
        for unknown in [nil, json!("no-id")] {
            assert_tells!(platform.undo_link(&unknown).await, [("NOT_FOUND", "confirmation")]);
        }
        let mut after = app.counts().await;
        assert_eq!(after["audit"], before["audit"] + 11, "each refusal is in the audit");
        after.insert("audit".to_owned(), before["audit"]);
        assert_eq!(after, before);
    }

    async fn under_one_key_it_happens_once(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![represented(1, 1), represented(2, 2)]).await;
        let keyed = |n: u32| json!({ "kind": "LEGAL_REPRESENTATIVE", "party": { "identity": uscc(n) },
            "other": { "identity": boss(n) }, "reason": REASON, "idempotencyKey": "k" });
        let first = platform.confirm_link_with(keyed(1)).await;
        assert_eq!(first["outcome"], "CONFIRMED");
        assert_eq!(platform.confirm_link_with(keyed(1)).await, first, "the same outcome, and not UNCHANGED");
        let query = "mutation ($input: ConfirmPartyLinkInput!) { confirmPartyLink(input: $input) { outcome } }";
        let other = platform.ask(query, json!({ "input": keyed(2) })).await;
        assert_eq!(crate::look::error_code(&other), "CONFLICT");
        assert_eq!(app.number("SELECT count(*) FROM party_link").await, 1);
    }
}
