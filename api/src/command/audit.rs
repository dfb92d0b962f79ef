//! `minglu audit`: checking the audit against its signed heads, and giving it out.

use std::io::Write;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum, ValueHint};
use entity::audit::Filter;
use entity::id::{AuditId, OfficeId, PartyId};
use rules::label::Lang;

use super::failure::Failure;
use super::house::Globals;
use super::{help, output};
use crate::error::Error;
use crate::registry::audit::export::{self, Export};
use crate::registry::audit::unsealed;
use crate::registry::audit::verify::{Flaw, Report, verify};
use crate::words::Words;

/// Characters of a line of PEM.
const PEM_LINE: usize = 64;

/// The audit: checking it and giving it out
#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    Verify(VerifyArgs),
    Export(ExportArgs),
    /// Print the public key that the audit's heads are signed with
    #[command(after_help = help::AUDIT_KEY)]
    Key,
}

/// Check every entry against the signed heads, and name the first that was changed, deleted, inserted or moved
#[derive(Args, Debug)]
#[command(after_help = help::AUDIT_VERIFY)]
pub(super) struct VerifyArgs {
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// Write entries to standard output or a file, newest first
#[derive(Args, Debug)]
#[command(after_help = help::AUDIT_EXPORT)]
pub(super) struct ExportArgs {
    /// From this instant on, such as 2027-01-01T00:00:00+08:00
    #[arg(long, value_name = "INSTANT")]
    since: Option<DateTime<Utc>>,
    /// Before this instant
    #[arg(long, value_name = "INSTANT")]
    until: Option<DateTime<Utc>>,
    /// Only what the people of this office did
    #[arg(long, value_name = "ID")]
    office: Option<OfficeId>,
    /// Only looks at this party
    #[arg(long, value_name = "ID")]
    party: Option<PartyId>,
    /// Form
    #[arg(long, value_enum, default_value = "jsonl")]
    format: Form,
    /// File [default: standard output]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
}

/// How an entry is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One JSON object a line
    Jsonl,
    /// Comma-separated values (RFC 4180) with a header
    Csv,
}

impl From<Form> for export::Form {
    fn from(form: Form) -> Self {
        match form {
            Form::Jsonl => Self::Jsonl,
            Form::Csv => Self::Csv,
        }
    }
}

pub(super) async fn run(globals: &Globals, command: &AuditCommand) -> Result<(), Failure> {
    match command {
        AuditCommand::Verify(args) => check(globals, args).await,
        AuditCommand::Export(args) => give_out(globals, args).await,
        AuditCommand::Key => key(globals).await,
    }
}

async fn check(globals: &Globals, args: &VerifyArgs) -> Result<(), Failure> {
    let app = globals.open().await?;
    let mut checked = 0;
    let report = verify(&app, |entries| {
        checked += entries;
        output::progress(&checked.to_string());
    })
    .await?;
    output::end_progress();
    if args.json {
        output::line(&serde_json::to_string(&report).map_err(Error::from)?)?;
    } else {
        output::print(&told(&report, globals.lang))?;
    }
    match &report.flaw {
        None => Ok(()),
        Some(flaw) => Err(Failure::Said(flaw_in_words(flaw))),
    }
}

fn told(report: &Report, lang: Lang) -> String {
    let Report {
        segments,
        entries,
        dropped,
        unfiled,
        unsealed,
        ..
    } = report;
    let lines = [
        Words::new(
            format!("已核对 {segments} 段、{entries} 条，与签名的段首一致"),
            format!("{segments} segments with {entries} entries are as they were sealed"),
        ),
        Words::new(
            format!("其中 {dropped} 段的记录已到期删除，只余段首"),
            format!(
                "of these, the entries of {dropped} were dropped in time and their heads stand"
            ),
        ),
        Words::new(
            format!("{unfiled} 段尚未写入文件库，{unsealed} 条尚未封存"),
            format!(
                "{unfiled} segments are not in the file store yet, {unsealed} entries are not sealed yet"
            ),
        ),
    ];
    let lines = lines.iter().map(|words| format!("{}\n", words.say(lang)));
    lines.collect()
}

fn flaw_in_words(flaw: &Flaw) -> Words {
    match flaw {
        Flaw::Changed {
            segment,
            position,
            entry,
        } => at((*segment, *position), *entry, ["被改动", "was changed"]),
        Flaw::Deleted {
            segment,
            position,
            entry,
        } => at((*segment, *position), *entry, ["被删除", "was deleted"]),
        Flaw::Inserted {
            segment,
            position,
            entry,
        } => at(
            (*segment, *position),
            *entry,
            ["是后来加入的", "was inserted"],
        ),
        Flaw::Reordered {
            segment,
            position,
            entry,
        } => at((*segment, *position), *entry, ["被移动了位置", "was moved"]),
        Flaw::Unlike { segment } => of(
            *segment,
            [
                "与封存时不同，能指出哪一条的文件也不在或已改动",
                "is not as it was sealed, and the file that would name the entry is gone or changed too",
            ],
        ),
        Flaw::Head { segment } => of(
            *segment,
            [
                "段首不是本系统所签，或者不接上一段",
                "has a head that this registry did not sign or that does not follow the one before",
            ],
        ),
        Flaw::Missing { segment } => {
            of(*segment, ["在数据库中不见了", "is gone from the database"])
        }
        Flaw::File { segment } => of(
            *segment,
            [
                "文件库中的段首不见了，或者与数据库不同",
                "has no head in the file store, or another one",
            ],
        ),
        Flaw::Dropped { segment } => {
            of(*segment, ["未到期就被删除", "was dropped before its time"])
        }
        Flaw::CutOff { segment, until } => not_whole(
            (
                &format!("第 {segment} 段至第 {until} 段"),
                "在文件库中有段首，在数据库中已被截去",
            ),
            (
                &format!("segments {segment} to {until}"),
                "have heads in the file store and were cut off in the database",
            ),
        ),
    }
}

/// What is wrong with one entry.
fn at((segment, position): (i64, usize), entry: AuditId, [zh, en]: [&str; 2]) -> Words {
    not_whole(
        (
            &format!("第 {segment} 段第 {position} 条（从 0 起，编号 {entry}）"),
            zh,
        ),
        (
            &format!("entry {entry}, segment {segment}, position {position} from 0,"),
            en,
        ),
    )
}

/// What is wrong with one segment.
fn of(segment: i64, [zh, en]: [&str; 2]) -> Words {
    not_whole(
        (&format!("第 {segment} 段"), zh),
        (&format!("segment {segment}"), en),
    )
}

fn not_whole(zh: (&str, &str), en: (&str, &str)) -> Words {
    Words::new(
        format!("审计记录不完整：{}{}", zh.0, zh.1),
        format!("the audit is not whole: {} {}", en.0, en.1),
    )
}

async fn give_out(globals: &Globals, args: &ExportArgs) -> Result<(), Failure> {
    let app = globals.open().await?;
    let filter = Filter {
        office: args.office,
        party: args.party,
        since: args.since,
        until: args.until,
        ..Filter::default()
    };
    let mut out = writer(args.out.as_deref())?;
    let mut export = Export::of_house(&app, filter, args.format.into()).await?;
    let mut exported = 0;
    while let Some((text, entries)) = export.next(&app).await? {
        out.write_all(text.as_bytes()).map_err(Failure::Output)?;
        exported += entries;
    }
    out.flush().map_err(Failure::Output)?;
    let (unsealed, _) = unsealed(&app).await?;
    let remark = Words::new(
        format!("已导出 {exported} 条；{unsealed} 条尚未封存"),
        format!("{exported} entries; {unsealed} are not sealed yet"),
    );
    output::remark(remark.say(globals.lang));
    Ok(())
}

/// A new file that nobody else may read, or standard output.
fn writer(file: Option<&Path>) -> Result<Box<dyn Write + Send>, Failure> {
    let Some(file) = file else {
        return Ok(Box::new(std::io::stdout()));
    };
    Ok(Box::new(std::io::BufWriter::new(output::new_file(file)?)))
}

async fn key(globals: &Globals) -> Result<(), Failure> {
    let app = globals.open().await?;
    let der = STANDARD.encode(app.vault.head_public_key());
    let lines: Vec<_> = der
        .as_bytes()
        .chunks(PEM_LINE)
        .map(|line| String::from_utf8_lossy(line))
        .collect();
    output::print(&format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        lines.join("\n")
    ))
}
