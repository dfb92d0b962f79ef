//! 罚则: which article punishes which duty, and with how much (Order 117 Art. 53 to 66). Nothing here punishes anybody: a
//! platform is shown what a gap may cost.

use entity::kind::{Authority, SubjectKind};
use serde::Deserialize;

use crate::edition::{Article, Edition};

/// One provision on penalties.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Penalty {
    /// The number of its article in digits, unique in the edition.
    pub key: String,
    /// Whom it punishes; empty where the copy that was read does not say.
    pub subjects: Vec<SubjectKind>,
    /// Which branch fines, where the text names one.
    pub authority: Option<Authority>,
    /// The articles whose breach it punishes; empty where the copy that was read does not say.
    pub duties: Vec<Article>,
    /// The article of another law that sets the amounts.
    pub under: Option<Article>,
    /// The fine, for a unit where persons have their own; none where another law sets it.
    pub fine: Option<Yuan>,
    /// The fine where the circumstances are grave (情节严重).
    pub grave: Option<Yuan>,
    /// The fine for a person.
    pub persons: Option<Yuan>,
    /// The article itself.
    pub article: Article,
}

/// A range of amounts in yuan, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Yuan {
    /// The least; none where only a most is named.
    pub least: Option<u32>,
    /// The most.
    pub most: u32,
}

impl Edition {
    /// What punishes the breach of an article; none where no provision names it. A provision that names a whole article
    /// takes its paragraphs and items in.
    #[must_use]
    pub fn penalty_of(&self, breached: &Article) -> Option<&Penalty> {
        self.penalties.iter().find(|penalty| {
            penalty.duties.iter().any(|duty| {
                let rest = breached.number.strip_prefix(duty.number.as_str());
                duty.instrument == breached.instrument
                    && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('第'))
            })
        })
    }
}

#[cfg(test)]
mod tests;
