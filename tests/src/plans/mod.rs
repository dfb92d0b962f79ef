//! How both databases answer the statements of lists and look-ups, over a filled registry: `make plans` writes the plans
//! at a million registrations into docs/plans, a test asks for the same at a few thousand. Statements come from the
//! public finders of `entity` and sights from `rules`, as the service makes them; nothing here words one of its own.

pub mod barred;
pub mod explain;
pub mod fill;
mod lists;
mod lookups;
pub mod report;
mod sql;
pub mod surveys;
pub mod world;

use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait as _,
};

pub use explain::Plan;
pub use fill::{Filled, analyze, fill};

/// A statement of the service, and where it stands in the report.
#[derive(Clone, Debug)]
pub struct Question {
    /// Who asks for what, as `county, OPERATOR, status CLOSED`.
    pub group: String,
    /// Which one, as `updatedAt first`.
    pub name: String,
    /// The statement.
    pub statement: Statement,
    /// Whether its plan stands in full in the report.
    pub in_full: bool,
}

impl Question {
    /// Whether it is a page of a list of registrations.
    #[must_use]
    pub fn is_page(&self) -> bool {
        let known = |(order, place): (&str, &str)| {
            lists::ORDERS.iter().any(|(name, _)| *name == order) && lists::PLACES.contains(&place)
        };
        self.name.split_once(' ').is_some_and(known)
    }
}

/// A statement with the plan that the database has for it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The statement.
    pub question: Question,
    /// The plan.
    pub plan: Plan,
}

/// Every statement that is asked about.
#[must_use]
pub fn questions(filled: Filled, backend: DbBackend) -> Vec<Question> {
    let mut questions = lists::questions(filled, backend);
    questions.extend(lookups::questions(filled, backend));
    questions.extend(barred::questions(filled, backend));
    questions.extend(surveys::questions(filled, backend));
    questions
}

/// The plan of every statement.
///
/// # Errors
/// When the database refuses one.
pub async fn answers(db: &DatabaseConnection, filled: Filled) -> Result<Vec<Answer>, DbErr> {
    answers_to(db, questions(filled, db.get_database_backend())).await
}

/// The plans of some of them: an older history may lack the tables of the others.
///
/// # Errors
/// When the database refuses one.
pub async fn answers_to(
    db: &DatabaseConnection,
    questions: Vec<Question>,
) -> Result<Vec<Answer>, DbErr> {
    // On one connection, which knows today's indexes and statistics: SQLite explains by what it read when it was opened.
    let tx = db.begin().await?;
    if db.get_database_backend() == DbBackend::Sqlite {
        tx.execute_unprepared("SELECT count(*) FROM sqlite_master")
            .await?;
        tx.execute_unprepared("ANALYZE sqlite_schema").await?;
    }
    let mut answers = Vec::new();
    for question in questions {
        let plan = explain::explain(&tx, question.statement.clone()).await?;
        answers.push(Answer { question, plan });
    }
    tx.rollback().await?;
    Ok(answers)
}
