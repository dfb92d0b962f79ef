//! `minglu retention` and `minglu hold`: what is kept no longer, and what is held back from removal.

use clap::{ArgGroup, Args, Subcommand};
use entity::id::HoldId;
use entity::kind::HeldKind;
use rules::label::{Label as _, Lang};
use uuid::Uuid;

use super::failure::Failure;
use super::house::Globals;
use super::{help, output, subject, typed};
use crate::clock::in_shanghai;
use crate::jobs;
use crate::registry::retention::{self, Count, Held, Hold, Swept};
use crate::words::Words;

/// What is asked for where a deed needs a reason.
const REASON: Words = Words::fixed("理由", "reason");

/// Remove what is kept no longer
#[derive(Args, Debug)]
#[command(after_help = help::RETENTION)]
pub(super) struct RetentionArgs {
    /// Count what would be removed and remove nothing
    #[arg(long)]
    dry_run: bool,
}

/// Legal holds: what is not removed, however old
#[derive(Debug, Subcommand)]
pub(super) enum HoldCommand {
    Add(AddArgs),
    List(ListArgs),
    Lift(LiftArgs),
}

/// Hold something back from removal; the reason is read from standard input
#[derive(Args, Debug)]
#[command(after_help = help::HOLD_ADD, group = ArgGroup::new("held").required(true))]
pub(super) struct AddArgs {
    /// A party's id, with all its registrations
    #[arg(long, value_name = "ID", group = "held")]
    party: Option<Uuid>,
    /// A registration's id
    #[arg(long, value_name = "ID", group = "held")]
    registration: Option<Uuid>,
    /// A platform's id, with all that stands in its book
    #[arg(long, value_name = "ID", group = "held")]
    platform: Option<Uuid>,
}

/// List the holds that stand
#[derive(Args, Debug)]
#[command(after_help = help::HOLD_LIST)]
pub(super) struct ListArgs {
    /// Those that were lifted too
    #[arg(long)]
    all: bool,
}

/// Lift a hold; the reason is read from standard input
#[derive(Args, Debug)]
#[command(after_help = help::HOLD_LIFT)]
pub(super) struct LiftArgs {
    /// The hold's id
    #[arg(long, value_name = "ID")]
    id: HoldId,
}

pub(super) async fn run(globals: &Globals, args: &RetentionArgs) -> Result<(), Failure> {
    let app = globals.open().await?;
    if args.dry_run {
        let (count, swept) = retention::due(&app).await?;
        let rows = [counted(count, globals.lang), beside(swept, globals.lang)].concat();
        return lines(&output::columns(&rows));
    }
    let count = jobs::retain(&app).await?;
    lines(&output::columns(&counted(count, globals.lang)))
}

fn counted(count: Count, lang: Lang) -> Vec<[String; 2]> {
    [
        ("已注销的登记", "closed registrations", count.registrations),
        (
            "已被取代的核验和版本",
            "superseded verifications and revisions",
            count.checks,
        ),
        (
            "报送的工作簿和逐行记录",
            "workbooks and rows of filings",
            count.submissions,
        ),
        ("导入", "imports", count.imports),
        ("已答复的个人请求", "answered objections", count.objections),
        ("直播前的报送", "reports before livestreams", count.sessions),
        (
            "已结束的黑名单记录",
            "ended blacklist entries",
            count.entries,
        ),
    ]
    .map(|(zh, en, number)| [lang.pick(zh, en).to_owned(), number.to_string()])
    .to_vec()
}

fn beside(swept: Swept, lang: Lang) -> Vec<[String; 2]> {
    [
        ("未使用的上传文件", "unused uploads", swept.uploads),
        (
            "到期的幂等键",
            "idempotency keys that ended",
            swept.outcomes,
        ),
        ("到期的下载链接", "download links that ended", swept.links),
    ]
    .map(|(zh, en, number)| [lang.pick(zh, en).to_owned(), number.to_string()])
    .to_vec()
}

pub(super) async fn holds(globals: &Globals, command: &HoldCommand) -> Result<(), Failure> {
    match command {
        HoldCommand::Add(args) => add(globals, args).await,
        HoldCommand::List(args) => list(globals, args).await,
        HoldCommand::Lift(args) => lift(globals, args).await,
    }
}

async fn add(globals: &Globals, args: &AddArgs) -> Result<(), Failure> {
    let named = [
        (HeldKind::Party, args.party),
        (HeldKind::Registration, args.registration),
        (HeldKind::Platform, args.platform),
    ];
    let named = named.into_iter().find_map(|(kind, id)| Some((kind, id?)));
    let Some((kind, subject)) = named else {
        return Err(Failure::said(
            "未指明保留什么",
            "nothing is named to be held",
        ));
    };
    let app = globals.open().await?;
    let reason = typed::rest(&REASON, globals.lang)?;
    let placed = retention::add_hold(&app, Held { kind, subject }, &reason).await?;
    let id = placed.map_err(|finding| subject::refused(&[finding]))?;
    output::line(&id.to_string())
}

async fn list(globals: &Globals, args: &ListArgs) -> Result<(), Failure> {
    let app = globals.open().await?;
    let holds = retention::holds(&app, args.all).await?;
    let rows: Vec<_> = holds.iter().map(|hold| shown(hold, globals.lang)).collect();
    lines(&output::columns(&rows))
}

fn shown(hold: &Hold, lang: Lang) -> [String; 5] {
    let day = |at| in_shanghai(at).date().to_string();
    let lifted = hold.lifted.as_ref().map_or_else(String::new, |(at, why)| {
        format!("{} {} {why}", lang.pick("解除", "lifted"), day(*at))
    });
    [
        hold.id.to_string(),
        format!("{} {}", hold.held.kind.label(lang), hold.held.subject),
        day(hold.placed_at),
        hold.reason.clone(),
        lifted,
    ]
}

async fn lift(globals: &Globals, args: &LiftArgs) -> Result<(), Failure> {
    let app = globals.open().await?;
    let reason = typed::rest(&REASON, globals.lang)?;
    let lifted = retention::lift_hold(&app, args.id, &reason).await?;
    let id = lifted.map_err(|finding| subject::refused(&[finding]))?;
    let id = Words::same(id.to_string());
    output::say(&id.of(&Words::fixed("已解除", "lifted")), globals.lang)
}

pub(super) fn lines(lines: &[String]) -> Result<(), Failure> {
    lines.iter().try_for_each(|line| output::line(line))
}
