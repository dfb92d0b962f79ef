//! Sealing anew: everything that an older key sealed is opened and sealed by the active one, and every value that is found
//! by a blind index gets one under the new key as well, a batch at a time, in the order of the primary key. How far it is
//! stands in the same transaction as the batch, so that a process that is killed costs the batch it was at. What does not
//! open is counted, recorded and left as it is.

mod cells;
pub mod count;
mod files;
mod indexes;
pub mod lease;
mod listing;

use entity::reseal::{Entity, Model};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _,
};

use self::cells::CELLS;
use self::lease::Lease;
use crate::app::App;
use crate::db;
use crate::error::Error;
use crate::registry::damage;
use crate::vault::Rotated;

/// So many rows are sealed anew in one transaction: SQLite's one writer must not be kept for long.
const BATCH: u64 = 200;

/// The kind of file.
pub(super) const FILES: &str = "stored_file";
/// The kinds of blind index.
const NUMBERS: &str = "party.number_index";
const PHONES: &str = "registration.phone_index";
const TOKENS: &str = "blacklist_token.token";
const JUDGED: &str = "match_judgement.name_index";

/// Every kind of thing that a ring's keys leave traces in.
pub fn shelves(ring: Rotated) -> impl Iterator<Item = &'static str> {
    let cells = CELLS.iter().map(|cell| cell.name).chain([FILES]);
    let seal = (ring == Rotated::Seal).then_some(cells);
    let index = (ring == Rotated::Index).then_some([NUMBERS, PHONES, TOKENS, JUDGED]);
    seal.into_iter()
        .flatten()
        .chain(index.into_iter().flatten())
}

/// What a batch did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// The primary key of the last row, as JSON; none where there was no row left.
    pub after: Option<String>,
    /// Rows that were looked at.
    pub seen: i64,
    /// Rows that were written.
    pub sealed: i64,
    /// Rows that do not open.
    pub damaged: i64,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There may be more.
    More,
    /// Nothing is left.
    Last,
    /// The claim was lost.
    Lost,
}

/// How far the work towards a key is, by kind.
pub async fn progress(app: &App, ring: Rotated, key: u32) -> Result<Vec<Model>, Error> {
    let rows = entity::reseal::of_key(ring.name(), i64::from(key));
    Ok(rows.all(&app.db).await?)
}

/// Begins the work towards a key, where nobody has yet.
pub async fn begin(app: &App, ring: Rotated, key: u32) -> Result<(), Error> {
    if progress(app, ring, key).await?.len() == shelves(ring).count() {
        return Ok(());
    }
    let now = db::now(&app.db).await?;
    let rows = shelves(ring).map(|shelf| {
        let row = Model {
            ring: ring.name().to_owned(),
            key_id: i64::from(key),
            shelf: shelf.to_owned(),
            after: None,
            seen: 0,
            sealed: 0,
            damaged: 0,
            begun_at: now,
            done_at: None,
            lease_by: None,
            lease_until: None,
            attempts: 0,
        };
        row.into_active_model().reset_all()
    });
    let there = OnConflict::new().do_nothing().to_owned();
    Entity::insert_many(rows)
        .on_conflict(there)
        .exec_without_returning(&app.db)
        .await?;
    Ok(())
}

/// Looks at a kind once more from its beginning: something of it was found under an older key.
pub async fn again(app: &App, ring: Rotated, key: u32, shelf: &str) -> Result<(), Error> {
    use entity::reseal::Column;
    begin(app, ring, key).await?;
    Entity::update_many()
        .col_expr(Column::After, Expr::value(None::<String>))
        .col_expr(
            Column::DoneAt,
            Expr::value(None::<chrono::DateTime<chrono::Utc>>),
        )
        .col_expr(Column::Seen, Expr::value(0_i64))
        .col_expr(Column::Damaged, Expr::value(0_i64))
        .filter(Column::Ring.eq(ring.name()))
        .filter(Column::KeyId.eq(i64::from(key)))
        .filter(Column::Shelf.eq(shelf))
        .filter(Column::DoneAt.is_not_null())
        .exec(&app.db)
        .await?;
    Ok(())
}

/// The kinds that somebody may be at now, for a key.
pub async fn waiting(app: &App, ring: Rotated, key: u32) -> Result<Vec<String>, Error> {
    let now = db::now(&app.db).await?;
    let rows = entity::reseal::waiting(ring.name(), i64::from(key), now);
    let rows = rows.all(&app.db).await?;
    Ok(rows.into_iter().map(|row| row.shelf).collect())
}

/// Does one batch of what is claimed, and tells whether there is more. A deed that met it is given way to.
pub async fn step(app: &App, lease: &Lease, after: Option<&str>) -> Result<(Step, Done), Error> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        let stepped = match lease.shelf.as_str() {
            FILES => files::step(app, lease, after).await,
            NUMBERS => indexes::numbers(app, lease, after).await,
            PHONES => indexes::phones(app, lease, after).await,
            TOKENS => listing::tokens(app, lease, after).await,
            JUDGED => listing::judged(app, lease, after).await,
            shelf => match CELLS.iter().find(|cell| cell.name == shelf) {
                Some(cell) => cells::step(app, lease, cell, after).await,
                // A newer version of the program began it.
                None => Ok((Step::Lost, Done::default())),
            },
        };
        damage::record(app).await;
        match stepped {
            Err(error) if attempt < db::ATTEMPTS && error.may_retry() => {}
            settled => return settled,
        }
    }
}

/// Puts a batch on record beside what it wrote; false where the claim is lost and nothing may be written.
async fn record(
    app: &App,
    tx: &DatabaseTransaction,
    lease: &Lease,
    done: &Done,
) -> Result<bool, Error> {
    lease::advance(app, tx, lease, done).await
}
