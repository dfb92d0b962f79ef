//! Faults of ours, provoked: tables that vanish beneath a running service, a store that cannot be written, a database that
//! is gone. The caller is told that it is our fault and under which id to ask, and nothing of what went wrong.

use reqwest::{Method, Response};
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::operator::{REGISTER, company, on_both};

/// What no answer may hold: words of statements, of libraries, of the machine.
const LEAKS: [&str; 22] = [
    "gone_",
    "no such",
    "relation \\\"",
    "does not exist",
    "SELECT",
    "INSERT",
    "UPDATE ",
    "DELETE",
    "sqlx",
    "sea_orm",
    "sea-orm",
    "sqlite",
    "SQLSTATE",
    "postgres",
    ".rs",
    "src/",
    "panicked",
    "backtrace",
    "os error",
    "No such file",
    "Not a directory",
    "object_store",
];

/// What a service answered, with what it was asked.
struct Heard {
    what: &'static str,
    status: u16,
    body: String,
}

impl Heard {
    async fn of(what: &'static str, answer: Response) -> Self {
        let status = answer.status().as_u16();
        let id = answer.headers().get("x-request-id");
        assert!(id.is_some_and(|id| !id.is_empty()), "{what}: no request id");
        // A body that breaks off says no more than its beginning.
        let body = answer.bytes().await.unwrap_or_default();
        Self {
            what,
            status,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// Whether it tells a fault of ours; every other error keeps its own code.
    fn is_ours(&self) -> bool {
        let answer: Value = serde_json::from_str(&self.body).unwrap_or_default();
        let errors = answer["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().any(|error| {
            let code = error["extensions"]["code"].as_str().unwrap_or_default();
            assert!(
                error["extensions"]["requestId"].is_string(),
                "{}: {}",
                self.what,
                self.body
            );
            matches!(code, "INTERNAL" | "UNAVAILABLE")
        })
    }

    fn says_nothing(&self, app: &TestApp, when: &str) {
        let folder = app.folder.path().display().to_string();
        for leak in LEAKS.iter().copied().chain([folder.as_str()]) {
            let Self { what, status, body } = self;
            assert!(
                !body.contains(leak),
                "{when}, {what}: {status} tells {leak:?}: {body}"
            );
        }
    }
}

const PAGE: &str = "{ operators(first: 5) { totalCount edges { node { id name party { identity { number } }
  platform { name } accounts { accountNumber } history(first: 2) { edges { node { number } } } } } } }";
const DUE: &str = "{ due(first: 5) { edges { node { platform { name } } } } }";
const PREPARE: &str = "mutation { prepareSubmission(input: { window: \"2027-01\" }) { submission { id } problems { code } } }";
const LINK: &str = "mutation ($input: DownloadLinkInput!) { createDownloadLink(input: $input) { url problems { code } } }";

/// Asks for a little of everything.
async fn everything(actor: &Actor, number: u32, file: &str) -> Vec<Heard> {
    let graphql = async |what, query: &str, variables: Value| {
        let body = json!({ "query": query, "variables": variables });
        let request = actor.request(Method::POST, "/graphql").json(&body);
        Heard::of(what, request.send().await.expect("an answer")).await
    };
    let plain = async |what, method, path: &str| {
        let request = actor.request(method, path).body("proof");
        Heard::of(what, request.send().await.expect("an answer")).await
    };
    let items = json!({ "input": { "items": [company(number)] } });
    let link = json!({ "input": { "file": file, "purpose": "proof" } });
    vec![
        graphql("who", "{ me { role platform { id } } }", Value::Null).await,
        graphql("a deed", REGISTER, items).await,
        graphql("a page", PAGE, Value::Null).await,
        graphql("what is due", DUE, Value::Null).await,
        graphql("a submission", PREPARE, Value::Null).await,
        graphql("a link", LINK, link).await,
        plain("an upload", Method::POST, "/files?name=x.txt").await,
        plain("a download", Method::GET, &format!("/files/{file}")).await,
        plain("a forged link", Method::GET, "/links/AAAA").await,
    ]
}

on_both! {
    async fn a_table_that_vanishes_is_our_fault_and_nobody_s_knowledge(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![company(1)]).await;
        let file = platform.upload("proof").await;
        let sound = everything(&platform, 2, &file).await;
        assert!(sound.iter().all(|heard| !heard.is_ours()), "{}", sound[5].body);
        let mut ours = std::collections::BTreeMap::<_, usize>::new();
        for (number, table) in (3..).zip(app.counts().await.into_keys()) {
            app.run(&format!("ALTER TABLE \"{table}\" RENAME TO \"gone_{table}\"")).await;
            for heard in everything(&platform, number, &file).await {
                heard.says_nothing(&app, &table);
                if heard.is_ours() {
                    *ours.entry(heard.what).or_default() += 1;
                }
            }
            app.run(&format!("ALTER TABLE \"gone_{table}\" RENAME TO \"{table}\"")).await;
        }
        for what in ["who", "a deed", "a page", "a submission", "a link", "an upload", "a download"] {
            assert!(ours.contains_key(what), "no fault of {what}: {ours:?}");
        }
        assert!(ours["a deed"] >= 6, "{ours:?}");
        let again = everything(&platform, 99, &file).await;
        assert!(again.iter().all(|heard| !heard.is_ours()), "it works again");
    }

    async fn a_store_that_cannot_be_used_is_our_fault(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let file = platform.upload("proof").await;
        let (store, away) = (app.folder.path().join("files/files"), app.folder.path().join("away"));
        // Changed bytes first: the file is there and does not open.
        let object = store.join(&file);
        let sealed = std::fs::read(&object).expect("an object");
        std::fs::write(&object, &sealed[..sealed.len() - 1]).expect("written");
        let cut = everything(&platform, 1, &file).await;
        std::fs::write(&object, &sealed).expect("written");
        // Then a store without a folder.
        std::fs::rename(&store, &away).expect("moved");
        std::fs::write(&store, "no folder").expect("written");
        let lost = everything(&platform, 2, &file).await;
        let upload = lost.iter().find(|heard| heard.what == "an upload").expect("heard");
        assert!(upload.status >= 500 && upload.is_ours(), "{} {}", upload.status, upload.body);
        for heard in cut.iter().chain(&lost) {
            heard.says_nothing(&app, "the store");
            assert!(heard.what != "a download" || heard.body != "proof", "{}", heard.status);
        }
        std::fs::remove_file(&store).expect("removed");
        std::fs::rename(&away, &store).expect("moved back");
        let again = everything(&platform, 3, &file).await;
        assert!(again.iter().all(|heard| !heard.is_ours()), "it works again");
    }

    async fn a_database_that_is_gone_is_unavailable(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let file = platform.upload("proof").await;
        app.app.db.close_by_ref().await.expect("closed");
        for heard in everything(&platform, 1, &file).await {
            heard.says_nothing(&app, "no database");
            assert!(heard.what == "a forged link" || (heard.status == 503 && heard.is_ours()),
                "{}: {} {}", heard.what, heard.status, heard.body);
        }
        let ready = platform.request(Method::GET, "/readyz").send().await.expect("an answer");
        assert_eq!(ready.status(), 503);
        assert_eq!(ready.text().await.expect("text"), r#"{"status":"unavailable"}"#);
    }
}
