//! The form in which words of a sheet are compared: half-width, lower case, without blanks, marks and signs. It is for
//! comparing only; what stands in a cell is never stored like this.

/// A word as it is compared. Brackets stay, so that what stands in them can be told.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars().map(half_width) {
        if !is_dropped(character) {
            plain.extend(character.to_lowercase());
        }
    }
    plain
}

/// Full-width forms as their half-width twins, and every kind of bracket as a round one.
pub(super) fn half_width(character: char) -> char {
    match character {
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character)
        }
        '【' | '〔' | '「' | '[' => '(',
        '】' | '〕' | '」' | ']' => ')',
        other => other,
    }
}

/// Blanks, what has no width, and signs that say nothing of a word.
fn is_dropped(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(
            character,
            '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}'
                | '*' | '\'' | '"' | '“' | '”' | '_' | '·' | '★' | '※'
        )
}

/// A compared word without what stands in brackets, and what stood there.
pub(super) fn unbracketed(plain: &str) -> (String, Vec<String>) {
    let mut depth = 0_usize;
    let (mut outside, mut inside) = (String::with_capacity(plain.len()), Vec::new());
    for character in plain.chars() {
        match character {
            '(' => {
                depth += 1;
                inside.push(String::new());
            }
            ')' => depth = depth.saturating_sub(1),
            other if depth == 0 => outside.push(other),
            other => {
                if let Some(last) = inside.last_mut() {
                    last.push(other);
                }
            }
        }
    }
    (outside, inside)
}
