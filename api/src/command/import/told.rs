//! What an import says on a terminal: how far it is, and at its end the same counts and problems as the interface.

use std::fmt::Write as _;
use std::path::Path;

use entity::import_job::Model;
use entity::kind::{ImportKind, ImportState};
use entity::problem::{Finding, Step};
use rules::label::Lang;

use crate::app::App;
use crate::command::failure::Failure;
use crate::command::output;
use crate::registry::{import, survey};
use crate::words::Words;

/// How many problems are shown; all of them stand in the workbook.
const SHOWN: usize = 10;
/// How wide the bar is, in letters.
const BAR: usize = 30;

pub(super) const GONE: Words = Words::fixed("没有这次导入", "there is no such import");
pub(super) const NO_WORKBOOK: Words = Words::fixed(
    "退回的工作簿没有做成，原因见日志；后台会再试",
    "the workbook that goes back could not be made, as the log tells; it is tried again in the background",
);
pub(super) const NOTHING_WRITTEN: Words =
    Words::fixed("没有写入任何登记", "no registration was written");

/// Shows how far it is, as a bar.
pub(super) fn progress(job: &Model, lang: Lang) {
    let done = import::progress(job).clamp(0.0, 1.0);
    let full = (1..=BAR)
        .filter(|mark| done * as_f64(BAR) >= as_f64(*mark))
        .count();
    let bar = format!("{}{}", "█".repeat(full), "░".repeat(BAR - full));
    let what = match job.state {
        ImportState::Committing => Words::fixed("写入", "writing"),
        _ => Words::fixed("读取", "reading"),
    };
    let (percent, rows) = (done * 100.0, job.rows_read);
    let rows = match lang {
        Lang::Zh => format!("{rows} 行"),
        Lang::En => format!("{rows} rows"),
    };
    output::progress(&format!("{} {bar} {percent:3.0}%  {rows}", what.say(lang)));
}

fn as_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

pub(super) fn saved(out: &Path) -> Words {
    let out = out.display();
    Words::new(
        format!("核对结果已存入 {out}，改好后再次导入"),
        format!("what became of each row is in {out}: mend it there and import it again"),
    )
}

/// Why nothing was done.
pub(super) fn refused(found: &[Finding]) -> Failure {
    let lines = |lang| {
        let lines: Vec<_> = found
            .iter()
            .take(SHOWN)
            .map(|finding| line(finding, lang))
            .collect();
        lines.join("\n")
    };
    if found.is_empty() {
        return Failure::Said(GONE);
    }
    Failure::said(lines(Lang::Zh), lines(Lang::En))
}

/// The counts and the first problems, each with its cell.
pub(super) async fn summary(app: &App, job: &Model, lang: Lang) -> Result<String, Failure> {
    let found = survey::reading::first_problems(app, job).await?;
    let Model {
        rows_read,
        accepted,
        rejected,
        skipped,
        created,
        updated,
        unchanged,
        ..
    } = job;
    let kind = job.kind.map(ImportKind::as_str).unwrap_or_default();
    let mut text = match lang {
        Lang::Zh => format!(
            "{state} {id} {kind}\n  读取 {rows_read} 行：采用 {accepted}，未通过 {rejected}，未采用 {skipped}\n  新增 {created}，变更 {updated}，未变 {unchanged}\n",
            state = job.state,
            id = job.id,
        ),
        Lang::En => format!(
            "{state} {id} {kind}\n  {rows_read} rows read: {accepted} accepted, {rejected} rejected, {skipped} skipped\n  {created} created, {updated} updated, {unchanged} unchanged\n",
            state = job.state,
            id = job.id,
        ),
    };
    for finding in found.iter().take(SHOWN) {
        let _ = writeln!(text, "    {}", line(finding, lang));
    }
    if found.len() > SHOWN {
        let more = lang.pick("其余见工作簿", "the workbook tells the rest");
        let _ = writeln!(text, "    … {more}");
    }
    Ok(text)
}

fn line(finding: &Finding, lang: Lang) -> String {
    let path = finding.path.iter().map(|step| match step {
        Step::Field(name) => name.to_string(),
        Step::Index(index) => index.to_string(),
    });
    // The field behind a survey's row is in the message, in the words of the table; the sheet of a text has no name.
    let path: Vec<_> = path.take(2).filter(|step| !step.is_empty()).collect();
    let message = rules::problem::message(finding, lang);
    let colon = lang.pick("：", ": ");
    let code = finding.code.as_str();
    match path.as_slice() {
        [] => format!("{code}{colon}{message}"),
        path => format!("{} {code}{colon}{message}", path.join("!")),
    }
}
