//! What a merchant's registration must have (网络交易监督管理办法 Art. 24; 合规数据报送 Art. 7(2), 7(3)). Whoever is not
//! registered declares by which case the law exempts it.

use chrono::NaiveDate;
use entity::kind::{ExemptionKind, IdentityKind, LegalForm};
use entity::merchant::MerchantFacts;
use entity::problem::{Finding, ProblemCode, Severity};
use entity::value::identity::IdentityNumber;

use super::{lacking, permits};

pub(super) fn judge(
    facts: &MerchantFacts,
    identity: &IdentityNumber,
    today: NaiveDate,
) -> Vec<Finding> {
    let registered = identity.kind() == IdentityKind::Uscc;
    let proprietor = facts.form != LegalForm::IndividualBusiness || facts.proprietor.is_some();
    let declared = registered || facts.exemption.is_some();
    let wanted = [
        ("phone", facts.phone.is_some(), Severity::Error),
        (
            "businessAddress",
            facts.business_address.is_some(),
            Severity::Error,
        ),
        ("proprietor", proprietor, Severity::Error),
        ("exemption", declared, Severity::Warning),
        (
            "shops",
            facts.open_shops().next().is_some(),
            Severity::Warning,
        ),
    ];
    let missing = wanted
        .into_iter()
        .filter_map(|(field, there, severity)| lacking(field, there, severity));
    let mut found: Vec<Finding> = missing.collect();
    found.extend(permits(&facts.permits, today));
    found.extend(unfit_exemption(facts, registered));
    found
}

/// An exemption that what stands beside it contradicts: the merchant is registered, or small no longer.
fn unfit_exemption(facts: &MerchantFacts, registered: bool) -> Option<Finding> {
    let exemption = facts.exemption?;
    let too_large =
        exemption == ExemptionKind::SmallOccasional && facts.over_threshold == Some(true);
    (registered || too_large)
        .then(|| Finding::warning(ProblemCode::ExemptionUnfit).inside("exemption"))
}
