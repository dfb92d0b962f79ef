//! The plain way to compare with: the very rows that the registry wrote, sealed bytes and all, into the same tables with
//! the same indexes, by multi-row inserts of 1,000 over as many connections as are asked for, with nothing judged.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::disallowed_methods,
    reason = "a measurement that cannot go on has nothing to report, and copies whole tables in nobody's sight"
)]

use std::collections::HashMap;
use std::time::{Duration, Instant};

use entity::id::{PartyId, RegistrationId};
use entity::{account, party, registration, revision, tie};
use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DatabaseConnection, EntityTrait, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Registrations that are held in memory at a time; reading them is not part of the measure.
const AT_A_TIME: u64 = 50_000;
/// Rows of a statement.
const STATEMENT: usize = 1_000;

/// Rows of every table that a registration writes.
#[derive(Default)]
struct Rows {
    parties: Vec<party::Model>,
    registrations: Vec<registration::Model>,
    revisions: Vec<revision::Model>,
    accounts: Vec<account::Model>,
    ties: Vec<tie::Model>,
}

impl Rows {
    const fn count(&self) -> usize {
        self.parties.len()
            + self.registrations.len()
            + self.revisions.len()
            + self.accounts.len()
            + self.ties.len()
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

/// Copies registrations with all their rows from one database into another, in the order of their ids; it goes on from
/// where it stopped.
pub struct Copier {
    from: DatabaseConnection,
    to: DatabaseConnection,
    after: RegistrationId,
}

impl Copier {
    /// Nothing is copied yet.
    #[must_use]
    pub const fn new(from: DatabaseConnection, to: DatabaseConnection) -> Self {
        Self {
            from,
            to,
            after: RegistrationId(Uuid::nil()),
        }
    }

    /// Copies at most so many more registrations over so many connections, and tells what inserting took.
    pub async fn copy(&mut self, registrations: u32, connections: usize) -> Took {
        let mut took = Took::default();
        let mut left = u64::from(registrations);
        while left > 0 {
            let rows = registration::Entity::find()
                .filter(registration::Column::Id.gt(self.after))
                .order_by_asc(registration::Column::Id)
                .limit(left.min(AT_A_TIME));
            let rows = rows.all(&self.from).await.expect("registrations");
            let Some(last) = rows.last().map(|row| row.id) else {
                break;
            };
            left -= rows.len() as u64;
            let parts = self.parts(rows, last, connections).await;
            self.after = last;
            took.rows += parts.iter().flatten().map(Rows::count).sum::<usize>();
            let begun = Instant::now();
            let mut writing = JoinSet::new();
            for part in parts {
                let to = self.to.clone();
                writing.spawn(async move { write(&to, part).await });
            }
            while let Some(done) = writing.join_next().await {
                done.expect("a writer");
            }
            took.time += begun.elapsed();
        }
        took
    }

    /// Registrations with what stands beside them, a thousand at a time, dealt out to the connections.
    async fn parts(
        &self,
        registrations: Vec<registration::Model>,
        last: RegistrationId,
        connections: usize,
    ) -> Vec<Vec<Rows>> {
        let mut beside = Beside::read(&self.from, (self.after, last)).await;
        let mut parts: Vec<Vec<Rows>> = (0..connections).map(|_| Vec::new()).collect();
        let mut registrations = registrations.into_iter().peekable();
        while registrations.peek().is_some() {
            for part in &mut parts {
                let some: Vec<_> = registrations.by_ref().take(STATEMENT).collect();
                if !some.is_empty() {
                    part.push(beside.rows_of(some));
                }
            }
        }
        parts
    }
}

/// What stands beside registrations in the other tables.
struct Beside {
    parties: HashMap<PartyId, party::Model>,
    revisions: HashMap<RegistrationId, revision::Model>,
    accounts: HashMap<RegistrationId, Vec<account::Model>>,
    ties: HashMap<RegistrationId, Vec<tie::Model>>,
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
        let accounts = account::Entity::find()
            .filter(account::Column::RegistrationId.gt(after))
            .filter(account::Column::RegistrationId.lte(last));
        let accounts = accounts.all(db).await.expect("accounts");
        let ties = tie::Entity::find()
            .filter(tie::Column::RegistrationId.gt(after))
            .filter(tie::Column::RegistrationId.lte(last));
        let ties = ties.all(db).await.expect("ties");
        let revisions = revisions.into_iter().map(|row| (row.registration_id, row));
        Self {
            parties: parties.into_iter().map(|row| (row.id, row)).collect(),
            revisions: revisions.collect(),
            accounts: grouped(accounts, |row| row.registration_id),
            ties: grouped(ties, |row| row.registration_id),
        }
    }

    fn rows_of(&mut self, registrations: Vec<registration::Model>) -> Rows {
        let mut rows = Rows::default();
        for row in &registrations {
            rows.parties.extend(self.parties.remove(&row.party_id));
            rows.revisions.extend(self.revisions.remove(&row.id));
            let accounts = self.accounts.remove(&row.id);
            rows.accounts.extend(accounts.into_iter().flatten());
            let ties = self.ties.remove(&row.id);
            rows.ties.extend(ties.into_iter().flatten());
        }
        Rows {
            registrations,
            ..rows
        }
    }
}

fn grouped<T>(rows: Vec<T>, of: impl Fn(&T) -> RegistrationId) -> HashMap<RegistrationId, Vec<T>> {
    let mut groups: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        groups.entry(of(&row)).or_default().push(row);
    }
    groups
}

/// A thousand registrations with all their rows a transaction.
async fn write(db: &DatabaseConnection, parts: Vec<Rows>) {
    for rows in parts {
        let tx = api::db::begin_write(db, api::db::Reach::All)
            .await
            .expect("a transaction");
        insert::<party::Entity, _, _>(&tx, rows.parties).await;
        insert::<registration::Entity, _, _>(&tx, rows.registrations).await;
        insert::<revision::Entity, _, _>(&tx, rows.revisions).await;
        insert::<account::Entity, _, _>(&tx, rows.accounts).await;
        insert::<tie::Entity, _, _>(&tx, rows.ties).await;
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
    let mut rows = rows
        .into_iter()
        .map(|row| row.into_active_model().reset_all())
        .peekable();
    while rows.peek().is_some() {
        // A statement takes 32,766 values at most on SQLite, and a streamer has two ties.
        E::insert_many(rows.by_ref().take(STATEMENT))
            .exec_without_returning(tx)
            .await
            .expect("an insert");
    }
}
