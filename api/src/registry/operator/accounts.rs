//! Who may hold which account after a batch: all endings count before new holders are judged, and an item that is
//! refused ends nothing.

use std::collections::{HashMap, HashSet};

use entity::account;
use entity::id::{AccountId, PlatformId, RegistrationId};
use entity::kind::AccountRole;
use entity::problem::{Finding, ProblemCode};
use sea_orm::DatabaseTransaction;

use super::draft::Draft;
use crate::app::App;
use crate::error::Error;
use crate::registry::ledger::Ledger;

/// Refuses every item that would become the second HOLDER of an account.
pub(super) async fn settle(
    app: &App,
    tx: &DatabaseTransaction,
    ledger: &Ledger,
    drafts: &mut [Draft],
) -> Result<(), Error> {
    for draft in drafts
        .iter_mut()
        .filter(|d| d.id.is_none() && d.identity.is_some())
    {
        draft.id = Some(app.id());
    }
    if ledger.own_sites() {
        return Ok(());
    }
    let wanted: HashSet<String> = drafts
        .iter()
        .filter(|d| d.writes())
        .flat_map(holding)
        .map(|(_, number)| number)
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let held = account::holders(ledger.platform, wanted).all(tx).await?;
    let held: HashMap<String, account::Model> = held
        .into_iter()
        .map(|tie| (tie.number.clone(), tie))
        .collect();
    while let Some((index, place, holder)) = next_clash(drafts, &held) {
        if let Some(draft) = drafts.get_mut(index) {
            let clash = Finding::error(ProblemCode::AccountHeld)
                .inside("accountNumber")
                .item(place);
            draft.found.push(
                clash
                    .inside("accounts")
                    .with("registration", holder.to_string()),
            );
        }
    }
    Ok(())
}

/// The accounts an item would newly hold, with their place in its list.
fn holding(draft: &Draft) -> impl Iterator<Item = (usize, String)> + '_ {
    draft
        .opening()
        .enumerate()
        .filter(|(_, account)| account.role == AccountRole::Holder)
        .map(|(place, account)| (place, account.number.clone()))
}

/// The first item whose account is held by somebody who goes on holding it.
fn next_clash(
    drafts: &[Draft],
    held: &HashMap<String, account::Model>,
) -> Option<(usize, usize, RegistrationId)> {
    let ended: HashSet<AccountId> = drafts
        .iter()
        .filter(|d| d.writes())
        .flat_map(|d| d.ending().map(|tie| tie.id))
        .collect();
    let mut taken: HashMap<String, RegistrationId> = HashMap::new();
    for (index, draft) in drafts.iter().enumerate().filter(|(_, d)| d.writes()) {
        let Some(id) = draft.id else { continue };
        for (place, number) in holding(draft) {
            if let Some(tie) = held.get(&number)
                && tie.registration_id != id
                && !ended.contains(&tie.id)
            {
                return Some((index, place, tie.registration_id));
            }
            if let Some(other) = taken.insert(number, id) {
                return Some((index, place, other));
            }
        }
    }
    None
}

/// The namespace of an account's number: its platform, or the own site itself.
pub(super) fn namespace(ledger: &Ledger, registration: RegistrationId) -> PlatformId {
    if ledger.own_sites() {
        PlatformId(registration.0)
    } else {
        ledger.platform
    }
}
