//! Workbooks of Excel 2007 and later (ECMA-376), read row by row. The size that a sheet says it has is not looked at: WPS
//! writes `A1:A1`.

mod shared;
mod sheet;

use super::super::raw::{Format, Refusal, Visibility};
use super::book::{Dialect, Entry, Named, Styles};
use super::moment::Epoch;
use super::xml::{Scanner, Token};
use crate::untrusted::known;
use crate::untrusted::package::Package;

pub(super) const DIALECT: Dialect = Dialect {
    format: Format::Xlsx,
    workbook,
    strings: shared::strings,
    moments,
    merges: sheet::merges,
    sheet: sheet::read,
};

fn workbook(package: &mut Package<'_>, main: &str) -> Result<Named, Refusal> {
    let part = package.part(main)?.ok_or(Refusal::Damaged)?;
    let mut xml = Scanner::new(part)?;
    let mut entries = Vec::new();
    let mut epoch = Epoch::Y1900;
    let mut root = true;
    loop {
        match xml.token()? {
            Token::Open(tag) => {
                if root && tag.name != b"workbook" {
                    drop(xml);
                    return Err(known::archive(package.names()));
                }
                root = false;
                match tag.name {
                    b"sheet" => entries.push(Entry {
                        name: tag.attribute(b"name")?.unwrap_or_default(),
                        visibility: visibility(tag.attribute(b"state")?.as_deref()),
                        id: tag.attribute(b"id")?.unwrap_or_default(),
                    }),
                    b"workbookPr" => {
                        let since = tag.attribute(b"date1904")?.unwrap_or_default();
                        if is_on(since.as_bytes()) {
                            epoch = Epoch::Y1904;
                        }
                    }
                    _ => {}
                }
            }
            Token::End if entries.is_empty() => return Err(Refusal::Damaged),
            Token::End => return Ok((entries, epoch)),
            _ => {}
        }
    }
}

fn visibility(state: Option<&str>) -> Visibility {
    match state {
        Some("hidden") => Visibility::Hidden,
        Some("veryHidden") => Visibility::Buried,
        _ => Visibility::Visible,
    }
}

fn is_on(text: &[u8]) -> bool {
    matches!(text, b"1" | b"true" | b"on")
}

/// Which styles show a day.
fn moments(package: &mut Package<'_>, name: &str) -> Result<Vec<bool>, Refusal> {
    let Some(part) = package.part(name)? else {
        return Ok(Vec::new());
    };
    let mut xml = Scanner::new(part)?;
    let mut styles = Styles::default();
    let mut within = false;
    let id = |text: Option<String>| text.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    loop {
        match xml.token()? {
            Token::Open(tag) => match tag.name {
                b"cellXfs" => within = !tag.empty,
                b"numFmt" => {
                    let code = tag.attribute(b"formatCode")?.unwrap_or_default();
                    styles.format(id(tag.attribute(b"numFmtId")?), &code);
                }
                b"xf" if within => styles.style(id(tag.attribute(b"numFmtId")?)),
                _ => {}
            },
            Token::Close(b"cellXfs") => within = false,
            Token::End => return Ok(styles.moments),
            _ => {}
        }
    }
}
