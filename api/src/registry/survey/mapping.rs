//! Saying what a survey's columns mean: for this file, and, remembered by the words of its header, for the next one that has
//! the same.

use std::collections::BTreeMap;

use entity::id::ImportId;
use entity::import_job::Column;
use entity::import_mapping;
use entity::kind::ImportState;
use entity::problem::{Finding, ProblemCode};
use rules::survey::{Field, column_of};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _,
};
use serde::Serialize;

use super::deeds::{found, moved};
use super::layout::{Layout, SaidColumn};
use super::{Survey, permitted};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::deed::{self, Deed};
use crate::registry::import::{UPLOADED, Verdict};
use crate::registry::text::words;

/// The longest name of a sheet, in characters.
const TEXT: usize = 200;

/// What a column means.
#[derive(Clone, Debug, Serialize)]
pub struct Said {
    /// The sheet.
    pub sheet: String,
    /// The column's letters.
    pub column: String,
    /// The field's name; none is not imported.
    pub field: Option<String>,
}

/// Corrects what the columns of a survey mean.
#[derive(Clone, Debug, Serialize)]
pub struct MapImport {
    /// The import; none when the id cannot be one.
    pub job: Option<ImportId>,
    /// The columns.
    pub columns: Vec<Said>,
    /// Whether the next file with the same header is to be read so.
    pub remember: bool,
}

impl Survey {
    /// Whose what was learnt of headers is.
    pub(super) fn owner(&self) -> uuid::Uuid {
        owner(&self.caller)
    }
}

/// Whose mappings a caller's are: its office's or its platform's.
fn owner(caller: &Caller) -> uuid::Uuid {
    let office = caller.client.office_id.map(|id| id.0);
    let platform = caller.client.platform_id.map(|id| id.0);
    platform.or(office).unwrap_or_default()
}

/// Corrects what columns mean; the file is read again.
pub async fn map(app: &App, caller: &Caller, command: MapImport) -> Result<Verdict, Error> {
    permitted(caller)?;
    let deed = Deed {
        operation: "mapImport",
        dry_run: false,
        key: None,
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let unsound = unsound(app, &command.columns);
            if !unsound.is_empty() {
                let verdict = Verdict {
                    job: None,
                    done: false,
                    findings: unsound,
                };
                return Ok((verdict, tx));
            }
            let row = match found(caller, command.job, &[ImportState::Review], &tx).await? {
                Ok(row) => row,
                Err(verdict) => return Ok((verdict, tx)),
            };
            let mut layout = Layout::of(app, &row)?;
            let said = match said(&layout, &command.columns) {
                Ok(said) => said,
                Err(findings) => {
                    let verdict = Verdict {
                        job: Some(row.id),
                        done: false,
                        findings,
                    };
                    return Ok((verdict, tx));
                }
            };
            if command.remember {
                remember(app, caller, (&layout, &said), &tx).await?;
            }
            for new in said {
                let same = |old: &SaidColumn| old.sheet == new.sheet && old.column == new.column;
                layout.said.retain(|old| !same(old));
                layout.said.push(new);
            }
            let sealed = layout.seal(app, &row)?;
            let more = vec![(Column::Layout, Expr::val(sealed))];
            let verdict = moved(app, &row, ImportState::Reading, more, &tx).await?;
            Ok((verdict, tx))
        }
    };
    let verdict = deed::run(app, caller, &deed, &command, work).await?;
    if verdict.done {
        UPLOADED.notify_waiters();
    }
    Ok(verdict)
}

/// What is wrong with the texts, before anything is looked for by them.
fn unsound(app: &App, columns: &[Said]) -> Vec<Finding> {
    let today = app.today();
    let mut found = Vec::new();
    for (index, said) in columns.iter().enumerate() {
        let texts = [
            ("sheet", Some(&said.sheet)),
            ("column", Some(&said.column)),
            ("field", said.field.as_ref()),
        ];
        // The sheet of a text has no name.
        let written = texts
            .into_iter()
            .filter_map(|(field, text)| Some((field, text.filter(|text| !text.is_empty())?)));
        for (field, text) in written {
            if let Err(finding) = words(text, TEXT, today) {
                found.push(finding.inside(field).item(index).inside("columns"));
            }
        }
    }
    found
}

/// What was said, where it speaks of columns that there are and of fields that there can be.
fn said(layout: &Layout, columns: &[Said]) -> Result<Vec<SaidColumn>, Vec<Finding>> {
    let mut found = Vec::new();
    let mut all = Vec::new();
    for (index, said) in columns.iter().enumerate() {
        let placed = |code, field| {
            let finding = Finding::error(code).inside(field);
            finding.item(index).inside("columns")
        };
        let column = column_of(&said.column);
        let there = layout
            .columns
            .iter()
            .any(|known| known.sheet == said.sheet && Some(known.column) == column);
        let field: Option<Field> = match said.field.as_deref().map(str::parse) {
            None => None,
            Some(Ok(field)) => Some(field),
            Some(Err(_)) => {
                let unknown = placed(ProblemCode::FieldUnknown, "field");
                found.push(unknown.with("fields", known_fields()));
                None
            }
        };
        match column.filter(|_| there) {
            Some(column) => all.push(SaidColumn {
                sheet: said.sheet.clone(),
                column,
                field,
            }),
            None => found.push(placed(ProblemCode::NotFound, "column")),
        }
    }
    if found.is_empty() {
        Ok(all)
    } else {
        Err(found)
    }
}

/// Every field that a column can mean, for whoever named one that there is not.
fn known_fields() -> String {
    let names: Vec<_> = Field::ALL.iter().map(|field| field.as_str()).collect();
    names.join(" ")
}

/// Remembers, by the signature of each header, what its columns mean.
async fn remember(
    app: &App,
    caller: &Caller,
    (layout, said): (&Layout, &[SaidColumn]),
    tx: &DatabaseTransaction,
) -> Result<(), Error> {
    let mut taught: BTreeMap<&str, BTreeMap<u32, Option<Field>>> = BTreeMap::new();
    for new in said {
        let known = layout.columns.iter().find(|known| {
            known.sheet == new.sheet && known.column == new.column && !known.signature.is_empty()
        });
        if let Some(known) = known {
            let columns = taught.entry(known.signature.as_str()).or_default();
            columns.insert(new.column, new.field);
        }
    }
    for (signature, columns) in taught {
        let before = import_mapping::of_header(owner(caller), signature)
            .one(tx)
            .await?;
        let mut whole: BTreeMap<u32, Option<Field>> = match &before {
            Some(before) => serde_json::from_str::<Vec<_>>(&before.columns)?
                .into_iter()
                .collect(),
            None => BTreeMap::new(),
        };
        whole.extend(columns);
        let columns = serde_json::to_string(&whole.into_iter().collect::<Vec<_>>())?;
        if let Some(before) = before {
            import_mapping::Entity::update_many()
                .col_expr(import_mapping::Column::Columns, Expr::val(columns))
                .col_expr(import_mapping::Column::UpdatedAt, Expr::val(app.now()))
                .filter(import_mapping::Column::Id.eq(before.id))
                .exec(tx)
                .await?;
            continue;
        }
        let row = import_mapping::Model {
            id: app.id(),
            owner: owner(caller),
            platform_id: caller.client.platform_id,
            signature: signature.to_owned(),
            columns,
            updated_at: app.now(),
        };
        import_mapping::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}
