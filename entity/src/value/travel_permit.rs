//! 港澳居民来往内地通行证 and 台湾居民来往大陆通行证: forms only, neither has a check digit that is published.
//! The forms are those of the cards in circulation as best known; a card that differs is registered as 其他证件.

use crate::kind::IdentityKind;
use crate::problem::{Finding, ProblemCode};
use crate::value::document::fits;
use crate::value::normal::{admit, personal_number};

/// 回乡证: H for Hong Kong or M for Macao with the holder's 8 digits; before 2012 two more count the renewals.
const HONG_KONG_MACAO: [&str; 2] = ["H99999999", "H9999999999"];

/// 台胞证: 8 digits on cards since 2015; before, 10 digits, often with a letter behind, printed in brackets.
const TAIWAN: [&str; 3] = ["99999999", "9999999999", "9999999999A"];

/// A number in the form of a mainland travel permit.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TravelPermit(String);

personal_number!(TravelPermit, 0);

impl TravelPermit {
    /// Reads a number of a permit for Hong Kong and Macao residents.
    ///
    /// # Errors
    /// `MASKED_VALUE`, `EMPTY`, `TRAVEL_PERMIT_FORM` (fact `kind`).
    pub fn parse_hong_kong_macao(raw: &str) -> Result<Self, Finding> {
        Self::parse(raw, &HONG_KONG_MACAO, IdentityKind::TravelPermitHm)
    }

    /// Reads a number of a permit for Taiwan residents; brackets around the last letter are dropped.
    ///
    /// # Errors
    /// `MASKED_VALUE`, `EMPTY`, `TRAVEL_PERMIT_FORM` (fact `kind`).
    pub fn parse_taiwan(raw: &str) -> Result<Self, Finding> {
        Self::parse(raw, &TAIWAN, IdentityKind::TravelPermitTw)
    }

    fn parse(raw: &str, forms: &[&str], kind: IdentityKind) -> Result<Self, Finding> {
        let text: String = admit(raw, ProblemCode::TravelPermitForm)?
            .chars()
            .filter(|character| !matches!(character, '(' | ')'))
            .collect();
        match fits(&text, forms, ProblemCode::TravelPermitForm) {
            Ok(()) => Ok(Self(text)),
            Err(finding) => Err(finding.with("kind", kind.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cards_in_circulation_pass() {
        for number in ["H12345678", "m12345678", "H1234567801"] {
            assert!(TravelPermit::parse_hong_kong_macao(number).is_ok());
        }
        for number in ["12345678", "0012345678", "0012345678B"] {
            assert_eq!(TravelPermit::parse_taiwan(number).unwrap().as_str(), number);
        }
        let bracketed = TravelPermit::parse_taiwan("0012345678（b）").unwrap();
        assert_eq!(bracketed.as_str(), "0012345678B");
        assert_eq!(bracketed.masked(), "001******8B");
    }

    #[test]
    fn the_character_to_blame_is_named() {
        let finding = TravelPermit::parse_hong_kong_macao("A12345678").unwrap_err();
        assert_eq!(
            (finding.code, finding.position),
            (ProblemCode::TravelPermitForm, Some(1))
        );
        assert_eq!(
            finding.facts,
            [("kind".into(), "TRAVEL_PERMIT_HM".to_owned())]
        );
        let finding = TravelPermit::parse_taiwan("1234567O").unwrap_err();
        assert_eq!(finding.position, Some(8));
        assert!(TravelPermit::parse_taiwan("()").is_err());
    }

    proptest! {
        #[test]
        fn no_text_panics(raw in any::<String>()) {
            let _ = TravelPermit::parse_hong_kong_macao(&raw);
            let _ = TravelPermit::parse_taiwan(&raw);
        }
    }
}
