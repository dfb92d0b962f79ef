//! Taking an entry off the list before its term is over (移出), with everything that hangs on it, in one transaction.

use entity::blacklist::{Column, Entity, Model, removal_place, token};
use entity::id::{ClientId, EntryId};
use entity::kind::{BlacklistState, DispositionKind};
use entity::problem::{Finding, ProblemCode};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _};
use serde::Serialize;

use super::notice::{self, Letter};
use super::{Done, REASON, changed, lister, measure, own};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::deed::{self, Deed};
use crate::registry::text::sealed_words;

/// Removes an entry.
#[derive(Clone, Debug, Serialize)]
pub struct RemoveFromBlacklist {
    /// Which; none when the id cannot be one.
    pub entry: Option<EntryId>,
    /// Why.
    pub reasons: String,
}

/// Removes an entry of the caller's own list.
pub async fn remove(
    app: &App,
    caller: &Caller,
    command: RemoveFromBlacklist,
) -> Result<Done, Error> {
    let platform = lister(caller)?;
    let deed = Deed {
        operation: "removeFromBlacklist",
        dry_run: false,
        key: None,
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let row = match own(caller, platform, (command.entry, "entry"), &tx).await? {
                Ok(row) => row,
                Err(finding) => return Ok((Done::refused(None, vec![finding]), tx)),
            };
            let done = remove_in(app, caller, (&row, &command.reasons), &tx).await?;
            Ok((done, tx))
        }
    };
    deed::run(app, caller, &deed, &command, work).await
}

async fn remove_in(
    app: &App,
    caller: &Caller,
    (row, reasons): (&Model, &str),
    tx: &DatabaseTransaction,
) -> Result<Done, Error> {
    let reasons = match sealed_words(reasons, REASON) {
        Ok(reasons) => reasons,
        Err(finding) => return Ok(Done::refused(Some(row.id), vec![finding.inside("reasons")])),
    };
    if !stands(app, row) {
        let ended = Finding::error(ProblemCode::EntryEnded).inside("entry");
        return Ok(Done::refused(Some(row.id), vec![ended]));
    }
    let lifted = end(app, (row, caller.client.id), &reasons, tx).await?;
    let letter = Letter::Removal(Some(&reasons), &lifted);
    let letter = notice::make(app, tx, row, letter).await?;
    changed(tx).await?;
    Ok(Done {
        entry: Some(row.id),
        notice: Some(letter),
        wrote: true,
        ..Done::default()
    })
}

/// Whether an entry bars today or will.
pub(super) fn stands(app: &App, row: &Model) -> bool {
    matches!(
        row.state_on(app.today()),
        BlacklistState::Scheduled | BlacklistState::Active
    )
}

/// Ends an entry from today on, and the measures that are tied to it; tells which these were.
pub(super) async fn end(
    app: &App,
    (row, by): (&Model, ClientId),
    reasons: &str,
    tx: &DatabaseTransaction,
) -> Result<Vec<DispositionKind>, Error> {
    let sealed = app
        .vault
        .seal_json(removal_place(row.id), &reasons.to_owned())?;
    Entity::update_many()
        .col_expr(Column::State, Expr::value(BlacklistState::Removed))
        .col_expr(Column::EndedOn, Expr::value(app.today()))
        .col_expr(Column::EndedAt, Expr::value(app.now()))
        .col_expr(Column::EndedBy, Expr::value(by))
        .col_expr(Column::Removal, Expr::value(sealed))
        .filter(Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    token::of_entry(row.id).exec(tx).await?;
    let on = app.today().pred_opt().unwrap_or_else(|| app.today());
    measure::lift(app, tx, row.id, (on, reasons)).await
}
