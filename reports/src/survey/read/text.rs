//! Values with a separator, a line a row, as spreadsheets write and read them: blank lines are rows of their own, a value in
//! quotes may hold separators and line ends, and a quote that never ends is damage, because it would swallow the rows behind.

use std::io::Read;

use memchr::{memchr, memchr3};

use super::super::raw::{Cell, Format, Refusal, Row, Sheet, Value};
use super::{Out, Stop, limits};
use crate::untrusted::decode::Decoded;
use crate::untrusted::package::{refusal, too_large};

/// Bytes that are looked at for the separator, and asked for at a time.
const WINDOW: usize = 64 << 10;
/// Lines that are looked at for it; the first are often a title.
const LINES: usize = 40;

/// Reads a text.
pub(super) fn read(input: impl Read, out: &mut Out<'_>) -> Result<(), Stop> {
    let mut lines = Lines {
        input: Decoded::new(input),
        window: Vec::new(),
        at: 0,
        most: usize::try_from(out.limits.row_bytes).unwrap_or(usize::MAX),
    };
    while lines.rest().trim_ascii().is_empty() {
        if !lines.more()? {
            return Err(Refusal::Empty.into());
        }
    }
    out.format(Format::Text)?;
    out.sheet(Sheet::default())?;
    let separator = lines.separator();
    let mut row = Row::default();
    while lines.row(separator, &mut row, out)? {
        let next = Row {
            index: row.index.checked_add(1).ok_or(Refusal::Damaged)?,
            cells: Vec::with_capacity(row.cells.len()),
            ..Row::default()
        };
        out.row(std::mem::replace(&mut row, next))?;
    }
    Ok(())
}

struct Lines<R> {
    input: Decoded<R>,
    window: Vec<u8>,
    at: usize,
    /// Bytes of a row.
    most: usize,
}

impl<R: Read> Lines<R> {
    fn rest(&self) -> &[u8] {
        self.window.get(self.at..).unwrap_or_default()
    }

    /// Asks for more text behind what is left.
    fn more(&mut self) -> Result<bool, Refusal> {
        self.window.drain(..self.at);
        self.at = 0;
        // A quarter beside, for the quotes that a value needs around and in it.
        if self.window.len() > self.most.saturating_mul(2).max(WINDOW) {
            return Err(too_large((limits::ROW_BYTES, self.most as u64)));
        }
        let mut next = (&mut self.input).take(WINDOW as u64);
        let read = next.read_to_end(&mut self.window).map_err(refusal)?;
        Ok(read > 0)
    }

    /// The separator that the first lines have most of outside of quotes, or that the first line names, as Excel knows it.
    fn separator(&mut self) -> u8 {
        let rest = self.rest();
        let line = rest.get(..memchr(b'\n', rest).unwrap_or(rest.len()));
        let line = line.unwrap_or_default();
        if let [b'=', named, end @ ..] = line.strip_prefix(b"sep").unwrap_or_default()
            && matches!(end, [] | [b'\r'])
        {
            let named = *named;
            self.at += (line.len() + 1).min(self.rest().len());
            return named;
        }
        let (mut quoted, mut lines) = (false, 0);
        let mut counts = [(b',', 0_u32), (b'\t', 0), (b';', 0), (b'|', 0)];
        for byte in rest {
            match byte {
                b'"' => quoted = !quoted,
                b'\n' if !quoted => lines += 1,
                _ => {}
            }
            if lines == LINES {
                break;
            }
            let known = counts.iter_mut().find(|(separator, _)| separator == byte);
            if let Some((_, count)) = known.filter(|_| !quoted) {
                *count += 1;
            }
        }
        let most = counts.into_iter().rev().max_by_key(|(_, count)| *count);
        most.map_or(b',', |(separator, _)| separator)
    }

    /// Reads a row; there was none where it says no.
    fn row(&mut self, separator: u8, row: &mut Row, out: &Out<'_>) -> Result<bool, Stop> {
        if self.rest().is_empty() && !self.more()? {
            return Ok(false);
        }
        let mut column = 0;
        loop {
            let (text, end) = self.value(separator)?;
            if !text.is_empty() {
                let cell = Cell {
                    column,
                    value: Value::Text(text),
                    formula: false,
                };
                out.cell(row, cell)?;
            }
            match end {
                Some(byte) if byte == separator => column += 1,
                _ => return Ok(true),
            }
        }
    }

    /// A value, and the separator or line end behind it.
    fn value(&mut self, separator: u8) -> Result<(String, Option<u8>), Refusal> {
        let mut text = Vec::new();
        if self.rest().is_empty() {
            self.more()?;
        }
        if self.rest().first() == Some(&b'"') {
            self.at += 1;
            self.quoted(&mut text)?;
        }
        // What follows on a quoted value before the separator belongs to it.
        let end = self.plain(separator, &mut text)?;
        let text = String::from_utf8(text).map_err(|_| Refusal::Encoding)?;
        Ok((text, end))
    }

    fn plain(&mut self, separator: u8, text: &mut Vec<u8>) -> Result<Option<u8>, Refusal> {
        let mut from = 0;
        loop {
            let rest = self.rest();
            let behind = rest.get(from..).unwrap_or_default();
            let Some(at) = memchr3(separator, b'\n', b'\r', behind) else {
                from = rest.len();
                if self.more()? {
                    continue;
                }
                text.extend_from_slice(self.rest());
                self.at = self.window.len();
                return Ok(None);
            };
            let at = from + at;
            let end = rest.get(at).copied();
            text.extend_from_slice(rest.get(..at).unwrap_or_default());
            self.at += at + 1;
            if end == Some(b'\r') {
                if self.rest().is_empty() {
                    self.more()?;
                }
                if self.rest().first() == Some(&b'\n') {
                    self.at += 1;
                }
            }
            return Ok(end);
        }
    }

    fn quoted(&mut self, text: &mut Vec<u8>) -> Result<(), Refusal> {
        loop {
            let rest = self.rest();
            let Some(at) = memchr(b'"', rest) else {
                text.extend_from_slice(rest);
                self.at = self.window.len();
                if text.len() > self.most {
                    return Err(too_large((limits::ROW_BYTES, self.most as u64)));
                }
                if self.more()? {
                    continue;
                }
                return Err(Refusal::Damaged);
            };
            text.extend_from_slice(rest.get(..at).unwrap_or_default());
            self.at += at + 1;
            if self.rest().is_empty() {
                self.more()?;
            }
            if self.rest().first() != Some(&b'"') {
                return Ok(());
            }
            text.push(b'"');
            self.at += 1;
        }
    }
}
