//! The commands of `minglu`: what is typed becomes settings, an open house and one deed. They refuse with a sentence on
//! standard error and an exit code; what they do is done by the same deeds as requests, and audited.

mod acting;
mod admission;
mod config;
mod demo;
mod docs;
mod doctor;
mod failure;
mod help;
mod house;
mod keys;
mod migrate;
mod output;
mod save;
mod serve;
mod submission;
#[cfg(test)]
mod tests;
mod token;
mod welcome;

use std::ffi::OsString;
use std::io::ErrorKind;
use std::process::ExitCode;

use clap::{
    Arg, ArgAction, Command as Line, CommandFactory as _, FromArgMatches as _, Parser, Subcommand,
};

use failure::Failure;
use house::Globals;

/// The program's name.
const NAME: &str = "minglu";
/// The exit code of whatever was refused or failed; clap's own for a wrong usage is 2.
const REFUSED: u8 = 1;

/// 名录：网络直播电商主体登记与报送 Minglu: the registry of livestream e-commerce
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
    /// 载入演示数据并列出各角色 Load demo data and list its roles
    #[command(after_help = help::DEMO)]
    Demo,
    Token(token::TokenArgs),
    /// 打印 GraphQL 接口定义（schema.graphql）Print the GraphQL schema
    Schema,
    #[command(subcommand)]
    Submission(submission::SubmissionCommand),
    /// 逐项检查，指出哪里不对、如何解决 Check everything and say how to mend it
    Doctor,
    #[command(subcommand)]
    Config(config::ConfigCommand),
    #[command(subcommand)]
    Docs(docs::DocsCommand),
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    #[command(subcommand)]
    Office(admission::OfficeCommand),
    #[command(subcommand)]
    Client(admission::ClientCommand),
    Completions(docs::CompletionsArgs),
}

/// Does what the command line says and tells how the process should end.
pub async fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    // The default hook prints the panic's text, which may hold personal data.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        output::remark(&format!(
            "程序故障，请报告此位置 / a fault in the program, please report its place: {place}"
        ));
    }));
    let read = line()
        .try_get_matches_from(arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match read {
        Ok(cli) => cli,
        Err(usage) => {
            // Nobody is left to be told that the usage could not be printed.
            let _ = usage.print();
            if usage.use_stderr() {
                output::remark("用法有误，请看 minglu --help");
            }
            return ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(REFUSED));
        }
    };
    match run(&cli.globals, &cli.command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Output(fault)) if fault.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            match failure {
                Failure::Said(text) => output::remark(&text),
                Failure::Output(fault) => output::remark(&format!(
                    "输出写不出去 / the output cannot be written: {fault}"
                )),
                Failure::Shown => {}
            }
            ExitCode::from(REFUSED)
        }
    }
}

async fn run(globals: &Globals, command: &Command) -> Result<(), Failure> {
    match command {
        Command::Serve(args) => serve::run(globals, args).await,
        Command::Migrate(command) => migrate::run(globals, command).await,
        Command::Demo => demo::run(globals).await,
        Command::Token(args) => token::run(globals, args).await,
        Command::Schema => docs::schema(),
        Command::Submission(command) => submission::run(globals, command).await,
        Command::Doctor => doctor::run(globals).await,
        Command::Config(command) => config::run(globals, command),
        Command::Docs(command) => docs::docs(command),
        Command::Keys(command) => keys::run(command),
        Command::Office(command) => admission::offices(globals, command).await,
        Command::Client(command) => admission::clients(globals, command).await,
        Command::Completions(args) => docs::completions(args),
    }
}

/// The command line with every heading in Chinese and English.
fn line() -> Line {
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .global(true);
    let version = Arg::new("version")
        .short('V')
        .long("version")
        .action(ArgAction::Version);
    let line = Cli::command()
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(help.help("打印帮助 Print help"))
        .arg(version.help("打印版本 Print the version"));
    bilingual(line)
}

fn bilingual(line: Line) -> Line {
    line.help_template(help::TEMPLATE)
        .subcommand_help_heading("命令 Commands")
        .subcommand_value_name("命令 COMMAND")
        .disable_help_subcommand(true)
        .mut_args(|arg| {
            let heading = if arg.is_positional() {
                "参数 Arguments"
            } else {
                "选项 Options"
            };
            arg.help_heading(heading)
        })
        .mut_subcommands(bilingual)
}
