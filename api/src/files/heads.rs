//! The audit's heads in the file store: where whoever changes the database does not reach. A fresh segment is an object of
//! its own, its signed head and what its entries hashed to; a finished day is gathered into two objects, because a
//! registry that seals every few seconds would leave millions of small ones. Heads hold no personal data and lie in clear,
//! so that they can be copied elsewhere and checked there.

use bytes::Bytes;
use chrono::NaiveDate;
use futures_util::TryStreamExt as _;
use object_store::path::Path;
use object_store::{ObjectStore as _, ObjectStoreExt as _, PutPayload};

use super::{FileFault, FileStore};

/// The folder inside the store.
const FOLDER: &str = "audit";
/// What the two objects of a gathered day are called.
const HEADS: &str = "heads";
const LEAVES: &str = "leaves";

/// What the store holds of a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Segments that lie by themselves, in order.
    pub loose: Vec<i64>,
    /// Whether a gathered object lies beside them.
    pub gathered: bool,
}

fn folder(day: NaiveDate) -> Path {
    Path::from(FOLDER).join(day.to_string())
}

/// With leading zeros, so that a listing shows them in order.
fn loose(day: NaiveDate, number: i64) -> Path {
    folder(day).join(format!("{number:012}"))
}

impl FileStore {
    /// Files a fresh segment; one that lies there already is replaced by the same bytes.
    pub async fn put_segment(
        &self,
        day: NaiveDate,
        number: i64,
        bytes: Vec<u8>,
    ) -> Result<(), FileFault> {
        self.store
            .put(&loose(day, number), PutPayload::from(bytes))
            .await?;
        Ok(())
    }

    /// A segment that lies by itself.
    pub async fn segment(&self, day: NaiveDate, number: i64) -> Result<Bytes, FileFault> {
        Ok(self.store.get(&loose(day, number)).await?.bytes().await?)
    }

    /// The days of which the store holds heads, in order.
    pub async fn head_days(&self) -> Result<Vec<NaiveDate>, FileFault> {
        let root = Path::from(FOLDER);
        let folders = self.store.list_with_delimiter(Some(&root)).await?;
        let folders = folders.common_prefixes;
        let mut days: Vec<NaiveDate> = folders
            .iter()
            .filter_map(|path| path.filename()?.parse().ok())
            .collect();
        days.sort_unstable();
        Ok(days)
    }

    /// What the store holds of a day.
    pub async fn heads_of(&self, day: NaiveDate) -> Result<Day, FileFault> {
        let mut found = Day::default();
        let mut listed = self.store.list(Some(&folder(day)));
        while let Some(object) = listed.try_next().await? {
            match object.location.filename() {
                Some(HEADS) => found.gathered = true,
                Some(name) => found.loose.extend(name.parse::<i64>().ok()),
                None => {}
            }
        }
        found.loose.sort_unstable();
        Ok(found)
    }

    /// The gathered heads of a day, a line each.
    pub async fn gathered_heads(&self, day: NaiveDate) -> Result<Bytes, FileFault> {
        let place = folder(day).join(HEADS);
        Ok(self.store.get(&place).await?.bytes().await?)
    }

    /// A part of the gathered leaves of a day.
    pub async fn gathered_leaves(
        &self,
        day: NaiveDate,
        part: std::ops::Range<u64>,
    ) -> Result<Bytes, FileFault> {
        Ok(self
            .store
            .get_range(&folder(day).join(LEAVES), part)
            .await?)
    }

    /// Gathers a day: the leaves first, so that heads never name leaves that are not there. What is gathered is never
    /// gathered again, whoever else is at it.
    pub async fn gather(
        &self,
        day: NaiveDate,
        heads: Vec<u8>,
        leaves: Vec<u8>,
    ) -> Result<(), FileFault> {
        for (name, bytes) in [(LEAVES, leaves), (HEADS, heads)] {
            self.store
                .put(&folder(day).join(name), PutPayload::from(bytes))
                .await?;
        }
        Ok(())
    }

    /// Removes a segment that was gathered.
    pub async fn remove_segment(&self, day: NaiveDate, number: i64) -> Result<(), FileFault> {
        match self.store.delete(&loose(day, number)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(fault) => Err(fault.into()),
        }
    }
}
