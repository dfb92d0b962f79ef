//! The canonical bytes of what any edition may file of a registration; the vault keys them into a fingerprint.
//! Not in it: 序号, 核验时间, 信息状态, and whatever no report has a column for.

use entity::agency::AgencyFacts;
use entity::facts::{Address, Facts, Permit};
use entity::kind::ExemptionKind;
use entity::merchant::MerchantFacts;
use entity::operator::OperatorFacts;
use entity::streamer::StreamerFacts;
use entity::value::country::CountryCode;
use entity::value::identity::IdentityNumber;

/// The version of the canonical form; a new one is compared by computing both from the revisions.
pub const VERSION: u8 = 1;

/// The canonical form of a registration of any kind.
#[must_use]
pub fn canonical(identity: &IdentityNumber, facts: &Facts) -> Vec<u8> {
    let mut form = Canonical::default();
    match facts {
        Facts::Operator(facts) => operator(&mut form, identity, facts),
        Facts::Streamer(facts) => streamer(&mut form, identity, facts),
        Facts::Agency(facts) => agency(&mut form, identity, facts),
        Facts::Merchant(facts) => merchant(&mut form, identity, facts),
    }
    form.bytes
}

/// Sheets 1 and 2 of both editions.
fn operator(form: &mut Canonical, identity: &IdentityNumber, facts: &OperatorFacts) {
    form.text("operator");
    form.identity(identity);
    form.text(&facts.name);
    form.address(facts.business_address.as_ref());
    form.address(facts.domicile.as_ref());
    form.optional(facts.phone.as_deref());
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
}

/// Sheet 3 of both editions; the agency counts by its identity, not by its name.
fn streamer(form: &mut Canonical, identity: &IdentityNumber, facts: &StreamerFacts) {
    form.text("streamer");
    form.identity(identity);
    form.text(&facts.name);
    form.address(facts.residence.as_ref());
    form.optional(facts.phone.as_deref());
    match &facts.agency {
        None => form.text("none"),
        Some(agency) => {
            form.text(agency.kind.as_str());
            form.text(&agency.number);
        }
    }
    form.optional(facts.occupation.as_deref());
    let mut titles: Vec<_> = facts
        .qualifications
        .iter()
        .map(|qualification| {
            let number = qualification.certificate_number.as_deref();
            (qualification.title.as_str(), number.unwrap_or_default())
        })
        .collect();
    titles.sort_unstable();
    for (title, number) in titles {
        form.text(title);
        form.text(number);
    }
}

/// No edition files agencies; whoever compares without plaintext still needs one.
fn agency(form: &mut Canonical, identity: &IdentityNumber, facts: &AgencyFacts) {
    form.text("agency");
    form.identity(identity);
    form.text(&facts.name);
    form.address(facts.domicile.as_ref());
    form.optional(facts.phone.as_deref());
    form.permits(&facts.permits);
}

/// The sheet of 平台内经营者 in both editions.
fn merchant(form: &mut Canonical, identity: &IdentityNumber, facts: &MerchantFacts) {
    form.text("merchant");
    form.identity(identity);
    form.text(&facts.name);
    form.address(facts.business_address.as_ref());
    form.optional(facts.phone.as_deref());
    form.text(facts.exemption.map_or("", ExemptionKind::as_str));
    form.text(match facts.over_threshold {
        None => "",
        Some(true) => "over",
        Some(false) => "under",
    });
    form.permits(&facts.permits);
    let mut shops: Vec<_> = facts
        .open_shops()
        .map(|shop| (shop.name.as_str(), shop.url.as_deref().unwrap_or_default()))
        .collect();
    shops.sort_unstable();
    for (name, url) in shops {
        form.text(name);
        form.text(url);
    }
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

    fn optional(&mut self, text: Option<&str>) {
        self.text(text.unwrap_or_default());
    }

    fn identity(&mut self, identity: &IdentityNumber) {
        self.text(identity.kind().as_str());
        self.text(identity.number());
        let country = identity.issuing_country();
        self.text(country.map_or("", CountryCode::as_str));
    }

    fn permits(&mut self, permits: &[Permit]) {
        let mut numbers: Vec<_> = permits
            .iter()
            .map(|permit| (permit.kind, permit.kind_text.as_deref(), &*permit.number))
            .collect();
        numbers.sort_unstable();
        self.text(&numbers.len().to_string());
        for (kind, text, number) in numbers {
            self.text(kind.as_str());
            self.optional(text);
            self.text(number);
        }
    }

    fn address(&mut self, address: Option<&Address>) {
        self.text(address.map_or("", |address| address.text.as_str()));
        self.text(address.map_or("", |address| address.division.as_str()));
    }
}
