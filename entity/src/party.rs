//! The party: one normalised identity number, once in the whole registry, and nothing else about it.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{QueryOrder as _, QuerySelect as _};

use crate::id::PartyId;
use crate::kind::IdentityKind;
use crate::sealed::{BlindIndex, Sealed};

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
    /// Finds the number again by exact match.
    pub number_index: BlindIndex,
    /// 证件号码, normalised.
    pub number: Sealed<String>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Parties by id; a party's number is shown masked, so its id is permission enough.
#[must_use]
pub fn by_ids(ids: impl IntoIterator<Item = PartyId>) -> Select<Entity> {
    Entity::find().filter(Column::Id.is_in(ids))
}

/// Parties by the blind indexes of their numbers.
#[must_use]
pub fn by_indexes(indexes: impl IntoIterator<Item = BlindIndex>) -> Select<Entity> {
    Entity::find().filter(Column::NumberIndex.is_in(indexes))
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
