//! From settings to a running service: keys, database, files, tokens, then the routes. Everything that can be wrong at
//! start stops it here, with a sentence that says what to do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use chrono::TimeDelta;
use entity::key_check;
use migration::{Migrator, MigratorTrait as _};
use rules::label::Lang;
use sea_orm::{DatabaseConnection, PaginatorTrait as _};

use crate::app::App;
use crate::audit::Gathering;
use crate::auth::Callers;
use crate::clock::{Clock, Entropy, SystemClock};
use crate::config::{KeySet as KeySetting, Settings, StoreLocation};
use crate::error::Cause;
use crate::files::FileStore;
use crate::gate::Door;
use crate::http::{self, Connections, Draining, Dress, Limits, PerMinute, Rates, Ready, Service};
use crate::registry::blacklist::Looks;
use crate::token::development::{DevelopmentPaths, generate_development_keys};
use crate::token::{KeySet, KeySource, RemoteKeys, TokenReader, TokenRules};
use crate::vault::{Keys, Readers, Vault};
use crate::words::{Told, Words};
use crate::{db, graphql, registry, routes};

/// The longest life of a token that is believed, whoever issued it.
const LONGEST_TOKEN_LIFE: TimeDelta = TimeDelta::hours(24);

/// Keys that a first start made were marked, for this.
pub(crate) const DEVELOPMENT_KEYS: Words = Words::fixed(
    "开发密钥不能用于生产，请用 minglu keys new 生成",
    "development keys cannot serve production: make keys with `minglu keys new`",
);

/// The same of the keys of tokens.
pub(crate) const DEVELOPMENT_TOKEN_KEYS: Words = Words::fixed(
    "开发令牌密钥不能用于生产，请用 minglu keys new 生成",
    "development token keys cannot serve production: make keys with `minglu keys new`",
);

/// Why a service does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    /// Keys are missing, unreadable or not fit for production; told with its causes.
    #[error("keys: {0}")]
    Keys(Words),
    /// The database cannot be reached or used.
    #[error("database")]
    Database(#[source] sea_orm::DbErr),
    /// Its history is not at this program's version.
    #[error("{0} migrations are pending: run `minglu migrate up` first")]
    Migrations(usize),
    /// The role that serves is one that row level security does not bind.
    #[error("database: {0}")]
    Role(Words),
    /// The folders of a first start cannot be made.
    #[error("the folders for keys and data cannot be made")]
    Folders(#[source] std::io::Error),
    /// The file store cannot be opened; told with its causes.
    #[error("file store: {0}")]
    Files(Words),
    /// The GraphQL schema cannot be read back.
    #[error("schema")]
    Schema(#[source] Cause),
}

impl StartFault {
    fn keys(fault: &impl Told) -> Self {
        Self::Keys(fault.told())
    }
}

impl Told for StartFault {
    fn zh(&self) -> String {
        match self {
            Self::Keys(words) => format!("密钥：{}", words.say(Lang::Zh)),
            Self::Database(_) => "数据库".to_owned(),
            Self::Migrations(pending) => {
                format!("数据库有 {pending} 个迁移尚未执行，请先运行 minglu migrate up")
            }
            Self::Role(words) => format!("数据库：{}", words.say(Lang::Zh)),
            Self::Folders(_) => "存放密钥和数据的文件夹建不了".to_owned(),
            Self::Files(words) => format!("文件库：{}", words.say(Lang::Zh)),
            Self::Schema(_) => "接口定义".to_owned(),
        }
    }
}

/// How a start differs from another.
#[derive(Clone, Default)]
pub struct Parts {
    /// A clock other than the system's, for tests.
    pub clock: Option<Arc<dyn Clock>>,
    /// Chance other than the system's, for tests.
    pub entropy: Option<Arc<Entropy>>,
}

/// Opens everything that a service or a command needs; `migrate` brings the database up to date first. The process counts
/// as being at work with its keys from here on.
pub async fn open(settings: Settings, parts: Parts, migrate: bool) -> Result<Arc<App>, StartFault> {
    let app = prepare(settings, parts, migrate).await?;
    registry::key_check::prove(&app)
        .await
        .map_err(|e| StartFault::keys(&e))?;
    Ok(Arc::new(app))
}

/// Opens the same for a command that makes nothing with the keys, and that nobody has to wait for.
pub async fn look(settings: Settings) -> Result<Arc<App>, StartFault> {
    let app = prepare(settings, Parts::default(), false).await?;
    registry::key_check::look(&app)
        .await
        .map_err(|e| StartFault::keys(&e))?;
    Ok(Arc::new(app))
}

async fn prepare(settings: Settings, parts: Parts, migrate: bool) -> Result<App, StartFault> {
    let clock = parts.clock.unwrap_or_else(|| Arc::new(SystemClock));
    let entropy = parts.entropy.unwrap_or_else(|| Arc::new(Entropy::system()));
    let production = settings.server.production;
    make_folders(&settings).map_err(StartFault::Folders)?;
    let random = Arc::clone(&entropy);
    refuse_lost(&settings).await?;
    let keys = keys(&settings, &entropy, &*clock)?;
    let vault =
        Vault::new(&keys, move |buffer| random.fill(buffer)).map_err(|e| StartFault::keys(&e))?;
    let vault = Arc::new(vault);
    let files = files(&settings, &vault)?;
    let tokens = tokens(&settings, production)?;
    let connection = db::connect(&settings.database)
        .await
        .map_err(StartFault::Database)?;
    bring_up(&connection, &settings, migrate).await?;
    insist_on_role(&connection, production).await?;
    let rates = Rates::new(per_minute(&settings));
    let process = entropy.uuid_v7(clock.now());
    Ok(App {
        settings,
        db: connection,
        clock,
        entropy,
        vault,
        files,
        gathering: Gathering::default(),
        callers: Callers::default(),
        looks: Looks::default(),
        tokens,
        rates,
        process,
    })
}

/// Where a database was written with keys, a keys file that is not there is lost or misnamed and this is no first start: keys
/// that were made now would open nothing of it and be taken for the right ones.
async fn refuse_lost(settings: &Settings) -> Result<(), StartFault> {
    let path = &settings.crypto.keys_file;
    if settings.server.production || path.exists() {
        return Ok(());
    }
    let connection = db::connect(&settings.database)
        .await
        .map_err(StartFault::Database)?;
    // Without the table nothing was ever written.
    let written = key_check::all().count(&connection).await.unwrap_or(0) > 0;
    connection.close().await.map_err(StartFault::Database)?;
    // Another process that starts for the first time makes its keys before it writes.
    if !written || path.exists() {
        return Ok(());
    }
    let path = path.display();
    Err(StartFault::Keys(Words::new(
        format!(
            "密钥文件 {path} 不在，而数据库是用它写的：请把备份放回此处，或者更正 crypto.keys_file"
        ),
        format!(
            "the key file {path} is not there, and the database was written with it: put its backup back, or correct crypto.keys_file"
        ),
    )))
}

/// Brings the database up to date as its owner, or refuses one that is behind.
async fn bring_up(
    connection: &DatabaseConnection,
    settings: &Settings,
    migrate: bool,
) -> Result<(), StartFault> {
    let owner = match &settings.database.migration_url {
        Some(_) if migrate => db::connect_owner(&settings.database)
            .await
            .map_err(StartFault::Database)?,
        _ => connection.clone(),
    };
    let pending = Migrator::get_pending_migrations_read_only(&owner);
    match pending.await.map_err(StartFault::Database)?.len() {
        0 => Ok(()),
        _ if migrate => db::migrate(&owner, None, &settings.database)
            .await
            .map_err(StartFault::Database),
        pending => Err(StartFault::Migrations(pending)),
    }
}

/// Row level security must bind the role that serves; in development a warning is enough.
async fn insist_on_role(
    connection: &DatabaseConnection,
    production: bool,
) -> Result<(), StartFault> {
    let standing = db::roles::standing(connection).await;
    let Some(fault) = standing.map_err(StartFault::Database)?.fault() else {
        return Ok(());
    };
    if production {
        return Err(StartFault::Role(fault));
    }
    tracing::warn!("{}", fault.say(Lang::En));
    Ok(())
}

/// The folders that development settings name.
fn make_folders(settings: &Settings) -> std::io::Result<()> {
    if settings.server.production {
        return Ok(());
    }
    let mut folders: Vec<PathBuf> = vec![
        settings.crypto.keys_file.clone(),
        settings.auth.signing_key.clone(),
    ];
    if let KeySetting::File(path) = &settings.auth.key_set {
        folders.push(path.clone());
    }
    let database = settings.database.url.expose();
    if let Some(path) = database.strip_prefix("sqlite://") {
        folders.push(PathBuf::from(path.split('?').next().unwrap_or(path)));
    }
    for folder in folders
        .iter()
        .filter_map(|path| path.parent())
        .filter(|folder| *folder != Path::new(""))
    {
        std::fs::create_dir_all(folder)?;
    }
    Ok(())
}

/// The paths at which keys lie or are made.
#[must_use]
pub fn key_paths(settings: &Settings) -> DevelopmentPaths {
    DevelopmentPaths {
        vault: settings.crypto.keys_file.clone(),
        signing: settings.auth.signing_key.clone(),
        verifying: match &settings.auth.key_set {
            KeySetting::File(path) => path.clone(),
            KeySetting::Url(_) => settings.auth.signing_key.with_file_name("token-keys.json"),
        },
    }
}

/// The vault's keys: made on a first start in development, never in production.
fn keys(settings: &Settings, entropy: &Entropy, clock: &dyn Clock) -> Result<Keys, StartFault> {
    let keys = loaded_or_made(settings, entropy, clock)?;
    keys.insist_on(settings.crypto.suite)
        .map_err(|e| StartFault::keys(&e))?;
    Ok(keys)
}

fn loaded_or_made(
    settings: &Settings,
    entropy: &Entropy,
    clock: &dyn Clock,
) -> Result<Keys, StartFault> {
    if settings.server.production {
        let keys = Keys::load(&settings.crypto.keys_file, Readers::NotOthers)
            .map_err(|e| StartFault::keys(&e))?;
        if keys.is_development() {
            return Err(StartFault::Keys(DEVELOPMENT_KEYS));
        }
        return Ok(keys);
    }
    // The key set is made last: without it, another process may still be making the keys of a first start.
    let made = match &settings.auth.key_set {
        KeySetting::File(path) => path.exists(),
        KeySetting::Url(_) => true,
    };
    if made && settings.crypto.keys_file.exists() {
        return Keys::load(&settings.crypto.keys_file, Readers::Any)
            .map_err(|e| StartFault::keys(&e));
    }
    let random = |buffer: &mut [u8]| entropy.fill(buffer);
    let (paths, suite) = (key_paths(settings), settings.crypto.suite);
    let made = generate_development_keys(&paths, suite, &random, clock.now())
        .map_err(|e| StartFault::keys(&e))?;
    Ok(made.vault)
}

pub(crate) fn files(settings: &Settings, vault: &Arc<Vault>) -> Result<FileStore, StartFault> {
    let mut options = BTreeMap::new();
    let address = match &settings.files.store {
        StoreLocation::Folder(path) => path.display().to_string(),
        StoreLocation::S3 { bucket, prefix } => {
            let secret =
                |s: &Option<crate::config::Secret>| s.as_ref().map(|s| s.expose().to_owned());
            let given = [
                ("endpoint", settings.files.s3_endpoint.clone()),
                ("region", Some(settings.files.s3_region.clone())),
                ("access_key_id", secret(&settings.files.s3_access_key_id)),
                (
                    "secret_access_key",
                    secret(&settings.files.s3_secret_access_key),
                ),
                ("allow_http", Some(settings.files.s3_allow_http.to_string())),
            ];
            options.extend(
                given
                    .into_iter()
                    .filter_map(|(name, value)| Some((name.to_owned(), value?))),
            );
            format!("s3://{bucket}/{prefix}")
        }
    };
    FileStore::from_settings(&address, &options, Arc::clone(vault))
        .map_err(|e| StartFault::Files(e.told()))
}

/// The reader of tokens under the settings' rules.
fn tokens(settings: &Settings, production: bool) -> Result<TokenReader, StartFault> {
    let source = match &settings.auth.key_set {
        KeySetting::File(path) => {
            let keys = KeySet::load(path).map_err(|e| StartFault::keys(&e))?;
            if production && keys.is_development() {
                return Err(StartFault::Keys(DEVELOPMENT_TOKEN_KEYS));
            }
            KeySource::Fixed(keys)
        }
        KeySetting::Url(url) => {
            let refresh =
                i64::try_from(settings.auth.jwks_refresh_seconds).unwrap_or(i64::MAX / 2_000);
            let keys = RemoteKeys::new(url, TimeDelta::seconds(refresh))
                .map_err(|e| StartFault::keys(&e))?;
            KeySource::Remote(keys)
        }
    };
    Ok(TokenReader::new(token_rules(settings)?, source))
}

/// What tokens must fulfil, for whoever reads or issues them.
pub fn token_rules(settings: &Settings) -> Result<TokenRules, StartFault> {
    let named = |a: &jsonwebtoken::Algorithm| {
        format!("{a:?}")
            .parse()
            .map_err(|e: crate::token::KeySetFault| StartFault::keys(&e))
    };
    Ok(TokenRules {
        issuer: settings.auth.issuer.clone(),
        audience: settings.auth.audience.clone(),
        algorithms: settings
            .auth
            .algorithms
            .iter()
            .map(named)
            .collect::<Result<_, _>>()?,
        leeway: TimeDelta::seconds(i64::try_from(settings.auth.leeway_seconds).unwrap_or(60)),
        longest_life: LONGEST_TOKEN_LIFE,
    })
}

/// Every route of the service.
pub fn router(app: &Arc<App>, draining: &Draining) -> Result<Router, StartFault> {
    let schema = graphql::schema(Arc::clone(app));
    let settings = http::Settings {
        limits: limits(app),
        timeout: request_timeout(app),
    };
    let service = Service::new(schema, Door::new(Arc::clone(app)), settings)
        .map_err(|e| StartFault::Schema(e.into()))?;
    let mut router = http::graphql(service)
        .merge(routes::files(Arc::clone(app)))
        .merge(http::health(ready(app), draining.clone()));
    if app.settings.graphql.graphiql && !app.settings.server.production {
        router = router.merge(http::graphiql());
    }
    let entropy = Arc::clone(&app.entropy);
    let chance = move || {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        bytes
    };
    let set = &app.settings;
    let dress = Dress {
        discard: set.limits.discard_bytes,
        headers: set.limits.headers,
        head_bytes: set.limits.head_bytes,
        https: set.server.is_https(),
    };
    Ok(http::dress(router, Arc::new(chance), dress))
}

/// What connections may take under the settings.
#[must_use]
pub fn connections(settings: &Settings) -> Connections {
    let set = &settings.limits;
    Connections {
        most: set.connections,
        per_address: set.connections_per_address,
        head: Duration::from_secs(set.head_seconds),
        idle: Duration::from_secs(set.idle_seconds),
        stall: Duration::from_secs(set.stall_seconds),
        bytes_per_second: set.least_bytes_per_second,
        head_bytes: set.head_bytes,
        proxies: settings.server.trusted_proxies.clone(),
    }
}

fn per_minute(settings: &Settings) -> PerMinute {
    let set = &settings.limits;
    PerMinute {
        requests: set.requests_per_minute,
        cost: set.cost_per_minute,
        anonymous: set.anonymous_per_minute,
    }
}

fn request_timeout(app: &App) -> Duration {
    Duration::from_secs(app.settings.server.request_timeout_seconds)
}

fn limits(app: &App) -> Limits {
    let set = &app.settings.limits;
    Limits {
        body_bytes: set.body_bytes,
        batch: set.batch_operations,
        json_values: set.json_values,
        document_bytes: set.document_bytes,
        tokens: set.tokens,
        expanded_fields: set.expanded_fields as u64,
        aliases: set.aliases as u64,
        directives: set.directives as u64,
        depth: set.depth as u64,
        complexity: set.complexity as u64,
        page: set.page_size as u64,
        page_unasked: graphql::page::DEFAULT_ROWS.min(set.page_size) as u64,
        ..Limits::default()
    }
}

/// Ready means: the database answers.
fn ready(app: &Arc<App>) -> Ready {
    let app = Arc::clone(app);
    Arc::new(move || {
        let app = Arc::clone(&app);
        Box::pin(async move { app.db.ping().await.map_err(|_| "database".to_owned()) })
    })
}
