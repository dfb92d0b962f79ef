//! Entries given out: a line each, as JSON or for a spreadsheet, a bounded number at a time.

use std::fmt::Write as _;

use entity::audit::{self, Filter, Key, Model, Reach};
use sea_orm::QuerySelect as _;
use serde_json::{Value, json};

use super::reading::{reach, told};
use crate::app::App;
use crate::audit::{Entry, Outcome, observe, record_house};
use crate::auth::Caller;
use crate::error::Error;

/// Entries read at a time.
const AT_A_TIME: u64 = 2_000;
/// The deed, as the audit calls it.
const OPERATION: &str = "exportAudit";

/// How an entry is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// One JSON object a line.
    #[default]
    Jsonl,
    /// Comma-separated values (RFC 4180) with a header.
    Csv,
}

impl std::str::FromStr for Form {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "jsonl" => Ok(Self::Jsonl),
            "csv" => Ok(Self::Csv),
            _ => Err(Error::bad_input(
                "format 只能是 jsonl 或 csv",
                "format is jsonl or csv",
            )),
        }
    }
}

/// What is given out, and how far it is.
#[derive(Debug)]
pub struct Export {
    reach: Reach,
    filter: Filter,
    form: Form,
    after: Option<Key>,
    begun: bool,
}

impl Export {
    /// An export for a caller, of what is within its reach; recorded before anything is given out.
    pub async fn of(app: &App, caller: &Caller, filter: Filter, form: Form) -> Result<Self, Error> {
        let reach = reach(caller)?;
        observe(app, caller, entry(&filter)).await?;
        Ok(Self::new(reach, filter, form))
    }

    /// An export for whoever runs the house, of everything; recorded before anything is given out.
    pub async fn of_house(app: &App, filter: Filter, form: Form) -> Result<Self, Error> {
        record_house(app, &app.db, entry(&filter)).await?;
        Ok(Self::new(Reach::All, filter, form))
    }

    const fn new(reach: Reach, filter: Filter, form: Form) -> Self {
        Self {
            reach,
            filter,
            form,
            after: None,
            begun: false,
        }
    }

    /// The next lines and how many entries they tell; nothing once all is told.
    pub async fn next(&mut self, app: &App) -> Result<Option<(String, u64)>, Error> {
        let page = audit::within(self.reach, &self.filter, self.after).limit(AT_A_TIME);
        let entries = page.all(&app.db).await?;
        let mut text = String::new();
        if !self.begun && self.form == Form::Csv {
            text = format!("{}\r\n", COLUMNS.join(","));
        }
        if entries.is_empty() && (self.begun || text.is_empty()) {
            return Ok(None);
        }
        self.begun = true;
        if let Some(last) = entries.last() {
            self.after = Some((last.at, last.id));
        }
        for row in &entries {
            line(&mut text, row, self.form);
        }
        Ok(Some((text, entries.len() as u64)))
    }
}

fn entry(filter: &Filter) -> Entry {
    Entry {
        operation: OPERATION,
        outcome: Outcome::Read,
        subjects: Vec::new(),
        detail: json!({ "filter": told(filter) }),
        party: filter.party,
        purpose: None,
    }
}

const COLUMNS: [&str; 15] = [
    "id",
    "at",
    "client",
    "role",
    "office",
    "platform",
    "requestId",
    "operation",
    "outcome",
    "subjects",
    "party",
    "purpose",
    "detail",
    "segment",
    "position",
];

fn line(text: &mut String, row: &Model, form: Form) {
    let cells = [
        Some(row.id.to_string()),
        Some(row.at.to_rfc3339()),
        row.client_id.map(|id| id.to_string()),
        Some(row.role.as_str().to_owned()),
        row.office_id.map(|id| id.to_string()),
        row.platform_id.map(|id| id.to_string()),
        Some(row.request_id.clone()),
        Some(row.operation.clone()),
        Some(row.outcome.clone()),
        Some(row.subjects.clone()),
        row.party_id.map(|id| id.to_string()),
        row.purpose.clone(),
        Some(row.detail.clone()),
        row.segment.map(|number| number.to_string()),
        row.position.map(|place| place.to_string()),
    ];
    match form {
        Form::Csv => {
            let cells: Vec<_> = cells
                .iter()
                .map(|cell| quoted(cell.as_deref().unwrap_or_default()))
                .collect();
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        }
        Form::Jsonl => {
            let named = COLUMNS.iter().zip(cells);
            let members = named.map(|(name, cell)| ((*name).to_owned(), Value::from(cell)));
            // Writing into a text does not fail.
            let _ = writeln!(text, "{}", Value::Object(members.collect()));
        }
    }
}

/// A cell that no spreadsheet takes for a formula.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}
