//! 人工判断: whether a name that is like a listed one is its bearer. It is remembered with its reason on the side that judged,
//! a platform's or an office's, and used from then on; a later judgement takes its place.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::blacklist;
use entity::blacklist::matching::{self, Entity, Model, name_place, reason_place};
use entity::id::{EntryId, JudgementId};
use entity::kind::MatchVerdict;
use entity::problem::{Finding, ProblemCode};
use entity::sealed::BlindIndex;
use sea_orm::{ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _};
use serde::Serialize;
use uuid::Uuid;

use super::names::Wanted;
use super::{Done, REASON};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::deed::{self, Deed};
use crate::registry::registration::chunks;
use crate::registry::text::{sealed_words, words};
use crate::scope::Scope;

/// A judgement as it stands.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What was judged.
    pub verdict: MatchVerdict,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Judges a likeness.
#[derive(Clone, Debug, Serialize)]
pub struct JudgeMatch {
    /// The name that was asked about.
    pub name: String,
    /// The entry that is like it; none when the id cannot be one.
    pub entry: Option<EntryId>,
    /// What is judged.
    pub verdict: MatchVerdict,
    /// Why.
    pub reason: String,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// On whose side a caller judges.
fn side(caller: &Caller) -> Result<Uuid, Error> {
    let office = caller.office.as_ref().map(|office| office.id.0);
    let side = caller.platform().map(|id| id.0).or(office);
    side.ok_or_else(|| {
        Error::forbidden(
            "只有平台和监管部门可以判断",
            "only platforms and offices judge a likeness",
        )
    })
}

/// What the caller's side judged of names, by their index and entry.
pub(super) async fn standing(
    app: &App,
    caller: &Caller,
    names: Vec<BlindIndex>,
) -> Result<HashMap<(BlindIndex, EntryId), Judged>, Error> {
    let side = side(caller)?;
    let mut judged = HashMap::new();
    for chunk in chunks(names) {
        for row in matching::standing(side, chunk).all(&app.db).await? {
            let reason = app.vault.open_json(reason_place(row.id), &row.reason)?;
            let key = (row.name_index, row.entry_id);
            judged.insert(
                key,
                Judged {
                    verdict: row.verdict,
                    reason,
                    at: row.judged_at,
                },
            );
        }
    }
    Ok(judged)
}

/// Remembers a judgement.
pub async fn judge(app: &App, caller: &Caller, command: JudgeMatch) -> Result<Done, Error> {
    caller.needs(Scope::BlacklistWrite)?;
    let side = side(caller)?;
    let deed = Deed {
        operation: "judgeMatch",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let done = judge_in(app, caller, (side, command), &tx).await?;
            Ok((done, tx))
        }
    };
    deed::run(app, caller, &deed, &command, work).await
}

async fn judge_in(
    app: &App,
    caller: &Caller,
    (side, command): (Uuid, &JudgeMatch),
    tx: &DatabaseTransaction,
) -> Result<Done, Error> {
    let mut found = Vec::new();
    // The name is sealed where it is kept; a number in it would be no name.
    let name = words(&command.name, rules::matching::LONGEST_NAME, app.today())
        .and_then(|name| Wanted::parse(app, &name).map(|wanted| (name, wanted)))
        .map_err(|finding| found.push(finding.inside("name")));
    let reason = sealed_words(&command.reason, REASON)
        .map_err(|finding| found.push(finding.inside("reason")));
    let id = command.entry.unwrap_or(EntryId(Uuid::nil()));
    let entry = blacklist::one_known_to(&caller.sight, id).one(tx).await?;
    let Some(entry) = entry else {
        found.push(Finding::error(ProblemCode::NotFound).inside("entry"));
        return Ok(Done::refused(None, found));
    };
    let (Ok((name, wanted)), Ok(reason)) = (name, reason) else {
        return Ok(Done::refused(Some(entry.id), found));
    };
    let now = app.now();
    let indexes = wanted.indexes.iter().map(|(_, index)| index.clone());
    matching::replace(side, indexes, entry.id, now)
        .exec(tx)
        .await?;
    // Under the newest key: what exists is indexed anew once everybody holds it, and what is judged later is not looked at
    // again before the older key goes.
    let newest = wanted.indexes.into_iter().max_by_key(|(key, _)| *key);
    let Some((key, index)) = newest else {
        return Err(Error::internal("judgeMatch")(
            "there is no index key".into(),
        ));
    };
    let id: JudgementId = app.id();
    let row = Model {
        id,
        name_index: index,
        key_id: i32::try_from(key).unwrap_or(i32::MAX),
        entry_id: entry.id,
        judge: side,
        verdict: command.verdict,
        name: app.vault.seal_json(name_place(id), &name)?,
        reason: app.vault.seal_json(reason_place(id), &reason)?,
        judged_at: now,
        judged_by: caller.client.id,
        replaced_at: None,
    };
    Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(Done {
        entry: Some(entry.id),
        wrote: true,
        findings: found,
        ..Done::default()
    })
}
