//! The workbook that goes back: what became of each row, written into the user's own file, or into a fresh one where that
//! cannot be. It is made when a survey waits for its user and again when it is committed, behind both, so that neither waits
//! for it. Whoever makes it holds the claim of the import, so that no two do; what is told in it once stands in it once.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use entity::document::{self, Purpose};
use entity::id::FileId;
use entity::import_job::{Column, Entity, Model, stage, unreturned};
use entity::problem::{Finding, Step};
use futures_util::TryStreamExt as _;
use reports::survey::raw::Part;
use reports::survey::returned::{Problem, ReturnError, Sheet, Told, Verdict, copied, fresh};
use rules::label::Lang;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _,
};
use serde_json::json;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::spawn_blocking;

use super::layout::Layout;
use super::{source, staged};
use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::db::{self, Reach};
use crate::error::Error;
use crate::registry::document::made;
use crate::registry::import::language;
use crate::registry::import::lease::{self, Lease};

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Rows and parts on their way to the thread that writes.
const AHEAD: usize = 1_000;
/// Chunks that are opened at a time.
const CHUNKS: u64 = 2;

/// The surveys whose workbook is wanting and that nobody is at, oldest first.
pub async fn wanting(app: &App) -> Result<Vec<Model>, Error> {
    let now = db::now(&app.db).await?;
    Ok(unreturned(now).all(&app.db).await?)
}

/// Makes the workbook of a survey under a claim; false where the survey has gone on meanwhile.
pub async fn give_back(app: &App, lease: &Lease, job: &Model) -> Result<bool, Error> {
    let desk = Desk::of(app, job)?;
    let upload = desk.upload().await?;
    let written = match desk.copy(upload).await? {
        Err(ReturnError::Unfit(why)) => {
            tracing::info!(import = %job.id, why, "a fresh workbook goes back");
            desk.begin_anew().await?
        }
        copied => copied,
    };
    let (mut book, told) = written.map_err(|fault| Error::internal(WORK)(fault.into()))?;
    tracing::info!(import = %job.id, ?told, "a workbook goes back");
    if told.unplaced > 0 {
        tracing::error!(import = %job.id, rows = told.unplaced, "rows have no place in their workbook");
    }
    book.rewind().map_err(unwritten)?;
    let id: FileId = app.id();
    let bytes = tokio::fs::File::from_std(book);
    let stored = app.files.put(id.0, bytes, u64::MAX).await?;
    let file = document::Model {
        name: name(&job.file_name),
        media_type: WORKBOOK.to_owned(),
        purpose: Purpose::Problems,
        client_id: Some(job.client_id),
        platform_id: job.platform_id,
        ..made(app, id, &stored)
    };
    let kept = record(app, (lease, job), file).await;
    if !matches!(kept, Ok(true)) {
        app.files.delete(id.0).await?;
    }
    kept
}

/// What faults of this are called.
const WORK: &str = "returned workbook";

fn unwritten(fault: io::Error) -> Error {
    Error::internal(WORK)(fault.into())
}

/// The upload's name with what this file is before its extension.
fn name(upload: &str) -> String {
    let stem = upload.rsplit_once('.').map_or(upload, |(stem, _)| stem);
    format!("{stem}.returned.xlsx")
}

/// Gives the import its workbook, unless it has gone on meanwhile or has one.
async fn record(
    app: &App,
    (lease, job): (&Lease, &Model),
    file: document::Model,
) -> Result<bool, Error> {
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let detail = json!({ "problemsFile": { "id": file.id, "sha256": file.sha256 } });
    let given = Entity::update_many()
        .col_expr(Column::ProblemsFile, Expr::val(file.id))
        .col_expr(Column::Faults, Expr::val(0))
        .filter(lease.held())
        .filter(Column::UpdatedAt.eq(job.updated_at))
        .filter(Column::ProblemsFile.is_null());
    let given = lease::let_go(given).exec(&tx).await?;
    if given.rows_affected != 1 {
        tx.rollback().await?;
        return Ok(false);
    }
    document::Entity::insert(file.into_active_model().reset_all())
        .exec_without_returning(&tx)
        .await?;
    let entry = Entry {
        operation: "importSurvey",
        outcome: Outcome::Done,
        subjects: vec![job.id.to_string()],
        detail,
        party: None,
        purpose: None,
    };
    audit::record_house(app, &tx, entry).await?;
    tx.commit().await?;
    Ok(true)
}

/// Where a workbook is written.
struct Desk<'a> {
    app: &'a App,
    job: &'a Model,
    sheets: Arc<[Sheet]>,
    temp_dir: PathBuf,
    lang: Lang,
}

type Written = Result<(File, Told), ReturnError>;

impl<'a> Desk<'a> {
    fn of(app: &'a App, job: &'a Model) -> Result<Self, Error> {
        let temp_dir = app.settings.files.temp_dir.clone();
        Ok(Self {
            app,
            job,
            sheets: Layout::of(app, job)?.sheets.into(),
            temp_dir: temp_dir.unwrap_or_else(std::env::temp_dir),
            lang: language(job),
        })
    }

    /// The upload in a file without a name, which ends with its handle.
    async fn upload(&self) -> Result<File, Error> {
        let length = u64::try_from(self.job.bytes).unwrap_or(0);
        let found = document::by_id(self.job.file_id).one(&self.app.db).await?;
        let object = found.map_or(self.job.file_id.0, |file| file.object());
        let mut bytes = std::pin::pin!(self.app.files.open(object, length).await?);
        let mut file = temporary(&self.temp_dir).map_err(unwritten)?;
        while let Some(chunk) = bytes.try_next().await? {
            file.write_all(&chunk).map_err(unwritten)?;
        }
        file.rewind().map_err(unwritten)?;
        Ok(file)
    }

    /// Writes into the user's own file.
    async fn copy(&self, upload: File) -> Result<Written, Error> {
        let (send, verdicts) = mpsc::channel(AHEAD);
        let (sheets, folder) = (Arc::clone(&self.sheets), self.temp_dir.clone());
        let lang = self.lang;
        let writing = spawn_blocking(move || {
            let scratch = temporary(&folder)?;
            let mut book = BufWriter::new(temporary(&folder)?);
            let source = BufReader::new(upload);
            let told = copied(source, scratch, &mut book, (&sheets, lang), rows(verdicts))?;
            let book = book.into_inner().map_err(io::IntoInnerError::into_error)?;
            Ok((book, told))
        });
        let (fed, written) = tokio::join!(self.feed(send), writing);
        fed?;
        written.map_err(|fault| Error::internal(WORK)(fault.into()))
    }

    /// Writes a new workbook of the same rows; the file is read twice, each time by a process that may be lost.
    async fn begin_anew(&self) -> Result<Written, Error> {
        let (send, verdicts) = mpsc::channel(AHEAD);
        let (first, look) = mpsc::channel(AHEAD);
        let (second, write) = mpsc::channel(AHEAD);
        let (sheets, folder) = (Arc::clone(&self.sheets), self.temp_dir.clone());
        let lang = self.lang;
        let writing = spawn_blocking(move || {
            let mut book = BufWriter::new(temporary(&folder)?);
            let mut left = vec![write, look];
            let parts = || {
                left.pop()
                    .map(parts)
                    .ok_or_else(|| io::Error::other("read twice"))
            };
            let told = fresh(parts, &folder, &mut book, (&sheets, lang), rows(verdicts))?;
            let book = book.into_inner().map_err(io::IntoInnerError::into_error)?;
            Ok((book, told))
        });
        let reading = async {
            source::feed(self.app, self.job, first).await?;
            source::feed(self.app, self.job, second).await
        };
        let (fed, read, written) = tokio::join!(self.feed(send), reading, writing);
        fed.and(read)?;
        written.map_err(|fault| Error::internal(WORK)(fault.into()))
    }

    /// Hands the verdicts on in their order, until they end or nobody takes them any more.
    async fn feed(&self, out: Sender<Verdict>) -> Result<(), Error> {
        let mut reached = 0;
        loop {
            let some = stage::after(self.job.id, reached, CHUNKS);
            let some = some.all(&self.app.db).await?;
            let Some(last) = some.last() else {
                return Ok(());
            };
            reached = last.last_row;
            for chunk in &some {
                for verdict in staged::verdicts(self.app, chunk)? {
                    if out.send(self.told(verdict)).await.is_err() {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn told(&self, verdict: staged::Verdict) -> Verdict {
        let problems = verdict.findings.iter().map(|finding| Problem {
            at: cell(finding),
            severity: finding.severity,
            text: rules::problem::message(finding, self.lang),
        });
        Verdict {
            problems: problems.collect(),
            sheet: verdict.sheet,
            row: verdict.row,
            outcome: verdict.outcome,
        }
    }
}

/// The cell that a finding is placed at, where its path ends with one.
fn cell(finding: &Finding) -> Option<String> {
    let Some(Step::Field(last)) = finding.path.get(1) else {
        return None;
    };
    let letters = last.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = last.get(letters..).unwrap_or_default();
    let is_cell = letters > 0 && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_cell.then(|| last.to_string())
}

fn temporary(folder: &Path) -> io::Result<File> {
    tempfile::tempfile_in(folder)
}

fn rows(mut from: Receiver<Verdict>) -> impl Iterator<Item = io::Result<Verdict>> {
    std::iter::from_fn(move || from.blocking_recv()).map(Ok)
}

fn parts(mut from: Receiver<Part>) -> impl Iterator<Item = io::Result<Part>> {
    std::iter::from_fn(move || from.blocking_recv()).map(Ok)
}

#[cfg(test)]
mod tests {
    use entity::problem::ProblemCode;

    use super::*;

    #[test]
    fn a_problem_is_placed_at_a_cell_where_its_path_names_one() {
        let at = |path: &[&str]| {
            let mut finding = Finding::error(ProblemCode::Required);
            finding.path = path
                .iter()
                .map(|step| Step::Field((*step).to_owned().into()))
                .collect();
            cell(&finding)
        };
        assert_eq!(at(&["名单", "C5"]), Some("C5".to_owned()));
        assert_eq!(at(&["名单", "5"]), None);
        assert_eq!(at(&["file"]), None);
        assert_eq!(at(&["名单", "name"]), None);
        assert_eq!(name("台账.2024.xls"), "台账.2024.returned.xlsx");
    }
}
