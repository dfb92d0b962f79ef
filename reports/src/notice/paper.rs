//! A letter on A4: rows from the title to the date, cut into pages, each with its number, drawn as PDF/A-2u. Sizes are in
//! points. Margins and signature follow the custom of official letters (GB/T 9704—2012), in a size for longer texts.

use chrono::{Datelike as _, NaiveDate};
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::KrillaGlyph;
use krilla::{Document, SerializeSettings};

use super::face::Face;
use super::line::wrap;
use super::wording::{day, ordinal};
use super::{Letter, Part};
use crate::error::ReportError;

const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
const TOP: f32 = 104.9;
const BOTTOM: f32 = 99.2;
/// How wide and high the text is: 31 characters, some 25 rows.
const MEASURE: f32 = 31.0 * BODY;
const DEPTH: f32 = HEIGHT - TOP - BOTTOM;
const LEFT: f32 = (WIDTH - MEASURE) / 2.0;

const TITLE: f32 = 22.0;
const BODY: f32 = 14.0;
const SMALL: f32 = 10.5;
const TITLE_PITCH: f32 = 36.0;
const PITCH: f32 = 25.0;
/// How far a paragraph and a signature stand in, in em.
const INDENT: f32 = 2.0;
/// The most that characters are moved apart to fill a line, in em; readers of PDF take more for a space.
const MOST_GAP: f32 = 0.06;
/// How far the middle of a character lies above its baseline, in em.
const MIDDLE: f32 = 0.38;
/// The outline that makes a heading bolder, in points.
const BOLDER: f32 = 0.35;

/// One line as it is drawn.
struct Row {
    text: String,
    size: f32,
    x: f32,
    /// What is added to the width of each character, in em.
    gap: f32,
    /// The room over it, which is dropped at the head of a page.
    above: f32,
    pitch: f32,
    bold: bool,
    /// Whether it stays on one page with the next.
    keep: bool,
}

impl Row {
    /// A row of the body at the left edge.
    fn new(text: String) -> Self {
        Self {
            text,
            size: BODY,
            x: LEFT,
            gap: 0.0,
            above: 0.0,
            pitch: PITCH,
            bold: false,
            keep: false,
        }
    }
}

/// Draws a letter.
pub(super) fn print(letter: &Letter, face: &Face) -> Result<Vec<u8>, ReportError> {
    let pages = pages(rows(letter, face));
    let archival = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_U)
        .finish()
        .map_err(|_| ReportError::Font("PDF/A-2u is not offered"))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration: archival,
        ..SerializeSettings::default()
    });
    document.set_metadata(
        Metadata::new()
            .title(letter.title.clone())
            .language("zh-CN".to_owned())
            .creator("Minglu".to_owned())
            .creation_date(midnight(letter.date)),
    );
    let settings =
        PageSettings::from_wh(WIDTH, HEIGHT).ok_or(ReportError::Font("A4 is no size of a page"))?;
    let count = pages.len();
    for (number, rows) in (1..).zip(&pages) {
        let mut page = document.start_page_with(settings.clone());
        let mut surface = page.surface();
        for (row, y) in rows {
            draw(&mut surface, face, row, *y);
        }
        let foot = foot(face, number, count);
        draw(&mut surface, face, &foot, HEIGHT - BOTTOM / 2.0);
        surface.finish();
        page.finish();
    }
    Ok(document.finish()?)
}

/// The rows of a letter, each as wide as it may be.
fn rows(letter: &Letter, face: &Face) -> Vec<Row> {
    let title = centred(face, &letter.title, TITLE).map(|row| Row {
        pitch: TITLE_PITCH,
        bold: true,
        keep: true,
        ..row
    });
    let mut rows: Vec<Row> = title.collect();
    if let Some(number) = &letter.number {
        rows.extend(centred(face, &format!("编号：{number}"), SMALL));
    }
    let addressee = face.printable(&format!("{}：", letter.addressee));
    let addressee = justified(face, &addressee, 0.0).into_iter().enumerate();
    rows.extend(addressee.map(|(at, row)| Row {
        above: if at == 0 { PITCH / 2.0 } else { 0.0 },
        keep: true,
        ..row
    }));
    let mut clauses = 0;
    for part in &letter.body {
        match part {
            Part::Paragraph(text) => rows.extend(paragraphs(face, text)),
            Part::Clause { label, text } => {
                clauses += 1;
                let label = face.printable(&format!("{}、{label}", ordinal(clauses)));
                let label = justified(face, &label, INDENT);
                rows.extend(label.into_iter().map(|row| Row {
                    bold: true,
                    keep: true,
                    ..row
                }));
                rows.extend(paragraphs(face, text));
            }
        }
    }
    // A signature that stands alone on a page could be put under anything.
    if let Some(last) = rows.last_mut() {
        last.keep = true;
    }
    rows.extend(signature(letter, face));
    rows
}

/// A text, each of its lines as a paragraph; empty lines are left out.
fn paragraphs(face: &Face, text: &str) -> Vec<Row> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .flat_map(|line| justified(face, &face.printable(line), INDENT))
        .collect()
}

/// A paragraph of printable characters over the whole measure, its first line standing in.
fn justified(face: &Face, text: &str, indent: f32) -> Vec<Row> {
    let lines = wrap(face, text, indent, MEASURE / BODY);
    let last = lines.len();
    let gaps: Vec<f32> = (1..)
        .zip(&lines)
        .map(|(number, line)| {
            let indent = if number == 1 { indent } else { 0.0 };
            let free = MEASURE / BODY - indent - width(face, line.trim_end());
            let gap = free / count(line.trim_end());
            if number == last || gap > MOST_GAP {
                0.0
            } else {
                gap.max(0.0)
            }
        })
        .collect();
    let indents = std::iter::once(indent * BODY).chain(std::iter::repeat(0.0));
    lines
        .into_iter()
        .zip(gaps)
        .zip(indents)
        .map(|((line, gap), indent)| Row {
            x: LEFT + indent,
            gap,
            ..Row::new(line)
        })
        .collect()
}

/// Lines in the middle of the page.
fn centred(face: &Face, text: &str, size: f32) -> impl Iterator<Item = Row> {
    let lines = wrap(face, &face.printable(text), 0.0, MEASURE / size);
    lines.into_iter().map(move |line| Row {
        x: (WIDTH - width(face, line.trim_end()) * size) / 2.0,
        size,
        ..Row::new(line)
    })
}

/// Who signs and when, at the right, on one page with each other.
fn signature(letter: &Letter, face: &Face) -> Vec<Row> {
    let room = MEASURE / BODY - 2.0 * INDENT;
    let mut lines = wrap(face, &face.printable(&letter.signatory), 0.0, room);
    lines.push(day(letter.date));
    let last = lines.len();
    let right = LEFT + MEASURE - INDENT * BODY;
    (1..)
        .zip(lines)
        .map(|(number, line)| Row {
            x: right - width(face, line.trim_end()) * BODY,
            above: if number == 1 { 2.0 * PITCH } else { 0.0 },
            keep: number < last,
            ..Row::new(line)
        })
        .collect()
}

/// The number of a page and how many there are, so that nobody takes a page away unseen.
fn foot(face: &Face, number: usize, count: usize) -> Row {
    let text = format!("第 {number} 页，共 {count} 页");
    Row {
        x: (WIDTH - width(face, &text) * SMALL) / 2.0,
        size: SMALL,
        pitch: 0.0,
        ..Row::new(text)
    }
}

/// Cuts rows into pages, each row with its upper edge; rows that are kept together begin a page before they are parted.
fn pages(rows: Vec<Row>) -> Vec<Vec<(Row, f32)>> {
    let needs: Vec<f32> = (0..rows.len()).map(|at| needed(&rows, at)).collect();
    let mut pages = Vec::new();
    let mut page: Vec<(Row, f32)> = Vec::new();
    let mut y = 0.0;
    for (row, needed) in rows.into_iter().zip(needs) {
        let above = if page.is_empty() { 0.0 } else { row.above };
        let needed = if needed > DEPTH { row.pitch } else { needed };
        if y + above + needed > DEPTH && !page.is_empty() {
            pages.push(std::mem::take(&mut page));
            y = 0.0;
        } else {
            y += above;
        }
        let pitch = row.pitch;
        page.push((row, TOP + y));
        y += pitch;
    }
    pages.push(page);
    pages
}

/// How much room a row needs with those that stay on its page, without the room over it.
fn needed(rows: &[Row], at: usize) -> f32 {
    let mut needed = 0.0;
    for row in rows.iter().skip(at) {
        needed += if needed > 0.0 { row.above } else { 0.0 } + row.pitch;
        if !row.keep {
            break;
        }
    }
    needed
}

/// Draws a row whose upper edge lies at `y`.
fn draw(surface: &mut Surface<'_>, face: &Face, row: &Row, y: f32) {
    let glyphs: Vec<KrillaGlyph> = row
        .text
        .char_indices()
        .filter_map(|(at, c)| {
            let (id, width) = face.glyph(c)?;
            let range = at..at + c.len_utf8();
            let advance = width + row.gap;
            Some(KrillaGlyph::new(id, advance, 0.0, 0.0, 0.0, range, None))
        })
        .collect();
    surface.set_fill(Some(Fill::default()));
    surface.set_stroke(row.bold.then(|| Stroke {
        width: BOLDER,
        ..Stroke::default()
    }));
    let base = y + row.pitch / 2.0 + row.size * MIDDLE;
    let start = Point::from_xy(row.x, base);
    surface.draw_glyphs(start, &glyphs, face.font(), &row.text, row.size, false);
}

/// The width of a text in em.
fn width(face: &Face, text: &str) -> f32 {
    text.chars().map(|c| face.width(c)).sum()
}

/// How many characters a line has, at least one.
fn count(line: &str) -> f32 {
    u16::try_from(line.chars().count().max(1)).map_or(f32::MAX, f32::from)
}

/// The beginning of a day in Beijing, as PDF writes it.
fn midnight(date: NaiveDate) -> DateTime {
    let small = |number: u32| u8::try_from(number).unwrap_or(1);
    DateTime::new(u16::try_from(date.year()).unwrap_or_default())
        .month(small(date.month()))
        .day(small(date.day()))
        .hour(0)
        .minute(0)
        .second(0)
        .utc_offset_hour(8)
        .utc_offset_minute(0)
}
