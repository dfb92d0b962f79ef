//! The elements of a sheet around its rows that change: the columns, which get two more with a width, and the drawing of
//! comments, which has its place near the end.

use std::fmt::Write as _;
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::scan::Seen;
use super::xml::{attribute, changed, local, number};
use super::{ReturnError, WIDTHS};

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// How wide a column is that nothing is told of, in spreadsheet characters.
const USUAL: f64 = 8.0;
/// Columns that a box may stand over.
const MOST_SPANNED: u32 = 8;

/// What stands behind a drawing of comments, in the order that a sheet must have.
const BEHIND_DRAWING: &[&str] = &[
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
    // Buttons and objects are wrapped so that older programs leave them out.
    "AlternateContent",
];

/// Whether a drawing of comments must be written before this element: it stands behind one, or ends the sheet.
pub(super) fn is_behind_drawing(name: &str, depth: u32, closes: bool) -> bool {
    depth == 1
        && if closes {
            name == "worksheet"
        } else {
            BEHIND_DRAWING.contains(&name)
        }
}

/// A drawing of comments, with a name for relations that no sheet has taken.
pub(super) fn drawing(p: &str, id: &str) -> String {
    format!(r#"<{p}legacyDrawing xmlns:notes="{RELATIONS}" notes:id="{id}"/>"#)
}

/// What a sheet says of its columns.
#[derive(Debug, Default)]
pub(super) struct Columns {
    tag: Option<BytesStart<'static>>,
    /// First and last, from 1, of columns that are told of together.
    told: Vec<((u32, u32), BytesStart<'static>)>,
    /// Ours, from 0, where the sheet gets them.
    pub(super) ours: Option<(u32, u32)>,
}

impl Columns {
    pub(super) fn read(
        reader: &mut Reader<impl BufRead>,
        tag: BytesStart<'static>,
    ) -> Result<Self, ReturnError> {
        let mut columns = Self {
            tag: Some(tag),
            ..Self::default()
        };
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer)? {
                Event::Empty(start) | Event::Start(start) if local(start.name().0) == "col" => {
                    let first = number(&start, "min")?.unwrap_or(1);
                    let last = number(&start, "max")?.unwrap_or(first);
                    columns.told.push(((first, last), start.into_owned()));
                }
                Event::End(end) if local(end.name().0) == "cols" => return Ok(columns),
                Event::Eof => return Err(ReturnError::Unfit("a sheet that is cut off")),
                _ => {}
            }
        }
    }

    /// The format that cells of a column have where nothing else is said.
    pub(super) fn format(&self, column: u32) -> Option<u32> {
        let is_in = |(first, last): &(u32, u32)| (*first..=*last).contains(&(column + 1));
        let (_, tag) = self.told.iter().find(|(range, _)| is_in(range))?;
        number(tag, "style").ok().flatten()
    }

    /// How wide a column is, in spreadsheet characters.
    pub(super) fn width(&self, column: u32) -> f64 {
        match self.ours {
            Some((first, _)) if first == column => return WIDTHS[0],
            Some((_, second)) if second == column => return WIDTHS[1],
            _ => {}
        }
        let is_in = |(first, last): &(u32, u32)| (*first..=*last).contains(&(column + 1));
        let tag = self.told.iter().find(|(range, _)| is_in(range));
        let width = tag.and_then(|(_, tag)| attribute(tag, "width").ok().flatten());
        width
            .and_then(|said| said.trim().parse().ok())
            .unwrap_or(USUAL)
    }

    /// How many columns from one on are together so wide.
    pub(super) fn spanned(&self, from: u32, width: f64) -> u32 {
        let mut left = width;
        let mut columns = 0;
        while left > 0.0 && columns < MOST_SPANNED {
            left -= self.width(from + columns);
            columns += 1;
        }
        columns
    }

    /// The element with widths for our columns; others keep theirs.
    pub(super) fn written(&self, seen: &Seen) -> Result<String, ReturnError> {
        let p = &seen.prefix;
        let mut lines: Vec<(u32, String)> = Vec::new();
        let ours = seen.columns.filter(|_| !seen.again);
        let (first, second) = ours.map_or((u32::MAX, 0), |(first, second)| (first + 1, second + 1));
        for ((from, to), tag) in &self.told {
            // What is told of more columns than ours is told of those before and behind.
            let before = (*from, (*to).min(first.saturating_sub(1)));
            let behind = ((*from).max(second.saturating_add(1)), *to);
            let parts = if *to < first || *from > second {
                vec![(*from, *to)]
            } else {
                vec![before, behind]
            };
            for (from, to) in parts.into_iter().filter(|(from, to)| from <= to) {
                let (min, max) = (from.to_string(), to.to_string());
                let tag = changed(tag, &[("min", Some(&min)), ("max", Some(&max))])?;
                lines.push((from, format!("<{}/>", &*tag)));
            }
        }
        if ours.is_some() {
            for (column, width) in [first, second].into_iter().zip(WIDTHS) {
                let line = format!(
                    r#"<{p}col min="{column}" max="{column}" width="{width}" customWidth="1"/>"#
                );
                lines.push((column, line));
            }
        }
        if lines.is_empty() && self.tag.is_none() {
            return Ok(String::new());
        }
        lines.sort_by_key(|(from, _)| *from);
        let tag = self.tag.clone();
        let tag = tag.unwrap_or_else(|| BytesStart::new(format!("{p}cols")));
        let mut written = format!("<{}>", &*tag);
        for (_, line) in lines {
            written.push_str(&line);
        }
        // Writing into a text does not fail.
        let _ = write!(written, "</{}>", tag.name().0);
        Ok(written)
    }
}
