//! Where in a TOML text something stands, for messages that people mend files by.
//! Shows lines by number only, never their text: a line may hold a secret.

use toml::Spanned;
use toml::de::DeTable;

/// The 1-based line that a byte offset lies in.
#[must_use]
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.get(..offset).unwrap_or(text).matches('\n').count()
}

/// Parses a document with its positions.
///
/// # Errors
/// The line of the first fault of form, and the parser's words for it.
pub(crate) fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, (usize, String)> {
    DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(text, span.start));
        (line, error.message().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_count_from_one() {
        let text = "a = 1\nb = 2\n";
        let found: Vec<_> = [0, 5, 6, 11, 12, 99].map(|at| line_of(text, at)).into();
        assert_eq!(found, [1, 1, 2, 2, 3, 3]);
    }

    #[test]
    fn a_fault_of_form_names_its_line_and_not_its_text() {
        let (line, message) = parse("a = 1\nurl = hunter2\n").unwrap_err();
        assert_eq!(line, 2);
        assert!(!message.contains("hunter2"), "{message}");
    }
}
