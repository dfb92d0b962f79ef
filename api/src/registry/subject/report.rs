//! 个人信息查阅: everything that is held about one person, in plain, for that person (PIPL Art. 45). It is recorded before it
//! is told. Of others it says no more than the person's own records say.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use entity::facts::Facts;
use entity::id::{ClientId, FileId, PartyId, PlatformId, RegistrationId};
use entity::kind::{
    AccountRole, FilingKind, IdentityKind, PartyLinkKind, RecordSource, RegistrationStatus,
    ReportKind, RowState, SubjectKind, SubmissionState, TieKind, TrainingOutcome,
};
use entity::value::identity::IdentityNumber;
use entity::{
    account, audit, client, document, file_use, live_session, objection, party_link, platform,
    registration, revision, submission, survey_book, tie, training,
};
use serde::Serialize;
use serde_json::json;

use super::listed::{self, EntryHeld};
use super::measure::{MeasureHeld, measures_of};
use super::objection::Objection;
use super::{Person, find};
use crate::app::App;
use crate::audit::{Entry, Outcome, record_house};
use crate::db::{self, Reach};
use crate::error::Error;
use crate::registry::registration::facts::open;

/// The deed, as the audit names it.
const OPERATION: &str = "subjectReport";

/// What is held about a person.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// When it was made.
    pub at: DateTime<Utc>,
    /// 证件类型.
    pub kind: IdentityKind,
    /// The number, plain: it is the person's own.
    pub number: String,
    /// The registrations.
    pub registrations: Vec<RegistrationHeld>,
    /// Registrations of others that name the person.
    pub mentions: Vec<Mention>,
    /// Confirmed links to others.
    pub links: Vec<LinkHeld>,
    /// What the blacklist says of the person.
    pub entries: Vec<EntryHeld>,
    /// Measures that platforms took. What an office demands is its own case, which is not told from here.
    pub measures: Vec<MeasureHeld>,
    /// What the audit says was done with the data.
    pub audit: Vec<AuditLine>,
    /// What the person asked.
    pub objections: Vec<Objection>,
}

/// One registration.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationHeld {
    /// Its id.
    pub id: RegistrationId,
    /// The role.
    pub role: SubjectKind,
    /// The platform's name; none for an own site.
    pub platform: Option<String>,
    /// Where it comes from.
    pub source: RecordSource,
    /// Whether it stands.
    pub status: RegistrationStatus,
    /// The last day, while it is closed.
    pub closed_on: Option<NaiveDate>,
    /// The platform's own key.
    pub external_id: Option<String>,
    /// Its revisions, newest first, each with everything it says.
    pub revisions: Vec<RevisionHeld>,
    /// Its accounts.
    pub accounts: Vec<AccountHeld>,
    /// To whom it says that the person belongs.
    pub ties: Vec<Mention>,
    /// Where it was filed.
    pub filings: Vec<Filing>,
    /// Its trainings, oldest first.
    pub trainings: Vec<TrainingHeld>,
    /// The livestreams before which it was reported.
    pub sessions: Vec<SessionHeld>,
    /// Files that prove something of it.
    pub files: Vec<FileId>,
}

/// One revision.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RevisionHeld {
    /// From 1.
    pub number: i32,
    /// When it was observed.
    pub observed_at: DateTime<Utc>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Where it comes from.
    pub source: RecordSource,
    /// Which client wrote it.
    pub by: String,
    /// What changed.
    pub changed: String,
    /// Everything it says.
    pub facts: Facts,
}

/// One training.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrainingHeld {
    /// The day.
    pub on: NaiveDate,
    /// What came of it.
    pub outcome: TrainingOutcome,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// One livestream before which somebody was reported.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionHeld {
    /// The room.
    pub account: String,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it was reported.
    pub reported_at: DateTime<Utc>,
}

/// One account.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountHeld {
    /// Its number.
    pub number: String,
    /// The role.
    pub role: AccountRole,
    /// The first day.
    pub since: NaiveDate,
    /// The last day, once it ended.
    pub until: Option<NaiveDate>,
}

/// A tie, from whichever side.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mention {
    /// Which two roles it joins.
    pub kind: TieKind,
    /// The platform in whose book it stands.
    pub platform: Option<String>,
    /// The source of it.
    pub source: RecordSource,
    /// The first day.
    pub since: NaiveDate,
    /// The last day, once it ended.
    pub until: Option<NaiveDate>,
}

/// A confirmed link.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkHeld {
    /// How the two belong together.
    pub kind: PartyLinkKind,
    /// When it was confirmed.
    pub confirmed_at: DateTime<Utc>,
    /// When it was taken back.
    pub undone_at: Option<DateTime<Utc>>,
}

/// A filing that holds the person.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Filing {
    /// Which report.
    pub report: ReportKind,
    /// 报送期.
    pub window: String,
    /// First, supplementary or correcting.
    pub kind: FilingKind,
    /// Where it stands.
    pub state: SubmissionState,
    /// The province it goes to, by its code.
    pub recipient: String,
    /// When it was filed.
    pub filed_at: Option<DateTime<Utc>>,
    /// Which revision.
    pub revision: i32,
    /// 信息状态.
    pub row: RowState,
}

/// A line of the audit.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditLine {
    /// When.
    pub at: DateTime<Utc>,
    /// The deed.
    pub operation: String,
    /// How it ended.
    pub outcome: String,
    /// Which client; the house itself where there is none.
    pub by: Option<String>,
    /// What for.
    pub purpose: Option<String>,
    /// Counts and codes.
    pub detail: serde_json::Value,
}

/// Reports what is held about a person; none where nothing is. What is wrong with the number is told instead.
pub async fn report(
    app: &App,
    person: &Person,
    number: &str,
) -> Result<Result<Option<Report>, Vec<entity::problem::Finding>>, Error> {
    let (identity, party) = match find(app, &app.db, (person, number)).await? {
        Ok(found) => found,
        Err(findings) => return Ok(Err(findings)),
    };
    let rows = match party {
        Some(party) => of_party(app, party).await?,
        None => Vec::new(),
    };
    recorded(app, party, &rows).await?;
    let Some(party) = party else {
        return Ok(Ok(None));
    };
    Ok(Ok(Some(told(app, (&identity, party), rows).await?)))
}

/// The registrations of a party, those that were corrected to another number since among them.
async fn of_party(app: &App, party: PartyId) -> Result<Vec<registration::Model>, Error> {
    Ok(registration::all_of(party).all(&app.db).await?)
}

/// Nothing is told before this stands.
async fn recorded(
    app: &App,
    party: Option<PartyId>,
    rows: &[registration::Model],
) -> Result<(), Error> {
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let whom = party;
    let party = party.map(|party| party.to_string());
    let rows = rows.iter().map(|row| row.id.to_string());
    let entry = Entry {
        operation: OPERATION,
        outcome: Outcome::Read,
        subjects: party.into_iter().chain(rows).collect(),
        detail: json!({}),
        party: whom,
        purpose: None,
    };
    record_house(app, &tx, entry).await?;
    tx.commit().await?;
    Ok(())
}

async fn told(
    app: &App,
    (identity, party): (&IdentityNumber, PartyId),
    rows: Vec<registration::Model>,
) -> Result<Report, Error> {
    let names = Names::read(app).await?;
    let mut registrations = Vec::with_capacity(rows.len());
    let mut about: BTreeSet<String> = BTreeSet::from([party.to_string()]);
    for row in rows {
        about.insert(row.id.to_string());
        let (held, papers) = held(app, row, &names).await?;
        about.extend(papers.iter().map(ToString::to_string));
        about.extend(held.files.iter().map(ToString::to_string));
        registrations.push(held);
    }
    let entries = listed::of_party(app, party, &names).await?;
    about.extend(entries.iter().flat_map(EntryHeld::ids));
    let mentions = tie::all_naming(party).all(&app.db).await?;
    let links = party_link::all_of(party).all(&app.db).await?.into_iter();
    let objections = objection::of_party(party).all(&app.db).await?;
    Ok(Report {
        at: app.now(),
        kind: identity.kind(),
        number: identity.number().to_owned(),
        registrations,
        mentions: mentions.iter().map(|tie| mention(tie, &names)).collect(),
        links: links
            .map(|link| LinkHeld {
                kind: link.kind,
                confirmed_at: link.confirmed_at,
                undone_at: link.undone_at,
            })
            .collect(),
        entries,
        measures: measures_of(app, party, &names.platforms).await?,
        audit: audit_of(app, (party, &about), &names).await?,
        objections: objections
            .iter()
            .map(|row| Objection::open(app, row))
            .collect::<Result<_, _>>()?,
    })
}

/// Names of platforms and clients.
pub(super) struct Names {
    platforms: BTreeMap<PlatformId, String>,
    clients: BTreeMap<ClientId, String>,
}

impl Names {
    async fn read(app: &App) -> Result<Self, Error> {
        let platforms = platform::all().all(&app.db).await?.into_iter();
        let books = survey_book::all().all(&app.db).await?.into_iter();
        let clients = client::all().all(&app.db).await?.into_iter();
        Ok(Self {
            platforms: platforms
                .map(|row| (row.id, row.platform_name))
                .chain(books.map(|row| (row.id, row.name)))
                .collect(),
            clients: clients.map(|row| (row.id, row.name)).collect(),
        })
    }

    pub(super) fn platform(&self, id: PlatformId) -> Option<String> {
        self.platforms.get(&id).cloned()
    }

    pub(super) fn client(&self, id: ClientId) -> String {
        self.clients
            .get(&id)
            .cloned()
            .unwrap_or_else(|| id.to_string())
    }
}

fn mention(tie: &tie::Model, names: &Names) -> Mention {
    Mention {
        kind: tie.kind,
        platform: names.platform(tie.platform_key),
        source: tie.source,
        since: tie.since,
        until: tie.until,
    }
}

/// One registration with all that belongs to it, and the files of its filings.
async fn held(
    app: &App,
    row: registration::Model,
    names: &Names,
) -> Result<(RegistrationHeld, Vec<FileId>), Error> {
    let revisions = revision::all_of([row.id]).all(&app.db).await?;
    let revisions = revisions.into_iter().map(|revision| {
        Ok(RevisionHeld {
            number: revision.number,
            observed_at: revision.observed_at,
            recorded_at: revision.recorded_at,
            source: revision.source,
            by: names.client(revision.author),
            facts: open(app, row.kind, &revision)?,
            changed: revision.changed,
        })
    });
    let revisions = revisions.collect::<Result<_, Error>>()?;
    let accounts = account::all_of(row.id).all(&app.db).await?.into_iter();
    let ties = tie::all_of([row.id]).all(&app.db).await?;
    let trained = training::all_of([row.id]).all(&app.db).await?;
    let users = trained.iter().map(|one| one.id.0).chain([row.id.0]);
    let files = file_use::of(users).all(&app.db).await?.into_iter();
    let sessions = sessions(app, row.id).await?;
    let (filings, papers) = filings(app, &row).await?;
    let held = RegistrationHeld {
        id: row.id,
        role: row.kind,
        platform: names.platform(row.platform_key),
        source: row.source,
        status: row.status,
        closed_on: row.closed_on,
        external_id: row.external_id,
        revisions,
        accounts: accounts
            .map(|account| AccountHeld {
                number: account.number,
                role: account.role,
                since: account.since,
                until: account.until,
            })
            .collect(),
        ties: ties.iter().map(|tie| mention(tie, names)).collect(),
        filings,
        trainings: trained
            .iter()
            .map(|one| TrainingHeld {
                on: one.held_on,
                outcome: one.outcome,
                recorded_at: one.recorded_at,
            })
            .collect(),
        sessions,
        files: files.map(|one| one.file_id).collect(),
    };
    Ok((held, papers))
}

/// The livestreams before which a registration was reported, as the operator or as one who appears.
async fn sessions(app: &App, id: RegistrationId) -> Result<Vec<SessionHeld>, Error> {
    let named = live_session::streamer::with(id).all(&app.db).await?;
    let named = live_session::by_ids(named.into_iter().map(|one| one.session_id));
    let mut rows = live_session::all_of([id]).all(&app.db).await?;
    rows.extend(named.all(&app.db).await?);
    rows.sort_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    let held = rows.into_iter().map(|row| SessionHeld {
        account: row.account,
        starts_at: row.starts_at,
        reported_at: row.reported_at,
    });
    Ok(held.collect())
}

/// The filings that hold a registration, and their files.
async fn filings(
    app: &App,
    registration: &registration::Model,
) -> Result<(Vec<Filing>, Vec<FileId>), Error> {
    let of_platform = submission::all_of(registration.platform_key);
    let mut filings = Vec::new();
    let mut with_it = Vec::new();
    for filing in of_platform.all(&app.db).await? {
        let frozen = submission::row::one(filing.id, registration.id);
        let Some(row) = frozen.one(&app.db).await? else {
            continue;
        };
        with_it.push(filing.id);
        filings.push(Filing {
            report: filing.report,
            window: filing.window,
            kind: filing.kind,
            state: filing.state,
            recipient: filing.recipient,
            filed_at: filing.filed_at,
            revision: row.revision,
            row: row.state,
        });
    }
    let papers = document::of_submissions(with_it).all(&app.db).await?;
    Ok((filings, papers.into_iter().map(|file| file.id).collect()))
}

/// What the audit says of these ids, newest first.
async fn audit_of(
    app: &App,
    (party, about): (PartyId, &BTreeSet<String>),
    names: &Names,
) -> Result<Vec<AuditLine>, Error> {
    let entries = audit::about(party, about).all(&app.db).await?.into_iter();
    let line = |entry: audit::Model| AuditLine {
        at: entry.at,
        outcome: entry.outcome,
        by: entry.client_id.map(|id| names.client(id)),
        detail: serde_json::from_str(&entry.detail).unwrap_or_default(),
        purpose: entry.purpose,
        operation: entry.operation,
    };
    Ok(entries.map(line).collect())
}
