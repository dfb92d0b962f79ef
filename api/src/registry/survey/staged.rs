//! A survey's rows as they wait for their commit, and what was judged of them: the words of the cells with their addresses,
//! under the names of the fields that the columns were mapped to. Both are sealed, many rows in one document.

mod packed;

use std::sync::Arc;

use entity::id::{AccountId, EntryId, ImportId, RegistrationId, TieId};
use entity::import_job::stage::{self, Column, Model, records_place, verdicts_place};
use entity::kind::{ImportKind, RowOutcome, SubjectKind};
use entity::problem::{Finding, Severity, Step};
use entity::sealed::Sealed;
use reports::survey::table::CellAddress;
use rules::survey::Field;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Error;
use crate::registry::batch::Outcome;

/// One row of a table, or one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its place in the file, counted through all sheets from 1.
    pub place: i64,
    /// The sheet.
    pub sheet: Arc<str>,
    /// The row as people see it.
    pub row: u32,
    /// What it says, a part a subject block.
    pub parts: Vec<Part>,
    /// Why it was left out, where it was.
    pub skipped: Option<Finding>,
}

/// A part of a row: all of it, or a block of cells about one streamer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What its table is of.
    pub kind: ImportKind,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// A cell that belongs to a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The field.
    pub field: Field,
    /// Its text, cleaned.
    pub text: String,
    /// Its address.
    pub at: CellAddress,
    /// What was found when it was cleaned, with sheet and cell in the path.
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
    /// What was found, with the sheet and the cell in the path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<RegistrationId>,
    /// The blacklist entry, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryId>,
    /// The number of the revision that the commit wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<i32>,
    /// The earlier row whose subject it is, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_with: Option<u32>,
    /// The sheet of that row, where it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_with_sheet: Option<String>,
    /// What would be another, masked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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
    /// Says which earlier row speaks of the subject, too, to a row of a sheet.
    pub(super) fn merge_with(&mut self, (sheet, row): (&str, u32), own: &str) {
        self.merged_with = Some(row);
        self.merged_with_sheet = (sheet != own).then(|| sheet.to_owned());
    }

    /// Something that becomes of a subject.
    pub(super) const fn of(kind: SubjectKind, outcome: Outcome) -> Self {
        Self {
            kind,
            outcome,
            registration: None,
            entry: None,
            revision: None,
            merged_with: None,
            merged_with_sheet: None,
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

    /// Adds what was found, once: two subjects of a row may have one cell in common.
    pub(super) fn tell(&mut self, finding: Finding) {
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// Whether anything of this gravity is told of the row.
    fn tells(&self, severity: Severity) -> bool {
        let mut findings = self.findings.iter();
        findings.any(|finding| finding.severity == severity)
    }
}

impl Row {
    /// Whether it is a form, and no row of a table.
    pub(super) fn is_form(&self) -> bool {
        let kind = self.parts.first().map(|part| part.kind);
        kind == Some(ImportKind::Form)
    }

    /// Whether something stands there for a field and was refused: then that is told, and not that there is nothing.
    pub(super) fn refuses(&self, field: &str) -> bool {
        let cells = self.parts.iter().flat_map(|part| &part.cells);
        let mut own = cells.filter(|cell| cell.field.as_str() == field);
        own.any(|cell| cell.findings.iter().any(Finding::refuses))
    }

    /// What was found when its cells were cleaned; sheet and cell are in the path.
    pub(super) fn findings(&self) -> impl Iterator<Item = Finding> + '_ {
        let cells = self.parts.iter().flat_map(|part| &part.cells);
        cells.flat_map(|cell| cell.findings.iter().cloned())
    }
}

/// Puts a finding at a cell, whatever it was placed at before.
pub(super) fn at(mut finding: Finding, sheet: &str, cell: CellAddress) -> Finding {
    finding.path = vec![
        Step::Field(sheet.to_owned().into()),
        Step::Field(cell.to_string().into()),
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
    let records = app
        .vault
        .seal_json(records_place(import, number), &packed::of(rows))?;
    let sealed = app
        .vault
        .seal_json(verdicts_place(import, number), &verdicts)?;
    let [rejected, skipped, told, warned] = counted(verdicts);
    Ok(Model {
        import_id: import,
        number,
        last_row: rows.last().map_or(0, |row| row.place),
        records: records.hiding(),
        verdicts: sealed.hiding(),
        rejected,
        skipped,
        told,
        warned,
    })
}

/// Puts other verdicts on a chunk's rows.
pub(super) async fn judge_anew(
    app: &App,
    (import, number): (ImportId, i32),
    verdicts: &[Verdict],
    tx: &DatabaseTransaction,
) -> Result<(), Error> {
    let place = verdicts_place(import, number);
    let sealed: Sealed<serde_json::Value> = app.vault.seal_json(place, &verdicts)?.hiding();
    let [rejected, skipped, told, warned] = counted(verdicts);
    stage::Entity::update_many()
        .col_expr(Column::Verdicts, Expr::val(sealed))
        .col_expr(Column::Rejected, Expr::val(rejected))
        .col_expr(Column::Skipped, Expr::val(skipped))
        .col_expr(Column::Told, Expr::val(told))
        .col_expr(Column::Warned, Expr::val(warned))
        .filter(Column::ImportId.eq(import))
        .filter(Column::Number.eq(number))
        .exec(tx)
        .await?;
    Ok(())
}

/// How many rows are refused, how many are no records, and of how many something is told or warned.
fn counted(verdicts: &[Verdict]) -> [i32; 4] {
    let each: [fn(&Verdict) -> bool; 4] = [
        |verdict| verdict.outcome == RowOutcome::Rejected,
        |verdict| verdict.outcome == RowOutcome::Skipped,
        |verdict| !verdict.findings.is_empty(),
        |verdict| verdict.tells(Severity::Warning),
    ];
    each.map(|holds| {
        let count = verdicts.iter().filter(|verdict| holds(verdict)).count();
        i32::try_from(count).unwrap_or(i32::MAX)
    })
}

/// Opens the rows of a chunk.
pub(super) fn rows(app: &App, chunk: &Model) -> Result<Vec<Row>, Error> {
    let place = records_place(chunk.import_id, chunk.number);
    packed::read(&app.vault.open(place, &chunk.records)?)
}

/// Opens what was judged of a chunk.
pub(super) fn verdicts(app: &App, chunk: &Model) -> Result<Vec<Verdict>, Error> {
    judged(app, (chunk.import_id, chunk.number), &chunk.verdicts)
}

/// Opens what was judged of a chunk whose rows are not asked for.
pub(super) fn judged<T>(
    app: &App,
    (import, number): (ImportId, i32),
    sealed: &Sealed<T>,
) -> Result<Vec<Verdict>, Error> {
    let plain = app.vault.open(verdicts_place(import, number), sealed)?;
    Ok(serde_json::from_slice(&plain)?)
}
