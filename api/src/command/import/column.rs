//! What the columns of a survey mean, as it is typed: `名单!C=operator.name`.

use entity::import_job::Model;

use crate::app::App;
use crate::command::failure::Failure;
use crate::registry::survey::{self, Said};

/// What one column means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// The sheet; none where the file has tables in one only.
    sheet: Option<String>,
    letters: String,
    /// The field; none is not imported.
    field: Option<String>,
}

impl Column {
    /// Reads what was typed.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let form = || "write SHEET!C=FIELD, such as 名单!C=operator.name".to_owned();
        // A sheet may have either sign in its name, a column and a field have neither.
        let (place, field) = text.rsplit_once('=').ok_or_else(form)?;
        let (sheet, column) = match place.rsplit_once('!') {
            Some((sheet, column)) => (Some(sheet.to_owned()), column),
            None => (None, place),
        };
        if column.is_empty() || !column.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(form());
        }
        Ok(Self {
            sheet,
            letters: column.to_ascii_uppercase(),
            field: (!field.is_empty()).then(|| field.to_owned()),
        })
    }
}

/// The same as the deed takes it: where no sheet was typed, the only one with a table is meant.
pub(super) fn said(app: &App, job: &Model, columns: &[Column]) -> Result<Vec<Said>, Failure> {
    let layout = survey::reading::layout(app, job)?;
    let mut sheets: Vec<&str> = layout.columns.iter().map(|c| c.sheet.as_str()).collect();
    sheets.dedup();
    let only = match sheets.as_slice() {
        [only] => Some((*only).to_owned()),
        _ => None,
    };
    let each = columns.iter().map(|column| {
        let sheet = column.sheet.clone().or_else(|| only.clone());
        let sheet = sheet.ok_or_else(|| {
            Failure::said(
                format!("--column 应写明工作表：{}", sheets.join("、")),
                format!("--column needs the sheet, one of: {}", sheets.join(", ")),
            )
        })?;
        Ok(Said {
            sheet,
            column: column.letters.clone(),
            field: column.field.clone(),
        })
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_typed_with_its_sheet_or_without() {
        let of = |sheet: Option<&str>, field: Option<&str>| Column {
            sheet: sheet.map(str::to_owned),
            letters: "AB".to_owned(),
            field: field.map(str::to_owned),
        };
        let name = Some("operator.name");
        assert_eq!(Column::parse("ab=operator.name"), Ok(of(None, name)));
        assert_eq!(
            Column::parse("a=1!b!AB=operator.name"),
            Ok(of(Some("a=1!b"), name))
        );
        assert_eq!(Column::parse("名单!AB="), Ok(of(Some("名单"), None)));
        for wrong in ["", "C", "=operator.name", "名单!=x", "名单!3=x"] {
            assert!(Column::parse(wrong).is_err(), "{wrong}");
        }
    }
}
