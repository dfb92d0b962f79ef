//! Entries without a transaction of their own, written together: whoever comes while others are being written waits for
//! its turn, and the first in turn writes for all that wait. Alone, an entry costs one insert; under load, many share one.
//! Nobody is answered before the entry stands, so that a crash loses none.

use std::sync::{Mutex, PoisonError};

use entity::audit;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, DatabaseConnection, DbErr, EntityTrait as _, IntoActiveModel as _,
};
use tokio::sync::oneshot;

/// Entries of one statement; SQLite takes 32,766 values.
const TOGETHER: usize = 500;

type Waiting = (audit::Model, oneshot::Sender<()>);

/// The entries that wait, and the turn of whoever writes.
#[derive(Debug, Default)]
pub struct Gathering {
    waiting: Mutex<Vec<Waiting>>,
    turn: tokio::sync::Mutex<()>,
}

impl Gathering {
    /// Writes an entry, together with those that came meanwhile; returns when it stands.
    pub(super) async fn write(
        &self,
        db: &DatabaseConnection,
        row: audit::Model,
    ) -> Result<(), DbErr> {
        let (done, mut standing) = oneshot::channel();
        self.waiting().push((row.clone(), done));
        let turn = self.turn.lock().await;
        if standing.try_recv() == Ok(()) {
            return Ok(());
        }
        let batch = {
            let mut waiting = self.waiting();
            let some = waiting.len().min(TOGETHER);
            waiting.drain(..some).collect::<Vec<_>>()
        };
        let rows = batch.iter().map(|(row, _)| row.clone()).collect();
        let written = insert(db, rows).await;
        if written.is_ok() {
            for (_, done) in batch {
                // Whoever gave up waiting has an entry too.
                let _ = done.send(());
            }
        }
        drop(turn);
        if written.is_ok() && standing.try_recv() == Ok(()) {
            return Ok(());
        }
        // More wait than one statement takes, whoever wrote for us gave up or failed: then by ourselves, and what is
        // wrong is told to us. An entry that stands after all is not written twice.
        insert(db, vec![row]).await
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn insert(db: &DatabaseConnection, rows: Vec<audit::Model>) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows
        .into_iter()
        .map(|row| row.into_active_model().reset_all());
    let stands = OnConflict::column(audit::Column::Id)
        .do_nothing()
        .to_owned();
    audit::Entity::insert_many(rows)
        .on_conflict(stands)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
