//! The verdicts in the order of the file, taken row by row: several of one row are put together, and one that comes out of
//! order or has no sheet stops the writing, because a verdict that is lost would be a row that is lost.

use std::collections::BTreeMap;
use std::io;
use std::iter::Peekable;

use entity::kind::RowOutcome;
use entity::problem::Severity;

use super::xml::place;
use super::{Problem, ReturnError, Verdict, outcome_label};

/// How a cell is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Mark {
    /// A person should look.
    Look,
    /// It is wrong.
    Wrong,
}

pub(super) struct Verdicts<I: Iterator<Item = io::Result<Verdict>>> {
    left: Peekable<I>,
}

impl<I: Iterator<Item = io::Result<Verdict>>> Verdicts<I> {
    pub(super) fn new(verdicts: I) -> Self {
        Self {
            left: verdicts.peekable(),
        }
    }

    /// The next row of a sheet that has verdicts, after a row.
    pub(super) fn next_in(
        &mut self,
        sheet: &str,
        after: u32,
    ) -> Result<Option<Verdict>, ReturnError> {
        let Some(mut first) = self.take(|next| next.sheet == sheet)? else {
            return Ok(None);
        };
        if first.row <= after {
            return Err(ReturnError::Unplaced { row: first.row });
        }
        while let Some(more) = self.take(|next| next.sheet == sheet && next.row == first.row)? {
            first.outcome = worse(first.outcome, more.outcome);
            first.problems.extend(more.problems);
        }
        Ok(Some(first))
    }

    fn take(&mut self, fits: impl Fn(&Verdict) -> bool) -> Result<Option<Verdict>, ReturnError> {
        let next = self.left.next_if(|next| next.as_ref().map_or(true, &fits));
        Ok(next.transpose()?)
    }

    /// Nothing may be left when every sheet is written.
    pub(super) fn end(mut self) -> Result<(), ReturnError> {
        match self.left.next().transpose()? {
            Some(left) => Err(ReturnError::Unplaced { row: left.row }),
            None => Ok(()),
        }
    }
}

/// Of several records in a row, the one to look at counts.
fn worse(one: RowOutcome, other: RowOutcome) -> RowOutcome {
    let rank = |outcome| match outcome {
        RowOutcome::Skipped => 0,
        RowOutcome::Accepted => 1,
        RowOutcome::Rejected => 2,
    };
    if rank(other) > rank(one) { other } else { one }
}

/// What is told in a row's own two cells.
pub(super) fn answers(verdict: &Verdict, form: bool) -> [String; 2] {
    let result = outcome_label(verdict.outcome);
    let reasons = verdict.problems.iter().map(line);
    let reasons: Vec<String> = reasons.collect();
    let reasons = reasons.join("\n");
    if !form {
        return [result.to_owned(), reasons];
    }
    // A form has no header: its cells are a word and what belongs to it.
    let told = match reasons.as_str() {
        "" => result.to_owned(),
        _ => format!("{result}\n{reasons}"),
    };
    [super::RESULT.to_owned(), told]
}

/// The address comes first, so that the text never begins as a formula does.
fn line(problem: &Problem) -> String {
    match &problem.at {
        Some(at) => format!("{at}：{}", problem.text),
        None => format!("· {}", problem.text),
    }
}

/// Marks by row from 1 and column from 0: those of a row that is being written, and of later rows of its form.
#[derive(Debug, Default)]
pub(super) struct Marks {
    rows: BTreeMap<u32, BTreeMap<u32, Mark>>,
}

impl Marks {
    pub(super) fn add(&mut self, verdict: &Verdict) {
        for problem in &verdict.problems {
            let mark = match problem.severity {
                Severity::Error => Mark::Wrong,
                Severity::Warning => Mark::Look,
                Severity::Hint => continue,
            };
            let cell = problem.at.as_deref().and_then(place);
            if let Some((row, column)) = cell
                && row >= verdict.row
            {
                let known = self.rows.entry(row).or_default();
                let known = known.entry(column).or_insert(mark);
                *known = mark.max(*known);
            }
        }
    }

    /// The marks of a row by column; those of rows before it, which are not in the file, are forgotten.
    pub(super) fn take(&mut self, row: u32) -> BTreeMap<u32, Mark> {
        while self
            .rows
            .first_key_value()
            .is_some_and(|(first, _)| *first < row)
        {
            self.rows.pop_first();
        }
        self.rows.remove(&row).unwrap_or_default()
    }
}

/// The texts of each marked cell, of this row or another, with its row from 1 and column from 0.
pub(super) fn notes(verdict: &Verdict) -> BTreeMap<(u32, u32), String> {
    let mut notes: BTreeMap<(u32, u32), String> = BTreeMap::new();
    for problem in &verdict.problems {
        if problem.severity == Severity::Hint {
            continue;
        }
        if let Some(cell) = problem.at.as_deref().and_then(place) {
            let text = notes.entry(cell).or_default();
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&problem.text);
        }
    }
    notes
}
