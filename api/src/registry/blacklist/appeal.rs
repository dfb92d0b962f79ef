//! 申诉 against an entry: received, reviewed, decided, each step dated and told. The entry stays in force until a decision
//! changes it, and a decision locks it, so that none meets an expiry halfway.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::blacklist;
use entity::blacklist::appeal::{
    self, Column, Entity, Grounds, Model, grounds_place, reasons_place, review_place,
};
use entity::id::{AppealId, EntryId, FileId, PlatformId};
use entity::kind::AppealState;
use entity::problem::{Finding, ProblemCode};
use rules::blacklist::listing::{Term, decision};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, UpdateMany,
};
use serde::Serialize;

use super::notice::{self, Letter};
use super::removal::{end, stands};
use super::{Done, FACTS, REASON, changed, lister, own};
use crate::app::App;
use crate::auth::Caller;
use crate::clock::legal_day;
use crate::error::Error;
use crate::registry::deed::{self, Deed};
use crate::registry::evidence;
use crate::registry::parse::in_future;
use crate::registry::text::sealed_words;

/// Enters an appeal.
#[derive(Clone, Debug, Serialize)]
pub struct AppealBlacklisting {
    /// Against which entry; none when the id cannot be one.
    pub entry: Option<EntryId>,
    /// In the appellant's words.
    pub grounds: String,
    /// The day it was received; today if absent.
    pub received_on: Option<NaiveDate>,
    /// The proof: the caller's own uploads.
    pub evidence: Vec<Option<FileId>>,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Decides an appeal, or begins its review.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    /// Which; none when the id cannot be one.
    pub appeal: Option<AppealId>,
    /// What is decided.
    pub decision: AppealState,
    /// The new last day of a shortened term.
    pub valid_until: Option<NaiveDate>,
    /// Why so.
    pub reasons: String,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Enters an appeal against an entry of the caller's own list.
pub async fn receive(
    app: &App,
    caller: &Caller,
    command: AppealBlacklisting,
) -> Result<Done, Error> {
    let platform = lister(caller)?;
    let deed = Deed {
        operation: "appealBlacklisting",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let done = receive_in(app, caller, (platform, command), &tx).await?;
            Ok((done, tx))
        }
    };
    deed::run(app, caller, &deed, &command, work).await
}

/// Decides an appeal against an entry of the caller's own list.
pub async fn decide(app: &App, caller: &Caller, command: Decision) -> Result<Done, Error> {
    let platform = lister(caller)?;
    let deed = Deed {
        operation: "decideBlacklistAppeal",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let done = decide_in(app, caller, (platform, command), &tx).await?;
            Ok((done, tx))
        }
    };
    deed::run(app, caller, &deed, &command, work).await
}

async fn receive_in(
    app: &App,
    caller: &Caller,
    (platform, command): (PlatformId, &AppealBlacklisting),
    tx: &DatabaseTransaction,
) -> Result<Done, Error> {
    let entry = match own(caller, platform, (command.entry, "entry"), tx).await? {
        Ok(entry) => entry,
        Err(finding) => return Ok(Done::refused(None, vec![finding])),
    };
    let mut found = evidence::judge(app, caller, tx, &command.evidence).await?;
    let text = sealed_words(&command.grounds, FACTS)
        .map_err(|finding| found.push(finding.inside("grounds")));
    let received_on = command.received_on.unwrap_or_else(|| app.today());
    if received_on > app.today() {
        found.push(in_future(app.today()).inside("receivedOn"));
    }
    // A list may be older than its entry here, and then so may an appeal against it.
    let known_since = legal_day(entry.listed_at).min(entry.valid_from);
    if received_on < known_since {
        let early = Finding::error(ProblemCode::DateOrder).with("date", known_since.to_string());
        found.push(early.inside("receivedOn"));
    }
    if !stands(app, &entry) {
        found.push(Finding::error(ProblemCode::EntryEnded).inside("entry"));
    }
    if let Some(open) = appeal::open_against(entry.id).one(tx).await? {
        let open = Finding::error(ProblemCode::AppealOpen).with("id", open.id.to_string());
        found.push(open.inside("entry"));
    }
    let (Ok(text), false) = (text, found.iter().any(Finding::refuses)) else {
        return Ok(Done::refused(Some(entry.id), found));
    };
    let files: BTreeSet<FileId> = command.evidence.iter().flatten().copied().collect();
    let grounds = Grounds {
        text,
        evidence: files.iter().copied().collect(),
    };
    let id: AppealId = app.id();
    let row = Model {
        id,
        entry_id: entry.id,
        state: AppealState::Received,
        received_on,
        entered_at: app.now(),
        entered_by: caller.client.id,
        grounds: app.vault.seal_json(grounds_place(id), &grounds)?,
        reviewed_at: None,
        reviewed_by: None,
        review: None,
        decided_at: None,
        decided_by: None,
        reasons: None,
        term_before: None,
        term_after: None,
    };
    Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    let uses = files.into_iter().map(|file| (file, entry.id.0)).collect();
    evidence::mark_used(app, tx, uses).await?;
    Ok(Done {
        entry: Some(entry.id),
        appeal: Some(id),
        wrote: true,
        findings: found,
        ..Done::default()
    })
}

async fn decide_in(
    app: &App,
    caller: &Caller,
    (platform, command): (PlatformId, &Decision),
    tx: &DatabaseTransaction,
) -> Result<Done, Error> {
    let row = match command.appeal {
        Some(id) => appeal::by_id(id).one(tx).await?,
        None => None,
    };
    let of = row.as_ref().map(|row| row.entry_id);
    // Whoever may know an entry of another's list knows nothing of the appeals against it.
    let Ok(entry) = own(caller, platform, (of, "appeal"), tx).await? else {
        return Ok(Done::not_found("appeal"));
    };
    // Read again under the entry's lock: another decision may have come first.
    let Some(row) = appeal::of_entries([entry.id])
        .all(tx)
        .await?
        .into_iter()
        .find(|other| Some(other.id) == command.appeal)
    else {
        return Ok(Done::not_found("appeal"));
    };
    let mut found = Vec::new();
    let reasons = sealed_words(&command.reasons, REASON)
        .map_err(|finding| found.push(finding.inside("reasons")));
    let term = Term {
        from: entry.valid_from,
        until: entry.valid_until.unwrap_or(NaiveDate::MAX),
    };
    found.extend(decision(
        (row.state, command.decision),
        (term, command.valid_until),
        (stands(app, &entry), app.today()),
    ));
    let (Ok(reasons), true) = (reasons, found.is_empty()) else {
        return Ok(Done {
            appeal: Some(row.id),
            ..Done::refused(Some(entry.id), found)
        });
    };
    let letter = carry_out(app, caller, ((&entry, &row), command, &reasons), tx).await?;
    Ok(Done {
        entry: Some(entry.id),
        appeal: Some(row.id),
        notice: letter,
        wrote: true,
        ..Done::default()
    })
}

/// Writes a step, and what it changes of the entry.
async fn carry_out(
    app: &App,
    caller: &Caller,
    ((entry, row), command, reasons): ((&blacklist::Model, &Model), &Decision, &str),
    tx: &DatabaseTransaction,
) -> Result<Option<FileId>, Error> {
    let state = command.decision;
    let step = Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .filter(Column::Id.eq(row.id));
    if state == AppealState::UnderReview {
        let words = app
            .vault
            .seal_json(review_place(row.id), &reasons.to_owned())?;
        step.col_expr(Column::ReviewedAt, Expr::value(app.now()))
            .col_expr(Column::ReviewedBy, Expr::value(caller.client.id))
            .col_expr(Column::Review, Expr::value(words))
            .exec(tx)
            .await?;
        return Ok(None);
    }
    decided(app, caller, (step, row, reasons))?
        .col_expr(Column::TermBefore, Expr::value(entry.valid_until))
        .col_expr(Column::TermAfter, Expr::value(command.valid_until))
        .exec(tx)
        .await?;
    match (state, command.valid_until) {
        (AppealState::Removed, _) if stands(app, entry) => {
            end(app, (entry, caller.client.id), reasons, tx).await?;
            changed(tx).await?;
        }
        (AppealState::Shortened, Some(until)) => {
            super::term::shorten((entry, until), tx).await?;
            changed(tx).await?;
        }
        _ => {}
    }
    let letter = Letter::Appeal {
        received_on: row.received_on,
        state,
        until: command.valid_until,
        reasons,
        appeal: row.id,
    };
    notice::make(app, tx, entry, letter).await.map(Some)
}

fn decided(
    app: &App,
    caller: &Caller,
    (step, row, reasons): (UpdateMany<Entity>, &Model, &str),
) -> Result<UpdateMany<Entity>, Error> {
    let words = app
        .vault
        .seal_json(reasons_place(row.id), &reasons.to_owned())?;
    Ok(step
        .col_expr(Column::DecidedAt, Expr::value(app.now()))
        .col_expr(Column::DecidedBy, Expr::value(caller.client.id))
        .col_expr(Column::Reasons, Expr::value(words)))
}
