//! What registrations in sight say of parties: whose business they are, who represents them, whose number they bore. Every
//! statement begins at the parties that are asked about and reaches the others through a registration in sight, so that
//! nothing is learnt of one that is not.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    Alias, Asterisk, ExprTrait as _, Func, IntoColumnRef, JoinType, Order, Query, SelectStatement,
    UnionType, WindowStatement,
};
use sea_orm::{Condition, DbBackend, FromQueryResult, Statement};

use crate::id::{PartyId, PlatformId};
use crate::kind::TieKind;
use crate::registration;
use crate::sight::Sight;
use crate::tie;

/// A registration in sight names a party beside its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Naming {
    /// What it says of it.
    pub kind: TieKind,
    /// The registration's own party.
    pub party_id: PartyId,
    /// The party that is named.
    pub other_party_id: PartyId,
    /// The first day.
    pub since: NaiveDate,
    /// The last day, once it ended.
    pub until: Option<NaiveDate>,
}

/// A party is in sight on a platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromQueryResult)]
pub struct Seen {
    /// Which party.
    pub party_id: PartyId,
    /// The platform, or the constant for own sites.
    pub platform_key: PlatformId,
}

/// Which ties a statement reads. Those that ended have an index of their own.
#[derive(Clone, Copy)]
enum Over {
    /// Those that go on.
    No,
    /// Those that ended.
    Yes,
    /// Both, by way of the registration that declares them.
    Either,
}

/// What the registrations of these parties say of others, and said once: what goes on first, then the oldest, at most so
/// many of each party.
#[must_use]
pub fn declared(sight: &Sight, parties: &[PartyId], limit: i64, backend: DbBackend) -> Statement {
    let by = (registration::Entity, registration::Column::PartyId);
    let mut rows = namings(sight, Over::Either);
    rows.cond_where(Expr::col(by).is_in(parties.iter().copied()));
    backend.build(&first_of_each(rows, by, limit))
}

/// What registrations say of these parties, and said once: the oldest of what goes on and of what ended, at most so many of
/// each party.
#[must_use]
pub fn naming(sight: &Sight, parties: &[PartyId], limit: i64, backend: DbBackend) -> Statement {
    let arm = |over| {
        let by = (tie::Entity, tie::Column::OtherPartyId);
        let mut rows = namings(sight, over);
        rows.cond_where(Expr::col(by).is_in(parties.iter().copied()));
        first_of_each(rows, by, limit)
    };
    let mut all = arm(Over::No);
    all.union(UnionType::All, arm(Over::Yes));
    backend.build(&all)
}

/// On which platforms these parties are in sight: by a registration of their own, or by one that names them or named them
/// once.
#[must_use]
pub fn seen(sight: &Sight, parties: &[PartyId], backend: DbBackend) -> Statement {
    let parties = || parties.iter().copied();
    let platform = (registration::Entity, registration::Column::PlatformKey);
    let mut all = Query::select();
    all.distinct()
        .column((registration::Entity, registration::Column::PartyId))
        .column(platform)
        .from(registration::Entity)
        .cond_where(registration::Column::PartyId.is_in(parties()))
        .cond_where(sight.registrations());
    for over in [Over::No, Over::Yes] {
        let mut named = linking(sight, over);
        named
            .distinct()
            .expr_as(
                Expr::col((tie::Entity, tie::Column::OtherPartyId)),
                "party_id",
            )
            .column(platform)
            .cond_where(tie::Column::OtherPartyId.is_in(parties()));
        all.union(UnionType::Distinct, named);
    }
    backend.build(&all)
}

/// Ties that link, with the registrations in sight that declare them; columns are the caller's to choose.
fn linking(sight: &Sight, over: Over) -> SelectStatement {
    let linking = tie::Column::Kind.is_in(TieKind::LINKING);
    let which = match over {
        Over::No => Some(tie::Column::Until.is_null()),
        Over::Yes => Some(tie::Column::Until.is_not_null()),
        Over::Either => None,
    };
    let declares = Expr::col((registration::Entity, registration::Column::Id))
        .equals((tie::Entity, tie::Column::RegistrationId));
    let mut rows = Query::select();
    rows.from(tie::Entity)
        .join(JoinType::InnerJoin, registration::Entity, declares)
        .cond_where(Condition::all().add(linking).add_option(which))
        .cond_where(sight.registrations());
    rows
}

/// The same with the columns of a [`Naming`], without what a registration says of its own party.
fn namings(sight: &Sight, over: Over) -> SelectStatement {
    let own = (registration::Entity, registration::Column::PartyId);
    let mut rows = linking(sight, over);
    rows.column((tie::Entity, tie::Column::Id))
        .column((tie::Entity, tie::Column::Kind))
        .column(own)
        .column((tie::Entity, tie::Column::OtherPartyId))
        .column((tie::Entity, tie::Column::Since))
        .column((tie::Entity, tie::Column::Until))
        .cond_where(
            Expr::col(own)
                .equals((tie::Entity, tie::Column::OtherPartyId))
                .not(),
        );
    rows
}

/// The first rows for each value of a column: what goes on, then in the order in which the ties were declared.
fn first_of_each(mut rows: SelectStatement, by: impl IntoColumnRef, limit: i64) -> SelectStatement {
    let place = Alias::new("place");
    let rank = WindowStatement::partition_by(by)
        .order_by_expr(tie::Column::Until.is_not_null(), Order::Asc)
        .order_by((tie::Entity, tie::Column::Id), Order::Asc)
        .take();
    rows.expr_window_as(Func::cust("ROW_NUMBER"), rank, place.clone());
    Query::select()
        .column(Asterisk)
        .from_subquery(rows, "named")
        .cond_where(Expr::col(place).lte(limit))
        .to_owned()
}
