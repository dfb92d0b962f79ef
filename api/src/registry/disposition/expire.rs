//! The end of measures whose last day has passed. On which days a measure binds is said by its days alone, so nothing waits for
//! this; the book says afterwards that they are over.

use entity::disposition;
use entity::id::DispositionId;
use sea_orm::{DatabaseTransaction, QuerySelect as _};
use serde_json::{Value, json};

use crate::app::App;
use crate::error::Error;
use crate::registry::deed::{self, Recorded};

/// So many are ended by one transaction.
const AT_A_TIME: u64 = 200;

/// The measures that one transaction ended.
#[derive(Clone, Debug, Default)]
pub struct Expired {
    /// Which.
    pub ids: Vec<DispositionId>,
}

impl Recorded for Expired {
    fn wrote(&self) -> bool {
        !self.ids.is_empty()
    }

    fn subjects(&self) -> Vec<String> {
        self.ids.iter().map(ToString::to_string).collect()
    }

    fn detail(&self) -> Value {
        json!({ "expired": self.ids.len() })
    }
}

/// Ends some measures whose last day lies before today, and tells which; none is the end of the work.
pub async fn expire_some(app: &App) -> Result<Expired, Error> {
    let work = |tx: DatabaseTransaction| async move {
        let rows = disposition::run_out(app.today()).limit(AT_A_TIME);
        let rows = rows.lock_exclusive().all(&tx).await?;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        if !ids.is_empty() {
            disposition::expire(ids.iter().copied()).exec(&tx).await?;
        }
        Ok((Expired { ids }, tx))
    };
    deed::of_house(app, "expireDispositions", work).await
}
