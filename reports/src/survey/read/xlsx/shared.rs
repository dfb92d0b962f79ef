//! Texts of a workbook, those that cells share and those that a cell has of its own: plain or in runs of several fonts, and
//! without the readings that East Asian programs add.

use std::borrow::Cow;
use std::io::Read;

use super::super::super::raw::Refusal;
use super::super::strings::Strings;
use super::super::xml::{Scanner, Token};
use crate::untrusted::package::Package;

/// The shared texts; a workbook may have none.
pub(super) fn strings(package: &mut Package<'_>, name: &str) -> Result<Strings, Refusal> {
    let mut strings = Strings::default();
    let Some(part) = package.part(name)? else {
        return Ok(strings);
    };
    let mut xml = Scanner::new(part)?;
    let mut into = String::new();
    let mut whole = false;
    loop {
        match xml.token()? {
            Token::Open(tag) if tag.name == b"si" => {
                into.clear();
                if !tag.empty {
                    text(&mut xml, &mut into)?;
                }
                strings.push(&plain(&into))?;
            }
            Token::Open(tag) if tag.name == b"sst" && tag.empty => whole = true,
            Token::Close(b"sst") => whole = true,
            Token::End if whole => return Ok(strings),
            Token::End => return Err(Refusal::Damaged),
            _ => {}
        }
    }
}

/// The text of the element that was opened last, up to its end.
pub(super) fn text<R: Read>(xml: &mut Scanner<R>, into: &mut String) -> Result<(), Refusal> {
    let mut depth = 1_u32;
    loop {
        match xml.token()? {
            Token::Open(tag) => match tag.name {
                _ if tag.empty => {}
                b"t" => xml.text(into)?,
                b"r" => depth = depth.saturating_add(1),
                _ => xml.skip()?,
            },
            Token::Close(_) => {
                depth -= 1;
                if depth == 0 {
                    return Ok(());
                }
            }
            Token::End => return Err(Refusal::Damaged),
            _ => {}
        }
    }
}

/// A text without `_x000D_`, which stands for a character that XML cannot hold.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, escaped) = rest.split_at(at);
        plain.push_str(before);
        let hex = escaped.get(2..6).filter(|_| escaped.get(6..7) == Some("_"));
        let c = hex
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32);
        let (c, taken) = c.map_or(('_', 1), |c| (c, 7));
        plain.push(c);
        rest = escaped.get(taken..).unwrap_or_default();
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_xml_cannot_hold_come_back() {
        assert_eq!(plain("a_x000D_\nb_x005F_x000D_"), "a\r\nb_x000D_");
        assert_eq!(plain("_x_x00_中_xZZZZ_"), "_x_x00_中_xZZZZ_");
    }

    #[test]
    fn runs_are_joined_and_readings_left_out() {
        let xml = "<si><r><rPr><b/></rPr><t>张</t></r><r><t xml:space=\"preserve\"> 三</t></r><rPh sb=\"0\" eb=\"1\"><t>zhang</t></rPh></si>";
        let mut xml = Scanner::new(xml.as_bytes()).unwrap();
        assert!(matches!(xml.token(), Ok(Token::Open(_))));
        let mut into = String::new();
        text(&mut xml, &mut into).unwrap();
        assert_eq!(into, "张 三");
    }
}
