//! Real processes on one database and one file store: they start together, they are killed without warning, and
//! nothing is done twice or lost. Each is `minglu serve` from its own main.rs; the test itself only prepares and looks.

mod killed;
mod rotation;
mod surveys;
mod temporary;
mod together;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, DirEntry, File};
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use entity::id::SubmissionId;
use entity::{document, submission};
use sea_orm::{DatabaseTransaction, QuerySelect as _};
use serde_json::{Value, json};

use crate::app::TestApp;

/// How long a test waits for a process before it gives up: long, because the machine may be busy with others.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long it waits between two looks.
const MOMENT: Duration = Duration::from_millis(5);

/// What the processes of a test share: a database, and a folder with keys, files and their own logs.
#[derive(Clone, Copy)]
struct Place<'a> {
    url: &'a str,
    migration_url: &'a str,
    folder: &'a Path,
}

impl<'a> Place<'a> {
    fn of(app: &'a TestApp) -> Self {
        Self {
            url: &app.url,
            migration_url: app.database().migration_url(),
            folder: app.folder.path(),
        }
    }
}

/// The folder of temporary files, which is made if need be.
fn temporary(folder: &Path) -> PathBuf {
    let folder = folder.join("temporary");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// A server process; killed without warning when it goes out of use.
struct Server {
    process: Child,
    /// What it tells its user.
    told: PathBuf,
    /// What it logs.
    log: PathBuf,
}

impl Server {
    fn start(place: Place<'_>) -> Self {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let at = |name: &str| place.folder.join(name);
        let (told, log) = (
            at(&format!("server-{number}.out")),
            at(&format!("server-{number}.log")),
        );
        let file = |path: &Path| File::create(path).expect("a file for what a process says");
        let process = Command::new(env!("CARGO_BIN_EXE_test-minglu"))
            .arg("serve")
            .current_dir(place.folder)
            .env("MINGLU_DATABASE_URL", place.url)
            .env("MINGLU_DATABASE_MIGRATION_URL", place.migration_url)
            .env("MINGLU_CRYPTO_KEYS_FILE", at("vault-keys.json"))
            .env("MINGLU_AUTH_SIGNING_KEY", at("token-signing-key.json"))
            .env("MINGLU_AUTH_KEY_SET", at("token-keys.json"))
            .env("MINGLU_FILES_STORE", at("files"))
            .env("MINGLU_FILES_TEMP_DIR", temporary(place.folder))
            .env("MINGLU_SERVER_ADDRESS", "127.0.0.1:0")
            .env("MINGLU_SERVER_REQUEST_TIMEOUT_SECONDS", "8")
            .env("MINGLU_SUBMISSION_LEASE_SECONDS", "5")
            .env("MINGLU_SUBMISSION_BATCH_ROWS", "100")
            .env("MINGLU_IMPORT_LEASE_SECONDS", "5")
            .env("MINGLU_IMPORT_CHUNK_LINES", "50")
            .env("MINGLU_SCHEDULE_PREPARE", "")
            .env("MINGLU_LOG_LEVEL", "debug")
            .stdin(Stdio::null())
            .stdout(file(&told))
            .stderr(file(&log))
            .spawn()
            .expect("a server process");
        Self { process, told, log }
    }

    /// SIGKILL: nothing is said, nothing is put in order. Insists that this is what ended it.
    fn kill(mut self) {
        self.process.kill().expect("the process is ours to kill");
        let end = self.process.wait().expect("the process ends");
        assert_eq!(end.signal(), Some(9), "it ended by itself: {end}\n{self}");
    }

    /// The open files of the process that lie in a folder, by the names that the system gives them.
    fn open_in(&self, folder: &Path) -> Vec<String> {
        let files = fs::read_dir(format!("/proc/{}/fd", self.process.id()));
        let names = files.into_iter().flatten().filter_map(|file| {
            let target = fs::read_link(file.ok()?.path()).ok()?;
            target
                .starts_with(folder)
                .then(|| target.display().to_string())
        });
        names.collect()
    }

    /// Waits until its log says one of these of a submission, and tells which, from 0.
    async fn logs(&mut self, id: SubmissionId, messages: &[&str]) -> usize {
        let id = id.to_string();
        self.until(messages, |server| {
            let log = fs::read_to_string(&server.log).expect("the log");
            let said = |message: &&str| {
                let message = format!("\"message\":\"{message}\"");
                log.lines()
                    .any(|line| line.contains(&id) && line.contains(&message))
            };
            messages.iter().position(said)
        })
        .await
    }

    /// Waits until it listens, and tells where.
    async fn base(&mut self) -> String {
        self.until(&["listening on"], |server| {
            let told = fs::read_to_string(&server.told).expect("what it told");
            let (_, after) = told.split_once("listening on ")?;
            let (base, _) = after.split_once('\n')?;
            Some(base.trim().to_owned())
        })
        .await
    }

    async fn until<T>(&mut self, words: &[&str], look: impl Fn(&Self) -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            let ended = self.process.try_wait().expect("a look at the process");
            assert!(ended.is_none(), "it ended before {words:?}\n{self}");
            assert!(begun.elapsed() < PATIENCE, "no {words:?}\n{self}");
            tokio::time::sleep(MOMENT).await;
        }
    }
}

impl std::fmt::Display for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
        write!(f, "{}{}", read(&self.told), read(&self.log))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl TestApp {
    /// Prepares January's submission; nobody writes it yet, because the test's own service does no background work.
    async fn prepared(&self) -> SubmissionId {
        let platform = self.actor("xihu-live").await;
        let made = platform
            .submission_deed("prepareSubmission", json!({ "window": "2027-01" }))
            .await;
        assert_eq!(made["submission"]["state"], "PREPARING", "{made:#}");
        let id = made["submission"]["id"].as_str().expect("an id");
        id.parse().expect("a UUID")
    }

    async fn submission_row(&self, id: SubmissionId) -> submission::Model {
        let row = submission::for_job(id).one(&self.app.db).await;
        row.expect("a look").expect("it stands")
    }

    /// Waits until a submission looks as it should.
    async fn until_submission(
        &self,
        id: SubmissionId,
        wanted: impl Fn(&submission::Model) -> bool,
    ) -> submission::Model {
        let begun = Instant::now();
        loop {
            let row = self.submission_row(id).await;
            if wanted(&row) {
                return row;
            }
            assert!(begun.elapsed() < PATIENCE, "{row:#?}");
            tokio::time::sleep(MOMENT).await;
        }
    }

    /// The files on record for a submission.
    async fn files_of(&self, id: SubmissionId) -> Vec<document::Model> {
        let files = document::of_submissions([id]).all(&self.app.db).await;
        files.expect("files")
    }

    /// How often the audit says that a submission was written.
    async fn times_written(&self, id: SubmissionId) -> usize {
        let id = id.to_string();
        let writes = |entry: &entity::audit::Model| {
            entry.operation == "writeSubmission" && entry.subjects.contains(&id)
        };
        self.audit().await.into_iter().filter(writes).count()
    }

    /// The objects in the file store, on record or not.
    fn stored(&self) -> BTreeSet<OsString> {
        let Ok(folder) = fs::read_dir(self.folder.path().join("files/files")) else {
            return BTreeSet::new();
        };
        let name = |entry: io::Result<DirEntry>| entry.expect("an object").file_name();
        folder.map(name).collect()
    }

    /// Keeps everybody from moving a submission on: its row is locked, and on SQLite so is all writing.
    async fn hold(&self, id: SubmissionId) -> DatabaseTransaction {
        let tx = api::db::begin_write(&self.app.db, api::db::Reach::All).await;
        let tx = tx.expect("a transaction");
        let row = submission::for_job(id).lock_exclusive().one(&tx).await;
        row.expect("a lock").expect("it stands");
        tx
    }
}

/// A company as a process in real time may register it: a day of verification could lie in the future there.
fn unverified(n: u32) -> Value {
    let mut item = crate::operator::company(n);
    let fields = item.as_object_mut().expect("an object");
    fields.remove("verification").expect("a verification");
    item
}
