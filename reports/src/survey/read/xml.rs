//! XML as the parts of workbooks use it, token after token out of a window of bounded size. It knows elements by the name
//! behind their prefix, because some programs write `<x:row>`; it holds no tree, opens nothing that is named and refuses
//! documents that declare types or entities of their own.

use std::io::Read;

use memchr::{memchr, memmem};

use super::super::raw::Refusal;
use crate::untrusted::package::refusal;

/// Bytes that the window has room for at first.
const WINDOW: usize = 128 << 10;
/// Bytes of the longest tag or text; a cell has at most 32,767 characters.
const LONGEST: usize = 4_194_304;

/// One token.
pub(super) enum Token<'a> {
    Open(Tag<'a>),
    /// The end of an element, by its local name.
    Close(&'a [u8]),
    /// Text as it is written, with its entities.
    Text(&'a [u8]),
    /// Text that stands for itself.
    Literal(&'a [u8]),
    End,
}

/// The start of an element.
#[derive(Clone, Copy)]
pub(super) struct Tag<'a> {
    /// The local name.
    pub(super) name: &'a [u8],
    rest: &'a [u8],
    /// Whether it ends at once.
    pub(super) empty: bool,
}

impl<'a> Tag<'a> {
    /// The attributes as they are written.
    pub(super) const fn attributes(self) -> Attributes<'a> {
        Attributes { rest: self.rest }
    }

    /// An attribute by its local name, without its entities.
    pub(super) fn attribute(self, name: &[u8]) -> Result<Option<String>, Refusal> {
        for (found, value) in self.attributes() {
            if local(found) == name && !found.starts_with(b"xmlns") {
                let mut text = String::with_capacity(value.len());
                unescape(value, &mut text)?;
                return Ok(Some(text));
            }
        }
        Ok(None)
    }
}

/// Attributes one after another.
pub(super) struct Attributes<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a [u8], &'a [u8]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let equals = memchr(b'=', self.rest)?;
        let name = self.rest.get(..equals)?.trim_ascii();
        let behind = self.rest.get(equals + 1..)?.trim_ascii_start();
        let (quote, behind) = behind.split_first()?;
        let end = memchr(*quote, behind)?;
        self.rest = behind.get(end + 1..)?;
        Some((name, behind.get(..end)?))
    }
}

enum Step {
    Open { start: usize, end: usize },
    Close { start: usize, end: usize },
    Text { start: usize, end: usize },
    Literal { start: usize, end: usize },
    End,
}

/// Reads tokens.
pub(super) struct Scanner<R> {
    input: R,
    window: Vec<u8>,
    at: usize,
    filled: usize,
    ended: bool,
}

impl<R: Read> Scanner<R> {
    pub(super) fn new(input: R) -> Result<Self, Refusal> {
        let mut scanner = Self {
            input,
            window: vec![0; WINDOW],
            at: 0,
            filled: 0,
            ended: false,
        };
        scanner.fill()?;
        if scanner.rest().starts_with(b"\xEF\xBB\xBF") {
            scanner.at = 3;
        }
        Ok(scanner)
    }

    /// The next token.
    #[inline]
    pub(super) fn token(&mut self) -> Result<Token<'_>, Refusal> {
        let step = self.step()?;
        let of = |start, end| self.window.get(start..end).unwrap_or_default();
        Ok(match step {
            Step::Open { start, end } => tag(of(start, end)),
            Step::Close { start, end } => Token::Close(local(of(start, end).trim_ascii_end())),
            Step::Text { start, end } => Token::Text(of(start, end)),
            Step::Literal { start, end } => Token::Literal(of(start, end)),
            Step::End => Token::End,
        })
    }

    /// The text of the element that was opened last, up to its end; of its children the same.
    pub(super) fn text(&mut self, into: &mut String) -> Result<(), Refusal> {
        let mut depth = 1_u32;
        loop {
            match self.token()? {
                Token::Open(tag) if !tag.empty => depth = depth.saturating_add(1),
                Token::Open(_) => {}
                Token::Close(_) => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                Token::Text(text) => unescape(text, into)?,
                Token::Literal(text) => into.push_str(utf8(text)?),
                Token::End => return Err(Refusal::Damaged),
            }
        }
    }

    /// Passes over the element that was opened last.
    pub(super) fn skip(&mut self) -> Result<(), Refusal> {
        let mut depth = 1_u32;
        while depth > 0 {
            match self.token()? {
                Token::Open(tag) if !tag.empty => depth = depth.saturating_add(1),
                Token::Close(_) => depth -= 1,
                Token::End => return Err(Refusal::Damaged),
                _ => {}
            }
        }
        Ok(())
    }

    #[inline]
    fn rest(&self) -> &[u8] {
        self.window.get(self.at..self.filled).unwrap_or_default()
    }

    #[inline]
    fn step(&mut self) -> Result<Step, Refusal> {
        loop {
            if self.at == self.filled && !self.fill()? {
                return Ok(Step::End);
            }
            if self.window.get(self.at) != Some(&b'<') {
                let length = match self.find(0, |rest| memchr(b'<', rest))? {
                    Some(length) => length,
                    None => self.filled - self.at,
                };
                let start = self.at;
                self.at += length;
                return Ok(Step::Text {
                    start,
                    end: self.at,
                });
            }
            if self.filled - self.at < 2 && !self.fill()? {
                return Err(Refusal::Damaged);
            }
            match self.window.get(self.at + 1) {
                Some(b'/') => {
                    let end = self.must(2, |rest| memchr(b'>', rest))?;
                    let start = self.at + 2;
                    self.at += end + 1;
                    return Ok(Step::Close {
                        start,
                        end: self.at - 1,
                    });
                }
                Some(b'?') => {
                    let end = self.must(2, |rest| memmem::find(rest, b"?>"))?;
                    self.at += end + 2;
                }
                Some(b'!') => {
                    if let Some(literal) = self.declaration()? {
                        return Ok(literal);
                    }
                }
                _ => {
                    let end = self.must(1, tag_end)?;
                    let start = self.at + 1;
                    self.at += end + 1;
                    return Ok(Step::Open {
                        start,
                        end: self.at - 1,
                    });
                }
            }
        }
    }

    /// A comment, which is passed over, or text that stands for itself.
    fn declaration(&mut self) -> Result<Option<Step>, Refusal> {
        const LITERAL: &[u8] = b"<![CDATA[";
        while self.filled - self.at < LITERAL.len() && self.fill()? {}
        if self.rest().starts_with(b"<!--") {
            let end = self.must(4, |rest| memmem::find(rest, b"-->"))?;
            self.at += end + 3;
            return Ok(None);
        }
        if self.rest().starts_with(LITERAL) {
            let end = self.must(LITERAL.len(), |rest| memmem::find(rest, b"]]>"))?;
            let (start, end) = (self.at + LITERAL.len(), self.at + end);
            self.at = end + 3;
            return Ok(Some(Step::Literal { start, end }));
        }
        Err(Refusal::Dangerous("a document type definition".to_owned()))
    }

    fn must(
        &mut self,
        from: usize,
        find: impl Fn(&[u8]) -> Option<usize>,
    ) -> Result<usize, Refusal> {
        self.find(from, find)?.ok_or(Refusal::Damaged)
    }

    /// Looks for something behind the place where the scanner stands, and asks for more bytes until it is there.
    #[inline]
    fn find(
        &mut self,
        from: usize,
        find: impl Fn(&[u8]) -> Option<usize>,
    ) -> Result<Option<usize>, Refusal> {
        loop {
            let rest = self.rest().get(from..).unwrap_or_default();
            if let Some(found) = find(rest) {
                return Ok(Some(found + from));
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// Asks for more bytes behind those that are left; nothing is left to ask for where it says no.
    #[cold]
    fn fill(&mut self) -> Result<bool, Refusal> {
        if self.ended {
            return Ok(false);
        }
        if self.at > 0 {
            self.window.copy_within(self.at..self.filled, 0);
            self.filled -= self.at;
            self.at = 0;
        }
        if self.filled == self.window.len() {
            if self.filled >= LONGEST {
                return Err(Refusal::Damaged);
            }
            self.window.resize(self.filled * 2, 0);
        }
        // As much as there is room for, because a scan that lacks the end of something begins anew each time.
        let room = self.window.get_mut(self.filled..).unwrap_or_default();
        let mut read = 0;
        while let Some(room) = room.get_mut(read..).filter(|room| !room.is_empty()) {
            let more = self.input.read(room).map_err(refusal)?;
            if more == 0 {
                self.ended = true;
                break;
            }
            read += more;
        }
        self.filled += read;
        Ok(read > 0)
    }
}

/// Where a tag ends, which is not inside of a quoted value.
#[inline]
fn tag_end(rest: &[u8]) -> Option<usize> {
    let mut quote = 0;
    for (place, byte) in rest.iter().enumerate() {
        match *byte {
            b'>' if quote == 0 => return Some(place),
            byte @ (b'"' | b'\'') => {
                if quote == 0 {
                    quote = byte;
                } else if quote == byte {
                    quote = 0;
                }
            }
            _ => {}
        }
    }
    None
}

#[inline]
fn tag(inside: &[u8]) -> Token<'_> {
    let (inside, empty) = match inside {
        [inside @ .., b'/'] => (inside, true),
        inside => (inside, false),
    };
    let end = inside.iter().position(u8::is_ascii_whitespace);
    let (name, rest) = inside
        .split_at_checked(end.unwrap_or(inside.len()))
        .unwrap_or_default();
    Token::Open(Tag {
        name: local(name),
        rest,
        empty,
    })
}

/// A name without its prefix.
#[inline]
pub(super) fn local(name: &[u8]) -> &[u8] {
    match name.iter().rposition(|byte| *byte == b':') {
        Some(colon) => name.get(colon + 1..).unwrap_or_default(),
        None => name,
    }
}

/// Text as bytes that must be UTF-8, as the parts of workbooks are.
pub(super) fn utf8(text: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(text).map_err(|_| Refusal::Damaged)
}

/// Adds a text with its entities resolved and its line ends as one character each.
pub(super) fn unescape(text: &[u8], into: &mut String) -> Result<(), Refusal> {
    let mut rest = utf8(text)?;
    while let Some(at) = rest.find(['&', '\r']) {
        let (plain, special) = rest.split_at(at);
        into.push_str(plain);
        if let Some(behind) = special.strip_prefix('\r') {
            into.push('\n');
            rest = behind.strip_prefix('\n').unwrap_or(behind);
            continue;
        }
        let (name, behind) = special
            .get(1..)
            .and_then(|name| name.split_once(';'))
            .ok_or(Refusal::Damaged)?;
        into.push(entity(name).ok_or(Refusal::Damaged)?);
        rest = behind;
    }
    into.push_str(rest);
    Ok(())
}

fn entity(name: &str) -> Option<char> {
    let code = match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        name => name.strip_prefix('#')?,
    };
    let code = match code.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => code.parse().ok()?,
    };
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(xml: &str) -> Result<String, Refusal> {
        let mut scanner = Scanner::new(xml.as_bytes())?;
        let mut told = String::new();
        loop {
            let token = match scanner.token()? {
                Token::Open(tag) => {
                    let name = utf8(tag.name)?;
                    let values: Vec<_> = tag
                        .attributes()
                        .map(|(name, value)| {
                            format!(" {}={}", utf8(name).unwrap(), utf8(value).unwrap())
                        })
                        .collect();
                    format!(
                        "[{name}{}{}]",
                        values.concat(),
                        if tag.empty { "/" } else { "" }
                    )
                }
                Token::Close(name) => format!("[/{}]", utf8(name)?),
                Token::Text(text) => {
                    let mut plain = String::new();
                    unescape(text, &mut plain)?;
                    plain
                }
                Token::Literal(text) => utf8(text)?.to_owned(),
                Token::End => return Ok(told),
            };
            told.push_str(&token);
        }
    }

    #[test]
    fn prefixes_quotes_comments_and_literals_are_known() {
        let told = told(
            "\u{feff}<?xml version='1.0'?><!-- <no> --><x:row r=\"1\" a='>\"'><c/>a&amp;&#x4e2d;\r\n<![CDATA[<&>]]></x:row >",
        );
        assert_eq!(told.unwrap(), "[row r=1 a=>\"][c/]a&中\n<&>[/row]");
    }

    #[test]
    fn a_document_type_is_refused_and_an_unknown_entity_too() {
        let refused = told("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>");
        assert!(matches!(refused, Err(Refusal::Dangerous(_))));
        assert_eq!(told("<a>&b;</a>"), Err(Refusal::Damaged));
        assert_eq!(told("<a b='"), Err(Refusal::Damaged));
    }

    #[test]
    fn what_is_longer_than_the_window_is_read_and_what_never_ends_is_not() {
        let long = "长".repeat(WINDOW);
        assert_eq!(
            told(&format!("<a>{long}</a>")).unwrap(),
            format!("[a]{long}[/a]")
        );
        let endless = format!("<a b=\"{}", "x".repeat(LONGEST + 1));
        assert_eq!(told(&endless), Err(Refusal::Damaged));
    }
}
