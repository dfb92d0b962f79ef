//! 申诉: an object of its own beside an entry that stays in force until it is decided (Order 117 Art. 14). A step is written
//! beside the ones before it, each with its instant.

use chrono::NaiveDate;
use sea_orm::QueryOrder as _;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{AppealId, ClientId, EntryId, FileId};
use crate::kind::AppealState;
use crate::sealed::{Sealed, SealedAt};

/// An appeal's row; an entry has one that is open.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "blacklist_appeal")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AppealId,
    /// Against which entry.
    pub entry_id: EntryId,
    /// How far it is.
    pub state: AppealState,
    /// The day it was received.
    pub received_on: NaiveDate,
    /// When it was entered here.
    pub entered_at: DateTimeUtc,
    /// By which client.
    pub entered_by: ClientId,
    /// What the appellant says, with the proof.
    pub grounds: Sealed<Grounds>,
    /// When the review began.
    pub reviewed_at: Option<DateTimeUtc>,
    /// Who began it.
    pub reviewed_by: Option<ClientId>,
    /// What was said on that.
    pub review: Option<Sealed<String>>,
    /// When it was decided.
    pub decided_at: Option<DateTimeUtc>,
    /// Who decided.
    pub decided_by: Option<ClientId>,
    /// Why so.
    pub reasons: Option<Sealed<String>>,
    /// The last day before the decision, where it shortened the term.
    pub term_before: Option<NaiveDate>,
    /// The last day after it.
    pub term_after: Option<NaiveDate>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What an appellant says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grounds {
    /// In the appellant's words.
    pub text: String,
    /// The proof, where there is some.
    pub evidence: Vec<FileId>,
}

impl Model {
    /// Whether it is not decided yet.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.state, AppealState::Received | AppealState::UnderReview)
    }
}

/// Where the grounds are sealed.
#[must_use]
pub const fn grounds_place(id: AppealId) -> SealedAt {
    place(id, "grounds")
}

/// Where the words on the review are sealed.
#[must_use]
pub const fn review_place(id: AppealId) -> SealedAt {
    place(id, "review")
}

/// Where the reasons are sealed.
#[must_use]
pub const fn reasons_place(id: AppealId) -> SealedAt {
    place(id, "reasons")
}

const fn place(id: AppealId, column: &'static str) -> SealedAt {
    SealedAt {
        table: "blacklist_appeal",
        column,
        row: id.0,
        revision: 0,
    }
}

/// One appeal, for whoever judges by its entry who may know it.
#[must_use]
pub fn by_id(id: AppealId) -> Select<Entity> {
    Entity::find_by_id(id)
}

/// The appeals against entries, oldest first.
#[must_use]
pub fn of_entries(ids: impl IntoIterator<Item = EntryId>) -> Select<Entity> {
    Entity::find()
        .filter(Column::EntryId.is_in(ids))
        .order_by_asc(Column::Id)
}

/// The open appeal against an entry.
#[must_use]
pub fn open_against(entry: EntryId) -> Select<Entity> {
    Entity::find()
        .filter(Column::EntryId.eq(entry))
        .filter(Expr::cust("state IN ('RECEIVED', 'UNDER_REVIEW')"))
}
