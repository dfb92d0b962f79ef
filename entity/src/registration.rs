//! The registration: one party in one role on one platform, and which immutable revision of it is current.
//! What is not sealed here is what lists are filtered and ordered by.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, ExprTrait, Func, Query, WindowStatement};
use sea_orm::{
    Condition, DbBackend, FromQueryResult, Order as Direction, QueryOrder, QuerySelect, Statement,
    UpdateMany,
};

use crate::id::{PartyId, PlatformId, RegistrationId};
use crate::kind::{IdentityKind, RecordSource, RegistrationStatus, SubjectKind};
use crate::sealed::{BlindIndex, Fingerprint, IndexColumn};
use crate::sight::Sight;
use crate::tie::Book;

pub use crate::registration_page::{Filter, Key, Order, Page};

/// Stands in `verified_on` for "never", so that what was never verified comes first in the order of due days.
pub const NEVER_VERIFIED: NaiveDate = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();

/// The last day that both databases write with four digits.
pub const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap();

/// A registration's row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "registration")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RegistrationId,
    /// The role.
    pub kind: SubjectKind,
    /// Who.
    pub party_id: PartyId,
    /// The platform, or the constant for own sites.
    pub platform_key: PlatformId,
    /// Where it comes from.
    pub source: RecordSource,
    /// The platform's own key.
    pub external_id: Option<String>,
    /// 证件类型 of the party, which decides between the sheets of registered and unregistered.
    pub identity_kind: IdentityKind,
    /// Whether it stands.
    pub status: RegistrationStatus,
    /// The last day, while it is closed.
    pub closed_on: Option<NaiveDate>,
    /// The current revision's number.
    pub revision: i32,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// The finest division by which a local office sees it.
    pub seat: Option<String>,
    /// The city-level division above `seat`.
    pub seat_city: Option<String>,
    /// The legal day of the last verification.
    pub verified_on: NaiveDate,
    /// Finds the phone again by exact match: the index under the key with the odd id.
    pub phone_index: Option<BlindIndex>,
    /// The index under the key with the even id.
    pub phone_index_even: Option<BlindIndex>,
    /// What the platform observed last, and when.
    pub observed_at: DateTimeUtc,
    /// When it was first recorded.
    pub created_at: DateTimeUtc,
    /// When its current revision was recorded.
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The platform, or none for an own-site operator.
    #[must_use]
    pub fn platform(&self) -> Option<PlatformId> {
        (self.platform_key != PlatformId::OWN_SITE).then_some(self.platform_key)
    }

    /// The blind index of its phone in one of the two columns.
    #[must_use]
    pub const fn phone_index(&self, column: IndexColumn) -> Option<&BlindIndex> {
        match column {
            IndexColumn::Odd => self.phone_index.as_ref(),
            IndexColumn::Even => self.phone_index_even.as_ref(),
        }
    }

    /// The book in which it stands, as ties name it.
    #[must_use]
    pub const fn book(&self) -> Book {
        Book {
            platform: self.platform_key,
            source: self.source,
        }
    }

    /// The legal day of the last verification, or none.
    #[must_use]
    pub fn last_verified(&self) -> Option<NaiveDate> {
        (self.verified_on != NEVER_VERIFIED).then_some(self.verified_on)
    }
}

/// Registrations in sight.
#[must_use]
pub fn seen_by(sight: &Sight) -> Select<Entity> {
    Entity::find().filter(sight.registrations())
}

/// One registration, if it is in sight.
#[must_use]
pub fn one_seen_by(sight: &Sight, id: RegistrationId) -> Select<Entity> {
    seen_by(sight).filter(Column::Id.eq(id))
}

/// Those of these registrations that are in sight.
#[must_use]
pub fn some_seen_by(
    sight: &Sight,
    ids: impl IntoIterator<Item = RegistrationId>,
) -> Select<Entity> {
    seen_by(sight).filter(Column::Id.is_in(ids))
}

/// A party's registrations in sight.
#[must_use]
pub fn of_party(sight: &Sight, party: PartyId) -> Select<Entity> {
    seen_by(sight).filter(Column::PartyId.eq(party))
}

/// The registrations in sight of each of these parties after an id, at most so many of each; in order of id.
#[must_use]
pub fn of_parties(
    sight: &Sight,
    parties: impl IntoIterator<Item = PartyId>,
    (after, limit): (Option<RegistrationId>, i64),
) -> Select<Entity> {
    let theirs = Condition::all()
        .add(Column::PartyId.is_in(parties))
        .add_option(after.map(|id| Column::Id.gt(id)));
    first_of_each(Column::PartyId, sight, theirs, limit)
}

/// The registrations in sight of natural persons that have one of these phones, at most so many of each phone; in order
/// of id.
#[must_use]
pub fn of_people_with_phones(
    sight: &Sight,
    of: IndexColumn,
    phones: impl IntoIterator<Item = BlindIndex>,
    limit: i64,
) -> Select<Entity> {
    let column = phone_column(of);
    // Said as the index says it: a bound value would hide from PostgreSQL that the index has all of them.
    let organisation = Expr::Constant(IdentityKind::Uscc.as_str().into());
    let theirs = Condition::all()
        .add(column.is_in(phones))
        .add(Expr::col((Entity, Column::IdentityKind)).ne(organisation));
    first_of_each(column, sight, theirs, limit)
}

/// The column of a phone's blind index.
const fn phone_column(of: IndexColumn) -> Column {
    match of {
        IndexColumn::Odd => Column::PhoneIndex,
        IndexColumn::Even => Column::PhoneIndexEven,
    }
}

/// The next registrations after an id, in the order of their ids, for whoever writes their indexes anew.
#[must_use]
pub fn after(id: Option<RegistrationId>, limit: u64) -> Select<Entity> {
    let after = Condition::all().add_option(id.map(|id| Column::Id.gt(id)));
    Entity::find()
        .filter(after)
        .order_by_asc(Column::Id)
        .limit(limit)
}

/// Writes the blind index of a phone into one of the two columns, unless the registration has another revision by now:
/// then whoever wrote that wrote both.
#[must_use]
pub fn index_anew(
    (id, revision): (RegistrationId, i32),
    of: IndexColumn,
    phone: Option<BlindIndex>,
) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(phone_column(of), Expr::value(phone))
        .filter(Column::Id.eq(id))
        .filter(Column::Revision.eq(revision))
}

/// The first registrations in sight for each value of a column, at most so many of each; in order of id.
fn first_of_each(column: Column, sight: &Sight, theirs: Condition, limit: i64) -> Select<Entity> {
    let place = Alias::new("place");
    let mut ranked = Query::select();
    ranked
        .column((Entity, Column::Id))
        .expr_window_as(
            Func::cust("ROW_NUMBER"),
            WindowStatement::partition_by((Entity, column))
                .order_by((Entity, Column::Id), Direction::Asc)
                .take(),
            place.clone(),
        )
        .from(Entity)
        .cond_where(sight.registrations())
        .cond_where(theirs);
    let mut first = Query::select();
    first
        .column(Column::Id)
        .from_subquery(ranked, "ranked")
        .and_where(Expr::col(place).lte(limit));
    Entity::find()
        .filter(Column::Id.in_subquery(first))
        .order_by_asc(Column::Id)
}

/// How many registrations of each of these parties are in sight: the party and its count, as `rows`.
#[must_use]
pub fn count_of_parties(
    sight: &Sight,
    parties: impl IntoIterator<Item = PartyId>,
) -> Select<Entity> {
    seen_by(sight)
        .filter(Column::PartyId.is_in(parties))
        .select_only()
        .column(Column::PartyId)
        .column_as(Column::Id.count(), "rows")
        .group_by(Column::PartyId)
}

/// The registrations that a deed on one platform, role and source may touch, by party.
#[must_use]
pub fn in_ledger(
    platform: PlatformId,
    kind: SubjectKind,
    source: RecordSource,
    parties: impl IntoIterator<Item = PartyId>,
) -> Select<Entity> {
    Entity::find().filter(
        Condition::all()
            .add(Column::PlatformKey.eq(platform))
            .add(Column::Kind.eq(kind))
            .add(Column::Source.eq(source))
            .add(Column::PartyId.is_in(parties)),
    )
}

/// Registrations that a deed reached through what it may change: a tie of the same book.
#[must_use]
pub fn named(ids: impl IntoIterator<Item = RegistrationId>) -> Select<Entity> {
    Entity::find().filter(Column::Id.is_in(ids))
}

/// Which registrations of a platform's role hold these external ids, as [`Held`]. Each id is looked up by itself: in a list
/// PostgreSQL would go on with the plan that it made when the table was small, and compare every row with every id.
#[must_use]
pub fn holding_external_ids(
    (platform, kind, source): (PlatformId, SubjectKind, RecordSource),
    ids: impl IntoIterator<Item = String>,
    backend: DbBackend,
) -> Statement {
    let (asked, id) = ("asked", "column1");
    let holder = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::PlatformKey.eq(platform))
        .and_where(Expr::col((Entity, Column::ExternalId)).equals((asked, id)))
        .and_where(Column::Kind.eq(kind))
        .and_where(Column::Source.eq(source))
        .to_owned();
    let mut held = Query::select();
    held.expr_as(Expr::col((asked, id)), Column::ExternalId)
        .expr_as(holder, Column::Id)
        .from_values(ids, asked);
    backend.build(&held)
}

/// An external id with the registration that holds it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Held {
    /// The external id that was asked about.
    pub external_id: String,
    /// The registration, if any holds it.
    pub id: Option<RegistrationId>,
}

/// All registrations of a party, for whoever tells that person what is held.
#[must_use]
pub fn all_of(party: PartyId) -> Select<Entity> {
    Entity::find()
        .filter(Column::PartyId.eq(party))
        .order_by_asc(Column::Id)
}

/// Those of these registrations on which something rests that must not lose them: a filing that froze them, a training, a
/// report of a livestream, a measure, a demand or a hold.
#[must_use]
pub fn rested_on(
    ids: impl IntoIterator<Item = RegistrationId>,
) -> sea_orm::Selector<sea_orm::SelectGetableTuple<RegistrationId>> {
    let resting = [
        // The filings first, and a survey's book has none: SQLite would else try every filing there is.
        "submission s CROSS JOIN submission_row x WHERE x.submission_id = s.id \
         AND s.platform_id = registration.platform_key AND x.registration_id = registration.id",
        "training WHERE registration_id = registration.id",
        "live_session WHERE operator_id = registration.id",
        "live_session_streamer WHERE registration_id = registration.id",
        "disposition WHERE registration_id = registration.id",
        "disposition_demand WHERE registration_id = registration.id",
        "legal_hold WHERE lifted_at IS NULL AND subject IN (registration.id, registration.party_id)",
    ];
    let rests = resting.into_iter().fold(Condition::any(), |any, place| {
        any.add(Expr::cust(format!("EXISTS (SELECT 1 FROM {place})")))
    });
    named(ids)
        .filter(rests)
        .select_only()
        .column(Column::Id)
        .into_tuple()
}

/// Everything of a role in a book after an id, in order, for whoever goes through all of it.
#[must_use]
pub fn in_book(
    (book, kind): (PlatformId, SubjectKind),
    after: Option<RegistrationId>,
    limit: u64,
) -> Select<Entity> {
    Entity::find()
        .filter(Column::PlatformKey.eq(book))
        .filter(Column::Kind.eq(kind))
        .filter(Condition::all().add_option(after.map(|id| Column::Id.gt(id))))
        .order_by_asc(Column::Id)
        .limit(limit)
}

/// What stands of these parties in a role in any of these books: what offices found of whom a platform files.
#[must_use]
pub fn in_books(
    books: impl IntoIterator<Item = PlatformId>,
    kind: SubjectKind,
    parties: impl IntoIterator<Item = PartyId>,
) -> Select<Entity> {
    Entity::find()
        .filter(Column::PartyId.is_in(parties))
        .filter(Column::PlatformKey.is_in(books))
        .filter(Column::Kind.eq(kind))
}

/// The registrations of natural persons in these books that have one of these phones.
#[must_use]
pub fn people_in_books_with_phones(
    books: impl IntoIterator<Item = PlatformId>,
    of: IndexColumn,
    phones: impl IntoIterator<Item = BlindIndex>,
) -> Select<Entity> {
    // Said as the index says it, as above.
    let organisation = Expr::Constant(IdentityKind::Uscc.as_str().into());
    Entity::find()
        .filter(phone_column(of).is_in(phones))
        .filter(Expr::col((Entity, Column::IdentityKind)).ne(organisation))
        .filter(Column::PlatformKey.is_in(books))
}
