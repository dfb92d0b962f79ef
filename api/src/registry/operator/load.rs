//! What stands before a batch: its parties, registrations, current facts, open accounts and external ids.

use std::collections::{HashMap, HashSet};

use entity::id::{PartyId, RegistrationId};
use entity::kind::SubjectKind;
use entity::problem::{Finding, ProblemCode};
use entity::sealed::SealedAt;
use entity::{account, registration, revision};
use sea_orm::{DatabaseTransaction, QueryOrder as _, QuerySelect as _};

use super::draft::{Draft, Standing};
use crate::app::App;
use crate::error::Error;
use crate::registry::input::Patch;
use crate::registry::ledger::Ledger;
use crate::registry::party;

/// Finds or makes the party of every item that may still be written.
pub(super) async fn parties(
    app: &App,
    tx: &DatabaseTransaction,
    drafts: &mut [Draft],
) -> Result<(), Error> {
    let wanted: Vec<_> = drafts
        .iter()
        .filter(|d| !d.refused())
        .filter_map(|d| d.identity.clone())
        .collect();
    let ids = party::ensure(app, tx, wanted).await?;
    for draft in drafts.iter_mut() {
        if let Some((identity, index)) = &draft.identity {
            draft.party = ids.get(&party::Key::of(identity, index)).copied();
        }
    }
    Ok(())
}

/// Loads what the ledger already says of these parties, locked until the deed ends.
pub(super) async fn standing(
    app: &App,
    tx: &DatabaseTransaction,
    ledger: &Ledger,
    drafts: &mut [Draft],
) -> Result<(), Error> {
    let parties: Vec<PartyId> = drafts.iter().filter_map(|d| d.party).collect();
    if parties.is_empty() {
        return Ok(());
    }
    let rows = registration::in_ledger(
        ledger.platform,
        SubjectKind::Operator,
        ledger.source,
        parties,
    )
    .order_by_asc(registration::Column::Id)
    .lock_exclusive()
    .all(tx)
    .await?;
    let ids: Vec<RegistrationId> = rows.iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut facts = HashMap::new();
    for row in revision::current_of(ids.iter().copied()).all(tx).await? {
        let at = place(row.registration_id, row.number);
        facts.insert(row.registration_id, app.vault.open_json(at, &row.facts)?);
    }
    let mut ties: HashMap<RegistrationId, Vec<account::Model>> = HashMap::new();
    for tie in account::open_of(ids).all(tx).await? {
        ties.entry(tie.registration_id).or_default().push(tie);
    }
    let mut by_party: HashMap<PartyId, Standing> = HashMap::new();
    for registration in rows {
        if let Some(facts) = facts.remove(&registration.id) {
            let ties = ties.remove(&registration.id).unwrap_or_default();
            by_party.insert(
                registration.party_id,
                Standing {
                    registration,
                    facts,
                    ties,
                },
            );
        }
    }
    for draft in drafts.iter_mut().filter(|d| !d.refused()) {
        draft.standing = draft.party.and_then(|party| by_party.remove(&party));
        draft.id = Some(
            draft
                .standing
                .as_ref()
                .map_or_else(|| app.id(), |s| s.registration.id),
        );
    }
    Ok(())
}

/// Refuses an external id that already names another registration.
pub(super) async fn external_ids(
    tx: &DatabaseTransaction,
    ledger: &Ledger,
    drafts: &mut [Draft],
) -> Result<(), Error> {
    let sent: HashSet<String> = drafts
        .iter()
        .filter(|d| d.writes())
        .filter_map(|d| match &d.fields.external_id {
            Patch::Set(id) => Some(id.clone()),
            Patch::Keep | Patch::Clear => None,
        })
        .collect();
    if sent.is_empty() {
        return Ok(());
    }
    let rows = registration::with_external_ids(ledger.platform, SubjectKind::Operator, sent)
        .all(tx)
        .await?;
    let mut owners: HashMap<String, RegistrationId> = rows
        .into_iter()
        .filter_map(|row| row.external_id.map(|id| (id, row.id)))
        .collect();
    for draft in drafts.iter_mut().filter(|d| d.writes()) {
        let (Patch::Set(external), Some(id)) = (&draft.fields.external_id, draft.id) else {
            continue;
        };
        let owner = *owners.entry(external.clone()).or_insert(id);
        if owner != id {
            let taken = Finding::error(ProblemCode::ExternalIdTaken).inside("externalId");
            draft
                .found
                .push(taken.with("registration", owner.to_string()));
        }
    }
    Ok(())
}

/// Where a revision's facts are sealed.
#[must_use]
pub const fn place(registration: RegistrationId, number: i32) -> SealedAt {
    SealedAt {
        table: "revision",
        column: "facts",
        row: registration.0,
        revision: number,
    }
}
