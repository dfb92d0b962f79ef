//! `clearForLive`: one question before a livestream, answered with a verdict, every reason and a signed record. Everything is
//! read in one moment of the database; the entry in the audit stands before the answer is given, and nothing else is written.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::facts::Facts;
use entity::id::{PartyId, PlatformId, RegistrationId};
use entity::kind::FailedTraining;
use entity::problem::{Finding, ProblemCode};
use rules::live::gate::{Decision, Moment, Policy, Presenter, Room, Streamer, Subject, decide};
use rules::training::Failing;
use sea_orm::DatabaseTransaction;
use serde_json::json;
use uuid::Uuid;

use super::load::{self, Known, Report, Runners};
use super::named::{Named, named};
use super::record::{Reason, Record, Shown, Who, hashed, instant, sign};
use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::auth::Caller;
use crate::clock::{day_begins, legal_day};
use crate::db;
use crate::error::Error;
use crate::registry::party_link::PartyRef;
use crate::scope::Scope;

/// The deed, by its contract name.
const OPERATION: &str = "clearForLive";

/// Asks whether a livestream may begin.
#[derive(Clone, Debug)]
pub struct ClearForLive {
    /// The platform; a platform's own where none is named.
    pub platform: Option<PlatformId>,
    /// 直播账号.
    pub account: String,
    /// Who appears.
    pub streamers: Vec<PartyRef>,
    /// When it begins; now where no moment is named.
    pub at: Option<DateTime<Utc>>,
}

/// A synthetic presenter of the livestream and the operator that answers for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appearing {
    /// The name it is shown under.
    pub name: String,
    /// The operator's registration.
    pub operator: RegistrationId,
}

/// What the gate answers; without a verdict the question itself was refused.
#[derive(Clone, Debug, Default)]
pub struct Cleared {
    /// Whether it may begin.
    pub allowed: Option<bool>,
    /// Every reason, and what is only good to know.
    pub reasons: Vec<Finding>,
    /// The signed record.
    pub record: Option<String>,
    /// How long an ALLOW holds.
    pub valid_until: Option<DateTime<Utc>>,
    /// Who appears and is no person.
    pub presenters: Vec<Appearing>,
    /// What is wrong with the question.
    pub findings: Vec<Finding>,
}

/// Answers whether a livestream may begin.
pub async fn clear(app: &App, caller: &Caller, asked: ClearForLive) -> Result<Cleared, Error> {
    caller.needs(Scope::RegistryRead)?;
    let question = match parse(app, caller, &asked) {
        Ok(question) => question,
        Err(findings) => return refused(app, caller, findings).await,
    };
    let tx = db::begin_snapshot(&app.db, caller.reach()).await?;
    let loaded = load(app, caller, &question, &asked.streamers, &tx).await?;
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(findings) => {
            tx.rollback().await?;
            return refused(app, caller, findings).await;
        }
    };
    let policy = policy(app, &question, &loaded, &tx).await?;
    tx.rollback().await?;
    answer(app, caller, &question, (loaded, policy)).await
}

/// A question that can be answered.
struct Question {
    platform: PlatformId,
    account: String,
    at: DateTime<Utc>,
    day: NaiveDate,
}

fn parse(app: &App, caller: &Caller, asked: &ClearForLive) -> Result<Question, Vec<Finding>> {
    let mut found = Vec::new();
    let platform = super::own_platform(caller, asked.platform)
        .map_err(|finding| found.push(finding))
        .ok();
    let account = super::account(app, &asked.account, &mut found);
    found.extend(super::sized(app, asked.streamers.len()));
    let now = app.now();
    let at = asked.at.unwrap_or(now);
    let ahead = TimeDelta::minutes(app.settings.live.ahead_minutes.into());
    let range = (now - super::beside(app), now + ahead);
    found.extend(super::within((at, "at"), range));
    match (platform, account) {
        (Some(platform), Some(account)) if found.is_empty() => Ok(Question {
            platform,
            account,
            at,
            day: legal_day(at),
        }),
        _ => Err(found),
    }
}

async fn refused(app: &App, caller: &Caller, findings: Vec<Finding>) -> Result<Cleared, Error> {
    let codes: Vec<_> = findings.iter().map(|found| found.code.as_str()).collect();
    let entry = Entry {
        operation: OPERATION,
        outcome: Outcome::Refused,
        subjects: Vec::new(),
        detail: json!({ "problems": codes }),
        party: None,
        purpose: None,
    };
    audit::observe(app, caller, entry).await?;
    Ok(Cleared {
        findings,
        ..Cleared::default()
    })
}

/// All that is known of a room and of whom it is asked for.
struct Loaded {
    runners: Runners,
    known: HashMap<RegistrationId, Known>,
    /// In the order of the question: the party, and its registration as a streamer.
    asked: Vec<(Option<PartyId>, Option<RegistrationId>)>,
    of_room: HashSet<RegistrationId>,
    report: Option<Report>,
    against: HashMap<PartyId, Vec<Finding>>,
    measures: HashMap<RegistrationId, Vec<Finding>>,
}

async fn load(
    app: &App,
    caller: &Caller,
    question: &Question,
    streamers: &[PartyRef],
    tx: &DatabaseTransaction,
) -> Result<Result<Loaded, Vec<Finding>>, Error> {
    let Some(runners) = load::runners(tx, question.platform, &question.account).await? else {
        let unknown = Finding::error(ProblemCode::AccountUnknown).inside("account");
        return Ok(Err(vec![unknown]));
    };
    let parties = match whole(named(app, caller, tx, streamers).await?) {
        Ok(parties) => parties,
        Err(findings) => return Ok(Err(findings)),
    };
    let rows = load::streamers(tx, question.platform, parties.iter().flatten().copied()).await?;
    let by_party: HashMap<PartyId, RegistrationId> =
        rows.iter().map(|row| (row.party_id, row.id)).collect();
    let asked: Vec<_> = parties
        .into_iter()
        .map(|party| (party, party.and_then(|party| by_party.get(&party).copied())))
        .collect();
    let ids: Vec<RegistrationId> = by_party.values().copied().collect();
    let operators: Vec<PartyId> = runners.open.iter().map(|row| row.party_id).collect();
    let mut of_room = load::of_room(tx, question.platform, &ids, &operators).await?;
    // Whoever runs the room is in it without a tie to the own registration.
    of_room.extend(operators.iter().filter_map(|party| by_party.get(party)));
    let room = (question.platform, question.account.as_str());
    let report = load::report(app, tx, room, question.at, &ids).await?;
    // Who is named by a bare id and is not in this book is out of sight: nothing is told of that party.
    let named = asked
        .iter()
        .zip(streamers)
        .filter_map(|((party, own), by)| {
            let seen = own.is_some() || matches!(by, PartyRef::Identity(_));
            party.filter(|_| seen)
        });
    let last = runners.last.iter().map(|row| row.party_id);
    let judged: BTreeSet<PartyId> = named.chain(operators).chain(last).collect();
    let everybody = runners.open.iter().cloned().chain(rows).collect();
    let on = (question.platform, question.day);
    let known = load::known(app, tx, everybody, question.day).await?;
    Ok(Ok(Loaded {
        measures: load::measures(app, tx, on, &known).await?,
        known,
        against: load::listed(app, tx, on, judged).await?,
        runners,
        asked,
        of_room,
        report,
    }))
}

/// The parties, or what is wrong with the numbers, each at its place.
fn whole(named: Vec<Named>) -> Result<Vec<Option<PartyId>>, Vec<Finding>> {
    let mut parties = Vec::with_capacity(named.len());
    let mut found = Vec::new();
    for (index, one) in named.into_iter().enumerate() {
        match one {
            Ok(party) => parties.push(party),
            Err(findings) => {
                let placed = findings
                    .into_iter()
                    .map(|f| f.item(index).inside("streamers"));
                found.extend(placed);
            }
        }
    }
    if found.is_empty() {
        Ok(parties)
    } else {
        Err(found)
    }
}

/// How the edition's leeway is used: the platform is asked only where somebody failed and the edition leaves it to it.
async fn policy(
    app: &App,
    question: &Question,
    loaded: &Loaded,
    tx: &DatabaseTransaction,
) -> Result<Policy, Error> {
    let left_to_it = |known: &Known| {
        let training = app.edition().training(known.facts().kind());
        known.trained.failed.is_some()
            && training.is_some_and(|training| training.failing == Some(Failing::Forbidden))
    };
    let failed_training = if loaded.known.values().any(left_to_it) {
        load::failed_training(app, tx, question.platform).await?
    } else {
        FailedTraining::Warn
    };
    Ok(Policy {
        failed_training,
        notice_days: app.settings.law.notice_days.into(),
    })
}

async fn answer(
    app: &App,
    caller: &Caller,
    question: &Question,
    (loaded, policy): (Loaded, Policy),
) -> Result<Cleared, Error> {
    let presenters = loaded.presenters(&question.account);
    let moment = Moment {
        day: question.day,
        told: super::told(question.at),
        minutes: app.settings.live.report_minutes,
    };
    let decision = decide(app.edition(), policy, &moment, &loaded.room(&presenters));
    let valid_until = valid_until(app, question, &decision);
    let id = app.id::<Uuid>();
    let record = loaded.record(app, question, (&decision, &presenters), (id, valid_until));
    let record = sign(app, &record)?;
    audit::observe(app, caller, loaded.entry(&decision, id)).await?;
    Ok(Cleared {
        allowed: Some(decision.allows()),
        reasons: decision.reasons,
        record: Some(record),
        valid_until,
        presenters: presenters.into_iter().map(|(one, _)| one).collect(),
        findings: Vec::new(),
    })
}

/// How long an ALLOW holds: for the time of the setting from its moment on, and not beyond its legal day, because terms,
/// verifications, trainings and ages are judged by days.
fn valid_until(app: &App, question: &Question, decision: &Decision) -> Option<DateTime<Utc>> {
    let minutes = TimeDelta::minutes(app.settings.live.valid_minutes.into());
    let until = question.at + minutes;
    let midnight = question.day.succ_opt().map(day_begins);
    decision
        .allows()
        .then(|| midnight.map_or(until, |midnight| until.min(midnight)))
}

impl Loaded {
    /// Who appears and is no person, and whether that operator declares it now: as reported, else as declared for the room.
    fn presenters(&self, account: &str) -> Vec<(Appearing, bool)> {
        let open = |operator: &RegistrationId| {
            let facts = self.known.get(operator).map(Known::facts);
            let Some(Facts::Operator(facts)) = facts else {
                return Vec::new();
            };
            let of_room = facts.presenters.iter().filter(|one| {
                one.is_open() && one.account.as_deref().is_none_or(|room| room == account)
            });
            of_room.map(|one| one.name.clone()).collect()
        };
        if let Some(report) = &self.report {
            let shown = report.presenters.iter().map(|one| {
                let runs = self.runners.open.iter().any(|row| row.id == one.operator);
                let declared = runs && open(&one.operator).contains(&one.name);
                let appearing = Appearing {
                    name: one.name.clone(),
                    operator: one.operator,
                };
                (appearing, declared)
            });
            return shown.collect();
        }
        let declared = self.runners.open.iter().flat_map(|row| {
            let operator = row.id;
            let all = open(&operator).into_iter();
            all.map(move |name| (Appearing { name, operator }, true))
        });
        declared.collect()
    }

    fn subject<'a>(&'a self, known: &'a Known) -> Subject<'a> {
        let row = &known.standing.row;
        Subject {
            registration: row.id,
            status: row.status,
            closed_on: row.closed_on,
            verified_on: row.last_verified(),
            facts: known.facts(),
            identity: &known.identity,
            trained: known.trained,
            against: [self.against_of(known.party()), self.measures_of(row.id)].concat(),
        }
    }

    fn against_of(&self, party: PartyId) -> Vec<Finding> {
        self.against.get(&party).cloned().unwrap_or_default()
    }

    fn measures_of(&self, registration: RegistrationId) -> Vec<Finding> {
        let found = self.measures.get(&registration);
        found.cloned().unwrap_or_default()
    }

    fn room(&self, presenters: &[(Appearing, bool)]) -> Room<'_> {
        let known = |id: &RegistrationId| self.known.get(id);
        let streamer = |(party, id): &(Option<PartyId>, Option<RegistrationId>)| {
            let Some(one) = id.as_ref().and_then(known) else {
                return Err(party
                    .map(|party| self.against_of(party))
                    .unwrap_or_default());
            };
            let reports = |report: &Report| report.names.contains(&one.id());
            Ok(Streamer {
                subject: self.subject(one),
                of_room: self.of_room.contains(&one.id()),
                reported: self.report.as_ref().is_some_and(reports),
            })
        };
        let open = self.runners.open.iter();
        let last = self.runners.last.as_ref();
        Room {
            operators: open
                .filter_map(|row| Some(self.subject(self.known.get(&row.id)?)))
                .collect(),
            closed_on: last.and_then(|row| row.closed_on),
            against: last.map_or_else(Vec::new, |row| self.against_of(row.party_id)),
            reported: self.report.is_some(),
            streamers: self.asked.iter().map(streamer).collect(),
            presenters: presenters
                .iter()
                .map(|(one, declared)| Presenter {
                    name: one.name.clone(),
                    declared: *declared,
                })
                .collect(),
        }
    }

    fn record<'a>(
        &self,
        app: &'a App,
        question: &Question,
        (decision, presenters): (&Decision, &[(Appearing, bool)]),
        (id, valid_until): (Uuid, Option<DateTime<Utc>>),
    ) -> Record<'a> {
        let now = app.now();
        let operator = |row: &entity::registration::Model| Who {
            registration: Some(row.id),
            party: Some(row.party_id),
        };
        // Whether somebody who is not in this book is known elsewhere is not told.
        let streamer = |(party, registration): &(Option<PartyId>, Option<RegistrationId>)| Who {
            registration: *registration,
            party: party.filter(|_| registration.is_some()),
        };
        let shown = |(one, _): &(Appearing, bool)| Shown {
            name: hashed(id, &one.name),
            responsible_operator: one.operator,
        };
        Record {
            iss: app.settings.server.public_url.as_deref(),
            jti: id,
            iat: now.timestamp(),
            exp: valid_until.map(|until| until.timestamp()),
            verdict: if decision.allows() { "ALLOW" } else { "DENY" },
            reasons: decision.reasons.iter().map(Reason::of).collect(),
            platform: question.platform,
            account: hashed(id, &question.account),
            at: instant(question.at),
            as_of: instant(now),
            valid_until: valid_until.map(instant),
            edition: app.edition_id().as_str(),
            session: self.report.as_ref().map(|report| report.id),
            operators: self.runners.open.iter().map(operator).collect(),
            streamers: self.asked.iter().map(streamer).collect(),
            presenters: presenters.iter().map(shown).collect(),
        }
    }

    /// One entry for the question: every registration that was judged, the verdict and its codes.
    fn entry(&self, decision: &Decision, record: Uuid) -> Entry {
        let operators = self.runners.open.iter().map(|row| row.id.to_string());
        let streamers = self.asked.iter().filter_map(|(party, registration)| {
            let named = registration.map(|id| id.to_string());
            named.or_else(|| party.map(|id| id.to_string()))
        });
        let codes: Vec<_> = decision.reasons.iter().map(|r| r.code.as_str()).collect();
        Entry {
            operation: OPERATION,
            outcome: Outcome::Read,
            subjects: operators.chain(streamers).collect(),
            detail: json!({
                "verdict": if decision.allows() { "ALLOW" } else { "DENY" },
                "reasons": codes,
                "record": record,
            }),
            party: None,
            purpose: None,
        }
    }
}
