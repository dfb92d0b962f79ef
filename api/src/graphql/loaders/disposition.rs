//! What many fields of one answer ask of measures and demands together, in the request's own batches.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Result};
use entity::disposition::report;
use entity::id::{DemandId, DispositionId, FileId, OfficeId, PlatformId};

use super::{Batch, Shared, loader, shared};
use crate::error::Error;
use crate::registry::disposition::reading::{self, Demand, Measure, Owed, Whom};
use crate::registry::office as offices;

impl Loader<DispositionId> for Batch {
    type Value = Vec<report::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[DispositionId]) -> Shared<HashMap<DispositionId, Self::Value>> {
        Ok(reading::reports(&self.app, &self.caller, keys).await?)
    }
}

impl Loader<DemandId> for Batch {
    type Value = Demand;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[DemandId]) -> Shared<HashMap<DemandId, Demand>> {
        Ok(reading::some_demands(&self.app, &self.caller, keys).await?)
    }
}

/// Asks for the measures that answer a demand; its id alone asks for the demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Answering(DemandId);

impl Loader<Answering> for Batch {
    type Value = Vec<Measure>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Answering]) -> Shared<HashMap<Answering, Self::Value>> {
        let ids: Vec<DemandId> = keys.iter().map(|key| key.0).collect();
        let found = reading::answering(&self.app, &self.caller, &ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, measures)| (Answering(id), measures))
            .collect())
    }
}

/// Asks for a file that a demand or its answer names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Proof(FileId);

impl Loader<Proof> for Batch {
    type Value = entity::document::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Proof]) -> Shared<HashMap<Proof, Self::Value>> {
        let ids: Vec<FileId> = keys.iter().map(|key| key.0).collect();
        let files = reading::evidence(&self.app, &ids).await?;
        Ok(files
            .into_iter()
            .map(|(id, row)| (Proof(id), row))
            .collect())
    }
}

impl Loader<Whom> for Batch {
    type Value = ();
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Whom]) -> Shared<HashMap<Whom, ()>> {
        let suspended = reading::suspended(&self.app, keys).await?;
        Ok(suspended.into_iter().map(|whom| (whom, ())).collect())
    }
}

/// Asks what a platform owes on measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct OwedBy(PlatformId);

impl Loader<OwedBy> for Batch {
    type Value = Owed;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[OwedBy]) -> Shared<HashMap<OwedBy, Owed>> {
        let ids: Vec<PlatformId> = keys.iter().map(|key| key.0).collect();
        let owed = reading::owed(&self.app, &self.caller, &ids).await?;
        Ok(owed
            .into_iter()
            .map(|(id, owed)| (OwedBy(id), owed))
            .collect())
    }
}

impl Loader<OfficeId> for Batch {
    type Value = entity::office::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[OfficeId]) -> Shared<HashMap<OfficeId, Self::Value>> {
        Ok(offices::known(&self.app, keys).await?)
    }
}

/// The reports of a measure in sight, as far as they are in sight.
pub(in crate::graphql) async fn reports_of(
    ctx: &Context<'_>,
    id: DispositionId,
) -> Result<Vec<report::Model>> {
    let found = loader(ctx).load_one(id).await;
    Ok(found.map_err(|e| shared(ctx, &e))?.unwrap_or_default())
}

/// A demand, where it is in sight.
pub(in crate::graphql) async fn demand(ctx: &Context<'_>, id: DemandId) -> Result<Option<Demand>> {
    let found = loader(ctx).load_one(id).await;
    found.map_err(|e| shared(ctx, &e))
}

/// The measures in sight that answer a demand in sight.
pub(in crate::graphql) async fn answering(ctx: &Context<'_>, id: DemandId) -> Result<Vec<Measure>> {
    let found = loader(ctx).load_one(Answering(id)).await;
    Ok(found.map_err(|e| shared(ctx, &e))?.unwrap_or_default())
}

/// The files that a demand or an answer in sight names, in order of id.
pub(in crate::graphql) async fn evidence(
    ctx: &Context<'_>,
    ids: &[FileId],
) -> Result<Vec<entity::document::Model>> {
    let found = loader(ctx).load_many(ids.iter().map(|id| Proof(*id))).await;
    let mut files = found.map_err(|e| shared(ctx, &e))?;
    let ids = ids.iter();
    Ok(ids.filter_map(|id| files.remove(&Proof(*id))).collect())
}

/// Whether a registration may not go on with its business today.
pub(in crate::graphql) async fn suspended(ctx: &Context<'_>, whom: Whom) -> Result<bool> {
    let found = loader(ctx).load_one(whom).await;
    Ok(found.map_err(|e| shared(ctx, &e))?.is_some())
}

/// What a platform owes on measures, as far as the caller sees it.
pub(in crate::graphql) async fn owed_on_measures(
    ctx: &Context<'_>,
    id: PlatformId,
) -> Result<Owed> {
    let found = loader(ctx).load_one(OwedBy(id)).await;
    Ok(found.map_err(|e| shared(ctx, &e))?.unwrap_or_default())
}

/// An office by its id.
pub(in crate::graphql) async fn office(
    ctx: &Context<'_>,
    id: OfficeId,
) -> Result<Option<entity::office::Model>> {
    let found = loader(ctx).load_one(id).await;
    found.map_err(|e| shared(ctx, &e))
}
