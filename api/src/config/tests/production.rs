//! What production says of the settings: what it presumes, what it refuses, and that it refuses all at once.

use super::*;

#[test]
fn production_is_strict_by_default_and_refuses_what_is_for_development() {
    let url = ("server.public_url", "https://minglu.example");
    let settings = load("", &[], &[("server.production", "true"), url]).unwrap();
    assert!(!settings.graphql.graphiql && !settings.graphql.introspection);
    assert!(
        settings
            .render_in_force(Lang::Zh)
            .contains("graphiql = false # 生产环境默认")
    );
    let table = [
        ("server.public_url", "http://minglu.example"),
        ("graphql.graphiql", "true"),
        ("graphql.introspection", "true"),
        ("files.s3_allow_http", "true"),
        ("server.address", "0.0.0.0:8080"),
        ("server.address", "203.0.113.7:80"),
        ("server.address", "[::]:8080"),
        ("server.trusted_proxies", "0.0.0.0/0"),
    ];
    for (key, value) in table {
        let faults = refused("", &[], &[("server.production", "true"), url, (key, value)]);
        assert_eq!(faults.len(), 1, "{key}");
        assert_eq!(
            (faults[0].key.as_str(), &faults[0].source),
            (key, &Source::Flag(format!("--set {key}")))
        );
    }
}

#[test]
fn a_public_address_needs_a_proxy_that_is_named() {
    let production = [
        ("server.production", "true"),
        ("server.public_url", "https://minglu.example"),
    ];
    for more in [
        &[("server.address", "127.0.0.1:8080")][..],
        &[("server.address", "[::1]:8080")],
        &[
            ("server.address", "0.0.0.0:8080"),
            ("server.trusted_proxies", "10.0.0.0/8, fd00::/8"),
        ],
    ] {
        let flags = [&production[..], more].concat();
        load("", &[], &flags).unwrap();
    }
    let open = [("server.address", "0.0.0.0:8080")];
    assert!(load("", &[], &open).is_ok(), "development may");
    let named = load(
        "",
        &[],
        &[("server.trusted_proxies", "10.0.0.1/32,fd00::/8")],
    )
    .unwrap();
    assert_eq!(named.server.trusted_proxies.len(), 2);
    for bad in ["10.0.0.0/33", "proxy.example", "10.0.0.0/8;11.0.0.0/8"] {
        let faults = refused("", &[], &[("server.trusted_proxies", bad)]);
        assert_eq!(faults[0].key, "server.trusted_proxies", "{bad}");
    }
}

#[test]
fn everything_that_production_refuses_is_told_at_once() {
    let flags = [
        ("server.production", "true"),
        ("server.public_url", "http://minglu.example"),
        ("server.address", "0.0.0.0:80"),
        ("graphql.graphiql", "true"),
        ("graphql.introspection", "true"),
    ];
    let error = load("", &[], &flags).unwrap_err();
    let keys: Vec<_> = error
        .faults
        .iter()
        .map(|fault| fault.key.as_str())
        .collect();
    let expected = [
        "server.public_url",
        "server.address",
        "graphql.graphiql",
        "graphql.introspection",
    ];
    assert_eq!(keys, expected);
    for fault in &error.faults {
        let (zh, en) = (fault.say(Lang::Zh), fault.say(Lang::En));
        assert!(
            zh.contains("可用：") && en.contains("usable: "),
            "{zh} {en}"
        );
    }
}

#[test]
fn the_files_of_secrets_are_known_with_their_settings() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    fs::write(&secret, "hunter2").unwrap();
    let secret = secret.to_str().unwrap();
    let env = [
        ("MINGLU_FILES_S3_SECRET_ACCESS_KEY_FILE", secret),
        ("MINGLU_FILES_S3_ACCESS_KEY_ID", "id"),
    ];
    let named = |file: &str, env: &[(&str, &str)]| {
        let settings = load(file, env, &[("files.store", "s3://b")]).unwrap();
        let keys = settings.secret_files().map(|(key, _)| key);
        keys.collect::<Vec<_>>()
    };
    assert_eq!(named("", &env), ["files.s3_secret_access_key"]);
    let open = "[database]\nurl = \"postgres://minglu@db/minglu\"\n";
    assert!(named(open, &[]).is_empty(), "nothing in it is secret");
    let closed = "[database]\nurl = \"postgres://minglu:hunter2@db/minglu\"\n";
    assert_eq!(named(closed, &[]), ["database.url"]);
}
