//! Ties between registrations, as dated periods: whose rooms a streamer appears in, which agency has a streamer, whose
//! goods an operator shows. The other side is a party of the same book, registered or not: what is named before it
//! registers joins by itself when it does. Ties to people, who need no registration, are kept here too; who they belong to
//! is read by `party_link`.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    Asterisk, ExprTrait as _, JoinType, Order, Query, SelectStatement, UnionType, ValueTuple,
};
use sea_orm::{Condition, DbBackend, QueryTrait as _, Statement, UpdateMany};

use crate::id::{PartyId, PlatformId, RegistrationId, TieId};
use crate::kind::{RecordSource, RegistrationStatus, TieKind};
use crate::registration;
use crate::sight::Sight;

/// A tie that a registration declares to a party.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tie")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TieId,
    /// Which two roles it joins.
    pub kind: TieKind,
    /// The platform in whose book both stand.
    pub platform_key: PlatformId,
    /// The source of both.
    pub source: RecordSource,
    /// The side that declares it.
    pub registration_id: RegistrationId,
    /// The party that is named.
    pub other_party_id: PartyId,
    /// Where an operator that is named sits, so that a local office finds its streamers; none while it is not registered.
    pub seat: Option<String>,
    /// The city-level division above `seat`.
    pub seat_city: Option<String>,
    /// The first day.
    pub since: NaiveDate,
    /// The last day, once it ended.
    pub until: Option<NaiveDate>,
}

impl ActiveModelBehavior for ActiveModel {}

/// The book in which both sides of a tie stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Book {
    /// The platform, or the constant for own sites.
    pub platform: PlatformId,
    /// Where its registrations come from.
    pub source: RecordSource,
}

fn open() -> Condition {
    Condition::all().add(Column::Until.is_null())
}

fn naming_condition(
    book: Book,
    kind: TieKind,
    parties: impl IntoIterator<Item = PartyId>,
) -> Condition {
    open()
        .add(Column::OtherPartyId.is_in(parties))
        .add(Column::PlatformKey.eq(book.platform))
        .add(Column::Kind.eq(kind))
        .add(Column::Source.eq(book.source))
}

/// The open ties that these registrations declare.
#[must_use]
pub fn open_of(registrations: impl IntoIterator<Item = RegistrationId>) -> Select<Entity> {
    Entity::find().filter(open().add(Column::RegistrationId.is_in(registrations)))
}

/// All ties of a kind that these registrations declare or declared.
#[must_use]
pub fn of_kind(
    kind: TieKind,
    registrations: impl IntoIterator<Item = RegistrationId>,
) -> Select<Entity> {
    Entity::find().filter(
        Condition::all()
            .add(Column::RegistrationId.is_in(registrations))
            .add(Column::Kind.eq(kind)),
    )
}

/// The open ties of a kind that name these parties.
#[must_use]
pub fn naming(
    book: Book,
    kind: TieKind,
    parties: impl IntoIterator<Item = PartyId>,
) -> Select<Entity> {
    Entity::find().filter(naming_condition(book, kind, parties))
}

/// The open ties of a kind that these registrations declare to these parties.
#[must_use]
pub fn declared_by(
    book: Book,
    kind: TieKind,
    registrations: impl IntoIterator<Item = RegistrationId>,
    parties: impl IntoIterator<Item = PartyId>,
) -> Select<Entity> {
    naming(book, kind, parties).filter(Column::RegistrationId.is_in(registrations))
}

/// The ids of the registrations that declare an open tie of a kind to a party, as a subquery.
#[must_use]
pub fn declaring(book: Book, kind: TieKind, party: PartyId) -> SelectStatement {
    Query::select()
        .column(Column::RegistrationId)
        .from(Entity)
        .cond_where(naming_condition(book, kind, [party]))
        .to_owned()
}

/// Ends these ties on a day.
#[must_use]
pub fn end(ids: impl IntoIterator<Item = TieId>, on: NaiveDate) -> UpdateMany<Entity> {
    ending(on).filter(Column::Id.is_in(ids))
}

/// Ends every open tie that these registrations declare on a day.
#[must_use]
pub fn end_all_of(
    registrations: impl IntoIterator<Item = RegistrationId>,
    on: NaiveDate,
) -> UpdateMany<Entity> {
    ending(on).filter(open().add(Column::RegistrationId.is_in(registrations)))
}

/// Ends every open tie of a kind that names these parties on a day.
#[must_use]
pub fn end_naming(
    book: Book,
    kind: TieKind,
    parties: impl IntoIterator<Item = PartyId>,
    on: NaiveDate,
) -> UpdateMany<Entity> {
    ending(on).filter(naming_condition(book, kind, parties))
}

/// A tie that began after the day ends on the day it began.
fn ending(on: NaiveDate) -> UpdateMany<Entity> {
    let began_later = Condition::all().add(Column::Since.gt(on));
    let last_day = Expr::case(began_later, Expr::col(Column::Since)).finally(on);
    Entity::update_many().col_expr(Column::Until, last_day.into())
}

/// Lets the open ties of a kind that name a party name another: its number was corrected.
#[must_use]
pub fn rename(book: Book, kind: TieKind, from: PartyId, to: PartyId) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::OtherPartyId, Expr::value(to))
        .filter(naming_condition(book, kind, [from]))
}

/// Says in the open ties that name these operators where they sit now.
#[must_use]
pub fn seat(
    book: Book,
    operators: impl IntoIterator<Item = PartyId>,
    (seat, city): (Option<&str>, Option<&str>),
) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::Seat, Expr::value(seat))
        .col_expr(Column::SeatCity, Expr::value(city))
        .filter(naming_condition(book, TieKind::StreamerOperator, operators))
}

/// One registration's question in [`tied`]: whom it is tied to.
#[derive(Clone, Copy, Debug)]
pub struct Arm {
    /// Its place among those that ask together, which comes back as the column `arm`.
    pub index: i32,
    /// Which tie.
    pub kind: TieKind,
    /// The registration whose declared ties are followed; none follows those that name `party`.
    pub declares: Option<RegistrationId>,
    /// The party that is named.
    pub party: PartyId,
    /// The book in which both stand.
    pub book: Book,
    /// Only registrations after this one.
    pub after: Option<RegistrationId>,
    /// At most so many.
    pub limit: u64,
}

/// The open registrations in sight that several are tied to, each arm in order of id with its own limit; nothing where
/// nobody asks. The arms of one statement are alike in their tie, their side, where they begin and their limit.
#[must_use]
pub fn tied(sight: &Sight, arms: &[Arm], backend: DbBackend) -> Statement {
    let rows = |arm: &Arm, of: Of| {
        let mut rows = arm.rows(sight, of);
        let table = registration::Entity;
        rows.column((table, Asterisk))
            .order_by((table, registration::Column::Id), Order::Asc);
        rows
    };
    if backend == DbBackend::Postgres {
        return lateral(arms, backend, |arm| rows(arm, Of::Asked));
    }
    union(
        arms.iter().map(|arm| {
            let mut rows = rows(arm, Of::Arm);
            rows.expr_as(Expr::val(arm.index), "arm");
            rows
        }),
        backend,
    )
}

/// How many each arm has, up to its limit, as the columns `arm` and `rows`; the arms are alike as in [`tied`].
#[must_use]
pub fn count_tied(sight: &Sight, arms: &[Arm], backend: DbBackend) -> Statement {
    let counted = |arm: &Arm, of: Of| {
        let mut rows = arm.rows(sight, of);
        rows.expr_as(Expr::val(1), "one");
        let mut counted = Query::select();
        counted
            .expr_as(Expr::col(Asterisk).count(), "rows")
            .from_subquery(rows, "counted");
        counted
    };
    if backend == DbBackend::Postgres {
        return lateral(arms, backend, |arm| counted(arm, Of::Asked));
    }
    union(
        arms.iter().map(|arm| {
            let mut counted = counted(arm, Of::Arm);
            counted.expr_as(Expr::val(arm.index), "arm");
            counted
        }),
        backend,
    )
}

/// Where a statement has whom it asks after.
#[derive(Clone, Copy)]
enum Of {
    /// In itself.
    Arm,
    /// In a row of the table of all that are asked after, as [`Arm::row`] puts it there.
    Asked,
}

impl Arm {
    /// Its index and whom it asks after.
    fn row(&self) -> ValueTuple {
        match self.declares {
            Some(id) => (self.index, Value::from(id)).into(),
            None => ValueTuple::Many(vec![
                self.index.into(),
                self.party.into(),
                self.book.platform.into(),
                self.book.source.as_str().into(),
            ]),
        }
    }

    fn rows(&self, sight: &Sight, whom: Of) -> SelectStatement {
        let of = |column: registration::Column| Expr::col((registration::Entity, column));
        let tie = |column: Column| Expr::col((Entity, column));
        let asked = |place: &'static str, own: Value| match whom {
            Of::Arm => Expr::val(own),
            Of::Asked => Expr::col(("asked", place)),
        };
        let mut rows = Query::select();
        rows.from(Entity)
            .cond_where(tie(Column::Until).is_null())
            .cond_where(tie(Column::Kind).eq(self.kind.as_str()))
            .cond_where(of(registration::Column::Status).eq(RegistrationStatus::Active.as_str()))
            .cond_where(sight.registrations())
            .limit(self.limit);
        let on = if let Some(id) = self.declares {
            rows.cond_where(tie(Column::RegistrationId).eq(asked("column2", id.into())));
            let same = |one: registration::Column, other: Column| of(one).equals((Entity, other));
            let role = self.kind.to().map_or_else(
                || Expr::value(false),
                |role| of(registration::Column::Kind).eq(role.as_str()),
            );
            Condition::all()
                .add(same(registration::Column::PartyId, Column::OtherPartyId))
                .add(same(registration::Column::PlatformKey, Column::PlatformKey))
                .add(same(registration::Column::Source, Column::Source))
                .add(role)
        } else {
            let (platform, source) = (self.book.platform.into(), self.book.source.as_str().into());
            rows.cond_where(tie(Column::OtherPartyId).eq(asked("column2", self.party.into())))
                .cond_where(tie(Column::PlatformKey).eq(asked("column3", platform)))
                .cond_where(tie(Column::Source).eq(asked("column4", source)));
            Condition::all()
                .add(of(registration::Column::Id).equals((Entity, Column::RegistrationId)))
        };
        rows.join(JoinType::InnerJoin, registration::Entity, on);
        if let Some(after) = self.after {
            rows.cond_where(of(registration::Column::Id).gt(after));
        }
        rows
    }
}

/// One statement of one arm, run for each of a table of arms: PostgreSQL plans and begins a compound of fifty arms for
/// longer than it runs it.
fn lateral(
    arms: &[Arm],
    backend: DbBackend,
    one: impl FnOnce(&Arm) -> SelectStatement,
) -> Statement {
    let Some(first) = arms.first() else {
        return nothing(backend);
    };
    let mut all = Query::select();
    all.column(("found", Asterisk))
        .expr_as(Expr::col(("asked", "column1")), "arm")
        .from_values(arms.iter().map(Arm::row), "asked")
        .join_lateral(JoinType::InnerJoin, one(first), "found", Expr::cust("TRUE"));
    backend.build(&all)
}

fn nothing(backend: DbBackend) -> Statement {
    backend.build(&Entity::find().filter(Expr::value(false)).into_query())
}

/// SQLite takes ORDER BY and LIMIT inside a compound only from a subquery.
fn union(mut arms: impl Iterator<Item = SelectStatement>, backend: DbBackend) -> Statement {
    let wrap = |arm: SelectStatement| {
        Query::select()
            .column(Asterisk)
            .from_subquery(arm, "asked")
            .to_owned()
    };
    let Some(first) = arms.next() else {
        return nothing(backend);
    };
    let mut all = wrap(first);
    for arm in arms {
        all.union(UnionType::All, wrap(arm));
    }
    backend.build(&all)
}

/// All ties that these registrations declare or declared, for the house's own jobs.
#[must_use]
pub fn all_of(registrations: impl IntoIterator<Item = RegistrationId>) -> Select<Entity> {
    Entity::find().filter(Column::RegistrationId.is_in(registrations))
}

/// All ties that name or named a party, for whoever tells that person what is held.
#[must_use]
pub fn all_naming(party: PartyId) -> Select<Entity> {
    Entity::find().filter(Column::OtherPartyId.eq(party))
}
