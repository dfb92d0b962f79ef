//! Cells that a row fills in and that became nothing: somebody wrote them, so their writer is told, with what they would
//! have needed. Notes and ordinals are nothing of a registration's and say so in the manual.

use entity::kind::{ImportKind, SubjectKind};
use entity::problem::{Finding, ProblemCode, Step};
use reports::survey::table::CellAddress;
use rules::survey::{Field, Group, Shape};

use super::super::staged::{Row, at};
use super::Assembled;

/// Tells of each cell of a row that none of its subjects took.
pub(super) fn tell(row: &Row, kind: ImportKind, done: &mut Assembled) {
    if done.pieces.is_empty() {
        return;
    }
    let places = done.pieces.iter().flat_map(|piece| piece.places.values());
    let used: Vec<CellAddress> = places.copied().collect();
    let cells = row.parts.iter().flat_map(|part| &part.cells);
    let unused = cells.filter(|cell| {
        let says = !cell.text.is_empty() && !is_beside(cell.field);
        says && !used.contains(&cell.at) && !is_told(&done.findings, cell.at)
    });
    let kinds = done.pieces.iter().map(|piece| piece.item.kind());
    let operated = kinds.into_iter().any(|kind| kind == SubjectKind::Operator);
    let mut found: Vec<Finding> = Vec::new();
    for cell in unused {
        let need = match need(cell.field, kind) {
            // Rooms are their operator's, and it is the operator that was not taken.
            "ACCOUNT" if !operated => "NUMBER",
            need => need,
        };
        let finding = Finding::warning(ProblemCode::SurveyNotTaken).with("need", need);
        let finding = at(finding, &row.sheet, cell.at);
        if !found.contains(&finding) {
            found.push(finding);
        }
    }
    done.findings.append(&mut found);
}

/// Whether something is told of a cell already.
fn is_told(findings: &[Finding], cell: CellAddress) -> bool {
    let place = |finding: &Finding| match finding.path.get(1) {
        Some(Step::Field(at)) => *at == cell.to_string(),
        _ => false,
    };
    findings.iter().any(place)
}

/// Whether a field is none of a subject's.
const fn is_beside(field: Field) -> bool {
    matches!(field.group(), Group::Sheet | Group::Platform)
}

/// What a cell would have needed to be taken.
fn need(field: Field, kind: ImportKind) -> &'static str {
    use Field::{AgencyName, OperatorName, OperatorOwnSite, OperatorPermitUntil, ShopUrl};
    let group = field.group();
    let taken = match kind {
        ImportKind::Operators => matches!(group, Group::Room | Group::Operator),
        ImportKind::Streamers => {
            group == Group::Streamer || matches!(field, AgencyName | OperatorName)
        }
        ImportKind::Agencies => group == Group::Agency,
        ImportKind::Merchants => matches!(group, Group::Merchant | Group::Shop),
        _ => group != Group::Entry,
    };
    let of_person = field.as_str().ends_with("Number") || field.shape() == Shape::IdentityKind;
    match field {
        _ if !taken || field == OperatorOwnSite => "KIND",
        OperatorPermitUntil => "PERMIT",
        ShopUrl => "SHOP",
        _ if of_person => "NAME",
        _ if group == Group::Room => "ACCOUNT",
        _ => "NUMBER",
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::staged::{Cell, Part};
    use super::super::row as assembled;
    use super::*;

    fn told(kind: ImportKind, cells: &[(Field, &str)]) -> Vec<(String, String)> {
        let cells = cells.iter().zip(0..).map(|((field, text), column)| Cell {
            field: *field,
            text: (*text).to_owned(),
            at: CellAddress { row: 1, column },
            findings: Vec::new(),
        });
        let row = Row {
            place: 1,
            sheet: "Sheet1".into(),
            row: 2,
            parts: vec![Part {
                kind,
                cells: cells.collect(),
            }],
            skipped: None,
        };
        let found = assembled(&row).findings.into_iter();
        let each = found.filter(|found| found.code == ProblemCode::SurveyNotTaken);
        each.map(|found| {
            let need = found.facts.first().map(|(_, need)| need.clone());
            let cell = found.path.get(1).map(|step| format!("{step:?}"));
            (cell.unwrap_or_default(), need.unwrap_or_default())
        })
        .collect()
    }

    #[test]
    fn what_a_row_says_and_nobody_takes_is_told_at_its_cell() {
        let found = told(
            ImportKind::Mixed,
            &[
                (Field::OperatorName, "某某公司"),
                (Field::OperatorNumber, "91330782MA2G00340Y"),
                (Field::RoomFollowers, "50000"),
                (Field::OperatorPermitUntil, "2027-01-01"),
                (
                    Field::OperatorLegalRepresentativeNumber,
                    "330782199101050016",
                ),
                (Field::StreamerName, "张三"),
                (Field::StreamerNumber, "330782199101050016"),
                (Field::AgencyName, "某某传媒"),
                (Field::Note, "特殊情况"),
            ],
        );
        let needs: Vec<_> = found.iter().map(|(_, need)| need.as_str()).collect();
        assert_eq!(needs, ["ACCOUNT", "PERMIT", "NAME", "NUMBER"], "{found:?}");
        assert!(found[0].0.contains("C2"), "{found:?}");
    }

    #[test]
    fn a_room_whose_operator_has_no_number_lacks_the_number_and_not_the_account() {
        let found = told(
            ImportKind::Mixed,
            &[
                (Field::RoomAccount, "a1"),
                (Field::RoomFollowers, "50000"),
                (Field::OperatorPhone, "13800138000"),
                (Field::StreamerName, "张三"),
                (Field::StreamerNumber, "330782199101050016"),
            ],
        );
        let needs: Vec<_> = found.iter().map(|(_, need)| need.as_str()).collect();
        assert_eq!(needs, ["NUMBER", "NUMBER"], "{found:?}");
    }

    #[test]
    fn a_row_whose_cells_are_all_taken_says_nothing() {
        let found = told(
            ImportKind::Operators,
            &[
                (Field::PlatformName, "抖音"),
                (Field::OperatorName, "某某公司"),
                (Field::OperatorNumber, "91330782MA2G00340Y"),
                (Field::OperatorForm, "LEGAL_PERSON"),
                (Field::OperatorIdentityKind, "USCC"),
                (Field::RoomAccount, "a1"),
                (Field::RoomFollowers, "50000"),
                (Field::OperatorPermits, "食品经营许可证 JY13307820000001"),
                (Field::OperatorPermitUntil, "2027-01-01"),
            ],
        );
        assert!(found.is_empty(), "{found:?}");
    }
}
