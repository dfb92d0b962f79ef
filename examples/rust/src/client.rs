//! The registry over HTTP: typed operations, and files whose bytes are what the registry has on record.

use std::fmt::Write as _;

use graphql_client::{GraphQLQuery, Response};
use reqwest::Url;
use sha2::{Digest as _, Sha256};

/// Why the registry did not do what was asked; what can be mended is no fault but a problem of the answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("no answer: {0}")]
    Http(#[from] reqwest::Error),
    #[error("{code}: {message}")]
    Refused { code: String, message: String },
    #[error("{0} is not what the registry has on record")]
    NotOnRecord(String),
    #[error("the file cannot be saved: {0}")]
    Unsaved(#[from] std::io::Error),
    #[error("the input cannot be read: {0}")]
    Input(#[from] serde_json::Error),
    #[error("{0}")]
    Unexpected(String),
}

/// A file as a submission lists it.
pub(crate) struct Listed<'a> {
    pub(crate) name: &'a str,
    pub(crate) path: &'a str,
    pub(crate) bytes: u64,
    pub(crate) sha256: &'a str,
}

/// The registry as one client sees it.
pub(crate) struct Registry {
    http: reqwest::Client,
    url: Url,
    token: String,
}

impl Registry {
    pub(crate) fn new(url: Url, token: String) -> Self {
        Self {
            http: reqwest::Client::new(),
            url,
            token,
        }
    }

    /// Executes an operation.
    pub(crate) async fn execute<Q: GraphQLQuery>(
        &self,
        variables: Q::Variables,
    ) -> Result<Q::ResponseData, Fault> {
        let request = self.http.post(self.url.clone()).bearer_auth(&self.token);
        let request = request.header("accept", "application/graphql-response+json");
        let answer = request.json(&Q::build_query(variables)).send().await?;
        let status = answer.status();
        let answer: Response<Q::ResponseData> = answer.json().await?;
        if let Some(error) = answer.errors.into_iter().flatten().next() {
            let code = error.extensions.as_ref().and_then(|told| told.get("code"));
            let code = code.and_then(|code| code.as_str());
            return Err(Fault::Refused {
                code: code.unwrap_or(status.as_str()).to_owned(),
                message: error.message,
            });
        }
        let missing = || Fault::Unexpected(format!("{status} without data"));
        answer.data.ok_or_else(missing)
    }

    /// Downloads a file and refuses other bytes than those on record.
    pub(crate) async fn download(&self, file: &Listed<'_>) -> Result<Vec<u8>, Fault> {
        let url = self.url.join(file.path);
        let url = url.map_err(|fault| Fault::Unexpected(fault.to_string()))?;
        let request = self.http.get(url).bearer_auth(&self.token);
        let bytes = request.send().await?.error_for_status()?.bytes().await?;
        let sha256 = hex(&Sha256::digest(&bytes));
        if sha256 != file.sha256 || bytes.len() as u64 != file.bytes {
            return Err(Fault::NotOnRecord(file.name.to_owned()));
        }
        Ok(bytes.into())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
