//! 处置措施: what a platform did against a party, the reports that follow and the demands that came before. A measure is never
//! changed: it is ended, by its last day, by its platform or with the listing that it belongs to, and then it is over.

pub mod demand;
pub mod report;

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait as _, Query};
use sea_orm::{Condition, QueryOrder as _, QuerySelect as _, UpdateMany};
use serde::{Deserialize, Serialize};

use crate::id::{ClientId, DemandId, DispositionId, EntryId, PartyId, PlatformId, RegistrationId};
use crate::kind::{DispositionKind, DispositionState, SubjectKind};
use crate::sealed::{Sealed, SealedAt};
use crate::sight::Sight;

/// A measure's row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disposition")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DispositionId,
    /// Whose it is.
    pub platform_id: PlatformId,
    /// Against whom.
    pub party_id: PartyId,
    /// Against which registration; none where the party has none on the platform.
    pub registration_id: Option<RegistrationId>,
    /// In which role.
    pub role: SubjectKind,
    /// Which measure.
    pub kind: DispositionKind,
    /// By which text of the law.
    pub edition: String,
    /// What is said of it.
    pub said: Sealed<Said>,
    /// Its first day.
    pub valid_from: NaiveDate,
    /// Its last day; none where it has no end.
    pub valid_until: Option<NaiveDate>,
    /// Whether it stands.
    pub state: DispositionState,
    /// When it was taken.
    pub imposed_at: DateTimeUtc,
    /// The client that took it.
    pub imposed_by: ClientId,
    /// The last day on which it bound, once it is over.
    pub ended_on: Option<NaiveDate>,
    /// When it was lifted.
    pub lifted_at: Option<DateTimeUtc>,
    /// Why it was lifted.
    pub lifting: Option<Sealed<String>>,
    /// The listing on the blacklist that it belongs to.
    pub entry_id: Option<EntryId>,
    /// The demand that it answers.
    pub demand_id: Option<DemandId>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What is said of a measure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The subject's name as it was on that day, a natural person's masked.
    pub name: String,
    /// 事实.
    pub facts: String,
    /// The rule of the platform or of the law that was broken.
    pub rule: String,
    /// Why this measure and not a lighter one.
    pub proportionality: Option<String>,
    /// 救济途径.
    pub remedy: Option<String>,
    /// What becomes of orders that are not completed.
    pub open_orders: Option<String>,
}

/// What a list of measures is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// One platform.
    pub platform: Option<PlatformId>,
    /// One registration.
    pub registration: Option<RegistrationId>,
    /// One measure.
    pub kind: Option<DispositionKind>,
    /// Standing, lifted or expired.
    pub state: Option<DispositionState>,
}

impl Model {
    /// Whether it binds on a day.
    #[must_use]
    pub fn binds_on(&self, day: NaiveDate) -> bool {
        self.state == DispositionState::Open
            && self.valid_from <= day
            && self.valid_until.is_none_or(|until| day <= until)
    }
}

/// Where what is said of a measure is sealed.
#[must_use]
pub const fn said_place(id: DispositionId) -> SealedAt {
    place(id, "said")
}

/// Where the reason for lifting it is sealed.
#[must_use]
pub const fn lifting_place(id: DispositionId) -> SealedAt {
    place(id, "lifting")
}

const fn place(id: DispositionId, column: &'static str) -> SealedAt {
    SealedAt {
        table: "disposition",
        column,
        row: id.0,
        revision: 0,
    }
}

impl Sight {
    /// The condition on a measure: a platform's own, or for an office one that was reported to it.
    #[must_use]
    pub(crate) fn dispositions(&self) -> Condition {
        let own = Column::PlatformId.is_in(self.measures.iter().copied());
        Condition::all()
            .add(own)
            .add_option(self.told.as_ref().map(|told| {
                let own = Expr::col((report::Entity, report::Column::DispositionId))
                    .equals((Entity, Column::Id));
                let reported = Query::select()
                    .expr(Expr::val(1))
                    .from(report::Entity)
                    .and_where(own)
                    .cond_where(report::addressed_to(told))
                    .and_where(report::Column::SentAt.is_not_null())
                    .to_owned();
                Expr::exists(reported)
            }))
    }
}

/// One measure, if it is in sight.
#[must_use]
pub fn one_seen_by(sight: &Sight, id: DispositionId) -> Select<Entity> {
    Entity::find_by_id(id).filter(sight.dispositions())
}

/// Those of these measures that are in sight.
#[must_use]
pub fn some_seen_by(sight: &Sight, ids: impl IntoIterator<Item = DispositionId>) -> Select<Entity> {
    Entity::find()
        .filter(Column::Id.is_in(ids))
        .filter(sight.dispositions())
}

/// Measures in sight.
#[must_use]
pub fn filtered(sight: &Sight, filter: &Filter) -> Select<Entity> {
    Entity::find().filter(sight.dispositions()).filter(
        Condition::all()
            .add_option(filter.platform.map(|id| Column::PlatformId.eq(id)))
            .add_option(filter.registration.map(|id| Column::RegistrationId.eq(id)))
            .add_option(filter.kind.map(|kind| Column::Kind.eq(kind)))
            .add_option(filter.state.map(|state| Column::State.eq(state))),
    )
}

/// A page of them after an id, in the order of ids.
#[must_use]
pub fn page(
    sight: &Sight,
    filter: &Filter,
    after: Option<DispositionId>,
    limit: u64,
) -> Select<Entity> {
    filtered(sight, filter)
        .filter(Condition::all().add_option(after.map(|id| Column::Id.gt(id))))
        .order_by_asc(Column::Id)
        .limit(limit)
}

/// The measures in sight that answer these demands.
#[must_use]
pub fn answering(sight: &Sight, demands: impl IntoIterator<Item = DemandId>) -> Select<Entity> {
    Entity::find()
        .filter(Column::DemandId.is_in(demands))
        .filter(sight.dispositions())
        .order_by_asc(Column::Id)
}

/// Whom a question about binding measures is about. A registration whose identity was corrected is found by itself, and one
/// that was made since by its party.
#[derive(Clone, Debug, Default)]
pub struct Subjects {
    /// Parties.
    pub parties: Vec<PartyId>,
    /// Registrations.
    pub registrations: Vec<RegistrationId>,
}

/// The measures of these kinds against these subjects that bind on a day, on one platform or on any.
#[must_use]
pub fn binding(
    subjects: &Subjects,
    kinds: impl IntoIterator<Item = DispositionKind>,
    platform: Option<PlatformId>,
    on: NaiveDate,
) -> Select<Entity> {
    let theirs = Condition::any()
        .add(Column::PartyId.is_in(subjects.parties.iter().copied()))
        .add(Column::RegistrationId.is_in(subjects.registrations.iter().copied()));
    Entity::find()
        // Written out, as the index of what stands has it.
        .filter(Expr::cust("disposition.state = 'OPEN'"))
        .filter(theirs)
        .filter(Column::Kind.is_in(kinds))
        .filter(Condition::all().add_option(platform.map(|id| Column::PlatformId.eq(id))))
        .filter(Column::ValidFrom.lte(on))
        .filter(
            Condition::any()
                .add(Column::ValidUntil.is_null())
                .add(Column::ValidUntil.gte(on)),
        )
        .order_by_asc(Column::Id)
}

/// The measures that belong to a listing and stand.
#[must_use]
pub fn of_entry(entry: EntryId) -> Select<Entity> {
    Entity::find()
        .filter(Expr::cust("disposition.state = 'OPEN'"))
        .filter(Column::EntryId.eq(entry))
        .order_by_asc(Column::Id)
}

/// The measures whose last day lies before a day and that stand in the book as if it did not. Those of a listing end with
/// it, in one transaction.
#[must_use]
pub fn run_out(today: NaiveDate) -> Select<Entity> {
    Entity::find()
        .filter(Expr::cust("disposition.state = 'OPEN'"))
        .filter(Column::EntryId.is_null())
        .filter(Column::ValidUntil.lt(today))
        .order_by_asc(Column::Id)
}

/// The measures that belong to listings, whatever became of them.
#[must_use]
pub fn of_entries(entries: impl IntoIterator<Item = EntryId>) -> Select<Entity> {
    Entity::find().filter(Column::EntryId.is_in(entries))
}

/// Has the measures of a listing end with its shortened term.
#[must_use]
pub fn shorten(entry: EntryId, until: NaiveDate) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::ValidUntil, Expr::value(until))
        .filter(Column::EntryId.eq(entry))
        .filter(Column::State.eq(DispositionState::Open))
}

/// Ends measures that stand, with their own last day.
#[must_use]
pub fn expire(ids: impl IntoIterator<Item = DispositionId>) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(DispositionState::Expired))
        .col_expr(Column::EndedOn, Expr::col(Column::ValidUntil))
        .filter(Column::Id.is_in(ids))
        .filter(Column::State.eq(DispositionState::Open))
}

/// Lifts a measure that stands.
#[must_use]
pub fn lift(
    id: DispositionId,
    (at, on): (DateTimeUtc, NaiveDate),
    why: Sealed<String>,
) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(DispositionState::Lifted))
        .col_expr(Column::LiftedAt, Expr::value(at))
        .col_expr(Column::EndedOn, Expr::value(on))
        .col_expr(Column::Lifting, Expr::value(why))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(DispositionState::Open))
}

/// Says which demand a measure answers.
#[must_use]
pub fn answers(id: DispositionId, demand: DemandId) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::DemandId, Expr::value(demand))
        .filter(Column::Id.eq(id))
}

/// All measures against a party, for whoever tells that person what is held.
#[must_use]
pub fn all_of(party: PartyId) -> Select<Entity> {
    Entity::find()
        .filter(Column::PartyId.eq(party))
        .order_by_asc(Column::Id)
}

/// All measures against these registrations, for whoever removes them.
#[must_use]
pub fn of_registrations(ids: impl IntoIterator<Item = RegistrationId>) -> Select<Entity> {
    Entity::find().filter(Column::RegistrationId.is_in(ids))
}
