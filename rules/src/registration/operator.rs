//! What an operator's registration must have (Order 117 Art. 8(1); draft Art. 8).

use chrono::NaiveDate;
use entity::kind::LegalForm;
use entity::operator::OperatorFacts;
use entity::problem::{Finding, Severity};
use entity::value::identity::IdentityNumber;

use super::{Circumstances, birth_date_of, lacking, not_ahead, of_age, permits};

pub(super) fn judge(facts: &OperatorFacts, circumstances: Circumstances) -> Vec<Finding> {
    let Circumstances {
        today, own_site, ..
    } = circumstances;
    let mut found = missing(facts, own_site);
    found.extend(permits(&facts.permits, today));
    found.extend(not_ahead(facts.registered_on, today, &["registeredOn"]));
    let consent = facts.guardian_consent.as_ref().map(|c| c.given_on);
    found.extend(not_ahead(consent, today, &["guardianConsent", "givenOn"]));
    found
}

/// Asks for what a new record must have.
fn missing(facts: &OperatorFacts, own_site: bool) -> Vec<Finding> {
    let proprietor = facts.form != LegalForm::IndividualBusiness || facts.proprietor.is_some();
    let somewhere = facts.business_address.is_some() || (own_site && facts.domicile.is_some());
    let site = !own_site || facts.own_site.is_some();
    let accounts = own_site || !facts.accounts.is_empty();
    let wanted = [
        ("phone", facts.phone.is_some(), Severity::Error),
        ("businessAddress", somewhere, Severity::Error),
        ("proprietor", proprietor, Severity::Error),
        ("ownSite", site, Severity::Error),
        ("accounts", accounts, Severity::Warning),
    ];
    wanted
        .into_iter()
        .filter_map(|(field, there, severity)| lacking(field, there, severity))
        .collect()
}

/// The age of the natural person or the proprietor; organisations have none.
pub(super) fn age(
    facts: &OperatorFacts,
    identity: &IdentityNumber,
    today: NaiveDate,
) -> Option<Finding> {
    let documented = match facts.form {
        LegalForm::NaturalPerson => identity.birth_date(),
        LegalForm::IndividualBusiness => facts.proprietor.as_ref().and_then(birth_date_of),
        LegalForm::LegalPerson | LegalForm::Unincorporated => return None,
    };
    let consents = facts.guardian_consent.is_some();
    of_age(documented, facts.birth_date, consents, today)
}
