//! `minglu import`: hand-made surveys from the machine itself, as a client and by the same deeds as requests; and the
//! workbooks to fill in instead. Where no server works in the background, the command does that work while it waits.

mod template;
mod told;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};
use entity::id::ImportId;
use entity::import_job::Model;
use entity::kind::{ImportKind, ImportMode, ImportState};
use entity::problem::Finding;

use super::failure::Failure;
use super::house::Globals;
use super::{acting, help, output, save};
use crate::app::App;
use crate::auth::Caller;
use crate::jobs;
use crate::registry::document::{self, Upload};
use crate::registry::import::{self, Verdict};
use crate::registry::survey::{self, CommitImport, ImportSurvey};

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
    /// What it holds, such as OPERATORS or BLACKLIST [default: as it is recognised]
    #[arg(long, value_name = "KIND")]
    kind: Option<ImportKind>,
    /// Which rows are written
    #[arg(long, value_enum, value_name = "MODE", default_value = "good-rows")]
    mode: Mode,
    /// Stop when it is known what would become of each row, and write no registration
    #[arg(long)]
    dry_run: bool,
    /// Save the workbook to fill in for this kind: OPERATORS, STREAMERS, AGENCIES, MERCHANTS, BLACKLIST, MIXED or FORM
    #[arg(long, value_name = "KIND", conflicts_with_all = ["file", "client", "kind", "dry_run"])]
    template: Option<ImportKind>,
    /// Where to write the workbook [default: FILE with .returned.xlsx for its extension; KIND.xlsx for a template]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
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
}

impl Hand<'_> {
    async fn import(&self, file: &Path, args: &ImportArgs, out: &Path) -> Result<(), Failure> {
        let file = self.upload(file).await?;
        let command = ImportSurvey {
            file: Some(file),
            kind: args.kind,
            platform: None,
            idempotency_key: None,
        };
        let verdict = survey::import(&self.app, &self.caller, command).await?;
        let id = accepted(&verdict)?;
        let mut job = Box::pin(self.until(id, ImportState::Review)).await?;
        if job.state != ImportState::Review {
            return self.failed(&job).await;
        }
        let mode = match args.mode {
            Mode::GoodRows => ImportMode::GoodRows,
            Mode::AllOrNothing => ImportMode::AllOrNothing,
        };
        let mut refused = None;
        if !args.dry_run {
            let commit = CommitImport {
                job: Some(id),
                mode,
            };
            let verdict = survey::begin_commit(&self.app, &self.caller, commit).await?;
            match accepted(&verdict) {
                Ok(_) => job = Box::pin(self.until(id, ImportState::Committed)).await?,
                Err(failure) => refused = Some(failure),
            }
        }
        let job = self.returned(job, out).await?;
        output::print(&told::summary(&self.app, &job, self.globals.lang).await?)?;
        if job.state == ImportState::Review {
            import::cancel(&self.app, &self.caller, Some(id)).await?;
            output::say(&told::NOTHING_WRITTEN, self.globals.lang)?;
        }
        refused.map_or(Ok(()), Err)
    }

    async fn upload(&self, file: &Path) -> Result<entity::id::FileId, Failure> {
        let unreadable = |fault: std::io::Error| {
            let file = file.display();
            Failure::said(
                format!("读不了 {file}：{fault}"),
                format!("{file} cannot be read: {fault}"),
            )
        };
        let bytes = tokio::fs::File::open(file).await.map_err(unreadable)?;
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

    /// Waits for the workbook that goes back and saves it.
    async fn returned(&self, job: Model, out: &Path) -> Result<Model, Failure> {
        let mut job = job;
        for _ in 0..LOOKS {
            if job.rows_read == 0 {
                return Ok(job);
            }
            if let Some(file) = job.problems_file {
                let download = document::for_download(&self.app, &self.caller, (file, None));
                if let Some(download) = download.await? {
                    save::to(&self.app, &download.file, out).await?;
                    output::say(&told::saved(out), self.globals.lang)?;
                }
                return Ok(job);
            }
            if jobs::return_once(&self.app).await? == 0 {
                tokio::time::sleep(LOOK).await;
            }
            job = self.look(job.id).await?;
            if job.problems_file.is_none() && job.faults > 0 && job.lease_by.is_none() {
                output::say(&told::NO_WORKBOOK, self.globals.lang)?;
                return Ok(job);
            }
        }
        Ok(job)
    }

    async fn failed(&self, job: &Model) -> Result<(), Failure> {
        let found = survey::reading::first_problems(&self.app, job).await?;
        Err(told::refused(&found))
    }
}

/// The import that a deed is about; what was found is told where it refuses.
fn accepted(verdict: &Verdict) -> Result<ImportId, Failure> {
    let refuses = verdict.findings.iter().any(Finding::refuses);
    match verdict.job.filter(|_| !refuses) {
        Some(id) => Ok(id),
        None => Err(told::refused(&verdict.findings)),
    }
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
