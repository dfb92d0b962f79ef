//! Texts as spreadsheets can hold them, and the room they take. Changes nothing but what XML cannot carry.

use std::borrow::Cow;

/// How long a cell may be, in UTF-16 units: the limit that Excel, WPS and LibreOffice share.
pub const MAX_CELL_UNITS: usize = 32_767;

/// The room that a cell's margins take, in spreadsheet characters.
pub(crate) const MARGIN: usize = 3;

/// A text as a cell holds it: line ends become LF, and characters that XML cannot carry become U+FFFD, so that a
/// reader sees that something stood there.
#[must_use]
pub fn cell_text(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c == '\r' || unwritable(c)) {
        return Cow::Borrowed(text);
    }
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(lines.replace(unwritable, "\u{FFFD}"))
}

/// Whether XML 1.0 has no way to write the character (line ends are dealt with before).
fn unwritable(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The length of a text in UTF-16 units, as spreadsheets count.
pub(crate) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The room a text takes in spreadsheet characters: Chinese and other wide characters take two.
pub(crate) fn display_width(text: &str) -> usize {
    text.chars()
        .map(|c| if c < '\u{1100}' { 1 } else { 2 })
        .sum()
}

/// What a cell of a width has room for in a line, in spreadsheet characters.
pub(crate) fn room(width: f64) -> f64 {
    (width - as_f64(MARGIN)).max(1.0)
}

/// How many lines a text takes in a cell of that width, in spreadsheet characters.
pub(crate) fn lines_needed(text: &str, width: f64) -> f64 {
    let room = room(width);
    let lines = text
        .lines()
        .map(|line| (as_f64(display_width(line)) / room).ceil().max(1.0));
    lines.sum::<f64>().max(1.0)
}

/// A width as the workbook library takes it.
pub(crate) fn as_f64(width: usize) -> f64 {
    u32::try_from(width).map_or(f64::MAX, f64::from)
}
