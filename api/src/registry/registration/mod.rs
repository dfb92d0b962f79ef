//! Registering up to 1,000 subjects of one kind at a time, each judged by itself, in one transaction. What is particular
//! to a kind stands in `operator`, `streamer`, `agency` and `merchant`.

mod accounts;
pub mod book;
pub(super) mod bulk;
mod draft;
pub mod facts;
pub mod fields;
mod gate;
mod gather;
mod load;
pub(super) mod members;
pub(super) mod people;
pub(super) mod restore;
mod sites;
pub(super) mod ties;
mod write;

use std::collections::HashMap;

use entity::id::PlatformId;
use entity::kind::{RecordSource, SubjectKind};
use entity::problem::{Finding, ProblemCode};
use entity::value::personal::in_identifier;
use rules::registration::Circumstances;
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde::Serialize;

use super::audit::change::{self, Change};
use super::batch::{Batch, ItemResult, Outcome, check_size};
use super::deed::{self, Deed};
use super::division::Gazetteer;
use super::input::{Item, Patch};
use super::ledger::Ledger;
use super::parse::{Parser, in_future};
use super::party::NUMBER;
use super::survey::difference;
use crate::app::App;
use crate::auth::Caller;
use crate::clock::legal_day;
use crate::error::Error;
use crate::scope::Scope;
use draft::Draft;
use fields::Keeping;
pub(crate) use load::holders;
pub(super) use write::{
    PHONE, chunks, fingerprint, insert_revisions, revision_of, upsert, verified_on,
};

/// Registers or updates subjects of one kind.
#[derive(Clone, Debug, Serialize)]
pub struct Register {
    /// The platform; absent = the caller's own.
    pub platform: Option<PlatformId>,
    /// Which kind.
    pub kind: SubjectKind,
    /// 1 to 1,000 items of that kind.
    pub items: Vec<Item>,
    /// Judge, and write nothing.
    pub dry_run: bool,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Judges every item by itself and writes what stands.
pub async fn register(app: &App, caller: &Caller, command: Register) -> Result<Batch, Error> {
    caller.needs(Scope::RegistryWrite)?;
    check_size(command.items.len(), app.settings.limits.items)?;
    let deed = Deed {
        operation: operation(command.kind),
        dry_run: command.dry_run,
        key: command.idempotency_key.as_deref(),
    };
    let ledger = match Ledger::choose(caller, command.kind, command.platform)? {
        Ok(ledger) => ledger,
        Err(finding) => return deed::refuse(app, caller, &deed, Batch::refused(finding)).await,
    };
    let work = |tx: DatabaseTransaction| {
        let (book, items) = ((&ledger, command.kind), command.items.clone());
        async move { judge_and_write(app, caller, book, items, tx).await }
    };
    deed::run(app, caller, &deed, &command, work).await
}

/// The name of the mutation that registers a kind.
const fn operation(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Operator => "registerOperators",
        SubjectKind::Streamer => "registerStreamers",
        SubjectKind::Agency => "registerAgencies",
        SubjectKind::Merchant => "registerMerchants",
        SubjectKind::Platform => "registerPlatform",
    }
}

/// The divisions that addresses are judged by today.
pub(super) async fn gazetteer<C: ConnectionTrait>(app: &App, db: &C) -> Result<Gazetteer, Error> {
    let gazetteer = Gazetteer::load(db, app.today()).await?;
    Ok(gazetteer.sure_from(app.settings.address.confidence))
}

async fn judge_and_write(
    app: &App,
    caller: &Caller,
    (ledger, kind): (&Ledger, SubjectKind),
    items: Vec<Item>,
    tx: DatabaseTransaction,
) -> Result<(Batch, DatabaseTransaction), Error> {
    let gazetteer = gazetteer(app, &tx).await?;
    let mut drafts = drafts(app, ledger, &gazetteer, items);
    refuse_twins(&mut drafts);
    let batch = settle(app, caller, (ledger, kind, &gazetteer), drafts, &tx).await?;
    Ok((batch, tx))
}

/// Judges items that were parsed, against what stands, and writes those that pass.
async fn settle(
    app: &App,
    caller: &Caller,
    book: (&Ledger, SubjectKind, &Gazetteer),
    mut drafts: Vec<Draft>,
    tx: &DatabaseTransaction,
) -> Result<Batch, Error> {
    settle_all(app, caller, book, &mut drafts, tx).await?;
    Ok(Batch {
        changes: drafts.iter().flat_map(changes).collect(),
        results: drafts.into_iter().map(verdict).collect(),
        findings: Vec::new(),
    })
}

/// The same, and leaves the items as they were settled.
async fn settle_all(
    app: &App,
    caller: &Caller,
    (ledger, kind, gazetteer): (&Ledger, SubjectKind, &Gazetteer),
    drafts: &mut [Draft],
    tx: &DatabaseTransaction,
) -> Result<(), Error> {
    let gate = foresee(app, caller, (ledger, kind, gazetteer), drafts, tx).await?;
    load::new_parties(app, tx, drafts).await?;
    write::write(app, caller, tx, (ledger, gazetteer), drafts).await?;
    gate::raise(app, tx, (ledger, &gate), drafts).await?;
    if ledger.source != RecordSource::Platform {
        return Ok(());
    }
    let written = drafts.iter().filter(|draft| draft.writes());
    let parties = written.filter_map(|draft| draft.party).collect();
    difference::filed(app, (ledger.platform, kind), parties, tx).await
}

/// Judges items that were parsed, against what stands, and writes nothing.
async fn foresee(
    app: &App,
    caller: &Caller,
    (ledger, kind, gazetteer): (&Ledger, SubjectKind, &Gazetteer),
    drafts: &mut [Draft],
    tx: &DatabaseTransaction,
) -> Result<gate::Gate, Error> {
    load::parties(app, tx, drafts).await?;
    load::standing(app, tx, (ledger, kind), drafts).await?;
    if ledger.gathers {
        drafts.iter_mut().for_each(gather::gather);
    }
    people::restate(app, drafts);
    ties::look(app, tx, ledger, drafts).await?;
    let circumstances = Circumstances {
        today: app.today(),
        own_site: ledger.own_sites(),
        found_by_survey: ledger.is_surveyed(),
    };
    let keeping = keeping(app);
    for draft in drafts.iter_mut() {
        sites::admit(ledger, gazetteer, draft);
        if !draft.refused() {
            draft.judge(circumstances, keeping);
        }
        sites::seated_here(ledger, gazetteer, draft);
    }
    evidence(caller, tx, drafts).await?;
    // Before others are refused for what a refused item wants.
    let gate = gate::judge(app, tx, ledger, drafts).await?;
    load::external_ids(tx, (ledger, kind), drafts).await?;
    accounts::settle(tx, ledger, drafts).await?;
    Ok(gate)
}

/// Today, and how much is kept of what has passed.
fn keeping(app: &App) -> Keeping {
    let settings = &app.settings.registration;
    Keeping {
        today: app.today(),
        room_profiles: settings.room_profiles,
        ended_presenters: settings.ended_presenters,
    }
}

/// Parses every item.
fn drafts(app: &App, ledger: &Ledger, gazetteer: &Gazetteer, items: Vec<Item>) -> Vec<Draft> {
    let now = app.now();
    let each = items.into_iter().enumerate().map(|(index, item)| {
        let mut parser = Parser {
            gazetteer,
            now,
            today: legal_day(now),
            found: Vec::new(),
        };
        let (external_id, observed_at, _) = item.head();
        let sent_external_id = match external_id {
            // A verdict repeats what it is about, unless that is a person's number.
            Patch::Set(id) => {
                Some(id.clone()).filter(|id| in_identifier(id, legal_day(now)).is_none())
            }
            Patch::Keep | Patch::Clear => None,
        };
        let observed_at = observed_at.unwrap_or(now);
        if observed_at > now {
            let ahead = in_future(parser.today).inside("observedAt");
            parser.found.push(ahead);
        }
        if !ledger.own_sites() && names_a_site(&item) {
            let foreign = Finding::error(ProblemCode::NotYours).inside("ownSite");
            parser.found.push(foreign);
        }
        let (identity, external_id, fields) = draft::parse(item, &mut parser);
        let identity = identity.map(|number| {
            let index = app.vault.index(NUMBER, number.number().as_bytes());
            (number, index)
        });
        Draft {
            index,
            sent_external_id,
            external_id,
            observed_at,
            identity,
            ties: ties::wanted(app, &fields),
            fields,
            found: parser.found,
            party: None,
            unheard_of: false,
            standing: None,
            id: None,
            merged: None,
            changed: Vec::new(),
            outcome: None,
        }
    });
    each.collect()
}

fn names_a_site(item: &Item) -> bool {
    matches!(item, Item::Operator(item) if matches!(item.own_site, Patch::Set(_)))
}

/// The same party twice in one request is refused on the second.
fn refuse_twins(drafts: &mut [Draft]) {
    let mut seen: HashMap<_, usize> = HashMap::new();
    for draft in drafts {
        let Some((identity, index)) = &draft.identity else {
            continue;
        };
        let key = (identity.kind(), identity.issuing_country(), index.clone());
        let first = *seen.entry(key).or_insert(draft.index);
        if first != draft.index {
            let twin = Finding::error(ProblemCode::DuplicateInBatch).inside("identity");
            draft.found.push(twin.with("item", first.to_string()));
        }
    }
}

/// Evidence must be the caller's own upload.
async fn evidence(
    caller: &Caller,
    tx: &DatabaseTransaction,
    drafts: &mut [Draft],
) -> Result<(), Error> {
    let wanted = drafts
        .iter()
        .filter(|d| d.writes())
        .flat_map(|draft| draft.fields.evidence())
        .map(|(_, id)| id)
        .collect();
    let known = super::evidence::known(tx, caller, &wanted).await?;
    for draft in drafts.iter_mut().filter(|d| d.writes()) {
        let missing: Vec<_> = draft
            .fields
            .evidence()
            .filter(|(_, id)| !known.contains(id))
            .collect();
        for (field, _) in missing {
            draft.found.push(
                Finding::error(ProblemCode::EvidenceNotFound)
                    .inside("evidence")
                    .inside(field),
            );
        }
    }
    Ok(())
}

/// What an item changed of a registration that stood.
fn changes(draft: &Draft) -> Vec<Change> {
    let standing = draft.standing.as_ref().filter(|_| draft.writes());
    let (Some(standing), Some(merged)) = (standing, &draft.merged) else {
        return Vec::new();
    };
    let states = (&standing.facts, merged);
    change::between(standing.registration.id, states, &draft.changed).collect()
}

fn verdict(draft: Draft) -> ItemResult {
    let outcome = match draft.outcome {
        Some(Outcome::Stale) => Outcome::Stale,
        Some(outcome) if !draft.refused() => outcome,
        _ => Outcome::Rejected,
    };
    let made = draft.id.filter(|_| outcome == Outcome::Created);
    ItemResult {
        index: draft.index,
        external_id: draft.sent_external_id,
        outcome,
        registration: draft.standing.as_ref().map(|s| s.registration.id).or(made),
        findings: draft.found,
    }
}
