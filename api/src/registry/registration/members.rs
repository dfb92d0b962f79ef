//! 所属服务机构: a streamer's agency is filed with the streamer, so when the agency closes or its number is corrected, the
//! streamers that had it get a revision that says so.

use entity::facts::{Facts, StoredIdentity};
use entity::id::RegistrationId;
use entity::registration;
use sea_orm::{DatabaseTransaction, QueryOrder as _, QuerySelect as _};

use super::book::standing;
use super::write::{chunks, insert_revisions, upsert};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;

/// Gives streamers of a caller's own book another agency, or none.
pub(in crate::registry) async fn revise(
    app: &App,
    caller: &Caller,
    tx: &DatabaseTransaction,
    (streamers, agency): (Vec<RegistrationId>, Option<&StoredIdentity>),
) -> Result<(), Error> {
    for chunk in chunks(streamers) {
        let rows = registration::named(chunk)
            .order_by_asc(registration::Column::Id)
            .lock_exclusive()
            .all(tx)
            .await?;
        let mut changed = Vec::with_capacity(rows.len());
        let mut revisions = Vec::with_capacity(rows.len());
        for mut streamer in standing(app, tx, rows).await? {
            let Facts::Streamer(facts) = &mut streamer.facts else {
                continue;
            };
            facts.agency = agency.cloned();
            let (row, revision) = streamer.revise(app, caller, &["agency"])?;
            changed.push(row);
            revisions.push(revision);
        }
        upsert(tx, changed).await?;
        insert_revisions(tx, revisions).await?;
    }
    Ok(())
}
