//! The commands of `minglu`: what is typed becomes settings, an open house and one deed. They refuse with a sentence on
//! standard error and an exit code; what they do is done by the same deeds as requests, and audited.

mod acting;
mod admission;
mod audit;
mod config;
mod demo;
mod docs;
mod doctor;
mod failure;
mod help;
mod house;
mod import;
mod keys;
mod live;
mod migrate;
mod output;
mod retention;
mod save;
mod screen;
mod serve;
mod subject;
mod submission;
#[cfg(test)]
mod tests;
mod token;
mod typed;
mod usage;
mod welcome;

use std::ffi::OsString;
use std::io::ErrorKind;
use std::process::ExitCode;

use clap::error::ErrorKind as UsageKind;
use clap::{Command as Line, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use rules::label::Lang;

use failure::Failure;
use house::Globals;

use crate::words::Words;

/// The program's name.
const NAME: &str = "minglu";
/// What is said of a panic, with its place.
const OUR_FAULT: Words = Words::fixed(
    "程序故障，请报告此位置",
    "a fault in the program, please report its place",
);
/// The exit code of whatever was refused or failed; clap's own for a wrong usage is 2.
const REFUSED: u8 = 1;

/// Minglu: the registry of livestream e-commerce, where platforms register and file, and regulators read
#[derive(Debug, Parser)]
#[command(name = NAME, version, after_help = help::TOP)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::ServeArgs),
    #[command(subcommand)]
    Migrate(migrate::MigrateCommand),
    /// Load the demo data and list its roles
    #[command(after_help = help::DEMO)]
    Demo,
    Token(token::TokenArgs),
    /// Print the GraphQL schema (schema.graphql)
    #[command(after_help = help::SCHEMA)]
    Schema,
    #[command(subcommand)]
    Submission(submission::SubmissionCommand),
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Look at every part, say what is wrong and how to mend it
    #[command(after_help = help::DOCTOR)]
    Doctor,
    #[command(subcommand)]
    Config(config::ConfigCommand),
    #[command(subcommand)]
    Docs(docs::DocsCommand),
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    #[command(subcommand)]
    Live(live::LiveCommand),
    #[command(subcommand)]
    Office(admission::OfficeCommand),
    #[command(subcommand)]
    Client(admission::ClientCommand),
    Retention(retention::RetentionArgs),
    #[command(subcommand)]
    Hold(retention::HoldCommand),
    #[command(subcommand)]
    Subject(subject::SubjectCommand),
    Screen(screen::ScreenArgs),
    Import(import::ImportArgs),
    Completions(docs::CompletionsArgs),
}

/// Does what the command line says and tells how the process should end.
pub async fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let lang = crate::config::language();
    // The default hook prints the panic's text, which may hold personal data.
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string);
        let place = Words::same(place.unwrap_or_default());
        output::remark(place.of(&OUR_FAULT).say(lang));
    }));
    let read = line(lang)
        .try_get_matches_from(arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let mut cli = match read {
        Ok(cli) => cli,
        Err(usage) => return misused(&usage, lang),
    };
    cli.globals.lang = lang;
    // On the heap, because the largest command would make every caller large.
    let done = Box::pin(run(&cli.globals, &cli.command)).await;
    cli.globals.leave().await;
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Output(fault)) if fault.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(words) = failure.words() {
                output::remark(words.say(lang));
            }
            ExitCode::from(REFUSED)
        }
    }
}

/// Prints the help that was asked for, or what is wrong with what was typed.
fn misused(usage: &clap::Error, lang: Lang) -> ExitCode {
    let page = matches!(
        usage.kind(),
        UsageKind::DisplayHelp
            | UsageKind::DisplayVersion
            | UsageKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    if page || lang == Lang::En {
        // Nobody is left to be told that the usage could not be printed.
        let _ = usage.print();
    } else {
        output::remark(&usage::chinese(usage));
    }
    ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(REFUSED))
}

async fn run(globals: &Globals, command: &Command) -> Result<(), Failure> {
    match command {
        Command::Serve(args) => Box::pin(serve::run(globals, args)).await,
        Command::Migrate(command) => migrate::run(globals, command).await,
        Command::Demo => Box::pin(demo::run(globals)).await,
        Command::Token(args) => token::run(globals, args).await,
        Command::Schema => docs::schema(),
        Command::Submission(command) => submission::run(globals, command).await,
        Command::Audit(command) => audit::run(globals, command).await,
        Command::Doctor => doctor::run(globals).await,
        Command::Config(command) => config::run(globals, command),
        Command::Docs(command) => docs::docs(command),
        Command::Keys(command) => keys::run(globals, command).await,
        Command::Live(command) => live::run(globals, command),
        Command::Office(command) => admission::offices(globals, command).await,
        Command::Client(command) => admission::clients(globals, command).await,
        Command::Retention(args) => retention::run(globals, args).await,
        Command::Hold(command) => retention::holds(globals, command).await,
        Command::Subject(command) => subject::run(globals, command).await,
        Command::Screen(args) => screen::run(globals, args).await,
        Command::Import(args) => Box::pin(import::run(globals, args)).await,
        Command::Completions(args) => docs::completions(globals, args),
    }
}

/// The command line in a language.
fn line(lang: Lang) -> Line {
    help::in_language(Cli::command(), lang)
}
