//! The parties that a request names, in as few statements as there are ways of naming; one out of sight answers as one that
//! is not there.

use std::collections::{BTreeSet, HashMap};

use entity::id::{PartyId, RegistrationId};
use entity::problem::Finding;
use entity::registration;
use entity::value::identity::IdentityNumber;
use sea_orm::ConnectionTrait;

use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::party::{self, Key, NUMBER};
use crate::registry::party_link::PartyRef;

/// What came of one name: the party, none where nobody is known by it, or what is wrong with the number.
pub(super) type Named = Result<Option<PartyId>, Vec<Finding>>;

/// The parties that these name, in their order. A party that is named by its own id is taken at its word: what stands of it in
/// the caller's book is looked up next, and where nothing does it is as absent as any other.
pub(super) async fn named<C: ConnectionTrait>(
    app: &App,
    caller: &Caller,
    db: &C,
    references: &[PartyRef],
) -> Result<Vec<Named>, Error> {
    let mut keys: Vec<Option<Result<Key, Vec<Finding>>>> = Vec::with_capacity(references.len());
    let mut rows: BTreeSet<RegistrationId> = BTreeSet::new();
    for reference in references {
        keys.push(match reference {
            PartyRef::Identity(given) => {
                let country = given.issuing_country.as_deref();
                let parsed = IdentityNumber::parse(given.kind, &given.number, country, app.today());
                Some(parsed.map(|parsed| {
                    let number = parsed.identity.number().as_bytes();
                    Key::of(&parsed.identity, &app.vault.index(NUMBER, number))
                }))
            }
            PartyRef::Registration(id) => {
                rows.extend(*id);
                None
            }
            PartyRef::Party(_) => None,
        });
    }
    let wanted: Vec<&Key> = keys.iter().flatten().flatten().collect();
    let by_number = if wanted.is_empty() {
        HashMap::new()
    } else {
        party::known(app, db, wanted.into_iter()).await?
    };
    let by_registration = of_registrations(caller, db, rows).await?;
    let one = |(reference, key): (&PartyRef, Option<Result<Key, Vec<Finding>>>)| match key {
        Some(Ok(key)) => Ok(by_number.get(&key).copied()),
        Some(Err(found)) => Err(found.into_iter().map(|f| f.inside("identity")).collect()),
        None => Ok(match reference {
            PartyRef::Party(id) => *id,
            PartyRef::Registration(id) => id.and_then(|id| by_registration.get(&id).copied()),
            PartyRef::Identity(_) => None,
        }),
    };
    Ok(references.iter().zip(keys).map(one).collect())
}

async fn of_registrations<C: ConnectionTrait>(
    caller: &Caller,
    db: &C,
    ids: BTreeSet<RegistrationId>,
) -> Result<HashMap<RegistrationId, PartyId>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = registration::some_seen_by(&caller.sight, ids)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.party_id)).collect())
}
