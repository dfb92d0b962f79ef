//! The commands as people type them: the real program, in a folder of its own, on both databases; what it prints is
//! pasted, what it saves is read.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;

use calamine::Reader as _;
use entity::value::window::SubmissionWindow;
use migration::MigratorTrait as _;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};
use tests::database::Engine;

use crate::program::{Machine, has_chinese, on_machines};

const ANY_PORT: &str = "--set server.address=127.0.0.1:0";

impl Machine {
    /// One whole number of its database.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let db = sea_orm::Database::connect(self.owner_url())
            .await
            .expect("the database");
        let row = db
            .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
            .await;
        let number = row
            .expect("it is read")
            .expect("a row")
            .try_get_by_index(0)
            .expect("a whole number");
        db.close().await.expect("closed");
        number
    }

    /// The rows of each sheet of a workbook, without the header.
    fn rows(&self, name: &str) -> BTreeMap<String, usize> {
        let mut book: calamine::Xlsx<_> =
            calamine::open_workbook(self.path(name)).expect("a workbook");
        let names = book.sheet_names();
        let rows = |name: String| {
            let rows = book.worksheet_range(&name).expect("a sheet").height();
            (name, rows.saturating_sub(1))
        };
        names.into_iter().map(rows).collect()
    }
}

/// The window that the demo's loading says was filed, in which its other platform still may file.
pub(crate) fn filed_window(loaded: &str) -> String {
    let mut lines = loaded.lines();
    let told = lines.find_map(|line| line.strip_prefix("submission ")?.split_once(": "));
    let window = told.expect("a filing").0.parse::<SubmissionWindow>();
    window.expect("a window").to_string()
}

/// What a server answers to a token's bearer.
async fn ask(base: &str, token: Option<&str>, query: &str) -> Value {
    let mut request = reqwest::Client::new()
        .post(format!("{base}/graphql"))
        .json(&json!({ "query": query }));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    request
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON")
}

async fn role(base: &str, token: &str) -> Value {
    ask(base, Some(token), "{ me { role } }").await["data"]["me"]["role"].take()
}

/// The printed clients, each with its role and token.
pub(crate) fn tokens(lines: &[String]) -> Vec<(String, String, String)> {
    let pairs = lines.iter().zip(lines.iter().skip(1));
    let signed = pairs.filter(|(_, token)| token.starts_with("  eyJ"));
    let words = |line: &str| {
        let mut words = line.split_whitespace().map(str::to_owned);
        (words.next().expect("a role"), words.next().expect("a name"))
    };
    signed
        .map(|(line, token)| {
            let (role, name) = words(line);
            (role, name, token.trim().to_owned())
        })
        .collect()
}

/// The names of the files that a command says it saved, and the rows of each sheet that it counted.
fn saved(out: &str) -> (Vec<String>, BTreeMap<String, usize>) {
    let files = out
        .lines()
        .filter_map(|line| line.split_once("saved: "))
        .map(|(_, path)| path.to_owned());
    let counted = out
        .lines()
        .filter_map(|line| line.trim_start().strip_suffix(" rows"));
    let pair = |line: &str| {
        let (sheet, rows) = line.rsplit_once(' ').expect("a sheet and its rows");
        (sheet.trim().to_owned(), rows.parse().expect("a count"))
    };
    (files.collect(), counted.map(pair).collect())
}

on_machines! {
    async fn serve_demo_prints_tokens_that_work_and_a_line_that_can_be_pasted(machine: Machine) {
        let server = machine.serves(&format!("serve --demo {ANY_PORT}"), "submission prepare");
        let base = server.base().to_owned();
        let tokens = tokens(&server.lines);
        assert_eq!(tokens.len(), 11, "{:#?}", server.lines);
        for (said, name, token) in &tokens {
            assert_eq!(&role(&base, token).await, said, "{name}");
        }
        let link = format!("{base}/graphiql#token={}", tokens[0].2);
        assert!(server.lines.iter().any(|line| line.trim() == link), "the first platform's page");
        let page = reqwest::get(format!("{base}/graphiql")).await.expect("an answer");
        assert_eq!(page.status(), 200);

        let pasted = machine.pastes(server.lines.last().expect("a line").trim()).done();
        let (files, counted) = saved(&pasted);
        assert_eq!(files.len(), 2, "{pasted}");
        let rows = machine.rows(&files[0]);
        for (sheet, count) in &counted {
            assert_eq!(rows.get(sheet), Some(count), "{pasted}");
        }
        assert_eq!(counted.len(), 3);
        assert!(counted.values().sum::<usize>() > 600, "{pasted}");
        let manifest = std::fs::read_to_string(machine.path(&files[1])).expect("a manifest");
        let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
        let book = std::fs::read(machine.path(&files[0])).expect("a workbook");
        assert_eq!(manifest["parts"][0]["sha256"], crate::submission::sha256(&book));

        let port = base.rsplit_once(':').expect("a port").1;
        let second = machine.types(&format!("serve --set server.address=127.0.0.1:{port}")).refused();
        assert!(second.contains("server.address"), "{second}");
        assert_eq!(server.stops(), 0);
    }

    async fn a_filing_goes_out_from_the_command_line(machine: Machine) {
        let window = filed_window(&machine.types("demo").done());
        let prepare = format!("submission prepare --client demo-platform-2 --window {window} --save out");
        let ready = machine.types(&prepare).done();
        assert!(ready.starts_with("READY "), "{ready}");
        let (files, counted) = saved(&ready);
        assert_eq!(machine.rows(&files[0])["已登记运营者"], counted["已登记运营者"]);
        let (_, line) = ready.lines().last().and_then(|line| line.split_once(": ")).expect("a line to file it");
        let line = line.strip_prefix("minglu ").expect("the program's name");
        let sent = machine.types(line).done();
        assert!(sent.starts_with("FILED "), "{sent}");
        let again = machine.types(line).refused();
        assert!(again.starts_with("WRONG_STATE (submission)"), "{again}");

        let other = line.replace("demo-platform-2", "demo-platform");
        assert!(machine.types(&other).refused().contains("NOT_FOUND"), "another's filing is out of sight");
        let far = machine.types("submission prepare --client demo-platform --window 2098-01").refused();
        assert!(far.contains("WINDOW_OUT_OF_RANGE"), "{far}");
        assert_eq!(machine.types("submission prepare --client demo-platform --window 2027-02").code, 2);
        let office = machine.types(&format!("submission prepare --client demo-province --window {window}")).refused();
        assert!(office.contains("submission:prepare"), "{office}");
        let before = std::fs::read(machine.path(&files[0])).expect("a workbook");
        let third = machine.types(&prepare).done();
        assert_ne!(saved(&third).0, files, "another version is another file");
        assert_eq!(std::fs::read(machine.path(&files[0])).expect("a workbook"), before);
    }

    async fn a_token_is_printed_alone_and_only_for_whoever_may_call(machine: Machine) {
        machine.types("demo").done();
        let server = machine.serves(&format!("serve {ANY_PORT}"), "listening on");
        for (name, said) in [("demo-province", "PROVINCE"), ("demo-city", "CITY"), ("demo-auditor", "AUDITOR")] {
            let token = machine.types(&format!("token --client {name} --minutes 5")).done();
            assert_eq!(token.lines().count(), 1);
            assert_eq!(role(server.base(), token.trim()).await, said);
        }
        assert_eq!(machine.number("SELECT count(*) FROM audit WHERE operation = 'issueToken'").await, 3);
        let unknown = machine.types("token --client nobody").refused();
        assert!(unknown.contains("nobody"), "{unknown}");
        assert_eq!(machine.types("token --client demo-city --minutes 61").code, 2);
        let platform = machine.types("token --client demo-platform").done();
        let id = ask(server.base(), Some(platform.trim()), "{ me { platform { id } } }").await;
        assert!(id["data"]["me"]["platform"]["id"].is_string(), "{id:#}");
        assert_eq!(server.stops(), 0);
    }

    async fn the_demo_is_loaded_once_and_the_doctor_finds_nothing(machine: Machine) {
        let first = machine.types("demo").done();
        assert!(first.contains("demo-platform-2"), "{first}");
        let registrations = machine.number("SELECT count(*) FROM registration").await;
        assert!(registrations > 1_000, "{registrations}");
        let again = machine.types("demo").done();
        assert!(again.starts_with("The demo is there already"), "{again}");
        assert_eq!(machine.number("SELECT count(*) FROM registration").await, registrations);
        let health = machine.types("doctor").done();
        assert!(!health.contains('✗') && health.matches('✓').count() >= 10, "{health}");
        std::fs::remove_file(machine.path("data/token-keys.json")).expect("a key set");
        let ill = machine.types("doctor");
        assert_eq!(ill.code, 1);
        assert!(ill.out.contains('✗') && ill.out.contains("token-keys.json"), "{ill:#?}");
    }

    async fn migrations_go_up_and_down_step_by_step(machine: Machine) {
        let all = migration::Migrator::migrations().len();
        if machine.url().starts_with("sqlite") {
            let absent = machine.types("migrate status").refused();
            assert!(absent.contains("minglu migrate up") && !machine.has_file(), "{absent}");
        } else {
            assert_eq!(machine.types("migrate status").done().matches("pending").count(), all);
        }
        let one = machine.types("migrate up --steps 1").done();
        assert_eq!(one.lines().count(), 1, "{one}");
        let rest = machine.types("migrate up").done();
        let steps: Vec<_> = one.lines().chain(rest.lines()).map(|line| line.trim_start_matches("+ ").to_owned()).collect();
        assert_eq!(steps.len(), all);
        assert_eq!(machine.types("migrate up").done(), "nothing to do\n");
        let marks = |mark: char| machine.types("migrate status").done().chars().filter(|c| *c == mark).count();
        assert_eq!((marks('✓'), marks('·')), (all, 0));
        assert_eq!(machine.number("SELECT count(*) FROM registration").await, 0);
        let back = machine.types(&format!("migrate down --steps {}", all - 1)).done();
        let undone: Vec<_> = back.lines().map(|line| line.trim_start_matches("- ").to_owned()).collect();
        assert_eq!(undone, steps.iter().skip(1).rev().cloned().collect::<Vec<_>>());
        assert_eq!((marks('✓'), marks('·')), (1, all - 1));
        let production = "--set server.production=true --set server.public_url=https://minglu.example.cn";
        let refused = machine.types(&format!("migrate down {production}")).refused();
        assert!(refused.contains("--yes") && marks('✓') == 1, "{refused}");
        machine.types(&format!("migrate down --yes {production}")).done();
        assert_eq!((marks('✓'), marks('·')), (0, all));
        let closed = machine.types("token --client nobody").refused();
        assert!(closed.contains("minglu migrate up"), "{closed}");
    }

    async fn data_files_are_shown_then_applied_and_refused_whole(machine: Machine) {
        machine.write("offices.toml", include_str!("../../world/offices.toml"));
        machine.write("clients.toml", include_str!("../../world/clients.toml"));
        machine.types("migrate up").done();
        let shown = machine.types("office apply offices.toml --dry-run").done();
        assert!(shown.contains("+ new office") && shown.contains("宁波市市场监督管理局"), "{shown}");
        assert_eq!(machine.number("SELECT count(*) FROM office").await, 0);
        machine.types("office apply offices.toml").done();
        machine.types("client apply clients.toml").done();
        assert_eq!(machine.number("SELECT count(*) FROM office").await, 6);
        assert_eq!(machine.number("SELECT count(*) FROM client").await, 9);
        for file in ["office apply offices.toml", "client apply clients.toml"] {
            let again = machine.types(file).done();
            assert!(!again.contains("+ new") && !again.contains("~ changed"), "{again}");
        }
        let audited = "SELECT count(*) FROM audit WHERE operation IN ('officeApply', 'clientApply') AND client_id IS NULL";
        assert_eq!(machine.number(audited).await, 4);
        machine.types("token --client ningbo").done();

        let renamed = include_str!("../../world/offices.toml").replace("宁波市市场监督管理局", "宁波市市场监管局");
        let piped = machine.pipes(&renamed, "office apply -").done();
        assert!(piped.contains("宁波市市场监督管理局 → 宁波市市场监管局"), "{piped}");
        let broken = renamed.replace("level = \"CITY\"", "level = \"TOWN\"").replace("\"330106\"", "\"339999\"");
        machine.write("broken.toml", &broken.replace("宁波市市场监管局", "宁波"));
        let faults = machine.types("office apply broken.toml");
        assert_eq!((faults.code, faults.out.as_str()), (1, ""));
        assert!(faults.err.contains("TOWN") && faults.err.contains("339999"), "all faults at once: {}", faults.err);
        assert_eq!(machine.number("SELECT count(*) FROM office WHERE name = '宁波'").await, 0);
        let absent = machine.types("client apply absent.toml").refused();
        assert!(absent.contains("absent.toml"), "{absent}");
    }
}

#[test]
fn keys_are_made_once_and_what_is_printed_is_a_settings_file() {
    let machine = Machine::new(Engine::Sqlite);
    let printed = machine.types("keys new --out keys").done();
    for name in [
        "vault-keys.json",
        "token-signing-key.json",
        "token-keys.json",
    ] {
        let file = machine.path("keys").join(name);
        let mode = std::fs::metadata(&file)
            .expect("a key file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{name} is its owner's alone");
        assert!(printed.contains(name), "{printed}");
    }
    machine.write("minglu.toml", &printed);
    let checked = machine.types("config check").done();
    let line = checked
        .lines()
        .find(|line| line.starts_with("signing_key"))
        .expect("the setting");
    assert!(
        line.contains("keys/token-signing-key.json") && line.contains("minglu.toml"),
        "{line}"
    );
    let vault = std::fs::read(machine.path("keys/vault-keys.json")).expect("keys");
    let again = machine.types("keys new --out keys").refused();
    assert!(again.contains("never overwritten"), "{again}");
    assert_eq!(
        std::fs::read(machine.path("keys/vault-keys.json")).expect("keys"),
        vault
    );
}

#[test]
fn config_check_tells_where_each_value_came_from_and_no_secret() {
    let machine = Machine::new(Engine::Sqlite);
    machine.write("minglu.toml", "[limits]\ndepth = 12\naliases = 7\n");
    let secret = "--set database.url=postgres://minglu:hunter2@localhost/minglu";
    let checked = machine
        .types(&format!("config check --set limits.depth=15 {secret}"))
        .done();
    assert!(
        !checked.contains("hunter2") && checked.contains("localhost/minglu"),
        "{checked}"
    );
    let line = |name: &str| {
        checked
            .lines()
            .find(|line| line.starts_with(name))
            .expect("a setting")
            .to_owned()
    };
    assert!(
        line("depth").starts_with("depth = 15 #") && line("depth").contains("--set limits.depth")
    );
    assert!(
        line("aliases").starts_with("aliases = 7 #") && line("aliases").contains("minglu.toml")
    );
    assert!(line("tokens").ends_with("# default"));
    machine.write("again.toml", &checked);
    assert!(
        machine
            .types("config check --config again.toml")
            .done()
            .contains("depth = 15"),
        "it is a settings file"
    );

    let wrong = machine
        .types("config check --set limits.depht=3 --set limits.aliases=many")
        .refused();
    assert!(
        wrong.contains("limits.depht") && wrong.contains("limits.aliases"),
        "all faults at once: {wrong}"
    );
    assert!(!machine.has_file(), "nothing is made by looking");
}

#[test]
fn the_program_speaks_the_language_of_the_locale() {
    let machine = Machine::new(Engine::Sqlite);
    let chinese: [&[(&str, &str)]; 3] = [
        &[("LANG", "zh_CN.UTF-8")],
        &[("LC_MESSAGES", "zh_CN.UTF-8"), ("LANG", "C.UTF-8")],
        &[("LC_ALL", "zh_TW.UTF-8"), ("LANG", "en_US.UTF-8")],
    ];
    for locale in chinese {
        let help = machine.types_in(locale, "--help").done();
        assert!(help.contains("用法：") && !help.contains("Usage"), "{help}");
        let refused = machine.types_in(locale, "token --client nobody");
        assert_eq!((refused.code, refused.out.as_str()), (1, ""));
        assert!(refused.err.starts_with("数据库 "), "{refused:#?}");
        assert!(!refused.err.contains("there is no"), "{refused:#?}");
        let wrong = machine.types_in(locale, "token");
        assert_eq!(wrong.code, 2);
        assert!(wrong.err.starts_with("用法有误：缺少"), "{wrong:#?}");
    }
    let english: [&[(&str, &str)]; 3] = [
        &[],
        &[("LANG", "C.UTF-8")],
        &[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")],
    ];
    for locale in english {
        let help = machine.types_in(locale, "submission prepare --help").done();
        assert!(help.contains("Usage: "), "{help}");
        let refused = machine.types_in(locale, "token --client nobody");
        let wrong = machine.types_in(locale, "token");
        assert_eq!((refused.code, wrong.code), (1, 2));
        for said in [help, refused.err, wrong.err] {
            assert!(!said.is_empty() && !has_chinese(&said), "{said}");
        }
    }
}
