//! What the rows of a page ask for each: histories, and the registrations of parties. One statement serves all rows of a
//! page, so that a page of five hundred does not ask the database five hundred times.

use std::collections::HashMap;

use entity::id::{PartyId, RegistrationId};
use entity::{registration, revision};

use super::reading::{COUNT_LIMIT, Record, open};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;

/// The newest revisions of registrations that the caller already sees, newest first, at most so many of each.
pub async fn histories(
    app: &App,
    registrations: &[RegistrationId],
    before: Option<i32>,
    limit: u64,
) -> Result<HashMap<RegistrationId, Vec<revision::Model>>, Error> {
    let limit = i32::try_from(limit).unwrap_or(i32::MAX);
    let newest = revision::newest(registrations.iter().copied(), before, limit);
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in newest.all(&app.db).await? {
        found.entry(row.registration_id).or_default().push(row);
    }
    Ok(found)
}

/// The registrations of parties in sight after an id, in order of id, at most so many of each.
pub async fn registrations(
    app: &App,
    caller: &Caller,
    parties: &[PartyId],
    (after, limit): (Option<RegistrationId>, u64),
) -> Result<HashMap<PartyId, Vec<Record>>, Error> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = registration::of_parties(&caller.sight, parties.iter().copied(), (after, limit));
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for record in open(app, rows.all(&app.db).await?).await? {
        let party = record.registration.party_id;
        found.entry(party).or_default().push(record);
    }
    Ok(found)
}

/// How many registrations parties have in sight, exactly up to [`COUNT_LIMIT`]; none beyond it.
pub async fn counts(
    app: &App,
    caller: &Caller,
    parties: &[PartyId],
) -> Result<HashMap<PartyId, Option<u64>>, Error> {
    let counted = registration::count_of_parties(&caller.sight, parties.iter().copied());
    let rows: Vec<(PartyId, i64)> = counted.into_tuple().all(&app.db).await?;
    let exact = |rows: i64| u64::try_from(rows).ok().filter(|rows| *rows <= COUNT_LIMIT);
    Ok(rows
        .into_iter()
        .map(|(party, rows)| (party, exact(rows)))
        .collect())
}
