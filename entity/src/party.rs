//! The party: one normalised identity number, once in the whole registry, and nothing else about it.

use sea_orm::entity::prelude::*;

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
