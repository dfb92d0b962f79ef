//! The writing of a cell: what cannot be seen goes, wide letters and digits become narrow, and what kept a number a text is
//! taken off. Most cells need none of it, which a look at their bytes tells.

use std::borrow::Cow;

/// A cell's text without blanks around it, without marks that nobody sees, with line feeds kept.
pub(in crate::survey) fn tidy(raw: &str) -> Cow<'_, str> {
    if is_plain(raw) {
        return Cow::Borrowed(raw.trim_ascii());
    }
    let mut text = String::with_capacity(raw.len());
    for character in raw.chars() {
        match character {
            '\n' | '\u{B}' | '\u{2028}' | '\u{2029}' => text.push('\n'),
            other if other.is_whitespace() && other != '\r' => text.push(' '),
            other if is_unseen(other) => {}
            '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}' => {
                text.extend(char::from_u32(u32::from(character) - 0xFEE0));
            }
            other => text.push(other),
        }
    }
    Cow::Owned(unwrapped(text.trim()).to_owned())
}

/// Whether a look at the bytes shows that there is nothing to mend but spaces around it.
fn is_plain(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    // E2 and EF begin the marks without width, the wide forms and the curly signs; C2 the no-break space.
    let odd = |byte: &u8| *byte < 0x20 || matches!(*byte, 0x7F | 0xC2 | 0xE2 | 0xEF);
    let starts_odd = matches!(bytes.first(), Some(b'\'' | b'=' | b'`' | b' '));
    !starts_odd && !bytes.iter().any(odd) && !raw.contains('\u{3000}')
}

/// Control characters and marks without width.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
                | '\u{FEFF}' | '\u{FE0F}'
        )
}

/// A text without what keeps a number a text in a spreadsheet: `'330…`, `="330…"`.
fn unwrapped(text: &str) -> &str {
    let inner = text
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'));
    if let Some(inner) = inner {
        return inner.trim();
    }
    let rest = text.trim_start_matches(['\'', '`']);
    let curly = rest.trim_start_matches(['‘', '’']);
    if curly.starts_with(|c: char| c.is_ascii_digit()) {
        return curly.trim();
    }
    // A text that is nothing but signs may be the sign for what stands above.
    if rest.is_empty() { text } else { rest.trim() }
}

/// A text on one line: a line feed between Chinese characters was a wrap, any other is a space.
pub(super) fn line(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') && !text.contains("  ") {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len());
    for part in text.split_whitespace() {
        let wide = |character: Option<char>| character.is_none_or(|c| !c.is_ascii());
        let joins = wide(line.chars().last()) && wide(part.chars().next());
        let at = part.as_ptr() as usize - text.as_ptr() as usize;
        let before = text.get(..at).unwrap_or_default();
        let wrapped = before.trim_end_matches(' ').ends_with('\n');
        let closes = line.is_empty() || (joins && wrapped);
        if !closes {
            line.push(' ');
        }
        line.push_str(part);
    }
    Cow::Owned(line)
}

/// Half-width in full: signs too, as numbers and days are written.
pub(super) fn narrow(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let narrow = text.chars().map(|character| match character {
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character)
        }
        other => other,
    });
    Cow::Owned(narrow.collect())
}

/// The parts of a cell that holds several values, by the signs that offices put between them.
pub(super) fn parts(text: &str) -> Vec<String> {
    let separates = |c: char| {
        matches!(
            c,
            '、' | '/' | '／' | '；' | ';' | '，' | ',' | '\n' | '|' | '｜'
        )
    };
    let parts = text.split(separates).map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether a text says that it stands for more than it names: 张三等3人, 李四等多人.
pub(super) fn and_others(text: &str) -> bool {
    text.match_indices('等').any(|(at, _)| {
        let rest = text.get(at + '等'.len_utf8()..).unwrap_or_default().trim();
        let counted = |c: char| c.is_ascii_digit() || "一二两三四五六七八九十多数几".contains(c);
        let after = rest.trim_start_matches(counted).trim_start();
        rest.is_empty()
            || (after.len() < rest.len() && after.starts_with(['人', '名', '位', '个', '家']))
            || rest.starts_with("等")
    })
}
