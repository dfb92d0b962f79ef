//! The party that an input names, by any of three ways; one out of sight answers as one that is not there.

use entity::id::{PartyId, RegistrationId};
use entity::kind::IdentityKind;
use entity::problem::{Finding, ProblemCode};
use entity::value::identity::IdentityNumber;
use entity::{party, registration};
use sea_orm::DatabaseTransaction;
use serde::Serialize;

use super::sight::is_seen;
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::input::IdentityInput;

/// How a party is named; none where what was sent cannot be an id.
#[derive(Clone, Debug, Serialize)]
pub enum PartyRef {
    /// By its id.
    Party(Option<PartyId>),
    /// By a registration of it.
    Registration(Option<RegistrationId>),
    /// By its number.
    Identity(IdentityInput),
}

/// A party in sight and the kind of its document.
pub(in crate::registry) async fn find(
    app: &App,
    caller: &Caller,
    reference: &PartyRef,
    tx: &DatabaseTransaction,
) -> Result<Result<(PartyId, IdentityKind), Vec<Finding>>, Error> {
    let (field, id) = match reference {
        PartyRef::Party(id) => ("party", *id),
        PartyRef::Registration(None) => ("registration", None),
        PartyRef::Registration(Some(id)) => {
            let row = registration::one_seen_by(&caller.sight, *id)
                .one(tx)
                .await?;
            ("registration", row.map(|row| row.party_id))
        }
        PartyRef::Identity(given) => {
            let country = given.issuing_country.as_deref();
            match IdentityNumber::parse(given.kind, &given.number, country, app.today()) {
                Ok(parsed) => {
                    let found = crate::registry::party::find_one(app, tx, &parsed.identity);
                    ("identity", found.await?)
                }
                Err(findings) => {
                    let placed = findings.into_iter().map(|f| f.inside("identity"));
                    return Ok(Err(placed.collect()));
                }
            }
        }
    };
    let row = match id {
        Some(id) if is_seen(tx, &caller.sight, id).await? => party::by_ids([id]).one(tx).await?,
        _ => None,
    };
    let absent = || vec![Finding::error(ProblemCode::NotFound).inside(field)];
    Ok(row.map(|row| (row.id, row.kind)).ok_or_else(absent))
}
