//! Taking back what was registered by mistake as a whole: a registration that should not be there goes with all that belongs
//! to it, and one that was changed gets its former facts again. Whoever calls has judged that nothing came after.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::facts::Facts;
use entity::id::{AccountId, PartyId, RegistrationId, TieId};
use entity::kind::SubjectKind;
use entity::tie::Book;
use entity::{account, party, registration, retention, revision, tie};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DatabaseTransaction, EntityTrait as _,
    FromQueryResult as _, QueryFilter as _,
};

use super::facts::open;
use super::fields::Fields;
use super::ties::{self, Seat};
use super::write::{
    chunks, fingerprint, insert_revisions, phone_indexes, revision_of, seat_of, upsert, verified_on,
};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::division::Gazetteer;
use crate::registry::ledger::Ledger;
use crate::registry::retention::belongings;

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

/// Registrations that are judged by what they said, and some of which get their former facts again: all are read together,
/// and all are written together, so that their number is no number of statements.
#[derive(Default)]
pub(in crate::registry) struct Restoring {
    revisions: HashMap<(RegistrationId, i32), revision::Model>,
    parties: HashMap<PartyId, party::Model>,
    rows: BTreeMap<RegistrationId, registration::Model>,
    new: Vec<revision::Model>,
    opened_accounts: Vec<AccountId>,
    opened_ties: Vec<TieId>,
    ended_ties: Vec<TieId>,
    moved: BTreeMap<RegistrationId, (Book, PartyId, Seat)>,
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

impl Restoring {
    /// Reads these revisions, and whose the registrations are.
    pub(in crate::registry) async fn load(
        revisions: BTreeSet<(RegistrationId, i32)>,
        parties: BTreeSet<PartyId>,
        tx: &DatabaseTransaction,
    ) -> Result<Self, Error> {
        let mut all = Self::default();
        for some in chunks(revisions.into_iter().collect()) {
            let numbered = revision::numbered(some, tx.get_database_backend());
            let found = revision::Model::find_by_statement(numbered).all(tx).await?;
            let found = found.into_iter();
            all.revisions
                .extend(found.map(|row| ((row.registration_id, row.number), row)));
        }
        for some in chunks(parties.into_iter().collect()) {
            let found = party::by_ids(some).all(tx).await?.into_iter();
            all.parties.extend(found.map(|row| (row.id, row)));
        }
        Ok(all)
    }

    /// What a revision said.
    fn facts_at(
        &self,
        app: &App,
        row: &registration::Model,
        number: i32,
    ) -> Result<Option<Facts>, Error> {
        let found = self.revisions.get(&(row.id, number));
        found.map(|found| open(app, row.kind, found)).transpose()
    }

    /// Whether a registration says today what it said in a revision.
    pub(in crate::registry) fn says_still(
        &self,
        app: &App,
        row: &registration::Model,
        number: i32,
    ) -> Result<bool, Error> {
        if number == row.revision {
            return Ok(self.revisions.contains_key(&(row.id, number)));
        }
        let then = self.facts_at(app, row, number)?;
        Ok(then.is_some() && then == self.facts_at(app, row, row.revision)?)
    }

    /// Gives a registration its former facts in a new revision, which is written with the others; nothing where the former
    /// one is not there.
    pub(in crate::registry) fn restore(
        &mut self,
        (app, caller, gazetteer): (&App, &Caller, &Gazetteer),
        restored: Restored<'_>,
    ) -> Result<Option<registration::Model>, Error> {
        let mut row = restored.row;
        let former = self.revisions.get(&(row.id, restored.to));
        let (Some(former), Some(whose)) = (former, self.parties.get(&row.party_id)) else {
            return Ok(None);
        };
        let facts = open(app, row.kind, former)?;
        let Some(now) = self.facts_at(app, &row, row.revision)? else {
            return Ok(None);
        };
        let identity = crate::registry::party::open(app, whose)?;
        let seat = seat_of(&Ledger::of_row(&row), gazetteer, &facts);
        let moved =
            (row.seat.as_ref(), row.seat_city.as_ref()) != (seat.0.as_ref(), seat.1.as_ref());
        row.revision += 1;
        row.fingerprint = fingerprint(app, &identity, &facts);
        (row.seat, row.seat_city) = seat.clone();
        row.verified_on = verified_on(&facts);
        (row.phone_index, row.phone_index_even) = phone_indexes(app, &facts);
        row.observed_at = former.observed_at;
        row.updated_at = app.now();
        let changed = Fields::changes(Some(&now), &facts);
        let next = revision_of(app, caller, &row, &facts, &changed)?;
        if moved && row.kind == SubjectKind::Operator {
            let follows = (row.book(), row.party_id, seat);
            self.moved.insert(row.id, follows);
        }
        self.opened_accounts.extend(restored.opened_accounts);
        self.opened_ties.extend(restored.opened_ties);
        self.ended_ties.extend(restored.ended_ties);
        self.revisions.insert((row.id, row.revision), next.clone());
        self.new.push(next);
        self.rows.insert(row.id, row.clone());
        Ok(Some(row))
    }

    /// Writes what was restored.
    pub(in crate::registry) async fn write(self, tx: &DatabaseTransaction) -> Result<(), Error> {
        upsert(tx, self.rows.into_values().collect()).await?;
        insert_revisions(tx, self.new).await?;
        for some in chunks(self.opened_accounts) {
            account::Entity::delete_many()
                .filter(account::Column::Id.is_in(some))
                .exec(tx)
                .await?;
        }
        for some in chunks(self.opened_ties) {
            tie::Entity::delete_many()
                .filter(tie::Column::Id.is_in(some))
                .exec(tx)
                .await?;
        }
        for some in chunks(self.ended_ties) {
            tie::Entity::update_many()
                .col_expr(tie::Column::Until, Expr::value(None::<chrono::NaiveDate>))
                .filter(tie::Column::Id.is_in(some))
                .exec(tx)
                .await?;
        }
        let mut books: HashMap<Book, Vec<(PartyId, Seat)>> = HashMap::new();
        for (book, party, seat) in self.moved.into_values() {
            books.entry(book).or_default().push((party, seat));
        }
        for (book, moved) in books {
            ties::follow_seats(tx, book, moved).await?;
        }
        Ok(())
    }
}
