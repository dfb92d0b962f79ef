//! 培训: that a registered subject was trained on a day, and what came of it (Order 117 Art. 10; draft Art. 10). A record is
//! never changed; what came of a later training is another one.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder as _, QuerySelect as _, SelectGetableTuple, Selector};

use crate::id::{ClientId, FileId, RegistrationId, TrainingId};
use crate::kind::TrainingOutcome;

/// A training's row; a registration has one of an outcome for each day.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "training")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TrainingId,
    /// Who was trained.
    pub registration_id: RegistrationId,
    /// The legal day of the training.
    pub held_on: NaiveDate,
    /// What came of it.
    pub outcome: TrainingOutcome,
    /// The proof, where there is one.
    pub evidence: Option<FileId>,
    /// When it was recorded.
    pub recorded_at: DateTimeUtc,
    /// The client that recorded it.
    pub recorded_by: ClientId,
}

impl ActiveModelBehavior for ActiveModel {}

/// The last day of each outcome of these registrations' trainings, until a day.
#[must_use]
pub fn last_of(
    registrations: impl IntoIterator<Item = RegistrationId>,
    until: NaiveDate,
) -> Selector<SelectGetableTuple<(RegistrationId, TrainingOutcome, NaiveDate)>> {
    Entity::find()
        .filter(Column::RegistrationId.is_in(registrations))
        .filter(Column::HeldOn.lte(until))
        .select_only()
        .columns([Column::RegistrationId, Column::Outcome])
        .column_as(Column::HeldOn.max(), "held_on")
        .group_by(Column::RegistrationId)
        .group_by(Column::Outcome)
        .into_tuple()
}

/// The trainings of these registrations on these days, for whoever records more of them.
#[must_use]
pub fn on_days(
    registrations: impl IntoIterator<Item = RegistrationId>,
    days: impl IntoIterator<Item = NaiveDate>,
) -> Select<Entity> {
    Entity::find()
        .filter(Column::RegistrationId.is_in(registrations))
        .filter(Column::HeldOn.is_in(days))
}

/// All trainings of these registrations, oldest first.
#[must_use]
pub fn all_of(registrations: impl IntoIterator<Item = RegistrationId>) -> Select<Entity> {
    Entity::find()
        .filter(Column::RegistrationId.is_in(registrations))
        .order_by_asc(Column::HeldOn)
        .order_by_asc(Column::Id)
}
