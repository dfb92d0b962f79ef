//! One cell at a time: what a row writes under each field.

use entity::kind::{IdentityKind, RowState};
use rules::edition::Field;

use crate::{Cell, FilingRow, cell, cell_text};

fn row() -> FilingRow {
    FilingRow::new(
        7,
        RowState::New,
        IdentityKind::ResidentId,
        "330106199001010018",
    )
}

fn text(field: Field, row: &FilingRow) -> String {
    match cell(field, row, 0) {
        Cell::Text(text) => text.into_owned(),
        Cell::Empty => String::new(),
        Cell::Number(number) => panic!("{field:?} wrote the number {number}"),
    }
}

#[test]
fn only_the_sequence_is_a_number() {
    assert_eq!(cell(Field::Sequence, &row(), 0), Cell::Number(7));
    assert_eq!(text(Field::DocumentNumber, &row()), "330106199001010018");
}

#[test]
fn what_nobody_knows_is_an_empty_cell_but_no_agency_is_said() {
    let row = row();
    for field in [
        Field::Name,
        Field::Phone,
        Field::Accounts,
        Field::VerifiedOn,
        Field::PrincipalPlace,
        Field::AgencyCreditCode,
        Field::OverThreshold,
        Field::LegalForm,
        Field::ShopUrls,
    ] {
        assert_eq!(cell(field, &row, 0), Cell::Empty, "{field:?}");
    }
    assert_eq!(text(Field::AgencyName, &row), "无");
}

#[test]
fn a_network_id_is_never_filed_as_a_number() {
    let row = FilingRow::new(1, RowState::New, IdentityKind::NetworkId, "N123");
    for field in [
        Field::CreditCode,
        Field::DocumentNumber,
        Field::IdentityNumber,
    ] {
        assert_eq!(cell(field, &row, 0), Cell::Empty);
    }
    assert_eq!(text(Field::DocumentKind, &row), "网号");
}

#[test]
fn the_principal_place_is_the_domicile_before_the_business_address_before_the_residence() {
    let mut row = FilingRow {
        residence: "丙".to_owned(),
        ..row()
    };
    assert_eq!(text(Field::PrincipalPlace, &row), "丙");
    row.business_address = "乙".to_owned();
    assert_eq!(text(Field::PrincipalPlace, &row), "乙");
    row.domicile = "甲".to_owned();
    assert_eq!(text(Field::PrincipalPlace, &row), "甲");
    assert_eq!(text(Field::BusinessAddress, &row), "乙");
    assert_eq!(text(Field::Residence, &row), "丙");
}

#[test]
fn only_lists_change_from_line_to_line() {
    let row = FilingRow {
        accounts: vec!["甲".to_owned(), "乙".to_owned()],
        ..row()
    };
    assert_eq!(row.lines([Field::Name, Field::Accounts]), 2);
    assert_eq!(row.lines([Field::Name, Field::ShopNames]), 1);
    assert_eq!(cell(Field::Accounts, &row, 1), Cell::Text("乙".into()));
    assert_eq!(cell(Field::Sequence, &row, 1), Cell::Number(7));
}

#[test]
fn what_xml_cannot_carry_is_seen_to_be_missing() {
    assert_eq!(
        cell_text("王\0小\u{1F}明\u{FFFF}"),
        "王\u{FFFD}小\u{FFFD}明\u{FFFD}"
    );
    assert_eq!(cell_text("一\r\n二\r三\n四\t五"), "一\n二\n三\n四\t五");
    assert_eq!(cell_text("_x0041_"), "_x0041_");
}
