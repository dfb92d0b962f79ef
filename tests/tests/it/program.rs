//! The real program on a machine of its own: a folder, a database, and no setting but those that a test types.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tests::database::{Engine, TestDatabase};

/// `minglu`, from its own main.rs.
const PROGRAM: &str = env!("CARGO_BIN_EXE_test-minglu");
/// How long a server may take to stop when it is told to.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where commands are typed.
pub(crate) struct Machine {
    folder: TempDir,
    database: Option<TestDatabase>,
}

/// How a command ended and what it said.
#[derive(Debug)]
pub(crate) struct Said {
    /// Its exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Said {
    /// What a command printed that did what it was asked.
    pub(crate) fn done(self) -> String {
        assert_eq!(self.code, 0, "{self:#?}");
        self.out
    }

    /// What a command remarked that refused: a sentence in English, as no locale is set, and nothing printed.
    pub(crate) fn refused(self) -> String {
        assert_eq!((self.code, self.out.as_str()), (1, ""), "{self:#?}");
        assert!(!self.err.is_empty() && !has_chinese(&self.err), "{self:#?}");
        self.err
    }
}

/// Whether a text holds Chinese characters.
pub(crate) fn has_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..'\u{a000}').contains(&c))
}

impl Machine {
    /// A machine with an empty database: the default SQLite file, which is not there yet, or one on PostgreSQL.
    pub(crate) fn new(engine: Engine) -> Self {
        Self {
            folder: TempDir::new().expect("a folder"),
            database: (engine == Engine::Postgres).then(|| engine.fresh()),
        }
    }

    /// The database's address, for the role that serves.
    pub(crate) fn url(&self) -> String {
        let file = || {
            format!(
                "sqlite://{}?mode=rwc",
                self.path("data/minglu.db").display()
            )
        };
        self.database
            .as_ref()
            .map_or_else(file, |database| database.serving_url().to_owned())
    }

    /// Its address for whoever owns it.
    pub(crate) fn owner_url(&self) -> String {
        let owned = self.database.as_ref();
        owned.map_or_else(|| self.url(), |database| database.url().to_owned())
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the folder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a file is written");
    }

    /// Whether the default database lies in a file that is there.
    pub(crate) fn has_file(&self) -> bool {
        self.path("data").exists()
    }

    /// Types a command: words after the program's name.
    pub(crate) fn types(&self, line: &str) -> Said {
        let mut command = self.ready(PROGRAM);
        command.args(line.split_whitespace());
        said(command, "")
    }

    /// The same, where the locale is set to this.
    pub(crate) fn types_in(&self, locale: &[(&str, &str)], line: &str) -> Said {
        let mut command = self.ready(PROGRAM);
        command.envs(locale.iter().copied());
        command.args(line.split_whitespace());
        said(command, "")
    }

    /// The same, with something on standard input.
    pub(crate) fn pipes(&self, text: &str, line: &str) -> Said {
        let mut command = self.ready(PROGRAM);
        command.args(line.split_whitespace());
        said(command, text)
    }

    /// Pastes a whole line into a shell.
    pub(crate) fn pastes(&self, line: &str) -> Said {
        let mut command = self.ready("/bin/sh");
        command.args(["-c", line]);
        said(command, "")
    }

    /// Starts a server and reads what it prints up to a line that holds these words.
    pub(crate) fn serves(&self, line: &str, last: &str) -> Server {
        let log = std::fs::File::create(self.path("server.log")).expect("a log");
        let mut command = self.ready(PROGRAM);
        command
            .args(line.split_whitespace())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        let mut child = command.spawn().expect("a server process");
        let out = BufReader::new(child.stdout.take().expect("its output"));
        let mut server = Server {
            child,
            lines: Vec::new(),
            out,
        };
        while !server.lines.last().is_some_and(|line| line.contains(last)) {
            let mut line = String::new();
            let read = server.out.read_line(&mut line).expect("text");
            let log = || std::fs::read_to_string(self.path("server.log")).unwrap_or_default();
            assert!(read > 0, "it ended after {:#?}\n{}", server.lines, log());
            server.lines.push(line.trim_end().to_owned());
        }
        server
    }

    fn ready(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin");
        if let Some(database) = &self.database {
            command
                .env("MINGLU_DATABASE_URL", database.serving_url())
                .env("MINGLU_DATABASE_MIGRATION_URL", database.url());
        }
        command
    }
}

fn said(mut command: Command, input: &str) -> Said {
    use std::io::Write as _;
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("a process");
    let mut pipe = child.stdin.take().expect("its input");
    pipe.write_all(input.as_bytes())
        .expect("it reads its input");
    drop(pipe);
    let ended = child.wait_with_output().expect("it ends");
    Said {
        code: ended.status.code().expect("it was not killed"),
        out: String::from_utf8(ended.stdout).expect("text"),
        err: String::from_utf8(ended.stderr).expect("text"),
    }
}

/// A server process; killed when it goes out of use.
pub(crate) struct Server {
    child: Child,
    /// What it printed before it was ready.
    pub(crate) lines: Vec<String>,
    out: BufReader<ChildStdout>,
}

impl Server {
    /// Where it says that it listens.
    pub(crate) fn base(&self) -> &str {
        let mut lines = self.lines.iter();
        lines
            .find_map(|line| line.split_once("listening on "))
            .expect("an address")
            .1
    }

    /// Its process, for a look at what it holds.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Tells it to stop and gives back its exit code with what it printed since it was ready.
    pub(crate) fn stops_saying(mut self) -> (i32, String) {
        use std::io::Read as _;
        let told = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        assert!(told.expect("kill runs").success());
        let mut said = String::new();
        self.out.read_to_string(&mut said).expect("text");
        let status = self.child.wait().expect("it ends");
        (status.code().expect("it ends by itself"), said)
    }

    /// Tells it to stop, as a service manager does, and gives back its exit code.
    pub(crate) fn stops(mut self) -> i32 {
        let told = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        assert!(told.expect("kill runs").success());
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a look") {
                return status.code().expect("it ends by itself");
            }
            assert!(begun.elapsed() < PATIENCE, "it does not stop");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a test on a machine with each database.
macro_rules! on_machines {
    ($($(#[$meta:meta])* async fn $name:ident($machine:ident: $ty:ty) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn run($machine: $ty) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run(Machine::new(Engine::Sqlite)).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run(Machine::new(Engine::Postgres)).await;
            }
        }
    )+};
}
pub(crate) use on_machines;
