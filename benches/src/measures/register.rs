//! How fast subjects of each kind are registered at 1,000 a request by 1, 2 and 8 clients, on both databases, beside a plain
//! multi-row insert of the very same rows into the same tables and indexes over as many connections in the same run.
//! Arguments: how many a client count (default 20,000), databases and kinds (default all).
#![expect(clippy::print_stdout, reason = "a measurement reports")]

use entity::kind::SubjectKind;
use tests::database::Engine;

use crate::door::A_REQUEST;
use crate::items::Named;
use crate::plain::Copier;
use crate::{Arguments, Door, House, KINDS, empty, forget_peak, machine, peak_mib};

/// Clients that send at a time, and connections that insert plainly.
const CLIENTS: [usize; 3] = [1, 2, 8];

pub(super) async fn run(arguments: &Arguments) {
    let rows = arguments.rows(20_000);
    println!(
        "Registering {rows} new subjects over HTTP, {A_REQUEST} a request, then the same rows inserted plainly over as many"
    );
    println!("connections as there were clients; {}", machine());
    println!(
        "| kind | database | clients | registrations/s | plain registrations/s | ratio | table rows each | peak MiB |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for kind in arguments.kinds(&KINDS) {
        for engine in arguments.engines() {
            measure(kind, engine, rows).await;
        }
    }
}

/// One kind on one database: every client count goes on where the one before stopped, on either side.
async fn measure(kind: SubjectKind, engine: Engine, rows: u32) {
    let house = House::open(engine).await;
    let door = Door::open(&house).await;
    let (target, _database) = empty(engine).await;
    let mut plain = Copier::new(house.app.db.clone(), target);
    // Nobody measures a first thousand.
    let before = door.prepare(kind).await;
    door.register((kind, Named::FEW), 0..A_REQUEST, 1).await;
    plain.copy(before + A_REQUEST, 1).await;
    let mut start = A_REQUEST;
    for clients in CLIENTS {
        let range = start..start + rows;
        start = range.end;
        forget_peak();
        let took = door.register((kind, Named::FEW), range, clients).await;
        let peak = peak_mib();
        let copied = plain.copy(rows, clients).await;
        let each_second = |took: std::time::Duration| f64::from(rows) / took.as_secs_f64();
        let (registered, inserted) = (each_second(took), each_second(copied.time));
        println!(
            "| {kind} | {engine:?} | {clients} | {registered:.0} | {inserted:.0} | {:.2} | {:.0} | {peak} |",
            registered / inserted,
            f64::from(u32::try_from(copied.rows).unwrap_or(u32::MAX)) / f64::from(rows),
        );
    }
}
