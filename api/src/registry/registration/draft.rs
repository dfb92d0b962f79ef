//! One item on its way through a batch: parsed, then merged with what stands, then judged.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::facts::Facts;
use entity::id::{PartyId, RegistrationId};
use entity::kind::RegistrationStatus;
use entity::operator::LiveAccount;
use entity::problem::{Finding, ProblemCode};
use entity::sealed::BlindIndex;
use entity::value::identity::IdentityNumber;
use entity::{account, registration, tie};
use rules::registration::{Circumstances, judge};

use super::fields::{Fields, Keeping};
use super::ties::Wanted;
use crate::registry::agency::AgencyFields;
use crate::registry::batch::Outcome;
use crate::registry::input::{Item, Patch};
use crate::registry::merchant::MerchantFields;
use crate::registry::operator::OperatorFields;
use crate::registry::parse::Parser;
use crate::registry::streamer::StreamerFields;

/// What stands already.
pub(super) struct Standing {
    pub registration: registration::Model,
    pub facts: Facts,
    pub accounts: Vec<account::Model>,
    pub ties: Vec<tie::Model>,
}

/// One item.
pub(super) struct Draft {
    pub index: usize,
    pub sent_external_id: Option<String>,
    pub external_id: Patch<String>,
    pub observed_at: DateTime<Utc>,
    pub identity: Option<(IdentityNumber, BlindIndex)>,
    pub fields: Fields,
    pub ties: Vec<Wanted>,
    pub found: Vec<Finding>,
    pub party: Option<PartyId>,
    /// Whether this deed is the first to speak of the party: nobody names it yet.
    pub unheard_of: bool,
    pub standing: Option<Standing>,
    pub id: Option<RegistrationId>,
    pub merged: Option<Facts>,
    pub changed: Vec<&'static str>,
    pub outcome: Option<Outcome>,
}

/// Parses an item; what it lacks is judged later, against what stands.
pub(super) fn parse(
    item: Item,
    parser: &mut Parser<'_>,
) -> (Option<IdentityNumber>, Patch<String>, Fields) {
    let (external_id, _, identity) = item.head();
    let identity = parser.within("identity", |p| p.identity(identity));
    let external_id = parser.patch("externalId", external_id.clone(), |p, raw| p.key(&raw));
    let fields = match item {
        Item::Operator(item) => Fields::Operator(Box::new(OperatorFields::parse(item, parser))),
        Item::Streamer(item) => Fields::Streamer(StreamerFields::parse(item, parser)),
        Item::Agency(item) => Fields::Agency(AgencyFields::parse(item, parser)),
        Item::Merchant(item) => Fields::Merchant(MerchantFields::parse(item, parser)),
    };
    (identity, external_id, fields)
}

impl Draft {
    /// Whether something refuses it.
    pub(super) fn refused(&self) -> bool {
        self.found.iter().any(Finding::refuses)
    }

    /// Merges the patch over what stands and judges the whole; leaves `merged` empty when there is nothing to write.
    pub(super) fn judge(&mut self, circumstances: Circumstances, keeping: Keeping) {
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
        let old = self.standing.as_ref().map(|s| &s.facts);
        match self.fields.merge(old, keeping) {
            Err(lacking) => self.found.extend(lacking),
            Ok(facts) => {
                self.found.extend(judge(&facts, identity, circumstances));
                self.found.extend(self.fields.misplaced(&facts));
                self.merged = Some(facts);
                self.compare();
            }
        }
    }

    /// Says what became of the item, and which fields changed.
    fn compare(&mut self) {
        let Some(facts) = &self.merged else { return };
        let old = self.standing.as_ref().map(|s| &s.facts);
        self.changed = Fields::changes(old, facts);
        let ties = self.standing.as_ref().map(|s| s.ties.as_slice());
        for wanted in &self.ties {
            let field = wanted.field;
            if wanted.differs(ties.unwrap_or_default()) && !self.changed.contains(&field) {
                self.changed.push(field);
            }
        }
        let Some(standing) = &self.standing else {
            self.outcome = Some(Outcome::Created);
            return;
        };
        if self.external_id() != standing.registration.external_id {
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
        self.external_id.clone().over(old)
    }

    /// Whether it will be written.
    pub(super) fn writes(&self) -> bool {
        !self.refused()
            && matches!(
                self.outcome,
                Some(Outcome::Created | Outcome::Updated | Outcome::Reopened)
            )
    }

    /// The open accounts that the merged facts no longer have.
    pub(super) fn ending(&self) -> impl Iterator<Item = &account::Model> {
        let kept: HashSet<_> = self
            .accounts()
            .iter()
            .map(|a| (&a.number, a.role))
            .collect();
        let open = self.open_accounts().iter();
        open.filter(move |tie| !kept.contains(&(&tie.number, tie.role)))
    }

    /// The accounts of the merged facts that are not open yet.
    pub(super) fn opening(&self) -> impl Iterator<Item = &LiveAccount> {
        let open: HashSet<_> = self
            .open_accounts()
            .iter()
            .map(|t| (&t.number, t.role))
            .collect();
        let accounts = self.accounts().iter();
        accounts.filter(move |account| !open.contains(&(&account.number, account.role)))
    }

    /// The numbers of the accounts of the merged facts.
    pub(super) fn numbers(&self) -> impl Iterator<Item = &str> {
        let accounts = self.accounts().iter();
        accounts.map(|account| account.number.as_str())
    }

    /// Where an account stands in the list that was sent.
    pub(super) fn sent_place(&self, number: &str) -> Option<usize> {
        let mut sent = self.sent_accounts();
        sent.position(|account| account == number)
    }

    /// The numbers of the accounts that were sent.
    pub(super) fn sent_accounts(&self) -> impl Iterator<Item = &str> {
        let accounts = match &self.fields {
            Fields::Operator(fields) => Some(&fields.accounts),
            _ => None,
        };
        let sent: &[LiveAccount] = match accounts {
            Some(Patch::Set(sent)) => sent,
            _ => &[],
        };
        sent.iter().map(|account| account.number.as_str())
    }

    fn accounts(&self) -> &[LiveAccount] {
        match &self.merged {
            Some(Facts::Operator(facts)) => &facts.accounts,
            _ => &[],
        }
    }

    fn open_accounts(&self) -> &[account::Model] {
        self.standing
            .as_ref()
            .map_or(&[], |standing| standing.accounts.as_slice())
    }
}
