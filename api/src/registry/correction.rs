//! Correcting an identity number: the registration keeps its id and history and from then on names another party.

use std::collections::BTreeSet;

use entity::facts::{Correction, Facts};
use entity::id::{FileId, PartyId, RegistrationId};
use entity::kind::{EvasionGround, SubjectKind};
use entity::problem::{Finding, ProblemCode};
use entity::value::identity::IdentityNumber;
use entity::{registration, revision};
use rules::registration::judge_identity;
use sea_orm::{DatabaseTransaction, QuerySelect as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::audit::change::{self, Change};
use super::blacklist::evasion::{self, Suspect};
use super::blacklist::gate::{self, Bars};
use super::deed::{self, Deed, Recorded};
use super::input::IdentityInput;
use super::ledger::may_write;
use super::parse::stored;
use super::registration::facts::open;
use super::registration::{
    fingerprint, insert_revisions, members, people, revision_of, ties, upsert,
};
use super::{evidence, party};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::text::sealed_words;
use crate::scope::Scope;

/// The longest reason, in characters.
const REASON: usize = 1_000;

/// Gives a registration its right number.
#[derive(Clone, Debug, Serialize)]
pub struct CorrectIdentity {
    /// Which registration; none when the id cannot be one.
    pub registration: Option<RegistrationId>,
    /// The right number.
    pub to: IdentityInput,
    /// Why it was wrong.
    pub reason: String,
    /// The proof: at least one of the caller's own uploads.
    pub evidence: Vec<Option<FileId>>,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// What a deed on one registration ended in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Single {
    /// The registration, where it may be shown.
    pub registration: Option<RegistrationId>,
    /// Whether something was written.
    pub wrote: bool,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What changed, masked; for the audit.
    #[serde(skip)]
    pub changes: Vec<Change>,
}

impl Single {
    fn refused(registration: Option<RegistrationId>, findings: Vec<Finding>) -> Self {
        Self {
            registration,
            wrote: false,
            findings,
            changes: Vec::new(),
        }
    }
}

impl Recorded for Single {
    fn wrote(&self) -> bool {
        self.wrote
    }

    fn subjects(&self) -> Vec<String> {
        self.registration.iter().map(ToString::to_string).collect()
    }

    fn detail(&self) -> Value {
        let codes: Vec<_> = self
            .findings
            .iter()
            .map(|finding| finding.code.as_str())
            .collect();
        change::with(json!({ "problems": codes }), &self.changes)
    }
}

/// Corrects one identity.
pub async fn correct(
    app: &App,
    caller: &Caller,
    command: CorrectIdentity,
) -> Result<Single, Error> {
    caller.needs(Scope::RegistryWrite)?;
    let deed = Deed {
        operation: "correctIdentity",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let single = judge_and_write(app, caller, command, &tx).await?;
            Ok((single, tx))
        }
    };
    deed::run(app, caller, &deed, &command, work).await
}

async fn judge_and_write(
    app: &App,
    caller: &Caller,
    command: &CorrectIdentity,
    tx: &DatabaseTransaction,
) -> Result<Single, Error> {
    let row = match standing(caller, command, tx).await? {
        Ok(row) => row,
        Err(finding) => return Ok(Single::refused(None, vec![finding])),
    };
    let (asked, mut found) = asked(app, command);
    found.extend(proof(app, caller, command, tx).await?);
    let Some((identity, reason)) = asked.filter(|_| !found.iter().any(Finding::refuses)) else {
        return Ok(Single::refused(Some(row.id), found));
    };
    let mut facts = facts(app, &row, tx).await?;
    let judged = judge_identity(&facts, &identity, app.today());
    found.extend(judged.into_iter().map(about_the_new_number));
    found.extend(collision(app, &row, &identity, tx).await?);
    let bars = against(app, &row, &identity, tx).await?;
    found.extend(bars.iter().filter_map(|(party, bars)| {
        let told = bars.told(app, *party);
        told.map(|told| told.inside("to"))
    }));
    if found.iter().any(Finding::refuses) {
        return Ok(Single::refused(Some(row.id), found));
    }
    let id = row.id;
    let files: BTreeSet<FileId> = command.evidence.iter().flatten().copied().collect();
    facts.correct(Some(Correction {
        reason,
        evidence: files.iter().copied().collect(),
    }));
    let before = entity::party::by_ids([row.party_id]).one(tx).await?;
    let before = before.map(|row| party::open(app, &row)).transpose()?;
    let change = Change {
        registration: id.to_string(),
        field: "identity".to_owned(),
        before: before.map(|number| number.masked()),
        after: Some(identity.masked()),
    };
    found.extend(raise(app, &row, bars, tx).await?);
    write(app, caller, tx, (row, &identity, &facts)).await?;
    let uses = files.into_iter().map(|file| (file, id.0)).collect();
    evidence::mark_used(app, tx, uses).await?;
    Ok(Single {
        registration: Some(id),
        wrote: true,
        findings: found,
        changes: vec![change],
    })
}

/// The registration to correct, if it is the caller's own.
async fn standing(
    caller: &Caller,
    command: &CorrectIdentity,
    tx: &DatabaseTransaction,
) -> Result<Result<registration::Model, Finding>, Error> {
    let refuse = |code| Ok(Err(Finding::error(code).inside("registration")));
    let Some(id) = command.registration else {
        return refuse(ProblemCode::NotFound);
    };
    let row = registration::one_seen_by(&caller.sight, id)
        .lock_exclusive()
        .one(tx)
        .await?;
    match row {
        Some(row) if !may_write(caller, &row) => refuse(ProblemCode::NotYours),
        Some(row) => Ok(Ok(row)),
        None => refuse(ProblemCode::NotFound),
    }
}

/// What standing facts say against a number is told at the number: they are not part of this input.
fn about_the_new_number(finding: Finding) -> Finding {
    let finding = Finding {
        path: Vec::new(),
        ..finding
    };
    finding.inside("to")
}

/// Whether the new number names the same party as before, or one that is registered here already.
async fn collision(
    app: &App,
    row: &registration::Model,
    identity: &IdentityNumber,
    tx: &DatabaseTransaction,
) -> Result<Option<Finding>, Error> {
    let Some(known) = party::find_one(app, tx, identity).await? else {
        return Ok(None);
    };
    if known == row.party_id {
        return Ok(Some(
            Finding::error(ProblemCode::IdentityUnchanged).inside("to"),
        ));
    }
    let ledger = registration::in_ledger(row.platform_key, row.kind, row.source, [known]);
    let other = ledger.one(tx).await?;
    Ok(other.map(|other| {
        let taken = Finding::error(ProblemCode::IdentityTaken).inside("to");
        taken.with("registration", other.id.to_string())
    }))
}

/// What the platform holds against whoever has the number already; a number that nobody had is on no list, and a merchant
/// is registered whoever it is.
async fn against(
    app: &App,
    row: &registration::Model,
    identity: &IdentityNumber,
    tx: &DatabaseTransaction,
) -> Result<Option<(PartyId, Bars)>, Error> {
    let Some(platform) = row.platform().filter(|_| row.kind != SubjectKind::Merchant) else {
        return Ok(None);
    };
    let Some(party) = party::find_one(app, tx, identity).await? else {
        return Ok(None);
    };
    let any = gate::any(app, platform, tx).await?;
    let bars = gate::look(app, (platform, any), BTreeSet::from([party]), tx).await?;
    Ok(Some((party, bars)))
}

/// Raises a lead where the number is of somebody who represents a barred party, or whom one represents.
async fn raise(
    app: &App,
    row: &registration::Model,
    against: Option<(PartyId, Bars)>,
    tx: &DatabaseTransaction,
) -> Result<Option<Finding>, Error> {
    let Some((platform, (party, bars))) = row.platform().zip(against) else {
        return Ok(None);
    };
    let entries = bars.represented(party).into_iter();
    let suspects: BTreeSet<_> = entries
        .map(|entry| Suspect {
            entry,
            registration: row.id,
            ground: EvasionGround::Representative,
            account: String::new(),
        })
        .collect();
    evasion::raise(app, platform, &suspects, tx).await?;
    let lead = Finding::warning(ProblemCode::EvasionLead).inside("to");
    Ok((!suspects.is_empty()).then_some(lead))
}

/// Parses the new number and the reason.
fn asked(app: &App, command: &CorrectIdentity) -> (Option<(IdentityNumber, String)>, Vec<Finding>) {
    let mut found = Vec::new();
    let reason = sealed_words(&command.reason, REASON)
        .map_err(|finding| found.push(finding.inside("reason")))
        .ok();
    let country = command.to.issuing_country.as_deref();
    let identity =
        match IdentityNumber::parse(command.to.kind, &command.to.number, country, app.today()) {
            Ok(parsed) => {
                let warnings = parsed.warnings.into_iter();
                found.extend(warnings.map(|finding| finding.inside("to")));
                Some(parsed.identity)
            }
            Err(findings) => {
                found.extend(findings.into_iter().map(|finding| finding.inside("to")));
                None
            }
        };
    (identity.zip(reason), found)
}

/// A correction without proof is refused, and so is proof that is not the caller's own upload.
async fn proof(
    app: &App,
    caller: &Caller,
    command: &CorrectIdentity,
    tx: &DatabaseTransaction,
) -> Result<Vec<Finding>, Error> {
    if command.evidence.is_empty() {
        return Ok(vec![
            Finding::error(ProblemCode::EvidenceRequired).inside("evidence"),
        ]);
    }
    evidence::judge(app, caller, tx, &command.evidence).await
}

async fn facts(
    app: &App,
    row: &registration::Model,
    tx: &DatabaseTransaction,
) -> Result<Facts, Error> {
    let current = revision::current_of([row.id]).one(tx).await?;
    let Some(current) = current else {
        return Err(Error::internal("a registration without its revision")(
            "no current revision".into(),
        ));
    };
    open(app, row.kind, &current)
}

async fn write(
    app: &App,
    caller: &Caller,
    tx: &DatabaseTransaction,
    (mut row, identity, facts): (registration::Model, &IdentityNumber, &Facts),
) -> Result<(), Error> {
    let now = app.now();
    let before = row.party_id;
    row.party_id = party::ensure_one(app, tx, identity).await?;
    row.identity_kind = identity.kind();
    row.revision += 1;
    row.updated_at = now;
    row.observed_at = row.observed_at.max(now);
    row.fingerprint = fingerprint(app, identity, facts);
    let revised = revision_of(app, caller, &row, facts, &["identity"])?;
    upsert(tx, vec![row.clone()]).await?;
    insert_revisions(tx, vec![revised]).await?;
    people::renumbered(app, tx, &row, before).await?;
    let members = ties::correct(app, tx, &row, (before, row.party_id)).await?;
    members::revise(app, caller, tx, (members, Some(&stored(identity)))).await
}
