//! What an agency's registration must have. An agency is an organisation (Order 117 Art. 2; draft Art. 2).

use chrono::NaiveDate;
use entity::agency::AgencyFacts;
use entity::kind::IdentityKind;
use entity::problem::{Finding, ProblemCode, Severity};
use entity::value::identity::IdentityNumber;

use super::{lacking, permits};

pub(super) fn judge(facts: &AgencyFacts, today: NaiveDate) -> Vec<Finding> {
    let mut found = permits(&facts.permits, today);
    found.extend(lacking("phone", facts.phone.is_some(), Severity::Error));
    found.extend(lacking(
        "domicile",
        facts.domicile.is_some(),
        Severity::Error,
    ));
    found
}

/// Only a unified social credit code names an organisation.
pub(super) fn an_organisation(identity: &IdentityNumber) -> Option<Finding> {
    let organisation = identity.kind() == IdentityKind::Uscc;
    (!organisation).then(|| {
        let person = Finding::error(ProblemCode::IdentityNotOrganisation).inside("identity");
        person.with("kind", identity.kind().as_str())
    })
}
