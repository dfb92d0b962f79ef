//! Documents without a check digit: how a form is written down and compared, and what 其他证件 may look like.
//! A form says only that a number could be one of its kind.

use crate::problem::{Finding, ProblemCode};
use crate::value::normal::{admit, personal_number};

/// Whether a text has one of the forms. In a form `9` is a digit, `A` a letter from A to Z, `X` a digit or X, `H` one
/// of H and M.
///
/// # Errors
/// The code, at the first character that differs if a form has the text's length.
pub(super) fn fits(text: &str, forms: &[&str], code: ProblemCode) -> Result<(), Finding> {
    let length = text.chars().count();
    let mut farthest = None;
    for form in forms.iter().filter(|form| form.len() == length) {
        let differs = text
            .chars()
            .zip(form.chars())
            .position(|(character, class)| !belongs(character, class));
        match differs {
            None => return Ok(()),
            Some(index) => farthest = farthest.max(Some(index)),
        }
    }
    let finding = Finding::error(code);
    Err(match farthest {
        Some(index) => finding.at_character(index + 1),
        None => finding,
    })
}

const fn belongs(character: char, class: char) -> bool {
    match class {
        '9' => character.is_ascii_digit(),
        'A' => character.is_ascii_uppercase(),
        'X' => character.is_ascii_digit() || character == 'X',
        'H' => matches!(character, 'H' | 'M'),
        _ => false,
    }
}

/// Whether a text has between `least` and `most` characters of a kind, at least one of them a digit.
///
/// # Errors
/// The code, at the first character of another kind.
pub(super) fn consists_of(
    text: &str,
    (least, most): (usize, usize),
    is_allowed: impl Fn(char) -> bool,
    code: ProblemCode,
) -> Result<(), Finding> {
    if let Some(index) = text.chars().position(|character| !is_allowed(character)) {
        return Err(Finding::error(code).at_character(index + 1));
    }
    let has_digit = text.chars().any(|character| character.is_ascii_digit());
    if has_digit && (least..=most).contains(&text.chars().count()) {
        Ok(())
    } else {
        Err(Finding::error(code))
    }
}

/// A number of a document that no other kind names, such as 军官证: 2 to 40 letters, digits, Chinese characters and
/// `/ . ( )`, at least one digit. There is no published list; the bounds only keep out what cannot be a number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OtherDocument(String);

personal_number!(OtherDocument, 0);

impl OtherDocument {
    /// Reads a number.
    ///
    /// # Errors
    /// `MASKED_VALUE`, `EMPTY`, `OTHER_DOCUMENT_FORM`.
    pub fn parse(raw: &str) -> Result<Self, Finding> {
        let text = admit(raw, ProblemCode::OtherDocumentForm)?;
        let is_allowed = |character: char| {
            character.is_ascii_alphanumeric()
                || matches!(character, '\u{4E00}'..='\u{9FFF}' | '/' | '.' | '(' | ')')
        };
        consists_of(&text, (2, 40), is_allowed, ProblemCode::OtherDocumentForm)?;
        Ok(Self(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_form_names_the_first_character_that_differs() {
        let code = ProblemCode::TravelPermitForm;
        assert!(fits("AB12", &["99", "AA99"], code).is_ok());
        assert_eq!(fits("A112", &["AA99"], code).unwrap_err().position, Some(2));
        assert_eq!(
            fits("汉字12", &["AA99"], code).unwrap_err().position,
            Some(1)
        );
        assert_eq!(fits("AB1", &["AA99"], code).unwrap_err().position, None);
    }

    #[test]
    fn other_documents_have_a_digit_and_no_strange_characters() {
        let officer = OtherDocument::parse("军字第 1234567 号").unwrap();
        assert_eq!(officer.as_str(), "军字第1234567号");
        assert_eq!(format!("{officer:?}"), "OtherDocument(军字第******7号)");
        for (raw, position) in [
            ("无", None),
            ("不详", None),
            ("12\u{0}34", Some(3)),
            ("a;1", Some(2)),
        ] {
            let finding = OtherDocument::parse(raw).unwrap_err();
            assert_eq!(finding.code, ProblemCode::OtherDocumentForm);
            assert_eq!(finding.position, position, "{raw}");
        }
        assert!(OtherDocument::parse(&"1".repeat(41)).is_err());
    }

    proptest! {
        #[test]
        fn no_text_panics_and_reading_twice_changes_nothing(raw in any::<String>()) {
            if let Ok(once) = OtherDocument::parse(&raw) {
                prop_assert_eq!(OtherDocument::parse(once.as_str()).unwrap(), once);
            }
        }
    }
}
