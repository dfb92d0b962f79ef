//! What the program says of itself: the manual of problem codes, the schema, completions for a shell. None of it needs a
//! setting, a key or a database.

use clap::{Args, Subcommand};
use clap_complete::Shell;

use super::failure::Failure;
use super::house::Globals;
use super::{help, output};
use crate::graphql;

/// Documents that the program itself writes
#[derive(Debug, Subcommand)]
pub(super) enum DocsCommand {
    /// Print the manual of problem codes (docs/problems.md)
    #[command(after_help = help::DOCS_PROBLEMS)]
    Problems,
}

/// Print a completion script for a shell
#[derive(Args, Debug)]
#[command(after_help = help::COMPLETIONS)]
pub(super) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

pub(super) fn docs(command: &DocsCommand) -> Result<(), Failure> {
    match command {
        DocsCommand::Problems => output::print(&rules::problem::manual()),
    }
}

pub(super) fn schema() -> Result<(), Failure> {
    output::print(&graphql::sdl())
}

pub(super) fn completions(globals: &Globals, args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    let mut line = super::line(globals.lang);
    clap_complete::generate(args.shell, &mut line, super::NAME, &mut script);
    output::print(&String::from_utf8_lossy(&script))
}
