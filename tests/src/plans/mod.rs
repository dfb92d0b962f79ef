//! How both databases answer the statements of lists and look-ups, over a filled registry: `make plans` writes the plans
//! at a million registrations into docs/plans, a test asks for the same at a few thousand. Statements come from the
//! public finders of `entity` and sights from `rules`, as the service makes them; nothing here words one of its own.

pub mod explain;
pub mod fill;
mod lists;
mod lookups;
pub mod report;
mod sql;
pub mod world;

use sea_orm::{DatabaseConnection, DbErr, Statement};

pub use explain::Plan;
pub use fill::{Filled, analyze, fill};

/// A statement of the service, and where it stands in the report.
#[derive(Clone, Debug)]
pub struct Question {
    /// What it belongs to, as `operators`.
    pub group: String,
    /// Which one, as `platform, updatedAt, first`.
    pub name: String,
    /// The statement.
    pub statement: Statement,
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
pub fn questions(filled: Filled, db: &DatabaseConnection) -> Vec<Question> {
    let backend = db.get_database_backend();
    let mut questions = lists::questions(filled, backend);
    questions.extend(lookups::questions(filled, backend));
    questions
}

/// The plan of every statement.
///
/// # Errors
/// When the database refuses one.
pub async fn answers(db: &DatabaseConnection, filled: Filled) -> Result<Vec<Answer>, DbErr> {
    let mut answers = Vec::new();
    for question in questions(filled, db) {
        let plan = explain::explain(db, question.statement.clone()).await?;
        answers.push(Answer { question, plan });
    }
    Ok(answers)
}
