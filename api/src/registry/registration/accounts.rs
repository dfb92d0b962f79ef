//! Who may hold which account after a batch: all endings count before new holders are judged, and an item that is
//! refused ends nothing.

use std::collections::{HashMap, HashSet};

use entity::account::{self, Held};
use entity::id::{AccountId, PlatformId, RegistrationId};
use entity::kind::AccountRole;
use entity::problem::{Finding, ProblemCode};
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, FromQueryResult as _};

use super::draft::Draft;
use super::write::chunks;
use crate::error::Error;
use crate::registry::ledger::Ledger;

/// What an item would do to the holders of accounts, gathered once: a refusal makes the others be judged again.
struct Claim {
    /// The item.
    index: usize,
    /// Its registration.
    id: RegistrationId,
    /// The ties it would end.
    ends: Vec<AccountId>,
    /// The accounts it would newly hold.
    wants: Vec<String>,
}

/// An item that would hold what somebody goes on holding.
struct Clash {
    /// Which claim.
    claim: usize,
    /// The account.
    number: String,
    /// Who holds it.
    holder: RegistrationId,
}

/// Refuses every item that would become the second HOLDER of an account.
pub(super) async fn settle(
    tx: &DatabaseTransaction,
    ledger: &Ledger,
    drafts: &mut [Draft],
) -> Result<(), Error> {
    if ledger.own_sites() {
        return Ok(());
    }
    let mut claims: Vec<Claim> = drafts
        .iter()
        .filter(|d| d.writes())
        .filter_map(claim)
        .collect();
    let wanted: HashSet<&String> = claims.iter().flat_map(|claim| &claim.wants).collect();
    let mut held = HashMap::new();
    for chunk in chunks(wanted.into_iter().cloned().collect()) {
        let asked = account::holding(ledger.platform, chunk, tx.get_database_backend());
        let found = Held::find_by_statement(asked).all(tx).await?;
        let ids: Vec<_> = found.into_iter().filter_map(|held| held.id).collect();
        if ids.is_empty() {
            continue;
        }
        for tie in account::by_ids(ids).all(tx).await? {
            held.insert(tie.number.clone(), tie);
        }
    }
    while let Some(clash) = next_clash(&claims, &held) {
        let claim = claims.remove(clash.claim);
        if let Some(draft) = drafts.get_mut(claim.index) {
            draft.found.push(refusal(draft, &clash));
        }
    }
    Ok(())
}

fn claim(draft: &Draft) -> Option<Claim> {
    let holding = draft
        .opening()
        .filter(|account| account.role == AccountRole::Holder);
    Some(Claim {
        index: draft.index,
        id: draft.id?,
        ends: draft.ending().map(|tie| tie.id).collect(),
        wants: holding.map(|account| account.number.clone()).collect(),
    })
}

/// The first item whose account is held by somebody who goes on holding it.
fn next_clash(claims: &[Claim], held: &HashMap<String, account::Model>) -> Option<Clash> {
    let ended: HashSet<AccountId> = claims
        .iter()
        .flat_map(|claim| claim.ends.iter().copied())
        .collect();
    let mut taken: HashMap<&str, RegistrationId> = HashMap::new();
    for (place, claim) in claims.iter().enumerate() {
        for number in &claim.wants {
            let before = held.get(number).filter(|tie| !ended.contains(&tie.id));
            let holder = before.map(|tie| tie.registration_id);
            if let Some(holder) = holder.or_else(|| taken.insert(number, claim.id)) {
                return Some(Clash {
                    claim: place,
                    number: number.clone(),
                    holder,
                });
            }
        }
    }
    None
}

/// Says who holds the account, at its place in the list that was sent.
fn refusal(draft: &Draft, clash: &Clash) -> Finding {
    let held = Finding::error(ProblemCode::AccountHeld);
    let held = held.with("registration", clash.holder.to_string());
    let placed = match draft.sent_place(&clash.number) {
        Some(place) => held.inside("accountNumber").item(place),
        None => held,
    };
    placed.inside("accounts")
}

/// The namespace of an account's number: its platform, or the own site itself.
pub(super) fn namespace(ledger: &Ledger, registration: RegistrationId) -> PlatformId {
    if ledger.own_sites() {
        PlatformId(registration.0)
    } else {
        ledger.platform
    }
}
