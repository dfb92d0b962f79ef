//! Whether a registration costs the same when the registry is small and when it is large: operators at 1,000 a request by
//! two clients, timed over the last rows before each mark, beside the plain insert of the same rows over two connections.
//! Arguments: the last mark (default 1,000,000; the others are a hundredth and a tenth of it), databases and kinds.
#![expect(clippy::print_stdout, reason = "a measurement reports")]

use entity::kind::SubjectKind;
use tests::database::Engine;

use crate::door::A_REQUEST;
use crate::items::Named;
use crate::plain::Copier;
use crate::{Arguments, Door, House, empty, machine};

const CLIENTS: usize = 2;

pub(super) async fn run(arguments: &Arguments) {
    let last = arguments.rows(1_000_000);
    println!(
        "The cost of a registration at 1,000 a request by {CLIENTS} clients, by how many there are; {}",
        machine()
    );
    println!(
        "| kind | database | registered | µs a registration | of the first | plain µs a registration | of the first | ratio |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for kind in arguments.kinds(&[SubjectKind::Operator]) {
        for engine in arguments.engines() {
            measure((kind, engine), last).await;
        }
    }
}

async fn measure((kind, engine): (SubjectKind, Engine), last: u32) {
    let house = House::open(engine).await;
    let door = Door::open(&house).await;
    let (target, _database) = empty(engine).await;
    let mut plain = Copier::new(house.app.db.clone(), target);
    let before = door.prepare(kind).await;
    plain.copy(before, 1).await;
    let mut done = 0;
    let mut first = None;
    for mark in [last / 100, last / 10, last] {
        // As much as is measured before every mark: all of the way to the first but its first request.
        let window = (last / 100).saturating_sub(A_REQUEST).max(1);
        let from = mark.saturating_sub(window).max(done);
        let named = (kind, Named::FEW);
        door.register(named, done..from, CLIENTS).await;
        plain.copy(from - done, CLIENTS).await;
        let took = door.register(named, from..mark, CLIENTS).await;
        let copied = plain.copy(mark - from, CLIENTS).await;
        let each = |took: std::time::Duration| took.as_secs_f64() * 1e6 / f64::from(mark - from);
        let cost = (each(took), each(copied.time));
        let (ours, theirs) = *first.get_or_insert(cost);
        println!(
            "| {kind} | {engine:?} | {mark} | {:.1} | {:.2} | {:.1} | {:.2} | {:.2} |",
            cost.0,
            cost.0 / ours,
            cost.1,
            cost.1 / theirs,
            cost.1 / cost.0,
        );
        done = mark;
    }
}
