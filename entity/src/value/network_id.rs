//! 网号 (公安部等令第173号): letters and digits that hold no plain identity. It finds a party again, but it is no
//! 身份证件号码 and never a filing's number.

use crate::problem::{Finding, ProblemCode};
use crate::value::document::consists_of;
use crate::value::normal::{admit_cased, personal_number};

/// A number in the form of a 网号: 8 to 64 letters and digits, at least one of each. Its length and whether case
/// matters are not published, so the case is kept.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct NetworkId(String);

personal_number!(NetworkId, 0);

impl NetworkId {
    /// Reads a number.
    ///
    /// # Errors
    /// `MASKED_VALUE`, `EMPTY`, `NETWORK_ID_FORM`.
    pub fn parse(raw: &str) -> Result<Self, Finding> {
        let text = admit_cased(raw, ProblemCode::NetworkIdForm)?;
        let is_allowed = |character: char| character.is_ascii_alphanumeric();
        consists_of(&text, (8, 64), is_allowed, ProblemCode::NetworkIdForm)?;
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Finding::error(ProblemCode::NetworkIdForm));
        }
        Ok(Self(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_network_id_mixes_letters_and_digits() {
        assert_eq!(
            NetworkId::parse(" aB3dE5gH7j ").unwrap().as_str(),
            "aB3dE5gH7j"
        );
        for (raw, position) in [
            ("aB3dE5g", None),
            ("330106199001011234", None),
            ("abcdefgh", None),
            ("aB3dE5g_", Some(8)),
        ] {
            let finding = NetworkId::parse(raw).unwrap_err();
            assert_eq!(
                (finding.code, finding.position),
                (ProblemCode::NetworkIdForm, position),
                "{raw}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(raw in any::<String>()) {
            let _ = NetworkId::parse(&raw);
        }
    }
}
