//! `minglu submission`: a platform's filing from the machine itself, as the platform's client and by the same deeds. Where
//! no server works in the background, the command does that work while it waits.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Subcommand, ValueHint};
use entity::id::SubmissionId;
use entity::kind::{FilingKind, ReportKind, SubmissionState};
use entity::problem::{Finding, Step};
use entity::submission::Model;
use entity::value::window::SubmissionWindow;
use rules::label::Lang;

use super::failure::Failure;
use super::house::Globals;
use super::{acting, help, output, save};
use crate::app::App;
use crate::auth::Caller;
use crate::jobs;
use crate::registry::submission::{self, Act, Prepare, Verdict};
use crate::words::Words;

/// How many of a submission's problems are shown.
const EXAMPLES: usize = 3;
/// What is said where there is nothing, or nothing in sight.
const NOT_IN_SIGHT: Words = Words::fixed(
    "没有这份报送，或者无权查看",
    "there is no such submission in sight",
);
/// How often a wait looks again.
const LOOK: Duration = Duration::from_millis(200);

/// Submissions: preparing and filing
#[derive(Debug, Subcommand)]
pub(super) enum SubmissionCommand {
    Prepare(PrepareArgs),
    File(FileArgs),
}

/// Prepare the workbooks, wait until they are ready, and save them if you like
#[derive(Args, Debug)]
#[command(after_help = help::SUBMISSION_PREPARE)]
pub(super) struct PrepareArgs {
    /// As which client: its name or id
    #[arg(long, value_name = "NAME")]
    client: String,
    /// Window, such as 2027-01
    #[arg(long, value_name = "WINDOW")]
    window: SubmissionWindow,
    /// Report: LIVESTREAM or MERCHANT
    #[arg(long, value_name = "REPORT", default_value = "LIVESTREAM")]
    report: ReportKind,
    /// Kind of filing: INITIAL, SUPPLEMENT or CORRECTION
    #[arg(long, value_name = "KIND", default_value = "INITIAL")]
    kind: FilingKind,
    /// Save workbooks and manifest into this folder [default: not saved]
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    save: Option<PathBuf>,
}

/// File a submission that is ready
#[derive(Args, Debug)]
#[command(after_help = help::SUBMISSION_FILE)]
pub(super) struct FileArgs {
    /// As which client: its name or id
    #[arg(long, value_name = "NAME")]
    client: String,
    /// Id of the submission
    #[arg(long, value_name = "ID")]
    id: SubmissionId,
}

pub(super) async fn run(globals: &Globals, command: &SubmissionCommand) -> Result<(), Failure> {
    match command {
        SubmissionCommand::Prepare(args) => prepare(globals, args).await,
        SubmissionCommand::File(args) => file(globals, args).await,
    }
}

async fn prepare(globals: &Globals, args: &PrepareArgs) -> Result<(), Failure> {
    let app = globals.open().await?;
    let caller = acting::caller(&app, &args.client, globals.lang).await?;
    let command = Prepare {
        platform: None,
        report: args.report,
        window: args.window.to_string(),
        kind: args.kind,
        idempotency_key: None,
    };
    let id = accepted(&submission::prepare(&app, &caller, command).await?, globals)?;
    let row = tokio::select! {
        ready = ready(&app, &caller, id, globals) => ready?,
        fault = work(&app) => return Err(fault),
    };
    output::print(&summary(&app, &row, globals.lang)?)?;
    if let Some(folder) = &args.save {
        for saved in save::files(&app, &caller, id, folder).await? {
            let saved = Words::same(saved.display().to_string());
            output::say(&saved.of(&Words::fixed("已保存", "saved")), globals.lang)?;
        }
    }
    let (client, typed) = (&args.client, globals.typed());
    let next = format!("minglu submission file --client {client} --id {id}{typed}");
    let next = Words::same(next).of(&Words::fixed("提交报送", "to file it"));
    output::say(&next, globals.lang)
}

async fn file(globals: &Globals, args: &FileArgs) -> Result<(), Failure> {
    let app = globals.open().await?;
    let caller = acting::caller(&app, &args.client, globals.lang).await?;
    let act = Act {
        submission: Some(args.id),
        idempotency_key: None,
    };
    let id = accepted(&submission::file(&app, &caller, act).await?, globals)?;
    let row = standing(&app, &caller, id).await?;
    output::print(&summary(&app, &row, globals.lang)?)
}

/// The submission that a verdict is about; what was found is told either way.
fn accepted(verdict: &Verdict, globals: &Globals) -> Result<SubmissionId, Failure> {
    let told: Vec<_> = verdict
        .findings
        .iter()
        .map(|finding| told(finding, globals.lang))
        .collect();
    match verdict.submission {
        Some(id) if !verdict.findings.iter().any(Finding::refuses) => {
            for line in &told {
                output::remark(line);
            }
            Ok(id)
        }
        _ if told.is_empty() => Err(Failure::Said(NOT_IN_SIGHT)),
        _ => Err(Failure::Said(Words::same(told.join("\n")))),
    }
}

fn told(finding: &Finding, lang: Lang) -> String {
    let path: Vec<_> = finding
        .path
        .iter()
        .map(|step| match step {
            Step::Field(name) => name.to_string(),
            Step::Index(index) => index.to_string(),
        })
        .collect();
    let place = if path.is_empty() {
        String::new()
    } else {
        format!(" ({})", path.join("."))
    };
    let message = rules::problem::message(finding, lang);
    let colon = lang.pick("：", ": ");
    format!("{}{place}{colon}{message}", finding.code.as_str())
}

async fn standing(app: &App, caller: &Caller, id: SubmissionId) -> Result<Model, Failure> {
    let row = submission::find(app, caller, id).await?;
    row.ok_or(Failure::Said(NOT_IN_SIGHT))
}

/// Waits until a submission is ready, whoever does the work, showing how far it is.
async fn ready(
    app: &App,
    caller: &Caller,
    id: SubmissionId,
    globals: &Globals,
) -> Result<Model, Failure> {
    loop {
        let row = standing(app, caller, id).await?;
        show_progress(&row, globals.lang);
        match row.state {
            SubmissionState::Ready => {
                output::end_progress();
                return Ok(row);
            }
            SubmissionState::Preparing => tokio::time::sleep(LOOK).await,
            state => {
                let words = format!("{id} {state}");
                return Err(Failure::said(
                    format!("报送没有就绪：{words}"),
                    format!("the submission did not become ready: {words}"),
                ));
            }
        }
    }
}

fn show_progress(row: &Model, lang: Lang) {
    let percent = 100.0 * submission::progress(row);
    let (done, total) = (row.rows_done, row.rows_total);
    output::progress(&match lang {
        Lang::Zh => format!("生成 {percent:3.0}%  {done}/{total} 行"),
        Lang::En => format!("writing {percent:3.0}%  {done}/{total} rows"),
    });
}

/// Does the background's work until it is dropped; what it leaves unfinished, a lease gives to the next.
async fn work(app: &Arc<App>) -> Failure {
    loop {
        if let Err(fault) = jobs::run_once(app).await {
            return fault.into();
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn summary(app: &App, row: &Model, lang: Lang) -> Result<String, Failure> {
    let report = app.edition().report(row.report);
    let title = |key: &str| {
        let sheet = report.and_then(|report| report.sheets.iter().find(|sheet| sheet.key == key));
        sheet.map_or_else(|| key.to_owned(), |sheet| sheet.title.clone())
    };
    let counts = submission::sheet_counts(row)?;
    let counts = counts
        .into_iter()
        .map(|(key, rows)| [title(&key), rows.to_string()]);
    let sheets = output::columns(&counts.collect::<Vec<_>>());
    let version = match lang {
        Lang::Zh => format!("第 {} 版", row.version),
        Lang::En => format!("version {}", row.version),
    };
    let mut text = format!(
        "{state} {id} {window} {report} {kind} {version}\n",
        state = row.state,
        id = row.id,
        window = row.window,
        report = row.report,
        kind = row.kind,
    );
    for line in &sheets {
        let _ = writeln!(text, "  {line} {}", lang.pick("行", "rows"));
    }
    let found = submission::first_problems(row)?;
    if row.problem_count > 0 {
        let count = row.problem_count;
        let _ = match lang {
            Lang::Zh => writeln!(
                text,
                "  {count} 行有缺漏，接口的 problems 列出前 100 处，如"
            ),
            Lang::En => writeln!(
                text,
                "  {count} rows lack something; the interface's problems lists the first 100, such as"
            ),
        };
    }
    for finding in found.iter().take(EXAMPLES) {
        let _ = writeln!(text, "    {}", told(finding, lang));
    }
    Ok(text)
}
