//! The statements of lists keep their indexes: the plans of a registry of some thousands on both databases. What `make
//! plans` commits for a million says more and takes minutes; this fails at once when an index or a statement changes so
//! that a page is no longer a range of an index.

use std::path::Path;

use migration::{Migrator, MigratorTrait as _, SchemaManager};
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection};
use tests::database::{Engine, TestDatabase};
use tests::plans::{self, Answer, Filled, barred, report, surveys};

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

/// By which indexes the blacklist is looked up, whatever else a statement reads.
const LISTED: [(&str, &[&str]); 18] = [
    (
        "by number",
        &[
            "uq_party_number",
            "ix_blacklist_party",
            "ix_party_link_other",
        ],
    ),
    (
        "by account",
        &[
            "ix_account_number",
            "ix_blacklist_party",
            "ix_party_link_other",
        ],
    ),
    ("by party", &["ix_blacklist_party", "ix_party_link_other"]),
    ("token::candidates", &[]),
    ("matching::standing", &["uq_match_judgement_standing"]),
    ("blacklist::by_ids", &[]),
    ("blacklist::standing", &["uq_blacklist_standing"]),
    ("blacklist::all_of", &["ix_blacklist_party"]),
    ("blacklist::overdue", &["ix_blacklist_ends"]),
    ("blacklist::beginning", &["ix_blacklist_begins"]),
    ("appeal::of_entries", &["ix_blacklist_appeal_entry"]),
    ("appeal::open_against", &["uq_blacklist_appeal_open"]),
    ("notice::of_entries", &["ix_blacklist_notice_entry"]),
    ("blacklist::listed_to, open", &["ix_blacklist_open"]),
    (
        "gate::anything",
        &["uq_blacklist_standing", "ix_blacklist_open"],
    ),
    ("gate::bars", &["ix_blacklist_party", "ix_party_link_other"]),
    (
        "gate::handed_over",
        &["ix_account_once", "ix_blacklist_party"],
    ),
    ("gate::in_book", &["uq_registration_ledger"]),
];
/// What a look-up in the blacklist may not read as a whole, by its names in statements.
const WHOLE: [&str; 16] = [
    "account",
    "blacklist_appeal",
    "blacklist_entry",
    "blacklist_notice",
    "blacklist_token",
    "e",
    "file_use",
    "k",
    "l",
    "match_judgement",
    "p",
    "party",
    "party_link",
    "r",
    "registration",
    "t",
];

/// By which indexes surveys look up what they know, as above.
const SURVEYED: [(&str, &[&str]); 29] = [
    ("import_job::claimable", &["ix_import_job_at_work"]),
    ("import_job::unreturned", &["ix_import_job_unreturned"]),
    ("import_job::committed_from", &["ix_import_job_digest"]),
    ("import_job::reading", &["ix_import_job_file"]),
    ("import_job::page, a platform", &["ix_import_job_platform"]),
    ("import_job::page, an office", &["ix_import_job_office"]),
    ("stage::after", &["ix_import_stage_row"]),
    ("stage::judged, any", &["ix_import_stage_row"]),
    ("stage::judged, rejected", &["ix_import_stage_rejected"]),
    ("stage::judged, skipped", &["ix_import_stage_skipped"]),
    ("stage::judged, told", &["ix_import_stage_told"]),
    ("stage::judged, warned", &["ix_import_stage_warned"]),
    ("import_mapping::", &["uq_import_mapping"]),
    ("survey_book::of_office", &["uq_survey_book_name"]),
    ("office::around", &["uq_survey_book_name"]),
    ("survey_book::held", &["uq_survey_book_name"]),
    ("survey_book::named", &["uq_survey_book_name"]),
    ("survey_book::of_platform", &["ix_survey_book_platform"]),
    ("survey_book::begun_by", &["ix_survey_book_import"]),
    (
        "survey_book::begun_in_vain",
        &[
            "ix_survey_book_import",
            "ix_import_job_book",
            "ix_registration_platform",
        ],
    ),
    ("registration::in_book,", &["ix_registration_platform"]),
    ("registration::in_books", &["uq_registration_ledger"]),
    (
        "registration::people_in_books_with_phones",
        &["ix_registration_phone"],
    ),
    ("blacklist::mirrored", &["ix_blacklist_party"]),
    ("blacklist::rested_on", &["ix_match_judgement_entry"]),
    ("survey_difference::of_surveys", &["uq_survey_difference"]),
    (
        "survey_difference::of_filed",
        &["ix_survey_difference_filed"],
    ),
    (
        "survey_difference::page, a platform",
        &["ix_survey_difference_platform"],
    ),
    (
        "survey_difference::page, an office",
        &["ix_survey_difference_office"],
    ),
];
/// What no look-up of surveys may read as a whole.
const WHOLE_OF_SURVEYS: [&str; 10] = [
    "account",
    "blacklist_entry",
    "import_job",
    "import_mapping",
    "import_stage",
    "registration",
    "revision",
    "survey_book",
    "survey_difference",
    "tie",
];

/// A filled registry.
struct Registry {
    /// Its owner, who fills it and takes indexes away.
    db: DatabaseConnection,
    /// The role that serves, whose plans row level security goes into.
    serving: DatabaseConnection,
    filled: Filled,
    database: TestDatabase,
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
            database,
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

impl Registry {
    /// Looks a group up as the role that serves, which reads a whole table only where there is no other way: so small a one
    /// is else read as a whole sooner than by an index.
    async fn looks_up(&self, group: &str) -> Vec<Answer> {
        let mut options = ConnectOptions::new(self.database.serving_url());
        options.max_connections(1);
        let one = Database::connect(options).await.expect("a connection");
        let backend = one.get_database_backend();
        let mut questions = plans::questions(self.filled, backend);
        questions.retain(|question| question.group.ends_with(group));
        if backend == sea_orm::DbBackend::Postgres {
            let only = "SET enable_seqscan = off";
            one.execute_unprepared(only).await.expect("set");
        }
        plans::answers_to(&one, questions).await.expect("plans")
    }
}

/// Look-ups that read a whole table, or not by the index that is theirs.
fn looked_through(
    answers: &[Answer],
    (theirs, tables): (&[(&str, &[&str])], &[&str]),
    strict: bool,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for answer in answers {
        let (question, plan) = (&answer.question, answer.plan.to_string());
        let name = format!("{}, {}", question.group, question.name);
        for line in plan
            .lines()
            .map(|line| line.trim_start_matches([' ', '-', '>']))
        {
            let mut words = line.split(' ');
            let whole = match words.next() {
                Some("SCAN") => words.next().filter(|_| !line.contains(" USING ")),
                _ => line
                    .split_once("Seq Scan on ")
                    .and_then(|(_, rest)| rest.split(' ').next()),
            };
            if whole.is_some_and(|table| tables.contains(&table)) {
                wrong.push(format!("{name}: {line}"));
            }
        }
        let known = theirs.iter().find(|(part, _)| question.name.contains(part));
        let ways = answer.plan.ways();
        let lacking = known.into_iter().flat_map(|(_, indexes)| indexes.iter());
        let lacking = lacking.filter(|index| strict && !ways.contains_key(**index));
        wrong.extend(lacking.map(|index| format!("{name}: not by {index}: {plan}")));
    }
    wrong
}

/// Every look-up of a group goes by the indexes that are its own, and a lost one is missed.
async fn goes_by_indexes(
    (group, many): (&str, usize),
    theirs: &[(&str, &[&str])],
    tables: &[&str],
    lost: &str,
) {
    for engine in Engine::ALL {
        let registry = Registry::open(engine).await;
        let answers = registry.looks_up(group).await;
        assert!(answers.len() > many, "{engine:?}: {}", answers.len());
        for (part, _) in theirs {
            let asked = |answer: &Answer| answer.question.name.contains(part);
            assert!(answers.iter().any(asked), "{part}");
        }
        let strict = engine == Engine::Sqlite;
        let wrong = looked_through(&answers, (theirs, tables), strict);
        assert!(wrong.is_empty(), "{engine:?}: {}", wrong.join("\n"));
        let drop = format!("DROP INDEX {lost}");
        registry
            .db
            .execute_unprepared(&drop)
            .await
            .expect("dropped");
        let lost = looked_through(&registry.looks_up(group).await, (theirs, tables), strict);
        assert!(!lost.is_empty(), "{engine:?}: a lost index is missed");
    }
}

#[tokio::test]
async fn the_blacklist_is_looked_up_by_indexes() {
    goes_by_indexes((barred::GROUP, 40), &LISTED, &WHOLE, "ix_blacklist_party").await;
}

#[tokio::test]
async fn surveys_look_up_by_indexes() {
    let lost = "ix_survey_book_import";
    goes_by_indexes((surveys::GROUP, 39), &SURVEYED, &WHOLE_OF_SURVEYS, lost).await;
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
