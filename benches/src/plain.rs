//! The plain way to compare with: the very rows that the registry wrote, sealed bytes and all, into the same tables with
//! the same indexes, by multi-row inserts of 1,000 over two connections, with nothing judged.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::disallowed_methods,
    reason = "a measurement that cannot go on has nothing to report, and copies whole tables in nobody's sight"
)]

use std::collections::HashMap;
use std::time::{Duration, Instant};

use entity::id::{PartyId, RegistrationId};
use entity::{account, party, registration, revision};
use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DatabaseConnection, EntityTrait, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use tokio::task::JoinSet;

/// Registrations that are held in memory at a time; reading them is not part of the measure.
const AT_A_TIME: u64 = 50_000;
/// Rows of a statement.
const STATEMENT: usize = 1_000;
/// Connections that write.
const CONNECTIONS: usize = 2;

/// Rows of every table that a registration writes.
#[derive(Default)]
struct Rows {
    parties: Vec<party::Model>,
    registrations: Vec<registration::Model>,
    revisions: Vec<revision::Model>,
    accounts: Vec<account::Model>,
}

impl Rows {
    const fn count(&self) -> usize {
        self.parties.len() + self.registrations.len() + self.revisions.len() + self.accounts.len()
    }
}

/// What the plain way took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Took {
    /// Inserting alone.
    pub time: Duration,
    /// Rows of all tables.
    pub rows: usize,
}

/// Copies every registration with all its rows from one database into another, and tells what inserting took.
pub async fn copy(from: &DatabaseConnection, to: &DatabaseConnection) -> Took {
    let mut took = Took::default();
    let mut after = None;
    loop {
        let (parts, last, rows) = read(from, after).await;
        let Some(last) = last else { return took };
        after = Some(last);
        let begun = Instant::now();
        let mut writing = JoinSet::new();
        for part in parts {
            let to = to.clone();
            writing.spawn(async move { write(&to, part).await });
        }
        while let Some(done) = writing.join_next().await {
            done.expect("a writer");
        }
        took.time += begun.elapsed();
        took.rows += rows;
    }
}

/// The next registrations after an id with their rows, in as many parts as there are connections.
async fn read(
    db: &DatabaseConnection,
    after: Option<RegistrationId>,
) -> (Vec<Vec<Rows>>, Option<RegistrationId>, usize) {
    let after = after.unwrap_or(RegistrationId(uuid::Uuid::nil()));
    let registrations = registration::Entity::find()
        .filter(registration::Column::Id.gt(after))
        .order_by_asc(registration::Column::Id)
        .limit(AT_A_TIME);
    let registrations = registrations.all(db).await.expect("registrations");
    let Some(last) = registrations.last().map(|row| row.id) else {
        return (Vec::new(), None, 0);
    };
    let mut beside = Beside::read(db, (after, last)).await;
    let mut parts: Vec<Vec<Rows>> = (0..CONNECTIONS).map(|_| Vec::new()).collect();
    let mut count = 0;
    let mut registrations = registrations.into_iter().peekable();
    let mut turn = 0;
    while registrations.peek().is_some() {
        let some = registrations.by_ref().take(STATEMENT).collect();
        let rows = beside.rows_of(some);
        count += rows.count();
        let part = parts.get_mut(turn % CONNECTIONS).expect("a part");
        part.push(rows);
        turn += 1;
    }
    (parts, Some(last), count)
}

/// What stands beside registrations in the other tables.
struct Beside {
    parties: HashMap<PartyId, party::Model>,
    revisions: HashMap<RegistrationId, revision::Model>,
    accounts: HashMap<RegistrationId, Vec<account::Model>>,
}

impl Beside {
    /// Reads it for the registrations after one id up to another.
    async fn read(
        db: &DatabaseConnection,
        (after, last): (RegistrationId, RegistrationId),
    ) -> Self {
        let ours = Query::select()
            .column(registration::Column::PartyId)
            .from(registration::Entity)
            .and_where(registration::Column::Id.gt(after))
            .and_where(registration::Column::Id.lte(last))
            .take();
        let parties = party::Entity::find().filter(party::Column::Id.in_subquery(ours));
        let parties = parties.all(db).await.expect("parties");
        let revisions = revision::Entity::find()
            .filter(revision::Column::RegistrationId.gt(after))
            .filter(revision::Column::RegistrationId.lte(last));
        let revisions = revisions.all(db).await.expect("revisions");
        let open = account::Entity::find()
            .filter(account::Column::RegistrationId.gt(after))
            .filter(account::Column::RegistrationId.lte(last));
        let mut accounts: HashMap<_, Vec<_>> = HashMap::new();
        for row in open.all(db).await.expect("accounts") {
            accounts.entry(row.registration_id).or_default().push(row);
        }
        let revisions = revisions.into_iter().map(|row| (row.registration_id, row));
        Self {
            parties: parties.into_iter().map(|row| (row.id, row)).collect(),
            revisions: revisions.collect(),
            accounts,
        }
    }

    fn rows_of(&mut self, registrations: Vec<registration::Model>) -> Rows {
        let mut rows = Rows::default();
        for row in &registrations {
            rows.parties.extend(self.parties.remove(&row.party_id));
            rows.revisions.extend(self.revisions.remove(&row.id));
            rows.accounts
                .extend(self.accounts.remove(&row.id).unwrap_or_default());
        }
        Rows {
            registrations,
            ..rows
        }
    }
}

/// A thousand registrations with all their rows a transaction.
async fn write(db: &DatabaseConnection, parts: Vec<Rows>) {
    for rows in parts {
        let tx = api::db::begin_write(db).await.expect("a transaction");
        insert::<party::Entity, _, _>(&tx, rows.parties).await;
        insert::<registration::Entity, _, _>(&tx, rows.registrations).await;
        insert::<revision::Entity, _, _>(&tx, rows.revisions).await;
        insert::<account::Entity, _, _>(&tx, rows.accounts).await;
        tx.commit().await.expect("a commit");
    }
}

async fn insert<E, A, C>(tx: &C, rows: Vec<E::Model>)
where
    E: EntityTrait<ActiveModel = A>,
    A: sea_orm::ActiveModelTrait<Entity = E>,
    E::Model: sea_orm::IntoActiveModel<A>,
    C: ConnectionTrait,
{
    if rows.is_empty() {
        return;
    }
    let rows = rows
        .into_iter()
        .map(|row| row.into_active_model().reset_all());
    E::insert_many(rows)
        .exec_without_returning(tx)
        .await
        .expect("an insert");
}
