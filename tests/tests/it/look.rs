//! A look behind the service: what stands in its database, row by row and byte by byte, so that a test can say that
//! nothing was written or that nothing stands in clear. It changes nothing but what a test breaks on purpose.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait as _, DbBackend, QueryResult, Statement};
use serde_json::{Value, json};

use crate::app::{Actor, TestApp};

/// How many rows each table has.
pub(crate) type Counts = BTreeMap<String, i64>;

impl TestApp {
    /// Runs a statement that answers rows.
    pub(crate) async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        let statement = Statement::from_string(self.app.db.get_database_backend(), sql);
        let rows = self.app.db.query_all_raw(statement).await;
        rows.unwrap_or_else(|fault| panic!("{sql}: {fault}"))
    }

    /// Runs a statement that answers nothing, as whoever owns the database: the service itself may not do everything.
    pub(crate) async fn run(&self, sql: &str) {
        let owner = sea_orm::Database::connect(self.database().url()).await;
        let owner = owner.expect("the database's owner");
        let ran = owner.execute_unprepared(sql).await;
        ran.unwrap_or_else(|fault| panic!("{sql}: {fault}"));
        owner.close().await.expect("closed");
    }

    /// The first column of a statement, as text.
    pub(crate) async fn column(&self, sql: &str) -> Vec<String> {
        let rows = self.rows(sql).await;
        let texts = rows.iter().map(|row| row.try_get_by_index(0));
        texts.collect::<Result<_, _>>().expect("a text")
    }

    /// One whole number.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let rows = self.rows(sql).await;
        let first = rows.first().expect("a row");
        first.try_get_by_index(0).expect("a whole number")
    }

    async fn tables(&self) -> Vec<String> {
        let sql = match self.app.db.get_database_backend() {
            DbBackend::Postgres => {
                "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'"
            }
            _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        };
        self.column(sql).await
    }

    /// How many rows each table has.
    pub(crate) async fn counts(&self) -> Counts {
        let mut counts = Counts::new();
        for table in self.tables().await {
            let rows = self
                .number(&format!("SELECT count(*) FROM \"{table}\""))
                .await;
            counts.insert(table, rows);
        }
        assert!(counts.len() > 12, "{counts:?}");
        counts
    }

    /// Every row of every table as text, binary columns as hexadecimal digits.
    pub(crate) async fn dump(&self) -> String {
        let mut dump = String::new();
        for table in self.tables().await {
            let sql = self.reading(&table).await;
            for line in self.column(&sql).await {
                dump += &table;
                dump += ": ";
                dump += &line;
                dump += "\n";
            }
        }
        dump
    }

    /// The statement that reads a table's rows as text.
    async fn reading(&self, table: &str) -> String {
        if self.app.db.get_database_backend() == DbBackend::Postgres {
            return format!("SELECT t::text FROM \"{table}\" t");
        }
        let columns = format!("SELECT name FROM pragma_table_info('{table}')");
        let columns = self.column(&columns).await;
        let quoted = columns.iter().map(|name| format!("quote(\"{name}\")"));
        let row = quoted.collect::<Vec<_>>().join(" || ',' || ");
        format!("SELECT {row} FROM \"{table}\"")
    }

    /// The bytes of the database's own files, where it is a file.
    pub(crate) fn database_files(&self) -> Vec<u8> {
        let Some(path) = self.url.strip_prefix("sqlite://") else {
            return Vec::new();
        };
        let path = std::path::Path::new(path.split('?').next().unwrap_or(path));
        let folder = path.parent().expect("a folder");
        let files = std::fs::read_dir(folder).expect("the database's folder");
        files
            .flat_map(|file| std::fs::read(file.expect("a file").path()).expect("its bytes"))
            .collect()
    }

    /// What the audit says, oldest first.
    pub(crate) async fn audit(&self) -> Vec<entity::audit::Model> {
        use sea_orm::QueryOrder as _;
        let entries = entity::audit::all().order_by_asc(entity::audit::Column::Id);
        entries.all(&self.app.db).await.expect("the audit is read")
    }
}

impl Actor {
    /// Uploads a file and gives back its id.
    pub(crate) async fn upload(&self, text: &str) -> String {
        let answer = self
            .request(reqwest::Method::POST, "/files?name=proof.txt")
            .header("content-type", "text/plain")
            .body(text.to_owned())
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 201);
        let file: Value = answer.json().await.expect("JSON");
        file["id"].as_str().expect("an id").to_owned()
    }

    /// Closes registrations.
    pub(crate) async fn close(&self, items: Vec<Value>) -> Value {
        self.close_with(json!({ "items": items })).await
    }

    /// Closes registrations with other arguments.
    pub(crate) async fn close_with(&self, input: Value) -> Value {
        const CLOSE: &str = "mutation ($input: CloseRegistrationsInput!) {
          closeRegistrations(input: $input) {
            processed created updated closed reopened unchanged rejected stale
            results { index outcome registration { id status closedOn revision }
                      problems { code path severity message } }
            problems { code path } } }";
        let mut data = self.data(CLOSE, json!({ "input": input })).await;
        data["closeRegistrations"].take()
    }

    /// Corrects an identity.
    pub(crate) async fn correct(&self, input: Value) -> Value {
        const CORRECT: &str = "mutation ($input: CorrectIdentityInput!) {
          correctIdentity(input: $input) {
            registration { id revision fingerprint party { id identity { kind masked } } }
            problems { code path severity message } } }";
        let mut data = self.data(CORRECT, json!({ "input": input })).await;
        data["correctIdentity"].take()
    }

    /// Reads an operator with everything that a deed may change.
    pub(crate) async fn operator(&self, id: &Value) -> Value {
        const READ: &str = "query ($id: ID!) { operator(id: $id) {
          id externalId name form phone status closedOn revision source ownSite
          platform { id } party { id identity { kind masked } }
          businessAddress { text division { code } } domicile { text division { code } }
          accounts { accountNumber role name followers since until }
          permits { kind number validUntil } verification { state at method }
          history { edges { node { number changed by observedAt recordedAt } } } } }";
        let mut data = self.data(READ, json!({ "id": id })).await;
        data["operator"].take()
    }
}

/// Sends a body as JSON under an `Authorization` header, if there is one; gives back the status and the answer.
pub(crate) async fn send(
    app: &TestApp,
    authorization: Option<&str>,
    body: impl Into<reqwest::Body>,
) -> (u16, Value) {
    let mut request = reqwest::Client::new()
        .post(format!("{}/graphql", app.base))
        .header("content-type", "application/json")
        .body(body);
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.json().await.expect("JSON"))
}

/// The codes and joined paths of problems, in order.
pub(crate) fn told(problems: &Value) -> Vec<(String, String)> {
    let problems = problems.as_array().expect("problems");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    problems
        .iter()
        .map(|problem| {
            let path: Vec<_> = problem["path"]
                .as_array()
                .expect("a path")
                .iter()
                .map(text)
                .collect();
            (text(&problem["code"]), path.join("."))
        })
        .collect()
}

/// The same, to compare with words in a test.
pub(crate) fn tells(problems: &Value, expected: &[(&str, &str)]) -> bool {
    let told = told(problems);
    let told: Vec<_> = told.iter().map(|(c, p)| (c.as_str(), p.as_str())).collect();
    told == expected
}

/// Insists on the problems of a result or payload.
macro_rules! assert_tells {
    ($value:expr, [$($problem:expr),* $(,)?]) => {
        let value = &$value;
        assert!(
            crate::look::tells(&value["problems"], &[$($problem),*]),
            "{value:#} does not tell {:?}",
            [$($problem),*] as [(&str, &str); _],
        );
    };
}
pub(crate) use assert_tells;

/// The outcomes of a batch in order, separated by spaces.
pub(crate) fn outcomes(batch: &Value) -> String {
    let results = batch["results"].as_array().expect("results");
    let outcomes = results
        .iter()
        .map(|result| result["outcome"].as_str().expect("an outcome"));
    outcomes.collect::<Vec<_>>().join(" ")
}

/// The code of the first error of an answer.
pub(crate) fn error_code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or_else(|| panic!("no error: {answer:#}"))
}
