//! A plan as the database tells it, without times, costs and literals, and what in it reads a whole table or a whole index.
//! Such a scan is one by whatever name: `SCAN … USING INDEX` reads all of an index, and so does an index scan without a
//! condition.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

/// The tables that grow without bound.
const LARGE: [&str; 13] = [
    "registration",
    "revision",
    "party",
    "party_link",
    "account",
    "tie",
    "submission_row",
    "audit",
    "import_job",
    "import_stage",
    "import_mapping",
    "survey_book",
    "survey_difference",
];
/// Indexes that hold only what waits, and from which a row goes when it is done: whoever reads all of one reads little.
const WAITING: [&str; 2] = ["ix_import_job_at_work", "ix_import_job_unreturned"];
/// What PostgreSQL checks row by row, which says nothing of the way to the rows.
const CHECKS: [&str; 2] = ["Filter:", "Recheck Cond:"];
/// How much of a sort or group key is shown.
const KEY: usize = 80;
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
pub async fn explain<C: ConnectionTrait>(db: &C, mut statement: Statement) -> Result<Plan, DbErr> {
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
            let (above, below) = (lines.get(..*n), lines.get(n + 1..));
            let (above, below) = (above.unwrap_or_default(), below.unwrap_or_default());
            let details = below.iter().take_while(|other| other.depth > line.depth);
            // What stands beside a condition that is never true is not run.
            let mut beside = above
                .iter()
                .rev()
                .take_while(|other| other.depth >= line.depth);
            let never = beside.any(|other| other.text == "One-Time Filter: false");
            !never && reads_all(line.step(), details.map(|line| line.text.as_str()))
        });
        let scans = scans.map(|(_, line)| line.step().to_owned()).collect();
        let checks = |line: &Line| CHECKS.iter().any(|check| line.text.starts_with(check));
        let lines = lines.into_iter().filter(|line| !checks(line)).collect();
        Self { lines, scans }
    }

    /// From the steps of `EXPLAIN QUERY PLAN`. A compound of many comes as a tree of pairs, which are left out.
    pub(crate) fn of_sqlite(steps: &[Step]) -> Self {
        let mut depths = vec![(0, 0, false)];
        let mut lines = Vec::new();
        let mut scans = Vec::new();
        for step in steps {
            let above = depths.iter().find(|(id, ..)| *id == step.parent);
            let (depth, paired) = above.map_or((0, false), |(_, depth, pair)| (*depth, *pair));
            let half = ["LEFT", "RIGHT"].contains(&step.detail.as_str());
            if half || paired && step.detail.starts_with("MERGE") {
                depths.push((step.id, depth, half));
                continue;
            }
            depths.push((step.id, depth + 1, false));
            if step.reads_all(steps) {
                scans.push(step.detail.clone());
            }
            let text = unnumbered(&step.detail);
            lines.push(Line { depth, text });
        }
        Self { lines, scans }
    }

    /// The ways to the rows: each index, or table that is read in full, with how often it is used.
    #[must_use]
    pub fn ways(&self) -> BTreeMap<&str, usize> {
        let mut ways = BTreeMap::new();
        for way in self.lines.iter().filter_map(Line::way) {
            *ways.entry(way).or_default() += 1;
        }
        ways
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

impl Step {
    /// Whether it reads a whole large table or a whole index of one. A subquery may bear a table's name; then a step
    /// beside it makes it.
    fn reads_all(&self, steps: &[Self]) -> bool {
        let mut words = self.detail.split(' ');
        let (Some(step), Some(name)) = (words.next(), words.next()) else {
            return false;
        };
        let makes = ["CO-ROUTINE", "MATERIALIZE"].map(|word| format!("{word} {name}"));
        let mut beside = steps.iter().filter(|other| other.parent == self.parent);
        let unbounded = step == "SCAN" || step == "SEARCH" && !self.detail.contains("=?");
        let waits = WAITING.iter().any(|index| self.detail.contains(index));
        let large = LARGE.contains(&name) && unbounded && !waits;
        large && !beside.any(|other| makes.contains(&other.detail))
    }
}

impl fmt::Display for Plan {
    /// Without direction and cursor. Steps beside each other that are alike are written once, with their number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_folded(&self.lines, f)
    }
}

impl Line {
    fn step(&self) -> &str {
        self.text.strip_prefix(ARROW).unwrap_or(&self.text)
    }

    /// The index that the step reads, or all of the step where it reads a table without one.
    fn way(&self) -> Option<&str> {
        let step = self.step();
        let after = |words: &str| step.split_once(words).map(|(_, rest)| rest);
        let index = after(" using ")
            .or_else(|| after("Bitmap Index Scan on "))
            .or_else(|| after(" INDEX "));
        match index {
            Some(index) => index.split(' ').next(),
            None => step.contains("Seq Scan").then_some(step),
        }
    }
}

/// A step without direction and cursor: a page backwards, or from somewhere on, is the same plan from another place. Long
/// keys are cut.
fn anywhere(step: &str) -> String {
    const CURSORS: [&str; 6] = [
        " AND (id > …)",
        " AND (ROW(updated_at, id) > ROW(…, …))",
        " AND (ROW(verified_on, id) > ROW(…, …))",
        " AND id>?",
        " AND (updated_at,id)>(?,?)",
        " AND (verified_on,id)>(?,?)",
    ];
    let mut step = step.replace("Scan Backward", "Scan").replace(" DESC", "");
    for after in CURSORS {
        step = step
            .replace(after, "")
            .replace(&after.replace('>', "<"), "");
    }
    if step.contains("Key:") && step.chars().count() > KEY {
        return step.chars().take(KEY).chain(" …".chars()).collect();
    }
    step
}

fn write_folded(lines: &[Line], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut rest = lines;
    let mut trees: Vec<(&[Line], usize)> = Vec::new();
    while let Some((first, below)) = rest.split_first() {
        let inside = below.iter().take_while(|line| line.depth > first.depth);
        let (tree, others) = rest.split_at(1 + inside.count());
        match trees.iter_mut().find(|(known, _)| *known == tree) {
            Some((_, times)) => *times += 1,
            None => trees.push((tree, 1)),
        }
        rest = others;
    }
    for (tree, times) in trees {
        let Some((first, below)) = tree.split_first() else {
            continue;
        };
        let arrow = if first.text.starts_with(ARROW) {
            ARROW
        } else {
            ""
        };
        write!(f, "  {:indent$}{arrow}", "", indent = 2 * first.depth)?;
        if times > 1 {
            write!(f, "{times} × ")?;
        }
        writeln!(f, "{}", anywhere(first.step()))?;
        write_folded(below, f)?;
    }
    Ok(())
}

/// Whether a node of PostgreSQL, given its details, reads a whole large table or a whole index. Reading an index from
/// somewhere to its end is no better.
fn reads_all<'a>(node: &str, mut details: impl Iterator<Item = &'a str>) -> bool {
    let Some((scan, name)) = node.split_once(" on ") else {
        return false;
    };
    let name = name.split(' ').next().unwrap_or(name);
    if WAITING.iter().any(|index| node.contains(index)) {
        return false;
    }
    let mut unbounded = || !details.any(|d| d.starts_with("Index Cond") && d.contains(" = "));
    match scan.contains("Index") {
        true if scan.starts_with("Bitmap") => unbounded(),
        true => LARGE.contains(&name) && unbounded(),
        false => LARGE.contains(&name) && scan.ends_with("Seq Scan"),
    }
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
    let names = text.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_');
    let plain = names.map(|name| {
        let word = name.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_');
        match word.rsplit_once('_') {
            Some((table, number)) if number.bytes().all(|digit| digit.is_ascii_digit()) => {
                name.replacen(word, table, 1)
            }
            _ => name.to_owned(),
        }
    });
    let plain = unnumbered(&plain.collect::<String>());
    let mut words: Vec<&str> = plain.split(' ').collect();
    words.dedup();
    words.join(" ")
}

/// A line without the numbers of its subqueries.
fn unnumbered(line: &str) -> String {
    let mut text = line.to_owned();
    for name in ["SubPlan ", "InitPlan ", "SUBQUERY "] {
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| rest.find(name)) {
            from += at + name.len();
            let rest = text.get(from..).unwrap_or_default();
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            text.replace_range(from..from + digits, "…");
            from += "…".len();
        }
    }
    text
}
