//! What is put into one row: marks on its cells, and two cells of ours.

use std::collections::BTreeMap;

use super::verdicts::Mark;

/// A row that is written.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// As people count, from 1.
    pub(super) number: u32,
    /// The format of its cells where they have none.
    pub(super) format: Option<u32>,
    /// Cells to mark that have not come yet, by column.
    pub(super) marks: BTreeMap<u32, Mark>,
    /// Cells of ours that are not written yet, by column.
    pub(super) answers: BTreeMap<u32, Answered>,
    /// How high the row must be for what we say, in points; none where a line is enough.
    pub(super) points: Option<f64>,
    /// The last column that came, counted from 0; none before the first.
    pub(super) last: Option<u32>,
    /// The format of the last cell that came.
    pub(super) last_format: u32,
}

/// A cell of ours.
#[derive(Debug)]
pub(super) enum Answered {
    /// A header, which looks as its neighbour does.
    Header(&'static str),
    /// What became of a row, and whether it was rejected.
    Told(String, bool),
    /// Nothing to tell: the borders of the table go on.
    Nothing,
}

/// What comes next before a column of the file.
#[derive(Debug)]
pub(super) enum Due {
    /// A cell that is marked and not in the file.
    Marked(u32, Mark),
    /// A cell of ours.
    Answer(u32, Answered),
}

impl Row {
    /// The next cell that stands before a column, in order; before the end of the row where no column is given.
    pub(super) fn due(&mut self, before: Option<u32>) -> Option<Due> {
        let limit = before.unwrap_or(u32::MAX);
        let mark = self.marks.first_key_value().map(|(column, _)| *column);
        let answer = self.answers.first_key_value().map(|(column, _)| *column);
        let mark = mark.filter(|column| *column < limit);
        let answer = answer.filter(|column| *column < limit);
        match (mark, answer) {
            (Some(mark), answer) if answer.is_none_or(|answer| mark < answer) => {
                let (column, mark) = self.marks.pop_first()?;
                Some(Due::Marked(column, mark))
            }
            (_, Some(_)) => {
                let (column, answer) = self.answers.pop_first()?;
                // A mark on a cell of ours says nothing.
                self.marks.remove(&column);
                Some(Due::Answer(column, answer))
            }
            _ => None,
        }
    }
}
