//! Where what an office found and what a platform filed of one party in one role cannot both be so. What the survey does not
//! say contradicts nothing, and neither does what only moves, such as a room's followers.

use entity::facts::{Address, Facts, Permit, PersonRef};
use entity::operator::{LiveAccount, OperatorFacts};

/// The contract names of the fields in which a survey contradicts a platform.
#[must_use]
pub fn fields(found: &Facts, filed: &Facts) -> Vec<&'static str> {
    let mut different = vec![
        ("name", squeezed(found.name()) != squeezed(filed.name())),
        ("phone", said(found.phone(), filed.phone(), |a, b| a == b)),
    ];
    match (found, filed) {
        (Facts::Operator(a), Facts::Operator(b)) => different.extend(of_operators(a, b)),
        (Facts::Streamer(a), Facts::Streamer(b)) => {
            let stage_names = (a.stage_name.as_deref(), b.stage_name.as_deref());
            let agencies = (a.agency.as_ref(), b.agency.as_ref());
            different.extend([
                (
                    "stageName",
                    said(stage_names.0, stage_names.1, |a, b| {
                        squeezed(a) == squeezed(b)
                    }),
                ),
                (
                    "residence",
                    elsewhere(a.residence.as_ref(), b.residence.as_ref()),
                ),
                ("agency", said(agencies.0, agencies.1, |a, b| a == b)),
            ]);
        }
        (Facts::Agency(a), Facts::Agency(b)) => different.extend([
            (
                "domicile",
                elsewhere(a.domicile.as_ref(), b.domicile.as_ref()),
            ),
            (
                "legalRepresentative",
                another(
                    a.legal_representative.as_ref(),
                    b.legal_representative.as_ref(),
                ),
            ),
        ]),
        (Facts::Merchant(a), Facts::Merchant(b)) => different.extend([
            ("form", a.form != b.form),
            (
                "businessAddress",
                elsewhere(a.business_address.as_ref(), b.business_address.as_ref()),
            ),
            ("permits", without(&a.permits, &b.permits)),
            ("exemption", said(a.exemption, b.exemption, |a, b| a == b)),
        ]),
        _ => {}
    }
    let different = different.into_iter().filter(|(_, differs)| *differs);
    different.map(|(field, _)| field).collect()
}

fn of_operators(a: &OperatorFacts, b: &OperatorFacts) -> [(&'static str, bool); 7] {
    [
        ("form", a.form != b.form),
        (
            "businessAddress",
            elsewhere(a.business_address.as_ref(), b.business_address.as_ref()),
        ),
        (
            "domicile",
            elsewhere(a.domicile.as_ref(), b.domicile.as_ref()),
        ),
        (
            "proprietor",
            another(a.proprietor.as_ref(), b.proprietor.as_ref()),
        ),
        (
            "legalRepresentative",
            another(
                a.legal_representative.as_ref(),
                b.legal_representative.as_ref(),
            ),
        ),
        ("accounts", unfiled(&a.accounts, &b.accounts)),
        ("permits", without(&a.permits, &b.permits)),
    ]
}

/// Whether the survey says something that the platform does not say likewise.
fn said<T>(found: Option<T>, filed: Option<T>, same: impl Fn(T, T) -> bool) -> bool {
    match (found, filed) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(found), Some(filed)) => !same(found, filed),
    }
}

/// Another division, or other words in the same one; how the words are spaced and signed is nothing.
fn elsewhere(found: Option<&Address>, filed: Option<&Address>) -> bool {
    said(found, filed, |a, b| {
        a.division == b.division && squeezed(&a.text) == squeezed(&b.text)
    })
}

fn another(found: Option<&PersonRef>, filed: Option<&PersonRef>) -> bool {
    said(found, filed, |a, b| {
        let numbers = a.identity.as_ref().zip(b.identity.as_ref());
        squeezed(&a.name) == squeezed(&b.name) && numbers.is_none_or(|(a, b)| a == b)
    })
}

/// An account that the office saw and the platform did not file.
fn unfiled(found: &[LiveAccount], filed: &[LiveAccount]) -> bool {
    let known = |account: &LiveAccount| filed.iter().any(|b| b.number == account.number);
    !found.iter().all(known)
}

fn without(found: &[Permit], filed: &[Permit]) -> bool {
    let known = |permit: &Permit| filed.iter().any(|b| b.number == permit.number);
    !found.iter().all(known)
}

fn squeezed(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
