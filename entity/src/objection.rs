//! What a person asks of the registry about the own data: a correction, a deletion, an objection, each with its clock and,
//! once given, its answer (PIPL Art. 44 to 50).

use chrono::NaiveDate;
use sea_orm::QueryOrder as _;
use sea_orm::entity::prelude::*;

use crate::id::{ObjectionId, PartyId};
use crate::kind::{ObjectionKind, ObjectionOutcome};
use crate::sealed::{Sealed, SealedAt};

/// What one person asked.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "objection")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ObjectionId,
    /// Who asks.
    pub party_id: PartyId,
    /// What is asked.
    pub kind: ObjectionKind,
    /// The day it was received.
    pub received_on: NaiveDate,
    /// The last day for the answer.
    pub due_on: NaiveDate,
    /// In the person's words.
    pub text: Sealed<String>,
    /// When it was entered here.
    pub entered_at: DateTimeUtc,
    /// The day it was answered.
    pub answered_on: Option<NaiveDate>,
    /// What came of it.
    pub outcome: Option<ObjectionOutcome>,
    /// The answer.
    pub answer: Option<Sealed<String>>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Where the words of an objection are sealed.
#[must_use]
pub const fn text_place(id: ObjectionId) -> SealedAt {
    place(id, "text")
}

/// Where its answer is sealed.
#[must_use]
pub const fn answer_place(id: ObjectionId) -> SealedAt {
    place(id, "answer")
}

const fn place(id: ObjectionId, column: &'static str) -> SealedAt {
    SealedAt {
        table: "objection",
        column,
        row: id.0,
        revision: 0,
    }
}

/// Objections by the day they are due; those without an answer only, if asked so.
#[must_use]
pub fn all(open: bool) -> Select<Entity> {
    let all = Entity::find()
        .order_by_asc(Column::DueOn)
        .order_by_asc(Column::Id);
    if open {
        all.filter(Column::AnsweredOn.is_null())
    } else {
        all
    }
}

/// What one person asked.
#[must_use]
pub fn of_party(party: PartyId) -> Select<Entity> {
    all(false).filter(Column::PartyId.eq(party))
}

/// One objection, for whoever answers it.
#[must_use]
pub fn by_id(id: ObjectionId) -> Select<Entity> {
    Entity::find_by_id(id)
}
