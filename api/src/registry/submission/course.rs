//! The table of `rules::submission` as conditional updates: a submission moves only while it still stands where the
//! deed starts, so that of two deeds that meet one is done and the other finds nothing to do.

use chrono::{DateTime, Utc};
use entity::kind::SubmissionState;
use entity::submission::{Column, Entity};
use rules::submission::{SubmissionDeed, advance};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, UpdateMany};

/// The states that a deed starts from.
pub(super) fn starts(deed: SubmissionDeed) -> Vec<SubmissionState> {
    let from = |state: &SubmissionState| advance(*state, deed).is_ok();
    SubmissionState::ALL.iter().copied().filter(from).collect()
}

/// An update of whatever stands where a deed starts; the caller narrows it. Whoever wrote it loses the lease.
pub(super) fn moving(
    deed: SubmissionDeed,
    to: SubmissionState,
    now: DateTime<Utc>,
) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::val(to.as_str()))
        .col_expr(Column::UpdatedAt, Expr::val(now))
        .col_expr(Column::LeaseBy, Expr::val(None::<uuid::Uuid>))
        .col_expr(Column::LeaseUntil, Expr::val(None::<DateTime<Utc>>))
        .filter(Column::State.is_in(starts(deed)))
}
