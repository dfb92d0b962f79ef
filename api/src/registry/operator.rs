//! 直播间运营者: what an item may say of one, and how that stands with what is on record.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entity::facts::{Address, Consent, Permit, PersonRef, StoredIdentity};
use entity::kind::{LegalForm, TieKind};
use entity::operator::{LiveAccount, OperatorFacts};
use entity::presenter::SyntheticPresenter;
use entity::problem::{Finding, ProblemCode};
use entity::room_profile::RoomProfile;

use super::input::{LiveAccountInput, OperatorInput, Patch};
use super::parse::Parser;
use super::registration::fields::{Keeping, Wish, fields};
use super::registration::people::people;
use super::{presenter, room_profile};
use crate::clock::legal_day;

fields! {
    /// The parsed fields of an operator.
    OperatorFields => OperatorFacts {
        required name: String = "name",
        required form: LegalForm = "form",
        optional registered_on: NaiveDate = "registeredOn",
        optional birth_date: NaiveDate = "birthDate",
        optional guardian_consent: Consent = "guardianConsent",
        optional proprietor: PersonRef = "proprietor",
        optional legal_representative: PersonRef = "legalRepresentative",
        optional phone: String = "phone",
        optional business_address: Address = "businessAddress",
        optional domicile: Address = "domicile",
        optional own_site: String = "ownSite",
        list accounts: LiveAccount = "accounts",
        list permits: Permit = "permits",
        list presenters: SyntheticPresenter = "presenters",
        list room_profiles: RoomProfile = "profiles",
    }
    beside { sellers: Vec<StoredIdentity> }
}

impl OperatorFields {
    /// Parses what was sent; what it lacks is judged later, against what stands.
    pub(super) fn parse(input: OperatorInput, parser: &mut Parser<'_>) -> Self {
        let observed = input.observed_at.map_or(parser.today, legal_day);
        let room_profiles;
        Self {
            name: parser.patch("name", input.name, |p, raw| p.name(&raw)),
            form: input.form,
            registered_on: input.registered_on,
            birth_date: input.birth_date,
            guardian_consent: parser.patch("guardianConsent", input.guardian_consent, |p, raw| {
                p.consent(&raw)
            }),
            proprietor: parser.patch("proprietor", input.proprietor, |p, raw| p.person(&raw)),
            legal_representative: parser.patch(
                "legalRepresentative",
                input.legal_representative,
                |p, raw| p.person(&raw),
            ),
            phone: parser.patch("phone", input.phone, |p, raw| p.phone(&raw)),
            business_address: parser.patch("businessAddress", input.business_address, |p, raw| {
                p.address(&raw)
            }),
            domicile: parser.patch("domicile", input.domicile, |p, raw| p.address(&raw)),
            own_site: parser.patch("ownSite", input.own_site, |p, raw| p.site(&raw)),
            accounts: {
                let rooms = parser.patch("accounts", input.accounts, |p, raw| {
                    rooms(p, &raw, observed)
                });
                let accounts;
                (accounts, room_profiles) = room_profile::parted(rooms);
                accounts
            },
            permits: parser.patch("permits", input.permits, |p, raw| {
                p.list(&raw, Parser::permit)
            }),
            presenters: parser.patch("presenters", input.presenters, |p, raw| {
                presenter::list(p, &raw)
            }),
            room_profiles,
            verification: parser.patch("verification", input.verification, |p, raw| {
                p.verification(&raw)
            }),
            sellers: parser.patch("sellers", input.sellers, |p, raw| p.others(&raw)),
        }
    }

    /// The facts as they would stand.
    pub(super) fn merge(
        &self,
        old: Option<&OperatorFacts>,
        keeping: Keeping,
    ) -> Result<OperatorFacts, Vec<Finding>> {
        let mut facts = self.over(old)?;
        facts.accounts = with_first_days(facts.accounts, old, keeping.today);
        let before = old.map(|o| o.presenters.as_slice()).unwrap_or_default();
        facts.presenters = presenter::kept(facts.presenters, before, &facts.accounts, keeping);
        if let Patch::Set(_) = &self.room_profiles {
            let before = old.map(|o| o.room_profiles.as_slice()).unwrap_or_default();
            facts.room_profiles = room_profile::kept(facts.room_profiles, before, keeping);
        }
        Ok(facts)
    }

    /// What was sent that does not go with the facts as they would stand.
    pub(super) fn misplaced(&self, facts: &OperatorFacts) -> Vec<Finding> {
        presenter::misplaced(&self.presenters, &facts.accounts)
    }

    /// 实际销售者, and the people behind the operator.
    pub(super) fn ties(&self) -> Vec<Wish> {
        let sellers = Wish::of(TieKind::OperatorSeller, "sellers", &self.sellers);
        let people = people(&self.proprietor, &self.legal_representative);
        sellers.into_iter().chain(people).collect()
    }
}

/// What an operator holds ends with it: its accounts and its presenters. The names of the fields that changed thereby.
pub(super) fn end(facts: &mut OperatorFacts, on: NaiveDate) -> Vec<&'static str> {
    let mut changed = Vec::new();
    if !facts.accounts.is_empty() {
        changed.push("accounts");
        facts.accounts = Vec::new();
    }
    if presenter::end(&mut facts.presenters, on) {
        changed.push("presenters");
    }
    changed
}

/// The accounts of an item with their profiles, as sent; the same account twice is refused on the second.
fn rooms(
    parser: &mut Parser<'_>,
    raw: &[LiveAccountInput],
    observed: NaiveDate,
) -> Option<Vec<(LiveAccount, Option<RoomProfile>)>> {
    let list = parser.list(raw, |parser, given| {
        room_profile::room(parser, given, observed)
    })?;
    let mut seen = HashSet::new();
    for (index, (account, _)) in list.iter().enumerate() {
        if !seen.insert(account.number.as_str()) {
            let twice = Finding::error(ProblemCode::AccountTwice)
                .inside("accountNumber")
                .item(index);
            parser.found.push(twice);
        }
    }
    Some(list)
}

/// The accounts in the order in which they are kept, HOLDER first, then by number; a tie that goes on keeps its first
/// day.
fn with_first_days(
    mut accounts: Vec<LiveAccount>,
    old: Option<&OperatorFacts>,
    today: NaiveDate,
) -> Vec<LiveAccount> {
    let before = old.map(|o| o.accounts.as_slice()).unwrap_or_default();
    let since: HashMap<_, _> = before
        .iter()
        .map(|b| ((&b.number, b.role), b.since))
        .collect();
    for account in &mut accounts {
        let first = since.get(&(&account.number, account.role));
        account.since = first.copied().unwrap_or(today);
    }
    accounts.sort_by(|a, b| (a.role, &a.number).cmp(&(b.role, &b.number)));
    accounts
}
