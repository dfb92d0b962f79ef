//! Where what nobody filled in would stand: the API asks for a field of its own, and whoever mends a table looks for a cell.
//! What is missing from a row whose table has the column is told at the empty cell of the row.

use std::collections::HashMap;

use entity::kind::SubjectKind;
use entity::problem::{Finding, ProblemCode, Step};
use reports::survey::table::CellAddress;
use rules::survey::Field;

use super::layout::{Column, Layout};
use super::staged::{Row, Verdict, at};

/// Contract fields, from a subject inwards, that a column of another name fills in. All others have a column under the
/// name of their own.
const OTHERWISE: [(&str, Field); 8] = [
    ("accounts", Field::RoomAccount),
    ("accounts.name", Field::RoomName),
    ("accounts.roomUrl", Field::RoomUrl),
    ("agency", Field::AgencyNumber),
    ("operators", Field::OperatorNumber),
    ("qualifications", Field::StreamerQualification),
    ("shops", Field::ShopName),
    ("shops.url", Field::ShopUrl),
];

/// The column that a contract field of a subject is filled in from; none where no survey asks for it.
fn column_of(kind: SubjectKind, path: &[&str]) -> Option<Field> {
    let (head, last) = (path.first()?, path.last()?);
    let inner = format!("{head}.{last}");
    let known = |name: &str| OTHERWISE.iter().find(|(known, _)| *known == name);
    if let Some((_, field)) = known(&inner).or_else(|| known(head)) {
        return Some(*field);
    }
    let name = match *head {
        "identity" => "number",
        own => own,
    };
    let group = kind.as_str().to_lowercase();
    format!("{group}.{name}").parse().ok()
}

/// The column that a finding asks for, which names its subject.
fn asked(finding: &Finding, path: &[&str]) -> Option<Field> {
    let subject = finding.facts.iter().find(|(name, _)| *name == "subject");
    column_of(subject?.1.parse().ok()?, path)
}

/// The columns of a file by sheet and field; none where a sheet has several for one field.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    known: HashMap<String, HashMap<Field, Option<u32>>>,
}

impl Columns {
    pub(super) fn of(layout: &Layout) -> Self {
        let mut columns = Self::default();
        columns.add(&layout.columns);
        columns
    }

    /// Adds the columns of one more table.
    pub(super) fn add(&mut self, columns: &[Column]) {
        for column in columns {
            if let Some(field) = column.field {
                let sheet = self.known.entry(column.sheet.clone()).or_default();
                let known = sheet.entry(field).or_insert(Some(column.column));
                *known = known.filter(|known| *known == column.column);
            }
        }
    }

    /// Puts what is missing at the empty cell that it is missing from, and tells what is alike once. A form has no columns,
    /// though a table beside it may have.
    pub(super) fn place(&self, rows: &[Row], verdicts: &mut [Verdict]) {
        for (verdict, row) in verdicts.iter_mut().zip(rows) {
            let found = std::mem::take(&mut verdict.findings);
            for finding in found {
                let cell = self.cell(&finding, verdict.row);
                verdict.tell(match cell.filter(|_| !row.is_form()) {
                    Some(cell) => at(finding, &verdict.sheet, cell),
                    None => finding,
                });
            }
        }
    }

    fn cell(&self, finding: &Finding, row: u32) -> Option<CellAddress> {
        if finding.code != ProblemCode::Required {
            return None;
        }
        let names = finding.path.iter().filter_map(|step| match step {
            Step::Field(name) => Some(name.as_ref()),
            Step::Index(_) => None,
        });
        let names: Vec<&str> = names.collect();
        let [sheet, _, inside @ ..] = names.as_slice() else {
            return None;
        };
        let field: Result<Field, _> = inside.first()?.parse();
        let field = field.ok().or_else(|| asked(finding, inside))?;
        let column = self.known.get(*sheet)?.get(&field)?;
        column.map(|column| CellAddress {
            row: row.saturating_sub(1),
            column,
        })
    }
}

#[cfg(test)]
mod tests {
    use entity::kind::ImportKind;

    use super::super::staged::Part;
    use super::*;

    /// As a bundle places what no cell said.
    fn lacking(kind: SubjectKind, field: &'static str) -> Finding {
        let mut found = Finding::error(ProblemCode::Required);
        found.path = ["名单", "5", field]
            .map(|step| Step::Field(step.into()))
            .to_vec();
        found.with("field", field).with("subject", kind.as_str())
    }

    #[test]
    fn what_registering_asks_for_has_a_column() {
        use SubjectKind::{Agency, Merchant, Operator, Streamer};
        let each = [
            (Operator, "name", Field::OperatorName),
            (Operator, "phone", Field::OperatorPhone),
            (Operator, "businessAddress", Field::OperatorBusinessAddress),
            (Operator, "domicile", Field::OperatorDomicile),
            (Operator, "proprietor", Field::OperatorProprietor),
            (
                Operator,
                "legalRepresentative",
                Field::OperatorLegalRepresentative,
            ),
            (Operator, "accounts", Field::RoomAccount),
            (Operator, "identity", Field::OperatorNumber),
            (Streamer, "name", Field::StreamerName),
            (Streamer, "phone", Field::StreamerPhone),
            (Streamer, "residence", Field::StreamerResidence),
            (Agency, "name", Field::AgencyName),
            (Agency, "phone", Field::AgencyPhone),
            (Agency, "domicile", Field::AgencyDomicile),
            (
                Agency,
                "legalRepresentative",
                Field::AgencyLegalRepresentative,
            ),
            (Merchant, "name", Field::MerchantName),
            (Merchant, "phone", Field::MerchantPhone),
            (Merchant, "businessAddress", Field::MerchantBusinessAddress),
            (Merchant, "shops", Field::ShopName),
            (Merchant, "exemption", Field::MerchantExemption),
        ];
        for (kind, name, column) in each {
            assert_eq!(column_of(kind, &[name]), Some(column), "{kind} {name}");
        }
        let none = column_of(Operator, &["guardianConsent"]);
        assert_eq!(none, None, "no survey has a column of it");
    }

    #[test]
    fn the_empty_cell_is_to_blame_where_the_sheet_has_one_column_for_it() {
        let column = |sheet: &str, column: u32, field| Column {
            sheet: sheet.to_owned(),
            column,
            header: String::new(),
            field: Some(field),
            confidence: 98,
            samples: Vec::new(),
            signature: String::new(),
        };
        let mut columns = Columns::default();
        columns.add(&[
            column("名单", 27, Field::OperatorPhone),
            column("名单", 3, Field::EntryReason),
            column("另一张", 3, Field::OperatorBusinessAddress),
        ]);
        let mut verdicts = vec![Verdict {
            place: 1,
            sheet: "名单".to_owned(),
            row: 5,
            outcome: entity::kind::RowOutcome::Accepted,
            effects: Vec::new(),
            findings: vec![
                lacking(SubjectKind::Operator, "phone"),
                lacking(SubjectKind::Operator, "businessAddress"),
                lacking(SubjectKind::Operator, "phone"),
                lacking(SubjectKind::Operator, "entry.reason"),
            ],
        }];
        let rows = |kind| {
            vec![Row {
                place: 1,
                sheet: "名单".into(),
                row: 5,
                parts: vec![Part {
                    kind,
                    cells: Vec::new(),
                }],
                skipped: None,
            }]
        };
        let table = rows(ImportKind::Operators);
        let path = |finding: &Finding| {
            let steps = finding.path.iter().map(|step| match step {
                Step::Field(name) => name.to_string(),
                Step::Index(index) => index.to_string(),
            });
            steps.collect::<Vec<_>>().join("!")
        };
        columns.place(&table, &mut verdicts);
        let told: Vec<String> = verdicts[0].findings.iter().map(path).collect();
        assert_eq!(told, ["名单!AB5", "名单!5!businessAddress", "名单!D5"]);
        columns.add(&[column("名单", 2, Field::OperatorPhone)]);
        verdicts[0].findings = vec![lacking(SubjectKind::Operator, "phone")];
        columns.place(&table, &mut verdicts);
        let told = path(&verdicts[0].findings[0]);
        assert_eq!(told, "名单!5!phone", "two columns: neither is");
        verdicts[0].findings = vec![lacking(SubjectKind::Operator, "businessAddress")];
        columns.add(&[column("名单", 4, Field::OperatorBusinessAddress)]);
        columns.place(&rows(ImportKind::Form), &mut verdicts);
        let told = path(&verdicts[0].findings[0]);
        assert_eq!(
            told, "名单!5!businessAddress",
            "the form beside the table has none"
        );
    }
}
