//! The registrations that a deed names one by one: what stands of each, locked and opened, and what the caller only sees.

use std::collections::{HashMap, HashSet};

use entity::facts::Facts;
use entity::id::RegistrationId;
use entity::problem::{Finding, ProblemCode};
use entity::{party, registration, revision};
use sea_orm::{DatabaseTransaction, QueryOrder as _, QuerySelect as _};

use super::facts::open;
use super::write::{fingerprint, revision_of};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::ledger::may_write;

/// What stands of a registration.
pub struct Standing {
    /// Its row.
    pub row: registration::Model,
    /// What its current revision says.
    pub facts: Facts,
    /// Whose it is.
    pub party: party::Model,
}

/// The registrations of a request that are in sight.
pub struct Book {
    /// Those the caller may change.
    pub own: HashMap<RegistrationId, Standing>,
    /// Those it only sees.
    pub others: HashSet<RegistrationId>,
}

impl Book {
    /// Loads and locks those that are in sight.
    pub async fn load(
        app: &App,
        caller: &Caller,
        ids: impl Iterator<Item = RegistrationId> + Send,
        tx: &DatabaseTransaction,
    ) -> Result<Self, Error> {
        let rows = registration::some_seen_by(&caller.sight, ids)
            .order_by_asc(registration::Column::Id)
            .lock_exclusive()
            .all(tx)
            .await?;
        let (rows, others): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|row| may_write(caller, row));
        let own = standing(app, tx, rows).await?;
        Ok(Self {
            own: own
                .into_iter()
                .map(|standing| (standing.row.id, standing))
                .collect(),
            others: others.into_iter().map(|row| row.id).collect(),
        })
    }

    /// Why a registration cannot be changed that is not among the caller's own.
    #[must_use]
    pub fn absent(&self, id: Option<RegistrationId>) -> Finding {
        let seen = id.is_some_and(|id| self.others.contains(&id));
        Finding::error(if seen {
            ProblemCode::NotYours
        } else {
            ProblemCode::NotFound
        })
    }
}

/// Opens what stands of registrations.
pub async fn standing(
    app: &App,
    tx: &DatabaseTransaction,
    rows: Vec<registration::Model>,
) -> Result<Vec<Standing>, Error> {
    let kinds: HashMap<_, _> = rows.iter().map(|row| (row.id, row.kind)).collect();
    let mut facts = HashMap::new();
    for revised in revision::current_of(kinds.keys().copied()).all(tx).await? {
        if let Some(kind) = kinds.get(&revised.registration_id) {
            facts.insert(revised.registration_id, open(app, *kind, &revised)?);
        }
    }
    let named = party::by_ids(rows.iter().map(|row| row.party_id));
    let parties = named.all(tx).await?.into_iter().map(|row| (row.id, row));
    let parties: HashMap<_, _> = parties.collect();
    let whole = |row: registration::Model| {
        Some(Standing {
            facts: facts.remove(&row.id)?,
            party: parties.get(&row.party_id)?.clone(),
            row,
        })
    };
    Ok(rows.into_iter().filter_map(whole).collect())
}

impl Standing {
    /// Makes the next revision of changed facts, and the row that points at it.
    pub fn revise(
        mut self,
        app: &App,
        caller: &Caller,
        changed: &[&str],
    ) -> Result<(registration::Model, revision::Model), Error> {
        let now = app.now();
        self.facts.correct(None);
        self.row.revision += 1;
        self.row.observed_at = self.row.observed_at.max(now);
        self.row.updated_at = now;
        let identity = crate::registry::party::open(app, &self.party)?;
        self.row.fingerprint = fingerprint(app, &identity, &self.facts);
        let revision = revision_of(app, caller, &self.row, &self.facts, changed)?;
        Ok((self.row, revision))
    }
}
