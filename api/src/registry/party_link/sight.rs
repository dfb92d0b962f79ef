//! Which parties and confirmations are in sight. A party is, where a registration in sight is its own or names it; a
//! confirmation is, where both its parties are: on the very platform that judged, or anywhere for an office's judgement. So
//! no platform learns of another's, and an office of what it does not see of a platform.

use std::collections::HashSet;

use entity::id::PartyId;
use entity::party_link::Model;
use entity::party_link::ground::{self, Seen};
use entity::sight::Sight;
use sea_orm::{ConnectionTrait, FromQueryResult as _};
use uuid::Uuid;

use crate::error::Error;
use crate::registry::registration::chunks;

/// Where these parties are in sight.
async fn seen<C: ConnectionTrait>(
    db: &C,
    sight: &Sight,
    parties: HashSet<PartyId>,
) -> Result<HashSet<Seen>, Error> {
    let mut found = HashSet::new();
    for chunk in chunks(parties.into_iter().collect()) {
        let statement = ground::seen(sight, &chunk, db.get_database_backend());
        found.extend(Seen::find_by_statement(statement).all(db).await?);
    }
    Ok(found)
}

/// Whether a party is in sight.
pub async fn is_seen<C: ConnectionTrait>(
    db: &C,
    sight: &Sight,
    party: PartyId,
) -> Result<bool, Error> {
    Ok(!seen(db, sight, HashSet::from([party])).await?.is_empty())
}

/// A confirmation that was looked for, if it is in sight. Where there is none, two parties that are nobody's are looked for in
/// its stead, so that an absent one takes what a foreign one takes.
pub(super) async fn if_in_sight<C: ConnectionTrait>(
    db: &C,
    sight: &Sight,
    row: Option<Model>,
) -> Result<Option<Model>, Error> {
    let Some(row) = row else {
        let nobody = [Uuid::nil(), Uuid::max()].map(PartyId);
        seen(db, sight, HashSet::from(nobody)).await?;
        return Ok(None);
    };
    Ok(in_sight(db, sight, vec![row]).await?.pop())
}

/// Those of these confirmations that are in sight.
pub(super) async fn in_sight<C: ConnectionTrait>(
    db: &C,
    sight: &Sight,
    rows: Vec<Model>,
) -> Result<Vec<Model>, Error> {
    if rows.is_empty() {
        return Ok(rows);
    }
    let ends = |row: &Model| [row.party_id, row.other_party_id];
    let places = seen(db, sight, rows.iter().flat_map(ends).collect()).await?;
    let anywhere: HashSet<PartyId> = places.iter().map(|seen| seen.party_id).collect();
    let visible = |row: &Model| match row.platform_id {
        Some(platform_key) => ends(row).into_iter().all(|party_id| {
            places.contains(&Seen {
                party_id,
                platform_key,
            })
        }),
        None => ends(row).iter().all(|party| anywhere.contains(party)),
    };
    Ok(rows.into_iter().filter(visible).collect())
}
