//! What the gate has to know, read in one moment of the database and in a few statements, however many streamers there are.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use entity::blacklist::status::{self, Asked, Links};
use entity::disposition::Subjects;
use entity::facts::Facts;
use entity::id::{LiveSessionId, PartyId, PlatformId, RegistrationId};
use entity::kind::{
    AccountRole, BlacklistRegister, FailedTraining, RecordSource, RegistrationStatus, SubjectKind,
    TieKind, TrainingOutcome,
};
use entity::live_session::{self, Presented};
use entity::problem::Finding;
use entity::tie::Book;
use entity::value::identity::IdentityNumber;
use entity::{account, live_policy, registration, tie, training};
use rules::live::bar::{self, Listing};
use rules::live::gate::Trained;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, FromQueryResult as _, QuerySelect as _};

use crate::app::App;
use crate::error::Error;
use crate::registry::disposition::reading::{self as disposition, Whom};
use crate::registry::party;
use crate::registry::registration::book::{Standing, standing};

/// So many ties of an account, and so many reports for one moment, are looked at; the newest count.
const NEWEST: u64 = 20;

/// A registration with all that is known of it.
pub(super) struct Known {
    /// What stands of it.
    pub standing: Standing,
    /// Whose it is.
    pub identity: IdentityNumber,
    /// Its trainings.
    pub trained: Trained,
}

impl Known {
    pub(super) const fn id(&self) -> RegistrationId {
        self.standing.row.id
    }

    pub(super) const fn party(&self) -> PartyId {
        self.standing.row.party_id
    }

    pub(super) const fn facts(&self) -> &Facts {
        &self.standing.facts
    }
}

/// Who holds or runs a room.
pub(super) struct Runners {
    /// Those who do now, the holder first.
    pub open: Vec<registration::Model>,
    /// Whoever did last, where nobody does now.
    pub last: Option<registration::Model>,
}

/// Who holds or runs an account of a platform; none where nobody ever did.
pub(super) async fn runners(
    tx: &DatabaseTransaction,
    platform: PlatformId,
    number: &str,
) -> Result<Option<Runners>, Error> {
    let backend = tx.get_database_backend();
    let rows = tx
        .query_all_raw(account::running(platform, number, NEWEST, backend))
        .await?;
    let mut open: BTreeMap<(bool, RegistrationId), registration::Model> = BTreeMap::new();
    let mut last = None;
    for row in &rows {
        let registration = registration::Model::from_query_result(row, "")?;
        let until: Option<NaiveDate> = row.try_get("", "tie_until")?;
        let role: AccountRole = row.try_get("", "tie_role")?;
        if until.is_none() {
            open.insert((role != AccountRole::Holder, registration.id), registration);
        } else if last.is_none() {
            last = Some(registration);
        }
    }
    if open.is_empty() && last.is_none() {
        return Ok(None);
    }
    let mut seen = HashSet::new();
    let open = open.into_values().filter(|row| seen.insert(row.id));
    Ok(Some(Runners {
        open: open.collect(),
        last,
    }))
}

/// The streamers among these parties in a platform's book, by party.
pub(super) async fn streamers(
    tx: &DatabaseTransaction,
    platform: PlatformId,
    parties: impl Iterator<Item = PartyId>,
) -> Result<Vec<registration::Model>, Error> {
    let parties: HashSet<PartyId> = parties.collect();
    if parties.is_empty() {
        return Ok(Vec::new());
    }
    let source = RecordSource::Platform;
    let rows = registration::in_ledger(platform, SubjectKind::Streamer, source, parties);
    Ok(rows.all(tx).await?)
}

/// Registrations with what is known of them until a day.
pub(super) async fn known(
    app: &App,
    tx: &DatabaseTransaction,
    rows: Vec<registration::Model>,
    day: NaiveDate,
) -> Result<HashMap<RegistrationId, Known>, Error> {
    let ids: Vec<RegistrationId> = rows.iter().map(|row| row.id).collect();
    let mut trained = trained(tx, &ids, day).await?;
    let mut known = HashMap::with_capacity(ids.len());
    for standing in standing(app, tx, rows).await? {
        let id = standing.row.id;
        let one = Known {
            identity: party::open(app, &standing.party)?,
            trained: trained.remove(&id).unwrap_or_default(),
            standing,
        };
        known.insert(id, one);
    }
    Ok(known)
}

async fn trained(
    tx: &DatabaseTransaction,
    ids: &[RegistrationId],
    day: NaiveDate,
) -> Result<HashMap<RegistrationId, Trained>, Error> {
    let mut trained: HashMap<RegistrationId, Trained> = HashMap::new();
    let last = training::last_of(ids.iter().copied(), day).all(tx).await?;
    for (id, outcome, on) in last {
        let one = trained.entry(id).or_default();
        match outcome {
            TrainingOutcome::Passed => one.passed = Some(on),
            TrainingOutcome::Cheated | TrainingOutcome::Refused => {
                one.failed = one.failed.max(Some((on, outcome)));
            }
        }
    }
    Ok(trained)
}

/// Which of these streamers are tied to any of these operators now.
pub(super) async fn of_room(
    tx: &DatabaseTransaction,
    platform: PlatformId,
    streamers: &[RegistrationId],
    operators: &[PartyId],
) -> Result<HashSet<RegistrationId>, Error> {
    if streamers.is_empty() || operators.is_empty() {
        return Ok(HashSet::new());
    }
    let book = Book {
        platform,
        source: RecordSource::Platform,
    };
    let kind = TieKind::StreamerOperator;
    let ties = tie::declared_by(
        book,
        kind,
        streamers.iter().copied(),
        operators.iter().copied(),
    );
    let ids: Vec<RegistrationId> = ties
        .select_only()
        .column(tie::Column::RegistrationId)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(ids.into_iter().collect())
}

/// The report that is taken for a livestream.
pub(super) struct Report {
    /// Which.
    pub id: LiveSessionId,
    /// Whom of those who are asked about it names.
    pub names: HashSet<RegistrationId>,
    /// Who appears and is no person.
    pub presenters: Vec<Presented>,
}

/// The report for a room and a moment: of several the one that names most of these streamers, and of these the newest.
pub(super) async fn report(
    app: &App,
    tx: &DatabaseTransaction,
    (platform, account): (PlatformId, &str),
    at: DateTime<Utc>,
    streamers: &[RegistrationId],
) -> Result<Option<Report>, Error> {
    let beside = super::beside(app);
    let statement = live_session::covering(
        (platform, account),
        (at - beside, at + beside),
        streamers.iter().copied(),
        NEWEST,
        tx.get_database_backend(),
    );
    let mut reports: Vec<(live_session::Model, HashSet<RegistrationId>)> = Vec::new();
    for row in &tx.query_all_raw(statement).await? {
        let session = live_session::Model::from_query_result(row, "")?;
        let one: Option<RegistrationId> = row.try_get("", "streamer_id")?;
        match reports.last_mut() {
            Some((last, all)) if last.id == session.id => all.extend(one),
            _ => reports.push((session, one.into_iter().collect())),
        }
    }
    // The newest come first, and of equals the first is to win.
    let best = reports
        .into_iter()
        .rev()
        .max_by_key(|(_, names)| names.len());
    let Some((session, names)) = best else {
        return Ok(None);
    };
    let at = live_session::presenters_place(session.id);
    Ok(Some(Report {
        id: session.id,
        names,
        presenters: app.vault.open_json(at, &session.presenters)?,
    }))
}

/// What the blacklist says against these parties on a day, as the platform may know of it.
pub(super) async fn listed(
    app: &App,
    tx: &DatabaseTransaction,
    (platform, day): (PlatformId, NaiveDate),
    parties: BTreeSet<PartyId>,
) -> Result<HashMap<PartyId, Vec<Finding>>, Error> {
    let asked: Vec<Asked> = parties.into_iter().map(Asked::Party).collect();
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let as_of = (day, Links::Of(platform));
    let column = app.vault.index_column();
    let backend = tx.get_database_backend();
    let rows = status::Row::find_by_statement(status::listed(&asked, as_of, column, backend));
    let mut listings: HashMap<PartyId, Vec<Listing>> = HashMap::new();
    for row in rows.all(tx).await? {
        let (Some(party), Some(entry)) = (row.named, row.listed) else {
            continue;
        };
        let own = entry.platform_id == Some(platform);
        if !own && entry.register == BlacklistRegister::Platform && !entry.shared {
            continue;
        }
        listings.entry(party).or_default().push(Listing {
            register: entry.register,
            own,
            role: entry.role,
            link: row.link,
            until: entry.valid_until,
        });
    }
    let against = |(party, all): (PartyId, Vec<Listing>)| (party, bar::against(&all));
    Ok(listings.into_iter().map(against).collect())
}

/// What measures say against these registrations on a day.
pub(super) async fn measures(
    app: &App,
    tx: &DatabaseTransaction,
    (platform, day): (PlatformId, NaiveDate),
    known: &HashMap<RegistrationId, Known>,
) -> Result<HashMap<RegistrationId, Vec<Finding>>, Error> {
    let subjects = Subjects {
        parties: known.values().map(Known::party).collect(),
        registrations: known.keys().copied().collect(),
    };
    let binding = disposition::forbidding(app, tx, &subjects, Some(platform), day).await?;
    let mut against: HashMap<RegistrationId, Vec<Finding>> = HashMap::new();
    for (id, one) in known {
        let whom = Whom::of(&one.standing.row);
        let theirs = binding.iter().filter(|measure| measure.is_against(&whom));
        let said = theirs.filter_map(|measure| {
            let row = &measure.disposition;
            bar::measure(row.kind, row.valid_until)
        });
        against.entry(*id).or_default().extend(said);
    }
    Ok(against)
}

/// What a platform makes of failed trainings; the house's default where it has not said.
pub(super) async fn failed_training(
    app: &App,
    tx: &DatabaseTransaction,
    platform: PlatformId,
) -> Result<FailedTraining, Error> {
    let said = live_policy::of(platform).one(tx).await?;
    Ok(said.map_or(app.settings.live.failed_training, |row| row.failed_training))
}

/// Whether a registration stands.
pub(super) fn stands(row: &registration::Model) -> bool {
    row.status == RegistrationStatus::Active
}
