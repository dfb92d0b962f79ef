//! Leads to evasions as they are read and decided. Whoever keeps the list decides, with a reason; nothing follows by itself,
//! and a decision stands.

use std::collections::{HashMap, HashSet};

use entity::blacklist::lead::{self, Column, Model, reason_place};
use entity::id::{EntryId, LeadId, PartyId, PlatformId, RegistrationId};
use entity::kind::LeadState;
use entity::problem::{Finding, ProblemCode};
use entity::registration;
use sea_orm::{ColumnTrait as _, Condition, DatabaseTransaction, QueryFilter as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::reading::{self, Record};
use super::{REASON, lister};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::deed::{self, Deed, Recorded};
use crate::registry::id_page::{IdPage, Rows};
use crate::registry::registration::chunks;
use crate::registry::text::sealed_words;
use crate::scope::Scope;

/// A lead, opened.
#[derive(Clone, Debug)]
pub struct Lead {
    /// Its row.
    pub row: Model,
    /// Whose registration it is.
    pub party: PartyId,
    /// The entry that would be evaded.
    pub entry: Record,
    /// Why it was decided so.
    pub reason: Option<String>,
}

/// What is wanted of the leads.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// How far it is.
    pub state: Option<LeadState>,
    /// On which platform; none of it where the id cannot be one.
    pub platform: Option<Option<PlatformId>>,
}

/// Decides a lead.
#[derive(Clone, Debug, Serialize)]
pub struct DecideEvasionLead {
    /// Which; none where the id cannot be one.
    pub lead: Option<LeadId>,
    /// CONFIRMED or DISMISSED.
    pub decision: LeadState,
    /// Why.
    pub reason: String,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// What a decision ended in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Decided {
    /// The lead, where it may be shown.
    pub lead: Option<LeadId>,
    /// Whether something was written.
    pub wrote: bool,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Decided {
    const fn refused(lead: Option<LeadId>, findings: Vec<Finding>) -> Self {
        Self {
            lead,
            wrote: false,
            findings,
        }
    }
}

impl Recorded for Decided {
    fn wrote(&self) -> bool {
        self.wrote
    }

    fn subjects(&self) -> Vec<String> {
        self.lead.iter().map(ToString::to_string).collect()
    }

    fn detail(&self) -> Value {
        let codes: Vec<_> = self.findings.iter().map(|f| f.code.as_str()).collect();
        json!({ "problems": codes })
    }
}

/// A page of the leads on platforms whose lists a caller sees whole, in the order in which they were raised.
pub async fn page(
    app: &App,
    caller: &Caller,
    (filter, wanted): (&Filter, IdPage<LeadId>),
) -> Result<Rows<Lead>, Error> {
    caller.needs(Scope::BlacklistRead)?;
    let nobody = PlatformId(uuid::Uuid::nil());
    let platform = filter.platform.map(|id| id.unwrap_or(nobody));
    let narrowed = Condition::all()
        .add_option(filter.state.map(|state| Column::State.eq(state)))
        .add_option(platform.map(|id| Column::PlatformId.eq(id)));
    let seen = lead::seen_by(&caller.sight).filter(narrowed);
    let page = wanted.read(&app.db, seen, Column::Id).await?;
    Ok(Rows {
        more: page.more,
        rows: open(app, caller, page.rows).await?,
    })
}

/// One lead, if the caller sees it.
pub async fn find(app: &App, caller: &Caller, id: LeadId) -> Result<Option<Lead>, Error> {
    let row = lead::one_seen_by(&caller.sight, id).one(&app.db).await?;
    let rows = row.into_iter().collect();
    Ok(open(app, caller, rows).await?.pop())
}

/// Opens leads in sight. Their entries stand on lists that the caller sees whole; of a registration out of sight it learns
/// whose it is.
async fn open(app: &App, caller: &Caller, rows: Vec<Model>) -> Result<Vec<Lead>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let entries: HashSet<EntryId> = rows.iter().map(|row| row.entry_id).collect();
    let entries = reading::judged(app, caller, entries).await?;
    let named: HashSet<RegistrationId> = rows.iter().map(|row| row.registration_id).collect();
    let mut parties: HashMap<RegistrationId, PartyId> = HashMap::new();
    for chunk in chunks(named.into_iter().collect()) {
        let rows = registration::named(chunk).all(&app.db).await?;
        parties.extend(rows.into_iter().map(|row| (row.id, row.party_id)));
    }
    let mut leads = Vec::with_capacity(rows.len());
    for row in rows {
        let (Some(entry), Some(party)) = (
            entries.get(&row.entry_id),
            parties.get(&row.registration_id),
        ) else {
            continue;
        };
        let sealed = row.reason.as_ref();
        let reason = sealed.map(|sealed| app.vault.open_json(reason_place(row.id), sealed));
        leads.push(Lead {
            party: *party,
            entry: entry.clone(),
            reason: reason.transpose()?,
            row,
        });
    }
    Ok(leads)
}

/// Decides a lead on the caller's own platform.
pub async fn decide(
    app: &App,
    caller: &Caller,
    command: DecideEvasionLead,
) -> Result<Decided, Error> {
    lister(caller)?;
    let deed = Deed {
        operation: "decideEvasionLead",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let decided = decide_in(app, caller, command, &tx).await?;
            Ok((decided, tx))
        }
    };
    deed::run(app, caller, &deed, &command, work).await
}

async fn decide_in(
    app: &App,
    caller: &Caller,
    command: &DecideEvasionLead,
    tx: &DatabaseTransaction,
) -> Result<Decided, Error> {
    // One look whatever the id is, so that a foreign one takes what an absent one takes.
    let id = command.lead.unwrap_or(LeadId(uuid::Uuid::nil()));
    let Some(row) = lead::held(&caller.sight, id).one(tx).await? else {
        let absent = Finding::error(ProblemCode::NotFound).inside("lead");
        return Ok(Decided::refused(None, vec![absent]));
    };
    let mut found = Vec::new();
    if row.state != LeadState::Open {
        found.push(Finding::error(ProblemCode::LeadDecided).inside("lead"));
    }
    let reason = sealed_words(&command.reason, REASON)
        .map_err(|finding| found.push(finding.inside("reason")));
    let (Ok(reason), true) = (reason, found.is_empty()) else {
        return Ok(Decided::refused(Some(row.id), found));
    };
    let sealed = app.vault.seal_json(reason_place(row.id), &reason)?;
    let by = (app.now(), caller.client.id);
    lead::decide(row.id, command.decision, by, sealed)
        .exec(tx)
        .await?;
    Ok(Decided {
        lead: Some(row.id),
        wrote: true,
        findings: Vec::new(),
    })
}
