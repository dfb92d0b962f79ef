//! Reading registrations in sight: pages by keyset, records with their current facts, histories; a few statements a
//! page, whatever its size.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::blacklist::gate::Known;
use entity::facts::Facts;
use entity::id::{PartyId, RegistrationId};
use entity::kind::{SubjectKind, VerificationState};
use entity::registration::{Filter, Page};
use entity::registration_page::{self, VerifiedWithin};
use entity::tie::Book;
use entity::value::identity::IdentityNumber;
use entity::{account, party, registration, revision};
use rules::verification::{Asked, Clock};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, FromQueryResult as _, QueryFilter as _,
    QuerySelect as _,
};
use serde_json::json;

use super::division::Gazetteer;
use super::party_link::is_seen;
use super::registration::facts::{open_at, place};
use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::auth::Caller;
use crate::db;
use crate::error::Error;
use crate::scope::Scope;

/// Counting stops here.
pub const COUNT_LIMIT: u64 = 10_000;

/// A registration with its current facts, opened.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its row.
    pub registration: registration::Model,
    /// What its current revision says.
    pub facts: Facts,
}

/// What a caller asks of a list.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The role.
    pub kind: Option<SubjectKind>,
    /// One platform.
    pub platform: Option<entity::id::PlatformId>,
    /// A division at any level.
    pub division: Option<String>,
    /// Open or closed.
    pub status: Option<entity::kind::RegistrationStatus>,
    /// Where it stands on the verification clock.
    pub verification: Option<VerificationState>,
    /// Verification due before this day.
    pub due_before: Option<NaiveDate>,
    /// Recorded after this instant.
    pub changed_since: Option<DateTime<Utc>>,
    /// The platform's own keys.
    pub external_ids: Option<Vec<String>>,
    /// Where it comes from.
    pub source: Option<entity::kind::RecordSource>,
    /// Streamers of this agency; what cannot be an id is an agency that nobody has.
    pub agency: Option<Option<RegistrationId>>,
    /// Whose party is listed, or is not, as far as the caller knows.
    pub blacklisted: Option<bool>,
}

/// A page of records, and whether there are more beyond it.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// In the page's order.
    pub records: Vec<Record>,
    /// Whether more lie beyond the page in its own direction.
    pub more: bool,
}

/// One registration of a role in sight.
pub async fn find(app: &App, caller: &Caller, id: RegistrationId) -> Result<Option<Record>, Error> {
    caller.needs(Scope::RegistryRead)?;
    let row = registration::one_seen_by(&caller.sight, id)
        .one(&app.db)
        .await?;
    Ok(open(app, row.into_iter().collect()).await?.pop())
}

/// A page in sight.
pub async fn page(
    app: &App,
    caller: &Caller,
    wanted: &Wanted,
    mut page: Page,
) -> Result<Records, Error> {
    caller.needs(Scope::RegistryRead)?;
    let filter = filter(app, caller, wanted).await?;
    let size = usize::try_from(page.limit).unwrap_or(usize::MAX);
    page.limit += 1;
    let statements =
        registration_page::page(&caller.sight, &filter, &page, app.db.get_database_backend());
    let mut found = Vec::with_capacity(statements.len());
    for statement in statements {
        let rows = registration::Model::find_by_statement(statement);
        found.push(rows.all(&app.db).await?);
    }
    let mut rows = registration_page::merge(found, &page);
    let more = rows.len() > size;
    rows.truncate(size);
    if page.backward {
        rows.reverse();
    }
    Ok(Records {
        records: open(app, rows).await?,
        more,
    })
}

/// How many a list holds, exactly up to [`COUNT_LIMIT`]; none beyond it.
pub async fn count(app: &App, caller: &Caller, wanted: &Wanted) -> Result<Option<u64>, Error> {
    let filter = filter(app, caller, wanted).await?;
    let backend = app.db.get_database_backend();
    let statement = registration_page::count(&caller.sight, &filter, COUNT_LIMIT + 1, backend);
    let rows = db::counted(app.db.query_one_raw(statement).await?.as_ref())?;
    Ok((rows <= COUNT_LIMIT).then_some(rows))
}

/// A party by its number; looking a person up is recorded.
pub async fn party_by_identity(
    app: &App,
    caller: &Caller,
    identity: &IdentityNumber,
) -> Result<Option<party::Model>, Error> {
    caller.needs(Scope::RegistryRead)?;
    let found = super::party::find_one(app, &app.db, identity).await?;
    let seen = match found {
        Some(id) => party_in_sight(app, caller, id).await?,
        None => None,
    };
    let entry = Entry {
        operation: "party",
        outcome: Outcome::Read,
        subjects: seen.iter().map(|row| row.id.to_string()).collect(),
        detail: json!({ "kind": identity.kind().as_str(), "found": seen.is_some() }),
        party: seen.as_ref().map(|row| row.id),
        purpose: None,
    };
    audit::observe(app, caller, entry).await?;
    Ok(seen)
}

/// A party by id, where a registration in sight is its own or names it.
pub async fn party_in_sight(
    app: &App,
    caller: &Caller,
    id: PartyId,
) -> Result<Option<party::Model>, Error> {
    caller.needs(Scope::RegistryRead)?;
    let seen = registration::of_party(&caller.sight, id)
        .limit(1)
        .one(&app.db)
        .await?;
    if seen.is_none() && !is_seen(&app.db, &caller.sight, id).await? {
        return Ok(None);
    }
    Ok(party::by_ids([id]).one(&app.db).await?)
}

/// The ended accounts of registrations that the caller already sees.
pub async fn ended_accounts(
    app: &App,
    registrations: &[RegistrationId],
) -> Result<HashMap<RegistrationId, Vec<account::Model>>, Error> {
    let mut ended: HashMap<RegistrationId, Vec<account::Model>> = HashMap::new();
    for tie in account::ended_of(registrations.iter().copied())
        .all(&app.db)
        .await?
    {
        ended.entry(tie.registration_id).or_default().push(tie);
    }
    Ok(ended)
}

/// So many records are opened at a time: their ids go into one statement, and SQLite takes 32,766 values.
const OPENED: usize = 10_000;

/// Opens the current facts of rows in sight, keeping their order.
pub async fn open(app: &App, mut rows: Vec<registration::Model>) -> Result<Vec<Record>, Error> {
    let mut records = Vec::with_capacity(rows.len());
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(OPENED));
        records.extend(open_some(app, rows).await?);
        rows = rest;
    }
    Ok(records)
}

async fn open_some(app: &App, rows: Vec<registration::Model>) -> Result<Vec<Record>, Error> {
    let kinds: HashMap<_, _> = rows.iter().map(|row| (row.id, row.kind)).collect();
    let mut facts = HashMap::new();
    let sealed = revision::current_facts_of(kinds.keys().copied());
    for (id, number, sealed) in sealed.all(&app.db).await? {
        if let Some(kind) = kinds.get(&id) {
            facts.insert(id, open_at(app, *kind, place(id, number), &sealed)?);
        }
    }
    let whole = |registration: registration::Model| {
        let facts = facts.remove(&registration.id)?;
        Some(Record {
            registration,
            facts,
        })
    };
    Ok(rows.into_iter().filter_map(whole).collect())
}

/// Whose registrations in sight are, where somebody asks: most pages do not.
pub async fn identities(
    app: &App,
    parties: impl Iterator<Item = PartyId> + Send,
) -> Result<HashMap<PartyId, IdentityNumber>, Error> {
    let mut identities = HashMap::new();
    for row in party::by_ids(parties).all(&app.db).await? {
        identities.insert(row.id, super::party::open(app, &row)?);
    }
    Ok(identities)
}

/// The clock of a role under the edition in force.
#[must_use]
pub fn clock(app: &App, kind: SubjectKind) -> Option<Clock> {
    Clock::of(app.edition(), kind, u32::from(app.settings.law.notice_days))
}

/// Turns what is asked into what the database filters by.
async fn filter(app: &App, caller: &Caller, wanted: &Wanted) -> Result<Filter, Error> {
    let mut filter = Filter {
        kind: wanted.kind,
        platform: wanted.platform,
        status: wanted.status,
        changed_since: wanted.changed_since,
        external_ids: wanted.external_ids.clone(),
        source: wanted.source,
        ..Filter::default()
    };
    if let Some(code) = &wanted.division {
        let seats = Gazetteer::load(&app.db, app.today())
            .await?
            .seats(std::iter::once(code.as_str()));
        filter.impossible |= seats.is_empty();
        filter.seats = Some(seats);
    }
    if let Some(agency) = wanted.agency {
        filter.agency = agency_in_sight(app, caller, agency).await?;
        filter.impossible |= filter.agency.is_none();
    }
    if let Some(listed) = wanted.blacklisted {
        caller.needs(Scope::BlacklistRead)?;
        filter.blacklisted = Some(Known {
            listed,
            lists: caller.sight.lists.clone(),
            open: caller.sight.open_lists,
            on: app.today(),
        });
    }
    let asked = Asked {
        state: wanted.verification,
        due_before: wanted.due_before,
    };
    if !asked.is_nothing() {
        filter.verified_on = verified_within(app, wanted.kind, asked);
        filter.impossible |= filter.verified_on.is_empty();
    }
    Ok(filter)
}

/// An agency in sight, as ties name it.
async fn agency_in_sight(
    app: &App,
    caller: &Caller,
    id: Option<RegistrationId>,
) -> Result<Option<(Book, PartyId)>, Error> {
    let Some(id) = id else { return Ok(None) };
    let row = registration::one_seen_by(&caller.sight, id)
        .filter(registration::Column::Kind.eq(SubjectKind::Agency))
        .one(&app.db)
        .await?;
    Ok(row.map(|row| (row.book(), row.party_id)))
}

/// Where the verification clock answers: each kind has a clock of its own, so a list of several asks each by itself.
fn verified_within(app: &App, kind: Option<SubjectKind>, asked: Asked) -> Vec<VerifiedWithin> {
    let kinds = SubjectKind::ALL.iter().copied();
    let wanted = kinds.filter(|each| kind.is_none_or(|kind| kind == *each));
    let within = |kind| {
        let days = asked.days(clock(app, kind), app.today())?;
        Some(VerifiedWithin { kind, days })
    };
    wanted.filter_map(within).collect()
}

/// Those of these registrations that are in sight.
pub async fn some(
    app: &App,
    caller: &Caller,
    ids: &[RegistrationId],
) -> Result<Vec<Record>, Error> {
    let rows = registration::some_seen_by(&caller.sight, ids.iter().copied())
        .all(&app.db)
        .await?;
    open(app, rows).await
}
