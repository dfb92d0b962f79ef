//! A start in production refuses whatever development forgives, and serves once everything is as it should be.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};
use tests::database::Engine;

use crate::program::{Machine, on_machines};

/// Where clients reach the service; nobody listens there.
const PUBLIC: &str = "--set server.public_url=https://minglu.example.cn";

/// What `minglu keys new` printed, as the settings file of a service in production.
fn furnish(machine: &Machine) {
    let keys = machine.types("keys new --out keys").done();
    let url = machine.url();
    let settings = format!(
        "{keys}\n[server]\npublic_url = \"https://minglu.example.cn\"\n[database]\nurl = \"{url}\"\n\
         [files]\nstore = \"store\"\n"
    );
    machine.write("minglu.toml", &settings);
    own(machine, "minglu.toml");
    std::fs::create_dir(machine.path("store")).expect("a folder");
}

/// Leaves a file to its owner alone.
fn own(machine: &Machine, name: &str) {
    mode(machine, name, 0o600);
}

fn mode(machine: &Machine, name: &str, mode: u32) {
    let mode = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(machine.path(name), mode).expect("a mode");
}

/// A port that is free a moment before the server takes it: in production it names its public address and no port.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

async fn ask(base: &str, token: &str, query: &str) -> Value {
    let request = reqwest::Client::new().post(format!("{base}/graphql"));
    let request = request.bearer_auth(token).json(&json!({ "query": query }));
    let answer = request.send().await.expect("an answer");
    answer.json().await.expect("JSON")
}

on_machines! {
    async fn what_development_forgives_is_refused(machine: Machine) {
        // A first start makes development keys and the database by itself.
        machine.types("demo").done();
        let serve = format!("serve --production {PUBLIC} --set server.address=127.0.0.1:0");
        let keys = machine.types(&serve).refused();
        assert!(keys.contains("development keys cannot serve production"), "{keys}");
        // With a lasting vault, the development key that signs tokens is refused too.
        machine.types("keys new --out keys").done();
        let vault = format!("{serve} --set crypto.keys_file=keys/vault-keys.json");
        let tokens = machine.types(&vault).refused();
        assert!(tokens.contains("development token keys cannot serve production"), "{tokens}");
        let signed = format!("{vault} --set auth.key_set=keys/token-keys.json");
        let signing = machine.types(&signed).refused();
        assert!(signing.contains("auth.signing_key") && signing.contains("minglu keys new"), "{signing}");
        // With all three, what was sealed under the development keys is not taken for garbage.
        let other = format!("{signed} --set auth.signing_key=keys/token-signing-key.json");
        let sealed = machine.types(&other).refused();
        assert!(sealed.contains("is not the one that the database was written with"), "{sealed}");

        for (setting, words) in [
            ("graphql.graphiql=true", "GraphiQL"),
            ("graphql.introspection=true", "introspect"),
            ("server.public_url=http://minglu.example.cn", "https"),
            ("server.address=0.0.0.0:0", "server.trusted_proxies"),
        ] {
            let refused = machine.types(&format!("{other} --set {setting}")).refused();
            let (key, _) = setting.split_once('=').expect("a setting");
            assert!(refused.contains(key) && refused.contains(words), "{refused}");
        }
        let unnamed = machine.types("serve --production --set server.address=127.0.0.1:0").refused();
        assert!(unnamed.contains("server.public_url"), "{unnamed}");
        assert_eq!(machine.types("serve --production --demo").code, 2);
        let demo = machine.types(&format!("demo {PUBLIC} --set server.production=true")).refused();
        assert!(demo.contains("production loads no demo data"), "{demo}");
    }

    async fn everything_that_is_refused_is_told_at_once_in_either_language(machine: Machine) {
        machine.types("demo").done();
        mode(&machine, "data/vault-keys.json", 0o644);
        mode(&machine, "data/token-keys.json", 0o666);
        machine.write("secret", "hunter2");
        mode(&machine, "secret", 0o640);
        let serve = "serve --production --set server.address=0.0.0.0:0 --set graphql.graphiql=true \
            --set graphql.introspection=true --set files.store=s3://bucket --set files.s3_access_key_id=id \
            --set files.s3_secret_access_key_file=secret";
        let said = machine.types(serve).refused();
        let chinese = machine.types_in(&[("LANG", "zh_CN.UTF-8")], serve);
        assert_eq!(chinese.code, 1);
        for (key, zh, en) in [
            ("server.public_url", "对外地址", "public https address"),
            ("server.address", "server.trusted_proxies", "server.trusted_proxies"),
            ("graphql.graphiql", "GraphiQL", "GraphiQL"),
            ("graphql.introspection", "introspect", "introspect"),
            ("crypto.keys_file", "其他用户可读", "others can read the key file"),
            ("auth.signing_key", "minglu keys new", "minglu keys new"),
            ("auth.key_set", "开发令牌密钥", "development token keys"),
            ("files.s3_secret_access_key", "chmod 600 secret", "chmod 600 secret"),
        ] {
            let line = |text: &str| {
                let mut lines = text.lines();
                let found = lines.find(|line| line.starts_with(&format!("- {key}")));
                found.unwrap_or_else(|| panic!("{key} is not told in {text}")).to_owned()
            };
            assert!(line(&said).contains(en), "{key}: {said}");
            assert!(line(&chinese.err).contains(zh), "{key}: {}", chinese.err);
        }
        assert!(!said.contains("hunter2"), "{said}");
    }

    async fn files_that_others_can_read_or_write_are_refused_one_by_one(machine: Machine) {
        furnish(&machine);
        machine.types("migrate up").done();
        let serve = "serve --production --set server.address=127.0.0.1:0";
        for (name, open, key) in [
            ("keys/vault-keys.json", 0o640, "crypto.keys_file"),
            ("keys/vault-keys.json", 0o604, "crypto.keys_file"),
            ("keys/token-signing-key.json", 0o640, "auth.signing_key"),
            ("keys/token-signing-key.json", 0o606, "auth.signing_key"),
            ("keys/token-keys.json", 0o662, "auth.key_set"),
        ] {
            mode(&machine, name, open);
            let refused = machine.types(serve).refused();
            assert_eq!(refused.matches("\n- ").count(), 1, "{refused}");
            assert!(refused.contains(key) && refused.contains("chmod"), "{refused}");
            own(&machine, name);
        }
    }

    async fn keys_and_database_are_not_made_by_a_start(machine: Machine) {
        let serve = format!("serve --production {PUBLIC} --set server.address=127.0.0.1:0");
        let keyless = machine.types(&serve).refused();
        assert!(keyless.contains("there is no key file at"), "{keyless}");
        assert!(!machine.path("data/vault-keys.json").exists() && !machine.path("data/token-keys.json").exists());
        furnish(&machine);
        machine.types("migrate up").done();
        machine.types("migrate down").done();
        let behind = machine.types("serve --production --set server.address=127.0.0.1:0").refused();
        assert!(behind.contains("1 migrations are pending") && behind.contains("minglu migrate up"), "{behind}");
        assert_eq!(machine.types("migrate status").done().matches("pending").count(), 1, "it stays behind");
        mode(&machine, "keys/vault-keys.json", 0o644);
        machine.types("migrate up").done();
        let readable = machine.types("serve --production --set server.address=127.0.0.1:0").refused();
        assert!(readable.contains("others can read the key file"), "{readable}");
    }

    async fn a_role_that_policies_do_not_bind_is_refused(machine: Machine) {
        if machine.url().starts_with("sqlite") {
            let roles = machine.types("config check --set database.migration_url=postgres://u@h/d").refused();
            assert!(roles.contains("SQLite knows no roles"), "{roles}");
            return;
        }
        furnish(&machine);
        machine.types("migrate up").done();
        let owner = machine.owner_url();
        let serve = "serve --production --set server.address=127.0.0.1:0";
        let refused = machine.types(&format!("{serve} --set database.url={owner}")).refused();
        assert!(refused.contains("row level security does not bind it"), "{refused}");
        assert!(!refused.contains(&owner), "{refused}");
        let health = machine.types("doctor --set server.production=true").done();
        assert!(!health.contains('✗'), "{health}");
    }

    async fn a_service_in_order_starts_and_shows_less(machine: Machine) {
        furnish(&machine);
        machine.types("migrate up").done();
        machine.write("offices.toml", include_str!("../../world/offices.toml"));
        machine.write("clients.toml", include_str!("../../world/clients.toml"));
        machine.types("office apply offices.toml").done();
        machine.types("client apply clients.toml").done();
        let port = free_port();
        let server = machine.serves(&format!("serve --production --set server.address=127.0.0.1:{port}"), "listening on");
        assert_eq!(server.base(), "https://minglu.example.cn");
        let base = format!("http://127.0.0.1:{port}");
        let status = async |path: &str| {
            let answer = reqwest::get(format!("{base}{path}")).await.expect("an answer");
            answer.status().as_u16()
        };
        assert_eq!((status("/readyz").await, status("/graphiql").await), (200, 404));
        let token = async |name: &str| {
            let printed = machine.types(&format!("token --client {name} --set server.production=true")).done();
            printed.trim().to_owned()
        };
        let types = "{ __schema { queryType { name } } }";
        let ningbo = token("ningbo").await;
        let hidden = ask(&base, &ningbo, types).await;
        assert_eq!(hidden["data"]["__schema"], Value::Null, "{hidden:#}");
        let shown = ask(&base, &token("zhejiang").await, types).await;
        assert_eq!(shown["data"]["__schema"]["queryType"]["name"], "Query", "{shown:#}");
        assert_eq!(ask(&base, &ningbo, "{ me { role } }").await["data"]["me"]["role"], "CITY");
        let health = machine.types("doctor --set server.production=true").done();
        assert!(!health.contains('✗'), "{health}");
        assert_eq!(server.stops(), 0);
    }
}
