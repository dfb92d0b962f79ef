//! Taking a measure: a platform against a registration of its own, with all that the edition's ladder asks it to say. The reports
//! that the edition demands come into being with it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::disposition::demand::{self, Viewer};
use entity::disposition::{self, Said, report, said_place};
use entity::id::{ClientId, DemandId, DispositionId, EntryId, PartyId, PlatformId, RegistrationId};
use entity::kind::{DispositionKind, DispositionState, OfficeLevel, SubjectKind};
use entity::platform;
use entity::problem::{Finding, ProblemCode};
use rules::calendar::working_days_after;
use rules::disposition::{Intended, Recipient, Statement};
use sea_orm::{ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _};
use serde::Serialize;

use super::{Done, FACTS, SAID, perhaps, text};
use crate::app::App;
use crate::auth::Caller;
use crate::clock::legal_day;
use crate::error::Error;
use crate::registry::audit::change;
use crate::registry::deed::{self, Deed};
use crate::registry::registration::book::{Book, Standing};
use crate::scope::Scope;

/// Takes a measure.
#[derive(Clone, Debug, Serialize)]
pub struct Impose {
    /// Against which registration; none when the id cannot be one.
    pub registration: Option<RegistrationId>,
    /// Which measure.
    pub kind: DispositionKind,
    /// 事实.
    pub facts: String,
    /// The rule that was broken.
    pub rule: String,
    /// Why this measure and not a lighter one.
    pub proportionality: Option<String>,
    /// 救济途径.
    pub remedy: Option<String>,
    /// What becomes of orders that are not completed.
    pub open_orders: Option<String>,
    /// The first day; today where none is given.
    pub valid_from: Option<NaiveDate>,
    /// The last day.
    pub valid_until: Option<NaiveDate>,
    /// The demand that it answers, if one is named; none within when the id cannot be one.
    pub demand: Option<Option<DemandId>>,
    /// Whether its reports are sent with it.
    pub send: bool,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// A measure as it is written, whoever judged it.
#[derive(Clone, Debug)]
pub struct Imposition {
    /// Whose it is.
    pub platform: PlatformId,
    /// Against whom.
    pub party: PartyId,
    /// Against which registration; none where the party has none on the platform.
    pub registration: Option<RegistrationId>,
    /// In which role.
    pub role: SubjectKind,
    /// Which measure.
    pub kind: DispositionKind,
    /// What is said of it.
    pub said: Said,
    /// The first day.
    pub from: NaiveDate,
    /// The last day; none where it has no end.
    pub until: Option<NaiveDate>,
    /// The listing that it belongs to.
    pub entry: Option<EntryId>,
    /// The demand that it answers.
    pub demand: Option<DemandId>,
    /// Whether its reports are sent with it.
    pub send: bool,
}

/// Takes a measure against a registration of the caller's own.
pub async fn take(app: &App, caller: &Caller, command: Impose) -> Result<Done, Error> {
    caller.needs(Scope::DispositionImpose)?;
    let deed = Deed {
        operation: "imposeDisposition",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let done = take_in(app, caller, command, &tx).await?;
            Ok((done, tx))
        }
    };
    deed::run(app, caller, &deed, &command, work).await
}

async fn take_in(
    app: &App,
    caller: &Caller,
    command: &Impose,
    tx: &DatabaseTransaction,
) -> Result<Done, Error> {
    let book = Book::load(app, caller, command.registration.into_iter(), tx).await?;
    let standing = command.registration.and_then(|id| book.own.get(&id));
    let (Some(standing), Some(platform)) = (standing, caller.platform()) else {
        let absent = book.absent(command.registration).inside("registration");
        return Ok(Done::refused(vec![absent]));
    };
    let mut found = Vec::new();
    let said = said(command, standing, &mut found);
    let from = command.valid_from.unwrap_or_else(|| app.today());
    found.extend(app.edition().check_measure(&Intended {
        subject: standing.row.kind,
        kind: command.kind,
        from,
        until: command.valid_until,
        said: statements(&said),
    }));
    let demand = match command.demand {
        None => None,
        Some(named) => match demanded(caller, named, standing, tx).await? {
            Ok(id) => Some(id),
            Err(finding) => {
                found.push(finding.inside("demand"));
                None
            }
        },
    };
    if !found.is_empty() {
        return Ok(Done::refused(found));
    }
    let imposition = Imposition {
        platform,
        party: standing.row.party_id,
        registration: Some(standing.row.id),
        role: standing.row.kind,
        kind: command.kind,
        said,
        from,
        until: command.valid_until,
        entry: None,
        demand,
        send: command.send,
    };
    let id = impose(app, tx, caller.client.id, &imposition).await?;
    Ok(Done {
        changed: true,
        disposition: Some(id),
        demand,
        touched: vec![standing.row.id.0, standing.row.party_id.0],
        kinds: vec![command.kind],
        ..Done::default()
    })
}

/// What is said of a measure; what is wrong with it is found.
fn said(command: &Impose, standing: &Standing, found: &mut Vec<Finding>) -> Said {
    Said {
        name: change::name(&standing.facts),
        facts: text(&command.facts, FACTS, "facts", found),
        rule: text(&command.rule, SAID, "rule", found),
        proportionality: perhaps(
            command.proportionality.as_deref(),
            SAID,
            "proportionality",
            found,
        ),
        remedy: perhaps(command.remedy.as_deref(), SAID, "remedy", found),
        open_orders: perhaps(command.open_orders.as_deref(), SAID, "openOrders", found),
    }
}

/// Which statements are made. What was given and is unfit is told as such, not as missing.
fn statements(said: &Said) -> BTreeSet<Statement> {
    let made = [
        (Statement::Facts, true),
        (Statement::Proportionality, said.proportionality.is_some()),
        (Statement::Remedy, said.remedy.is_some()),
        (Statement::OpenOrders, said.open_orders.is_some()),
    ];
    let made = made.into_iter().filter(|(_, made)| *made);
    made.map(|(statement, _)| statement).collect()
}

/// The demand that a measure answers, if it is in sight and about the same registration.
async fn demanded(
    caller: &Caller,
    named: Option<DemandId>,
    standing: &Standing,
    tx: &DatabaseTransaction,
) -> Result<Result<DemandId, Finding>, Error> {
    let viewer = Viewer {
        sight: &caller.sight,
        office: None,
    };
    let row = match named {
        Some(id) => demand::one_seen_by(&viewer, id).one(tx).await?,
        None => None,
    };
    let same = row.filter(|row| row.registration_id == standing.row.id);
    Ok(match same {
        None => Err(Finding::error(ProblemCode::NotFound)),
        Some(row) => match row.answered_at {
            None => Ok(row.id),
            Some(at) => {
                let answered = Finding::error(ProblemCode::DemandAnswered);
                Err(answered.with("date", legal_day(at).to_string()))
            }
        },
    })
}

/// Writes a measure and the reports that the edition demands of it, in the transaction of the deed that judged it.
pub async fn impose(
    app: &App,
    tx: &DatabaseTransaction,
    by: ClientId,
    imposition: &Imposition,
) -> Result<DispositionId, Error> {
    let id: DispositionId = app.id();
    let row = disposition::Model {
        id,
        platform_id: imposition.platform,
        party_id: imposition.party,
        registration_id: imposition.registration,
        role: imposition.role,
        kind: imposition.kind,
        edition: app.edition_id().as_str().to_owned(),
        said: app.vault.seal_json(said_place(id), &imposition.said)?,
        valid_from: imposition.from,
        valid_until: imposition.until,
        state: DispositionState::Open,
        imposed_at: app.now(),
        imposed_by: by,
        ended_on: None,
        lifted_at: None,
        lifting: None,
        entry_id: imposition.entry,
        demand_id: imposition.demand,
    };
    disposition::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    let recipients = app.edition().reports_of(imposition.role, imposition.kind);
    if recipients.is_empty() {
        return Ok(id);
    }
    let domicile = platform::by_ids([imposition.platform]).one(tx).await?;
    let reports = recipients.iter().map(|to| {
        let row = report_to(app, to, (id, imposition), domicile.as_ref());
        row.into_active_model().reset_all()
    });
    report::Entity::insert_many(reports)
        .exec_without_returning(tx)
        .await?;
    Ok(id)
}

/// The report to one recipient.
fn report_to(
    app: &App,
    to: &Recipient<'_>,
    (disposition_id, imposition): (DispositionId, &Imposition),
    domicile: Option<&platform::Model>,
) -> report::Model {
    let division = domicile.and_then(|platform| match to.level {
        OfficeLevel::County => platform.division.clone(),
        OfficeLevel::City => platform.division_city.clone(),
        OfficeLevel::Province => platform.division_province.clone(),
        OfficeLevel::National => None,
    });
    let today = app.today();
    let due_on = to.due.due_on(today).map(|deadline| deadline.on);
    let days = app.settings.disposition.report_days;
    let practice = (due_on.is_none() && days > 0).then(|| working_days_after(today, days).on);
    report::Model {
        id: app.id(),
        disposition_id,
        platform_id: imposition.platform,
        level: to.level,
        authority: to.authority,
        division,
        instrument: to.article.instrument.clone(),
        article: to.article.number.clone(),
        due_on,
        practice_on: practice,
        sent_at: imposition.send.then(|| app.now()),
        received_at: None,
        received_by: None,
    }
}
