//! The blind tokens of listed names, and the indexes of names that were judged, under a key that is to become active. Tokens
//! stand beside those of the other keys, those of keys long gone are taken away; a judgement is found by the keys at hand.

use entity::blacklist::token;
use entity::blacklist::{self, matching, name_place};
use entity::id::{EntryId, JudgementId};
use entity::kind::IdentityKind;
use entity::party;
use serde_json::json;

use super::indexes::{after_id, counted, ended};
use super::lease::Lease;
use super::{BATCH, Done, Step, record};
use crate::app::App;
use crate::db;
use crate::error::Error;
use crate::registry::blacklist::names;

/// Writes the tokens of a batch of entries.
pub(super) async fn tokens(
    app: &App,
    lease: &Lease,
    after: Option<&str>,
) -> Result<(Step, Done), Error> {
    let rows = blacklist::after(after_id(after)?.map(EntryId), BATCH)
        .all(&app.db)
        .await?;
    let mut done = Done {
        after: rows.last().map(|row| json!(row.id).to_string()),
        seen: counted(rows.len()),
        ..Done::default()
    };
    let parties = party::by_ids(rows.iter().map(|row| row.party_id));
    let kinds: std::collections::HashMap<_, IdentityKind> = parties
        .all(&app.db)
        .await?
        .into_iter()
        .map(|party| (party.id, party.kind))
        .collect();
    let mut made = Vec::new();
    let standing = rows.iter().filter(|row| names::is_found(row.state));
    for row in standing {
        let name = app.vault.open_json::<String>(name_place(row.id), &row.name);
        match (name, kinds.get(&row.party_id)) {
            (Ok(name), Some(kind)) => {
                made.extend(names::tokens_under(app, (row.id, *kind, &name), lease.key));
                done.sealed += 1;
            }
            _ => done.damaged += 1,
        }
    }
    let tx = db::begin_write(&app.db, db::Reach::All).await?;
    db::wait_shortly(&tx).await?;
    if !record(app, &tx, lease, &done).await? {
        tx.rollback().await?;
        return Ok((Step::Lost, done));
    }
    // The key before this one is still searched; whatever is older is found by nobody.
    let before = i32::try_from(lease.key.saturating_sub(1)).unwrap_or(i32::MAX);
    let ids = rows.iter().map(|row| row.id);
    token::older(ids, before).exec(&tx).await?;
    names::insert(&tx, made).await?;
    tx.commit().await?;
    Ok((ended(rows.len()), done))
}

/// Indexes a batch of judged names.
pub(super) async fn judged(
    app: &App,
    lease: &Lease,
    after: Option<&str>,
) -> Result<(Step, Done), Error> {
    let rows = matching::after(after_id(after)?.map(JudgementId), BATCH)
        .all(&app.db)
        .await?;
    let mut done = Done {
        after: rows.last().map(|row| json!(row.id).to_string()),
        seen: counted(rows.len()),
        ..Done::default()
    };
    let mut anew = Vec::new();
    for row in &rows {
        let name = app
            .vault
            .open_json::<String>(matching::name_place(row.id), &row.name);
        let index = name
            .ok()
            .and_then(|name| names::whole_under(app, &name, lease.key));
        match index {
            Some(index) => anew.push((row.id, index)),
            None => done.damaged += 1,
        }
    }
    done.sealed = counted(anew.len());
    let key = i32::try_from(lease.key).unwrap_or(i32::MAX);
    let tx = db::begin_write(&app.db, db::Reach::All).await?;
    db::wait_shortly(&tx).await?;
    if !record(app, &tx, lease, &done).await? {
        tx.rollback().await?;
        return Ok((Step::Lost, done));
    }
    for (id, index) in anew {
        matching::index_anew(id, index, key).exec(&tx).await?;
    }
    tx.commit().await?;
    Ok((ended(rows.len()), done))
}
