//! 直播账号: which registration holds or runs a live account, as dated ties; the database keeps one open HOLDER each.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Asterisk, ExprTrait as _, JoinType, Order, Query};
use sea_orm::{Condition, DbBackend, FromQueryResult, Statement};

use crate::id::{AccountId, PlatformId, RegistrationId};
use crate::kind::AccountRole;
use crate::registration;

/// A tie between a registration and a live account on one platform.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    /// The platform, or the constant for own sites.
    pub platform_key: PlatformId,
    /// 账号.
    pub number: String,
    /// 账号注册人 or 实际运营人.
    pub role: AccountRole,
    /// Whose.
    pub registration_id: RegistrationId,
    /// The first day.
    pub since: NaiveDate,
    /// The last day, once it ended.
    pub until: Option<NaiveDate>,
}

impl ActiveModelBehavior for ActiveModel {}

/// The open ties of these registrations.
#[must_use]
pub fn open_of(registrations: impl IntoIterator<Item = RegistrationId>) -> Select<Entity> {
    Entity::find().filter(
        Condition::all()
            .add(Column::RegistrationId.is_in(registrations))
            .add(Column::Until.is_null()),
    )
}

/// The ended ties of registrations in sight.
#[must_use]
pub fn ended_of(registrations: impl IntoIterator<Item = RegistrationId>) -> Select<Entity> {
    Entity::find().filter(
        Condition::all()
            .add(Column::RegistrationId.is_in(registrations))
            .add(Column::Until.is_not_null()),
    )
}

/// Who holds these accounts of one platform now, as [`Held`]. Each number is looked up by itself, by the conditions of the
/// index as they are written there: in a list PostgreSQL would go on with the plan that it made when the table was small.
#[must_use]
pub fn holding(
    platform: PlatformId,
    numbers: impl IntoIterator<Item = String>,
    backend: DbBackend,
) -> Statement {
    let (asked, number) = ("asked", "column1");
    let holder = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::PlatformKey.eq(platform))
        .and_where(Expr::col((Entity, Column::Number)).equals((asked, number)))
        .and_where(Expr::cust("role = 'HOLDER' AND until IS NULL"))
        .to_owned();
    let mut held = Query::select();
    held.expr_as(Expr::col((asked, number)), Column::Number)
        .expr_as(holder, Column::Id)
        .from_values(numbers, asked);
    backend.build(&held)
}

/// An account's number with the tie by which somebody holds it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Held {
    /// The number that was asked about.
    pub number: String,
    /// The open HOLDER tie, if there is one.
    pub id: Option<AccountId>,
}

/// The registrations that hold or run an account of one platform, or did, each with the columns `tie_role` and `tie_until` of
/// its tie: open ties first, then those that ended last; at most so many.
#[must_use]
pub fn running(platform: PlatformId, number: &str, limit: u64, backend: DbBackend) -> Statement {
    let of = |column: Column| Expr::col((Entity, column));
    let whose = of(Column::RegistrationId).equals((registration::Entity, registration::Column::Id));
    let mut running = Query::select();
    running
        .column((registration::Entity, Asterisk))
        .expr_as(of(Column::Role), "tie_role")
        .expr_as(of(Column::Until), "tie_until")
        .from(Entity)
        .join(JoinType::InnerJoin, registration::Entity, whose)
        .and_where(of(Column::PlatformKey).eq(platform))
        .and_where(of(Column::Number).eq(number))
        .order_by_expr(of(Column::Until).is_null(), Order::Desc)
        .order_by((Entity, Column::Until), Order::Desc)
        .limit(limit);
    backend.build(&running)
}

/// Ties by id.
#[must_use]
pub fn by_ids(ids: impl IntoIterator<Item = AccountId>) -> Select<Entity> {
    Entity::find().filter(Column::Id.is_in(ids))
}

/// Ends every open tie of these registrations on a day, and one that began later on the day it began.
#[must_use]
pub fn end_all_of(
    registrations: impl IntoIterator<Item = RegistrationId>,
    on: NaiveDate,
) -> sea_orm::UpdateMany<Entity> {
    let began_later = Condition::all().add(Column::Since.gt(on));
    let last_day = Expr::case(began_later, Expr::col(Column::Since)).finally(on);
    Entity::update_many()
        .col_expr(Column::Until, last_day.into())
        .filter(Column::RegistrationId.is_in(registrations))
        .filter(Column::Until.is_null())
}

/// Ends ties on a day.
#[must_use]
pub fn end(ids: impl IntoIterator<Item = AccountId>, on: NaiveDate) -> sea_orm::UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::Until, Expr::value(on))
        .filter(Column::Id.is_in(ids))
}

/// All ties of a registration, for whoever tells that person what is held.
#[must_use]
pub fn all_of(registration: RegistrationId) -> Select<Entity> {
    Entity::find().filter(Column::RegistrationId.eq(registration))
}

/// The ties of these registrations that are younger than an id.
#[must_use]
pub fn opened_after(
    registrations: impl IntoIterator<Item = RegistrationId>,
    mark: AccountId,
) -> Select<Entity> {
    Entity::find()
        .filter(Column::RegistrationId.is_in(registrations))
        .filter(Column::Id.gt(mark))
}
