//! How long a submission takes from prepareSubmission to READY and what memory it needs, on both databases. Arguments:
//! how many operators (default 200,000) and the database (sqlite or postgres; default both, one after the other).
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement reports or stops"
)]

use std::time::Instant;

use api::registry::submission::{self, Prepare};
use entity::kind::{FilingKind, ReportKind, SubjectKind, SubmissionState};
use entity::value::window::SubmissionWindow;
use tests::database::Engine;

use crate::items::Named;
use crate::{Arguments, Door, House, peak_mib};

pub(super) async fn run(arguments: &Arguments) {
    let operators = arguments.rows(200_000);
    println!("prepareSubmission to READY, {operators} operators on one platform");
    println!(
        "| database | freeze s | write s | rows/s | workbook MiB | peak MiB before | peak MiB after |"
    );
    println!("|---|---|---|---|---|---|---|");
    for engine in arguments.engines() {
        measure(engine, operators).await;
    }
}

async fn measure(engine: Engine, operators: u32) {
    let house = House::open(engine).await;
    let door = Door::open(&house).await;
    let operator = (SubjectKind::Operator, Named::FEW);
    door.load(&house, operator, 0..operators).await;
    let before = peak_mib();
    let window = SubmissionWindow::at_or_after(house.app.today()).expect("a window");
    let command = Prepare {
        platform: None,
        report: ReportKind::Livestream,
        window: window.to_string(),
        kind: FilingKind::Initial,
        idempotency_key: None,
    };
    let begun = Instant::now();
    let verdict = submission::prepare(&house.app, &house.platform, command)
        .await
        .expect("it is prepared");
    let frozen = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    api::jobs::run_once(&house.app)
        .await
        .expect("it is written");
    let written = begun.elapsed().as_secs_f64();
    let id = verdict.submission.expect("a submission");
    let row = submission::find(&house.app, &house.platform, id)
        .await
        .expect("a look")
        .expect("it stands");
    assert_eq!(row.state, SubmissionState::Ready, "it is READY");
    assert_eq!(
        row.rows_total,
        i64::from(operators),
        "every operator has a row"
    );
    let files = api::registry::document::of_submissions(&house.app, &[id])
        .await
        .expect("files");
    let bytes: i64 = files.into_values().flatten().map(|file| file.bytes).sum();
    println!(
        "| {engine:?} | {frozen:.1} | {written:.1} | {:.0} | {} | {before} | {} |",
        f64::from(operators) / (frozen + written),
        bytes >> 20,
        peak_mib()
    );
}
