//! `minglu config`: the settings as they are in force, and their manual. Secrets are hidden in both.

use clap::Subcommand;

use super::failure::Failure;
use super::house::Globals;
use super::{help, output};
use crate::config::render_docs;

/// 设置 Settings
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// 列出生效的设置及来源，机密不显示 What is in force and where it came from, secrets hidden
    #[command(after_help = help::CONFIG_CHECK)]
    Check,
    /// 打印设置手册（docs/settings.md）Print the manual of the settings
    Docs,
}

pub(super) fn run(globals: &Globals, command: &ConfigCommand) -> Result<(), Failure> {
    match command {
        ConfigCommand::Check => output::print(&globals.settings()?.render_in_force()),
        ConfigCommand::Docs => output::print(&render_docs()),
    }
}
