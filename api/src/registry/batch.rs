//! The verdicts of a batch: each item judged by itself, answers keyed by the caller's index.

use std::collections::HashMap;

use entity::id::RegistrationId;
use entity::problem::{Finding, ProblemCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::audit::change::Change;
use crate::error::Error;

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// A new registration.
    Created,
    /// A new revision.
    Updated,
    /// 注销.
    Closed,
    /// Registered again after it was closed.
    Reopened,
    /// Nothing differed.
    Unchanged,
    /// Its problems refuse it.
    Rejected,
    /// Older than what is stored.
    Stale,
}

impl Outcome {
    /// The contract's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::Updated => "UPDATED",
            Self::Closed => "CLOSED",
            Self::Reopened => "REOPENED",
            Self::Unchanged => "UNCHANGED",
            Self::Rejected => "REJECTED",
            Self::Stale => "STALE",
        }
    }
}

/// The verdict on one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemResult {
    /// The item's place in the request, from 0.
    pub index: usize,
    /// The platform's own key, as sent.
    pub external_id: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// The registration, where one stands.
    pub registration: Option<RegistrationId>,
    /// What was found, with paths inside the item.
    pub findings: Vec<Finding>,
}

/// The verdicts on a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// One an item, in the order of the request.
    pub results: Vec<ItemResult>,
    /// What concerns the whole request.
    pub findings: Vec<Finding>,
    /// What changed of registrations that stood, masked; for the audit, which is written before an outcome is stored.
    #[serde(skip)]
    pub changes: Vec<Change>,
}

impl Batch {
    /// A request that was refused as a whole.
    #[must_use]
    pub fn refused(finding: Finding) -> Self {
        Self {
            findings: vec![finding],
            ..Self::default()
        }
    }

    /// How many items ended so.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        self.results
            .iter()
            .filter(|result| result.outcome == outcome)
            .count()
    }

    /// The counts for the audit.
    #[must_use]
    pub fn counts(&self) -> Value {
        json!({
            "processed": self.results.len(),
            "created": self.count(Outcome::Created),
            "updated": self.count(Outcome::Updated),
            "closed": self.count(Outcome::Closed),
            "reopened": self.count(Outcome::Reopened),
            "unchanged": self.count(Outcome::Unchanged),
            "rejected": self.count(Outcome::Rejected),
            "stale": self.count(Outcome::Stale),
        })
    }

    /// The registrations that were written.
    #[must_use]
    pub fn written(&self) -> Vec<String> {
        let wrote = |result: &&ItemResult| {
            matches!(
                result.outcome,
                Outcome::Created | Outcome::Updated | Outcome::Closed | Outcome::Reopened
            )
        };
        self.results
            .iter()
            .filter(wrote)
            .filter_map(|r| r.registration.map(|id| id.to_string()))
            .collect()
    }
}

/// The same registration twice in one request is refused on the second.
pub(super) fn once(
    index: usize,
    registration: Option<RegistrationId>,
    seen: &mut HashMap<RegistrationId, usize>,
) -> Result<(), Finding> {
    let Some(id) = registration else {
        return Ok(());
    };
    let first = *seen.entry(id).or_insert(index);
    if first == index {
        return Ok(());
    }
    let twin = Finding::error(ProblemCode::DuplicateInBatch).inside("registration");
    Err(twin.with("item", first.to_string()))
}

/// Refuses a request with no items or too many; nothing is done then.
pub fn check_size(items: usize, limit: usize) -> Result<(), Error> {
    if items == 0 {
        return Err(Error::bad_input(
            "items 不能为空",
            "items is empty: send at least one",
        ));
    }
    if items > limit {
        return Err(Error::LimitExceeded {
            what: "items",
            limit: limit as u64,
        });
    }
    Ok(())
}
