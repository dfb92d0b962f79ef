//! Merged cells: a value belongs to every row of its merge and to no row below it. A spreadsheet keeps it in the first cell
//! only, so it is filled down while the rows go by, inside the merge and nowhere else.

use crate::survey::raw::{Cell, Row, Span};

/// More merges than this in the first rows of a sheet are not looked at for a header.
const MOST_NEAR: usize = 500;
/// Merges that end so many rows above are not asked for again.
const REMEMBERED: u32 = 512;

/// A row on its way, with what merges put into it.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// Its cells by column, with those that a merge filled.
    pub(super) row: Row,
    /// How many cells of its own say something.
    pub(super) own: usize,
    /// The columns that a merge filled, with the row in which the value stands.
    pub(super) filled: Vec<(u32, u32)>,
}

impl Line {
    /// The row in which the value of a column stands.
    pub(super) fn origin(&self, column: u32) -> u32 {
        let filled = self.filled.iter().find(|(known, _)| *known == column);
        filled.map_or(self.row.index, |(_, row)| *row)
    }

    /// The cell of a column.
    pub(super) fn cell(&self, column: u32) -> Option<&Cell> {
        let at = self
            .row
            .cells
            .binary_search_by_key(&column, |cell| cell.column);
        self.row.cells.get(at.ok()?)
    }
}

/// A merge that reaches below its first row.
#[derive(Clone, Debug)]
struct Down {
    span: Span,
    cell: Cell,
}

/// The merges of a sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct Merges {
    spans: Vec<Span>,
    next: usize,
    /// All before it end far above.
    done: usize,
    active: Vec<Down>,
}

impl Merges {
    pub(super) fn new(spans: &[Span]) -> Self {
        let real = |span: &&Span| {
            let ordered = span.top <= span.bottom && span.left <= span.right;
            ordered && (span.top, span.left) != (span.bottom, span.right)
        };
        let mut spans: Vec<Span> = spans.iter().filter(real).copied().collect();
        spans.sort_unstable_by_key(|span| (span.top, span.left));
        Self {
            spans,
            next: 0,
            done: 0,
            active: Vec::new(),
        }
    }

    /// Fills a row with what stands above it in its merges, and puts its cells in the order of their columns.
    pub(super) fn fill(&mut self, mut row: Row) -> Line {
        if !row.cells.is_sorted_by_key(|cell| cell.column) {
            row.cells.sort_by_key(|cell| cell.column);
        }
        let own = row.cells.iter().filter(|cell| super::says(cell)).count();
        let index = row.index;
        self.active.retain(|down| down.span.bottom >= index);
        while self.done < self.next
            && let Some(span) = self.spans.get(self.done)
            && span.bottom.saturating_add(REMEMBERED) < index
        {
            self.done += 1;
        }
        let mut filled = Vec::new();
        for down in &self.active {
            let column = down.span.left;
            let at = row.cells.binary_search_by_key(&column, |cell| cell.column);
            match at {
                Ok(at) => match row.cells.get_mut(at) {
                    Some(cell) if !super::says(cell) => cell.clone_from(&down.cell),
                    _ => continue,
                },
                Err(at) => row.cells.insert(at, down.cell.clone()),
            }
            filled.push((column, down.span.top));
        }
        while let Some(span) = self.spans.get(self.next)
            && span.top <= index
        {
            self.next += 1;
            if span.top == index && span.bottom > index {
                let at = row
                    .cells
                    .binary_search_by_key(&span.left, |cell| cell.column);
                let cell = at.ok().and_then(|at| row.cells.get(at));
                if let Some(cell) = cell.filter(|cell| super::says(cell)) {
                    let cell = cell.clone();
                    self.active.push(Down { span: *span, cell });
                }
            }
        }
        Line { row, own, filled }
    }

    /// The last column of the merge that begins in a cell; of any other cell, its own.
    pub(super) fn end(&self, row: u32, column: u32) -> u32 {
        let at = self
            .spans
            .binary_search_by_key(&(row, column), |span| (span.top, span.left));
        at.ok()
            .and_then(|at| self.spans.get(at))
            .map_or(column, |span| span.right)
    }

    /// The merges that touch some rows, for a look at a header or a form.
    pub(super) fn near(&self, first: u32, last: u32) -> Near {
        let touches = |span: &&Span| span.top <= last && span.bottom >= first;
        let known = self
            .spans
            .iter()
            .skip(self.done)
            .take_while(|span| span.top <= last);
        Near(known.filter(touches).take(MOST_NEAR).copied().collect())
    }
}

/// Some merges of a sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct Near(Vec<Span>);

impl Near {
    /// The merge over a cell.
    pub(super) fn over(&self, row: u32, column: u32) -> Option<Span> {
        let over = |span: &&Span| {
            (span.top..=span.bottom).contains(&row) && (span.left..=span.right).contains(&column)
        };
        self.0.iter().find(over).copied()
    }

    /// The last column of the merge that begins in a cell; of any other cell, its own.
    pub(super) fn end(&self, row: u32, column: u32) -> u32 {
        self.over(row, column).map_or(column, |span| span.right)
    }

    /// The columns of a row that its merges cover.
    pub(super) fn columns(&self, row: u32) -> impl Iterator<Item = (u32, u32)> {
        let across =
            move |span: &&Span| (span.top..=span.bottom).contains(&row) && span.left < span.right;
        self.0
            .iter()
            .filter(across)
            .map(|span| (span.left, span.right))
    }
}
