//! Real processes on one database: two that start together never write one submission twice, and one that is killed in
//! the middle of writing loses nothing.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use entity::id::SubmissionId;
use entity::kind::SubmissionState;
use entity::{audit, document, submission};
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::TestApp;
use crate::operator::company;

/// How often two processes are started together.
const ROUNDS: usize = 50;
/// How long a round may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program, built by the cargo that runs the tests.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let test = std::env::current_exe().expect("the test's own path");
        let folder = test
            .ancestors()
            .nth(2)
            .expect("the profile's folder")
            .to_owned();
        let built = Command::new(env!("CARGO"))
            .args([
                "build",
                "--locked",
                "--quiet",
                "--package",
                "api",
                "--bin",
                "minglu",
            ])
            .arg("--target-dir")
            .arg(folder.parent().expect("the target folder"))
            .status()
            .expect("cargo runs");
        assert!(built.success(), "minglu is built");
        folder.join("minglu")
    })
}

/// A server process; killed without warning when it goes out of use.
struct Server(Child);

impl Server {
    fn start(app: &TestApp) -> Self {
        let at = |name: &str| app.folder.path().join(name);
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(at("servers.log"));
        let log = log.expect("a log");
        let child = Command::new(program())
            .arg("serve")
            .current_dir(app.folder.path())
            .env("MINGLU_DATABASE_URL", &app.url)
            .env("MINGLU_CRYPTO_KEYS_FILE", at("vault-keys.json"))
            .env("MINGLU_AUTH_SIGNING_KEY", at("token-signing-key.json"))
            .env("MINGLU_AUTH_KEY_SET", at("token-keys.json"))
            .env("MINGLU_FILES_STORE", at("files"))
            .env("MINGLU_SERVER_ADDRESS", "127.0.0.1:0")
            .env("MINGLU_SUBMISSION_POLL_SECONDS", "1")
            .env("MINGLU_SUBMISSION_LEASE_SECONDS", "5")
            .env("MINGLU_SUBMISSION_BATCH_ROWS", "100")
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("a server process");
        Self(child)
    }
}

impl Drop for Server {
    /// SIGKILL: nothing is said, nothing is put in order.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until a submission looks as it should.
async fn until(
    app: &TestApp,
    id: SubmissionId,
    wanted: impl Fn(&submission::Model) -> bool,
) -> submission::Model {
    let begun = Instant::now();
    loop {
        let row = submission::for_job(id)
            .one(&app.app.db)
            .await
            .expect("a look")
            .expect("it stands");
        if wanted(&row) {
            return row;
        }
        let log =
            || std::fs::read_to_string(app.folder.path().join("servers.log")).unwrap_or_default();
        assert!(begun.elapsed() < PATIENCE, "{:?} {}", row, log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Prepares and gives back the id; nobody writes it yet.
async fn prepare(app: &TestApp) -> SubmissionId {
    let platform = app.actor("xihu-live").await;
    let made = platform
        .submission_deed("prepareSubmission", json!({ "window": "2027-01" }))
        .await;
    assert_eq!(made["submission"]["state"], "PREPARING", "{made:#}");
    let id = made["submission"]["id"].as_str().expect("an id");
    id.parse().expect("a UUID")
}

/// Starts two processes together, again and again; each submission is written once.
async fn never_twice(engine: Engine) {
    let app = TestApp::start(engine).await;
    app.actor("xihu-live")
        .await
        .register((1..=5).map(company).collect())
        .await;
    for round in 0..ROUNDS {
        let id = prepare(&app).await;
        let both = (Server::start(&app), Server::start(&app));
        let row = until(&app, id, |row| row.state == SubmissionState::Ready).await;
        drop(both);
        assert_eq!(row.attempts, 1, "round {round}: begun once");
        let files = document::of_submissions([id])
            .all(&app.app.db)
            .await
            .expect("files");
        assert_eq!(
            files.len(),
            2,
            "round {round}: one workbook and one manifest"
        );
        let entries = audit::all().all(&app.app.db).await.expect("the audit");
        let finished = entries
            .iter()
            .filter(|e| e.client_id.is_none() && e.subjects.contains(&id.to_string()));
        assert_eq!(finished.count(), 1, "round {round}: finished once");
    }
}

/// Kills the process that writes, starts another, and reads the workbook that comes out.
async fn killed_in_the_middle(engine: Engine) {
    let app = TestApp::start(engine).await;
    for batch in 0..3 {
        let items: Vec<Value> = (1..=1_000).map(|n| company(1_000 * batch + n)).collect();
        let made = app.actor("xihu-live").await.register(items).await;
        assert_eq!(made["created"], 1_000, "{}", made["results"][0]);
    }
    let id = prepare(&app).await;
    let first = Server::start(&app);
    let row = until(&app, id, |row| {
        row.lease_by.is_some() || row.state == SubmissionState::Ready
    })
    .await;
    assert_eq!(row.state, SubmissionState::Preparing, "it is being written");
    drop(first);
    let row = submission::for_job(id)
        .one(&app.app.db)
        .await
        .expect("a look")
        .expect("it stands");
    assert_eq!(
        row.state,
        SubmissionState::Preparing,
        "nothing half written is READY"
    );

    let _second = Server::start(&app);
    let row = until(&app, id, |row| row.state == SubmissionState::Ready).await;
    assert_eq!((row.attempts, row.rows_total), (2, 3_000));
    let platform = app.actor("xihu-live").await;
    let ready = platform.submission(&json!(id.to_string())).await;
    let bytes = platform
        .download(ready["files"][0]["path"].as_str().expect("a path"))
        .await;
    let sheet = ready["sheets"][0]["sheet"].as_str().expect("a name");
    assert_eq!(
        crate::journey::cells(&bytes, sheet).len(),
        3_001,
        "a header and every row"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_start_together_never_prepare_twice_on_sqlite() {
    never_twice(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_start_together_never_prepare_twice_on_postgres() {
    never_twice(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_the_middle_loses_nothing_on_sqlite() {
    killed_in_the_middle(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_the_middle_loses_nothing_on_postgres() {
    killed_in_the_middle(Engine::Postgres).await;
}
