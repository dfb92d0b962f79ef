//! Numbers with right check digits for tests; none is taken from a person or a register.

use super::{credit_code, resident_id};

/// A credit code from its first eight and its middle nine characters.
pub(super) fn credit_code(head: &str, body: &str) -> String {
    let text = format!("{head}{body}");
    let check = credit_code::check_character(&text).unwrap();
    format!("{text}{check}")
}

/// An 18-digit number from its first seventeen digits.
pub(super) fn with_check(digits: &str) -> String {
    format!("{digits}{}", resident_id::check_character(digits).unwrap())
}
