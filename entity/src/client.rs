//! Clients of the API: who a token stands for, what it may do and until when. Revoking one is one column.

use sea_orm::QueryOrder as _;
use sea_orm::entity::prelude::*;

use crate::id::{ClientId, OfficeId, PlatformId};
use crate::kind::Role;

/// A client's row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client")]
pub struct Model {
    /// Its id, the `sub` of its tokens.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClientId,
    /// The key of the data files and of people.
    #[sea_orm(unique)]
    pub name: String,
    /// Who it is.
    pub role: Role,
    /// The office it works for.
    pub office_id: Option<OfficeId>,
    /// The platform it works for.
    pub platform_id: Option<PlatformId>,
    /// Its scopes, separated by spaces.
    pub scopes: String,
    /// Whom to ask about it.
    pub contact: String,
    /// Tokens made earlier are refused.
    pub valid_from: DateTimeUtc,
    /// Tokens are refused from then on.
    pub valid_until: Option<DateTimeUtc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTimeUtc>,
    /// When it was last granted.
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

/// The client that a token names.
#[must_use]
pub fn by_id(id: ClientId) -> Select<Entity> {
    Entity::find_by_id(id)
}

/// Clients by id, to name who wrote a revision.
#[must_use]
pub fn by_ids(ids: impl IntoIterator<Item = ClientId>) -> Select<Entity> {
    Entity::find().filter(Column::Id.is_in(ids))
}

/// Every client, to compare with a data file.
#[must_use]
pub fn all() -> Select<Entity> {
    Entity::find().order_by_asc(Column::Name)
}

/// The clients of these offices that were not revoked.
#[must_use]
pub fn of_offices(offices: impl IntoIterator<Item = OfficeId>) -> Select<Entity> {
    Entity::find()
        .filter(Column::OfficeId.is_in(offices))
        .filter(Column::RevokedAt.is_null())
}

/// The client of this name.
#[must_use]
pub fn by_name(name: &str) -> Select<Entity> {
    Entity::find().filter(Column::Name.eq(name))
}

/// All clients of a role that were not revoked.
#[must_use]
pub fn standing(role: Role) -> Select<Entity> {
    Entity::find()
        .filter(Column::Role.eq(role))
        .filter(Column::RevokedAt.is_null())
}
