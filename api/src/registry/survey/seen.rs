//! What earlier rows of a file spoke of: nothing of them is written while the file is reviewed, so that the registry cannot
//! tell. A subject takes a few numbers here, whatever its row says.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use entity::id::PlatformId;
use entity::problem::{Finding, ProblemCode};
use entity::registration;
use sea_orm::ConnectionTrait;

use super::assemble::on_row;
use super::prepare::{Subject, hashed, seen_at};
use super::staged::{Row, Verdict};
use crate::app::App;
use crate::error::Error;
use crate::registry::batch::Outcome;
use crate::registry::registration::PHONE;

/// Parts of a table that grows with the rows of a file.
const PARTS: usize = 16;

/// The subjects of earlier rows, and the phones of people among them.
#[derive(Default)]
pub(super) struct Seen {
    /// By what tells it from others: its line and what was said of it. In parts, because a table that grows stands twice in
    /// memory meanwhile.
    subjects: [HashMap<u64, (u32, u32)>; PARTS],
    /// By phone: whose it is, and in which line.
    phones: [HashMap<u64, (u32, u32)>; PARTS],
    lines: Lines,
}

impl Seen {
    /// Tells of each subject that would be new, were it not for an earlier row, and whom it looks like.
    pub(super) fn judge(&mut self, subjects: &[Subject], rows: &[Row], verdicts: &mut [Verdict]) {
        let places: Vec<u32> = rows.iter().map(|row| self.lines.next(row)).collect();
        for subject in subjects {
            let (Some(verdict), Some(row), Some(place)) = (
                verdicts.get_mut(subject.row),
                rows.get(subject.row),
                places.get(subject.row),
            ) else {
                continue;
            };
            let effect = verdict.effects.get_mut(subject.effect);
            let Some(effect) = effect.filter(|effect| effect.outcome == Outcome::Created) else {
                continue;
            };
            let Some(subjects) = self.subjects.get_mut(part(subject.key)) else {
                continue;
            };
            if let Some((first, said)) = subjects.get(&subject.key).copied() {
                effect.merge_with(self.lines.row(first), &row.sheet);
                effect.outcome = if said == short(subject.content) {
                    Outcome::Unchanged
                } else {
                    Outcome::Updated
                };
                continue;
            }
            subjects.insert(subject.key, (*place, short(subject.content)));
            let Some(phone) = subject.phone.as_deref().map(hashed) else {
                continue;
            };
            let Some(phones) = self.phones.get_mut(part(phone)) else {
                continue;
            };
            let own = short(subject.person);
            let (other, at) = *phones.entry(phone).or_insert((own, *place));
            if other != own {
                let like = Finding::hint(ProblemCode::SurveyLikeness);
                let like = seen_at(like, self.lines.row(at), row);
                verdict.findings.push(on_row(like, row));
            }
        }
    }
}

/// Rows counted through all sheets, so that one number tells a row's sheet, too.
#[derive(Default)]
struct Lines {
    /// The sheets that were read, in their order, each with the last line before it.
    sheets: Vec<(u32, Arc<str>)>,
    last: u32,
}

impl Lines {
    /// The line of the next row of a file.
    fn next(&mut self, row: &Row) -> u32 {
        let before = match self.sheets.last() {
            Some((before, sheet)) if *sheet == row.sheet => *before,
            _ => {
                self.sheets.push((self.last, Arc::clone(&row.sheet)));
                self.last
            }
        };
        let line = before.saturating_add(row.row);
        self.last = self.last.max(line);
        line
    }

    /// The sheet and the row that a line is.
    fn row(&self, line: u32) -> (&str, u32) {
        let after = self.sheets.partition_point(|(before, _)| *before < line);
        let own = after.checked_sub(1).and_then(|at| self.sheets.get(at));
        own.map_or(("", line), |(before, sheet)| (&**sheet, line - before))
    }
}

/// The part of a table in which a hash stands.
const fn part(hash: u64) -> usize {
    let [first, ..] = hash.to_be_bytes();
    first as usize % PARTS
}

/// Half of a hash, which tells enough where two things are compared and nothing is looked up by it.
const fn short(hash: u64) -> u32 {
    let [a, b, c, d, ..] = hash.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// Tells of each new person who has the phone of somebody else in the same book.
pub(super) async fn likenesses<C: ConnectionTrait>(
    app: &App,
    subjects: &[Subject],
    (rows, verdicts): (&[Row], &mut [Verdict]),
    db: &C,
) -> Result<(), Error> {
    let mut people = Vec::new();
    for subject in subjects {
        let effects = verdicts.get(subject.row).map(|verdict| &verdict.effects);
        let effect = effects.and_then(|effects| effects.get(subject.effect));
        let new = effect.is_some_and(|effect| effect.outcome == Outcome::Created);
        if let (Some(book), Some(phone), true) = (subject.book, &subject.phone, new) {
            people.push((subject, book, app.vault.index(PHONE, phone.as_bytes())));
        }
    }
    let column = app.vault.index_column();
    for some in people.chunks(500) {
        let books: BTreeSet<PlatformId> = some.iter().map(|(_, book, _)| *book).collect();
        let phones = some.iter().map(|(.., phone)| phone.clone());
        let like = registration::people_in_books_with_phones(books, column, phones);
        for other in like.all(db).await? {
            let same = some.iter().filter(|(_, book, phone)| {
                *book == other.platform_key && other.phone_index(column) == Some(phone)
            });
            for (subject, ..) in same {
                if let (Some(verdict), Some(row)) =
                    (verdicts.get_mut(subject.row), rows.get(subject.row))
                {
                    // The operator and the streamer of a row may be one person.
                    let mut own = verdict.effects.iter();
                    if own.any(|effect| effect.registration == Some(other.id)) {
                        continue;
                    }
                    let like = Finding::hint(ProblemCode::SurveyLikeness);
                    let like = like.with("registration", other.id.to_string());
                    verdict.findings.push(on_row(like, row));
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_its_sheet_and_its_row() {
        let row = |sheet: &str, row| Row {
            place: 1,
            sheet: sheet.into(),
            row,
            parts: Vec::new(),
            skipped: None,
        };
        let file = [("甲", 2), ("甲", 9), ("乙", 1), ("乙", 400), ("丙", 3)];
        let mut lines = Lines::default();
        let told: Vec<u32> = file.iter().map(|(s, r)| lines.next(&row(s, *r))).collect();
        assert_eq!(told, [2, 9, 10, 409, 412]);
        let read: Vec<_> = told.iter().map(|line| lines.row(*line)).collect();
        assert_eq!(read, file);
    }
}
