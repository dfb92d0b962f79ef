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

/// 机关 Offices
#[derive(Debug, Subcommand)]
pub(super) enum OfficeCommand {
    /// 载入机关、地方区划与地域 Apply offices, local divisions and territories
    #[command(after_help = help::OFFICE_APPLY)]
    Apply(ApplyArgs),
}

/// 客户端 Clients
#[derive(Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// 载入客户端、权限与有效期 Apply clients, their scopes and life times
    #[command(after_help = help::CLIENT_APPLY)]
    Apply(ApplyArgs),
}

#[derive(Args, Debug)]
pub(super) struct ApplyArgs {
    /// 数据文件（TOML），- 为标准输入 Data file (TOML); - reads standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// 只显示将要做什么，不写入 Show what would be done and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn offices(globals: &Globals, command: &OfficeCommand) -> Result<(), Failure> {
    let OfficeCommand::Apply(args) = command;
    let text = text_of(&args.file)?;
    let app = globals.open().await?;
    let file = office::read(&app, &text)
        .await?
        .map_err(|faults| Failure::Said(faults.to_string()))?;
    let plan = office::apply(&app, None, &file, args.dry_run).await?;
    output::line(&plan.to_string())
}

pub(super) async fn clients(globals: &Globals, command: &ClientCommand) -> Result<(), Failure> {
    let ClientCommand::Apply(args) = command;
    let text = text_of(&args.file)?;
    let app = globals.open().await?;
    let file = client::read(&app, &text)
        .await?
        .map_err(|faults| Failure::Said(faults.to_string()))?;
    let plan = client::apply(&app, &file, args.dry_run).await?;
    output::line(&plan.to_string())
}

fn text_of(file: &Path) -> Result<String, Failure> {
    let text = if file == Path::new("-") {
        io::read_to_string(io::stdin())
    } else {
        fs::read_to_string(file)
    };
    text.map_err(|fault| {
        Failure::Said(format!(
            "读不了 {} / cannot be read: {fault}",
            file.display()
        ))
    })
}
