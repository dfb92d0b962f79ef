//! Blind tokens of listed names: keyed hashes of a name's parts, by which candidates are found without opening any name.

use sea_orm::entity::prelude::*;
use sea_orm::{DbBackend, DeleteMany, FromQueryResult, Statement};

use super::status::{IN_FORCE, LISTED, Listed};
use crate::id::EntryId;
use crate::sealed::{BlindIndex, Sealed};

/// One part of one name, under one index key.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "blacklist_token")]
pub struct Model {
    /// The first eight bytes of the keyed hash.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token: i64,
    /// Whose name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: EntryId,
    /// The index key that hashed it.
    pub key_id: i32,
}

impl ActiveModelBehavior for ActiveModel {}

/// The token of a blind index.
#[must_use]
pub fn of_index(index: &BlindIndex) -> i64 {
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(index.as_bytes()) {
        *to = *from;
    }
    i64::from_be_bytes(first)
}

/// A token of an asked name.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Which name, from 0.
    pub name: i32,
    /// The token under the active key.
    pub token: i64,
    /// What an entry gains by having it.
    pub weight: u32,
}

/// An entry whose name has much in common with an asked one. Where there is none at all, one row tells the number of the
/// list.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Candidate {
    /// How often the list has changed.
    pub version: i64,
    /// Which name, from 0.
    pub asked: Option<i32>,
    /// The name under which it was listed.
    pub name: Option<Sealed<String>>,
    /// The entry.
    #[sea_orm(nested)]
    pub listed: Option<Listed>,
}

/// For each asked name the entries in force on a day that gain most by its tokens, at most so many a name. Tokens are looked
/// up by ranges of their index; entries are read only once they are among the most telling.
#[must_use]
pub fn candidates(
    asked: &[Asked],
    (day, limit): (chrono::NaiveDate, u64),
    backend: DbBackend,
) -> Statement {
    let postgres = backend == DbBackend::Postgres;
    let mark = |place: usize| format!("{}{place}", if postgres { "$" } else { "?" });
    let rows: Vec<_> = asked
        .iter()
        .map(|one| serde_json::json!([one.name, one.token.to_string(), one.weight]))
        .collect();
    let given = if postgres {
        "SELECT (a.j->>0)::int, (a.j->>1)::bigint, (a.j->>2)::int FROM json_array_elements($1::json) AS a (j)"
    } else {
        "SELECT a.value->>0, CAST(a.value->>1 AS INTEGER), a.value->>2 FROM json_each(?1) AS a"
    };
    let in_force = IN_FORCE.replace("$day", &mark(2));
    let entries = if postgres {
        // An entry each: not knowing how few are left, the planner would merge them with the whole list.
        format!(
            "JOIN LATERAL (SELECT * FROM blacklist_entry e WHERE e.id = best.entry_id AND {in_force} LIMIT 1) e ON TRUE"
        )
    } else {
        format!("JOIN blacklist_entry e ON e.id = best.entry_id WHERE {in_force}")
    };
    let sql = format!(
        "WITH asked (n, token, weight) AS MATERIALIZED ({given}), \
         gained AS (SELECT asked.n, t.entry_id, SUM(asked.weight) AS weight FROM asked \
           JOIN blacklist_token t ON t.token = asked.token GROUP BY asked.n, t.entry_id), \
         best AS MATERIALIZED (SELECT n, entry_id FROM (SELECT n, entry_id, \
           ROW_NUMBER() OVER (PARTITION BY n ORDER BY weight DESC, entry_id) AS place FROM gained) placed \
           WHERE place <= {limit}) \
         SELECT v.number AS version, found.* FROM blacklist_version v \
           LEFT JOIN (SELECT best.n AS asked, e.name, {LISTED} FROM best {entries}) found ON TRUE",
        limit = mark(3),
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let asked = serde_json::Value::from(rows).to_string();
    Statement::from_sql_and_values(backend, sql, [asked.into(), day.into(), limit.into()])
}

/// Takes the tokens of an entry away that stands no longer.
#[must_use]
pub fn of_entry(entry: EntryId) -> DeleteMany<Entity> {
    Entity::delete_many().filter(Column::EntryId.eq(entry))
}

/// Takes tokens of entries away that a key made before another one.
#[must_use]
pub fn older(entries: impl IntoIterator<Item = EntryId>, key: i32) -> DeleteMany<Entity> {
    Entity::delete_many()
        .filter(Column::EntryId.is_in(entries))
        .filter(Column::KeyId.lt(key))
}
