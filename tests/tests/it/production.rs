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
    std::fs::create_dir(machine.path("store")).expect("a folder");
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
        // With both, what was sealed under the development keys is not taken for garbage.
        let other = format!("{vault} --set auth.key_set=keys/token-keys.json");
        let sealed = machine.types(&other).refused();
        assert!(sealed.contains("is not the one that the database was written with"), "{sealed}");

        for (setting, words) in [
            ("graphql.graphiql=true", "GraphiQL"),
            ("graphql.introspection=true", "introspect"),
            ("server.public_url=http://minglu.example.cn", "https"),
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
        let open = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(machine.path("keys/vault-keys.json"), open).expect("a mode");
        machine.types("migrate up").done();
        let readable = machine.types("serve --production --set server.address=127.0.0.1:0").refused();
        assert!(readable.contains("others can read the key file"), "{readable}");
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
