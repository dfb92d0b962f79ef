//! 主体关联: two parties that are one person, or a business and the person behind it. The data propose a link; a person
//! confirms it with a reason, a platform by its own book or an office by what it sees, and may take that back. Nothing that
//! stands is changed by either.

mod find;
pub mod reading;
mod sight;

use std::collections::BTreeSet;

use entity::id::{FileId, PartyId, PartyLinkId};
use entity::kind::PartyLinkKind;
use entity::party_link::{self, Judge, Judgement, Link, judgement_place, undoing_place};
use entity::problem::{Finding, ProblemCode};
use sea_orm::{
    ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _,
    QuerySelect as _,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use find::PartyRef;
pub(super) use find::find as named_party;
pub use sight::is_seen;

use super::deed::{self, Deed, Recorded};
use super::evidence;
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::text::sealed_words;
use crate::scope::Scope;

/// The longest reason, in characters.
const REASON: usize = 1_000;

/// Confirms a link.
#[derive(Clone, Debug, Serialize)]
pub struct ConfirmPartyLink {
    /// How the two belong together.
    pub kind: PartyLinkKind,
    /// One of them.
    pub party: PartyRef,
    /// The other one.
    pub other: PartyRef,
    /// Why.
    pub reason: String,
    /// The proof: the caller's own uploads.
    pub evidence: Vec<Option<FileId>>,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Takes a confirmation back.
#[derive(Clone, Debug, Serialize)]
pub struct UndoPartyLink {
    /// Which; none when the id cannot be one.
    pub confirmation: Option<PartyLinkId>,
    /// Why.
    pub reason: String,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// What became of a judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It stands from now on.
    Confirmed,
    /// It was taken back.
    Undone,
    /// It stood, or was taken back, already.
    Unchanged,
    /// Its problems refuse it.
    Rejected,
}

/// What a deed on one link ended in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Judged {
    /// What became of it.
    pub outcome: Outcome,
    /// The confirmation, where there is one to tell of.
    pub confirmation: Option<PartyLinkId>,
    /// The party from which the link is looked at, and the link.
    pub seen_from: Option<(PartyId, Link)>,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Judged {
    const fn rejected(findings: Vec<Finding>) -> Self {
        Self {
            outcome: Outcome::Rejected,
            confirmation: None,
            seen_from: None,
            findings,
        }
    }
}

impl Recorded for Judged {
    fn wrote(&self) -> bool {
        matches!(self.outcome, Outcome::Confirmed | Outcome::Undone)
    }

    fn stood(&self) -> bool {
        self.outcome == Outcome::Unchanged
    }

    fn subjects(&self) -> Vec<String> {
        let ends = self.seen_from.map(|(_, link)| [link.party, link.other]);
        let confirmation = self.confirmation.iter().map(ToString::to_string);
        let ends = ends.into_iter().flatten().map(|party| party.to_string());
        confirmation.chain(ends).collect()
    }

    fn detail(&self) -> Value {
        let codes: Vec<_> = self.findings.iter().map(|f| f.code.as_str()).collect();
        let kind = self.seen_from.map(|(_, link)| link.kind.as_str());
        json!({ "link": kind, "problems": codes })
    }
}

/// Confirms a link between two parties in sight.
pub async fn confirm(
    app: &App,
    caller: &Caller,
    command: ConfirmPartyLink,
) -> Result<Judged, Error> {
    let judge = judge(caller)?;
    let deed = Deed {
        operation: "confirmPartyLink",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let judged = confirm_in(app, caller, (judge, command), &tx).await?;
            Ok((judged, tx))
        }
    };
    deed::run(app, caller, &deed, &command, work).await
}

/// Takes back what the caller's side confirmed.
pub async fn undo(app: &App, caller: &Caller, command: UndoPartyLink) -> Result<Judged, Error> {
    let judge = judge(caller)?;
    let deed = Deed {
        operation: "undoPartyLink",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let judged = undo_in(app, caller, (judge, command), &tx).await?;
            Ok((judged, tx))
        }
    };
    deed::run(app, caller, &deed, &command, work).await
}

/// On whose behalf a caller judges: a platform's by its own book, a market office's by what it sees.
fn judge(caller: &Caller) -> Result<Judge, Error> {
    caller.needs(Scope::RegistryWrite)?;
    match caller.platform() {
        Some(platform) => Ok(Judge::Platform(platform)),
        None => Ok(Judge::Office(caller.market_regulator()?.office.id)),
    }
}

/// A reason in the caller's words.
fn reason(given: &str, found: &mut Vec<Finding>) -> Option<String> {
    sealed_words(given, REASON)
        .map_err(|finding| found.push(finding.inside("reason")))
        .ok()
}

async fn confirm_in(
    app: &App,
    caller: &Caller,
    (judge, command): (Judge, &ConfirmPartyLink),
    tx: &DatabaseTransaction,
) -> Result<Judged, Error> {
    let mut found = Vec::new();
    let reason = reason(&command.reason, &mut found);
    found.extend(evidence::judge(app, caller, tx, &command.evidence).await?);
    let mut ends = Vec::with_capacity(2);
    for (field, reference) in [("party", &command.party), ("other", &command.other)] {
        match find::find(app, caller, reference, tx).await? {
            Ok(end) => ends.push(end),
            Err(findings) => found.extend(findings.into_iter().map(|f| f.inside(field))),
        }
    }
    let link = match *ends.as_slice() {
        [one, other] => rules::party_link::between(command.kind, one, other)
            .map_err(|finding| found.push(finding))
            .ok()
            .map(|link| (one.0, link)),
        _ => None,
    };
    let (Some(seen_from), Some(reason), true) = (link, reason, found.is_empty()) else {
        return Ok(Judged::rejected(found));
    };
    let judged = |outcome, id| Judged {
        outcome,
        confirmation: Some(id),
        seen_from: Some(seen_from),
        findings: Vec::new(),
    };
    if let Some(standing) = party_link::standing(seen_from.1, judge).one(tx).await? {
        return Ok(judged(Outcome::Unchanged, standing.id));
    }
    let files: BTreeSet<FileId> = command.evidence.iter().flatten().copied().collect();
    let judgement = Judgement {
        reason,
        evidence: files.iter().copied().collect(),
    };
    let id = write(app, caller, tx, (seen_from.1, judge, &judgement)).await?;
    let uses = files.into_iter().map(|file| (file, id.0)).collect();
    evidence::mark_used(app, tx, uses).await?;
    Ok(judged(Outcome::Confirmed, id))
}

/// Writes a confirmation. Where another one of the same judge was quicker, the database refuses this one, and the deed is
/// done again and finds it standing.
async fn write(
    app: &App,
    caller: &Caller,
    tx: &DatabaseTransaction,
    (link, judge, judgement): (Link, Judge, &Judgement),
) -> Result<PartyLinkId, Error> {
    let id: PartyLinkId = app.id();
    let (platform_id, office_id) = match judge {
        Judge::Platform(platform) => (Some(platform), None),
        Judge::Office(office) => (None, Some(office)),
    };
    let row = party_link::Model {
        id,
        kind: link.kind,
        party_id: link.party,
        other_party_id: link.other,
        platform_id,
        office_id,
        confirmed_at: app.now(),
        confirmed_by: caller.client.id,
        judgement: app.vault.seal_json(judgement_place(id), judgement)?,
        undone_at: None,
        undone_by: None,
        undoing: None,
    };
    party_link::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(id)
}

async fn undo_in(
    app: &App,
    caller: &Caller,
    (judge, command): (Judge, &UndoPartyLink),
    tx: &DatabaseTransaction,
) -> Result<Judged, Error> {
    let refused = |code: ProblemCode| {
        let finding = Finding::error(code).inside("confirmation");
        Ok(Judged::rejected(vec![finding]))
    };
    let row = match command.confirmation {
        Some(id) => party_link::by_id(id).lock_exclusive().one(tx).await?,
        None => None,
    };
    let Some(row) = sight::if_in_sight(tx, &caller.sight, row).await? else {
        return refused(ProblemCode::NotFound);
    };
    if !row.is_by(judge) {
        return refused(ProblemCode::LinkNotYours);
    }
    let mut found = Vec::new();
    let Some(reason) = reason(&command.reason, &mut found) else {
        return Ok(Judged::rejected(found));
    };
    let outcome = if row.stands() {
        let why = Judgement {
            reason,
            evidence: Vec::new(),
        };
        let why = app.vault.seal_json(undoing_place(row.id), &why)?;
        let by = (app.now(), caller.client.id);
        party_link::undo(row.id, by, why).exec(tx).await?;
        Outcome::Undone
    } else {
        Outcome::Unchanged
    };
    Ok(Judged {
        outcome,
        confirmation: Some(row.id),
        seen_from: Some((row.party_id, row.link())),
        findings: Vec::new(),
    })
}
