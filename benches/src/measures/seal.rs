//! What sealing and indexing cost of bulk registration, with AES and with the national algorithms in the same run: subjects are
//! registered over HTTP by one client, and then the vault alone does once more, with the very same values, what it did for
//! them. Arguments: how many (default 20,000), databases (both) and kinds (default operator and streamer).
#![expect(clippy::print_stdout, reason = "a measurement reports")]
#![expect(
    clippy::expect_used,
    reason = "a measurement that cannot be set up has nothing to report"
)]

use std::time::{Duration, Instant};

use api::app::App;
use api::registry::reading::Record;
use api::registry::registration::facts;
use api::registry::{party, reading};
use api::vault::Suite;
use entity::kind::SubjectKind;
use entity::registration;
use entity::sealed::{Sealed, SealedAt};
use entity::value::identity::IdentityNumber;
use rules::fingerprint;
use tests::database::Engine;

use crate::door::A_REQUEST;
use crate::items::Named;
use crate::{Arguments, Door, House, machine};

/// So many registrations are read back at a time.
const READ: u64 = 1_000;

pub(super) async fn run(arguments: &Arguments) {
    let rows = arguments.rows(20_000);
    println!(
        "Registering {rows} new subjects over HTTP by one client, {A_REQUEST} a request; then the vault alone seals, indexes and"
    );
    println!(
        "fingerprints the same values again on one thread; {}",
        machine()
    );
    println!(
        "| kind | database | suite | registrations/s | µs each | of it in the vault | share |"
    );
    println!("|---|---|---|---|---|---|---|");
    for kind in arguments.kinds(&[SubjectKind::Operator, SubjectKind::Streamer]) {
        for engine in arguments.engines() {
            for suite in Suite::ALL {
                measure(kind, (engine, suite), rows).await;
            }
        }
    }
}

async fn measure(kind: SubjectKind, (engine, suite): (Engine, Suite), rows: u32) {
    let house = House::open_with(engine, suite).await;
    let door = Door::open(&house).await;
    door.prepare(kind).await;
    // Nobody measures a first thousand.
    door.register((kind, Named::FEW), 0..A_REQUEST, 1).await;
    let range = A_REQUEST..A_REQUEST + rows;
    let took = door.register((kind, Named::FEW), range, 1).await;
    let work = Work::read(&house.app, kind, rows).await;
    let many = f64::from(u32::try_from(work.len()).unwrap_or(u32::MAX));
    let each = |took: Duration, of: f64| took.as_secs_f64() * 1_000_000.0 / of;
    let (all, vault) = (
        each(took, f64::from(rows)),
        each(again(&house.app, &work), many),
    );
    println!(
        "| {kind} | {engine:?} | {} | {:.0} | {all:.1} | {vault:.1} | {:.1} % |",
        suite.name(),
        f64::from(rows) / took.as_secs_f64(),
        vault / all * 100.0,
    );
}

/// What the vault had to do for one registration.
struct Work {
    number: (SealedAt, Vec<u8>),
    phone: Option<String>,
    facts: (SealedAt, Vec<u8>),
    canonical: Vec<u8>,
}

impl Work {
    /// Reads back what was registered last.
    async fn read(app: &App, kind: SubjectKind, rows: u32) -> Vec<Self> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = registration::after(after, READ).all(&app.db).await;
            let page = page.expect("registrations");
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            let page: Vec<_> = page.into_iter().filter(|row| row.kind == kind).collect();
            let parties = page.iter().map(|row| row.party_id);
            let numbers = reading::identities(app, parties).await.expect("numbers");
            for record in reading::open(app, page).await.expect("facts") {
                let number = numbers.get(&record.registration.party_id);
                all.push(Self::of(&record, number.expect("a number")));
            }
        }
        let keep = usize::try_from(rows).unwrap_or(usize::MAX);
        all.split_off(all.len().saturating_sub(keep))
    }

    fn of(record: &Record, number: &IdentityNumber) -> Self {
        let row = &record.registration;
        let json = |value: &str| serde_json::to_vec(value).expect("JSON");
        Self {
            number: (party::place(row.party_id), json(number.number())),
            phone: record.facts.phone().map(str::to_owned),
            facts: (
                facts::place(row.id, row.revision),
                serde_json::to_vec(&record.facts).expect("JSON"),
            ),
            canonical: fingerprint::canonical(number, &record.facts),
        }
    }
}

/// Seals, indexes and fingerprints all of it once more.
fn again(app: &App, work: &[Work]) -> Duration {
    let vault = &app.vault;
    let begun = Instant::now();
    for one in work {
        for (at, plain) in [&one.number, &one.facts] {
            let sealed: Sealed<()> = vault.seal(*at, plain).expect("sealed");
            std::hint::black_box(sealed);
        }
        std::hint::black_box(vault.index(party::NUMBER, &one.number.1));
        if let Some(phone) = &one.phone {
            std::hint::black_box(vault.indexes("registration.phone", phone.as_bytes()));
        }
        std::hint::black_box(vault.fingerprint(fingerprint::VERSION, &one.canonical));
    }
    begun.elapsed()
}
