//! From a frozen revision to the row of a workbook, and which of its cells the law asks for and the platform left
//! empty. Nothing here reads a database or opens a seal.

use std::borrow::Cow;
use std::collections::HashMap;

use entity::facts::{Address, Facts, Permit};
use entity::kind::{RowState, SubjectKind};
use entity::merchant::MerchantFacts;
use entity::operator::OperatorFacts;
use entity::problem::{Finding, ProblemCode, Step};
use entity::streamer::StreamerFacts;
use entity::value::division::{DivisionCode, Divisions};
use entity::value::identity::IdentityNumber;
use reports::{Agency, Cell, FilingRow, cell};
use rules::edition::{Column, Field, Sheet};
use rules::label::Label as _;
use rules::submission::{account_cells, joined, shop_cells};

use crate::clock::legal_day;
use crate::registry::division::Gazetteer;

/// A sheet as it is printed for one province.
#[derive(Clone, Debug)]
pub(super) struct Tab {
    /// The name on its tab.
    pub(super) title: &'static str,
    /// Whom it lists.
    pub(super) subject: SubjectKind,
    columns: Vec<&'static Column>,
}

impl Tab {
    /// A sheet with its columns.
    pub(super) fn new(sheet: &'static Sheet, columns: Vec<&'static Column>) -> Self {
        Self {
            title: &sheet.title,
            subject: sheet.subject,
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
    fn filed_address<'f>(&self, facts: &'f Facts) -> Option<&'f Address> {
        match facts {
            Facts::Operator(facts) => {
                let business = facts.business_address.as_ref();
                if self.has(Field::BusinessAddress) {
                    business
                } else {
                    facts.domicile.as_ref().or(business)
                }
            }
            Facts::Streamer(facts) => facts.residence.as_ref(),
            Facts::Agency(facts) => facts.domicile.as_ref(),
            Facts::Merchant(facts) => facts.business_address.as_ref(),
        }
    }

    /// The row of a registration; `agencies` names agencies by their credit codes.
    pub(super) fn row(
        &self,
        (seq, state): (u32, RowState),
        identity: &IdentityNumber,
        facts: &Facts,
        (gazetteer, agencies): (&Gazetteer, &HashMap<String, String>),
    ) -> FilingRow {
        let mut row = FilingRow::new(seq, state, identity.kind(), identity.number());
        facts.name().clone_into(&mut row.name);
        row.legal_form = facts.form();
        row.division_code = self
            .filed_address(facts)
            .map_or_else(String::new, |address| {
                national(gazetteer, &address.division)
            });
        facts.phone().unwrap_or_default().clone_into(&mut row.phone);
        row.verified_on = facts.verification().map(|v| legal_day(v.at));
        match facts {
            Facts::Operator(facts) => operator(&mut row, facts),
            Facts::Streamer(facts) => streamer(&mut row, facts, agencies),
            Facts::Agency(facts) => row.domicile = words(facts.domicile.as_ref()),
            Facts::Merchant(facts) => merchant(&mut row, facts),
        }
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

fn words(address: Option<&Address>) -> String {
    address.map_or_else(String::new, |address| address.text.clone())
}

fn operator(row: &mut FilingRow, facts: &OperatorFacts) {
    let accounts = facts.accounts.iter();
    row.domicile = words(facts.domicile.as_ref());
    row.business_address = words(facts.business_address.as_ref());
    row.accounts = account_cells(accounts.map(|account| (account.role, &*account.number)));
    row.permits = joined(facts.permits.iter().map(permit));
}

fn streamer(row: &mut FilingRow, facts: &StreamerFacts, agencies: &HashMap<String, String>) {
    row.residence = words(facts.residence.as_ref());
    row.agency = facts.agency.as_ref().map(|agency| Agency {
        name: agencies.get(&agency.number).cloned().unwrap_or_default(),
        credit_code: agency.number.clone(),
    });
    let qualified = facts.qualifications.iter().map(|qualification| {
        let number = qualification.certificate_number.as_deref();
        match number {
            Some(number) => format!("{} {number}", qualification.title),
            None => qualification.title.clone(),
        }
    });
    row.qualifications = joined(qualified);
    row.occupation = facts.occupation.clone().unwrap_or_default();
}

fn merchant(row: &mut FilingRow, facts: &MerchantFacts) {
    row.business_address = words(facts.business_address.as_ref());
    let shops = facts.open_shops();
    (row.shop_names, row.shop_urls) =
        shop_cells(shops.map(|shop| (&*shop.name, shop.url.as_deref().unwrap_or_default())));
    row.permits = joined(facts.permits.iter().map(permit));
    row.exemption = facts
        .exemption
        .map_or_else(String::new, |kind| kind.label_zh().to_owned());
    row.over_threshold = facts.over_threshold;
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
            | Field::AgencyCreditCode
    )
}

/// A division by its code of GB/T 2260: a local one by the county it lies in.
fn national(gazetteer: &Gazetteer, code: &str) -> String {
    let parsed: Option<DivisionCode> = code.parse().ok();
    if parsed.is_some_and(|code| Divisions::national().has_ever_known(code)) {
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
