//! What the gate before a registration says, and what is said of a lead.

use serde_json::json;

use super::scene::Scene;
use super::{Deed, Row};
use crate::blacklist::evasion::with_accounts;
use crate::blacklist::somebody;
use crate::operator::person;

const DECIDE: Deed = Deed::Other("decideEvasionLead", "DecideEvasionLeadInput", "/problems");

pub(super) fn rows(scene: &Scene) -> Vec<Row> {
    let barred = || Row::item("BLACKLISTED", person(64), "identity").says("2027-05-31");
    let elsewhere = Row::item("LISTED_ELSEWHERE", person(64), "identity");
    let another = with_accounts(63, &["person-63", "second", "third"]);
    let another = Row::item("EVASION_LEAD", another, "accounts.2.accountNumber");
    let decided = json!({ "lead": scene.lead, "decision": "CONFIRMED", "reason": "试" });
    let corrected = json!({ "registration": scene.company, "to": somebody(64), "reason": "试",
        "evidence": [scene.proof] });
    vec![
        barred(),
        Row::new("BLACKLISTED", Deed::Correct, corrected, "to"),
        elsewhere.by("xihu-other").says("其他平台"),
        another.says("third"),
        Row::new("LEAD_DECIDED", DECIDE, decided, "lead"),
    ]
}
