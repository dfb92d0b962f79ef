//! Taking back what was registered by mistake as a whole: a registration that should not be there goes with all that belongs
//! to it, and one that was changed gets its former facts again. Whoever calls has judged that nothing came after.

use std::collections::BTreeSet;

use entity::facts::Facts;
use entity::id::{AccountId, PartyId, RegistrationId, TieId};
use entity::{account, party, registration, retention, revision, tie};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _};

use super::facts::open;
use super::fields::Fields;
use super::ties;
use super::write::{
    chunks, fingerprint, insert_revisions, phone_indexes, revision_of, seat_of, upsert, verified_on,
};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::division::Gazetteer;
use crate::registry::ledger::Ledger;
use crate::registry::retention::belongings;

/// What a revision said.
pub(in crate::registry) async fn facts_at(
    app: &App,
    row: &registration::Model,
    number: i32,
    tx: &DatabaseTransaction,
) -> Result<Option<Facts>, Error> {
    let found = revision::numbered(row.id, number).one(tx).await?;
    found.map(|found| open(app, row.kind, &found)).transpose()
}

/// Removes registrations with their revisions, accounts and ties, and the parties that nothing names any more.
pub(in crate::registry) async fn remove(
    rows: &[registration::Model],
    tx: &DatabaseTransaction,
) -> Result<(), Error> {
    for some in chunks(rows.to_vec()) {
        let ids: Vec<RegistrationId> = some.iter().map(|row| row.id).collect();
        let mut parties: BTreeSet<PartyId> = some.iter().map(|row| row.party_id).collect();
        let named = tie::all_of(ids.iter().copied()).all(tx).await?;
        parties.extend(named.iter().map(|tie| tie.other_party_id));
        belongings(tx, &ids).await?;
        registration::Entity::delete_many()
            .filter(registration::Column::Id.is_in(ids))
            .exec(tx)
            .await?;
        for some in chunks(parties.into_iter().collect()) {
            retention::forgotten(some).exec(tx).await?;
        }
    }
    Ok(())
}

/// A registration and which revision it is to be like again.
pub(in crate::registry) struct Restored<'a> {
    pub row: registration::Model,
    pub to: i32,
    /// The accounts that the later revision opened.
    pub opened_accounts: &'a [AccountId],
    /// The ties that it opened.
    pub opened_ties: &'a [TieId],
    /// The ties that it ended.
    pub ended_ties: &'a [TieId],
}

/// Gives a registration its former facts in a new revision; nothing where the former one is not there.
pub(in crate::registry) async fn restore(
    (app, caller, gazetteer): (&App, &Caller, &Gazetteer),
    restored: Restored<'_>,
    tx: &DatabaseTransaction,
) -> Result<Option<registration::Model>, Error> {
    let mut row = restored.row;
    let former = revision::numbered(row.id, restored.to).one(tx).await?;
    let whose = party::by_ids([row.party_id]).one(tx).await?;
    let (Some(former), Some(whose)) = (former, whose) else {
        return Ok(None);
    };
    let facts = open(app, row.kind, &former)?;
    let Some(now) = facts_at(app, &row, row.revision, tx).await? else {
        return Ok(None);
    };
    let identity = crate::registry::party::open(app, &whose)?;
    let ledger = Ledger::of_row(&row);
    let seat = seat_of(&ledger, gazetteer, &facts);
    let moved = (row.seat.as_ref(), row.seat_city.as_ref()) != (seat.0.as_ref(), seat.1.as_ref());
    row.revision += 1;
    row.fingerprint = fingerprint(app, &identity, &facts);
    (row.seat, row.seat_city) = seat.clone();
    row.verified_on = verified_on(&facts);
    (row.phone_index, row.phone_index_even) = phone_indexes(app, &facts);
    row.observed_at = former.observed_at;
    row.updated_at = app.now();
    let changed = Fields::changes(Some(&now), &facts);
    let next = revision_of(app, caller, &row, &facts, &changed)?;
    upsert(tx, vec![row.clone()]).await?;
    insert_revisions(tx, vec![next]).await?;
    account::Entity::delete_many()
        .filter(account::Column::Id.is_in(restored.opened_accounts.iter().copied()))
        .exec(tx)
        .await?;
    tie::Entity::delete_many()
        .filter(tie::Column::Id.is_in(restored.opened_ties.iter().copied()))
        .exec(tx)
        .await?;
    tie::Entity::update_many()
        .col_expr(tie::Column::Until, Expr::value(None::<chrono::NaiveDate>))
        .filter(tie::Column::Id.is_in(restored.ended_ties.iter().copied()))
        .exec(tx)
        .await?;
    if moved && row.kind == entity::kind::SubjectKind::Operator {
        ties::follow_seats(tx, row.book(), vec![(row.party_id, seat)]).await?;
    }
    Ok(Some(row))
}
