//! Ties of a batch: who is named, whether they stand in the same book, what begins and what ends. Whoever is named before
//! registering is a party without a registration; the tie joins by itself when one comes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::id::{PartyId, RegistrationId};
use entity::kind::{RegistrationStatus, SubjectKind, TieKind};
use entity::problem::{Finding, ProblemCode};
use entity::registration;
use entity::sealed::BlindIndex;
use entity::tie::{self, Book};
use entity::value::identity::IdentityNumber;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QuerySelect as _,
};

use super::draft::Draft;
use super::fields::{Fields, Wish};
use super::write::chunks;
use crate::app::App;
use crate::error::Error;
use crate::registry::ledger::Ledger;
use crate::registry::party;

/// What an item wants of one kind of tie: exactly these others.
pub(super) struct Wanted {
    pub kind: TieKind,
    pub field: &'static str,
    listed: bool,
    /// Whether a list adds to the ties that are open, and ends none.
    adds: bool,
    others: Vec<Other>,
}

/// One who is named.
struct Other {
    identity: IdentityNumber,
    index: BlindIndex,
    party: Option<PartyId>,
}

impl Other {
    fn key(&self) -> party::Key {
        party::Key::of(&self.identity, &self.index)
    }
}

impl Wanted {
    /// What is wished, with the blind indexes that find the others.
    pub(super) fn of(app: &App, wish: Wish) -> Self {
        let other = |identity: IdentityNumber| Other {
            index: app.vault.index(party::NUMBER, identity.number().as_bytes()),
            identity,
            party: None,
        };
        Self {
            kind: wish.kind,
            field: wish.field,
            listed: wish.listed,
            adds: false,
            others: wish.others.into_iter().map(other).collect(),
        }
    }

    /// The blind indexes of those who are named.
    pub(super) fn indexes(&self) -> impl Iterator<Item = &BlindIndex> {
        self.others.iter().map(|other| &other.index)
    }

    /// Lets a list add to the ties that are open.
    pub(super) fn add(&mut self) {
        self.adds = self.listed;
    }

    /// Whether these ties are not those that are open.
    pub(super) fn differs(&self, open: &[tie::Model]) -> bool {
        let standing: HashSet<PartyId> = self.open(open).map(|tie| tie.other_party_id).collect();
        let wanted = self.others.iter().map(|other| other.party);
        (!self.adds && self.others.len() != standing.len())
            || wanted
                .into_iter()
                .any(|party| party.is_none_or(|party| !standing.contains(&party)))
    }

    fn open<'a>(&self, open: &'a [tie::Model]) -> impl Iterator<Item = &'a tie::Model> {
        let kind = self.kind;
        open.iter().filter(move |tie| tie.kind == kind)
    }
}

/// What an item says of ties, with the blind indexes that find the others.
pub(super) fn wanted(app: &App, fields: &Fields) -> Vec<Wanted> {
    let wishes = fields.ties().into_iter();
    wishes.map(|wish| Wanted::of(app, wish)).collect()
}

/// Finds those who are named and tells of each who is not registered in this book.
pub(super) async fn look(
    app: &App,
    tx: &DatabaseTransaction,
    ledger: &Ledger,
    drafts: &mut [Draft],
) -> Result<(), Error> {
    let keys = keys(drafts.iter().filter(|draft| !draft.refused()), |_| true);
    if keys.is_empty() {
        return Ok(());
    }
    let parties = party::known(app, tx, keys.iter()).await?;
    for draft in drafts.iter_mut() {
        for wanted in &mut draft.ties {
            for other in &mut wanted.others {
                other.party = parties.get(&other.key()).copied();
            }
        }
    }
    let standing = standing(tx, ledger, drafts).await?;
    for draft in drafts.iter_mut().filter(|draft| !draft.refused()) {
        let pending: Vec<Finding> = draft
            .ties
            .iter()
            .flat_map(|wanted| pending(wanted, &standing))
            .collect();
        draft.found.extend(pending);
    }
    Ok(())
}

/// Who stands in the book in the role that a tie names.
type Roll = HashSet<(SubjectKind, PartyId)>;

fn pending(wanted: &Wanted, registered: &Roll) -> Vec<Finding> {
    // A person who is named needs no registration.
    let role = wanted.kind.to();
    let missing = wanted.others.iter().enumerate().filter(|(_, other)| {
        role.is_some_and(|role| {
            other
                .party
                .is_none_or(|party| !registered.contains(&(role, party)))
        })
    });
    missing
        .map(|(index, _)| {
            let warning = Finding::warning(ProblemCode::TiePending);
            let placed = if wanted.listed {
                warning.item(index)
            } else {
                warning
            };
            placed.inside(wanted.field)
        })
        .collect()
}

async fn standing(
    tx: &DatabaseTransaction,
    ledger: &Ledger,
    drafts: &[Draft],
) -> Result<Roll, Error> {
    let mut roll = Roll::new();
    for kind in TieKind::ALL.iter().copied() {
        for row in registered(tx, ledger, kind, named(drafts, kind)).await? {
            roll.insert((row.kind, row.party_id));
        }
    }
    Ok(roll)
}

/// The parties that items name in one kind of tie.
fn named(drafts: &[Draft], kind: TieKind) -> BTreeSet<PartyId> {
    let wanted = drafts.iter().flat_map(|draft| &draft.ties);
    let of_kind = wanted.filter(|wanted| wanted.kind == kind);
    of_kind
        .flat_map(|wanted| wanted.others.iter().filter_map(|other| other.party))
        .collect()
}

/// The open registrations of parties in the role that a tie names.
async fn registered(
    tx: &DatabaseTransaction,
    ledger: &Ledger,
    kind: TieKind,
    parties: BTreeSet<PartyId>,
) -> Result<Vec<registration::Model>, Error> {
    let mut found = Vec::new();
    let Some(role) = kind.to() else {
        return Ok(found);
    };
    for chunk in chunks(parties.into_iter().collect()) {
        let rows = registration::in_ledger(ledger.platform, role, ledger.source, chunk)
            .filter(registration::Column::Status.eq(RegistrationStatus::Active));
        found.extend(rows.all(tx).await?);
    }
    Ok(found)
}

fn keys<'a>(
    drafts: impl Iterator<Item = &'a Draft>,
    which: impl Fn(&Other) -> bool,
) -> BTreeSet<party::Key> {
    let wanted = drafts.flat_map(|draft| &draft.ties);
    let others = wanted.flat_map(|wanted| &wanted.others);
    others
        .filter(|other| which(other))
        .map(Other::key)
        .collect()
}

/// Ends what items end, and opens what they open, in one order for all batches.
pub(super) async fn write(
    app: &App,
    tx: &DatabaseTransaction,
    ledger: &Ledger,
    drafts: &mut [Draft],
) -> Result<(), Error> {
    if drafts.iter().all(|draft| draft.ties.is_empty()) {
        return Ok(());
    }
    make_unknown(app, tx, drafts).await?;
    let written = || drafts.iter().filter(|draft| draft.writes());
    let ended: Vec<_> = written().flat_map(ending).collect();
    for chunk in chunks(ended) {
        tie::end(chunk, app.today()).exec(tx).await?;
    }
    let mut opened: Vec<tie::Model> = written()
        .flat_map(|draft| opening(app, ledger, draft))
        .collect();
    let standing = opened.iter().filter(|tie| tie.kind.to().is_some());
    party::name(tx, standing.map(|tie| tie.other_party_id).collect()).await?;
    let seats = seats(tx, ledger, drafts).await?;
    opened.sort_by_key(|tie| (tie.other_party_id, tie.registration_id));
    for tie in &mut opened {
        if tie.kind == TieKind::StreamerOperator
            && let Some((seat, city)) = seats.get(&tie.other_party_id)
        {
            tie.seat.clone_from(seat);
            tie.seat_city.clone_from(city);
        }
    }
    for chunk in chunks(opened) {
        let rows = chunk
            .into_iter()
            .map(|row| row.into_active_model().reset_all());
        tie::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Makes the parties that are named for the first time: a moment ago they were not there.
async fn make_unknown(
    app: &App,
    tx: &DatabaseTransaction,
    drafts: &mut [Draft],
) -> Result<(), Error> {
    let unknown: BTreeMap<_, _> = drafts
        .iter()
        .filter(|draft| draft.writes())
        .flat_map(|draft| &draft.ties)
        .flat_map(|wanted| &wanted.others)
        .filter(|other| other.party.is_none())
        .map(|other| (other.key(), other.identity.clone()))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let made = party::make(app, tx, unknown).await?.ids;
    for draft in drafts.iter_mut().filter(|draft| draft.writes()) {
        for other in draft
            .ties
            .iter_mut()
            .flat_map(|wanted| &mut wanted.others)
            .filter(|other| other.party.is_none())
        {
            other.party = made.get(&other.key()).copied();
        }
    }
    Ok(())
}

fn ending(draft: &Draft) -> Vec<entity::id::TieId> {
    let Some(standing) = &draft.standing else {
        return Vec::new();
    };
    let replaced = draft.ties.iter().filter(|wanted| !wanted.adds);
    let ended = replaced.flat_map(|wanted| {
        let kept: HashSet<PartyId> = wanted.others.iter().filter_map(|o| o.party).collect();
        let open = wanted.open(&standing.ties);
        open.filter(move |tie| !kept.contains(&tie.other_party_id))
            .map(|tie| tie.id)
    });
    ended.collect()
}

fn opening(app: &App, ledger: &Ledger, draft: &Draft) -> Vec<tie::Model> {
    let Some(id) = draft.id else {
        return Vec::new();
    };
    let open = draft
        .standing
        .as_ref()
        .map_or(&[][..], |standing| standing.ties.as_slice());
    let begins = draft.ties.iter().flat_map(|wanted| {
        let standing: HashSet<PartyId> = wanted.open(open).map(|t| t.other_party_id).collect();
        let others = wanted.others.iter().filter_map(|other| other.party);
        others
            .filter(move |party| !standing.contains(party))
            .map(|party| (wanted.kind, party))
    });
    begins
        .map(|(kind, party)| tie::Model {
            id: app.id(),
            kind,
            platform_key: ledger.platform,
            source: ledger.source,
            registration_id: id,
            other_party_id: party,
            seat: None,
            seat_city: None,
            since: app.today(),
            until: None,
        })
        .collect()
}

/// The finest division by which a local office sees an operator, and the city-level one above it.
pub(super) type Seat = (Option<String>, Option<String>);

/// Where the operators sit that items name.
async fn seats(
    tx: &DatabaseTransaction,
    ledger: &Ledger,
    drafts: &[Draft],
) -> Result<HashMap<PartyId, Seat>, Error> {
    let kind = TieKind::StreamerOperator;
    let rows = registered(tx, ledger, kind, named(drafts, kind)).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.party_id, (row.seat, row.seat_city)))
        .collect())
}

/// Tells the ties that name operators where these sit now, where that is new.
pub(super) async fn follow_seats(
    tx: &DatabaseTransaction,
    book: Book,
    moved: Vec<(PartyId, Seat)>,
) -> Result<(), Error> {
    let moved: HashMap<PartyId, Seat> = moved.into_iter().collect();
    party::stand_anew(tx, moved.keys().copied().collect()).await?;
    let mut named = BTreeSet::new();
    for chunk in chunks(moved.keys().copied().collect()) {
        let parties = tie::naming(book, TieKind::StreamerOperator, chunk)
            .select_only()
            .column(tie::Column::OtherPartyId)
            .distinct();
        named.extend(parties.into_tuple::<PartyId>().all(tx).await?);
    }
    // Those who went to one place are told of it together.
    let mut places: BTreeMap<&Seat, Vec<PartyId>> = BTreeMap::new();
    for party in named {
        if let Some(seat) = moved.get(&party) {
            places.entry(seat).or_default().push(party);
        }
    }
    for ((seat, city), parties) in places {
        for some in chunks(parties) {
            tie::seat(book, some, (seat.as_deref(), city.as_deref()))
                .exec(tx)
                .await?;
        }
    }
    Ok(())
}

/// Ends every tie of registrations that close, whichever side they stood on, and tells who had one of these as agency.
pub(in crate::registry) async fn close(
    tx: &DatabaseTransaction,
    closed: &[(registration::Model, chrono::NaiveDate)],
) -> Result<Vec<RegistrationId>, Error> {
    party::stand_anew(tx, closed.iter().map(|(row, _)| row.party_id).collect()).await?;
    let mut bereft = BTreeSet::new();
    let mut groups: HashMap<(Book, SubjectKind, chrono::NaiveDate), Vec<&registration::Model>> =
        HashMap::new();
    for (row, on) in closed {
        let key = (row.book(), row.kind, *on);
        groups.entry(key).or_default().push(row);
    }
    for ((book, role, on), rows) in groups {
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        tie::end_all_of(ids, on).exec(tx).await?;
        let parties: Vec<PartyId> = rows.iter().map(|row| row.party_id).collect();
        for kind in TieKind::naming(role) {
            if kind == TieKind::StreamerAgency {
                let named = tie::naming(book, kind, parties.iter().copied());
                let declared = named.all(tx).await?;
                bereft.extend(declared.into_iter().map(|tie| tie.registration_id));
            }
            tie::end_naming(book, kind, parties.iter().copied(), on)
                .exec(tx)
                .await?;
        }
    }
    let closing: HashSet<_> = closed.iter().map(|(row, _)| row.id).collect();
    Ok(bereft
        .into_iter()
        .filter(|id| !closing.contains(id))
        .collect())
}

/// Lets the ties that name a registration follow its corrected number, and tells whose agency it is.
pub(in crate::registry) async fn correct(
    app: &App,
    tx: &DatabaseTransaction,
    row: &registration::Model,
    (from, to): (PartyId, PartyId),
) -> Result<Vec<RegistrationId>, Error> {
    party::stand_anew(tx, BTreeSet::from([from, to])).await?;
    let book = row.book();
    let mut members = Vec::new();
    for kind in TieKind::naming(row.kind) {
        let both: HashSet<_> = tie::naming(book, kind, [to])
            .all(tx)
            .await?
            .into_iter()
            .map(|tie| tie.registration_id)
            .collect();
        let old = tie::naming(book, kind, [from]).all(tx).await?;
        let twice = old.iter().filter(|tie| both.contains(&tie.registration_id));
        let twice: Vec<_> = twice.map(|tie| tie.id).collect();
        tie::end(twice, app.today()).exec(tx).await?;
        tie::rename(book, kind, from, to).exec(tx).await?;
        if kind == TieKind::StreamerAgency {
            members.extend(old.into_iter().map(|tie| tie.registration_id));
        }
        if kind == TieKind::StreamerOperator {
            tie::seat(book, [to], (row.seat.as_deref(), row.seat_city.as_deref()))
                .exec(tx)
                .await?;
        }
    }
    Ok(members)
}
