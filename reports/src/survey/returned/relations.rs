//! The small lists of a package with lines added: the relations of a sheet and the types of parts. What stands in them stays.

use std::fmt::Write as _;

use quick_xml::events::{BytesText, Event};
use quick_xml::{Reader, Writer};

use super::ReturnError;
use super::package::Relation;
use super::xml::{attribute, local, prefix};

const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const COMMENTS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
const DRAWING: &str = "application/vnd.openxmlformats-officedocument.vmlDrawing";

/// The relations of a part with more of them: each an id, a kind such as `comments`, and the name of a part.
pub(super) fn related(
    text: Option<&str>,
    more: &[(String, &str, String)],
) -> Result<String, ReturnError> {
    let empty = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="{PACKAGE}relationships"/>"#
    );
    extended(text.unwrap_or(&empty), |p| {
        let line = |(id, kind, part): &(String, &str, String)| {
            format!(r#"<{p}Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="/{part}"/>"#)
        };
        more.iter().map(line).collect()
    })
}

/// An id that no relation has.
pub(super) fn unused_id(relations: &[Relation], word: &str) -> String {
    let taken = |id: &str| relations.iter().any(|found| found.id == id);
    let mut id = format!("rId{word}");
    while taken(&id) {
        id.push('0');
    }
    id
}

/// The types of parts with comments and old drawings added.
pub(super) fn typed(
    text: &str,
    comments: &[String],
    drawings: bool,
) -> Result<String, ReturnError> {
    let known = drawings && has_default(text, "vml")?;
    extended(text, |p| {
        let mut lines = String::new();
        if drawings && !known {
            // A default may stand behind an override: their order is free.
            // Writing into a text does not fail.
            let _ = write!(
                lines,
                r#"<{p}Default Extension="vml" ContentType="{DRAWING}"/>"#
            );
        }
        let line = |part: &String| {
            format!(r#"<{p}Override PartName="/{part}" ContentType="{COMMENTS}"/>"#)
        };
        lines.extend(comments.iter().map(line));
        lines
    })
}

fn has_default(text: &str, extension: &str) -> Result<bool, ReturnError> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event()? {
            Event::Start(start) | Event::Empty(start) if local(start.name().0) == "Default" => {
                let found = attribute(&start, "Extension")?.unwrap_or_default();
                if found.eq_ignore_ascii_case(extension) {
                    return Ok(true);
                }
            }
            Event::Eof => return Ok(false),
            _ => {}
        }
    }
}

/// A list with lines before its end; the prefix of its names is given to whoever writes them.
fn extended(text: &str, lines: impl Fn(&str) -> String) -> Result<String, ReturnError> {
    let mut reader = Reader::from_str(text);
    let mut writer = Writer::new(Vec::new());
    let mut depth = 0_u32;
    loop {
        match reader.read_event()? {
            Event::Empty(start) if depth == 0 => {
                let (p, end) = (
                    prefix(start.name().0).to_owned(),
                    start.to_end().into_owned(),
                );
                writer.write_event(Event::Start(start.borrow()))?;
                writer.write_event(Event::Text(BytesText::from_escaped(lines(&p))))?;
                writer.write_event(Event::End(end))?;
            }
            Event::Start(start) => {
                depth += 1;
                writer.write_event(Event::Start(start))?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    let p = prefix(end.name().0).to_owned();
                    writer.write_event(Event::Text(BytesText::from_escaped(lines(&p))))?;
                }
                writer.write_event(Event::End(end))?;
            }
            Event::Eof => break,
            event => writer.write_event(event)?,
        }
    }
    String::from_utf8(writer.into_inner()).map_err(|_| ReturnError::Unfit("a part that is no text"))
}
