//! Whoever sends the canaries: it keeps every answer whole, headers too, so that nothing that was told goes unread.

use serde_json::{Value, json};

use super::requests::Api;

/// Whoever sends, and everything that was answered.
pub(super) struct Sender {
    /// Where the server listens.
    pub(super) base: String,
    /// What sends.
    pub(super) http: reqwest::Client,
    /// Role, name, token.
    pub(super) clients: Vec<(String, String, String)>,
    /// What was answered, each under a label.
    pub(super) answers: Vec<(String, Vec<u8>)>,
}

impl Sender {
    /// The token of the first client of a role.
    pub(super) fn token(&self, role: &str) -> &str {
        let client = self.clients.iter().find(|(known, _, _)| known == role);
        &client.unwrap_or_else(|| panic!("nobody is {role}")).2
    }

    /// The token of a client.
    pub(super) fn named(&self, name: &str) -> String {
        let client = self.clients.iter().find(|(_, known, _)| known == name);
        client
            .unwrap_or_else(|| panic!("no client {name}"))
            .2
            .clone()
    }

    /// Sends, and keeps the whole answer under a label.
    pub(super) async fn send(
        &mut self,
        label: String,
        request: reqwest::RequestBuilder,
    ) -> Vec<u8> {
        let Ok(answer) = request.send().await else {
            // A header that cannot be sent is no way in.
            return Vec::new();
        };
        let mut bytes = format!("{}\n", answer.status()).into_bytes();
        for (name, value) in answer.headers() {
            bytes.extend(format!("{name}: ").as_bytes());
            bytes.extend(value.as_bytes());
            bytes.push(b'\n');
        }
        let body = answer.bytes().await.unwrap_or_default().to_vec();
        bytes.extend(&body);
        self.answers.push((label, bytes));
        body
    }

    /// Asks, whatever the answer.
    pub(super) async fn ask(
        &mut self,
        token: &str,
        label: &str,
        query: &str,
        variables: Value,
    ) -> Value {
        let request = self
            .http
            .post(format!("{}/graphql", self.base))
            .bearer_auth(token)
            .json(&json!({ "query": query, "variables": variables }));
        let body = self.send(label.to_owned(), request).await;
        serde_json::from_slice(&body).unwrap_or_default()
    }

    /// Does a deed with everything that its answer holds.
    pub(super) async fn deed(&mut self, api: &Api, token: &str, name: &str, input: Value) -> Value {
        let query = api.document("mutation", name, &["input"]);
        let mut answer = self
            .ask(token, name, &query, json!({ "input": input }))
            .await;
        assert!(answer.get("errors").is_none(), "{name}: {answer:#}");
        answer["data"][name].take()
    }

    /// Uploads a text and gives back the file's id.
    pub(super) async fn upload(&mut self, token: &str, text: &str) -> String {
        let request = self
            .http
            .post(format!("{}/files?name=proof.txt", self.base))
            .bearer_auth(token)
            .header("content-type", "text/plain")
            .body(text.to_owned());
        let body = self.send("upload".to_owned(), request).await;
        let answer: Value = serde_json::from_slice(&body).expect("JSON");
        answer["id"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"))
            .to_owned()
    }
}
