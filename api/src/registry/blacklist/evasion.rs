//! 规避惩戒线索 (Order 117 Art. 14): raised by the deed that gives cause, in its own transaction, for a person to decide. What
//! speaks for one is said by registrations and by links that somebody confirmed, never guessed from names.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{Days, NaiveDate};
use entity::blacklist::gate::{self, HandedOver, handed_over};
use entity::blacklist::lead;
use entity::id::{EntryId, LeadId, PartyId, PlatformId, RegistrationId};
use entity::kind::{EvasionGround, LeadState, PartyLinkKind, TieKind};
use entity::sealed::BlindIndex;
use entity::{party_link, tie};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, FromQueryResult as _,
    IntoActiveModel as _,
};

use crate::app::App;
use crate::error::Error;
use crate::registry::registration::chunks;

/// Links of the parties that are compared; beyond so many nobody is compared by links.
const LINKS: u64 = 10_000;

/// What speaks for an evasion.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::registry) struct Suspect {
    /// The entry that would be evaded.
    pub(in crate::registry) entry: EntryId,
    /// The registration under which.
    pub(in crate::registry) registration: RegistrationId,
    /// What speaks for it.
    pub(in crate::registry) ground: EvasionGround,
    /// The account, or nothing.
    pub(in crate::registry) account: String,
}

/// An account that a registration opens.
#[derive(Clone, Debug)]
pub(in crate::registry) struct Opened {
    /// Which registration.
    pub(in crate::registry) registration: RegistrationId,
    /// Whose it is.
    pub(in crate::registry) party: PartyId,
    /// 账号.
    pub(in crate::registry) account: String,
}

/// Writes leads, each once: one that was raised before stands as it was decided.
pub(in crate::registry) async fn raise(
    app: &App,
    platform: PlatformId,
    suspects: &BTreeSet<Suspect>,
    tx: &DatabaseTransaction,
) -> Result<(), Error> {
    let rows = suspects.iter().map(|suspect| lead::Model {
        id: app.id::<LeadId>(),
        platform_id: platform,
        entry_id: suspect.entry,
        registration_id: suspect.registration,
        ground: suspect.ground,
        account: suspect.account.clone(),
        on_day: app.today(),
        raised_at: app.now(),
        state: LeadState::Open,
        decided_at: None,
        decided_by: None,
        reason: None,
    });
    for chunk in chunks(rows.collect()) {
        let rows = chunk
            .into_iter()
            .map(|row| row.into_active_model().reset_all());
        lead::Entity::insert_many(rows)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Which of these accounts somebody barred held a short while ago, and who stands behind both.
pub(in crate::registry) async fn successions(
    app: &App,
    platform: PlatformId,
    opened: &[Opened],
    tx: &DatabaseTransaction,
) -> Result<BTreeSet<Suspect>, Error> {
    if opened.is_empty() {
        return Ok(BTreeSet::new());
    }
    let today = app.today();
    let days = u64::from(app.settings.blacklist.evasion_days);
    let since = today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let accounts: Vec<_> = opened
        .iter()
        .map(|one| (one.registration, one.account.as_str()))
        .collect();
    let backend = app.db.get_database_backend();
    let asked = handed_over(&accounts, platform, (today, since), backend);
    let handed = HandedOver::find_by_statement(asked).all(tx).await?;
    let holders: HashMap<RegistrationId, PartyId> = opened
        .iter()
        .map(|one| (one.registration, one.party))
        .collect();
    let pairs = handed.into_iter().filter_map(|handed| {
        let holder = *holders.get(&handed.registration_id)?;
        (holder != handed.party_id).then_some((holder, handed))
    });
    let pairs: Vec<(PartyId, HandedOver)> = pairs.collect();
    if pairs.is_empty() {
        return Ok(BTreeSet::new());
    }
    let parties = pairs
        .iter()
        .flat_map(|(holder, handed)| [*holder, handed.party_id]);
    let behind = Behind::load(app, platform, (parties.collect(), since), tx).await?;
    let suspects = pairs.iter().flat_map(|(holder, handed)| {
        let grounds = behind.shared(*holder, handed.party_id).into_iter();
        grounds.map(|ground| Suspect {
            entry: handed.entry_id,
            registration: handed.registration_id,
            ground,
            account: handed.number.clone(),
        })
    });
    Ok(suspects.collect())
}

/// Who and what stands behind parties in a platform's book.
#[derive(Default)]
struct Behind {
    phones: HashMap<PartyId, HashSet<BlindIndex>>,
    people: HashMap<(PartyId, TieKind), HashSet<PartyId>>,
}

impl Behind {
    /// Reads it: registrations, what they state, and what was confirmed. What ended before `since` says nothing.
    async fn load(
        app: &App,
        platform: PlatformId,
        (parties, since): (BTreeSet<PartyId>, NaiveDate),
        tx: &DatabaseTransaction,
    ) -> Result<Self, Error> {
        let mut behind = Self::default();
        let column = app.vault.index_column();
        let mut owners = HashMap::new();
        for chunk in chunks(parties.iter().copied().collect()) {
            for row in gate::in_book(platform, chunk).all(tx).await? {
                if let Some(index) = row.phone_index(column) {
                    let phones = behind.phones.entry(row.party_id).or_default();
                    phones.insert(index.clone());
                }
                owners.insert(row.id, row.party_id);
            }
        }
        for chunk in chunks(owners.keys().copied().collect()) {
            for tie in tie::all_of(chunk).all(tx).await? {
                let counts = tie.until.is_none_or(|until| until >= since);
                if let Some(owner) = owners.get(&tie.registration_id).filter(|_| counts) {
                    behind.add(*owner, tie.kind, tie.other_party_id);
                }
            }
        }
        let parties: Vec<_> = parties.into_iter().collect();
        let asked = party_link::of_parties(&parties, LINKS, app.db.get_database_backend());
        for link in party_link::Model::find_by_statement(asked).all(tx).await? {
            let counts = link.stands() && link.platform_id.is_none_or(|by| by == platform);
            if let Some(kind) = stated_as(link.kind).filter(|_| counts) {
                behind.add(link.party_id, kind, link.other_party_id);
            }
        }
        Ok(behind)
    }

    fn add(&mut self, party: PartyId, kind: TieKind, other: PartyId) {
        self.people.entry((party, kind)).or_default().insert(other);
    }

    /// What two parties have in common.
    fn shared(&self, one: PartyId, other: PartyId) -> Vec<EvasionGround> {
        use TieKind::{LegalRepresentative, Proprietor, StreamerAgency};
        let representative = [
            (LegalRepresentative, LegalRepresentative),
            (LegalRepresentative, Proprietor),
            (Proprietor, LegalRepresentative),
        ];
        let meet = |pairs: &[(TieKind, TieKind)]| {
            let mut pairs = pairs.iter();
            pairs.any(|(of_one, of_other)| self.meet((one, *of_one), (other, *of_other)))
        };
        let grounds = [
            (EvasionGround::SamePhone, self.same_phone(one, other)),
            (EvasionGround::Representative, meet(&representative)),
            (EvasionGround::Proprietor, meet(&[(Proprietor, Proprietor)])),
            (
                EvasionGround::Agency,
                meet(&[(StreamerAgency, StreamerAgency)]),
            ),
        ];
        let found = grounds.into_iter().filter(|(_, found)| *found);
        found.map(|(ground, _)| ground).collect()
    }

    fn same_phone(&self, one: PartyId, other: PartyId) -> bool {
        let phones = self.phones.get(&one).zip(self.phones.get(&other));
        phones.is_some_and(|(one, other)| !one.is_disjoint(other))
    }

    /// Whether two parties have somebody in common, or one stands behind the other.
    fn meet(&self, one: (PartyId, TieKind), other: (PartyId, TieKind)) -> bool {
        let of_one = self.people.get(&one);
        let of_other = self.people.get(&other);
        let names = |people: Option<&HashSet<PartyId>>, party| {
            people.is_some_and(|people| people.contains(&party))
        };
        let common = of_one.zip(of_other);
        names(of_one, other.0)
            || names(of_other, one.0)
            || common.is_some_and(|(one, other)| !one.is_disjoint(other))
    }
}

/// As which tie a confirmed link counts.
const fn stated_as(link: PartyLinkKind) -> Option<TieKind> {
    match link {
        PartyLinkKind::Proprietor => Some(TieKind::Proprietor),
        PartyLinkKind::LegalRepresentative => Some(TieKind::LegalRepresentative),
        PartyLinkKind::SamePerson => None,
    }
}
