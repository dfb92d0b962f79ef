//! Keyset pages in the order of ids, for lists whose only order is that of creation.

use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, Select, Value};

use crate::error::Error;

/// Which rows are wanted.
#[derive(Clone, Copy, Debug)]
pub struct IdPage<I> {
    /// Only what follows this id.
    pub after: Option<I>,
    /// Only what precedes this id.
    pub before: Option<I>,
    /// Whether the last rows are wanted instead of the first.
    pub backward: bool,
    /// At most this many rows.
    pub limit: u64,
}

/// The rows of a page, always in ascending order.
#[derive(Clone, Debug)]
pub struct Rows<M> {
    /// The rows.
    pub rows: Vec<M>,
    /// Whether the list goes on beyond them, in the page's direction.
    pub more: bool,
}

impl<I: Copy + Into<Value> + Sync> IdPage<I> {
    /// Reads the page out of what a finder lets see.
    pub(super) async fn read<C, E, M>(
        &self,
        db: &C,
        found: Select<E>,
        id: E::Column,
    ) -> Result<Rows<M>, Error>
    where
        C: ConnectionTrait,
        E: EntityTrait<Model = M>,
        M: FromQueryResult + Send + Sync,
    {
        let mut cursor = found.cursor_by(id);
        if let Some(after) = self.after {
            cursor.after(after.into());
        }
        if let Some(before) = self.before {
            cursor.before(before.into());
        }
        let one_more = self.limit.saturating_add(1);
        if self.backward {
            cursor.last(one_more);
        } else {
            cursor.first(one_more);
        }
        let mut rows = cursor.all(db).await?;
        let wanted = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > wanted;
        if self.backward {
            rows.drain(..rows.len().saturating_sub(wanted));
        } else {
            rows.truncate(wanted);
        }
        Ok(Rows { rows, more })
    }
}
