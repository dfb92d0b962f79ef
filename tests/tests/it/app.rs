//! The service as a test meets it: a real router on a real port over a database of its own, with a clock that stands
//! still, and actors who speak GraphQL to it with real tokens.

use std::path::Path;
use std::sync::{Arc, Mutex};

use api::app::App;
use api::clock::{Entropy, FrozenClock};
use api::config::Settings;
use api::http::{self, Draining, Serving};
use api::start::{self, Parts};
use api::token::SigningKey;
use api::vault::Readers;
use chrono::{DateTime, TimeDelta, Utc};
use entity::client;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::database::{Engine, TestDatabase, wait_for};

/// Platforms of the world, by client name, with their USCC and the division of their domicile.
pub(crate) const PLATFORMS: [(&str, &str, &str); 3] = [
    ("xihu-live", "91330106MA00000016", "330106"),
    ("guangzhou-live", "91440106MA00000024", "440106"),
    ("xihu-other", "91330106MA0000003C", "330106"),
];

/// A running service.
pub(crate) struct TestApp {
    /// Its parts, for a look at the database.
    pub(crate) app: Arc<App>,
    /// Its clock.
    pub(crate) clock: Arc<FrozenClock>,
    /// Where it listens.
    pub(crate) base: String,
    /// Its database's address, for the role that serves.
    pub(crate) url: String,
    /// Its folder, with keys and files.
    pub(crate) folder: Arc<TempDir>,
    statements: Arc<Mutex<Vec<String>>>,
    http: reqwest::Client,
    signing: Arc<SigningKey>,
    database: Arc<TestDatabase>,
}

/// One who calls.
pub(crate) struct Actor {
    token: String,
    base: String,
    http: reqwest::Client,
    lang: &'static str,
}

/// The settings of a service on a database and in a folder.
pub(crate) fn settings(url: &str, folder: &Path, more: &[(&str, &str)]) -> Settings {
    let at = |name: &str| folder.join(name).display().to_string();
    let mut flags = vec![
        ("database.url".to_owned(), url.to_owned()),
        ("crypto.keys_file".to_owned(), at("vault-keys.json")),
        ("auth.signing_key".to_owned(), at("token-signing-key.json")),
        ("auth.key_set".to_owned(), at("token-keys.json")),
        ("files.store".to_owned(), at("files")),
        ("server.address".to_owned(), "127.0.0.1:0".to_owned()),
        ("import.atomic_rows".to_owned(), "1000".to_owned()),
        (
            "import.program".to_owned(),
            env!("CARGO_BIN_EXE_test-minglu").to_owned(),
        ),
    ];
    flags.extend(
        more.iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned())),
    );
    Settings::load(None, std::iter::empty(), flags.into_iter()).expect("settings of a test")
}

/// A database that is already migrated, and whose serving role has been granted what it needs.
pub(crate) fn migrated(engine: Engine) -> TestDatabase {
    let template = engine.template("migrated", |url| {
        let settings = match engine {
            Engine::Sqlite => settings(url, Path::new("."), &[]),
            Engine::Postgres => {
                let serving = tests::postgres::serving_url_of("postgres");
                settings(&serving, Path::new("."), &[("database.migration_url", url)])
            }
        };
        wait_for(async {
            let db = api::db::connect_owner(&settings.database)
                .await
                .expect("the template database");
            api::db::migrate(&db, None, &settings.database)
                .await
                .expect("migrations");
            db.close().await.expect("closing the template");
        });
    });
    template.copy()
}

impl TestApp {
    /// A service with the world's offices, clients and platforms, on 2026-12-01 at 10:00 in Shanghai.
    pub(crate) async fn start(engine: Engine) -> Self {
        Self::start_with(engine, &[]).await
    }

    /// The same with other settings.
    pub(crate) async fn start_with(engine: Engine, more: &[(&str, &str)]) -> Self {
        let app = Self::empty(engine, more).await;
        app.populate().await;
        app
    }

    /// A service without any data.
    pub(crate) async fn empty(engine: Engine, more: &[(&str, &str)]) -> Self {
        let database = tokio::task::spawn_blocking(move || migrated(engine))
            .await
            .expect("a database");
        let folder = TempDir::new().expect("a folder");
        let clock = Arc::new(FrozenClock::at(instant("2026-12-01T10:00:00+08:00")));
        let parts = Parts {
            clock: Some(clock.clone()),
            entropy: Some(Arc::new(Entropy::system())),
        };
        let settings = settings(database.serving_url(), folder.path(), more);
        let shared = (clock, Arc::new(folder), Arc::new(database));
        Self::listen(settings, parts, shared).await
    }

    /// The settings of another process on the same database and files.
    pub(crate) fn settings(&self, more: &[(&str, &str)]) -> Settings {
        settings(&self.url, self.folder.path(), more)
    }

    /// Another process on the same database, files and clock, with other settings.
    pub(crate) async fn beside(&self, more: &[(&str, &str)]) -> Self {
        let parts = Parts {
            clock: Some(self.clock.clone()),
            entropy: None,
        };
        let settings = self.settings(more);
        let shared = (
            self.clock.clone(),
            self.folder.clone(),
            self.database.clone(),
        );
        Self::listen(settings, parts, shared).await
    }

    async fn listen(
        settings: Settings,
        parts: Parts,
        (clock, folder, database): (Arc<FrozenClock>, Arc<TempDir>, Arc<TestDatabase>),
    ) -> Self {
        let mut app = start::open(settings, parts, false)
            .await
            .expect("the service opens");
        let statements = count_statements(&mut app);
        let router = start::router(&app, &Draining::default()).expect("routes");
        let serving = Serving {
            connections: start::connections(&app.settings),
            ..Serving::default()
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        #[expect(clippy::disallowed_methods, reason = "the server runs beside its test")]
        tokio::spawn(serve(listener, router, serving));
        let signing =
            SigningKey::load(&app.settings.auth.signing_key, Readers::Any).expect("a signing key");
        Self {
            url: database.serving_url().to_owned(),
            app,
            clock,
            base,
            folder,
            statements,
            http: reqwest::Client::new(),
            signing: Arc::new(signing),
            database,
        }
    }

    /// Its database.
    pub(crate) fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// How many statements the database was given so far.
    pub(crate) fn statements(&self) -> usize {
        self.statements.lock().expect("the statements").len()
    }

    /// The statements since so many, without their values, in no order: fields of one answer ask at the same time.
    pub(crate) fn statements_since(&self, before: usize) -> Vec<String> {
        let all = self.statements.lock().expect("the statements");
        let mut since = all[before..].to_vec();
        since.sort();
        since
    }

    /// Loads the world.
    async fn populate(&self) {
        use api::registry::office;
        let read = office::read(&self.app, include_str!("../../world/offices.toml")).await;
        let file = read.expect("offices are read").expect("offices are sound");
        office::apply(&self.app, None, &file, false)
            .await
            .expect("offices are applied");
        self.clients(include_str!("../../world/clients.toml")).await;
        for (name, uscc, division) in PLATFORMS {
            let system = self.actor("system").await;
            let answer = system
                .ask(
                    "mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) {
                       platform { id } problems { code path message } } }",
                    json!({ "input": {
                        "name": format!("{name}网络科技有限公司"), "platformName": name,
                        "identity": { "kind": "USCC", "number": uscc },
                        "domicile": { "text": "文三路1号", "division": division },
                        "phone": "0571-88880000", "url": "https://live.example.com" } }),
                )
                .await;
            assert_eq!(
                answer["data"]["registerPlatform"]["problems"],
                json!([]),
                "{answer}"
            );
        }
        self.clients(include_str!("../../world/platforms.toml"))
            .await;
    }

    /// Admits clients.
    pub(crate) async fn clients(&self, text: &str) {
        use api::registry::client;
        let file = client::read(&self.app, text)
            .await
            .expect("clients are read")
            .expect("clients are sound");
        client::apply(&self.app, &file, false)
            .await
            .expect("clients are applied");
    }

    /// A client of the world, with a token of fifteen minutes.
    pub(crate) async fn actor(&self, name: &str) -> Actor {
        let row = client::by_name(name).one(&self.app.db).await;
        let row = row
            .expect("clients are read")
            .expect("a client of the world");
        self.bearer(self.token(row.id.0, TimeDelta::minutes(15)))
    }

    /// A token for a client's id.
    pub(crate) fn token(&self, client: uuid::Uuid, life: TimeDelta) -> String {
        let rules = start::token_rules(&self.app.settings).expect("token rules");
        let claims = rules.claims(client, self.app.id(), self.app.now(), life);
        self.signing.sign(&claims).expect("a token")
    }

    /// Whoever brings this token.
    pub(crate) fn bearer(&self, token: String) -> Actor {
        Actor {
            token,
            base: self.base.clone(),
            http: self.http.clone(),
            lang: "zh",
        }
    }

    /// The id of a platform of the world.
    pub(crate) async fn platform_id(&self, client_name: &str) -> String {
        let me = self
            .actor(client_name)
            .await
            .ask("{ me { platform { id } } }", json!({}))
            .await;
        me["data"]["me"]["platform"]["id"]
            .as_str()
            .expect("a platform")
            .to_owned()
    }
}

/// Keeps what an app that nobody else holds yet will ask of its database.
fn count_statements(app: &mut Arc<App>) -> Arc<Mutex<Vec<String>>> {
    let statements = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&statements);
    let app = Arc::get_mut(app).expect("an app of its own");
    app.db.set_metric_callback(move |asked| {
        let sql = asked.statement.sql.clone();
        kept.lock().expect("the statements").push(sql);
    });
    statements
}

async fn serve(listener: tokio::net::TcpListener, router: axum::Router, serving: Serving) {
    let stop = std::future::pending();
    http::serve(listener, router, serving, Draining::default(), stop)
        .await
        .expect("the server runs");
}

impl Actor {
    /// The same one, reading English.
    #[must_use]
    pub(crate) fn in_english(mut self) -> Self {
        self.lang = "en";
        self
    }

    /// The same one beside it, calling a service.
    pub(crate) fn clone_at(&self, app: &TestApp) -> Self {
        Self {
            token: self.token.clone(),
            base: app.base.clone(),
            http: self.http.clone(),
            lang: self.lang,
        }
    }

    /// The same one, calling another process.
    #[must_use]
    pub(crate) fn at(mut self, base: String) -> Self {
        self.base = base;
        self
    }

    /// Asks and gives back the answer, whatever it is.
    pub(crate) async fn ask(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables });
        let answer = self
            .http
            .post(format!("{}/graphql", self.base))
            .bearer_auth(&self.token)
            .header("accept-language", self.lang)
            .json(&body)
            .send()
            .await
            .expect("an answer");
        answer.json().await.expect("JSON")
    }

    /// Asks and insists on an answer without errors; gives back `data`.
    pub(crate) async fn data(&self, query: &str, variables: Value) -> Value {
        let mut answer = self.ask(query, variables).await;
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].take()
    }

    /// Any other request of this actor.
    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token)
    }
}

/// An instant from its text.
pub(crate) fn instant(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text)
        .expect("an instant")
        .with_timezone(&Utc)
}
