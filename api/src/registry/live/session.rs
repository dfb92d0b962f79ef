//! `reportLiveSession`: the operator's own report before each livestream, entered through the platform (Order 117 Art. 28).
//! What stands against the livestream is not judged here: a report says who will appear.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use entity::facts::Facts;
use entity::id::{LiveSessionId, PartyId, PlatformId, RegistrationId};
use entity::kind::SubjectKind;
use entity::live_session::{self, Presented, presenters_place, streamer};
use entity::problem::{Finding, ProblemCode};
use entity::registration;
use sea_orm::{ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::load::{self, Runners, stands};
use super::named::named;
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::deed::{self, Deed, Recorded};
use crate::registry::parse::NAME;
use crate::registry::party_link::PartyRef;
use crate::registry::registration::book::standing;
use crate::registry::text::words;
use crate::scope::Scope;

/// A synthetic presenter that will appear.
#[derive(Clone, Debug, Serialize)]
pub struct PresenterNamed {
    /// The name it is shown under.
    pub name: String,
    /// The operator that answers for it; the one that reports where none is named.
    pub operator: Option<PartyRef>,
}

/// Reports a livestream that is about to begin.
#[derive(Clone, Debug, Serialize)]
pub struct ReportLiveSession {
    /// The platform; a platform's own where none is named.
    pub platform: Option<PlatformId>,
    /// 直播账号.
    pub account: String,
    /// The operator that reports; the holder of the account where none is named.
    pub operator: Option<PartyRef>,
    /// Who will appear.
    pub streamers: Vec<PartyRef>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// Who will appear and is no person.
    pub presenters: Vec<PresenterNamed>,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// What came of a report.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Reported {
    /// The report, if it was taken.
    pub session: Option<LiveSessionId>,
    /// Whose registrations it names.
    pub named: Vec<RegistrationId>,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Recorded for Reported {
    fn wrote(&self) -> bool {
        self.session.is_some()
    }

    fn subjects(&self) -> Vec<String> {
        let session = self.session.iter().map(ToString::to_string);
        session
            .chain(self.named.iter().map(ToString::to_string))
            .collect()
    }

    fn detail(&self) -> Value {
        let codes: Vec<_> = self.findings.iter().map(|f| f.code.as_str()).collect();
        json!({ "streamers": self.named.len().saturating_sub(1), "problems": codes })
    }
}

/// Takes a report.
pub async fn report(
    app: &App,
    caller: &Caller,
    command: ReportLiveSession,
) -> Result<Reported, Error> {
    caller.needs(Scope::RegistryWrite)?;
    let deed = Deed {
        operation: "reportLiveSession",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let reported = match judge(app, caller, command, &tx).await? {
                Ok(report) => write(app, caller, report, &tx).await?,
                Err(findings) => Reported {
                    findings,
                    ..Reported::default()
                },
            };
            Ok((reported, tx))
        }
    };
    deed::run(app, caller, &deed, &command, work).await
}

/// A report that can be taken.
struct Report {
    platform: PlatformId,
    account: String,
    operator: RegistrationId,
    streamers: BTreeSet<RegistrationId>,
    presenters: Vec<Presented>,
    starts_at: DateTime<Utc>,
}

async fn judge(
    app: &App,
    caller: &Caller,
    command: &ReportLiveSession,
    tx: &DatabaseTransaction,
) -> Result<Result<Report, Vec<Finding>>, Error> {
    let mut found = Vec::new();
    let platform = super::own_platform(caller, command.platform)
        .map_err(|finding| found.push(finding))
        .ok();
    let account = super::account(app, &command.account, &mut found);
    found.extend(super::sized(app, command.streamers.len()));
    if command.presenters.len() > app.settings.live.streamers {
        let many = Finding::error(ProblemCode::TooMany);
        let many = many.with("max", app.settings.live.streamers.to_string());
        found.push(many.inside("presenters"));
    }
    let names = names(app, command, &mut found);
    let now = app.now();
    let ahead = TimeDelta::hours(app.settings.live.report_ahead_hours.into());
    let range = (now - super::beside(app), now + ahead);
    found.extend(super::within((command.starts_at, "startsAt"), range));
    let (Some(platform), Some(account), true) = (platform, account, found.is_empty()) else {
        return Ok(Err(found));
    };
    let Some(runners) = load::runners(tx, platform, &account).await? else {
        let unknown = Finding::error(ProblemCode::AccountUnknown);
        return Ok(Err(vec![unknown.inside("account")]));
    };
    let streamers = streamers(app, caller, (platform, command), tx, &mut found).await?;
    let Some(operator) = operator(app, caller, (&runners, command), tx, &mut found).await? else {
        return Ok(Err(found));
    };
    let room = (&runners, operator, account.as_str());
    let asked = (command, names.as_slice());
    let presenters = presenters(app, caller, (room, asked), tx, &mut found).await?;
    if !found.is_empty() {
        return Ok(Err(found));
    }
    Ok(Ok(Report {
        platform,
        account,
        operator,
        streamers,
        presenters,
        starts_at: command.starts_at,
    }))
}

/// Whoever reports: the holder, or the operator that is named, if it runs the room.
async fn operator(
    app: &App,
    caller: &Caller,
    (runners, command): (&Runners, &ReportLiveSession),
    tx: &DatabaseTransaction,
    found: &mut Vec<Finding>,
) -> Result<Option<RegistrationId>, Error> {
    let Some(reference) = &command.operator else {
        let first = runners.open.first().map(|row| row.id);
        if first.is_none() {
            let nobody = Finding::error(ProblemCode::NotRegistered);
            let nobody = nobody.with("subject", SubjectKind::Operator.as_str());
            found.push(nobody.inside("account"));
        }
        return Ok(first);
    };
    let mut all = named(app, caller, tx, std::slice::from_ref(reference)).await?;
    match all.pop() {
        Some(Err(findings)) => found.extend(findings.into_iter().map(|f| f.inside("operator"))),
        Some(Ok(Some(party))) if runs(runners, party).is_some() => {
            return Ok(runs(runners, party));
        }
        _ => found.push(Finding::error(ProblemCode::NotOfRoom).inside("operator")),
    }
    Ok(None)
}

fn runs(runners: &Runners, party: PartyId) -> Option<RegistrationId> {
    let mut open = runners.open.iter();
    open.find(|row| row.party_id == party).map(|row| row.id)
}

/// The registrations of those who will appear.
async fn streamers(
    app: &App,
    caller: &Caller,
    (platform, command): (PlatformId, &ReportLiveSession),
    tx: &DatabaseTransaction,
    found: &mut Vec<Finding>,
) -> Result<BTreeSet<RegistrationId>, Error> {
    let parties = named(app, caller, tx, &command.streamers).await?;
    let known = parties
        .iter()
        .filter_map(|one| one.as_ref().ok().copied().flatten());
    let rows = load::streamers(tx, platform, known).await?;
    let rows: HashMap<PartyId, registration::Model> =
        rows.into_iter().map(|row| (row.party_id, row)).collect();
    let mut streamers = BTreeSet::new();
    for (index, one) in parties.into_iter().enumerate() {
        let row = one.map(|party| party.and_then(|party| rows.get(&party)));
        let findings = match row {
            Err(findings) => findings,
            Ok(None) => {
                let nobody = Finding::error(ProblemCode::NotRegistered);
                vec![nobody.with("subject", SubjectKind::Streamer.as_str())]
            }
            Ok(Some(row)) if stands(row) => {
                streamers.insert(row.id);
                continue;
            }
            Ok(Some(row)) => {
                let closed = Finding::error(ProblemCode::RegistrationClosed);
                let closed = closed.with("registration", row.id.to_string());
                vec![match row.closed_on {
                    Some(on) => closed.with("date", on.to_string()),
                    None => closed,
                }]
            }
        };
        let placed = findings
            .into_iter()
            .map(|f| f.item(index).inside("streamers"));
        found.extend(placed);
    }
    Ok(streamers)
}

/// The names of presenters, each refused at its place where it is none.
fn names(app: &App, command: &ReportLiveSession, found: &mut Vec<Finding>) -> Vec<String> {
    let mut names = Vec::with_capacity(command.presenters.len());
    for (index, one) in command.presenters.iter().enumerate() {
        match words(&one.name, NAME, app.today()) {
            Ok(name) => names.push(name),
            Err(finding) => found.push(placed(finding, (index, "name"))),
        }
    }
    names
}

/// A finding at a field of a presenter.
fn placed(finding: Finding, (index, field): (usize, &'static str)) -> Finding {
    finding.inside(field).item(index).inside("presenters")
}

/// The presenters, each as the operator that answers for it declares it for this room.
async fn presenters(
    app: &App,
    caller: &Caller,
    ((runners, operator, account), (command, names)): (
        (&Runners, RegistrationId, &str),
        (&ReportLiveSession, &[String]),
    ),
    tx: &DatabaseTransaction,
    found: &mut Vec<Finding>,
) -> Result<Vec<Presented>, Error> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let given = command.presenters.iter();
    let references: Vec<PartyRef> = given.filter_map(|one| one.operator.clone()).collect();
    let mut answers = named(app, caller, tx, &references).await?.into_iter();
    let declared = declared(app, tx, (runners, account)).await?;
    let mut presenters = Vec::with_capacity(names.len());
    for (index, (one, name)) in command.presenters.iter().zip(names).enumerate() {
        let answers_for = match one.operator.as_ref().and_then(|_| answers.next()) {
            None => Ok(Some(operator)),
            Some(answer) => answer.map(|party| party.and_then(|party| runs(runners, party))),
        };
        let at = (index, "responsibleOperator");
        let operator = match answers_for {
            Ok(Some(operator)) => operator,
            Ok(None) => {
                found.push(placed(Finding::error(ProblemCode::NotOfRoom), at));
                continue;
            }
            Err(findings) => {
                found.extend(findings.into_iter().map(|finding| placed(finding, at)));
                continue;
            }
        };
        let name = name.clone();
        if declared.contains(&(operator, name.clone())) {
            presenters.push(Presented { name, operator });
        } else {
            let undeclared = Finding::error(ProblemCode::PresenterUndeclared);
            found.push(placed(undeclared.with("name", name), (index, "name")));
        }
    }
    Ok(presenters)
}

/// What the operators of a room declare for it now.
async fn declared(
    app: &App,
    tx: &DatabaseTransaction,
    (runners, account): (&Runners, &str),
) -> Result<BTreeSet<(RegistrationId, String)>, Error> {
    let mut declared = BTreeSet::new();
    for standing in standing(app, tx, runners.open.clone()).await? {
        let Facts::Operator(facts) = &standing.facts else {
            continue;
        };
        let open = facts.presenters.iter().filter(|one| {
            one.is_open() && one.account.as_deref().is_none_or(|room| room == account)
        });
        declared.extend(open.map(|one| (standing.row.id, one.name.clone())));
    }
    Ok(declared)
}

async fn write(
    app: &App,
    caller: &Caller,
    report: Report,
    tx: &DatabaseTransaction,
) -> Result<Reported, Error> {
    let id: LiveSessionId = app.id();
    let row = live_session::Model {
        id,
        platform_id: report.platform,
        account: report.account,
        operator_id: report.operator,
        starts_at: report.starts_at,
        reported_at: app.now(),
        reported_by: caller.client.id,
        presenters: app
            .vault
            .seal_json(presenters_place(id), &report.presenters)?,
    };
    live_session::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    let streamers = report.streamers.iter().map(|registration_id| {
        let row = streamer::Model {
            session_id: id,
            registration_id: *registration_id,
        };
        row.into_active_model().reset_all()
    });
    streamer::Entity::insert_many(streamers)
        .exec_without_returning(tx)
        .await?;
    let named = std::iter::once(report.operator).chain(report.streamers);
    Ok(Reported {
        session: Some(id),
        named: named.collect(),
        findings: Vec::new(),
    })
}
