//! How fast a first load is on both databases, through POST /files and importRegistrations, beside a plain multi-row insert
//! of the very same rows over two connections, and beside COPY where there is one, in the same run; and whether a row costs
//! the same in a small file and in a large one. Arguments: how many (default 1,000,000; a hundredth and a tenth of it are
//! loaded too), databases and kinds (default both, and operators).
#![expect(clippy::print_stdout, reason = "a measurement reports")]

use std::time::Duration;

use entity::kind::SubjectKind;
use tests::database::Engine;

use crate::items::Named;
use crate::plain::Copier;
use crate::{Arguments, Door, House, copied, empty, forget_peak, machine, peak_mib};

/// Connections that insert plainly, as many as a first load has by itself.
const CONNECTIONS: usize = 2;

pub(super) async fn run(arguments: &Arguments) {
    let rows = arguments.rows(1_000_000);
    println!(
        "importRegistrations, and the same rows inserted plainly or copied over two connections; {}",
        machine()
    );
    println!(
        "| kind | database | registrations | registrations/s | table rows/s | plain table rows/s | ratio | COPY table rows/s | ratio | µs a table row | peak MiB |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for kind in arguments.kinds(&[SubjectKind::Operator]) {
        for engine in arguments.engines() {
            let mut cost = Vec::new();
            for size in [rows / 100, rows / 10, rows] {
                cost.push(Box::pin(measure((kind, engine), size.max(1))).await);
            }
            if let [small, .., large] = cost.as_slice() {
                println!(
                    "{kind}, {engine:?}: a row of {rows} costs {:.2} of a row of {}",
                    large / small,
                    rows / 100
                );
            }
        }
    }
}

/// One file of one size into a database of its own; gives the seconds of a table row.
async fn measure((kind, engine): (SubjectKind, Engine), rows: u32) -> f64 {
    let house = House::open(engine).await;
    let door = Door::open(&house).await;
    let before = door.prepare(kind).await;
    forget_peak();
    let loaded = door.load(&house, (kind, Named::FEW), 0..rows).await;
    let peak = peak_mib();
    let (target, _database) = empty(engine).await;
    let mut copier = Copier::new(house.app.db.clone(), target);
    copier.copy(before, 1).await;
    let plain = copier.copy(rows, CONNECTIONS).await;
    let table_rows = f64::from(u32::try_from(plain.rows).unwrap_or(u32::MAX));
    let each_second = |took: Duration| table_rows / took.as_secs_f64();
    let beside = |took: Duration| took.as_secs_f64() / loaded.as_secs_f64();
    let copy = if engine == Engine::Postgres {
        let (target, _database) = empty(engine).await;
        let copy = copied::copy(&house.app.db, &target).await;
        format!("{:.0} | {:.2}", each_second(copy), beside(copy))
    } else {
        "– | –".to_owned()
    };
    let cost = loaded.as_secs_f64() / table_rows;
    println!(
        "| {kind} | {engine:?} | {rows} | {:.0} | {:.0} | {:.0} | {:.2} | {copy} | {:.1} | {peak} |",
        f64::from(rows) / loaded.as_secs_f64(),
        each_second(loaded),
        each_second(plain.time),
        beside(plain.time),
        cost * 1e6,
    );
    cost
}
