//! What all numbers share: one normal form, one refusal of masks and lengths, one way to suggest.
//! A letter that looks like a digit is never changed here; it is at most suggested.

use crate::problem::{Finding, ProblemCode};

/// Longer input is refused before any other work; no known document number comes near it.
const LONGEST: usize = 64;

/// What people and systems write over the digits that they hide.
const MASKS: [char; 4] = ['*', '●', '•', '×'];

/// Full-width forms as their half-width twins; every other character as it is.
pub(super) fn half_width(character: char) -> char {
    match character {
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character)
        }
        _ => character,
    }
}

/// What nearly every text is made of: visible ASCII, a blank, and the Chinese characters of the first block. No
/// normalisation changes them, none is invisible, and looking at them so costs less than looking into the tables.
pub(super) const fn is_settled(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{4E00}'..='\u{9FFF}')
}

/// Spaces of any width, and the marks without width that spreadsheets and web pages leave behind.
pub(super) fn is_blank(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

/// Every character that is typed as a dash.
pub(super) const fn is_dash(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{00AD}'
    )
}

/// Whether a half-width text hides something behind mask characters.
pub(super) fn is_masked(text: &str) -> bool {
    text.contains(MASKS)
}

/// Half-width, without blanks and dashes, in the case it was written in.
pub(super) fn stripped(raw: &str) -> String {
    raw.chars()
        .map(half_width)
        .filter(|&character| !is_blank(character) && !is_dash(character))
        .collect()
}

/// The normal form of a number whose letters have a case of their own; `too_long` refuses what no number can be.
pub(super) fn admit_cased(raw: &str, too_long: ProblemCode) -> Result<String, Finding> {
    if raw.chars().nth(LONGEST).is_some() {
        return Err(Finding::error(too_long));
    }
    let text = stripped(raw);
    if is_masked(&text) {
        Err(Finding::error(ProblemCode::MaskedValue))
    } else if text.is_empty() {
        Err(Finding::error(ProblemCode::Empty))
    } else {
        Ok(text)
    }
}

/// The normal form of a number: half-width, upper-case, without blanks and dashes.
pub(super) fn admit(raw: &str, too_long: ProblemCode) -> Result<String, Finding> {
    admit_cased(raw, too_long).map(|text| text.to_ascii_uppercase())
}

/// Judges a text; where 0 and 1 in place of O and I would pass, the refusal suggests that.
pub(super) fn judge_suggesting<T>(
    text: &str,
    judge: impl Fn(&str) -> Result<T, Finding>,
) -> Result<T, Finding> {
    judge(text).map_err(|finding| {
        let digits = text.replace('O', "0").replace('I', "1");
        if digits != text && judge(&digits).is_ok() {
            finding.suggesting(digits)
        } else {
            finding
        }
    })
}

/// Gives a person's number its text, its mask and a `Debug` that shows only the mask.
macro_rules! personal_number {
    ($name:ident, $field:tt) => {
        impl $name {
            /// The number in its normal form.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.$field
            }

            /// The first 3 and the last 2 characters; less of a short number.
            #[must_use]
            pub fn masked(&self) -> String {
                crate::value::mask::number(&self.$field)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.masked())
            }
        }
    };
}
pub(super) use personal_number;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn full_width_letters_spaces_and_dashes_have_one_normal_form() {
        let text = admit("　９１３5-0100—ｍ000100y 43\u{FEFF}", ProblemCode::TooLong);
        assert_eq!(text.unwrap(), "91350100M000100Y43");
    }

    #[test]
    fn masks_and_empty_values_are_told_apart() {
        for masked in ["3301**1234", "3301＊＊1234", "●●", "33×1", "••"] {
            let finding = admit(masked, ProblemCode::TooLong).unwrap_err();
            assert_eq!(finding.code, ProblemCode::MaskedValue);
        }
        assert_eq!(
            admit(" -\t", ProblemCode::TooLong).unwrap_err().code,
            ProblemCode::Empty
        );
        assert!(admit("YYYX1", ProblemCode::TooLong).is_ok());
    }

    #[test]
    fn the_65th_character_is_one_too_many() {
        assert!(admit(&"1".repeat(64), ProblemCode::TooLong).is_ok());
        let finding = admit(&"1".repeat(65), ProblemCode::TooLong).unwrap_err();
        assert_eq!(finding.code, ProblemCode::TooLong);
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(raw in any::<String>()) {
            if let Ok(once) = admit(&raw, ProblemCode::TooLong) {
                prop_assert_eq!(admit(&once, ProblemCode::TooLong).unwrap(), once);
            }
        }
    }
}
