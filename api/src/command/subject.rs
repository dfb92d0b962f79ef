//! `minglu subject`: what is held about one person, for that person, and what the person asks about it. The number comes from
//! standard input, never from the command line.

mod page;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use entity::id::ObjectionId;
use entity::kind::{IdentityKind, ObjectionKind, ObjectionOutcome};
use entity::problem::Finding;
use rules::label::{Label as _, Lang};
use rules::problem::message;

use super::failure::Failure;
use super::house::Globals;
use super::{help, output, retention::lines, typed};
use crate::registry::subject::{self, Answer, Asked, Objection, Person};
use crate::words::Words;

const NUMBER: Words = Words::fixed("证件号码", "identity number");
const TEXT: Words = Words::fixed("内容", "text");

/// Persons' rights: what is held about them, and what they ask
#[derive(Debug, Subcommand)]
pub(super) enum SubjectCommand {
    Report(ReportArgs),
    #[command(subcommand)]
    Objection(ObjectionCommand),
}

/// Corrections, deletions and objections, each with its clock
#[derive(Debug, Subcommand)]
pub(super) enum ObjectionCommand {
    Add(AddArgs),
    List(ListArgs),
    Answer(AnswerArgs),
}

#[derive(Args, Debug)]
struct PersonArgs {
    /// Kind of document
    #[arg(long, value_name = "KIND", default_value = "RESIDENT_ID")]
    kind: IdentityKind,
    /// Issuing country (ISO 3166-1 alpha-3), for passports and other documents
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
}

impl PersonArgs {
    fn person(&self) -> Person {
        Person {
            kind: self.kind,
            country: self.country.clone(),
        }
    }
}

/// Print everything that is held about one person, in plain; the number is read from standard input
#[derive(Args, Debug)]
#[command(after_help = help::SUBJECT_REPORT)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    person: PersonArgs,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Enter what a person asks; standard input gives the number on its first line, then the text
#[derive(Args, Debug)]
#[command(after_help = help::OBJECTION_ADD)]
pub(super) struct AddArgs {
    #[command(flatten)]
    person: PersonArgs,
    /// What is asked: ACCESS, CORRECTION, DELETION or OBJECTION
    #[arg(long, value_name = "WHAT")]
    asks: ObjectionKind,
    /// The day it was received [default: today]
    #[arg(long, value_name = "DAY")]
    received_on: Option<NaiveDate>,
}

/// List what waits for an answer, the most pressing first
#[derive(Args, Debug)]
#[command(after_help = help::OBJECTION_LIST)]
pub(super) struct ListArgs {
    /// What was answered too
    #[arg(long)]
    all: bool,
}

/// Answer what a person asked; the answer is read from standard input
#[derive(Args, Debug)]
#[command(after_help = help::OBJECTION_ANSWER)]
pub(super) struct AnswerArgs {
    /// Its id
    #[arg(long, value_name = "ID")]
    id: ObjectionId,
    /// What came of it: GRANTED, PARTIAL or REFUSED
    #[arg(long, value_name = "OUTCOME")]
    outcome: ObjectionOutcome,
    /// The day of the answer [default: today]
    #[arg(long, value_name = "DAY")]
    answered_on: Option<NaiveDate>,
}

pub(super) async fn run(globals: &Globals, command: &SubjectCommand) -> Result<(), Failure> {
    match command {
        SubjectCommand::Report(args) => report(globals, args).await,
        SubjectCommand::Objection(ObjectionCommand::Add(args)) => add(globals, args).await,
        SubjectCommand::Objection(ObjectionCommand::List(args)) => list(globals, args).await,
        SubjectCommand::Objection(ObjectionCommand::Answer(args)) => answer(globals, args).await,
    }
}

/// Why something was refused, in both languages.
pub(super) fn refused(findings: &[Finding]) -> Failure {
    let say = |lang| {
        let sentences = findings.iter().map(|finding| message(finding, lang));
        sentences.collect::<Vec<_>>().join(" ")
    };
    Failure::said(say(Lang::Zh), say(Lang::En))
}

async fn report(globals: &Globals, args: &ReportArgs) -> Result<(), Failure> {
    let app = globals.open().await?;
    let number = typed::line(&NUMBER, globals.lang)?;
    let held = subject::report(&app, &args.person.person(), &number).await?;
    let held = held.map_err(|findings| refused(&findings))?;
    if args.json {
        let text = serde_json::to_string_pretty(&held).map_err(crate::error::Error::from)?;
        return output::line(&text);
    }
    match held {
        // The page is for the person, whatever the language of whoever prints it.
        Some(held) => output::print(&page::page(&held)),
        None => output::line("没有保存此人的信息。"),
    }
}

async fn add(globals: &Globals, args: &AddArgs) -> Result<(), Failure> {
    let app = globals.open().await?;
    let asked = Asked {
        person: args.person.person(),
        number: typed::line(&NUMBER, globals.lang)?,
        kind: args.asks,
        received_on: args.received_on,
        text: typed::rest(&TEXT, globals.lang)?,
    };
    let added = subject::add(&app, &asked).await?;
    let (id, due) = added.map_err(|findings| refused(&findings))?;
    output::line(&id.to_string())?;
    let on = Words::same(due.on.to_string());
    output::say(
        &on.of(&Words::fixed("答复期限", "answer due")),
        globals.lang,
    )
}

async fn list(globals: &Globals, args: &ListArgs) -> Result<(), Failure> {
    let app = globals.open().await?;
    let today = app.today();
    let rows = subject::list(&app, args.all).await?;
    let shown = |one: &Objection| {
        let lang = globals.lang;
        let state = match (one.answered_on, one.outcome) {
            (Some(on), Some(outcome)) => format!("{on} {}", outcome.label(lang)),
            _ if one.due_on < today => lang.pick("已逾期", "overdue").to_owned(),
            _ => lang.pick("待答复", "open").to_owned(),
        };
        [
            one.id.to_string(),
            one.kind.label(lang).to_owned(),
            one.received_on.to_string(),
            one.due_on.to_string(),
            state,
            one.text.clone(),
        ]
    };
    let rows: Vec<_> = rows.iter().map(shown).collect();
    lines(&output::columns(&rows))
}

async fn answer(globals: &Globals, args: &AnswerArgs) -> Result<(), Failure> {
    let app = globals.open().await?;
    let given = Answer {
        id: args.id,
        outcome: args.outcome,
        answered_on: args.answered_on,
        text: typed::rest(&TEXT, globals.lang)?,
    };
    let answered = subject::answer(&app, &given).await?;
    answered.map_err(|finding| refused(&[finding]))?;
    let id = Words::same(args.id.to_string());
    output::say(&id.of(&Words::fixed("已答复", "answered")), globals.lang)
}
