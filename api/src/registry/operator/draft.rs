//! One operator on its way through a batch: parsed, then merged with what stands, then judged.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use entity::account;
use entity::id::{FileId, PartyId, RegistrationId};
use entity::kind::{LegalForm, RegistrationStatus};
use entity::operator::{
    Address, Consent, LiveAccount, OperatorFacts, Permit, PersonRef, Verification,
};
use entity::problem::{Finding, ProblemCode};
use entity::registration;
use entity::sealed::BlindIndex;
use entity::value::identity::IdentityNumber;
use rules::registration::{Circumstances, judge_operator};

use crate::registry::batch::Outcome;
use crate::registry::input::{OperatorInput, Patch};
use crate::registry::parse::Parser;

/// The parsed fields of an item.
pub(super) struct Fields {
    pub external_id: Patch<String>,
    name: Patch<String>,
    form: Patch<LegalForm>,
    registered_on: Patch<NaiveDate>,
    birth_date: Patch<NaiveDate>,
    guardian_consent: Patch<Consent>,
    proprietor: Patch<PersonRef>,
    legal_representative: Patch<PersonRef>,
    phone: Patch<String>,
    business_address: Patch<Address>,
    domicile: Patch<Address>,
    pub own_site: Patch<String>,
    accounts: Patch<Vec<LiveAccount>>,
    permits: Patch<Vec<Permit>>,
    verification: Patch<Verification>,
}

/// What stands already.
pub(super) struct Standing {
    pub registration: registration::Model,
    pub facts: OperatorFacts,
    pub ties: Vec<account::Model>,
}

/// One item.
pub(super) struct Draft {
    pub index: usize,
    pub sent_external_id: Option<String>,
    pub observed_at: DateTime<Utc>,
    pub identity: Option<(IdentityNumber, BlindIndex)>,
    pub fields: Fields,
    pub found: Vec<Finding>,
    pub party: Option<PartyId>,
    pub standing: Option<Standing>,
    pub id: Option<RegistrationId>,
    pub merged: Option<OperatorFacts>,
    pub changed: Vec<&'static str>,
    pub outcome: Option<Outcome>,
}

/// Parses an item; what it lacks is judged later, against what stands.
pub(super) fn parse(
    input: OperatorInput,
    parser: &mut Parser<'_>,
) -> (Option<IdentityNumber>, Fields) {
    let identity = match parser.patch("identity", Patch::Set(&input.identity), |p, given| {
        p.identity(given)
    }) {
        Patch::Set(identity) => Some(identity),
        Patch::Keep | Patch::Clear => None,
    };
    let fields = Fields {
        external_id: parser.patch("externalId", input.external_id, |p, raw| p.short(&raw)),
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
        own_site: parser.patch("ownSite", input.own_site, |p, raw| p.url(&raw)),
        accounts: parser.patch("accounts", input.accounts, |p, raw| accounts(p, &raw)),
        permits: parser.patch("permits", input.permits, |p, raw| {
            p.list(&raw, Parser::permit)
        }),
        verification: parser.patch("verification", input.verification, |p, raw| {
            p.verification(&raw)
        }),
    };
    (identity, fields)
}

/// The accounts of an item, as sent; the same account twice is refused on the second.
fn accounts(
    parser: &mut Parser<'_>,
    raw: &[crate::registry::input::LiveAccountInput],
) -> Option<Vec<LiveAccount>> {
    let list = parser.list(raw, Parser::account)?;
    let mut seen = HashSet::new();
    for (index, account) in list.iter().enumerate() {
        if !seen.insert(account.number.as_str()) {
            let twice = Finding::error(ProblemCode::AccountTwice)
                .inside("accountNumber")
                .item(index);
            parser.found.push(twice);
        }
    }
    Some(list)
}

impl Draft {
    /// Whether something refuses it.
    pub(super) fn refused(&self) -> bool {
        self.found.iter().any(Finding::refuses)
    }

    /// Merges the patch over what stands and judges the whole; leaves `merged` empty when there is nothing to write.
    pub(super) fn judge(&mut self, circumstances: Circumstances) {
        let Some((identity, _)) = &self.identity else {
            return;
        };
        if let Some(standing) = &self.standing
            && self.observed_at < standing.registration.observed_at
        {
            self.outcome = Some(Outcome::Stale);
            let older = Finding::error(ProblemCode::Stale).inside("observedAt");
            let current = standing.registration.revision.to_string();
            self.found.push(older.with("revision", current));
            return;
        }
        let Some(facts) = self.fields.merge(
            self.standing.as_ref().map(|s| &s.facts),
            circumstances.today,
        ) else {
            let old = self.standing.as_ref().map(|s| &s.facts);
            self.found.extend(self.fields.unnamed(old));
            return;
        };
        self.found
            .extend(judge_operator(&facts, identity, circumstances));
        self.merged = Some(facts);
        self.compare();
    }

    /// Says what became of the item, and which fields changed.
    fn compare(&mut self) {
        let Some(facts) = &self.merged else { return };
        let Some(standing) = &self.standing else {
            self.outcome = Some(Outcome::Created);
            self.changed = differences(None, facts);
            return;
        };
        self.changed = differences(Some(&standing.facts), facts);
        let external = self.external_id();
        if external != standing.registration.external_id {
            self.changed.push("externalId");
        }
        self.outcome = Some(
            if standing.registration.status == RegistrationStatus::Closed {
                Outcome::Reopened
            } else if self.changed.is_empty() {
                Outcome::Unchanged
            } else {
                Outcome::Updated
            },
        );
    }

    /// The platform's own key as it would stand.
    pub(super) fn external_id(&self) -> Option<String> {
        let old = self
            .standing
            .as_ref()
            .and_then(|s| s.registration.external_id.clone());
        self.fields.external_id.clone().over(old)
    }

    /// The evidence that the item itself names, with its field.
    pub(super) fn evidence(&self) -> impl Iterator<Item = (&'static str, FileId)> + use<> {
        let consent = match &self.fields.guardian_consent {
            Patch::Set(consent) => consent.evidence.map(|id| ("guardianConsent", id)),
            Patch::Keep | Patch::Clear => None,
        };
        let verification = match &self.fields.verification {
            Patch::Set(verification) => verification.evidence.map(|id| ("verification", id)),
            Patch::Keep | Patch::Clear => None,
        };
        consent.into_iter().chain(verification)
    }

    /// Whether it will be written.
    pub(super) fn writes(&self) -> bool {
        !self.refused()
            && matches!(
                self.outcome,
                Some(Outcome::Created | Outcome::Updated | Outcome::Reopened)
            )
    }

    /// The open ties that the merged facts no longer have.
    pub(super) fn ending(&self) -> impl Iterator<Item = &account::Model> {
        let kept: HashSet<_> = self
            .accounts()
            .iter()
            .map(|a| (&a.number, a.role))
            .collect();
        let ties = self.ties().iter();
        ties.filter(move |tie| !kept.contains(&(&tie.number, tie.role)))
    }

    /// The accounts of the merged facts that have no open tie yet.
    pub(super) fn opening(&self) -> impl Iterator<Item = &LiveAccount> {
        let open: HashSet<_> = self.ties().iter().map(|t| (&t.number, t.role)).collect();
        let accounts = self.accounts().iter();
        accounts.filter(move |account| !open.contains(&(&account.number, account.role)))
    }

    /// Where an account stands in the list that was sent.
    pub(super) fn sent_place(&self, number: &str) -> Option<usize> {
        match &self.fields.accounts {
            Patch::Set(sent) => sent.iter().position(|account| account.number == number),
            Patch::Keep | Patch::Clear => None,
        }
    }

    fn accounts(&self) -> &[LiveAccount] {
        self.merged
            .as_ref()
            .map_or(&[], |facts| facts.accounts.as_slice())
    }

    fn ties(&self) -> &[account::Model] {
        self.standing
            .as_ref()
            .map_or(&[], |standing| standing.ties.as_slice())
    }
}

impl Fields {
    /// The facts as they would stand; none while a name or a form is missing, without which nothing can be judged.
    fn merge(&self, old: Option<&OperatorFacts>, today: NaiveDate) -> Option<OperatorFacts> {
        let name = self.name.clone().over(old.map(|o| o.name.clone()))?;
        let form = self.form.clone().over(old.map(|o| o.form))?;
        let accounts = self
            .accounts
            .clone()
            .over(old.map(|o| o.accounts.clone()))
            .unwrap_or_default();
        Some(OperatorFacts {
            name,
            form,
            registered_on: self
                .registered_on
                .clone()
                .over(old.and_then(|o| o.registered_on)),
            birth_date: self.birth_date.clone().over(old.and_then(|o| o.birth_date)),
            guardian_consent: self
                .guardian_consent
                .clone()
                .over(old.and_then(|o| o.guardian_consent.clone())),
            proprietor: self
                .proprietor
                .clone()
                .over(old.and_then(|o| o.proprietor.clone())),
            legal_representative: self
                .legal_representative
                .clone()
                .over(old.and_then(|o| o.legal_representative.clone())),
            phone: self.phone.clone().over(old.and_then(|o| o.phone.clone())),
            business_address: self
                .business_address
                .clone()
                .over(old.and_then(|o| o.business_address.clone())),
            domicile: self
                .domicile
                .clone()
                .over(old.and_then(|o| o.domicile.clone())),
            own_site: self
                .own_site
                .clone()
                .over(old.and_then(|o| o.own_site.clone())),
            accounts: with_first_days(accounts, old, today),
            permits: self
                .permits
                .clone()
                .over(old.map(|o| o.permits.clone()))
                .unwrap_or_default(),
            verification: self
                .verification
                .clone()
                .over(old.and_then(|o| o.verification.clone())),
            closing: None,
        })
    }

    /// What is lacking before anything else can be judged.
    fn unnamed(&self, old: Option<&OperatorFacts>) -> Vec<Finding> {
        let name = self.name.clone().over(old.map(|o| o.name.clone()));
        let form = self.form.clone().over(old.map(|o| o.form));
        let lacks = [("name", name.is_none()), ("form", form.is_none())];
        lacks
            .into_iter()
            .filter(|(_, lacking)| *lacking)
            .map(|(field, _)| Finding::error(ProblemCode::Required).inside(field))
            .collect()
    }
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

/// The contract names of the fields in which two states differ.
fn differences(old: Option<&OperatorFacts>, new: &OperatorFacts) -> Vec<&'static str> {
    macro_rules! differing {
        ($($field:ident => $name:literal),+ $(,)?) => {
            [$((old.is_none_or(|o| o.$field != new.$field), $name)),+]
        };
    }
    let fields = differing! {
        name => "name", form => "form", registered_on => "registeredOn", birth_date => "birthDate",
        guardian_consent => "guardianConsent", proprietor => "proprietor",
        legal_representative => "legalRepresentative", phone => "phone",
        business_address => "businessAddress", domicile => "domicile", own_site => "ownSite",
        accounts => "accounts", permits => "permits", verification => "verification", closing => "status",
    };
    let empty = old.is_none().then(|| unset(new));
    fields
        .into_iter()
        .filter(|(differs, name)| {
            *differs && !empty.as_ref().is_some_and(|unset| unset.contains(name))
        })
        .map(|(_, name)| name)
        .collect()
}

/// The fields of a new record that hold nothing, and so did not change.
fn unset(facts: &OperatorFacts) -> Vec<&'static str> {
    [
        (facts.registered_on.is_none(), "registeredOn"),
        (facts.birth_date.is_none(), "birthDate"),
        (facts.guardian_consent.is_none(), "guardianConsent"),
        (facts.proprietor.is_none(), "proprietor"),
        (facts.legal_representative.is_none(), "legalRepresentative"),
        (facts.domicile.is_none(), "domicile"),
        (facts.business_address.is_none(), "businessAddress"),
        (facts.own_site.is_none(), "ownSite"),
        (facts.accounts.is_empty(), "accounts"),
        (facts.permits.is_empty(), "permits"),
        (facts.verification.is_none(), "verification"),
        (facts.closing.is_none(), "status"),
    ]
    .into_iter()
    .filter(|(nothing, _)| *nothing)
    .map(|(_, name)| name)
    .collect()
}
