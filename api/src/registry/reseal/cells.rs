//! Sealed columns, every one of them: where each stands and how a row's place is told from its primary key. A column that
//! is not in this table fails a test (tests/it/keys/shelves.rs), because a key that is taken away must not be missed.

use entity::import_job::stage;
use entity::sealed::{Sealed, SealedAt};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query, SimpleExpr};
use sea_orm::{ConnectionTrait as _, QueryResult, Value};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::lease::Lease;
use super::{BATCH, Done, Step, record};
use crate::app::App;
use crate::db;
use crate::error::Error;
use crate::registry::{idempotency, import, party, platform, registration};
use crate::vault::{Vault, VaultFault};

/// A part of a primary key.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// An id.
    Id(Uuid),
    /// A number within an id.
    Number(i32),
    /// A text.
    Text(String),
}

/// A kind of part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Id,
    Number,
    Text,
}

/// A sealed column.
pub(super) struct Cell {
    /// Table and column.
    pub name: &'static str,
    pub table: &'static str,
    pub column: &'static str,
    /// The primary key, in its order.
    pub key: &'static [(&'static str, Kind)],
    /// Where a row's value is sealed.
    place: fn(&[Part]) -> Option<SealedAt>,
}

const ID: (&str, Kind) = ("id", Kind::Id);
const NUMBER: (&str, Kind) = ("number", Kind::Number);

/// A column of a table whose primary key is an id.
macro_rules! by_id {
    ($table:literal, $column:literal, $place:path) => {
        Cell {
            name: concat!($table, ".", $column),
            table: $table,
            column: $column,
            key: &[ID],
            place: |key| only(key).map(|id| $place(id.into())),
        }
    };
}

/// Every sealed column of every table.
pub(super) const CELLS: &[Cell] = &[
    by_id!(
        "blacklist_appeal",
        "grounds",
        entity::blacklist::appeal::grounds_place
    ),
    by_id!(
        "blacklist_appeal",
        "reasons",
        entity::blacklist::appeal::reasons_place
    ),
    by_id!(
        "blacklist_appeal",
        "review",
        entity::blacklist::appeal::review_place
    ),
    by_id!(
        "blacklist_entry",
        "content",
        entity::blacklist::content_place
    ),
    by_id!("blacklist_entry", "name", entity::blacklist::name_place),
    by_id!(
        "blacklist_entry",
        "removal",
        entity::blacklist::removal_place
    ),
    by_id!(
        "evasion_lead",
        "reason",
        entity::blacklist::lead::reason_place
    ),
    by_id!(
        "match_judgement",
        "name",
        entity::blacklist::matching::name_place
    ),
    by_id!(
        "match_judgement",
        "reason",
        entity::blacklist::matching::reason_place
    ),
    Cell {
        name: "disposition.said",
        table: "disposition",
        column: "said",
        key: &[ID],
        place: |key| only(key).map(|id| entity::disposition::said_place(id.into())),
    },
    Cell {
        name: "disposition.lifting",
        table: "disposition",
        column: "lifting",
        key: &[ID],
        place: |key| only(key).map(|id| entity::disposition::lifting_place(id.into())),
    },
    Cell {
        name: "disposition_demand.asked",
        table: "disposition_demand",
        column: "asked",
        key: &[ID],
        place: |key| only(key).map(|id| entity::disposition::demand::asked_place(id.into())),
    },
    Cell {
        name: "disposition_demand.answer",
        table: "disposition_demand",
        column: "answer",
        key: &[ID],
        place: |key| only(key).map(|id| entity::disposition::demand::answer_place(id.into())),
    },
    Cell {
        name: "idempotency.outcome",
        table: "idempotency",
        column: "outcome",
        key: &[
            ("client_id", Kind::Id),
            ("operation", Kind::Text),
            ("key", Kind::Text),
        ],
        place: |key| match key {
            [Part::Id(client), Part::Text(operation), Part::Text(key)] => {
                Some(idempotency::place(*client, operation, key))
            }
            _ => None,
        },
    },
    Cell {
        name: "import_chunk.verdicts",
        table: "import_chunk",
        column: "verdicts",
        key: &[("import_id", Kind::Id), NUMBER],
        place: |key| numbered(key).map(|(id, number)| import::verdicts_place(id.into(), number)),
    },
    by_id!("import_job", "layout", entity::import_job::layout_place),
    Cell {
        name: "import_stage.records",
        table: "import_stage",
        column: "records",
        key: &[("import_id", Kind::Id), NUMBER],
        place: |key| numbered(key).map(|(id, number)| stage::records_place(id.into(), number)),
    },
    Cell {
        name: "import_stage.verdicts",
        table: "import_stage",
        column: "verdicts",
        key: &[("import_id", Kind::Id), NUMBER],
        place: |key| numbered(key).map(|(id, number)| stage::verdicts_place(id.into(), number)),
    },
    by_id!("legal_hold", "reason", entity::legal_hold::reason_place),
    by_id!("legal_hold", "lifting", entity::legal_hold::lifting_place),
    by_id!(
        "live_session",
        "presenters",
        entity::live_session::presenters_place
    ),
    by_id!("objection", "text", entity::objection::text_place),
    by_id!("objection", "answer", entity::objection::answer_place),
    by_id!("party", "number", party::place),
    by_id!(
        "party_link",
        "judgement",
        entity::party_link::judgement_place
    ),
    by_id!("party_link", "undoing", entity::party_link::undoing_place),
    Cell {
        name: "platform_revision.facts",
        table: "platform_revision",
        column: "facts",
        key: &[("platform_id", Kind::Id), NUMBER],
        place: |key| numbered(key).map(|(id, number)| platform::place(id.into(), number)),
    },
    Cell {
        name: "revision.facts",
        table: "revision",
        column: "facts",
        key: &[("registration_id", Kind::Id), NUMBER],
        place: |key| {
            numbered(key).map(|(id, number)| registration::facts::place(id.into(), number))
        },
    },
    by_id!("submission", "returned", entity::submission::returned_place),
];

fn only(key: &[Part]) -> Option<Uuid> {
    match key {
        [Part::Id(id)] => Some(*id),
        _ => None,
    }
}

fn numbered(key: &[Part]) -> Option<(Uuid, i32)> {
    match key {
        [Part::Id(id), Part::Number(number)] => Some((*id, *number)),
        _ => None,
    }
}

impl Part {
    fn value(&self) -> SimpleExpr {
        let value: Value = match self {
            Self::Id(id) => (*id).into(),
            Self::Number(number) => (*number).into(),
            Self::Text(text) => text.as_str().into(),
        };
        Expr::val(value)
    }

    fn json(&self) -> Json {
        match self {
            Self::Id(id) => json!(id),
            Self::Number(number) => json!(number),
            Self::Text(text) => json!(text),
        }
    }
}

impl Kind {
    fn of_row(self, row: &QueryResult, at: usize) -> Result<Part, Error> {
        Ok(match self {
            Self::Id => Part::Id(row.try_get_by_index(at)?),
            Self::Number => Part::Number(row.try_get_by_index(at)?),
            Self::Text => Part::Text(row.try_get_by_index(at)?),
        })
    }

    fn of_json(self, json: Json) -> Result<Part, Error> {
        Ok(match self {
            Self::Id => Part::Id(serde_json::from_value(json)?),
            Self::Number => Part::Number(serde_json::from_value(json)?),
            Self::Text => Part::Text(serde_json::from_value(json)?),
        })
    }
}

/// A row of a sealed column.
struct Row {
    key: Vec<Part>,
    sealed: Vec<u8>,
}

impl Cell {
    /// The next rows after a place, in the order of the primary key.
    async fn rows(&self, app: &App, after: Option<&str>) -> Result<Vec<Row>, Error> {
        let columns = || self.key.iter().map(|(name, _)| Alias::new(*name));
        let mut query = Query::select();
        query
            .columns(columns())
            .column(Alias::new(self.column))
            .from(Alias::new(self.table))
            .and_where(Expr::col(Alias::new(self.column)).is_not_null())
            .limit(BATCH);
        for column in columns() {
            query.order_by(column, sea_orm::Order::Asc);
        }
        if let Some(after) = after {
            let parts: Vec<Json> = serde_json::from_str(after)?;
            let parts = self.key.iter().zip(parts);
            let parts: Vec<Part> = parts
                .map(|((_, kind), json)| kind.of_json(json))
                .collect::<Result<_, _>>()?;
            // As a tuple it is one range of the primary key; with OR it would be a walk from the beginning.
            let own = Expr::tuple(columns().map(Expr::col));
            query.and_where(own.gt(Expr::tuple(parts.iter().map(Part::value))));
        }
        let rows = app.db.query_all(&query).await?;
        rows.iter().map(|row| self.row(row)).collect()
    }

    fn row(&self, row: &QueryResult) -> Result<Row, Error> {
        let kinds = self.key.iter().enumerate();
        Ok(Row {
            key: kinds
                .map(|(at, (_, kind))| kind.of_row(row, at))
                .collect::<Result<_, _>>()?,
            sealed: row.try_get_by_index(self.key.len())?,
        })
    }

    /// Opens a value and seals it by the active key.
    fn anew(&self, vault: &Vault, row: &Row) -> Result<Vec<u8>, VaultFault> {
        let at = (self.place)(&row.key).ok_or(VaultFault::Unreadable)?;
        let old: Sealed<()> = Sealed::from_bytes(row.sealed.clone());
        let plain = vault.open(at, &old)?;
        let new: Sealed<()> = vault.seal(at, &plain)?;
        Ok(new.as_bytes().to_vec())
    }
}

/// Seals a batch anew. What was written since it was read is left as it is: that was sealed by the active key.
pub(super) async fn step(
    app: &App,
    lease: &Lease,
    cell: &Cell,
    after: Option<&str>,
) -> Result<(Step, Done), Error> {
    let rows = cell.rows(app, after).await?;
    let mut done = Done {
        after: rows.last().map(|row| {
            let parts: Vec<Json> = row.key.iter().map(Part::json).collect();
            Json::from(parts).to_string()
        }),
        seen: i64::try_from(rows.len()).unwrap_or(i64::MAX),
        ..Done::default()
    };
    let mut anew = Vec::new();
    for row in &rows {
        if Vault::key_of(&row.sealed) == Some(lease.key) {
            continue;
        }
        match cell.anew(&app.vault, row) {
            Ok(sealed) => anew.push((row, sealed)),
            Err(_) => done.damaged += 1,
        }
    }
    done.sealed = i64::try_from(anew.len()).unwrap_or(i64::MAX);
    let last = (rows.len() as u64) < BATCH;
    let tx = db::begin_write(&app.db, db::Reach::All).await?;
    db::wait_shortly(&tx).await?;
    if !record(app, &tx, lease, &done).await? {
        tx.rollback().await?;
        return Ok((Step::Lost, done));
    }
    for (row, sealed) in anew {
        let mut update = Query::update();
        let column = Alias::new(cell.column);
        update
            .table(Alias::new(cell.table))
            .value(column.clone(), sealed)
            .and_where(Expr::col(column).eq(row.sealed.clone()));
        for ((name, _), part) in cell.key.iter().zip(&row.key) {
            update.and_where(Expr::col(Alias::new(*name)).eq(part.value()));
        }
        tx.execute(&update).await?;
    }
    tx.commit().await?;
    Ok((if last { Step::Last } else { Step::More }, done))
}
