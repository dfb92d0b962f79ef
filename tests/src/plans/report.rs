//! The report that `make plans` commits: which rows there were, that nothing reads a whole table, and every plan once, with
//! the statements that are answered by it. No times and no costs, so that it changes only when a plan does.

use std::fmt::Write as _;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, Statement};

use super::lists::PLACES;
use super::{Answer, Plan};

/// What a reader has to know.
const HEAD: &str = "\
Written by `make plans`; do not edit. First, which indexes answer each statement: who asks, for which role, with which
filter: in which order and, unless it is everywhere, where in the list. `3 ×` is three times, once for each platform or place in sight; `sorts` tells
how often rows are put in another order than the index has. Below, plans in full, once each. Left out: literals (…), times,
costs, directions, cursors, and what is only checked row by row (Filter, Recheck Cond).

";
/// So wide a line of names may be.
const WIDTH: usize = 118;

/// The tables that are counted in the report.
const TABLES: [&str; 12] = [
    "registration",
    "revision",
    "party",
    "account",
    "tie",
    "platform",
    "submission",
    "submission_row",
    "import_job",
    "import_stage",
    "survey_book",
    "survey_difference",
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
    text += &ways(answers);
    text += &plans(answers);
    Ok(text)
}

/// The ways of one list, each with the names of the statements that go it.
type Ways<'a> = Vec<(String, Vec<&'a str>)>;

/// One line for each way to the rows of each list.
fn ways(answers: &[Answer]) -> String {
    let mut text = String::new();
    let mut groups: Vec<(&str, Ways<'_>)> = Vec::new();
    for Answer { question, plan } in answers {
        if groups
            .last()
            .is_none_or(|(group, _)| *group != question.group)
        {
            groups.push((&question.group, Vec::new()));
        }
        let Some((_, lines)) = groups.last_mut() else {
            continue;
        };
        let way = way(plan);
        match lines.iter_mut().find(|(known, _)| *known == way) {
            Some((_, names)) => names.push(&question.name),
            None => lines.push((way, vec![&question.name])),
        }
    }
    for (group, lines) in groups {
        let _ = writeln!(text, "\n{group}");
        for (way, names) in lines {
            text += &wrapped(&format!("  {}: {way}", together(&names)));
        }
    }
    text
}

/// Names, where an order without a place is every place of it.
fn together(names: &[&str]) -> String {
    let whole = |order: &str| {
        PLACES
            .iter()
            .all(|place| names.contains(&&*format!("{order} {place}")))
    };
    let mut all: Vec<&str> = Vec::new();
    for name in names {
        let order = name.split_once(' ').map_or("", |(order, _)| order);
        let name = if whole(order) { order } else { *name };
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all.join(", ")
}

fn way(plan: &Plan) -> String {
    let times = |count: usize| match count {
        1 => String::new(),
        _ => format!("{count} × "),
    };
    let ways = plan.ways();
    let ways = ways
        .iter()
        .map(|(way, count)| format!("{}{way}", times(*count)));
    let mut text = ways.collect::<Vec<_>>().join(", ");
    match plan.sorts() {
        0 => {}
        1 => text += "; sorts",
        many => {
            let _ = write!(text, "; {many} sorts");
        }
    }
    if text.is_empty() {
        "nothing to read".to_owned()
    } else {
        text
    }
}

/// Every plan once, below the statements that it answers, in the order of the first of them.
fn plans(answers: &[Answer]) -> String {
    let mut plans: Vec<(String, Vec<&Answer>)> = Vec::new();
    for answer in answers.iter().filter(|answer| answer.question.in_full) {
        let plan = answer.plan.to_string();
        match plans.iter_mut().find(|(known, _)| *known == plan) {
            Some((_, same)) => same.push(answer),
            None => plans.push((plan, vec![answer])),
        }
    }
    let mut text = String::from("\nPlans in full\n");
    for (plan, answers) in plans {
        text.push('\n');
        text += &asking(&answers);
        text += &plan;
    }
    text
}

/// The statements of one plan: those that ask at the same places of their lists together.
fn asking(answers: &[&Answer]) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for Answer { question, .. } in answers.iter().copied() {
        match groups.last_mut() {
            Some((group, names)) if *group == question.group => names.push(&question.name),
            _ => groups.push((&question.group, vec![&question.name])),
        }
    }
    let mut lines: Vec<(Vec<&str>, String)> = Vec::new();
    for (group, names) in groups {
        match lines.iter_mut().find(|(known, _)| *known == names) {
            Some((_, all)) => {
                all.push_str("; ");
                all.push_str(group);
            }
            None => lines.push((names, group.to_owned())),
        }
    }
    let line = |(names, all): (Vec<&str>, String)| wrapped(&format!("{all}: {}", together(&names)));
    lines.into_iter().map(line).collect()
}

fn wrapped(line: &str) -> String {
    let mut text = String::new();
    let mut width = 0;
    for word in line.split(' ') {
        let next = word.chars().count() + 1;
        if width > 0 && width + next > WIDTH {
            text.push_str("\n    ");
            width = 4;
        } else if width > 0 {
            text.push(' ');
        }
        text.push_str(word);
        width += next;
    }
    text.push('\n');
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
