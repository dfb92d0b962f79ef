//! A sheet written anew while it is read: its XML goes through as it is, but for the rows that have a verdict, the cells that
//! carry a mark, and the few elements that tell of columns and comments. A million rows take no more memory than one.

use std::io::{self, BufRead, Write};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer};
use rules::label::Lang;

use super::comments::Notes;
use super::height::{Given, HIGHEST, Height, is_set};
use super::row::{Answered, Due, Row};
use super::scan::Seen;
use super::styles::{Answer, Styles};
use super::tail::{self, Columns};
use super::verdicts::{Mark, Marks, Verdicts, answers, notes};
use super::xml::{attribute, changed, letters, local, number, place, text};
use super::{REASONS, RESULT, ReturnError, Sheet, Verdict};
use crate::text::lines_needed;

/// What a sheet is rewritten by.
pub(super) struct Plan<'a> {
    pub(super) sheet: &'a Sheet,
    pub(super) seen: &'a Seen,
    /// The id of a relation to a drawing of comments that the sheet gets where it has none.
    pub(super) drawing: &'a str,
    pub(super) lang: Lang,
}

/// What a rewritten sheet leaves to do.
#[derive(Debug, Default)]
pub(super) struct Left {
    pub(super) notes: Notes,
    /// The relation to the drawing of comments that the sheet had before.
    pub(super) drawn: Option<String>,
    /// Whether it got one that it had not.
    pub(super) drawing: bool,
    /// Its columns, beside which comments stand.
    pub(super) columns: Columns,
}

pub(super) struct Rewriting<'a, 'v, R, W: Write, I: Iterator<Item = io::Result<Verdict>>> {
    pub(super) plan: Plan<'a>,
    pub(super) reader: Reader<R>,
    pub(super) writer: Writer<W>,
    pub(super) styles: &'a mut Styles,
    pub(super) verdicts: &'a mut Verdicts<'v, I>,
    pub(super) left: Left,
    pub(super) columns: Columns,
    pub(super) next: Option<Verdict>,
    pub(super) marks: Marks,
    /// The row that came last, from 1.
    pub(super) row: u32,
    /// Whether rows are as high as the sheet says and not as their texts need.
    pub(super) fixed: bool,
    pub(super) buffer: Vec<u8>,
}

impl<R: BufRead, W: Write, I: Iterator<Item = io::Result<Verdict>>> Rewriting<'_, '_, R, W, I> {
    /// Reads the sheet to its end and writes it.
    pub(super) fn run(mut self) -> Result<Left, ReturnError> {
        self.next = self.verdicts.next_in(&self.plan.sheet.name, 0)?;
        let (mut depth, mut drawn) = (0_u32, false);
        loop {
            let event = self.event()?;
            let name = match &event {
                Event::Start(start) | Event::Empty(start) => local(start.name().0).to_owned(),
                Event::End(end) => local(end.name().0).to_owned(),
                _ => String::new(),
            };
            let closes = matches!(event, Event::End(_));
            if !drawn && tail::is_behind_drawing(&name, depth, closes) {
                drawn = true;
                self.draw()?;
            }
            match event {
                Event::Eof => break,
                Event::Empty(start) if name == "dimension" => self.dimension(&start)?,
                Event::Start(start) if name == "cols" => {
                    self.columns = Columns::read(&mut self.reader, start)?;
                    self.write_columns()?;
                }
                Event::Start(_) | Event::Empty(_) if name == "sheetData" => {
                    self.data(event)?;
                }
                Event::Empty(start) if name == "legacyDrawing" => {
                    drawn = true;
                    self.left.drawn = relation(&start)?;
                    self.writer.write_event(Event::Empty(start))?;
                }
                event => {
                    if let (Event::Empty(start), "sheetFormatPr") = (&event, name.as_str()) {
                        self.fixed = is_set(start, "customHeight")?;
                    }
                    match &event {
                        Event::Start(_) => depth += 1,
                        Event::End(_) => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    self.writer.write_event(event)?;
                }
            }
        }
        self.left.columns = self.columns;
        Ok(self.left)
    }

    fn event(&mut self) -> Result<Event<'static>, ReturnError> {
        self.buffer.clear();
        Ok(self.reader.read_event_into(&mut self.buffer)?.into_owned())
    }

    /// A drawing of comments where the sheet has none and needs one.
    fn draw(&mut self) -> Result<(), ReturnError> {
        if !self.left.notes.is_empty() {
            self.left.drawing = true;
            let drawing = tail::drawing(&self.plan.seen.prefix, self.plan.drawing);
            self.writer.get_mut().write_all(drawing.as_bytes())?;
        }
        Ok(())
    }

    /// The size of the sheet, as it becomes.
    fn dimension(&mut self, start: &BytesStart<'_>) -> Result<(), ReturnError> {
        let Some((_, last)) = self.plan.seen.columns else {
            return Ok(self.writer.write_event(Event::Empty(start.borrow()))?);
        };
        let size = format!("A1:{}{}", letters(last), self.plan.seen.last.max(1));
        let start = changed(start, &[("ref", Some(&size))])?;
        Ok(self.writer.write_event(Event::Empty(start))?)
    }

    fn write_columns(&mut self) -> Result<(), ReturnError> {
        self.columns.ours = self.plan.seen.columns.filter(|_| !self.plan.seen.again);
        let written = self.columns.written(self.plan.seen)?;
        Ok(self.writer.get_mut().write_all(written.as_bytes())?)
    }

    /// The rows.
    fn data(&mut self, event: Event<'static>) -> Result<(), ReturnError> {
        if !self.plan.seen.cols {
            self.write_columns()?;
        }
        let (start, empty) = match event {
            Event::Start(start) => (start, false),
            Event::Empty(start) => (start, true),
            _ => return Ok(()),
        };
        self.writer.write_event(Event::Start(start.borrow()))?;
        if !empty {
            self.rows()?;
        }
        self.missing(u32::MAX)?;
        Ok(self.writer.write_event(Event::End(start.to_end()))?)
    }

    fn rows(&mut self) -> Result<(), ReturnError> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let event = self.reader.read_event_into(&mut buffer)?;
            match event {
                Event::Start(start) if local(start.name().0) == "row" => {
                    self.row(&start, false)?;
                }
                Event::Empty(start) if local(start.name().0) == "row" => {
                    self.row(&start, true)?;
                }
                Event::End(end) if local(end.name().0) == "sheetData" => return Ok(()),
                Event::Eof => return Err(ReturnError::Unfit("a sheet that is cut off")),
                event => self.writer.write_event(event)?,
            }
        }
    }

    /// Rows that have a verdict or a header and are not in the file, before one that is.
    fn missing(&mut self, before: u32) -> Result<(), ReturnError> {
        while let Some(number) = self.next.as_ref().map(|next| next.row)
            && number < before
        {
            let mut row = self.planned(number, None)?;
            let p = &self.plan.seen.prefix;
            let high = row.points.map(|points| points.min(HIGHEST));
            let high = high.map_or_else(String::new, |points| format!(r#" ht="{points}""#));
            let start = format!(r#"<{p}row r="{number}"{high}>"#);
            let end = format!("</{p}row>");
            self.writer.get_mut().write_all(start.as_bytes())?;
            self.due(&mut row, None)?;
            self.writer.get_mut().write_all(end.as_bytes())?;
        }
        Ok(())
    }

    /// What there is to do in a row; its verdict is taken.
    fn planned(&mut self, number: u32, format: Option<u32>) -> Result<Row, ReturnError> {
        self.row = number;
        let mut row = Row {
            number,
            format,
            ..Row::default()
        };
        let columns = self.plan.seen.columns;
        if let Some((first, second)) = columns
            && self.plan.sheet.headers.contains(&number)
        {
            row.answers.insert(first, Answered::Header(RESULT));
            row.answers.insert(second, Answered::Header(REASONS));
        }
        let verdict = self.next.take_if(|next| next.row == number);
        if let Some(verdict) = &verdict {
            self.next = self.verdicts.next_in(&self.plan.sheet.name, number)?;
            self.marks.add(verdict);
        }
        row.marks = self.marks.take(number);
        let Some(verdict) = verdict else {
            return Ok(row);
        };
        for (cell, text) in notes(&verdict) {
            self.left.notes.add(cell, &text);
        }
        if let Some((first, second)) = columns
            && row.answers.is_empty()
        {
            let rejected = verdict.outcome == entity::kind::RowOutcome::Rejected;
            let form = self.plan.sheet.headers.is_empty();
            let [result, reasons] = answers(&verdict, form, self.plan.lang);
            row.answers.insert(first, Answered::Told(result, rejected));
            let width = self.columns.width(second);
            let lines = lines_needed(&reasons, width);
            row.points = (lines > 1.0).then(|| (lines * self.styles.line()).ceil());
            let why = if reasons.is_empty() {
                Answered::Nothing
            } else {
                Answered::Told(reasons, false)
            };
            row.answers.insert(second, why);
        }
        Ok(row)
    }

    fn row(&mut self, start: &BytesStart<'_>, empty: bool) -> Result<(), ReturnError> {
        let number_here = number(start, "r")?.unwrap_or(self.row + 1);
        if number_here <= self.row {
            return Err(ReturnError::Unfit("rows that are not in order"));
        }
        self.missing(number_here)?;
        let custom = is_set(start, "customFormat")?;
        let format = if custom { number(start, "s")? } else { None };
        let mut row = self.planned(number_here, format)?;
        let touched = !row.answers.is_empty() || !row.marks.is_empty();
        if empty && !touched {
            return Ok(self.writer.write_event(Event::Empty(start.borrow()))?);
        }
        if touched {
            let start = self.begun(start, row.points)?;
            self.writer.write_event(Event::Start(start))?;
        } else {
            self.writer.write_event(Event::Start(start.borrow()))?;
        }
        if !empty {
            self.cells(&mut row)?;
        }
        self.due(&mut row, None)?;
        Ok(self.writer.write_event(Event::End(start.to_end()))?)
    }

    /// The start of a row that is touched.
    fn begun(
        &self,
        start: &BytesStart<'_>,
        points: Option<f64>,
    ) -> Result<BytesStart<'static>, ReturnError> {
        // How far a row reaches is a hint that may be left out, but may not be wrong.
        let spans = ("spans", None);
        let given = Given::read(start)?;
        let own = self.plan.seen.own.of(self.row);
        let own = own.map(|lines| (lines * self.styles.line()).ceil());
        match given.becomes(points, own, self.plan.seen.again) {
            Height::Kept => changed(start, &[spans]),
            Height::Fitted => changed(start, &[spans, ("ht", None)]),
            Height::Made(points) => {
                let points = points.to_string();
                let made = ("ht", Some(points.as_str()));
                if self.fixed {
                    changed(start, &[spans, made, ("customHeight", Some("1"))])
                } else {
                    changed(start, &[spans, made])
                }
            }
        }
    }

    fn cells(&mut self, row: &mut Row) -> Result<(), ReturnError> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let event = self.reader.read_event_into(&mut buffer)?;
            match event {
                Event::Start(start) if local(start.name().0) == "c" => {
                    if let Some(start) = self.cell(row, &start)? {
                        self.writer.write_event(Event::Start(start))?;
                    } else {
                        let end = start.to_end().into_owned();
                        self.reader.read_to_end_into(end.name(), &mut Vec::new())?;
                    }
                }
                Event::Empty(start) if local(start.name().0) == "c" => {
                    if let Some(start) = self.cell(row, &start)? {
                        self.writer.write_event(Event::Empty(start))?;
                    }
                }
                Event::End(end) if local(end.name().0) == "row" => return Ok(()),
                Event::Eof => return Err(ReturnError::Unfit("a sheet that is cut off")),
                event => self.writer.write_event(event)?,
            }
        }
    }

    /// A cell of the file as it is written; nothing where its place is ours.
    fn cell<'e>(
        &mut self,
        row: &mut Row,
        start: &BytesStart<'e>,
    ) -> Result<Option<BytesStart<'e>>, ReturnError> {
        let address = attribute(start, "r")?.and_then(|at| place(&at));
        let counted = row.last.map_or(0, |last| last + 1);
        let column = address.map_or(counted, |(_, column)| column);
        self.due(row, Some(column))?;
        let format = number(start, "s")?.unwrap_or(0);
        row.last = Some(column);
        let (first, second) = self.plan.seen.columns.unwrap_or((u32::MAX, u32::MAX));
        if column == first || column == second {
            let ours = self.plan.seen.again || row.answers.contains_key(&column);
            if ours {
                return Ok(None);
            }
        }
        row.last_format = format;
        let new = match row.marks.remove(&column) {
            Some(mark) => Some(self.marked(format, mark)?),
            None => self.styles.unmarked(format)?,
        };
        let Some(new) = new.map(|new| new.to_string()) else {
            return Ok(Some(start.clone()));
        };
        Ok(Some(changed(start, &[("s", Some(&new))])?))
    }

    /// A format with a mark, and without that of an earlier time.
    fn marked(&mut self, format: u32, mark: Mark) -> Result<u32, ReturnError> {
        let plain = self.styles.unmarked(format)?.unwrap_or(format);
        self.styles.marked(plain, mark)
    }

    /// Writes what stands before a column and is not in the file.
    fn due(&mut self, row: &mut Row, before: Option<u32>) -> Result<(), ReturnError> {
        while let Some(due) = row.due(before) {
            let p = &self.plan.seen.prefix;
            let number = row.number;
            let at = |column: u32| format!("{}{number}", letters(column));
            let cell = match due {
                Due::Marked(column, mark) => {
                    let format = row.format.or_else(|| self.columns.format(column));
                    let format = self.styles.marked(format.unwrap_or(0), mark)?;
                    format!(r#"<{p}c r="{}" s="{format}"/>"#, at(column))
                }
                Due::Answer(column, Answered::Nothing) => {
                    let format = self.styles.answer(Answer::Plain, row.last_format)?;
                    format!(r#"<{p}c r="{}" s="{format}"/>"#, at(column))
                }
                Due::Answer(column, Answered::Header(header)) => {
                    told(p, &at(column), row.last_format, header)
                }
                Due::Answer(column, Answered::Told(said, rejected)) => {
                    let answer = if rejected {
                        Answer::Rejected
                    } else {
                        Answer::Plain
                    };
                    let format = self.styles.answer(answer, row.last_format)?;
                    told(p, &at(column), format, &said)
                }
            };
            self.writer.get_mut().write_all(cell.as_bytes())?;
        }
        Ok(())
    }
}

/// A cell of ours.
fn told(p: &str, at: &str, format: u32, said: &str) -> String {
    format!(
        r#"<{p}c r="{at}" s="{format}" t="inlineStr"><{p}is><{p}t xml:space="preserve">{}</{p}t></{p}is></{p}c>"#,
        text(said)
    )
}

/// The relation that an element names, whatever the prefix.
fn relation(start: &BytesStart<'_>) -> Result<Option<String>, ReturnError> {
    for found in start.attributes().with_checks(false) {
        let found = found?;
        if local(found.key.0) == "id" {
            return Ok(Some(found.value.into_owned()));
        }
    }
    Ok(None)
}
