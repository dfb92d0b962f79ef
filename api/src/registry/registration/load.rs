//! What stands before a batch: its parties, registrations, current facts, open accounts and external ids.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::id::{PartyId, PlatformId, RegistrationId};
use entity::kind::{RecordSource, SubjectKind, TieKind};
use entity::problem::{Finding, ProblemCode};
use entity::registration::Held;
use entity::{account, registration, revision, tie};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, FromQueryResult as _, QueryOrder as _, QuerySelect as _,
};

use super::draft::{Draft, Standing};
use super::facts::open;
use super::write::chunks;
use crate::app::App;
use crate::error::Error;
use crate::registry::input::Patch;
use crate::registry::ledger::Ledger;
use crate::registry::party;

/// Finds the party of every item that may still be written; one that is new stays unmade until its item stands.
pub(super) async fn parties(
    app: &App,
    tx: &DatabaseTransaction,
    drafts: &mut [Draft],
) -> Result<(), Error> {
    let wanted: Vec<_> = drafts
        .iter()
        .filter(|d| !d.refused())
        .filter_map(party_key)
        .collect();
    let ids = party::known(app, tx, wanted.iter()).await?;
    for draft in drafts.iter_mut() {
        draft.party = party_key(draft).and_then(|key| ids.get(&key).copied());
    }
    Ok(())
}

/// Makes the parties that items about to be written still lack. Another batch may have made one since, and registered
/// it here too: then the ledger's unique key stops this deed and it is judged again.
pub(super) async fn new_parties(
    app: &App,
    tx: &DatabaseTransaction,
    drafts: &mut [Draft],
) -> Result<(), Error> {
    let lacking = |draft: &&mut Draft| draft.party.is_none() && draft.writes();
    let wanted: BTreeMap<_, _> = drafts
        .iter_mut()
        .filter(lacking)
        .filter_map(|d| Some((party_key(d)?, d.identity.as_ref()?.0.clone())))
        .collect();
    let made = party::make(app, tx, wanted).await?;
    for draft in drafts.iter_mut().filter(lacking) {
        draft.party = party_key(draft).and_then(|key| made.ids.get(&key).copied());
        draft.unheard_of = made.here;
    }
    Ok(())
}

fn party_key(draft: &Draft) -> Option<party::Key> {
    let (identity, index) = draft.identity.as_ref()?;
    Some(party::Key::of(identity, index))
}

/// Loads what the ledger already says of these parties, locked until the deed ends.
pub(super) async fn standing(
    app: &App,
    tx: &DatabaseTransaction,
    (ledger, kind): (&Ledger, SubjectKind),
    drafts: &mut [Draft],
) -> Result<(), Error> {
    let parties: Vec<PartyId> = drafts.iter().filter_map(|d| d.party).collect();
    let mut by_party = by_party(app, tx, (ledger, kind), parties).await?;
    for draft in drafts.iter_mut().filter(|d| !d.refused()) {
        draft.standing = draft.party.and_then(|party| by_party.remove(&party));
        let standing = draft.standing.as_ref().map(|s| s.registration.id);
        draft.id = Some(standing.unwrap_or_else(|| app.id()));
    }
    Ok(())
}

async fn by_party(
    app: &App,
    tx: &DatabaseTransaction,
    (ledger, kind): (&Ledger, SubjectKind),
    parties: Vec<PartyId>,
) -> Result<HashMap<PartyId, Standing>, Error> {
    let mut by_party = HashMap::new();
    if parties.is_empty() {
        return Ok(by_party);
    }
    let rows = registration::in_ledger(ledger.platform, kind, ledger.source, parties)
        .order_by_asc(registration::Column::Id)
        .lock_exclusive()
        .all(tx)
        .await?;
    let ids: Vec<RegistrationId> = rows.iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(by_party);
    }
    let mut facts = HashMap::new();
    for row in revision::current_of(ids.iter().copied()).all(tx).await? {
        facts.insert(row.registration_id, open(app, kind, &row)?);
    }
    let mut accounts: HashMap<RegistrationId, Vec<account::Model>> = HashMap::new();
    if kind == SubjectKind::Operator {
        for tie in account::open_of(ids.iter().copied()).all(tx).await? {
            accounts.entry(tie.registration_id).or_default().push(tie);
        }
    }
    let mut ties: HashMap<RegistrationId, Vec<tie::Model>> = HashMap::new();
    if TieKind::ALL.iter().any(|tie| tie.declared_by(kind)) {
        for tie in tie::open_of(ids).all(tx).await? {
            ties.entry(tie.registration_id).or_default().push(tie);
        }
    }
    for registration in rows {
        if let Some(facts) = facts.remove(&registration.id) {
            let accounts = accounts.remove(&registration.id).unwrap_or_default();
            let ties = ties.remove(&registration.id).unwrap_or_default();
            by_party.insert(
                registration.party_id,
                Standing {
                    registration,
                    facts,
                    accounts,
                    ties,
                },
            );
        }
    }
    Ok(by_party)
}

/// Refuses an external id that already names another registration.
pub(super) async fn external_ids(
    tx: &DatabaseTransaction,
    (ledger, kind): (&Ledger, SubjectKind),
    drafts: &mut [Draft],
) -> Result<(), Error> {
    let sent: HashSet<String> = drafts
        .iter()
        .filter(|d| d.writes())
        .filter_map(|d| match &d.external_id {
            Patch::Set(id) => Some(id.clone()),
            Patch::Keep | Patch::Clear => None,
        })
        .collect();
    if sent.is_empty() {
        return Ok(());
    }
    let mut owners = holders(tx, (ledger.platform, kind, ledger.source), sent).await?;
    for draft in drafts.iter_mut().filter(|d| d.writes()) {
        let (Patch::Set(external), Some(id)) = (&draft.external_id, draft.id) else {
            continue;
        };
        let owner = *owners.entry(external.clone()).or_insert(id);
        if owner != id {
            let taken = Finding::error(ProblemCode::ExternalIdTaken).inside("externalId");
            // Own sites share one book: the other one may be another office's, which the caller does not see.
            draft.found.push(if ledger.own_sites() {
                taken
            } else {
                taken.with("registration", owner.to_string())
            });
        }
    }
    Ok(())
}

/// Which registrations hold these external ids.
pub(crate) async fn holders<C: ConnectionTrait>(
    db: &C,
    book: (PlatformId, SubjectKind, RecordSource),
    ids: HashSet<String>,
) -> Result<HashMap<String, RegistrationId>, Error> {
    let mut holders = HashMap::new();
    for chunk in chunks(ids.into_iter().collect()) {
        let asked = registration::holding_external_ids(book, chunk, db.get_database_backend());
        let held = Held::find_by_statement(asked).all(db).await?;
        let held = held.into_iter();
        holders.extend(held.filter_map(|held| Some((held.external_id, held.id?))));
    }
    Ok(holders)
}
