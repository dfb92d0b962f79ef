//! 列入黑名单 as a measure: it is reported like any other, and it ends with the entry that it belongs to, in one transaction.

use chrono::NaiveDate;
use entity::blacklist::{Content, Model};
use entity::disposition::{self, Said};
use entity::id::{ClientId, EntryId, PlatformId};
use entity::kind::{DispositionKind, IdentityKind};
use entity::party;
use entity::value::mask;
use sea_orm::DatabaseTransaction;

use crate::app::App;
use crate::error::Error;
use crate::registry::disposition::{Imposition, impose, lift_all_of_entry};

/// Takes the measure that a listing is, with the reports that the edition demands of it.
pub(super) async fn take(
    app: &App,
    tx: &DatabaseTransaction,
    (by, platform): (ClientId, PlatformId),
    (row, name, content): (&Model, &str, &Content),
) -> Result<(), Error> {
    let whose = party::by_ids([row.party_id]).one(tx).await?;
    let public = whose.is_some_and(|party| party.kind == IdentityKind::Uscc);
    let imposition = Imposition {
        platform,
        party: row.party_id,
        registration: None,
        role: row.role,
        kind: DispositionKind::Blacklisting,
        said: Said {
            name: if public {
                name.to_owned()
            } else {
                mask::person_name(name)
            },
            facts: content.facts.clone(),
            rule: format!("《{}》{}", row.instrument, row.article),
            proportionality: Some(content.reason.clone()),
            remedy: row.appeal_channel.clone(),
            open_orders: None,
        },
        from: row.valid_from,
        until: row.valid_until,
        entry: Some(row.id),
        demand: None,
        send: false,
    };
    impose(app, tx, by, &imposition).await?;
    Ok(())
}

/// Lifts what belongs to an entry, and tells which measures these were; `on` is the last day on which they bound.
pub(super) async fn lift(
    app: &App,
    tx: &DatabaseTransaction,
    entry: EntryId,
    (on, reason): (NaiveDate, &str),
) -> Result<Vec<DispositionKind>, Error> {
    let lifted = lift_all_of_entry(app, tx, entry, on, reason).await?;
    Ok(lifted.into_iter().map(|(_, kind)| kind).collect())
}

/// Has what belongs to an entry end with its shortened term.
pub(super) async fn shorten(
    tx: &DatabaseTransaction,
    entry: EntryId,
    until: NaiveDate,
) -> Result<(), Error> {
    disposition::shorten(entry, until).exec(tx).await?;
    Ok(())
}
