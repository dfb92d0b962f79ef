//! 批量筛查: a workbook or a text of names and numbers, each row asked as one question of the blacklist, and given back with
//! the answers in columns behind. What is told is what the client who asked may know, and each batch of rows is one look on
//! record. A process that dies leaves its claim to the next one, which begins anew: nothing but looks is written before the
//! result.

mod begin;
mod carry;
pub mod rows;

use entity::id::ScreeningId;
use entity::kind::ScreeningState;
use entity::problem::{Finding, ProblemCode};
use entity::screening::{self, Model};
use reports::screening::{Limits, TableError};
use rules::label::Lang;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::deed::Recorded;
use super::id_page::{IdPage, Rows};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::scope::Scope;

pub use begin::{ScreenFile, begin, cancel};
pub use carry::{carry_out, claim, waiting};

/// Columns of a table.
const COLUMNS: usize = 256;

/// What a deed on a screening ended in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Done {
    /// The screening, where it may be shown.
    pub screening: Option<ScreeningId>,
    /// Whether something was written.
    pub wrote: bool,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Recorded for Done {
    fn wrote(&self) -> bool {
        self.wrote
    }

    fn subjects(&self) -> Vec<String> {
        self.screening.iter().map(ToString::to_string).collect()
    }

    fn detail(&self) -> Value {
        let codes: Vec<_> = self.findings.iter().map(|f| f.code.as_str()).collect();
        json!({ "problems": codes })
    }
}

/// How large a table may be under the settings.
#[must_use]
pub fn limits(app: &App) -> Limits {
    Limits {
        rows: app.settings.screening.rows,
        columns: COLUMNS,
        unpacked: app.settings.screening.unpacked_bytes,
    }
}

/// Why a file could not be looked up, as a caller is told.
#[must_use]
pub fn refused(error: &TableError) -> Finding {
    match error {
        TableError::Empty => Finding::error(ProblemCode::Empty),
        TableError::Foreign(_) | TableError::Encoding => {
            Finding::error(ProblemCode::ScreeningFormat)
        }
        TableError::Protected => Finding::error(ProblemCode::ScreeningProtected),
        TableError::Damaged => Finding::error(ProblemCode::ScreeningDamaged),
        TableError::NoHeader => Finding::error(ProblemCode::ScreeningHeader),
        TableError::TooManyRows(most) | TableError::TooManyColumns(most) => {
            Finding::error(ProblemCode::TooMany).with("max", most.to_string())
        }
        TableError::TooLarge(most) => {
            Finding::error(ProblemCode::TooLong).with("max", most.to_string())
        }
    }
}

/// The language that a screening's answers are in.
fn language(row: &Model) -> Lang {
    if row.language == "en" {
        Lang::En
    } else {
        Lang::Zh
    }
}

/// One screening of the caller's own.
pub async fn find(app: &App, caller: &Caller, id: ScreeningId) -> Result<Option<Model>, Error> {
    caller.needs(Scope::BlacklistRead)?;
    Ok(screening::one_of_client(caller.client.id, id)
        .one(&app.db)
        .await?)
}

/// A page of the caller's own, in the order in which they were asked for.
pub async fn page(
    app: &App,
    caller: &Caller,
    wanted: IdPage<ScreeningId>,
) -> Result<Rows<Model>, Error> {
    caller.needs(Scope::BlacklistRead)?;
    let own = screening::of_client(caller.client.id);
    wanted.read(&app.db, own, screening::Column::Id).await
}

/// From 0 to 1.
#[must_use]
pub fn progress(row: &Model) -> f64 {
    match row.state {
        ScreeningState::Done => 1.0,
        _ if row.rows == 0 => 0.0,
        _ => f64::from(row.rows_done) / f64::from(row.rows),
    }
}

/// The finding that a failed screening is told by.
#[must_use]
pub fn problem(row: &Model) -> Option<Finding> {
    let code = row.problem.as_ref()?.parse().ok()?;
    Some(Finding::error(code).inside("file"))
}
