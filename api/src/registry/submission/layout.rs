//! Where things stand in a submission's workbooks: its sheets with their rows and columns, so that a reason for a
//! return points to a place that exists.

use entity::problem::{Finding, ProblemCode};
use entity::submission::Model;
use rules::edition::{Edition, EditionId, Report, edition};

use super::Reason;
use super::reading::SheetCount;
use super::row::Tab;
use crate::error::Error;
use crate::registry::text::sealed_words;

/// The longest message of a reason, in characters.
const MESSAGE: usize = 1_000;

/// The form that a submission was prepared by, which stays its own when the settings choose another edition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Printed {
    /// The edition of the law.
    pub(super) edition: &'static Edition,
    /// The report.
    pub(super) report: &'static Report,
}

impl Printed {
    /// The form of a submission.
    pub(super) fn of(row: &Model) -> Result<Self, Error> {
        let unknown = || Error::internal("the form of a submission")(row.edition.clone().into());
        let id: EditionId = row.edition.parse().map_err(|_| unknown())?;
        let edition = edition(id);
        let report = edition.report(row.report).ok_or_else(unknown)?;
        Ok(Self { edition, report })
    }

    /// The sheets with what a province adds to them.
    pub(super) fn tabs(&self, province: &str) -> Vec<Tab> {
        let sheets = self.report.sheets.iter();
        let tab = |sheet| Tab::new(sheet, self.edition.columns(sheet, province));
        sheets.map(tab).collect()
    }
}

/// The sheets of a submission that was written, with the rows of each.
pub(super) struct Layout {
    sheets: Vec<(Tab, u64)>,
}

impl Layout {
    /// The layout of a submission.
    pub(super) fn of(row: &Model) -> Result<Self, Error> {
        let counts: Vec<SheetCount> = serde_json::from_str(&row.counts)?;
        let counted = |tab: Tab| {
            let count = counts.iter().find(|count| count.sheet == tab.title);
            let rows = count.map_or(0, |count| count.rows);
            (tab, rows)
        };
        let tabs = Printed::of(row)?.tabs(&row.recipient).into_iter();
        Ok(Self {
            sheets: tabs.map(counted).collect(),
        })
    }

    /// What is wrong with the place of a reason.
    fn unplaced(&self, reason: &Reason) -> Option<Finding> {
        let unplaced = Finding::error(ProblemCode::ReasonUnplaced);
        let named = |(tab, _): &&(Tab, u64)| tab.title == reason.sheet;
        let Some((tab, rows)) = self.sheets.iter().find(named) else {
            return Some(unplaced.inside("sheet"));
        };
        let unplaced = unplaced.with("sheet", tab.title);
        let exists = |row: i64| u64::try_from(row).is_ok_and(|row| (1..=*rows).contains(&row));
        if reason.row.is_some_and(|row| !exists(row)) {
            return Some(unplaced.inside("row"));
        }
        let column = reason.column.as_deref();
        if column.is_some_and(|column| !tab.has_header(column)) {
            return Some(unplaced.inside("column"));
        }
        None
    }
}

/// The reasons as they are kept, or everything that is wrong with them.
pub(super) fn check_reasons(
    reasons: &[Reason],
    layout: &Layout,
) -> Result<Vec<Reason>, Vec<Finding>> {
    if reasons.is_empty() {
        let none = Finding::error(ProblemCode::ReasonsRequired);
        return Err(vec![none.inside("reasons")]);
    }
    let mut kept = Vec::with_capacity(reasons.len());
    let mut found = Vec::new();
    for (index, reason) in reasons.iter().enumerate() {
        let mut tell = |finding: Finding| found.push(finding.item(index).inside("reasons"));
        if let Some(finding) = layout.unplaced(reason) {
            tell(finding);
        }
        match sealed_words(&reason.message, MESSAGE) {
            Ok(message) => kept.push(Reason {
                message,
                ..reason.clone()
            }),
            Err(finding) => tell(finding.inside("message")),
        }
    }
    if found.is_empty() {
        Ok(kept)
    } else {
        Err(found)
    }
}
