//! 黑名单查询: who of many is listed, by number, by account or by name; each answer names what it rests on, and every look is
//! recorded before it is told, one entry for all of a request.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use entity::blacklist::status::{Asked, Links, Listed, Row};
use entity::blacklist::{self, version};
use entity::id::{EntryId, PartyId, PlatformId};
use entity::kind::{BlacklistRegister, MatchVerdict, PartyLinkKind};
use entity::problem::{Finding, ProblemCode};
use entity::value::country::CountryCode;
use entity::value::identity::IdentityNumber;
use rules::matching::Threshold;
use serde_json::json;

use super::look;
use super::matching;
use super::names::{self, Wanted};
use super::reading::{self, Record};
use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::input::IdentityInput;
use crate::registry::party::NUMBER;
use crate::registry::registration::chunks;
use crate::registry::text::identifier;
use crate::scope::Scope;

/// How often an answer is put together anew when the list changes in between.
const LOOKS: usize = 5;
/// What the likeness of a represented or representing party counts: it says who is near, not who is listed.
const REPRESENTED: f64 = 0.5;

/// How somebody is asked about.
#[derive(Clone, Debug)]
pub enum Subject {
    /// By a number.
    Identity(IdentityInput),
    /// By a live account.
    Account {
        /// On which platform; none when the id cannot be one.
        platform: Option<PlatformId>,
        /// 账号.
        number: String,
    },
    /// By a name.
    Name(String),
    /// Not at all: what came beside it does not hold.
    Refused(Finding),
}

/// Judges a caller's own number of an item, which is told back as it came: it may be nobody's.
pub fn reference(app: &App, own: &str) -> Result<(), Finding> {
    match identifier(own, own.len(), app.today()) {
        Err(finding) if finding.code == ProblemCode::PersonalDataInText => Err(finding),
        _ => Ok(()),
    }
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// 1 to `limits.items` subjects.
    pub subjects: Vec<Subject>,
    /// On which day; today if absent.
    pub on: Option<NaiveDate>,
    /// The least likeness of a name; may be raised.
    pub threshold: Option<f64>,
    /// Whether the caller wants to read the entries.
    pub entries: bool,
}

/// What an answer says of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Listed.
    Listed,
    /// Somebody like it, or near it, is.
    Candidates,
    /// Nobody is.
    Clear,
    /// The question itself does not hold.
    NotValid,
}

/// What a match rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The number itself.
    Identity,
    /// An account that the party holds or runs.
    Account,
    /// A confirmed link to another party.
    LinkedParty,
    /// The name.
    Name,
}

/// One entry that was found.
#[derive(Clone, Debug)]
pub struct Match {
    /// Which.
    pub id: EntryId,
    /// The entry, where it was wanted.
    pub record: Option<Record>,
    /// What it rests on.
    pub basis: Basis,
    /// From 0 to 1.
    pub score: f64,
    /// What the score is made of.
    pub parts: Vec<(&'static str, f64)>,
    /// What the caller's side judged of it before.
    pub judged: Option<matching::Judged>,
}

/// What is said of one subject.
#[derive(Clone, Debug)]
pub struct Status {
    /// The verdict.
    pub verdict: Verdict,
    /// What was found.
    pub matches: Vec<Match>,
    /// Why the question does not hold, and what else is to be said of it.
    pub findings: Vec<Finding>,
}

/// The answer to a question.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The moment for which it holds.
    pub as_of: DateTime<Utc>,
    /// How often the list has changed until then.
    pub version: i64,
    /// One for each subject, in their order.
    pub results: Vec<Status>,
}

/// Everything that was looked for, once it is read.
struct Looked {
    version: i64,
    rows: Vec<Row>,
    alike: HashMap<usize, Vec<names::Alike>>,
}

/// A question whose parts are parsed.
struct Sound {
    exact: Vec<(usize, Basis, Asked)>,
    names: HashMap<usize, Wanted>,
    findings: Vec<Vec<Finding>>,
    on: NaiveDate,
    threshold: Threshold,
}

/// Answers who is listed.
pub async fn ask(app: &App, caller: &Caller, question: &Question) -> Result<Answer, Error> {
    caller.needs(Scope::BlacklistRead)?;
    check_size(question.subjects.len(), app.settings.limits.items)?;
    let sound = parse(app, caller, question)?;
    let looked = read(app, caller, &sound).await?;
    let (mut results, parties) = judge(app, caller, &sound, &looked).await?;
    record(app, caller, (&results, &parties, looked.version)).await?;
    if question.entries {
        let found = results.iter().flat_map(|status| &status.matches);
        let ids: HashSet<EntryId> = found.map(|one| one.id).collect();
        if !ids.is_empty() {
            let records = reading::judged(app, caller, ids).await?;
            for one in results.iter_mut().flat_map(|status| &mut status.matches) {
                one.record = records.get(&one.id).cloned();
            }
        }
    }
    Ok(Answer {
        as_of: app.now(),
        version: looked.version,
        results,
    })
}

fn check_size(subjects: usize, limit: usize) -> Result<(), Error> {
    if subjects == 0 {
        return Err(Error::bad_input(
            "items 不能为空",
            "items is empty: ask about somebody",
        ));
    }
    if subjects > limit {
        return Err(Error::LimitExceeded {
            what: "items",
            limit: limit as u64,
        });
    }
    Ok(())
}

fn parse(app: &App, caller: &Caller, question: &Question) -> Result<Sound, Error> {
    let threshold = question
        .threshold
        .map_or(Ok(Threshold::DEFAULT), Threshold::raised);
    let threshold = threshold.map_err(|_| {
        let least = Threshold::DEFAULT.value();
        Error::bad_input(
            format!("threshold 须在 {least} 至 1 之间，只能提高"),
            format!("threshold lies between {least} and 1: it may be raised, not lowered"),
        )
    })?;
    let mut sound = Sound {
        exact: Vec::new(),
        names: HashMap::new(),
        findings: vec![Vec::new(); question.subjects.len()],
        on: question.on.unwrap_or_else(|| app.today()),
        threshold,
    };
    for (index, subject) in question.subjects.iter().enumerate() {
        let parsed = match subject {
            Subject::Refused(finding) => {
                if let Some(findings) = sound.findings.get_mut(index) {
                    findings.push(finding.clone());
                }
                continue;
            }
            Subject::Identity(input) => identity(app, input)
                .map(|asked| sound.exact.push((index, Basis::Identity, asked)))
                .map_err(|found| inside(found, "identity")),
            Subject::Account { platform, number } => account(caller, *platform, number)
                .map(|asked| sound.exact.push((index, Basis::Account, asked)))
                .map_err(|found| vec![found.inside("account")]),
            Subject::Name(name) => Wanted::parse(app, name)
                .map(|wanted| drop(sound.names.insert(index, wanted)))
                .map_err(|found| vec![found.inside("name")]),
        };
        if let (Err(found), Some(findings)) = (parsed, sound.findings.get_mut(index)) {
            *findings = inside(found, "subject");
        }
    }
    Ok(sound)
}

fn inside(found: Vec<Finding>, field: &'static str) -> Vec<Finding> {
    found.into_iter().map(|f| f.inside(field)).collect()
}

fn identity(app: &App, input: &IdentityInput) -> Result<Asked, Vec<Finding>> {
    let country = input.issuing_country.as_deref();
    let parsed = IdentityNumber::parse(input.kind, &input.number, country, app.today())?;
    let identity = parsed.identity;
    Ok(Asked::Identity {
        index: app.vault.index(NUMBER, identity.number().as_bytes()),
        kind: identity.kind(),
        country: identity
            .issuing_country()
            .map_or("", CountryCode::as_str)
            .to_owned(),
    })
}

/// An account is looked up where the caller sees the platform; elsewhere it answers as one that nobody registered.
fn account(caller: &Caller, platform: Option<PlatformId>, number: &str) -> Result<Asked, Finding> {
    let sight = &caller.sight;
    let seen = |id: &PlatformId| {
        [&sight.whole, &sight.local, &sight.lists]
            .iter()
            .any(|some| some.contains(id))
    };
    let number = number.trim();
    match platform.filter(seen) {
        Some(platform) if !number.is_empty() => Ok(Asked::Account {
            platform,
            number: number.to_owned(),
        }),
        _ => Err(Finding::error(ProblemCode::AccountUnknown)),
    }
}

/// Reads everything from one version of the list.
async fn read(app: &App, caller: &Caller, sound: &Sound) -> Result<Looked, Error> {
    let links = caller.platform().map_or(Links::All, Links::Of);
    let asked: Vec<Asked> = sound
        .exact
        .iter()
        .map(|(_, _, asked)| asked.clone())
        .collect();
    for _ in 0..LOOKS {
        let mut looked = Looked {
            version: 0,
            rows: Vec::new(),
            alike: HashMap::new(),
        };
        if asked.is_empty() && sound.names.is_empty() {
            let version = version::standing().one(&app.db).await?;
            looked.version = version.map_or(0, |version| version.number);
        } else if !asked.is_empty() {
            let found = look::look(app, asked.clone(), (sound.on, links)).await?;
            (looked.version, looked.rows) = (found.version, found.rows);
        }
        if sound.names.is_empty() {
            return Ok(looked);
        }
        let terms = (sound.on, sound.threshold);
        let (version, alike) = names::alike(app, &app.db, &sound.names, terms).await?;
        if asked.is_empty() || version == looked.version {
            return Ok(Looked {
                version,
                alike,
                ..looked
            });
        }
    }
    Err(Error::Unavailable(
        "the list changes faster than names are compared".into(),
    ))
}

/// From what was read to what is said, and whom it was about.
async fn judge(
    app: &App,
    caller: &Caller,
    sound: &Sound,
    looked: &Looked,
) -> Result<(Vec<Status>, BTreeSet<PartyId>), Error> {
    let mut results: Vec<Status> = sound
        .findings
        .iter()
        .map(|findings| Status {
            verdict: if findings.is_empty() {
                Verdict::Clear
            } else {
                Verdict::NotValid
            },
            matches: Vec::new(),
            findings: findings.clone(),
        })
        .collect();
    let mut parties = BTreeSet::new();
    let mut known = HashSet::new();
    for row in &looked.rows {
        let place = row.asked.and_then(|n| usize::try_from(n).ok());
        let Some((index, basis, _)) = place.and_then(|n| sound.exact.get(n)) else {
            continue;
        };
        known.insert(*index);
        parties.extend(row.named);
        let visible = row.listed.as_ref().filter(|entry| may_know(caller, entry));
        if let (Some(entry), Some(status)) = (visible, results.get_mut(*index)) {
            add(status, exact(entry, *basis, row.link));
        }
    }
    for (index, basis, _) in &sound.exact {
        if *basis == Basis::Account
            && !known.contains(index)
            && let Some(status) = results.get_mut(*index)
        {
            let unknown = Finding::error(ProblemCode::AccountUnknown);
            status.verdict = Verdict::NotValid;
            status
                .findings
                .push(unknown.inside("account").inside("subject"));
        }
    }
    by_name(app, caller, (sound, looked), &mut results).await?;
    Ok((results, parties))
}

fn exact(entry: &Listed, basis: Basis, link: Option<PartyLinkKind>) -> (Match, bool) {
    let (basis, score, name) = match link {
        None => (basis, 1.0, None),
        Some(PartyLinkKind::LegalRepresentative) => (
            Basis::LinkedParty,
            REPRESENTED,
            Some("LEGAL_REPRESENTATIVE"),
        ),
        Some(kind) => (Basis::LinkedParty, 1.0, Some(kind.as_str())),
    };
    let found = Match {
        id: entry.id,
        record: None,
        basis,
        score,
        parts: name.map(|name| (name, score)).into_iter().collect(),
        judged: None,
    };
    let listed = score >= 1.0;
    (found, listed)
}

/// Adds a match, once an entry, with the basis that says most.
fn add(status: &mut Status, (found, listed): (Match, bool)) {
    if listed {
        status.verdict = Verdict::Listed;
    } else if status.verdict == Verdict::Clear {
        status.verdict = Verdict::Candidates;
    }
    match status.matches.iter_mut().find(|one| one.id == found.id) {
        None => status.matches.push(found),
        Some(there) if there.score < found.score => *there = found,
        Some(_) => {}
    }
}

/// By a whole number or a known account every regulator is told of every entry; a platform of its own, of those that are
/// shared and of what authorities published.
fn may_know(caller: &Caller, entry: &Listed) -> bool {
    caller.platform().is_none()
        || entry.shared
        || entry.register != BlacklistRegister::Platform
        || entry.platform_id == caller.platform()
}

async fn by_name(
    app: &App,
    caller: &Caller,
    (sound, looked): (&Sound, &Looked),
    results: &mut [Status],
) -> Result<(), Error> {
    let found = looked.alike.values().flatten();
    let ids: HashSet<EntryId> = found.map(|alike| alike.listed.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut known = HashSet::new();
    for chunk in chunks(ids.into_iter().collect()) {
        let rows = blacklist::some_known_to(&caller.sight, chunk);
        known.extend(rows.all(&app.db).await?);
    }
    let wanted = sound.names.values();
    let indexes = wanted.flat_map(|wanted| wanted.indexes.iter().map(|(_, index)| index.clone()));
    let judged = matching::standing(app, caller, indexes.collect()).await?;
    for (index, alike) in &looked.alike {
        let (Some(status), Some(wanted)) = (results.get_mut(*index), sound.names.get(index)) else {
            continue;
        };
        for one in alike.iter().filter(|one| known.contains(&one.listed.id)) {
            let mut keys = wanted.indexes.iter();
            let before = keys.find_map(|(_, index)| judged.get(&(index.clone(), one.listed.id)));
            let verdict = before.map(|judged| judged.verdict);
            // What somebody judged of one 王伟 says nothing of the next one, neither that he is listed nor that he is not.
            let holds = |judged| verdict == Some(judged) && wanted.tells_people_apart();
            if holds(MatchVerdict::NotTheSame) {
                continue;
            }
            let found = Match {
                id: one.listed.id,
                record: None,
                basis: Basis::Name,
                score: one.score.value,
                parts: one
                    .score
                    .parts
                    .iter()
                    .map(|(part, value)| (part.as_str(), *value))
                    .collect(),
                judged: before.cloned(),
            };
            add(status, (found, holds(MatchVerdict::Same) || one.whole));
        }
    }
    Ok(())
}

/// One entry for all of a request: whom it was about, and how many of what was answered.
async fn record(
    app: &App,
    caller: &Caller,
    (results, parties, version): (&[Status], &BTreeSet<PartyId>, i64),
) -> Result<(), Error> {
    let count = |verdict| {
        let of = results.iter().filter(|status| status.verdict == verdict);
        of.count()
    };
    let entries = results.iter().flat_map(|status| &status.matches);
    let entries: BTreeSet<String> = entries.map(|one| one.id.to_string()).collect();
    let party = match (parties.len(), results) {
        (1, [_]) => parties.first().copied(),
        _ => None,
    };
    let entry = Entry {
        operation: "blacklistStatus",
        outcome: Outcome::Read,
        subjects: parties
            .iter()
            .map(ToString::to_string)
            .chain(entries)
            .collect(),
        detail: json!({
            "items": results.len(),
            "listed": count(Verdict::Listed),
            "candidates": count(Verdict::Candidates),
            "clear": count(Verdict::Clear),
            "notValid": count(Verdict::NotValid),
            "listVersion": version,
        }),
        party,
        purpose: None,
    };
    audit::observe(app, caller, entry).await
}
