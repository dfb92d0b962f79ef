//! The door for texts. Everything that a client writes in words or as somebody's key comes in here and nowhere else, so
//! that a new field is looked through like the others: no number of a person may stand where texts are shown plain or kept
//! in clear. Only what is sealed where it is kept may name a person; it says so by the function it calls.

use chrono::NaiveDate;
use entity::problem::{Finding, ProblemCode};
use entity::value::personal::{in_certificate, in_identifier, in_url, in_words};
use entity::value::text::text;

/// Plain words, in which nobody's number stands: what a text is unless another function is for it.
pub(super) fn words(raw: &str, max: usize, today: NaiveDate) -> Result<String, Finding> {
    nobodys(text(raw, max)?, |text| in_words(text, today))
}

/// A number or key that somebody else gave, such as an account's: long digits are no person's by themselves.
pub(super) fn identifier(raw: &str, max: usize, today: NaiveDate) -> Result<String, Finding> {
    nobodys(text(raw, max)?, |text| in_identifier(text, today))
}

/// A certificate's number, which may be made of its holder's; it is sealed with the facts and shown masked.
pub(super) fn certificate(raw: &str, max: usize, today: NaiveDate) -> Result<String, Finding> {
    nobodys(text(raw, max)?, |text| in_certificate(text, today))
}

/// A URL, in which rooms and shops are numbered.
pub(super) fn url(raw: &str, max: usize, today: NaiveDate) -> Result<String, Finding> {
    nobodys(text(raw, max)?, |text| in_url(text, today))
}

/// A reason, a ground or a note: it may name a person, because it is sealed where it is kept.
pub(super) fn sealed_words(raw: &str, max: usize) -> Result<String, Finding> {
    text(raw, max)
}

fn nobodys(text: String, find: impl FnOnce(&str) -> Option<usize>) -> Result<String, Finding> {
    match find(&text) {
        None => Ok(text),
        Some(at) => Err(Finding::error(ProblemCode::PersonalDataInText).at_character(at)),
    }
}
