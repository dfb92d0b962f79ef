//! What the house does by itself: an entry begins on its first day, and on the day after its last one it is over, with the
//! measures tied to it, in one transaction. A missed day heals itself; a second run finds nothing.

use chrono::NaiveDate;
use entity::blacklist::{self, Column, Entity, Model, token};
use entity::id::{ClientId, EntryId};
use entity::kind::BlacklistState;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use super::measure;
use super::notice::{self, Letter};
use crate::app::App;
use crate::error::Error;
use crate::registry::deed::{self, Recorded};

/// Entries looked at in one go.
const BATCH: u64 = 200;
/// Why measures are lifted with the end of a term.
const OVER: &str = "列入黑名单的期限届满";

/// One entry that began or ended.
struct Turned {
    entry: Option<EntryId>,
    state: BlacklistState,
}

impl Recorded for Turned {
    fn wrote(&self) -> bool {
        self.entry.is_some()
    }

    fn subjects(&self) -> Vec<String> {
        self.entry.iter().map(ToString::to_string).collect()
    }

    fn detail(&self) -> Value {
        json!({ "state": self.state.as_str() })
    }
}

/// Marks entries that begin; says how many.
pub async fn begin_due(app: &App) -> Result<u64, Error> {
    let due = blacklist::beginning(app.today(), BATCH)
        .all(&app.db)
        .await?;
    turn_all(app, due).await
}

/// Ends entries whose term is over; says how many.
pub async fn end_due(app: &App) -> Result<u64, Error> {
    let due = blacklist::overdue(app.today(), BATCH).all(&app.db).await?;
    turn_all(app, due).await
}

async fn turn_all(app: &App, due: Vec<Model>) -> Result<u64, Error> {
    let mut turned = 0;
    for row in due {
        let work = |tx: DatabaseTransaction| async move {
            let turned = turn(app, row.id, &tx).await?;
            Ok((turned, tx))
        };
        let done = deed::of_house(app, "endBlacklisting", work).await?;
        turned += u64::from(done.entry.is_some());
    }
    Ok(turned)
}

/// Carries out what the day says of an entry, under its lock: whoever decided on it in between came first.
async fn turn(app: &App, id: EntryId, tx: &DatabaseTransaction) -> Result<Turned, Error> {
    let today = app.today();
    let row = blacklist::held(id).one(tx).await?;
    let state = row.as_ref().map(|row| row.state_on(today));
    let (Some(row), Some(state)) = (row, state) else {
        let state = BlacklistState::Removed;
        return Ok(Turned { entry: None, state });
    };
    if row.state == state || row.state == BlacklistState::Removed {
        return Ok(Turned { entry: None, state });
    }
    blacklist::mark(id, state).exec(tx).await?;
    if state == BlacklistState::Expired {
        Entity::update_many()
            .col_expr(Column::EndedAt, Expr::value(app.now()))
            .col_expr(Column::EndedBy, Expr::value(ClientId::HOUSE))
            .filter(Column::Id.eq(id))
            .exec(tx)
            .await?;
        token::of_entry(id).exec(tx).await?;
        if row.platform_id.is_some() {
            let last = row.valid_until.unwrap_or(today);
            let lifted = measure::lift(app, tx, id, (last, OVER)).await?;
            notice::make(app, tx, &row, Letter::Removal(None, &lifted)).await?;
        }
    }
    super::changed(tx).await?;
    Ok(Turned {
        entry: Some(id),
        state,
    })
}

/// Gives an entry an earlier last day.
pub(super) async fn shorten(
    (row, until): (&Model, NaiveDate),
    tx: &DatabaseTransaction,
) -> Result<(), Error> {
    Entity::update_many()
        .col_expr(Column::ValidUntil, Expr::value(until))
        .filter(Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    measure::shorten(tx, row.id, until).await
}
