//! Legal hold: whoever runs the house holds a party, a registration or a platform back from removal, because a court, a case
//! or an inspection asks for it, and lifts the hold when nobody does any more. Both are recorded, with sealed reasons.

use chrono::{DateTime, Utc};
use entity::id::{HoldId, PartyId, PlatformId, RegistrationId};
use entity::kind::HeldKind;
use entity::legal_hold::{self, Column, Entity, Model, lifting_place, reason_place};
use entity::problem::{Finding, ProblemCode};
use entity::sealed::{Sealed, SealedAt};
use entity::{party, platform, registration};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _,
};
use serde_json::json;
use uuid::Uuid;

use crate::app::App;
use crate::audit::{Entry, Outcome, record_house};
use crate::db::{self, Reach};
use crate::error::Error;
use crate::registry::text::sealed_words;

/// The longest reason, in characters.
const REASON: usize = 1_000;

/// What is to be held.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// What it is.
    pub kind: HeldKind,
    /// Its id.
    pub subject: Uuid,
}

/// What became of a hold that was asked for.
pub type Placed = Result<HoldId, Finding>;

/// A hold, opened.
#[derive(Clone, Debug)]
pub struct Hold {
    /// Its id.
    pub id: HoldId,
    /// What is held.
    pub held: Held,
    /// Since when.
    pub placed_at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// When it was lifted, and why.
    pub lifted: Option<(DateTime<Utc>, String)>,
}

/// Places a hold; on what is held already, the hold that stands is told.
pub async fn add(app: &App, held: Held, reason: &str) -> Result<Placed, Error> {
    let reason = match sealed_words(reason, REASON) {
        Ok(reason) => reason,
        Err(finding) => return Ok(Err(finding.inside("reason"))),
    };
    let tx = db::begin_write(&app.db, Reach::All).await?;
    if !exists(&tx, held).await? {
        return Ok(Err(Finding::error(ProblemCode::NotFound).inside("subject")));
    }
    if let Some(standing) = legal_hold::standing_on(held.subject).one(&tx).await? {
        return Ok(Ok(standing.id));
    }
    let id: HoldId = app.id();
    let row = Model {
        id,
        kind: held.kind,
        subject: held.subject,
        placed_at: app.now(),
        reason: seal(app, reason_place(id), &reason)?,
        lifted_at: None,
        lifting: None,
    };
    Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(&tx)
        .await?;
    entry(app, &tx, "placeHold", (id, held)).await?;
    tx.commit().await?;
    Ok(Ok(id))
}

/// Lifts a hold that stands.
pub async fn lift(app: &App, id: HoldId, reason: &str) -> Result<Placed, Error> {
    let reason = match sealed_words(reason, REASON) {
        Ok(reason) => reason,
        Err(finding) => return Ok(Err(finding.inside("reason"))),
    };
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let standing = legal_hold::by_id(id).one(&tx).await?;
    let Some(row) = standing.filter(|row| row.lifted_at.is_none()) else {
        return Ok(Err(Finding::error(ProblemCode::NotFound).inside("id")));
    };
    Entity::update_many()
        .col_expr(Column::LiftedAt, Expr::value(app.now()))
        .col_expr(
            Column::Lifting,
            Expr::value(seal(app, lifting_place(id), &reason)?),
        )
        .filter(Column::Id.eq(id))
        .exec(&tx)
        .await?;
    let held = Held {
        kind: row.kind,
        subject: row.subject,
    };
    entry(app, &tx, "liftHold", (id, held)).await?;
    tx.commit().await?;
    Ok(Ok(id))
}

/// The holds that stand, or all that ever were.
pub async fn list(app: &App, all: bool) -> Result<Vec<Hold>, Error> {
    let rows = legal_hold::all(!all).all(&app.db).await?;
    rows.iter().map(|row| open(app, row)).collect()
}

fn open(app: &App, row: &Model) -> Result<Hold, Error> {
    let reason = app.vault.open_json(reason_place(row.id), &row.reason)?;
    let lifted = match (row.lifted_at, &row.lifting) {
        (Some(at), Some(why)) => Some((at, app.vault.open_json(lifting_place(row.id), why)?)),
        _ => None,
    };
    Ok(Hold {
        id: row.id,
        held: Held {
            kind: row.kind,
            subject: row.subject,
        },
        placed_at: row.placed_at,
        reason,
        lifted,
    })
}

fn seal(app: &App, at: SealedAt, text: &String) -> Result<Sealed<String>, Error> {
    Ok(app.vault.seal_json(at, text)?)
}

async fn exists(tx: &DatabaseTransaction, held: Held) -> Result<bool, Error> {
    Ok(match held.kind {
        HeldKind::Party => {
            let found = party::by_ids([PartyId(held.subject)]).one(tx).await?;
            found.is_some()
        }
        HeldKind::Registration => {
            let found = registration::named([RegistrationId(held.subject)]);
            found.one(tx).await?.is_some()
        }
        HeldKind::Platform => {
            let found = platform::by_ids([PlatformId(held.subject)]);
            found.one(tx).await?.is_some()
        }
    })
}

async fn entry(
    app: &App,
    tx: &DatabaseTransaction,
    operation: &'static str,
    (id, held): (HoldId, Held),
) -> Result<(), Error> {
    let entry = Entry {
        operation,
        outcome: Outcome::Done,
        subjects: vec![id.to_string(), held.subject.to_string()],
        detail: json!({ "kind": held.kind.as_str() }),
        party: None,
        purpose: None,
    };
    record_house(app, tx, entry).await
}
