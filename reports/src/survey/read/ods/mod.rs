//! `OpenDocument` spreadsheets (ISO/IEC 26300), read twice: once for what is merged and hidden, which the cells themselves
//! say, and once for the rows. A cell or a row that is written once and counts many times is told as often as it counts, up
//! to the limits; what has no value counts nothing.

mod table;

use std::io::Read as _;

use super::super::raw::{Format, Refusal};
use super::xml::{Scanner, Token};
use super::{Out, Stop};
use crate::untrusted::package::{Package, refusal};
use table::{Pass, Tables};

const KIND: &str = "application/vnd.oasis.opendocument.spreadsheet";
const CONTENT: &str = "content.xml";

/// Whether an archive says that it is a spreadsheet of this kind.
pub(super) fn is_one(package: &mut Package<'_>) -> Result<bool, Refusal> {
    let Some(part) = package.part("mimetype")? else {
        return Ok(false);
    };
    let mut kind = Vec::new();
    part.take(200).read_to_end(&mut kind).map_err(refusal)?;
    Ok(kind.starts_with(KIND.as_bytes()))
}

/// Reads a spreadsheet.
pub(super) fn read(package: &mut Package<'_>, out: &mut Out<'_>) -> Result<(), Stop> {
    unprotected(package)?;
    let mut sheets = Vec::new();
    let part = package.part(CONTENT)?.ok_or(Refusal::Damaged)?;
    Tables::new(part)?.read(&mut Pass::First {
        sheets: &mut sheets,
        most: out.limits.merges,
    })?;
    out.format(Format::Ods)?;
    let part = package.part(CONTENT)?.ok_or(Refusal::Damaged)?;
    let mut sheets = sheets.into_iter();
    Tables::new(part)?.read(&mut Pass::Second {
        sheets: &mut sheets,
        out,
    })
}

/// Refuses what needs a password: the package stays open, its parts do not.
fn unprotected(package: &mut Package<'_>) -> Result<(), Refusal> {
    let Some(part) = package.part("META-INF/manifest.xml")? else {
        return Ok(());
    };
    let mut xml = Scanner::new(part)?;
    loop {
        match xml.token()? {
            Token::Open(tag) if tag.name == b"encryption-data" => return Err(Refusal::Protected),
            Token::End => return Ok(()),
            _ => {}
        }
    }
}
