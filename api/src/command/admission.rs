//! `minglu office apply` and `minglu client apply`: data files that admit, shown before they are written. The machine's
//! own operator does this, so the audit names the house.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueHint};

use super::failure::Failure;
use super::house::Globals;
use super::{help, output};
use crate::registry::{client, office};
use crate::words::{Words, told_of};

/// Offices of the regulators
#[derive(Debug, Subcommand)]
pub(super) enum OfficeCommand {
    /// Load offices, local divisions and territories
    #[command(after_help = help::OFFICE_APPLY)]
    Apply(ApplyArgs),
}

/// Clients: whom a token stands for
#[derive(Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// Load clients, their scopes and life times
    #[command(after_help = help::CLIENT_APPLY)]
    Apply(ApplyArgs),
}

#[derive(Args, Debug)]
pub(super) struct ApplyArgs {
    /// Data file (TOML); - reads standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// Show what would be done and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn offices(globals: &Globals, command: &OfficeCommand) -> Result<(), Failure> {
    let OfficeCommand::Apply(args) = command;
    let text = text_of(&args.file)?;
    let app = globals.open().await?;
    let file = office::read(&app, &text)
        .await?
        .map_err(|faults| Failure::told(&faults))?;
    let plan = office::apply(&app, None, &file, args.dry_run).await?;
    output::line(&plan.say(globals.lang))
}

pub(super) async fn clients(globals: &Globals, command: &ClientCommand) -> Result<(), Failure> {
    let ClientCommand::Apply(args) = command;
    let text = text_of(&args.file)?;
    let app = globals.open().await?;
    let file = client::read(&app, &text)
        .await?
        .map_err(|faults| Failure::told(&faults))?;
    let plan = client::apply(&app, &file, args.dry_run).await?;
    output::line(&plan.say(globals.lang))
}

fn text_of(file: &Path) -> Result<String, Failure> {
    let text = if file == Path::new("-") {
        io::read_to_string(io::stdin())
    } else {
        fs::read_to_string(file)
    };
    text.map_err(|fault| {
        let file = file.display();
        let what = Words::new(format!("{file} 读不了"), format!("{file} cannot be read"));
        Failure::Said(told_of(&what, &fault))
    })
}
