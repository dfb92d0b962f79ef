//! 处置措施: what a platform does against those in its own book, the reports that follow, and the demands of offices with the
//! platform's answers. Other deeds take and lift measures in their own transaction by [`impose()`] and [`lift_all_of_entry`].

mod demand;
mod expire;
mod impose;
mod lift;
pub mod reading;
mod report;

use entity::id::{DemandId, DispositionId};
use entity::kind::DispositionKind;
use entity::problem::{Finding, ProblemCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

pub use demand::{AnswerDemand, MakeDemand, Subject, answer, make};
pub use expire::{Expired, expire_some};
pub use impose::{Impose, Imposition, impose, take};
pub use lift::{Lift, lift, lift_all_of_entry};
pub use report::{ReceiveReport, SendReports, receive, send};

use super::deed::Recorded;
use super::text::sealed_words;

/// The longest facts of a measure or a demand, and the longest answer, in characters.
const FACTS: usize = 10_000;
/// The longest of what else is said, in characters.
const SAID: usize = 2_000;

/// The most that one answer or demand names: files, or measures.
const NAMED: usize = 20;

/// What a deed on measures and demands ended in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Done {
    /// Whether something was written.
    pub changed: bool,
    /// Whether it stood already.
    pub stood: bool,
    /// The measure that it is about.
    pub disposition: Option<DispositionId>,
    /// The demand that it is about.
    pub demand: Option<DemandId>,
    /// What else it touched: registration and party.
    pub touched: Vec<Uuid>,
    /// Which measures.
    pub kinds: Vec<DispositionKind>,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Done {
    /// Nothing was written, for these reasons.
    fn refused(findings: Vec<Finding>) -> Self {
        Self {
            findings,
            ..Self::default()
        }
    }

    /// Nothing was written, because nothing of that id is in sight.
    fn not_found(field: &'static str) -> Self {
        Self::refused(vec![Finding::error(ProblemCode::NotFound).inside(field)])
    }
}

impl Recorded for Done {
    fn wrote(&self) -> bool {
        self.changed
    }

    fn stood(&self) -> bool {
        self.stood
    }

    fn subjects(&self) -> Vec<String> {
        let measure = self.disposition.iter().map(ToString::to_string);
        let demand = self.demand.iter().map(ToString::to_string);
        let touched = self.touched.iter().map(ToString::to_string);
        measure.chain(demand).chain(touched).collect()
    }

    fn detail(&self) -> Value {
        let codes: Vec<_> = self.findings.iter().map(|f| f.code.as_str()).collect();
        let kinds: Vec<_> = self.kinds.iter().map(|kind| kind.as_str()).collect();
        json!({ "measures": kinds, "problems": codes })
    }
}

/// A text that must be there; it may name a person, because it is sealed where it is kept.
fn text(raw: &str, max: usize, field: &'static str, found: &mut Vec<Finding>) -> String {
    sealed_words(raw, max).unwrap_or_else(|finding| {
        found.push(finding.inside(field));
        String::new()
    })
}

/// The same of one that may be left out.
fn perhaps(
    raw: Option<&str>,
    max: usize,
    field: &'static str,
    found: &mut Vec<Finding>,
) -> Option<String> {
    raw.map(|raw| text(raw, max, field, found))
}

/// Refuses a list that is too long.
fn short<T>(named: &[T], field: &'static str) -> Option<Finding> {
    let many = || Finding::error(ProblemCode::TooMany).with("max", NAMED.to_string());
    (named.len() > NAMED).then(|| many().inside(field))
}
