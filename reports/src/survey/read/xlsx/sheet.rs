//! One sheet: its hidden columns, then row after row.

use std::io::Read;

use memchr::memmem;

use super::super::super::raw::{Cell, Refusal, Row, Sheet, Span, Value};
use super::super::book::Book;
use super::super::xml::{Attributes, Scanner, Tag, Token};
use super::super::{Out, Stop, limits, moment};
use super::{is_on, shared};
use crate::untrusted::package::{Unpacked, refusal, too_large};

/// Rows and columns that a sheet of this format can have.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

/// Reads a sheet of which all but the hidden columns is known.
pub(super) fn read(
    part: Unpacked<'_, '_>,
    book: &Book,
    mut sheet: Sheet,
    out: &mut Out<'_>,
) -> Result<(), Stop> {
    let mut xml = Scanner::new(part)?;
    loop {
        match xml.token()? {
            Token::Open(tag) => match tag.name {
                b"col" => hidden(tag, &mut sheet)?,
                b"sheetData" => {
                    let empty = tag.empty;
                    out.sheet(sheet)?;
                    if empty {
                        return Ok(());
                    }
                    break;
                }
                _ => {}
            },
            Token::End => return Err(Refusal::Damaged.into()),
            _ => {}
        }
    }
    let mut rows = Rows {
        xml,
        book,
        text: String::new(),
        next: 0,
        width: 0,
    };
    while let Some(row) = rows.row(out)? {
        out.row(row)?;
    }
    Ok(())
}

fn hidden(tag: Tag<'_>, sheet: &mut Sheet) -> Result<(), Refusal> {
    if !tag
        .attribute(b"hidden")?
        .is_some_and(|text| is_on(text.as_bytes()))
    {
        return Ok(());
    }
    let place = |name| -> Result<u32, Refusal> {
        let text = tag.attribute(name)?.unwrap_or_default();
        let place: u32 = text.parse().map_err(|_| Refusal::Damaged)?;
        place.checked_sub(1).ok_or(Refusal::Damaged)
    };
    sheet.hidden_columns.push((place(b"min")?, place(b"max")?));
    if sheet.hidden_columns.len() > COLUMNS as usize {
        return Err(Refusal::Damaged);
    }
    Ok(())
}

/// How the value of a cell is written.
#[derive(Clone, Copy)]
enum Written {
    Number,
    Shared,
    Text,
    Inline,
    Flag,
    Fault,
    Day,
}

/// What a cell says of itself before its value.
struct Place {
    column: Option<u32>,
    style: usize,
    written: Written,
}

struct Rows<'a, R> {
    xml: Scanner<R>,
    book: &'a Book,
    text: String,
    /// The first row that may come.
    next: u32,
    /// Cells of the last row, which the next one will have too.
    width: usize,
}

impl<R: Read> Rows<'_, R> {
    /// The next row; none is left at the end of the rows.
    fn row(&mut self, out: &Out<'_>) -> Result<Option<Row>, Stop> {
        let mut row = Row::default();
        loop {
            match self.xml.token()? {
                Token::Open(tag) if tag.name == b"row" => {
                    row.index = self.next;
                    for (name, value) in tag.attributes() {
                        match name {
                            b"r" => row.index = counted(value, ROWS).ok_or(Refusal::Damaged)?,
                            b"hidden" => row.hidden = is_on(value),
                            _ => {}
                        }
                    }
                    // Rows that are not in their order would be told in a wrong one.
                    if row.index < self.next || row.index >= ROWS {
                        return Err(Refusal::Damaged.into());
                    }
                    self.next = row.index + 1;
                    if !tag.empty {
                        break;
                    }
                }
                Token::Open(tag) if !tag.empty => self.xml.skip()?,
                Token::Close(b"sheetData") => return Ok(None),
                Token::End => return Err(Refusal::Damaged.into()),
                _ => {}
            }
        }
        row.cells.reserve(self.width);
        self.cells(&mut row, out)?;
        self.width = row.cells.len();
        Ok(Some(row))
    }

    fn cells(&mut self, row: &mut Row, out: &Out<'_>) -> Result<(), Stop> {
        let mut next = 0;
        loop {
            match self.xml.token()? {
                Token::Open(tag) if tag.name == b"c" => {
                    let place = place(tag.attributes())?;
                    let column = place.column.unwrap_or(next);
                    next = column + 1;
                    if column >= COLUMNS {
                        return Err(Refusal::Damaged.into());
                    }
                    if tag.empty {
                        continue;
                    }
                    let (value, formula) = self.value(&place)?;
                    if let Some(value) = value {
                        let cell = Cell {
                            column,
                            value,
                            formula,
                        };
                        out.cell(row, cell)?;
                    }
                }
                Token::Open(tag) if !tag.empty => self.xml.skip()?,
                Token::Close(_) => return Ok(()),
                Token::End => return Err(Refusal::Damaged.into()),
                _ => {}
            }
        }
    }

    /// What stands in the cell that was opened last, and whether a formula made it.
    #[inline]
    fn value(&mut self, place: &Place) -> Result<(Option<Value>, bool), Refusal> {
        self.text.clear();
        let (mut there, mut formula) = (false, false);
        loop {
            match self.xml.token()? {
                Token::Open(tag) => {
                    let empty = tag.empty;
                    match tag.name {
                        b"v" => {
                            there = true;
                            if !empty {
                                self.xml.text(&mut self.text)?;
                            }
                        }
                        b"is" if !empty => {
                            there = true;
                            shared::text(&mut self.xml, &mut self.text)?;
                        }
                        b"f" => {
                            formula = true;
                            if !empty {
                                self.xml.skip()?;
                            }
                        }
                        _ if !empty => self.xml.skip()?,
                        _ => {}
                    }
                }
                Token::Close(_) => break,
                Token::End => return Err(Refusal::Damaged),
                _ => {}
            }
        }
        let mut value = if there { self.meant(place)? } else { None };
        if value.is_none() && formula && !matches!(place.written, Written::Text) {
            // It was never calculated: something stands there, and nobody knows what.
            value = Some(Value::Text(String::new()));
        }
        Ok((value, formula))
    }

    #[inline]
    fn meant(&self, place: &Place) -> Result<Option<Value>, Refusal> {
        let text = self.text.as_str();
        let value = match place.written {
            Written::Shared => {
                let number = text.trim().parse().map_err(|_| Refusal::Damaged)?;
                let text = self.book.strings.get(number).ok_or(Refusal::Damaged)?;
                Value::Text(text.to_owned())
            }
            Written::Text | Written::Inline => Value::Text(shared::plain(text).into_owned()),
            _ if text.is_empty() => return Ok(None),
            Written::Flag => Value::Flag(matches!(text.trim(), "1" | "true" | "TRUE")),
            Written::Fault => Value::Fault(text.to_owned()),
            Written::Day => moment::iso(text),
            Written::Number => match text.trim().parse() {
                Ok(found) => self.book.number(place.style, found),
                Err(_) => Value::Text(text.to_owned()),
            },
        };
        let nothing = matches!(&value, Value::Text(text) if text.is_empty());
        Ok((!nothing).then_some(value))
    }
}

#[inline]
fn place(attributes: Attributes<'_>) -> Result<Place, Refusal> {
    let mut place = Place {
        column: None,
        style: 0,
        written: Written::Number,
    };
    for (name, value) in attributes {
        match name {
            b"r" => place.column = Some(column(value).ok_or(Refusal::Damaged)?.0),
            b"s" => {
                let style = std::str::from_utf8(value).ok();
                place.style = style.and_then(|style| style.parse().ok()).unwrap_or(0);
            }
            b"t" => {
                place.written = match value {
                    b"s" => Written::Shared,
                    b"str" => Written::Text,
                    b"inlineStr" => Written::Inline,
                    b"b" => Written::Flag,
                    b"e" => Written::Fault,
                    b"d" => Written::Day,
                    _ => Written::Number,
                }
            }
            _ => {}
        }
    }
    Ok(place)
}

/// A column by its letters, counted from 0, and what is behind them.
fn column(reference: &[u8]) -> Option<(u32, &[u8])> {
    let mut column = 0_u32;
    let mut rest = reference;
    while let [letter, behind @ ..] = rest {
        if !letter.is_ascii_alphabetic() {
            break;
        }
        let letter = u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        column = column.checked_mul(26)?.checked_add(letter)?;
        rest = behind;
    }
    Some((column.checked_sub(1)?, rest))
}

/// A place counted from 1 in the file, counted from 0.
fn counted(digits: &[u8], most: u32) -> Option<u32> {
    let number: u32 = std::str::from_utf8(digits).ok()?.trim().parse().ok()?;
    (number <= most).then_some(number)?.checked_sub(1)
}

/// The merged cells, which stand behind the rows.
pub(super) fn merges(part: Unpacked<'_, '_>, most: u64) -> Result<Vec<Span>, Refusal> {
    merged(part, most)
}

fn merged(mut part: impl Read, most: u64) -> Result<Vec<Span>, Refusal> {
    const WORD: &[u8] = b"mergeCell ";
    /// Bytes that a tag with its reference may have, prefix included.
    const TAG: usize = 1_024;
    let finder = memmem::Finder::new(WORD);
    let mut merges = Vec::new();
    let mut window = vec![0; 256 << 10];
    let mut kept = 0;
    loop {
        let room = window.get_mut(kept..).unwrap_or_default();
        let read = part.read(room).map_err(refusal)?;
        let filled = kept + read;
        let bytes = window.get(..filled).unwrap_or_default();
        // A tag that may go on behind the window waits for the next one.
        let certain = if read == 0 {
            filled
        } else {
            filled.saturating_sub(TAG)
        };
        let mut from = 0;
        while let Some(at) = finder.find(bytes.get(from..).unwrap_or_default()) {
            let at = from + at;
            if at >= certain {
                break;
            }
            let (before, behind) = bytes.split_at_checked(at).ok_or(Refusal::Damaged)?;
            merges.extend(is_tag(before).then(|| span_of(behind)).flatten());
            if merges.len() as u64 > most {
                return Err(too_large((limits::MERGES, most)));
            }
            from = at + WORD.len();
        }
        if read == 0 {
            return Ok(merges);
        }
        // What stands before a tag is its prefix.
        let keep = from.max(certain.saturating_sub(TAG)).min(filled);
        window.copy_within(keep..filled, 0);
        kept = filled - keep;
    }
}

/// Whether a name follows on `<` and perhaps a prefix; in a text `<` is never written so.
fn is_tag(before: &[u8]) -> bool {
    let mut before = before.iter().rev();
    match before.next() {
        Some(b'<') => true,
        Some(b':') => before.find(|byte| !byte.is_ascii_alphanumeric()) == Some(&b'<'),
        _ => false,
    }
}

fn span_of(tag: &[u8]) -> Option<Span> {
    let end = memchr::memchr(b'>', tag)?;
    let tag = tag.get(..end)?;
    let at = memmem::find(tag, b"ref=")?;
    let (quote, rest) = tag.get(at + 4..)?.split_first()?;
    let reference = rest.get(..memchr::memchr(*quote, rest)?)?;
    let colon = memchr::memchr(b':', reference)?;
    let (first, last) = reference.split_at_checked(colon)?;
    let (left, top) = column(first)?;
    let (right, bottom) = column(last.get(1..)?)?;
    let (top, bottom) = (counted(top, ROWS)?, counted(bottom, ROWS)?);
    Some(Span {
        top: top.min(bottom),
        left: left.min(right),
        bottom: top.max(bottom),
        right: left.max(right),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(top: u32, left: u32, bottom: u32, right: u32) -> Span {
        Span {
            top,
            left,
            bottom,
            right,
        }
    }

    #[test]
    fn merged_cells_are_found_wherever_the_window_ends() {
        let rows = "<row><c><v>1</v></c></row>";
        for before in (0..3_000).step_by(37) {
            let filler = "x".repeat((256 << 10) - 1_500 + before);
            let xml = format!(
                "{filler}{rows}<mergeCells count=\"2\"><mergeCell ref=\"A1:B2\"/><x:mergeCell xr:uid='a' ref='AA10:C3'/></mergeCells>"
            );
            let found = merged(xml.as_bytes(), 10).unwrap();
            assert_eq!(found, [span(0, 0, 1, 1), span(2, 2, 9, 26)], "{before}");
        }
    }

    #[test]
    fn what_is_written_in_a_cell_merges_nothing() {
        let xml = "<c><is><t>&lt;mergeCell ref=\"A1:B2\"/> mergeCell ref=\"A1:B2\"</t></is></c>";
        assert_eq!(merged(xml.as_bytes(), 10), Ok(Vec::new()));
    }

    #[test]
    fn columns_are_counted_by_their_letters() {
        assert_eq!(column(b"A1"), Some((0, &b"1"[..])));
        assert_eq!(column(b"XFD1048576"), Some((16_383, &b"1048576"[..])));
        assert_eq!(column(b"ZZZZZZZZZ1"), None);
        assert_eq!(column(b"12"), None);
    }
}
