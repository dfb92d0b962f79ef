//! The canonical bytes of what any edition may file of a registration; the vault keys them into a fingerprint.
//! Not in it: 序号, 核验时间, 信息状态, and whatever no report has a column for.

use entity::operator::{Address, OperatorFacts};
use entity::value::country::CountryCode;
use entity::value::identity::IdentityNumber;

/// The version of the canonical form; a new one is compared by computing both from the revisions.
pub const VERSION: u8 = 1;

/// The canonical form of an operator (DESIGN of both editions' sheets 1 and 2).
#[must_use]
pub fn operator(identity: &IdentityNumber, facts: &OperatorFacts) -> Vec<u8> {
    let mut form = Canonical::default();
    form.text("operator");
    form.text(identity.kind().as_str());
    form.text(identity.number());
    form.text(identity.issuing_country().map_or("", CountryCode::as_str));
    form.text(&facts.name);
    form.address(facts.business_address.as_ref());
    form.address(facts.domicile.as_ref());
    form.text(facts.phone.as_deref().unwrap_or_default());
    let mut accounts: Vec<_> = facts
        .accounts
        .iter()
        .map(|account| (account.role, account.number.as_str()))
        .collect();
    accounts.sort_unstable();
    for (role, number) in accounts {
        form.text(role.as_str());
        form.text(number);
    }
    form.bytes
}

/// Fields one after the other, each with its length before it, so that no two records share their bytes.
#[derive(Default)]
struct Canonical {
    bytes: Vec<u8>,
}

impl Canonical {
    fn text(&mut self, text: &str) {
        self.bytes
            .extend_from_slice(&(text.len() as u64).to_be_bytes());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn address(&mut self, address: Option<&Address>) {
        self.text(address.map_or("", |address| address.text.as_str()));
        self.text(address.map_or("", |address| address.division.as_str()));
    }
}
