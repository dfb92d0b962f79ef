//! The styles of a workbook with what marks a cell added: two fills, and for every cell format that is marked a copy of it
//! with the fill, so that borders, fonts and number formats stay. Everything else in the part stays byte for byte.

use std::collections::HashMap;
use std::fmt::Write as _;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::ReturnError;
use super::verdicts::Mark;
use super::xml::{attribute, changed, local, number, prefix};

/// Colours that nobody picks by hand, so that a mark is known again when the mended file comes back.
const WRONG: &str = "FFFFC7CD";
const LOOK: &str = "FFFFEB9B";
/// The size of a font that says none, in points.
const USUAL: f64 = 11.0;
/// How high a line is for its font.
const SPACED: f64 = 1.4;
/// Cell formats that Excel takes.
const MOST_FORMATS: usize = 64_000;

/// A format of cells, as `cellXfs` has it.
#[derive(Clone, Debug)]
struct Format {
    start: BytesStart<'static>,
    inner: String,
}

/// A stretch of the part: an element with counted children.
#[derive(Clone, Debug, Default)]
struct Counted {
    start: (usize, usize),
    /// Where its end tag begins.
    end: usize,
    tag: Option<BytesStart<'static>>,
    count: u32,
}

impl Counted {
    /// An element whose start was read, from where it begins.
    fn open((begin, tag): (usize, BytesStart<'static>), reader: &Reader<&[u8]>) -> Self {
        Self {
            start: (begin, position(reader)),
            tag: Some(tag),
            ..Self::default()
        }
    }
}

/// How a cell of ours looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Answer {
    /// What became of a row, and why.
    Plain,
    /// The same of a row that was not taken.
    Rejected,
}

/// A format that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Asked {
    Marked(u32, Mark),
    Plain(u32),
    /// Beside a cell of a format.
    Answer(Answer, u32),
}

pub(super) struct Styles {
    text: String,
    prefix: String,
    /// The size of each font, in points.
    sizes: Vec<f64>,
    fills: Counted,
    formats: Counted,
    known: Vec<Format>,
    /// Fills that are ours from an earlier time.
    ours: Vec<u32>,
    added: Vec<Format>,
    asked: HashMap<Asked, u32>,
    /// What stands for a format that there is not.
    none: Format,
}

impl Styles {
    pub(super) fn read(text: String) -> Result<Self, ReturnError> {
        let mut styles = Self {
            prefix: String::new(),
            sizes: Vec::new(),
            fills: Counted::default(),
            formats: Counted::default(),
            known: Vec::new(),
            ours: Vec::new(),
            added: Vec::new(),
            asked: HashMap::new(),
            text: String::new(),
            none: Format {
                start: BytesStart::new("xf"),
                inner: String::new(),
            },
        };
        let mut reader = Reader::from_str(&text);
        loop {
            let begin = position(&reader);
            match reader.read_event()? {
                Event::Start(start) => match local(start.name().0) {
                    "styleSheet" => prefix(start.name().0).clone_into(&mut styles.prefix),
                    "fonts" => styles.sizes = sizes(&mut reader)?,
                    "fills" => {
                        let tag = start.to_owned();
                        styles.fills = styles.fills(&mut reader, (begin, tag), &text)?;
                    }
                    "cellXfs" => {
                        let tag = start.to_owned();
                        styles.formats = styles.formats(&mut reader, (begin, tag), &text)?;
                    }
                    _ => {}
                },
                Event::Eof => break,
                _ => {}
            }
        }
        if styles.fills.tag.is_none() || styles.known.is_empty() {
            return Err(ReturnError::Unfit("styles without cell formats"));
        }
        styles.text = text;
        Ok(styles)
    }

    fn fills(
        &mut self,
        reader: &mut Reader<&[u8]>,
        opening: (usize, BytesStart<'static>),
        text: &str,
    ) -> Result<Counted, ReturnError> {
        let mut counted = Counted::open(opening, reader);
        loop {
            let begin = position(reader);
            match reader.read_event()? {
                Event::Start(start) if local(start.name().0) == "fill" => {
                    reader.read_to_end(start.name())?;
                    let whole = text.get(begin..position(reader)).unwrap_or_default();
                    let whole = whole.to_uppercase();
                    if whole.contains(WRONG) || whole.contains(LOOK) {
                        self.ours.push(counted.count);
                    }
                    counted.count += 1;
                }
                Event::Empty(_) => counted.count += 1,
                Event::End(_) | Event::Eof => {
                    counted.end = begin;
                    return Ok(counted);
                }
                _ => {}
            }
        }
    }

    fn formats(
        &mut self,
        reader: &mut Reader<&[u8]>,
        opening: (usize, BytesStart<'static>),
        text: &str,
    ) -> Result<Counted, ReturnError> {
        let mut counted = Counted::open(opening, reader);
        loop {
            let begin = position(reader);
            match reader.read_event()? {
                Event::Start(start) => {
                    let inside = reader.read_to_end(start.name())?;
                    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
                    let inner = text.get(place(inside.start)..place(inside.end));
                    self.known.push(Format {
                        start: start.into_owned(),
                        inner: inner.unwrap_or_default().to_owned(),
                    });
                    counted.count += 1;
                }
                Event::Empty(start) => {
                    self.known.push(Format {
                        start: start.into_owned(),
                        inner: String::new(),
                    });
                    counted.count += 1;
                }
                Event::End(_) | Event::Eof => {
                    counted.end = begin;
                    return Ok(counted);
                }
                _ => {}
            }
        }
    }

    /// A format with a mark.
    pub(super) fn marked(&mut self, format: u32, mark: Mark) -> Result<u32, ReturnError> {
        let fill = self.fills.count + u32::from(mark == Mark::Look);
        self.derived(Asked::Marked(format, mark), |of| of.filled(format, fill))
    }

    /// A format without a mark of an earlier time; nothing where it has none.
    pub(super) fn unmarked(&mut self, format: u32) -> Result<Option<u32>, ReturnError> {
        if self.ours.is_empty() {
            return Ok(None);
        }
        let fill = number(&self.of(format).start, "fillId")?.unwrap_or(0);
        if !self.ours.contains(&fill) {
            return Ok(None);
        }
        let plain = self.derived(Asked::Plain(format), |of| of.filled(format, 0))?;
        Ok(Some(plain))
    }

    /// Whether a format breaks texts into lines.
    pub(super) fn wraps(&self, format: u32) -> bool {
        let inner = &self.of(format).inner;
        ["wrapText=\"1\"", "wrapText=\"true\""]
            .map(|said| inner.contains(said))
            .contains(&true)
    }

    /// How high a line of ours is, in points.
    pub(super) fn line(&self) -> f64 {
        let font = number(&self.of(0).start, "fontId").ok().flatten();
        let font = usize::try_from(font.unwrap_or(0)).unwrap_or(0);
        self.sizes.get(font).copied().unwrap_or(USUAL) * SPACED
    }

    /// The format of a cell of ours, which goes on with the borders of the cell beside it.
    pub(super) fn answer(&mut self, answer: Answer, beside: u32) -> Result<u32, ReturnError> {
        let fill = match answer {
            Answer::Plain => 0,
            Answer::Rejected => self.fills.count,
        };
        self.derived(Asked::Answer(answer, beside), |of| {
            let border = number(&of.of(beside).start, "borderId")?.unwrap_or(0);
            let font = number(&of.of(0).start, "fontId")?.unwrap_or(0);
            let p = &of.prefix;
            let content = format!(
                r#"{p}xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyNumberFormat="1" applyFill="1" applyBorder="1" applyAlignment="1""#
            );
            let length = p.len() + 2;
            Ok(Format {
                start: BytesStart::from_content(content, length),
                inner: format!(r#"<{p}alignment vertical="center" wrapText="1"/>"#),
            })
        })
    }

    fn derived(
        &mut self,
        asked: Asked,
        make: impl FnOnce(&Self) -> Result<Format, ReturnError>,
    ) -> Result<u32, ReturnError> {
        if let Some(known) = self.asked.get(&asked) {
            return Ok(*known);
        }
        let place = self.known.len() + self.added.len();
        if place >= MOST_FORMATS {
            return Err(ReturnError::Unfit(
                "more cell formats than a workbook takes",
            ));
        }
        let format = make(self)?;
        self.added.push(format);
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        self.asked.insert(asked, place);
        Ok(place)
    }

    fn of(&self, format: u32) -> &Format {
        let place = usize::try_from(format).unwrap_or(usize::MAX);
        let all = || self.known.iter().chain(&self.added);
        all()
            .nth(place)
            .or_else(|| all().next())
            .unwrap_or(&self.none)
    }

    fn filled(&self, format: u32, fill: u32) -> Result<Format, ReturnError> {
        let of = self.of(format);
        let fill = fill.to_string();
        let changes = [("fillId", Some(fill.as_str())), ("applyFill", Some("1"))];
        Ok(Format {
            start: changed(&of.start, &changes)?,
            inner: of.inner.clone(),
        })
    }

    /// The part with what was added.
    pub(super) fn written(&self) -> Result<String, ReturnError> {
        let p = &self.prefix;
        let fill = |colour: &str| {
            format!(
                r#"<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{colour}"/><{p}bgColor indexed="64"/></{p}patternFill></{p}fill>"#
            )
        };
        let fills = format!("{}{}", fill(WRONG), fill(LOOK));
        let mut formats = String::new();
        for Format { start, inner } in &self.added {
            let (tag, name) = (&**start, start.name().0);
            // Writing into a text does not fail.
            let _ = if inner.is_empty() {
                write!(formats, "<{tag}/>")
            } else {
                write!(formats, "<{tag}>{inner}</{name}>")
            };
        }
        let added = u32::try_from(self.added.len()).unwrap_or(u32::MAX);
        let mut edits = [(&self.fills, fills, 2), (&self.formats, formats, added)];
        edits.sort_by_key(|(counted, ..)| counted.start);
        let (mut written, mut from) = (String::new(), 0);
        for (counted, more, by) in edits {
            let Some(tag) = &counted.tag else { continue };
            let count = (counted.count + by).to_string();
            let tag = changed(tag, &[("count", Some(&count))])?;
            let (begin, end) = counted.start;
            written.push_str(self.text.get(from..begin).unwrap_or_default());
            let _ = write!(written, "<{}>", &*tag);
            written.push_str(self.text.get(end..counted.end).unwrap_or_default());
            written.push_str(&more);
            from = counted.end;
        }
        written.push_str(self.text.get(from..).unwrap_or_default());
        Ok(written)
    }
}

/// The sizes of fonts, in points; one that says none has the usual one.
fn sizes(reader: &mut Reader<&[u8]>) -> Result<Vec<f64>, ReturnError> {
    let mut sizes = Vec::new();
    loop {
        match reader.read_event()? {
            Event::Start(start) | Event::Empty(start) => match local(start.name().0) {
                "font" => sizes.push(USUAL),
                "sz" => {
                    let said = attribute(&start, "val")?.and_then(|said| said.parse().ok());
                    if let (Some(last), Some(said)) = (sizes.last_mut(), said) {
                        *last = said;
                    }
                }
                _ => {}
            },
            Event::End(end) if local(end.name().0) == "fonts" => return Ok(sizes),
            Event::Eof => return Ok(sizes),
            _ => {}
        }
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}
