//! A survey's rows as they wait for their commit, and what was judged of them: the words of the cells with their addresses,
//! under the names of the fields that the columns were mapped to. Both are sealed, many rows in one document.

use entity::id::{AccountId, EntryId, ImportId, RegistrationId, TieId};
use entity::import_job::stage::{Model, records_place, verdicts_place};
use entity::kind::{ImportKind, RowOutcome, SubjectKind};
use entity::problem::{Finding, Step};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Error;
use crate::registry::batch::Outcome;

/// One row of a table, or one form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its place in the file, counted through all sheets from 1.
    pub place: i64,
    /// The sheet.
    pub sheet: String,
    /// The row as people see it.
    pub row: u32,
    /// What it says, a part a subject block.
    pub parts: Vec<Part>,
    /// Why it was left out, where it was.
    pub skipped: Option<Finding>,
}

/// A part of a row: all of it, or a block of cells about one streamer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What its table is of.
    pub kind: ImportKind,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// A cell that belongs to a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The field's name, such as `operator.name`.
    pub field: String,
    /// Its text, cleaned.
    pub text: String,
    /// Its address, such as `C5`.
    pub at: String,
    /// What was found when it was cleaned, with sheet and cell in the path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// What was judged of a row, and after the commit what it wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Its place in the file, counted through all sheets from 1.
    pub place: i64,
    /// The sheet.
    pub sheet: String,
    /// The row as people see it.
    pub row: u32,
    /// What becomes of it.
    pub outcome: RowOutcome,
    /// What it does, a subject each.
    pub effects: Vec<Effect>,
    /// What was found, with the sheet and the cell in the path.
    pub findings: Vec<Finding>,
}

/// What a row does to one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// In which role.
    pub kind: SubjectKind,
    /// What becomes of the registration.
    pub outcome: Outcome,
    /// The registration, where one stands.
    pub registration: Option<RegistrationId>,
    /// The blacklist entry, where it is one.
    pub entry: Option<EntryId>,
    /// The number of the revision that the commit wrote.
    pub revision: Option<i32>,
    /// The row of the same sheet or an earlier one whose subject it is, too.
    pub merged_with: Option<u32>,
    /// What would be another, masked.
    pub changes: Vec<FieldChange>,
    /// The accounts that the commit opened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<AccountId>,
    /// The ties that it opened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ties: Vec<TieId>,
    /// The ties that it ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<TieId>,
}

/// A field that would be another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Its contract name.
    pub field: String,
    /// What it shows, masked.
    pub before: Option<String>,
    /// What it would show, masked.
    pub after: Option<String>,
}

impl Effect {
    /// Something that becomes of a subject.
    pub(super) const fn of(kind: SubjectKind, outcome: Outcome) -> Self {
        Self {
            kind,
            outcome,
            registration: None,
            entry: None,
            revision: None,
            merged_with: None,
            changes: Vec::new(),
            accounts: Vec::new(),
            ties: Vec::new(),
            ended: Vec::new(),
        }
    }
}

impl Verdict {
    /// Whether the row does not go in.
    pub(super) fn is_refused(&self) -> bool {
        self.outcome == RowOutcome::Rejected
    }

    /// What it finds wanting, as the first problems of the import tell it.
    pub(super) fn placed(&self) -> impl Iterator<Item = Finding> + '_ {
        self.findings.iter().cloned()
    }
}

impl Row {
    /// What was found when its cells were cleaned; sheet and cell are in the path.
    pub(super) fn findings(&self) -> impl Iterator<Item = Finding> + '_ {
        let cells = self.parts.iter().flat_map(|part| &part.cells);
        cells.flat_map(|cell| cell.findings.iter().cloned())
    }
}

/// Puts a finding at a cell, whatever it was placed at before.
pub(super) fn at(mut finding: Finding, sheet: &str, cell: &str) -> Finding {
    finding.path = vec![
        Step::Field(sheet.to_owned().into()),
        Step::Field(cell.to_owned().into()),
    ];
    finding
}

/// Seals rows with what was judged of them.
pub(super) fn seal(
    app: &App,
    (import, number): (ImportId, i32),
    rows: &[Row],
    verdicts: &[Verdict],
) -> Result<Model, Error> {
    Ok(Model {
        import_id: import,
        number,
        last_row: rows.last().map_or(0, |row| row.place),
        records: app
            .vault
            .seal_json(records_place(import, number), &serde_json::to_value(rows)?)?,
        verdicts: app.vault.seal_json(
            verdicts_place(import, number),
            &serde_json::to_value(verdicts)?,
        )?,
    })
}

/// Opens the rows of a chunk.
pub(super) fn rows(app: &App, chunk: &Model) -> Result<Vec<Row>, Error> {
    let place = records_place(chunk.import_id, chunk.number);
    let value = app.vault.open_json(place, &chunk.records)?;
    Ok(serde_json::from_value(value)?)
}

/// Opens what was judged of a chunk.
pub(super) fn verdicts(app: &App, chunk: &Model) -> Result<Vec<Verdict>, Error> {
    let place = verdicts_place(chunk.import_id, chunk.number);
    let value = app.vault.open_json(place, &chunk.verdicts)?;
    Ok(serde_json::from_value(value)?)
}
