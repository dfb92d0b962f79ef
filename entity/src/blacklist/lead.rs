//! 规避惩戒线索: what speaks for it that somebody listed goes on under another account or name (Order 117 Art. 14). A person
//! decides; nothing follows by itself.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LockType;
use sea_orm::{QuerySelect as _, UpdateMany};

use crate::id::{ClientId, EntryId, LeadId, PlatformId, RegistrationId};
use crate::kind::{EvasionGround, LeadState};
use crate::sealed::{Sealed, SealedAt};
use crate::sight::Sight;

/// A lead's row; one for each entry, registration, ground and account.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evasion_lead")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LeadId,
    /// On which platform.
    pub platform_id: PlatformId,
    /// The entry that would be evaded.
    pub entry_id: EntryId,
    /// The registration under which.
    pub registration_id: RegistrationId,
    /// What speaks for it.
    pub ground: EvasionGround,
    /// The account, or nothing.
    pub account: String,
    /// The day on which it was seen.
    pub on_day: NaiveDate,
    /// When it was raised.
    pub raised_at: DateTimeUtc,
    /// What was decided.
    pub state: LeadState,
    /// When.
    pub decided_at: Option<DateTimeUtc>,
    /// By which client.
    pub decided_by: Option<ClientId>,
    /// Why so.
    pub reason: Option<Sealed<String>>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Where the reason of a decision is sealed.
#[must_use]
pub const fn reason_place(id: LeadId) -> SealedAt {
    SealedAt {
        table: "evasion_lead",
        column: "reason",
        row: id.0,
        revision: 0,
    }
}

/// The leads on platforms whose lists a caller sees whole.
#[must_use]
pub fn seen_by(sight: &Sight) -> Select<Entity> {
    Entity::find().filter(Column::PlatformId.is_in(sight.lists.iter().copied()))
}

/// One lead, if it is on a platform whose list the caller sees whole.
#[must_use]
pub fn one_seen_by(sight: &Sight, id: LeadId) -> Select<Entity> {
    seen_by(sight).filter(Column::Id.eq(id))
}

/// The same, held until the deed ends, so that of two decisions the later one finds the earlier.
#[must_use]
pub fn held(sight: &Sight, id: LeadId) -> Select<Entity> {
    one_seen_by(sight, id).lock(LockType::Update)
}

/// Writes what was decided of an open lead.
#[must_use]
pub fn decide(
    id: LeadId,
    state: LeadState,
    (at, by): (DateTimeUtc, ClientId),
    reason: Sealed<String>,
) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .col_expr(Column::DecidedAt, Expr::value(at))
        .col_expr(Column::DecidedBy, Expr::value(by))
        .col_expr(Column::Reason, Expr::value(reason))
        .filter(Column::Id.eq(id))
}
