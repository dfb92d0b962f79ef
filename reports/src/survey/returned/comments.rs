//! The comments of a sheet with ours among them. A comment that the user wrote stays, and ours follows in it where both are on
//! one cell; what we said an earlier time goes. A threaded conversation keeps its own words: Excel writes its comment anew
//! from the thread, so there the column alone tells.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use quick_xml::events::{BytesText, Event};
use quick_xml::{Reader, Writer};

use super::vml::{BOX, Boxed};
use super::xml::{attribute, letters, local, number, place, prefix, text};
use super::{MARK, MOST_COMMENTS, ReturnError};
use crate::text::lines_needed;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
/// Who says it, as spreadsheets show it.
const AUTHOR: &str = "名录";
/// What the comment of a threaded conversation is signed with.
const THREAD: &str = "tc=";

/// The comments that a sheet is to have, by row from 1 and column from 0.
#[derive(Debug, Default)]
pub(super) struct Notes {
    texts: BTreeMap<(u32, u32), String>,
    /// Cells that got none because there are too many.
    pub(super) left_out: u64,
}

impl Notes {
    pub(super) fn add(&mut self, cell: (u32, u32), text: &str) {
        if let Some(known) = self.texts.get_mut(&cell) {
            // A merged cell is said the same of by each of its rows.
            for line in text.lines() {
                if !known.lines().any(|said| said == line) {
                    known.push('\n');
                    known.push_str(line);
                }
            }
        } else if self.texts.len() < MOST_COMMENTS {
            self.texts.insert(cell, text.to_owned());
        } else {
            self.left_out += 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

/// The part with comments, and which cells have a box more or less than before.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) more: Vec<Boxed>,
    pub(super) gone: Vec<(u32, u32)>,
}

fn boxed((cell, note): (&(u32, u32), &String)) -> Boxed {
    Boxed {
        cell: *cell,
        lines: lines_needed(&format!("{MARK}{note}"), BOX),
    }
}

/// Comments for a sheet that has none.
pub(super) fn new(notes: &Notes) -> Written {
    let mut part = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><comments xmlns="{MAIN}"><authors><author>{AUTHOR}</author></authors><commentList>"#
    );
    for (cell, note) in &notes.texts {
        part.push_str(&comment("", 0, *cell, note));
    }
    part.push_str("</commentList></comments>");
    Written {
        text: part,
        more: notes.texts.iter().map(boxed).collect(),
        gone: Vec::new(),
    }
}

/// Comments of a sheet that has some.
pub(super) fn changed(part: &str, mut notes: Notes) -> Result<Written, ReturnError> {
    let mut reader = Reader::from_str(part);
    let mut writer = Writer::new(Vec::new());
    let (mut threads, mut authors, mut in_author) = (Vec::new(), 0_u32, false);
    let mut gone = Vec::new();
    loop {
        match reader.read_event()? {
            Event::Start(start) if local(start.name().0) == "comment" => {
                let author = number(&start, "authorId")?.unwrap_or(0);
                let comment = Comment {
                    cell: attribute(&start, "ref")?.and_then(|at| place(&at)),
                    threaded: threads.contains(&author),
                    events: whole(&mut reader, Event::Start(start.into_owned()))?,
                };
                comment.write(&mut writer, &mut notes, &mut gone)?;
            }
            Event::Start(start) if local(start.name().0) == "author" => {
                in_author = true;
                writer.write_event(Event::Start(start))?;
            }
            Event::Empty(start) if local(start.name().0) == "author" => {
                authors += 1;
                writer.write_event(Event::Empty(start))?;
            }
            Event::Text(said) => {
                if in_author && said.starts_with(THREAD) {
                    threads.push(authors);
                }
                writer.write_event(Event::Text(said))?;
            }
            Event::End(end) => {
                let p = prefix(end.name().0).to_owned();
                match local(end.name().0) {
                    "author" => {
                        in_author = false;
                        authors += 1;
                    }
                    "authors" => raw(&mut writer, format!("<{p}author>{AUTHOR}</{p}author>"))?,
                    "commentList" => {
                        for (cell, note) in &notes.texts {
                            raw(&mut writer, comment(&p, authors, *cell, note))?;
                        }
                    }
                    _ => {}
                }
                writer.write_event(Event::End(end))?;
            }
            Event::Eof => break,
            event => writer.write_event(event)?,
        }
    }
    let text = String::from_utf8(writer.into_inner());
    let mut more: Vec<Boxed> = notes.texts.iter().map(boxed).collect();
    // The box of a comment that went and came again stays.
    let again: Vec<_> = more
        .iter()
        .map(|new| new.cell)
        .filter(|cell| gone.contains(cell))
        .collect();
    more.retain(|new| !again.contains(&new.cell));
    gone.retain(|cell| !again.contains(cell));
    Ok(Written {
        text: text.map_err(|_| ReturnError::Unfit("comments that are no text"))?,
        more,
        gone,
    })
}

/// A comment of the user's.
struct Comment {
    cell: Option<(u32, u32)>,
    threaded: bool,
    events: Vec<Event<'static>>,
}

impl Comment {
    fn write(
        mut self,
        writer: &mut Writer<Vec<u8>>,
        notes: &mut Notes,
        gone: &mut Vec<(u32, u32)>,
    ) -> Result<(), ReturnError> {
        if self.cut() && !self.says_something() {
            gone.extend(self.cell);
            return Ok(());
        }
        let note = self.cell.and_then(|cell| notes.texts.remove(&cell));
        let note = note.filter(|_| !self.threaded);
        for event in self.events {
            if let (Some(note), Event::End(end)) = (&note, &event)
                && local(end.name().0) == "text"
            {
                raw(writer, run(prefix(end.name().0), "\n", note))?;
            }
            writer.write_event(event)?;
        }
        Ok(())
    }

    /// Takes away what we said an earlier time; whether there was any.
    fn cut(&mut self) -> bool {
        let mut cut = false;
        self.events.retain_mut(|event| match event {
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if cut => false,
            Event::Text(said) => {
                if let Some(at) = said.find(MARK) {
                    cut = true;
                    let kept = said.get(..at).unwrap_or_default().trim_end();
                    *said = BytesText::from_escaped(kept.to_owned());
                }
                true
            }
            _ => true,
        });
        cut
    }

    fn says_something(&self) -> bool {
        self.events.iter().any(|event| match event {
            Event::Text(said) => !said.trim().is_empty(),
            Event::CData(_) | Event::GeneralRef(_) => true,
            _ => false,
        })
    }
}

/// The rest of an element whose start was read.
fn whole(
    reader: &mut Reader<&[u8]>,
    start: Event<'static>,
) -> Result<Vec<Event<'static>>, ReturnError> {
    let mut events = vec![start];
    let mut depth = 1_u32;
    while depth > 0 {
        let event = reader.read_event()?.into_owned();
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Eof => return Err(ReturnError::Unfit("comments that are cut off")),
            _ => {}
        }
        events.push(event);
    }
    Ok(events)
}

fn raw(writer: &mut Writer<Vec<u8>>, xml: String) -> Result<(), ReturnError> {
    Ok(writer.write_event(Event::Text(BytesText::from_escaped(xml)))?)
}

fn comment(p: &str, author: u32, (row, column): (u32, u32), note: &str) -> String {
    let mut comment = String::new();
    // Writing into a text does not fail.
    let _ = write!(
        comment,
        r#"<{p}comment ref="{}{row}" authorId="{author}"><{p}text>{}</{p}text></{p}comment>"#,
        letters(column),
        run(p, "", note)
    );
    comment
}

/// Our words, in a run of their own.
fn run(p: &str, before: &str, note: &str) -> String {
    let said = text(&format!("{before}{MARK}{note}"));
    format!(
        r#"<{p}r><{p}rPr><{p}sz val="10"/><{p}color rgb="FFC00000"/><{p}rFont val="宋体"/><{p}charset val="134"/></{p}rPr><{p}t xml:space="preserve">{said}</{p}t></{p}r>"#
    )
}
