//! What a streamer's registration must have (Order 117 Art. 8(2); draft Art. 8). A streamer is a natural person
//! (Order 117 Art. 2).

use chrono::NaiveDate;
use entity::kind::IdentityKind;
use entity::problem::{Finding, ProblemCode, Severity};
use entity::streamer::StreamerFacts;
use entity::value::identity::IdentityNumber;

use super::{lacking, not_ahead, of_age};

pub(super) fn judge(facts: &StreamerFacts, today: NaiveDate) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(lacking("phone", facts.phone.is_some(), Severity::Error));
    found.extend(lacking(
        "residence",
        facts.residence.is_some(),
        Severity::Error,
    ));
    let consent = facts.guardian_consent.as_ref().map(|c| c.given_on);
    found.extend(not_ahead(consent, today, &["guardianConsent", "givenOn"]));
    for (index, qualification) in facts.qualifications.iter().enumerate() {
        if let Some(until) = qualification.valid_until.filter(|until| *until < today) {
            let over = Finding::warning(ProblemCode::QualificationExpired);
            let over = over.with("date", until.to_string()).inside("validUntil");
            found.push(over.item(index).inside("qualifications"));
        }
    }
    found
}

/// Only a person's document names a streamer.
pub(super) fn a_person(identity: &IdentityNumber) -> Option<Finding> {
    (identity.kind() == IdentityKind::Uscc)
        .then(|| Finding::error(ProblemCode::IdentityNotPerson).inside("identity"))
}

pub(super) fn age(
    facts: &StreamerFacts,
    identity: &IdentityNumber,
    today: NaiveDate,
) -> Option<Finding> {
    if identity.kind() == IdentityKind::Uscc {
        return None;
    }
    let consents = facts.guardian_consent.is_some();
    of_age(identity.birth_date(), facts.birth_date, consents, today)
}
