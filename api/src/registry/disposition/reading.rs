//! Reading measures, their reports and demands in sight: pages by keyset, opened; and the questions of others: whom a measure
//! keeps from going on, and what a platform owes.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entity::disposition::demand::{self, Answer, Asked, Viewer, answer_place, asked_place};
use entity::disposition::report::{self, Counted};
use entity::disposition::{self, Filter, Said, Subjects, lifting_place, said_place};
use entity::document;
use entity::id::{DemandId, DispositionId, FileId, PartyId, PlatformId, RegistrationId};
use entity::kind::SubjectKind;
use entity::registration;
use sea_orm::{ConnectionTrait, PaginatorTrait as _};

use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::reading::COUNT_LIMIT;
use crate::scope::Scope;

/// A measure with what is said of it.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Its row.
    pub row: disposition::Model,
    /// What is said of it.
    pub said: Said,
    /// Why it was lifted.
    pub lifting: Option<String>,
}

/// A demand with what both sides say.
#[derive(Clone, Debug)]
pub struct Demand {
    /// Its row.
    pub row: demand::Model,
    /// What the office says.
    pub asked: Asked,
    /// What the platform answers.
    pub answer: Option<Answer>,
}

/// What a platform owes on measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owed {
    /// Reports that were not sent.
    pub reports: u64,
    /// Demands that were not answered.
    pub demands: u64,
}

/// Whose demands a caller sees.
pub(in crate::registry) fn viewer(caller: &Caller) -> Viewer<'_> {
    Viewer {
        sight: &caller.sight,
        office: caller.office.as_ref().map(|office| office.id),
    }
}

fn open(app: &App, row: disposition::Model) -> Result<Measure, Error> {
    let said = app.vault.open_json(said_place(row.id), &row.said)?;
    let lifting = match &row.lifting {
        Some(sealed) => Some(app.vault.open_json(lifting_place(row.id), sealed)?),
        None => None,
    };
    Ok(Measure { row, said, lifting })
}

fn open_demand(app: &App, row: demand::Model) -> Result<Demand, Error> {
    let asked = app.vault.open_json(asked_place(row.id), &row.asked)?;
    let answer = match &row.answer {
        Some(sealed) => Some(app.vault.open_json(answer_place(row.id), sealed)?),
        None => None,
    };
    Ok(Demand { row, asked, answer })
}

/// The first so many of what was read, and whether there is more.
fn cut<T>(mut rows: Vec<T>, limit: u64) -> (Vec<T>, bool) {
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    (rows, more)
}

/// One measure in sight.
pub async fn find(app: &App, caller: &Caller, id: DispositionId) -> Result<Option<Measure>, Error> {
    let row = disposition::one_seen_by(&caller.sight, id)
        .one(&app.db)
        .await?;
    row.map(|row| open(app, row)).transpose()
}

/// A page of measures in sight, and whether there is more after it.
pub async fn page(
    app: &App,
    caller: &Caller,
    filter: &Filter,
    (after, limit): (Option<DispositionId>, u64),
) -> Result<(Vec<Measure>, bool), Error> {
    caller.needs(Scope::RegistryRead)?;
    let rows = disposition::page(&caller.sight, filter, after, limit + 1);
    let (rows, more) = cut(rows.all(&app.db).await?, limit);
    let opened: Result<Vec<_>, _> = rows.into_iter().map(|row| open(app, row)).collect();
    Ok((opened?, more))
}

/// How many there are, exactly up to [`COUNT_LIMIT`]; none beyond it.
pub async fn count(app: &App, caller: &Caller, filter: &Filter) -> Result<Option<u64>, Error> {
    let rows = disposition::filtered(&caller.sight, filter)
        .count(&app.db)
        .await?;
    Ok((rows <= COUNT_LIMIT).then_some(rows))
}

/// The reports of measures that the caller sees, as far as it sees them too.
pub async fn reports(
    app: &App,
    caller: &Caller,
    ids: &[DispositionId],
) -> Result<HashMap<DispositionId, Vec<report::Model>>, Error> {
    let mut reports: HashMap<_, Vec<_>> = HashMap::new();
    let rows = report::of_dispositions(&caller.sight, ids.iter().copied());
    for row in rows.all(&app.db).await? {
        reports.entry(row.disposition_id).or_default().push(row);
    }
    Ok(reports)
}

/// One demand in sight.
pub async fn find_demand(
    app: &App,
    caller: &Caller,
    id: DemandId,
) -> Result<Option<Demand>, Error> {
    let row = demand::one_seen_by(&viewer(caller), id)
        .one(&app.db)
        .await?;
    row.map(|row| open_demand(app, row)).transpose()
}

/// Those of these demands that are in sight.
pub async fn some_demands(
    app: &App,
    caller: &Caller,
    ids: &[DemandId],
) -> Result<HashMap<DemandId, Demand>, Error> {
    let rows = demand::some_seen_by(&viewer(caller), ids.iter().copied());
    let rows = rows.all(&app.db).await?.into_iter();
    rows.map(|row| Ok((row.id, open_demand(app, row)?)))
        .collect()
}

/// A page of demands in sight, and whether there is more after it.
pub async fn demand_page(
    app: &App,
    caller: &Caller,
    filter: &demand::Filter,
    (after, limit): (Option<DemandId>, u64),
) -> Result<(Vec<Demand>, bool), Error> {
    caller.needs(Scope::RegistryRead)?;
    let rows = demand::page(&viewer(caller), filter, after, limit + 1);
    let (rows, more) = cut(rows.all(&app.db).await?, limit);
    let opened: Result<Vec<_>, _> = rows.into_iter().map(|row| open_demand(app, row)).collect();
    Ok((opened?, more))
}

/// How many there are, exactly up to [`COUNT_LIMIT`]; none beyond it.
pub async fn count_demands(
    app: &App,
    caller: &Caller,
    filter: &demand::Filter,
) -> Result<Option<u64>, Error> {
    let rows = demand::filtered(&viewer(caller), filter)
        .count(&app.db)
        .await?;
    Ok((rows <= COUNT_LIMIT).then_some(rows))
}

/// The measures in sight that answer demands in sight.
pub async fn answering(
    app: &App,
    caller: &Caller,
    ids: &[DemandId],
) -> Result<HashMap<DemandId, Vec<Measure>>, Error> {
    let mut answering: HashMap<_, Vec<_>> = HashMap::new();
    let rows = disposition::answering(&caller.sight, ids.iter().copied());
    for row in rows.all(&app.db).await? {
        if let Some(demand) = row.demand_id {
            answering.entry(demand).or_default().push(open(app, row)?);
        }
    }
    Ok(answering)
}

/// The files that a demand or its answer in sight names: that they are there, how large and with which checksum.
pub async fn evidence(
    app: &App,
    ids: &[FileId],
) -> Result<HashMap<FileId, document::Model>, Error> {
    let rows = document::known(ids.iter().copied()).all(&app.db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// A measure that binds and forbids its subject to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forbidding {
    /// The measure.
    pub disposition: disposition::Model,
}

/// A registration as far as it matters whom a measure is against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Whom {
    /// The registration.
    pub registration: RegistrationId,
    /// Its party.
    pub party: PartyId,
    /// Its platform.
    pub platform: PlatformId,
    /// Its role.
    pub role: SubjectKind,
}

impl Whom {
    /// Of a registration's row.
    #[must_use]
    pub const fn of(row: &registration::Model) -> Self {
        Self {
            registration: row.id,
            party: row.party_id,
            platform: row.platform_key,
            role: row.kind,
        }
    }
}

impl Forbidding {
    /// Whether it is against this registration: by itself, or because its party stands on the platform in the role that the
    /// measure is against.
    #[must_use]
    pub fn is_against(&self, whom: &Whom) -> bool {
        let measure = &self.disposition;
        let same = measure.platform_id == whom.platform
            && measure.party_id == whom.party
            && measure.role == whom.role;
        same || measure.registration_id == Some(whom.registration)
    }
}

/// The measures that forbid these subjects to go on, on one platform or on any, on a day.
pub async fn forbidding<C: ConnectionTrait>(
    app: &App,
    db: &C,
    subjects: &Subjects,
    platform: Option<PlatformId>,
    on: NaiveDate,
) -> Result<Vec<Forbidding>, Error> {
    let edition = app.edition();
    let rows = disposition::binding(subjects, edition.forbidding(), platform, on);
    let rows = rows.all(db).await?.into_iter();
    let forbids = |row: &disposition::Model| edition.forbids(row.role, row.kind);
    let rows = rows.filter(forbids);
    Ok(rows.map(|disposition| Forbidding { disposition }).collect())
}

/// Those of these registrations that may not go on today.
pub async fn suspended(app: &App, whom: &[Whom]) -> Result<HashSet<Whom>, Error> {
    let subjects = Subjects {
        parties: whom.iter().map(|whom| whom.party).collect(),
        registrations: whom.iter().map(|whom| whom.registration).collect(),
    };
    let binding = forbidding(app, &app.db, &subjects, None, app.today()).await?;
    let suspended = |whom: &&Whom| binding.iter().any(|measure| measure.is_against(whom));
    Ok(whom.iter().filter(suspended).copied().collect())
}

/// What these platforms owe on measures, as far as the caller sees it.
pub async fn owed(
    app: &App,
    caller: &Caller,
    platforms: &[PlatformId],
) -> Result<HashMap<PlatformId, Owed>, Error> {
    let mut owed: HashMap<PlatformId, Owed> = HashMap::new();
    let whole = |rows: i64| u64::try_from(rows).unwrap_or(0);
    let reports = report::unsent(&caller.sight, platforms.iter().copied());
    for row in reports.into_model::<Counted>().all(&app.db).await? {
        owed.entry(row.platform_id).or_default().reports = whole(row.rows);
    }
    let demands = demand::unanswered(&viewer(caller), platforms.iter().copied());
    for row in demands.into_model::<Counted>().all(&app.db).await? {
        owed.entry(row.platform_id).or_default().demands = whole(row.rows);
    }
    Ok(owed)
}
