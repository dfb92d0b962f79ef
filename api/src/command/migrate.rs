//! `minglu migrate`: the database's history forwards and back. The only command that makes a database outside a start in
//! development.

use std::fs;
use std::path::Path;

use clap::{Args, Subcommand};
use migration::{Migrator, MigratorTrait as _};
use sea_orm::DatabaseConnection;

use super::failure::Failure;
use super::house::{self, Globals, sqlite_file};
use super::{help, output};
use crate::db;
use crate::words::told_of;

/// The history of the database, forwards and back
#[derive(Debug, Subcommand)]
pub(super) enum MigrateCommand {
    /// Bring the database up to date, making it if need be
    #[command(after_help = help::MIGRATE_UP)]
    Up(UpArgs),
    /// Step back, which drops tables with their data
    #[command(after_help = help::MIGRATE_DOWN)]
    Down(DownArgs),
    /// List the migrations and whether each was applied
    #[command(after_help = help::MIGRATE_STATUS)]
    Status,
}

#[derive(Args, Debug)]
pub(super) struct UpArgs {
    /// At most this many [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    steps: Option<u32>,
}

#[derive(Args, Debug)]
pub(super) struct DownArgs {
    /// How many steps
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    steps: u32,
    /// Needed in production
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(globals: &Globals, command: &MigrateCommand) -> Result<(), Failure> {
    match command {
        MigrateCommand::Up(args) => up(globals, args).await,
        MigrateCommand::Down(args) => down(globals, args).await,
        MigrateCommand::Status => status(globals).await,
    }
}

async fn up(globals: &Globals, args: &UpArgs) -> Result<(), Failure> {
    let settings = globals.settings()?;
    let file = sqlite_file(&settings.database.url);
    if let Some(folder) = file.as_deref().and_then(Path::parent) {
        fs::create_dir_all(folder)
            .map_err(|fault| Failure::Said(told_of(&house::cannot_make(folder), &fault)))?;
    }
    let database = db::connect_owner(&settings.database).await?;
    let before = applied(&database).await?;
    db::migrate(&database, args.steps, &settings.database).await?;
    let after = applied(&database).await?;
    told(globals, "+", after.iter().skip(before.len()))
}

async fn down(globals: &Globals, args: &DownArgs) -> Result<(), Failure> {
    if globals.settings()?.server.production && !args.yes {
        return Err(Failure::said(
            "退回会删除数据，生产环境须加 --yes",
            "stepping back deletes data: production needs --yes",
        ));
    }
    let database = globals.owned_database().await?;
    let before = applied(&database).await?;
    Migrator::down(&database, Some(args.steps)).await?;
    let after = applied(&database).await?;
    told(globals, "-", before.iter().skip(after.len()).rev())
}

async fn status(globals: &Globals) -> Result<(), Failure> {
    let database = globals.owned_database().await?;
    let applied = applied(&database).await?;
    let pending = Migrator::get_pending_migrations_read_only(&database).await?;
    let [done, waiting] = [
        globals.lang.pick("已执行", "applied"),
        globals.lang.pick("待执行", "pending"),
    ];
    let applied = applied.iter().map(|name| format!("✓ {name} {done}\n"));
    let pending = pending
        .iter()
        .map(|migration| format!("· {} {waiting}\n", migration.name()));
    output::print(&applied.chain(pending).collect::<String>())
}

/// The names of the migrations that the database has, in their order.
async fn applied(database: &DatabaseConnection) -> Result<Vec<String>, Failure> {
    let applied = Migrator::get_applied_migrations_read_only(database).await?;
    Ok(applied
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect())
}

fn told<'a>(
    globals: &Globals,
    mark: &str,
    names: impl Iterator<Item = &'a String>,
) -> Result<(), Failure> {
    let lines: Vec<_> = names.map(|name| format!("{mark} {name}")).collect();
    if lines.is_empty() {
        return output::line(globals.lang.pick("没有要做的", "nothing to do"));
    }
    output::line(&lines.join("\n"))
}
