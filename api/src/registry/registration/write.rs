//! Writing a judged batch: a handful of statements whatever its size.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use entity::facts::Facts;
use entity::id::{FileId, PartyId};
use entity::kind::{RegistrationStatus, SubjectKind};
use entity::registration::NEVER_VERIFIED;
use entity::sealed::{BlindIndex, Fingerprint};
use entity::value::identity::IdentityNumber;
use entity::{account, registration, revision};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _,
    Iterable as _,
};
use uuid::Uuid;

use super::accounts::namespace;
use super::draft::Draft;
use super::facts::place;
use super::sites::seat_address;
use super::ties::{self, Seat};
use crate::app::App;
use crate::auth::Caller;
use crate::clock::legal_day;
use crate::error::Error;
use crate::registry::batch::Outcome;
use crate::registry::division::Gazetteer;
use crate::registry::evidence;
use crate::registry::ledger::Ledger;

/// Rows a statement, so that SQLite's limit of 32,766 values holds.
const CHUNK: usize = 1_000;

/// Writes registrations, revisions and accounts of every item that stands.
pub(super) async fn write(
    app: &App,
    caller: &Caller,
    tx: &DatabaseTransaction,
    (ledger, gazetteer): (&Ledger, &Gazetteer),
    drafts: &mut [Draft],
) -> Result<(), Error> {
    let now = app.now();
    let mut registrations = Vec::new();
    let mut revisions = Vec::new();
    for draft in drafts.iter().filter(|d| d.writes()) {
        let row = registration_row(app, draft, ledger, gazetteer, now);
        if let (Some(row), Some(facts)) = (row, &draft.merged) {
            revisions.push(revision_of(app, caller, &row, facts, &draft.changed)?);
            registrations.push(row);
        }
    }
    upsert(tx, registrations).await?;
    evidence::mark_used(app, tx, named_evidence(drafts)).await?;
    insert_revisions(tx, revisions).await?;
    accounts(app, tx, ledger, drafts).await?;
    ties::write(app, tx, ledger, drafts).await?;
    ties::follow_seats(tx, ledger.book(), moved(ledger, gazetteer, drafts)).await
}

/// The operators whose seat is not what it was.
fn moved(ledger: &Ledger, gazetteer: &Gazetteer, drafts: &[Draft]) -> Vec<(PartyId, Seat)> {
    let written = drafts.iter().filter(|draft| draft.writes());
    let moved = written.filter_map(|draft| {
        let facts = draft.merged.as_ref()?;
        if facts.kind() != SubjectKind::Operator || draft.unheard_of {
            return None;
        }
        let seat = seat_of(ledger, gazetteer, facts);
        let before = draft.standing.as_ref().map(|s| &s.registration.seat);
        (before != Some(&seat.0) || draft.outcome == Some(Outcome::Reopened))
            .then_some((draft.party?, seat))
    });
    moved.collect()
}

/// Where facts sit.
pub(super) fn seat_of(ledger: &Ledger, gazetteer: &Gazetteer, facts: &Facts) -> Seat {
    let seat = seat_address(ledger, facts).and_then(|at| gazetteer.seat(&at.division).ok());
    seat.map_or((None, None), |seat| (Some(seat.division), Some(seat.city)))
}

/// The evidence that written items name, with their registrations.
fn named_evidence(drafts: &[Draft]) -> BTreeSet<(FileId, Uuid)> {
    let written = drafts.iter().filter(|d| d.writes());
    written
        .filter_map(|draft| draft.id.map(|id| (draft, id)))
        .flat_map(|(draft, id)| draft.fields.evidence().map(move |(_, file)| (file, id.0)))
        .collect()
}

/// Ends what is ended, then opens what is new, in the order of the numbers: two batches that meet at an account then
/// wait for each other in one direction only.
async fn accounts(
    app: &App,
    tx: &DatabaseTransaction,
    ledger: &Ledger,
    drafts: &[Draft],
) -> Result<(), Error> {
    let today = app.today();
    let written = || drafts.iter().filter(|d| d.writes());
    let ended: Vec<_> = written()
        .flat_map(|d| d.ending().map(|tie| tie.id))
        .collect();
    for chunk in chunks(ended) {
        account::end(chunk, today).exec(tx).await?;
    }
    let mut opened: Vec<_> = written()
        .filter_map(|d| d.id.map(|id| (d, id)))
        .flat_map(|(draft, id)| {
            draft.opening().map(move |account| account::Model {
                id: app.id(),
                platform_key: namespace(ledger, id),
                number: account.number.clone(),
                role: account.role,
                registration_id: id,
                since: today,
                until: None,
            })
        })
        .collect();
    opened.sort_by(|a, b| a.number.cmp(&b.number));
    for chunk in chunks(opened) {
        let rows = chunk
            .into_iter()
            .map(|row| row.into_active_model().reset_all());
        account::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Inserts new registrations and points standing ones at their new revision, a statement a chunk. They go in the order of
/// their parties, so that two batches with the same people never wait for each other in a circle; standing ones are
/// locked already. What is new is not looked for first, which would cost as much as another index.
pub(in crate::registry) async fn upsert(
    tx: &DatabaseTransaction,
    mut rows: Vec<registration::Model>,
) -> Result<(), Error> {
    use registration::Column;
    rows.sort_by_key(|row| row.party_id);
    let (new, standing): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.revision == 1);
    for chunk in chunks(new) {
        let rows = chunk
            .into_iter()
            .map(|row| row.into_active_model().reset_all());
        registration::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
    }
    let changing = Column::iter().filter(|column| {
        !matches!(
            column,
            Column::Id | Column::Kind | Column::PlatformKey | Column::Source | Column::CreatedAt
        )
    });
    let conflict = OnConflict::column(Column::Id)
        .update_columns(changing)
        .to_owned();
    for chunk in chunks(standing) {
        let rows = chunk
            .into_iter()
            .map(|row| row.into_active_model().reset_all());
        registration::Entity::insert_many(rows)
            .on_conflict(conflict.clone())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

pub(in crate::registry) fn chunks<T>(rows: Vec<T>) -> Vec<Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(|| {
        let chunk: Vec<T> = rows.by_ref().take(CHUNK).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
    .collect()
}

fn registration_row(
    app: &App,
    draft: &Draft,
    ledger: &Ledger,
    gazetteer: &Gazetteer,
    now: DateTime<Utc>,
) -> Option<registration::Model> {
    let ((identity, _), facts) = (draft.identity.as_ref()?, draft.merged.as_ref()?);
    let old = draft.standing.as_ref().map(|s| &s.registration);
    let (seat, seat_city) = seat_of(ledger, gazetteer, facts);
    let (phone_index, phone_index_even) = phone_indexes(app, facts);
    Some(registration::Model {
        id: draft.id?,
        kind: facts.kind(),
        party_id: draft.party?,
        platform_key: ledger.platform,
        source: ledger.source,
        external_id: draft.external_id(),
        identity_kind: identity.kind(),
        status: RegistrationStatus::Active,
        closed_on: None,
        revision: old.map_or(1, |o| o.revision + 1),
        fingerprint: fingerprint(app, identity, facts),
        seat,
        seat_city,
        verified_on: verified_on(facts),
        phone_index,
        phone_index_even,
        observed_at: draft.observed_at,
        created_at: old.map_or(now, |o| o.created_at),
        updated_at: now,
    })
}

/// What blind indexes of phones are made for.
pub(in crate::registry) const PHONE: &str = "registration.phone";

/// The blind indexes of a phone, for their two columns.
pub(super) fn phone_indexes(app: &App, facts: &Facts) -> (Option<BlindIndex>, Option<BlindIndex>) {
    let phone = facts.phone();
    let indexes = phone.map(|phone| app.vault.indexes(PHONE, phone.as_bytes()));
    indexes.map_or((None, None), |indexes| (indexes.odd, indexes.even))
}

/// The revision that a row points at, sealed in its place.
pub(in crate::registry) fn revision_of(
    app: &App,
    caller: &Caller,
    row: &registration::Model,
    facts: &Facts,
    changed: &[&str],
) -> Result<revision::Model, Error> {
    Ok(revision::Model {
        registration_id: row.id,
        number: row.revision,
        party_id: row.party_id,
        observed_at: row.observed_at,
        recorded_at: row.updated_at,
        author: caller.client.id,
        source: row.source,
        changed: changed.join(","),
        fingerprint: row.fingerprint.clone(),
        facts: app.vault.seal_json(place(row.id, row.revision), facts)?,
    })
}

/// The keyed fingerprint of what may be filed.
pub(in crate::registry) fn fingerprint(
    app: &App,
    identity: &IdentityNumber,
    facts: &Facts,
) -> Fingerprint {
    let canonical = rules::fingerprint::canonical(identity, facts);
    app.vault
        .fingerprint(rules::fingerprint::VERSION, &canonical)
}

/// Writes revisions, a chunk at a time.
pub(in crate::registry) async fn insert_revisions(
    tx: &DatabaseTransaction,
    revisions: Vec<revision::Model>,
) -> Result<(), Error> {
    for chunk in chunks(revisions) {
        let rows = chunk
            .into_iter()
            .map(|row| row.into_active_model().reset_all());
        revision::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// The legal day of the last verification.
pub(in crate::registry) fn verified_on(facts: &Facts) -> NaiveDate {
    facts
        .verification()
        .map_or(NEVER_VERIFIED, |verification| legal_day(verification.at))
}
