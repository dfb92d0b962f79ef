//! The command line as people meet it: what it takes, what it teaches, how it refuses.

use clap::error::ErrorKind;

use super::*;

fn read(typed: &str) -> Result<Cli, clap::Error> {
    let words = typed.split_whitespace();
    line()
        .try_get_matches_from(words)
        .and_then(|matches| Cli::from_arg_matches(&matches))
}

fn kind(typed: &str) -> ErrorKind {
    read(typed).unwrap_err().kind()
}

/// Every command, itself and those below it.
fn all(line: Line) -> Vec<Line> {
    let below: Vec<_> = line.get_subcommands().cloned().flat_map(all).collect();
    std::iter::once(line).chain(below).collect()
}

fn built() -> Line {
    let mut line = line();
    line.build();
    line
}

fn has_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn has_english(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphabetic())
        .any(|word| word.len() > 1)
}

#[test]
fn the_command_line_contradicts_itself_nowhere() {
    line().debug_assert();
}

#[test]
fn every_command_and_flag_explains_itself_chinese_first() {
    for command in all(built()) {
        let name = command.get_name().to_owned();
        let about = command
            .get_about()
            .map(ToString::to_string)
            .unwrap_or_default();
        let helps = command.get_arguments().map(|arg| {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            (format!("{name} {}", arg.get_id()), help)
        });
        for (of, text) in helps.chain([(name.clone(), about)]) {
            assert!(has_chinese(&text) && has_english(&text), "{of}: {text:?}");
            let english = text
                .find(|c: char| c.is_ascii_alphabetic())
                .unwrap_or_default();
            assert!(
                text.find(|c: char| !c.is_ascii()).unwrap() <= english || of.contains("minglu"),
                "{of}: {text:?}"
            );
        }
    }
}

#[test]
fn help_has_examples_and_no_heading_in_english_alone() {
    let page = line().render_long_help().to_string();
    assert!(
        page.contains("minglu serve --demo") && page.contains("退出码"),
        "{page}"
    );
    for heading in ["\nUsage:", "\nCommands:", "\nOptions:", "\nArguments:"] {
        assert!(!page.contains(heading), "{page}");
    }
}

#[test]
fn examples_in_help_are_commands_that_can_be_typed() {
    for command in all(built()) {
        let help = command
            .get_after_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        for example in help
            .lines()
            .filter_map(|line| line.strip_prefix("  minglu "))
        {
            let typed: Vec<_> = example
                .split("  ")
                .next()
                .unwrap()
                .split(" > ")
                .next()
                .unwrap()
                .split(' ')
                .collect();
            let typed = typed.join(" ");
            assert!(
                read(&format!("minglu {typed}")).is_ok(),
                "{typed}: {:?}",
                read(&format!("minglu {typed}")).err()
            );
        }
    }
}

#[test]
fn flags_of_the_house_go_before_or_behind_the_command() {
    for typed in [
        "minglu --config a.toml --set a.b=1 doctor",
        "minglu doctor --config a.toml --set a.b=1",
    ] {
        let cli = read(typed).unwrap();
        assert_eq!(cli.globals.config, Some("a.toml".into()), "{typed}");
        assert_eq!(
            cli.globals.set,
            [("a.b".to_owned(), "1".to_owned())],
            "{typed}"
        );
    }
    let twice = read("minglu doctor --set a.b=1 --set c.d=x=y").unwrap();
    assert_eq!(twice.globals.set[1], ("c.d".to_owned(), "x=y".to_owned()));
}

#[test]
fn wrong_usage_is_told_apart() {
    let table = [
        (
            "minglu",
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand,
        ),
        ("minglu dance", ErrorKind::InvalidSubcommand),
        (
            "minglu serve --production --demo",
            ErrorKind::ArgumentConflict,
        ),
        ("minglu token", ErrorKind::MissingRequiredArgument),
        (
            "minglu token --client a --minutes 0",
            ErrorKind::ValueValidation,
        ),
        (
            "minglu token --client a --minutes 61",
            ErrorKind::ValueValidation,
        ),
        ("minglu keys new", ErrorKind::MissingRequiredArgument),
        ("minglu migrate down --steps 0", ErrorKind::ValueValidation),
        (
            "minglu submission prepare --client a --window 2027-03",
            ErrorKind::ValueValidation,
        ),
        (
            "minglu submission prepare --client a --window 2027-01 --report STREAM",
            ErrorKind::ValueValidation,
        ),
        ("minglu doctor --set page_size", ErrorKind::ValueValidation),
        ("minglu --help", ErrorKind::DisplayHelp),
        ("minglu office apply --help", ErrorKind::DisplayHelp),
        ("minglu --version", ErrorKind::DisplayVersion),
    ];
    for (typed, expected) in table {
        assert_eq!(kind(typed), expected, "{typed}");
    }
}

#[test]
fn completions_know_every_command() {
    let mut script = Vec::new();
    clap_complete::generate(clap_complete::Shell::Bash, &mut line(), NAME, &mut script);
    let script = String::from_utf8(script).unwrap();
    for name in ["serve", "prepare", "doctor", "completions", "--dry-run"] {
        assert!(script.contains(name), "{name}");
    }
}
