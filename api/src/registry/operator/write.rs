//! Writing a judged batch: a handful of statements whatever its size.

use chrono::{DateTime, NaiveDate, Utc};
use entity::kind::{RegistrationStatus, SubjectKind};
use entity::operator::{Address, OperatorFacts};
use entity::registration::NEVER_VERIFIED;
use entity::{account, registration, revision};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _,
    Iterable as _,
};

use super::accounts::namespace;
use super::draft::Draft;
use super::load::place;
use crate::app::App;
use crate::auth::Caller;
use crate::clock::legal_day;
use crate::error::Error;
use crate::registry::division::Gazetteer;
use crate::registry::ledger::Ledger;

/// Rows a statement, so that SQLite's limit of 32,766 values holds.
const CHUNK: usize = 1_000;

/// Writes registrations, revisions and accounts of every item that stands.
pub(super) async fn write(
    app: &App,
    caller: &Caller,
    tx: &DatabaseTransaction,
    (ledger, gazetteer): (&Ledger, &Gazetteer),
    drafts: &[Draft],
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
    for chunk in chunks(revisions) {
        let rows = chunk
            .into_iter()
            .map(|row| row.into_active_model().reset_all());
        revision::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
    }
    ties(app, tx, ledger, drafts).await
}

/// Ends what is ended, then opens what is new.
async fn ties(
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
    let opened = written()
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
        });
    for chunk in chunks(opened.collect()) {
        let rows = chunk
            .into_iter()
            .map(|row| row.into_active_model().reset_all());
        account::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Inserts new registrations and points standing ones at their new revision, by one statement a chunk.
pub(in crate::registry) async fn upsert(
    tx: &DatabaseTransaction,
    rows: Vec<registration::Model>,
) -> Result<(), Error> {
    use registration::Column;
    let changing = Column::iter().filter(|column| {
        !matches!(
            column,
            Column::Id | Column::Kind | Column::PlatformKey | Column::Source | Column::CreatedAt
        )
    });
    let conflict = OnConflict::column(Column::Id)
        .update_columns(changing)
        .to_owned();
    for chunk in chunks(rows) {
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

fn chunks<T>(rows: Vec<T>) -> Vec<Vec<T>> {
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
    let seat =
        seat_address(ledger, facts).and_then(|address| gazetteer.seat(&address.division).ok());
    let canonical = rules::fingerprint::operator(identity, facts);
    Some(registration::Model {
        id: draft.id?,
        kind: SubjectKind::Operator,
        party_id: draft.party?,
        platform_key: ledger.platform,
        source: ledger.source,
        external_id: draft.external_id(),
        identity_kind: identity.kind(),
        status: RegistrationStatus::Active,
        closed_on: None,
        revision: old.map_or(1, |o| o.revision + 1),
        fingerprint: app
            .vault
            .fingerprint(rules::fingerprint::VERSION, &canonical),
        seat: seat.as_ref().map(|s| s.division.clone()),
        seat_city: seat.map(|s| s.city),
        verified_on: verified_on(facts),
        phone_index: facts
            .phone
            .as_ref()
            .map(|phone| app.vault.index("registration.phone", phone.as_bytes())),
        observed_at: draft.observed_at,
        created_at: old.map_or(now, |o| o.created_at),
        updated_at: now,
    })
}

/// The revision that a row points at, sealed in its place.
pub(in crate::registry) fn revision_of(
    app: &App,
    caller: &Caller,
    row: &registration::Model,
    facts: &OperatorFacts,
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

/// The legal day of the last verification.
fn verified_on(facts: &OperatorFacts) -> NaiveDate {
    facts
        .verification
        .as_ref()
        .map_or(NEVER_VERIFIED, |verification| legal_day(verification.at))
}

/// By which address a local office sees an operator: on a platform the actual place of business; on its own site the
/// domicile or, failing that, the actual place of business.
pub(super) fn seat_address<'a>(ledger: &Ledger, facts: &'a OperatorFacts) -> Option<&'a Address> {
    let business = facts.business_address.as_ref();
    if ledger.own_sites() {
        facts.domicile.as_ref().or(business)
    } else {
        business
    }
}
