//! 处置要求: an office asks a platform that is domiciled in its territory to act against somebody, by a day and with proof; the
//! platform answers once (Order 117 Art. 50). A market office names a registration that it sees; whoever sees none names a
//! live account, which the public sees too.

use std::collections::{BTreeSet, HashSet};

use chrono::NaiveDate;
use entity::disposition::demand::{self, Answer, Asked, Viewer, answer_place, asked_place};
use entity::id::{DemandId, DispositionId, FileId, PlatformId, RegistrationId};
use entity::kind::{DispositionKind, RecordSource};
use entity::problem::{Finding, ProblemCode};
use entity::{account, disposition, registration};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait as _, DatabaseTransaction, EntityTrait as _,
    FromQueryResult as _, IntoActiveModel as _, QuerySelect as _,
};
use serde::Serialize;

use super::{Done, FACTS, short, text};
use crate::app::App;
use crate::auth::{Caller, MeasuringOffice};
use crate::clock::legal_day;
use crate::error::Error;
use crate::registry::audit::change;
use crate::registry::deed::{self, Deed};
use crate::registry::evidence;
use crate::registry::registration::book::standing;
use crate::registry::text::identifier;
use crate::scope::Scope;

/// The longest account number, in characters.
const ACCOUNT: usize = 200;

/// How the subject of a demand is named.
#[derive(Clone, Debug, Serialize)]
pub enum Subject {
    /// By a registration in sight; none when the id cannot be one.
    Registration(Option<RegistrationId>),
    /// By an account that is held on a platform now.
    Account {
        /// The platform; none when the id cannot be one.
        platform: Option<PlatformId>,
        /// The account's number.
        number: String,
    },
}

/// Makes a demand.
#[derive(Clone, Debug, Serialize)]
pub struct MakeDemand {
    /// Against whom.
    pub subject: Subject,
    /// The measures that are asked for.
    pub kinds: Vec<DispositionKind>,
    /// The last day for the answer.
    pub due_on: NaiveDate,
    /// 事实.
    pub facts: String,
    /// The proof: the caller's own uploads.
    pub evidence: Vec<Option<FileId>>,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Answers a demand.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerDemand {
    /// Which; none when the id cannot be one.
    pub demand: Option<DemandId>,
    /// What was done, or why nothing was.
    pub answer: String,
    /// The measures that answer it, of the caller's own.
    pub dispositions: Vec<Option<DispositionId>>,
    /// The proof: the caller's own uploads.
    pub evidence: Vec<Option<FileId>>,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Makes a demand of a platform in the office's territory.
pub async fn make(app: &App, caller: &Caller, command: MakeDemand) -> Result<Done, Error> {
    let office = caller.measuring_office()?;
    let deed = Deed {
        operation: "demandDisposition",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let done = make_in(app, office, command, &tx).await?;
            Ok((done, tx))
        }
    };
    deed::run(app, caller, &deed, &command, work).await
}

async fn make_in(
    app: &App,
    office: MeasuringOffice<'_>,
    command: &MakeDemand,
    tx: &DatabaseTransaction,
) -> Result<Done, Error> {
    let caller = office.caller;
    let row = match find(app, caller, &command.subject, tx).await? {
        Ok(row) => row,
        Err(finding) => return Ok(Done::refused(vec![finding.inside("subject")])),
    };
    let mut found = judge(app, office, command, &row);
    let facts = text(&command.facts, FACTS, "facts", &mut found);
    match short(&command.evidence, "evidence") {
        Some(many) => found.push(many),
        None => found.extend(evidence::judge(app, caller, tx, &command.evidence).await?),
    }
    if !found.is_empty() {
        return Ok(Done::refused(found));
    }
    let named = standing(app, tx, vec![row.clone()]).await?;
    let files: BTreeSet<FileId> = command.evidence.iter().flatten().copied().collect();
    let asked = Asked {
        name: named
            .first()
            .map_or_else(String::new, |it| change::name(&it.facts)),
        facts,
        evidence: files.iter().copied().collect(),
    };
    let id: DemandId = app.id();
    // A measure that is named twice is demanded once.
    let mut kinds: Vec<_> = command.kinds.iter().map(|kind| kind.as_str()).collect();
    let mut named = HashSet::new();
    kinds.retain(|kind| named.insert(*kind));
    let made = demand::Model {
        id,
        office_id: office.office.id,
        platform_id: row.platform_key,
        party_id: row.party_id,
        registration_id: row.id,
        role: row.kind,
        kinds: kinds.join(" "),
        asked: app.vault.seal_json(asked_place(id), &asked)?,
        due_on: command.due_on,
        demanded_at: app.now(),
        demanded_by: caller.client.id,
        answered_at: None,
        answered_by: None,
        answer: None,
    };
    demand::Entity::insert(made.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    let uses = files.into_iter().map(|file| (file, id.0)).collect();
    evidence::mark_used(app, tx, uses).await?;
    Ok(Done {
        changed: true,
        demand: Some(id),
        touched: vec![row.id.0, row.party_id.0],
        kinds: command.kinds.clone(),
        ..Done::default()
    })
}

/// What stands against a demand, its subject apart.
fn judge(
    app: &App,
    office: MeasuringOffice<'_>,
    command: &MakeDemand,
    row: &registration::Model,
) -> Vec<Finding> {
    let mut found = Vec::new();
    let edition = app.edition();
    // What an office found itself stands in no platform's book: there is nobody who could take the measure there.
    let surveyed = row.source == RecordSource::Survey && row.platform().is_some();
    if surveyed || !edition.demand.allows(office.office.authority, row.kind) {
        found.push(Finding::error(ProblemCode::DemandNotAllowed).inside("subject"));
        return found;
    }
    if command.kinds.is_empty() {
        found.push(Finding::error(ProblemCode::Empty).inside("kinds"));
    }
    if command.kinds.len() > DispositionKind::ALL.len() {
        let many = Finding::error(ProblemCode::TooMany);
        let many = many.with("max", DispositionKind::ALL.len().to_string());
        found.push(many.inside("kinds"));
        return found;
    }
    let ladder = edition.ladder(row.kind);
    for (index, kind) in command.kinds.iter().enumerate() {
        if ladder.is_none_or(|ladder| ladder.rung(*kind).is_none()) {
            let absent = Finding::error(ProblemCode::DispositionNotOffered);
            let absent = absent.with("measure", kind.as_str());
            found.push(absent.item(index).inside("kinds"));
        }
    }
    let today = app.today();
    if command.due_on < today {
        let early = Finding::error(ProblemCode::DateOrder).with("date", today.to_string());
        found.push(early.inside("dueOn"));
    }
    found
}

/// The registration that a demand names, on a platform that reports to the caller.
async fn find(
    app: &App,
    caller: &Caller,
    subject: &Subject,
    tx: &DatabaseTransaction,
) -> Result<Result<registration::Model, Finding>, Error> {
    let absent = |field: &'static str| Finding::error(ProblemCode::NotFound).inside(field);
    let (row, field) = match subject {
        Subject::Registration(None) => (None, "registration"),
        Subject::Registration(Some(id)) => {
            let seen = registration::one_seen_by(&caller.sight, *id);
            (seen.one(tx).await?, "registration")
        }
        Subject::Account { platform, number } => {
            let number = match identifier(number, ACCOUNT, app.today()) {
                Ok(number) => number,
                Err(finding) => return Ok(Err(finding.inside("accountNumber").inside("account"))),
            };
            // Whose platform reports elsewhere is not looked for, so that a foreign one takes what an absent one takes.
            let own = platform.filter(|id| caller.sight.measures.contains(id));
            (held(own, number, tx).await?, "account")
        }
    };
    let told = row.filter(|row| caller.sight.measures.contains(&row.platform_key));
    Ok(told.ok_or_else(|| absent(field)))
}

/// The registration that holds an account now.
async fn held(
    platform: Option<PlatformId>,
    number: String,
    tx: &DatabaseTransaction,
) -> Result<Option<registration::Model>, Error> {
    let Some(platform) = platform else {
        return Ok(None);
    };
    let statement = account::holding(platform, [number], tx.get_database_backend());
    let held = tx.query_one_raw(statement).await?;
    let held = held
        .map(|row| account::Held::from_query_result(&row, ""))
        .transpose()?;
    let ties = account::by_ids(held.and_then(|held| held.id))
        .all(tx)
        .await?;
    let ids = ties.iter().map(|tie| tie.registration_id);
    Ok(registration::named(ids).one(tx).await?)
}

/// Answers a demand of which the caller's platform is asked.
pub async fn answer(app: &App, caller: &Caller, command: AnswerDemand) -> Result<Done, Error> {
    caller.needs(Scope::DispositionImpose)?;
    let deed = Deed {
        operation: "answerDispositionDemand",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let done = answer_in(app, caller, command, &tx).await?;
            Ok((done, tx))
        }
    };
    deed::run(app, caller, &deed, &command, work).await
}

async fn answer_in(
    app: &App,
    caller: &Caller,
    command: &AnswerDemand,
    tx: &DatabaseTransaction,
) -> Result<Done, Error> {
    let viewer = Viewer {
        sight: &caller.sight,
        office: None,
    };
    let row = match command.demand {
        Some(id) => {
            let seen = demand::one_seen_by(&viewer, id);
            seen.lock_exclusive().one(tx).await?
        }
        None => None,
    };
    let Some(row) = row else {
        return Ok(Done::not_found("demand"));
    };
    let mut found = Vec::new();
    if let Some(at) = row.answered_at {
        let answered = Finding::error(ProblemCode::DemandAnswered);
        let answered = answered.with("date", legal_day(at).to_string());
        found.push(answered.inside("demand"));
    }
    let words = text(&command.answer, FACTS, "answer", &mut found);
    match short(&command.evidence, "evidence") {
        Some(many) => found.push(many),
        None => found.extend(evidence::judge(app, caller, tx, &command.evidence).await?),
    }
    let measures = measures(caller, (&command.dispositions, &row), tx).await?;
    let measures = measures.unwrap_or_else(|findings| {
        found.extend(findings);
        Vec::new()
    });
    if !found.is_empty() {
        return Ok(Done {
            demand: Some(row.id),
            ..Done::refused(found)
        });
    }
    let files: BTreeSet<FileId> = command.evidence.iter().flatten().copied().collect();
    let said = Answer {
        text: words,
        evidence: files.iter().copied().collect(),
    };
    let said = app.vault.seal_json(answer_place(row.id), &said)?;
    let by = (app.now(), caller.client.id);
    demand::answer(row.id, by, said).exec(tx).await?;
    for measure in &measures {
        disposition::answers(*measure, row.id).exec(tx).await?;
    }
    let uses = files.into_iter().map(|file| (file, row.id.0)).collect();
    evidence::mark_used(app, tx, uses).await?;
    Ok(Done {
        changed: true,
        demand: Some(row.id),
        touched: measures.iter().map(|id| id.0).collect(),
        ..Done::default()
    })
}

/// The measures that answer a demand: the caller's own, against the same registration.
async fn measures(
    caller: &Caller,
    (named, demand): (&[Option<DispositionId>], &demand::Model),
    tx: &DatabaseTransaction,
) -> Result<Result<Vec<DispositionId>, Vec<Finding>>, Error> {
    if let Some(many) = short(named, "dispositions") {
        return Ok(Err(vec![many]));
    }
    let wanted: BTreeSet<DispositionId> = named.iter().flatten().copied().collect();
    if named.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    let rows = disposition::some_seen_by(&caller.sight, wanted)
        .all(tx)
        .await?;
    let about = |row: &&disposition::Model| row.registration_id == Some(demand.registration_id);
    let known: BTreeSet<DispositionId> = rows.iter().filter(about).map(|row| row.id).collect();
    let missing = named.iter().enumerate();
    let missing = missing.filter(|(_, id)| !id.is_some_and(|id| known.contains(&id)));
    let missing: Vec<_> = missing
        .map(|(index, _)| {
            let absent = Finding::error(ProblemCode::NotFound);
            absent.item(index).inside("dispositions")
        })
        .collect();
    if missing.is_empty() {
        return Ok(Ok(known.into_iter().collect()));
    }
    Ok(Err(missing))
}
