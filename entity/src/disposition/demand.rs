//! 处置要求: an office's demand that a platform act against somebody (Order 117 Art. 50), with the platform's answer once it is
//! given. It names a registration, so that both sides speak of the same.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{Condition, QueryOrder as _, QuerySelect as _, UpdateMany};
use serde::{Deserialize, Serialize};

use crate::file_use;
use crate::id::{ClientId, DemandId, FileId, OfficeId, PartyId, PlatformId, RegistrationId};
use crate::kind::SubjectKind;
use crate::sealed::{Sealed, SealedAt};
use crate::sight::Sight;

/// A demand's row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disposition_demand")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DemandId,
    /// Who demands.
    pub office_id: OfficeId,
    /// Of whom.
    pub platform_id: PlatformId,
    /// Against whom.
    pub party_id: PartyId,
    /// Against which registration.
    pub registration_id: RegistrationId,
    /// In which role.
    pub role: SubjectKind,
    /// The measures that are asked for, by their names, with a space between.
    pub kinds: String,
    /// What is said of it.
    pub asked: Sealed<Asked>,
    /// The last day for the answer, as the office sets it.
    pub due_on: NaiveDate,
    /// When it was made.
    pub demanded_at: DateTimeUtc,
    /// The client that made it.
    pub demanded_by: ClientId,
    /// When it was answered.
    pub answered_at: Option<DateTimeUtc>,
    /// The client that answered it.
    pub answered_by: Option<ClientId>,
    /// The answer.
    pub answer: Option<Sealed<Answer>>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What an office says with a demand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The subject's name as it was on that day, a natural person's masked.
    pub name: String,
    /// 事实.
    pub facts: String,
    /// The proof.
    pub evidence: Vec<FileId>,
}

/// What a platform answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// In its words.
    pub text: String,
    /// The proof.
    pub evidence: Vec<FileId>,
}

/// What a list of demands is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// One platform.
    pub platform: Option<PlatformId>,
    /// Answered or not.
    pub answered: Option<bool>,
}

/// Whose demands somebody sees: a platform those made of it, an office its own.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// What else it sees.
    pub sight: &'a Sight,
    /// The office, if it is one.
    pub office: Option<OfficeId>,
}

impl Viewer<'_> {
    fn condition(&self) -> Condition {
        let own = self.sight.measures.iter().copied();
        Condition::all().add(self.office.map_or_else(
            || Column::PlatformId.is_in(own),
            |office| Column::OfficeId.eq(office),
        ))
    }
}

/// Where what is said of a demand is sealed.
#[must_use]
pub const fn asked_place(id: DemandId) -> SealedAt {
    place(id, "asked")
}

/// Where its answer is sealed.
#[must_use]
pub const fn answer_place(id: DemandId) -> SealedAt {
    place(id, "answer")
}

const fn place(id: DemandId, column: &'static str) -> SealedAt {
    SealedAt {
        table: "disposition_demand",
        column,
        row: id.0,
        revision: 0,
    }
}

/// One demand, if it is in sight.
#[must_use]
pub fn one_seen_by(viewer: &Viewer<'_>, id: DemandId) -> Select<Entity> {
    Entity::find_by_id(id).filter(viewer.condition())
}

/// Those of these demands that are in sight.
#[must_use]
pub fn some_seen_by(
    viewer: &Viewer<'_>,
    ids: impl IntoIterator<Item = DemandId>,
) -> Select<Entity> {
    Entity::find()
        .filter(Column::Id.is_in(ids))
        .filter(viewer.condition())
}

/// The files that demands in sight and their answers name.
pub(crate) fn named_by(viewer: &Viewer<'_>) -> SelectStatement {
    let seen = Query::select()
        .column(Column::Id)
        .from(Entity)
        .cond_where(viewer.condition())
        .to_owned();
    Query::select()
        .column(file_use::Column::FileId)
        .from(file_use::Entity)
        .and_where(file_use::Column::UsedBy.in_subquery(seen))
        .to_owned()
}

/// Demands in sight.
#[must_use]
pub fn filtered(viewer: &Viewer<'_>, filter: &Filter) -> Select<Entity> {
    let answered = filter.answered.map(|answered| {
        if answered {
            Column::AnsweredAt.is_not_null()
        } else {
            Column::AnsweredAt.is_null()
        }
    });
    Entity::find().filter(viewer.condition()).filter(
        Condition::all()
            .add_option(filter.platform.map(|id| Column::PlatformId.eq(id)))
            .add_option(answered),
    )
}

/// A page of them after an id, in the order of ids.
#[must_use]
pub fn page(
    viewer: &Viewer<'_>,
    filter: &Filter,
    after: Option<DemandId>,
    limit: u64,
) -> Select<Entity> {
    filtered(viewer, filter)
        .filter(Condition::all().add_option(after.map(|id| Column::Id.gt(id))))
        .order_by_asc(Column::Id)
        .limit(limit)
}

/// How many demands each of these platforms has not answered, as [`super::report::Counted`].
#[must_use]
pub fn unanswered(
    viewer: &Viewer<'_>,
    platforms: impl IntoIterator<Item = PlatformId>,
) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::PlatformId)
        .column_as(Column::Id.count(), "rows")
        .filter(Column::PlatformId.is_in(platforms))
        .filter(Column::AnsweredAt.is_null())
        .filter(viewer.condition())
        .group_by(Column::PlatformId)
}

/// Answers a demand, unless that was done already.
#[must_use]
pub fn answer(
    id: DemandId,
    (at, by): (DateTimeUtc, ClientId),
    answer: Sealed<Answer>,
) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::AnsweredAt, Expr::value(at))
        .col_expr(Column::AnsweredBy, Expr::value(by))
        .col_expr(Column::Answer, Expr::value(answer))
        .filter(Column::Id.eq(id))
        .filter(Column::AnsweredAt.is_null())
}

/// All demands against a party, for whoever tells that person what is held.
#[must_use]
pub fn all_of(party: PartyId) -> Select<Entity> {
    Entity::find()
        .filter(Column::PartyId.eq(party))
        .order_by_asc(Column::Id)
}

/// All demands about these registrations, for whoever removes them.
#[must_use]
pub fn of_registrations(ids: impl IntoIterator<Item = RegistrationId>) -> Select<Entity> {
    Entity::find().filter(Column::RegistrationId.is_in(ids))
}
