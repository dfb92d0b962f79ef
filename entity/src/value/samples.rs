//! Numbers with right check digits for tests; none is taken from a person or a register.

use super::credit_code::check_character;
use super::normal::mod_11_2;

/// A credit code from its first eight and its middle nine characters.
pub(super) fn credit_code(head: &str, body: &str) -> String {
    let text = format!("{head}{body}");
    let values: Vec<_> = text
        .chars()
        .map(|c| "0123456789ABCDEFGHJKLMNPQRTUWXY".find(c).unwrap())
        .collect();
    format!("{text}{}", check_character(&values).unwrap())
}

/// An 18-digit number from its first seventeen digits.
pub(super) fn with_check(digits: &str) -> String {
    format!("{digits}{}", mod_11_2(digits).unwrap())
}
