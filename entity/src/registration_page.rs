//! Keyset pages of registrations: each arm of a sight is one index range with its own limit, and the page is their
//! merge. Nothing here decides what is in sight.

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{
    Alias, Asterisk, Expr, ExprTrait, Order as Direction, Query, SelectStatement, UnionType,
};
use sea_orm::{ColumnTrait, Condition, DbBackend, EntityTrait, QueryFilter, QueryTrait};

use crate::blacklist;
use crate::blacklist::gate::Known;
use crate::id::{PartyId, PlatformId, RegistrationId};
use crate::kind::{RecordSource, RegistrationStatus, SubjectKind, TieKind};
use crate::registration::{Column, Entity, Model};
use crate::sight::{Arm, Seats, Sight};
use crate::tie::{self, Book};

/// Registrations of one kind that were last verified within these days; an empty range matches nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedWithin {
    /// The kind: each has its own clock.
    pub kind: SubjectKind,
    /// The legal days of the last verification.
    pub days: RangeInclusive<NaiveDate>,
}

impl VerifiedWithin {
    pub(crate) fn condition(&self) -> Condition {
        Condition::all()
            .add(Column::Kind.eq(self.kind))
            .add(Column::VerifiedOn.between(*self.days.start(), *self.days.end()))
    }
}

/// What lists of registrations are narrowed by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The role; absent in a list of all.
    pub kind: Option<SubjectKind>,
    /// One platform.
    pub platform: Option<PlatformId>,
    /// Seated here.
    pub seats: Option<Seats>,
    /// Open or closed.
    pub status: Option<RegistrationStatus>,
    /// What qualifies by its last verification, one a kind; empty = whatever it is.
    pub verified_on: Vec<VerifiedWithin>,
    /// Recorded after this instant.
    pub changed_since: Option<DateTime<Utc>>,
    /// The platform's own keys.
    pub external_ids: Option<Vec<String>>,
    /// Where it comes from.
    pub source: Option<RecordSource>,
    /// Streamers that have this agency: the book in which it stands, and who it is.
    pub agency: Option<(Book, PartyId)>,
    /// Whose party is listed, or is not, as far as the caller knows.
    pub blacklisted: Option<Known>,
    /// Matches nothing, whatever else is asked: a division that is unknown, a state the edition does not have.
    pub impossible: bool,
}

/// The order of a list: ascending, ties by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By id, which is by the time of creation.
    Id,
    /// By the time of the current revision.
    UpdatedAt,
    /// By the day verification is due, never-verified first.
    VerificationDue,
}

/// Where a page begins or ends: the sort value and the id of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// In [`Order::Id`].
    Id(RegistrationId),
    /// In [`Order::UpdatedAt`].
    UpdatedAt(DateTime<Utc>, RegistrationId),
    /// In [`Order::VerificationDue`].
    VerifiedOn(NaiveDate, RegistrationId),
}

/// One page: forward from `after`, or backward from `before`.
#[derive(Clone, Debug)]
pub struct Page {
    /// The order.
    pub order: Order,
    /// Only what follows this key.
    pub after: Option<Key>,
    /// Only what precedes this key.
    pub before: Option<Key>,
    /// Whether the last rows are wanted instead of the first.
    pub backward: bool,
    /// At most this many rows.
    pub limit: u64,
}

impl Filter {
    fn condition(&self, backend: DbBackend) -> Condition {
        let mut all = Condition::all()
            .add_option(self.status.map(|status| Column::Status.eq(status)))
            .add_option(self.source.map(|source| Column::Source.eq(source)))
            .add_option(self.changed_since.map(|at| Column::UpdatedAt.gt(at)));
        if let Some(ids) = &self.external_ids {
            all = all.add(Column::ExternalId.is_in(ids.iter().cloned()));
        }
        if let Some(seats) = &self.seats {
            all = all.add(
                Condition::any()
                    .add(Column::SeatCity.is_in(seats.cities.iter().cloned()))
                    .add(Column::Seat.is_in(seats.counties.iter().cloned())),
            );
        }
        if !self.verified_on.is_empty() {
            let kinds = self.verified_on.iter().map(VerifiedWithin::condition);
            all = all.add(kinds.fold(Condition::any(), Condition::add));
        }
        if let Some((book, agency)) = self.agency {
            let streamers = tie::declaring(book, TieKind::StreamerAgency, agency);
            all = all.add(Column::Id.in_subquery(streamers));
        }
        if let Some(known) = &self.blacklisted {
            all = all.add(listed(known, backend));
        }
        if self.impossible {
            all = all.add(Expr::value(false));
        }
        all
    }
}

/// Whose party is listed, or is not. The listed are gathered first, because few of them are registered: a page would else be
/// looked for among everybody. PostgreSQL is given them as an array, or it would hope to meet some soon on its way through
/// the page's index. Of those who are not listed nearly everybody is one, so each row is asked about as it comes.
fn listed(known: &Known, backend: DbBackend) -> Expr {
    let party = Expr::col((Entity, Column::PartyId));
    let listed = (blacklist::Entity, blacklist::Column::PartyId);
    let [mut own, mut open] = known.arms().map(|arm| {
        let mut entries = Query::select();
        entries.from(blacklist::Entity).cond_where(arm);
        entries
    });
    if !known.listed {
        let absent = [own, open].map(|mut entries| {
            entries
                .expr(Expr::val(1))
                .and_where(Expr::col(listed).equals((Entity, Column::PartyId)));
            Expr::exists(entries).not()
        });
        let [own, open] = absent;
        return own.and(open);
    }
    own.column(listed);
    open.column(listed);
    own.union(UnionType::All, open);
    if backend == DbBackend::Postgres {
        let entries = Expr::SubQuery(None, Box::new(own.into()));
        return Expr::cust_with_exprs("$1 = ANY(ARRAY($2))", [party, entries]);
    }
    party.in_subquery(own)
}

/// So many arms go into one statement: SQLite takes 500 in a compound, and planning many costs more than running them.
const ARMS: usize = 100;

/// The roles that registrations have, in the order in which a list of all looks for them.
const ROLES: [SubjectKind; 4] = [
    SubjectKind::Operator,
    SubjectKind::Streamer,
    SubjectKind::Agency,
    SubjectKind::Merchant,
];

/// The arms of a filter, each of one role, so that each is one index range. What cannot hold anything that the filter
/// lets through is left out: it would be searched in full.
fn arms(sight: &Sight, filter: &Filter) -> Vec<Arm> {
    let roles = ROLES.into_iter();
    let wanted = roles.filter(|role| filter.kind.is_none_or(|kind| kind == *role));
    let arms = wanted.flat_map(|role| {
        let arms = sight.arms(filter.platform, Some(role)).into_iter();
        let other = |arm: &Arm| arm.source.zip(filter.source).is_some_and(|(a, b)| a != b);
        arms.filter(move |arm| !other(arm))
            .map(move |arm| arm.in_role(role))
    });
    arms.collect()
}

/// The statements of a page in sight; the rows of each come in the page's order, or reversed when it runs backward, and
/// [`merge`] makes one page of them.
#[must_use]
pub fn page(
    sight: &Sight,
    filter: &Filter,
    page: &Page,
    backend: DbBackend,
) -> Vec<sea_orm::Statement> {
    let arms = arms(sight, filter);
    let statement = |arms: &[Arm]| {
        let rows = arms.iter().map(|arm| one_arm(arm, (filter, page), backend));
        let rows = rows.collect::<Vec<_>>();
        if let [only] = rows.as_slice() {
            return backend.build(only);
        }
        let mut outer = Query::select();
        outer.column(Asterisk);
        if let Some(merged) = union(rows, filter) {
            outer.from_subquery(merged, Alias::new("registration"));
        }
        sort(&mut outer, page, None);
        backend.build(&outer)
    };
    arms.chunks(ARMS).map(statement).collect()
}

fn one_arm(arm: &Arm, (filter, page): (&Filter, &Page), backend: DbBackend) -> SelectStatement {
    let mut select = Entity::find()
        .filter(arm.condition.clone())
        .filter(filter.condition(backend));
    for (key, after) in [(page.after, true), (page.before, false)] {
        if let Some(key) = key {
            select = select.filter(beyond(key, after));
        }
    }
    let mut statement = select.into_query();
    sort(&mut statement, page, arm.first);
    statement
}

/// The rows of all arms; none where there are no arms.
fn union(arms: Vec<SelectStatement>, filter: &Filter) -> Option<SelectStatement> {
    // A streamer may lie in several arms of a sight, and counts once.
    let union = match filter.kind {
        None | Some(SubjectKind::Streamer) => UnionType::Distinct,
        Some(_) => UnionType::All,
    };
    let mut arms = arms.into_iter().map(wrap);
    let mut merged = arms.next()?;
    for arm in arms {
        merged.union(union, arm);
    }
    Some(merged)
}

/// One page out of what several statements of it found, at most `page.limit` rows, each once.
#[must_use]
pub fn merge(mut found: Vec<Vec<Model>>, page: &Page) -> Vec<Model> {
    if found.len() == 1 {
        return found.pop().unwrap_or_default();
    }
    let mut rows: Vec<Model> = found.into_iter().flatten().collect();
    rows.sort_by(|a, b| {
        let order = match page.order {
            Order::Id => a.id.cmp(&b.id),
            Order::UpdatedAt => (a.updated_at, a.id).cmp(&(b.updated_at, b.id)),
            Order::VerificationDue => (a.verified_on, a.id).cmp(&(b.verified_on, b.id)),
        };
        if page.backward {
            order.reverse()
        } else {
            order
        }
    });
    rows.dedup_by_key(|row| row.id);
    rows.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
    rows
}

/// Counts what a filter matches in sight, up to `limit`.
#[must_use]
pub fn count(sight: &Sight, filter: &Filter, limit: u64, backend: DbBackend) -> sea_orm::Statement {
    // In an order, because PostgreSQL would rather read the whole table than ten thousand rows through an index.
    let page = Page {
        order: Order::Id,
        after: None,
        before: None,
        backward: false,
        limit,
    };
    let ids = |arm: &Arm| {
        let mut rows = one_arm(arm, (filter, &page), backend);
        rows.clear_selects().column((Entity, Column::Id));
        rows
    };
    let arms = arms(sight, filter);
    let chunks = arms.chunks(ARMS);
    let chunks = chunks.filter_map(|arms| union(arms.iter().map(ids).collect(), filter));
    let mut rows = Query::select();
    match union(chunks.collect(), filter) {
        Some(merged) => rows.column(Asterisk).from_subquery(merged, "arms"),
        None => rows
            .expr_as(Expr::val(1), "one")
            .and_where(Expr::value(false)),
    };
    rows.limit(limit);
    let mut outer = Query::select();
    outer
        .expr_as(Expr::col(Asterisk).count(), "rows")
        .from_subquery(rows, "counted");
    backend.build(&outer)
}

/// SQLite takes ORDER BY and LIMIT inside a compound only from a subquery.
fn wrap(arm: SelectStatement) -> SelectStatement {
    let mut select = Query::select();
    select
        .column(Asterisk)
        .from_subquery(arm, Alias::new("arm"));
    select
}

fn sort(select: &mut SelectStatement, page: &Page, first: Option<Column>) {
    let direction = if page.backward {
        Direction::Desc
    } else {
        Direction::Asc
    };
    let table = Alias::new("registration");
    if let Some(first) = first {
        select.order_by((table.clone(), first), direction.clone());
    }
    match page.order {
        Order::Id => {}
        Order::UpdatedAt => {
            select.order_by((table.clone(), Column::UpdatedAt), direction.clone());
        }
        Order::VerificationDue => {
            select.order_by((table.clone(), Column::VerifiedOn), direction.clone());
        }
    }
    select
        .order_by((table, Column::Id), direction)
        .limit(page.limit);
}

/// Strictly after (or before) a key, as a row value, so that one index range answers it.
fn beyond(key: Key, after: bool) -> sea_orm::sea_query::SimpleExpr {
    let compare = |left: sea_orm::sea_query::SimpleExpr, right: sea_orm::sea_query::SimpleExpr| {
        if after {
            left.gt(right)
        } else {
            left.lt(right)
        }
    };
    let tuple = |column: Column, value: sea_orm::Value, id: RegistrationId| {
        compare(
            Expr::tuple([
                Expr::col(column.as_column_ref()),
                Expr::col(Column::Id.as_column_ref()),
            ]),
            Expr::tuple([Expr::val(value), Expr::val(id)]),
        )
    };
    match key {
        Key::Id(id) => compare(Expr::col(Column::Id.as_column_ref()), Expr::val(id)),
        Key::UpdatedAt(at, id) => tuple(Column::UpdatedAt, at.into(), id),
        Key::VerifiedOn(on, id) => tuple(Column::VerifiedOn, on.into(), id),
    }
}
