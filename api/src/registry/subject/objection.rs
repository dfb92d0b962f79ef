//! Corrections, deletions and objections of persons: entered when they are received, due after so many working days, answered
//! once. The law asks for an answer in time and names no number (PIPL Art. 46, 50); the days are the house's practice.

use chrono::NaiveDate;
use entity::id::{ObjectionId, PartyId};
use entity::kind::{ObjectionKind, ObjectionOutcome};
use entity::objection::{self, Column, Entity, Model, answer_place, text_place};
use entity::problem::{Finding, ProblemCode};
use entity::sealed::Sealed;
use rules::calendar::{Deadline, working_days_after};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _,
};
use serde_json::{Value, json};

use super::{Person, find};
use crate::app::App;
use crate::audit::{Entry, Outcome, record_house};
use crate::db::{self, Reach};
use crate::error::Error;
use crate::registry::parse::in_future;
use crate::registry::text::sealed_words;

/// The longest text, in characters.
const TEXT: usize = 4_000;

/// What a person asks.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who asks.
    pub person: Person,
    /// The number.
    pub number: String,
    /// What is asked.
    pub kind: ObjectionKind,
    /// The day it was received; today where none is given.
    pub received_on: Option<NaiveDate>,
    /// In the person's words.
    pub text: String,
}

/// What was answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// To which.
    pub id: ObjectionId,
    /// What came of it.
    pub outcome: ObjectionOutcome,
    /// The day of the answer; today where none is given.
    pub answered_on: Option<NaiveDate>,
    /// The answer as the person reads it.
    pub text: String,
}

/// An objection, opened.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Objection {
    /// Its id.
    pub id: ObjectionId,
    /// Who asks.
    pub party: PartyId,
    /// What is asked.
    pub kind: ObjectionKind,
    /// The day it was received.
    pub received_on: NaiveDate,
    /// The last day for the answer.
    pub due_on: NaiveDate,
    /// In the person's words.
    pub text: String,
    /// The day it was answered.
    pub answered_on: Option<NaiveDate>,
    /// What came of it.
    pub outcome: Option<ObjectionOutcome>,
    /// The answer.
    pub answer: Option<String>,
}

impl Objection {
    pub(super) fn open(app: &App, row: &Model) -> Result<Self, Error> {
        let answer = row.answer.as_ref();
        let answer = answer.map(|sealed| app.vault.open_json(answer_place(row.id), sealed));
        Ok(Self {
            id: row.id,
            party: row.party_id,
            kind: row.kind,
            received_on: row.received_on,
            due_on: row.due_on,
            text: app.vault.open_json(text_place(row.id), &row.text)?,
            answered_on: row.answered_on,
            outcome: row.outcome,
            answer: answer.transpose()?,
        })
    }
}

/// Enters what a person asks, and tells the last day for the answer.
pub async fn add(
    app: &App,
    asked: &Asked,
) -> Result<Result<(ObjectionId, Deadline), Vec<Finding>>, Error> {
    let today = app.today();
    let received_on = asked.received_on.unwrap_or(today);
    let text = match sealed_words(&asked.text, TEXT) {
        Ok(_) if received_on > today => {
            return Ok(Err(vec![in_future(today).inside("receivedOn")]));
        }
        Ok(text) => text,
        Err(finding) => return Ok(Err(vec![finding.inside("text")])),
    };
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let found = find(app, &tx, (&asked.person, &asked.number)).await?;
    let party = match found {
        Ok((_, Some(party))) => party,
        Ok((_, None)) => {
            let nobody = Finding::error(ProblemCode::NotFound).inside("number");
            return Ok(Err(vec![nobody]));
        }
        Err(findings) => return Ok(Err(findings)),
    };
    let id: ObjectionId = app.id();
    let due = working_days_after(received_on, app.settings.subject.answer_days);
    let row = Model {
        id,
        party_id: party,
        kind: asked.kind,
        received_on,
        due_on: due.on,
        text: app.vault.seal_json(text_place(id), &text)?,
        entered_at: app.now(),
        answered_on: None,
        outcome: None,
        answer: None,
    };
    Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(&tx)
        .await?;
    let detail = json!({ "kind": asked.kind.as_str(), "dueOn": due.on });
    entry(app, &tx, ("enterObjection", detail), (id, party)).await?;
    tx.commit().await?;
    Ok(Ok((id, due)))
}

/// Answers what a person asked; an answer is given once.
pub async fn answer(app: &App, answer: &Answer) -> Result<Result<(), Finding>, Error> {
    let today = app.today();
    let text = match sealed_words(&answer.text, TEXT) {
        Ok(text) => text,
        Err(finding) => return Ok(Err(finding.inside("text"))),
    };
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let open = objection::by_id(answer.id).one(&tx).await?;
    let Some(row) = open.filter(|row| row.answered_on.is_none()) else {
        return Ok(Err(Finding::error(ProblemCode::NotFound).inside("id")));
    };
    let on = answer.answered_on.unwrap_or(today);
    if on > today {
        return Ok(Err(in_future(today).inside("answeredOn")));
    }
    if on < row.received_on {
        let early = Finding::error(ProblemCode::DateOrder);
        let early = early.with("date", row.received_on.to_string());
        return Ok(Err(early.inside("answeredOn")));
    }
    let sealed: Sealed<String> = app.vault.seal_json(answer_place(row.id), &text)?;
    Entity::update_many()
        .col_expr(Column::AnsweredOn, Expr::value(on))
        .col_expr(Column::Outcome, Expr::value(answer.outcome))
        .col_expr(Column::Answer, Expr::value(sealed))
        .filter(Column::Id.eq(row.id))
        .filter(Column::AnsweredOn.is_null())
        .exec(&tx)
        .await?;
    let detail = json!({ "outcome": answer.outcome.as_str(), "late": on > row.due_on });
    entry(
        app,
        &tx,
        ("answerObjection", detail),
        (row.id, row.party_id),
    )
    .await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// What waits for an answer, the most pressing first; or everything. Reading what persons wrote is recorded.
pub async fn list(app: &App, all: bool) -> Result<Vec<Objection>, Error> {
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let rows = objection::all(!all).all(&tx).await?;
    let entry = Entry {
        operation: "listObjections",
        outcome: Outcome::Read,
        subjects: rows.iter().map(|row| row.party_id.to_string()).collect(),
        detail: json!({ "objections": rows.len() }),
        party: None,
        purpose: None,
    };
    record_house(app, &tx, entry).await?;
    tx.commit().await?;
    rows.iter().map(|row| Objection::open(app, row)).collect()
}

async fn entry(
    app: &App,
    tx: &DatabaseTransaction,
    (operation, detail): (&'static str, Value),
    (id, party): (ObjectionId, PartyId),
) -> Result<(), Error> {
    let entry = Entry {
        operation,
        outcome: Outcome::Done,
        subjects: vec![id.to_string(), party.to_string()],
        detail,
        party: Some(party),
        purpose: None,
    };
    record_house(app, tx, entry).await
}
