//! Parties: found or made by the blind index of their number, in the order of the index, so that two batches that
//! name the same people never wait for each other in a circle.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::id::PartyId;
use entity::kind::IdentityKind;
use entity::party::{self, Entity, Model};
use entity::sealed::{BlindIndex, IndexColumn, SealedAt};
use entity::value::country::CountryCode;
use entity::value::identity::IdentityNumber;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait as _,
    IntoActiveModel as _, Select,
};

use crate::app::App;
use crate::error::Error;
use crate::registry::registration::chunks;

/// What blind indexes of numbers are made for.
pub const NUMBER: &str = "party.number";

/// What makes a party unique.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    index: BlindIndex,
    kind: IdentityKind,
    issuing_country: String,
}

impl Key {
    /// The key of a number.
    #[must_use]
    pub fn of(identity: &IdentityNumber, index: &BlindIndex) -> Self {
        Self {
            index: index.clone(),
            kind: identity.kind(),
            issuing_country: identity
                .issuing_country()
                .map_or("", CountryCode::as_str)
                .to_owned(),
        }
    }

    fn of_row(column: IndexColumn, row: &Model) -> Option<Self> {
        Some(Self {
            index: row.index(column)?.clone(),
            kind: row.kind,
            issuing_country: row.issuing_country.clone(),
        })
    }
}

/// Finds parties and makes those that are new.
pub async fn ensure<C: ConnectionTrait>(
    app: &App,
    tx: &C,
    wanted: Vec<(IdentityNumber, BlindIndex)>,
) -> Result<HashMap<Key, PartyId>, Error> {
    let mut wanted: BTreeMap<Key, IdentityNumber> = wanted
        .into_iter()
        .map(|(number, index)| (Key::of(&number, &index), number))
        .collect();
    let mut known = known(app, tx, wanted.keys()).await?;
    wanted.retain(|key, _| !known.contains_key(key));
    known.extend(make(app, tx, wanted).await?.ids);
    Ok(known)
}

/// Parties that were not there a moment ago.
pub(super) struct Made {
    /// All of them.
    pub ids: HashMap<Key, PartyId>,
    /// Whether this deed made every one, so that nobody else can have named any yet.
    pub here: bool,
}

/// Makes parties that were not there a moment ago; where another deed was quicker, its party is found.
pub(super) async fn make<C: ConnectionTrait>(
    app: &App,
    tx: &C,
    wanted: BTreeMap<Key, IdentityNumber>,
) -> Result<Made, Error> {
    let mut rows = Vec::with_capacity(wanted.len());
    for (key, number) in &wanted {
        rows.push(row(app, key, number)?);
    }
    let ids: Vec<PartyId> = rows.iter().map(|row| row.id).collect();
    let here = insert(tx, rows).await? == ids.len() as u64;
    let ids = if here {
        wanted.into_keys().zip(ids).collect()
    } else {
        known(app, tx, wanted.keys()).await?
    };
    Ok(Made { ids, here })
}

/// Holds parties that ties are about to name, and so waits for deeds that change how they stand.
pub(super) async fn name(tx: &DatabaseTransaction, ids: BTreeSet<PartyId>) -> Result<(), Error> {
    hold(tx, ids, party::named).await
}

/// Holds parties whose standing in a book is about to change, and so waits for deeds that name them.
pub(super) async fn stand_anew(
    tx: &DatabaseTransaction,
    ids: BTreeSet<PartyId>,
) -> Result<(), Error> {
    hold(tx, ids, party::standing_anew).await
}

/// On SQLite there is nothing to hold: the writer is alone.
async fn hold(
    tx: &DatabaseTransaction,
    ids: BTreeSet<PartyId>,
    held: fn(Vec<PartyId>) -> Select<Entity>,
) -> Result<(), Error> {
    if tx.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    for chunk in chunks(ids.into_iter().collect()) {
        held(chunk).into_tuple::<PartyId>().all(tx).await?;
    }
    Ok(())
}

/// Inserts parties in their order, except those that are there, and tells how many it inserted.
async fn insert<C: ConnectionTrait>(tx: &C, rows: Vec<Model>) -> Result<u64, Error> {
    // Whichever key another deed found the number by: while keys are rotated, two columns are unique.
    let conflict = OnConflict::new().do_nothing().to_owned();
    let mut inserted = 0;
    for chunk in chunks(rows) {
        let rows = chunk
            .into_iter()
            .map(|row| row.into_active_model().reset_all());
        inserted += Entity::insert_many(rows)
            .on_conflict(conflict.clone())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(inserted)
}

/// Finds one party, or makes it.
pub async fn ensure_one<C: ConnectionTrait>(
    app: &App,
    tx: &C,
    identity: &IdentityNumber,
) -> Result<PartyId, Error> {
    let index = app.vault.index(NUMBER, identity.number().as_bytes());
    let key = Key::of(identity, &index);
    let made = ensure(app, tx, vec![(identity.clone(), index)]).await?;
    let fault = || Error::internal("party")("a party that was just made is not there".into());
    made.get(&key).copied().ok_or_else(fault)
}

/// Finds one party without making it.
pub async fn find_one<C: ConnectionTrait>(
    app: &App,
    db: &C,
    identity: &IdentityNumber,
) -> Result<Option<PartyId>, Error> {
    let index = app.vault.index(NUMBER, identity.number().as_bytes());
    let key = Key::of(identity, &index);
    Ok(known(app, db, std::iter::once(&key)).await?.remove(&key))
}

/// Those of these parties that are there already.
pub(super) async fn known<C: ConnectionTrait>(
    app: &App,
    db: &C,
    keys: impl Iterator<Item = &Key>,
) -> Result<HashMap<Key, PartyId>, Error> {
    let column = app.vault.index_column();
    let indexes: Vec<BlindIndex> = keys.map(|key| key.index.clone()).collect();
    let mut known = HashMap::new();
    for chunk in chunks(indexes) {
        let rows = party::by_indexes(column, chunk).all(db).await?;
        let keyed = |row: Model| Some((Key::of_row(column, &row)?, row.id));
        known.extend(rows.into_iter().filter_map(keyed));
    }
    Ok(known)
}

fn row(app: &App, key: &Key, number: &IdentityNumber) -> Result<Model, Error> {
    let id: PartyId = app.id();
    let active = key.index.clone();
    let indexes = app
        .vault
        .beside(active.clone(), NUMBER, number.number().as_bytes());
    Ok(Model {
        id,
        kind: key.kind,
        issuing_country: key.issuing_country.clone(),
        number_index: indexes.odd.unwrap_or(active),
        number_index_even: indexes.even,
        number: app
            .vault
            .seal_json(place(id), &number.number().to_owned())?,
    })
}

/// The number of a party that a record in sight names.
pub async fn by_id(app: &App, id: PartyId) -> Result<Option<IdentityNumber>, Error> {
    let row = party::by_ids([id]).one(&app.db).await?;
    row.map(|row| open(app, &row)).transpose()
}

/// Opens a party's number.
pub fn open(app: &App, row: &Model) -> Result<IdentityNumber, Error> {
    let number: String = app.vault.open_json(place(row.id), &row.number)?;
    let country = row.issuing_country.parse().ok();
    Ok(IdentityNumber::from_stored(row.kind, number, country))
}

/// Where a party's number is sealed.
#[must_use]
pub const fn place(id: PartyId) -> SealedAt {
    SealedAt {
        table: "party",
        column: "number",
        row: id.0,
        revision: 0,
    }
}
