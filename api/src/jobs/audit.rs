//! The sealing of the audit, and what becomes of its old segments. Each step may run in every process and may be
//! interrupted anywhere.

use std::sync::Arc;
use std::time::Instant;

use sea_orm::DbBackend;

use crate::app::App;
use crate::error::Error;
use crate::registry::audit;

/// Seals whatever is committed and files the heads; says how many entries were sealed.
pub async fn seal_all(app: &Arc<App>) -> Result<u64, Error> {
    let mut sealed = 0;
    loop {
        let begun = Instant::now();
        let Some(entries) = audit::seal_once(app).await? else {
            break;
        };
        sealed += entries;
        // SQLite has one write lock: whoever waits for it comes between two segments, however many there are.
        if entries >= audit::SEGMENT && app.db.get_database_backend() == DbBackend::Sqlite {
            tokio::time::sleep(begun.elapsed()).await;
        }
    }
    audit::file_once(app).await?;
    Ok(sealed)
}

/// Drops entries whose time is over and gathers the heads of finished days; says how many entries and how many segments.
pub async fn keep_once(app: &Arc<App>) -> Result<(u64, u64), Error> {
    let mut dropped = 0;
    loop {
        match audit::drop_once(app).await? {
            0 => break,
            entries => dropped += entries,
        }
    }
    Ok((dropped, audit::gather_once(app).await?))
}
