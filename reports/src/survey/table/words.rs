//! Sheets of words: how to fill in the others, legends, remarks. Their lines are no rows of a survey and would drown what is
//! one, so that such a sheet is told once, with how many lines it has. Whatever looks like data is told row by row.

use entity::problem::{Finding, ProblemCode};
use rules::survey::Words;

use super::header;
use super::merge::Line;
use crate::survey::cell::tidy;
use crate::survey::raw::Value;

/// Sheets that say how the others are filled in, by their names; no table is taken from them.
const ASIDE: [&str; 4] = ["填表说明", "填写说明", "使用说明", "说明"];
/// The most cells of a line of words: an item with what it means.
const WIDEST: usize = 2;
/// So many digits are a number of somebody or something.
const DIGITS: usize = 6;
/// The least quantity that numbers no item.
const QUANTITY: f64 = 1_000.0;

/// Whether a sheet of this name is beside the survey.
pub(super) fn is_aside(name: &str) -> bool {
    ASIDE.contains(&name.trim())
}

/// Whether a line says words and nothing that might be a record.
pub(super) fn are(line: &Line) -> bool {
    let data = |value: &Value| match value {
        Value::Text(text) => is_code(&tidy(text)),
        Value::Number(number) => number.abs() >= QUANTITY,
        Value::Moment(_) => true,
        Value::Flag(_) | Value::Fault(_) => false,
    };
    line.own <= WIDEST && !line.row.cells.iter().any(|cell| data(&cell.value))
}

fn is_code(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= DIGITS && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The lines of a sheet beside the survey.
#[derive(Debug, Default)]
pub(super) struct Aside {
    rows: u32,
    /// The first that may head a table, counted from 1 as people see it.
    header: Option<u32>,
}

impl Aside {
    /// Takes the next line.
    pub(super) fn take(&mut self, words: &Words, line: &Line) {
        self.rows = self.rows.saturating_add(1);
        if self.header.is_none() && header::begins(words, line) {
            self.header = Some(line.row.index.saturating_add(1));
        }
    }

    /// What is to be said of them, and how many there are; it is more than good to know where a table may stand among them.
    pub(super) fn end(&self) -> Option<(Finding, u32)> {
        if self.rows == 0 {
            return None;
        }
        let said = of(self.rows);
        let said = match self.header {
            Some(row) => Finding {
                severity: entity::problem::Severity::Warning,
                ..said.with("row", row.to_string())
            },
            None => said,
        };
        Some((said, self.rows))
    }
}

/// What is to be said of so many lines of words.
pub(super) fn of(rows: u32) -> Finding {
    Finding::hint(ProblemCode::SheetOfWords).with("count", rows.to_string())
}
