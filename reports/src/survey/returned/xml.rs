//! Small things of spreadsheet XML: names with their prefix, attributes set without touching the others, texts as cells
//! can hold them, and addresses of cells.

use std::borrow::Cow;
use std::fmt::Write as _;

use quick_xml::escape::partial_escape;
use quick_xml::events::BytesStart;

use super::{MOST_COLUMNS, ReturnError};
use crate::text::{MAX_CELL_UNITS, cell_text, units};

/// Rows that a sheet can have.
const MOST_ROWS: u32 = 1_048_576;

/// A name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The prefix of a name with its colon, or nothing.
pub(super) fn prefix(name: &str) -> &str {
    name.len()
        .checked_sub(local(name).len())
        .and_then(|end| name.get(..end))
        .unwrap_or_default()
}

/// An attribute's value as it is written.
pub(super) fn attribute<'a>(
    start: &'a BytesStart<'_>,
    key: &str,
) -> Result<Option<Cow<'a, str>>, ReturnError> {
    Ok(start.try_get_attribute(key)?.map(|found| found.value))
}

/// An attribute's number.
pub(super) fn number(start: &BytesStart<'_>, key: &str) -> Result<Option<u32>, ReturnError> {
    Ok(attribute(start, key)?.and_then(|value| value.trim().parse().ok()))
}

/// An element's start with some attributes set, or taken away where there is no value; the others stay as they are.
pub(super) fn changed(
    start: &BytesStart<'_>,
    changes: &[(&str, Option<&str>)],
) -> Result<BytesStart<'static>, ReturnError> {
    let name = start.name().0.to_owned();
    let mut content = name.clone();
    let mut put = |key: &str, value: &str| {
        let quote = if value.contains('"') { '\'' } else { '"' };
        // Writing into a text does not fail.
        let _ = write!(content, " {key}={quote}{value}{quote}");
    };
    for found in start.attributes().with_checks(false) {
        let found = found?;
        if !changes.iter().any(|(key, _)| *key == found.key.0) {
            put(found.key.0, &found.value);
        }
    }
    for (key, value) in changes {
        if let Some(value) = value {
            put(key, value);
        }
    }
    let length = name.len();
    Ok(BytesStart::from_content(content, length))
}

/// A text as XML of a spreadsheet holds it: clipped to what a cell takes, without characters that XML cannot carry, and with
/// `_x0041_` of the text itself kept from being read as a letter.
pub(super) fn text(text: &str) -> String {
    let clipped = clip(text);
    let legal = cell_text(&clipped);
    partial_escape(unread(&legal)).into_owned()
}

/// A text that no cell is too small for.
pub(super) fn clip(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_CELL_UNITS || units(text) <= MAX_CELL_UNITS {
        return Cow::Borrowed(text);
    }
    let mut left = MAX_CELL_UNITS - 1;
    let kept = text.chars().take_while(|c| {
        let fits = c.len_utf16() <= left;
        left = left.saturating_sub(c.len_utf16());
        fits
    });
    Cow::Owned(kept.chain(std::iter::once('…')).collect())
}

fn unread(text: &str) -> Cow<'_, str> {
    let escaped = |at: usize| {
        let bytes = text.as_bytes().get(at..at + 7);
        bytes.is_some_and(|bytes| match bytes {
            [b'_', b'x', digits @ .., b'_'] => digits.iter().all(u8::is_ascii_hexdigit),
            _ => false,
        })
    };
    let places: Vec<usize> = text
        .match_indices("_x")
        .map(|(at, _)| at)
        .filter(|at| escaped(*at))
        .collect();
    if places.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut safe, mut from) = (String::new(), 0);
    for at in places {
        safe.push_str(text.get(from..at).unwrap_or_default());
        safe.push_str("_x005F");
        from = at;
    }
    safe.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(safe)
}

/// The letters of a column, counted from 0.
pub(super) fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let digit = (rest - 1) % 26;
        letters.push(char::from(b'A' + u8::try_from(digit).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// The row from 1 and the column from 0 of an address such as `C5` or `$C$5`.
pub(super) fn place(address: &str) -> Option<(u32, u32)> {
    let bare = address.trim().replace('$', "");
    let split = bare.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = bare.split_at(split);
    let mut column = 0_u32;
    for c in letters.bytes() {
        let digit = c.to_ascii_uppercase().checked_sub(b'A')?;
        if digit >= 26 || column > MOST_COLUMNS {
            return None;
        }
        column = column * 26 + u32::from(digit) + 1;
    }
    let row: u32 = digits.parse().ok()?;
    let inside = (1..=MOST_COLUMNS).contains(&column) && (1..=MOST_ROWS).contains(&row);
    inside.then(|| (row, column - 1))
}
