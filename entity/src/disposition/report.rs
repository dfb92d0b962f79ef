//! 报告: one row for each office that must be told of a measure, from the day it was taken until the office has received it
//! (Order 117 Art. 12).

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, FromQueryResult, QueryOrder as _, QuerySelect as _, UpdateMany};

use crate::id::{DispositionId, DispositionReportId, OfficeId, PlatformId};
use crate::kind::{Authority, OfficeLevel};
use crate::sight::{Sight, Told};

/// A report's row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disposition_report")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DispositionReportId,
    /// Of which measure.
    pub disposition_id: DispositionId,
    /// Who reports.
    pub platform_id: PlatformId,
    /// The lowest level that is told; COUNTY is 县级以上.
    pub level: OfficeLevel,
    /// Which branch is told.
    pub authority: Authority,
    /// Where: the platform's domicile at that level; none where the platform has none.
    pub division: Option<String>,
    /// The instrument that asks for it.
    pub instrument: String,
    /// The article that asks for it.
    pub article: String,
    /// The last day in time; none where the law gives no number.
    pub due_on: Option<NaiveDate>,
    /// The last day by the house's own practice, where the law gives none.
    pub practice_on: Option<NaiveDate>,
    /// When the platform reported.
    pub sent_at: Option<DateTimeUtc>,
    /// When an office received it.
    pub received_at: Option<DateTimeUtc>,
    /// The office that received it.
    pub received_by: Option<OfficeId>,
}

impl ActiveModelBehavior for ActiveModel {}

/// The condition on a report that addresses an office.
pub(super) fn addressed_to(told: &Told) -> Condition {
    Condition::all()
        .add(Column::Authority.eq(told.authority))
        .add(Column::Level.is_in(told.levels.iter().copied()))
}

/// The condition on a report in sight: a platform's own, or one that was sent and addresses the office.
fn seen(sight: &Sight) -> Condition {
    let own = Column::PlatformId.is_in(sight.measures.iter().copied());
    let sent = sight
        .told
        .as_ref()
        .map(|told| addressed_to(told).add(Column::SentAt.is_not_null()));
    Condition::all().add(own).add_option(sent)
}

/// The reports of these measures that are in sight; of one measure those that are due to the lower level first.
#[must_use]
pub fn of_dispositions(
    sight: &Sight,
    ids: impl IntoIterator<Item = DispositionId>,
) -> Select<Entity> {
    Entity::find()
        .filter(Column::DispositionId.is_in(ids))
        .filter(seen(sight))
        .order_by_asc(Column::Id)
}

/// Every report of a measure, for whoever sends them.
#[must_use]
pub fn all_of(disposition: DispositionId) -> Select<Entity> {
    Entity::find().filter(Column::DispositionId.eq(disposition))
}

/// One report in sight.
#[must_use]
pub fn one_seen_by(sight: &Sight, id: DispositionReportId) -> Select<Entity> {
    Entity::find_by_id(id).filter(seen(sight))
}

/// Marks what a measure's platform has not reported yet as reported.
#[must_use]
pub fn send(disposition: DispositionId, at: DateTimeUtc) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::SentAt, Expr::value(at))
        .filter(Column::DispositionId.eq(disposition))
        .filter(Column::SentAt.is_null())
}

/// Marks a report as received, unless it was before.
#[must_use]
pub fn receive(id: DispositionReportId, (at, by): (DateTimeUtc, OfficeId)) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::ReceivedAt, Expr::value(at))
        .col_expr(Column::ReceivedBy, Expr::value(by))
        .filter(Column::Id.eq(id))
        .filter(Column::ReceivedAt.is_null())
}

/// A platform with how many there are.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Counted {
    /// Which platform.
    pub platform_id: PlatformId,
    /// How many.
    pub rows: i64,
}

/// How many reports each of these platforms owes, of those platforms whose measures are in sight as their own.
#[must_use]
pub fn unsent(sight: &Sight, platforms: impl IntoIterator<Item = PlatformId>) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::PlatformId)
        .column_as(Column::Id.count(), "rows")
        .filter(Column::PlatformId.is_in(platforms))
        .filter(Column::SentAt.is_null())
        .filter(seen(sight))
        .group_by(Column::PlatformId)
}
