//! What people judged of a name that is like a listed one; a later judgement of the same side replaces the earlier, which is
//! kept.

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder as _, QuerySelect as _, UpdateMany};

use crate::id::{ClientId, EntryId, JudgementId};
use crate::kind::MatchVerdict;
use crate::sealed::{BlindIndex, Sealed, SealedAt};

/// A judgement's row; a side has one that stands for a name and an entry.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "match_judgement")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JudgementId,
    /// Finds the normalised name again.
    pub name_index: BlindIndex,
    /// The index key that hashed it.
    pub key_id: i32,
    /// The entry that was like it.
    pub entry_id: EntryId,
    /// The platform or the office on whose side it was judged.
    pub judge: Uuid,
    /// What was judged.
    pub verdict: MatchVerdict,
    /// The normalised name that was asked about.
    pub name: Sealed<String>,
    /// Why.
    pub reason: Sealed<String>,
    /// When.
    pub judged_at: DateTimeUtc,
    /// By which client.
    pub judged_by: ClientId,
    /// When a later judgement took its place.
    pub replaced_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Where the name is sealed.
#[must_use]
pub const fn name_place(id: JudgementId) -> SealedAt {
    place(id, "name")
}

/// Where the reason is sealed.
#[must_use]
pub const fn reason_place(id: JudgementId) -> SealedAt {
    place(id, "reason")
}

const fn place(id: JudgementId, column: &'static str) -> SealedAt {
    SealedAt {
        table: "match_judgement",
        column,
        row: id.0,
        revision: 0,
    }
}

/// What a side judged of names, as it stands.
#[must_use]
pub fn standing(judge: Uuid, names: impl IntoIterator<Item = BlindIndex>) -> Select<Entity> {
    Entity::find().filter(
        Condition::all()
            .add(Column::NameIndex.is_in(names))
            .add(Column::Judge.eq(judge))
            .add(Column::ReplacedAt.is_null()),
    )
}

/// Has a later judgement take the place of what stands, under whichever key it is found.
#[must_use]
pub fn replace(
    judge: Uuid,
    names: impl IntoIterator<Item = BlindIndex>,
    entry: EntryId,
    at: DateTimeUtc,
) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::ReplacedAt, Expr::value(at))
        .filter(Column::NameIndex.is_in(names))
        .filter(Column::EntryId.eq(entry))
        .filter(Column::Judge.eq(judge))
        .filter(Column::ReplacedAt.is_null())
}

/// The next judgements after an id, for whoever writes their indexes anew.
#[must_use]
pub fn after(id: Option<JudgementId>, limit: u64) -> Select<Entity> {
    let after = Condition::all().add_option(id.map(|id| Column::Id.gt(id)));
    Entity::find()
        .filter(after)
        .order_by_asc(Column::Id)
        .limit(limit)
}

/// Writes a judgement's index under another key.
#[must_use]
pub fn index_anew(id: JudgementId, index: BlindIndex, key: i32) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::NameIndex, Expr::value(index))
        .col_expr(Column::KeyId, Expr::value(key))
        .filter(Column::Id.eq(id))
}
