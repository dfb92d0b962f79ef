//! The book that an office keeps of a platform it surveyed. Its id stands where registrations, accounts and ties name their
//! platform, so that what an office found never meets what the platform filed, nor what another office found: all uniqueness
//! is within the book. Which platform the book is of may be learnt later; nothing in it changes then.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{Condition, DeleteMany, QueryOrder, QuerySelect, SelectGetableTuple, Selector};

use crate::id::{ImportId, OfficeId, PlatformId};

/// A book's row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "survey_book")]
pub struct Model {
    /// Its id, which is the key of the platform in its registrations.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PlatformId,
    /// Whose survey.
    pub office_id: OfficeId,
    /// The tenant it is of; absent as long as the platform is known by its name only.
    pub platform_id: Option<PlatformId>,
    /// The platform's name, as it was first written.
    pub name: String,
    /// The same, normalised: an office has one book for each.
    pub name_key: String,
    /// The import that began it.
    pub import_id: Option<ImportId>,
    /// When it was begun.
    pub created_at: DateTimeUtc,
    /// When it was said which tenant it is of.
    pub joined_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// An office's books.
#[must_use]
pub fn of_office(office: OfficeId) -> Select<Entity> {
    Entity::find()
        .filter(Column::OfficeId.eq(office))
        .order_by_asc(Column::Id)
}

/// The ids of an office's books, held against whoever would drop one.
#[must_use]
pub fn held(office: OfficeId) -> Selector<SelectGetableTuple<PlatformId>> {
    of_office(office)
        .lock(LockType::KeyShare)
        .select_only()
        .column(Column::Id)
        .into_tuple()
}

/// A page of those of them whose platform is no tenant, after an id.
#[must_use]
pub fn unjoined(office: OfficeId, after: Option<PlatformId>, limit: u64) -> Select<Entity> {
    of_office(office)
        .filter(Column::PlatformId.is_null())
        .filter(Condition::all().add_option(after.map(|id| Column::Id.gt(id))))
        .limit(limit)
}

/// One of an office's books.
#[must_use]
pub fn one_of_office(office: OfficeId, id: PlatformId) -> Select<Entity> {
    of_office(office).filter(Column::Id.eq(id))
}

/// An office's book of a name.
#[must_use]
pub fn named(office: OfficeId, key: &str) -> Select<Entity> {
    of_office(office).filter(Column::NameKey.eq(key))
}

/// An office's books of a tenant, oldest first.
#[must_use]
pub fn of_tenant(office: OfficeId, platform: PlatformId) -> Select<Entity> {
    of_office(office).filter(Column::PlatformId.eq(platform))
}

/// The books of a tenant, whichever office keeps them, for the house's own comparison.
#[must_use]
pub fn of_platform(platform: PlatformId) -> Select<Entity> {
    Entity::find().filter(Column::PlatformId.eq(platform))
}

/// Books by id whatever the sight: those that a record in sight names.
#[must_use]
pub fn by_ids(ids: impl IntoIterator<Item = PlatformId>) -> Select<Entity> {
    Entity::find().filter(Column::Id.is_in(ids))
}

/// The books that an import began.
#[must_use]
pub fn begun_by(import: ImportId) -> Select<Entity> {
    Entity::find().filter(Column::ImportId.eq(import))
}

/// Drops those of them in which nothing stands and into which no import is about to write.
#[must_use]
pub fn begun_in_vain(import: ImportId) -> DeleteMany<Entity> {
    // Each book is looked up by itself: PostgreSQL would join an EXISTS, and read through all imports.
    let empty = "(SELECT 1 FROM registration WHERE platform_key = survey_book.id LIMIT 1) IS NULL";
    let unwanted = "(SELECT 1 FROM import_job WHERE book_id = survey_book.id \
                    AND state IN ('READING', 'REVIEW', 'COMMITTING') LIMIT 1) IS NULL";
    Entity::delete_many()
        .filter(Column::ImportId.eq(import))
        .filter(Expr::cust(empty))
        .filter(Expr::cust(unwanted))
}

/// Every book, for the house's own jobs.
#[must_use]
pub fn all() -> Select<Entity> {
    Entity::find()
}
