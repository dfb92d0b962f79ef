//! `minglu config`: the settings as they are in force, and their manual. Secrets are hidden in both.

use clap::Subcommand;

use super::failure::Failure;
use super::house::Globals;
use super::{help, output};
use crate::config::render_docs;

/// Settings: what is in force, and their manual
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// List the settings in force and where each came from, secrets hidden
    #[command(after_help = help::CONFIG_CHECK)]
    Check,
    /// Print the manual of the settings (docs/settings.md)
    #[command(after_help = help::CONFIG_DOCS)]
    Docs,
}

pub(super) fn run(globals: &Globals, command: &ConfigCommand) -> Result<(), Failure> {
    match command {
        ConfigCommand::Check => output::print(&globals.settings()?.render_in_force(globals.lang)),
        ConfigCommand::Docs => output::print(&render_docs()),
    }
}
