//! A house to measure in: a fresh database of either engine, and one platform of Hangzhou that is ready to register.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a measurement that cannot be set up has nothing to report"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use api::app::App;
use api::auth::{self, Caller};
use api::config::Settings;
use api::registry::input::{AddressInput, IdentityInput};
use api::registry::{client, office, platform};
use api::start::{self, Parts};
use api::vault::Suite;
use entity::kind::IdentityKind;
use rules::label::Lang;
use tempfile::TempDir;
use tests::database::{Engine, TestDatabase};

/// The platform's USCC and its client.
const PLATFORM: (&str, &str) = ("91330106MA00000016", "xihu-live");

/// An app on a database of its own, with a platform ready to register.
pub struct House {
    /// The app.
    pub app: Arc<App>,
    /// The platform's client.
    pub platform: Caller,
    /// Which database.
    pub engine: Engine,
    folder: TempDir,
    database: TestDatabase,
}

impl House {
    /// Opens a house on a fresh database.
    pub async fn open(engine: Engine) -> Self {
        Self::open_with(engine, Suite::Aes).await
    }

    /// The same with keys of a suite.
    pub async fn open_with(engine: Engine, suite: Suite) -> Self {
        let database = tokio::task::spawn_blocking(move || engine.fresh())
            .await
            .expect("a database");
        let folder = TempDir::new().expect("a folder");
        let at = |name: &str| folder.path().join(name).display().to_string();
        let settings = settings([
            ("database.url", database.serving_url().to_owned()),
            (
                "database.migration_url",
                database.migration_url().to_owned(),
            ),
            ("crypto.keys_file", at("vault-keys.json")),
            ("crypto.suite", suite.name().to_owned()),
            ("auth.signing_key", at("token-signing-key.json")),
            ("auth.key_set", at("token-keys.json")),
            ("files.store", at("files")),
            ("limits.upload_bytes", (16_u64 << 30).to_string()),
        ]);
        let app = start::open(settings, Parts::default(), true)
            .await
            .expect("the app opens");
        let platform = admit(&app).await;
        Self {
            app,
            platform,
            engine,
            folder,
            database,
        }
    }

    /// Tells of every statement of its database how long the answer took; to be asked before anybody else holds the app.
    pub fn watch(&mut self, told: impl Fn(&str, Duration) + Send + Sync + 'static) {
        let app = Arc::get_mut(&mut self.app).expect("an app of its own");
        app.db
            .set_metric_callback(move |info| told(&info.statement.sql, info.elapsed));
    }

    /// The address of its database, for whoever owns it.
    #[must_use]
    pub fn url(&self) -> &str {
        self.database.url()
    }

    /// The address of its database, for the role that serves.
    #[must_use]
    pub fn serving_url(&self) -> &str {
        self.database.serving_url()
    }

    /// Where its keys and files lie.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Settings with these beside the defaults.
#[must_use]
pub fn settings<const N: usize>(flags: [(&str, String); N]) -> Settings {
    let flags = flags.map(|(key, value)| (key.to_owned(), value));
    Settings::load(None, std::iter::empty(), flags.into_iter()).expect("settings")
}

/// Admits one platform of Hangzhou and its client.
async fn admit(app: &App) -> Caller {
    let offices = office::read(app, include_str!("../../tests/world/offices.toml")).await;
    let offices = offices.expect("offices").expect("offices are sound");
    office::apply(app, None, &offices, false)
        .await
        .expect("offices are applied");
    apply(app, include_str!("../../tests/world/clients.toml")).await;
    let system = named(app, "system").await;
    let command = platform::RegisterPlatform {
        name: "杭州测量网络科技有限公司".to_owned(),
        platform_name: "测量直播".to_owned(),
        identity: IdentityInput {
            kind: IdentityKind::Uscc,
            number: PLATFORM.0.to_owned(),
            issuing_country: None,
        },
        domicile: AddressInput {
            text: "文三路1号".to_owned(),
            division: Some("330106".to_owned()),
        },
        phone: "0571-88880000".to_owned(),
        url: "https://live.example.com".to_owned(),
        idempotency_key: None,
    };
    let admitter = system.admitter().expect("SYSTEM admits platforms");
    platform::register(app, &admitter, command)
        .await
        .expect("the platform is registered");
    let clients = include_str!("../../tests/world/platforms.toml");
    let own = clients.split("\n\n").next().expect("the first client");
    apply(app, own).await;
    named(app, PLATFORM.1).await
}

async fn apply(app: &App, text: &str) {
    let file = client::read(app, text)
        .await
        .expect("clients")
        .expect("clients are sound");
    client::apply(app, &file, false)
        .await
        .expect("clients are applied");
}

async fn named(app: &App, name: &str) -> Caller {
    let row = entity::client::by_name(name)
        .one(&app.db)
        .await
        .expect("clients")
        .expect("the client");
    auth::caller(app, row, "bench".to_owned(), Lang::Zh)
        .await
        .expect("the caller")
}
