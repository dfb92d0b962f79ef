//! Where an office's survey contradicts what a platform filed: found when either is written and when a book is joined to the
//! platform, seen by both, and told as it stands today whenever it is read.

use std::collections::{BTreeSet, HashMap};

use entity::facts::Facts;
use entity::id::{DifferenceId, PartyId, PlatformId, RegistrationId};
use entity::kind::{RecordSource, SubjectKind};
use entity::survey_difference::{self, Column, Entity, Model};
use entity::{registration, revision, survey_book};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, PaginatorTrait as _,
};

use crate::app::App;
use crate::auth::Caller;
use crate::db::{self, Reach};
use crate::error::Error;
use crate::registry::reading::COUNT_LIMIT;
use crate::registry::registration::chunks;
use crate::registry::registration::facts::open_at;
use crate::registry::registration::facts::place;
use crate::scope::Scope;

/// Rows looked at by one statement.
const SOME: usize = 500;

/// A surveyed registration beside the one that the platform filed, and in what they differ.
struct Compared {
    found: registration::Model,
    filed: registration::Model,
    platform: PlatformId,
    office: entity::id::OfficeId,
    fields: Vec<&'static str>,
}

/// Looks at registrations of surveys that were just written, notes new differences and settles those that are gone; tells
/// how many are open among these.
pub(super) async fn look(
    app: &App,
    registrations: BTreeSet<RegistrationId>,
    tx: &DatabaseTransaction,
) -> Result<usize, Error> {
    let ids: Vec<RegistrationId> = registrations.into_iter().collect();
    let mut open = 0;
    for some in ids.chunks(SOME) {
        let rows = registration::named(some.iter().copied()).all(tx).await?;
        let compared = compare(app, rows, None, tx).await?;
        open += compared.iter().filter(|c| !c.fields.is_empty()).count();
        note(app, compared, tx).await?;
    }
    Ok(open)
}

/// Looks at what a platform has just written of parties in a role, where an office surveyed them in a book of that platform.
/// Where none keeps such a book, that is told by one look at its index. What the office found is beyond the platform's own
/// reach: it is read for the comparison alone, which leaves nothing but the names of fields.
pub(in crate::registry) async fn filed(
    app: &App,
    (platform, kind): (PlatformId, SubjectKind),
    parties: Vec<PartyId>,
    tx: &DatabaseTransaction,
) -> Result<(), Error> {
    if parties.is_empty() {
        return Ok(());
    }
    let books = survey_book::of_platform(platform).all(tx).await?;
    if books.is_empty() {
        return Ok(());
    }
    let books: Vec<PlatformId> = books.into_iter().map(|book| book.id).collect();
    db::widen(tx).await?;
    for some in parties.chunks(SOME) {
        let found = registration::in_books(books.iter().copied(), kind, some.iter().copied());
        let compared = compare(app, found.all(tx).await?, None, tx).await?;
        note(app, compared, tx).await?;
    }
    db::narrow(tx, Reach::Platform(platform)).await?;
    Ok(())
}

/// Compares surveyed registrations with what the platforms of their books filed; `joining` says of which tenant a book is
/// that is not joined yet.
async fn compare<C: ConnectionTrait>(
    app: &App,
    rows: Vec<registration::Model>,
    joining: Option<PlatformId>,
    db: &C,
) -> Result<Vec<Compared>, Error> {
    let rows = rows.into_iter();
    let rows: Vec<_> = rows.filter(|r| r.source == RecordSource::Survey).collect();
    let keys: BTreeSet<PlatformId> = rows.iter().map(|row| row.platform_key).collect();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let books = survey_book::by_ids(keys).all(db).await?;
    let books: HashMap<_, _> = books.into_iter().map(|book| (book.id, book)).collect();
    let mut wanted: HashMap<(PlatformId, SubjectKind), Vec<PartyId>> = HashMap::new();
    let tenant_of = |row: &registration::Model| {
        let book = books.get(&row.platform_key)?;
        Some((book.platform_id.or(joining)?, book.office_id))
    };
    for row in &rows {
        if let Some((tenant, _)) = tenant_of(row) {
            let parties = wanted.entry((tenant, row.kind)).or_default();
            parties.push(row.party_id);
        }
    }
    let mut filed = HashMap::new();
    for ((tenant, kind), parties) in wanted {
        let own = registration::in_ledger(tenant, kind, RecordSource::Platform, parties);
        for row in own.all(db).await? {
            filed.insert((tenant, kind, row.party_id), row);
        }
    }
    if filed.is_empty() {
        return Ok(Vec::new());
    }
    let pairs: Vec<_> = rows
        .into_iter()
        .filter_map(|found| {
            let (tenant, office) = tenant_of(&found)?;
            let filed = filed.get(&(tenant, found.kind, found.party_id))?.clone();
            Some((found, filed, tenant, office))
        })
        .collect();
    let both = pairs.iter().flat_map(|(a, b, ..)| [a, b]);
    let facts = facts_of(app, both, db).await?;
    let compared = pairs
        .into_iter()
        .filter_map(|(found, filed, platform, office)| {
            let fields = rules::difference::fields(facts.get(&found.id)?, facts.get(&filed.id)?);
            Some(Compared {
                found,
                filed,
                platform,
                office,
                fields,
            })
        });
    Ok(compared.collect())
}

/// What registrations say today.
async fn facts_of<'a, C: ConnectionTrait>(
    app: &App,
    rows: impl Iterator<Item = &'a registration::Model>,
    db: &C,
) -> Result<HashMap<RegistrationId, Facts>, Error> {
    let kinds: HashMap<RegistrationId, SubjectKind> = rows.map(|row| (row.id, row.kind)).collect();
    let ids: Vec<RegistrationId> = kinds.keys().copied().collect();
    let mut facts = HashMap::new();
    for some in ids.chunks(SOME) {
        for (id, number, sealed) in revision::current_facts_of(some.iter().copied())
            .all(db)
            .await?
        {
            if let Some(kind) = kinds.get(&id) {
                facts.insert(id, open_at(app, *kind, place(id, number), &sealed)?);
            }
        }
    }
    Ok(facts)
}

/// Writes down what was compared.
async fn note(app: &App, compared: Vec<Compared>, tx: &DatabaseTransaction) -> Result<(), Error> {
    if compared.is_empty() {
        return Ok(());
    }
    let known = survey_difference::of_surveys(compared.iter().map(|c| c.found.id));
    let known = known.all(tx).await?.into_iter();
    let known: HashMap<_, _> = known.map(|row| (row.survey_id, row)).collect();
    let now = app.now();
    let mut rows = Vec::new();
    for one in compared {
        let fields = one.fields.join(",");
        let agree = one.fields.is_empty();
        let Some(before) = known.get(&one.found.id) else {
            if !agree {
                rows.push(Model {
                    id: app.id::<DifferenceId>(),
                    platform_id: one.platform,
                    office_id: one.office,
                    kind: one.found.kind,
                    party_id: one.found.party_id,
                    survey_id: one.found.id,
                    registration_id: one.filed.id,
                    fields,
                    found_at: now,
                    settled_at: None,
                });
            }
            continue;
        };
        let row = Model {
            registration_id: one.filed.id,
            fields,
            settled_at: agree.then(|| before.settled_at.unwrap_or(now)),
            ..before.clone()
        };
        if row != *before {
            rows.push(row);
        }
    }
    // Whoever else finds the same at this moment has found it, too.
    let conflict = OnConflict::column(Column::SurveyId)
        .update_columns([Column::Fields, Column::SettledAt, Column::RegistrationId])
        .to_owned();
    for some in chunks(rows) {
        let rows = some.into_iter();
        Entity::insert_many(rows.map(|row| row.into_active_model().reset_all()))
            .on_conflict(conflict.clone())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Goes through a whole book that is joined to a tenant: how many stand in it, how many the tenant filed too, and in how
/// many of these the two differ. Nothing is noted where it is only to be shown.
pub(super) async fn of_book(
    app: &App,
    (book, tenant): (PlatformId, PlatformId),
    dry_run: bool,
    tx: &DatabaseTransaction,
) -> Result<Joined, Error> {
    let mut joined = Joined::default();
    for kind in SubjectKind::ALL.iter().copied() {
        let mut after = None;
        loop {
            let rows = registration::in_book((book, kind), after, SOME as u64);
            let rows = rows.all(tx).await?;
            let Some(last) = rows.last() else { break };
            after = Some(last.id);
            joined.registrations += rows.len();
            let compared = compare(app, rows, Some(tenant), tx).await?;
            joined.filed_too += compared.len();
            joined.differences += compared.iter().filter(|c| !c.fields.is_empty()).count();
            if !dry_run {
                note(app, compared, tx).await?;
            }
        }
    }
    Ok(joined)
}

/// What joining a book to a tenant comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Joined {
    /// Registrations of the book.
    pub registrations: usize,
    /// Those that the tenant filed, too.
    pub filed_too: usize,
    /// Those of them that differ.
    pub differences: usize,
}

/// A difference as it stands today.
#[derive(Clone, Debug)]
pub struct Difference {
    /// As it was noted.
    pub row: Model,
    /// The fields that differ now.
    pub fields: Vec<String>,
}

/// A page of the differences that concern the caller, newest first, each as it stands today, and whether there is more.
pub async fn page(
    app: &App,
    caller: &Caller,
    (after, limit): (Option<DifferenceId>, u64),
) -> Result<(Vec<Difference>, bool), Error> {
    caller.needs(Scope::RegistryRead)?;
    let whose = (caller.client.platform_id, caller.client.office_id);
    let mut rows = survey_difference::page(whose, after, limit + 1)
        .all(&app.db)
        .await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    let ids = rows
        .iter()
        .flat_map(|row| [row.survey_id, row.registration_id]);
    let standing = registration::named(ids).all(&app.db).await?;
    let facts = facts_of(app, standing.iter(), &app.db).await?;
    let today = rows.into_iter().map(|row| {
        let both = facts
            .get(&row.survey_id)
            .zip(facts.get(&row.registration_id));
        let fields = both.map_or_else(Vec::new, |(found, filed)| {
            let fields = rules::difference::fields(found, filed).into_iter();
            fields.map(str::to_owned).collect()
        });
        Difference { row, fields }
    });
    Ok((today.collect(), more))
}

/// How many there are, exactly up to the limit of counting; none beyond it.
pub async fn count(app: &App, caller: &Caller) -> Result<Option<u64>, Error> {
    let whose = (caller.client.platform_id, caller.client.office_id);
    let rows = survey_difference::seen_by(whose.0, whose.1)
        .count(&app.db)
        .await?;
    Ok((rows <= COUNT_LIMIT).then_some(rows))
}
