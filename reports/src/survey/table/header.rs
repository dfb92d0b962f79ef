//! The header of a table: one to three rows in which offices name columns, found by how many of their words are known.
//! A word over a block of columns belongs to each column under it, whether its cells are merged or were once.

use rules::survey::{Group, Heard, Meaning, Words};

use super::merge::{Line, Near};
use super::{Cell, plain_text};
use crate::survey::raw::Value;

/// The most rows of a header.
pub(super) const TALLEST: usize = 3;
/// The most columns of a header.
const WIDEST: usize = 256;
/// How sure a word has to be to count for a header.
const SURE: u8 = 75;
/// A run of so many digits stands in no header.
const DIGITS: usize = 6;

/// What stands over a column.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub(super) column: u32,
    /// The words from top to bottom.
    pub(super) text: String,
    /// The subject that a word over it names.
    pub(super) over: Option<Group>,
    pub(super) heard: Option<Heard>,
}

impl Label {
    fn is_sure(&self) -> bool {
        self.heard
            .as_ref()
            .is_some_and(|heard| heard.confidence >= SURE)
    }
}

/// Rows that may be a header.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// Its first row in the rows that were looked at.
    pub(super) first: usize,
    /// How many rows it has.
    pub(super) height: usize,
    pub(super) labels: Vec<Label>,
    score: i64,
}

/// The first header in some rows.
pub(super) fn find(words: &Words, lines: &[Line], near: &Near) -> Option<Candidate> {
    let at = |first: usize| {
        let heights = 1..=TALLEST;
        heights.filter_map(move |height| candidate(words, lines, near, (first, height)))
    };
    let first = (0..lines.len()).find(|first| at(*first).next().is_some())?;
    // The rows of one header may each pass for one: the best of those that begin here or right below is meant.
    let best = (first..first + TALLEST).flat_map(at);
    best.max_by_key(|candidate| {
        let height = i64::try_from(candidate.height).unwrap_or_default();
        let below = i64::try_from(candidate.first - first).unwrap_or_default();
        candidate.score - 5 * height - below
    })
}

/// Whether a row alone may be a header, or the upper row of one: nearly all that it says are known words.
pub(super) fn begins(words: &Words, line: &Line) -> bool {
    let Some((known, groups, all)) = known(words, line) else {
        return false;
    };
    let mostly = (known + groups) * 5 >= all * 3;
    mostly && ((known + groups >= 3) || (groups >= 2 && known + groups == all))
}

/// Whether a row says nothing but known words.
pub(super) fn says_only_words(words: &Words, line: &Line) -> bool {
    known(words, line).is_some_and(|(known, groups, all)| known > 0 && known + groups == all)
}

/// How many cells of a row are known words, how many are words for subjects, and how many say anything; none where too
/// many are neither. Data is mostly known by its first cells.
fn known(words: &Words, line: &Line) -> Option<(usize, usize, usize)> {
    if !may_be_header(line) {
        return None;
    }
    let said = line.row.cells.iter().filter(|cell| super::says(cell));
    let all = said.clone().take(WIDEST).count();
    let (mut known, mut groups, mut neither) = (0, 0, 0);
    for text in said.take(WIDEST).map(plain_text) {
        if words.group(text).is_some() {
            groups += 1;
        } else if sure(words, text, None).is_some() {
            known += 1;
        } else {
            neither += 1;
        }
        if neither * 5 > all * 2 {
            return None;
        }
    }
    Some((known, groups, all))
}

/// What a row of a table is called by, where its words suffice.
fn candidate(
    words: &Words,
    lines: &[Line],
    near: &Near,
    (first, height): (usize, usize),
) -> Option<Candidate> {
    let rows = lines.get(first..first + height)?;
    let labels = labels(words, rows, near)?;
    let sure: Vec<&Label> = labels.iter().filter(|label| label.is_sure()).collect();
    let mut meanings: Vec<_> = sure
        .iter()
        .filter_map(|label| label.heard.as_ref())
        .collect();
    meanings.dedup_by_key(|heard| (heard.meaning, heard.part));
    let (known, all, different) = (sure.len(), labels.len(), meanings.len());
    let below = lines.get(first + height).is_some_and(|line| line.own > 0);
    let of_subject = |heard: &&Heard| match heard.meaning {
        Meaning::Field(field) => field.group() != Group::Sheet,
        Meaning::Leaf(_) => true,
    };
    let suffices = match different {
        _ if !meanings.iter().any(of_subject) => false,
        0 => false,
        1 => all == 1 && below && height == 1,
        2 => all <= 5,
        _ => known * 3 >= all,
    };
    if !suffices {
        return None;
    }
    let gain: i64 = sure
        .iter()
        .filter_map(|label| Some(i64::from(label.heard.as_ref()?.confidence)))
        .sum();
    let loss = i64::try_from(all - known).unwrap_or(i64::MAX / 64) * 30;
    Some(Candidate {
        first,
        height,
        labels,
        score: gain - loss,
    })
}

/// What stands over each column of some rows; none where they cannot be a header.
pub(super) fn labels(words: &Words, rows: &[Line], near: &Near) -> Option<Vec<Label>> {
    let consecutive = rows
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if b.row.index == a.row.index + 1));
    if !consecutive || !rows.iter().all(may_be_header) {
        return None;
    }
    let mut columns: Vec<u32> = Vec::new();
    for line in rows {
        columns.extend(
            line.row
                .cells
                .iter()
                .filter(|c| super::says(c))
                .map(|c| c.column),
        );
        for (left, right) in near.columns(line.row.index) {
            let named = line.cell(left).is_some_and(super::says);
            let right = right.min(left.saturating_add(64));
            columns.extend((left..=right).filter(|_| named));
        }
    }
    columns.sort_unstable();
    columns.dedup();
    columns.truncate(WIDEST);
    let mut carried = vec![None; rows.len()];
    let labels = columns
        .into_iter()
        .filter_map(|column| label(words, rows, near, (column, &mut carried)));
    let labels: Vec<Label> = labels.collect();
    (!labels.is_empty()).then_some(labels)
}

/// What stands over one column. `carried` holds, for each row, the last word for a subject to the left, which stands over
/// what follows where its merge was undone.
fn label<'a>(
    words: &Words,
    rows: &'a [Line],
    near: &Near,
    (column, carried): (u32, &mut Vec<Option<&'a str>>),
) -> Option<Label> {
    let mut texts: Vec<&str> = Vec::new();
    let lowest = rows.len().checked_sub(1)?;
    for (place, (line, carried)) in rows.iter().zip(carried.iter_mut()).enumerate() {
        let own = line.cell(column).filter(|cell| super::says(cell));
        let merged = || {
            let left = near.over(line.row.index, column)?.left;
            line.cell(left).filter(|cell| super::says(cell))
        };
        let text = own.or_else(merged).map(plain_text);
        if let Some(text) = text {
            *carried = words.group(text).is_some().then_some(text);
        }
        let below = || {
            let lower = rows.get(place + 1..).unwrap_or_default();
            lower
                .iter()
                .any(|line| line.cell(column).is_some_and(super::says))
        };
        let text = match text {
            None if place < lowest && below() => *carried,
            other => other,
        };
        if let Some(text) = text
            && texts.last() != Some(&text)
        {
            texts.push(text);
        }
    }
    let (leaf, upper) = texts.split_last()?;
    let over = upper.iter().rev().find_map(|text| words.group(text));
    let heard = sure(words, leaf, over)
        .or_else(|| {
            (!upper.is_empty())
                .then(|| sure(words, &texts.concat(), None))
                .flatten()
        })
        .or_else(|| words.header(leaf, over));
    let ends = leaf.trim_end().ends_with(['：', ':']);
    Some(Label {
        column,
        text: texts
            .iter()
            .map(|text| squeezed(text))
            .collect::<Vec<_>>()
            .join("/"),
        over,
        heard: heard.filter(|_| !ends),
    })
}

fn sure(words: &Words, text: &str, over: Option<Group>) -> Option<Heard> {
    let known = words.known_header(text, over);
    known.filter(|heard| heard.confidence >= SURE)
}

/// A header on one line without its spaces.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// A header holds words: no quantity, no day, no long number.
pub(super) fn may_be_header(line: &Line) -> bool {
    line.row.cells.iter().all(|cell| match &cell.value {
        Value::Text(text) => text.len() <= 300 && !has_digits(text),
        Value::Number(number) => *number >= 1.0 && *number < 100.0 && number.fract() == 0.0,
        _ => false,
    })
}

fn has_digits(text: &str) -> bool {
    let mut run = 0;
    text.bytes().any(|byte| {
        run = if byte.is_ascii_digit() { run + 1 } else { 0 };
        run >= DIGITS
    })
}

/// A header that no word is known of: the first row of several texts over a row as wide. People can still say what its
/// columns mean.
pub(super) fn by_shape(lines: &[Line]) -> Option<Candidate> {
    let texts = |line: &Line| {
        let said = line.row.cells.iter().filter(|cell| super::says(cell));
        said.filter(|cell| matches!(cell.value, Value::Text(_)))
            .count()
    };
    let first = lines.windows(2).position(|pair| match pair {
        [header, data] => {
            texts(header) >= 3
                && may_be_header(header)
                && header.own == texts(header)
                && data.own * 2 >= header.own
        }
        _ => false,
    })?;
    let line = lines.get(first)?;
    let said = line
        .row
        .cells
        .iter()
        .filter(|cell| super::says(cell))
        .take(WIDEST);
    let labels = said.map(|cell: &Cell| Label {
        column: cell.column,
        text: squeezed(plain_text(cell)),
        over: None,
        heard: None,
    });
    Some(Candidate {
        first,
        height: 1,
        labels: labels.collect(),
        score: 0,
    })
}
