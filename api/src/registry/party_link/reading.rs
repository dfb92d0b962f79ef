//! The links of parties, for many of one answer at a time: what registrations in sight state, what corrections and equal
//! phones suggest, and what people confirmed of it. A few statements, however many ask.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use entity::id::{ClientId, PartyId, PartyLinkId};
use entity::kind::{IdentityKind, LinkGround, PartyLinkKind, PartyLinkState, TieKind};
use entity::party_link::ground::{self, Naming};
use entity::party_link::{self, Judgement, Link, judgement_place, undoing_place};
use entity::sealed::{Sealed, SealedAt};
use entity::value::identity::IdentityNumber;
use entity::{party, registration};
use sea_orm::FromQueryResult as _;

use super::sight::in_sight;
use crate::app::App;
use crate::auth::Caller;
use crate::clock::legal_day;
use crate::error::Error;
use crate::registry::reading::{self, Record};
use crate::registry::registration::chunks;

/// Confirmations that are read of the parties of one answer.
const CONFIRMATIONS: u64 = 10_000;
/// Registrations of one party whose phones are compared.
const PHONES: usize = 50;
/// A phone that more registrations of people share than this says nothing of who they are.
const SHARED: usize = 20;

/// Asks for the links of a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Asked {
    /// Whose.
    pub party: PartyId,
    /// Whether also what is over.
    pub ended: bool,
    /// At most so many.
    pub rows: u64,
}

/// A link as one of its parties has it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Which link.
    pub link: Link,
    /// The party at its other end.
    pub other: PartyId,
    /// Its number.
    pub identity: IdentityNumber,
    /// The first day, where one is known.
    pub since: Option<NaiveDate>,
    /// The last day, where every registration that stated it has ceased to.
    pub until: Option<NaiveDate>,
    /// Where it stands.
    pub state: PartyLinkState,
    /// What speaks for it.
    pub grounds: Vec<LinkGround>,
    /// Who confirmed it, oldest first, with what was taken back.
    pub confirmations: Vec<Confirmation>,
}

/// One confirmation of a link.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// Its id.
    pub id: PartyLinkId,
    /// Who confirmed it, and when.
    pub confirmed: (ClientId, DateTime<Utc>),
    /// Why, for whoever may read it.
    pub reason: Option<String>,
    /// Who took it back, and when.
    pub undone: Option<(ClientId, DateTime<Utc>)>,
    /// Why it was taken back.
    pub undone_reason: Option<String>,
}

/// What is known of one pair of parties. They stand in the order of their ids until their documents are known.
#[derive(Default)]
struct Known {
    grounds: BTreeSet<LinkGround>,
    periods: Vec<(NaiveDate, Option<NaiveDate>)>,
    confirmations: Vec<party_link::Model>,
}

type Pairs = BTreeMap<(PartyLinkKind, PartyId, PartyId), Known>;

/// The links of parties that the caller already sees, what was confirmed first, at most so many of each.
pub async fn links(
    app: &App,
    caller: &Caller,
    parties: &[PartyId],
    (ended, rows): (bool, u64),
) -> Result<HashMap<PartyId, Vec<Shown>>, Error> {
    let mut pairs = Pairs::new();
    stated(app, caller, parties, rows, &mut pairs).await?;
    confirmed(app, caller, parties, &mut pairs).await?;
    alike(app, caller, parties, &mut pairs).await?;
    if !ended {
        pairs.retain(|_, known| known.goes_on());
    }
    let ends: BTreeSet<PartyId> = pairs.keys().flat_map(|(_, a, b)| [*a, *b]).collect();
    let mut identities = HashMap::with_capacity(ends.len());
    for chunk in chunks(ends.into_iter().collect()) {
        for row in party::by_ids(chunk).all(&app.db).await? {
            identities.insert(row.id, crate::registry::party::open(app, &row)?);
        }
    }
    let asked: HashSet<PartyId> = parties.iter().copied().collect();
    let mut shown: HashMap<PartyId, Vec<Shown>> = HashMap::new();
    for ((kind, one, other), known) in &pairs {
        for (of, at) in [(*one, *other), (*other, *one)] {
            if asked.contains(&of) {
                let seen = known.show(app, caller, (*kind, of, at), &identities)?;
                shown.entry(of).or_default().extend(seen);
            }
        }
    }
    let most = usize::try_from(rows).unwrap_or(usize::MAX);
    for links in shown.values_mut() {
        links.sort_by_key(|link| {
            let unconfirmed = link.state != PartyLinkState::Confirmed;
            let unknown = link.since.is_none();
            (unconfirmed, unknown, link.since, link.link)
        });
        links.truncate(most);
    }
    Ok(shown)
}

/// What registrations in sight state of these parties, and state of others as these parties'.
async fn stated(
    app: &App,
    caller: &Caller,
    parties: &[PartyId],
    rows: u64,
    pairs: &mut Pairs,
) -> Result<(), Error> {
    let most = i64::try_from(rows).unwrap_or(i64::MAX);
    let backend = app.db.get_database_backend();
    for statement in [
        ground::declared(&caller.sight, parties, most, backend),
        ground::naming(&caller.sight, parties, most, backend),
    ] {
        for naming in Naming::find_by_statement(statement).all(&app.db).await? {
            let Some(kind) = naming.kind.link() else {
                continue;
            };
            let known = pair(pairs, kind, (naming.party_id, naming.other_party_id));
            if naming.kind == TieKind::FormerIdentity {
                // The two numbers are linked from the day on which one replaced the other.
                known.grounds.insert(LinkGround::Corrected);
                let corrected = naming.until.unwrap_or(naming.since);
                known.periods.push((corrected, None));
            } else {
                known.grounds.insert(LinkGround::Registered);
                known.periods.push((naming.since, naming.until));
            }
        }
    }
    Ok(())
}

/// What people confirmed of these parties, where it is in sight.
async fn confirmed(
    app: &App,
    caller: &Caller,
    parties: &[PartyId],
    pairs: &mut Pairs,
) -> Result<(), Error> {
    let backend = app.db.get_database_backend();
    let rows = party_link::of_parties(parties, CONFIRMATIONS, backend);
    let rows = party_link::Model::find_by_statement(rows);
    let mut rows = rows.all(&app.db).await?;
    rows.sort_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    for row in in_sight(&app.db, &caller.sight, rows).await? {
        let known = pair(pairs, row.kind, (row.party_id, row.other_party_id));
        if row.stands() {
            known.grounds.insert(LinkGround::Confirmed);
        }
        known.confirmations.push(row);
    }
    Ok(())
}

/// Natural persons in sight with another number, but with the phone and the name of one of these parties.
async fn alike(
    app: &App,
    caller: &Caller,
    parties: &[PartyId],
    pairs: &mut Pairs,
) -> Result<(), Error> {
    let most = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
    let own = (None, most(PHONES));
    let own = registration::of_parties(&caller.sight, parties.iter().copied(), own);
    let people = own.all(&app.db).await?.into_iter();
    let column = app.vault.index_column();
    let phones: BTreeSet<_> = people
        .filter(|row| row.identity_kind != IdentityKind::Uscc)
        .filter_map(|row| row.phone_index(column).cloned())
        .collect();
    let mut sharing: HashMap<_, Vec<registration::Model>> = HashMap::new();
    for chunk in chunks(phones.into_iter().collect()) {
        let found =
            registration::of_people_with_phones(&caller.sight, column, chunk, most(SHARED + 1));
        for row in found.all(&app.db).await? {
            sharing
                .entry(row.phone_index(column).cloned())
                .or_default()
                .push(row);
        }
    }
    sharing.retain(|_, rows| {
        let parties: HashSet<PartyId> = rows.iter().map(|row| row.party_id).collect();
        parties.len() > 1 && rows.len() <= SHARED
    });
    let rows = sharing.into_values().flatten().collect();
    let mut named: HashMap<_, BTreeSet<PartyId>> = HashMap::new();
    for Record {
        registration: row,
        facts,
        ..
    } in reading::open(app, rows).await?
    {
        let key = (row.phone_index(column).cloned(), facts.name().to_owned());
        named.entry(key).or_default().insert(row.party_id);
    }
    for same in named.values() {
        for (one, other) in same
            .iter()
            .flat_map(|one| same.range(*one..).skip(1).map(move |other| (*one, *other)))
        {
            let known = pair(pairs, PartyLinkKind::SamePerson, (one, other));
            known.grounds.insert(LinkGround::PhoneAndName);
        }
    }
    Ok(())
}

/// What is known of a pair so far.
fn pair(pairs: &mut Pairs, kind: PartyLinkKind, (one, other): (PartyId, PartyId)) -> &mut Known {
    pairs
        .entry((kind, one.min(other), one.max(other)))
        .or_default()
}

impl Known {
    /// Whether something speaks for it today.
    fn goes_on(&self) -> bool {
        self.grounds.iter().any(|ground| match ground {
            LinkGround::Confirmed | LinkGround::Corrected | LinkGround::PhoneAndName => true,
            LinkGround::Registered => self.periods.iter().any(|(_, until)| until.is_none()),
        })
    }

    /// The link from one of its ends; none where their documents do not go with it, as when a registration states a
    /// person's own number as its representative's.
    fn show(
        &self,
        app: &App,
        caller: &Caller,
        (kind, of, at): (PartyLinkKind, PartyId, PartyId),
        identities: &HashMap<PartyId, IdentityNumber>,
    ) -> Result<Option<Shown>, Error> {
        let (Some(own), Some(identity)) = (identities.get(&of), identities.get(&at)) else {
            return Ok(None);
        };
        let ends = ((of, own.kind()), (at, identity.kind()));
        let Ok(link) = rules::party_link::between(kind, ends.0, ends.1) else {
            return Ok(None);
        };
        let confirmations = self.confirmations.iter();
        let confirmations: Vec<_> = confirmations
            .map(|row| told(app, caller, row))
            .collect::<Result<_, _>>()?;
        Ok(Some(Shown {
            link,
            other: at,
            identity: identity.clone(),
            since: self.since(),
            until: self.until(),
            state: self.state(),
            grounds: self.grounds.iter().copied().collect(),
            confirmations,
        }))
    }

    /// The first day from which a registration states it, or stated it where none does any more; where none ever did, the
    /// day of the oldest confirmation that stands.
    fn since(&self) -> Option<NaiveDate> {
        let open = self.periods.iter().filter(|(_, until)| until.is_none());
        let open = open.map(|(since, _)| *since).min();
        let stated = open.or_else(|| self.periods.iter().map(|(since, _)| *since).min());
        let standing = self.confirmations.iter().filter(|row| row.stands());
        stated.or_else(|| standing.map(|row| legal_day(row.confirmed_at)).min())
    }

    fn until(&self) -> Option<NaiveDate> {
        let ends: Option<Vec<NaiveDate>> = self.periods.iter().map(|(_, until)| *until).collect();
        ends?.into_iter().max()
    }

    fn state(&self) -> PartyLinkState {
        if self.grounds.contains(&LinkGround::Confirmed) {
            PartyLinkState::Confirmed
        } else if self.confirmations.is_empty() {
            PartyLinkState::Proposed
        } else {
            PartyLinkState::Undone
        }
    }
}

/// A confirmation as the caller may read it: reasons are for offices and for the platform whose own it is.
fn told(app: &App, caller: &Caller, row: &party_link::Model) -> Result<Confirmation, Error> {
    let readable = caller
        .platform()
        .is_none_or(|platform| row.platform_id == Some(platform));
    let open = |at: SealedAt, sealed: &Sealed<Judgement>| {
        let reason = || Ok::<_, Error>(app.vault.open_json(at, sealed)?.reason);
        readable.then(reason).transpose()
    };
    let undone_reason = match &row.undoing {
        Some(sealed) => open(undoing_place(row.id), sealed)?,
        None => None,
    };
    Ok(Confirmation {
        id: row.id,
        confirmed: (row.confirmed_by, row.confirmed_at),
        reason: open(judgement_place(row.id), &row.judgement)?,
        undone: row.undone_by.zip(row.undone_at),
        undone_reason,
    })
}
