//! From the parts of a file to chunks of staged rows, on a thread of its own: what a sheet means is work for the processor,
//! and it goes on while the chunk before is judged against the database.

use std::collections::BTreeSet;
use std::sync::Arc;

use entity::kind::ImportKind;
use entity::problem::{Finding, ProblemCode, Step};
use reports::survey::raw::{Part as RawPart, Refusal};
use reports::survey::returned::Sheet;
use reports::survey::table::{Event, Filled, HeadRow, Record, Scan, Skipped, Table};
use rules::survey::{Mappings, Words};
use tokio::sync::mpsc::{Receiver, Sender};

use super::book::Books;
use super::layout::{Column, HeadFact, Layout, sample};
use super::prepare::Prepared;
use super::staged::{Cell, Part, Row};
use super::wanting::Columns;
use super::{ROWS, Survey};

/// A chunk that is ready to be judged.
pub(super) struct Batch {
    pub rows: Vec<Row>,
    pub prepared: Prepared,
    /// The columns of the tables so far.
    pub columns: Arc<Columns>,
}

/// What the whole file came to.
pub(super) struct Scanned {
    pub layout: Layout,
    pub kind: Option<ImportKind>,
    /// Whether the file was read to its end.
    pub whole: bool,
}

/// Reads parts into chunks until they end or nobody listens any more.
pub(super) fn scan(
    survey: &Arc<Survey>,
    (learned, layout): (&Mappings, Layout),
    mut books: Books,
    mut parts: Receiver<RawPart>,
    out: &Sender<Batch>,
) -> Scanned {
    let mut scan = Scan::new(Words::standard(), layout.given, learned);
    let mut reading = Reading::of(layout);
    let mut in_sheet = false;
    let mut whole = false;
    let most = survey.app.settings.import.chunk_lines.min(ROWS);
    while let Some(part) = parts.blocking_recv() {
        let events = match part {
            RawPart::Format(_) => Vec::new(),
            RawPart::Sheet(sheet) => {
                let mut events = if in_sheet {
                    scan.end_sheet()
                } else {
                    Vec::new()
                };
                in_sheet = true;
                events.extend(scan.sheet(&sheet));
                events
            }
            RawPart::Row(row) => scan.row(row),
            RawPart::End => {
                whole = true;
                if in_sheet {
                    scan.end_sheet()
                } else {
                    Vec::new()
                }
            }
            RawPart::Refused(refusal) => {
                reading.layout.findings.push(refused(&refusal));
                break;
            }
        };
        for event in events {
            reading.take(event);
        }
        while reading.rows.len() >= most {
            let rest = reading.rows.split_off(most);
            let rows = std::mem::replace(&mut reading.rows, rest);
            if !send(survey, &mut books, (rows, &reading.columns), out) {
                return reading.done(false);
            }
        }
    }
    if whole && !reading.rows.is_empty() {
        let rows = std::mem::take(&mut reading.rows);
        whole = send(survey, &mut books, (rows, &reading.columns), out);
    }
    reading.done(whole)
}

fn send(
    survey: &Arc<Survey>,
    books: &mut Books,
    (rows, columns): (Vec<Row>, &Arc<Columns>),
    out: &Sender<Batch>,
) -> bool {
    let prepared = Prepared::of(survey, books, &rows, &BTreeSet::new());
    let batch = Batch {
        rows,
        prepared,
        columns: Arc::clone(columns),
    };
    out.blocking_send(batch).is_ok()
}

struct Reading {
    layout: Layout,
    columns: Arc<Columns>,
    rows: Vec<Row>,
    places: i64,
    kind: ImportKind,
    kinds: BTreeSet<&'static str>,
    first: Option<ImportKind>,
}

impl Reading {
    fn of(layout: Layout) -> Self {
        Self {
            layout: Layout {
                given: layout.given,
                said: layout.said,
                ..Layout::default()
            },
            columns: Arc::default(),
            rows: Vec::new(),
            places: 0,
            kind: ImportKind::Mixed,
            kinds: BTreeSet::new(),
            first: None,
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Table(table) => self.table(table),
            Event::Record(record) => self.record(record),
            Event::Skipped(skipped) => self.skipped(&skipped),
            Event::Fact(fact) => self.layout.facts.push(HeadFact {
                sheet: String::new(),
                kind: fact.kind,
                text: fact.text,
            }),
            Event::Told(told) => self.layout.findings.push(told.finding),
        }
    }

    /// Keeps a sheet in mind, and the header of a table in it.
    fn sheet(&mut self, name: &str, header: Option<u32>) {
        let sheets = &mut self.layout.sheets;
        if sheets.last().is_none_or(|last| last.name != name) {
            sheets.push(Sheet {
                name: name.to_owned(),
                headers: Vec::new(),
            });
        }
        if let Some(last) = sheets.last_mut() {
            last.headers.extend(header);
        }
    }

    fn table(&mut self, table: Table) {
        let header = table
            .head
            .iter()
            .rfind(|(_, what)| *what == HeadRow::Header);
        let header = header.filter(|_| table.kind != ImportKind::Form);
        self.sheet(&table.sheet, header.map(|(row, _)| row + 1));
        self.kind = table.kind;
        self.first.get_or_insert(table.kind);
        self.kinds.insert(table.kind.as_str());
        let sheet = table.sheet.to_string();
        let signature = table.signature;
        let columns = table.columns.into_iter().map(|column| Column {
            sheet: sheet.clone(),
            column: column.column,
            header: column.header,
            field: column.field,
            confidence: column.confidence,
            samples: column
                .samples
                .iter()
                .map(|raw| sample(column.field, raw))
                .collect(),
            signature: signature.clone(),
        });
        let columns: Vec<Column> = columns.collect();
        Arc::make_mut(&mut self.columns).add(&columns);
        self.layout.columns.extend(columns);
        let facts = table.facts.into_iter();
        self.layout.facts.extend(facts.map(|fact| HeadFact {
            sheet: sheet.clone(),
            kind: fact.kind,
            text: fact.text,
        }));
    }

    fn record(&mut self, record: Record) {
        self.sheet(&record.sheet, None);
        self.places += 1;
        let (sheet, row) = (Arc::clone(&record.sheet), record.row);
        let parts = record.into_parts().into_iter().map(|cells| Part {
            kind: self.kind,
            cells: cells.into_iter().map(cell).collect(),
        });
        let parts = parts.collect();
        self.rows.push(Row {
            place: self.places,
            sheet,
            row,
            parts,
            skipped: None,
        });
    }

    fn skipped(&mut self, skipped: &Skipped) {
        self.sheet(&skipped.sheet, None);
        let why = serde_json::to_value(skipped.why).ok();
        let why = why.and_then(|why| why.as_str().map(str::to_owned));
        for offset in 0..skipped.rows {
            self.places += 1;
            let row = skipped.row + offset;
            let mut told = Finding::hint(ProblemCode::SurveyRowSkipped)
                .with("why", why.clone().unwrap_or_default());
            told.path = vec![
                Step::Field(skipped.sheet.to_string().into()),
                Step::Field(row.to_string().into()),
            ];
            self.rows.push(Row {
                place: self.places,
                sheet: Arc::clone(&skipped.sheet),
                row,
                parts: Vec::new(),
                skipped: Some(told),
            });
        }
    }

    fn done(self, whole: bool) -> Scanned {
        let kind = self.layout.given.or(match self.kinds.len() {
            0 | 1 => self.first,
            _ => Some(ImportKind::Mixed),
        });
        Scanned {
            layout: self.layout,
            kind,
            whole,
        }
    }
}

fn cell(filled: Filled) -> Cell {
    Cell {
        field: filled.field,
        text: filled.text,
        at: filled.at,
        findings: filled.findings,
    }
}

/// Why a file cannot be read, as a problem of the import.
fn refused(refusal: &Refusal) -> Finding {
    let error = |code| Finding::error(code).inside("file");
    match refusal {
        Refusal::Empty => error(ProblemCode::SurveyEmpty),
        Refusal::Foreign(what) => error(ProblemCode::SurveyForeign).with("what", what),
        Refusal::Protected => error(ProblemCode::SurveyProtected),
        Refusal::Damaged => error(ProblemCode::SurveyDamaged),
        Refusal::TooLarge { setting, most } => error(ProblemCode::SurveyTooLarge)
            .with("setting", setting)
            .with("max", most.to_string()),
        Refusal::Dangerous(what) => error(ProblemCode::SurveyDangerous).with("what", what),
        Refusal::Encoding => error(ProblemCode::SurveyEncoding),
    }
}
