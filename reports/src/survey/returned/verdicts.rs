//! The verdicts in the order of the file, taken row by row. They come nearly in that order: some are held until those before
//! them must have come, several of one row are put together, and what is said alike of one place is said once. One that has
//! no place all the same is counted, because a verdict that is lost would be a row that is lost.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io;

use entity::kind::RowOutcome;
use entity::problem::Severity;
use rules::label::{Label as _, Lang};

use super::xml::place;
use super::{Problem, ReturnError, Sheet, Verdict};

/// Verdicts that are held: many more than the rows of a sheet that are looked at before the first of them is told.
const AHEAD: usize = 4_096;

/// How a cell is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Mark {
    /// A person should look.
    Look,
    /// It is wrong.
    Wrong,
}

pub(super) struct Verdicts<'a, I> {
    source: Option<I>,
    sheets: &'a [Sheet],
    /// By the place of their sheet and by row.
    ahead: BTreeMap<(usize, u32), Verdict>,
    late: u64,
}

impl<'a, I: Iterator<Item = io::Result<Verdict>>> Verdicts<'a, I> {
    pub(super) fn new(verdicts: I, sheets: &'a [Sheet]) -> Self {
        Self {
            source: Some(verdicts),
            sheets,
            ahead: BTreeMap::new(),
            late: 0,
        }
    }

    /// The next row of a sheet that has verdicts, after a row. Sheets are asked for in their order.
    pub(super) fn next_in(
        &mut self,
        sheet: &str,
        after: u32,
    ) -> Result<Option<Verdict>, ReturnError> {
        self.fill(AHEAD)?;
        let Some(place) = self.sheets.iter().position(|known| known.name == sheet) else {
            return Ok(None);
        };
        while let Some(first) = self.ahead.first_entry() {
            if *first.key() > (place, after) {
                let here = first.key().0 == place;
                return Ok(here.then(|| first.remove()));
            }
            first.remove();
            self.late += 1;
        }
        Ok(None)
    }

    fn fill(&mut self, most: usize) -> Result<(), ReturnError> {
        while self.ahead.len() < most
            && let Some(source) = &mut self.source
        {
            let Some(verdict) = source.next().transpose()? else {
                self.source = None;
                return Ok(());
            };
            let place = self.sheets.iter().position(|s| s.name == verdict.sheet);
            let Some(place) = place else {
                self.late += 1;
                continue;
            };
            match self.ahead.entry((place, verdict.row)) {
                Entry::Vacant(free) => {
                    let mut first = Verdict {
                        problems: Vec::new(),
                        ..verdict
                    };
                    join(&mut first.problems, verdict.problems);
                    free.insert(first);
                }
                Entry::Occupied(known) => {
                    let known = known.into_mut();
                    known.outcome = worse(known.outcome, verdict.outcome);
                    join(&mut known.problems, verdict.problems);
                }
            }
        }
        Ok(())
    }

    /// How many had no place, when every sheet is written.
    pub(super) fn end(mut self) -> Result<u64, ReturnError> {
        self.fill(usize::MAX)?;
        Ok(self.late + self.ahead.len() as u64)
    }
}

/// Adds problems; what is said of a place already is said once, as grave as the gravest.
fn join(known: &mut Vec<Problem>, more: Vec<Problem>) {
    for problem in more {
        let alike = |old: &&mut Problem| old.at == problem.at && old.text == problem.text;
        match known.iter_mut().find(alike) {
            Some(old) => old.severity = old.severity.min(problem.severity),
            None => known.push(problem),
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
pub(super) fn answers(verdict: &Verdict, form: bool, lang: Lang) -> [String; 2] {
    let result = verdict.outcome.label(lang);
    let mut problems: Vec<&Problem> = verdict.problems.iter().collect();
    // What refuses the row comes first.
    problems.sort_by_key(|problem| problem.severity);
    let reasons = problems.into_iter().map(|problem| line(problem, lang));
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
fn line(problem: &Problem, lang: Lang) -> String {
    let colon = lang.pick("：", ": ");
    match &problem.at {
        Some(at) => format!("{at}{colon}{}", problem.text),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(sheet: &str, row: u32, said: &[(&str, Severity)]) -> Verdict {
        let problems = said.iter().map(|(text, severity)| Problem {
            at: None,
            severity: *severity,
            text: (*text).to_owned(),
        });
        Verdict {
            sheet: sheet.to_owned(),
            row,
            outcome: RowOutcome::Accepted,
            problems: problems.collect(),
        }
    }

    #[test]
    fn verdicts_are_put_in_order_and_those_of_a_row_together() {
        let sheets = ["甲", "乙"].map(|name| Sheet {
            name: name.to_owned(),
            headers: Vec::new(),
        });
        let (warning, error) = (Severity::Warning, Severity::Error);
        let given = vec![
            verdict("乙", 2, &[]),
            verdict("甲", 9, &[("缺", warning), ("错", warning)]),
            verdict("甲", 3, &[]),
            verdict("丙", 1, &[]),
            verdict("甲", 9, &[("错", error), ("错", warning)]),
        ];
        let mut verdicts = Verdicts::new(given.into_iter().map(Ok), &sheets);
        let mut next = |sheet, after| {
            let next = verdicts.next_in(sheet, after).expect("verdicts");
            next.map(|found| (found.row, found.problems))
        };
        assert_eq!(next("甲", 0), Some((3, Vec::new())));
        let (row, told) = next("甲", 3).expect("another row");
        assert_eq!(row, 9);
        let told: Vec<_> = told.iter().map(|p| (p.text.as_str(), p.severity)).collect();
        assert_eq!(told, [("缺", warning), ("错", error)], "each is told once");
        assert_eq!(next("甲", 9), None);
        assert_eq!(next("乙", 0).map(|(row, _)| row), Some(2));
        assert_eq!(verdicts.end().expect("an end"), 1, "one is of no sheet");
    }
}
