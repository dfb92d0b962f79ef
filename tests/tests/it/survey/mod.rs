//! Surveys as the offices meet them: a workbook is read and judged, corrected, written, compared with what platforms filed, and
//! taken back.

mod command;
mod costs;
mod differences;
mod forms;
mod journey;
mod lists;
mod returned;
mod tried;
mod whose;

use api::jobs;
use serde_json::{Value, json};

use crate::app::{Actor, TestApp};
use crate::operator::credit_code;

/// What is asked of an import.
pub(crate) const JOB: &str = "id state kind progress rowsRead accepted rejected skipped created updated unchanged undone kept
  columns { sheet column header field confidence samples } facts { kind text } problems { code path message }
  rows(first: 500) { edges { node { sheet row outcome creates updates
    effects { kind outcome registration mergedWith mergedWithSheet changes { field before after } }
    registrations { id name source platform { id name tenant } } entries { id register state name source }
    problems { code path severity } } } pageInfo { hasNextPage } }";

/// The header of a survey of operators.
pub(crate) const OPERATORS: &str =
    "所在平台,直播账号,粉丝数量,运营者名称,运营者证件号码,运营者联系电话,直播场所";

/// A row of one, by its number.
pub(crate) fn operator_row(platform: &str, n: u32) -> String {
    format!(
        "{platform},acct-{n},{},宁波海曙第{n}号直播有限公司,{},138{n:08},浙江省宁波市海曙区中山西路{n}号",
        1_000 + n,
        credit_code(n),
    )
}

/// A file of lines.
pub(crate) fn lines(all: impl IntoIterator<Item = String>) -> String {
    all.into_iter().map(|line| line + "\n").collect()
}

/// A survey of operators on a platform.
pub(crate) fn operators(platform: &str, numbers: impl IntoIterator<Item = u32>) -> String {
    let rows = numbers.into_iter().map(|n| operator_row(platform, n));
    lines(std::iter::once(OPERATORS.to_owned()).chain(rows))
}

impl Actor {
    async fn of_import(&self, field: &str, kind: &str, input: Value) -> Value {
        let deed = format!(
            "mutation ($input: {kind}!) {{ {field}(input: $input) {{ job {{ {JOB} }} problems {{ code path }} }} }}"
        );
        self.data(&deed, json!({ "input": input })).await[field].take()
    }

    /// Uploads a survey and has it imported, with other arguments.
    pub(crate) async fn survey(&self, text: &str, mut input: Value) -> Value {
        input["file"] = json!(self.upload(text).await);
        self.of_import("importSurvey", "ImportSurveyInput", input)
            .await
    }

    /// Has an uploaded file imported as a survey.
    pub(crate) async fn survey_file(&self, input: Value) -> Value {
        self.of_import("importSurvey", "ImportSurveyInput", input)
            .await
    }

    /// The same, as far as its user is asked.
    pub(crate) async fn reviewed(&self, app: &TestApp, text: &str, input: Value) -> Value {
        let begun = self.survey(text, input).await;
        assert_eq!(begun["problems"], json!([]), "{begun:#}");
        app.works().await;
        self.survey_job(&begun["job"]["id"]).await
    }

    /// An import as this actor sees it now.
    pub(crate) async fn survey_job(&self, id: &Value) -> Value {
        let query = format!("query ($id: ID!) {{ importJob(id: $id) {{ {JOB} }} }}");
        self.data(&query, json!({ "id": id })).await["importJob"].take()
    }

    /// Commits an import and lets it be written.
    pub(crate) async fn commits(&self, app: &TestApp, job: &Value, mode: &str) -> Value {
        let input = json!({ "job": job["id"], "mode": mode });
        let begun = self
            .of_import("commitImport", "CommitImportInput", input)
            .await;
        assert_eq!(begun["problems"], json!([]), "{begun:#}");
        app.works().await;
        self.survey_job(&job["id"]).await
    }

    /// Tries to commit an import.
    pub(crate) async fn commit(&self, job: &Value, mode: &str) -> Value {
        let input = json!({ "job": job["id"], "mode": mode });
        self.of_import("commitImport", "CommitImportInput", input)
            .await
    }

    /// Asks for an import to be taken back.
    pub(crate) async fn undo(&self, job: &Value) -> Value {
        let input = json!({ "job": job["id"] });
        self.of_import("undoImport", "ImportJobInput", input).await
    }

    /// Takes an import back.
    pub(crate) async fn undoes(&self, app: &TestApp, job: &Value) -> Value {
        let begun = self.undo(job).await;
        assert_eq!(begun["problems"], json!([]), "{begun:#}");
        app.works().await;
        self.survey_job(&job["id"]).await
    }

    /// Says what columns mean.
    pub(crate) async fn maps(&self, app: &TestApp, job: &Value, columns: Value) -> Value {
        let input = json!({ "job": job["id"], "columns": columns });
        let begun = self.of_import("mapImport", "MapImportInput", input).await;
        assert_eq!(begun["problems"], json!([]), "{begun:#}");
        app.works().await;
        self.survey_job(&job["id"]).await
    }

    /// The operators that this actor sees, in order of their ids.
    pub(crate) async fn operators_seen(&self) -> Vec<Value> {
        let query = "{ operators(first: 500) { edges { node { id name source revision phone
            accounts { accountNumber followers } platform { id name tenant } } } } }";
        let seen = self.data(query, json!({})).await;
        let edges = seen["operators"]["edges"].as_array().expect("edges");
        edges.iter().map(|edge| edge["node"].clone()).collect()
    }
}

impl TestApp {
    /// Lets the reconciler of imports work until nothing is left to do.
    pub(crate) async fn works(&self) {
        while jobs::import_once(&self.app)
            .await
            .expect("the reconciler works")
            > 0
        {}
    }
}

/// The rows of an import.
pub(crate) fn rows(job: &Value) -> Vec<&Value> {
    let edges = job["rows"]["edges"].as_array().expect("rows");
    edges.iter().map(|edge| &edge["node"]).collect()
}

/// Read, accepted, rejected, skipped; they add up.
pub(crate) fn counts(job: &Value) -> [i64; 4] {
    let counts = ["rowsRead", "accepted", "rejected", "skipped"]
        .map(|name| job[name].as_i64().expect("a count"));
    let [read, accepted, rejected, skipped] = counts;
    assert_eq!(read, accepted + rejected + skipped, "{job:#}");
    counts
}

/// Created, updated, unchanged.
pub(crate) fn done(job: &Value) -> [i64; 3] {
    ["created", "updated", "unchanged"].map(|name| job[name].as_i64().expect("a count"))
}

/// The codes of a row's problems.
pub(crate) fn codes(row: &Value) -> Vec<&str> {
    let problems = row["problems"].as_array().expect("problems");
    problems
        .iter()
        .map(|p| p["code"].as_str().expect("a code"))
        .collect()
}
