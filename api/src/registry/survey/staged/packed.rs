//! Staged rows as they are written: the names of sheets and fields once a chunk and then by their place in that list, because
//! they would take more room than what the cells say.

use std::borrow::Cow;
use std::sync::Arc;

use entity::kind::ImportKind;
use entity::problem::Finding;
use reports::survey::table::CellAddress;
use rules::survey::Field;
use serde::{Deserialize, Serialize};

use super::{Cell, Part, Row};
use crate::error::Error;

/// A chunk's rows.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Packed<'a> {
    sheets: Vec<Arced>,
    fields: Vec<Field>,
    rows: Vec<PackedRow<'a>>,
}

/// The name of a sheet, which many rows share.
#[derive(Clone)]
struct Arced(Arc<str>);

/// A row: its place in the file, which sheet, its row there, why it is left out, its parts.
#[derive(Serialize, Deserialize)]
struct PackedRow<'a>(
    i64,
    usize,
    u32,
    Option<Cow<'a, Finding>>,
    Vec<(ImportKind, Vec<PackedCell<'a>>)>,
);

/// A cell: which field, its text, its row and column, what was found.
#[derive(Serialize, Deserialize)]
struct PackedCell<'a>(usize, Cow<'a, str>, u32, u32, Cow<'a, [Finding]>);

impl Serialize for Arced {
    fn serialize<S: serde::Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(into)
    }
}

impl<'de> Deserialize<'de> for Arced {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|name| Self(name.into()))
    }
}

/// The place of a thing in a list, where it is put if it is not in it.
fn place<T: Clone + PartialEq>(list: &mut Vec<T>, wanted: &T) -> usize {
    let found = list.iter().position(|one| one == wanted);
    found.unwrap_or_else(|| {
        list.push(wanted.clone());
        list.len() - 1
    })
}

/// Rows in the form in which they are written.
pub(super) fn of(rows: &[Row]) -> Packed<'_> {
    let (mut sheets, mut fields) = (Vec::new(), Vec::new());
    let rows = rows.iter().map(|row| {
        let sheet = place(&mut sheets, &row.sheet);
        let parts = row.parts.iter().map(|part| {
            let cells = part.cells.iter().map(|cell| {
                let field = place(&mut fields, &cell.field);
                let CellAddress { row, column } = cell.at;
                PackedCell(
                    field,
                    (&cell.text).into(),
                    row,
                    column,
                    (&cell.findings).into(),
                )
            });
            (part.kind, cells.collect())
        });
        let skipped = row.skipped.as_ref().map(Cow::Borrowed);
        PackedRow(row.place, sheet, row.row, skipped, parts.collect())
    });
    let rows = rows.collect();
    Packed {
        sheets: sheets.into_iter().map(Arced).collect(),
        fields,
        rows,
    }
}

/// Reads rows in that form.
pub(super) fn read(plain: &[u8]) -> Result<Vec<Row>, Error> {
    let Packed {
        sheets,
        fields,
        rows,
    } = serde_json::from_slice(plain)?;
    rows.into_iter()
        .map(|row| unpacked(row, (&sheets, &fields)))
        .collect()
}

fn unpacked(
    PackedRow(place, sheet, row, skipped, parts): PackedRow<'_>,
    (sheets, fields): (&[Arced], &[Field]),
) -> Result<Row, Error> {
    let damaged = || Error::internal("import")("a staged row names what its chunk does not".into());
    let cell = |PackedCell(field, text, row, column, findings): PackedCell<'_>| {
        Ok(Cell {
            field: fields.get(field).copied().ok_or_else(damaged)?,
            text: text.into_owned(),
            at: CellAddress { row, column },
            findings: findings.into_owned(),
        })
    };
    let part = |(kind, cells): (ImportKind, Vec<PackedCell<'_>>)| {
        let cells = cells.into_iter().map(cell).collect::<Result<_, Error>>()?;
        Ok(Part { kind, cells })
    };
    Ok(Row {
        place,
        sheet: Arc::clone(&sheets.get(sheet).ok_or_else(damaged)?.0),
        row,
        parts: parts.into_iter().map(part).collect::<Result<_, Error>>()?,
        skipped: skipped.map(Cow::into_owned),
    })
}

#[cfg(test)]
mod tests {
    use entity::problem::ProblemCode;

    use super::*;

    #[test]
    fn rows_come_back_as_they_were() {
        let cell = |field, column, findings| Cell {
            field,
            text: format!("\u{4E00}\"{column}\n"),
            at: CellAddress { row: 7, column },
            findings,
        };
        let hint = Finding::hint(ProblemCode::SurveyMerged).with("row", "3");
        let part = |kind, cells| Part { kind, cells };
        let row = |place, sheet: &str, parts, skipped| Row {
            place,
            sheet: sheet.into(),
            row: 8,
            parts,
            skipped,
        };
        let name = || cell(Field::OperatorName, 2, vec![hint.clone()]);
        let rows = [
            row(
                1,
                "一",
                vec![
                    part(
                        ImportKind::Mixed,
                        vec![name(), cell(Field::OperatorPhone, 3, Vec::new())],
                    ),
                    part(
                        ImportKind::Mixed,
                        vec![cell(Field::OperatorName, 5, Vec::new())],
                    ),
                ],
                None,
            ),
            row(2, "二", Vec::new(), Some(hint.clone())),
            row(3, "一", vec![part(ImportKind::Operators, Vec::new())], None),
        ];
        let packed = of(&rows);
        assert_eq!((packed.sheets.len(), packed.fields.len()), (2, 2));
        let plain = serde_json::to_vec(&packed).unwrap();
        assert_eq!(read(&plain).unwrap(), rows);
    }

    #[test]
    fn a_name_that_is_not_in_the_list_is_refused() {
        assert!(read(br#"{"sheets":[],"fields":[],"rows":[[1,0,1,null,[]]]}"#).is_err());
    }
}
