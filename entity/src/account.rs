//! 直播账号: which registration holds or runs a live account, as dated ties; the database keeps one open HOLDER each.

use chrono::NaiveDate;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::id::{AccountId, PlatformId, RegistrationId};
use crate::kind::AccountRole;

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

/// Who holds these accounts of one platform now.
#[must_use]
pub fn holders(platform: PlatformId, numbers: impl IntoIterator<Item = String>) -> Select<Entity> {
    Entity::find().filter(
        Condition::all()
            .add(Column::PlatformKey.eq(platform))
            .add(Column::Number.is_in(numbers))
            .add(Column::Role.eq(AccountRole::Holder))
            .add(Column::Until.is_null()),
    )
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
