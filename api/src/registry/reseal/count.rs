//! How many things are under which key: the head of each ciphertext says it, and a file's record. It reads whole tables;
//! that is the price of taking no key away that something still needs.

use std::collections::BTreeMap;

use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Func, Query};

use super::FILES;
use super::cells::{CELLS, Cell};
use crate::app::App;
use crate::error::Error;
use crate::vault::{HEAD_BYTES, Vault};

/// The number of things of each kind under each key.
pub async fn by_key(app: &App) -> Result<Vec<(&'static str, BTreeMap<u32, u64>)>, Error> {
    let mut counts = Vec::new();
    for cell in CELLS {
        counts.push((cell.name, of_cell(app, cell).await?));
    }
    counts.push((FILES, of_files(app).await?));
    Ok(counts)
}

async fn of_cell(app: &App, cell: &Cell) -> Result<BTreeMap<u32, u64>, Error> {
    let column = Expr::col(Alias::new(cell.column));
    let length = i32::try_from(HEAD_BYTES).unwrap_or(i32::MAX);
    let head = Func::cust("substr")
        .arg(column.clone())
        .arg(Expr::cust("1"))
        .arg(Expr::cust(length.to_string()));
    let mut query = Query::select();
    query
        .expr_as(head, Alias::new("head"))
        .expr_as(Expr::cust("count(*)"), Alias::new("things"))
        .from(Alias::new(cell.table))
        .and_where(column.is_not_null())
        .group_by_col(Alias::new("head"));
    let mut counts = BTreeMap::new();
    for row in app.db.query_all(&query).await? {
        let head: Vec<u8> = row.try_get("", "head")?;
        let things: i64 = row.try_get("", "things")?;
        // What is too short to name a key is damaged, and no key's.
        if let Some(key) = Vault::key_of(&head) {
            *counts.entry(key).or_insert(0) += u64::try_from(things).unwrap_or(0);
        }
    }
    Ok(counts)
}

async fn of_files(app: &App) -> Result<BTreeMap<u32, u64>, Error> {
    let mut query = Query::select();
    query
        .column(Alias::new("key_id"))
        .expr_as(Expr::cust("count(*)"), Alias::new("things"))
        .from(Alias::new(FILES))
        .group_by_col(Alias::new("key_id"));
    let mut counts = BTreeMap::new();
    for row in app.db.query_all(&query).await? {
        let key: i64 = row.try_get("", "key_id")?;
        let things: i64 = row.try_get("", "things")?;
        if let Ok(key) = u32::try_from(key) {
            counts.insert(key, u64::try_from(things).unwrap_or(0));
        }
    }
    Ok(counts)
}
