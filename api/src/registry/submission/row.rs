//! From a frozen revision to the row of a workbook, and which of its cells the law asks for and the platform left
//! empty. Nothing here reads a database or opens a seal.

use std::borrow::Cow;

use entity::kind::RowState;
use entity::operator::{Address, OperatorFacts, Permit};
use entity::problem::{Finding, ProblemCode, Step};
use entity::value::division::{DivisionCode, Divisions};
use entity::value::identity::IdentityNumber;
use reports::{Cell, FilingRow, cell};
use rules::edition::{Column, Field, Sheet};
use rules::label::Label as _;
use rules::submission::account_cells;

use crate::clock::legal_day;
use crate::registry::division::Gazetteer;

/// A sheet as it is printed for one province.
#[derive(Clone, Debug)]
pub(super) struct Tab {
    /// The name on its tab.
    pub(super) title: &'static str,
    columns: Vec<&'static Column>,
}

impl Tab {
    /// A sheet with its columns.
    pub(super) fn new(sheet: &'static Sheet, columns: Vec<&'static Column>) -> Self {
        Self {
            title: &sheet.title,
            columns,
        }
    }

    /// Whether one of its columns has this header.
    pub(super) fn has_header(&self, header: &str) -> bool {
        self.columns.iter().any(|column| column.header == header)
    }

    fn has(&self, field: Field) -> bool {
        self.columns.iter().any(|column| column.field == field)
    }

    /// The address that the sheet files, whose division it states beside it.
    fn filed_address<'f>(&self, facts: &'f OperatorFacts) -> Option<&'f Address> {
        let business = facts.business_address.as_ref();
        if self.has(Field::BusinessAddress) {
            business
        } else {
            facts.domicile.as_ref().or(business)
        }
    }

    /// The row of an operator.
    pub(super) fn operator(
        &self,
        (seq, state): (u32, RowState),
        identity: &IdentityNumber,
        facts: &OperatorFacts,
        gazetteer: &Gazetteer,
    ) -> FilingRow {
        let mut row = FilingRow::new(seq, state, identity.kind(), identity.number());
        let text = |address: &Option<Address>| {
            address
                .as_ref()
                .map_or_else(String::new, |a| a.text.clone())
        };
        let accounts = facts.accounts.iter();
        row.name.clone_from(&facts.name);
        row.legal_form = Some(facts.form);
        row.domicile = text(&facts.domicile);
        row.business_address = text(&facts.business_address);
        row.division_code = self
            .filed_address(facts)
            .map_or_else(String::new, |address| {
                national(gazetteer, &address.division)
            });
        row.phone = facts.phone.clone().unwrap_or_default();
        row.accounts = account_cells(accounts.map(|account| (account.role, &*account.number)));
        row.verified_on = facts.verification.as_ref().map(|v| legal_day(v.at));
        row.permits = facts
            .permits
            .iter()
            .map(permit)
            .collect::<Vec<_>>()
            .join("；");
        row
    }

    /// One problem for each cell that the law asks for and that is empty. What ended needs no more than its name.
    pub(super) fn problems<'a>(&'a self, row: &'a FilingRow) -> impl Iterator<Item = Finding> + 'a {
        let asked = self.columns.iter().filter(|column| {
            row.state != RowState::Ended && column.article.is_some() && must_be_filled(column.field)
        });
        let empty = asked.filter(|column| cell(column.field, row, 0) == Cell::Empty);
        empty.map(|column| self.problem(row.seq, column))
    }

    fn problem(&self, seq: u32, column: &Column) -> Finding {
        let mut finding = Finding::warning(ProblemCode::RowIncomplete)
            .with("sheet", self.title)
            .with("column", column.header.clone());
        let name = |text: &str| Step::Field(Cow::Owned(text.to_owned()));
        let row = Step::Index(usize::try_from(seq).unwrap_or(usize::MAX));
        finding.path = vec![name(self.title), row, name(&column.header)];
        finding
    }
}

/// Whether an empty cell means that something is missing; these may truthfully be empty.
const fn must_be_filled(field: Field) -> bool {
    !matches!(
        field,
        Field::Permits
            | Field::Exemption
            | Field::OverThreshold
            | Field::Qualifications
            | Field::Occupation
            | Field::ShopUrls
    )
}

/// A division by its code of GB/T 2260: a local one by the county it lies in.
fn national(gazetteer: &Gazetteer, code: &str) -> String {
    let parsed: Option<DivisionCode> = code.parse().ok();
    if parsed.is_some_and(|code| Divisions::national().find(code).is_some()) {
        return code.to_owned();
    }
    let local = gazetteer.named(code);
    local
        .and_then(|named| named.parent)
        .unwrap_or_else(|| code.to_owned())
}

fn permit(permit: &Permit) -> String {
    let kind = permit.kind_text.as_deref();
    format!(
        "{} {}",
        kind.unwrap_or_else(|| permit.kind.label_zh()),
        permit.number
    )
}
