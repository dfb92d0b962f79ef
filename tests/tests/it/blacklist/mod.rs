//! The blacklist as platforms and regulators meet it: listing with due process, appeals, terms that begin and end by
//! themselves, and who is told what about whom.

mod appeal;
pub(crate) mod evasion;
mod listing;
mod meeting;
mod name;
mod reentry;
pub(crate) mod screening;
mod status;
mod term;

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::look::{assert_tells, error_code};
use crate::operator::{company, credit_code, on_both, person, resident_id};

const ENTRY: &str = "id register shared name role state validFrom validUntil facts reason appealChannel contact removedOn
    legalBasis { instrument level article } platform { name } party { id identity { kind masked } }
    evidence { id } appeals { id state receivedOn reviewedOn decidedOn grounds review reasons termBefore termAfter }
    notices { kind file { id name mediaType path } }";

/// The number of a person who streams.
pub(crate) fn somebody(n: u32) -> Value {
    json!({ "kind": "RESIDENT_ID", "number": resident_id("19900101", n) })
}

/// A listing of somebody by the number; everything else is sound.
pub(crate) fn listing(identity: &Value) -> Value {
    json!({
        "subject": { "identity": identity },
        "name": "欧阳晓彤",
        "role": "STREAMER",
        "facts": "2026年11月多次在直播中对普通食品作疾病治疗功能的宣传。",
        "reason": "经两次警示仍不改正，情节严重。",
        "legalBasis": { "instrument": "中华人民共和国广告法", "level": "LAW", "article": "第十七条" },
        "validUntil": "2027-05-31",
        "appealChannel": "平台申诉中心，工作日9时至17时",
        "evidence": [],
    })
}

impl Actor {
    /// Lists somebody.
    pub(crate) async fn list(&self, input: Value) -> Value {
        let query = format!(
            "mutation ($input: ListOnBlacklistInput!) {{ listOnBlacklist(input: $input) {{ entry {{ {ENTRY} }}
               notice {{ id name mediaType path bytes }} problems {{ code path message severity article {{ number }} suggestion }} }} }}"
        );
        let mut answer = self.data(&query, json!({ "input": input })).await;
        answer["listOnBlacklist"].take()
    }

    /// Asks about some, each by an input of its own.
    pub(crate) async fn status(&self, subjects: Vec<Value>) -> Value {
        self.status_with(subjects, json!({})).await
    }

    /// Asks with more arguments.
    pub(crate) async fn status_with(&self, subjects: Vec<Value>, more: Value) -> Value {
        let items: Vec<Value> = subjects
            .into_iter()
            .enumerate()
            .map(|(n, subject)| json!({ "ref": format!("r{n}"), "subject": subject }))
            .collect();
        let mut variables = more;
        variables["items"] = json!(items);
        let mut answer = self.data(STATUS, variables).await;
        answer["blacklistStatus"].take()
    }

    pub(crate) async fn appeal(&self, mut input: Value) -> Value {
        if input["evidence"].is_null() {
            input["evidence"] = json!([]);
        }
        let query = format!(
            "mutation ($input: AppealBlacklistingInput!) {{ appealBlacklisting(input: $input) {{ entry {{ {ENTRY} }} {APPEAL} }} }}"
        );
        let mut answer = self.data(&query, json!({ "input": input })).await;
        answer["appealBlacklisting"].take()
    }

    pub(crate) async fn decide(&self, input: Value) -> Value {
        let query = format!(
            "mutation ($input: DecideBlacklistAppealInput!) {{ decideBlacklistAppeal(input: $input) {{ entry {{ {ENTRY} }} {APPEAL} }} }}"
        );
        let mut answer = self.data(&query, json!({ "input": input })).await;
        answer["decideBlacklistAppeal"].take()
    }

    pub(crate) async fn remove(&self, entry: &Value, reasons: &str) -> Value {
        let query = format!(
            "mutation ($input: RemoveFromBlacklistInput!) {{ removeFromBlacklist(input: $input) {{ entry {{ {ENTRY} }} {APPEAL} }} }}"
        );
        let input = json!({ "entry": entry, "reasons": reasons });
        let mut answer = self.data(&query, json!({ "input": input })).await;
        answer["removeFromBlacklist"].take()
    }

    pub(crate) async fn judge(&self, input: Value) -> Value {
        let query = format!(
            "mutation ($input: JudgeMatchInput!) {{ judgeMatch(input: $input) {{ entry {{ id }} {APPEAL} }} }}"
        );
        let mut answer = self.data(&query, json!({ "input": input })).await;
        answer["judgeMatch"].take()
    }

    /// The bytes of a stored file as its reader fetches them.
    pub(crate) async fn letter(&self, path: &Value) -> (u16, Vec<u8>) {
        let path = path.as_str().expect("a path");
        let answer = self
            .request(reqwest::Method::GET, path)
            .send()
            .await
            .expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.bytes().await.expect("bytes").to_vec())
    }
}

const APPEAL: &str =
    "appeal { id state receivedOn reviewedOn decidedOn reasons termBefore termAfter }
    notice { id name path } problems { code path message severity article { number } suggestion }";

const STATUS: &str = "query ($items: [BlacklistStatusItem!]!, $at: Date, $threshold: Float) {
    blacklistStatus(items: $items, at: $at, threshold: $threshold) { asOf listVersion
      results { index ref verdict problems { code path }
        matches { basis score parts { name value } judgement { verdict reason at }
          entry { id register state name role shared validFrom validUntil facts contact platform { name } legalBasis { instrument }
            party { identity { masked } } } } } } }";

/// The verdicts of an answer, one after the other.
pub(crate) fn verdicts(answer: &Value) -> String {
    let results = answer["results"]
        .as_array()
        .unwrap_or_else(|| panic!("no results: {answer:#}"));
    let verdicts = results
        .iter()
        .map(|one| one["verdict"].as_str().expect("a verdict"));
    verdicts.collect::<Vec<_>>().join(" ")
}
