//! A house for tests of deeds: everything a real start opens, on a fresh SQLite database in a folder of its own, with a
//! clock that stands still and the example offices and clients. It proves nothing itself.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::id::{ClientId, PlatformId};
use entity::kind::IdentityKind;
use entity::{audit, client};
use rules::label::Lang;
use tempfile::TempDir;

use super::admission::Verdict;
use super::input::{AddressInput, IdentityInput};
use super::platform::{RegisterPlatform, register};
use crate::app::App;
use crate::auth::{self, Caller};
use crate::clock::{Clock as _, Entropy, FrozenClock};
use crate::config::Settings;
use crate::error::Error;
use crate::start::{self, Parts, StartFault};
use crate::token::SigningKey;
use crate::vault::Readers;

pub(crate) const OFFICES: &str = include_str!("../../../docs/examples/offices.toml");
const CLIENTS: &str = include_str!("../../../docs/examples/clients.toml");
/// The credit code that the example clients name, which is none.
const EXAMPLE_CODE: &str = "91330100MA00000000";
/// A credit code with its right check character (GB 32100).
pub(crate) const CODE: &str = "91330106673959654P";

pub(crate) struct TestHouse {
    pub(crate) app: Arc<App>,
    pub(crate) clock: Arc<FrozenClock>,
    pub(crate) folder: TempDir,
}

impl TestHouse {
    /// A house on a migrated database with nothing in it.
    pub(crate) async fn empty() -> Self {
        let clock = Arc::new(FrozenClock::at("2026-07-01T02:00:00.25Z".parse().unwrap()));
        let folder = tempfile::tempdir().unwrap();
        let app = open(&folder, &clock).await.unwrap();
        Self { app, clock, folder }
    }

    /// A house with the example offices, the example platform and the example clients.
    pub(crate) async fn furnished() -> Self {
        let house = Self::empty().await;
        let app = &house.app;
        let offices = super::office::read(app, OFFICES).await.unwrap().unwrap();
        super::office::apply(app, None, &offices, false)
            .await
            .unwrap();
        let text = clients_without_platform();
        let clients = super::client::read(app, &text).await.unwrap().unwrap();
        super::client::apply(app, &clients, false).await.unwrap();
        house.register(command()).await;
        let text = CLIENTS.replace(EXAMPLE_CODE, CODE);
        let clients = super::client::read(app, &text).await.unwrap().unwrap();
        super::client::apply(app, &clients, false).await.unwrap();
        house
    }

    /// Starts a second time on the same folder.
    pub(crate) async fn start_again(&self) -> Result<Arc<App>, StartFault> {
        open(&self.folder, &self.clock).await
    }

    /// The client of a name as the caller of one request.
    pub(crate) async fn caller(&self, name: &str) -> Caller {
        let row = client::by_name(name)
            .one(&self.app.db)
            .await
            .unwrap()
            .unwrap();
        auth::caller(&self.app, row, "request".to_owned(), Lang::Zh)
            .await
            .unwrap()
    }

    /// A request with a bearer token.
    pub(crate) async fn ask(&self, token: &str) -> Result<Caller, Error> {
        let header = format!("Bearer {token}");
        auth::authenticate(&self.app, Some(&header), "request".to_owned(), Lang::Zh).await
    }

    /// A token that is issued now.
    pub(crate) fn token(&self, client: ClientId) -> String {
        let settings = &self.app.settings;
        let key = SigningKey::load(&settings.auth.signing_key, Readers::Any).unwrap();
        let now = self.clock.now();
        let rules = start::token_rules(settings).unwrap();
        let token = self.app.entropy.uuid_v7(now);
        key.sign(&rules.claims(client.0, token, now, TimeDelta::minutes(15)))
            .unwrap()
    }

    /// Registers a platform as the province's office.
    pub(crate) async fn register(&self, command: RegisterPlatform) -> Verdict<PlatformId> {
        let caller = self.caller("zj-market-desk").await;
        register(&self.app, &caller.admitter().unwrap(), command)
            .await
            .unwrap()
    }

    /// The audit's entries of an operation, oldest first.
    pub(crate) async fn audit(&self, operation: &str) -> Vec<audit::Model> {
        let mut rows = audit::all().all(&self.app.db).await.unwrap();
        rows.retain(|row| row.operation == operation);
        rows.sort_by_key(|row| row.id);
        rows
    }

    pub(crate) fn advance(&self, by: TimeDelta) -> DateTime<Utc> {
        self.clock.advance(by);
        self.clock.now()
    }
}

async fn open(folder: &TempDir, clock: &Arc<FrozenClock>) -> Result<Arc<App>, StartFault> {
    let at = |name: &str| folder.path().join(name).display().to_string();
    let flags = [
        (
            "database.url",
            format!("sqlite://{}?mode=rwc", at("minglu.db")),
        ),
        ("files.store", at("files")),
        ("crypto.keys_file", at("vault-keys.json")),
        ("auth.signing_key", at("token-signing-key.json")),
        ("auth.key_set", at("token-keys.json")),
    ];
    let flags = flags
        .map(|(key, value)| (key.to_owned(), value))
        .into_iter();
    let settings = Settings::load(None, std::iter::empty(), flags).unwrap();
    let parts = Parts {
        clock: Some(clock.clone()),
        entropy: Some(Arc::new(Entropy::system())),
    };
    start::open(settings, parts, true).await
}

/// The example clients but the last, whose platform is not registered yet.
pub(crate) fn clients_without_platform() -> String {
    let (before, _) = CLIENTS.rsplit_once("[[client]]").unwrap();
    before.to_owned()
}

/// A sound registration of a platform in Hangzhou.
pub(crate) fn command() -> RegisterPlatform {
    RegisterPlatform {
        name: "杭州示例网络科技有限公司".to_owned(),
        platform_name: "示例直播".to_owned(),
        identity: IdentityInput {
            kind: IdentityKind::Uscc,
            number: CODE.to_owned(),
            issuing_country: None,
        },
        domicile: address("330106"),
        phone: "0571-88886666".to_owned(),
        url: "https://live.example.cn".to_owned(),
        idempotency_key: None,
    }
}

pub(crate) fn address(division: &str) -> AddressInput {
    AddressInput {
        text: "文三路 1 号".to_owned(),
        division: Some(division.to_owned()),
    }
}
