//! The verdict on one thing that asks to be admitted: a platform or a client. It holds ids and codes, never a value,
//! because it is kept under an idempotency key and told to the audit.

use std::fmt::Display;

use entity::problem::Finding;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::batch::Outcome;
use super::deed::Recorded;

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict<I> {
    /// What was done.
    pub outcome: Outcome,
    /// Its id, where it stands.
    pub id: Option<I>,
    /// What was found, with paths inside the input.
    pub findings: Vec<Finding>,
    /// Further codes for the audit: scopes, a reason.
    pub codes: Vec<String>,
}

impl<I> Verdict<I> {
    /// Nothing was done, because of these.
    #[must_use]
    pub const fn rejected(findings: Vec<Finding>) -> Self {
        Self {
            outcome: Outcome::Rejected,
            id: None,
            findings,
            codes: Vec::new(),
        }
    }

    /// It stands.
    #[must_use]
    pub const fn stands(outcome: Outcome, id: I, findings: Vec<Finding>) -> Self {
        Self {
            outcome,
            id: Some(id),
            findings,
            codes: Vec::new(),
        }
    }

    /// Tells the audit more.
    #[must_use]
    pub fn telling(mut self, codes: impl IntoIterator<Item = String>) -> Self {
        self.codes.extend(codes);
        self
    }
}

impl<I: Display> Recorded for Verdict<I> {
    fn wrote(&self) -> bool {
        !matches!(
            self.outcome,
            Outcome::Unchanged | Outcome::Rejected | Outcome::Stale
        )
    }

    fn stood(&self) -> bool {
        self.outcome == Outcome::Unchanged
    }

    fn subjects(&self) -> Vec<String> {
        self.id.iter().map(ToString::to_string).collect()
    }

    fn detail(&self) -> Value {
        let problems: Vec<_> = self
            .findings
            .iter()
            .map(|finding| finding.code.as_str())
            .collect();
        json!({ "outcome": self.outcome, "problems": problems, "codes": self.codes })
    }
}
