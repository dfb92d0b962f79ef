//! 平台规则: how a platform takes what the law leaves to it before a livestream. A platform without a row has the house's
//! defaults.

use sea_orm::entity::prelude::*;

use crate::id::{ClientId, PlatformId};
use crate::kind::FailedTraining;

/// A platform's policy.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "live_policy")]
pub struct Model {
    /// Whose it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub platform_id: PlatformId,
    /// What a streamer meets who cheated in a training or refused it.
    pub failed_training: FailedTraining,
    /// Since when.
    pub changed_at: DateTimeUtc,
    /// The client that said so.
    pub changed_by: ClientId,
}

impl ActiveModelBehavior for ActiveModel {}

/// A platform's policy, where it has said one.
#[must_use]
pub fn of(platform: PlatformId) -> Select<Entity> {
    Entity::find_by_id(platform)
}
