//! Forms: a key in one cell and its value in the next, several pairs in a row, and words for a subject beside a block. One
//! form is one record; a second 姓名 in the blocks of streamers begins the next streamer.

use std::collections::BTreeSet;
use std::sync::Arc;

use rules::survey::{Field, Group, Heard, Leaf, Meaning, Unit, Words};

use super::column::Known;
use super::fill::{Filler, Recalled, recall, settle};
use super::merge::{Line, Near};
use super::{Column, Filled, Record, Skipped, Why, plain_text, says};
use crate::survey::raw::{Cell, Row, Value};

/// The most rows of one form.
const LONGEST: usize = 300;
/// How sure a key has to be.
const SURE: u8 = 90;
/// The fewest rows with keys, and the fewest keys, by which a form is known.
const FEWEST: (usize, usize) = (3, 5);
/// Rows among which these must stand.
const WINDOW: usize = 8;

/// A key of a form with the column in which its value stands.
struct Key {
    field: Field,
    part: u8,
    unit: Option<Unit>,
    end: u32,
}

/// Where a form begins among some rows, if there is one.
pub(super) fn begins(words: &Words, lines: &[Line], near: &Near) -> Option<usize> {
    let keys: Vec<Vec<&str>> = lines.iter().map(|line| keys(words, line, near)).collect();
    let is_dense = |first: &usize| {
        let window = keys.iter().skip(*first).take(WINDOW);
        let rows = window.clone().filter(|keys| !keys.is_empty()).count();
        let different: BTreeSet<&str> = window.flatten().copied().collect();
        let begins = keys.get(*first).is_some_and(|keys| !keys.is_empty());
        begins && rows >= FEWEST.0 && different.len() >= FEWEST.1
    };
    (0..lines.len()).find(is_dense)
}

/// The keys of a row that have room for a value; none where the row is a header, whose words stand side by side.
pub(super) fn keys<'a>(words: &Words, line: &'a Line, near: &Near) -> Vec<&'a str> {
    let (mut keys, mut ends) = (Vec::new(), Vec::new());
    for cell in line.row.cells.iter().filter(|cell| says(cell)).take(64) {
        let (inner, _) = pair(plain_text(cell));
        let Some(heard) = key(words, inner, None) else {
            continue;
        };
        if heard.meaning == Meaning::Field(Field::Ordinal) {
            return Vec::new();
        }
        ends.push((cell.column, near.end(line.row.index, cell.column)));
        if words.group(inner).is_none() {
            keys.push(inner);
        }
    }
    let beside = ends.windows(2).filter(|pair| match pair {
        [one, other] => one.1.saturating_add(1) == other.0,
        _ => false,
    });
    if beside.count() * 3 > ends.len() {
        keys.clear();
    }
    keys
}

fn key(words: &Words, text: &str, over: Option<Group>) -> Option<Heard> {
    if text.len() > 60 {
        return None;
    }
    words
        .known_header(text, over)
        .filter(|heard| heard.confidence >= SURE)
}

/// The form that is being read.
#[derive(Debug)]
pub(super) struct Form {
    sheet: Arc<str>,
    lines: Vec<Line>,
    first_key: Option<Field>,
}

/// What a form became.
#[derive(Debug)]
pub(super) enum Made {
    /// What was filled in.
    Record(Record),
    /// Nothing was.
    Skipped(Skipped),
}

impl Form {
    pub(super) const fn new(sheet: Arc<str>) -> Self {
        Self {
            sheet,
            lines: Vec::new(),
            first_key: None,
        }
    }

    /// Whether a row begins another form, so that this one is to be ended before it.
    pub(super) fn is_over(&self, words: &Words, line: &Line) -> bool {
        let again = self
            .first_key
            .is_some_and(|first| first_fields(words, line).contains(&first));
        again || self.lines.len() >= LONGEST
    }

    /// Takes the next row.
    pub(super) fn take(&mut self, words: &Words, line: Line) {
        if self.first_key.is_none() {
            self.first_key = first_fields(words, &line).first().copied();
        }
        self.lines.push(line);
    }

    /// The first and the last of its rows so far.
    pub(super) fn rows(&self) -> Option<(u32, u32)> {
        Some((self.lines.first()?.row.index, self.lines.last()?.row.index))
    }

    /// The form ends.
    pub(super) fn end(
        &mut self,
        words: &Words,
        near: &Near,
        recalled: &mut Recalled,
    ) -> Option<Made> {
        let lines = std::mem::take(&mut self.lines);
        let first = lines.first()?;
        let row = first.row.index.saturating_add(1);
        let rows = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        let mut reader = Reader {
            sheet: &self.sheet,
            words,
            group: None,
            part: 0,
            seen: Vec::new(),
            cells: Vec::new(),
        };
        for line in &lines {
            reader.line(line, near);
        }
        let mut cells = reader.cells;
        settle(&self.sheet, &mut cells);
        recall(&mut cells, recalled);
        let sheet = Arc::clone(&self.sheet);
        let says = |cell: &Filled| !cell.text.is_empty() || !cell.findings.is_empty();
        Some(if cells.iter().any(says) {
            Made::Record(Record {
                sheet,
                row,
                rows,
                cells,
            })
        } else {
            Made::Skipped(Skipped {
                sheet,
                row,
                rows,
                why: Why::EmptyForm,
            })
        })
    }
}

/// The fields of a row's keys, as far as they stand by themselves and are no streamer's.
fn first_fields(words: &Words, line: &Line) -> Vec<Field> {
    let said = line.row.cells.iter().filter(|cell| says(cell)).take(64);
    let heard = said.filter_map(|cell| key(words, pair(plain_text(cell)).0, None));
    let fields = heard.filter_map(|heard| match heard.meaning {
        Meaning::Field(field) => Some(field),
        Meaning::Leaf(leaf) => leaf.of(Group::Operator).or_else(|| leaf.of(Group::Room)),
    });
    fields
        .filter(|field| !matches!(field.group(), Group::Streamer | Group::Sheet))
        .collect()
}

/// A key and a value in one cell: `姓名：张三`.
fn pair(text: &str) -> (&str, Option<&str>) {
    match text.split_once(['：', ':']) {
        Some((key, value)) if !value.trim().is_empty() => (key, Some(value.trim())),
        _ => (text, None),
    }
}

/// Reads the rows of one form.
struct Reader<'a> {
    sheet: &'a Arc<str>,
    words: &'a Words,
    group: Option<Group>,
    part: u8,
    /// The streamer's fields whose keys have stood in this block.
    seen: Vec<Field>,
    cells: Vec<Filled>,
}

impl Reader<'_> {
    fn line(&mut self, line: &Line, near: &Near) {
        let index = line.row.index;
        let mut pending: Option<Key> = None;
        let mut first = true;
        for cell in line.row.cells.iter().filter(|cell| says(cell)).take(256) {
            let text = plain_text(cell);
            let end = near.end(index, cell.column);
            let label = self
                .words
                .group(text)
                .filter(|_| first && pending.is_none());
            first = false;
            if let Some(group) = label {
                // The same word again, filled down its merge or written beside each row, begins nothing.
                self.group = Some(group);
                continue;
            }
            let (inner, value) = pair(text);
            let beside = pending
                .as_ref()
                .is_some_and(|key| key.end.saturating_add(1) == cell.column);
            if value.is_none()
                && !beside
                && let Some(key) = self.key(text, end)
            {
                pending = Some(key);
                continue;
            }
            if let Some(value) = value
                && let Some(key) = self.key(inner, end)
            {
                let value = Value::Text(value.to_owned());
                let cell = Cell {
                    value,
                    ..cell.clone()
                };
                self.fill(line, key, cell);
                continue;
            }
            // What stands further to the right of a value is a remark, such as its unit.
            if let Some(key) = pending.take() {
                self.fill(line, key, cell.clone());
            }
        }
    }

    fn key(&mut self, text: &str, end: u32) -> Option<Key> {
        let heard = key(self.words, text, self.group)?;
        let own = self.group.unwrap_or(Group::Operator);
        let field = match heard.meaning {
            Meaning::Field(field) => field,
            Meaning::Leaf(Leaf::Account) => Field::RoomAccount,
            Meaning::Leaf(leaf) => leaf.of(own).or_else(|| leaf.of(Group::Operator))?,
        };
        let unit = heard.unit;
        if field.group() != Group::Streamer {
            return Some(Key {
                field,
                part: 0,
                unit,
                end,
            });
        }
        if self.seen.contains(&field) && !field.repeats() {
            self.part = self.part.saturating_add(1).min(49);
            self.seen.clear();
        }
        self.seen.push(field);
        Some(Key {
            field,
            part: self.part,
            unit,
            end,
        })
    }

    /// Cleans the value of a key, as a table's column would.
    fn fill(&mut self, line: &Line, key: Key, cell: Cell) {
        let known = [Known {
            column: Column {
                column: cell.column,
                header: String::new(),
                field: Some(key.field),
                part: key.part,
                confidence: SURE,
                samples: Vec::new(),
            },
            unit: key.unit,
        }];
        let one = Line {
            row: Row {
                index: line.row.index,
                hidden: false,
                cells: vec![cell],
            },
            own: 1,
            filled: Vec::new(),
        };
        let mut filler = Filler::new(self.sheet, self.words, (&known, true), None);
        self.cells.extend(filler.fill(&one));
    }
}
