//! The settings as an operator meets them: layers, refusals, secrets and the generated texts.

mod production;

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::config::table::{Allowed, Default, SECTIONS, SETTINGS};

fn pairs(given: &[(&str, &str)]) -> std::vec::IntoIter<(String, String)> {
    let owned: Vec<_> = given
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect();
    owned.into_iter()
}

fn load(file: &str, env: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("minglu.toml");
    fs::write(&path, file).unwrap();
    Settings::load(Some(&path), pairs(env), pairs(flags))
}

fn refused(file: &str, env: &[(&str, &str)], flags: &[(&str, &str)]) -> Vec<Fault> {
    load(file, env, flags).unwrap_err().faults
}

#[test]
fn the_defaults_are_usable_and_every_key_has_its_field() {
    let settings = Settings::load(None, pairs(&[]), pairs(&[])).unwrap();
    assert_eq!(settings.server.address.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.in_force.len(), SETTINGS.len());
    assert_eq!(
        settings.files.store,
        StoreLocation::Folder(PathBuf::from("./data/files"))
    );
    assert_eq!(settings.server.public_url, None);
    assert!(settings.database.url.is_sqlite());
}

#[test]
fn the_table_is_in_order() {
    let mut variables: Vec<String> = SETTINGS.iter().map(table::Setting::variable).collect();
    let secret_files = SETTINGS
        .iter()
        .filter(|s| s.secret())
        .map(|s| format!("{}_FILE", s.variable()));
    variables.extend(secret_files);
    variables.push(CONFIG_VARIABLE.to_owned());
    let all = variables.len();
    variables.sort();
    variables.dedup();
    assert_eq!(variables.len(), all, "two settings share a variable");
    for setting in SETTINGS {
        assert!(
            setting.fits(&setting.default.value()),
            "default of {}",
            setting.key
        );
        assert!(
            SECTIONS.iter().any(|(name, _)| *name == setting.parts().0),
            "{}",
            setting.key
        );
    }
}

#[test]
fn the_later_layer_wins() {
    let file = "[limits]\nitems = 10\npage_size = 20\ndepth = 30\n";
    let env = [
        ("MINGLU_LIMITS_PAGE_SIZE", "21"),
        ("MINGLU_LIMITS_DEPTH", "31"),
        ("HOME", "/x"),
    ];
    let settings = load(file, &env, &[("limits.depth", "32")]).unwrap();
    let limits = &settings.limits;
    assert_eq!(
        (limits.items, limits.page_size, limits.depth, limits.aliases),
        (10, 21, 32, 50)
    );
    let shown = settings.render_in_force(Lang::En);
    for line in [
        "depth = 32 # flag --set limits.depth",
        "page_size = 21 # environment MINGLU_LIMITS_PAGE_SIZE",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
    let chinese = settings.render_in_force(Lang::Zh);
    assert!(
        chinese.contains("depth = 32 # 命令行 --set limits.depth"),
        "{chinese}"
    );
    assert!(shown.contains("minglu.toml:2"), "{shown}");
}

#[test]
fn an_expression_that_cannot_be_used_stops_the_start_and_names_its_key() {
    for bad in [
        "0 30 2 1 1,7",
        "30 2 1 1,7 *",
        "@yearly",
        "0 0 0 31 2 *",
        "often",
    ] {
        let given = [("schedule.prepare", bad)];
        let fault = Settings::load(None, pairs(&[]), pairs(&given)).unwrap_err();
        let text = fault.zh();
        let named = "schedule.prepare（命令行 --set schedule.prepare）";
        assert!(text.contains(named) && text.contains(bad), "{text}");
        assert!(text.contains("秒 分 时 日 月 周"), "{text}");
    }
    let file = "[schedule]\nprepare = \"\"\n";
    assert_eq!(load(file, &[], &[]).unwrap().schedule.prepare, None);
    let env = [("MINGLU_SCHEDULE_PREPARE", "0 0 9 * * Mon-Fri")];
    assert!(load("", &env, &[]).unwrap().schedule.prepare.is_some());
}

#[test]
fn the_environment_may_name_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.toml");
    fs::write(&path, "[law]\nnotice_days = 7\n").unwrap();
    let env = [(CONFIG_VARIABLE, path.to_str().unwrap())];
    let settings = Settings::load(None, pairs(&env), pairs(&[])).unwrap();
    assert_eq!(settings.law.notice_days, 7);
    let missing = Settings::load(
        None,
        pairs(&[(CONFIG_VARIABLE, "/no/such.toml")]),
        pairs(&[]),
    );
    assert!(missing.unwrap_err().to_string().contains("/no/such.toml"));
}

#[test]
fn unknown_keys_are_named_wherever_they_stand() {
    let faults = refused(
        "typo = 1\n[limits]\npage_sise = 5\n[nowhere]\nx = 1\n",
        &[
            ("MINGLU_LIMITS_PAGESIZE", "5"),
            ("MINGLU_TEST", "5"),
            ("MINGLU_CRYPTO_KEYS_FILE_FILE", "x"),
        ],
        &[("limits.page-size", "5"), ("server.address_file", "x")],
    );
    let mut named: Vec<_> = faults.iter().map(|fault| fault.key.as_str()).collect();
    named.sort_unstable();
    let expected = [
        "crypto.keys_file_file",
        "limits.page-size",
        "limits.page_sise",
        "limits.pagesize",
        "nowhere.x",
        "server.address_file",
        "test",
        "typo",
    ];
    assert_eq!(named, expected);
    let fault = faults
        .iter()
        .find(|fault| fault.key == "limits.page_sise")
        .unwrap();
    assert!(matches!(&fault.source, Source::File(_, 3)), "{fault}");
    assert!(
        fault.usable.say(Lang::En).contains("limits.page_size"),
        "{fault}"
    );
}

#[test]
fn unusable_values_are_named_all_at_once_with_what_would_be_usable() {
    let file = "[limits]\npage_size = \"many\"\nitems = 1001\n[law]\nedition = \"old\"\n";
    let env = [
        ("MINGLU_SERVER_PRODUCTION", "yes"),
        ("MINGLU_SERVER_ADDRESS", "here"),
    ];
    let faults = refused(
        file,
        &env,
        &[("auth.algorithms", "HS256"), ("log.level", "")],
    );
    let told: Vec<_> = faults
        .iter()
        .map(|fault| (fault.key.as_str(), fault.usable.say(Lang::Zh)))
        .collect();
    let expected = [
        ("law.edition", "order-117 | draft-2025"),
        ("limits.items", "1–1000"),
        ("limits.page_size", "1–500"),
        ("server.production", "true | false"),
        ("server.address", "IP:端口"),
        ("auth.algorithms", "EdDSA | ES256 | ES384 | PS256 | RS256"),
        ("log.level", "error | warn | info | debug | trace"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn every_range_refuses_both_sides() {
    for setting in SETTINGS {
        let Allowed::Between(least, most) = setting.allowed else {
            continue;
        };
        for beyond in [least - 1, most + 1] {
            let faults = refused("", &[], &[(setting.key, &beyond.to_string())]);
            assert_eq!(faults.len(), 1, "{} = {beyond}", setting.key);
            assert_eq!(faults[0].key, setting.key);
        }
    }
}

#[test]
fn every_setting_can_be_set_from_the_environment() {
    for setting in SETTINGS {
        let text = match setting.default {
            Default::List(items) => items.join(","),
            Default::Text(text) => text.to_owned(),
            _ => setting.default.value().to_string(),
        };
        let settings = load("", &[(&setting.variable(), &text)], &[]).unwrap();
        let found = settings
            .in_force
            .iter()
            .find(|v| v.setting.key == setting.key)
            .unwrap();
        assert_eq!(found.source, Source::Environment(setting.variable()));
    }
}

#[test]
fn a_file_that_is_no_toml_names_its_line_and_not_its_text() {
    let faults = refused("[database]\nurl = postgres://u:hunter2@h/d\n", &[], &[]);
    assert!(
        matches!(&faults[0].source, Source::File(_, 2)),
        "{}",
        faults[0]
    );
    assert!(!faults[0].to_string().contains("hunter2"), "{}", faults[0]);
}

#[test]
fn secrets_come_from_files_and_are_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().join("url");
    fs::write(&url, "postgres://minglu:hunter2@db/minglu\n").unwrap();
    let url = url.to_str().unwrap();
    let env = [
        ("MINGLU_FILES_S3_ACCESS_KEY_ID", "hunter2"),
        ("MINGLU_FILES_S3_SECRET_ACCESS_KEY", "hunter2"),
    ];
    let file = format!("[database]\nurl_file = {url:?}\n");
    let settings = load(&file, &env, &[("files.store", "s3://bucket/a/b/")]).unwrap();
    assert_eq!(
        settings.database.url.expose(),
        "postgres://minglu:hunter2@db/minglu"
    );
    assert_eq!(
        settings.files.s3_access_key_id.as_ref().unwrap().expose(),
        "hunter2"
    );
    let store = StoreLocation::S3 {
        bucket: "bucket".to_owned(),
        prefix: "a/b".to_owned(),
    };
    assert_eq!(settings.files.store, store);
    let shown = settings.render_in_force(Lang::En);
    assert!(
        shown.contains("url = \"postgres://minglu:***@db/minglu\""),
        "{shown}"
    );
    assert!(!format!("{shown}{settings:?}").contains("hunter2"));
    let by_variable = load("", &[("MINGLU_DATABASE_URL_FILE", url)], &[]).unwrap();
    assert_eq!(by_variable.database.url, settings.database.url);
}

#[test]
fn one_layer_may_not_give_a_secret_twice_but_a_later_one_overrides() {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().join("url");
    fs::write(&url, "postgres://from-file/d").unwrap();
    let url = url.to_str().unwrap();
    let both = [
        ("MINGLU_DATABASE_URL", "sqlite::memory:"),
        ("MINGLU_DATABASE_URL_FILE", url),
    ];
    for env in [both, [both[1], both[0]]] {
        assert_eq!(refused("", &env, &[])[0].key, "database.url_file");
    }
    let file = "[database]\nurl = \"sqlite::memory:\"\n";
    let settings = load(file, &[both[1]], &[]).unwrap();
    assert_eq!(settings.database.url.expose(), "postgres://from-file/d");
}

#[test]
fn unusable_secrets_are_refused_without_being_told() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    fs::write(&empty, "\n").unwrap();
    let env = [
        ("MINGLU_DATABASE_URL", "mysql://u:hunter2@h/d"),
        (
            "MINGLU_FILES_S3_ACCESS_KEY_ID_FILE",
            empty.to_str().unwrap(),
        ),
        ("MINGLU_FILES_S3_SECRET_ACCESS_KEY_FILE", "/no/such/file"),
    ];
    let error = load("", &env, &[]).unwrap_err();
    let named: Vec<_> = error
        .faults
        .iter()
        .map(|fault| fault.key.as_str())
        .collect();
    assert_eq!(
        named,
        [
            "database.url",
            "files.s3_access_key_id_file",
            "files.s3_secret_access_key_file"
        ]
    );
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let table: &[(&[(&str, &str)], &str)] = &[
        (
            &[
                ("files.store", "s3://b"),
                ("files.s3_endpoint", "http://s3"),
            ],
            "files.s3_endpoint",
        ),
        (&[("files.s3_endpoint", "https://s3")], "files.s3_endpoint"),
        (
            &[("files.s3_access_key_id", "k")],
            "files.s3_secret_access_key",
        ),
        (
            &[("auth.token_minutes", "1"), ("auth.leeway_seconds", "60")],
            "auth.leeway_seconds",
        ),
        (
            &[("limits.cost_per_minute", "999999")],
            "limits.cost_per_minute",
        ),
        (
            &[
                ("submission.lease_seconds", "5"),
                ("submission.poll_seconds", "5"),
            ],
            "submission.lease_seconds",
        ),
    ];
    for (flags, key) in table {
        let faults = refused("", &[], flags);
        assert_eq!(
            faults
                .iter()
                .map(|fault| fault.key.as_str())
                .collect::<Vec<_>>(),
            [*key]
        );
    }
}

#[test]
fn addresses_of_stores_and_key_sets_have_a_form() {
    for bad in ["", "s3://", "s3:///x", "http://x", "file:x", "file://x/y"] {
        assert!(bad.parse::<StoreLocation>().is_err(), "{bad}");
    }
    assert_eq!(
        "file:///srv/m".parse(),
        Ok(StoreLocation::Folder(PathBuf::from("/srv/m")))
    );
    for bad in ["", "http://keys"] {
        assert!(bad.parse::<KeySet>().is_err(), "{bad}");
    }
    assert_eq!(
        "https://keys/jwks".parse(),
        Ok(KeySet::Url("https://keys/jwks".to_owned()))
    );
}

#[test]
fn what_is_in_force_reads_back_as_a_settings_file() {
    let settings = load(
        "",
        &[],
        &[("limits.depth", "33"), ("auth.algorithms", "ES256")],
    )
    .unwrap();
    let again = load(&settings.render_in_force(Lang::En), &[], &[]).unwrap();
    let values = |s: &Settings| {
        s.in_force
            .iter()
            .map(|v| v.value.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(values(&settings), values(&again));
}

#[test]
fn flags_are_taken_apart_at_the_first_equals_sign() {
    assert_eq!(
        parse_set("database.url=sqlite://x?mode=rwc").unwrap().1,
        "sqlite://x?mode=rwc"
    );
    assert!(parse_set("limits.depth").is_err());
    assert!(parse_set("=5").is_err());
}

#[test]
fn the_locale_says_the_language() {
    let table: &[(&[(&str, &str)], Lang)] = &[
        (&[], Lang::En),
        (&[("LANG", "")], Lang::En),
        (&[("LANG", "C.UTF-8")], Lang::En),
        (&[("LANG", "POSIX")], Lang::En),
        (&[("LANG", "en_GB.UTF-8")], Lang::En),
        (&[("LANG", "zha_CN")], Lang::En),
        (&[("LANG", "zh_CN.UTF-8")], Lang::Zh),
        (&[("LANG", "zh_TW.Big5")], Lang::Zh),
        (&[("LANG", "zh-Hans")], Lang::Zh),
        (&[("LANG", "zh")], Lang::Zh),
        (&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "")], Lang::Zh),
        (&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")], Lang::En),
        (&[("LANG", "C"), ("LC_MESSAGES", "zh_CN.UTF-8")], Lang::Zh),
        (
            &[("LC_MESSAGES", "zh_CN.UTF-8"), ("LC_ALL", "en_US.UTF-8")],
            Lang::En,
        ),
        (&[("LC_CTYPE", "zh_CN.UTF-8")], Lang::En),
    ];
    for (set, language) in table {
        let variable = |name: &str| {
            let found = set.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| OsString::from(value))
        };
        assert_eq!(language_of(variable), *language, "{set:?}");
    }
}

#[test]
fn faults_are_told_in_one_language() {
    let error = load("", &[("MINGLU_LIMITS_ITEMS", "0")], &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the settings cannot be used:\n- limits.items (environment MINGLU_LIMITS_ITEMS): \"0\" is not usable; usable: 1–1000"
    );
    assert_eq!(
        error.zh(),
        "设置有误，不能启动：\n- limits.items（环境变量 MINGLU_LIMITS_ITEMS）：\"0\" 不可用；可用：1–1000"
    );
}

#[test]
fn variables_that_are_not_text_are_refused_only_when_they_are_ours() {
    use std::os::unix::ffi::OsStringExt;
    let bytes = || OsString::from_vec(vec![0xff]);
    let ours = [(OsString::from("MINGLU_LOG_LEVEL"), bytes())];
    assert_eq!(
        readable(ours.into_iter()).unwrap_err().faults[0].key,
        "MINGLU_LOG_LEVEL"
    );
    let others = [(OsString::from("OTHER"), bytes()), (bytes(), bytes())];
    assert_eq!(readable(others.into_iter()), Ok(Vec::new()));
}

#[test]
fn the_documentation_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/settings.md");
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == render_docs(),
        "docs/settings.md is stale: write render_docs() to it"
    );
}
