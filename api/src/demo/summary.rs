//! What loading the demo did, as a table that a newcomer reads in a terminal.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::problem::ProblemCode;
use rules::label::Lang;

use crate::registry::batch::{Batch, Outcome};
use crate::registry::plan::Plan;
use crate::words::Words;

/// The head of the table: one column an outcome.
static HEAD: [Words; 7] = [
    Words::fixed("步骤", "step"),
    Words::fixed("新增", "new"),
    Words::fixed("变更", "changed"),
    Words::fixed("未变", "same"),
    Words::fixed("注销", "closed"),
    Words::fixed("过时", "stale"),
    Words::fixed("拒绝", "refused"),
];
/// How wide a column of counts is.
const COLUMN: usize = 9;

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
    pub filing: Option<Words>,
}

/// One step of the loading with its counts, in the order of the table's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What was done.
    pub step: Words,
    /// New, changed, unchanged, closed, stale and refused.
    pub counts: [usize; 6],
}

impl Line {
    /// A line without counts.
    pub(super) const fn new(step: Words) -> Self {
        Self {
            step,
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
    pub(super) fn of_plan(step: Words, plan: &Plan) -> Self {
        let [created, changed, unchanged, _left] = plan.counts();
        Self {
            step,
            counts: [created, changed, unchanged, 0, 0, 0],
        }
    }
}

impl Summary {
    /// The table as people read it.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        if self.already {
            let zh = "演示数据已在库中，未作任何改动。";
            return lang
                .pick(zh, "The demo is there already: nothing was touched.")
                .to_owned();
        }
        let today = self.today;
        let mut text = match lang {
            Lang::Zh => format!("演示数据（全部虚构，截至 {today}）\n"),
            Lang::En => format!("Demo data (all invented, as of {today})\n"),
        };
        let head = HEAD.each_ref().map(|head| head.say(lang));
        let [step, ..] = head;
        let steps = self.lines.iter().map(|line| line.step.say(lang));
        let widest = steps.chain([step]).map(width).max().unwrap_or_default();
        let padded = |text: &str| format!("{text}{}", " ".repeat(widest - width(text)));
        text.push_str(&padded(step));
        for count in head.iter().skip(1) {
            text.push_str(&right(count));
        }
        for line in &self.lines {
            text.push('\n');
            text.push_str(&padded(line.step.say(lang)));
            text.extend(line.counts.iter().map(|count| right(&count.to_string())));
        }
        let kinds = self.troubles.len();
        if kinds > 0 {
            let troubles = Words::new(
                format!("\n问题示例：{kinds} 种问题代码，见 docs/problems.md"),
                format!("\nProblem codes raised: {kinds}, see docs/problems.md"),
            );
            text.push_str(troubles.say(lang));
        }
        if let Some(filing) = &self.filing {
            text.push('\n');
            text.push_str(filing.say(lang));
        }
        text
    }
}

/// A count in its column.
fn right(text: &str) -> String {
    format!("{}{text}", " ".repeat(COLUMN.saturating_sub(width(text))))
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
                    step: Words::fixed("机关与地域", "offices and territories"),
                    counts: [22, 0, 0, 0, 0, 0],
                },
                Line {
                    step: Words::fixed("桔栈直播 登记", "桔栈直播 registered"),
                    counts: [620, 0, 0, 0, 0, 1],
                },
            ],
            troubles: BTreeSet::from([ProblemCode::UnderAge]),
            filing: Some(Words::fixed("2026-07 报送：已接收", "2026-07: accepted")),
        };
        for (lang, last, kinds) in [
            (Lang::Zh, "2026-07 报送：已接收", "1 种问题代码"),
            (Lang::En, "2026-07: accepted", "codes raised: 1"),
        ] {
            let text = summary.say(lang);
            let table: Vec<_> = text.lines().skip(1).take(3).map(width).collect();
            assert_eq!(table, [table[0]; 3], "{text}");
            assert!(text.ends_with(last) && text.contains(kinds), "{text}");
        }
    }
}
