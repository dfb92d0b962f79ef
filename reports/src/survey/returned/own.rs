//! How many lines the user's own cells take in a row that says no height: Excel fits such a row when it opens the workbook,
//! LibreOffice leaves it one line high, and whoever gives it a height for what we say must not cut what they wrote.

use std::collections::HashMap;

use super::styles::Styles;
use super::tail::Columns;
use crate::text::{display_width, room};

/// Rows that a sheet can have.
const MOST_ROWS: u32 = 1_048_576;

/// The room that a text takes, whatever its column is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Room {
    /// In spreadsheet characters.
    width: u16,
    breaks: u16,
}

impl Room {
    /// Adds a piece of a text.
    pub(super) fn add(&mut self, text: &str) {
        let number = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        self.width = self.width.saturating_add(number(display_width(text)));
        let breaks = text.bytes().filter(|byte| *byte == b'\n').count();
        self.breaks = self.breaks.saturating_add(number(breaks));
    }

    /// How many lines it takes at most in a column of that width.
    fn lines(self, width: f64) -> f64 {
        let lines = f64::from(self.width) / room(width);
        f64::from(self.breaks) + lines.ceil().max(1.0)
    }
}

/// The lines of each row, gathered cell by cell. Merged cells are taken for single ones: a row may become too high by that.
pub(super) struct Own<'a> {
    styles: &'a Styles,
    /// The room of each shared text.
    shared: &'a [Room],
    pub(super) columns: Columns,
    widths: HashMap<u32, f64>,
    lines: Vec<u8>,
}

impl<'a> Own<'a> {
    pub(super) fn new(styles: &'a Styles, shared: &'a [Room]) -> Self {
        Self {
            styles,
            shared,
            columns: Columns::default(),
            widths: HashMap::new(),
            lines: Vec::new(),
        }
    }

    /// The room of a shared text.
    pub(super) fn shared(&self, place: u32) -> Room {
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        self.shared.get(place).copied().unwrap_or_default()
    }

    /// Adds a cell, by row from 1 and column from 0.
    pub(super) fn cell(&mut self, (row, column): (u32, u32), format: u32, said: Room) {
        let wide = self.widths.entry(column);
        let wide = *wide.or_insert_with(|| self.columns.width(column));
        let lines = said.lines(wide);
        if lines <= 1.0 || row > MOST_ROWS || !self.styles.wraps(format) {
            return;
        }
        let place = usize::try_from(row).unwrap_or(usize::MAX);
        if self.lines.len() <= place {
            self.lines.resize(place + 1, 1);
        }
        if let Some(known) = self.lines.get_mut(place) {
            let most = (1..=u8::MAX).find(|most| f64::from(*most) >= lines);
            *known = (*known).max(most.unwrap_or(u8::MAX));
        }
    }

    /// What was gathered.
    pub(super) fn told(self) -> Lines {
        Lines(self.lines)
    }
}

/// How many lines the user's own cells take, by row.
#[derive(Debug, Default)]
pub(super) struct Lines(Vec<u8>);

impl Lines {
    /// Of a row from 1; none where a line is enough.
    pub(super) fn of(&self, row: u32) -> Option<f64> {
        let place = usize::try_from(row).unwrap_or(usize::MAX);
        let lines = self.0.get(place).copied().unwrap_or(1);
        (lines > 1).then(|| f64::from(lines))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_the_lines_of_its_breaks_and_of_its_width() {
        let lines = |text: &str| {
            let mut room = Room::default();
            room.add(text);
            format!("{}", room.lines(13.0))
        };
        assert_eq!(lines("浙江省杭州"), "1");
        assert_eq!(lines("浙江省杭州市"), "2");
        assert_eq!(lines("a\nb\nc"), "3");
        assert_eq!(lines(""), "1");
    }
}
