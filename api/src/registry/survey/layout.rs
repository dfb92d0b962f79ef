//! What was recognised in a survey, as it is kept with the import: its columns with masked samples, the facts of its head,
//! what was told of its sheets, and what the user chose. It is sealed: a head names who filled it in.

use entity::import_job::{Model, layout_place};
use entity::kind::ImportKind;
use entity::problem::{Finding, Severity};
use entity::value::mask;
use reports::survey::returned::Sheet;
use rules::survey::{FactKind, Field, Shape};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Error;

/// What was recognised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The kind that the caller named.
    pub given: Option<ImportKind>,
    /// What the user said of columns of this file.
    pub said: Vec<SaidColumn>,
    /// The columns, in their order.
    pub columns: Vec<Column>,
    /// What the head says of the whole.
    pub facts: Vec<HeadFact>,
    /// What was told of the file and its sheets.
    pub findings: Vec<Finding>,
    /// The sheets that rows stand in, each with the last rows of its headers, for the workbook that goes back.
    #[serde(default)]
    pub sheets: Vec<Sheet>,
}

/// What a user said of one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidColumn {
    /// The sheet.
    pub sheet: String,
    /// Its place, counted from 0.
    pub column: u32,
    /// What it is; none is not imported.
    pub field: Option<Field>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The sheet.
    pub sheet: String,
    /// Its place, counted from 0.
    pub column: u32,
    /// Its header.
    pub header: String,
    /// What it means.
    pub field: Option<Field>,
    /// How sure that is, in hundredths.
    pub confidence: u8,
    /// Some values, masked.
    pub samples: Vec<String>,
    /// What its table's header is known by again.
    pub signature: String,
}

/// What the head of a sheet says of the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadFact {
    /// The sheet.
    pub sheet: String,
    /// What it says.
    pub kind: FactKind,
    /// In its own words.
    pub text: String,
}

impl Layout {
    /// The layout of an import; an empty one where nothing was read yet.
    pub(super) fn of(app: &App, job: &Model) -> Result<Self, Error> {
        let Some(sealed) = &job.layout else {
            return Ok(Self::default());
        };
        let value = app.vault.open_json(layout_place(job.id), sealed)?;
        Ok(serde_json::from_value(value)?)
    }

    /// Seals it for an import.
    pub(super) fn seal(
        &self,
        app: &App,
        job: &Model,
    ) -> Result<entity::sealed::Sealed<serde_json::Value>, Error> {
        let value = serde_json::to_value(self)?;
        Ok(app.vault.seal_json(layout_place(job.id), &value)?)
    }

    /// Whether anything told refuses the whole file.
    pub(super) fn refuses(&self) -> bool {
        let findings = self.findings.iter();
        findings.into_iter().any(|f| f.severity == Severity::Error)
    }
}

/// A value as a sample shows it: what may be a person's is masked, and so is whatever is not understood.
pub(super) fn sample(field: Option<Field>, raw: &str) -> String {
    let plain = field.is_some_and(|field| {
        matches!(
            field.shape(),
            Shape::Count
                | Shape::Band
                | Shape::Flag
                | Shape::Day
                | Shape::Term
                | Shape::Form
                | Shape::Role
                | Shape::IdentityKind
                | Shape::Exemption
        )
    });
    let short: String = raw.chars().take(40).collect();
    if plain || short.is_empty() {
        return short;
    }
    if field.is_some_and(Field::is_name) && short.chars().count() <= 4 {
        return mask::person_name(&short);
    }
    let first: String = short.chars().take(2).collect();
    format!("{first}***")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_show_no_person() {
        assert_eq!(
            sample(Some(Field::OperatorNumber), "11010519491231002X"),
            "11***"
        );
        assert_eq!(sample(None, "13800138000"), "13***");
        assert_eq!(sample(Some(Field::RoomFollowers), "12000"), "12000");
        assert!(!sample(Some(Field::StreamerName), "王小明").contains("小明"));
    }
}
