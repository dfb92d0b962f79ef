//! One test run: a name, a folder, and a watchdog that clears both away when the run is over, however it ended.
//! Under nextest each test is a process of its own and all of them share the run of the nextest process above them;
//! under plain `cargo test` the run is the test binary's. Nothing here knows a database.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::os::unix::process::{CommandExt as _, parent_id};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// What all tests of one invocation share.
#[derive(Debug)]
pub struct Run {
    id: String,
    folder: PathBuf,
}

/// The run that this process belongs to; the first call makes its folder and starts its watchdog.
pub fn current() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(Run::open)
}

impl Run {
    fn open() -> Self {
        let (id, owner) = match environment("NEXTEST_RUN_ID") {
            Some(uuid) => (
                uuid.chars()
                    .filter(char::is_ascii_hexdigit)
                    .take(12)
                    .collect(),
                parent_id(),
            ),
            None => (random_hex(6), std::process::id()),
        };
        let folder = std::env::temp_dir().join(format!("minglu-test-{id}"));
        // Others may pass through, whatever the umask, so that a server which runs as another user reaches its own
        // folder inside.
        fs::create_dir_all(&folder)
            .and_then(|()| fs::set_permissions(&folder, Permissions::from_mode(0o711)))
            .unwrap_or_else(|error| panic!("cannot create {}: {error}", folder.display()));
        let run = Self { id, folder };
        run.once("watchdog", || run.start_watchdog(owner));
        run
    }

    /// Where the run's files are; it vanishes with the run.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the names of this run's databases begin with, so that two runs on one server do not meet.
    #[must_use]
    pub fn prefix(&self) -> String {
        format!("minglu_test_{}_", self.id)
    }

    /// Does a thing once in the whole run, among all its processes and threads: the first caller makes it while the
    /// others wait, and all get the text that it returned. When `make` panics, the next caller tries again.
    pub fn once(&self, name: &str, make: impl FnOnce() -> String) -> String {
        let lock = File::create(self.folder.join(format!("{name}.lock")))
            .expect("a lock file in the run's folder");
        lock.lock().expect("the lock of the run's folder");
        let answer = self.folder.join(format!("{name}.made"));
        if let Ok(text) = fs::read_to_string(&answer) {
            return text;
        }
        let text = make();
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&answer)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .expect("a file in the run's folder");
        text
    }

    /// In its own process group, so that a Ctrl-C at the terminal does not end it together with the tests.
    fn start_watchdog(&self, owner: u32) -> String {
        let started = Command::new("sh")
            .args(["-c", include_str!("watchdog.sh"), "minglu-test-watchdog"])
            .arg(owner.to_string())
            .arg(&self.folder)
            .arg(self.prefix())
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .status()
            .expect("sh starts the watchdog");
        assert!(started.success(), "the watchdog did not start: {started}");
        String::new()
    }
}

/// A setting of the tests themselves; an empty one counts as absent.
#[expect(
    clippy::disallowed_methods,
    reason = "the harness has no config.rs; its settings are read here only"
)]
#[must_use]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Unguessable text of twice as many characters as bytes.
pub(crate) fn random_hex(bytes: usize) -> String {
    use std::fmt::Write as _;

    let mut random = vec![0; bytes];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut random))
        .expect("the system's random numbers");
    random.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
