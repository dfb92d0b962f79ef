//! What the program says of itself: the manual of problem codes, the schema, completions for a shell. None of it needs a
//! setting, a key or a database.

use clap::{Args, Subcommand};
use clap_complete::Shell;

use super::failure::Failure;
use super::{help, output};
use crate::graphql;

/// 文档 Documents
#[derive(Debug, Subcommand)]
pub(super) enum DocsCommand {
    /// 打印问题代码手册（docs/problems.md）Print the manual of problem codes
    Problems,
}

/// 打印命令补全脚本 Print a completion script
#[derive(Args, Debug)]
#[command(after_help = help::COMPLETIONS)]
pub(super) struct CompletionsArgs {
    /// 命令解释器 Shell
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

pub(super) fn completions(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::line(), super::NAME, &mut script);
    output::print(&String::from_utf8_lossy(&script))
}
