//! The party: one normalised identity number, once in the whole registry, and nothing else about it.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{Condition, QueryOrder as _, QuerySelect as _, UpdateMany};

use crate::id::PartyId;
use crate::kind::IdentityKind;
use crate::sealed::{BlindIndex, IndexColumn, Sealed};

/// A party's row; unique over kind, issuing country and blind index.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "party")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PartyId,
    /// 证件类型.
    pub kind: IdentityKind,
    /// ISO 3166-1 alpha-3, empty where the kind implies the country.
    pub issuing_country: String,
    /// Finds the number again by exact match: the index under the key with the odd id. Without such a key it repeats the
    /// other column, so that it is never empty.
    pub number_index: BlindIndex,
    /// The index under the key with the even id, where there is one.
    pub number_index_even: Option<BlindIndex>,
    /// 证件号码, normalised.
    pub number: Sealed<String>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The blind index in one of the two columns.
    #[must_use]
    pub const fn index(&self, column: IndexColumn) -> Option<&BlindIndex> {
        match column {
            IndexColumn::Odd => Some(&self.number_index),
            IndexColumn::Even => self.number_index_even.as_ref(),
        }
    }
}

/// The column of a party's blind index.
const fn column(of: IndexColumn) -> Column {
    match of {
        IndexColumn::Odd => Column::NumberIndex,
        IndexColumn::Even => Column::NumberIndexEven,
    }
}

/// Parties by id; a party's number is shown masked, so its id is permission enough.
#[must_use]
pub fn by_ids(ids: impl IntoIterator<Item = PartyId>) -> Select<Entity> {
    Entity::find().filter(Column::Id.is_in(ids))
}

/// Parties by the blind indexes of their numbers, in the column of the key that made them.
#[must_use]
pub fn by_indexes(
    of: IndexColumn,
    indexes: impl IntoIterator<Item = BlindIndex>,
) -> Select<Entity> {
    Entity::find().filter(column(of).is_in(indexes))
}

/// The next parties after an id, in the order of their ids, for whoever writes their indexes anew.
#[must_use]
pub fn after(id: Option<PartyId>, limit: u64) -> Select<Entity> {
    let after = Condition::all().add_option(id.map(|id| Column::Id.gt(id)));
    Entity::find()
        .filter(after)
        .order_by_asc(Column::Id)
        .limit(limit)
}

/// Writes a party's blind index into one of the two columns.
#[must_use]
pub fn index_anew(id: PartyId, of: IndexColumn, index: BlindIndex) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(column(of), Expr::value(index))
        .filter(Column::Id.eq(id))
}

/// Parties that ties are about to name, held against [`standing_anew`] until the deed ends. Whoever names holds them before
/// reading how they stand, in one order for all.
#[must_use]
pub fn named(ids: impl IntoIterator<Item = PartyId>) -> Select<Entity> {
    held(ids, LockType::Share)
}

/// Parties whose standing in a book is about to change, held against [`named`] until the deed ends. Whoever changes it holds
/// them before reading who names them: of two deeds that meet, the later one then sees what the earlier one did.
#[must_use]
pub fn standing_anew(ids: impl IntoIterator<Item = PartyId>) -> Select<Entity> {
    held(ids, LockType::NoKeyUpdate)
}

fn held(ids: impl IntoIterator<Item = PartyId>, lock: LockType) -> Select<Entity> {
    by_ids(ids)
        .select_only()
        .column(Column::Id)
        .order_by_asc(Column::Id)
        .lock(lock)
}
