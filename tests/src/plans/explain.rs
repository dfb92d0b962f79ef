//! A plan as the database tells it, without times, costs and literals, and what in it reads a whole table or a whole index.
//! Such a scan is one by whatever name: `SCAN … USING INDEX` reads all of an index, and so does an index scan without a
//! condition.

use std::fmt;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, Statement};

/// The tables that grow without bound.
const LARGE: [&str; 6] = [
    "registration",
    "revision",
    "party",
    "account",
    "submission_row",
    "audit",
];
/// What PostgreSQL writes before a node below another.
const ARROW: &str = "-> ";

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    lines: Vec<Line>,
    /// What reads the whole of a large table, as the plan words it.
    pub scans: Vec<String>,
}

/// A step, or what is said of one; what belongs to it is deeper.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    depth: usize,
    text: String,
}

/// A step of `EXPLAIN QUERY PLAN`.
pub(crate) struct Step {
    pub(crate) id: i32,
    pub(crate) parent: i32,
    pub(crate) detail: String,
}

/// Asks for the plan of a statement, with the values that it has.
///
/// # Errors
/// When the database refuses it.
pub async fn explain(db: &DatabaseConnection, mut statement: Statement) -> Result<Plan, DbErr> {
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    let ask = if postgres {
        "EXPLAIN (COSTS OFF)"
    } else {
        "EXPLAIN QUERY PLAN"
    };
    statement.sql = format!("{ask} {}", statement.sql);
    let rows = db.query_all_raw(statement).await?;
    if postgres {
        let told = rows.iter().map(|row| row.try_get_by_index(0));
        return Ok(Plan::of_postgres(&told.collect::<Result<Vec<_>, _>>()?));
    }
    let step = |row: &sea_orm::QueryResult| {
        Ok::<_, DbErr>(Step {
            id: row.try_get("", "id")?,
            parent: row.try_get("", "parent")?,
            detail: row.try_get("", "detail")?,
        })
    };
    let steps = rows.iter().map(step).collect::<Result<Vec<_>, _>>()?;
    Ok(Plan::of_sqlite(&steps))
}

impl Plan {
    /// From what `EXPLAIN (COSTS OFF)` tells: what belongs to a node is six characters deeper than its arrow.
    pub(crate) fn of_postgres(told: &[String]) -> Self {
        let line = |line: &String| {
            let text = line.trim_start();
            let node = text.strip_prefix("->").map(str::trim_start);
            let text = node.map_or_else(|| plain(text), |node| format!("{ARROW}{}", plain(node)));
            let depth = (line.len() - line.trim_start().len() + 4) / 6;
            Line { depth, text }
        };
        let lines: Vec<Line> = told.iter().map(line).collect();
        let scans = lines.iter().enumerate().filter(|(n, line)| {
            let below = lines.get(n + 1..).unwrap_or_default();
            let details = below.iter().take_while(|other| other.depth > line.depth);
            reads_all(line.step(), details.map(|line| line.text.as_str()))
        });
        Self {
            scans: scans.map(|(_, line)| line.step().to_owned()).collect(),
            lines,
        }
    }

    /// From the steps of `EXPLAIN QUERY PLAN`. A subquery may bear a table's name; then a step beside it makes it.
    pub(crate) fn of_sqlite(steps: &[Step]) -> Self {
        let mut depths = vec![(0, 0)];
        let mut lines = Vec::new();
        let mut scans = Vec::new();
        for step in steps {
            let above = depths.iter().find(|(id, _)| *id == step.parent);
            let depth = above.map_or(0, |(_, depth)| *depth);
            depths.push((step.id, depth + 1));
            let scanned = step.detail.strip_prefix("SCAN ").unwrap_or_default();
            let scanned = scanned.split(' ').next().unwrap_or_default();
            let makes = ["CO-ROUTINE", "MATERIALIZE"].map(|word| format!("{word} {scanned}"));
            let beside = steps.iter().filter(|other| other.parent == step.parent);
            let made = beside.map(|other| &other.detail).any(|d| makes.contains(d));
            if LARGE.contains(&scanned) && !made {
                scans.push(step.detail.clone());
            }
            let text = step.detail.clone();
            lines.push(Line { depth, text });
        }
        Self { lines, scans }
    }

    /// Whether it uses an index.
    #[must_use]
    pub fn uses(&self, index: &str) -> bool {
        let mut words = self.lines.iter().flat_map(|line| line.text.split(' '));
        words.any(|word| word == index)
    }

    /// How many of its steps sort rows that came in another order.
    #[must_use]
    pub fn sorts(&self) -> usize {
        let sorts = |line: &&Line| {
            line.step().ends_with("Sort") || line.text.contains("TEMP B-TREE FOR ORDER BY")
        };
        self.lines.iter().filter(sorts).count()
    }
}

impl fmt::Display for Plan {
    /// Neighbouring steps that are alike are written once, with their number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_folded(&self.lines, f)
    }
}

impl Line {
    fn step(&self) -> &str {
        self.text.strip_prefix(ARROW).unwrap_or(&self.text)
    }
}

fn write_folded(lines: &[Line], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut rest = lines;
    while let Some((first, below)) = rest.split_first() {
        let inside = below.iter().take_while(|line| line.depth > first.depth);
        let size = 1 + inside.count();
        let this = rest.get(..size).unwrap_or_default();
        let times = rest.chunks(size).take_while(|next| *next == this).count();
        let (arrow, step) = (first.text.len() - first.step().len(), first.step());
        let arrow = first.text.get(..arrow).unwrap_or_default();
        write!(f, "  {:indent$}{arrow}", "", indent = 2 * first.depth)?;
        if times > 1 {
            write!(f, "{times} × ")?;
        }
        writeln!(f, "{step}")?;
        write_folded(below.get(..size - 1).unwrap_or_default(), f)?;
        rest = rest.get(times * size..).unwrap_or_default();
    }
    Ok(())
}

/// Whether a node of PostgreSQL, given its details, reads a whole large table or a whole index of one.
fn reads_all<'a>(node: &str, mut details: impl Iterator<Item = &'a str>) -> bool {
    let Some((scan, table)) = node.split_once(" on ") else {
        return false;
    };
    let table = table.split(' ').next().unwrap_or(table);
    let of_index = scan.contains("Index") && !scan.contains("Bitmap");
    let mut unbounded = || !details.any(|detail| detail.starts_with("Index Cond"));
    LARGE.contains(&table) && (scan.ends_with("Seq Scan") || of_index && unbounded())
}

/// A line without its literals, their casts, and the numbers of tables that come several times.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, quoted)) = rest.split_once('\'') {
        let (_, after) = quoted.split_once('\'').unwrap_or((quoted, ""));
        text += before;
        text += "…";
        rest = after.strip_prefix("::").map_or(after, |cast| {
            let end = cast.find([')', ',']).unwrap_or(cast.len());
            cast.get(end..).unwrap_or_default()
        });
    }
    text += rest;
    let words = text.split(' ').map(|word| match word.rsplit_once('_') {
        Some((table, number))
            if LARGE.contains(&table) && number.bytes().all(|digit| digit.is_ascii_digit()) =>
        {
            table
        }
        _ => word,
    });
    words.collect::<Vec<_>>().join(" ")
}
