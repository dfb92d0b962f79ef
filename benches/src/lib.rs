//! A house to measure in: a fresh database of either engine, one platform, and as many operators as are wanted. It says
//! what a number was measured with and asserts nothing about time.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a measurement that cannot be set up has nothing to report"
)]

pub mod plain;

use std::sync::Arc;

use api::app::App;
use api::auth::{self, Caller};
use api::config::Settings;
use api::registry::input::{
    AddressInput, IdentityInput, Item, LiveAccountInput, OperatorInput, Patch,
};
use api::registry::{client, office, platform};
use api::start::{self, Parts};
use entity::kind::{AccountRole, IdentityKind, LegalForm};
use rules::label::Lang;
use sea_orm::DatabaseConnection;
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
    _folder: TempDir,
    _database: TestDatabase,
}

impl House {
    /// Opens a house on a fresh database.
    pub async fn open(engine: Engine) -> Self {
        let database = tokio::task::spawn_blocking(move || engine.fresh())
            .await
            .expect("a database");
        let folder = TempDir::new().expect("a folder");
        let at = |name: &str| folder.path().join(name).display().to_string();
        let flags = [
            ("database.url", database.url().to_owned()),
            ("crypto.keys_file", at("vault-keys.json")),
            ("auth.signing_key", at("token-signing-key.json")),
            ("auth.key_set", at("token-keys.json")),
            ("files.store", at("files")),
            ("limits.upload_bytes", (16_u64 << 30).to_string()),
        ];
        let flags = flags
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value));
        let settings = Settings::load(None, std::iter::empty(), flags).expect("settings");
        let app = start::open(settings, Parts::default(), true)
            .await
            .expect("the app opens");
        let platform = admit(&app).await;
        Self {
            app,
            platform,
            engine,
            _folder: folder,
            _database: database,
        }
    }
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
        identity: uscc(PLATFORM.0.to_owned()),
        domicile: address("文三路1号", "330106"),
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

fn uscc(number: String) -> IdentityInput {
    IdentityInput {
        kind: IdentityKind::Uscc,
        number,
        issuing_country: None,
    }
}

fn address(text: &str, division: &str) -> AddressInput {
    AddressInput {
        text: text.to_owned(),
        division: Some(division.to_owned()),
    }
}

/// The n-th company, with one account.
#[must_use]
pub fn operator(n: u32) -> OperatorInput {
    let body = format!("91330203MA{n:07}");
    let check = entity::value::credit_code::check_character(&body).expect("seventeen characters");
    let account = LiveAccountInput {
        account_number: format!("acct-{n}"),
        role: AccountRole::Holder,
        name: Some(format!("海曙第{n}直播间")),
        followers: Some(1_000),
        room_url: None,
        profile: None,
    };
    OperatorInput {
        external_id: Patch::Set(format!("c-{n}")),
        observed_at: None,
        identity: uscc(format!("{body}{check}")),
        name: Patch::Set(format!("宁波海曙第{n}号直播有限公司")),
        form: Patch::Set(LegalForm::LegalPerson),
        registered_on: Patch::Keep,
        birth_date: Patch::Keep,
        guardian_consent: Patch::Keep,
        proprietor: Patch::Keep,
        legal_representative: Patch::Keep,
        phone: Patch::Set(format!("138{n:08}")),
        business_address: Patch::Set(address("中山西路10号", "330203")),
        domicile: Patch::Keep,
        own_site: Patch::Keep,
        accounts: Patch::Set(vec![account]),
        presenters: Patch::Keep,
        sellers: Patch::Keep,
        permits: Patch::Keep,
        verification: Patch::Keep,
    }
}

/// The n-th company as a line of a file: the same fields as [`operator`].
#[must_use]
pub fn line(n: u32) -> String {
    let item = operator(n);
    let number = item.identity.number;
    format!(
        "{{\"externalId\":\"c-{n}\",\"identity\":{{\"kind\":\"USCC\",\"number\":\"{number}\"}},\
         \"name\":\"宁波海曙第{n}号直播有限公司\",\"form\":\"LEGAL_PERSON\",\"phone\":\"138{n:08}\",\
         \"businessAddress\":{{\"text\":\"中山西路10号\",\"division\":\"330203\"}},\
         \"accounts\":[{{\"accountNumber\":\"acct-{n}\",\"name\":\"海曙第{n}直播间\",\"followers\":1000}}]}}\n"
    )
}

/// Registers operators from..to, a thousand a request.
pub async fn register(house: &House, range: std::ops::Range<u32>) {
    let mut start = range.start;
    while start < range.end {
        let end = (start + 1_000).min(range.end);
        let command = api::registry::registration::Register {
            platform: None,
            kind: entity::kind::SubjectKind::Operator,
            items: (start..end).map(operator).map(Item::Operator).collect(),
            dry_run: false,
            idempotency_key: None,
        };
        let batch = api::registry::registration::register(&house.app, &house.platform, command)
            .await
            .expect("the batch is registered");
        let created = batch.count(api::registry::batch::Outcome::Created);
        assert_eq!(
            created,
            (end - start) as usize,
            "every operator is new: {:?}",
            batch.results.first()
        );
        start = end;
    }
}

/// An empty, migrated database of the same engine.
pub async fn empty(engine: Engine) -> (DatabaseConnection, TestDatabase) {
    use migration::MigratorTrait as _;
    let database = tokio::task::spawn_blocking(move || engine.fresh())
        .await
        .expect("a database");
    let settings = Settings::load(
        None,
        std::iter::empty(),
        std::iter::once(("database.url".to_owned(), database.url().to_owned())),
    )
    .expect("settings");
    let connection = api::db::connect(&settings.database)
        .await
        .expect("a connection");
    migration::Migrator::up(&connection, None)
        .await
        .expect("migrations");
    (connection, database)
}

/// The most memory this process has held, in MiB, as the kernel tells.
#[must_use]
pub fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|kib| kib.parse::<u64>().ok())
        .unwrap_or(0)
        / 1_024
}
