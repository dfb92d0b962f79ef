//! The signed record of what the gate said: what a platform keeps as its proof, and what anyone verifies with the published
//! keys. It names registrations and parties by their ids; an account and a presenter's name stand in it as hashes, which
//! whoever knows them compares.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat, Utc};
use entity::id::{LiveSessionId, PartyId, PlatformId, RegistrationId};
use entity::problem::{Finding, Severity, Step};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::error::Error;
use crate::vault::{Vault, VaultFault};

/// What the header of a record says it is.
pub const TYP: &str = "live-clearance+jwt";

/// What a record says.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<&'a str>,
    pub jti: Uuid,
    pub iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    pub verdict: &'static str,
    pub reasons: Vec<Reason>,
    pub platform: PlatformId,
    /// [`hashed`].
    pub account: String,
    pub at: String,
    pub as_of: String,
    pub valid_until: Option<String>,
    pub edition: &'static str,
    pub session: Option<LiveSessionId>,
    pub operators: Vec<Who>,
    /// In the order in which they were asked about.
    pub streamers: Vec<Who>,
    pub presenters: Vec<Shown>,
}

/// A party, as far as it is known here.
#[derive(Debug, Serialize)]
pub(super) struct Who {
    pub registration: Option<RegistrationId>,
    pub party: Option<PartyId>,
}

/// A synthetic presenter and the registration of the operator that answers for it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown {
    /// [`hashed`].
    pub name: String,
    pub responsible_operator: RegistrationId,
}

/// A reason by its code and place; its words are the manual's.
#[derive(Debug, Serialize)]
pub(super) struct Reason {
    code: &'static str,
    severity: &'static str,
    path: Vec<String>,
}

impl Reason {
    pub(super) fn of(finding: &Finding) -> Self {
        let step = |step: &Step| match step {
            Step::Field(name) => name.to_string(),
            Step::Index(index) => index.to_string(),
        };
        Self {
            code: finding.code.as_str(),
            severity: match finding.severity {
                Severity::Error => "ERROR",
                Severity::Warning => "WARNING",
                Severity::Hint => "HINT",
            },
            path: finding.path.iter().map(step).collect(),
        }
    }
}

/// A text as a record holds it: SHA-256 over the record's own id, a line feed and the text, in base64url.
#[must_use]
pub(super) fn hashed(record: Uuid, text: &str) -> String {
    let said = format!("{record}\n{text}");
    URL_SAFE_NO_PAD.encode(digest(&SHA256, said.as_bytes()))
}

/// An instant as a record has it.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

pub(super) fn sign(app: &App, record: &Record<'_>) -> Result<String, Error> {
    Ok(app.vault.sign_record(TYP, record)?)
}

/// What a record says, if this house signed it, and whether it is of an account that is named.
pub fn read(
    vault: &Vault,
    record: &str,
    account: Option<&str>,
) -> Result<(Value, Option<bool>), VaultFault> {
    let said = vault.verify_record(TYP, record)?;
    let of_account = account.map(|account| {
        let text = |name: &str| said.get(name).and_then(Value::as_str);
        let id = text("jti").and_then(|id| id.parse().ok());
        id.is_some_and(|id| text("account") == Some(hashed(id, account).as_str()))
    });
    Ok((said, of_account))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_computed_as_the_manual_says() {
        // printf '018f0000-0000-7000-8000-000000000000\nacct-1' | openssl dgst -sha256 -binary | basenc --base64url
        let id = "018f0000-0000-7000-8000-000000000000".parse().unwrap();
        assert_eq!(
            hashed(id, "acct-1"),
            "uf6by93hudca6IJGV4tzd_isQtvgiBKk0-Q5nCQVDfc"
        );
        assert_ne!(hashed(Uuid::nil(), "acct-1"), hashed(id, "acct-1"));
    }
}
