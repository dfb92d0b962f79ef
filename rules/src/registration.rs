//! What a registration must have and what its parts must agree on (Order 117 Art. 8; 未成年人保护法 Art. 76).
//! It judges whole facts, after a patch was merged; values that parse are already known to be well formed.

use chrono::{Datelike, NaiveDate};
use entity::kind::{IdentityKind, LegalForm, PermitKind};
use entity::operator::{OperatorFacts, PersonRef};
use entity::problem::{Finding, ProblemCode, Severity};
use entity::value::identity::IdentityNumber;

/// The age from which a person may sell by livestream.
const MINIMUM_AGE: i32 = 16;
/// The age below which a guardian's consent is needed.
const FULL_AGE: i32 = 18;

/// What the judgement depends on beside the facts.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances {
    /// Today in Asia/Shanghai.
    pub today: NaiveDate,
    /// Whether the operator sells on a site of its own.
    pub own_site: bool,
}

/// Judges an operator's facts as they would stand; errors refuse the registration, warnings go with it.
#[must_use]
pub fn judge_operator(
    facts: &OperatorFacts,
    identity: &IdentityNumber,
    circumstances: Circumstances,
) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(missing(facts, circumstances.own_site));
    found.extend(judge_identity(facts, identity, circumstances.today));
    found.extend(permits(facts, circumstances.today));
    let dates = [
        (facts.registered_on, vec!["registeredOn"]),
        (
            facts.guardian_consent.as_ref().map(|c| c.given_on),
            vec!["givenOn", "guardianConsent"],
        ),
    ];
    for (date, path) in dates {
        if date.is_some_and(|date| date > circumstances.today) {
            let late = Finding::error(ProblemCode::DateInFuture)
                .with("date", circumstances.today.to_string());
            found.push(path.into_iter().fold(late, Finding::inside));
        }
    }
    found
}

/// Judges whether standing facts go with an identity, which is all that a corrected number can put in doubt.
#[must_use]
pub fn judge_identity(
    facts: &OperatorFacts,
    identity: &IdentityNumber,
    today: NaiveDate,
) -> Vec<Finding> {
    let form = form_against_identity(facts, identity);
    form.into_iter()
        .chain(age(facts, identity, today))
        .collect()
}

/// Asks for what a new record must have.
fn missing(facts: &OperatorFacts, own_site: bool) -> Vec<Finding> {
    let proprietor = facts.form != LegalForm::IndividualBusiness || facts.proprietor.is_some();
    let somewhere = facts.business_address.is_some() || (own_site && facts.domicile.is_some());
    let wanted = [
        (facts.phone.is_some(), "phone", Severity::Error),
        (somewhere, "businessAddress", Severity::Error),
        (proprietor, "proprietor", Severity::Error),
        (
            !own_site || facts.own_site.is_some(),
            "ownSite",
            Severity::Error,
        ),
        (
            own_site || !facts.accounts.is_empty(),
            "accounts",
            Severity::Warning,
        ),
    ];
    wanted
        .into_iter()
        .filter(|(there, ..)| !there)
        .map(|(_, field, severity)| {
            let mut finding = Finding::error(ProblemCode::Required).inside(field);
            finding.severity = severity;
            finding
        })
        .collect()
}

/// A natural person has a person's document, everybody else a USCC; category 92 is an individual business.
fn form_against_identity(facts: &OperatorFacts, identity: &IdentityNumber) -> Option<Finding> {
    let registered = identity.kind() == IdentityKind::Uscc;
    if registered == (facts.form == LegalForm::NaturalPerson) {
        let mismatch = Finding::error(ProblemCode::FormIdentityMismatch).inside("form");
        return Some(
            mismatch
                .with("kind", identity.kind().as_str())
                .with("form", facts.form.as_str()),
        );
    }
    let individual = identity.is_individual_business();
    (registered && individual != (facts.form == LegalForm::IndividualBusiness)).then(|| {
        let odd = Finding::warning(ProblemCode::FormIdentityMismatch).inside("form");
        odd.with("kind", identity.kind().as_str())
            .with("form", facts.form.as_str())
    })
}

/// Under 16 is refused, 16 and 17 need consent, and a person's age must be known (organisations have none).
fn age(facts: &OperatorFacts, identity: &IdentityNumber, today: NaiveDate) -> Option<Finding> {
    let documented = match facts.form {
        LegalForm::NaturalPerson => identity.birth_date(),
        LegalForm::IndividualBusiness => facts.proprietor.as_ref().and_then(birth_date_of),
        LegalForm::LegalPerson | LegalForm::Unincorporated => return None,
    };
    if let (Some(documented), Some(given)) = (documented, facts.birth_date)
        && documented != given
    {
        return Some(Finding::error(ProblemCode::BirthDateMismatch).inside("birthDate"));
    }
    let Some(born) = documented.or(facts.birth_date) else {
        return Some(Finding::error(ProblemCode::AgeUnknown).inside("birthDate"));
    };
    let years = age_on(born, today);
    if years < MINIMUM_AGE {
        return Some(
            Finding::error(ProblemCode::UnderAge)
                .inside("birthDate")
                .with("age", MINIMUM_AGE.to_string()),
        );
    }
    (years < FULL_AGE && facts.guardian_consent.is_none())
        .then(|| Finding::error(ProblemCode::ConsentRequired).inside("guardianConsent"))
}

/// The birth date inside a person's own document number.
fn birth_date_of(person: &PersonRef) -> Option<NaiveDate> {
    let stored = person.identity.as_ref()?;
    IdentityNumber::from_stored(stored.kind, stored.number.clone(), stored.issuing_country)
        .birth_date()
}

/// Full years on a day; a birthday counts from its own day, 29 February from 1 March in common years.
#[must_use]
pub fn age_on(born: NaiveDate, today: NaiveDate) -> i32 {
    let reached = (today.month(), today.day()) >= (born.month(), born.day());
    today.year() - born.year() - i32::from(!reached)
}

/// Permits in order and in force.
fn permits(facts: &OperatorFacts, today: NaiveDate) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, permit) in facts.permits.iter().enumerate() {
        let place = |finding: Finding, field| finding.inside(field).item(index).inside("permits");
        if permit.kind == PermitKind::Other && permit.kind_text.is_none() {
            found.push(place(
                Finding::error(ProblemCode::KindTextRequired),
                "kindText",
            ));
        }
        match (permit.valid_from, permit.valid_until) {
            (Some(from), Some(until)) if from > until => {
                let order = Finding::error(ProblemCode::DateOrder).with("date", from.to_string());
                found.push(place(order, "validUntil"));
            }
            (_, Some(until)) if until < today => {
                let over = Finding::warning(ProblemCode::PermitExpired);
                found.push(place(over.with("date", until.to_string()), "validUntil"));
            }
            _ => {}
        }
    }
    found
}
