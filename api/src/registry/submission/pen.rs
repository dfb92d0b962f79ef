//! The hand that writes: one blocking thread opens frozen revisions and puts them into the workbooks, so that neither
//! the sealing nor the paperwork holds up the requests of this process. It holds one batch of rows at a time.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use entity::id::{PartyId, RegistrationId};
use entity::kind::{RowState, SubjectKind};
use entity::problem::Finding;
use entity::submission::row;
use entity::{party, revision};
use reports::{Cover, Form, Options, Part, ReportError, SubmissionWriter};
use tokio::sync::mpsc;

use super::layout::Printed;
use super::reading::SheetCount;
use super::row::Tab;
use crate::app::App;
use crate::error::Error;
use crate::registry::division::Gazetteer;
use crate::registry::party::open;
use crate::registry::registration::facts::open as open_facts;

/// So many problems are kept; all rows that have one are counted.
const PROBLEMS: usize = 100;

/// What the hand is given.
pub(super) enum Message {
    /// The next rows of a sheet.
    Rows(Batch),
    /// That was all.
    End,
}

/// Rows of one sheet with what they were frozen with, in order of registration.
pub(super) struct Batch {
    /// The sheet's place in the report.
    pub(super) sheet: usize,
    /// The frozen rows.
    pub(super) rows: Vec<row::Model>,
    /// The revisions that they froze.
    pub(super) revisions: HashMap<RegistrationId, revision::Model>,
    /// The parties that these name.
    pub(super) parties: HashMap<PartyId, party::Model>,
    /// The agencies of streamers, as they stood at the freeze.
    pub(super) agencies: Vec<(party::Model, revision::Model)>,
}

/// What writing starts from.
pub(super) struct Desk {
    /// The keys.
    pub(super) app: Arc<App>,
    /// The form.
    pub(super) printed: Printed,
    /// The province that receives it.
    pub(super) province: String,
    /// What the first sheet says.
    pub(super) cover: Cover,
    /// Every division.
    pub(super) gazetteer: Gazetteer,
}

/// Finished workbooks that are not stored yet.
pub(super) struct Written {
    /// The workbooks.
    pub(super) parts: Vec<Part>,
    /// What the names of all files begin with.
    pub(super) stem: String,
    /// What stands in them.
    pub(super) contents: Contents,
}

/// What stands in the workbooks.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The rows of each sheet.
    pub counts: Vec<SheetCount>,
    /// How many rows lack a cell that the law asks for.
    pub problem_count: i64,
    /// The first of the empty cells.
    pub problems: Vec<Finding>,
}

/// Writes what comes until the end; what ends without one is given up.
pub(super) fn write(desk: &Desk, mut from: mpsc::Receiver<Message>) -> Result<Written, Error> {
    let Printed { edition, report } = desk.printed;
    let form = Form {
        edition,
        report,
        province: &desk.province,
    };
    let settings = &desk.app.settings;
    let temp_dir: PathBuf = settings
        .files
        .temp_dir
        .clone()
        .unwrap_or_else(std::env::temp_dir);
    let options = Options {
        temp_dir: &temp_dir,
        max_rows: settings.submission.sheet_rows,
    };
    let mut hand = Hand {
        desk,
        writer: SubmissionWriter::new(form, desk.cover.clone(), &options).map_err(fault)?,
        sheets: desk
            .printed
            .tabs(&desk.province)
            .into_iter()
            .map(Ledger::of)
            .collect(),
        contents: Contents::default(),
    };
    loop {
        match from.blocking_recv() {
            Some(Message::Rows(batch)) => hand.rows(batch)?,
            Some(Message::End) => return hand.finish(),
            None => {
                return Err(Error::internal("workbook")(
                    "writing was interrupted".into(),
                ));
            }
        }
    }
}

struct Hand<'a> {
    desk: &'a Desk,
    writer: SubmissionWriter<'a>,
    sheets: Vec<Ledger>,
    contents: Contents,
}

/// What was written on one sheet.
struct Ledger {
    tab: Tab,
    seq: u32,
    states: Vec<(RowState, u64)>,
}

impl Ledger {
    fn of(tab: Tab) -> Self {
        Self {
            tab,
            seq: 0,
            states: RowState::ALL.iter().map(|state| (*state, 0)).collect(),
        }
    }

    fn count(self) -> SheetCount {
        let states = self.states.into_iter();
        SheetCount {
            sheet: self.tab.title.to_owned(),
            rows: u64::from(self.seq),
            states: states.filter(|(_, rows)| *rows > 0).collect(),
        }
    }
}

impl Hand<'_> {
    fn rows(&mut self, batch: Batch) -> Result<(), Error> {
        let lost = || Error::internal("workbook")("a frozen row lacks what it froze".into());
        let agencies = names(&self.desk.app, batch.agencies)?;
        let sheet = self.sheets.get_mut(batch.sheet).ok_or_else(lost)?;
        for row in batch.rows {
            let frozen = batch.revisions.get(&row.registration_id).ok_or_else(lost)?;
            let party = batch.parties.get(&frozen.party_id).ok_or_else(lost)?;
            let facts = open_facts(&self.desk.app, sheet.tab.subject, frozen)?;
            let identity = open(&self.desk.app, party)?;
            sheet.seq += 1;
            let place = (sheet.seq, row.state);
            let filed = sheet
                .tab
                .row(place, &identity, &facts, (&self.desk.gazetteer, &agencies));
            self.writer.row(batch.sheet, &filed).map_err(fault)?;
            for (state, rows) in &mut sheet.states {
                *rows += u64::from(*state == row.state);
            }
            let mut problems = sheet.tab.problems(&filed).peekable();
            self.contents.problem_count += i64::from(problems.peek().is_some());
            let room = PROBLEMS.saturating_sub(self.contents.problems.len());
            self.contents.problems.extend(problems.take(room));
        }
        Ok(())
    }

    fn finish(self) -> Result<Written, Error> {
        let counts = self.sheets.into_iter().map(Ledger::count).collect();
        let stem = self.writer.stem();
        Ok(Written {
            parts: self.writer.finish().map_err(fault)?,
            stem,
            contents: Contents {
                counts,
                ..self.contents
            },
        })
    }
}

/// What agencies are called, by their credit codes.
fn names(
    app: &App,
    agencies: Vec<(party::Model, revision::Model)>,
) -> Result<HashMap<String, String>, Error> {
    let mut names = HashMap::with_capacity(agencies.len());
    for (party, revised) in agencies {
        let number = open(app, &party)?.number().to_owned();
        let facts = open_facts(app, SubjectKind::Agency, &revised)?;
        names.insert(number, facts.name().to_owned());
    }
    Ok(names)
}

/// What went wrong with the paperwork; its words name sheets and columns, never a cell's text.
pub(super) fn fault(source: ReportError) -> Error {
    Error::internal("workbook")(source.into())
}
