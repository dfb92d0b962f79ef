//! Legal hold: what is not removed, however old it is, until somebody lifts it again. A hold names a party, a registration
//! or a platform; what belongs to it is held with it.

use sea_orm::QueryOrder as _;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;

use crate::id::HoldId;
use crate::kind::HeldKind;
use crate::sealed::{Sealed, SealedAt};

/// A hold.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "legal_hold")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HoldId,
    /// What is held.
    pub kind: HeldKind,
    /// Its id.
    pub subject: Uuid,
    /// Since when.
    pub placed_at: DateTimeUtc,
    /// Why.
    pub reason: Sealed<String>,
    /// When it was lifted.
    pub lifted_at: Option<DateTimeUtc>,
    /// Why it was lifted.
    pub lifting: Option<Sealed<String>>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Where the reason of a hold is sealed.
#[must_use]
pub const fn reason_place(id: HoldId) -> SealedAt {
    place(id, "reason")
}

/// Where the reason for lifting it is sealed.
#[must_use]
pub const fn lifting_place(id: HoldId) -> SealedAt {
    place(id, "lifting")
}

const fn place(id: HoldId, column: &'static str) -> SealedAt {
    SealedAt {
        table: "legal_hold",
        column,
        row: id.0,
        revision: 0,
    }
}

/// Every hold, oldest first; those that stand only, if asked so.
#[must_use]
pub fn all(standing: bool) -> Select<Entity> {
    let holds = Entity::find().order_by_asc(Column::Id);
    if standing {
        holds.filter(Column::LiftedAt.is_null())
    } else {
        holds
    }
}

/// One hold, for whoever lifts it.
#[must_use]
pub fn by_id(id: HoldId) -> Select<Entity> {
    Entity::find_by_id(id)
}

/// The hold of a subject that stands.
#[must_use]
pub fn standing_on(subject: Uuid) -> Select<Entity> {
    all(true).filter(Column::Subject.eq(subject))
}

/// Whether no hold stands on any of these columns' ids: ids of all kinds differ, so that the kind need not be asked.
#[must_use]
pub fn not_on(columns: &str) -> SimpleExpr {
    Expr::cust(format!(
        "NOT EXISTS (SELECT 1 FROM legal_hold WHERE lifted_at IS NULL AND subject IN ({columns}))"
    ))
}
