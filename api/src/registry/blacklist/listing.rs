//! Putting a party on a platform's list (Order 117 Art. 14): judged, written, told to the listed by a letter.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::blacklist::{Content, Entity, Model, content_place, name_place, standing};
use entity::id::{EntryId, FileId, PartyId, PlatformId};
use entity::kind::{BlacklistRegister, BlacklistState, LegalLevel, SubjectKind};
use entity::platform;
use entity::problem::{Finding, ProblemCode};
use rules::blacklist::listing::{Breach, Term, judge, title};
use rules::matching::LONGEST_NAME;
use sea_orm::{ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _};
use serde::Serialize;

use super::notice::{self, Letter};
use super::{Done, FACTS, REASON, changed, lister, measure};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::deed::{self, Deed};
use crate::registry::party_link::{PartyRef, named_party};
use crate::registry::platform::facts as platform_facts;
use crate::registry::text::{sealed_words, words};
use crate::registry::{evidence, party};

/// The longest name, in characters.
const NAME: usize = LONGEST_NAME;
/// The longest way to appeal, in characters.
const CHANNEL: usize = 500;
/// The longest article, in characters.
const ARTICLE: usize = 50;

/// The law that was broken.
#[derive(Clone, Debug, Serialize)]
pub struct LegalBasis {
    /// The title.
    pub instrument: String,
    /// The level that the platform takes it for.
    pub level: LegalLevel,
    /// 第…条.
    pub article: String,
}

/// Lists a party.
#[derive(Clone, Debug, Serialize)]
pub struct ListOnBlacklist {
    /// On which list; the caller's own if absent.
    pub platform: Option<Option<PlatformId>>,
    /// Whom.
    pub subject: PartyRef,
    /// Under which name.
    pub name: String,
    /// In which role.
    pub role: SubjectKind,
    /// Whether other platforms may know of it.
    pub shared: bool,
    /// 事实.
    pub facts: String,
    /// 理由.
    pub reason: String,
    /// 依据.
    pub basis: LegalBasis,
    /// The first day; today if absent.
    pub valid_from: Option<NaiveDate>,
    /// The last day.
    pub valid_until: NaiveDate,
    /// 申诉途径.
    pub appeal_channel: String,
    /// The proof: the caller's own uploads.
    pub evidence: Vec<Option<FileId>>,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// What a command says once its words are sound.
struct Sound {
    name: String,
    content: Content,
    channel: String,
    term: Term,
}

/// Lists a party.
pub async fn list(app: &App, caller: &Caller, command: ListOnBlacklist) -> Result<Done, Error> {
    let platform = lister(caller)?;
    let deed = Deed {
        operation: "listOnBlacklist",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let done = list_in(app, caller, (platform, command), &tx).await?;
            Ok((done, tx))
        }
    };
    deed::run(app, caller, &deed, &command, work).await
}

async fn list_in(
    app: &App,
    caller: &Caller,
    (platform, command): (PlatformId, &ListOnBlacklist),
    tx: &DatabaseTransaction,
) -> Result<Done, Error> {
    let mut found = Vec::new();
    if command
        .platform
        .is_some_and(|given| given != Some(platform))
    {
        found.push(Finding::error(ProblemCode::NotYours).inside("platform"));
    }
    let sound = sound(app, command, &mut found);
    found.extend(evidence::judge(app, caller, tx, &command.evidence).await?);
    let subject = subject(app, caller, &command.subject, tx).await?;
    let subject = subject.map_err(|findings| {
        found.extend(findings.into_iter().map(|f| f.inside("subject")));
    });
    let (Some(sound), Ok(subject), false) = (sound, subject, found.iter().any(Finding::refuses))
    else {
        return Ok(Done::refused(None, found));
    };
    let party = match subject {
        Named::Known(party) => party,
        Named::New(identity) => party::ensure_one(app, tx, &identity).await?,
    };
    // Two who list the same party wait for each other here; the later one then finds it listed.
    party::stand_anew(tx, BTreeSet::from([party])).await?;
    found.extend(super::names::unlike(app, caller, (party, &sound.name), tx).await?);
    if let Some(there) = standing(platform, party, command.role).one(tx).await? {
        let listed = Finding::error(ProblemCode::AlreadyListed).with("id", there.id.to_string());
        found.push(listed.inside("subject"));
        return Ok(Done::refused(Some(there.id), found));
    }
    let row = row(app, caller, (platform, party, command, &sound), tx).await?;
    let id = row.id;
    Entity::insert(row.clone().into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    super::names::index(app, tx, &row, &sound.name).await?;
    let said = (&row, sound.name.as_str(), &sound.content);
    measure::take(app, tx, (caller.client.id, platform), said).await?;
    let letter = notice::make(app, tx, &row, Letter::Listing).await?;
    let files = sound.content.evidence.iter();
    let uses = files.map(|file| (*file, id.0)).collect();
    evidence::mark_used(app, tx, uses).await?;
    changed(tx).await?;
    Ok(Done {
        entry: Some(id),
        notice: Some(letter),
        wrote: true,
        findings: found,
        ..Done::default()
    })
}

/// Whom a listing names.
enum Named {
    Known(PartyId),
    /// By a number that nobody was registered by yet.
    New(entity::value::identity::IdentityNumber),
}

/// Whoever holds the whole number may list its party, registered or not: a book of before the registry names such people.
async fn subject(
    app: &App,
    caller: &Caller,
    reference: &PartyRef,
    tx: &DatabaseTransaction,
) -> Result<Result<Named, Vec<Finding>>, Error> {
    if let PartyRef::Identity(given) = reference {
        let country = given.issuing_country.as_deref();
        let parsed = entity::value::identity::IdentityNumber::parse(
            given.kind,
            &given.number,
            country,
            app.today(),
        );
        let placed = |findings: Vec<Finding>| {
            let placed = findings.into_iter().map(|f| f.inside("identity"));
            placed.collect()
        };
        return Ok(parsed
            .map(|parsed| Named::New(parsed.identity))
            .map_err(placed));
    }
    let known = named_party(app, caller, reference, tx).await?;
    Ok(known.map(|(party, _)| Named::Known(party)))
}

/// Parses the words and judges them by the edition.
fn sound(app: &App, command: &ListOnBlacklist, found: &mut Vec<Finding>) -> Option<Sound> {
    let today = app.today();
    let mut keep = |field: &'static str, parsed: Result<String, Finding>| {
        parsed
            .map_err(|finding| found.push(finding.inside(field)))
            .ok()
    };
    let name = keep("name", words(&command.name, NAME, today));
    let facts = keep("facts", sealed_words(&command.facts, FACTS));
    let reason = keep("reason", sealed_words(&command.reason, REASON));
    let channel = keep(
        "appealChannel",
        words(&command.appeal_channel, CHANNEL, today),
    );
    let basis = &command.basis;
    let in_basis = |found: &mut Vec<Finding>, field, text: &str, max| {
        if let Err(finding) = words(text, max, today) {
            found.push(finding.inside(field).inside("legalBasis"));
        }
    };
    in_basis(found, "instrument", &basis.instrument, NAME);
    in_basis(found, "article", &basis.article, ARTICLE);
    let term = Term {
        from: command.valid_from.unwrap_or(today),
        until: command.valid_until,
    };
    let breach = Breach {
        instrument: &basis.instrument,
        level: basis.level,
        article: &basis.article,
    };
    found.extend(judge(app.edition(), command.role, breach, term, today));
    let name = name?;
    if let Err(finding) = super::names::listable(&name) {
        found.push(finding.inside("name"));
    }
    let files: BTreeSet<FileId> = command.evidence.iter().flatten().copied().collect();
    Some(Sound {
        name,
        content: Content {
            facts: facts?,
            reason: reason?,
            evidence: files.into_iter().collect(),
        },
        channel: channel?,
        term,
    })
}

async fn row(
    app: &App,
    caller: &Caller,
    (platform, party, command, sound): (PlatformId, PartyId, &ListOnBlacklist, &Sound),
    tx: &DatabaseTransaction,
) -> Result<Model, Error> {
    let id: EntryId = app.id();
    let basis = &command.basis;
    let of = platform::by_ids([platform]).one(tx).await?;
    let facts = match &of {
        Some(of) => platform_facts(app, tx, of).await?,
        None => None,
    };
    let begun = sound.term.from <= app.today();
    Ok(Model {
        id,
        register: BlacklistRegister::Platform,
        platform_id: Some(platform),
        office_id: None,
        party_id: party,
        role: command.role,
        shared: command.shared,
        state: if begun {
            BlacklistState::Active
        } else {
            BlacklistState::Scheduled
        },
        valid_from: sound.term.from,
        valid_until: Some(sound.term.until),
        instrument: title(&basis.instrument)
            .unwrap_or(basis.instrument.as_str())
            .to_owned(),
        level: basis.level,
        article: basis.article.clone(),
        appeal_channel: Some(sound.channel.clone()),
        contact: facts.map(|facts| facts.phone),
        source: None,
        name: app.vault.seal_json(name_place(id), &sound.name)?,
        content: app.vault.seal_json(content_place(id), &sound.content)?,
        listed_at: app.now(),
        listed_by: caller.client.id,
        ended_on: None,
        ended_at: None,
        ended_by: None,
        removal: None,
    })
}
