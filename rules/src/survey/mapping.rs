//! What people said that columns mean: for one file, by sheet and column, and from then on by the signature of a header.
//! It overrides whatever the words propose.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Field;

/// Columns that somebody mapped. A column that is mapped to nothing is not imported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mappings {
    remembered: BTreeMap<String, BTreeMap<u32, Option<Field>>>,
    said: BTreeMap<String, BTreeMap<u32, Option<Field>>>,
}

impl Mappings {
    /// Remembers what the columns, counted from 0, of a header with a signature mean.
    pub fn remember(
        &mut self,
        signature: impl Into<String>,
        columns: impl IntoIterator<Item = (u32, Option<Field>)>,
    ) {
        let known = self.remembered.entry(signature.into()).or_default();
        known.extend(columns);
    }

    /// Says what a column, counted from 0, of a sheet of this file means.
    pub fn say(&mut self, sheet: impl Into<String>, column: u32, field: Option<Field>) {
        let sheet = self.said.entry(sheet.into()).or_default();
        sheet.insert(column, field);
    }

    /// What was remembered of a column; none where nothing was.
    #[must_use]
    pub fn remembered(&self, signature: &str, column: u32) -> Option<Option<Field>> {
        self.remembered.get(signature)?.get(&column).copied()
    }

    /// What was said of a column of this file; none where nothing was.
    #[must_use]
    pub fn said(&self, sheet: &str, column: u32) -> Option<Option<Field>> {
        self.said.get(sheet)?.get(&column).copied()
    }

    /// Whether anything was said of a sheet of this file.
    #[must_use]
    pub fn speaks_of(&self, sheet: &str) -> bool {
        self.said.contains_key(sheet)
    }
}

/// The column of a spreadsheet's letters, counted from 0: A is 0, AA is 26.
#[must_use]
pub fn column_of(letters: &str) -> Option<u32> {
    let mut column = 0_u32;
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    for letter in letters.bytes() {
        let value = letter.to_ascii_uppercase().checked_sub(b'A')?;
        if value > 25 {
            return None;
        }
        column = column * 26 + u32::from(value) + 1;
    }
    column.checked_sub(1)
}

/// The letters of a column, counted from 0.
#[must_use]
pub fn letters_of(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        let letter = u8::try_from(rest % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        rest /= 26;
    }
    letters.iter().rev().collect()
}
