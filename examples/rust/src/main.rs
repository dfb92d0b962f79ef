//! A platform's journey: register its agencies, operators and streamers, prepare a submission, download and check it, file it.
//! `platform-example http://127.0.0.1:8080/graphql TOKEN [FOLDER]`

mod client;
mod operations;
mod platform;
mod windows;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, Utc};

use client::{Fault, Listed, Registry};
use operations::{
    FileSubmission, PrepareSubmission, Register, Submission, WhoAmI, file_submission,
    prepare_submission, register, submission, who_am_i,
};
use platform::People;
use prepare_submission::FilingKind;
use register::{Judged, RegistrationOutcome};

/// Seconds until a submission must be ready.
const PATIENCE: u32 = 60;
/// Seconds that clocks in China are ahead of UTC.
const CHINA: i32 = 8 * 3600;

/// Prints problems; each operation has a type of its own for them.
macro_rules! show {
    ($problems:expr) => {
        for problem in $problems {
            let article = problem.article.as_ref();
            let basis =
                article.map(|article| format!(" [{}{}]", article.instrument, article.number));
            println!(
                "    {:?} {} {}: {}{}",
                problem.severity,
                problem.code,
                problem.path.join("."),
                problem.message,
                basis.unwrap_or_default()
            );
        }
    };
}

#[tokio::main]
async fn main() -> ExitCode {
    let given: Vec<_> = std::env::args().skip(1).collect();
    let (url, token, folder) = match given.as_slice() {
        [url, token] => (url, token, None),
        [url, token, folder] => (url, token, Some(PathBuf::from(folder))),
        _ => {
            eprintln!("usage: platform-example URL TOKEN [FOLDER]");
            return ExitCode::from(2);
        }
    };
    match journey(url, token, folder).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

async fn journey(url: &str, token: &str, folder: Option<PathBuf>) -> Result<(), Fault> {
    let url = url.parse().map_err(|_| unexpected("the URL is none"))?;
    let registry = Registry::new(url, token.to_owned());
    let folder = match folder {
        Some(folder) => folder,
        None => tempfile::Builder::new().prefix("minglu-").tempdir()?.keep(),
    };
    let me = registry.execute::<WhoAmI>(who_am_i::Variables {}).await?.me;
    let platform = me.platform.map(|platform| platform.platform_name);
    let name = platform.unwrap_or_default();
    println!("{:?} {name}; files go to {}", me.role, folder.display());
    let now = now();
    register(&registry, now).await?;
    let [coming, last] = windows::windows_at(now.date_naive());
    // Between windows the registry answers WINDOW_NOT_OPEN with the day, as data.
    submit(&registry, coming, FilingKind::INITIAL, &folder).await?;
    // What the last filing did not have yet can be filed at any time, as late.
    submit(&registry, last, FilingKind::SUPPLEMENT, &folder).await
}

#[expect(
    clippy::disallowed_methods,
    reason = "an example is a program of its own and has no clock to ask"
)]
fn now() -> DateTime<FixedOffset> {
    let china = FixedOffset::east_opt(CHINA);
    let now = Utc::now().fixed_offset();
    china.map_or(now, |china| now.with_timezone(&china))
}

fn unexpected(what: &str) -> Fault {
    Fault::Unexpected(what.to_owned())
}

async fn register(registry: &Registry, now: DateTime<FixedOffset>) -> Result<(), Fault> {
    let people = platform::people(&now.to_rfc3339())?;
    println!("a dry run of everybody; ties are pending until those who are tied are there:");
    let dry = registry
        .execute::<Register>(request(people.clone(), None))
        .await?;
    for judged in [&dry.agencies, &dry.operators, &dry.streamers] {
        show!(&judged.problems);
        for result in &judged.results {
            let id = result.external_id.as_deref().unwrap_or_default();
            println!("  {id} {:?}", result.outcome);
            show!(&result.problems);
        }
    }
    let people = People {
        agencies: passed(people.agencies, &dry.agencies),
        operators: passed(people.operators, &dry.operators),
        streamers: passed(people.streamers, &dry.streamers),
    };
    let key = format!("platform-{}", now.to_rfc3339());
    let done = registry
        .execute::<Register>(request(people, Some(key)))
        .await?;
    println!("registered without those to be mended:");
    for (kind, judged) in [
        ("agencies", &done.agencies),
        ("operators", &done.operators),
        ("streamers", &done.streamers),
    ] {
        let Judged {
            created,
            updated,
            unchanged,
            rejected,
            ..
        } = judged;
        println!(
            "  {kind}: {created} created, {updated} updated, {unchanged} unchanged, {rejected} rejected"
        );
        show!(&judged.problems);
        judged
            .results
            .iter()
            .for_each(|result| show!(&result.problems));
        if *rejected > 0 {
            return Err(unexpected("what passed the dry run was refused"));
        }
    }
    Ok(())
}

/// The request that registers people, or judges them where there is no key.
fn request(people: People, idempotency_key: Option<String>) -> register::Variables {
    let dry_run = idempotency_key.is_none();
    register::Variables {
        agencies: register::RegisterAgenciesInput {
            items: people.agencies,
            dry_run,
            idempotency_key: idempotency_key.clone(),
            platform: None,
        },
        operators: register::RegisterOperatorsInput {
            items: people.operators,
            dry_run,
            idempotency_key: idempotency_key.clone(),
            platform: None,
        },
        streamers: register::RegisterStreamersInput {
            items: people.streamers,
            dry_run,
            idempotency_key,
            platform: None,
        },
    }
}

/// The items that were not refused.
fn passed<Item>(items: Vec<Item>, judged: &Judged) -> Vec<Item> {
    let refused = |index: i64| {
        let mut results = judged.results.iter();
        results.any(|r| r.index == index && r.outcome == RegistrationOutcome::REJECTED)
    };
    (0..)
        .zip(items)
        .filter_map(|(index, item)| (!refused(index)).then_some(item))
        .collect()
}

async fn ready(registry: &Registry, id: String) -> Result<submission::SubmissionSubmission, Fault> {
    for _ in 0..PATIENCE {
        let variables = submission::Variables { id: id.clone() };
        let found = registry.execute::<Submission>(variables).await?.submission;
        let found = found.ok_or_else(|| unexpected("the submission is not in sight"))?;
        match found.state {
            submission::SubmissionState::READY => return Ok(found),
            submission::SubmissionState::PREPARING => {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            state => return Err(Fault::Unexpected(format!("the submission is {state:?}"))),
        }
    }
    Err(unexpected("the submission was not ready in time"))
}

async fn submit(
    registry: &Registry,
    window: String,
    kind: FilingKind,
    folder: &Path,
) -> Result<(), Fault> {
    let head = format!("{window} {kind:?}");
    let input = prepare_submission::PrepareSubmissionInput {
        window,
        kind,
        report: prepare_submission::ReportKind::LIVESTREAM,
        idempotency_key: None,
        platform: None,
    };
    let prepared = registry
        .execute::<PrepareSubmission>(prepare_submission::Variables { input })
        .await?
        .prepare_submission;
    show!(&prepared.problems);
    let refused = || unexpected("the submission was not prepared");
    let prepared = prepared.submission.ok_or_else(refused)?;
    let submission = ready(registry, prepared.id).await?;
    let sheets = submission.sheets.iter();
    let sheets: Vec<_> = sheets
        .map(|sheet| format!("{} {}", sheet.sheet, sheet.rows))
        .collect();
    println!(
        "{head} version {} is READY, due on {}: {}",
        submission.version,
        submission.due_on,
        sheets.join(", ")
    );
    for file in &submission.files {
        let listed = Listed {
            name: &file.name,
            path: &file.path,
            bytes: file.bytes,
            sha256: &file.sha256,
        };
        std::fs::write(folder.join(&file.name), registry.download(&listed).await?)?;
        println!(
            "  downloaded {}, {} bytes, SHA-256 as on record",
            file.name, file.bytes
        );
    }
    file(registry, submission.id).await
}

async fn file(registry: &Registry, submission: String) -> Result<(), Fault> {
    let input = file_submission::SubmissionInput {
        submission,
        idempotency_key: None,
    };
    let filed = registry
        .execute::<FileSubmission>(file_submission::Variables { input })
        .await?
        .file_submission;
    show!(&filed.problems);
    let mut problems = filed.problems.iter();
    let early = problems.any(|problem| problem.code == "WINDOW_NOT_OPEN");
    match filed.submission {
        Some(filed) if filed.state == file_submission::SubmissionState::FILED => {
            let late = filed.late.unwrap_or_default();
            let late = if late { ", late" } else { "" };
            println!("  filed with {}{late}", filed.recipient.full_name);
        }
        _ if early => println!("  to be filed when its window opens"),
        _ => return Err(unexpected("the submission was not filed")),
    }
    Ok(())
}
