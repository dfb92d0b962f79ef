//! What `--help` teaches beyond the list of flags: examples that work as they stand, and what is done by default. Purposes
//! and flags are explained in English where they are declared; [`chinese`] lays the Chinese page of each command over it.
//! Nothing here is computed from a registry.

mod zh;

use clap::{Arg, ArgAction, Command};
use rules::label::Lang;

/// How a Chinese page is laid out; an English one is laid out as clap has it.
const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// The command line in one language.
pub(super) fn in_language(line: Command, lang: Lang) -> Command {
    let flag = |name: &'static str, short, action: ArgAction| {
        Arg::new(name).short(short).long(name).action(action)
    };
    // Clap's own flags cannot be given other words; these do the same.
    let line = line
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(
            flag("help", 'h', ArgAction::Help)
                .global(true)
                .help("Print this help"),
        )
        .arg(flag("version", 'V', ArgAction::Version).help("Print the version"));
    let line = without_help_command(line);
    match lang {
        Lang::En => line,
        Lang::Zh => chinese(line, ""),
    }
}

/// `minglu help X` would say no more than `minglu X --help`.
fn without_help_command(line: Command) -> Command {
    line.disable_help_subcommand(true)
        .mut_subcommands(without_help_command)
}

/// Lays the Chinese pages over a command and those below it; `path` is how the command is typed behind the program's name.
fn chinese(line: Command, path: &str) -> Command {
    let Some(page) = zh::page(path) else {
        return line;
    };
    line.about(page.about)
        .after_help(page.more)
        .help_template(TEMPLATE)
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .mut_args(|arg| chinese_flag(arg, page))
        .mut_subcommands(|below| {
            let path = format!("{path} {}", below.get_name());
            chinese(below, path.trim_start())
        })
}

fn chinese_flag(arg: Arg, page: &zh::Page) -> Arg {
    let about = page.flag(arg.get_id().as_str()).unwrap_or_default();
    let choices: Vec<_> = arg
        .get_possible_values()
        .iter()
        .map(|value| value.get_name().to_owned())
        .collect();
    let defaults: Vec<_> = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    // Clap says both in English only.
    let takes_value = arg.get_action().takes_values();
    let said = |what: &str, values: &[String]| match values {
        [] => String::new(),
        _ if !takes_value => String::new(),
        values => format!("（{what}：{}）", values.join("、")),
    };
    let help = [
        about.to_owned(),
        said("可选", &choices),
        said("默认", &defaults),
    ];
    let heading = if arg.is_positional() {
        "参数"
    } else {
        "选项"
    };
    arg.help(help.concat())
        .help_heading(heading)
        .hide_possible_values(takes_value)
        .hide_default_value(takes_value)
}

pub(super) const TOP: &str = "\
Examples:
  minglu serve --demo                        a demonstration: SQLite, invented data, a token for each role
  minglu doctor                              what is wrong here, and how to mend it
  minglu keys new --out /etc/minglu          keys for production
  minglu migrate up --config minglu.toml     make or upgrade the database
  minglu serve --production --config minglu.toml

Settings come from the defaults, a TOML file, the environment (MINGLU_<SECTION>_<KEY>) and --set; the later wins.
`minglu config docs` lists them all. Messages are Chinese where LC_ALL, LC_MESSAGES or LANG says zh, else English.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage";

pub(super) const SERVE: &str = "\
Examples:
  minglu serve --demo                                     with demo data, printing tokens
  minglu serve --set server.address=0.0.0.0:8080
  minglu serve --set database.url=postgres://minglu@localhost/minglu
  minglu serve --production --config /etc/minglu/minglu.toml

By default it listens on 127.0.0.1:8080 and keeps everything under ./data, with SQLite.
Development upgrades the database and makes development keys by itself; production does neither: run
`minglu keys new` and `minglu migrate up` first.
On SIGTERM or Ctrl-C /readyz turns red, running requests and jobs are finished, then it exits with 0.";

pub(super) const MIGRATE_UP: &str = "\
Examples:
  minglu migrate up                  all that are pending
  minglu migrate up --steps 1";

pub(super) const MIGRATE_DOWN: &str = "\
Example:
  minglu migrate down --steps 1";

pub(super) const MIGRATE_STATUS: &str = "\
Example:
  minglu migrate status              ✓ applied, · pending";

pub(super) const DEMO: &str = "\
Example:
  minglu demo        may run again: what is there stays";

pub(super) const TOKEN: &str = "\
Examples:
  minglu token --client demo-platform
  curl -H \"Authorization: Bearer $(minglu token --client demo-platform)\" \\
       -H 'Content-Type: application/json' -d '{\"query\":\"{me{role}}\"}' http://127.0.0.1:8080/graphql";

pub(super) const SCHEMA: &str = "\
Example:
  minglu schema > schema.graphql";

pub(super) const SUBMISSION_PREPARE: &str = "\
Examples:
  minglu submission prepare --client demo-platform --window 2027-01 --save .
  minglu submission prepare --client demo-platform --window 2027-01 --kind CORRECTION

It does the work itself where no server does, and never does it twice where one does.";

pub(super) const SUBMISSION_FILE: &str = "\
Example:
  minglu submission file --client demo-platform --id 01933f5e-0000-7000-8000-000000000000

A submission can be filed from the first day of its window on; after the last day it is filed late, never refused.";

pub(super) const AUDIT_VERIFY: &str = "\
Examples:
  minglu audit verify                  check all of it; exits with 1 where something is wrong
  minglu audit verify --json           the same for a monitor

The database is compared with the heads that were signed when the entries were sealed, and these with the file store, where
whoever changes the database does not reach. Entries of the last seconds are not sealed yet and are counted.";

pub(super) const AUDIT_EXPORT: &str = "\
Examples:
  minglu audit export --since 2027-01-01T00:00:00+08:00 --until 2027-02-01T00:00:00+08:00 --out january.jsonl
  minglu audit export --format csv --office 01933f5e-0000-7000-8000-000000000000

Entries hold ids, counts, codes and masked changes. The export itself is recorded. An existing file is not overwritten.";

pub(super) const AUDIT_KEY: &str = "\
Example:
  minglu audit key > audit-key.pem

Keep it outside the house: whoever has it can check copies of the heads (the file store's folder audit) without us.";

pub(super) const LIVE_VERIFY: &str = "\
Examples:
  minglu live verify record.jws                     exits with 1 unless this registry signed it
  minglu live verify record.jws --account acct-1    the record holds the account as a hash only
  minglu live verify - < record.jws

It needs the key file and no database. Whoever is elsewhere verifies with /.well-known/jwks.json and any JWS library.";

pub(super) const LIVE_KEYS: &str = "\
Example:
  minglu live keys > jwks.json

The same as GET /.well-known/jwks.json. Keys that were retired are among them, because what they signed is kept for years.";

pub(super) const DOCTOR: &str = "\
Example:
  minglu doctor --config /etc/minglu/minglu.toml      ✓ fine, ! works but could be better, ✗ broken, · not looked at

It changes nothing but a probe in the file store, which it takes away again. It exits with 1 if anything is broken.";

pub(super) const KEYS_NEW: &str = "\
Examples:
  minglu keys new --out /etc/minglu --suite gm
  minglu keys new --out /etc/minglu      then set what it prints, and keep a copy of the keys off this machine";

pub(super) const KEYS_STATUS: &str = "\
Examples:
  minglu keys status      what each key sealed, who is at work with which, how far a rotation is

It reads whole tables, which takes minutes where there are millions of rows.";

pub(super) const KEYS_ROTATE: &str = "\
Examples:
  minglu keys rotate                          a new key in every ring but the fingerprint's
  minglu keys rotate --ring seal              of sealed data alone
  minglu keys rotate --suite gm               new keys of another suite

The steps, with any number of processes (docs/security.md):
  1. minglu keys rotate, copy the key file everywhere, restart the processes one by one
  2. minglu keys status, until the index is complete under the new key
  3. minglu keys activate, copy the key file everywhere, restart the processes one by one
  4. minglu keys status, until everything is sealed under the new key
  5. minglu keys retire seal 1 and minglu keys retire index 1, copy the key file, restart at leisure";

pub(super) const KEYS_ACTIVATE: &str = "\
Examples:
  minglu keys activate                   every ring that has a newer key
  minglu keys activate --ring seal

It is refused as long as a process at work does not hold the new key, or something has no index under it.";

pub(super) const KEYS_RETIRE: &str = "\
Examples:
  minglu keys retire seal 1
  minglu keys retire index 1

It is refused as long as anything is sealed under the key, or a process at work makes anything with it.";

pub(super) const OFFICE_APPLY: &str = "\
Examples:
  minglu office apply docs/examples/offices.toml --dry-run      look first
  minglu office apply docs/examples/offices.toml

What the file does not name stays; a file with faults is told all of them by line, and nothing is written.";

pub(super) const CLIENT_APPLY: &str = "\
Examples:
  minglu client apply docs/examples/clients.toml --dry-run      look first
  minglu client apply docs/examples/clients.toml

What the file does not name stays, and what was revoked stays revoked; a file with faults is told all of them by line.";

pub(super) const RETENTION: &str = "\
Examples:
  minglu retention --dry-run      what would be removed now, by kind
  minglu retention

A server does the same by itself when the setting schedule.retention says so. How long things are kept is in the settings
retention.*; what a legal hold, a filing or an open tie still needs stays. What was removed is told to the audit.";

pub(super) const HOLD_ADD: &str = "\
Example:
  minglu hold add --registration 01933f5e-0000-7000-8000-000000000000 < reason.txt

It prints the hold's id. What is held already keeps the hold it has.";

pub(super) const HOLD_LIST: &str = "\
Examples:
  minglu hold list
  minglu hold list --all";

pub(super) const HOLD_LIFT: &str = "\
Example:
  minglu hold lift --id 01933f5e-0000-7000-8000-000000000000 < reason.txt";

pub(super) const SUBJECT_REPORT: &str = "\
Examples:
  minglu subject report < number.txt
  minglu subject report --kind PASSPORT --country KOR --json < number.txt

On a terminal it asks for the number. The page is Chinese, for the person to read; make sure first who that is. The deed is
recorded before anything is printed.";

pub(super) const OBJECTION_ADD: &str = "\
Example:
  minglu subject objection add --asks CORRECTION --received-on 2026-12-01 < letter.txt

It prints the id and the last day for the answer: subject.answer_days working days after the day it was received.";

pub(super) const OBJECTION_LIST: &str = "\
Examples:
  minglu subject objection list
  minglu subject objection list --all";

pub(super) const OBJECTION_ANSWER: &str = "\
Example:
  minglu subject objection answer --id 01933f5e-0000-7000-8000-000000000000 --outcome GRANTED < answer.txt

An answer is given once. It changes no record: the platform that filed it does, or a correction here.";

pub(super) const CONFIG_CHECK: &str = "\
Example:
  minglu config check --config minglu.toml --set limits.page_size=100      what it prints is itself a settings file";

pub(super) const CONFIG_DOCS: &str = "\
Example:
  minglu config docs > settings.md";

pub(super) const DOCS_PROBLEMS: &str = "\
Example:
  minglu docs problems > problems.md";

pub(super) const COMPLETIONS: &str = "\
Examples:
  minglu completions bash > ~/.local/share/bash-completion/completions/minglu
  minglu completions fish > ~/.config/fish/completions/minglu.fish";

pub(super) const SCREEN: &str = "\
Examples:
  minglu screen people.xlsx --client xihu
  minglu screen people.csv --client xihu --out looked-up.csv

The first sheet is read. A header names what is looked up, in the words of Chinese offices or as number, name and account; a
row is asked by its number if it has one, else by its account, else by its name. The client sees what it would see through
the API.";

pub(super) const IMPORT: &str = "\
Examples:
  minglu import survey.xlsx --client xihu --dry-run
  minglu import survey.xlsx --client xihu
  minglu import survey.xls --client xihu --kind OPERATORS --mode all-or-nothing
  minglu import survey.csv --client xihu --platform xihu-live --column C=operator.name --column D=
  minglu import survey.xlsx --client xihu --dry-run --json > report.json
  minglu import --template OPERATORS
  minglu import --template FORM --out form.xlsx

All sheets are read, hidden ones too; tables are found under titles, and forms with a word in one cell and its value in the
next. Every row is accepted, rejected or skipped, and none is lost. The workbook that is written tells what became of each
row, with wrong cells marked: for an .xlsx it is the same file with two columns more. Mend it and import it again; what was
taken stays as it is. Identity numbers that a spreadsheet kept as numbers have lost digits and are refused, never guessed.
An office's survey never overwrites what a platform filed.

It ends with 0 where the file was read, also where rows were rejected: the counts tell; with 1 where it could not be read,
written or found; with 2 where the command itself is wrong. Columns that were taken for something else are corrected by
--column; docs/survey.md lists the fields. With --json the report alone is printed, and all else is said on standard error.

A template has a header that is always understood, numbers that stay texts, lists to choose from, and one example that is
never imported.";
