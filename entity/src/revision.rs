//! Immutable revisions: what was observed, when it was learnt, by whom. A registration only says which one is current.

use std::ops::RangeInclusive;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{
    Condition, DbBackend, JoinType, QueryOrder, QuerySelect, QueryTrait, SelectGetableTuple,
    Selector, Statement,
};

use crate::facts::Facts;
use crate::id::{ClientId, PartyId, RegistrationId, SubmissionId};
use crate::kind::RecordSource;
use crate::sealed::{Fingerprint, Sealed};
use crate::{registration, submission};

/// One revision of a registration.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revision")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub registration_id: RegistrationId,
    /// From 1, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// The party it named then; a corrected identity names another.
    pub party_id: PartyId,
    /// When the platform observed it.
    pub observed_at: DateTimeUtc,
    /// When the registry learnt it.
    pub recorded_at: DateTimeUtc,
    /// The client that wrote it.
    pub author: ClientId,
    /// Where it comes from.
    pub source: RecordSource,
    /// The contract names of the fields that changed, joined by commas.
    pub changed: String,
    /// The keyed fingerprint of the facts that any edition may file.
    pub fingerprint: Fingerprint,
    /// The facts.
    pub facts: Sealed<Facts>,
}

impl ActiveModelBehavior for ActiveModel {}

/// The current revisions of these registrations; callers got the ids through sight.
#[must_use]
pub fn current_of(registrations: impl IntoIterator<Item = RegistrationId>) -> Select<Entity> {
    let is_current = Expr::col((registration::Entity, registration::Column::Revision))
        .equals((Entity, Column::Number));
    Entity::find()
        .join(
            JoinType::InnerJoin,
            belongs_to_registration()
                .on_condition(move |_, _| Condition::all().add(is_current.clone())),
        )
        .filter(registration::Column::Id.is_in(registrations))
}

/// The facts alone of the current revisions of these registrations, with the number of each: a page shows nothing else.
/// Callers got the ids through sight.
#[must_use]
pub fn current_facts_of(
    registrations: impl IntoIterator<Item = RegistrationId>,
) -> Selector<SelectGetableTuple<(RegistrationId, i32, Sealed<Facts>)>> {
    current_of(registrations)
        .select_only()
        .columns([Column::RegistrationId, Column::Number, Column::Facts])
        .into_tuple()
}

/// The revisions that a filing froze for a sheet, from one registration to another, both included. The frozen rows are
/// found first and the revisions by them: joined, SQLite would rather read all revisions from the one to the other.
#[must_use]
pub fn frozen_in(
    filing: SubmissionId,
    sheet: i16,
    registrations: RangeInclusive<RegistrationId>,
) -> Select<Entity> {
    use submission::row::Column as Row;
    let (first, last) = registrations.into_inner();
    let frozen = Query::select()
        .columns([Row::RegistrationId, Row::Revision])
        .from(submission::row::Entity)
        .and_where(Row::SubmissionId.eq(filing))
        .and_where(Row::Sheet.eq(sheet))
        .and_where(Row::RegistrationId.between(first, last))
        .to_owned();
    let own = [Column::RegistrationId, Column::Number].map(ColumnTrait::into_expr);
    Entity::find().filter(Expr::tuple(own).in_subquery(frozen))
}

/// The revisions of these registrations that were current at an instant.
#[must_use]
pub fn as_of(
    registrations: impl IntoIterator<Item = RegistrationId>,
    at: DateTimeUtc,
) -> Select<Entity> {
    let newer = Alias::new("newer");
    let of_newer = |column: Column| Expr::col((newer.clone(), column));
    let superseded = Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, newer.clone())
        .cond_where(of_newer(Column::RegistrationId).equals((Entity, Column::RegistrationId)))
        .cond_where(of_newer(Column::Number).gt(Expr::col((Entity, Column::Number))))
        .cond_where(of_newer(Column::RecordedAt).lte(at))
        .to_owned();
    Entity::find().filter(
        Condition::all()
            .add(Column::RegistrationId.is_in(registrations))
            .add(Column::RecordedAt.lte(at))
            .add(Expr::exists(superseded).not()),
    )
}

/// The newest revisions of each of these registrations, at most so many of each, newest first; those below `before`, if
/// it is given. Numbers have no gaps, so a run of them needs no counting. Callers got the ids through sight.
#[must_use]
pub fn newest(
    registrations: impl IntoIterator<Item = RegistrationId>,
    before: Option<i32>,
    limit: i32,
) -> Select<Entity> {
    let number = Expr::col((Entity, Column::Number));
    let run = if let Some(before) = before {
        Condition::all()
            .add(number.clone().lt(before))
            .add(number.gte(before.saturating_sub(limit)))
    } else {
        let current = Expr::col((registration::Entity, registration::Column::Revision));
        Condition::all().add(number.gt(current.sub(limit)))
    };
    Entity::find()
        .join(JoinType::InnerJoin, belongs_to_registration())
        .filter(registration::Column::Id.is_in(registrations))
        .filter(run)
        .order_by_asc(Column::RegistrationId)
        .order_by_desc(Column::Number)
}

fn belongs_to_registration() -> RelationDef {
    Entity::belongs_to(registration::Entity)
        .from(Column::RegistrationId)
        .to(registration::Column::Id)
        .into()
}

/// All revisions of these registrations, newest first, for the house's own jobs.
#[must_use]
pub fn all_of(registrations: impl IntoIterator<Item = RegistrationId>) -> Select<Entity> {
    Entity::find()
        .filter(Column::RegistrationId.is_in(registrations))
        .order_by_asc(Column::RegistrationId)
        .order_by_desc(Column::Number)
}

/// These revisions of registrations that the caller already has, each looked up by its key.
#[must_use]
pub fn numbered(
    keys: impl IntoIterator<Item = (RegistrationId, i32)>,
    backend: DbBackend,
) -> Statement {
    let asked = "asked";
    let keys = keys.into_iter();
    let own = |column: Column| Expr::col((Entity, column));
    let mut found = Entity::find().into_query();
    found
        .from_values(keys.map(|(id, number)| (Value::from(id), number)), asked)
        .and_where(own(Column::RegistrationId).equals((asked, "column1")))
        .and_where(own(Column::Number).equals((asked, "column2")));
    backend.build(&found)
}
