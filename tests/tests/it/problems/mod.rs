//! Every problem code is raised through the API and told as the manual says: where, how grave, in both languages, with
//! the article and, where one character is to blame, its place. A code without a row fails.

mod admission;
mod blacklist;
mod disposition;
mod gate;
mod identity;
mod import;
mod live;
mod registration;
mod scene;
mod submission;
mod survey;
mod tie;
mod value;

use std::collections::BTreeSet;

use entity::kind::UnknownName;
use entity::problem::{ProblemCode, Severity};
use rules::edition::EditionId;
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use scene::Scene;

/// What is asked of each problem.
const PROBLEMS: &str = "problems { code path message severity position suggestion
  article { instrument number edition } }";

/// A deed whose input raises the problem.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Register,
    /// The same, and the second item is meant.
    RegisterSecond,
    Streamers,
    Merchants,
    Close,
    Correct,
    ConfirmLink,
    UndoLink,
    Platform,
    Grant,
    Revoke,
    Prepare,
    File,
    Withdraw,
    Return,
    Link,
    /// Reads a submission: its problems are the rows'.
    ReadSubmission,
    /// Reads an import: its problems are the lines'.
    ReadImport,
    /// Reads a screening: its problem is the file's.
    ReadScreening,
    CancelImport,
    Reveal,
    /// Any other deed: its field, its input's type, and where its problems stand.
    Other(&'static str, &'static str, &'static str),
    /// Asks about one name, number or account.
    Status,
    Impose,
    Lift,
    Demand,
    Answer,
}

impl Deed {
    /// What is read: a record with problems, or a status.
    fn question(self) -> (String, &'static str) {
        let field = match self {
            Self::ReadImport => "importJob",
            Self::ReadSubmission => "submission",
            Self::ReadScreening => "screening",
            _ => {
                let ask = format!(
                    "query ($input: SubjectQuery!) {{ answer: blacklistStatus(items: [{{ subject: $input }}]) {{
                       results {{ {PROBLEMS} }} }} }}"
                );
                return (ask, "/results/0/problems");
            }
        };
        let read =
            format!("query ($input: ID!) {{ answer: {field}(id: $input) {{ {PROBLEMS} }} }}");
        (read, "/problems")
    }

    /// The document, and where the problems stand in its answer.
    fn document(self) -> (String, &'static str) {
        let (field, input, place) = match self {
            Self::Register => (
                "registerOperators",
                "RegisterOperatorsInput",
                "/results/0/problems",
            ),
            Self::RegisterSecond => (
                "registerOperators",
                "RegisterOperatorsInput",
                "/results/1/problems",
            ),
            Self::Streamers => (
                "registerStreamers",
                "RegisterStreamersInput",
                "/results/0/problems",
            ),
            Self::Merchants => (
                "registerMerchants",
                "RegisterMerchantsInput",
                "/results/0/problems",
            ),
            Self::Close => (
                "closeRegistrations",
                "CloseRegistrationsInput",
                "/results/0/problems",
            ),
            Self::Correct => ("correctIdentity", "CorrectIdentityInput", "/problems"),
            Self::ConfirmLink => ("confirmPartyLink", "ConfirmPartyLinkInput", "/problems"),
            Self::UndoLink => ("undoPartyLink", "UndoPartyLinkInput", "/problems"),
            Self::Platform => ("registerPlatform", "RegisterPlatformInput", "/problems"),
            Self::Grant => ("grantClient", "GrantClientInput", "/problems"),
            Self::Revoke => ("revokeClient", "RevokeClientInput", "/problems"),
            Self::Prepare => ("prepareSubmission", "PrepareSubmissionInput", "/problems"),
            Self::File => ("fileSubmission", "SubmissionInput", "/problems"),
            Self::Withdraw => ("withdrawSubmission", "SubmissionInput", "/problems"),
            Self::Return => ("returnSubmission", "ReturnSubmissionInput", "/problems"),
            Self::Link => ("createDownloadLink", "DownloadLinkInput", "/problems"),
            Self::Reveal => ("reveal", "RevealInput", "/problems"),
            Self::Other(field, input, place) => (field, input, place),
            Self::Impose => ("imposeDisposition", "ImposeDispositionInput", "/problems"),
            Self::Lift => ("liftDisposition", "LiftDispositionInput", "/problems"),
            Self::Demand => ("demandDisposition", "DemandDispositionInput", "/problems"),
            Self::Answer => (
                "answerDispositionDemand",
                "AnswerDispositionDemandInput",
                "/problems",
            ),
            Self::CancelImport => ("cancelImport", "ImportJobInput", "/problems"),
            Self::ReadSubmission | Self::ReadImport | Self::ReadScreening | Self::Status => {
                return self.question();
            }
        };
        let asked = match self {
            Self::Register
            | Self::RegisterSecond
            | Self::Streamers
            | Self::Merchants
            | Self::Close
            | Self::Other(_, _, "/results/0/problems") => {
                format!("results {{ {PROBLEMS} }}")
            }
            Self::Other(_, _, "/reasons") => PROBLEMS.replacen("problems", "reasons", 1),
            _ => PROBLEMS.to_owned(),
        };
        let deed = format!(
            "mutation ($input: {input}!) {{ answer: {field}(input: $input) {{ {asked} }} }}"
        );
        (deed, place)
    }
}

/// One way to raise a code, and what is told of it.
struct Row {
    code: ProblemCode,
    actor: &'static str,
    deed: Deed,
    input: Value,
    path: String,
    severity: Severity,
    position: Option<usize>,
    suggestion: Option<String>,
    says: String,
    only: Option<EditionId>,
}

impl Row {
    fn new(code: &str, deed: Deed, input: Value, path: &str) -> Self {
        let code: ProblemCode = code.parse().unwrap_or_else(|e: UnknownName| panic!("{e}"));
        Self {
            code,
            actor: "xihu-live",
            deed,
            input,
            path: path.to_owned(),
            severity: rules::problem::severity(code),
            position: None,
            suggestion: None,
            says: String::new(),
            only: None,
        }
    }

    /// An item that a platform registers; the path is inside it.
    fn item(code: &str, item: Value, path: &str) -> Self {
        let input = json!({ "items": [item], "dryRun": true });
        Self::new(code, Deed::Register, input, &format!("items.0.{path}"))
    }

    /// The same at another path.
    fn told_at(self, path: &str) -> Self {
        let path = path.to_owned();
        Self { path, ..self }
    }

    fn by(self, actor: &'static str) -> Self {
        Self { actor, ..self }
    }

    fn at(self, position: usize) -> Self {
        Self {
            position: Some(position),
            ..self
        }
    }

    fn suggesting(self, value: &str) -> Self {
        Self {
            suggestion: Some(value.to_owned()),
            ..self
        }
    }

    fn warning(self) -> Self {
        Self {
            severity: Severity::Warning,
            ..self
        }
    }

    /// What the Chinese message contains: a fact, or a word of its own.
    fn says(self, says: &str) -> Self {
        let says = says.to_owned();
        Self { says, ..self }
    }

    fn only(self, edition: EditionId) -> Self {
        Self {
            only: Some(edition),
            ..self
        }
    }

    /// Raises it in both languages and says what is told otherwise than expected.
    async fn raise(&self, app: &TestApp, edition: EditionId) -> Result<(), String> {
        let (zh, en) = (
            app.actor(self.actor).await,
            app.actor(self.actor).await.in_english(),
        );
        let (zh, en) = (self.told_to(&zh).await?, self.told_to(&en).await?);
        let expected = self.expected(edition);
        for (name, value) in expected.as_object().expect("fields") {
            if zh[name] != *value || en[name] != *value {
                return Err(format!("{name} should be {value}: {zh} {en}"));
            }
        }
        let message = zh["message"].as_str().unwrap_or_default();
        let chinese = message
            .chars()
            .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        let whole = message.ends_with('。') && !message.contains(['[', ']', '{', '}']);
        if !chinese || !whole || !message.contains(&self.says) {
            return Err(format!("should say {:?}: {message}", self.says));
        }
        let english = en["message"].as_str().unwrap_or_default();
        if english.len() < 10 || !english.chars().take(10).all(|c| c.is_ascii()) {
            return Err(format!("no English: {english}"));
        }
        Ok(())
    }

    /// Everything but the words.
    fn expected(&self, edition: EditionId) -> Value {
        let article = rules::problem::article(self.code, edition);
        json!({
            "severity": match self.severity {
                Severity::Error => "ERROR",
                Severity::Warning => "WARNING",
                Severity::Hint => "HINT",
            },
            "position": self.position,
            "suggestion": self.suggestion,
            "article": article.map(|article| json!({
                "instrument": article.instrument, "number": article.number, "edition": edition.as_str(),
            })),
        })
    }

    /// The problem of this code at this path, as it is told to an actor.
    async fn told_to(&self, actor: &Actor) -> Result<Value, String> {
        let (document, place) = self.deed.document();
        let answer = actor.data(&document, json!({ "input": self.input })).await;
        let problems = answer["answer"].pointer(place).and_then(Value::as_array);
        let path: Vec<_> = self.path.split('.').collect();
        let wanted = |p: &&Value| p["code"] == self.code.as_str() && p["path"] == json!(path);
        let found = problems.and_then(|problems| problems.iter().find(wanted));
        found
            .cloned()
            .ok_or_else(|| format!("is not raised: {answer}"))
    }
}

fn rows(scene: &Scene) -> Vec<Row> {
    let mut rows = identity::rows();
    rows.extend(value::rows(scene));
    rows.extend(registration::rows(scene));
    rows.extend(tie::rows());
    rows.extend(disposition::rows(scene));
    rows.extend(submission::rows(scene));
    rows.extend(import::rows(scene));
    rows.extend(survey::rows(scene));
    rows.extend(live::rows(scene));
    rows.extend(admission::rows(scene));
    rows.extend(blacklist::rows(scene));
    rows.extend(gate::rows(scene));
    rows
}

/// Raises everything that this edition can raise.
async fn every_code(engine: Engine, edition: EditionId) {
    let app = TestApp::start_with(engine, &[("law.edition", edition.as_str())]).await;
    let scene = Box::pin(Scene::of(&app)).await;
    let rows = rows(&scene);
    let without: Vec<_> = {
        let raised: BTreeSet<_> = rows.iter().map(|row| row.code).collect();
        ProblemCode::ALL
            .iter()
            .filter(|code| !raised.contains(code))
            .map(|code| code.as_str())
            .collect()
    };
    assert!(without.is_empty(), "no row raises {without:?}");
    let before = app.counts().await;
    let mut wrong = Vec::new();
    for row in rows
        .iter()
        .filter(|row| row.only.is_none_or(|only| only == edition))
    {
        if let Err(otherwise) = row.raise(&app, edition).await {
            wrong.push(format!(
                "{} at {}: {otherwise}",
                row.code.as_str(),
                row.path
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let mut after = app.counts().await;
    after.insert("audit".to_owned(), before["audit"]);
    assert_eq!(
        after, before,
        "a refusal writes nothing but its entry in the audit"
    );
}

mod every_code_is_raised_and_told {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        Box::pin(every_code(Engine::Sqlite, EditionId::Order117)).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        Box::pin(every_code(Engine::Postgres, EditionId::Order117)).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite_under_the_draft() {
        Box::pin(every_code(Engine::Sqlite, EditionId::Draft2025)).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres_under_the_draft() {
        Box::pin(every_code(Engine::Postgres, EditionId::Draft2025)).await;
    }
}
