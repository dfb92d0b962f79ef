//! Plain words that a client sends: bounded, composed, without anything that a reader cannot see.
//! What a text means is judged elsewhere.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::problem::{Finding, ProblemCode};
use crate::value::normal::is_settled;

/// More bytes than this for each allowed character cannot compose to a text that fits.
const BYTES_PER_CHARACTER: usize = 16;

/// Reads one line of text: NFC, trimmed, 1 to `max_chars` characters.
///
/// # Errors
/// `TOO_LONG` (fact `max`), `EMPTY`, `CONTROL_CHARACTER` with its position (also for the invisible marks that turn the
/// direction of writing), `MASKED_VALUE` for a text that was masked before it came here.
pub fn text(raw: &str, max_chars: usize) -> Result<String, Finding> {
    let too_long = || Finding::error(ProblemCode::TooLong).with("max", max_chars.to_string());
    let trimmed = raw.trim();
    if trimmed.len() > max_chars.saturating_mul(BYTES_PER_CHARACTER) {
        return Err(too_long());
    }
    if !trimmed.is_empty() && trimmed.chars().all(|c| is_settled(c) && c != '*') {
        return if trimmed.chars().nth(max_chars).is_some() {
            Err(too_long())
        } else {
            Ok(trimmed.to_owned())
        };
    }
    // Nearly every other text is composed already, and looking costs less than composing.
    let composed = match is_nfc_quick(trimmed.chars()) {
        IsNormalized::Yes => trimmed.to_owned(),
        _ => trimmed.nfc().collect::<String>(),
    };
    if composed.is_empty() {
        return Err(Finding::error(ProblemCode::Empty));
    }
    if composed.chars().nth(max_chars).is_some() {
        return Err(too_long());
    }
    if let Some(index) = composed.chars().position(is_invisible) {
        return Err(Finding::error(ProblemCode::ControlCharacter).at_character(index + 1));
    }
    if hides_something(&composed) {
        return Err(Finding::error(ProblemCode::MaskedValue));
    }
    Ok(composed)
}

/// Control characters, and the marks that show a text in another order than it is stored.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}'
        )
}

/// Whether mask characters stand in a text. One `•` between two words of two letters or more is no mask: it is how
/// the separator of names such as 买买提·艾力 is often typed.
fn hides_something(text: &str) -> bool {
    let is_word = |part: &str| part.chars().count() >= 2;
    text.contains(['*', '＊', '●']) || (text.contains('•') && !text.split('•').all(is_word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(raw: &str, max: usize) -> ProblemCode {
        text(raw, max).unwrap_err().code
    }

    #[test]
    fn text_is_trimmed_and_composed() {
        assert_eq!(text("　杭州\u{3000}", 2).unwrap(), "杭州");
        assert_eq!(text("e\u{301}", 1).unwrap(), "é");
        assert_eq!(
            text("浙江 美丽·传媒（有限）公司", 64).unwrap(),
            "浙江 美丽·传媒（有限）公司"
        );
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert!(text(&"汉".repeat(10), 10).is_ok());
        let finding = text(&"汉".repeat(11), 10).unwrap_err();
        assert_eq!(finding.code, ProblemCode::TooLong);
        assert_eq!(finding.facts, [("max".into(), "10".to_owned())]);
        assert_eq!(code(&"x".repeat(200_000), 10), ProblemCode::TooLong);
        assert_eq!(code(" \u{3000}\n", 10), ProblemCode::Empty);
    }

    #[test]
    fn what_cannot_be_seen_is_refused_where_it_stands() {
        for (raw, position) in [
            ("张\0三", 2),
            ("a\nb", 2),
            ("张三\u{202E}x", 3),
            ("\u{200B}a", 1),
        ] {
            let finding = text(raw, 10).unwrap_err();
            assert_eq!(finding.code, ProblemCode::ControlCharacter);
            assert_eq!(finding.position, Some(position));
        }
    }

    #[test]
    fn masks_are_refused_and_separators_are_not() {
        for masked in ["张*", "张＊三", "●●", "张•", "张•三", "••三三"] {
            assert_eq!(code(masked, 10), ProblemCode::MaskedValue, "{masked}");
        }
        assert!(text("买买提•艾力", 10).is_ok());
        assert!(text("买买提·艾力", 10).is_ok());
        assert!(text("3×3 篮球", 10).is_ok());
    }

    proptest! {
        #[test]
        fn any_text_is_judged_and_reading_it_twice_changes_nothing(raw in any::<String>(), max in 0_usize..40) {
            if let Ok(once) = text(&raw, max) {
                prop_assert!((1..=max).contains(&once.chars().count()));
                prop_assert_eq!(text(&once, max).unwrap(), once);
            }
        }
    }
}
