//! The audit: what was done, by whom, to whom, with what outcome; written in the deed's own transaction.

use sea_orm::QueryOrder as _;
use sea_orm::entity::prelude::*;

use crate::id::{AuditId, ClientId, OfficeId, PlatformId};
use crate::kind::Role;

/// One entry; one may stand for a batch.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditId,
    /// When.
    pub at: DateTimeUtc,
    /// The client; absent for the house itself.
    pub client_id: Option<ClientId>,
    /// Its role.
    pub role: Role,
    /// Its office.
    pub office_id: Option<OfficeId>,
    /// Its platform.
    pub platform_id: Option<PlatformId>,
    /// The request, to join it with logs.
    pub request_id: String,
    /// The deed, by its contract name.
    pub operation: String,
    /// DONE, UNCHANGED, REFUSED or READ.
    pub outcome: String,
    /// The ids it touched, separated by spaces.
    pub subjects: String,
    /// Counts, codes and purpose, as JSON without personal data.
    pub detail: String,
}

impl ActiveModelBehavior for ActiveModel {}

/// What a client had revealed since a moment, newest first: one entry a person.
#[must_use]
pub fn revealed_to(client: ClientId, since: DateTimeUtc) -> Select<Entity> {
    // Written out, because the index holds these alone.
    let revealed = Expr::cust("operation = 'reveal' AND outcome = 'READ'");
    Entity::find()
        .filter(Column::ClientId.eq(client))
        .filter(Column::At.gt(since))
        .filter(revealed)
        .order_by_desc(Column::At)
}

/// Everything, for the auditor and for tests.
#[must_use]
pub fn all() -> Select<Entity> {
    Entity::find()
}
