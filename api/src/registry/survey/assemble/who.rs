//! Who a number names: by the kind that the row says, else by the only form that it has.

use entity::kind::{IdentityKind, LegalForm};

use crate::registry::input::IdentityInput;

/// An identity as the API would be sent it; `said` is the stored name of a kind.
pub(in super::super) fn identity(number: &str, said: Option<&str>, person: bool) -> IdentityInput {
    IdentityInput {
        kind: said
            .and_then(|said| said.parse().ok())
            .unwrap_or_else(|| by_form(number, person)),
        number: number.to_owned(),
        issuing_country: None,
    }
}

/// Seventeen digits and a digit or X are a resident's number, but a code of a register begins so as well: 9 is never the first
/// digit of a division, and a person's row speaks of no organisation.
fn by_form(number: &str, person: bool) -> IdentityKind {
    let text: String = number.chars().filter(|c| !c.is_whitespace()).collect();
    let upper = text.to_ascii_uppercase();
    let (front, last) = upper.split_at_checked(17).unwrap_or((upper.as_str(), ""));
    let digits = !front.is_empty() && front.chars().all(|c| c.is_ascii_digit());
    let resident = digits && (last == "X" || (last.len() == 1 && last.as_bytes().is_ascii()));
    let of_register = upper.starts_with('9') || upper.starts_with('5') && !digits;
    match (person, resident) {
        (true, _) if upper.len() == 18 || is_long_number(&upper) => IdentityKind::ResidentId,
        (true, _) => IdentityKind::Passport,
        (false, true) if !of_register => IdentityKind::ResidentId,
        _ => IdentityKind::Uscc,
    }
}

/// Whether so many digits are a resident's number in which one is lacking or too many: passports have at most nine.
fn is_long_number(upper: &str) -> bool {
    let digits = upper.strip_suffix('X').unwrap_or(upper);
    upper.len() > 9 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// 法律形式 as the row says it, else as the number tells it.
pub(super) fn form(said: Option<&str>, identity: &IdentityInput) -> LegalForm {
    let by_number = match identity.kind {
        IdentityKind::Uscc if identity.number.to_ascii_uppercase().starts_with("92") => {
            LegalForm::IndividualBusiness
        }
        IdentityKind::Uscc => LegalForm::LegalPerson,
        _ => LegalForm::NaturalPerson,
    };
    said.and_then(|said| said.parse().ok()).unwrap_or(by_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_taken_for_what_it_can_be() {
        let of = |number, person| identity(number, None, person).kind;
        assert_eq!(of("11010519491231002X", false), IdentityKind::ResidentId);
        assert_eq!(of("91330106MA2H3KXR4T", false), IdentityKind::Uscc);
        assert_eq!(of("913301060000000004", false), IdentityKind::Uscc);
        assert_eq!(of("11010519491231002X", true), IdentityKind::ResidentId);
        assert_eq!(of("E12345678", true), IdentityKind::Passport);
        assert_eq!(of("123456789", true), IdentityKind::Passport);
        for mistyped in [
            "1101051949123100",
            "1101051949123100X",
            "1101051949123100211",
        ] {
            assert_eq!(of(mistyped, true), IdentityKind::ResidentId, "{mistyped}");
        }
        let said = identity("H12345678", Some("TRAVEL_PERMIT_HM"), true);
        assert_eq!(said.kind, IdentityKind::TravelPermitHm);
    }

    #[test]
    fn a_form_is_read_or_told_by_the_number() {
        let shop = identity("92330106MA2H3KXR4T", None, false);
        assert_eq!(form(None, &shop), LegalForm::IndividualBusiness);
        assert_eq!(form(Some("LEGAL_PERSON"), &shop), LegalForm::LegalPerson);
    }
}
