//! The gate before a batch is written: who may not be registered, and what is raised about those who are. A merchant's
//! registration is free (Order 117 Art. 14 names operators, streamers and agencies), and so is whatever goes on: an update, a
//! verification, a closing.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use entity::blacklist::gate::Anything;
use entity::id::PartyId;
use entity::kind::{EvasionGround, SubjectKind};
use entity::operator::LiveAccount;
use entity::problem::{Finding, ProblemCode};
use sea_orm::DatabaseTransaction;

use super::draft::Draft;
use crate::app::App;
use crate::error::Error;
use crate::registry::batch::Outcome;
use crate::registry::blacklist::evasion::{self, Opened, Suspect};
use crate::registry::blacklist::gate::{self, Bars};
use crate::registry::ledger::Ledger;

/// What was found before the writing, for what is raised after it.
#[derive(Default)]
pub(super) struct Gate {
    any: Anything,
    bars: Bars,
}

/// Refuses those whom the platform barred, and tells of those whom others listed. A party that this deed is the first to
/// name is on no list, so that a first load asks nothing.
pub(super) async fn judge(
    app: &App,
    tx: &DatabaseTransaction,
    ledger: &Ledger,
    drafts: &mut [Draft],
) -> Result<Gate, Error> {
    let concerned = || {
        drafts
            .iter()
            .filter(|draft| draft.writes() && is_gated(draft))
    };
    let parties: BTreeSet<PartyId> = concerned()
        .filter(|draft| enters(draft) || opens(draft).next().is_some())
        .filter_map(|draft| draft.party)
        .collect();
    let opening = concerned().any(|draft| opens(draft).next().is_some());
    if ledger.own_sites() || (parties.is_empty() && !opening) {
        return Ok(Gate::default());
    }
    let any = gate::any(app, ledger.platform, tx).await?;
    let bars = gate::look(app, (ledger.platform, any), parties, tx).await?;
    for draft in drafts
        .iter_mut()
        .filter(|draft| draft.writes() && is_gated(draft) && enters(draft))
    {
        let told = draft.party.and_then(|party| bars.told(app, party));
        draft
            .found
            .extend(told.map(|found| found.inside("identity")));
    }
    Ok(Gate { any, bars })
}

/// Raises leads about what was written, in the same transaction, and tells of each at the item.
pub(super) async fn raise(
    app: &App,
    tx: &DatabaseTransaction,
    (ledger, gate): (&Ledger, &Gate),
    drafts: &mut [Draft],
) -> Result<(), Error> {
    if !gate.any.own {
        return Ok(());
    }
    let written = || {
        drafts
            .iter()
            .filter(|draft| draft.writes() && is_gated(draft))
    };
    let mut suspects: BTreeSet<Suspect> = written()
        .flat_map(|draft| of_the_barred(draft, &gate.bars))
        .collect();
    let opened: Vec<Opened> = written().flat_map(opened).collect();
    suspects.extend(evasion::successions(app, ledger.platform, &opened, tx).await?);
    evasion::raise(app, ledger.platform, &suspects, tx).await?;
    let mut accounts: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for suspect in &suspects {
        let of = accounts.entry(suspect.registration).or_default();
        of.insert(&suspect.account);
    }
    for draft in drafts.iter_mut().filter(|draft| draft.writes()) {
        let of = draft.id.and_then(|id| accounts.get(&id));
        let told: Vec<Finding> = of
            .into_iter()
            .flatten()
            .map(|account| told(draft, account))
            .collect();
        draft.found.extend(told);
    }
    Ok(())
}

/// Whether Art. 14 speaks of what it registers.
fn is_gated(draft: &Draft) -> bool {
    let kind = draft.merged.as_ref().map(entity::facts::Facts::kind);
    kind.is_some_and(|kind| kind != SubjectKind::Merchant)
}

/// Whether it would stand from now on.
const fn enters(draft: &Draft) -> bool {
    matches!(draft.outcome, Some(Outcome::Created | Outcome::Reopened))
}

/// The accounts that it did not have in any role.
fn opens(draft: &Draft) -> impl Iterator<Item = &LiveAccount> {
    let open = draft
        .standing
        .iter()
        .flat_map(|standing| &standing.accounts);
    let had: HashSet<&str> = open.map(|account| account.number.as_str()).collect();
    draft
        .opening()
        .filter(move |account| !had.contains(account.number.as_str()))
}

/// The same, with whose they become.
fn opened(draft: &Draft) -> Vec<Opened> {
    let Some((registration, party)) = draft.id.zip(draft.party) else {
        return Vec::new();
    };
    let opened = opens(draft).map(|account| Opened {
        registration,
        party,
        account: account.number.clone(),
    });
    opened.collect()
}

/// What speaks of itself: an account that somebody barred gets, and whoever represents somebody barred and registers.
fn of_the_barred(draft: &Draft, bars: &Bars) -> Vec<Suspect> {
    let Some((registration, party)) = draft.id.zip(draft.party) else {
        return Vec::new();
    };
    let suspect = |ground, account: &str| {
        let account = account.to_owned();
        move |entry| Suspect {
            entry,
            registration,
            ground,
            account: account.clone(),
        }
    };
    if enters(draft) {
        let entries = bars.represented(party).into_iter();
        return entries
            .map(suspect(EvasionGround::Representative, ""))
            .collect();
    }
    let kept: HashSet<&str> = draft.numbers().collect();
    let gone = |account: &entity::account::Model| !kept.contains(account.number.as_str());
    let ground = if draft.ending().any(gone) {
        EvasionGround::ChangedAccount
    } else {
        EvasionGround::NewAccount
    };
    let entries = bars.entries(party);
    let each = opens(draft).flat_map(|account| {
        let entries = entries.iter().copied();
        entries.map(suspect(ground, &account.number))
    });
    each.collect()
}

/// Tells of a lead at the account that was sent, or at whom the item names.
fn told(draft: &Draft, account: &str) -> Finding {
    let lead = Finding::warning(ProblemCode::EvasionLead);
    if account.is_empty() {
        return lead.inside("identity");
    }
    let lead = lead.with("account", account);
    let placed = match draft.sent_place(account) {
        Some(place) => lead.inside("accountNumber").item(place),
        None => lead,
    };
    placed.inside("accounts")
}
