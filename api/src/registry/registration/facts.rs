//! Facts in and out of their seal. The registration's own kind says how a document is read.

use entity::facts::Facts;
use entity::id::RegistrationId;
use entity::kind::SubjectKind;
use entity::revision;
use entity::sealed::{Sealed, SealedAt};
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::error::Error;

/// Where a revision's facts are sealed.
#[must_use]
pub const fn place(registration: RegistrationId, number: i32) -> SealedAt {
    SealedAt {
        table: "revision",
        column: "facts",
        row: registration.0,
        revision: number,
    }
}

/// Opens the facts of a revision.
pub fn open(app: &App, kind: SubjectKind, row: &revision::Model) -> Result<Facts, Error> {
    open_at(
        app,
        kind,
        place(row.registration_id, row.number),
        &row.facts,
    )
}

/// Opens facts at their place.
pub fn open_at(
    app: &App,
    kind: SubjectKind,
    at: SealedAt,
    facts: &Sealed<Facts>,
) -> Result<Facts, Error> {
    let plain = app.vault.open(at, facts)?;
    Ok(match kind {
        SubjectKind::Operator => Facts::Operator(read(&plain)?),
        SubjectKind::Streamer => Facts::Streamer(read(&plain)?),
        SubjectKind::Agency => Facts::Agency(read(&plain)?),
        SubjectKind::Merchant => Facts::Merchant(read(&plain)?),
        SubjectKind::Platform => {
            return Err(Error::internal("facts")(
                "no registration is a platform".into(),
            ));
        }
    })
}

fn read<T: DeserializeOwned>(plain: &[u8]) -> Result<T, crate::vault::VaultFault> {
    serde_json::from_slice(plain).map_err(|_| crate::vault::VaultFault::Unreadable)
}
