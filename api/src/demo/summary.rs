//! What loading the demo did, as a table that a newcomer reads in a terminal.

use std::collections::BTreeSet;
use std::fmt;

use chrono::NaiveDate;
use entity::problem::ProblemCode;

use crate::registry::batch::{Batch, Outcome};
use crate::registry::plan::Plan;

/// The head of the table: one column an outcome.
const HEAD: [&str; 7] = ["步骤", "新增", "变更", "未变", "注销", "过时", "拒绝"];

/// What became of the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The day it is seen on.
    pub today: NaiveDate,
    /// Whether it was there before, so that nothing was touched.
    pub already: bool,
    /// One line a step.
    pub lines: Vec<Line>,
    /// The codes that refused or warned about the troubles.
    pub troubles: BTreeSet<ProblemCode>,
    /// What became of the filing.
    pub filing: Option<String>,
}

/// One step of the loading with its counts, in the order of the table's head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// What was done.
    pub step: String,
    /// New, changed, unchanged, closed, stale and refused.
    pub counts: [usize; 6],
}

impl Line {
    /// A line without counts.
    pub(super) fn new(step: impl Into<String>) -> Self {
        Self {
            step: step.into(),
            counts: [0; 6],
        }
    }

    /// Adds what became of a request's items.
    pub(super) fn add(&mut self, batch: &Batch) {
        let outcomes = [
            batch.count(Outcome::Created) + batch.count(Outcome::Reopened),
            batch.count(Outcome::Updated),
            batch.count(Outcome::Unchanged),
            batch.count(Outcome::Closed),
            batch.count(Outcome::Stale),
            batch.count(Outcome::Rejected),
        ];
        self.counts
            .iter_mut()
            .zip(outcomes)
            .for_each(|(sum, more)| *sum += more);
    }

    /// What applying a file did.
    pub(super) fn of_plan(step: impl Into<String>, plan: &Plan) -> Self {
        let [created, changed, unchanged, _left] = plan.counts();
        Self {
            step: step.into(),
            counts: [created, changed, unchanged, 0, 0, 0],
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.already {
            return write!(f, "演示数据已在库中，未作任何改动。");
        }
        writeln!(f, "演示数据（全部虚构，截至 {}）", self.today)?;
        let steps = self
            .lines
            .iter()
            .map(|line| width(&line.step))
            .max()
            .unwrap_or_default();
        let [step, counts @ ..] = HEAD;
        write!(f, "{step}{}", " ".repeat(steps.saturating_sub(width(step))))?;
        counts
            .iter()
            .try_for_each(|head| write!(f, "{}{head}", " ".repeat(4)))?;
        for line in &self.lines {
            write!(
                f,
                "\n{}{}",
                line.step,
                " ".repeat(steps.saturating_sub(width(&line.step)))
            )?;
            line.counts
                .iter()
                .try_for_each(|count| write!(f, "{count:>8}"))?;
        }
        if !self.troubles.is_empty() {
            write!(
                f,
                "\n问题示例：{} 种问题代码，见 docs/problems.md",
                self.troubles.len()
            )?;
        }
        self.filing
            .iter()
            .try_for_each(|filing| write!(f, "\n{filing}"))
    }
}

/// Columns on a terminal: Chinese characters take two.
fn width(text: &str) -> usize {
    text.chars()
        .map(|character| if character.is_ascii() { 1 } else { 2 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_aligned() {
        let summary = Summary {
            today: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(),
            already: false,
            lines: vec![
                Line {
                    step: "机关与地域".to_owned(),
                    counts: [22, 0, 0, 0, 0, 0],
                },
                Line {
                    step: "桔栈直播 登记".to_owned(),
                    counts: [620, 0, 0, 0, 0, 1],
                },
            ],
            troubles: BTreeSet::from([ProblemCode::UnderAge]),
            filing: Some("2026-07 报送：已接收".to_owned()),
        };
        let text = summary.to_string();
        let table: Vec<_> = text.lines().skip(1).take(3).map(width).collect();
        assert_eq!(table, [table[0]; 3], "{text}");
        assert!(text.ends_with("2026-07 报送：已接收"));
        assert!(text.contains("1 种问题代码"));
    }
}
