//! Outcomes kept for 24 hours under a caller's key: outcomes and ids, never inputs.

use sea_orm::entity::prelude::*;

use crate::id::ClientId;
use crate::sealed::{BlindIndex, Sealed};

/// One key of one client and operation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub struct Model {
    /// The caller.
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: ClientId,
    /// The mutation's name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub operation: String,
    /// The caller's key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// A keyed hash of the body, to tell the same request from another.
    pub body: BlindIndex,
    /// The outcome, once there is one.
    pub outcome: Option<Sealed<serde_json::Value>>,
    /// When the request came.
    pub created_at: DateTimeUtc,
    /// Until when the key is kept.
    pub expires_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

/// What is kept under a key.
#[must_use]
pub fn find(client: ClientId, operation: &str, key: &str) -> Select<Entity> {
    Entity::find_by_id((client, operation.to_owned(), key.to_owned()))
}

/// Those whose time is over.
#[must_use]
pub fn expired(now: DateTimeUtc) -> Select<Entity> {
    Entity::find().filter(Column::ExpiresAt.lt(now))
}
