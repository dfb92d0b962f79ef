//! Trainings and what stands against a livestream that is about to begin.

use rules::edition::EditionId;
use serde_json::{Value, json};

use super::scene::Scene;
use super::{Deed, Row};
use crate::live::person;

const TRAIN: Deed = Deed::Other(
    "recordTraining",
    "RecordTrainingInput",
    "/results/0/problems",
);
const REPORT: Deed = Deed::Other("reportLiveSession", "ReportLiveSessionInput", "/problems");
const CLEAR: Deed = Deed::Other("clearForLive", "ClearForLiveInput", "/problems");
/// Asks the gate: its problems are the reasons.
const GATE: Deed = Deed::Other("clearForLive", "ClearForLiveInput", "/reasons");
const EVENING: &str = "2027-01-05T20:00:00+08:00";

/// A question of the gate for an account and a streamer by number.
fn ask(deed: Deed, code: &str, (account, n): (&str, u32), path: &str) -> Row {
    let input = json!({ "account": account, "streamers": [person(n)], "at": EVENING });
    Row::new(code, deed, input, path)
}

fn reason(code: &str, whom: (&str, u32), path: &str) -> Row {
    ask(GATE, code, whom, path)
}

fn training(id: &str) -> Value {
    json!({ "dryRun": true, "items": [{ "registration": id, "on": "2027-01-05", "outcome": "PASSED" }] })
}

pub(super) fn rows(scene: &Scene) -> Vec<Row> {
    let (order, draft) = (EditionId::Order117, EditionId::Draft2025);
    let later = json!({ "account": "acct-1", "streamers": [person(61)], "at": "2027-02-01T20:00:00+08:00" });
    let moment = Row::new("MOMENT_OUT_OF_RANGE", CLEAR, later, "at").says("2027-01-06 10:00");
    let unnamed = json!({ "account": "acct-1", "streamers": [person(61)], "startsAt": EVENING,
        "presenters": [{ "name": "无名数字人" }] });
    vec![
        Row::new(
            "TRAINING_UNFIT",
            TRAIN,
            training(&scene.merchant),
            "items.0.registration",
        )
        .says("平台内经营者"),
        ask(CLEAR, "ACCOUNT_UNKNOWN", ("nobody-1", 61), "account"),
        moment,
        Row::new("PRESENTER_UNDECLARED", REPORT, unnamed, "presenters.0.name").says("无名数字人"),
        reason("NOT_REGISTERED", ("acct-1", 99), "streamers.0").says("直播营销人员"),
        reason("REGISTRATION_CLOSED", ("acct-1", 62), "streamers.0").says("2027-01-05"),
        reason("NOT_OF_ROOM", ("acct-1", 64), "streamers.0"),
        reason("TRAINING_MISSING", ("acct-1", 61), "streamers.0"),
        reason("TRAINING_YEARLY", ("acct-1", 64), "streamers.0").says("2027-12-31"),
        reason("TRAINING_FAILED", ("acct-1", 63), "streamers.0")
            .says("弄虚作假")
            .warning()
            .only(order),
        reason("TRAINING_FAILED", ("acct-1", 63), "streamers.0")
            .says("2027-01-04")
            .only(draft),
        reason("VERIFICATION_OVERDUE", ("person-1", 61), "account"),
        reason("VERIFICATION_DUE", ("acct-65", 61), "account")
            .says("2027-01-20")
            .only(order),
        reason("MEASURE_FORBIDS", ("acct-65", 64), "streamers.0").says("2027-01-31"),
        reason("SESSION_NOT_REPORTED", ("acct-1", 61), "account")
            .says("120")
            .only(order),
        reason("SESSION_LACKS_STREAMER", ("acct-65", 64), "streamers.0").only(order),
    ]
}
