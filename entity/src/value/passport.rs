//! 护照: a form only. Which country issued it is judged with the identity, because two countries may use one number.

use crate::problem::{Finding, ProblemCode};
use crate::value::document::consists_of;
use crate::value::normal::{admit, personal_number};

/// A number in the form of a passport: 5 to 20 of A to Z and 0 to 9, at least one digit. ICAO Doc 9303 gives nine
/// places in the machine-readable zone and lets longer numbers run on in the optional data.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Passport(String);

personal_number!(Passport, 0);

impl Passport {
    /// Reads a number.
    ///
    /// # Errors
    /// `MASKED_VALUE`, `EMPTY`, `PASSPORT_FORM`.
    pub fn parse(raw: &str) -> Result<Self, Finding> {
        let text = admit(raw, ProblemCode::PassportForm)?;
        let is_allowed = |character: char| character.is_ascii_alphanumeric();
        consists_of(&text, (5, 20), is_allowed, ProblemCode::PassportForm)?;
        Ok(Self(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn passports_have_five_to_twenty_letters_and_digits() {
        assert_eq!(
            Passport::parse("e-1234 5678").unwrap().as_str(),
            "E12345678"
        );
        for (raw, code, position) in [
            ("E123", ProblemCode::PassportForm, None),
            ("UNKNOWN", ProblemCode::PassportForm, None),
            ("E1234567É", ProblemCode::PassportForm, Some(9)),
            ("E1234567*", ProblemCode::MaskedValue, None),
            ("", ProblemCode::Empty, None),
        ] {
            let finding = Passport::parse(raw).unwrap_err();
            assert_eq!((finding.code, finding.position), (code, position), "{raw}");
        }
        assert!(Passport::parse(&"1".repeat(21)).is_err());
    }

    proptest! {
        #[test]
        fn no_text_panics_and_every_form_passes(raw in any::<String>(), number in "[A-Z]{0,3}[0-9]{5,9}") {
            let _ = Passport::parse(&raw);
            prop_assert!(Passport::parse(&number).is_ok());
        }
    }
}
