//! Where an office's survey and a platform's own record of the same party in the same role say different things: a finding
//! that both see. It names the two registrations and the fields, never what stands in them.

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};

use crate::id::{DifferenceId, OfficeId, PartyId, PlatformId, RegistrationId};
use crate::kind::SubjectKind;

/// A difference's row; a surveyed registration has one.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "survey_difference")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DifferenceId,
    /// The platform that filed.
    pub platform_id: PlatformId,
    /// The office that surveyed.
    pub office_id: OfficeId,
    /// In which role.
    pub kind: SubjectKind,
    /// Who.
    pub party_id: PartyId,
    /// What the office found.
    #[sea_orm(unique)]
    pub survey_id: RegistrationId,
    /// What the platform filed.
    pub registration_id: RegistrationId,
    /// The contract names of the fields in which they differed last, joined by commas.
    pub fields: String,
    /// When they were first found to differ.
    pub found_at: DateTimeUtc,
    /// When they were found to agree again.
    pub settled_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Those of a platform, or of an office.
#[must_use]
pub fn seen_by(platform: Option<PlatformId>, office: Option<OfficeId>) -> Select<Entity> {
    let whose = match (platform, office) {
        (Some(platform), _) => Column::PlatformId.eq(platform),
        (None, Some(office)) => Column::OfficeId.eq(office),
        (None, None) => Expr::value(false),
    };
    Entity::find().filter(whose)
}

/// A page of them after an id, newest first.
#[must_use]
pub fn page(
    whose: (Option<PlatformId>, Option<OfficeId>),
    after: Option<DifferenceId>,
    limit: u64,
) -> Select<Entity> {
    seen_by(whose.0, whose.1)
        .filter(Condition::all().add_option(after.map(|id| Column::Id.lt(id))))
        .order_by_desc(Column::Id)
        .limit(limit)
}

/// Those of surveyed registrations.
#[must_use]
pub fn of_surveys(ids: impl IntoIterator<Item = RegistrationId>) -> Select<Entity> {
    Entity::find().filter(Column::SurveyId.is_in(ids))
}

/// Those that concern what a platform filed.
#[must_use]
pub fn of_filed(ids: impl IntoIterator<Item = RegistrationId>) -> Select<Entity> {
    Entity::find().filter(Column::RegistrationId.is_in(ids))
}
