//! In which encoding a text is written, and its bytes as UTF-8 while they come. A mark at the start decides; without one a
//! text is UTF-8 if enough of it from its first Chinese character on is, else GB18030, which spreadsheets in Chinese
//! offices write. `联通` alone in GB18030 is UTF-8 too, so one character never decides.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::known;
use crate::survey::raw::Refusal;

/// Bytes that are asked for at a time.
const CHUNK: usize = 64 << 10;
/// Bytes from the first Chinese character on that decide.
const DECIDING: usize = 4 << 20;

/// A whole text that is in memory.
pub(crate) fn all(bytes: &[u8]) -> Result<String, Refusal> {
    let mut text = String::with_capacity(bytes.len());
    Decoded::new(bytes)
        .read_to_string(&mut text)
        .map_err(super::package::refusal)?;
    Ok(text)
}

/// Reads bytes of any known encoding as UTF-8.
pub(crate) struct Decoded<R> {
    input: R,
    raw: Vec<u8>,
    decoder: Option<Decoder>,
    begun: bool,
    ended: bool,
    text: Vec<u8>,
    at: usize,
}

impl<R: Read> Decoded<R> {
    pub(crate) const fn new(input: R) -> Self {
        Self {
            input,
            raw: Vec::new(),
            decoder: None,
            begun: false,
            ended: false,
            text: Vec::new(),
            at: 0,
        }
    }

    /// Asks for more raw bytes, up to a number of them in all.
    fn gather(&mut self, most: usize) -> io::Result<()> {
        while !self.ended && self.raw.len() < most {
            let wanted = (most - self.raw.len()) as u64;
            let read = (&mut self.input).take(wanted).read_to_end(&mut self.raw)?;
            self.ended = read == 0;
        }
        Ok(())
    }

    /// Makes the next text ready; none is left where it stays empty.
    fn advance(&mut self) -> io::Result<()> {
        self.text.clear();
        self.at = 0;
        while self.text.is_empty() && !(self.ended && self.raw.is_empty() && self.decoder.is_none())
        {
            self.gather(CHUNK)?;
            if !self.begun {
                self.begun = true;
                self.begin()?;
                continue;
            }
            if self.decoder.is_some() {
                self.decode()?;
                if self.ended && self.raw.is_empty() {
                    self.decoder = None;
                }
                continue;
            }
            let plain = self.raw.iter().position(|byte| !byte.is_ascii());
            match plain {
                Some(0) => self.decide()?,
                Some(at) => self.text.extend(self.raw.drain(..at)),
                None => self.text.append(&mut self.raw),
            }
            if self.text.contains(&0) {
                return Err(io::Error::other(known::binary()));
            }
        }
        Ok(())
    }

    /// Looks for a mark, or for the zeros of UTF-16 without one.
    fn begin(&mut self) -> io::Result<()> {
        if let Some((encoding, mark)) = Encoding::for_bom(&self.raw) {
            self.raw.drain(..mark);
            self.decoder = Some(encoding.new_decoder_without_bom_handling());
            return Ok(());
        }
        let zeros = |rest: usize| {
            let places = self.raw.iter().skip(rest).step_by(2);
            places.filter(|byte| **byte == 0).count()
        };
        // Every comma and line end of UTF-16 has one; a stray one is no sign of it.
        let enough = self.raw.len() / 64 + 1;
        let encoding = match (zeros(0), zeros(1)) {
            (0, 0) => return Ok(()),
            (0, zeros) if zeros >= enough => UTF_16LE,
            (zeros, 0) if zeros >= enough => UTF_16BE,
            _ => return Err(io::Error::other(known::binary())),
        };
        self.decoder = Some(encoding.new_decoder_without_bom_handling());
        Ok(())
    }

    fn decide(&mut self) -> io::Result<()> {
        self.gather(DECIDING)?;
        let utf8 = match std::str::from_utf8(&self.raw) {
            Ok(_) => true,
            // A character that goes on behind what was read.
            Err(fault) => fault.error_len().is_none() && !self.ended,
        };
        let encoding = if utf8 { UTF_8 } else { GB18030 };
        self.decoder = Some(encoding.new_decoder_without_bom_handling());
        Ok(())
    }

    fn decode(&mut self) -> io::Result<()> {
        let Some(decoder) = &mut self.decoder else {
            return Ok(());
        };
        let rest = self
            .raw
            .get(..self.raw.len().min(CHUNK))
            .unwrap_or_default();
        let last = self.ended && rest.len() == self.raw.len();
        let room = decoder.max_utf8_buffer_length_without_replacement(rest.len());
        self.text.resize(room.unwrap_or(CHUNK * 4), 0);
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(rest, &mut self.text, last);
        self.text.truncate(written);
        self.raw.drain(..read);
        if matches!(result, DecoderResult::Malformed(..)) {
            return Err(io::Error::other(Refusal::Encoding));
        }
        if self.text.contains(&0) {
            return Err(io::Error::other(known::binary()));
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.text.len() {
            self.advance()?;
        }
        let mut rest = self.text.get(self.at..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One byte at a time, so that every character is cut.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = buffer.len().min(1);
            self.0.read(buffer.get_mut(..most).unwrap_or_default())
        }
    }

    fn both(bytes: &[u8]) -> String {
        let whole = all(bytes).unwrap();
        let mut slow = String::new();
        Decoded::new(Slow(bytes)).read_to_string(&mut slow).unwrap();
        assert_eq!(whole, slow);
        whole
    }

    #[test]
    fn every_encoding_is_known() {
        let text = "序号,姓名\r\n1,张三 𠮷\r\n";
        assert_eq!(both(text.as_bytes()), text);
        assert_eq!(both(format!("\u{feff}{text}").as_bytes()), text);
        let (gb, ..) = GB18030.encode(text);
        assert_eq!(both(&gb), text);
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(both(&little), text);
        assert_eq!(both(&[b"\xFF\xFE", little.as_slice()].concat()), text);
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(both(&big), text);
        assert_eq!(both(&[b"\xFE\xFF", big.as_slice()].concat()), text);
    }

    #[test]
    fn a_first_word_that_is_both_does_not_decide() {
        let text = format!("{}联通,电信\n", "1,2\n".repeat(50_000));
        let (gb, ..) = GB18030.encode(&text);
        assert_eq!(both(&gb), text);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(all(b"\xFF\xFF\xFF\xFF"), Err(Refusal::Encoding));
        assert!(matches!(all(b"ab\0\0c"), Err(Refusal::Foreign(_))));
        assert_eq!(all(&[0xE4, 0xB8, 0xFF]), Err(Refusal::Encoding));
    }
}
