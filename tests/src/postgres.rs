//! A private PostgreSQL for one test run: newest server found, temporary folder, free port of 127.0.0.1, random
//! password, nothing synced to disk. It never touches the machine's own cluster; `TEST_POSTGRES_URL` names
//! another server to use instead (its user must be allowed to create databases).

use std::ffi::OsStr;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use reqwest::Url;

use crate::run::{self, environment, random_hex};

const OLDEST: u32 = 15;
const ATTEMPTS: u32 = 5;
const NOT_FOUND: &str = "未找到 PostgreSQL 15 或更新版本，请执行 sudo apt-get install postgresql \
    (PostgreSQL 15 or newer not found; run: sudo apt-get install postgresql)";

/// The address of the database `postgres` as one who may create databases; the first call starts the server.
pub fn admin_url() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| {
        environment("TEST_POSTGRES_URL").unwrap_or_else(|| run::current().once("postgres", start))
    })
}

/// Where the private server keeps its files and its log; none where the tests use another server.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    let other = environment("TEST_POSTGRES_URL").is_some();
    (!other).then(|| run::current().folder().join("postgres"))
}

/// The address of another database on the same server.
#[must_use]
pub fn url_of(database: &str) -> String {
    let mut url = Url::parse(admin_url()).expect("TEST_POSTGRES_URL is a URL");
    url.set_path(database);
    url.into()
}

/// The address of a database for the role that serves, which owns no table: what it may do it is granted by migrations.
#[must_use]
pub fn serving_url_of(database: &str) -> String {
    let (role, password) = serving_role();
    let mut url = Url::parse(&url_of(database)).expect("an address");
    url.set_username(role).expect("a role's name");
    url.set_password(Some(password)).expect("a password");
    url.into()
}

/// The role that serves in this run, made by the first call, and its password. The watchdog drops it from a server that the
/// user named.
fn serving_role() -> (&'static str, &'static str) {
    static ROLE: OnceLock<String> = OnceLock::new();
    let role = ROLE.get_or_init(|| {
        run::current().once("serving-role", || {
            let (name, password) = (format!("{}serves", run::current().prefix()), random_hex(16));
            let create = format!(r#"CREATE ROLE "{name}" LOGIN PASSWORD '{password}'"#);
            crate::database::wait_for(execute(&create)).expect("a role of its own");
            format!("{name} {password}")
        })
    });
    role.split_once(' ').expect("a name and a password")
}

/// Creates a database, as a copy of `template` or empty, and returns its address.
pub async fn create_database(name: &str, template: Option<&str>) -> String {
    let template = template.unwrap_or("template0");
    execute(&format!(
        r#"CREATE DATABASE "{name}" TEMPLATE "{template}""#
    ))
    .await
    .unwrap_or_else(|error| panic!("cannot create the database {name} from {template}: {error}"));
    url_of(name)
}

/// Drops a database, if it is there, and whatever connections are still open to it.
pub async fn drop_database(name: &str) -> Result<(), sea_orm::DbErr> {
    execute(&format!(r#"DROP DATABASE IF EXISTS "{name}" WITH (FORCE)"#)).await
}

async fn execute(sql: &str) -> Result<(), sea_orm::DbErr> {
    use sea_orm::ConnectionTrait as _;

    let mut options = sea_orm::ConnectOptions::new(admin_url());
    options.max_connections(1).sqlx_logging(false);
    let connection = sea_orm::Database::connect(options).await?;
    connection.execute_unprepared(sql).await?;
    connection.close().await
}

/// Makes a cluster in the run's folder and starts it; the watchdog stops it.
fn start() -> String {
    let programs = newest_programs().unwrap_or_else(|| panic!("{NOT_FOUND}"));
    let folder = run::current().folder().join("postgres");
    let password = random_hex(16);
    let user = ServerUser::find(run::current().folder());
    initialise(&programs, &folder, &password, user);
    let mut failure = String::new();
    for _ in 0..ATTEMPTS {
        // Another process may take the port between here and the server's own bind, hence the attempts.
        let port = free_port();
        let ctl = program(&programs.join("pg_ctl"), &folder, user)
            .args([
                "start",
                "--silent",
                "--wait",
                "--timeout=60",
                "--log=server.log",
                "--pgdata=.",
            ])
            .arg(format!("--options=-p {port}"))
            .output()
            .expect("pg_ctl runs");
        if ctl.status.success() {
            return format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres");
        }
        failure = fs::read_to_string(folder.join("server.log"))
            .unwrap_or_else(|_| String::from_utf8_lossy(&ctl.stderr).into_owned());
    }
    panic!("the private PostgreSQL did not start:\n{failure}");
}

fn initialise(programs: &Path, folder: &Path, password: &str, user: Option<ServerUser>) {
    // A folder of an attempt that was interrupted is of no use.
    let _ = fs::remove_dir_all(folder);
    fs::create_dir(folder).expect("a folder for PostgreSQL");
    let password_file = folder.with_file_name("postgres.password");
    fs::write(&password_file, password).expect("a file in the run's folder");
    for path in [folder, &password_file] {
        if let Some(ServerUser { uid, gid }) = user {
            chown(path, Some(uid), Some(gid)).expect("root gives the folder away");
        }
    }
    let output = program(&programs.join("initdb"), folder, user)
        .args([
            "--pgdata=.",
            "--username=postgres",
            "--auth=password",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ])
        .arg(format!("--pwfile={}", password_file.display()))
        .output()
        .expect("initdb runs");
    assert!(
        output.status.success(),
        "initdb failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    fs::remove_file(password_file).expect("the password file can go");
    let settings = folder.join("postgresql.auto.conf");
    fs::write(settings, include_str!("postgres.conf")).expect("the settings can be written");
}

/// A program of the server: as another user when we are root, in its own folder, blind to our environment.
fn program(path: &Path, folder: &Path, user: Option<ServerUser>) -> Command {
    let mut command = Command::new(path);
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("LC_ALL", "C");
    if let Some(ServerUser { uid, gid }) = user {
        command.uid(uid).gid(gid);
    }
    command
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .expect("a free port of 127.0.0.1")
        .port()
}

/// Who runs the server when the tests run as root, whom PostgreSQL refuses.
#[derive(Clone, Copy)]
struct ServerUser {
    uid: u32,
    gid: u32,
}

impl ServerUser {
    /// None when the folder's owner, which is us, is not root.
    fn find(ours: &Path) -> Option<Self> {
        let root = fs::metadata(ours).expect("the run's folder").uid() == 0;
        root.then(|| {
            ["postgres", "nobody"]
                .into_iter()
                .find_map(|name| {
                    Some(Self {
                        uid: id("-u", name)?,
                        gid: id("-g", name)?,
                    })
                })
                .expect("a user named postgres or nobody")
        })
    }
}

fn id(which: &str, user: &str) -> Option<u32> {
    output_of("id", [which, user])?.trim().parse().ok()
}

/// The folder of the newest server programs that are new enough.
fn newest_programs() -> Option<PathBuf> {
    let versioned = [
        "/usr/lib/postgresql",
        "/usr/local",
        "/opt/homebrew/opt",
        "/usr",
    ]
    .into_iter()
    .filter_map(|parent| fs::read_dir(parent).ok())
    .flatten()
    .filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    let configured = output_of("pg_config", ["--bindir"]).map(|path| PathBuf::from(path.trim()));
    let path = std::env::var_os("PATH").unwrap_or_default();
    versioned
        .chain(configured)
        .chain(std::env::split_paths(&path))
        .filter(|folder| folder.join("pg_ctl").is_file())
        .filter_map(|folder| Some((version(&folder)?, folder)))
        .filter(|(version, _)| *version >= OLDEST)
        .max_by_key(|(version, _)| *version)
        .map(|(_, folder)| folder)
}

/// The major version, of a text such as `initdb (PostgreSQL) 17beta1`.
fn version(programs: &Path) -> Option<u32> {
    let text = output_of(programs.join("initdb"), ["--version"])?;
    let (_, version) = text.split_once(") ")?;
    version
        .split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

fn output_of<const N: usize>(program: impl AsRef<OsStr>, arguments: [&str; N]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
