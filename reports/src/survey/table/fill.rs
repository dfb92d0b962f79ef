//! The values of one row: each cell is cleaned, what stands for the cell above is replaced, several streamers in a row are
//! told apart, and a field that two columns say is said once.

use std::collections::HashMap;

use entity::problem::{Finding, ProblemCode};
use rules::survey::{Field, Group, Shape, ValueWord, Words};

use super::column::Known;
use super::merge::Line;
use super::{CellAddress, Filled, placed};
use crate::survey::cell::{Cleaned, clean, shown, tidy, uncalculated};
use crate::survey::raw::{Cell, Row, Value};

/// Numbers that are kept to be offered where another cell lost theirs.
const MOST_RECALLED: usize = 20_000;
/// The digits that a spreadsheet keeps of a number.
const KEPT: usize = 15;

/// Whole numbers of names that the file has told so far, to offer where digits are lost. It never grows beyond a bound.
#[derive(Debug, Default)]
pub(super) struct Recalled(HashMap<String, String>);

impl Recalled {
    fn key(name: &str, number: &str) -> Option<String> {
        Some(format!("{name}\n{}", number.get(..KEPT)?))
    }

    fn keep(&mut self, name: &str, number: &str) {
        if self.0.len() < MOST_RECALLED
            && number.len() == 18
            && let Some(key) = Self::key(name, number)
        {
            self.0.insert(key, number.to_owned());
        }
    }

    fn find(&self, name: &str, digits: &str) -> Option<&String> {
        self.0.get(&Self::key(name, digits)?)
    }
}

/// Fills the values of one row.
pub(super) struct Filler<'a> {
    sheet: &'a str,
    words: &'a Words,
    columns: &'a [Known],
    above: Option<&'a Row>,
    /// Whether two columns may say one field.
    doubled: bool,
    /// The cells that stood for the ones above, with what these hold; none where they may not be taken.
    repeated: Vec<(u32, Option<Value>)>,
}

impl<'a> Filler<'a> {
    pub(super) fn new(
        sheet: &'a str,
        words: &'a Words,
        (columns, doubled): (&'a [Known], bool),
        above: Option<&'a Row>,
    ) -> Self {
        Self {
            sheet,
            words,
            columns,
            above,
            doubled,
            repeated: Vec::new(),
        }
    }

    pub(super) fn fill(&mut self, line: &Line) -> Vec<Filled> {
        let mut cells = Vec::with_capacity(self.columns.len());
        let mut known = self.columns.iter().peekable();
        let mut split = 1;
        for cell in &line.row.cells {
            while known
                .next_if(|known| known.column.column < cell.column)
                .is_some()
            {}
            let Some(column) = known
                .peek()
                .filter(|known| known.column.column == cell.column)
            else {
                continue;
            };
            let Some(field) = column.column.field.filter(|field| is_filled(*field)) else {
                continue;
            };
            if !super::says(cell) && !is_uncalculated(cell) {
                continue;
            }
            let at = CellAddress {
                row: line.origin(cell.column),
                column: cell.column,
            };
            let cleaned = self.clean(line, cell, column, field);
            self.doubled |= !cleaned.more.is_empty();
            if field.group() == Group::Streamer && !field.repeats() {
                split = split.max(cleaned.more.len() + 1);
            }
            self.push(&mut cells, (field, column.column.part, at), cell, cleaned);
        }
        if split > 1 {
            self.told_apart(&mut cells, split);
        }
        if self.doubled {
            settle(self.sheet, &mut cells);
        }
        cells
    }

    /// What the marks for the cell above stand for, by column.
    pub(super) fn repeated(self) -> Vec<(u32, Option<Value>)> {
        self.repeated
    }

    fn clean(&mut self, line: &Line, cell: &Cell, known: &Known, field: Field) -> Cleaned {
        let mut cleaned = match &cell.value {
            Value::Text(text) if self.is_repeated(text) => self.ditto(line, known, field),
            _ if is_uncalculated(cell) => uncalculated(),
            value => clean(self.words, field, known.unit.as_ref(), value),
        };
        if field.group() == Group::Streamer && !field.repeats() && self.has_blocks() {
            cleaned = of_block(cleaned, field);
        }
        if cell.formula && !cleaned.findings.iter().any(Finding::refuses) {
            cleaned
                .findings
                .push(Finding::warning(ProblemCode::FormulaValue));
        }
        cleaned
    }

    /// Whether the table has columns of its own for several streamers.
    fn has_blocks(&self) -> bool {
        self.columns.iter().any(|known| known.column.part > 0)
    }

    fn is_repeated(&self, text: &str) -> bool {
        text.len() <= 24 && self.words.value(&tidy(text)) == Some(ValueWord::Repeated)
    }

    /// What stands above. An identity number is taken only where the name beside it is the same too.
    fn ditto(&mut self, line: &Line, known: &Known, field: Field) -> Cleaned {
        let column = known.column.column;
        let Some(above) = self.above.and_then(|row| cell(row, column)) else {
            self.repeated.push((column, None));
            return refused(ProblemCode::NothingAbove);
        };
        if field.shape() == Shape::Number && !self.is_same_name(line, known, field) {
            self.repeated.push((column, None));
            return refused(ProblemCode::NumberRepeated);
        }
        let mut cleaned = clean(self.words, field, known.unit.as_ref(), &above.value);
        cleaned
            .findings
            .push(Finding::warning(ProblemCode::RepeatedFromAbove));
        self.repeated.push((column, Some(above.value.clone())));
        cleaned
    }

    fn is_same_name(&self, line: &Line, known: &Known, number: Field) -> bool {
        let name = self.columns.iter().find(|other| {
            let field = other.column.field;
            let same =
                field.is_some_and(|field| field.is_name() && field.group() == number.group());
            same && other.column.part == known.column.part
        });
        let Some(name) = name.map(|name| name.column.column) else {
            return false;
        };
        let above = self.above.and_then(|row| cell(row, name));
        match (line.cell(name), above) {
            (Some(here), Some(above)) => match (&here.value, &above.value) {
                (Value::Text(here), Value::Text(above)) => {
                    self.is_repeated(here) || tidy(here) == tidy(above)
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn push(
        &self,
        cells: &mut Vec<Filled>,
        (field, part, at): (Field, u8, CellAddress),
        cell: &Cell,
        cleaned: Cleaned,
    ) {
        let findings = cleaned.findings.into_iter();
        let findings = findings.map(|finding| placed(finding, self.sheet, Some(at)));
        let raw = shown(&cell.value);
        let raw = (raw != cleaned.text.as_str()).then(|| raw.into_owned());
        let filled = Filled {
            field,
            part,
            text: cleaned.text,
            raw: raw.clone(),
            at,
            findings: findings.collect(),
        };
        cells.push(filled);
        for (place, text) in (1_u8..).zip(cleaned.more) {
            let (field, part) = match field {
                Field::EntryUntil => (Field::EntryFrom, part),
                field if field.repeats() => (field, part),
                field if field.group() == Group::Streamer => (field, part.saturating_add(place)),
                _ => continue,
            };
            cells.push(Filled {
                field,
                part,
                text,
                raw: raw.clone(),
                at,
                findings: Vec::new(),
            });
        }
    }

    /// One streamer with two phones or stage names: the first counts, and it is told.
    fn of_one(&self, cells: &mut Vec<Filled>) {
        let of_streamer = |cell: &Filled| cell.field.group() == Group::Streamer;
        let more: Vec<Field> = cells
            .iter()
            .filter(|cell| of_streamer(cell) && cell.part > 0)
            .map(|cell| cell.field)
            .collect();
        cells.retain(|cell| !of_streamer(cell) || cell.part == 0);
        for cell in cells.iter_mut().filter(|cell| more.contains(&cell.field)) {
            let unused = Finding::warning(ProblemCode::ValueUnused);
            cell.findings
                .push(placed(unused, self.sheet, Some(cell.at)));
        }
    }

    /// Several streamers in the cells of one row: their names and their numbers must be as many.
    fn told_apart(&self, cells: &mut Vec<Filled>, split: usize) {
        let count = |cells: &[Filled], field: Field| {
            let of = cells
                .iter()
                .filter(|cell| cell.field == field && !cell.text.is_empty());
            of.count()
        };
        let names = count(cells, Field::StreamerName);
        let numbers = count(cells, Field::StreamerNumber);
        let agree = (names == split || names == 0) && (numbers == split || numbers == 0);
        if agree && split <= 50 {
            return;
        }
        if names <= 1 && numbers <= 1 {
            self.of_one(cells);
            return;
        }
        cells.retain(|cell| cell.part == 0 || cell.field.group() != Group::Streamer);
        for cell in cells.iter_mut().filter(|cell| begins_with(cell.field)) {
            cell.text.clear();
            let finding = Finding::error(ProblemCode::SeveralValues);
            cell.findings
                .push(placed(finding, self.sheet, Some(cell.at)));
        }
    }
}

/// A formula that the file has no value of.
fn is_uncalculated(cell: &Cell) -> bool {
    cell.formula && matches!(&cell.value, Value::Text(text) if text.is_empty())
}

/// Where each streamer has columns of its own, a cell is of one: of two phones or stage names the first counts, and of two
/// names or numbers nobody knows which.
fn of_block(cleaned: Cleaned, field: Field) -> Cleaned {
    if cleaned.more.is_empty() {
        return cleaned;
    }
    if begins_with(field) {
        return refused(ProblemCode::SeveralValues);
    }
    let mut first = Cleaned {
        more: Vec::new(),
        ..cleaned
    };
    let unused = Finding::warning(ProblemCode::ValueUnused);
    first.findings.push(unused);
    first
}

/// Keeps whole numbers for their names, and offers the one that was kept where digits are lost.
pub(super) fn recall(cells: &mut [Filled], recalled: &mut Recalled) {
    for place in 0..cells.len() {
        let Some(cell) = cells
            .get(place)
            .filter(|cell| cell.field.shape() == Shape::Number)
        else {
            continue;
        };
        let (group, part) = (cell.field.group(), cell.part);
        let named = |other: &&Filled| {
            other.field.is_name() && other.field.group() == group && other.part == part
        };
        let name = cells.iter().find(named).map(|name| name.text.as_str());
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            continue;
        };
        if cell.findings.is_empty() {
            recalled.keep(name, &cell.text);
            continue;
        }
        let found = recalled
            .find(name, &significant(cell.raw.as_ref().unwrap_or(&cell.text)))
            .cloned();
        let lost = |finding: &&mut Finding| finding.code == ProblemCode::PrecisionLost;
        let cell = cells.get_mut(place);
        let finding = cell.and_then(|cell| cell.findings.iter_mut().find(lost));
        if let (Some(number), Some(finding)) = (found, finding) {
            finding.suggestion = Some(number);
        }
    }
}

/// The digits that a rounded number still has: `3.30902199001011E+17`, or 18 digits of a text.
fn significant(raw: &str) -> String {
    let mantissa = raw.split(['E', 'e']).next().unwrap_or_default();
    mantissa
        .chars()
        .filter(char::is_ascii_digit)
        .take(KEPT)
        .collect()
}

fn cell(row: &Row, column: u32) -> Option<&Cell> {
    let at = row.cells.binary_search_by_key(&column, |cell| cell.column);
    row.cells.get(at.ok()?)
}

fn refused(code: ProblemCode) -> Cleaned {
    Cleaned {
        findings: vec![Finding::error(code)],
        ..Cleaned::default()
    }
}

/// Whether a record holds the field; 序号 numbers the sheet and not what it speaks of.
fn is_filled(field: Field) -> bool {
    !matches!(field, Field::Ordinal | Field::Ignored)
}

fn begins_with(field: Field) -> bool {
    matches!(field, Field::StreamerName | Field::StreamerNumber)
}

/// Makes every field stand once in a block: of several columns the first that says something counts, and where another
/// says something else, that is told.
pub(super) fn settle(sheet: &str, cells: &mut Vec<Filled>) {
    let same = |one: &Filled, other: &Filled| {
        one.field == other.field && one.part == other.part && !one.field.repeats()
    };
    let mut place = 1;
    while place < cells.len() {
        let (before, after) = cells.split_at_mut(place);
        let (Some(cell), Some(first)) = (
            after.first(),
            after
                .first()
                .and_then(|cell| before.iter_mut().find(|first| same(first, cell))),
        ) else {
            place += 1;
            continue;
        };
        if first.text.is_empty() && !first.is_refused() {
            *first = cell.clone();
        } else if (!cell.text.is_empty() && cell.text != first.text) || cell.is_refused() {
            let unused = Finding::warning(ProblemCode::ValueUnused);
            first.findings.push(placed(unused, sheet, Some(cell.at)));
        }
        cells.remove(place);
    }
}
