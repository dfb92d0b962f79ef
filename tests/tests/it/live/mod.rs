//! Before a livestream: the operator's report, the gate, and the signed record of what it said.

mod barred;
mod disposed;
mod gate;
mod policy;
mod record;
mod session;

use serde_json::{Value, json};

use crate::app::{Actor, TestApp};
use crate::operator::{company, credit_code};
use crate::streamer::{in_rooms, streamer_id};
use crate::training::{made, trained};

/// A room in which nothing is wrong: company 1 with its room `acct-1` and a presenter, and streamer 1 in it.
pub(crate) struct Room {
    pub(crate) operator: Value,
    pub(crate) streamer: Value,
}

/// Who is asked about, as numbers have it.
pub(crate) fn person(n: u32) -> Value {
    json!({ "identity": { "kind": "RESIDENT_ID", "number": streamer_id(n) } })
}

/// The first company, with a presenter that is no person.
pub(crate) fn with_presenter() -> Value {
    let mut item = company(1);
    item["presenters"] = json!([{
        "name": "小禾数字人", "accountNumber": "acct-1",
        "producer": { "name": "杭州槿鹿数字科技有限公司", "identity": { "kind": "USCC", "number": credit_code(700) } },
    }]);
    item
}

impl Room {
    /// Registers, verifies and trains on the platform `xihu-live`.
    pub(crate) async fn open(app: &TestApp) -> Self {
        Self::open_by(&app.actor("xihu-live").await).await
    }

    pub(crate) async fn open_by(platform: &Actor) -> Self {
        let operator = made(&platform.register(vec![with_presenter()]).await, 0);
        let mut item = in_rooms(1, &[1]);
        item["verification"] = json!({ "at": "2026-10-01T08:00:00+08:00", "method": "OCR" });
        let streamer = made(&platform.register_streamers(vec![item]).await, 0);
        let both = [&operator, &streamer].map(|id| trained(id, "2026-03-01", "PASSED"));
        platform.train(both.to_vec()).await;
        Self { operator, streamer }
    }

    /// The same with the operator's report for this evening.
    pub(crate) async fn reported(app: &TestApp) -> Self {
        let room = Self::open(app).await;
        let platform = app.actor("xihu-live").await;
        let told = platform.report(evening(json!({}))).await;
        assert_eq!(told["problems"], json!([]), "{told:#}");
        room
    }
}

/// A report for eight in the evening, with other fields.
pub(crate) fn evening(fields: Value) -> Value {
    let mut input = json!({
        "account": "acct-1", "streamers": [person(1)], "startsAt": "2026-12-01T20:00:00+08:00",
        "presenters": [{ "name": "小禾数字人" }],
    });
    merge(&mut input, fields);
    input
}

/// A question for that livestream, with other fields.
pub(crate) fn tonight(fields: Value) -> Value {
    let mut input =
        json!({ "account": "acct-1", "streamers": [person(1)], "at": "2026-12-01T20:00:00+08:00" });
    merge(&mut input, fields);
    input
}

fn merge(input: &mut Value, fields: Value) {
    for (name, value) in fields.as_object().expect("fields") {
        input[name] = value.clone();
    }
}

/// What the gate says, as `VERDICT: CODE path severity, …`.
pub(crate) fn said(answer: &Value) -> String {
    let one = |reason: &Value| {
        let path: Vec<_> = reason["path"]
            .as_array()
            .expect("a path")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let text = |name: &str| reason[name].as_str().expect("text").to_owned();
        format!("{} {} {}", text("code"), path.join("."), text("severity"))
    };
    let reasons: Vec<_> = answer["reasons"]
        .as_array()
        .expect("reasons")
        .iter()
        .map(one)
        .collect();
    let verdict = answer["verdict"].as_str().unwrap_or("REFUSED");
    format!("{verdict}: {}", reasons.join(", "))
        .trim()
        .to_owned()
}

impl Actor {
    /// Reports a livestream.
    pub(crate) async fn report(&self, input: Value) -> Value {
        const REPORT: &str = "mutation ($input: ReportLiveSessionInput!) { reportLiveSession(input: $input) {
          session { id account startsAt reportedAt by platform { id } operator { id } appearing { id }
            presenters { name responsibleOperator { id } } }
          problems { code path severity article { number } } } }";
        let mut data = self.data(REPORT, json!({ "input": input })).await;
        data["reportLiveSession"].take()
    }

    /// Asks the gate.
    pub(crate) async fn clear(&self, input: Value) -> Value {
        const CLEAR: &str = "mutation ($input: ClearForLiveInput!) { clearForLive(input: $input) {
          verdict reasons { code path severity message article { number edition } } record validUntil
          presenters { name responsibleOperator { id } } problems { code path severity } } }";
        let mut data = self.data(CLEAR, json!({ "input": input })).await;
        data["clearForLive"].take()
    }

    /// The reports in sight, with other arguments.
    pub(crate) async fn sessions(&self, filter: Value) -> Value {
        const LIST: &str = "query ($filter: LiveSessionFilter) { liveSessions(filter: $filter) {
          totalCount pageInfo { hasNextPage } edges { cursor node { id account startsAt operator { id } appearing { id name }
            presenters { name } } } } }";
        let mut data = self.data(LIST, json!({ "filter": filter })).await;
        data["liveSessions"].take()
    }
}
