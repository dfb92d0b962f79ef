//! Whatever is sent, the answer is a clear one with a code and the request's id, nothing is written, and the service
//! goes on.

mod http;
mod listing;
mod reading;
mod tokens;
mod writing;

use serde_json::Value;

use crate::app::TestApp;
use crate::look::{Counts, outcomes, send};
use crate::operator::company;

/// What a bad request must leave as it was, and who sends it.
pub(crate) struct Trial {
    /// The service.
    pub(crate) app: TestApp,
    bearer: String,
    before: Counts,
}

impl Trial {
    /// A service in which one operator stands.
    pub(crate) async fn of(app: TestApp) -> Self {
        let made = app
            .actor("xihu-live")
            .await
            .register(vec![company(1)])
            .await;
        assert_eq!(outcomes(&made), "CREATED");
        let row = entity::client::by_name("xihu-live").one(&app.app.db).await;
        let id = row.expect("clients are read").expect("a client").id.0;
        let bearer = format!("Bearer {}", app.token(id, chrono::TimeDelta::minutes(15)));
        let before = app.counts().await;
        Self {
            app,
            bearer,
            before,
        }
    }

    /// Sends a body that must be refused with one of these codes; gives back the answer.
    pub(crate) async fn refuses(&self, what: &str, codes: &[&str], body: Vec<u8>) -> Value {
        let (status, answer) = send(&self.app, Some(&self.bearer), body).await;
        let shown: String = answer.to_string().chars().take(600).collect();
        assert!(status < 500, "{what}: {status} {shown}");
        let error = &answer["errors"][0];
        let code = error["extensions"]["code"].as_str().unwrap_or_default();
        assert!(
            codes.contains(&code),
            "{what}: {code} is none of {codes:?}: {shown}"
        );
        let id = error["extensions"]["requestId"]
            .as_str()
            .unwrap_or_default();
        assert!(!id.is_empty(), "{what}: no request id: {shown}");
        let message = error["message"].as_str().unwrap_or_default();
        assert!(
            !message.is_empty() && message.chars().count() < 600,
            "{what}: {shown}"
        );
        answer
    }

    /// Sends a document with variables that must be refused.
    pub(crate) async fn refuses_document(
        &self,
        codes: &[&str],
        query: &str,
        variables: Value,
    ) -> Value {
        let what: String = format!("{query} {variables}").chars().take(300).collect();
        let body = serde_json::json!({ "query": query, "variables": variables });
        self.refuses(&what, codes, body.to_string().into_bytes())
            .await
    }

    /// Insists that nothing was written, entries of refusals in the audit apart, and that the service still works.
    pub(crate) async fn ends(self) {
        let mut after = self.app.counts().await;
        after.insert("audit".to_owned(), self.before["audit"]);
        assert_eq!(after, self.before);
        let platform = self.app.actor("xihu-live").await;
        assert_eq!(
            outcomes(&platform.register(vec![company(2)]).await),
            "CREATED"
        );
        let ready = platform
            .request(reqwest::Method::GET, "/readyz")
            .send()
            .await;
        assert_eq!(ready.expect("an answer").status(), 200);
    }
}
