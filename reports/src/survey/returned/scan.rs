//! The first look at a sheet: how far its rows reach and whether it has our two columns from an earlier time. What the sheet
//! says of its own size is not asked: WPS writes A1:A1.

use std::io::{BufRead, BufReader, Read, Seek};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::own::{Lines, Own, Room};
use super::package::Package;
use super::styles::Styles;
use super::tail::Columns;
use super::xml::{attribute, local, number, place, prefix};
use super::{MOST_COLUMNS, REASONS, RESULT, ReturnError, Sheet};

/// Buffers of this size are read from the archive, in bytes.
pub(super) const BUFFER: usize = 64 << 10;

/// The places of our headers among the shared texts, and the room that each text takes.
#[derive(Debug, Default)]
pub(super) struct Shared {
    result: Vec<u32>,
    reasons: Vec<u32>,
    rooms: Vec<Room>,
}

/// Finds our headers among the shared texts, and measures all of them.
pub(super) fn shared<R: Read + Seek>(
    package: &mut Package<R>,
    part: Option<&str>,
) -> Result<Shared, ReturnError> {
    let mut shared = Shared::default();
    let Some(index) = part.and_then(|part| package.index(part)) else {
        return Ok(shared);
    };
    let entry = package.zip.by_index(index)?;
    let mut reader = Reader::from_reader(BufReader::with_capacity(BUFFER, entry));
    let (mut buffer, mut place, mut said) = (Vec::new(), 0_u32, String::new());
    let (mut in_text, mut room) = (false, Room::default());
    loop {
        match reader.read_event_into(&mut buffer)? {
            Event::Start(start) => match local(start.name().0) {
                "si" => {
                    said.clear();
                    room = Room::default();
                }
                "t" => in_text = true,
                _ => {}
            },
            Event::Empty(start) if local(start.name().0) == "si" => {
                shared.rooms.push(Room::default());
                place += 1;
            }
            Event::Text(text) if in_text => {
                room.add(&text);
                if said.len() < RESULT.len() * 2 {
                    said.push_str(&text);
                }
            }
            Event::End(end) => match local(end.name().0) {
                "t" => in_text = false,
                "si" => {
                    match said.trim() {
                        RESULT => shared.result.push(place),
                        REASONS => shared.reasons.push(place),
                        _ => {}
                    }
                    shared.rooms.push(room);
                    place += 1;
                }
                _ => {}
            },
            Event::Eof => return Ok(shared),
            _ => {}
        }
        buffer.clear();
    }
}

/// What the first look tells.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The prefix of the sheet's names.
    pub(super) prefix: String,
    /// The columns that are ours, or become ours; none where there is no room.
    pub(super) columns: Option<(u32, u32)>,
    /// Whether they were there before.
    pub(super) again: bool,
    /// Whether the sheet tells of its columns.
    pub(super) cols: bool,
    /// The last row that has cells.
    pub(super) last: u32,
    /// How many lines the user's own cells take.
    pub(super) own: Lines,
}

/// Where a cell is that is looked at.
#[derive(Default)]
struct At {
    row: u32,
    column: u32,
    shared: bool,
    filled: bool,
    said: String,
    format: u32,
    /// Whether what comes is a value, and not a formula.
    value: bool,
    room: Room,
}

/// Looks through a sheet.
pub(super) fn look(
    source: impl BufRead,
    sheet: &Sheet,
    (shared, styles): (&Shared, &Styles),
) -> Result<Seen, ReturnError> {
    let mut reader = Reader::from_reader(source);
    let mut buffer = Vec::new();
    let mut scan = Scan {
        form: sheet.headers.is_empty(),
        headers: &sheet.headers,
        shared,
        seen: Seen::default(),
        widest: 0,
        results: Vec::new(),
        reasons: Vec::new(),
        at: At::default(),
        own: Own::new(styles, &shared.rooms),
    };
    loop {
        match reader.read_event_into(&mut buffer)? {
            Event::Start(start) if local(start.name().0) == "cols" => {
                let start = start.into_owned();
                scan.start(&start)?;
                scan.own.columns = Columns::read(&mut reader, start)?;
            }
            Event::Start(start) => scan.start(&start)?,
            Event::Empty(start) => {
                scan.start(&start)?;
                if local(start.name().0) == "c" {
                    scan.end();
                }
            }
            Event::Text(text) => scan.text(&text),
            Event::End(end) if local(end.name().0) == "c" => scan.end(),
            Event::Eof => return Ok(scan.told()),
            _ => {}
        }
        buffer.clear();
    }
}

struct Scan<'a> {
    form: bool,
    headers: &'a [u32],
    shared: &'a Shared,
    seen: Seen,
    /// One behind the last column that has something in it.
    widest: u32,
    results: Vec<u32>,
    reasons: Vec<u32>,
    at: At,
    own: Own<'a>,
}

impl Scan<'_> {
    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), ReturnError> {
        match local(start.name().0) {
            "worksheet" => prefix(start.name().0).clone_into(&mut self.seen.prefix),
            "cols" => self.seen.cols = true,
            "row" => {
                self.at.row = number(start, "r")?.unwrap_or(self.at.row + 1);
                self.at.column = 0;
                self.seen.last = self.seen.last.max(self.at.row);
            }
            "c" => {
                let address = attribute(start, "r")?.and_then(|at| place(&at));
                self.at.column = address.map_or(self.at.column, |(_, column)| column) + 1;
                self.at.shared = attribute(start, "t")?.is_some_and(|kind| kind == "s");
                self.at.filled = false;
                self.at.said.clear();
                self.at.format = number(start, "s")?.unwrap_or(0);
                self.at.room = Room::default();
            }
            "v" | "is" | "f" => {
                self.at.filled = true;
                self.at.value = local(start.name().0) != "f";
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.at.value {
            self.at.room.add(text);
        }
        if self.at.said.len() < RESULT.len() * 2 {
            self.at.said.push_str(text);
        }
    }

    /// Measures a cell of the user's.
    fn measure(&mut self) {
        let column = self.at.column.saturating_sub(1);
        let mut before = self.results.iter();
        if before.any(|result| column == *result || column == result + 1) {
            return;
        }
        let room = match self.at.said.trim().parse() {
            Ok(place) if self.at.shared => self.own.shared(place),
            _ => self.at.room,
        };
        let here = (self.at.row, column);
        self.own.cell(here, self.at.format, room);
    }

    fn end(&mut self) {
        if !self.at.filled {
            return;
        }
        self.widest = self.widest.max(self.at.column);
        self.measure();
        if !self.form && !self.headers.contains(&self.at.row) {
            return;
        }
        let said = self.at.said.trim();
        let place = said.parse().ok().filter(|_| self.at.shared);
        let is = |word: &str, places: &[u32]| match place {
            Some(place) => places.contains(&place),
            None => said == word && !self.at.shared,
        };
        let column = self.at.column.saturating_sub(1);
        if is(RESULT, &self.shared.result) {
            self.results.push(column);
        } else if is(REASONS, &self.shared.reasons) {
            self.reasons.push(column);
        }
    }

    fn told(self) -> Seen {
        let mut seen = self.seen;
        seen.own = self.own.told();
        let known = self.results.into_iter().find(|column| {
            // In a form the words stand in the last column but one, in a table beside each other in the header.
            let last = self.form && column + 2 >= self.widest;
            last || self.reasons.contains(&(column + 1))
        });
        seen.again = known.is_some();
        let first = known.unwrap_or(self.widest);
        seen.columns = (first + 2 <= MOST_COLUMNS).then_some((first, first + 1));
        seen
    }
}
