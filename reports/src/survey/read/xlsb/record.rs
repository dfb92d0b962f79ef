//! Records: a number, a length, and that many bytes.

use std::io::{BufReader, Read};

use super::super::super::raw::Refusal;
use super::super::biff::u32_at;
use crate::untrusted::package::refusal;

/// Bytes of the longest record; a cell has at most 32,767 characters.
const LONGEST: usize = 4_194_304;

/// Records one after another.
pub(super) struct Records<R> {
    input: BufReader<R>,
    record: Vec<u8>,
}

impl<R: Read> Records<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input: BufReader::with_capacity(128 << 10, input),
            record: Vec::new(),
        }
    }

    /// The next record, with its number.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<(u16, &[u8])>, Refusal> {
        let Some(first) = self.byte()? else {
            return Ok(None);
        };
        let mut kind = u16::from(first);
        if first & 0x80 != 0 {
            let second = self.byte()?.ok_or(Refusal::Damaged)?;
            kind = kind & 0x7F | u16::from(second & 0x7F) << 7;
        }
        let mut length = 0_usize;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?.ok_or(Refusal::Damaged)?;
            length |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        if length > LONGEST {
            return Err(Refusal::Damaged);
        }
        self.record.resize(length, 0);
        self.input.read_exact(&mut self.record).map_err(refusal)?;
        Ok(Some((kind, &self.record)))
    }

    #[inline]
    fn byte(&mut self) -> Result<Option<u8>, Refusal> {
        let mut byte = [0];
        let read = self.input.read(&mut byte).map_err(refusal)?;
        Ok((read == 1).then_some(byte[0]))
    }
}

/// A text of two bytes a character behind its length, and where it ends; a length of all ones is no text.
pub(super) fn wide(record: &[u8], at: usize) -> Result<(String, usize), Refusal> {
    let length = u32_at(record, at)?;
    let start = at + 4;
    if length == u32::MAX {
        return Ok((String::new(), start));
    }
    let bytes = usize::try_from(length)
        .ok()
        .and_then(|length| length.checked_mul(2));
    let end = bytes.and_then(|bytes| bytes.checked_add(start));
    let end = end.ok_or(Refusal::Damaged)?;
    let units = record.get(start..end).ok_or(Refusal::Damaged)?;
    let units = units.chunks_exact(2).map(|pair| match pair {
        [low, high] => u16::from_le_bytes([*low, *high]),
        _ => 0,
    });
    let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
    Ok((text.collect(), end))
}
