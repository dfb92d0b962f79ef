//! Workbooks of Excel 2007 and later (ECMA-376). Sheets are read row by row. What is said of a sheet before its rows, its
//! merged cells, stands behind them in the file, so every sheet is unpacked twice; the first time only for that. The size
//! that a sheet says it has is not looked at: WPS writes `A1:A1`.

mod shared;
mod sheet;

use super::super::raw::{Format, Refusal, Sheet, Visibility};
use super::moment::{self, Epoch};
use super::strings::Strings;
use super::xml::{Scanner, Token};
use super::{Out, Stop, opc};
use crate::untrusted::known;
use crate::untrusted::package::Package;

/// A sheet as the workbook names it.
struct Entry {
    name: String,
    visibility: Visibility,
    id: String,
}

/// What the cells of all sheets refer to.
#[derive(Default)]
struct Book {
    strings: Strings,
    /// Whether a style shows a day.
    moments: Vec<bool>,
    epoch: Epoch,
}

/// Reads a workbook whose main part is known.
pub(super) fn read(package: &mut Package<'_>, main: &str, out: &mut Out<'_>) -> Result<(), Stop> {
    let (entries, epoch) = workbook(package, main)?;
    let relations = opc::relations(package, main)?;
    opc::contained(&relations)?;
    out.format(Format::Xlsx)?;
    let mut book = Book {
        epoch,
        ..Book::default()
    };
    for relation in &relations {
        match relation.kind.as_str() {
            "sharedStrings" => book.strings = shared::strings(package, &relation.target)?,
            "styles" => book.moments = moments(package, &relation.target)?,
            _ => {}
        }
    }
    for entry in entries {
        let relation = relations.iter().find(|relation| relation.id == entry.id);
        let relation = relation.ok_or(Refusal::Damaged)?;
        // Charts and macros are kept as sheets too.
        if relation.kind != "worksheet" {
            continue;
        }
        opc::contained(&opc::relations(package, &relation.target)?)?;
        let part = package.part(&relation.target)?.ok_or(Refusal::Damaged)?;
        let sheet = Sheet {
            name: entry.name,
            visibility: entry.visibility,
            merges: sheet::merges(part, out.limits.merges)?,
            hidden_columns: Vec::new(),
        };
        let part = package.part(&relation.target)?.ok_or(Refusal::Damaged)?;
        sheet::read(part, &book, sheet, out)?;
    }
    Ok(())
}

fn workbook(package: &mut Package<'_>, main: &str) -> Result<(Vec<Entry>, Epoch), Refusal> {
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
    let mut formats: Vec<(u32, bool)> = Vec::new();
    let mut styles = Vec::new();
    let mut within = false;
    let id = |text: Option<String>| text.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    loop {
        match xml.token()? {
            Token::Open(tag) => match tag.name {
                b"cellXfs" => within = !tag.empty,
                b"numFmt" => {
                    let code = tag.attribute(b"formatCode")?.unwrap_or_default();
                    formats.push((id(tag.attribute(b"numFmtId")?), moment::is_moment(&code)));
                }
                b"xf" if within => {
                    let format: u32 = id(tag.attribute(b"numFmtId")?);
                    let own = formats.iter().find(|(id, _)| *id == format);
                    styles.push(own.map_or_else(|| moment::is_built_in(format), |(_, is)| *is));
                }
                _ => {}
            },
            Token::Close(b"cellXfs") => within = false,
            Token::End => return Ok(styles),
            _ => {}
        }
    }
}
