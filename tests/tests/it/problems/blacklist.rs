//! The blacklist: what cannot be listed, how appeals go on, and what is no question.

use rules::edition::EditionId;
use serde_json::{Value, json};

use super::scene::Scene;
use super::{Deed, Row};
use crate::blacklist::{listing, somebody};

const LIST: Deed = Deed::Other("listOnBlacklist", "ListOnBlacklistInput", "/problems");
const APPEAL: Deed = Deed::Other("appealBlacklisting", "AppealBlacklistingInput", "/problems");
const DECIDE: Deed = Deed::Other(
    "decideBlacklistAppeal",
    "DecideBlacklistAppealInput",
    "/problems",
);
const UNLIST: Deed = Deed::Other(
    "removeFromBlacklist",
    "RemoveFromBlacklistInput",
    "/problems",
);
const JUDGE: Deed = Deed::Other("judgeMatch", "JudgeMatchInput", "/problems");

/// A listing of somebody else with one thing changed.
fn listed(code: &str, fields: Value, path: &str) -> Row {
    let mut input = listing(&somebody(60));
    for (name, value) in fields.as_object().expect("fields") {
        input[name] = value.clone();
    }
    Row::new(code, LIST, input, path)
}

fn basis(instrument: &str, level: &str, article: &str) -> Value {
    json!({ "legalBasis": { "instrument": instrument, "level": level, "article": article } })
}

fn asked(code: &str, subject: Value, path: &str) -> Row {
    Row::new(code, Deed::Status, subject, &format!("items.0.{path}"))
}

pub(super) fn rows(scene: &Scene) -> Vec<Row> {
    let mut rows = listings(scene);
    rows.extend(appeals(scene));
    rows.extend(questions(scene));
    rows
}

fn listings(scene: &Scene) -> Vec<Row> {
    let again = json!({ "subject": { "identity": somebody(61) } });
    // Whoever is listed already is refused, and so the warning writes nothing.
    let unlike = json!({ "subject": { "identity": somebody(63) }, "name": "司马相如" });
    vec![
        listed("LISTED_NAME_DIFFERS", unlike, "name").warning(),
        listed("LISTING_ROLE", json!({ "role": "MERCHANT" }), "role").says("平台内经营者"),
        listed("LISTING_ROLE", json!({ "role": "AGENCY" }), "role").only(EditionId::Draft2025),
        listed(
            "INSTRUMENT_UNKNOWN",
            basis("本平台规则", "LAW", "第一条"),
            "legalBasis.instrument",
        ),
        listed(
            "BASIS_LEVEL_MISMATCH",
            basis("广告法", "RULE", "第十七条"),
            "legalBasis.level",
        )
        .suggesting("LAW"),
        listed(
            "BASIS_LEVEL",
            basis("网络交易监督管理办法", "RULE", "第十四条"),
            "legalBasis.level",
        )
        .only(EditionId::Order117),
        listed(
            "BASIS_FIELD",
            basis("网络安全法", "LAW", "第十二条"),
            "legalBasis.instrument",
        )
        .only(EditionId::Draft2025),
        listed(
            "BASIS_ARTICLE",
            basis("广告法", "LAW", "第28条"),
            "legalBasis.article",
        ),
        listed(
            "TERM_ENDED",
            json!({ "validUntil": "2027-01-04" }),
            "validUntil",
        ),
        listed(
            "DATE_ORDER",
            json!({ "validFrom": "2027-06-01" }),
            "validUntil",
        )
        .says("2027-06-01"),
        listed("ALREADY_LISTED", again, "subject").says(&scene.listed),
        listed("NAME_TOO_SHORT", json!({ "name": "张" }), "name"),
        listed("NAME_NOT_A_NAME", json!({ "name": "（——）" }), "name"),
        listed("EMPTY", json!({ "facts": " " }), "facts"),
    ]
}

fn appeals(scene: &Scene) -> Vec<Row> {
    let decide = |code, fields: Value, path| {
        let mut input = json!({ "appeal": scene.appeal, "decision": "UPHELD", "reasons": "试" });
        for (name, value) in fields.as_object().expect("fields") {
            input[name] = value.clone();
        }
        Row::new(code, DECIDE, input, path)
    };
    let unlist = |entry: &str| json!({ "entry": entry, "reasons": "试" });
    vec![
        Row::new(
            "APPEAL_OPEN",
            APPEAL,
            json!({ "entry": scene.listed, "grounds": "再次申诉", "evidence": [] }),
            "entry",
        )
        .says(&scene.appeal),
        Row::new("ENTRY_ENDED", UNLIST, unlist(&scene.unlisted), "entry"),
        Row::new("ENTRY_NOT_YOURS", UNLIST, unlist(&scene.listed), "entry").by("xihu-other"),
        decide(
            "APPEAL_DECIDED",
            json!({ "appeal": scene.decided }),
            "appeal",
        ),
        decide(
            "APPEAL_STEP",
            json!({ "decision": "UNDER_REVIEW" }),
            "decision",
        ),
        decide(
            "TERM_REQUIRED",
            json!({ "decision": "SHORTENED" }),
            "validUntil",
        ),
        decide(
            "TERM_NOT_ASKED",
            json!({ "validUntil": "2027-02-01" }),
            "validUntil",
        ),
        decide(
            "TERM_NOT_SHORTER",
            json!({ "decision": "SHORTENED", "validUntil": "2027-05-31" }),
            "validUntil",
        )
        .says("2027-05-31"),
        decide(
            "TERM_ENDED",
            json!({ "decision": "SHORTENED", "validUntil": "2027-01-04" }),
            "validUntil",
        ),
        Row::new(
            "NAME_NOT_A_NAME",
            JUDGE,
            json!({ "name": "（——）", "entry": scene.listed, "verdict": "SAME", "reason": "试" }),
            "name",
        ),
    ]
}

fn questions(scene: &Scene) -> Vec<Row> {
    let account = json!({ "platform": scene.platform, "accountNumber": "nobody" });
    vec![
        asked(
            "ACCOUNT_UNKNOWN",
            json!({ "account": account }),
            "subject.account",
        ),
        asked("NAME_TOO_SHORT", json!({ "name": "张" }), "subject.name"),
        asked("NAME_NOT_A_NAME", json!({ "name": " ·· " }), "subject.name"),
        asked(
            "TOO_LONG",
            json!({ "name": "张".repeat(10_000) }),
            "subject.name",
        ),
    ]
}
