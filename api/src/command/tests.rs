//! The command line as people meet it: what it takes, what it teaches, how it refuses.

use clap::error::ErrorKind;

use super::*;

fn read(typed: &str) -> Result<Cli, clap::Error> {
    let words = typed.split_whitespace();
    line(Lang::En)
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

fn built(lang: Lang) -> Line {
    let mut line = line(lang);
    line.build();
    line
}

/// What a command's help says, with its flags; each text under the name of what it explains.
fn texts(command: &Line) -> Vec<(String, String)> {
    let name = command.get_name();
    let text =
        |told: Option<&clap::builder::StyledStr>| told.map(ToString::to_string).unwrap_or_default();
    let flags = command
        .get_arguments()
        .map(|arg| (format!("{name} {}", arg.get_id()), text(arg.get_help())));
    flags
        .chain([(name.to_owned(), text(command.get_about()))])
        .collect()
}

/// The locale that a process finds, as its environment says.
fn locale(set: &[(&str, &str)]) -> Lang {
    crate::config::language_of(|name| {
        let found = set.iter().find(|(other, _)| *other == name);
        found.map(|(_, value)| OsString::from(value))
    })
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
    line(Lang::En).debug_assert();
    line(Lang::Zh).debug_assert();
}

#[test]
fn every_command_and_flag_explains_itself_in_the_language_of_the_locale() {
    for (set, chinese) in [
        (&[("LANG", "zh_CN.UTF-8")][..], true),
        (&[("LANG", "C.UTF-8")], false),
        (&[], false),
    ] {
        for (of, text) in all(built(locale(set))).iter().flat_map(texts) {
            assert!(!text.is_empty(), "{of} says nothing");
            assert_eq!(has_chinese(&text), chinese, "{of}: {text:?}");
            assert!(chinese || has_english(&text), "{of}: {text:?}");
        }
    }
}

#[test]
fn both_languages_teach_the_same_commands_by_the_same_examples() {
    let examples = |command: &Line| {
        let help = command.get_after_help().map(ToString::to_string);
        let help = help.unwrap_or_default();
        let typed = help.lines().filter(|line| line.starts_with("  minglu "));
        let typed = typed.map(|line| line.trim().split("  ").next().unwrap().to_owned());
        typed.collect::<Vec<_>>()
    };
    let [english, chinese] = [Lang::En, Lang::Zh].map(|lang| all(built(lang)));
    assert_eq!(english.len(), chinese.len());
    for (english, chinese) in english.iter().zip(&chinese) {
        let name = english.get_name();
        assert_eq!(examples(english), examples(chinese), "{name}");
        let teaches = english.has_subcommands() || !examples(english).is_empty();
        assert!(teaches, "{name} shows no example");
        let help = english.get_after_help().map(ToString::to_string);
        assert!(!has_chinese(&help.unwrap_or_default()), "{name}");
    }
}

#[test]
fn a_page_is_in_one_language_whole() {
    let page = |lang, path: &[&str]| {
        let mut line = built(lang);
        let command = path.iter().fold(&mut line, |command, name| {
            command.find_subcommand_mut(name).unwrap()
        });
        command.render_long_help().to_string()
    };
    for command in [
        &[][..],
        &["serve"],
        &["completions"],
        &["submission", "prepare"],
    ] {
        let chinese = page(Lang::Zh, command);
        for english in [
            "Usage:",
            "Commands:",
            "Options:",
            "Arguments:",
            "[default",
            "[possible",
        ] {
            assert!(!chinese.contains(english), "{chinese}");
        }
        assert!(chinese.contains("用法：minglu"), "{chinese}");
        let english = page(Lang::En, command);
        assert!(!has_chinese(&english), "{english}");
        assert!(english.contains("Usage: minglu"), "{english}");
    }
    let prepare = page(Lang::Zh, &["submission", "prepare"]);
    assert!(prepare.contains("（默认：LIVESTREAM）"), "{prepare}");
    let completions = page(Lang::Zh, &["completions"]);
    assert!(completions.contains("（可选：bash、"), "{completions}");
    let prepare = page(Lang::En, &["submission", "prepare"]);
    assert!(prepare.contains("[default: LIVESTREAM]"), "{prepare}");
}

#[test]
fn examples_in_help_are_commands_that_can_be_typed() {
    for command in all(built(Lang::En)) {
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
                .split([" > ", " < "][usize::from(example.contains(" < "))])
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
fn wrong_usage_is_told_in_chinese_too() {
    let told = |typed: &str| {
        let words = typed.split_whitespace();
        usage::chinese(&line(Lang::Zh).try_get_matches_from(words).unwrap_err())
    };
    let table = [
        ("minglu dance", "没有命令 dance。"),
        ("minglu doctr", "没有命令 doctr，是否要用 docs、doctor。"),
        ("minglu serve --dmo", "没有参数 --dmo，是否要用 --demo。"),
        ("minglu token", "缺少 --client <NAME>。"),
        ("minglu token --client", "--client <NAME> 须有值。"),
        (
            "minglu serve --production --demo",
            "--production 不能与 --demo 同时使用。",
        ),
        (
            "minglu completions csh",
            "<SHELL> 不能是 \"csh\"；可用：bash、elvish、fish、powershell、zsh。",
        ),
        (
            "minglu doctor --set page_size",
            "--set <KEY=VALUE> 不能是 \"page_size\"，须写作 键=值，如 limits.page_size=100。",
        ),
        (
            "minglu submission prepare --client a --window 2027-03",
            "--window <WINDOW> 不能是 \"2027-03\"，须写作 2027-01 或者 2027-07。",
        ),
        (
            "minglu submission prepare --client a --window 2027-01 --report X",
            "--report <REPORT> 不能是 \"X\"；可用：LIVESTREAM、MERCHANT。",
        ),
        (
            "minglu token --client a --minutes 61",
            "--minutes <N> 不能是 \"61\"：",
        ),
    ];
    for (typed, words) in table {
        let told = told(typed);
        assert!(
            told.starts_with(&format!("用法有误：{words}")) && told.ends_with("请看 minglu --help"),
            "{typed}: {told}"
        );
    }
}

#[test]
fn completions_know_every_command() {
    let mut script = Vec::new();
    let mut line = line(Lang::En);
    clap_complete::generate(clap_complete::Shell::Bash, &mut line, NAME, &mut script);
    let script = String::from_utf8(script).unwrap();
    for name in ["serve", "prepare", "doctor", "completions", "--dry-run"] {
        assert!(script.contains(name), "{name}");
    }
}
