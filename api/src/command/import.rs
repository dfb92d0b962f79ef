//! `minglu import`: hand-made surveys from the machine itself, as a client and by the same deeds as requests; and the
//! workbooks to fill in instead. Where no server works in the background, the command does that work while it waits.

mod column;
mod report;
mod template;
mod told;

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum, ValueHint};
use entity::id::{ImportId, PlatformId};
use entity::import_job::Model;
use entity::kind::{ImportKind, ImportMode, ImportState};
use entity::problem::Finding;

use self::column::Column;
use super::failure::Failure;
use super::house::Globals;
use super::{acting, help, output, save};
use crate::app::App;
use crate::auth::Caller;
use crate::jobs;
use crate::registry::document::{self, Upload};
use crate::registry::import::{self, Verdict};
use crate::registry::survey::{self, CommitImport, ImportSurvey, MapImport};
use crate::words::{Words, told_of};

/// How often a wait looks again.
const LOOK: Duration = Duration::from_millis(200);
/// How often it looks for the workbook that goes back, until it says that there is none.
const LOOKS: u32 = 1_500;

/// Which rows are written.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Mode {
    /// The good ones
    GoodRows,
    /// All, or none
    AllOrNothing,
}

/// Import a hand-made survey: read it, tell what becomes of each row, write the good ones
#[derive(Args, Debug)]
#[command(after_help = help::IMPORT)]
pub(super) struct ImportArgs {
    /// The file: .xlsx, .xlsb, .xls, .et, .ods, or a text with commas or tabs
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present = "template")]
    file: Option<PathBuf>,
    /// As which client: its name or id
    #[arg(long, value_name = "NAME", required_unless_present = "template")]
    client: Option<String>,
    /// What it holds [default: as it is recognised]
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    kind: Option<ImportKind>,
    /// The platform of rows that name none: its name or id
    #[arg(long, value_name = "NAME")]
    platform: Option<String>,
    /// What a column means, as often as needed; nothing behind the sign is not imported. The next file with this header is
    /// read so, too
    #[arg(long = "column", value_name = "SHEET!C=FIELD", value_parser = Column::parse)]
    columns: Vec<Column>,
    /// Which rows are written
    #[arg(long, value_enum, value_name = "MODE", default_value = "good-rows")]
    mode: Mode,
    /// Stop when it is known what would become of each row, and write no registration
    #[arg(long)]
    dry_run: bool,
    /// Print the whole report as JSON, with every row
    #[arg(long)]
    json: bool,
    /// Save the workbook to fill in for this kind
    #[arg(long, value_name = "KIND", value_parser = kinds(),
        conflicts_with_all = ["file", "client", "kind", "platform", "columns", "dry_run", "json"])]
    template: Option<ImportKind>,
    /// Where to write the workbook [default: FILE with .returned.xlsx for its extension; KIND.xlsx for a template]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
}

/// What a survey can hold: a first load has an operation of its own.
fn kinds() -> impl TypedValueParser<Value = ImportKind> {
    let all = ImportKind::ALL.iter();
    let surveyed = all.filter(|kind| **kind != ImportKind::Registrations);
    let names: Vec<&'static str> = surveyed.map(|kind| kind.as_str()).collect();
    PossibleValuesParser::new(names).try_map(|name| name.parse::<ImportKind>())
}

pub(super) async fn run(globals: &Globals, args: &ImportArgs) -> Result<(), Failure> {
    if let Some(kind) = args.template {
        return template::save(globals, kind, args.out.as_deref());
    }
    // Clap asks for both where there is no template.
    let (Some(file), Some(client)) = (&args.file, &args.client) else {
        return Err(Failure::Shown);
    };
    let out = args.out.clone();
    let out = out.unwrap_or_else(|| beside(file));
    if out.exists() {
        let out = out.display();
        return Err(Failure::said(
            format!("{out} 已存在，请用 --out 指定其他文件"),
            format!("{out} exists already: name another one with --out"),
        ));
    }
    let app = globals.open().await?;
    let caller = acting::caller(&app, client, globals.lang).await?;
    let hand = Hand {
        app,
        caller,
        globals,
        json: args.json,
    };
    Box::pin(hand.import(file, args, &out)).await
}

/// The first name for the workbook that is given back which is not taken: the same survey is imported more than once.
fn beside(file: &Path) -> PathBuf {
    let numbered = (2_u32..).map(|n| format!("returned.{n}.xlsx"));
    let mut names = std::iter::once("returned.xlsx".to_owned()).chain(numbered);
    names
        .find_map(|name| Some(file.with_extension(name)).filter(|path| !path.exists()))
        .unwrap_or_else(|| file.with_extension("returned.xlsx"))
}

/// Whoever imports.
struct Hand<'a> {
    app: Arc<App>,
    caller: Caller,
    globals: &'a Globals,
    /// Whether a program reads the report.
    json: bool,
}

impl Hand<'_> {
    async fn import(&self, file: &Path, args: &ImportArgs, out: &Path) -> Result<(), Failure> {
        let platform = match &args.platform {
            Some(named) => Some(Some(self.platform(named).await?)),
            None => None,
        };
        let command = ImportSurvey {
            file: Some(self.upload(file).await?),
            kind: args.kind,
            platform,
            idempotency_key: None,
        };
        let verdict = survey::import(&self.app, &self.caller, command).await?;
        let id = accepted(&verdict).map_err(|found| self.refused(found))?;
        let mut job = Box::pin(self.until(id, ImportState::Review)).await?;
        if job.state == ImportState::Review && !args.columns.is_empty() {
            job = self.mapped(job, &args.columns).await?;
        }
        if job.state != ImportState::Review {
            return self.failed(&job).await;
        }
        let mode = match args.mode {
            Mode::GoodRows => ImportMode::GoodRows,
            Mode::AllOrNothing => ImportMode::AllOrNothing,
        };
        let mut refused = Vec::new();
        if !args.dry_run {
            let commit = CommitImport {
                job: Some(id),
                mode,
            };
            let verdict = survey::begin_commit(&self.app, &self.caller, commit).await?;
            match accepted(&verdict) {
                Ok(_) => job = Box::pin(self.until(id, ImportState::Committed)).await?,
                Err(found) => refused = found.to_vec(),
            }
        }
        self.tell(job, &refused, out).await?;
        if refused.is_empty() {
            return Ok(());
        }
        Err(told::refused(&refused))
    }

    /// Saves the workbook and reports; what waits for its commit is left for good.
    async fn tell(&self, job: Model, refused: &[Finding], out: &Path) -> Result<(), Failure> {
        let (job, saved) = self.returned(job, out).await?;
        if self.json {
            let workbook = saved.then_some(out);
            report::print(&self.app, &job, (refused, workbook), self.globals.lang).await?;
        } else {
            output::print(&told::summary(&self.app, &job, self.globals.lang).await?)?;
        }
        if job.state == ImportState::Review {
            import::cancel(&self.app, &self.caller, Some(job.id)).await?;
            self.say(&told::NOTHING_WRITTEN)?;
        }
        Ok(())
    }

    /// Says something to whoever typed the command; a program that reads the report is not told on its line.
    fn say(&self, words: &Words) -> Result<(), Failure> {
        if self.json {
            output::remark(words.say(self.globals.lang));
            return Ok(());
        }
        output::say(words, self.globals.lang)
    }

    /// Why nothing was begun, in the report where one was asked for.
    fn refused(&self, found: &[Finding]) -> Failure {
        if self.json
            && let Err(failure) = report::refused(found, self.globals.lang)
        {
            return failure;
        }
        told::refused(found)
    }

    /// The platform of this name or id, as the caller can know it.
    async fn platform(&self, named: &str) -> Result<PlatformId, Failure> {
        if let Ok(id) = named.parse() {
            return Ok(PlatformId(id));
        }
        let found = survey::book::find(&self.app, &self.caller, named).await?;
        found.ok_or_else(|| {
            Failure::said(
                format!("没有平台“{named}”，或者不止一个"),
                format!("there is no platform {named}, or more than one"),
            )
        })
    }

    /// Says what columns mean, and waits until the file is read so.
    async fn mapped(&self, job: Model, columns: &[Column]) -> Result<Model, Failure> {
        let said = column::said(&self.app, &job, columns);
        let done = match said {
            Ok(columns) => {
                let command = MapImport {
                    job: Some(job.id),
                    columns,
                    remember: true,
                };
                let verdict = survey::map(&self.app, &self.caller, command).await?;
                accepted(&verdict).map_err(|found| self.refused(found))
            }
            Err(failure) => Err(failure),
        };
        match done {
            Ok(id) => Box::pin(self.until(id, ImportState::Review)).await,
            Err(failure) => {
                import::cancel(&self.app, &self.caller, Some(job.id)).await?;
                Err(failure)
            }
        }
    }

    async fn upload(&self, file: &Path) -> Result<entity::id::FileId, Failure> {
        let opened = tokio::fs::File::open(file).await;
        let bytes = opened.map_err(|fault| unreadable(file, &fault))?;
        let about = bytes.metadata().await;
        if about.is_ok_and(|about| about.is_dir()) {
            return Err(unreadable(file, &ErrorKind::IsADirectory.into()));
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let upload = Upload {
            name: name.into_owned(),
            media_type: "application/octet-stream".to_owned(),
            digest: None,
        };
        let row = document::upload(&self.app, &self.caller, upload, bytes).await;
        let row = row.map_err(|refusal| {
            let [zh, en] = [rules::label::Lang::Zh, rules::label::Lang::En]
                .map(|lang| refusal.message(lang).to_owned());
            Failure::said(zh, en)
        })?;
        Ok(row.id)
    }

    /// Waits until an import is in a state, or will not get there, whoever does the work; shows how far it is.
    async fn until(&self, id: ImportId, state: ImportState) -> Result<Model, Failure> {
        let job = tokio::select! {
            job = self.watched(id, state) => job?,
            fault = work(&self.app) => return Err(fault),
        };
        output::end_progress();
        Ok(job)
    }

    async fn watched(&self, id: ImportId, state: ImportState) -> Result<Model, Failure> {
        use ImportState::{Cancelled, Committing, Failed, Reading};
        loop {
            let job = self.look(id).await?;
            told::progress(&job, self.globals.lang);
            let over = matches!(job.state, Failed | Cancelled);
            let back = state == ImportState::Committed && job.state == ImportState::Review;
            if job.state == state || over || back {
                return Ok(job);
            }
            debug_assert!(matches!(job.state, Reading | Committing), "it is under way");
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn look(&self, id: ImportId) -> Result<Model, Failure> {
        let found = import::find(&self.app, &self.caller, id).await?;
        found.ok_or(Failure::Said(told::GONE))
    }

    /// Waits for the workbook that goes back and saves it; tells whether it did.
    async fn returned(&self, job: Model, out: &Path) -> Result<(Model, bool), Failure> {
        let mut job = job;
        for _ in 0..LOOKS {
            if job.rows_read == 0 {
                return Ok((job, false));
            }
            if let Some(file) = job.problems_file {
                let download = document::for_download(&self.app, &self.caller, (file, None));
                let download = download.await?;
                if let Some(download) = &download {
                    save::to(&self.app, &download.file, out).await?;
                    self.say(&told::saved(out))?;
                }
                return Ok((job, download.is_some()));
            }
            if jobs::return_once(&self.app).await? == 0 {
                tokio::time::sleep(LOOK).await;
            }
            job = self.look(job.id).await?;
            if job.problems_file.is_none() && job.faults > 0 && job.lease_by.is_none() {
                self.say(&told::NO_WORKBOOK)?;
                return Ok((job, false));
            }
        }
        Ok((job, false))
    }

    async fn failed(&self, job: &Model) -> Result<(), Failure> {
        if self.json {
            report::print(&self.app, job, (&[], None), self.globals.lang).await?;
        }
        let found = survey::reading::first_problems(&self.app, job).await?;
        Err(told::refused(&found))
    }
}

/// Why a file is not read, with what the system says.
fn unreadable(file: &Path, fault: &io::Error) -> Failure {
    let file = file.display();
    let (zh, en) = match fault.kind() {
        ErrorKind::NotFound => (
            format!("没有文件 {file}"),
            format!("there is no file {file}"),
        ),
        ErrorKind::PermissionDenied => (
            format!("没有权限读取 {file}"),
            format!("{file} may not be read by whoever runs this"),
        ),
        ErrorKind::IsADirectory => (
            format!("{file} 是文件夹，不是文件"),
            format!("{file} is a folder and no file"),
        ),
        _ => (format!("读不了 {file}"), format!("{file} cannot be read")),
    };
    Failure::Said(told_of(&Words::new(zh, en), fault))
}

/// The import that a deed is about, or what refuses it.
fn accepted(verdict: &Verdict) -> Result<ImportId, &[Finding]> {
    let refuses = verdict.findings.iter().any(Finding::refuses);
    let id = verdict.job.filter(|_| !refuses);
    id.ok_or(verdict.findings.as_slice())
}

/// Does the background's work until it is dropped; what it leaves unfinished, a lease gives to the next.
async fn work(app: &Arc<App>) -> Failure {
    loop {
        if let Err(fault) = jobs::import_once(app).await {
            return fault.into();
        }
        tokio::time::sleep(LOOK).await;
    }
}
