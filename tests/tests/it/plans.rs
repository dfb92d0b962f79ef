//! The statements of lists keep their indexes: the plans of a registry of some thousands on both databases. What `make
//! plans` commits for a million says more and takes minutes; this fails at once when an index or a statement changes so
//! that a page is no longer a range of an index.

use std::path::Path;

use migration::{Migrator, MigratorTrait as _, SchemaManager};
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection};
use tests::database::{Engine, TestDatabase};
use tests::plans::{self, Answer, Filled, report};

use crate::app::{migrated, settings};

/// Enough that PostgreSQL prefers an index for a page; for a count of ten thousand it does not yet.
const REGISTRATIONS: u64 = 20_000;

/// Which index gives the order of a page of operators, as a platform sees all of its own and a county what is seated there.
const ORDERED: [(&str, &str, &str); 6] = [
    ("platform", "id", "ix_registration_platform"),
    ("platform", "updatedAt", "ix_registration_updated"),
    ("platform", "verificationDue", "ix_registration_verified"),
    ("county", "id", "ix_registration_seat"),
    ("county", "updatedAt", "ix_registration_seat_updated"),
    ("county", "verificationDue", "ix_registration_seat_verified"),
];

/// A filled registry.
struct Registry {
    /// Its owner, who fills it and takes indexes away.
    db: DatabaseConnection,
    /// The role that serves, whose plans row level security goes into.
    serving: DatabaseConnection,
    filled: Filled,
    _database: TestDatabase,
}

impl Registry {
    async fn open(engine: Engine) -> Self {
        let database = tokio::task::spawn_blocking(move || migrated(engine)).await;
        let database = database.expect("a database");
        let db = Database::connect(database.url())
            .await
            .expect("a connection");
        let service = settings(database.serving_url(), Path::new("."), &[]);
        let serving = api::db::connect(&service.database).await;
        let serving = serving.expect("a connection");
        let filled = plans::fill(&db, REGISTRATIONS).await.expect("filled");
        plans::analyze(&db).await.expect("statistics");
        Self {
            db,
            serving,
            filled,
            _database: database,
        }
    }

    async fn answers(&self) -> Vec<Answer> {
        plans::answers(&self.serving, self.filled)
            .await
            .expect("plans")
    }

    /// The answers to pages alone.
    async fn pages(&self) -> Vec<Answer> {
        let mut pages = plans::questions(self.filled, self.db.get_database_backend());
        pages.retain(plans::Question::is_page);
        plans::answers_to(&self.serving, pages)
            .await
            .expect("plans")
    }
}

/// Pages of operators without a filter that do not come from the index that has their order.
fn out_of_order(answers: &[Answer], viewers: &[&str]) -> Vec<String> {
    let mut out = Vec::new();
    for (viewer, order, index) in ORDERED {
        let group = format!("{viewer}, OPERATOR, no filter");
        let pages = answers.iter().filter(|answer| {
            let question = &answer.question;
            question.group == group && question.name.starts_with(&format!("{order} "))
        });
        let pages: Vec<_> = pages.collect();
        assert_eq!(
            pages.len(),
            4,
            "{group}, {order}: first, after, last, before"
        );
        let wrong = |answer: &&&Answer| {
            let plan = &answer.plan;
            plan.sorts() > 0 || plan.ways().into_keys().ne([index])
        };
        if viewers.contains(&viewer) {
            let wrong = pages.iter().filter(wrong);
            out.extend(wrong.map(|page| format!("{group}, {}", page.question.name)));
        }
    }
    out
}

/// The guard is worth something only if it barks.
async fn a_lost_index_is_missed(registry: &Registry) {
    let drop = "DROP INDEX ix_registration_updated";
    registry.db.execute_unprepared(drop).await.expect("dropped");
    let lost = out_of_order(&registry.answers().await, &["platform"]);
    assert_eq!(lost.len(), 4, "{lost:#?}");
    assert!(
        lost.iter().all(|page| page.contains("updatedAt")),
        "{lost:#?}"
    );
}

#[tokio::test]
async fn no_statement_reads_a_whole_table_on_sqlite() {
    let registry = Registry::open(Engine::Sqlite).await;
    let answers = registry.answers().await;
    assert_eq!(report::scans(&answers), [""; 0]);
    assert_eq!(out_of_order(&answers, &["platform", "county"]), [""; 0]);
    a_lost_index_is_missed(&registry).await;
}

#[tokio::test]
async fn no_page_reads_a_whole_table_on_postgres() {
    let registry = Registry::open(Engine::Postgres).await;
    let mut answers = registry.answers().await;
    // A county has a page or two of this small registry: it may as well be sorted.
    assert_eq!(out_of_order(&answers, &["platform"]), [""; 0]);
    answers.retain(|answer| answer.question.is_page());
    assert!(answers.len() > 500, "{}", answers.len());
    assert_eq!(report::scans(&answers), [""; 0]);
    a_lost_index_is_missed(&registry).await;
}

/// The indexes of pages came after the tables had rows, and so they go and come.
#[tokio::test]
async fn the_indexes_of_pages_go_and_come_back_under_rows() {
    let history = Migrator::migrations();
    let theirs = history.iter().find(|m| m.name().ends_with("_orders"));
    let theirs = theirs.expect("the migration");
    for engine in Engine::ALL {
        let registry = Registry::open(engine).await;
        // This step alone: a page asks for columns that later ones made.
        let manager = SchemaManager::new(&registry.db);
        theirs.down(&manager).await.expect("back");
        let lost = out_of_order(&registry.pages().await, &["county"]);
        assert!(engine == Engine::Postgres || lost.len() == 8, "{lost:#?}");
        theirs.up(&manager).await.expect("and forth");
        let back = out_of_order(&registry.pages().await, &["county"]);
        assert!(engine == Engine::Postgres || back.is_empty(), "{back:#?}");
    }
}
