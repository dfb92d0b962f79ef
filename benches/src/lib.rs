//! What the measurements share: a house to measure in, the items that are registered, whoever sends them, and the plain
//! ways to compare with. Numbers are told, never asserted: how fast a machine is today is no property of the code.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a measurement that cannot be set up has nothing to report"
)]

pub mod copied;
pub mod door;
pub mod drive;
pub mod house;
pub mod items;
pub mod listed;
pub mod measures;
pub mod peer;
pub mod perf;
pub mod plain;
pub mod servers;
pub mod surveys;

use entity::kind::SubjectKind;
use sea_orm::DatabaseConnection;
use tests::database::{Engine, TestDatabase};

pub use door::Door;
pub use house::House;

/// As the server has it, or its work would be measured under another allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The kinds of subjects that are registered, in the order in which a streamer can name the others.
pub const KINDS: [SubjectKind; 4] = [
    SubjectKind::Agency,
    SubjectKind::Operator,
    SubjectKind::Streamer,
    SubjectKind::Merchant,
];

/// What a measurement is asked for: words in any order, as numbers, databases and kinds.
#[derive(Clone, Debug)]
pub struct Arguments {
    /// Each number, in its order.
    pub numbers: Vec<u32>,
    /// The databases that are named; both where none is.
    pub engines: Vec<Engine>,
    /// The kinds that are named; all where none is.
    pub kinds: Vec<SubjectKind>,
}

impl Arguments {
    /// Reads words; one that is none of these stops with a sentence.
    #[must_use]
    pub fn read(words: &[String]) -> Self {
        let numbers = words.iter().filter_map(|word| word.parse().ok()).collect();
        let named = |name: String| words.contains(&name.to_lowercase());
        let engines: Vec<_> = Engine::ALL
            .into_iter()
            .filter(|engine| named(format!("{engine:?}")))
            .collect();
        let kinds: Vec<_> = KINDS
            .into_iter()
            .filter(|kind| named(kind.as_str().to_owned()))
            .collect();
        let arguments = Self {
            numbers,
            engines,
            kinds,
        };
        let understood = arguments.numbers.len() + arguments.engines.len() + arguments.kinds.len();
        assert!(
            understood == words.len(),
            "arguments are numbers, sqlite, postgres, agency, operator, streamer, merchant: {words:?}"
        );
        arguments
    }

    /// The first number, or what is usual.
    #[must_use]
    pub fn rows(&self, usual: u32) -> u32 {
        self.numbers.first().copied().unwrap_or(usual)
    }

    /// The databases to measure on.
    #[must_use]
    pub fn engines(&self) -> Vec<Engine> {
        if self.engines.is_empty() {
            Engine::ALL.to_vec()
        } else {
            self.engines.clone()
        }
    }

    /// The kinds to measure, or these where none is named.
    #[must_use]
    pub fn kinds(&self, usual: &[SubjectKind]) -> Vec<SubjectKind> {
        if self.kinds.is_empty() {
            usual.to_vec()
        } else {
            self.kinds.clone()
        }
    }
}

/// An empty, migrated database of the same engine.
pub async fn empty(engine: Engine) -> (DatabaseConnection, TestDatabase) {
    let database = tokio::task::spawn_blocking(move || engine.fresh())
        .await
        .expect("a database");
    let settings = house::settings([("database.url", database.url().to_owned())]);
    let connection = api::db::connect(&settings.database)
        .await
        .expect("a connection");
    api::db::migrate(&connection, None, &settings.database)
        .await
        .expect("migrations");
    (connection, database)
}

/// Lets the kernel count anew what [`peak_mib`] tells; where it cannot, the peak is that of the whole process.
pub fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The most memory this process has held since [`forget_peak`], in MiB, as the kernel tells.
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

/// What the numbers below were measured on: cores, and how many threads wanted one in the last minute.
#[must_use]
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?");
    let build = if cfg!(debug_assertions) {
        "a build without optimisation: say --release"
    } else {
        "a release build"
    };
    format!("{cores} cores, load {load} at the start, {build}")
}
