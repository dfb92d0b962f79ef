//! Blind indexes under a key that is to become active: each value is opened and indexed beside the index that it has. The
//! number of a party never changes and a registration's phone changes with its revision, so that what is written meanwhile,
//! by processes that all write both indexes, is never written over.

use entity::id::{PartyId, RegistrationId};
use entity::sealed::IndexColumn;
use entity::{party, registration};
use sea_orm::UpdateMany;
use serde_json::json;
use uuid::Uuid;

use super::lease::Lease;
use super::{BATCH, Done, Step, record};
use crate::app::App;
use crate::db;
use crate::error::Error;
use crate::registry::party::NUMBER;
use crate::registry::reading::{self, Record};
use crate::registry::registration::PHONE;

/// How often a registration that is written at the same time is looked at again.
const LOOKS: usize = 5;

pub(super) fn after_id(after: Option<&str>) -> Result<Option<Uuid>, Error> {
    Ok(after.map(serde_json::from_str).transpose()?)
}

pub(super) fn counted(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

pub(super) fn ended(rows: usize) -> Step {
    if (rows as u64) < BATCH {
        Step::Last
    } else {
        Step::More
    }
}

/// Indexes a batch of numbers.
pub(super) async fn numbers(
    app: &App,
    lease: &Lease,
    after: Option<&str>,
) -> Result<(Step, Done), Error> {
    let rows = party::after(after_id(after)?.map(PartyId), BATCH)
        .all(&app.db)
        .await?;
    let mut done = Done {
        after: rows.last().map(|row| json!(row.id).to_string()),
        seen: counted(rows.len()),
        ..Done::default()
    };
    let mut indexes = Vec::new();
    for row in &rows {
        let number = crate::registry::party::open(app, row);
        let index = number.ok().and_then(|number| {
            let bytes = number.number().as_bytes();
            app.vault.index_under(lease.key, NUMBER, bytes)
        });
        match index {
            Some(index) => indexes.push((row.id, index)),
            None => done.damaged += 1,
        }
    }
    done.sealed = counted(indexes.len());
    let tx = db::begin_write(&app.db, db::Reach::All).await?;
    db::wait_shortly(&tx).await?;
    if !record(app, &tx, lease, &done).await? {
        tx.rollback().await?;
        return Ok((Step::Lost, done));
    }
    let column = IndexColumn::of_key(lease.key);
    for (id, index) in indexes {
        party::index_anew(id, column, index).exec(&tx).await?;
    }
    tx.commit().await?;
    Ok((ended(rows.len()), done))
}

/// Indexes a batch of phones.
pub(super) async fn phones(
    app: &App,
    lease: &Lease,
    after: Option<&str>,
) -> Result<(Step, Done), Error> {
    let rows = registration::after(after_id(after)?.map(RegistrationId), BATCH)
        .all(&app.db)
        .await?;
    let (last, seen) = (rows.last().map(|row| row.id), rows.len());
    let mut done = Done {
        after: last.map(|id| json!(id).to_string()),
        seen: counted(seen),
        ..Done::default()
    };
    let (records, damaged) = opened(app, rows).await?;
    done.damaged = counted(damaged);
    done.sealed = counted(records.len());
    let tx = db::begin_write(&app.db, db::Reach::All).await?;
    db::wait_shortly(&tx).await?;
    if !record(app, &tx, lease, &done).await? {
        tx.rollback().await?;
        return Ok((Step::Lost, done));
    }
    let mut again = Vec::new();
    for record in &records {
        let written = index_anew(app, lease.key, record).exec(&tx).await?;
        if written.rows_affected == 0 {
            again.push(record.registration.id);
        }
    }
    tx.commit().await?;
    for id in again {
        index_alone(app, lease.key, id).await?;
    }
    Ok((ended(seen), done))
}

fn index_anew(app: &App, key: u32, record: &Record) -> UpdateMany<registration::Entity> {
    let phone = record.facts.phone();
    let index = phone.and_then(|phone| app.vault.index_under(key, PHONE, phone.as_bytes()));
    let row = &record.registration;
    let column = IndexColumn::of_key(key);
    registration::index_anew((row.id, row.revision), column, index)
}

/// Indexes the phone of a registration that was given another revision meanwhile: a closing or a correction puts back the
/// row that it read.
async fn index_alone(app: &App, key: u32, id: RegistrationId) -> Result<(), Error> {
    for _ in 0..LOOKS {
        let rows = registration::named([id]).all(&app.db).await?;
        let (records, _) = opened(app, rows).await?;
        let Some(record) = records.first() else {
            return Ok(());
        };
        let written = index_anew(app, key, record).exec(&app.db).await?;
        if written.rows_affected == 1 {
            return Ok(());
        }
    }
    Err(Error::internal("reseal")(
        "a registration changes faster than its phone is indexed".into(),
    ))
}

/// Opens what opens, and counts what does not: a batch is opened at once, and one by one where something in it is damaged.
async fn opened(app: &App, rows: Vec<registration::Model>) -> Result<(Vec<Record>, usize), Error> {
    match reading::open(app, rows.clone()).await {
        Ok(records) => return Ok((records, 0)),
        Err(Error::Damaged(_)) => {}
        Err(fault) => return Err(fault),
    }
    let (mut records, mut damaged) = (Vec::new(), 0);
    for row in rows {
        match reading::open(app, vec![row]).await {
            Ok(one) => records.extend(one),
            Err(Error::Damaged(_)) => damaged += 1,
            Err(fault) => return Err(fault),
        }
    }
    Ok((records, damaged))
}
