//! 查看未脱敏的个人信息: the plain values of registrations in sight, each person recorded before anything is told.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::id::RegistrationId;
use entity::problem::{Finding, ProblemCode};
use entity::value::identity::IdentityNumber;
use entity::{audit, client, registration};
use sea_orm::{DatabaseTransaction, QuerySelect as _};
use serde_json::json;

use super::reading::{self, Record};
use super::text::words;
use crate::app::App;
use crate::audit::{Entry, Outcome, observe, record_all};
use crate::auth::Caller;
use crate::db;
use crate::error::{Error, Words};
use crate::scope::Scope;

/// The deed, by its contract name; the index of [`audit::revealed_to`] knows it too.
const OPERATION: &str = "reveal";
/// The longest purpose, in characters.
const PURPOSE: usize = 200;
/// The time in which persons are counted.
const WINDOW: TimeDelta = TimeDelta::hours(1);

/// What is asked to be revealed.
#[derive(Clone, Debug)]
pub struct Reveal {
    /// 1 to `limits.reveal_items` registrations; what cannot be an id names nothing.
    pub registrations: Vec<Option<RegistrationId>>,
    /// What for, without personal data.
    pub purpose: String,
    /// Whether a case is named; there are none yet.
    pub in_case: bool,
}

/// What was revealed, and what was not.
#[derive(Debug, Default)]
pub struct Revealed {
    /// With plain values and numbers, in the order asked for, each once.
    pub records: Vec<(Record, IdentityNumber)>,
    /// Why the others were not.
    pub findings: Vec<Finding>,
}

/// Reveals personal data of registrations in sight.
pub async fn reveal(app: &App, caller: &Caller, command: Reveal) -> Result<Revealed, Error> {
    caller.needs(Scope::PiiReveal)?;
    check_size(
        command.registrations.len(),
        app.settings.limits.reveal_items,
    )?;
    let (purpose, mut findings) = judge(app, &command);
    if !findings.is_empty() {
        observe(app, caller, refused(&codes(&findings))).await?;
        return Ok(Revealed {
            records: Vec::new(),
            findings,
        });
    }
    let tx = db::begin_write(&app.db, caller.reach()).await?;
    let ids = command.registrations.iter().flatten().copied();
    let rows = registration::some_seen_by(&caller.sight, ids)
        .all(&tx)
        .await?;
    within_rate(app, caller, &tx, rows.len() as u64).await?;
    let entries = rows.iter().map(|row| Entry {
        operation: OPERATION,
        outcome: Outcome::Read,
        subjects: vec![row.id.to_string(), row.party_id.to_string()],
        detail: json!({}),
        party: Some(row.party_id),
        purpose: Some(purpose.clone()),
    });
    let mut entries: Vec<_> = entries.collect();
    if entries.is_empty() {
        entries.push(refused(&[ProblemCode::NotFound.as_str()]));
    }
    record_all(app, &tx, caller, entries).await?;
    tx.commit().await?;

    let numbers = reading::identities(app, rows.iter().map(|row| row.party_id)).await?;
    let records = reading::open(app, rows).await?.into_iter();
    let mut found: HashMap<RegistrationId, (Record, IdentityNumber)> = records
        .filter_map(|record| {
            let number = numbers.get(&record.registration.party_id)?.clone();
            Some((record.registration.id, (record, number)))
        })
        .collect();
    let mut told = Vec::with_capacity(found.len());
    for (index, id) in command.registrations.iter().enumerate() {
        let same = |(record, _): &(Record, _)| Some(record.registration.id) == *id;
        let again = told.iter().any(same);
        match id.and_then(|id| found.remove(&id)) {
            Some(record) => told.push(record),
            None if again => {}
            None => {
                let absent = Finding::error(ProblemCode::NotFound).item(index);
                findings.push(absent.inside("registrations"));
            }
        }
    }
    Ok(Revealed {
        records: told,
        findings,
    })
}

/// How many may be asked for at once.
fn check_size(registrations: usize, limit: usize) -> Result<(), Error> {
    if registrations == 0 {
        return Err(Error::bad_input(
            "registrations 不能为空",
            "registrations is empty: name at least one",
        ));
    }
    if registrations > limit {
        return Err(Error::LimitExceeded {
            what: "registrations",
            limit: limit as u64,
        });
    }
    Ok(())
}

/// Judges what is said beside the ids: the purpose stays in the audit, where no person's number belongs.
fn judge(app: &App, command: &Reveal) -> (String, Vec<Finding>) {
    let mut findings = Vec::new();
    let purpose = words(&command.purpose, PURPOSE, app.today())
        .map_err(|finding| findings.push(finding.inside("purpose")))
        .unwrap_or_default();
    if command.in_case {
        findings.push(Finding::error(ProblemCode::CaseUnknown).inside("case"));
    }
    (purpose, findings)
}

/// Refuses more persons than a client may have revealed within the time. Whoever asks at the same moment waits, so that two
/// requests do not both take what is left.
async fn within_rate(
    app: &App,
    caller: &Caller,
    tx: &DatabaseTransaction,
    asked: u64,
) -> Result<(), Error> {
    let limit = app.settings.limits.reveals_per_hour;
    client::by_id(caller.client.id)
        .lock_exclusive()
        .one(tx)
        .await?;
    let now = app.now();
    let revealed: Vec<DateTime<Utc>> = audit::revealed_to(caller.client.id, now - WINDOW)
        .select_only()
        .column(audit::Column::At)
        .limit(limit)
        .into_tuple()
        .all(tx)
        .await?;
    if revealed.len() as u64 + asked <= limit {
        return Ok(());
    }
    let oldest = revealed.last().copied().unwrap_or(now);
    let wait = (oldest + WINDOW - now)
        .num_seconds()
        .clamp(1, WINDOW.num_seconds());
    Err(Error::RateLimited {
        words: Words::new(
            format!("一小时内至多查看 {limit} 人次未脱敏信息，请稍后再查"),
            format!("at most {limit} persons' data are revealed within an hour, ask again later"),
        ),
        what: "reveals",
        retry_after: u32::try_from(wait).unwrap_or(1),
    })
}

fn refused(problems: &[&'static str]) -> Entry {
    Entry {
        operation: OPERATION,
        outcome: Outcome::Refused,
        subjects: Vec::new(),
        detail: json!({ "problems": problems }),
        party: None,
        purpose: None,
    }
}

fn codes(findings: &[Finding]) -> Vec<&'static str> {
    findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect()
}
