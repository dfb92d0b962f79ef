//! Who of many is listed, by one statement for all of them: the number of the list comes with the answer, out of the same
//! snapshot. Parties are found by the blind index of a number, by a live account, or given; each is looked at together with
//! those that a confirmed link ties to it.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{DbBackend, FromQueryResult, Statement};

use crate::id::{EntryId, PartyId, PlatformId};
use crate::kind::{
    BlacklistRegister, BlacklistState, IdentityKind, LegalLevel, PartyLinkKind, SubjectKind,
};
use crate::sealed::{BlindIndex, IndexColumn};

/// How a party is asked about.
#[derive(Clone, Debug)]
pub enum Asked {
    /// By its number.
    Identity {
        /// The blind index under the active key.
        index: BlindIndex,
        /// The kind of document.
        kind: IdentityKind,
        /// Alpha-3, empty where the kind implies it.
        country: String,
    },
    /// By an account that it holds or runs.
    Account {
        /// On which platform.
        platform: PlatformId,
        /// 账号.
        number: String,
    },
    /// By itself.
    Party(PartyId),
}

/// Whose confirmations of links count beside those of offices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// Everybody's: a regulator asks.
    All,
    /// One platform's own.
    Of(PlatformId),
}

/// An asked item with its party and an entry that names it or a linked one. Where nobody is known there is one row without an
/// item, which tells the number of the list.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    /// How often the list has changed.
    pub version: i64,
    /// Which item, from 0.
    pub asked: Option<i32>,
    /// Whom it names.
    pub named: Option<PartyId>,
    /// The link by which another party was reached; absent for the one asked about.
    pub link: Option<PartyLinkKind>,
    /// The entry; absent where this party is not listed.
    #[sea_orm(nested)]
    pub listed: Option<Listed>,
}

/// What a listing says without its content: enough to judge and to tell.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Listed {
    /// The entry.
    pub id: EntryId,
    /// Whose list.
    pub register: BlacklistRegister,
    /// The platform that lists.
    pub platform_id: Option<PlatformId>,
    /// Who.
    pub party_id: PartyId,
    /// In which role.
    pub role: SubjectKind,
    /// Whether other platforms may know of it.
    pub shared: bool,
    /// What was carried out.
    pub state: BlacklistState,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day.
    pub valid_until: Option<NaiveDate>,
    /// The law that was broken.
    pub instrument: String,
    /// Its level.
    pub level: LegalLevel,
    /// Its article.
    pub article: String,
}

/// The columns of [`Listed`].
pub(super) const LISTED: &str = "e.id, e.register, e.platform_id, e.party_id, e.role, e.shared, e.state, \
    e.valid_from, e.valid_until, e.instrument, e.level, e.article";

/// How each way of asking finds parties. Its items are taken apart before anything is looked up by them: what a policy says of
/// a row is judged before a cast, which might tell of the row, and then no index would be used.
struct Arm {
    name: &'static str,
    postgres: &'static str,
    sqlite: &'static str,
    found: &'static str,
    wanted: fn(&Asked) -> Option<Vec<String>>,
}

const ARMS: [Arm; 3] = [
    Arm {
        name: "by_number (n, number, kind, country)",
        postgres: "SELECT (a.j->>0)::int, decode(a.j->>1, 'hex'), a.j->>2, a.j->>3 \
             FROM json_array_elements($items::json) AS a (j)",
        sqlite: "SELECT CAST(a.value->>0 AS INTEGER), unhex(a.value->>1), a.value->>2, a.value->>3 \
             FROM json_each($items) AS a",
        found: "SELECT by_number.n, p.id FROM by_number \
             JOIN party p ON p.$index = by_number.number AND p.kind = by_number.kind \
              AND p.issuing_country = by_number.country",
        wanted: identity,
    },
    Arm {
        name: "by_account (n, platform, number)",
        postgres: "SELECT (a.j->>0)::int, (a.j->>1)::uuid, a.j->>2 \
             FROM json_array_elements($items::json) AS a (j)",
        sqlite: "SELECT CAST(a.value->>0 AS INTEGER), unhex(a.value->>1), a.value->>2 \
             FROM json_each($items) AS a",
        found: "SELECT by_account.n, r.party_id FROM by_account \
             JOIN account k ON k.platform_key = by_account.platform AND k.number = by_account.number \
              AND k.until IS NULL \
             JOIN registration r ON r.id = k.registration_id",
        wanted: account,
    },
    Arm {
        name: "by_party (n, party)",
        postgres: "SELECT (a.j->>0)::int, (a.j->>1)::uuid FROM json_array_elements($items::json) AS a (j)",
        sqlite: "SELECT CAST(a.value->>0 AS INTEGER), unhex(a.value->>1) FROM json_each($items) AS a",
        found: "SELECT n, party FROM by_party",
        wanted: party,
    },
];

/// What is in force on a day; `$day` is its place in the statement.
pub(super) const IN_FORCE: &str = "e.valid_from <= $day AND (e.valid_until IS NULL OR e.valid_until >= $day) \
    AND (e.ended_on IS NULL OR e.ended_on > $day)";

/// The entries in force on a day of every party that is asked about and of those that a confirmed link ties to it: one hop,
/// because a chain of links is a chain of judgements that nobody made as a whole. Links are looked up for the parties that
/// were found: to SQLite a CROSS JOIN says which side comes first, and it would else read every link.
#[must_use]
pub fn listed(
    asked: &[Asked],
    (day, links): (NaiveDate, Links),
    index: IndexColumn,
    backend: DbBackend,
) -> Statement {
    let postgres = backend == DbBackend::Postgres;
    let mark = |place: usize| format!("{}{place}", if postgres { "$" } else { "?" });
    let mut values: Vec<Value> = vec![day.into()];
    let (mut items, mut found) = (Vec::new(), Vec::new());
    for arm in ARMS {
        let Some(given) = asked_json(asked, arm.wanted) else {
            continue;
        };
        values.push(given.into());
        let sql = if postgres {
            let count = asked.iter().filter_map(arm.wanted).count();
            format!("{}{}", arm.postgres, at_most(count))
        } else {
            arm.sqlite.to_owned()
        };
        let sql = sql.replace("$items", &mark(values.len()));
        items.push(format!("{} AS MATERIALIZED ({sql})", arm.name));
        found.push(arm.found.replace("$index", column(index)));
    }
    let confirmed = match links {
        Links::All => "l.undone_at IS NULL".to_owned(),
        Links::Of(platform) => {
            values.push(platform.into());
            let own = mark(values.len());
            format!("l.undone_at IS NULL AND (l.platform_id IS NULL OR l.platform_id = {own})")
        }
    };
    let sql = format!(
        "WITH {items}, named (n, party_id) AS MATERIALIZED ({found}), \
         reached (n, named, party_id, link) AS ( \
           SELECT n, party_id, party_id, NULL FROM named \
           UNION ALL SELECT named.n, named.party_id, l.other_party_id, l.kind FROM named \
             CROSS JOIN party_link l WHERE l.party_id = named.party_id AND {confirmed} \
           UNION ALL SELECT named.n, named.party_id, l.party_id, l.kind FROM named \
             CROSS JOIN party_link l WHERE l.other_party_id = named.party_id AND {confirmed}) \
         SELECT v.number AS version, found.* FROM blacklist_version v \
           LEFT JOIN (SELECT reached.n AS asked, reached.named, reached.link, {LISTED} FROM reached \
             LEFT JOIN blacklist_entry e ON e.party_id = reached.party_id AND {in_force}) found ON TRUE",
        items = items.join(", "),
        found = found.join(" UNION ALL "),
        in_force = IN_FORCE.replace("$day", &mark(1)),
    );
    Statement::from_sql_and_values(backend, sql, values)
}

/// How many items there are at most, for the planner: it takes every list in JSON for a hundred, and would rather read all of
/// a table of some thousands than look up a hundred of it. Few different numbers keep few different statements.
fn at_most(count: usize) -> String {
    let most = [1, 10, 100, 1_000].into_iter().find(|most| count <= *most);
    most.map_or_else(String::new, |most| format!(" LIMIT {most}"))
}

/// The column of a party's blind index.
const fn column(of: IndexColumn) -> &'static str {
    match of {
        IndexColumn::Odd => "number_index",
        IndexColumn::Even => "number_index_even",
    }
}

/// What is asked, as one text in JSON: a list of texts for each item; none where nothing is asked so.
fn asked_json(asked: &[Asked], wanted: fn(&Asked) -> Option<Vec<String>>) -> Option<String> {
    let rows = asked.iter().enumerate().filter_map(|(n, one)| {
        let mut row = vec![n.to_string()];
        row.extend(wanted(one)?);
        Some(row)
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let json = serde_json::Value::from(rows).to_string();
    (json != "[]").then_some(json)
}

fn identity(asked: &Asked) -> Option<Vec<String>> {
    match asked {
        Asked::Identity {
            index,
            kind,
            country,
        } => Some(vec![index.to_hex(), kind.to_string(), country.clone()]),
        Asked::Account { .. } | Asked::Party(_) => None,
    }
}

fn account(asked: &Asked) -> Option<Vec<String>> {
    match asked {
        Asked::Account { platform, number } => {
            Some(vec![platform.0.simple().to_string(), number.clone()])
        }
        Asked::Identity { .. } | Asked::Party(_) => None,
    }
}

fn party(asked: &Asked) -> Option<Vec<String>> {
    match asked {
        Asked::Party(id) => Some(vec![id.0.simple().to_string()]),
        Asked::Identity { .. } | Asked::Account { .. } => None,
    }
}
