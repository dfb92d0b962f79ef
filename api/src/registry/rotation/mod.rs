//! Keys that follow each other: which processes hold which keys, when a key may be made active, and when one is no longer
//! needed. A key passes through three steps, each of which every process must have taken before the next one is taken:
//! it is held, it is active, and its predecessor is gone. The database remembers the step; a start that is out of step is
//! refused with a sentence (docs/decisions/0022-key-rotation.md).

pub mod activation;
pub mod holder;
pub mod retire;
pub mod status;

use entity::key_check;

use crate::app::App;
use crate::error::Error;
use crate::vault::Rotated;

/// The checks of one ring's keys, as the database has them.
pub(super) fn of_ring(
    rows: &[key_check::Model],
    ring: Rotated,
) -> impl Iterator<Item = (u32, &key_check::Model)> {
    let rows = rows.iter().filter(move |row| row.purpose == ring.name());
    rows.filter_map(|row| Some((u32::try_from(row.key_id).ok()?, row)))
}

/// The newest key of a ring that was ever active.
pub(super) fn newest_active(rows: &[key_check::Model], ring: Rotated) -> Option<u32> {
    let active = of_ring(rows, ring).filter(|(_, row)| row.activated_at.is_some());
    active.map(|(id, _)| id).max()
}

/// What the database remembers of all keys.
pub(super) async fn remembered(app: &App) -> Result<Vec<key_check::Model>, Error> {
    Ok(key_check::all().all(&app.db).await?)
}
