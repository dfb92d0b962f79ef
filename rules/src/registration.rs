//! What a registration must have and what its parts must agree on (Order 117 Art. 8; 未成年人保护法 Art. 76).
//! It judges whole facts, after a patch was merged; values that parse are already known to be well formed.

use chrono::{Datelike, NaiveDate};
use entity::facts::{Facts, Permit, PersonRef};
use entity::kind::{IdentityKind, LegalForm, PermitKind};
use entity::problem::{Finding, ProblemCode, Severity};
use entity::value::identity::IdentityNumber;

mod agency;
mod merchant;
mod operator;
mod streamer;

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
    /// Whether an office found it: then what is lacking, and who is too young, is told and written down all the same.
    pub found_by_survey: bool,
}

/// Judges facts as they would stand; errors refuse the registration, warnings go with it.
#[must_use]
pub fn judge(
    facts: &Facts,
    identity: &IdentityNumber,
    circumstances: Circumstances,
) -> Vec<Finding> {
    let mut found = judge_identity(facts, identity, circumstances.today);
    found.extend(match facts {
        Facts::Operator(facts) => operator::judge(facts, circumstances),
        Facts::Streamer(facts) => streamer::judge(facts, circumstances.today),
        Facts::Agency(facts) => agency::judge(facts, circumstances.today),
        Facts::Merchant(facts) => merchant::judge(facts, identity, circumstances.today),
    });
    if circumstances.found_by_survey {
        found.iter_mut().for_each(only_told);
    }
    found
}

/// What a platform must mend before it registers somebody is what an office goes to look for.
fn only_told(finding: &mut Finding) {
    use ProblemCode::{AgeUnknown, ConsentRequired, Required, UnderAge};
    if matches!(
        finding.code,
        AgeUnknown | ConsentRequired | Required | UnderAge
    ) {
        finding.severity = finding.severity.max(Severity::Warning);
    }
}

/// Judges whether standing facts go with an identity, which is all that a corrected number can put in doubt.
#[must_use]
pub fn judge_identity(facts: &Facts, identity: &IdentityNumber, today: NaiveDate) -> Vec<Finding> {
    let found: [Option<Finding>; 2] = match facts {
        Facts::Operator(facts) => [
            form_against_identity(facts.form, identity),
            operator::age(facts, identity, today),
        ],
        Facts::Streamer(facts) => [
            streamer::a_person(identity),
            streamer::age(facts, identity, today),
        ],
        Facts::Agency(_) => [agency::an_organisation(identity), None],
        Facts::Merchant(facts) => [form_against_identity(facts.form, identity), None],
    };
    found.into_iter().flatten().collect()
}

/// What stands against the age of the natural person behind a registration on a day; nothing for an organisation.
#[must_use]
pub fn age(facts: &Facts, identity: &IdentityNumber, day: NaiveDate) -> Option<Finding> {
    match facts {
        Facts::Operator(facts) => operator::age(facts, identity, day),
        Facts::Streamer(facts) => streamer::age(facts, identity, day),
        Facts::Agency(_) | Facts::Merchant(_) => None,
    }
}

/// Asks for a field that is not there.
fn lacking(field: &'static str, there: bool, severity: Severity) -> Option<Finding> {
    (!there).then(|| {
        let mut finding = Finding::error(ProblemCode::Required).inside(field);
        finding.severity = severity;
        finding
    })
}

/// What has happened cannot lie ahead; `path` leads from the field inwards.
fn not_ahead(date: Option<NaiveDate>, today: NaiveDate, path: &[&'static str]) -> Option<Finding> {
    let ahead = date.is_some_and(|date| date > today);
    ahead.then(|| {
        let late = Finding::error(ProblemCode::DateInFuture).with("date", today.to_string());
        path.iter()
            .rev()
            .fold(late, |found, field| found.inside(field))
    })
}

/// A natural person has a person's document, everybody else a USCC; category 92 is an individual business.
fn form_against_identity(form: LegalForm, identity: &IdentityNumber) -> Option<Finding> {
    let told = |finding: Finding| {
        finding
            .inside("form")
            .with("kind", identity.kind().as_str())
            .with("form", form.as_str())
    };
    let registered = identity.kind() == IdentityKind::Uscc;
    if registered == (form == LegalForm::NaturalPerson) {
        return Some(told(Finding::error(ProblemCode::FormIdentityMismatch)));
    }
    let individual = identity.is_individual_business();
    (registered && individual != (form == LegalForm::IndividualBusiness))
        .then(|| told(Finding::warning(ProblemCode::FormIdentityMismatch)))
}

/// Under 16 is refused, 16 and 17 need consent, and a person's age must be known: by the document, or as given.
fn of_age(
    documented: Option<NaiveDate>,
    given: Option<NaiveDate>,
    consents: bool,
    today: NaiveDate,
) -> Option<Finding> {
    if let (Some(documented), Some(given)) = (documented, given)
        && documented != given
    {
        return Some(Finding::error(ProblemCode::BirthDateMismatch).inside("birthDate"));
    }
    let Some(born) = documented.or(given) else {
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
    (years < FULL_AGE && !consents)
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
fn permits(permits: &[Permit], today: NaiveDate) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, permit) in permits.iter().enumerate() {
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
