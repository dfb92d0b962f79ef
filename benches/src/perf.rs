//! Where processor time goes, by the kernel's own sampling (`perf`): every sample is put down to the first activity, in the
//! order of a table, that some frame of its stack belongs to. Nothing is guessed; what no line claims is told as such.
#![expect(
    clippy::expect_used,
    reason = "a measurement that cannot go on has nothing to report"
)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// Samples a second of each core.
const FREQUENCY: u32 = 499;
/// Bytes of stack that a sample keeps to be unwound later.
const STACK: u32 = 16_384;

/// An activity, and what names of functions belong to it.
type Activity = (&'static str, &'static [&'static str]);

/// What this process does. A name with `::` asks for its parts in this order.
const OURS: &[Activity] = &[
    (
        "client: sending and reading answers",
        &["benches::door", "reqwest"],
    ),
    (
        "SQLite: log, commit, checkpoint",
        &[
            "walFrames",
            "WalFrames",
            "Checkpoint",
            "VdbeHalt",
            "BtreeCommit",
        ],
    ),
    (
        "SQLite: finding places in tables and indexes",
        &["Moveto", "moveto", "BtreeNext"],
    ),
    (
        "SQLite: writing tables and indexes",
        &["BtreeInsert", "balance"],
    ),
    (
        "SQLite: reading the statement",
        &["sqlite3RunParser", "sqlite3Parser", "sqlite3Insert"],
    ),
    ("SQLite: the rest", &["sqlite3"]),
    ("fingerprint", &["rules::fingerprint", "write::fingerprint"]),
    (
        "seal and blind index",
        &["vault", "aws_lc", "aesni", "sha256_block"],
    ),
    (
        "parse values, read addresses",
        &["registry::parse", "entity::value", "registry::division"],
    ),
    (
        "judge",
        &["rules::registration", "Draft::judge", "draft::Draft"],
    ),
    ("read lines of a file", &["import::lines", "graphql::line"]),
    (
        "encode: making statements",
        &[
            "sea_query",
            "sea_orm::query",
            "insert_many",
            "ActiveModel",
            "active_model",
        ],
    ),
    ("encode: binding and sending, decoding rows", &["sqlx"]),
    (
        "request and answer: JSON, GraphQL",
        &["async_graphql", "serde_json", "api::http", "api::graphql"],
    ),
    ("the deed's own steps", &["api::registry", "api::audit"]),
    ("HTTP and the runtime", &["hyper", "axum", "tokio"]),
];

/// What PostgreSQL does.
const POSTGRES: &[Activity] = &[
    ("foreign keys", &["RI_FKey", "AfterTrigger"]),
    ("commit", &["CommitTransaction"]),
    (
        "reading and planning statements",
        &[
            "pg_parse_query",
            "pg_analyze",
            "pg_plan_quer",
            "exec_parse_message",
            "GetCachedPlan",
        ],
    ),
    (
        "indexes: looking for conflicts",
        &["ExecCheckIndexConstraints"],
    ),
    ("indexes: inserting", &["ExecInsertIndexTuples", "btinsert"]),
    (
        "tables: inserting, and the log of it",
        &["heap_insert", "heap_multi_insert", "toast"],
    ),
    (
        "taking values",
        &["exec_bind_message", "pq_copymsgbytes", "pq_getmessage"],
    ),
    (
        "reading rows",
        &[
            "ExecScan",
            "ExecIndexScan",
            "IndexNext",
            "ExecNestLoop",
            "ExecHash",
            "heapam_index",
        ],
    ),
    ("inserting, the rest", &["ExecModifyTable", "ExecInsert"]),
    (
        "talking with the client",
        &["secure_read", "secure_write", "internal_flush", "pq_"],
    ),
];

/// Whether a function's name has the parts of another in their order, mangled or not.
fn named(function: &str, name: &str) -> bool {
    let mut rest = function;
    name.split("::").all(|part| match rest.split_once(part) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

/// The activity of a stack.
fn activity(table: &[Activity], stack: &[&str]) -> &'static str {
    let belongs = |names: &[&str]| {
        let mut frames = stack.iter();
        frames.any(|frame| names.iter().any(|name| named(frame, name)))
    };
    let found = table.iter().find(|(_, names)| belongs(names));
    found.map_or("none of these", |(told, _)| *told)
}

/// A running `perf record` of this process, or of the whole machine for root.
pub struct Perf {
    recording: Child,
    folder: TempDir,
}

/// Milliseconds of processor time by process and activity.
pub type Spent = BTreeMap<(&'static str, &'static str), f64>;

impl Perf {
    /// Begins to sample; none where there is no `perf`.
    #[must_use]
    pub fn start() -> Option<Self> {
        let folder = TempDir::new().ok()?;
        let mut record = Command::new("perf");
        record
            .args(["record", "--quiet", "--event=cpu-clock"])
            .arg(format!("--freq={FREQUENCY}"))
            .arg(format!("--call-graph=dwarf,{STACK}"))
            .arg(format!("--output={}", data(&folder).display()));
        // Only root may look into the database's processes.
        if fs::metadata("/proc/self").ok()?.uid() == 0 {
            record.arg("--all-cpus");
        } else {
            record.arg(format!("--pid={}", std::process::id()));
        }
        let recording = record
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        Some(Self { recording, folder })
    }

    /// Ends sampling and tells what was done.
    ///
    /// # Panics
    /// When what was sampled cannot be read again.
    #[must_use]
    pub fn stop(mut self) -> Spent {
        let asked = Command::new("kill")
            .args(["-s", "INT", &self.recording.id().to_string()])
            .status();
        assert!(
            asked.is_ok_and(|status| status.success()),
            "perf is running"
        );
        self.recording.wait().expect("perf ends");
        let script = Command::new("perf")
            .args(["script", "--no-inline", "--fields=comm,pid,ip,sym"])
            .arg(format!("--input={}", data(&self.folder).display()))
            .stderr(Stdio::null())
            .output();
        let text = script.expect("perf script").stdout;
        spent(
            &String::from_utf8_lossy(&text),
            &std::process::id().to_string(),
        )
    }
}

fn data(folder: &TempDir) -> PathBuf {
    folder.path().join("perf.data")
}

/// Adds samples up: each begins with a process, then has a frame a line, the innermost first.
fn spent(text: &str, own: &str) -> Spent {
    let mut spent = Spent::new();
    for sample in text.split("\n\n") {
        let mut lines = sample.lines().filter(|line| !line.is_empty());
        let head = lines.next().unwrap_or_default();
        let frames = lines.filter_map(|line| Some(line.trim().split_once(' ')?.1));
        let stack: Vec<&str> = frames.collect();
        let mut words = head.split_whitespace().rev();
        let (pid, name) = (words.next().unwrap_or_default(), words.next());
        let key = if pid == own {
            ("this process", activity(OURS, &stack))
        } else if name.is_some_and(|name| name.starts_with("postgres")) {
            ("PostgreSQL", activity(POSTGRES, &stack))
        } else if pid == "0" || pid.is_empty() {
            continue;
        } else {
            ("others on this machine", "")
        };
        *spent.entry(key).or_default() += 1e3 / f64::from(FREQUENCY);
    }
    spent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_belongs_to_the_first_activity_that_a_frame_names() {
        let text = "tokio-rt-worker  77 \n\
                    \t7f01 aws_lc_0_34_sha256_block_data_order+0x1\n\
                    \t7f02 api::vault::Vault::index+0x2\n\
                    \t7f03 api::registry::registration::drafts+0x3\n\n\
                    postgres  80 \n\t5501 _bt_compare\n\t5502 btinsert\n\t5503 RI_FKey_check_ins\n\n\
                    swapper     0 \n\tffff default_idle\n\n\
                    tokio-rt-worker  77 \n\t7f04 _RNvNtCs_5rules12registration5judge\n\n";
        let spent = spent(text, "77");
        let keys: Vec<_> = spent.keys().copied().collect();
        assert_eq!(
            keys,
            [
                ("PostgreSQL", "foreign keys"),
                ("this process", "judge"),
                ("this process", "seal and blind index"),
            ]
        );
    }
}
