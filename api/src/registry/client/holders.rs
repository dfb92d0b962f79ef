//! On whose behalf a client may act: the offices and platforms that a clients file can name, looked up at once.

use std::collections::HashMap;

use entity::id::{OfficeId, PlatformId};
use entity::kind::IdentityKind;
use entity::sealed::BlindIndex;
use entity::{office, party, platform};
use sea_orm::ConnectionTrait;

use crate::admission_file::{Holder, OfficeFacts, PlatformRef};
use crate::error::Error;
use crate::registry::party::NUMBER;
use crate::vault::Vault;

/// Every office by its key, every platform by its id and its credit code.
pub struct Holders<'a> {
    vault: &'a Vault,
    offices: HashMap<String, (OfficeId, OfficeFacts)>,
    platforms: Vec<PlatformId>,
    by_code: HashMap<BlindIndex, PlatformId>,
}

impl<'a> Holders<'a> {
    /// Reads them; there are some hundreds of each.
    pub async fn load<C: ConnectionTrait>(vault: &'a Vault, db: &C) -> Result<Self, Error> {
        let offices = office::all().all(db).await?.into_iter().map(|row| {
            let facts = OfficeFacts {
                level: row.level,
                authority: row.authority,
            };
            (row.key, (row.id, facts))
        });
        let offices = offices.collect();
        let tenants: Vec<_> = platform::all()
            .all(db)
            .await?
            .into_iter()
            .filter(|row| row.tenant)
            .collect();
        let of_party: HashMap<_, _> = tenants
            .iter()
            .filter_map(|row| row.party_id.map(|party| (party, row.id)))
            .collect();
        let parties = party::by_ids(of_party.keys().copied()).all(db).await?;
        let column = vault.index_column();
        let by_code = parties
            .into_iter()
            .filter(|party| party.kind == IdentityKind::Uscc)
            .filter_map(|party| Some((party.index(column)?.clone(), *of_party.get(&party.id)?)))
            .collect();
        Ok(Self {
            vault,
            offices,
            platforms: tenants.iter().map(|row| row.id).collect(),
            by_code,
        })
    }

    /// What is known of an office.
    #[must_use]
    pub fn office(&self, key: &str) -> Option<OfficeFacts> {
        self.offices.get(key).map(|(_, facts)| *facts)
    }

    /// The platform that a file names.
    #[must_use]
    pub fn platform(&self, named: &PlatformRef) -> Option<PlatformId> {
        match named {
            PlatformRef::Id(id) => {
                let id = PlatformId(*id);
                self.platforms.contains(&id).then_some(id)
            }
            PlatformRef::CreditCode(code) => self
                .by_code
                .get(&self.vault.index(NUMBER, code.as_bytes()))
                .copied(),
        }
    }

    /// The office and the platform of a holder; none where it is named but unknown.
    #[must_use]
    pub fn resolve(&self, holder: &Holder) -> Option<(Option<OfficeId>, Option<PlatformId>)> {
        match holder {
            Holder::House => Some((None, None)),
            Holder::Office(key) => self.offices.get(key).map(|(id, _)| (Some(*id), None)),
            Holder::Platform(named) => self.platform(named).map(|id| (None, Some(id))),
        }
    }
}
