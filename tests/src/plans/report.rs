//! The report that `make plans` commits: which rows there were, that nothing reads a whole table, and every plan once, with
//! the statements that are answered by it. No times and no costs, so that it changes only when a plan does.

use std::fmt::Write as _;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, Statement};

use super::Answer;

/// What a reader has to know.
const HEAD: &str = "\
Written by `make plans`; do not edit. Every plan stands once, below the statements that it answers: who asks, for which
role, with which filter, in which order, and where in the list. Left out: literals (…), times, costs, directions (≶ is
beyond the cursor), and what is only checked row by row (Filter, Recheck Cond). `3 ×` is three alike.

";

/// The tables that are counted in the report.
const TABLES: [&str; 8] = [
    "registration",
    "revision",
    "party",
    "account",
    "tie",
    "platform",
    "submission",
    "submission_row",
];

/// Statements whose plan reads a whole large table, each with what reads it.
#[must_use]
pub fn scans(answers: &[Answer]) -> Vec<String> {
    let scanning = answers
        .iter()
        .filter(|answer| !answer.plan.scans.is_empty());
    scanning
        .map(|answer| {
            let question = &answer.question;
            let scans = answer.plan.scans.join("; ");
            format!("{}, {}: {scans}", question.group, question.name)
        })
        .collect()
}

/// The whole report.
///
/// # Errors
/// When the database does not tell how many rows it has.
pub async fn report(db: &DatabaseConnection, answers: &[Answer]) -> Result<String, DbErr> {
    let mut text = HEAD.to_owned();
    text += &version(db).await?;
    text += ", after ANALYZE\n";
    for table in TABLES {
        let rows = number(db, &format!("SELECT count(*) FROM {table}")).await?;
        let _ = writeln!(text, "{:>11} {table}", grouped(rows));
    }
    let scans = scans(answers);
    let _ = writeln!(
        text,
        "\n{} statements, {} of them with a scan of a whole table or index that grows.",
        answers.len(),
        scans.len()
    );
    for scan in scans {
        let _ = writeln!(text, "  {scan}");
    }
    text += &plans(answers);
    Ok(text)
}

/// Every plan once, below the statements that it answers, in the order of the first of them.
fn plans(answers: &[Answer]) -> String {
    let mut plans: Vec<(String, Vec<&Answer>)> = Vec::new();
    for answer in answers {
        let plan = answer.plan.to_string();
        match plans.iter_mut().find(|(known, _)| *known == plan) {
            Some((_, same)) => same.push(answer),
            None => plans.push((plan, vec![answer])),
        }
    }
    let mut text = String::new();
    for (plan, answers) in plans {
        text += "\n";
        let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
        for Answer { question, .. } in answers {
            match groups.last_mut() {
                Some((group, names)) if *group == question.group => names.push(&question.name),
                _ => groups.push((&question.group, vec![&question.name])),
            }
        }
        for (group, names) in groups {
            let _ = writeln!(text, "{group}: {}", names.join(", "));
        }
        text += &plan;
    }
    text
}

async fn version(db: &DatabaseConnection) -> Result<String, DbErr> {
    let (name, sql) = match db.get_database_backend() {
        DbBackend::Postgres => (
            "PostgreSQL",
            "SELECT split_part(version(), ' ', 2) AS value",
        ),
        _ => ("SQLite", "SELECT sqlite_version() AS value"),
    };
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql));
    let row = row
        .await?
        .ok_or_else(|| DbErr::RecordNotFound(sql.to_owned()))?;
    Ok(format!("{name} {}", row.try_get::<String>("", "value")?))
}

async fn number(db: &DatabaseConnection, sql: &str) -> Result<i64, DbErr> {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql));
    let row = row
        .await?
        .ok_or_else(|| DbErr::RecordNotFound(sql.to_owned()))?;
    row.try_get_by_index(0)
}

/// A number with commas between its thousands.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
