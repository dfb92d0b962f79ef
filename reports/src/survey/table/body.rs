//! The rows below a header: which of them are data, and what each says. A row that is no data is told with its reason.

use std::sync::Arc;

use rules::survey::{Field, Group, RowWord, Shape, Words, plain};

use super::column::Known;
use super::fill::{Filler, Recalled, recall};
use super::header::{begins, may_be_header};
use super::merge::{Line, Merges};
use super::{Record, Why, plain_text, says};
use crate::survey::cell::tidy;
use crate::survey::raw::{Cell, Row, Value};

/// A note is told from data by its length, in bytes, where it stands alone.
const LONG: usize = 120;

/// What a row of a table is.
#[derive(Debug)]
pub(super) enum Read {
    /// Data.
    Record(Record),
    /// No data.
    Skipped(Why),
    /// Another table may begin with this row.
    Header(Line),
}

/// A table whose header was found.
#[derive(Debug)]
pub(super) struct Body {
    sheet: Arc<str>,
    columns: Vec<Known>,
    /// The compared words of each row of the header, by column.
    header: Vec<Vec<(u32, String)>>,
    last: Option<Row>,
    mapped: usize,
    /// Whether two columns say one field.
    doubled: bool,
    /// The last line across the table, which may be the title of the next one.
    pub(super) note: Option<String>,
}

impl Body {
    pub(super) fn new(sheet: Arc<str>, columns: Vec<Known>, header: &[Line]) -> Self {
        let words = |line: &Line| {
            let said = line.row.cells.iter().filter(|cell| says(cell));
            said.map(|cell| (cell.column, plain(plain_text(cell))))
                .collect()
        };
        let is_data = |known: &&Known| known.column.field.is_some_and(is_data);
        let mapped = columns.iter().filter(is_data).count();
        let mut fields: Vec<_> = columns
            .iter()
            .filter_map(|known| Some((known.column.field?, known.column.part)))
            .filter(|(field, _)| field.group() != Group::Sheet || *field == Field::Note)
            .collect();
        let all = fields.len();
        fields.sort_unstable();
        fields.dedup();
        Self {
            sheet,
            mapped,
            doubled: fields.len() < all,
            columns,
            header: header.iter().map(words).collect(),
            last: None,
            note: None,
        }
    }

    /// Reads the next row.
    pub(super) fn read(
        &mut self,
        words: &Words,
        line: Line,
        merges: &Merges,
        recalled: &mut Recalled,
    ) -> Read {
        if let Some(why) = self.no_data(words, &line, merges) {
            return Read::Skipped(why);
        }
        if may_be_header(&line) && begins(words, &line) {
            return Read::Header(line);
        }
        if self.mapped == 0 {
            return Read::Skipped(Why::Unmapped);
        }
        let columns = (self.columns.as_slice(), self.doubled);
        let mut filler = Filler::new(&self.sheet, words, columns, self.last.as_ref());
        let mut cells = filler.fill(&line);
        if cells.is_empty() {
            return Read::Skipped(Why::Unmapped);
        }
        recall(&mut cells, recalled);
        let repeated = filler.repeated();
        let row = line.row.index.saturating_add(1);
        self.keep(line.row, repeated);
        Read::Record(Record {
            sheet: Arc::clone(&self.sheet),
            row,
            rows: 1,
            cells,
        })
    }

    /// Why a row is no data.
    fn no_data(&mut self, words: &Words, line: &Line, merges: &Merges) -> Option<Why> {
        if line.own == 0 || self.is_numbered_only(line) {
            return Some(Why::Blank);
        }
        if let Some(why) = self.by_word(words, line) {
            return Some(why);
        }
        if may_be_header(line) && self.is_header_again(line) {
            return Some(Why::Header);
        }
        if line.own == 1 && self.is_note(words, line, merges) {
            let said = line.row.cells.iter().find(|cell| says(cell));
            self.note = said.map(|cell| plain_text(cell).chars().take(60).collect());
            return Some(Why::Note);
        }
        self.is_bare_total(line).then_some(Why::Total)
    }

    /// Keeps a row for what says that it is the same, with what its own marks stand for.
    fn keep(&mut self, mut row: Row, repeated: Vec<(u32, Option<Value>)>) {
        for (column, value) in repeated {
            let at = row.cells.iter().position(|cell| cell.column == column);
            match (at, value) {
                (Some(at), Some(value)) => {
                    if let Some(cell) = row.cells.get_mut(at) {
                        cell.value = value;
                    }
                }
                (Some(at), None) => {
                    row.cells.remove(at);
                }
                (None, _) => {}
            }
        }
        self.last = Some(row);
    }

    /// A row that is numbered beforehand and was never filled in.
    fn is_numbered_only(&self, line: &Line) -> bool {
        let mut said = line.row.cells.iter().filter(|cell| says(cell));
        match (said.next(), said.next()) {
            (Some(only), None) => {
                let is_number = match &only.value {
                    Value::Number(_) => true,
                    Value::Text(text) => tidy(text).bytes().all(|byte| byte.is_ascii_digit()),
                    _ => false,
                };
                is_number && self.field(only.column) == Some(Field::Ordinal)
            }
            _ => false,
        }
    }

    /// What the row's first words say it is.
    fn by_word(&self, words: &Words, line: &Line) -> Option<Why> {
        let said = line.row.cells.iter().filter(|cell| says(cell));
        let mut texts = said
            .filter(|cell| matches!(cell.value, Value::Text(_)))
            .take(3);
        let first = texts.next()?;
        let word = match (words.row(plain_text(first)), line.own) {
            (Some(RowWord::Total), _) => return Some(Why::Total),
            (Some(RowWord::Example), _) => return Some(Why::Example),
            (Some(RowWord::Continued), _) if !self.has_key(line) => return Some(Why::Note),
            // A first cell of data may begin like a footer; data says more.
            (Some(RowWord::Footer), _) if !self.has_key(line) => return Some(Why::Footer),
            (Some(RowWord::Note), own) if own <= 2 => return Some(Why::Note),
            (word, _) => word,
        };
        let total = |cell: &&Cell| words.row(plain_text(cell)) == Some(RowWord::Total);
        let later = word.is_none() && !self.has_key(line);
        (later && texts.any(|cell| total(&cell))).then_some(Why::Total)
    }

    /// Whether a cell holds what a record is known by.
    fn has_key(&self, line: &Line) -> bool {
        let key = |cell: &&Cell| {
            let field = self.field(cell.column);
            let is_key = field.is_some_and(|field| {
                matches!(field.shape(), Shape::Number) || field == Field::RoomAccount
            });
            is_key && says(cell)
        };
        let mut cells = line.row.cells.iter();
        cells.any(|cell| {
            let long = match &cell.value {
                Value::Text(text) => {
                    let digits = text.bytes().filter(u8::is_ascii_digit).count();
                    digits >= 4 && !text.contains(['：', ':'])
                }
                Value::Number(number) => *number >= 1000.0,
                _ => false,
            };
            long && key(&cell)
        })
    }

    /// The header once more, as it is printed on each page.
    fn is_header_again(&self, line: &Line) -> bool {
        let said = line.row.cells.iter().filter(|cell| says(cell));
        let said: Vec<_> = said
            .map(|cell| (cell.column, plain(plain_text(cell))))
            .collect();
        self.header.iter().any(|row| {
            let same = said.iter().filter(|cell| row.contains(cell)).count();
            same * 5 >= said.len() * 3 && same >= row.len().min(2)
        })
    }

    /// A line across the table that belongs to no column.
    fn is_note(&self, words: &Words, line: &Line, merges: &Merges) -> bool {
        let Some(cell) = line.row.cells.iter().find(|cell| says(cell)) else {
            return false;
        };
        if self.mapped < 2 {
            return false;
        }
        let Value::Text(text) = &cell.value else {
            return false;
        };
        let unplaced = self
            .field(cell.column)
            .is_none_or(|field| field == Field::Ordinal);
        let across = || {
            let end = merges.end(line.row.index, cell.column);
            end >= cell.column.saturating_add(2)
        };
        let listed = text.starts_with(['一', '二', '三', '四', '五', '（', '('])
            && text.contains(['、', '）', ')']);
        unplaced || text.len() > LONG || listed && words.about(text).is_some() || across()
    }

    /// Sums without a word: nothing but numbers, and all of them calculated.
    fn is_bare_total(&self, line: &Line) -> bool {
        let mut said = line.row.cells.iter().filter(|cell| says(cell)).peekable();
        said.peek().is_some()
            && said.all(|cell| {
                let counts = self
                    .field(cell.column)
                    .is_none_or(|field| matches!(field.shape(), Shape::Count | Shape::Band));
                counts && cell.formula && matches!(cell.value, Value::Number(_))
            })
    }

    fn field(&self, column: u32) -> Option<Field> {
        let at = self
            .columns
            .binary_search_by_key(&column, |known| known.column.column);
        self.columns.get(at.ok()?)?.column.field
    }
}

/// Whether a field says something of a subject.
fn is_data(field: Field) -> bool {
    field.group() != Group::Sheet
}
