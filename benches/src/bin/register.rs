//! How fast operators are registered at 1,000 a request, on both databases, beside a plain multi-row insert of the very
//! same rows into the same tables and indexes in the same run. Arguments: how many operators (default 20,000).
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement reports or stops"
)]

use std::time::Instant;

use benches::{House, empty, peak_mib, register};
use entity::{account, party, registration, revision};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel as _, TransactionTrait as _};
use tests::database::Engine;

/// Rows of every table that a registration writes.
struct Rows {
    parties: Vec<party::Model>,
    registrations: Vec<registration::Model>,
    revisions: Vec<revision::Model>,
    accounts: Vec<account::Model>,
}

#[tokio::main]
async fn main() {
    let operators: u32 = std::env::args()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(20_000);
    println!(
        "registerOperators, {operators} new operators, 1,000 a request, 1 client, the registry function in process"
    );
    println!("| database | registrations/s | plain insert, registrations/s | ratio | peak MiB |");
    println!("|---|---|---|---|---|");
    for engine in Engine::ALL {
        let house = House::open(engine).await;
        let begun = Instant::now();
        register(&house, 0..operators).await;
        let registered = f64::from(operators) / begun.elapsed().as_secs_f64();
        let rows = read(&house).await;
        let (connection, _database) = empty(engine).await;
        let begun = Instant::now();
        insert(&connection, rows).await;
        let plain = f64::from(operators) / begun.elapsed().as_secs_f64();
        let ratio = registered / plain;
        println!(
            "| {engine:?} | {registered:.0} | {plain:.0} | {ratio:.2} | {} |",
            peak_mib()
        );
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the copy reads whole tables, in nobody's sight"
)]
async fn read(house: &House) -> Rows {
    let db = &house.app.db;
    Rows {
        parties: party::Entity::find().all(db).await.expect("parties"),
        registrations: registration::Entity::find()
            .all(db)
            .await
            .expect("registrations"),
        revisions: revision::Entity::find().all(db).await.expect("revisions"),
        accounts: account::Entity::find().all(db).await.expect("accounts"),
    }
}

/// A thousand rows of each table a transaction.
async fn insert(db: &sea_orm::DatabaseConnection, rows: Rows) {
    let mut parties = rows.parties.into_iter();
    let mut registrations = rows.registrations.into_iter();
    let mut revisions = rows.revisions.into_iter();
    let mut accounts = rows.accounts.into_iter();
    loop {
        let tx = db.begin().await.expect("a transaction");
        let wrote = some::<party::Entity, _, _>(&tx, &mut parties).await
            + some::<registration::Entity, _, _>(&tx, &mut registrations).await
            + some::<revision::Entity, _, _>(&tx, &mut revisions).await
            + some::<account::Entity, _, _>(&tx, &mut accounts).await;
        tx.commit().await.expect("a commit");
        if wrote == 0 {
            return;
        }
    }
}

/// Inserts the next thousand rows of one table.
async fn some<E, A, C>(tx: &C, rows: &mut impl Iterator<Item = E::Model>) -> usize
where
    E: EntityTrait<ActiveModel = A>,
    A: sea_orm::ActiveModelTrait<Entity = E>,
    E::Model: sea_orm::IntoActiveModel<A>,
    C: ConnectionTrait,
{
    let rows: Vec<A> = rows
        .take(1_000)
        .map(|row| row.into_active_model().reset_all())
        .collect();
    let count = rows.len();
    if count > 0 {
        E::insert_many(rows)
            .exec_without_returning(tx)
            .await
            .expect("an insert");
    }
    count
}
