//! What the entries of one answer ask for together: their appeals, their letters and their files.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Result};
use entity::id::{EntryId, FileId};

use super::{Batch, Shared, loader, shared};
use crate::error::Error;
use crate::registry::blacklist::reading::{self, Appeal};

/// Asks for the appeals against an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct AppealsOf(EntryId);

impl Loader<AppealsOf> for Batch {
    type Value = Vec<Appeal>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[AppealsOf]) -> Shared<HashMap<AppealsOf, Self::Value>> {
        let ids: Vec<EntryId> = keys.iter().map(|key| key.0).collect();
        let appeals = reading::appeals(&self.app, &ids).await?.into_iter();
        Ok(appeals.map(|(id, of)| (AppealsOf(id), of)).collect())
    }
}

/// Asks for the letters that were made of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct NoticesOf(EntryId);

impl Loader<NoticesOf> for Batch {
    type Value = Vec<entity::blacklist::notice::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[NoticesOf]) -> Shared<HashMap<NoticesOf, Self::Value>> {
        let ids: Vec<EntryId> = keys.iter().map(|key| key.0).collect();
        let mut notices: HashMap<NoticesOf, Self::Value> = HashMap::new();
        for row in reading::notices(&self.app, &ids).await? {
            notices
                .entry(NoticesOf(row.entry_id))
                .or_default()
                .push(row);
        }
        Ok(notices)
    }
}

/// Asks for a file that a record in sight names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Named(FileId);

impl Loader<Named> for Batch {
    type Value = entity::document::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Named]) -> Shared<HashMap<Named, Self::Value>> {
        let ids: Vec<FileId> = keys.iter().map(|key| key.0).collect();
        let files = reading::files(&self.app, &ids).await?.into_iter();
        Ok(files.map(|(id, file)| (Named(id), file)).collect())
    }
}

/// The appeals against an entry, oldest first.
pub(in crate::graphql) async fn appeals(ctx: &Context<'_>, of: EntryId) -> Result<Vec<Appeal>> {
    let appeals = loader(ctx).load_one(AppealsOf(of)).await;
    Ok(appeals.map_err(|e| shared(ctx, &e))?.unwrap_or_default())
}

/// The letters that were made of an entry, oldest first.
pub(in crate::graphql) async fn notices(
    ctx: &Context<'_>,
    of: EntryId,
) -> Result<Vec<entity::blacklist::notice::Model>> {
    let notices = loader(ctx).load_one(NoticesOf(of)).await;
    Ok(notices.map_err(|e| shared(ctx, &e))?.unwrap_or_default())
}

/// Files that a record in sight names, in its order, those that are kept no longer left out.
pub(in crate::graphql) async fn named_files(
    ctx: &Context<'_>,
    ids: &[FileId],
) -> Result<Vec<entity::document::Model>> {
    let wanted = ids.iter().map(|id| Named(*id));
    let mut files = loader(ctx)
        .load_many(wanted)
        .await
        .map_err(|e| shared(ctx, &e))?;
    Ok(ids
        .iter()
        .filter_map(|id| files.remove(&Named(*id)))
        .collect())
}
